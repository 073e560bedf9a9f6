# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody does in an hour, in as little time as possible: jobs queued
for two images, dialogs kept open while they run, windows closed and opened
again, layers added, replaced and undone, texts described and written by
hand, images closed during jobs, the model's memory freed, and an image
closed and opened from its file.  Nothing is lost, and nothing grows that
should not.

Once in the suite.  `./dev test hour` does it many times with a plug-in that
was compiled with checks for wrong use of memory and for leaks."""

import contextlib
import glob
import os
import re
import shutil
import signal
import sys
import tempfile

import gimp_window
import xcf
from gimp_window import (Missing, is_sensitive, is_showing, labelled, press,
                         text_of, wait_for)

ROUNDS = int(os.environ.get("PISCES_TEST_ROUNDS", "1"))
REPORTS = os.environ.get("PISCES_TEST_REPORTS", "")
GENERATE = "Generate Layer"
DESCRIBE = "Describe Image"
STAR, FISH, MOON = "a red star", "a blue fish", "a yellow moon"
DRAWING_SECONDS = 240

folder = tempfile.mkdtemp(prefix="pisces-hour.")


class Picture:
    """An image, and what it must contain."""

    def __init__(self, gimp, name, prompt, width, height):
        self.gimp = gimp
        self.path = os.path.join(folder, name + ".xcf")
        self.prompt = prompt
        self.n_results = 0
        self.n_layers = 1
        self.text = ""
        self.image = gimp.show_image(width, height)
        self.save()

    def save(self):
        self.gimp.run(f'(gimp-file-save RUN-NONINTERACTIVE {self.image} '
                      f'"{self.path}")')
        self.gimp.run(f"(gimp-image-clean-all {self.image})")

    def open_again(self):
        self.gimp.close_image(self.image)
        self.image = int(self.gimp.run(
            f'(gimp-file-load RUN-NONINTERACTIVE "{self.path}")').strip("()"))
        self.gimp.displays[self.image] = self.gimp.run(
            f"(gimp-display-new {self.image})")

    def prompts(self):
        """The number of results in its list."""
        try:
            text = self.gimp.run(f'(caddr (gimp-image-get-parasite '
                                 f'{self.image} "pisces-results"))')
        except RuntimeError:
            return []
        return re.findall(r'\\?"prompt\\?":\s*\\?"([^"\\]*)', text)


def status(gimp, number):
    return gimp.run(f"(list-ref (plug-in-pisces-status) {number})")


def wait_until_idle(gimp):
    wait_for("the jobs' end", lambda: not gimp.is_busy() and
             status(gimp, 11) == "0", DRAWING_SECONDS)


def shown(gimp, title, procedure, image):
    gimp.run(f"(plug-in-pisces-{procedure} #:run-mode RUN-INTERACTIVE "
             f"#:image {image})")
    gimp.raise_window(title)
    return gimp.window(title)


def ask_for(gimp, picture, count):
    window = shown(gimp, GENERATE, "generate", picture.image)
    prompt = gimp.find("text", "Prompt", window)
    prompt.queryEditableText().setTextContents(picture.prompt)
    labelled(window, "Pictures").queryValue().currentValue = count
    prompt.queryComponent().grabFocus()
    gimp.keys("ctrl+Return")
    stop = gimp.find("button", "Stop", window)
    wait_for("the job", lambda: is_sensitive(stop))
    picture.n_results += count
    return window


def hidden(gimp, title, answer):
    """Closes a window, which asks first if there is a reason.  When the jobs
    end meanwhile, the question has another answer; and a window with a text
    that is not saved yet stays open."""
    gimp.raise_window(title)
    gimp.keys("alt+F4")
    with contextlib.suppress(Missing):
        keep = gimp.find("button", "Keep Window Open", None, 3)
        for name in (answer, "Close Window"):
            with contextlib.suppress(Missing):
                press(gimp.find("button", name, None, 0.5))
                break
        else:
            press(keep)
            return
    wait_for("the window to go", lambda: not any(
        is_showing(top) for app in gimp.applications() for top in app
        if top is not None and (top.name or "") == title))


def press_when_possible(gimp, window, name):
    button = gimp.find("button", name, window)
    wait_for(f"{name} to be possible", lambda: is_sensitive(button), 60)
    gimp.raise_window(GENERATE)
    press(button)


def layers_come_and_go(gimp, claims, picture, window):
    def n_layers():
        return len(gimp.layers(picture.image))

    press_when_possible(gimp, window, "Add as Layer")
    picture.n_layers += 1
    gimp.wait_for_layers(picture.image, picture.n_layers)
    press_when_possible(gimp, window, "Replace the Layer Added Last")
    gimp.run("(plug-in-pisces-status)")   # answered when all is done
    claims.equal("a layer is replaced, not added", n_layers(),
                 picture.n_layers)
    gimp.run(f"(gimp-display-present {gimp.displays[picture.image]})")
    gimp.raise_window("GIMP")
    for _again in range(2):
        gimp.menu("Edit", "Undo")
    wait_for("two undos", lambda: n_layers() == picture.n_layers - 1)
    for _again in range(2):
        gimp.menu("Edit", "Redo")
    wait_for("two redos", lambda: n_layers() == picture.n_layers)


def texts_are_written(gimp, claims, picture, number):
    """Described while jobs wait; the window is closed, opened again, edited
    and saved."""
    window = shown(gimp, DESCRIBE, "describe", picture.image)
    short = gimp.find("text", "Short", window)
    claims.equal("the text of the round before is there", text_of(short),
                 picture.text)
    press(gimp.find("button", "Describe", window))
    stop = gimp.find("button", "Stop", window)
    hidden(gimp, DESCRIBE, "Leave Running")
    wait_until_idle(gimp)
    window = shown(gimp, DESCRIBE, "describe", picture.image)
    short = gimp.find("text", "Short", window)
    stop = gimp.find("button", "Stop", window)
    wait_for("the description", lambda: not is_sensitive(stop) and
             text_of(short) not in ("", picture.text))
    picture.text = f"Drawn in round {number}"
    short.queryEditableText().setTextContents(picture.text)
    gimp.raise_window(DESCRIBE)
    press(gimp.find("button", "Save to Image", window))
    wait_for("the word that it is saved", lambda: is_showing(gimp.find(
        "label", "Saved in the image", window, 1)))
    hidden(gimp, DESCRIBE, "Discard")


def one_round(gimp, claims, number, star, fish):
    ask_for(gimp, star, 2)
    ask_for(gimp, fish, 1)
    moon = Picture(gimp, "moon", MOON, 123, 90)
    ask_for(gimp, moon, 2)
    hidden(gimp, GENERATE, "Leave Running")
    gimp.close_image(moon.image)
    texts_are_written(gimp, claims, star, number)

    ask_for(gimp, fish, 1)
    window = shown(gimp, GENERATE, "generate", star.image)
    wait_for("its pictures", lambda: sum(
        star.prompt in tile.name for tile in gimp.results(window)) ==
        star.n_results)
    dialog = gimp.save_dialog(window)
    # The dialog has the keyboard focus; GIMP's menus can still be used.
    gimp.run("(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE "
             f"#:image {fish.image})")
    wait_until_idle(gimp)
    for path in glob.glob(os.path.join(folder, "*.png")):
        os.remove(path)
    press(gimp.find("button", "Save", dialog))
    path = wait_for("the file", lambda: glob.glob(
        os.path.join(folder, "*.png")))[0]
    claims.claim("the dialog that was open has saved what was meant",
                 os.path.basename(path).startswith(star.prompt))

    gimp.raise_window(GENERATE)
    layers_come_and_go(gimp, claims, fish, window)
    press(gimp.find("button", "Free Memory", window))
    wait_for("the memory", lambda: status(gimp, 0) == "#f")

    for picture in (star, fish):
        picture.save()
        claims.equal(f"“{picture.prompt}” is listed with its own image",
                     picture.prompts(), [picture.prompt] * picture.n_results)
        claims.claim("and no other's prompt is in the file", not any(
            prompt.encode() in xcf.content(picture.path)
            for prompt in {STAR, FISH, MOON} - {picture.prompt}))
        claims.equal("its layers are there", len(gimp.layers(picture.image)),
                     picture.n_layers)
    star.open_again()
    window = shown(gimp, GENERATE, "generate", star.image)
    wait_for("the pictures from the file", lambda: sum(
        star.prompt in tile.name for tile in gimp.results(window)) ==
        star.n_results)
    claims.equal("no image is left over", sorted(gimp.images()),
                 sorted([star.image, fish.image]))


class Held:
    """What the process has allocated, which must not grow from round to round."""

    def __init__(self, gimp):
        number = gimp.process_of_pisces()
        self.n_files = len(os.listdir(f"/proc/{number}/fd"))
        self.n_threads = len(os.listdir(f"/proc/{number}/task"))
        self.n_windows = sum(len(app) for app in gimp.applications()
                             if "pisces" in (app.name or ""))
        with open(f"/proc/{number}/smaps_rollup") as rollup:
            self.kib = int(re.search(r"^Private_Dirty: *(\d+)", rollup.read(),
                                     re.M)[1])

    def __str__(self):
        return (f"{self.n_files} files, {self.n_threads} threads, "
                f"{self.n_windows} windows, {self.kib / 1024:.1f} MiB")


def leaks(number):
    """Leaks of LeakSanitizer that the plug-in's own code has allocated; GTK
    has some of its own in a main loop.  See leak-check.c."""
    done = os.path.join(REPORTS, f"leaks-checked.{number}")
    os.kill(number, signal.SIGUSR2)
    wait_for("the leak check", lambda: os.path.exists(done), 120)

    found = []
    for path in glob.glob(os.path.join(REPORTS, f"address.{number}")):
        with open(path) as report:
            for leak in report.read().split("\n\n"):
                own = re.findall(r"in (\w+) \S*/((?:plugin|ui|engine|files)/"
                                 r"\S+\.c:\d+)", leak)
                own = [frame for frame in own if frame[0] != "extension_run"]
                if "leak of" in leak and own:
                    found.append((leak.strip().splitlines()[0], own[0]))
    return found


def hour(gimp, claims):
    star = Picture(gimp, "star", STAR, 320, 240)
    fish = Picture(gimp, "fish", FISH, 200, 150)
    first = gimp.process_of_pisces()
    held = []
    for number in range(1, ROUNDS + 1):
        one_round(gimp, claims, number, star, fish)
        held.append(Held(gimp))
        claims.note(f"round {number}: {held[-1]}")
    gimp.shot("an-hour-of-use.png", GENERATE)

    claims.equal("it is the same process all the time", gimp.process_of_pisces(), first)
    claims.equal("GIMP finds nothing wrong",
                 gimp.complaints_but_of_undo(), [])
    if ROUNDS > 3:
        settled = held[1]
        # GLib keeps a few threads for later use.
        claims.claim("it holds no more files, threads and windows than after "
                     "two rounds",
                     held[-1].n_files <= settled.n_files and
                     held[-1].n_threads <= settled.n_threads + 3 and
                     held[-1].n_windows <= settled.n_windows)
        # A picture in the row is 256 KiB; each round makes six.
        claims.claim("and no more memory than its pictures have",
                     held[-1].kib - settled.kib <
                     (len(held) - 2) * 6 * 256 + 8 * 1024)
    if REPORTS:
        claims.equal("nothing that it took is lost", leaks(first), [])


os.chdir(folder)
failed = gimp_window.main(hour)
shutil.rmtree(folder, ignore_errors=True)
sys.exit(failed)
