# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture goes from the Generate Layer window to the canvas and to another
program: copied with Ctrl+C, or dragged, as a picture and as a file that
says what it was made from."""

import os
import subprocess
import sys
import time
from urllib.parse import unquote, urlparse

import pyatspi

import gimp_window
from gimp_window import wait_for

PROMPT = "a red star"

# Accepts a file that is dropped on it, and prints its path.
DROP_TARGET = """
import sys
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
def dropped(box, context, x, y, data, info, time):
    with open(sys.argv[1] + ".part", "w") as answer:
        answer.write((data.get_uris() or ["nothing"])[0])
    import os
    os.rename(sys.argv[1] + ".part", sys.argv[1])
window = Gtk.Window(title="Drop here")
box = Gtk.EventBox()
box.add(Gtk.Label(label="drop"))
box.drag_dest_set(Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
box.drag_dest_add_uri_targets()
box.connect("drag-data-received", dropped)
window.add(box)
window.resize(200, 150)
window.move(1350, 800)
window.show_all()
Gtk.main()
"""


def middle(node):
    place = node.queryComponent().getExtents(0)
    return place.x + place.width // 2, place.y + place.height // 2


def drag(start, end):
    subprocess.run(
        ["xdotool", "mousemove", *map(str, start), "mousedown", "1",
         "sleep", "0.3", "mousemove_relative", "12", "12", "sleep", "0.3",
         "mousemove_relative", "12", "12", "sleep", "0.3",
         "mousemove", *map(str, end), "sleep", "0.4",
         "mousemove_relative", "4", "4", "sleep", "0.6", "mouseup", "1"],
        check=True, timeout=30)


def geometry(gimp, title):
    place = subprocess.run(
        ["xdotool", "getwindowgeometry", "--shell", gimp.raise_window(title)],
        capture_output=True, text=True, check=True).stdout
    return dict(line.split("=") for line in place.split())


def test(gimp, claims):
    image = gimp.show_image(320, 240)
    gimp.menu("Layer", "New from Prompt")
    window = gimp.window("Generate Layer")
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.type(PROMPT)
    gimp.keys("ctrl+Return")
    gimp.wait_for_results(window, 1, 240)
    number = gimp.raise_window("Generate Layer")
    subprocess.run(["xdotool", "windowmove", number, "640", "20"], check=True)
    time.sleep(0.5)
    tile = gimp.results(window)[0]

    tile.queryComponent().grabFocus()
    gimp.keys("ctrl+c")
    gimp.raise_window("GIMP")
    gimp.keys("ctrl+shift+v")
    wait_for("the image that was pasted", lambda: len(gimp.images()) == 2)
    pasted = max(gimp.images())
    claims.equal("a copied picture can be pasted in GIMP",
                 gimp.run(f"(gimp-image-get-width {pasted})"), "336")

    # On the canvas of the front window: the pasted image.
    before = len(gimp.layers(pasted)) + len(gimp.layers(image))
    place = geometry(gimp, "GIMP")
    gimp.raise_window("Generate Layer")
    drag(middle(tile), (int(place["X"]) + int(place["WIDTH"]) * 45 // 100,
                        int(place["Y"]) + int(place["HEIGHT"]) // 2))
    gimp.shot("results-go-elsewhere/on-canvas.png")
    wait_for("the layer that was dropped",
             lambda: sum(len(gimp.layers(each)) for each in gimp.images()) >
             before)
    claims.claim("a picture that is dragged on the canvas becomes a layer",
                 True)

    answer = os.path.join(gimp.folder, "dropped")
    other = subprocess.Popen([sys.executable, "-c", DROP_TARGET, answer])
    try:
        target = geometry(gimp, "Drop here")
        gimp.raise_window("Generate Layer")
        gimp.raise_window("Drop here")
        drag(middle(wait_for(
                "the large picture", lambda: pyatspi.findDescendant(
                    window, lambda node: node.name == "The selected picture"))),
             (int(target["X"]) + 100, int(target["Y"]) + 75))
        wait_for("the file that was dropped", lambda: os.path.exists(answer))
    finally:
        other.terminate()
        other.wait()

    with open(answer, encoding="utf-8") as text:
        path = unquote(urlparse(text.read()).path)
    claims.claim("another program gets a file with the prompt in its name",
                 os.path.basename(path).startswith(PROMPT) and
                 path.endswith(".png"))
    identified = subprocess.run(["identify", "-verbose", path],
                                capture_output=True, text=True).stdout
    claims.claim("that says what it was made from", PROMPT in identified)


sys.exit(gimp_window.main(test))
