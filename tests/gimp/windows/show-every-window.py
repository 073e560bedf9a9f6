# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows every window in every state, in the real GIMP, in the language, the
colours and the size that the environment requests (see gimp_window.py): all
texts are in that language, a job runs to its end, and a picture of each
state is saved in the folder of screenshots, for a person to look at.

    show-every-window.py NAME     NAME is that of the folder
"""

import os
import subprocess
import sys

import pyatspi

import gimp_window
from gimp_window import (is_sensitive, is_showing, key_of, press, text_of, translated,
                         wait_for)

NAME = sys.argv[1]
SECONDS = 240
_ = translated


class Looks:
    """The GIMP under test, and the claims about its windows."""

    def __init__(self, gimp, claims):
        self.gimp = gimp
        self.claims = claims
        self.count = 0

    def take(self, state, title):
        """A picture of one window; menus and popovers appear in it."""
        self.count += 1
        self.gimp.shot(f"{NAME}/{self.count:02}-{state}.png", _(title))

    def press(self, name, window, role="button"):
        press(self.gimp.find(role, _(name), window))

    def window(self, title):
        window = self.gimp.window(_(title))
        self.claims.equal(f"“{title}” has its title in the language",
                          window.name.replace("…", ""),
                          _(title).replace("…", ""))
        return window

    def wait_until_idle(self, window, name):
        start = self.gimp.find("button", _(name), window)
        stop = [node for node in start.parent if node.name == _("_Stop")][0]
        wait_for("the end of the jobs", lambda: is_sensitive(start) and
                 not is_sensitive(stop), SECONDS)


def draw(looks, window, prompt, count):
    field = looks.gimp.find("text", _("Prompt"), window)
    field.queryEditableText().setTextContents(prompt)
    gimp_window.labelled(window, _("P_ictures")).queryValue().currentValue = \
        count
    looks.press("_Generate", window)


def generate(looks, image):
    gimp = looks.gimp
    gimp.run("(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE "
             f'#:image {image} #:prompt "")')
    window = looks.window("Generate Layer")
    looks.take("generate-empty", "Generate Layer")

    draw(looks, window, "a red star above a blue fish", 4)
    wait_for("the first picture", lambda: len(looks.gimp.tiles(window)) > 1,
             SECONDS)
    draw(looks, window, "a yellow sun", 2)
    draw(looks, window, "a red star and a zeppelin", 1)
    looks.take("generate-queue", "Generate Layer")
    looks.wait_until_idle(window, "_Generate")
    looks.claims.equal("seven pictures are drawn",
                       len(looks.gimp.tiles(window)), 7)
    gimp.run(f"(gimp-image-select-ellipse {image} CHANNEL-OP-REPLACE "
             "320 120 240 240)")
    gimp.raise_window("GIMP")
    looks.take("generate-results", "Generate Layer")

    looks.press("_Compare", window, "toggle button")
    looks.take("generate-compare", "Generate Layer")
    looks.press("_Compare", window, "toggle button")

    both = [key_of("P_lan"), key_of("Ad_vanced")]
    gimp.keys(*both)
    looks.take("generate-everything-open", "Generate Layer")
    gimp.keys(*both)

    tile = looks.gimp.tiles(window)[0]
    tile.queryComponent().grabFocus()
    gimp.raise_window(_("Generate Layer"))
    gimp.keys("space")
    subprocess.run(["sleep", "1"], check=True)
    gimp.shot(f"{NAME}/20-large-view.png")
    gimp.keys("Escape")

    gimp.raise_window(_("Generate Layer"))
    looks.press("Prompts that were used", window, "toggle button")
    subprocess.run(["sleep", "1"], check=True)
    gimp.shot(f"{NAME}/21-history.png")
    gimp.keys("Escape")

    gimp.raise_window(_("Generate Layer"))
    looks.press("More", window, "toggle button")
    subprocess.run(["sleep", "1"], check=True)
    gimp.shot(f"{NAME}/22-more.png")
    gimp.keys("Escape")

    looks.press("Like This Layer…", window, "toggle button")
    press(gimp.find("menu item", _("Like the Active _Layer")))
    wait_for("the slider", lambda: is_showing(gimp.find(
        "slider", _("How near to the picture"), window)))
    looks.take("generate-like-a-layer", "Generate Layer")
    looks.press("Draw from the Words Alone", window)

    looks.press("Edit styles", window)
    looks.window("Styles")
    looks.take("styles", "Styles")
    gimp.keys("Escape")


def describe(looks, image):
    gimp = looks.gimp
    gimp.run(f"(gimp-selection-none {image})")
    gimp.run("(plug-in-pisces-describe #:run-mode RUN-INTERACTIVE "
             f"#:image {image})")
    window = looks.window("Describe Image")
    looks.take("describe-empty", "Describe Image")
    looks.press("_Describe", window)
    looks.wait_until_idle(window, "_Describe")
    short = gimp.find("text", "", gimp.find(
        "page tab list", "", window))
    looks.claims.claim("a text is written", text_of(short))
    looks.take("describe-written", "Describe Image")

    tabs = gimp.find("page tab list", "", window)
    for index, name in ((1, "questions"), (2, "check")):
        tabs.querySelection().selectChild(index)
        looks.take("describe-" + name, "Describe Image")
    looks.press("Reb_uild", window)
    looks.wait_until_idle(window, "_Describe")
    looks.take("describe-rebuilt", "Describe Image")
    looks.press("Models and Memory", window)


def models(looks):
    gimp = looks.gimp
    window = looks.window("Models and Memory")
    looks.take("models", "Models and Memory")
    looks.press("_Get Models…", window)
    looks.window("Get Models")
    looks.take("get-models", "Get Models")
    gimp.keys("Escape")
    gimp.raise_window(_("Models and Memory"))
    gimp.keys("Escape")


def describe_files(looks):
    gimp = looks.gimp
    folder = os.path.join(gimp.folder, "pictures")
    os.mkdir(folder)
    for index, colour in enumerate(("red", "#208040", "#4060d0")):
        subprocess.run(["magick", "-size", "96x72", "xc:white", "-fill",
                        colour, "-draw", "circle 48,36 48,12",
                        f"{folder}/circle-{index}.png"], check=True)
    with open(os.path.join(folder, "words.png"), "w") as words:
        words.write("no picture")
    gimp.ask("(plug-in-pisces-describe-files #:run-mode RUN-INTERACTIVE "
             f"#:files '(\"{folder}\"))")
    gimp.answer()
    window = looks.window("Describe Files")
    wait_for("the files", lambda: gimp.find(
        "table", _("Files"), window, 1).queryTable().nRows == 4)
    looks.press("_Describe", window)
    looks.wait_until_idle(window, "_Describe")
    gimp.raise_window(_("Describe Files"))
    gimp.find("table", _("Files"), window).queryComponent().grabFocus()
    gimp.keys("Home", "Down", "Up")
    looks.take("files-written", "Describe Files")


def speaks(looks):
    """Checks that no label that has a translation is still in English."""
    english = set(gimp_window.messages())
    left = set()
    for application in looks.gimp.applications():
        if "pisces" not in (application.name or ""):
            continue
        for node in pyatspi.findAllDescendants(
                application, lambda node: node.getRoleName() in
                ("label", "button", "toggle button", "check box")):
            if node.name in english:
                left.add(node.name)
    looks.claims.equal("no word is left in English", sorted(left), [])


def test(gimp, claims):
    looks = Looks(gimp, claims)
    image = gimp.show_image(640, 480)
    generate(looks, image)
    describe(looks, image)
    models(looks)
    describe_files(looks)
    if gimp_window.LANGUAGE:
        speaks(looks)


sys.exit(gimp_window.main(test))
