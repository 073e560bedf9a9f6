# SPDX-License-Identifier: GPL-3.0-or-later
"""A user who has closed the window of a long job is told of its end by the
desktop's notifications, without a word of the prompt; a click shows the
window.  There is no notification about a job whose window is visible, and
without notifications on the desktop, nothing is lost."""

import json
import select
import subprocess
import sys
import time

import gimp_window
from gimp_window import is_showing, press, wait_for

# A notification server as in the specification: it prints each call as JSON; a
# line of its input is the number of a notification that is clicked.
SERVER = """
import json
import sys
import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib
NAME = "org.freedesktop.Notifications"
XML = '''<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/>
<arg type="u" direction="in"/><arg type="s" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
<arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
</interface></node>'''
def called(connection, sender, path, interface, method, parameters, call):
    print(json.dumps(parameters.unpack()), flush=True)
    call.return_value(GLib.Variant("(u)", (77,)))
def acquired(connection, name):
    info = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
    connection.register_object("/org/freedesktop/Notifications", info,
                               called, None, None)
    GLib.io_add_watch(0, GLib.IO_IN, clicked, connection)
def clicked(source, condition, connection):
    connection.emit_signal(None, "/org/freedesktop/Notifications", NAME,
                           "ActionInvoked", GLib.Variant(
                               "(us)", (int(sys.stdin.readline()), "default")))
    return True
Gio.bus_own_name(Gio.BusType.SESSION, NAME, 0, acquired,
                 lambda *args: print("[]", flush=True), None)
GLib.MainLoop().run()
"""

PROMPT = "a red star"


def draw_unseen(gimp, window, count):
    """A job whose window is closed while it runs; returns how long it took."""
    gimp.ask_for(window, PROMPT, count)
    begin = time.monotonic()
    wait_for("the job", lambda: gimp.is_busy())
    gimp.keys("alt+F4")
    question = gimp.window("Close Generate Layer")
    press(gimp.find("button", "Leave Running", question))
    wait_for("the window to close", lambda: not is_showing(window))
    wait_for("the job's end", lambda: not gimp.is_busy(), 240)
    return time.monotonic() - begin


def test(gimp, claims):
    image = gimp.show_image(300, 200)
    window = gimp.generate_window(image)
    count = 8
    while draw_unseen(gimp, window, count) < 6:
        window = gimp.generate_window(image)
        count *= 2
    gimp.shot("notice/told-by-gimp.png")
    window = gimp.generate_window(image)
    claims.claim("without notifications the pictures are there all the same",
                 wait_for("the pictures",
                          lambda: len(gimp.results(window)) >= count))

    server = subprocess.Popen([sys.executable, "-c", SERVER], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        claims.equal("a server of notifications begins",
                     json.loads(server.stdout.readline()), [])
        draw_unseen(gimp, window, count)
        name, replaced, icon, title, body, actions, hints, _ = json.loads(
            server.stdout.readline())
        claims.equal("the end is told, as of GIMP", (name, icon, hints),
                     ("GIMP", "gimp", {"desktop-entry": "gimp"}))
        claims.equal("with the window's name and a sentence", (title, body),
                     ("Generate Layer", f"{count} pictures are finished."))
        claims.equal("which can be clicked on", (actions[0], replaced),
                     ("default", 0))
        server.stdin.write("77\n")
        server.stdin.flush()
        wait_for("the window", lambda: is_showing(window))
        claims.claim("a click shows the window", True)

        gimp.keys("ctrl+Return")
        wait_for("the job", lambda: gimp.is_busy())
        wait_for("the job's end", lambda: not gimp.is_busy(), 240)
        told = select.select([server.stdout], [], [], 1)[0]
        claims.equal("one that is seen is not told", told, [])
    finally:
        server.kill()
        server.wait()


sys.exit(gimp_window.main(test))
