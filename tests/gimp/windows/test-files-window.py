# SPDX-License-Identifier: GPL-3.0-or-later
"""In the Describe Files window the pictures of a folder are described,
corrected and saved in the files; problems are reported in the rows; and
unsaved texts are kept outside GIMP."""

import os
import shutil
import subprocess
import sys

import pyatspi

import gimp_window
from gimp_window import (is_sensitive, labelled, press, text_of, wait_for)

SECONDS = 120
ALT = "Xmp.iptc.AltTextAccessibility"
TITLE = "Describe Files"


def field(path, tag=ALT):
    return subprocess.run(["exiv2", "-K", tag, "-Pv", "pr", path],
                          capture_output=True, text=True).stdout.strip()


def same_pixels(a, b):
    result = subprocess.run(["magick", "compare", "-metric", "AE", a, b,
                             "null:"], capture_output=True, text=True)
    return result.stderr.split()[0] == "0"


def magick(*arguments):
    subprocess.run(["magick", *arguments], check=True)


def make_pictures(gimp):
    folder = os.path.join(gimp.folder, "pictures")
    os.mkdir(folder)

    def path(name):
        return os.path.join(folder, name)

    magick("-size", "96x72", "xc:#3060c0", "-fill", "#e0c020",
           "-draw", "circle 48,36 48,12", path("1-circle.jpg"))
    magick("-size", "96x72", "xc:#30c060", "-fill", "#c02020",
           "-draw", "rectangle 20,20 70,50", path("2-square.png"))
    shutil.copy(path("1-circle.jpg"), path("3-has-text.jpg"))
    subprocess.run(["exiv2", "-M", f'set {ALT} lang="x-default" By hand',
                    path("3-has-text.jpg")], check=True)
    shutil.copy(path("2-square.png"), path("4-locked.png"))
    os.chmod(path("4-locked.png"), 0o444)
    with open(path("5-words.jpg"), "w") as words:
        words.write("no picture")
    shutil.copy(path("1-circle.jpg"), path("6-gone.jpg"))
    with open(path("1-circle.jpg"), "rb") as whole, \
            open(path("7-cut.jpg"), "wb") as cut:
        cut.write(whole.read()[:-300])
    shutil.copytree(folder, folder + "-before")
    return folder


def rows(gimp, window):
    """The table's rows: name, text, state."""
    table = gimp.find("table", "Files", window).queryTable()
    return [[table.getAccessibleAt(row, column).name
             for column in range(1, 4)] for row in range(table.nRows)]


def state(gimp, window, name):
    return next(row[2] for row in rows(gimp, window) if row[0] == name)


def text(gimp, window, name):
    return next(row[1] for row in rows(gimp, window) if row[0] == name)


def select(gimp, window, name):
    """Uses a person's keys; a row that only has the focus is not selected
    until a key moves the selection."""
    index = [row[0] for row in rows(gimp, window)].index(name)
    gimp.raise_window(TITLE)
    gimp.find("table", "Files", window).queryComponent().grabFocus()
    gimp.keys("Home", "Down", "Up", *["Down"] * index)
    note = os.path.basename(name)
    wait_for(f"the row of {name}", lambda: any(
        (node.name or "").endswith(note) or name in (node.name or "")
        for node in pyatspi.findAllDescendants(
            window, lambda node: node.getRoleName() == "label")))


def button(gimp, window, name):
    return gimp.find("button", name, window)


def adds_a_folder(gimp, claims, folder):
    gimp.ask("(plug-in-pisces-describe-files #:run-mode RUN-INTERACTIVE "
             f"#:files '(\"{folder}\"))")
    gimp.answer()
    window = gimp.window(TITLE)
    wait_for("the files", lambda: len(rows(gimp, window)) == 7)
    claims.equal("the folder's pictures are listed, in the order of their "
                 "names", [row[0] for row in rows(gimp, window)],
                 sorted(os.listdir(folder)))
    wait_for("the look at the files", lambda: state(
        gimp, window, "3-has-text.jpg").startswith("Has a text"))
    claims.equal("one that has a text is flagged, with its text",
                 text(gimp, window, "3-has-text.jpg"), "By hand")
    return window


