# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what is in a picture, without learned parts.

The background is what the border is made of; what differs from it falls into
connected components; each is matched with silhouettes drawn by world.py (so
the judge shares the renderer with the training data: it can say whether the
picture is right, not whether it is beautiful); its colour is a vote of its
inner pixels.  A component that is like no silhouette counts as unknown.
"""
import math
from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from scipy import ndimage

import world

SIDE = 40                   # silhouettes are compared at 40 × 40
LEAST_SCORE = .75           # of a match
LEAST_PIXELS = 150          # what is smaller is a speck and ignored
OPAQUE = 100                # alpha from which a pixel belongs to an object
PALETTE = np.array([world.COLORS[c] for c in world.COLOR_NAMES], np.float32)
BACKGROUND_NAMES = list(world.BACKGROUNDS)
BACKGROUND_PALETTE = np.array([world.BACKGROUNDS[c]
                               for c in BACKGROUND_NAMES], np.float32)


@dataclass
class Found:
    """An object in the picture; places are parts of its shorter side."""
    kind: str
    color: str
    x: float
    y: float
    width: float
    height: float
    score: float


@dataclass
class Verdict:
    background: str
    things: list = field(default_factory=list)
    unknown: int = 0
    sides: tuple = (1., 1.)     # width and height, in shorter sides
    foreground: np.ndarray = None


def _silhouette(mask):
    """The mask's box stretched to 40 × 40, and the logarithm of its aspect."""
    ys, xs = np.nonzero(mask)
    box = mask[ys.min():ys.max() + 1, xs.min():xs.max() + 1]
    image = Image.fromarray(box.astype(np.uint8) * 255)
    image = image.resize((SIDE, SIDE), Image.BILINEAR)
    return (np.asarray(image, np.float32).ravel() / 255,
            math.log(box.shape[1] / box.shape[0]))


def _close(mask):
    """Joins what is apart by a pixel or two."""
    padded = np.pad(mask, 4)
    return ndimage.binary_closing(padded, np.ones((3, 3)), 2)[4:-4, 4:-4] | mask


def _templates():
    masks, aspects, kinds = [], [], []
    for kind in world.CLASSES:
        for radius in (.12, .15, .19, .25, .34):
            for angle in (-.08, 0, .08):
                thing = world.Thing(kind, "red", .5, .5, radius, angle)
                pixels = world.render(world.Scene("transparent", (thing,)))
                mask, aspect = _silhouette(_close(pixels[..., 3] > OPAQUE))
                masks.append(mask)
                aspects.append(aspect)
                kinds.append(kind)
    return np.array(masks), np.array(aspects), kinds


class Judge:
    def __init__(self):
        self.masks, self.aspects, self.kinds = _templates()

    def match(self, mask):
        """The silhouette that overlaps most, and how much (IoU)."""
        flat, aspect = _silhouette(mask)
        overlap = (np.minimum(self.masks, flat).sum(1)
                   / np.maximum(self.masks, flat).sum(1))
        score = overlap * np.exp(-np.abs(self.aspects - aspect))
        best = int(score.argmax())
        return best, float(score[best])

    def look(self, pixels):
        """pixels: uint8 [height, width, 4], premultiplied, the shorter side
        256."""
        values = pixels.astype(np.float32)
        size = min(values.shape[:2])
        border = np.concatenate([values[:6].reshape(-1, 4),
                                 values[-6:].reshape(-1, 4),
                                 values[:, :6].reshape(-1, 4),
                                 values[:, -6:].reshape(-1, 4)])
        middle = np.median(border, 0)
        if middle[3] < 128:
            verdict = Verdict("transparent")
            foreground = values[..., 3] > OPAQUE
        else:
            off = ((BACKGROUND_PALETTE - middle[:3]) ** 2).sum(1)
            verdict = Verdict(BACKGROUND_NAMES[int(off.argmin())])
            off = np.sqrt(((values[..., :3] - middle[:3]) ** 2).sum(-1))
            foreground = off > 40
        verdict.foreground = foreground
        verdict.sides = values.shape[1] / size, values.shape[0] / size
        parts, _ = ndimage.label(_close(foreground), np.ones((3, 3)))
        for i, where in enumerate(ndimage.find_objects(parts), 1):
            mask = parts == i
            if mask.sum() < LEAST_PIXELS:
                continue
            best, score = self.match(mask)
            if score < LEAST_SCORE:
                verdict.unknown += 1
                continue
            y, x = where
            verdict.things.append(Found(
                self.kinds[best], self.color(values, mask & foreground),
                (x.start + x.stop) / 2 / size, (y.start + y.stop) / 2 / size,
                (x.stop - x.start) / size, (y.stop - y.start) / size, score))
        return verdict

    @staticmethod
    def color(values, mask):
        """What most of the inner pixels are nearest to."""
        inner = ndimage.binary_erosion(mask, iterations=2)
        chosen = values[inner if inner.sum() > 60 else mask]
        rgb = chosen[:, :3] / np.maximum(chosen[:, 3:] / 255, .5)
        nearest = ((rgb[:, None] - PALETTE) ** 2).sum(-1).argmin(1)
        return world.COLOR_NAMES[np.bincount(nearest).argmax()]


def same_scene(verdict, scene):
    """Exactly these objects in these colours on this background."""
    return (not verdict.unknown and verdict.background == scene.background
            and sorted((o.kind, o.color) for o in verdict.things)
            == sorted((o.kind, o.color) for o in scene.things))


def relations(a, b):
    """Where a is, seen from b, by GenEval's rule: the centres' offset less
    a tenth of the boxes, and each direction that makes up half of it."""
    offset = np.array([a.x - b.x, a.y - b.y])
    sizes = np.array([a.width + b.width, a.height + b.height])
    rest = np.maximum(np.abs(offset) - .1 * sizes, 0) * np.sign(offset)
    if not rest.any():
        return set()
    x, y = rest / np.linalg.norm(offset)
    return {name for name, holds in
            (("to the left of", x < -.5), ("to the right of", x > .5),
             ("above", y < -.5), ("below", y > .5)) if holds}
