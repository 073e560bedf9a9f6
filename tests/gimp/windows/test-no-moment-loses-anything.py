# SPDX-License-Identifier: GPL-3.0-or-later
"""GIMP is killed at several moments of a job: while the model is loaded, while
the first picture is drawn, after some pictures.  The next GIMP has the
prompt and every finished picture, although the image was never saved.
Other tests claim that nothing is lost when the image or the window is
closed."""

import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import gimp_window
from gimp_window import is_sensitive, labelled, press, text_of, wait_for

TITLE = "Generate Layer"
MOMENTS = (0.1, 0.8, 3)
PROMPTS = ("a red star", "a blue fish", "a green leaf")

folder = tempfile.mkdtemp(prefix="pisces-moments.")
data = os.path.join(folder, "data")
profile = os.path.join(folder, "profile")


class SameUser(gimp_window.Gimp):
    """A GIMP whose settings remain after it, like a user's."""

    def _quieten(self):
        if os.path.exists(profile):
            shutil.copytree(profile, self.profile)
        else:
            super()._quieten()

    def kill(self):
        """Kills everything, like a power failure."""
        children = [int(number) for number in subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True,
            text=True).stdout.split()]
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass
        shutil.rmtree(profile, ignore_errors=True)
        shutil.copytree(self.profile, profile)


def kept():
    """The files of finished pictures."""
    return {os.path.basename(path)
            for path in glob.glob(data + "/pisces/results/*.png")}


def opened(gimp):
    gimp.menu("Layer", "New from Prompt")
    return gimp.window(TITLE)


def start(gimp, window, prompt, count):
    gimp.find("text", "Prompt", window).queryEditableText().setTextContents(
        prompt)
    labelled(window, "Pictures").queryValue().currentValue = count
    press(gimp.find("button", "Generate", window))
    stop = gimp.find("button", "Stop", window)
    wait_for("the job", lambda: is_sensitive(stop))


def finds_everything(gimp, claims, window, prompt):
    """What the previous GIMP was doing when it was killed."""
    field = gimp.find("text", "Prompt", window)
    claims.equal("the prompt is there again", text_of(field), prompt)
    field.queryComponent().grabFocus()
    finished = kept()
    claims.note(f"{len(finished)} pictures were finished")
    press(gimp.find("button", "Earlier Pictures", window))
    if finished:
        wait_for("the earlier pictures",
                 lambda: len(gimp.results(window)) == len(finished))
        add = gimp.find("button", "Add as Layer", window)
        wait_for("their pixels", lambda: is_sensitive(add))
    claims.claim("and so is every picture that was finished", True)
    claims.equal("no half-written file is left of any", [
        name for name in os.listdir(data + "/pisces/results")
        if not name.endswith(".png")] if finished else [], [])


def lives_and_dies(number):
    """One of several sessions: it checks what the previous one left, and is
    killed this many seconds after the start of a job."""
    def run(gimp, claims):
        gimp.show_image(320, 240)
        window = opened(gimp)
        if number > 0:
            finds_everything(gimp, claims, window, PROMPTS[number - 1])
        if number == len(MOMENTS):
            claims.claim("GIMP lives on", gimp.is_alive())
            return
        start(gimp, window, PROMPTS[number], 40)
        time.sleep(MOMENTS[number])
        gimp.kill()
        claims.claim(f"GIMP was killed {MOMENTS[number]} s after the start of "
                     "a job", True)
    return run


claims = gimp_window.Claims()
for session in range(len(MOMENTS) + 1):
    gimp_window.main(lives_and_dies(session), data, claims, lives_on=False,
                     kind=SameUser, is_last=session == len(MOMENTS))
shutil.rmtree(folder, ignore_errors=True)
sys.exit(1 if claims.failed else 0)
