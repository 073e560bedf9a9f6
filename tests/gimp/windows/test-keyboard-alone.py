# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole iteration with keys only, without a pointer and without direct
calls to widgets: from GIMP's menu to a prompt, pictures, a variation, a
comparison, a layer with the selection as its mask, one undo; an earlier
prompt; a layer drawn again; each picture checked against its prompt.  The
accessibility tree is only read."""

import re
import sys
import time

import pyatspi

import gimp_window
from gimp_window import is_sensitive, is_showing, text_of, wait_for

PROMPT = "a red star above a blue fish"
TITLE = "Generate Layer"
SECONDS = 240


def focused(window):
    """The widget with the keyboard focus."""
    return wait_for("a focus", lambda: pyatspi.findDescendant(
        window, lambda node: node.getState().contains(pyatspi.STATE_FOCUSED)))


def is_settled(look):
    """Whether it is true, and still true after a slow GIMP has received all
    keys."""
    if not look():
        return False
    time.sleep(.3)
    return look()


def tab_to(gimp, window, name, key="Tab"):
    for _step in range(60):
        if is_settled(lambda: (focused(window).name or "").startswith(name)):
            return
        gimp.keys(key)
    raise gimp_window.Missing(f"{name!r} on the way of {key}")


def is_marked(item):
    """Whether this item of a menu is selected."""
    state = item.getState()
    return (state.contains(pyatspi.STATE_SELECTED) or
            state.contains(pyatspi.STATE_FOCUSED) or
            item.parent.querySelection().isChildSelected(
                item.getIndexInParent()))


def choose_in_layer_menu(gimp, name):
    """With Alt+L and the arrows."""
    gimp.raise_window("GIMP")
    item = gimp.find("menu item", name, gimp.find("menu", "Layer"))
    gimp.keys("alt+l")
    time.sleep(1)
    for _step in range(80):     # from the last item on to the first
        if is_settled(lambda: is_marked(item)):
            gimp.keys("Return")
            return
        gimp.keys("Down")
    raise gimp_window.Missing(f"{name!r} on the way of Down")


def from_the_menu(gimp, claims):
    choose_in_layer_menu(gimp, "New from Prompt")
    window = gimp.window(TITLE)
    claims.claim("GIMP's menu opens the window by keys", True)
    claims.equal("which begins in the prompt", focused(window).name, "Prompt")
    return window


def makes_pictures(gimp, claims, window):
    gimp.type(PROMPT)
    gimp.keys("alt+i", "ctrl+a")
    gimp.type("2")
    gimp.keys("Tab", "ctrl+Return")
    gimp.wait_for_results(window, 2, SECONDS)
    claims.claim("Ctrl+Return makes as many pictures as were asked for", True)
    gimp.keys("alt+i", "ctrl+a")
    gimp.type("1")
    gimp.keys("Tab", "alt+y")
    gimp.wait_for_results(window, 3, SECONDS)
    claims.claim("Alt+Y varies the picture that is shown", True)


def compares(gimp, claims, window):
    gimp.keys("alt+c")
    divider = gimp.find("slider", "Divider between the two pictures", window)
    wait_for("the comparison", lambda: is_showing(divider))
    tab_to(gimp, window, "Divider", "shift+Tab")
    before = divider.queryValue().currentValue
    gimp.keys("Left", "Left")
    wait_for("the divider to move",
             lambda: divider.queryValue().currentValue < before)
    claims.claim("Alt+C compares, and the arrows move the divider", True)
    gimp.keys("alt+c")
    wait_for("the picture", lambda: not is_showing(divider))


def walks_the_strip(gimp, claims, window):
    newest, older = gimp.results(window)[:2]
    tab_to(gimp, window, newest.name)
    gimp.keys("Right")
    wait_for("the older one", lambda: focused(window).name == older.name)
    gimp.keys("space")
    large = gimp.window(PROMPT)
    gimp.keys("Escape")
    wait_for("the large view to go", lambda: not is_showing(large))
    gimp.window(TITLE)
    claims.claim("the arrows go through the pictures, Space shows one large",
                 True)


def adds_and_undoes(gimp, claims, window, image):
    gimp.run(f"(gimp-image-select-ellipse {image} CHANNEL-OP-REPLACE "
             "80 60 160 120)")
    gimp.run(f"(gimp-image-clean-all {image})")
    gimp.raise_window("GIMP")
    gimp.raise_window(TITLE)
    wait_for("an Add button", lambda: is_sensitive(
        gimp.find("button", "Add as Layer", window)))
    before = gimp.everything(image)
    gimp.keys("alt+a")
    gimp.wait_for_layers(image, 2)
    layer = gimp.layers(image)[0]
    wait_for("its mask", lambda: gimp.run(
        f"(gimp-layer-get-mask {layer})") != "-1")
    claims.claim("Alt+A adds it, with the selection as its mask", True)
    gimp.raise_window("GIMP")
    gimp.keys("ctrl+z")
    wait_for("the undo", lambda: len(gimp.layers(image)) == 1)
    claims.equal("Ctrl+Z takes out layer and mask in one step, and all else "
                 "is as it was", gimp.everything(image), before)
    gimp.keys("ctrl+y")
    wait_for("the redo", lambda: len(gimp.layers(image)) == 2)


def pixels(gimp, layer):
    return gimp.run(f"(gimp-drawable-histogram {layer} HISTOGRAM-VALUE 0 1)")


def draws_a_layer_again(gimp, claims, image):
    layer = gimp.layers(image)[0]
    gimp.run(f"(gimp-selection-none {image})")
    before = pixels(gimp, layer)
    gimp.run("(gimp-context-set-foreground '(10 200 10))")
    gimp.run(f"(gimp-drawable-fill {layer} FILL-FOREGROUND)")
    claims.claim("the layer is painted over", pixels(gimp, layer) != before)
    gimp.run(f"(gimp-image-set-selected-layers {image} (vector {layer}))")
    choose_in_layer_menu(gimp, "Regenerate")
    try:
        wait_for("the old pixels", lambda: pixels(gimp, layer) == before,
                 SECONDS)
    except gimp_window.Missing:
        claims.note(f"before {before}, now {pixels(gimp, layer)}")
        raise
    claims.claim("Layer ▸ Regenerate This Layer brings the same ones back",
                 True)


def calls_prompts_back(gimp, claims, window):
    gimp.raise_window(TITLE)
    gimp.keys("alt+p", "ctrl+a")
    gimp.type("two green leaves")
    gimp.keys("ctrl+Up")
    prompt = gimp.find("text", "Prompt", window)
    wait_for("the earlier prompt", lambda: text_of(prompt) == PROMPT)
    gimp.keys("ctrl+Down")
    wait_for("the half-written one",
             lambda: text_of(prompt) == "two green leaves")
    claims.claim("Ctrl+Up and Ctrl+Down call prompts back and lose none", True)


def checks_itself(gimp, claims, window):
    """From the menu of the results, which a key opens."""
    before = len(gimp.results(window))
    gimp.keys("alt+p", "ctrl+a")
    gimp.type(PROMPT)
    tab_to(gimp, window, "More")
    gimp.keys("space", "k")
    gimp.keys("alt+i", "ctrl+a")
    gimp.type("3")
    gimp.keys("Tab", "ctrl+Return")
    gimp.wait_for_results(window, before + 3, SECONDS)

    def marks():
        found = [re.search(r"to (\d+) %", tile.description or "")
                 for tile in gimp.results(window)[:3]]
        return all(found) and [int(mark[1]) for mark in found]

    found = wait_for("the marks", marks, SECONDS)
    claims.note(found)
    claims.equal("each is marked, and the best is first", found,
                 sorted(found, reverse=True))


def test(gimp, claims):
    image = gimp.show_image(320, 240)
    window = from_the_menu(gimp, claims)
    makes_pictures(gimp, claims, window)
    compares(gimp, claims, window)
    walks_the_strip(gimp, claims, window)
    adds_and_undoes(gimp, claims, window, image)
    draws_a_layer_again(gimp, claims, image)
    calls_prompts_back(gimp, claims, window)
    checks_itself(gimp, claims, window)


sys.exit(gimp_window.main(test))
