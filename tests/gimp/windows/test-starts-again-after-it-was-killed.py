# SPDX-License-Identifier: GPL-3.0-or-later
"""When the plug-in's process was killed, its menu items and procedures still
work: a script gets its answer, the menu opens the window again, which draws
and adds layers, and other calls go to the process that has it.  When its
windows are closed that process ends, and the menu starts the next one.
While the resident process is running, the menu starts none that stays."""

import contextlib
import os
import signal
import sys

import gimp_window
from gimp_window import Missing, is_sensitive, press, wait_for

ITEM = ("Layer", "New from Prompt")


def processes(gimp):
    """The plug-in's processes that this GIMP has started; others may be
    running."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/cmdline", "rb") as line:
                program = line.read().split(b"\0")[0]
            with open(f"/proc/{number}/stat") as stat:
                parent = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if program.endswith(b"pisces/pisces") and parent == gimp.process.pid:
            found.append(int(number))
    return found


def left(gimp, wanted):
    """The processes that remain after those that answered one call have ended."""
    with contextlib.suppress(Missing):
        wait_for("processes to end", lambda: processes(gimp) == wanted, 15)
    return processes(gimp)


def kill(gimp, number):
    os.kill(number, signal.SIGKILL)
    wait_for("its end", lambda: number not in processes(gimp))
    wait_for("GIMP to notice", lambda: gimp.process_of_pisces() != number)


def draw(gimp, window):
    gimp.raise_window("Generate Layer")
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type("a red star")
    gimp.keys("ctrl+Return")
    gimp.wait_for_results(window, 1, 240)


def opened(gimp):
    gimp.menu(*ITEM)
    gimp.raise_window("Generate Layer")
    return gimp.window("Generate Layer")


def test(gimp, claims):
    image = gimp.show_image(320, 240)
    first = gimp.process_of_pisces()
    claims.equal("one process is there", left(gimp, [first]), [first])

    opened(gimp)
    wait_for("the second process to end", lambda: processes(gimp) == [first])
    claims.equal("the menu item starts none that stays", gimp.process_of_pisces(), first)

    kill(gimp, first)
    claims.equal("killed, it is gone", left(gimp, []), [])
    gimp.shot("start-again/killed.png")
    layers = gimp.run("(car (plug-in-pisces-generate #:run-mode "
                      f"RUN-NONINTERACTIVE #:image {image} "
                      '#:prompt "a red star" #:steps 2))')
    claims.claim("a script draws all the same",
                 layers != "#()" and len(gimp.layers(image)) == 2)
    text = gimp.run("(car (plug-in-pisces-describe #:run-mode "
                    f"RUN-NONINTERACTIVE #:image {image} #:length "
                    '"short"))')
    claims.claim("and has the image described", len(text.strip('"')) > 5)
    claims.equal("by processes that end", left(gimp, []), [])

    window = opened(gimp)
    second = gimp.process_of_pisces()
    claims.equal("the menu brings the window back, in one process",
                 left(gimp, [second]), [second])
    draw(gimp, window)
    claims.claim("which draws", True)
    press(wait_for("Add as Layer", lambda: [
        button for button in [gimp.find("button", "Add as Layer", window)]
        if is_sensitive(button)])[0])
    gimp.wait_for_layers(image, 3)
    claims.claim("and adds layers to the image that the menu was of", True)
    gimp.shot("start-again/again.png")
    claims.equal("the model stays in it for scripts", gimp.run(
        "(list-ref (plug-in-pisces-status) 0)"), "#t")
    other = gimp.show_image(64, 48)
    gimp.run(f"(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE #:image "
             f"{other})")
    claims.equal("whose calls it answers", gimp.process_of_pisces(), second)
    gimp.raise_window("GIMP")
    gimp.menu("Image", "Describe Image")
    gimp.window("Describe Image")
    wait_for("the third process to end", lambda: processes(gimp) == [second])
    claims.claim("as it does those of other menu items", True)

    for title in ("Describe Image", "Generate Layer"):
        gimp.raise_window(title)
        gimp.keys("alt+F4")
    wait_for("the process to end with its windows", lambda: not processes(gimp))
    claims.claim("it ends with its last window", True)
    claims.claim("and crashes nothing", gimp.is_alive())

    window = opened(gimp)
    third = gimp.process_of_pisces()
    claims.equal("the menu starts the next one", left(gimp, [third]), [third])
    kill(gimp, third)
    opened(gimp)
    fourth = gimp.process_of_pisces()
    claims.claim("and so on when that is killed, too", fourth != third and
                 left(gimp, [fourth]) == [fourth])
    gimp.close_image(image)
    gimp.close_image(other)
    gimp.run("(plug-in-pisces-unload)")
    claims.claim("images that it was called from can be closed",
                 gimp.is_alive() and left(gimp, [fourth]) == [fourth])
    claims.equal("GIMP finds nothing wrong", [
        line for line in gimp.complaints()
        if "Broken pipe" not in line and "undo_group_end" not in line], [])


sys.exit(gimp_window.main(test))
