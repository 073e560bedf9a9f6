# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that are written by hand and not saved come back after GIMP was
killed, in their own language, with the image and the file that they belong
to; and those of an image that was closed are found in the window of
another."""

import os
import subprocess
import sys
import tempfile
import time

import pyatspi

import gimp_window
from gimp_window import (is_sensitive, labelled, press, text_of, wait_for)

ALT = "Xmp.iptc.AltTextAccessibility"
TITLE = "Describe Image"


def field(path):
    return subprocess.run(["exiv2", "-K", ALT, "-Pv", "pr", path],
                          capture_output=True, text=True).stdout.strip()


def choose(combo, name):
    press(wait_for(f"the choice {name!r}", lambda: pyatspi.findDescendant(
        combo, lambda node: (node.name or "").startswith(name))))


def short_text(gimp, window):
    return gimp.find("text", "Short", window)


def write(gimp, title, field, text):
    gimp.raise_window(title)
    field.queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type(text)
    wait_for("the typed text", lambda: text_of(field) == text)


def close(gimp):
    gimp.raise_window(TITLE)
    gimp.keys("ctrl+w")
    return gimp.find("alert", "Close Describe Image")


def open_xcf(gimp, path):
    image = int(gimp.run(f'(gimp-file-load RUN-NONINTERACTIVE "{path}")')
                .strip("()"))
    gimp.displays[image] = gimp.run(f"(gimp-display-new {image})")
    return image


def describe(gimp, title):
    gimp.raise_window(title)
    gimp.menu("Image", "Describe Image")
    return gimp.window(TITLE)


def files_row(gimp, window, column):
    table = gimp.find("table", "Files", window).queryTable()
    return table.getAccessibleAt(0, column).name


def kept_in(gimp, name, text):
    path = os.path.join(gimp.profile, "pisces", name)

    def look():
        with open(path) as kept:
            return text in kept.read()

    return wait_for(f"{text!r} in {name}",
                    lambda: os.path.exists(path) and look())


class Places:
    """The files that remain after GIMP."""

    def __init__(self, folder):
        self.folder = folder
        self.profile = os.path.join(folder, "profile")
        self.xcf = os.path.join(folder, "house.xcf")
        self.png = os.path.join(folder, "house.png")
        self.exported = os.path.join(folder, "exported.png")


def writes(places):
    """In both windows, in German; then GIMP is killed."""
    def test(gimp, claims):
        image = gimp.show_image(320, 240)
        gimp.run(f'(gimp-file-save RUN-NONINTERACTIVE {image} "{places.xcf}")')
        gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
                 f'#:image {image} #:file "{places.png}")')
        gimp.close_image(image)
        open_xcf(gimp, places.xcf)
        window = describe(gimp, "house")
        choose(labelled(window, "Language"), "Deutsch")
        write(gimp, TITLE, short_text(gimp, window), "Eine blaue Ellipse")
        question = close(gimp)
        gimp.shot("describe-window-closing.png")
        press(gimp.find("button", "Keep Window Open", question))
        claims.equal("closing asks, and can be taken back",
                     text_of(short_text(gimp, gimp.window(TITLE))),
                     "Eine blaue Ellipse")
        claims.claim("the text is kept outside GIMP", kept_in(
            gimp, "unsaved-descriptions.ini", "Eine blaue Ellipse"))

        gimp.ask("(plug-in-pisces-describe-files #:run-mode RUN-INTERACTIVE "
                 f"#:files '(\"{places.png}\"))")
        gimp.answer()
        window = gimp.window("Describe Files")
        wait_for("the file", lambda: files_row(gimp, window, 1) == "house.png")
        choose(labelled(window, "Language"), "Deutsch")
        gimp.find("table", "Files", window).queryComponent().grabFocus()
        gimp.keys("Home", "Down", "Up", "F2")
        gimp.type("Ein Haus")
        wait_for("the typed text",
                 lambda: files_row(gimp, window, 2) == "Ein Haus")
        choose(labelled(window, "Language"), "Any")
        wait_for("the other language",
                 lambda: files_row(gimp, window, 2) == "" and
                 "Deutsch" in files_row(gimp, window, 3))
        claims.claim("the row says that a text waits in another language",
                     True)
        gimp.shot("files-window-languages.png", "Describe Files")
        claims.claim("that text is kept too",
                     kept_in(gimp, "unsaved-texts.ini", "Ein Haus"))
        gimp.process.kill()
    return test


def finds(places):
    def test(gimp, claims):
        image = open_xcf(gimp, places.xcf)
        window = describe(gimp, "house")
        short = short_text(gimp, window)
        wait_for("the text", lambda: text_of(short) == "Eine blaue Ellipse")
        claims.claim("it is in the window of the same file", True)
        gimp.shot("describe-window-came-back.png", TITLE)
        press(gimp.find("button", "Save to Image", window))
        wait_for("the answer", lambda: gimp.find("label", "Saved in", window, 2))
        gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
                 f'#:image {image} #:file "{places.exported}" #:include-xmp #t)')
        claims.equal("and is saved in its language", field(places.exported),
                     'lang="x-default" Eine blaue Ellipse, '
                     'lang="de" Eine blaue Ellipse')
        gimp.raise_window(TITLE)
        gimp.keys("ctrl+w")
        time.sleep(2)
        with open(os.path.join(places.profile, "pisces",
                               "unsaved-descriptions.ini")) as kept:
            claims.equal("then it is not kept any more", kept.read(), "")

        gimp.ask("(plug-in-pisces-describe-files #:run-mode RUN-INTERACTIVE)")
        gimp.answer()
        files = gimp.window("Describe Files")
        wait_for("the file's text",
                 lambda: files_row(gimp, files, 2) == "Ein Haus")
        press(gimp.find("button", "Save All", files))
        wait_for("the saved file",
                 lambda: files_row(gimp, files, 3) == "Saved")
        claims.equal("a file's text is saved in its language too",
                     'lang="de" Ein Haus' in field(places.png), True)
        claims.note(field(places.png))
        gimp.raise_window("Describe Files")
        gimp.keys("ctrl+w")

        closed_without_a_file(gimp, claims)
    return test


def closed_without_a_file(gimp, claims):
    image = gimp.show_image(200, 100)
    window = describe(gimp, "Untitled")
    short = short_text(gimp, window)
    wait_for("an empty text", lambda: text_of(short) == "")
    write(gimp, TITLE, short, "Mine alone")
    gimp.close_image(image)
    wait_for("the image to be gone", lambda: image not in gimp.images())
    press(gimp.find("button", "Save to Image", window))
    wait_for("the sentence", lambda: gimp.find(
        "label", "The image was closed, and it had no file", window, 2))
    gimp.shot("describe-window-image-closed.png", TITLE)
    question = close(gimp)
    press(gimp.find("button", "Keep Texts", question))
    wait_for("the window to be gone", lambda: not any(
        top.name == TITLE and gimp_window.is_showing(top)
        for app in gimp.applications() for top in app if top))

    window = describe(gimp, "house")
    press(gimp.find("toggle button", "Kept Texts", window))
    use = gimp.find("button", "Use the texts of")
    gimp.shot("describe-window-kept.png")
    press(use)
    wait_for("the text", lambda: text_of(short_text(gimp, window)) ==
             "Mine alone")
    claims.claim("the texts of a closed image are found in another's window",
                 True)
    claims.claim("and can be saved there",
                 is_sensitive(gimp.find("button", "Save to Image", window)))


def main():
    with tempfile.TemporaryDirectory(prefix="pisces-kept.") as folder:
        places = Places(folder)
        claims = gimp_window.Claims()

        def start(data):
            return gimp_window.Gimp(data, places.profile)

        gimp_window.main(writes(places), claims=claims, lives_on=False,
                         kind=start, is_last=False)
        return gimp_window.main(finds(places), claims=claims, kind=start,
                                is_last=True)


sys.exit(main())
