# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a user waits: from a key to the letter on the screen while a job
runs, from the menu to the window when the plug-in is resident, from Stop to
a window that is ready.  Prints the measured times; the limits allow for a
busy machine, and only a hang exceeds them."""

import statistics
import sys
import time

import gimp_window
from gimp_window import is_sensitive, is_showing, labelled, press, wait_for
from x_probe import Probe

KEY_LIMIT = 0.5
OPEN_LIMIT = 5.0
STOP_LIMIT = 3.0


def button(gimp, window, name):
    return gimp.find("button", name, window)


def told(claims, what, seconds, limit, target):
    shown = sorted(seconds)
    middle = statistics.median(shown)
    claims.note(f"{what}: median {middle * 1000:.1f} ms, "
                f"{shown[0] * 1000:.0f} to {shown[-1] * 1000:.0f} ms of "
                f"{len(shown)} (wanted on an idle machine: {target} ms)")
    claims.claim(f"{what}: in time", middle < limit)


def start(gimp, window):
    press(button(gimp, window, "Generate"))
    wait_for("a job that runs",
             lambda: is_sensitive(button(gimp, window, "Stop")))


def prompt_area(prompt):
    """The first line of the prompt on the screen, without the border."""
    box = prompt.queryComponent().getExtents(0)
    return (box.x + 6, box.y + 4, min(box.width - 12, 240), 24)


def typing(gimp, claims, window, probe):
    prompt = gimp.find("text", "Prompt", window)
    prompt.queryEditableText().setTextContents("")
    labelled(window, "Pictures").queryValue().currentValue = 30
    prompt.queryEditableText().setTextContents("a red star")
    start(gimp, window)
    wait_for("the model", lambda:
             gimp.run("(list-ref (plug-in-pisces-status) 0)") == "#t")

    gimp.raise_window("Generate Layer")
    prompt.queryEditableText().setTextContents("")
    prompt.queryComponent().grabFocus()
    time.sleep(0.5)
    area = prompt_area(prompt)
    delays = []
    for key in "mnmnmnmnmnmnmnmn":
        # The cursor blinks, so two equal readings are needed, between blinks.
        before = probe.pixels(*area)
        probe.press(key)
        delay = probe.until_changed(area, before, 5)
        if delay is not None:
            delays.append(delay)
        time.sleep(0.15)
    claims.equal("every letter comes to the screen", len(delays), 16)
    wait_for("the letters", lambda: gimp_window.text_of(prompt) ==
             "mnmnmnmnmnmnmnmn")
    told(claims, "a key to the screen while a job runs", delays, KEY_LIMIT, 16)


def stopping(gimp, claims, window):
    delays = []
    prompt = gimp.find("text", "Prompt", window)
    stop = gimp.find("button", "Stop", window)
    generate = button(gimp, window, "Generate")
    for _again in range(3):
        prompt.queryEditableText().setTextContents("a red star")
        if not gimp.find("list box", "Jobs", window).childCount:
            start(gimp, window)
        time.sleep(1.5)
        stop = [node for node in generate.parent
                if (node.name or "") == "Stop"][0]
        began = time.perf_counter()
        press(stop)
        while is_sensitive(stop):
            pass
        delays.append(time.perf_counter() - began)
    told(claims, "Stop to ready", delays, STOP_LIMIT, 300)


def opening(gimp, claims, window):
    delays = []
    for _again in range(5):
        gimp.raise_window("Generate Layer")
        gimp.keys("ctrl+w")
        wait_for("the window to go", lambda: not is_showing(window))
        gimp.raise_window("GIMP")
        item = menu_item(gimp)
        began = time.perf_counter()
        item.queryAction().doAction(0)
        while not is_showing(window):
            pass
        delays.append(time.perf_counter() - began)
    told(claims, "the menu to the window when resident", delays, OPEN_LIMIT,
         150)


def menu_item(gimp):
    return gimp.find("menu item", "New from Prompt",
                     gimp.find("menu", "Layer"))


def test(gimp, claims):
    gimp.show_image(400, 300)
    gimp.menu("Layer", "New from Prompt")
    window = gimp.window("Generate Layer")
    typing(gimp, claims, window, Probe())
    stopping(gimp, claims, window)
    opening(gimp, claims, window)


sys.exit(gimp_window.main(test))
