# SPDX-License-Identifier: GPL-3.0-or-later
"""One model is chosen to describe and one of another family to draw.  Describe,
draw, rebuild and check work with the two; a picture is added as a layer, and
drawn again with the same bytes.  What the drawing model cannot do is insensitive
and says why."""

import os
import shutil
import sys
import tempfile

import pyatspi

import gimp_window
from gimp_window import (choose, exact_button, is_sensitive, is_showing, labelled, press,
                         text_of, wait_for)

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
DATA = tempfile.TemporaryDirectory(prefix="pisces-two-models.")
STORE = os.path.join(DATA.name, "pisces/models")
SECONDS = 120


def status(gimp, place):
    return gimp.run(f"(list-ref (plug-in-pisces-status) {place})").strip('"')


# The places of the two models' names, after the values that were there before.
DESCRIBES, DRAWS = 15, 20


def is_followed(gimp, claims, models, describe):
    """The windows know what another model takes in, before any job."""
    gimp.ask("(plug-in-pisces-describe-files #:run-mode RUN-INTERACTIVE)")
    gimp.answer()
    abouts = [labelled(window, "About the image")
              for window in (describe, gimp.window("Describe Files"))]
    gimp.raise_window("Models and Memory")
    claims.claim("one model takes nothing in about the image",
                 not any(is_sensitive(about) for about in abouts))
    choose(models, "Describe with", "janus")
    wait_for("the fields", lambda: all(is_sensitive(about) for about in abouts))
    claims.claim("the other one does, and the fields open when it is chosen", True)
    choose(models, "Describe with", "nano")
    wait_for("the fields", lambda: not any(is_sensitive(about) for about in abouts))
    claims.claim("and close again", True)


def chooses(gimp, claims, describe):
    press(gimp.find("button", "Models and Memory", describe))
    models = gimp.window("Models and Memory")
    is_followed(gimp, claims, models, describe)
    choose(models, "Draw with", "janus")
    claims.equal("one model draws, the other one describes",
                 labelled(models, "Describe with").name, "nano")
    gimp.find("label", "Both together need", models)
    return models


def describes(gimp, claims, window):
    short = gimp.find("text", "Short", window)
    press(exact_button(window, "Describe"))
    wait_for("the text", lambda: text_of(short) and
             is_sensitive(exact_button(window, "Describe")), SECONDS)
    claims.equal("the one describes", status(gimp, DESCRIBES), "nano")
    claims.equal("and the other one is not loaded for it", status(gimp, DRAWS), "")


def goes_round(gimp, claims, window):
    tab = gimp.find("page tab", "Check", window)
    tab.parent.querySelection().selectChild(tab.getIndexInParent())
    press(exact_button(window, "Rebuild"))
    gimp.find("label", "Likeness", window, SECONDS)
    wait_for("the end", lambda: not gimp.is_busy(), SECONDS)
    claims.equal("the other one draws from its words", status(gimp, DRAWS), "janus")
    claims.equal("each is loaded once", status(gimp, 9), "2")


def is_limited(gimp, claims, window):
    like = gimp.find("toggle button", "Like This Layer", window)
    wait_for("the limits", lambda: not is_sensitive(like))
    claims.claim("what this model cannot do is insensitive", True)
    claims.equal("and says why", like.description,
                 "The chosen model draws from words alone.")
    where = labelled(window, "Where")
    item = pyatspi.findDescendant(where, lambda node: node.name == "Change the active layer")
    claims.claim("it can draw into a picture", is_sensitive(item))


def draws(gimp, claims, image):
    window = gimp.generate_window(image)
    is_limited(gimp, claims, window)
    press(gimp.find("toggle button", "More", window))
    press(gimp.find("check menu item", "Check Pictures", None))
    gimp.ask_for(window, "two red stars", 1)
    gimp.wait_for_results(window, 1, SECONDS)
    tile = gimp.results(window)[0]
    wait_for("the score", lambda: "matches its prompt" in (tile.description or ""), SECONDS)
    claims.claim("the describing model checks the picture, and the tooltip says how",
                 "described the picture without knowing" in tile.description)
    claims.equal("nothing was loaded again", status(gimp, 9), "2")

    add = exact_button(window, "Add as Layer")
    wait_for("an Add button", lambda: is_sensitive(add))
    press(add)
    gimp.wait_for_layers(image, 2)
    gimp.shot("generate-window-two-models.png", "Generate Layer")
    layer = gimp.layers(image)[0]
    press(exact_button(window, "Vary"))
    gimp.wait_for_results(window, 2, SECONDS)
    claims.claim("and it varies a picture", True)
    return layer


def pixels(gimp, layer):
    """The layer's own bytes."""
    return gimp.run(
        f"(let* ((alone (gimp-image-new 384 384 RGB)) "
        f"(copy (gimp-layer-new-from-drawable {layer} alone))) "
        "(gimp-image-insert-layer alone copy 0 0) "
        "(let ((values (map (lambda (at) (gimp-drawable-get-pixel copy (car at) (cadr at))) "
        "'((3 3) (17 9) (30 30) (11 27))))) (gimp-image-delete alone) values))")


def draws_again(gimp, claims, image, layer):
    before = pixels(gimp, layer)
    gimp.run("(gimp-context-set-foreground '(10 200 10))")
    gimp.run(f"(gimp-drawable-edit-fill {layer} FILL-FOREGROUND)")
    claims.claim("the layer is painted over", pixels(gimp, layer) != before)
    differing = gimp.run("(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE "
                         f"#:image {image} #:drawables (vector {layer}))")
    claims.equal("it is drawn again, and nothing differs",
                 [differing.strip('"'), pixels(gimp, layer)], ["", before])


def test(gimp, claims):
    image = gimp.show_image(320, 240)
    gimp.menu("Image", "Describe Image")
    describe = gimp.window("Describe Image")
    models = chooses(gimp, claims, describe)
    describes(gimp, claims, describe)
    goes_round(gimp, claims, describe)
    gimp.raise_window("Models and Memory")
    wait_for("the words about both", lambda: pyatspi.findDescendant(
        models, lambda node: node.getRoleName() == "label" and
        "nano has been in memory" in (node.name or "") and
        "janus has been in memory" in node.name))
    gimp.shot("models-window-two-models.png", "Models and Memory")
    layer = draws(gimp, claims, image)
    draws_again(gimp, claims, image, layer)


os.environ.pop("PISCES_MODEL_DIR", None)
shutil.copytree(os.path.join(ROOT, "tests/engine/golden/janus"), os.path.join(STORE, "janus"))
sys.exit(gimp_window.main(test, DATA.name))
