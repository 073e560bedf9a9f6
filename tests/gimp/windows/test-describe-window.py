# SPDX-License-Identifier: GPL-3.0-or-later
"""In the Describe Image window an image gets two texts, which are edited,
saved with it, and used as a prompt."""

import os
import subprocess
import sys
import time

import pyatspi

import gimp_window
from gimp_window import (is_sensitive, labelled, press, text_of, wait_for)

SECONDS = 120


def button(gimp, window, name):
    return gimp.find("button", name, window)


def fields(gimp, window):
    return (gimp.find("text", "Short", window),
            gimp.find("text", "Long", window))


def field(path, tag):
    return subprocess.run(["exiv2", "-K", tag, "-Pv", "pr", path],
                          capture_output=True, text=True).stdout.strip()


def describes(gimp, claims, window):
    short, long = fields(gimp, window)
    claims.equal("an image without texts has none", text_of(short), "")
    claims.claim("nano takes no hint, and the field says so",
                 not is_sensitive(labelled(window, "About the image")))
    closer = gimp.find("check box", "Look closer", window)
    claims.claim("nor can it look closer", not is_sensitive(closer))
    claims.claim("and the tooltip says why", "only as a whole" in closer.description)
    press(button(gimp, window, "Describe"))
    wait_for("the texts",
             lambda: text_of(short) and text_of(long) and
             is_sensitive(button(gimp, window, "Describe")), SECONDS)
    claims.claim("it gets a short and a long text", True)
    claims.note("short: " + text_of(short))
    claims.note("long: " + text_of(long))
    wait_for("the keywords", lambda: text_of(keywords(window)))
    claims.claim("and keywords that name what is there",
                 text_of(keywords(window)).split(", ")[0] in text_of(short))
    claims.note("keywords: " + text_of(keywords(window)))
    gimp.shot("describe-window.png", "Describe Image")


def keywords(window):
    return labelled(window, "Keywords")


def calls_saved(window):
    return pyatspi.findDescendant(
        window, lambda node: (node.name or "").startswith("Saved in"))


def saves_what_a_person_wrote(gimp, claims, window, image):
    short, long = fields(gimp, window)
    gimp.raise_window("Describe Image")
    short.queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type("A blue ellipse, wide, on paper")
    wait_for("the typed text", lambda: text_of(short).startswith("A blue"))
    keywords(window).queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type("ellipse, wide, blue")
    wait_for("the typed keywords",
             lambda: text_of(keywords(window)).endswith("blue"))
    before = gimp.everything(image)
    press(button(gimp, window, "Save to Image"))
    wait_for("the texts in the image",
             lambda: gimp.everything(image) != before)

    path = os.path.join(gimp.folder, "saved.png")
    gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:file "{path}" #:include-xmp #t)')
    claims.equal("another program reads the short text",
                 field(path, "Xmp.iptc.AltTextAccessibility"),
                 'lang="x-default" A blue ellipse, wide, on paper')
    claims.equal("and the keywords", field(path, "Xmp.dc.subject"),
                 "ellipse, wide, blue")
    claims.equal("and the long one",
                 field(path, "Xmp.iptc.ExtDescrAccessibility"),
                 f'lang="x-default" {text_of(long)}'.strip())

    gimp.undo_and_redo(claims, "texts that are saved in the image", image,
                       before, kept=False)
    gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:file "{path}" #:include-xmp #t)')
    claims.equal("undone, they are not exported",
                 field(path, "Xmp.iptc.AltTextAccessibility") +
                 field(path, "Xmp.dc.subject"), "")
    gimp.raise_window("Describe Image")
    claims.claim("and the window does not call them saved", wait_for(
        "its notice", lambda: not calls_saved(window)))
    claims.equal("but has them still", text_of(short),
                 "A blue ellipse, wide, on paper")
    gimp.raise_window("GIMP")
    gimp.menu("Edit", "Redo")
    time.sleep(1)


def choose(gimp, combo, name):
    """An item of a combo box."""
    item = wait_for(f"the choice {name!r}", lambda: pyatspi.findDescendant(
        combo, lambda node: (node.name or "").startswith(name)))
    press(item)


def tab(gimp, window, name):
    wait_for(f"the tab {name!r}",
             lambda: gimp.find("page tab", name, window))
    tabs = gimp.find("page tab list", "", window)
    for index in range(tabs.childCount):
        if tabs.getChildAtIndex(index).name == name:
            tabs.querySelection().selectChild(index)


def idle(gimp, window):
    wait_for("the end of the job",
             lambda: is_sensitive(button(gimp, window, "Describe")) and
             not is_sensitive(button(gimp, window, "Stop")), SECONDS)


