# SPDX-License-Identifier: GPL-3.0-or-later
"""From a window with jobs to the window of models: a model is downloaded from
a local server, chosen, used, stored in the settings, and deleted after a
question; nothing is downloaded before the user asks for it."""

import functools
import hashlib
import http.server
import json
import os
import sys
import tempfile
import threading
import time

import pyatspi

import gimp_window
from gimp_window import is_sensitive, is_showing, labelled, press, wait_for

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
NANO = os.path.join(ROOT, "models/nano")
DATA = tempfile.TemporaryDirectory(prefix="pisces-models-test.")
STORE = os.path.join(DATA.name, "pisces/models")
SECONDS = 120
FILES = ["config.json", "tokenizer.json", "preprocessor_config.json", "model.safetensors",
         "unet/config.json", "unet/diffusion_pytorch_model.safetensors", "vae/config.json",
         "vae/diffusion_pytorch_model.safetensors", "scheduler/scheduler_config.json"]


class Handler(http.server.SimpleHTTPRequestHandler):
    asked = []

    def log_message(self, *_args):
        pass

    def do_GET(self):
        self.asked.append(self.path)
        if self.path == "/list.json":
            body = listing()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            super().do_GET()


def listing():
    files = []
    for path in FILES:
        with open(os.path.join(NANO, path), "rb") as file:
            data = file.read()
        files.append({"path": path, "bytes": len(data), "addresses": [path],
                      "sha256": hashlib.sha256(data).hexdigest()})
    return json.dumps({"format": 1, "models": [{
        "folder": "second", "name": "Second", "summary": "A copy of nano.",
        "licence": "GPL-3.0-or-later", "model_type": "pisces", "files": files}]}).encode()


def serve():
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Handler, directory=NANO))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


JOBS = ("Describe with", "Draw with")


def choices(window, job):
    """The models that can be chosen for a job."""
    return pyatspi.findAllDescendants(
        labelled(window, job), lambda node: node.getRoleName() == "menu item")


def chosen(window, job):
    return labelled(window, job).name


def folder_in_use(gimp):
    return gimp.run("(list-ref (plug-in-pisces-status) 2)").strip('"')


def settings(gimp):
    path = os.path.join(gimp.profile, "pisces/settings.ini")
    with open(path, encoding="utf-8") as file:
        return file.read()


def opens(gimp, claims):
    gimp.show_image(640, 480)
    gimp.menu("Image", "Describe Image")
    describe = gimp.window("Describe Image")
    press(gimp.find("button", "Models and Memory", describe))
    models = gimp.window("Models and Memory")
    wait_for("the built-in model", lambda: len(choices(models, JOBS[0])) == 1)
    claims.equal("the built-in model is used for both jobs",
                 [chosen(models, job) for job in JOBS], ["nano", "nano"])
    gimp.shot("models-window.png", "Models and Memory")
    return describe, models


def downloads(gimp, claims, models):
    address = serve()
    press(gimp.find("button", "Get Models", models))
    get = gimp.window("Get Models")
    wait_for("the plug-in's own list", lambda: is_showing(
        gimp.find("button", "Download Janus-Pro 1B", get)))
    claims.claim("each model says its size, its licence and the conditions", is_showing(
        gimp.find("label", "about 4.2", get)))
    gimp.shot("get-models-own-list.png", "Get Models")
    claims.equal("nothing was asked of any server", Handler.asked, [])

    entry = labelled(get, "Address of a list:")
    entry.queryEditableText().setTextContents(address + "/list.json")
    press(gimp.find("button", "Read List", get))
    button = gimp.find("button", "Download Second", get)
    claims.equal("the list alone was asked for", Handler.asked, ["/list.json"])
    press(button)
    gimp.find("label", "It has arrived", get, SECONDS)
    gimp.shot("get-models-window.png", "Get Models")
    claims.claim("the model is where it belongs",
                 all(os.path.isfile(os.path.join(STORE, "second", path)) for path in FILES))
    claims.equal("each file was asked for once", sorted(Handler.asked[1:]),
                 sorted("/" + path for path in FILES))
    press(gimp.find("button", "Close", get))


