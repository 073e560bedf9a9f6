#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes resize.json: images after the preprocessing that models/FORMAT.md
describes, with Pillow's resize in mode "F", channel by channel.  The
pictures are made by a formula that the test repeats.  Run here:
./make-resize.py"""
import json
import platform
from pathlib import Path

import numpy
import PIL
from PIL import Image

# width, height, size, channels, cubic, padded, background (None: transparent)
CASES = [
    (1, 1, 8, 4, False, True, None), (1, 1, 5, 3, True, False, None),
    (7, 5, 7, 4, False, False, None), (64, 48, 16, 4, False, True, None),
    (48, 64, 16, 4, True, True, None), (33, 90, 24, 3, False, True, (127, 127, 127)),
    (90, 33, 24, 3, True, True, (10, 200, 30)), (90, 33, 12, 4, False, True, (10, 200, 30)),
    (5, 3, 32, 4, False, True, None), (5, 3, 32, 3, True, False, None),
    (1, 2000, 16, 4, False, True, None), (2000, 1, 16, 3, False, True, None),
    (2, 3000, 8, 3, True, False, None), (300, 200, 128, 4, False, True, None),
]


def picture(width, height):
    y, x, c = numpy.meshgrid(range(height), range(width), range(4), indexing="ij")
    return ((x * 37 + y * 91 + x * y * 7 + c * 53 + x * x * 3) % 256).astype(numpy.float64)


def prepare(width, height, size, channels, cubic, padded, background):
    image = picture(width, height)
    alpha = image[..., 3:] / 255
    color = image[..., :3] * alpha
    under = background or (255, 255, 255)
    if channels == 3:
        image = color + numpy.array(under) * (1 - alpha)
        border = list(under)
    else:
        image = numpy.concatenate([color, image[..., 3:]], -1)
        border = [*background, 255] if background else [0] * 4
    if padded:
        side = max(width, height)
        square = numpy.tile(numpy.array(border, float), (side, side, 1))
        top, left = (side - height) // 2, (side - width) // 2
        square[top:top + height, left:left + width] = image
        image = square
    filter = Image.BICUBIC if cubic else Image.BILINEAR
    out = [numpy.asarray(Image.fromarray(image[..., c].astype(numpy.float32), "F")
                         .resize((size, size), filter)) for c in range(channels)]
    out = numpy.clip(numpy.stack(out, -1).astype(numpy.float64), 0, 255)
    return out / 127.5 - 1


result = {"made_by": f"Pillow {PIL.__version__}, numpy {numpy.__version__}, "
                     f"Python {platform.python_version()}", "cases": []}
for case in CASES:
    values = prepare(*case)
    # All values of small results, every 7th of large ones.
    result["cases"].append({
        "width": case[0], "height": case[1], "size": case[2], "n_channels": case[3],
        "cubic": case[4], "padded": case[5], "background": case[6],
        "every": 1 if values.size <= 1024 else 7 if values.size <= 4096 else 53,
        "values": [round(float(v), 7) for v in
                   values.ravel()[::1 if values.size <= 1024 else 7 if values.size <= 4096 else 53]]})
path = Path(__file__).resolve().parent / "resize.json"
path.write_text(json.dumps(result, separators=(",", ":")).replace('{"width"', '\n{"width"') + "\n")
