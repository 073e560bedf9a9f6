# SPDX-License-Identifier: GPL-3.0-or-later
"""In the Generate Layer window a prompt is typed, drawn and stopped, and the
picture is added as a layer in one undo step; nothing is lost if the window
or the image is closed in the meantime."""

import os
import sys
import time

import pyatspi

import gimp_window
from gimp_window import (exact_button, is_sensitive, is_showing, labelled, press, text_of,
                         wait_for)

PROMPT = "a red star above a blue fish"
DRAWING_SECONDS = 180


def status(gimp, place):
    return gimp.run(f"(list-ref (plug-in-pisces-status) {place})")


def opened(gimp):
    gimp.menu("Layer", "New from Prompt")
    return gimp.window("Generate Layer")


def start(gimp, window):
    gimp.raise_window("Generate Layer")
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.keys("ctrl+Return")
    wait_for("a job that runs",
             lambda: is_sensitive(exact_button(window, "Stop")))


def wait_until_done(gimp, window):
    wait_for("the end of the job",
             lambda: is_sensitive(exact_button(window, "Generate")) and
             not is_sensitive(exact_button(window, "Stop")),
             DRAWING_SECONDS)


def says_what_is_left_out(gimp, claims, window, prompt):
    """Before any model is loaded, and before anything is drawn."""
    def hint(node):
        return (node.getRoleName() == "label" and is_showing(node) and
                "Everything from “red star red star red…” on is left out." in node.name)

    prompt.queryEditableText().setTextContents("red star " * 300 + "and a (dragon)")
    wait_for("the hint", lambda: pyatspi.findDescendant(window, hint))
    claims.equal("what is left out of a prompt is said while it is written, without a model",
                 status(gimp, 0), "#f")
    prompt.queryEditableText().setTextContents("a (dragon), a red-star")
    wait_for("the unknown word", lambda: pyatspi.findDescendant(
        window, lambda node: node.getRoleName() == "label" and is_showing(node) and
        node.name.endswith(": dragon")))
    claims.claim("so is a word that the model does not know", True)
    prompt.queryEditableText().setTextContents("")


def draws_and_adds(gimp, claims, image):
    began = time.monotonic()
    window = opened(gimp)
    claims.note(f"the window was there after {time.monotonic() - began:.1f} s")
    claims.equal("opening the window loads nothing", status(gimp, 0), "#f")

    prompt = gimp.find("text", "Prompt", window)
    says_what_is_left_out(gimp, claims, window, prompt)
    gimp.raise_window("Generate Layer")
    prompt.queryComponent().grabFocus()
    gimp.type(PROMPT)
    wait_for("the prompt", lambda: text_of(prompt) == PROMPT)
    claims.claim("a prompt is typed", True)

    start(gimp, window)
    gimp.shot("generate-window-working.png", "Generate Layer")
    claims.equal("GIMP answers while a picture is drawn",
                 gimp.images(), [image])
    wait_until_done(gimp, window)
    claims.equal("it is drawn", len(gimp.tiles(window)), 1)
    claims.claim("its plan is shown",
                 len(text_of(gimp.find("text", "Plan", window))) > 0)
    claims.equal("no layer is added yet", len(gimp.layers(image)), 1)

    add = exact_button(window, "Add as Layer")
    wait_for("an Add button that can be pressed", lambda: is_sensitive(add))
    before = gimp.everything(image)
    press(add)
    gimp.wait_for_layers(image, 2)
    claims.claim("it is added as a layer", True)
    gimp.undo_and_redo(claims, "a layer from a prompt", image, before)
    gimp.shot("generate-window.png", "Generate Layer")
    gimp.shot("generate-desktop.png")
    return window


def stops(gimp, claims, window):
    before = len(gimp.tiles(window))
    count = labelled(window, "Pictures").queryValue()
    count.currentValue = 8
    start(gimp, window)
    time.sleep(0.5)
    began = time.monotonic()
    gimp.keys("Escape")
    wait_until_done(gimp, window)
    claims.note(f"stopped after {(time.monotonic() - began) * 1000:.0f} ms, "
                "as seen through the accessibility tree")
    claims.claim("Escape stops the job at once",
                 time.monotonic() - began < 3)
    claims.claim("no more pictures come",
                 len(gimp.tiles(window)) < before + 8)
    count.currentValue = 1
    claims.equal("the model stays loaded", status(gimp, 0), "#t")
    claims.equal("it was loaded once", status(gimp, 9), "1")


def rows(gimp, window):
    try:
        jobs = gimp.find("list box", "Jobs", window, 1)
    except gimp_window.Missing:
        return []
    return [row for row in jobs if is_showing(row)]


