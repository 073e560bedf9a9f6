# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model writes about a picture that it does not know is marked in
Describe Files and in Describe Image, and is saved in the file or the image
only if a person confirms it or has edited it."""

import os
import subprocess
import sys

import pyatspi

import gimp_window
from gimp_window import is_sensitive, press, text_of, wait_for

SECONDS = 120
FILES = "Describe Files"
IMAGE = "Describe Image"
QUESTION = "Save Doubtful Texts"


def field(path):
    return subprocess.run(["exiv2", "-K", "Xmp.iptc.AltTextAccessibility",
                           "-Pv", "pr", path],
                          capture_output=True, text=True).stdout.strip()


def magick(*arguments):
    subprocess.run(["magick", *arguments], check=True)


def make_pictures(gimp):
    folder = os.path.join(gimp.folder, "pictures")
    os.mkdir(folder)
    magick("-seed", "3", "-size", "320x240", "plasma:fractal",
           "-quality", "90", os.path.join(folder, "1-sea.jpg"))
    magick("-size", "96x72", "xc:#3060c0", "-fill", "#e0c020",
           "-draw", "circle 48,36 48,12", os.path.join(folder, "2-disc.png"))
    return folder


def rows(gimp, window):
    """The table's rows: name, text, state."""
    table = gimp.find("table", "Files", window).queryTable()
    return {table.getAccessibleAt(row, 1).name:
            [table.getAccessibleAt(row, column).name for column in (2, 3)]
            for row in range(table.nRows)}


def state(gimp, window, name):
    return rows(gimp, window)[name][1]


def button(gimp, window, name):
    return gimp.find("button", name, window)


def answer(gimp, name):
    question = wait_for("the question",
                        lambda: gimp.find("alert", QUESTION, None, 2))
    press(gimp.find("button", name, question))


def is_noted(window):
    """Whether a label says that a text is probably wrong."""
    return bool(pyatspi.findDescendant(
        window, lambda node: node.getRoleName() == "label" and
        (node.name or "").startswith("Probably wrong")))


def are_marked_in_files(gimp, claims, folder):
    gimp.ask("(plug-in-pisces-describe-files #:run-mode RUN-INTERACTIVE "
             f"#:files '(\"{folder}\"))")
    gimp.answer()
    window = gimp.window(FILES)
    wait_for("the files", lambda: len(rows(gimp, window)) == 2)
    press(button(gimp, window, "Describe"))
    wait_for("the end of the run", lambda: all(
        text for text, _ in rows(gimp, window).values()) and
        is_sensitive(button(gimp, window, "Describe")), SECONDS)
    claims.equal("in its row", state(gimp, window, "1-sea.jpg"),
                 "Probably wrong, not saved")
    claims.equal("what it knows is not", state(gimp, window, "2-disc.png"),
                 "Written, not saved")
    claims.claim("and below the text", wait_for(
        "the note", lambda: is_noted(window)))
    gimp.shot("doubtful-files.png", FILES)
    return window


def are_saved_after_a_question(gimp, claims, window, folder):
    sea, disc = (os.path.join(folder, name)
                 for name in ("1-sea.jpg", "2-disc.png"))
    press(button(gimp, window, "Save All"))
    wait_for("the question", lambda: gimp.find("alert", QUESTION, None, 2))
    gimp.shot("doubtful-question.png", QUESTION)
    answer(gimp, "Save the Others")
    wait_for("the saved file", lambda: state(
        gimp, window, "2-disc.png") == "Saved", SECONDS)
    claims.claim("those that it knows can be saved alone", field(disc) != "")
    claims.equal("and the doubtful one is not", field(sea), "")

    press(button(gimp, window, "Save All"))
    answer(gimp, "Cancel")
    claims.equal("cancelled, nothing is saved", field(sea), "")
    claims.equal("and the text stays", state(gimp, window, "1-sea.jpg"),
                 "Probably wrong, not saved")

    gimp.raise_window(FILES)
    gimp.find("table", "Files", window).queryComponent().grabFocus()
    gimp.keys("Home", "F2", "ctrl+a")
    gimp.type("Waves at night")
    wait_for("the edited text", lambda: state(
        gimp, window, "1-sea.jpg") == "Edited, not saved")
    press(button(gimp, window, "Save All"))
    wait_for("the saved file", lambda: state(
        gimp, window, "1-sea.jpg") == "Saved", SECONDS)
    claims.equal("a person's text is saved without a question", field(sea),
                 'lang="x-default" Waves at night')


def are_marked_in_the_image(gimp, claims):
    path = os.path.join(gimp.folder, "noise.png")
    magick("-seed", "4", "-size", "256x256", "plasma:fractal", path)
    image = int(gimp.run(f'(gimp-file-load RUN-NONINTERACTIVE "{path}")'))
    gimp.run(f"(gimp-image-clean-all {image})")
    gimp.ask(f"(plug-in-pisces-describe #:run-mode RUN-INTERACTIVE "
             f"#:image {image})")
    gimp.answer()
    window = gimp.window(IMAGE)
    short = gimp.find("text", "Short", window)
    press(button(gimp, window, "Describe"))
    wait_for("the texts", lambda: text_of(short) and
             is_sensitive(button(gimp, window, "Describe")), SECONDS)
    claims.claim("in Describe Image too", wait_for(
        "the note", lambda: is_noted(window)))
    gimp.shot("doubtful-image.png", IMAGE)

    press(button(gimp, window, "Save to Image"))
    answer(gimp, "Cancel")
    claims.equal("cancelled, the image is as it was", gimp.run(
        f"(if (gimp-image-is-dirty {image}) 1 0)"), "0")
    press(button(gimp, window, "Save to Image"))
    answer(gimp, "Save All the Same")
    claims.claim("said once more, the text is in the image", wait_for(
        "the saved text", lambda: gimp.run(
            f"(if (gimp-image-is-dirty {image}) 1 0)") == "1"))


def test(gimp, claims):
    folder = make_pictures(gimp)
    window = are_marked_in_files(gimp, claims, folder)
    are_saved_after_a_question(gimp, claims, window, folder)
    are_marked_in_the_image(gimp, claims)


sys.exit(gimp_window.main(test))
