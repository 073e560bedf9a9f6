# SPDX-License-Identifier: GPL-3.0-or-later
"""What nano draws in other aspects than the square that it was trained with,
on GenEval's prompts and on those that people wrote: same prompts, same seeds.

    sizes.py PIPE FOLDER [--each 10] [--people 60] [--file FILE] [--seed 1]
             [--aspects 1:1,16:9,4:3,3:4,9:16] [--sheet DIR]

For each aspect: the share of GenEval's pictures and of people's that are
right; and of all, the share that shows exactly what the plan says: each thing
once, in its colour, at its place, on the right background, and nothing else.
That is not a matter of the plan, so it compares what draws.
"""
import argparse
import random
import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import captions                                             # noqa: E402
import people                                               # noqa: E402
from engine_model import Engine, Refused                    # noqa: E402
from judge import Judge                                     # noqa: E402
from prompts import holds, prompts                          # noqa: E402

NEAR = .12                  # of the shorter side


def is_as_planned(plan, verdict):
    scene = captions.read_plan(plan)
    if (scene is None or verdict.unknown
            or scene.background != verdict.background):
        return False
    left = list(verdict.things)
    for o in scene.things:
        x, y = o.x * verdict.sides[0], o.y * verdict.sides[1]
        hit = next((p for p in left if (p.kind, p.color) == (o.kind, o.color)
                    and abs(p.x - x) < NEAR and abs(p.y - y) < NEAR), None)
        if hit is None:
            return False
        left.remove(hit)
    return not left


def shown(picture):
    """On stripes, so that what is transparent can be seen."""
    alpha = picture[..., 3:] / 255
    stripes = np.indices(picture.shape[:2]).sum(0)[..., None] // 8 % 2 * 40 + 200
    return (picture[..., :3] + (1 - alpha) * stripes).clip(0, 255).astype(
        np.uint8)


def sheet(cells, path):
    """cells: (picture, whether it is right and as planned)."""
    height, width = (n // 2 for n in cells[0][0].shape[:2])
    columns = max(1, 1200 // (width + 6))
    rows = -(-len(cells) // columns)
    out = Image.new("RGB", (columns * (width + 6), rows * (height + 6)), "gray")
    for i, (picture, right, exact) in enumerate(cells):
        frame = Image.new("RGB", (width + 4, height + 4),
                          ("red", "orange", "blue", "green")[right + 2 * exact])
        frame.paste(Image.fromarray(shown(picture)).resize(
            (width, height), Image.Resampling.LANCZOS), (2, 2))
        out.paste(frame, (i % columns * (width + 6),
                          i // columns * (height + 6)))
    out.save(path)


def measure(engine, judge, cases, aspect, seed):
    """(right of GenEval's, of people's, as planned, cells of a sheet)"""
    right, exact, cells = {True: [], False: []}, [], []
    for i, case in enumerate(cases):
        by_people = isinstance(case, dict)
        text = case["text"] if by_people else case.text
        try:
            plan, picture = engine.draw(text, seed * 1000 + i, size=aspect)
        except Refused:
            right[by_people].append(by_people and not case["groups"])
            continue
        verdict = judge.look(picture)
        ok = (not verdict.unknown and people.holds(
            case, verdict.things, verdict.background, verdict.sides)
            if by_people else holds(case, verdict.things))
        right[by_people].append(ok)
        exact.append(is_as_planned(plan, verdict))
        cells.append((picture, bool(ok), exact[-1]))
    return right[False], right[True], exact, cells


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pipe")
    parser.add_argument("folder")
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--file", type=Path, default=people.FILE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--aspects", default="1:1,16:9,4:3,3:4,9:16")
    parser.add_argument("--sheet", type=Path)
    args = parser.parse_args()
    cases = people.read(args.file)
    random.Random(1).shuffle(cases)
    cases = prompts(args.each) + cases[:args.people]
    judge = Judge()
    print("| | GenEval | people | as planned | seconds |\n|---|---|---|---|---|")
    for aspect in args.aspects.split(","):
        engine, begun = Engine(args.pipe, args.folder), time.time()
        geneval, by_people, exact, cells = measure(engine, judge, cases,
                                                   aspect, args.seed)
        print(f"| {aspect} | {np.mean(geneval):.3f} | {np.mean(by_people):.3f} "
              f"| {np.mean(exact):.3f} "
              f"| {np.median(engine.seconds['picture']):.2f} |", flush=True)
        if args.sheet:
            args.sheet.mkdir(parents=True, exist_ok=True)
            sheet(cells, args.sheet / f"sizes-{aspect.replace(':', '-')}.png")


if __name__ == "__main__":
    main()
