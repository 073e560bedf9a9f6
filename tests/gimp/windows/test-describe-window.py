# SPDX-License-Identifier: GPL-3.0-or-later
"""In the Describe Image window an image becomes two texts, which are edited
and saved with it, and become a prompt."""

import os
import subprocess
import sys
import time

import gimp_window
from gimp_window import (is_sensitive, press, text_of, wait_for)

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
    press(button(gimp, window, "Describe"))
    wait_for("the texts",
             lambda: text_of(short) and text_of(long) and
             is_sensitive(button(gimp, window, "Describe")), SECONDS)
    claims.claim("it gets a short and a long text", True)
    claims.note("short: " + text_of(short))
    claims.note("long: " + text_of(long))
    gimp.shot("describe-window.png", "Describe Image")


def saves_what_a_person_wrote(gimp, claims, window, image):
    short, long = fields(gimp, window)
    gimp.raise_window("Describe Image")
    short.queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type("A blue ellipse, wide, on paper")
    wait_for("the typed text", lambda: text_of(short).startswith("A blue"))
    press(button(gimp, window, "Save to Image"))
    time.sleep(1)

    path = os.path.join(gimp.folder, "saved.png")
    gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:file "{path}" #:include-xmp #t)')
    claims.equal("another program reads the short text",
                 field(path, "Xmp.iptc.AltTextAccessibility"),
                 'lang="x-default" A blue ellipse, wide, on paper')
    claims.equal("and the long one",
                 field(path, "Xmp.iptc.ExtDescrAccessibility"),
                 f'lang="x-default" {text_of(long)}'.strip())

    gimp.menu("Edit", "Undo")
    time.sleep(1)
    gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:file "{path}" #:include-xmp #t)')
    claims.equal("one undo takes them away again",
                 field(path, "Xmp.iptc.AltTextAccessibility"), "")
    gimp.menu("Edit", "Redo")
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
    saves_what_a_person_wrote(gimp, claims, window, image)
    shows_another_image(gimp, claims)
    window = finds_the_saved_texts(gimp, claims)
    becomes_a_prompt(gimp, claims, window)


sys.exit(gimp_window.main(test))