def describes(gimp, claims, window, folder):
    os.remove(os.path.join(folder, "6-gone.jpg"))
    claims.claim("nano takes no hint, and the field says so",
                 not is_sensitive(labelled(window, "About the image")))
    press(button(gimp, window, "Describe"))
    wait_for("the end of the run", lambda: all(
        row[2] not in ("Waiting", "Being described")
        for row in rows(gimp, window)) and
        is_sensitive(button(gimp, window, "Describe")), SECONDS)
    gimp.shot("files-window.png", TITLE)
    for name in ("1-circle.jpg", "2-square.png", "4-locked.png"):
        claims.claim(f"{name} is described", text(gimp, window, name) != "")
        claims.note(text(gimp, window, name))
        claims.equal("and not saved unasked", state(gimp, window, name),
                     "Written, not saved")
    claims.equal("one that has a text is left alone",
                 text(gimp, window, "3-has-text.jpg"), "By hand")
    claims.claim("what is no picture is told in its row",
                 "cannot be read" in state(gimp, window, "5-words.jpg"))
    claims.claim("so is a cut picture",
                 "is damaged" in state(gimp, window, "7-cut.jpg"))
    claims.equal("which is not described", text(gimp, window, "7-cut.jpg"), "")
    claims.claim("so is a file that is gone",
                 "no file" in state(gimp, window, "6-gone.jpg"))
    claims.equal("no file has changed", field(
        os.path.join(folder, "1-circle.jpg")), "")


def is_edited_and_saved(gimp, claims, window, folder):
    select(gimp, window, "1-circle.jpg")
    gimp.keys("F2")
    gimp.keys("ctrl+a")
    gimp.type("A yellow disc, on blue")
    wait_for("the edited text", lambda: text(
        gimp, window, "1-circle.jpg") == "A yellow disc, on blue")
    claims.equal("a text is edited by keys alone",
                 state(gimp, window, "1-circle.jpg"), "Edited, not saved")
    model = text(gimp, window, "2-square.png")

    press(button(gimp, window, "Save Selected"))
    wait_for("the saved file", lambda: state(
        gimp, window, "1-circle.jpg") == "Saved", SECONDS)
    path = os.path.join(folder, "1-circle.jpg")
    claims.equal("another program reads it", field(path),
                 'lang="x-default" A yellow disc, on blue')
    claims.equal("the others are not saved with it",
                 field(os.path.join(folder, "2-square.png")), "")

    press(button(gimp, window, "Save All"))
    wait_for("the saved files", lambda: state(
        gimp, window, "2-square.png") == "Saved" and
        "read-only" in state(gimp, window, "4-locked.png"), SECONDS)
    claims.equal("then all are", field(os.path.join(folder, "2-square.png")),
                 f'lang="x-default" {model}')
    claims.claim("a read-only file is told in its row",
                 "read-only" in state(gimp, window, "4-locked.png"))
    claims.equal("and keeps its text in the window",
                 text(gimp, window, "4-locked.png"), model)
    for name in ("1-circle.jpg", "2-square.png", "4-locked.png",
                 "3-has-text.jpg"):
        claims.claim(f"no pixel of {name} has changed", same_pixels(
            os.path.join(folder, name), os.path.join(folder + "-before", name)))
    claims.equal("nothing is left beside the files", [
        name for name in os.listdir(folder) if name.startswith(".")], [])
    gimp.shot("files-window-saved.png", TITLE)


