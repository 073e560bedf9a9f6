# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's random numbers: Philox4x32-10 and Box-Muller, written a second
time after the paper, so that the two can be compared."""
import numpy as np


def philox(seed, stream, block):
    """Salmon and others, "Parallel Random Numbers: As Easy as 1, 2, 3"."""
    c = [block & 0xffffffff, block >> 32, stream & 0xffffffff, stream >> 32]
    k = [seed & 0xffffffff, seed >> 32]
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & 0xffffffff,
             (a >> 32) ^ c[3] ^ k[1], a & 0xffffffff]
        k = [(k[0] + 0x9E3779B9) & 0xffffffff, (k[1] + 0xBB67AE85) & 0xffffffff]
    return c


def normal(seed, stream, count):
    """Box and Muller: two words make two numbers."""
    words = np.array([philox(seed, stream, i) for i in range(-(-count // 4))],
                     np.float64).reshape(-1, 2)
    radius = np.sqrt(-2 * np.log((words[:, 0] + .5) / 2 ** 32))
    angle = words[:, 1] / 2 ** 32 * 2 * np.pi
    both = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
    return both.reshape(-1)[:count].astype(np.float32)
