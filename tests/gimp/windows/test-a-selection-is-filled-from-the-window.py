# SPDX-License-Identifier: GPL-3.0-or-later
"""The window fills the selection as the procedure does: one layer with the
selection, as it was when the job began, as its mask, in one undo step; nothing
outside of it changes by a byte.  It says when that cannot be done, and goes on
when the image is changed while the model draws."""

import sys

import pyatspi

import gimp_window
from drawing_gimp import (SECONDS, SEED, DrawingGimp, add, cannot_be_chosen, choice, draw,
                          generate, is_told, says, select, set_number, turn_to, write)
from gimp_window import (is_sensitive, is_showing, labelled, press, wait_for)


def by_script(gimp, image, arguments):
    return int(gimp.run("(car (plug-in-pisces-fill #:run-mode RUN-NONINTERACTIVE "
                        f"#:image {image} #:seed {SEED} {arguments}))"))


def says_why_not(gimp, claims, window, image):
    fill = choice(window, "Fill the selection")
    claims.equal("the menu item chooses it", labelled(window, "Where").name,
                 "Fill the selection")
    claims.claim("what is chosen does not look as if nothing else could be",
                 is_sensitive(fill))
    claims.claim("a tooltip says why", "Nothing is selected" in
                 labelled(window, "Where").description)
    claims.claim("so do words in the window",
                 is_told(gimp, window, "Nothing is selected"))
    generate(gimp, window)
    claims.claim("and a sentence, if it is tried",
                 is_told(gimp, window, "Select what should be drawn anew"))

    cannot_be_chosen(claims, window, "Fill the selection")
    gimp.run(f"(plug-in-pisces-fill #:run-mode RUN-INTERACTIVE #:image {image})")
    select(gimp, image)
    turn_to(gimp)
    wait_for("the choice", lambda: is_sensitive(fill))
    claims.claim("with a selection it can be chosen", True)
    claims.claim("Generate can be pressed without a prompt, and says what that means",
                 "as if nothing had been there" in
                 gimp.find("button", "Generate", window).description)


def fills(gimp, claims, window, image):
    """With an empty prompt and a feathered selection."""
    seen, selected = gimp.pixels(image), gimp.selection(image)
    draw(gimp, window, "", 1)
    claims.claim("a picture without a prompt has a name", gimp.results(window)[0].name ==
                 f"Without a prompt, seed {SEED}")
    gimp.shot("fill/without-words.png", "Generate Layer")
    gimp.run(f"(gimp-image-clean-all {image})")
    before = gimp.everything(image)
    layer = add(gimp, window, image)
    now = gimp.pixels(image)

    claims.equal("one layer more", len(gimp.layers(image)), 2)
    changed = [place for place in range(0, len(seen), 3)
               if seen[place:place + 3] != now[place:place + 3]]
    claims.equal("where nothing is selected, every byte is as before",
                 [place for place in changed if selected[place] == 0], [])
    claims.claim("where something is, much has changed", len(changed) > 1000)
    claims.claim("the mask is the selection with its soft edges", gimp.run(f"""
        (let* ((selection (gimp-image-get-selection {image}))
               (mask (gimp-layer-get-mask {layer}))
               (at (gimp-drawable-get-offsets {layer})) (soft 0))
          (do ((x 0 (+ x 1))) ((>= x (gimp-drawable-get-width mask)) (> soft 8))
            (let ((a (car (gimp-drawable-get-pixel mask x 50)))
                  (b (car (gimp-drawable-get-pixel selection (+ x (car at))
                                                   (+ 50 (cadr at))))))
              (if (not (= a b)) (set! soft -1000))
              (if (and (> a 0) (< a 255)) (set! soft (+ soft 1))))))""") == "#t")
    gimp.undo_and_redo(claims, "a filled selection", image, before)

    layer = gimp.layers(image)[0]
    from_window = gimp.whole_layer(layer)
    gimp.run("(gimp-context-set-foreground '(10 200 10))")
    gimp.run(f"(gimp-drawable-edit-fill {layer} FILL-FOREGROUND)")
    gimp.run(f"(gimp-image-clean-all {image})")
    before = gimp.everything(image)
    gimp.run("(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE "
             f"#:image {image} #:drawables (vector {layer}))")
    claims.equal("Regenerate draws the layer again with the same bytes",
                 gimp.whole_layer(layer) == from_window, True)
    gimp.undo_and_redo(claims, "a layer that is drawn again", image, before)
    gimp.take_out(image, layer)
    script = by_script(gimp, image, "")
    claims.equal("a script gets the same bytes and remembers the same",
                 gimp.whole_layer(script) == from_window, True)
    gimp.take_out(image, script)