def chooses(gimp, claims, describe, models):
    wait_for("the new model in the list", lambda: len(choices(models, JOBS[0])) == 2)
    press(choices(models, JOBS[0])[1])
    wait_for("the choice", lambda: chosen(models, JOBS[0]) == "nano (in second)")
    wait_for("the settings", lambda: f"describe-folder={STORE}/second" in settings(gimp))
    claims.claim("the choice is kept", "\nfolder=" not in settings(gimp))
    claims.equal("and holds for one job alone", chosen(models, JOBS[1]), "nano")
    gimp.find("label", "Both together need", models)
    gimp.shot("models-window-two.png", "Models and Memory")

    press(gimp.find("button", "Describe", describe))
    wait_for("the description", lambda: is_sensitive(gimp.find("button", "Describe", describe)) and
             is_sensitive(gimp.find("button", "Free Memory Now", models)), SECONDS)
    claims.equal("the chosen model does the work", folder_in_use(gimp), STORE + "/second")
    press(gimp.find("button", "Free Memory Now", models))
    wait_for("the memory to be free",
             lambda: not is_sensitive(gimp.find("button", "Free Memory Now", models)), 30)
    claims.claim("its memory is freed on request", True)


def question(gimp):
    """The dialog with the button that keeps it."""
    node = gimp.find("button", "Keep It")
    while node.parent.getRoleName() not in ("dialog", "alert"):
        node = node.parent
    return node.parent


def deletes(gimp, claims, models):
    press(gimp.find("button", "Delete nano from the disk", models))
    press(gimp.find("button", "Keep It"))
    wait_for("the question to go", lambda: len(choices(models, JOBS[0])) == 2)
    claims.claim("a No keeps the model", os.path.isdir(STORE + "/second"))
    press(gimp.find("button", "Delete nano from the disk", models))
    press(gimp.find("button", "Delete", question(gimp)))
    wait_for("the model to go", lambda: len(choices(models, JOBS[0])) == 1)
    claims.claim("a Yes deletes it", not os.path.exists(STORE + "/second"))
    claims.claim("and the built-in one is used again", chosen(models, JOBS[0]) == "nano" and
                 "folder=" not in settings(gimp))


def wakes(process):
    """How often the process's main thread has run after sleeping."""
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        return int(next(line.split()[1] for line in status
                        if line.startswith("voluntary_ctxt_switches")))


def sleeps(gimp, claims, models):
    """The engine is not polled: it emits a signal."""
    free = gimp.find("button", "Free Memory Now", models)
    image = gimp.images()[0]
    gimp.run("(plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE "
             f'#:image {image} #:length "short")')
    wait_for("the model", lambda: is_sensitive(free), 10)
    gimp.run("(plug-in-pisces-unload)")
    wait_for("its end", lambda: not is_sensitive(free), 10)
    claims.claim("what a script does to the model is seen in the window", True)

    gimp.raise_window("GIMP")
    gimp.menu("Layer", "New from Prompt")
    for title in ("Generate Layer", "Models and Memory", "Describe Image"):
        gimp.raise_window(title)
        gimp.window(title)
        gimp.keys("Escape")
    # A poll would wake it in each of these times; on a machine that does other work
    # too, what closes the windows may come late.
    process = gimp.process_of_pisces()
    for _ in range(5):
        time.sleep(1.5)
        before = wakes(process)
        time.sleep(4)
        woken = wakes(process) - before
        claims.note(f"woken {woken} times in 4 s")
        if woken <= 2:
            break
    claims.claim("with its windows closed, the plug-in sleeps", woken <= 2)


def test(gimp, claims):
    describe, models = opens(gimp, claims)
    downloads(gimp, claims, models)
    chooses(gimp, claims, describe, models)
    deletes(gimp, claims, models)
    sleeps(gimp, claims, models)


os.environ.pop("PISCES_MODEL_DIR", None)
sys.exit(gimp_window.main(test, DATA.name))