def queues_up(gimp, claims, window):
    """Three jobs: the second, which waits, is removed."""
    before = len(gimp.tiles(window))
    prompt = gimp.find("text", "Prompt", window)
    count = labelled(window, "Pictures").queryValue()
    # The first takes long enough to check the others.
    for text, n in (("a red star", 8), ("a green fish", 1), ("a blue moon", 1)):
        prompt.queryEditableText().setTextContents(text)
        count.currentValue = n
        press(exact_button(window, "Generate"))
    wait_for("three rows", lambda: len(rows(gimp, window)) == 3)
    claims.claim("jobs queue up, a row each", True)
    gimp.shot("generate-window-queue.png", "Generate Layer")
    press(exact_button(window, "Remove “a green fish”"))
    wait_for("two rows", lambda: len(rows(gimp, window)) <= 2, 3)
    claims.claim("one that waits is taken out at once", True)
    wait_until_done(gimp, window)
    claims.equal("the others are drawn", len(gimp.tiles(window)), before + 9)
    claims.claim("and it is not",
                 not pictures_of(gimp, window, "a green fish"))
    prompt.queryEditableText().setTextContents(PROMPT)


def pictures_of(gimp, window, prompt):
    strip = gimp.find("table", "Pictures made so far", window, 1)
    return [tile for tile in strip if tile.name.startswith(prompt)]


def goes_on_when_hidden(gimp, claims, window):
    before = len(gimp.tiles(window))
    count = labelled(window, "Pictures").queryValue()
    count.currentValue = 3   # long enough to be asked about
    start(gimp, window)
    count.currentValue = 1
    gimp.keys("alt+F4")
    question = gimp.window("Close Generate Layer")
    claims.claim("closing the window asks what becomes of the job",
                 is_showing(window))
    press(exact_button(question, "Leave Running"))
    wait_for("the window to go", lambda: not is_showing(window))
    wait_for("the job's end", lambda: status(gimp, 12) == "#f",
             DRAWING_SECONDS)
    claims.equal("the plug-in lives on without its window",
                 status(gimp, 0), "#t")
    window = opened(gimp)
    wait_for("the pictures", lambda: len(gimp.tiles(window)) == before + 3)
    claims.claim("the pictures were drawn meanwhile", True)
    claims.equal("the prompt is still there",
                 text_of(gimp.find("text", "Prompt", window)), PROMPT)
    return window


def survives_a_closed_image(gimp, claims, window, image):
    before = len(gimp.tiles(window))
    start(gimp, window)
    gimp.close_image(image)
    wait_for("the image to be gone", lambda: gimp.images() == [])
    wait_until_done(gimp, window)
    claims.equal("the image was closed, and the picture is there",
                 len(gimp.tiles(window)), before + 1)

    other = gimp.show_image(300, 500)
    window = opened(gimp)
    add = exact_button(window, "Add as Layer")
    wait_for("an Add button that can be pressed", lambda: is_sensitive(add))
    press(add)
    gimp.wait_for_layers(other, 2)
    claims.claim("it can be added to another image", True)
    claims.equal("and fits that one", gimp.run(
        f"(let ((l (vector-ref (gimp-image-get-layers {other}) 0)))"
        "  (list (gimp-drawable-get-width l) (gimp-drawable-get-height l)))"),
        "(300 229)")


def survives_a_closed_image_of_a_script(gimp, claims):
    image = gimp.show_image(100, 100)
    gimp.ask("(plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:prompt "a red circle" #:count 2 '
             "#:steps 150)")
    time.sleep(1)
    gimp.raise_window("GIMP")
    gimp.keys("ctrl+w")
    try:
        answer = gimp.answer()
    except RuntimeError as error:
        answer = str(error)
    # GIMP itself keeps the image for the script until the call has ended.
    claims.note(answer)
    wait_for("the image to be gone", lambda: image not in gimp.images())
    claims.claim("an image can be closed while a script draws in it",
                 "went away" not in answer)


def keeps_the_prompt(gimp, claims):
    path = os.path.join(gimp.profile, "pisces", "settings.ini")
    wait_for("the settings", lambda: os.path.exists(path))
    with open(path) as settings:
        claims.claim("the prompt is kept for the next session",
                     PROMPT in settings.read())


def test(gimp, claims):
    image = gimp.show_image(640, 480)
    window = draws_and_adds(gimp, claims, image)
    stops(gimp, claims, window)
    queues_up(gimp, claims, window)
    window = goes_on_when_hidden(gimp, claims, window)
    keeps_the_prompt(gimp, claims)
    survives_a_closed_image(gimp, claims, window, image)
    survives_a_closed_image_of_a_script(gimp, claims)


sys.exit(gimp_window.main(test))
