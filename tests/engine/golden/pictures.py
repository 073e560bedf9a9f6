# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures that the small models of this folder look at; the engine's tests
make the same in tests/engine/fixture.h.
"""
import numpy as np


def sample_picture():
    """64 pixels wide and 48 high, with every value of alpha."""
    y, x = np.mgrid[0:48, 0:64]
    return np.stack([x * 4, y * 5, 255 - x * 3, (x * 4 + y) % 256],
                    -1).astype(np.uint8)


def sample_over_white():
    """The same without alpha, over white."""
    rgba = sample_picture().astype(np.int64)
    alpha = rgba[..., 3:]
    rgb = (rgba[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255
    return rgb.astype(np.uint8)


def strange_picture(width, height):
    """Every pixel is far from its neighbours."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    return np.stack([x * x * 7 + y * 13, x * 31 + y * y * 3, x * y * 5 + 90],
                    -1).astype(np.uint8)
