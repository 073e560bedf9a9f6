# SPDX-License-Identifier: GPL-3.0-or-later
"""GIMP can call the plug-in while the plug-in is asking GIMP something.  While
a script does so without a pause, switching the window from image to image,
layers are added and replaced, pictures are finished, deleted and brought
back, an image is closed, and "Save as PNG..." stays open: the plug-in
survives, every picture is with its own image, and the file contains the
right picture.  Then the user calls while a script's pictures are drawn and
added without a window: both are answered.

Also run this with a plug-in that was compiled with -Db_sanitize=address."""

import os
import re
import shutil
import socket
import sys
import tempfile
import threading
import time

import gimp_window
from gimp_window import (is_sensitive, press, wait_for)

PROMPTS = ("a red star", "a blue fish")
DRAWING_SECONDS = 300

folder = tempfile.mkdtemp(prefix="pisces-between.")


class Caller(threading.Thread):
    """Another program that calls the plug-in all the time."""

    def __init__(self, gimp, images):
        super().__init__(daemon=True)
        self.gimp = gimp
        self.images = images
        self.n_calls = 0
        self.trouble = None
        self.ending = False

    def run(self):
        try:
            with socket.create_connection(("127.0.0.1", self.gimp.port),
                                          300) as server:
                self.calls(server)
        except Exception as error:  # said by the test
            self.trouble = error

    def calls(self, server):
        while not self.ending:
            text = self.script().encode()
            server.sendall(b"G" + len(text).to_bytes(2, "big") + text)
            head = server.recv(4, socket.MSG_WAITALL)
            answer = server.recv(int.from_bytes(head[2:4], "big"),
                                 socket.MSG_WAITALL)
            if head[1]:
                raise RuntimeError(answer.decode())
            self.n_calls += 1

    def script(self):
        if self.n_calls % 12:
            return "(plug-in-pisces-status)"

        image = self.images[self.n_calls // 12 % len(self.images)]
        return (f"(if (gimp-image-id-is-valid {image}) "
                "(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE "
                f"#:image {image}))")


class Worker(Caller):
    """A call that makes the plug-in read and write pixels, and waits."""

    def script(self):
        image = self.images[self.n_calls % len(self.images)]
        if self.n_calls % 3 == 2:
            return ("(car (plug-in-pisces-describe #:run-mode "
                    f"RUN-NONINTERACTIVE #:image {image}))")
        return ("(plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE "
                f"#:image {image} #:prompt \"a red star\" #:steps 1)")


def ask_for(gimp, window, prompt, count):
    gimp.ask_for(window, prompt, count)
    stop = gimp.find("button", "Stop", window)
    wait_for("the job", lambda: is_sensitive(stop))


def prompts_of(gimp, image):
    """The pictures in the image's own list."""
    try:
        text = gimp.run(f'(caddr (gimp-image-get-parasite {image} '
                        '"pisces-results"))')
    except RuntimeError:
        return []
    return re.findall(r'\\?"prompt\\?":\s*\\?"([^"\\]*)', text)


def n_layers_of(gimp, images):
    return [len(gimp.layers(image)) for image in images]


def act(gimp, window, *names):
    """This may not be possible now, because the window has switched to another
    image."""
    for name in names:
        try:
            button = gimp.find("button", name, window, 1)
            if is_sensitive(button):
                press(button)
        except Exception:  # the tree changes under our eyes
            pass


def menu_calls_while_scripts_work(gimp, claims, images, window):
    """A procedure that waits is also in the middle of its own questions."""
    layers = n_layers_of(gimp, images)
    worker = Worker(gimp, images)
    worker.start()
    n_clicks = 0
    end = time.monotonic() + 90
    while (time.monotonic() < end and worker.is_alive() and
           (n_clicks < 5 or worker.n_calls < 8)):
        gimp.menu("Layer", "New from Prompt")
        n_clicks += 1
        act(gimp, window, "Add as Layer")
    worker.ending = True
    worker.join(60)
    claims.note(f"{n_clicks} clicks, {worker.n_calls} jobs of the script")
    claims.equal("the script got an answer each time", str(worker.trouble),
                 "None")
    claims.claim("while the menu was used", n_clicks >= 5 and worker.n_calls >= 8)
    n_added = sum(n_layers_of(gimp, images)) - sum(layers)
    claims.claim("and its layers are there",
                 n_added >= worker.n_calls - worker.n_calls // 3)


def can_be_undone(gimp, images):
    """GIMP cannot undo while an undo group is open."""
    before = n_layers_of(gimp, images)
    gimp.raise_window("GIMP")
    gimp.menu("Edit", "Undo")
    return wait_for("the undo", lambda: n_layers_of(gimp, images) != before)


def in_between(gimp, claims):
    images = [gimp.show_image(200 + 10 * i, 150) for i in range(3)]
    before = gimp.process_of_pisces()
    for image, prompt in zip(images, PROMPTS):
        window = gimp.generate_window(image)
        ask_for(gimp, window, prompt, 2)
        wait_for("the pictures", lambda: not gimp.is_busy(), DRAWING_SECONDS)

    for image, prompt in zip(images, PROMPTS):
        window = gimp.generate_window(image)
        ask_for(gimp, window, prompt, 4)
    window = gimp.generate_window(images[0])
    wait_for("the tiles", lambda: gimp.results(window))
    dialog = gimp.save_dialog(window)
    claims.claim("Save as PNG stands open", dialog is not None)

    caller = Caller(gimp, images)
    caller.start()

    start = time.monotonic()
    closed = False
    while not caller.trouble:
        act(gimp, window, "Add as Layer", "Replace the Layer Added Last")
        past = time.monotonic() - start
        if past > 4 and not closed:
            gimp.close_image(images[2])
            closed = True
        # On a busy machine less is done in the same time.
        if past > 120 or (past > 12 and caller.n_calls > 60 and
                          sum(n_layers_of(gimp, images[:2])) > 3):
            break
    wait_for("the jobs' end", lambda: not gimp.is_busy(), DRAWING_SECONDS)
    caller.ending = True
    caller.join(60)

    claims.note(f"{caller.n_calls} calls")
    claims.equal("every call was answered", str(caller.trouble), "None")
    claims.claim("and there were many", caller.n_calls > 60)
    claims.equal("the plug-in is the one that it was", gimp.process_of_pisces(), before)
    for image, prompt in zip(images, PROMPTS):
        found = prompts_of(gimp, image)
        claims.note(f"{image}: {found}")
        claims.equal(f"the image of “{prompt}” lists its own, and all of them",
                     found, [prompt] * 6)
    # GIMP once stopped answering in this part, in a suite on a busy machine,
    # and it is not known why; the suite leaves it out.
    with_menus = "PISCES_MENUS_BETWEEN" in os.environ
    if with_menus:
        menu_calls_while_scripts_work(gimp, claims, images[:2], window)
    claims.equal("that process is still the same", gimp.process_of_pisces(), before)

    n_layers = n_layers_of(gimp, images[:2])
    claims.note(f"layers: {n_layers}")
    claims.claim("layers were added", sum(n_layers) > 3)
    if with_menus:
        claims.claim("and can be undone", can_be_undone(gimp, images[:2]))

    press(gimp.find("button", "Save", dialog))
    path = wait_for("the file", lambda: [
        name for name in os.listdir(folder) if name.endswith(".png")], 20)
    claims.claim("what was saved is the picture that was meant",
                 path[0].startswith(PROMPTS[0]))
    claims.equal("GIMP finds nothing wrong",
                 gimp.complaints_but_of_undo(), [])


os.chdir(folder)
failed = gimp_window.main(in_between)
shutil.rmtree(folder, ignore_errors=True)
sys.exit(failed)
