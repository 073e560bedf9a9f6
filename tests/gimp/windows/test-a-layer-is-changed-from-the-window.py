# SPDX-License-Identifier: GPL-3.0-or-later
"""The window changes the active layer, or what is selected of it, as the procedure
does: one layer more, in one undo step, and the old one keeps its bytes.  It says when
that cannot be done, and goes on when the image is changed while the model draws.
Results are compared with what was there before; and one can be varied."""

import os
import sys

import pyatspi

import gimp_window
from drawing_gimp import (SECONDS, SEED, DrawingGimp, add, cannot_be_chosen, choice, draw,
                          generate, is_told, says, select, set_number, turn_to, write)
from gimp_window import is_sensitive, is_showing, labelled, press, wait_for

NAME = "Change the active layer"


def by_script(gimp, image, arguments):
    return int(gimp.run("(car (plug-in-pisces-change #:run-mode RUN-NONINTERACTIVE "
                        f"#:image {image} #:seed {SEED} {arguments}))"))


def refusal(gimp, script):
    try:
        return gimp.run(script)
    except RuntimeError as error:
        return str(error)


def is_visible(gimp, layer):
    return gimp.run(f"(gimp-item-get-visible {layer})") == "#t"


def has_mask(gimp, layer):
    return gimp.run(f"(gimp-layer-get-mask {layer})") not in ("-1", "#f", "()")


def open_for(gimp, image):
    gimp.run(f"(plug-in-pisces-change #:run-mode RUN-INTERACTIVE #:image {image})")
    gimp.raise_window("Generate Layer")


def says_why_not(gimp, claims, window, image):
    """By what is in the image; and a strength of 0."""
    ground = gimp.layers(image)[0]
    claims.equal("the menu item chooses it", labelled(window, "Where").name, NAME)
    claims.claim("Generate can be pressed without a prompt, and says what that means",
                 "without a prompt, as it is" in
                 gimp.find("button", "Generate", window).description)

    set_number(window, "Strength", 0)
    claims.claim("at 0 the window says what that means",
                 is_told(gimp, window, "Nothing would change."))
    generate(gimp, window)
    claims.claim("and why nothing is drawn", is_told(gimp, window, "With the strength 0"))
    set_number(window, "Strength", 0.6)

    two = int(gimp.run(f"(gimp-layer-new {image} \"two\" 20 20 RGB-IMAGE 100 "
                       "LAYER-MODE-NORMAL)"))
    gimp.run(f"(gimp-image-insert-layer {image} {two} 0 0)")
    gimp.run(f"(gimp-image-set-selected-layers {image} (vector {ground} {two}))")
    turn_to(gimp)
    claims.claim("two layers: words say why not",
                 is_told(gimp, window, "Not exactly one layer is selected"))
    claims.claim("and a tooltip", "Not exactly one layer" in
                 labelled(window, "Where").description)
    generate(gimp, window)
    wait_for("the sentence", lambda: len(says(window, "Not exactly one layer")) == 2)
    claims.claim("and a sentence, if it is tried", True)
    cannot_be_chosen(claims, window, NAME)

    gimp.run(f"(gimp-image-set-selected-layers {image} (vector {two}))")
    turn_to(gimp)
    item = choice(window, NAME)
    wait_for("the choice", lambda: is_sensitive(item))
    press(item)
    wait_for("the choice", lambda: labelled(window, "Where").name == NAME)
    claims.claim("with one layer it can be chosen", True)

    select(gimp, image, 100, 100, 60, 60, 0)
    turn_to(gimp)
    claims.claim("a selection beside the layer",
                 is_told(gimp, window, "The selection is beside the layer"))
    gimp.run(f"(gimp-edit-copy (vector {ground}))")
    gimp.run(f"(gimp-edit-paste {ground} #f)")
    turn_to(gimp)
    claims.claim("a floating selection", is_told(gimp, window, "floating selection"))
    gimp.run(f"(gimp-floating-sel-remove (gimp-image-get-floating-sel {image}))")
    gimp.run(f"(gimp-image-remove-layer {image} {two})")
    gimp.run(f"(gimp-selection-none {image})")
    gimp.run(f"(gimp-image-set-selected-layers {image} (vector {ground}))")
    claims.equal("nothing was drawn", len(gimp.layers(image)), 1)
    turn_to(gimp)
    wait_for("the place", lambda: says(window, "320 × 240 pixels"))


