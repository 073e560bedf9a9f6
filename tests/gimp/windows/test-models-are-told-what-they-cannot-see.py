# SPDX-License-Identifier: GPL-3.0-or-later
"""With a small Janus, Describe Image takes a language and what the user says
about the image, and the keywords that it finds are saved and read by exiv2; and
Generate Layer lets it write the prompt out in detail, draws that, and draws it
again to the same bytes."""

import os
import subprocess
import sys
import time

import pyatspi

import gimp_window
from gimp_window import is_sensitive, labelled, press, text_of, wait_for

SECONDS = 180
JANUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                     "engine", "golden", "janus")


def field(path, tag):
    return subprocess.run(["exiv2", "-K", tag, "-Pv", "pr", path],
                          capture_output=True, text=True, check=False).stdout.strip()


def describe(gimp, window):
    button = gimp.find("button", "Describe", window)
    press(button)
    time.sleep(0.5)
    wait_for("the end of the job", lambda: is_sensitive(button) and
             not is_sensitive(gimp.find("button", "Stop", window)), SECONDS)
    return text_of(gimp.find("text", "Long", window))


def choose(combo, name):
    press(wait_for(name, lambda: pyatspi.findDescendant(
        combo, lambda node: (node.name or "").startswith(name))))


def takes_hints(gimp, claims, image):
    gimp.menu("Image", "Describe Image")
    window = gimp.window("Describe Image")
    context = labelled(window, "About the image")
    wait_for("the field", lambda: is_sensitive(context))
    claims.claim("a model that takes a hint has a field for it", True)
    plain = describe(gimp, window)
    gimp.raise_window("Describe Image")
    context.queryComponent().grabFocus()
    gimp.type("photo for a shop")
    wait_for("the hint", lambda: text_of(context).endswith("shop"))
    told = describe(gimp, window)
    claims.claim("what is said about the image is told to the model", told != plain)
    choose(labelled(window, "Language"), "Deutsch")
    german = describe(gimp, window)
    claims.claim("and so is the language", german not in (plain, told, ""))
    gimp.shot("describe-window-janus.png", "Describe Image")

    keywords = labelled(window, "Keywords")
    keywords.queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type("zebra, shop")
    wait_for("the keywords", lambda: text_of(keywords) == "zebra, shop")
    before = gimp.everything(image)
    press(gimp.find("button", "Save to Image", window))
    wait_for("the image to have them", lambda: gimp.everything(image) != before)
    path = os.path.join(gimp.folder, "saved.png")
    gimp.run("(file-png-export #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:file "{path}" #:include-xmp #t)')
    claims.equal("keywords are saved and read by exiv2", field(path, "Xmp.dc.subject"),
                 "zebra, shop")
    claims.claim("the text is saved in its language",
                 'lang="de"' in field(path, "Xmp.iptc.AltTextAccessibility"))


def test(gimp, claims):
    image = gimp.show_image(320, 240)
    takes_hints(gimp, claims, image)
    plan = gimp.run("(plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE "
                    f'#:image {image} #:prompt "two red stars" #:plan "two red stars, '
                    'on a wooden table in the evening sun" #:seed 3)')
    claims.claim("a prompt that is written out is drawn from", "wooden table" in plan)
    differences = gimp.run("(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE "
                           f"#:image {image} "
                           f"#:drawables (vector (vector-ref (gimp-image-get-layers {image}) 0)))")
    claims.note(differences)
    claims.equal("and drawn again to the same bytes", differences, '""')


os.environ["PISCES_MODEL_DIR"] = os.path.realpath(JANUS)
sys.exit(gimp_window.main(test))
