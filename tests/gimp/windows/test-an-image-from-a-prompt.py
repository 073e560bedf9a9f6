# SPDX-License-Identifier: GPL-3.0-or-later
"""File ▸ Create ▸ Image from Prompt… works even if no image is open: the
picture becomes a new image that has stored what it was made from; if an
image is open, nothing is added to that one.  Adding a layer and the note
that a model drew it are one undo step."""

import os
import sys

import gimp_window
import xcf
from gimp_window import count_pixels, press, wait_for

ITEM = ("File", "Create", "Image from Prompt")


def draw(gimp, window, n_results):
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type("a red star")
    gimp.keys("ctrl+Return")
    gimp.wait_for_results(window, n_results, 240)


def says(gimp, image, what):
    """Whether the image's file contains that."""
    path = os.path.join(gimp.folder, "saved.xcf")
    gimp.run(f'(gimp-file-save RUN-NONINTERACTIVE {image} "{path}")')
    return what.encode() in xcf.content(path)


def undone(gimp, claims):
    image = gimp.show_image(200, 200)
    gimp.run("(plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:prompt "a red star" #:plan "a red star" '
             "#:count 2 #:steps 1)")
    claims.equal("a script adds two layers", len(gimp.layers(image)), 3)
    gimp.raise_window("GIMP")
    gimp.menu("Edit", "Undo")
    wait_for("the undo", lambda: len(gimp.layers(image)) < 3)
    claims.equal("one undo takes both away", len(gimp.layers(image)), 1)
    gimp.run("(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE "
             f"#:image {image})")
    gimp.raise_window("Generate Layer")
    window = gimp.window("Generate Layer")
    draw(gimp, window, 1)
    press(gimp.find("button", "Add as Layer", window))
    gimp.wait_for_layers(image, 2)
    wait_for("the mark", lambda: says(
        gimp, image, "compositeWithTrainedAlgorithmicMedia"))
    gimp.raise_window("GIMP")
    gimp.menu("Edit", "Undo")
    wait_for("the undo", lambda: len(gimp.layers(image)) == 1)
    claims.claim("one undo takes the layer and its mark away",
                 not says(gimp, image, "DigitalSourceType"))


def test(gimp, claims):
    claims.equal("no image is open", gimp.images(), [])
    gimp.menu(*ITEM)
    window = gimp.window("Generate Layer")
    draw(gimp, window, 1)
    path = gimp.shot("image-from-prompt/no-image.png", "Generate Layer")
    claims.claim("where the monitor has no profile, a red star is shown red",
                 count_pixels(path, "rgb(220,30,40)") > 1000)
    press(gimp.find("button", "Open as Image", window))
    wait_for("the new image", lambda: len(gimp.images()) == 1)
    image = gimp.images()[0]
    claims.equal("it is as large as the picture",
                 gimp.run(f"(gimp-image-get-width {image})"), "256")
    wait_for("its layer", lambda: len(gimp.layers(image)) == 1)
    layer = gimp.layers(image)[0]
    # The plug-in does this a moment after it has added the layer.
    claims.claim("the image says that a model drew it", wait_for(
        "the mark", lambda: says(
            gimp, image, "digitalsourcetype/trainedAlgorithmicMedia")))
    claims.claim("its layer says what it was made from", "a red star" in
                 gimp.run(f'(caddr (gimp-item-get-parasite {layer} '
                          '"pisces-provenance"))'))

    gimp.raise_window("GIMP")
    gimp.menu(*ITEM)
    window = gimp.window("Generate Layer")
    press(gimp.find("button", "Open as Image", window))
    wait_for("a second image", lambda: len(gimp.images()) == 2)
    claims.equal("the one that was open has no layer more",
                 len(gimp.layers(image)), 1)

    gimp.raise_window("GIMP")
    gimp.menu("Layer", "New from Prompt")
    window = gimp.window("Generate Layer")
    press(gimp.find("button", "Add as Layer", window))
    wait_for("the layer", lambda: sum(len(gimp.layers(each))
                                      for each in gimp.images()) == 3)
    claims.claim("called for an image, the window adds to that one",
                 len(gimp.images()) == 2)

    undone(gimp, claims)
    claims.equal("GIMP complains of nothing", gimp.complaints(), [])


sys.exit(gimp_window.main(test))