def overwrites_if_asked(gimp, claims, window):
    press(gimp.find("check box", "Also files", window))
    press(button(gimp, window, "Describe"))
    wait_for("the new text", lambda: state(
        gimp, window, "3-has-text.jpg") == "Written, not saved", SECONDS)
    wait_for("the end of the run",
             lambda: is_sensitive(button(gimp, window, "Describe")), SECONDS)
    claims.claim("if asked, also one that has a text is described",
                 text(gimp, window, "3-has-text.jpg") != "By hand")
    claims.equal("and one that was saved before", state(gimp, window, "1-circle.jpg"),
                 "Written, not saved")
    select(gimp, window, "1-circle.jpg")
    press(button(gimp, window, "Save Selected"))
    wait_for("the saved file", lambda: state(
        gimp, window, "1-circle.jpg") == "Saved", SECONDS)


def asks_before_closing(gimp, claims, window):
    gimp.raise_window(TITLE)
    gimp.keys("ctrl+w")
    question = wait_for("the question", lambda: gimp.find(
        "alert", "Close Describe Files", None, 2))
    press(gimp.find("button", "Keep Window Open", question))
    gimp.window(TITLE)
    claims.claim("closing asks, and can be taken back",
                 len(rows(gimp, window)) == 10)


def survives_gimp(gimp, claims, folder):
    """GIMP ends plug-ins without a question."""
    kept = os.path.join(gimp.profile, "pisces", "unsaved-texts.ini")

    def is_kept():
        with open(kept) as file:
            text_of_file = file.read()
        return ("3-has-text.jpg" in text_of_file and
                "4-locked.png" in text_of_file and
                "1-circle.jpg" not in text_of_file)

    claims.claim("texts that are not saved are kept outside GIMP",
                 wait_for("the kept texts", is_kept))


def is_in_the_menu(gimp, claims):
    gimp.show_image(64, 64)
    gimp.raise_window("GIMP")
    gimp.menu("Image", "Describe Files")
    gimp.window(TITLE)
    claims.claim("a menu item brings the window to the front", True)


def are_chosen(gimp, claims, window, folder):
    """In the desktop's file dialog, with its keys."""
    before = len(rows(gimp, window))
    path = os.path.join(folder + "-before", "1-circle.jpg")
    gimp.raise_window(TITLE)
    gimp.keys("alt+i")
    dialog = gimp.window("Add Picture Files")
    gimp.type("/")              # opens the field of the path

    def field_of_path():
        return next(iter(pyatspi.findAllDescendants(
            dialog, lambda node: node.getRoleName() == "text" and
            text_of(node).startswith("/"))))

    wait_for("the field of the path", field_of_path)
    # GTK completes the typed text, perhaps with a delay.
    wait_for("the path", lambda: field_of_path().queryEditableText()
             .setTextContents(path) and text_of(field_of_path()) == path)
    gimp.keys("Return")
    wait_for("the chosen file", lambda: len(rows(gimp, window)) == before + 1)
    claims.claim("a file that is chosen in the dialog joins the list", True)


def are_dropped(gimp, claims, window, folder):
    """Dragged with the pointer from another program."""
    before = len(rows(gimp, window))
    with gimp.dragging(TITLE, [os.path.join(folder + "-before", name) for name
                               in ("2-square.png", "3-has-text.jpg")]):
        wait_for("the dropped files",
                 lambda: len(rows(gimp, window)) == before + 2)
    claims.claim("files that are dropped on the window join the list", True)


def test(gimp, claims):
    folder = make_pictures(gimp)
    window = adds_a_folder(gimp, claims, folder)
    describes(gimp, claims, window, folder)
    is_edited_and_saved(gimp, claims, window, folder)
    overwrites_if_asked(gimp, claims, window)
    are_chosen(gimp, claims, window, folder)
    are_dropped(gimp, claims, window, folder)
    asks_before_closing(gimp, claims, window)
    survives_gimp(gimp, claims, folder)
    is_in_the_menu(gimp, claims)


sys.exit(gimp_window.main(test))