def describes_parts(gimp, claims, window, image):
    """The selection contains only the blue; the layer is found too."""
    short, _long = fields(gimp, window)
    source = gimp.find("combo box", "What to describe", window)
    gimp.run("(gimp-selection-none %d)" % image)
    choose(gimp, source, "The selection")
    wait_for("the sentence", lambda: gimp.find(
        "label", "Nothing is selected", window, 2))
    claims.claim("without a selection a sentence says so", True)
    gimp.run(f"(gimp-image-select-rectangle {image} CHANNEL-OP-REPLACE "
             "260 200 120 80)")
    choose(gimp, source, "What is visible")
    choose(gimp, source, "The selection")
    wait_for("a usable button",
             lambda: is_sensitive(button(gimp, window, "Describe")))
    press(button(gimp, window, "Describe"))
    time.sleep(0.3)
    idle(gimp, window)
    claims.claim("the selection is described", len(text_of(short)) > 0)
    claims.note("selection: " + text_of(short))
    choose(gimp, source, "The active layer")
    press(button(gimp, window, "Describe"))
    time.sleep(0.3)
    idle(gimp, window)
    claims.claim("the layer is described", len(text_of(short)) > 0)
    claims.equal("and no image is left behind", gimp.images(), [image])
    gimp.run("(gimp-selection-none %d)" % image)
    choose(gimp, source, "What is visible")


def answers(gimp, claims, window):
    tab(gimp, window, "Questions")
    question = gimp.find("text", "Question", window)
    gimp.raise_window("Describe Image")
    question.queryComponent().grabFocus()
    gimp.type("what color is the circle?")
    gimp.keys("Return")
    wait_for("the answer", lambda: gimp.find(
        "list item", "what color is the circle?", window, 2), SECONDS)
    claims.claim("a question is answered", True)
    idle(gimp, window)
    claims.equal("and the entry is free for the next", text_of(question), "")
    gimp.shot("describe-window-questions.png", "Describe Image")
    tab(gimp, window, "Texts")


def goes_round(gimp, claims, window):
    _short, long = fields(gimp, window)
    tab(gimp, window, "Check")
    press(button(gimp, window, "Rebuild"))
    wait_for("the likeness", lambda: gimp.find(
        "label", "Likeness", window, 2), SECONDS)
    idle(gimp, window)
    tried = gimp.find("list box", "Texts that were tried", window)
    claims.equal("a picture is drawn again and compared",
                 tried.childCount, 1)
    press(button(gimp, window, "Best of 3"))
    wait_for("three tries", lambda: tried.childCount == 3, SECONDS)
    idle(gimp, window)
    rows = [tried.getChildAtIndex(i).name.split(None, 1) for i in range(3)]
    best = max(rows, key=lambda row: float(row[0]))
    claims.note(rows)
    gimp.shot("describe-window-check.png", "Describe Image")
    tab(gimp, window, "Texts")
    claims.equal("of three the one that rebuilds best is kept",
                 text_of(long), best[1])


def is_rewritten(gimp, claims, window):
    """Whatever the model finds, a shorter text or a sentence ends the wait."""
    short, _long = fields(gimp, window)
    before = text_of(short)
    press(gimp.find("toggle button", "Rewrite the short alt text", window))
    press(gimp.find("menu item", "Shorter"))
    time.sleep(0.3)
    idle(gimp, window)
    after = text_of(short)
    claims.note(f"{before!r} became {after!r}")
    claims.claim("shorter is shorter, or as it was",
                 after == before or len(after) < len(before))


def saves_two_languages(gimp, claims, window, image):
    short, _long = fields(gimp, window)
    combo = labelled(window, "Language")
    choose(gimp, combo, "Deutsch")
    wait_for("an empty field", lambda: text_of(short) == "")
    gimp.raise_window("Describe Image")
    short.queryComponent().grabFocus()
    gimp.type("Eine Ellipse, blau")
    wait_for("the typed text", lambda: text_of(short).endswith("blau"))
    press(button(gimp, window, "Save to Image"))
    wait_for("the answer", lambda: gimp.find("label", "Saved in", window, 2))
    choose(gimp, combo, "Any")
    wait_for("the other text", lambda: text_of(short).startswith("A blue"))

    path = os.path.join(gimp.folder, "two.png")
    gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:file "{path}" #:include-xmp #t)')
    claims.equal("two languages are side by side",
                 field(path, "Xmp.iptc.AltTextAccessibility"),
                 'lang="x-default" A blue ellipse, wide, on paper, '
                 'lang="de" Eine Ellipse, blau')


