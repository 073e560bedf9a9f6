# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a user who draws live waits: from the last key to the picture on the
screen, and for a letter while drafts are drawn.  Prints the measured times and
their parts; the limits allow for a busy machine, and only a hang exceeds them."""

import itertools
import os
import random
import re
import statistics
import sys
import time

import gimp_window
from gimp_window import press, text_of, wait_for
from x_probe import Probe

N = int(os.environ.get("PISCES_N", 50))
PICTURE_LIMIT = 5.0
LOOK = 0.005  # between two looks at the screen, in seconds
KEY_LIMIT = 0.5
# Never the same twice running: what is drawn already is not drawn again.
WORDS = itertools.cycle(["a red star", "a blue fish", "a green tree", "an orange sun",
                         "a pink heart", "a yellow moon", "a purple umbrella"])
PARTS = ["planning", "imagining", "developing", "done", "pixels"]


def told(claims, what, seconds, limit):
    shown = sorted(seconds)
    middle = statistics.median(shown)
    claims.note(f"{what}: median {middle * 1000:.0f} ms, worst "
                f"{shown[-1] * 1000:.0f} ms of {len(shown)}")
    claims.claim(f"{what}: in time", middle < limit)


def area_of(node, margin):
    box = node.queryComponent().getExtents(0)
    return (box.x + margin, box.y + margin, box.width - 2 * margin,
            box.height - 2 * margin)


def stages(gimp):
    """The times that the plug-in prints for each draft, in seconds."""
    with open(os.path.join(gimp.folder, "log"), encoding="utf-8") as log:
        return [{name: int(value) / 1e6
                 for name, value in re.findall(r"(\w+) (\d+)", line)}
                for line in log if "draft: asked" in line]


def write(probe, words):
    """As fast as the server takes it; returns when the last key was pressed."""
    for letter in words:
        key = {" ": "space"}.get(letter, letter)
        probe.press(key)
    return time.monotonic()


def following(gimp, claims, window, probe, what):
    view = gimp.find("image", "The selected picture", window)
    area = area_of(view, 8)
    totals, parts = [], []
    for _ in range(N):
        gimp.keys("ctrl+a")
        time.sleep(0.02)
        before = probe.pixels(*area)
        n_drafts = len(stages(gimp))
        last_key = write(probe, next(WORDS))
        delay = probe.until_changed(area, before, 30, LOOK)
        if delay is None:
            continue
        now = time.monotonic()
        totals.append(now - last_key)
        stage = wait_for("the plug-in's own times",
                         lambda: stages(gimp)[n_drafts:])[-1]
        times = [stage[name] for name in PARTS[:-1]] + [now]
        parts.append([stage["asked"] - last_key] + [
            b - a for a, b in zip([stage["asked"]] + times, times)])
        time.sleep(0.1)
    claims.equal(f"{what}: each time the picture comes", len(totals), N)
    told(claims, f"the last key to the picture, {what}", totals, PICTURE_LIMIT)
    for name, column in zip(["pause", "wait", "plan", "vectors and steps",
                             "pixels from latents", "show"], zip(*parts)):
        claims.note(f"  of it {name}: median {statistics.median(column) * 1000:.0f} ms, "
                    f"worst {max(column) * 1000:.0f} ms")


def typing(gimp, claims, prompt, probe, what):
    """Keys come when a draft is most likely being drawn."""
    gaps = random.Random(5)
    box = prompt.queryComponent().getExtents(0)
    area = (box.x + 6, box.y + 4, box.width - 12, 24)
    gimp.keys("ctrl+a")
    write(probe, "a red star ")
    time.sleep(1)
    delays = []
    for turn in range(N):
        time.sleep(gaps.uniform(0.26, 0.45))
        if turn % 10 == 9:
            gimp.keys("ctrl+a")
            write(probe, "a red star ")
            time.sleep(0.3)
        before = probe.pixels(*area)
        probe.press("mn"[turn % 2])
        delay = probe.until_changed(area, before, 5, LOOK / 5)
        if delay is not None:
            delays.append(delay)
    claims.equal(f"{what}: every letter comes to the screen", len(delays), N)
    told(claims, f"a key to the screen, {what}", delays, KEY_LIMIT)


def test(gimp, claims):
    # Drafts that are not square have more pixels, so they are measured too.
    image = gimp.show_image(400, 400)
    wide = gimp.show_image(640, 360)
    window = gimp.generate_window(image)
    probe = Probe()
    live = gimp.find("check box", "Draw live", window)
    prompt = gimp.find("text", "Prompt", window)
    prompt.queryComponent().grabFocus()
    typing(gimp, claims, prompt, probe, "live off")
    press(live)
    prompt.queryComponent().grabFocus()
    wait_for("a first draft", lambda: gimp.results(window), 60)
    time.sleep(1)
    following(gimp, claims, window, probe, "a square")
    n_before = len(stages(gimp))
    gimp.generate_window(wide)
    prompt.queryComponent().grabFocus()
    # The same words in another aspect are another picture.
    wait_for("a draft as wide as the other image",
             lambda: len(stages(gimp)) > n_before, 60)
    time.sleep(1)
    following(gimp, claims, window, probe, "16:9")
    gimp.generate_window(image)
    prompt.queryComponent().grabFocus()
    n_before = len(stages(gimp))
    typing(gimp, claims, prompt, probe, "live on")
    claims.note(f"{len(stages(gimp)) - n_before} drafts meanwhile")
    claims.claim("the words are all there", text_of(prompt).startswith("a red star "))


os.environ["G_MESSAGES_DEBUG"] = "Pisces"
sys.exit(gimp_window.main(test))
