# SPDX-License-Identifier: GPL-3.0-or-later
"""The menu item asks how far an image is to be extended, returns at once, and makes
the canvas larger with its new borders in one undo step.  What cannot be done is said
in the window; what happens meanwhile, in the small one that shows the progress."""

import sys

import pyatspi

import gimp_window
from gimp_window import is_sensitive, is_showing, labelled, press, wait_for

TITLE = "Extend the Image"
TASK = "Draw the New Borders"
SECONDS = 120


def size(gimp, image):
    return gimp.run(f"(list (gimp-image-get-width {image}) "
                    f"(gimp-image-get-height {image}))")


def says(window, sentence):
    return wait_for(f"{sentence!r}", lambda: pyatspi.findDescendant(
        window, lambda node: node.getRoleName() == "label" and
        sentence in (node.name or "") and is_showing(node)), SECONDS)


def windows(gimp):
    return [top for app in gimp.applications() for top in app
            if top is not None and (top.name or "").startswith((TITLE, TASK)) and is_showing(top)]


def open_window(gimp, image):
    gimp.run(f"(plug-in-pisces-extend #:run-mode RUN-INTERACTIVE #:image {image})")
    gimp.raise_window(TITLE)
    return gimp.window(TITLE)


def set_number(window, name, value):
    labelled(window, name).queryValue().currentValue = value


def extend(gimp, window):
    gimp.raise_window(TITLE)
    button = gimp.find("button", "Extend", window)
    wait_for("the button", lambda: is_sensitive(button))
    press(button)


def to_an_aspect(gimp, claims, image):
    gimp.raise_window("GIMP")
    gimp.menu("Image", "Extend from Prompt")
    gimp.raise_window(TITLE)
    window = gimp.window(TITLE)
    claims.claim("it says how large the image becomes",
                 says(window, "From 240 × 240 to 427 × 240 pixels"))
    gimp.shot("extend/window.png", TITLE)
    gimp.run(f"(gimp-image-clean-all {image})")
    before = gimp.everything(image)
    extend(gimp, window)
    gimp.wait_for_layers(image, 2)
    claims.equal("the canvas has the aspect", size(gimp, image), "(427 240)")
    wait_for("the windows to go", lambda: not windows(gimp))
    claims.claim("the windows go by themselves", True)
    gimp.undo_and_redo(claims, "an extended image", image, before)


def by_numbers(gimp, claims, image):
    window = open_window(gimp, image)
    combo = labelled(window, "Aspect")
    claims.equal("an image with the first aspect is offered another", combo.name, "1:1")
    for name in "Top", "Bottom":
        set_number(window, name, 0)
    claims.equal("numbers of one's own take the aspect back", combo.name, "Your own numbers")
    claims.claim("without any, there is nothing to press", not is_sensitive(
        gimp.find("button", "Extend", window)))
    set_number(window, "Right", 50)
    field = labelled(window, "Prompt")
    field.queryEditableText().setTextContents("a red star")
    extend(gimp, window)
    gimp.wait_for_layers(image, 3)
    claims.equal("the canvas is larger by them", size(gimp, image), "(477 240)")
    layer = gimp.layers(image)[0]
    claims.equal("the layer is that side", gimp.run(
        f"(append (gimp-drawable-get-offsets {layer}) "
        f"(list (gimp-drawable-get-width {layer})))"), "(427 0 50)")
    claims.equal("and has the prompt's name",
                 gimp.run(f"(gimp-item-get-name {layer})"), '"a red star"')


def refused(gimp, claims, image):
    window = open_window(gimp, image)
    set_number(window, "Right", 200000)
    extend(gimp, window)
    claims.claim("too much is told in the window", says(window, "So much cannot be added"))
    gimp.shot("extend/problem.png", TITLE)
    set_number(window, "Right", 30)
    field = labelled(window, "Prompt")
    field.queryEditableText().setTextContents("a dragon")
    extend(gimp, window)
    task = gimp.window(TASK)
    claims.claim("what the model cannot draw is told", says(task, "does not know dragon"))
    press(gimp.find("button", "Close", task))
    claims.equal("nothing is added", len(gimp.layers(image)), 3)
    claims.equal("the canvas stays", size(gimp, image), "(477 240)")


def outlives_changes(gimp, claims):
    """What a person does while the model draws: first it waits for other jobs."""
    def begin(image):
        window = open_window(gimp, image)
        field = labelled(window, "Prompt")
        field.queryEditableText().setTextContents("")
        generate = gimp.generate_window(image)
        labelled(generate, "Pictures").queryValue().currentValue = 8
        prompt = gimp.find("text", "Prompt", generate)
        prompt.queryEditableText().setTextContents("a blue fish")
        gimp.raise_window("Generate Layer")
        gimp.keys("ctrl+Return")
        wait_for("the other job", gimp.is_busy)
        extend(gimp, window)
        task = gimp.window(TASK)
        says(task, "Waiting for another job")
        return task, gimp.find("button", "Stop", generate)

    image = gimp.show_image(200, 200)
    task, stop = begin(image)
    gimp.run(f"(gimp-image-resize {image} 210 200 0 0)")
    press(stop)
    claims.claim("an image of another size is told", says(
        task, "The size of the image was changed while its new borders"))
    press(gimp.find("button", "Close", task))
    claims.equal("and left alone", (size(gimp, image), len(gimp.layers(image))),
                 ("(210 200)", 1))

    task, stop = begin(image)
    press(gimp.find("button", "Stop", task))
    press(stop)
    wait_for("its end", lambda: not windows(gimp), SECONDS)
    claims.equal("stopped, nothing is changed", (size(gimp, image), len(gimp.layers(image))),
                 ("(210 200)", 1))

    task, stop = begin(image)
    gimp.close_image(image)
    press(stop)
    claims.claim("an image that was closed is told", says(task, "closed"))
    press(gimp.find("button", "Close", task))


def test(gimp, claims):
    image = gimp.show_image(240, 240)
    before = gimp.process_of_pisces()
    to_an_aspect(gimp, claims, image)
    by_numbers(gimp, claims, image)
    refused(gimp, claims, image)
    outlives_changes(gimp, claims)
    claims.equal("all in one process, which nothing has ended",
                 gimp.process_of_pisces(), before)
    claims.equal("GIMP complains of nothing",
                 gimp.complaints_but_of_undo(), [])


sys.exit(gimp_window.main(test))