def is_decorative(gimp, claims, window, image):
    check = gimp.find("check box", "Decorative", window)
    path = os.path.join(gimp.folder, "decorative.png")
    export = ("(file-png-export #:run-mode RUN-NONINTERACTIVE "
              f'#:image {image} #:file "{path}" #:include-xmp #t)')
    gimp.run(export)
    subjects = field(path, "Xmp.dc.subject")
    press(check)
    time.sleep(1)
    gimp.run(export)
    claims.equal("decoration has no text",
                 field(path, "Xmp.iptc.AltTextAccessibility"), "")
    claims.equal("and says so beside its keywords", field(path, "Xmp.dc.subject"),
                 subjects + ", decorative image without alternative text")
    press(check)
    time.sleep(1)
    gimp.run(export)
    claims.equal("until it is none any more",
                 field(path, "Xmp.dc.subject"), subjects)
    short, _long = fields(gimp, window)
    claims.claim("the words are still in the window",
                 text_of(short).startswith("A blue"))
    press(button(gimp, window, "Save to Image"))
    time.sleep(1)


def shows_another_image(gimp, claims):
    other = gimp.show_image(200, 400)
    gimp.raise_window("GIMP")
    gimp.menu("Image", "Describe Image")
    window = gimp.window("Describe Image")
    short, _long = fields(gimp, window)
    wait_for("the other image's text", lambda: text_of(short) == "")
    claims.claim("another image has a window and texts of its own", True)
    gimp.close_image(other)
    wait_for("the image to be gone", lambda: other not in gimp.images())
    press(button(gimp, window, "Describe"))
    wait_for("the message", lambda: gimp.find(
        "label", "The image was closed", window, 2))
    claims.claim("a closed image gives a sentence", True)


def finds_the_saved_texts(gimp, claims):
    gimp.raise_window("GIMP")
    gimp.menu("Image", "Describe Image")
    window = gimp.window("Describe Image")
    short, _long = fields(gimp, window)
    wait_for("the saved text", lambda: text_of(short).startswith("A blue"))
    claims.equal("the saved text comes back", text_of(short),
                 "A blue ellipse, wide, on paper")
    return window


def is_shown_as_viewers_show_it(gimp, claims):
    """How GIMP leaves a photograph from a camera that was held upright, when a
    script opens it or a person chooses to keep it."""
    path = os.path.join(gimp.folder, "turned.png")
    subprocess.run(["magick", "-size", "256x192", "xc:white", "-fill", "blue",
                    "-draw", "rectangle 30,60 100,130", "-fill", "red",
                    "-draw", "circle 190,95 190,58", "-rotate", "270",
                    "+repage", path], check=True)
    subprocess.run(["exiv2", "-Mset Exif.Image.Orientation 6", path],
                   check=True)
    image = int(gimp.run(f'(gimp-file-load RUN-NONINTERACTIVE "{path}")'))
    gimp.displays[image] = gimp.run(f"(gimp-display-new {image})")
    gimp.ask("(plug-in-pisces-describe #:run-mode RUN-INTERACTIVE "
             f"#:image {image})")
    gimp.answer()
    window = gimp.window("Describe Image")
    wait_for("the reason", lambda: gimp.find(
        "label", "The image's metadata says", window, 2))
    press(button(gimp, window, "Describe"))
    short, _long = fields(gimp, window)
    wait_for("the text", lambda: text_of(short) and
             is_sensitive(button(gimp, window, "Describe")), SECONDS)
    claims.equal("an image that must be shown rotated is described so",
                 text_of(short), "A blue square to the left of a red circle "
                 "on a white background.")
    gimp.shot("describe-window-turned.png", "Describe Image")


def becomes_a_prompt(gimp, claims, window):
    _short, long = fields(gimp, window)
    wanted = text_of(long) or text_of(_short)
    press(button(gimp, window, "Use as Prompt"))
    other = gimp.window("Generate Layer")
    prompt = gimp.find("text", "Prompt", other)
    wait_for("the prompt", lambda: text_of(prompt) == wanted)
    claims.claim("a description becomes a prompt", True)


def test(gimp, claims):
    image = gimp.show_image(640, 480)
    gimp.menu("Image", "Describe Image")
    window = gimp.window("Describe Image")
    describes(gimp, claims, window)
    describes_parts(gimp, claims, window, image)
    answers(gimp, claims, window)
    goes_round(gimp, claims, window)
    is_rewritten(gimp, claims, window)
    saves_what_a_person_wrote(gimp, claims, window, image)
    saves_two_languages(gimp, claims, window, image)
    is_decorative(gimp, claims, window, image)
    shows_another_image(gimp, claims)
    window = finds_the_saved_texts(gimp, claims)
    becomes_a_prompt(gimp, claims, window)
    is_shown_as_viewers_show_it(gimp, claims)


sys.exit(gimp_window.main(test))
