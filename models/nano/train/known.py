# SPDX-License-Identifier: GPL-3.0-or-later
"""What nano's world looks like to its eye: the mean and the spread of the
understanding encoder's tokens, by which the engine knows what it does not
know (engine/families/pisces/doubt.c).

The scenes are drawn as people have them, in other sizes, on other grounds, as
JPEG and in strange colours, so that these are not taken for foreign.
"""
import random
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import groups
import world
from training import as_input

sys.path.insert(0, str(Path(__file__).parent.parent / "evaluate"))
import doubt                                                # noqa: E402
from engine_model import premultiplied                      # noqa: E402

SCENES = 1200
FIRST_SCENE = 5000000
LEAST_SPREAD = 1e-3         # of the mean one: directions without any
# Of log (distance) − FLATNESS · flatness.  evaluate/fit_doubt.py says -0.65;
# with that the engine doubts 4.5 % of own scenes (stretched ones most often).
FLATNESS, LIMIT = 2.2, -0.5


def squared(image):
    """As the engine has it: premultiplied, with a border in the colour of the
    picture's edge."""
    pixels = premultiplied(np.asarray(image.convert("RGBA")))
    height, width = pixels.shape[:2]
    if height == width:
        return pixels
    side = max(height, width)
    edge = (np.concatenate([pixels[0], pixels[-1]]) if width > height
            else np.concatenate([pixels[:, 0], pixels[:, -1]]))
    out = np.empty((side, side, 4), np.uint8)
    out[:] = edge.mean(0).round()
    top, left = (side - height) // 2, (side - width) // 2
    out[top:top + height, left:left + width] = pixels
    return out


@torch.no_grad()
def tokens_of(tower, pictures):
    """[n, 64, 192] of square pictures."""
    return torch.cat([tower.tokens(as_input([
        world.for_encoder(p) for p in pictures[i:i + 25]]))
        for i in range(0, len(pictures), 25)])


def made(make, *arguments):
    """(names, square pictures) of a function that fills a folder."""
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), *arguments)
        paths = sorted(Path(folder).iterdir())
        return ([path.name for path in paths],
                [squared(Image.open(path)) for path in paths])


def _scene(i):
    """Each fourth is composed."""
    if i % 4 == 3:
        return groups.composition_of(FIRST_SCENE + i).scene
    return world.scene_of("train", FIRST_SCENE + i)


def whitening(tower, scenes=SCENES):
    """weight and bias of the layer after which the squares of a token of this
    world have the mean 1."""
    _, pictures = made(doubt.own_scenes, scenes, random.Random(77), _scene)
    x = tokens_of(tower, pictures).double().flatten(0, 1)
    mean = x.mean(0)
    values, directions = torch.linalg.eigh(torch.cov(x.T))
    weight = (directions / (values + LEAST_SPREAD * values.mean()).sqrt()).T
    return dict(weight=weight.float(), bias=(-weight @ mean).float())


def distance(layer, tokens):
    """Of pictures, from tokens [n, 64, 192]: as the engine measures it."""
    squares = (tokens @ layer["weight"].T + layer["bias"]).square().mean(-1)
    return squares.sort(1)[0][:, -4:].mean(1)