def varies(gimp, claims, window, image):
    """A variant of what was drawn to fit goes to the same place."""
    turn_to(gimp)
    seen, selected = gimp.pixels(image), gimp.selection(image)
    count = len(gimp.results(window))
    first = add(gimp, window, image)
    place, begun = gimp.place(first), gimp.whole(first)
    gimp.take_out(image, first)
    press(gimp.find("button", "Vary", window))
    gimp.wait_for_results(window, count + 1, SECONDS)
    claims.claim("Vary draws a picture that begins with the one that fits",
                 is_told(gimp, window, "Begun with what was there, strength 0.50"))
    gimp.shot("fill/vary.png", "Generate Layer")
    layer = add(gimp, window, image)
    now = gimp.pixels(image)
    claims.equal("it goes to the same place", gimp.place(layer), place)
    claims.claim("it is another one", gimp.whole(layer) != begun)
    claims.equal("where nothing is selected, every byte is as before",
                 [at for at in range(0, len(seen), 3) if selected[at] == 0 and
                  seen[at:at + 3] != now[at:at + 3]], [])
    from_window = gimp.whole_layer(layer)
    gimp.run(f"(gimp-drawable-edit-fill {layer} FILL-FOREGROUND)")
    gimp.run("(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE "
             f"#:image {image} #:drawables (vector {layer}))")
    claims.equal("Regenerate draws it again with the same bytes",
                 gimp.whole_layer(layer) == from_window, True)
    gimp.take_out(image, layer)


def follows_its_settings(gimp, claims, window, image):
    """What is under Advanced, with layers above the active one."""
    ground = gimp.layers(image)[0]
    gimp.run(f"""
        (let ((cover (gimp-layer-new {image} "cover" 320 240 RGBA-IMAGE 100
                                     LAYER-MODE-NORMAL)))
          (gimp-image-insert-layer {image} cover 0 0)
          (gimp-context-set-foreground '(30 200 30))
          (gimp-drawable-fill cover FILL-FOREGROUND)
          (gimp-image-set-selected-layers {image} (vector {ground})))""")
    turn_to(gimp)
    set_number(window, "Strength", 0.7)
    set_number(window, "Surroundings", 1)
    set_number(window, "Grow by", -6)
    press(wait_for("the choice", lambda: pyatspi.findDescendant(
        labelled(window, "Model sees"), lambda node: node.name == "Active layer and below")))
    draw(gimp, window, "a yellow circle", 3)
    gimp.shot("fill/settings.png", "Generate Layer")
    button = gimp.find("button", "Add as Layer", window)
    wait_for("the button", lambda: is_sensitive(button))
    press(button)
    gimp.wait_for_layers(image, 3)
    layer = gimp.layers(image)[1]
    from_window = gimp.whole_layer(layer)
    width = int(gimp.run(f"(gimp-drawable-get-width {layer})"))
    whole = gimp.run(f"(gimp-selection-bounds {image})").strip("()").split()
    claims.equal("a smaller part is filled, on both sides",
                 int(whole[3]) - int(whole[1]) - width, 12)
    gimp.take_out(image, layer)
    gimp.run(f"(gimp-image-set-selected-layers {image} (vector {ground}))")
    script = by_script(gimp, image, '#:prompt "a yellow circle" #:strength 0.7 '
                       '#:surroundings 1 #:grow -6 #:source "below"')
    claims.equal("a script with the same settings gets the same",
                 gimp.whole_layer(script) == from_window, True)
    gimp.take_out(image, script)
    gimp.run(f"(gimp-image-remove-layer {image} {gimp.layers(image)[0]})")


