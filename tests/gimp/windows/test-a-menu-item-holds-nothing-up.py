# SPDX-License-Identifier: GPL-3.0-or-later
"""Regenerate and Rebuild wait behind the running jobs: the call returns at
once, a small window shows the progress and can stop it, all other windows
and scripts continue, and the result is one undo step.  A script still gets
the result."""

import sys
import time

import gimp_window
from gimp_window import (is_sensitive, is_showing, labelled, press, text_of,
                         wait_for)

PROMPT = "a red star"
DRAWING_SECONDS = 240


def pixels(gimp, layer):
    return gimp.run(f"(gimp-drawable-histogram {layer} HISTOGRAM-VALUE 0 1)")


def seconds_of_call(gimp, script):
    start = time.monotonic()
    gimp.run(script)
    return time.monotonic() - start


def keep_busy(gimp, image, count):
    """Jobs of the Generate Layer window, which run before all others."""
    window = gimp.generate_window(image)
    prompt = gimp.find("text", "Prompt", window)
    if not text_of(prompt):
        prompt.queryComponent().grabFocus()
        gimp.type("a blue fish")
    labelled(window, "Pictures").queryValue().currentValue = count
    gimp.raise_window("Generate Layer")
    gimp.keys("ctrl+Return")
    stop = gimp.find("button", "Stop", window)
    wait_for("the job", lambda: is_sensitive(stop))
    return window


def regenerate(gimp, layer, image):
    return (f"(plug-in-pisces-regenerate #:run-mode RUN-INTERACTIVE "
            f"#:image {image} #:drawables (vector {layer}))")


def stopped(gimp, claims, image, layer):
    painted = pixels(gimp, layer)
    window = keep_busy(gimp, image, 40)
    seconds = seconds_of_call(gimp, regenerate(gimp, layer, image))
    claims.claim("the call is over at once, whatever runs before it",
                 seconds < 3 and gimp.is_busy())
    claims.note(f"{seconds:.2f} s")
    gimp.raise_window("Draw the Layer Again")
    task = gimp.window("Draw the Layer Again")
    claims.claim("a small window says that it waits", gimp.find(
        "label", "Waiting for another job", task))
    claims.claim("and what it draws from",
                 gimp.find("label", PROMPT, task))
    gimp.shot("task-window-waiting.png", "Draw the Layer Again")

    seconds = seconds_of_call(gimp, regenerate(gimp, layer, image))
    claims.claim("a second time, the window comes to the front",
                 seconds < 3 and len([
                     1 for app in gimp.applications() for top in app
                     if (top.name or "").startswith("Draw the Layer")]) == 1)

    gimp.raise_window("Generate Layer")
    prompt = gimp.find("text", "Prompt", window)
    prompt.queryComponent().grabFocus()
    gimp.keys("End")
    gimp.type(" and more")
    wait_for("the letters", lambda: text_of(prompt).endswith(" and more"), 5)
    claims.claim("the other windows take letters meanwhile", True)

    gimp.raise_window("Draw the Layer Again")
    gimp.keys("Escape")
    wait_for("its end", lambda: not [
        1 for app in gimp.applications() for top in app
        if top is not None and (top.name or "").startswith("Draw the Layer")
        and is_showing(top)], 20)
    claims.claim("Escape stops it", True)
    claims.equal("and the layer is as it was", pixels(gimp, layer), painted)
    claims.claim("the other job goes on", gimp.is_busy())
    press(gimp.find("button", "Stop", window))
    wait_for("the end of the other job", lambda: not gimp.is_busy(), 60)


def ended(gimp, claims, image, layer, wanted):
    gimp.raise_window("GIMP")
    gimp.run(f"(gimp-image-set-selected-layers {image} (vector {layer}))")
    before = gimp.everything(image)
    gimp.menu("Layer", "Regenerate This Layer")
    wait_for("the pixels", lambda: pixels(gimp, layer) == wanted,
             DRAWING_SECONDS)
    claims.claim("from the menu, the layer is drawn again", True)
    wait_for("its window to go", lambda: not [
        1 for app in gimp.applications() for top in app
        if top is not None and (top.name or "").startswith("Draw the Layer")])
    claims.claim("and the window goes by itself", True)
    gimp.undo_and_redo(claims, "a layer that is drawn again", image, before,
                       kept=False)


def deleted(gimp, claims, image, layer):
    window = keep_busy(gimp, image, 8)
    gimp.run(regenerate(gimp, layer, image))
    gimp.raise_window("Draw the Layer Again")
    task = gimp.window("Draw the Layer Again")
    gimp.run(f"(gimp-image-remove-layer {image} {layer})")
    gimp.run(f"(gimp-image-undo-disable {image})")   # GIMP lets it go
    press(gimp.find("button", "Stop", window))
    claims.claim("a layer that is deleted meanwhile gets a sentence", wait_for(
        "the sentence", lambda: gimp.find(
            "label", "The layer was deleted", task, 1), DRAWING_SECONDS))
    gimp.shot("task-window-ended.png", "Draw the Layer Again")
    press(gimp.find("button", "Close", task))
    gimp.run(f"(gimp-image-undo-enable {image})")


def rebuilt(gimp, claims, image):
    n_layers = len(gimp.layers(image))
    keep_busy(gimp, image, 4)
    seconds = seconds_of_call(
        gimp, "(plug-in-pisces-rebuild #:run-mode RUN-INTERACTIVE "
        f"#:image {image})")
    claims.claim("Rebuild is over at once too", seconds < 3 and gimp.is_busy())
    gimp.raise_window("Draw the Image from")
    task = gimp.window("Draw the Image from")
    gimp.shot("task-window-rebuild.png", "Draw the Image from")
    wait_for("what came of it", lambda: gimp.find(
        "label", "The image was described so", task, 1), DRAWING_SECONDS)
    claims.equal("and adds its layer", len(gimp.layers(image)), n_layers + 1)
    gimp.shot("task-window-rebuilt.png", "Draw the Image from")
    press(gimp.find("button", "Close", task))

    answer = gimp.run("(plug-in-pisces-rebuild #:run-mode RUN-NONINTERACTIVE "
                      f"#:image {image} #:seed 7)")
    claims.claim("a script waits for the end", '"' in answer)
    claims.equal("and has it", len(gimp.layers(image)), n_layers + 2)


def holds_nothing_up(gimp, claims):
    image = gimp.show_image(320, 240)
    layer = int(gimp.run(
        "(vector-ref (car (plug-in-pisces-generate #:run-mode "
        f'RUN-NONINTERACTIVE #:image {image} #:prompt "{PROMPT}" #:seed 7)) '
        "0)"))
    before = gimp.process_of_pisces()
    wanted = pixels(gimp, layer)
    gimp.run(f"""(begin (gimp-context-set-foreground '(10 200 10))
                        (gimp-drawable-edit-fill {layer} FILL-FOREGROUND))""")

    stopped(gimp, claims, image, layer)
    ended(gimp, claims, image, layer, wanted)
    deleted(gimp, claims, image, layer)
    rebuilt(gimp, claims, image)
    claims.equal("all in one process, which nothing has ended",
                 gimp.process_of_pisces(), before)
    claims.equal("GIMP finds nothing wrong",
                 gimp.complaints_but_of_undo(), [])


sys.exit(gimp_window.main(holds_nothing_up))
