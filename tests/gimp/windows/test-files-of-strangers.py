# SPDX-License-Identifier: GPL-3.0-or-later
"""In the Describe Files window, pictures that cannot be read, that cannot
contain a text, or that are behind a link out of the folder are reported in
their rows before the model works.  A text is not saved in a file that has
replaced the one that was described, until the user has seen it."""

import os
import shutil
import subprocess
import sys

import pyatspi

import gimp_window
from gimp_window import is_sensitive, press, text_of, wait_for

SECONDS = 120
ALT = "Xmp.iptc.AltTextAccessibility"
TITLE = "Describe Files"


def field(path):
    return subprocess.run(["exiv2", "-K", ALT, "-Pv", "pr", path],
                          capture_output=True, text=True).stdout.strip()


def bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


def magick(*arguments):
    subprocess.run(["magick", *arguments], check=True)


def make_pictures(gimp):
    folder = os.path.join(gimp.folder, "strangers")
    os.mkdir(folder)

    def path(name):
        return os.path.join(folder, name)

    for name in ("1-picture.jpg", "3-no-texts.gif"):
        magick("-size", "96x72", "xc:white", "-fill", "red",
               "-draw", "circle 48,36 48,12", path(name))
    with open(path("2-camera.nef"), "w") as file:
        file.write("whatever a camera writes")
    other = os.path.join(gimp.folder, "other.jpg")
    magick("-size", "96x72", "xc:white", "-fill", "blue",
           "-draw", "rectangle 20,20 60,50", other)
    # Files of the same size, with zeros after the end, and the same date.
    for one in (path("1-picture.jpg"), other):
        os.truncate(one, 4000)
        os.utime(one, (1e9, 1e9))
    os.symlink(other, path("4-out.jpg"))
    return folder, other


def rows(gimp, window):
    """The table's rows: name, text, state."""
    table = gimp.find("table", "Files", window).queryTable()
    return {table.getAccessibleAt(row, 1).name:
            (table.getAccessibleAt(row, 2).name,
             table.getAccessibleAt(row, 3).name)
            for row in range(table.nRows)}


def state(gimp, window, name):
    return rows(gimp, window)[name][1]


def button(gimp, window, name):
    return gimp.find("button", name, window)


def are_told_first(gimp, claims, folder):
    gimp.ask("(plug-in-pisces-describe-files #:run-mode RUN-INTERACTIVE "
             f"#:files '(\"{folder}\"))")
    gimp.answer()
    window = gimp.window(TITLE)
    wait_for("the files", lambda: len(rows(gimp, window)) == 4)
    wait_for("the look at them", lambda: "No text" in state(
        gimp, window, "3-no-texts.gif"))
    claims.claim("a picture that cannot be read is told in its row",
                 "cannot be read here" in state(gimp, window, "2-camera.nef"))
    claims.claim("so is a kind that holds no text",
                 "3-no-texts.gif" in state(gimp, window, "3-no-texts.gif"))
    claims.claim("and a link that leads out of the folder",
                 "skipped" in state(gimp, window, "4-out.jpg"))
    claims.claim("a message says how many were passed over", wait_for(
        "the message", lambda: any(
            "2 files were skipped" in (text_of(node) or node.name or "")
            for node in pyatspi.findAllDescendants(
                window, lambda node: node.getRoleName() == "label"))))
    return window


def describe(gimp, window):
    press(button(gimp, window, "Describe"))
    wait_for("the text", lambda: state(
        gimp, window, "1-picture.jpg") == "Written, not saved", SECONDS)
    wait_for("the end of the run", lambda: is_sensitive(
        button(gimp, window, "Describe")), SECONDS)


def are_not_described(gimp, claims, window):
    describe(gimp, window)
    found = rows(gimp, window)
    for name in ("2-camera.nef", "3-no-texts.gif", "4-out.jpg"):
        claims.equal(f"{name} is not described", found[name][0], "")
    claims.claim("nor forgotten what is wrong with it",
                 "skipped" in found["4-out.jpg"][1])


def is_not_overwritten(gimp, claims, window, folder, other):
    path = os.path.join(folder, "1-picture.jpg")
    words = rows(gimp, window)["1-picture.jpg"][0]
    shutil.copy2(other, path + "-new")
    os.rename(path + "-new", path)
    press(button(gimp, window, "Save All"))
    wait_for("the refusal", lambda: "Another program" in state(
        gimp, window, "1-picture.jpg"), SECONDS)
    claims.claim("a file that has taken its place is told", True)
    claims.claim("and is untouched", bytes_of(path) == bytes_of(other))
    claims.equal("the text is kept", rows(gimp, window)["1-picture.jpg"][0],
                 words)
    gimp.shot("files-window-swapped.png", TITLE)

    press(button(gimp, window, "Save All"))
    wait_for("the saved file", lambda: state(
        gimp, window, "1-picture.jpg") == "Saved", SECONDS)
    claims.equal("after that the user may save it", field(path),
                 f'lang="x-default" {words}')
    claims.claim("the file behind the link has no text", field(other) == "")


def can_be_saved_again(gimp, claims, window, folder):
    """A change that the window itself has saved does not count as one by
    others."""
    gimp.raise_window(TITLE)
    gimp.find("table", "Files", window).queryComponent().grabFocus()
    gimp.keys("Home", "Down", "Up")
    wait_for("the row", lambda: any(
        "1-picture.jpg" in (node.name or "")
        for node in pyatspi.findAllDescendants(
            window, lambda node: node.getRoleName() == "label")))
    for words in ("A blue sign", "A blue sign, by hand"):
        gimp.keys("F2")
        gimp.keys("ctrl+a")
        gimp.type(words)
        wait_for("the edited text", lambda: rows(
            gimp, window)["1-picture.jpg"] == (words, "Edited, not saved"))
        press(button(gimp, window, "Save All"))
        wait_for("the saved file", lambda: state(
            gimp, window, "1-picture.jpg") == "Saved", SECONDS)
        claims.equal("a text is edited and saved again",
                     field(os.path.join(folder, "1-picture.jpg")),
                     f'lang="x-default" {words}')


def keeps_its_time(gimp, claims, window, folder):
    path = os.path.join(folder, "1-picture.jpg")
    os.utime(path, (1e9, 1e9))
    press(gimp.find("check box", "Keep the files", window))
    gimp.keys("F2")
    gimp.keys("ctrl+a")
    gimp.type("Once more")
    wait_for("the edited text", lambda: rows(
        gimp, window)["1-picture.jpg"][0] == "Once more")
    press(button(gimp, window, "Save All"))
    wait_for("the refusal", lambda: "Another program" in state(
        gimp, window, "1-picture.jpg"), SECONDS)
    press(button(gimp, window, "Save All"))
    wait_for("the saved file", lambda: state(
        gimp, window, "1-picture.jpg") == "Saved", SECONDS)
    claims.equal("if wished, a file keeps its time of change",
                 os.stat(path).st_mtime, 1e9)
    claims.equal("with the text saved", field(path),
                 'lang="x-default" Once more')


def test(gimp, claims):
    folder, other = make_pictures(gimp)
    window = are_told_first(gimp, claims, folder)
    are_not_described(gimp, claims, window)
    is_not_overwritten(gimp, claims, window, folder, other)
    can_be_saved_again(gimp, claims, window, folder)
    keeps_its_time(gimp, claims, window, folder)


sys.exit(gimp_window.main(test))
