#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the scenes of this folder with models/nano/train/world.py, which nano
was trained with but its code does not use: scene-N.png, and in scenes.tsv a
prompt for each, and prompts with one thing wrong."""
import random
import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
NANO = HERE.parents[2] / "models" / "nano"
sys.path[:0] = [str(NANO / "train"), str(NANO / "evaluate")]
import captions                                             # noqa: E402
import world                                                # noqa: E402
from validate_judge import spoiled                          # noqa: E402

COUNT = 8
FIRST = 500                 # of the split "seen": not drawn in training

rng = random.Random(3)
lines = []
for i in range(COUNT):
    scene = world.scene_of("seen", FIRST + i)
    picture = Image.fromarray(world.render(scene), "RGBA")
    picture.save(HERE / f"scene-{i}.png", optimize=True)
    wrong = [spoiled(scene, how, rng)
             for how in ("class", "color", "missing", "background")]
    lines.append("\t".join(captions.short_description(s)
                           for s in [scene, *wrong] if s))
(HERE / "scenes.tsv").write_text("\n".join(lines) + "\n")
