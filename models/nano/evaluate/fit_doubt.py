# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the two numbers of `known_pictures` (train/known.py), and says how well
each measure of what nano does not know does alone.  The numbers are fitted to
one half of the pictures and reported for the other.

    ./dev exec python3 models/nano/evaluate/fit_doubt.py [FOLDER]

Needs the packages that doubt.py needs.
"""
import argparse
import random
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import doubt                                                # noqa: E402
import known                                                # noqa: E402
from pytorch_model import Model                             # noqa: E402

REFUSED = .025              # of the model's own pictures, in the first half


def flatness(pixels):
    """As engine/model/flatness.c measures it, nearly: its pictures have no
    border."""
    side = min(64, max(pixels.shape[:2]))
    image = Image.frombuffer("CMYK", pixels.shape[1::-1],
                             np.ascontiguousarray(pixels), "raw", "CMYK", 0, 1)
    small = np.asarray(image.resize((side, side), Image.BILINEAR)).astype(int)
    flat = np.ones((side, side), bool)
    flat[:, :-1] &= abs(np.diff(small, axis=1)).max(-1) <= 2
    flat[:-1] &= abs(np.diff(small, axis=0)).max(-1) <= 2
    bins = (small >> 3) @ np.array([32 ** 3, 32 ** 2, 32, 1])
    counts = np.sort(np.unique(bins[flat], return_counts=True)[1])[::-1]
    return counts[:8].sum() / side ** 2


def area(own, foreign):
    """Under the ROC curve."""
    return float((foreign[:, None] > own).mean()
                 + .5 * (foreign[:, None] == own).mean())


def fit(own, foreign):
    """The weight of flatness that separates best, of rows (log distance,
    flatness), and the limit."""
    weights = np.arange(0, 12, .1)
    best = max(weights, key=lambda w: area(own @ (1, -w), foreign @ (1, -w)))
    return best, float(np.quantile(own @ (1, -best), 1 - REFUSED))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", nargs="?", type=Path,
                        default=Path("models/nano"))
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    torch.set_num_threads(1)
    tower = Model(args.folder).pisces.vision_tower
    layer = known.whitening(tower)
    rows = {}
    for name, make in (
            ("own", lambda f, r: doubt.own_scenes(f, 300, r)),
            ("flat drawings", lambda f, r: doubt.flat_drawings(f, 100, r)),
            ("clip art", lambda f, r: doubt.some_of(doubt.CLIP_ART, bool)(
                f, 330, r)),
            ("photographs", lambda f, r: doubt.photographs(f, 0, r))):
        _, pictures = known.made(make, random.Random(args.seed))
        if pictures:
            rows[name] = np.stack([
                known.distance(layer, known.tokens_of(tower, pictures)).log()
                .numpy(), [flatness(p) for p in pictures]], 1)
    own = rows["own"]
    foreign = np.concatenate([rows[name] for name in ("clip art", "photographs")
                              if name in rows])
    print(f"{len(own)} own, {len(foreign)} foreign pictures; AUROC of distance "
          f"{area(own[:, 0], foreign[:, 0]):.3f}, of flatness "
          f"{area(-own[:, 1], -foreign[:, 1]):.3f}")
    areas, refused, found = [], [], []
    for seed in range(8):
        order = np.random.RandomState(seed)
        i, j = order.permutation(len(own)), order.permutation(len(foreign))
        a, b = len(own) // 2, len(foreign) // 2
        w, limit = fit(own[i[:a]], foreign[j[:b]])
        scores = own[i[a:]] @ (1, -w), foreign[j[b:]] @ (1, -w)
        areas.append(area(*scores))
        refused.append((scores[0] > limit).mean())
        found.append((scores[1] > limit).mean())
    print(f"fitted to one half, of the other (8 ways to halve): AUROC "
          f"{np.mean(areas):.3f}, own refused {np.mean(refused):.3f}, foreign "
          f"{np.mean(found):.3f}")
    w, limit = fit(own, foreign)
    print(f"fitted to all: FLATNESS, LIMIT = {w:.1f}, {limit:.2f}")
    for name, some in rows.items():
        print(f"  {name}: doubted {(some @ (1, -w) > limit).mean():.3f} "
              f"of {len(some)}")


if __name__ == "__main__":
    main()