def outlives_changes(gimp, claims, window, image):
    """What a person does while the model draws."""
    set_number(window, "Strength", 1)
    set_number(window, "Grow by", 0)
    press(pyatspi.findDescendant(labelled(window, "Model sees"),
                                 lambda node: node.name == "All that is visible"))
    gimp.run(f"""
        (let ((top (gimp-layer-new {image} "top" 320 240 RGBA-IMAGE 100
                                   LAYER-MODE-NORMAL)))
          (gimp-image-insert-layer {image} top 0 0))""")
    turn_to(gimp)
    labelled(window, "Pictures").queryValue().currentValue = 6
    write(gimp, window, "a red star")
    bounds = gimp.run(f"(gimp-selection-bounds {image})").strip("()").split()
    generate(gimp, window)
    wait_for("a running job", gimp.is_busy)
    gimp.run(f"(gimp-image-select-rectangle {image} CHANNEL-OP-REPLACE 0 0 20 20)")
    gimp.take_out(image, gimp.layers(image)[0])
    gimp.wait_for_results(window, 9, SECONDS)
    turn_to(gimp)
    layer = add(gimp, window, image)
    x1, y1, x2, y2 = map(int, bounds[1:5])
    claims.equal("it goes where the selection was, though another part is selected "
                 "and the layer is gone", gimp.place(layer),
                 f"({x1} {y1} {x2 - x1} {y2 - y1})")
    claims.claim("Replace is not offered for it", not is_sensitive(
        gimp.find("button", "Replace the Layer Added Last", window, 5))
        if has_replace(window) else True)
    gimp.take_out(image, layer)

    gimp.run(f"(gimp-image-resize {image} 400 300 0 0)")
    press(gimp.find("button", "Add as Layer", window))
    claims.claim("an image of another size is told",
                 is_told(gimp, window, "The size of the image was changed"))
    claims.equal("and left alone", len(gimp.layers(image)), 1)
    gimp.run(f"(gimp-image-resize {image} 320 240 0 0)")
    gimp.take_out(image, add(gimp, window, image))
    claims.claim("when it has its size again, this is no longer said",
                 not says(window, "The size of the image was changed"))


def has_replace(window):
    return pyatspi.findDescendant(window, lambda node: node.name ==
                                  "Replace the Layer Added Last" and is_showing(node))


def outlives_the_image(gimp, claims, window):
    image = gimp.show_image(320, 240)
    select(gimp, image)
    gimp.run(f"(plug-in-pisces-fill #:run-mode RUN-INTERACTIVE #:image {image})")
    gimp.raise_window("Generate Layer")
    wait_for("its own pictures", lambda: not gimp.results(window))
    labelled(window, "Pictures").queryValue().currentValue = 4
    write(gimp, window, "a blue fish")
    generate(gimp, window)
    wait_for("a running job", gimp.is_busy)
    gimp.close_image(image)
    wait_for("its end", lambda: image not in gimp.images())
    gimp.wait_for_results(window, 4, SECONDS)
    turn_to(gimp)
    press(gimp.find("button", "Open as Image", window))
    wait_for("a new image", lambda: len(gimp.images()) == 2)
    claims.claim("the pictures of an image that was closed are not lost", True)

    # Another image has no place for them.
    other = min(gimp.images())
    turn_to(gimp)
    press(wait_for("the image", lambda: pyatspi.findDescendant(
        labelled(window, "Goes into"),
        lambda node: (node.name or "").endswith(f"-{other}"))))
    wait_for("all pictures", lambda: len(gimp.results(window)) == 13)
    fish = [tile for tile in gimp.results(window) if "blue fish" in tile.name][0]
    fish.parent.querySelection().selectChild(fish.getIndexInParent())
    button = gimp.find("button", "Add as Layer", window)
    wait_for("the button", lambda: is_sensitive(button))
    count = len(gimp.layers(other))
    press(button)
    claims.claim("another image has no place for it, and is told so",
                 is_told(gimp, window, "its place is not known here"))
    claims.equal("nothing is added to it", len(gimp.layers(other)), count)


def test(gimp, claims):
    image = gimp.show_image(320, 240)
    gimp.raise_window("GIMP")
    gimp.menu("Layer", "Fill from Prompt")
    window = gimp.window("Generate Layer")
    says_why_not(gimp, claims, window, image)
    fills(gimp, claims, window, image)
    varies(gimp, claims, window, image)
    follows_its_settings(gimp, claims, window, image)
    outlives_changes(gimp, claims, window, image)
    outlives_the_image(gimp, claims, window)
    claims.equal("GIMP complains of nothing",
                 gimp.complaints_but_of_undo(), [])


sys.exit(gimp_window.main(test, kind=DrawingGimp))