def shows_before_and_after(gimp, claims, window):
    compare = gimp.find("toggle button", "Compare", window)
    wait_for("the button", lambda: is_sensitive(compare))
    press(compare)
    for side in ("Before, on the left", "After, on the right"):
        claims.claim(f"Compare shows “{side}”", wait_for(side, lambda: [
            node for node in pyatspi.findAllDescendants(
                window, lambda node: node.name == side) if is_showing(node)]))
    gimp.shot("change/compare.png", "Generate Layer")
    press(compare)


def changes_a_layer(gimp, claims, window, image):
    old = gimp.layers(image)[0]
    pixels = gimp.whole(old)
    draw(gimp, window, "a yellow circle", 1)
    gimp.shot("change/window.png", "Generate Layer")
    shows_before_and_after(gimp, claims, window)
    gimp.run(f"(gimp-image-clean-all {image})")
    before = gimp.everything(image)
    layer = add(gimp, window, image)
    claims.equal("one layer more", len(gimp.layers(image)), 2)
    claims.equal("in the place of the old one", gimp.place(layer), gimp.place(old))
    claims.equal("which is hidden", is_visible(gimp, old), False)
    claims.equal("and keeps its bytes", gimp.whole(old) == pixels, True)
    gimp.undo_and_redo(claims, "a changed layer", image, before)

    layer = gimp.layers(image)[0]
    from_window = gimp.whole_layer(layer)
    gimp.run("(gimp-context-set-foreground '(10 200 10))")
    gimp.run(f"(gimp-drawable-edit-fill {layer} FILL-FOREGROUND)")
    claims.equal("Regenerate finds nothing different", gimp.run(
        "(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE "
        f"#:image {image} #:drawables (vector {layer}))").strip('"'), "")
    claims.equal("and draws the same bytes", gimp.whole_layer(layer) == from_window, True)
    gimp.take_out(image, layer)
    gimp.run(f"(gimp-item-set-visible {old} #t)")
    gimp.run(f"(gimp-image-set-selected-layers {image} (vector {old}))")
    script = by_script(gimp, image, '#:prompt "a yellow circle" #:strength 0.6')
    claims.equal("a script gets the same bytes and remembers the same",
                 gimp.whole_layer(script) == from_window, True)
    gimp.take_out(image, script)
    gimp.run(f"(gimp-item-set-visible {old} #t)")


def changes_a_part(gimp, claims, window, image):
    old = gimp.layers(image)[0]
    select(gimp, image)
    gimp.run(f"(gimp-image-set-selected-layers {image} (vector {old}))")
    turn_to(gimp)
    seen, selected, pixels = gimp.pixels(image), gimp.selection(image), gimp.whole(old)
    draw(gimp, window, "a yellow circle", 2)
    gimp.run(f"(gimp-image-clean-all {image})")
    before = gimp.everything(image)
    layer = add(gimp, window, image)
    now = gimp.pixels(image)
    changed = [place for place in range(0, len(seen), 3)
               if seen[place:place + 3] != now[place:place + 3]]
    claims.equal("a part: where nothing is selected, every byte is as before",
                 [place for place in changed if selected[place] == 0], [])
    claims.claim("where something is, much has changed", len(changed) > 1000)
    claims.claim("the selection is its mask", has_mask(gimp, layer))
    claims.equal("the old layer is in sight", is_visible(gimp, old), True)
    claims.equal("and keeps its bytes", gimp.whole(old) == pixels, True)
    gimp.undo_and_redo(claims, "a changed part", image, before)
    layer = gimp.layers(image)[0]
    from_window = gimp.whole_layer(layer)
    gimp.take_out(image, layer)
    gimp.run(f"(gimp-image-set-selected-layers {image} (vector {old}))")
    script = by_script(gimp, image, '#:prompt "a yellow circle" #:strength 0.6')
    claims.equal("a script gets the same", gimp.whole_layer(script) == from_window, True)
    gimp.take_out(image, script)
    gimp.run(f"(gimp-selection-none {image})")


