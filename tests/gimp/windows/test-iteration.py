# SPDX-License-Identifier: GPL-3.0-or-later
"""From a prompt to two pictures, a variation, a comparison and a picture like
a layer; added with the selection as its mask, and undone in one step.
Closing the window or quitting GIMP during a job loses no prompt and no
picture, and leaves no process behind."""

import glob
import os
import shutil
import subprocess
import sys
import tempfile

import gimp_window
from gimp_window import (is_sensitive, is_showing, labelled, press, text_of,
                         wait_for)

PROMPT = "a red star above a blue fish"
DRAWING_SECONDS = 240

folder = tempfile.mkdtemp(prefix="pisces-iteration.")
data = os.path.join(folder, "data")


def opened(gimp):
    gimp.menu("Layer", "New from Prompt")
    return gimp.window("Generate Layer")


def focus_prompt(gimp, window):
    gimp.raise_window("Generate Layer")
    prompt = gimp.find("text", "Prompt", window)
    prompt.queryComponent().grabFocus()
    return prompt


def draws(gimp, claims, window):
    prompt = focus_prompt(gimp, window)
    gimp.type(PROMPT)
    labelled(window, "Pictures").queryValue().currentValue = 2
    gimp.keys("ctrl+Return")
    gimp.wait_for_results(window, 2, DRAWING_SECONDS)
    claims.equal("a prompt becomes two pictures, with two seeds",
                 len({tile.name for tile in gimp.results(window)}), 2)
    labelled(window, "Pictures").queryValue().currentValue = 1

    gimp.keys("alt+y")
    gimp.wait_for_results(window, 3, DRAWING_SECONDS)
    claims.claim("Alt+Y makes a variation", True)
    gimp.keys("alt+c")
    wait_for("the comparison", lambda: is_showing(gimp.find(
        "slider", "Divider between the two pictures", window, 1)))
    claims.claim("Alt+C compares two pictures", True)
    gimp.shot("generate-window-compare.png", "Generate Layer")
    gimp.keys("alt+c")
    claims.equal("the prompt stays", text_of(prompt), PROMPT)


def adds_with_a_mask(gimp, claims, window, image):
    gimp.run(f"(gimp-image-select-ellipse {image} CHANNEL-OP-REPLACE "
             "80 60 160 120)")
    gimp.run(f"(gimp-image-clean-all {image})")
    gimp.raise_window("GIMP")
    gimp.raise_window("Generate Layer")
    add = gimp.find("button", "Add as Layer", window)
    wait_for("an Add button", lambda: is_sensitive(add))
    before = gimp.everything(image)
    gimp.keys("alt+a")
    gimp.wait_for_layers(image, 2)
    layer = gimp.layers(image)[0]
    wait_for("its mask", lambda: gimp.run(
        f"(gimp-layer-get-mask {layer})") != "-1")
    claims.claim("Alt+A adds it, with the selection as the mask", True)
    gimp.undo_and_redo(claims, "layer and mask", image, before, kept=False)
    claims.equal("it is not there any more", len(gimp.layers(image)), 1)


def draws_like_a_layer(gimp, claims, window):
    gimp.raise_window("Generate Layer")
    press(gimp.find("toggle button", "Like This Layer", window))
    press(gimp.find("menu item", "Like the Active Layer"))
    near = gimp.find("slider", "How near to the picture", window)
    wait_for("the layer's picture", lambda: is_showing(near))
    claims.claim("the layer is shown as what is drawn from", gimp.find(
        "label", "Like “ground”", window))
    near.queryValue().currentValue = 0.9
    gimp.shot("generate-window-like.png", "Generate Layer")
    focus_prompt(gimp, window)
    gimp.keys("ctrl+Return")
    gimp.wait_for_results(window, 4, DRAWING_SECONDS)
    wait_for("the words that it was drawn from a picture", lambda: gimp.find(
        "label", "Drawn like another picture", window, 1))
    claims.claim("a picture made so says it", True)
    press(gimp.find("button", "Draw from the Words Alone", window))
    wait_for("it to go", lambda: not is_showing(near))
    claims.claim("it can be taken off again", True)

    path = os.path.join(folder, "dropped.png")
    subprocess.run(["magick", "-size", "64x64", "xc:#3060c0", path],
                   check=True)
    with gimp.dragging("Generate Layer", [path]):
        wait_for("the dropped picture", lambda: is_showing(near))
    claims.claim("so is a picture that is dropped on the window", gimp.find(
        "label", "Like “dropped.png”", window))
    press(gimp.find("button", "Draw from the Words Alone", window))
    wait_for("it to go", lambda: not is_showing(near))


def queues_and_quits(gimp, claims, window):
    focus_prompt(gimp, window)
    labelled(window, "Pictures").queryValue().currentValue = 40
    gimp.keys("ctrl+Return")
    wait_for("a picture of the long job",
             lambda: len(gimp.results(window)) == 5, DRAWING_SECONDS)
    gimp.keys("alt+F4")
    question = gimp.window("Close Generate Layer")
    press(gimp.find("button", "Leave Running", question))
    wait_for("the window to go", lambda: not is_showing(window))
    window = opened(gimp)
    wait_for("the next picture",
             lambda: len(gimp.results(window)) >= 6, DRAWING_SECONDS)
    claims.claim("the job goes on without the window, and is there again",
                 True)
    claims.equal("GIMP finds nothing wrong", gimp.complaints(), [])

    plug_ins = subprocess.run(
        ["pgrep", "-P", str(gimp.process.pid)], capture_output=True,
        text=True).stdout.split()
    claims.claim("the plug-in runs", plug_ins)
    kept = len(glob.glob(data + "/pisces/results/*.png"))
    claims.claim("each picture is kept as it comes", kept >= 6)
    gimp.ask("(gimp-quit TRUE)")
    gimp.process.wait(60)
    wait_for("its processes to go", lambda: not any(
        os.path.exists(f"/proc/{number}") for number in plug_ins), 60)
    claims.claim("quitting in the midst leaves no process", True)


def iterates(gimp, claims):
    image = gimp.show_image(320, 240)
    window = opened(gimp)
    draws(gimp, claims, window)
    adds_with_a_mask(gimp, claims, window, image)
    draws_like_a_layer(gimp, claims, window)
    queues_and_quits(gimp, claims, window)


claims = gimp_window.Claims()
failed = gimp_window.main(iterates, data, claims, lives_on=False)
shutil.rmtree(folder, ignore_errors=True)
print(f"1..{claims.count}")
sys.exit(failed)
