# SPDX-License-Identifier: GPL-3.0-or-later
"""The dense loss: which class and which colour covers each 16 × 16 patch.

Labels are free in a drawn world.  Without this loss vectors that were good
at telling captions apart (90 % in a batch) still carried little of the
class: background, colour and place were enough for that.
"""
import numpy as np
import torch
import torch.nn.functional as F

from world import CLASSES, COLOR_NAMES, MAX_OBJECTS

PATCHES = 8
NUM_KINDS, NUM_COLORS = len(CLASSES) + 1, len(COLOR_NAMES) + 1
NUM_LABELS = NUM_KINDS + NUM_COLORS
UNKNOWN = -100              # a label that no loss is taken of
KIND = {name: i for i, name in enumerate(CLASSES)}
COLOR = {name: i for i, name in enumerate(COLOR_NAMES)}
CENTERS = (np.arange(PATCHES) + .5) / PATCHES


def circles(scenes, recolored=()):
    """[n, 4, 5]: class, colour, x, y, radius; class -1: no object.  The
    colours of scenes in `recolored` are unknown."""
    out = np.full((len(scenes), MAX_OBJECTS, 5), -1, np.float32)
    for row, scene in zip(out, scenes):
        for cell, o in zip(row, scene.things):
            cell[:] = KIND[o.kind], COLOR[o.color], o.x, o.y, o.radius
    out[list(recolored), :, 1] = UNKNOWN
    return out


def distances(circles, centers, scale, least=.0):
    """[n, 4, g, g]: how far each cell is from each object's centre, in
    radii × scale; 9 where there is no object."""
    c = circles[..., None, None]
    d = np.hypot(centers[None, None, None, :] - c[:, :, 2],
                 centers[None, None, :, None] - c[:, :, 3])
    d = d / np.maximum(c[:, :, 4] * scale, least + 1e-6)
    d[circles[..., 0] < 0] = 9
    return d


def labels(circles):
    """Class and colour of each patch, the last of each for background."""
    d = distances(circles, CENTERS, .9, .06)
    nearest, hit = d.argmin(1), d.min(1) < 1
    n = np.arange(len(circles))[:, None, None]
    kind = np.where(hit, circles[n, nearest, 0], NUM_KINDS - 1)
    color = np.where(hit, circles[n, nearest, 1], NUM_COLORS - 1)
    return (torch.from_numpy(kind.astype(np.int64)).flatten(),
            torch.from_numpy(color.astype(np.int64)).flatten())


def _weight(count):
    """Background is most of every picture, so it counts less."""
    weight = torch.ones(count)
    weight[-1] = .15
    return weight


def dense_loss(logits, circles):
    """logits: [..., NUM_LABELS] for the 8 × 8 patches of each picture.
    Returns the loss and the share of object patches with the right class."""
    kind, color = labels(circles)
    logits = logits.float().reshape(-1, NUM_LABELS)
    kinds, colors = logits.split((NUM_KINDS, NUM_COLORS), 1)
    loss = (F.cross_entropy(kinds, kind, weight=_weight(NUM_KINDS))
            + F.cross_entropy(colors, color, weight=_weight(NUM_COLORS)))
    covered = kind < NUM_KINDS - 1
    right = (kinds.argmax(1) == kind)[covered].float().mean()
    return loss, right