KINDS = {
    "a hidden layer": "(gimp-item-set-visible LAYER #f)",
    "a locked layer": "(begin (gimp-item-set-lock-content LAYER #t) "
                      "(gimp-item-set-lock-position LAYER #t))",
    "a layer whose mask is edited":
        "(let ((mask (gimp-layer-create-mask LAYER ADD-MASK-WHITE))) "
        "(gimp-layer-add-alpha LAYER) "
        "(gimp-layer-add-mask LAYER mask) (gimp-layer-set-edit-mask LAYER #t))",
    "a GRAY image": "(gimp-image-convert-grayscale IMAGE)",
    "an image with 16 bits":
        "(gimp-image-convert-precision IMAGE PRECISION-U16-NON-LINEAR)",
    "a group": "(let ((group (gimp-group-layer-new IMAGE \"group\"))) "
               "(gimp-image-insert-layer IMAGE group 0 0) "
               "(gimp-image-reorder-item IMAGE LAYER group 0) "
               "(gimp-image-set-selected-layers IMAGE (vector group)))",
}


def changes_every_kind(gimp, claims, window):
    """The images stay open: pictures of one that was closed stay in the window."""
    for kind, prepare in KINDS.items():
        image = gimp.show_image(120, 90)
        layer = gimp.layers(image)[0]
        gimp.run(prepare.replace("LAYER", str(layer)).replace("IMAGE", str(image)))
        place = gimp.place(layer)
        pixels = gimp.whole(layer)
        open_for(gimp, image)
        wait_for("its own pictures", lambda: not gimp.results(window))
        draw(gimp, window, "", 1)
        new = add(gimp, window, image)
        claims.equal(f"{kind}: it is changed in its place", gimp.place(new), place)
        claims.equal(f"{kind}: and keeps its bytes", gimp.whole(layer) == pixels, True)

    image = gimp.show_image(120, 90)
    gimp.run(f"(gimp-image-convert-indexed {image} CONVERT-DITHER-NONE "
             'CONVERT-PALETTE-GENERATE 8 #f #f "")')
    open_for(gimp, image)
    claims.claim("an INDEXED image is told", is_told(gimp, window, "Image ▸ Mode ▸ RGB"))


def outlives_changes(gimp, claims, window):
    """What a person does while the model draws."""
    image = gimp.show_image(200, 150)
    open_for(gimp, image)
    wait_for("its own pictures", lambda: not gimp.results(window))
    old = gimp.layers(image)[0]
    labelled(window, "Pictures").queryValue().currentValue = 4
    write(gimp, window, "a red star")
    generate(gimp, window)
    wait_for("a running job", gimp.is_busy)
    gimp.run(f"(gimp-layer-set-offsets {old} 30 -20)")
    gimp.run("(gimp-context-set-foreground '(90 10 90))")
    gimp.run(f"(gimp-drawable-fill {old} FILL-FOREGROUND)")
    gimp.wait_for_results(window, 4, SECONDS)
    turn_to(gimp)
    layer = add(gimp, window, image)
    claims.equal("it goes where the layer is now", gimp.place(layer), "(30 -20 200 150)")
    claims.claim("and tells that this was changed",
                 is_told(gimp, window, "The layer was changed while it was"))
    gimp.take_out(image, layer)
    gimp.run(f"(gimp-layer-resize {old} 100 100 0 0)")
    press(gimp.find("button", "Add as Layer", window))
    claims.claim("a layer of another size is told",
                 is_told(gimp, window, "The size of the layer was changed"))
    claims.equal("and left alone", len(gimp.layers(image)), 1)
    gimp.take_out(image, old)
    press(gimp.find("button", "Add as Layer", window))
    claims.claim("a deleted layer is told", is_told(gimp, window, "The layer was deleted"))
    claims.equal("nothing is added", len(gimp.layers(image)), 0)

    other = gimp.show_image(200, 150)
    open_for(gimp, other)
    wait_for("its own pictures", lambda: not gimp.results(window))
    generate(gimp, window)
    wait_for("a running job", gimp.is_busy)
    gimp.close_image(other)
    wait_for("its end", lambda: other not in gimp.images())
    gimp.wait_for_results(window, 4, SECONDS)
    turn_to(gimp)
    claims.claim("the pictures of an image that was closed are not lost", True)
    labelled(window, "Pictures").queryValue().currentValue = 1


