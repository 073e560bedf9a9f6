# SPDX-License-Identifier: GPL-3.0-or-later
"""With a monitor profile in GIMP's settings, pictures in the windows have the
monitor's colours, as GIMP's images do.  The profile here says that the red
channel emits blue light, so a red star is sent to the monitor as a blue
one.  In the image it is red."""

import os
import struct
import sys

import gimp_window
from gimp_window import count_pixels, press


def fixed(*values):
    return b"".join(struct.pack(">i", round(value * 65536))
                    for value in values)


def profile():
    """An ICC profile (version 2) of a monitor whose first channel is sRGB's
    blue, and whose third channel is its red."""
    xyz = {"wtpt": (0.9505, 1.0, 1.0891), "rXYZ": (0.1431, 0.0606, 0.7141),
           "gXYZ": (0.3851, 0.7169, 0.0971), "bXYZ": (0.4360, 0.2225, 0.0139)}
    text = b"Red for blue"
    tags = {"desc": b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) +
            text + bytes(1 + 78), "cprt": b"text" + bytes(4) + b"None\0"}
    for name, values in xyz.items():
        tags[name] = b"XYZ " + bytes(4) + fixed(*values)
    for name in ("rTRC", "gTRC", "bTRC"):
        tags[name] = b"curv" + bytes(4) + struct.pack(">IH", 1, 0x0233)
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name.encode() + struct.pack(">II", start + len(data),
                                             len(content))
        data += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI", start + len(data), bytes(4), 0x02400000)
    head += b"mntrRGB XYZ " + struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    head += b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249) + bytes(48)
    return head + table + data


class Gimp(gimp_window.Gimp):
    """A GIMP whose monitor has that profile."""

    def _quieten(self):
        super()._quieten()
        path = os.path.join(self.folder, "monitor.icc")
        with open(path, "wb") as file:
            file.write(profile())
        with open(os.path.join(self.profile, "gimprc"), "a",
                  encoding="utf-8") as settings:
            settings.write(f'(color-management (mode display)\n'
                           f'  (display-profile "{path}")\n'
                           '  (display-profile-from-gdk no))\n')


def test(gimp, claims):
    image = gimp.show_image(200, 200)
    gimp.run("(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE "
             f"#:image {image})")
    gimp.raise_window("Generate Layer")
    window = gimp.window("Generate Layer")
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type("a red circle")
    gimp.keys("ctrl+Return")
    gimp.wait_for_results(window, 1, 240)
    path = gimp.shot("monitor-colours.png", "Generate Layer")
    red, blue = [count_pixels(path, colour)
                 for colour in ("rgb(220,30,40)", "rgb(40,30,220)")]
    claims.note(f"{red} red and {blue} blue pixels")
    claims.claim("the picture is sent to the monitor in its colours",
                 blue > 4000 and red < 500)

    press(gimp.find("button", "Add as Layer", window))
    gimp.wait_for_layers(image, 2)
    layer = gimp.layers(image)[0]
    mean = [float(gimp.run(f"(car (gimp-drawable-histogram {layer} "
                           f"{channel} 0.0 1.0))"))
            for channel in ("HISTOGRAM-RED", "HISTOGRAM-BLUE")]
    claims.claim("and is red in the image", mean[0] > 1.5 * mean[1])


sys.exit(gimp_window.main(test, kind=Gimp))
