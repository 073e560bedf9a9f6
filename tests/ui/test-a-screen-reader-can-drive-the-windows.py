#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses nothing but the accessibility tree, as a screen reader does: write a
prompt, generate, read the plan, add the picture; describe, read the texts,
save them.  The only argument is show-windows."""

import os
import subprocess
import sys
import time

os.environ["GTK_MODULES"] = "gail:atk-bridge"
try:
    import pyatspi
except (ImportError, ValueError) as error:
    print(f"1..0 # SKIP pyatspi is not installed ({error})")
    sys.exit(0)


def wait_for(what, question, seconds=30):
    """Asks until the answer is true; an object may vanish while it is asked."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = question()
        except Exception:
            answer = None
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {what}")


def find(root, name, role=None):
    return pyatspi.findDescendant(
        root, lambda node: node.name == name and
        (role is None or node.getRole() == role))


def window(title):
    for application in pyatspi.Registry.getDesktop(0):
        for frame in application or ():
            if frame.name == title:
                return frame
    return None


def text_of(node):
    text = node.queryText()
    return text.getText(0, text.characterCount)


def click(root, name):
    button = wait_for(f"the button {name}", lambda: find(root, name))
    wait_for(f"{name} to be usable",
             lambda: button.getState().contains(pyatspi.STATE_SENSITIVE))
    assert button.queryAction().doAction(0)


def generate():
    frame = wait_for("Generate Layer", lambda: window("Generate Layer"))
    prompt = wait_for("the prompt",
                      lambda: find(frame, "Prompt", pyatspi.ROLE_TEXT))
    prompt.queryEditableText().setTextContents("two red stars")
    click(frame, "Generate")
    wait_for("the picture", lambda: find(frame, "pretended, seed 7"))
    plan = find(frame, "Plan", pyatspi.ROLE_TEXT)
    assert text_of(plan).startswith("a landscape picture."), text_of(plan)
    click(frame, "Add as Layer")
    wait_for("the answer", lambda: find(frame, "The layer was added."))


def describe():
    frame = wait_for("Describe Image", lambda: window("Describe Image"))
    assert find(frame, "What the model sees") is not None
    click(frame, "Describe")
    short = find(frame, "Short alt text", pyatspi.ROLE_TEXT)
    wait_for("the short text", lambda: text_of(short).startswith("A small"))
    wait_for("the count", lambda: find(frame, "71 of 125 characters"))
    assert find(frame, "Written by the model, may be wrong. "
                       "Please check it.") is not None
    click(frame, "Save to Image")
    wait_for("the answer", lambda: find(frame, "Saved in the image."))


def main():
    tests = [("generates-and-adds", generate),
             ("describes-and-saves", describe)]
    print(f"1..{len(tests)}")
    failed = 0
    program = subprocess.Popen([sys.argv[1]])
    try:
        for number, (name, test) in enumerate(tests, 1):
            try:
                test()
                print(f"ok {number} /ui/screen-reader/{name}")
            except Exception as error:
                failed += 1
                print(f"not ok {number} /ui/screen-reader/{name} # {error}")
    finally:
        program.terminate()
        program.wait()
    return failed


if __name__ == "__main__":
    sys.exit(main())
