# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real GIMP on a screen of its own, and operates and reads its
windows.

The screen is Xvfb with a window manager.  Real keys are pressed through the
X server (xdotool).  Windows are read through the accessibility tree, as a
screen reader does it, and GIMP's Script-Fu server says what has happened to
an image.  Run this with dbus-run-session, so that the tree only contains
this GIMP.

Longer than 500 lines, as it has a function for each thing that tests do in
GIMP.
"""

import atexit
import contextlib
import gettext
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback

import gi

import xcf
from everything import EVERYTHING

gi.require_version("Atspi", "2.0")
import pyatspi  # noqa: E402

GIMP_PLUG_INS = subprocess.run(
    ["pkg-config", "--variable=gimplibdir", "gimp-3.0"],
    capture_output=True, text=True, check=True).stdout.strip() + "/plug-ins"
GIMP = subprocess.run(
    [os.path.join(os.path.dirname(__file__), "..", "which-gimp")],
    capture_output=True, text=True, check=True).stdout.strip()


# How the windows should look: a language that has a catalogue; "dark"; 2 for
# screens with twice as many pixels; a GTK theme instead of GIMP's.
LANGUAGE = os.environ.get("PISCES_TEST_LANGUAGE", "")
COLOURS = os.environ.get("PISCES_TEST_COLOURS", "light")
SCALE = int(os.environ.get("PISCES_TEST_SCALE", "1"))
THEME = os.environ.get("PISCES_TEST_THEME", "")

# How many times longer than usual things may take, for example with a plug-in
# that was compiled with checks.
PATIENCE = float(os.environ.get("PISCES_TEST_PATIENCE", "1"))


def catalogue():
    """The words of the language, as the plug-in under test has them."""
    folder = os.path.join(os.environ["PISCES_PLUGIN"], "pisces", "locale")
    return gettext.translation("pisces", folder, [LANGUAGE],
                               fallback=not LANGUAGE)


def translated(text):
    """Translates a text of the source to what a person reads."""
    return catalogue().gettext(text).replace("_", "")


def key_of(text):
    """The key that is pressed together with Alt for a label of the source."""
    text = catalogue().gettext(text)
    return "alt+" + text[text.index("_") + 1].lower()


def messages():
    """Texts of the source that are different in the language."""
    words = getattr(catalogue(), "_catalog", {})
    return [text.replace("_", "") for text, other in words.items()
            if isinstance(text, str) and text and text != other]


# Complaints that are not about the plug-in.  GIMP 3.2.6 prints this one, also
# without the plug-in, when an image is shown and no pointer has been over a
# canvas yet.
OF_GIMP_ITSELF = (
    "gimp_device_info_get_device: assertion 'GIMP_IS_DEVICE_INFO (info)' failed",
)

# Another program, with a window from which files can be dragged.
DRAG_SOURCE = """
import sys
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
window = Gtk.Window(title="Pictures to drag")
label = Gtk.Label(label="drag")
box = Gtk.EventBox()
box.add(label)
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.connect("drag-data-get", lambda *args: args[2].set_uris(sys.argv[1:]))
window.add(box)
window.resize(200, 120)
window.move(0, 0)
window.show_all()
Gtk.main()
"""


class Missing(Exception):
    """Raised if something that should be on the screen is not there."""


def wait_for(what, look, seconds=30.0):
    """Waits for look() to return something, and returns that."""
    end = time.monotonic() + seconds * PATIENCE
    while True:
        reason = None
        try:
            found = look()
        except Exception as error:  # the tree changes under our eyes
            found, reason = None, error
        if found:
            return found
        if time.monotonic() > end:
            raise Missing(what) from reason
        time.sleep(0.1)


class Claims:
    """Prints TAP."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def claim(self, text, true):
        self.count += 1
        if not true:
            self.failed += 1
        print(f"{'ok' if true else 'not ok'} {self.count} - {text}",
              flush=True)

    def equal(self, text, value, wanted):
        self.claim(text, value == wanted)
        if value != wanted:
            self.note(f"wanted {wanted!r}, got {value!r}")

    @staticmethod
    def note(text):
        for line in str(text).splitlines():
            print("#", line, flush=True)


