# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests need that draw into an image from the window Generate Layer."""

import os
import subprocess

import pyatspi

import gimp_window
from gimp_window import is_sensitive, is_showing, labelled, press, wait_for

SECONDS = 120
SEED = 5


class DrawingGimp(gimp_window.Gimp):
    """A GIMP whose window draws with a seed of our choice."""

    def _quieten(self):
        super()._quieten()
        os.mkdir(os.path.join(self.profile, "pisces"))
        with open(os.path.join(self.profile, "pisces", "settings.ini"),
                  "w") as settings:
            settings.write(f"[generate]\nseed={SEED}\nnew-seed=false\n"
                           "advanced=true\n")

    def pixels(self, image, prepare="(gimp-image-flatten copy)", form="RGB"):
        """The bytes of a copy of the image, as another program reads them."""
        path = os.path.join(self.folder, "pixels.png")
        self.run(f"(let ((copy (gimp-image-duplicate {image}))) {prepare} "
                 "(file-png-export #:run-mode RUN-NONINTERACTIVE #:image copy "
                 f'#:file "{path}") (gimp-image-delete copy))')
        return subprocess.run(["magick", path, "-depth", "8", form + ":-"],
                              capture_output=True, check=True).stdout

    def selection(self, image):
        """The bytes of the selection."""
        return self.pixels(image, """
            (let ((white (gimp-layer-new copy "w" (gimp-image-get-width copy)
                                         (gimp-image-get-height copy) RGBA-IMAGE
                                         100 LAYER-MODE-NORMAL))
                  (black (gimp-layer-new copy "b" (gimp-image-get-width copy)
                                         (gimp-image-get-height copy) RGBA-IMAGE
                                         100 LAYER-MODE-NORMAL)))
              (gimp-image-insert-layer copy black 0 0)
              (gimp-image-insert-layer copy white 0 0)
              (gimp-drawable-fill white FILL-WHITE)
              (gimp-context-set-foreground '(0 0 0))
              (gimp-drawable-fill black FILL-FOREGROUND)
              (gimp-layer-add-mask white (gimp-layer-create-mask white
                                           ADD-MASK-SELECTION))
              (gimp-selection-none copy)
              (gimp-image-flatten copy))""", "RGB")

    def place(self, layer):
        return self.run(f"(append (gimp-drawable-get-offsets {layer}) "
                        f"(list (gimp-drawable-get-width {layer}) "
                        f"(gimp-drawable-get-height {layer})))")

    def whole(self, layer):
        """The pixels of a layer, on a grid, as text.  An answer has at most 64 KiB."""
        return self.run(f"""
            (let* ((width (gimp-drawable-get-width {layer}))
                   (height (gimp-drawable-get-height {layer}))
                   (step (max 3 (quotient (max width height) 30))))
              (let next ((x 0) (y 0) (values '()))
                (cond ((>= y height) values)
                      ((>= x width) (next 0 (+ y step) values))
                      (else (next (+ x step) y
                              (cons (gimp-drawable-get-pixel {layer} x y) values))))))""")

    def whole_layer(self, layer):
        """All that a layer is made of, as text: place, pixels, mask, and what it
        remembers."""
        return self.run(f"""
            (let* ((step (max 3 (quotient (gimp-drawable-get-width {layer}) 40)))
                   (all (lambda (drawable)
                          (let next ((x 0) (y 0) (values '()))
                            (cond ((>= y (gimp-drawable-get-height drawable)) values)
                                  ((>= x (gimp-drawable-get-width drawable))
                                   (next 0 (+ y step) values))
                                  (else (next (+ x step) y
                                          (cons (gimp-drawable-get-pixel drawable x y)
                                                values)))))))
                   (mask (gimp-layer-get-mask {layer})))
              (list (gimp-item-get-name {layer})
                    (gimp-drawable-get-offsets {layer})
                    (caddr (gimp-item-get-parasite {layer} "pisces-provenance"))
                    (all {layer}) (if (= mask -1) #f (all mask))))""")

    def take_out(self, image, layer):
        self.run(f"(gimp-image-remove-layer {image} {layer})")


def select(gimp, image, x=90, y=60, width=120, height=100, soft=16):
    gimp.run(f"(gimp-image-select-ellipse {image} CHANNEL-OP-REPLACE "
             f"{x} {y} {width} {height})")
    gimp.run(f"(gimp-selection-feather {image} {soft})")


def turn_to(gimp):
    """The window looks at the image when the user returns to it."""
    gimp.raise_window("GIMP")
    gimp.raise_window("Generate Layer")


def choice(window, name):
    combo = labelled(window, "Where")
    return wait_for(f"the choice {name!r}", lambda: pyatspi.findDescendant(
        combo, lambda node: node.getRoleName() == "menu item" and node.name == name))


def cannot_be_chosen(claims, window, name):
    """Another place is chosen, and this one cannot be."""
    press(choice(window, "Canvas"))
    item = choice(window, name)
    wait_for("the list", lambda: not is_sensitive(item))
    press(item)
    claims.equal(f"“{name}” is insensitive, and cannot be chosen",
                 labelled(window, "Where").name, "Canvas")


def set_number(window, name, value):
    labelled(window, name).queryValue().currentValue = value


def write(gimp, window, prompt):
    gimp.raise_window("Generate Layer")
    field = gimp.find("text", "Prompt", window)
    field.queryEditableText().setTextContents(prompt)


def generate(gimp, window):
    gimp.raise_window("Generate Layer")
    press(gimp.find("button", "Generate", window))


def draw(gimp, window, prompt, n_results):
    write(gimp, window, prompt)
    generate(gimp, window)
    gimp.wait_for_results(window, n_results, SECONDS)


def add(gimp, window, image):
    """Adds the picture that is shown; returns the new layer."""
    count = len(gimp.layers(image))
    button = gimp.find("button", "Add as Layer", window)
    wait_for("the button", lambda: is_sensitive(button))
    press(button)
    gimp.wait_for_layers(image, count + 1)
    return gimp.layers(image)[0]


def says(window, sentence):
    return [node for node in pyatspi.findAllDescendants(
        window, lambda node: node.getRoleName() == "label" and
        sentence in (node.name or "")) if is_showing(node)]


def is_told(gimp, window, sentence):
    return wait_for(f"{sentence!r}", lambda: says(window, sentence), 20)