def gives_back_what_was_selected(gimp, claims, window):
    """Another layer may be selected when the picture is added."""
    image = gimp.show_image(120, 90)
    old = gimp.layers(image)[0]
    open_for(gimp, image)
    wait_for("its own pictures", lambda: not gimp.results(window))
    draw(gimp, window, "", 1)
    other = int(gimp.run(f"(gimp-layer-new-from-drawable {old} {image})"))
    gimp.run(f"(gimp-image-insert-layer {image} {other} 0 0)")
    turn_to(gimp)
    before = gimp.everything(image)
    press(gimp.find("button", "Add as Layer", window))
    gimp.wait_for_layers(image, 3)
    claims.equal("it goes above its own layer, whatever is selected",
                 gimp.layers(image)[::2], [other, old])
    gimp.undo_and_redo(claims, "while another layer is selected", image, before)


def varies(gimp, claims, window):
    """A variant stands for itself: it goes where every picture goes."""
    image = gimp.show_image(200, 150)
    gimp.run(f"(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE #:image {image})")
    gimp.raise_window("Generate Layer")
    press(choice(window, "Canvas"))
    n = len(gimp.results(window))
    draw(gimp, window, "a house and a tree", n + 1)
    vary = gimp.find("button", "Vary", window)
    wait_for("the button", lambda: is_sensitive(vary))
    press(vary)
    gimp.wait_for_results(window, n + 2, SECONDS)
    claims.claim("Vary draws another picture, and says what it is",
                 is_told(gimp, window, "Drawn like another picture"))
    press(gimp.find("toggle button", "Strength of Vary", window))
    scale = wait_for("the strength", lambda: [
        node for node in pyatspi.findAllDescendants(
            window, lambda node: node.getRoleName() == "slider" and any(
                relation.getTarget(0).name == "Strength"
                for relation in node.getRelationSet())) if is_showing(node)])[0]
    claims.equal("its strength is half", round(scale.queryValue().currentValue, 2), 0.5)
    scale.queryValue().currentValue = 0.3
    gimp.shot("change/vary.png", "Generate Layer")
    gimp.keys("Escape")
    press(vary)
    gimp.wait_for_results(window, n + 3, SECONDS)
    layer = add(gimp, window, image)
    claims.equal("a variant becomes a layer as every picture does",
                 gimp.place(layer), "(0 0 200 150)")
    is_drawn_again(gimp, claims, image, layer)


def is_drawn_again(gimp, claims, image, layer):
    """A variant, from the picture that it began with, as long as that is kept."""
    from_window = gimp.whole_layer(layer)
    gimp.run("(gimp-context-set-foreground '(10 200 10))")
    gimp.run(f"(gimp-drawable-edit-fill {layer} FILL-FOREGROUND)")
    again = ("(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE "
             f"#:image {image} #:drawables (vector {layer}))")
    gimp.run(again)
    claims.equal("Regenerate draws a variant again with the same bytes",
                 gimp.whole_layer(layer) == from_window, True)

    folder = os.path.join(gimp.data, "pisces", "results")
    os.rename(folder, folder + "-away")
    gimp.run(again)
    claims.equal("or from the image's file, which has the picture too",
                 gimp.whole_layer(layer) == from_window, True)
    gimp.run(f"""
        (for-each (lambda (name)
                    (if (and (> (string-length name) 13)
                             (string=? (substring name 0 13) "pisces-pixels"))
                        (gimp-image-detach-parasite {image} name)))
                  (gimp-image-get-parasite-list {image}))""")
    claims.claim("where it is kept nowhere, a sentence says so",
                 "It began with another picture" in refusal(gimp, again))
    os.rename(folder + "-away", folder)


def test(gimp, claims):
    image = gimp.show_image(320, 240)
    gimp.raise_window("GIMP")
    gimp.menu("Layer", "Change from Prompt")
    window = gimp.window("Generate Layer")
    says_why_not(gimp, claims, window, image)
    changes_a_layer(gimp, claims, window, image)
    changes_a_part(gimp, claims, window, image)
    changes_every_kind(gimp, claims, window)
    gives_back_what_was_selected(gimp, claims, window)
    outlives_changes(gimp, claims, window)
    varies(gimp, claims, window)
    claims.equal("GIMP complains of nothing",
                 gimp.complaints_but_of_undo(), [])


sys.exit(gimp_window.main(test, kind=DrawingGimp))