class Screen:
    """Starts an X server without a real screen."""

    def __init__(self, width=1600 * SCALE, height=1000 * SCALE):
        # The server chooses its number, because several tests may run at the
        # same time.
        number = random.choice([
            n for n in range(200, 999)
            if not os.path.exists(f"/tmp/.X11-unix/X{n}")])
        self.server = subprocess.Popen(
            ["Xvfb", f":{number}", "-screen", "0", f"{width}x{height}x24",
             "-nolisten", "tcp"], stderr=subprocess.DEVNULL)
        wait_for("an X server",
                 lambda: os.path.exists(f"/tmp/.X11-unix/X{number}"))
        os.environ["DISPLAY"] = f":{number}"
        os.environ.pop("WAYLAND_DISPLAY", None)
        os.environ["GDK_BACKEND"] = "x11"
        self.manager = subprocess.Popen(
            ["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(self.close)

    @staticmethod
    def picture(path, window=None):
        """Saves the screen, or one window, as a PNG."""
        subprocess.run(["import", "-window", window or "root", path],
                       check=False)

    def close(self):
        for process in (self.manager, self.server):
            process.terminate()
            process.wait()


class Gimp:
    """A GIMP with the plug-in from the build tree.  A test may run several one
    after another on the same screen; the accessibility bus ends with each."""

    screen = None

    def __init__(self, data=None, profile=None):
        """data: the user's data folder, if it should remain after this GIMP;
        the same for the profile."""
        self.folder = tempfile.mkdtemp(prefix="pisces-window-test.")
        self.data = data or os.path.join(self.folder, "data")
        self.profile = profile or os.path.join(self.folder, "profile")
        Gimp.screen = Gimp.screen or Screen()
        self.log = open(os.path.join(self.folder, "log"), "w+")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

        self._quieten()
        plug_ins = [os.environ["PISCES_PLUGIN"]] + [
            os.path.join(GIMP_PLUG_INS, name)
            for name in ("script-fu", "script-fu-server", "file-png")]
        server = (f'(plug-in-script-fu-server #:run-mode RUN-NONINTERACTIVE '
                  f'#:ip "127.0.0.1" #:port {self.port} '
                  f'#:logfile "{self.folder}/server.log")')
        self.process = subprocess.Popen(
            [GIMP, "--no-splash", "--no-fonts", "--new-instance",
             "--batch-interpreter=plug-in-script-fu-eval",
             "--batch", server],
            stdout=self.log, stderr=subprocess.STDOUT,
            env=dict(os.environ, GIMP3_DIRECTORY=self.profile,
                     XDG_DATA_HOME=self.data,
                     GIMP_TESTING_PLUGINDIRS=":".join(plug_ins),
                     **self._look()))
        self.server = None
        self.displays = {}

    def wait_until_started(self):
        self.server = wait_for("Script-Fu's server", self._connect, 60)
        self.run("(script-fu-use-v3)")

    def _quieten(self):
        """Turns off the welcome window, which would cover all others."""
        version = subprocess.run([GIMP, "--version"],
                                 capture_output=True, text=True).stdout
        os.makedirs(self.profile, exist_ok=True)
        with open(os.path.join(self.profile, "gimprc"), "w") as settings:
            settings.write(f'(config-version "{version.split()[-1]}")\n'
                           '(show-welcome-dialog no)\n'
                           '(check-updates no)\n'
                           f'(theme-color-scheme {COLOURS})\n')
            if THEME:
                settings.write('(theme "System")\n')

    def _look(self):
        """gettext only uses a locale's name, so that of C.UTF-8 can be given
        to a language for which this system has no locale."""
        look = {"LC_ALL": "C.UTF-8", "LANGUAGE": "en",
                "GDK_SCALE": str(SCALE)}
        if LANGUAGE:
            locale = {"de": "de_DE", "ja": "ja_JP"}.get(LANGUAGE, LANGUAGE)
            shutil.copytree("/usr/lib/locale/C.utf8", os.path.join(
                self.folder, "locales", locale + ".utf8"))
            look.update(LOCPATH=os.path.join(self.folder, "locales"),
                        LC_ALL=locale + ".UTF-8", LANGUAGE=LANGUAGE)
        if THEME:
            look["GTK_THEME"] = THEME
        return look

    def _connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 300)

    # Asking GIMP.

    def run(self, script):
        """Returns the value of a piece of Script-Fu as text."""
        self.ask(script)
        return self.answer()

    def ask(self, script):
        text = script.encode()
        self.server.sendall(b"G" + len(text).to_bytes(2, "big") + text)

    def answer(self):
        head = self._receive(4)
        answer = self._receive(int.from_bytes(head[2:4], "big")).decode()
        if head[1]:
            raise RuntimeError(answer)
        return answer

    def _receive(self, count):
        data = b""
        while len(data) < count:
            part = self.server.recv(count - len(data))
            if not part:
                raise RuntimeError("GIMP went away")
            data += part
        return data

    def show_image(self, width, height):
        """Opens a painted image in a window; returns its ID."""
        image = int(self.run(f"(gimp-image-new {width} {height} RGB)"))
        self.run(f"""
            (let ((layer (gimp-layer-new {image} "ground" {width} {height}
                                         RGB-IMAGE 100 LAYER-MODE-NORMAL)))
              (gimp-image-insert-layer {image} layer 0 0)
              (gimp-context-set-foreground '(214 206 190))
              (gimp-drawable-fill layer FILL-FOREGROUND)
              (gimp-image-select-ellipse {image} CHANNEL-OP-REPLACE
                {width // 4} {height // 4} {width // 2} {height // 2})
              (gimp-context-set-foreground '(40 90 170))
              (gimp-drawable-edit-fill layer FILL-FOREGROUND)
              (gimp-selection-none {image})
              (gimp-image-clean-all {image}))""")
        self.displays[image] = self.run(f"(gimp-display-new {image})")
        return image

    def close_image(self, image):
        """Closes it as if its window were closed, without a question."""
        self.run(f"(gimp-display-delete {self.displays.pop(image)})")

    def images(self):
        answer = self.run("(gimp-get-images)")
        return [int(word) for word in answer.strip("#()").split()]

    def wait_for_layers(self, image, count):
        """Waits until the image has this many layers, and the plug-in has
        finished adding the last one: only then does it answer a call."""
        wait_for(f"layer {count}", lambda: len(self.layers(image)) == count)
        self.run("(plug-in-pisces-status)")

    def layers(self, image):
        answer = self.run(f"(gimp-image-get-layers {image})")
        return [int(word) for word in answer.strip("#()").split()]

    def everything(self, image, lists=False):
        """All that an undo has to restore, as text: layers and channels with
        their names, places, settings, pixels, masks and parasites; the
        selection; the image's own parasites, with or without the lists of
        pictures; whether it counts as changed; and its metadata, which can
        only be seen in a file."""
        text = self.run(EVERYTHING.replace("IMAGE", str(image))
                        .replace("LISTS", "#t" if lists else "#f"))
        path = os.path.join(self.folder, "everything.xcf")
        self.save_copy(image, path)
        return text + str(xcf.find_parasite(path, "gimp-image-metadata"))

    def save_copy(self, image, path):
        """Saves it as XCF. gimp-file-save is not used, because GIMP 3.2 then
        treats the image as unchanged."""
        self.run(f'(gimp-xcf-save RUN-NONINTERACTIVE {image} "{path}" -1)')

    def undo_and_redo(self, claims, what, image, before, kept=True,
                      lists=False):
        """Claims that one undo restores everything as it was before, and one
        redo what is there now, unless it is not to be kept."""
        self.run("(plug-in-pisces-status)")  # answered when all is done
        after = self.everything(image, lists)
        claims.claim(f"{what}: something has changed", after != before)
        for item, wanted in [("Undo", before)] + [("Redo", after)] * kept:
            start = now = self.everything(image, lists)
            # A click can get lost, and then nothing has changed at all.
            for _again in range(3):
                if now == start:
                    self.raise_window("GIMP")
                    self.menu("Edit", item)
                    with contextlib.suppress(Missing):
                        wait_for(item, lambda: self.everything(image, lists) ==
                                 wanted, 8)
                    now = self.everything(image, lists)
            claims.equal(f"{what}: one {item.lower()} gives back all of it",
                         self.everything(image, lists), wanted)

    # Reading windows.

    @staticmethod
    def applications():
        desktop = pyatspi.Registry.getDesktop(0)
        return [app for app in desktop if app is not None]

    def find(self, role, name, root=None, seconds=30.0):
        """The widget with this role and with that name, or whose name begins
        with it."""
        wanted = name.replace("…", "...")

        def look():
            named = []
            for start in [root] if root is not None else self.applications():
                named += pyatspi.findAllDescendants(
                    start, lambda node: node.getRoleName() == role and
                    (node.name or "").replace("…", "...").startswith(wanted))
            return ([node for node in named if node.name == name] + named +
                    [None])[0]

        return wait_for(f"{role} {name!r}", look, seconds)

    def tiles(self, window):
        """The tiles of the pictures made so far, and of the one being made."""
        try:
            return list(self.find("table", translated("Pictures made so far"),
                                  window, 1))
        except Missing:
            return []

    def results(self, window):
        """The tiles of the pictures that are made, by their English names."""
        return [tile for tile in self.tiles(window)
                if "seed" in (tile.name or "")]

    def is_busy(self):
        """Whether the engine has something to do."""
        return self.run("(list-ref (plug-in-pisces-status) 12)") == "#t"

    def process_of_pisces(self):
        """The process ID of the resident process."""
        return int(self.run("(list-ref (plug-in-pisces-status) 13)"))

    def wait_for_results(self, window, count, seconds):
        """Waits for this many pictures, and until the engine has nothing to
        do."""
        wait_for(f"{count} pictures and an idle engine",
                 lambda: len(self.results(window)) == count and
                 not self.is_busy(), seconds)

    # The window Generate Layer.

    def generate_window(self, image):
        """Opens it as from the menu of an image, whichever image GIMP's own
        window shows."""
        self.run("(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE "
                 f"#:image {image})")
        self.raise_window("Generate Layer")
        return self.window("Generate Layer")

    def ask_for(self, window, prompt, count):
        """Types the prompt and generates."""
        self.raise_window("Generate Layer")
        self.find("text", "Prompt", window).queryComponent().grabFocus()
        self.keys("ctrl+a")
        self.type(prompt)
        labelled(window, "Pictures").queryValue().currentValue = count
        self.keys("ctrl+Return")

    def save_dialog(self, window):
        """Saves the first picture with Save as PNG."""
        def opens():
            tile = self.results(window)[0]
            tile.parent.querySelection().selectChild(tile.getIndexInParent())
            self.raise_window("Generate Layer")
            press(self.find("toggle button", "More", window, 2))
            item = self.find("menu item", "Save as PNG…", None, 10)
            wait_for("a picture to save", lambda: is_sensitive(item), 5)
            press(item)
            return self.find("file chooser", "Save as PNG", None, 15)

        return wait_for("the dialog", opens, 90)

    def window(self, title, seconds=30.0):
        """The window with this title, when it has the keyboard focus."""
        def look():
            for app in self.applications():
                for top in app:
                    if (top is not None and (top.name or "").startswith(title)
                            and is_showing(top) and is_active(top)):
                        return top
            return None

        return wait_for(f"window {title!r}", look, seconds)

    # Operating windows.

    @staticmethod
    def keys(*names):
        subprocess.run(["xdotool", "key", "--delay", "60", *names], check=True)

    @staticmethod
    def type(text):
        subprocess.run(["xdotool", "type", "--delay", "25", text], check=True)

    @staticmethod
    def raise_window(title):
        """Gives a window the keyboard focus; returns its ID.  "GIMP" is the
        window of an image, not one with a message, which may come at any
        time."""
        pattern = "GIMP$" if title == "GIMP" else title

        def look():
            found = subprocess.run(
                ["xdotool", "search", "--onlyvisible", "--name", pattern],
                capture_output=True, text=True).stdout.split()
            return found[-1] if found else None

        number = wait_for(f"X window {title!r}", look)
        subprocess.run(["xdotool", "windowactivate", "--sync", number],
                       check=False, timeout=20)
        time.sleep(0.3)
        return number

    @contextlib.contextmanager
    def dragging(self, title, paths):
        """Drops files on the middle of a window, with the pointer and from
        another program, which runs as long as the context."""
        source = subprocess.Popen([sys.executable, "-c", DRAG_SOURCE,
                                   *("file://" + path for path in paths)])
        try:
            target = self.raise_window(title)
            start = self.raise_window("Pictures to drag")
            place = subprocess.run(
                ["xdotool", "getwindowgeometry", "--shell", target],
                capture_output=True, text=True, check=True).stdout
            x, y, width, height = (
                int(re.search(rf"^{name}=(-?\d+)$", place, re.M)[1])
                for name in ("X", "Y", "WIDTH", "HEIGHT"))
            subprocess.run(
                ["xdotool", "mousemove", "--window", start, "100", "60",
                 "mousedown", "1", "sleep", "0.3",
                 "mousemove_relative", "20", "20", "sleep", "0.3",
                 "mousemove", str(x + width // 2), str(y + height // 3),
                 "sleep", "0.3", "mousemove_relative", "5", "5",
                 "sleep", "0.5", "mouseup", "1"], check=True, timeout=30)
            yield
        finally:
            source.terminate()
            source.wait()

    def menu(self, *path):
        """Chooses an item of the image window's menu, by its names."""
        node = None
        for index, name in enumerate(path):
            role = "menu" if index < len(path) - 1 else "menu item"
            node = self.find(role, name, node)
        # GIMP updates its menu items (for example, whether something can be
        # undone) when it is idle.
        with contextlib.suppress(Missing):
            wait_for(f"{path[-1]} to be possible", lambda: is_sensitive(node),
                     10)
        node.queryAction().doAction(0)

    def shot(self, name, title=None):
        """Saves a screenshot in $PISCES_SCREENSHOTS; returns its path."""
        folder = os.environ.get("PISCES_SCREENSHOTS", self.folder)
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        window = self.raise_window(title) if title else None
        self.screen.picture(path, window)
        return path

    def complaints(self):
        """The errors that GIMP's core has printed so far, in lines; without
        those that it prints without the plug-in too."""
        with open(os.path.join(self.folder, "log"), encoding="utf-8") as log:
            return [line.strip() for line in log
                    if re.search(r"Gimp-\w+-(CRITICAL|WARNING)|undo in incons",
                                 line)
                    and not any(words in line for words in OF_GIMP_ITSELF)]

    def complaints_but_of_undo(self):
        """The same, where something was undone or redone: GIMP 3.0.4 itself
        ends an undo group that it has not begun, whenever an undo or a redo
        attaches an undoable parasite (gimp_item_parasite_attach)."""
        return [line for line in self.complaints()
                if "gimp_image_undo_group_end" not in line]

    def is_alive(self):
        return self.process.poll() is None and self.run("(+ 1 1)") == "2"

    def close(self):
        if self.server:
            self.server.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def exact_button(window, name):
    """The button with exactly that name: there are Stop and Stop Writing."""
    def matches(node):
        return node.getRoleName() == "button" and node.name == name

    return wait_for(f"button {name!r}",
                    lambda: pyatspi.findDescendant(window, matches))


def choose(window, label, name):
    """Chooses a name from the list with this label."""
    combo = labelled(window, label)
    press(wait_for(f"{name} in the list", lambda: pyatspi.findDescendant(
        combo, lambda node: node.name == name)))
    wait_for("the choice", lambda: labelled(window, label).name == name)


def labelled(window, name):
    """The widget to which a label with this text belongs; if there are several,
    the first that is in sight."""
    def matches(node):
        return any(relation.getTarget(0).name == name
                   for relation in node.getRelationSet()
                   if relation.getRelationType() ==
                   pyatspi.RELATION_LABELLED_BY)

    def look():
        found = pyatspi.findAllDescendants(window, matches)
        return ([node for node in found if is_showing(node)] + found + [None])[0]

    return wait_for(f"a widget labelled {name!r}", look)


def count_pixels(path, colour):
    """The pixels of a screenshot that are close to a colour."""
    return int(subprocess.run(
        ["magick", path, "-fuzz", "25%", "-fill", "black", "+opaque", colour,
         "-fill", "white", "-opaque", colour, "-format",
         "%[fx:round(mean*w*h)]", "info:"],
        capture_output=True, text=True, check=True).stdout)


def is_showing(node):
    return node.getState().contains(pyatspi.STATE_SHOWING)


def is_active(node):
    return node.getState().contains(pyatspi.STATE_ACTIVE)


def is_sensitive(node):
    return node.getState().contains(pyatspi.STATE_SENSITIVE)


def text_of(node):
    text = node.queryText()
    return text.getText(0, text.characterCount)


def press(node):
    node.queryAction().doAction(0)


def main(test, data=None, claims=None, lives_on=True, kind=Gimp,
         is_last=None):
    """Runs a test(gimp, claims); what it misses is a failed claim.  A second
    run in the same test gets the claims of the first, and prints the count;
    if there are more runs, each is told whether it is the last.  A test
    that ends GIMP itself says that it does not live on."""
    if is_last is None:
        is_last = claims is None or claims.count > 0
    claims = claims or Claims()
    gimp = kind(data)
    try:
        gimp.wait_until_started()
        test(gimp, claims)
        if lives_on:
            claims.claim("GIMP lives on", gimp.is_alive())
    except Exception as error:
        claims.claim(f"{type(error).__name__}: {error}", False)
        claims.note(traceback.format_exc())
        gimp.shot("failed-" + os.path.basename(sys.argv[0]) + ".png")
        gimp.log.seek(0)
        claims.note(gimp.log.read()[-3000:])
    finally:
        gimp.close()
    if is_last:
        print(f"1..{claims.count}")
    return 1 if claims.failed else 0
