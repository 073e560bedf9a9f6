# SPDX-License-Identifier: GPL-3.0-or-later
"""When the plug-in's process was killed, GIMP takes its menu items away; one
item stays, and brings procedures and window back.  While the process runs, that
item starts no second one."""

import os
import signal
import sys

import gimp_window
from gimp_window import Missing, wait_for

ITEM = ("Filters", "Development", "Start Pisces Again")


def process(gimp):
    return int(gimp.run("(list-ref (plug-in-pisces-status) 13)"))


def is_there(gimp):
    try:
        return process(gimp) > 0
    except RuntimeError:
        return False


def processes():
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/cmdline", "rb") as line:
                if line.read().split(b"\0")[0].endswith(b"pisces/pisces"):
                    found.append(int(number))
        except OSError:
            pass
    return found


def in_menu(gimp):
    """Whether the menu Layer has the item, once it has been opened."""
    try:
        gimp.find("menu item", "New from Prompt", None, 3)
        return True
    except Missing:
        return False


def test(gimp, claims):
    gimp.show_image(320, 240)
    first = process(gimp)

    gimp.menu(*ITEM)
    gimp.shot("start-again/runs-already.png")
    wait_for("a second process to end",
             lambda: [pid for pid in processes() if pid >= first] == [first])
    claims.equal("while it runs, no second one stays", process(gimp), first)

    os.kill(first, signal.SIGKILL)
    wait_for("the procedures to go", lambda: not is_there(gimp))
    gimp.shot("start-again/killed.png")
    claims.claim("its menu items go with it", not in_menu(gimp))

    gimp.raise_window("GIMP")
    gimp.menu(*ITEM)
    window = gimp.window("Generate Layer")
    claims.claim("one item brings the window back", True)
    claims.claim("in another process", process(gimp) != first)
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.type("a red star")
    gimp.keys("ctrl+Return")
    gimp.wait_for_results(window, 1, 240)
    claims.claim("and it draws", True)
    gimp.shot("start-again/again.png")


sys.exit(gimp_window.main(test))
