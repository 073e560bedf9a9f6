# SPDX-License-Identifier: GPL-3.0-or-later
"""Check, with a model to describe, one of another family to draw, and one that only
compares: its number is shown with its name, and the tooltip says what the number
means; of three texts the one that rebuilds best is kept.  Without such a model, one of
the other two compares."""

import os
import shutil
import sys
import tempfile

import pyatspi

import gimp_window
from gimp_window import (choose, exact_button, is_sensitive, labelled, press, text_of,
                         wait_for)

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
DATA = tempfile.TemporaryDirectory(prefix="pisces-three-models.")
STORE = os.path.join(DATA.name, "pisces/models")
NONE = "None: the models above do it"
SECONDS = 120

# The places of the three models' names in the status.
DESCRIBES, DRAWS, COMPARES = 15, 20, 25


def status(gimp, place):
    return gimp.run(f"(list-ref (plug-in-pisces-status) {place})").strip('"')


def names(models, role):
    return {node.name for node in pyatspi.findAllDescendants(
        labelled(models, role), lambda node: node.getRoleName() == "menu item")}


def chooses(gimp, claims, describe):
    press(gimp.find("button", "Models and Memory", describe))
    models = gimp.window("Models and Memory")
    choose(models, "Describe with", "qwen")
    choose(models, "Draw with", "sd3")
    claims.equal("at first nothing more is chosen", labelled(models, "Compare with").name, NONE)
    claims.equal("what compares is offered for that alone",
                 ["clip" in names(models, role)
                  for role in ("Describe with", "Draw with", "Compare with")],
                 [False, False, True])
    choose(models, "Compare with", "clip")
    gimp.shot("models-window-three-models.png", "Models and Memory")
    with open(os.path.join(gimp.profile, "pisces/settings.ini"), encoding="utf-8") as file:
        claims.claim("the choice is stored",
                     f"compare-folder={STORE}/clip\n" in file.read())
    return models


def rebuilds(gimp, claims, window):
    press(exact_button(window, "Rebuild"))
    wait_for("the end", lambda: not gimp.is_busy(), SECONDS)
    label = gimp.find("label", "Likeness", window, SECONDS)
    wait_for("the number", lambda: is_sensitive(exact_button(window, "Rebuild")), SECONDS)
    claims.note([label.name, label.description])
    return label


def goes_round(gimp, claims, window):
    press(exact_button(window, "Describe"))
    long = gimp.find("text", "Long", window)
    wait_for("the text", lambda: text_of(long) and
             is_sensitive(exact_button(window, "Describe")), SECONDS)
    tab = gimp.find("page tab", "Check", window)
    tab.parent.querySelection().selectChild(tab.getIndexInParent())
    label = rebuilds(gimp, claims, window)
    claims.claim("the number says whose it is", label.name.endswith(", measured by clip"))
    claims.claim("and what it means", "times 100, is the score of Unified-Bench" in
                 label.description)
    claims.equal("each model did its part",
                 [status(gimp, place) for place in (DESCRIBES, DRAWS, COMPARES)],
                 ["qwen", "sd3", "clip"])
    return long


def best_of_three(gimp, claims, window, long):
    tried = gimp.find("list box", "Texts that were tried", window)
    press(exact_button(window, "Best of 3"))
    wait_for("three tries", lambda: tried.childCount == 3, SECONDS)
    wait_for("the end", lambda: is_sensitive(exact_button(window, "Best of 3")), SECONDS)
    rows = [tried.getChildAtIndex(i).name.split(None, 1) for i in range(3)]
    claims.note(rows)
    best = max(rows, key=lambda row: float(row[0]))
    claims.claim("the texts differ", len({row[1] for row in rows}) > 1)
    claims.equal("of three the one that rebuilds best is kept",
                 " ".join(text_of(long).split()), " ".join(best[1].split()))


def without(gimp, claims, models, window):
    gimp.raise_window("Models and Memory")
    choose(models, "Compare with", NONE)
    label = rebuilds(gimp, claims, window)
    claims.claim("without it, one of the others compares", "measured by" not in label.name)
    claims.claim("and the tooltip says how to get a better number",
                 "choose CLIP" in label.description)
    claims.equal("none is chosen", status(gimp, COMPARES + 1), "")


def test(gimp, claims):
    gimp.show_image(320, 240)
    gimp.menu("Image", "Describe Image")
    window = gimp.window("Describe Image")
    models = chooses(gimp, claims, window)
    long = goes_round(gimp, claims, window)
    best_of_three(gimp, claims, window, long)
    without(gimp, claims, models, window)


os.environ.pop("PISCES_MODEL_DIR", None)
os.environ.pop("PISCES_COMPARE_MODEL_DIR", None)
for name in ("qwen", "sd3", "clip"):
    shutil.copytree(os.path.join(ROOT, "tests/engine/golden", name), os.path.join(STORE, name))
sys.exit(gimp_window.main(test, DATA.name))
