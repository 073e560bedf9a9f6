# SPDX-License-Identifier: GPL-3.0-or-later
"""What nano can draw into a picture, through the engine: `./dev bench edit`.

    edit.py PIPE FOLDER [--count 100] [--extend 40] [--seed 1]
            [--random FOLDER] [--out edit.json] [--sheet PNG]

In each of its own scenes one object is covered by a box, and named in the
prompt; and covered, with nothing asked for.  The judge says what is in the
hole afterwards.

Other scenes are extended from 1:1 to 16:9, by `pisces extend`: with nothing
asked for, when only the background goes on, and with a thing for each side.

What a model with random weights draws means nothing; but it, too, has to leave
the bytes outside the mask as they are, whatever the mask and the picture.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import captions                                             # noqa: E402
import world                                                # noqa: E402
from engine_model import Engine, premultiplied, straight    # noqa: E402
from judge import Judge                                     # noqa: E402

MARGIN = 1.2                # of the box, in radii of the object
NEAR = 16                   # levels: a pixel of the background is restored
LEVEL = 1.                  # a step that nobody sees, added to both sides

EXTEND_PROMPT, EXTEND_THING = "a yellow circle", ("circle", "yellow")

TARGETS = dict(object_right=.85, restored=.9, rest_unharmed=1.,
               bytes_outside_equal=1., seam_ratio=1.2, loop_cost=.05)
EXTEND_TARGETS = dict(old_bytes_equal=1., seam_ratio=1.2)


def hole_of(thing):
    """Bounds in pixels: x1, y1, x2, y2."""
    side, reach = world.PICTURE_SIZE, thing.radius * MARGIN
    bounds = (thing.x - reach, thing.y - reach,
              thing.x + reach, thing.y + reach)
    return [int(np.clip(round(v * side), 0, side)) for v in bounds]


def inside(found, hole):
    x1, y1, x2, y2 = (v / world.PICTURE_SIZE for v in hole)
    return x1 <= found.x <= x2 and y1 <= found.y <= y2


def counted(things):
    return sorted((o.kind, o.color) for o in things)


def seam(pixels, hole):
    """The mean step between neighbours on the two sides of the border, in
    levels of premultiplied values."""
    x1, y1, x2, y2 = hole
    values, side, steps = pixels.astype(float), len(pixels), []
    for a, b in ((x1 - 1, x1), (x2 - 1, x2)):
        if 0 <= a and b < side:
            steps.append(np.abs(values[y1:y2, a] - values[y1:y2, b]))
    for a, b in ((y1 - 1, y1), (y2 - 1, y2)):
        if 0 <= a and b < side:
            steps.append(np.abs(values[a, x1:x2] - values[b, x1:x2]))
    return float(np.concatenate(steps).mean())


def measure(engine, judge, args):
    right, unharmed, restored, ratios, equal, cells = [], [], [], [], [], []
    seconds = {name: [] for name in ("fill", "plain", "fill_step", "plain_step")}

    def count_seconds(name):
        seconds[name].append(engine.seconds["picture"][-1])
        seconds[name + "_step"].append(engine.seconds["step"][-1])

    for i in range(args.count):
        scene, pixels = world.picture_of("seen", args.seed * 1000 + i)
        thing = scene.things[i % len(scene.things)]
        others = [o for o in scene.things if o is not thing]
        without = world.render(world.Scene(scene.background, tuple(others)))
        hole = hole_of(thing)
        mask = np.zeros(pixels.shape[:2], np.uint8)
        mask[hole[1]:hole[3], hole[0]:hole[2]] = 255
        # Neighbours that reach into the hole are no longer whole.
        whole = [o for o in others if not overlaps(hole_of(o), hole)]

        prompt = captions.article(f"{thing.color} {thing.kind}")
        plan, filled = engine.fill(pixels, mask, prompt, args.seed * 999 + i)
        count_seconds("fill")
        _, emptied = engine.fill(pixels, mask, "", args.seed * 999 + i)
        engine.draw(prompt, args.seed * 999 + i)
        count_seconds("plain")

        verdict = judge.look(filled)
        there = [o for o in verdict.things if inside(o, hole)]
        right.append(counted(there) == [(thing.kind, thing.color)])
        wanted = [(o.kind, o.color) for o in whole]
        seen = [o for o in verdict.things if not inside(o, hole)]
        unharmed.append(all(
            counted(seen).count(w) >= wanted.count(w) for w in wanted))
        outside = mask == 0
        equal.append(bool((filled[outside] == pixels[outside]).all()
                          and (emptied[outside] == pixels[outside]).all()))
        off = np.abs(emptied.astype(int) - without).max(-1)[~outside]
        restored.append(float((off <= NEAR).mean()))
        for picture in filled, emptied:
            ratios.append((seam(picture, hole) + LEVEL)
                          / (seam(pixels, hole) + LEVEL))
        if len(cells) < 48:
            covered = pixels.copy()
            covered[~outside] = covered[~outside] // 3
            cells += [covered, filled, emptied]
        print(f"{prompt}: {plan}: {'right' if right[-1] else 'wrong'}, "
              f"restored {restored[-1]:.2f}, steps over the seam "
              f"{ratios[-2]:.2f} {ratios[-1]:.2f}", file=sys.stderr, flush=True)
    if args.sheet:
        world.contact_sheet(cells, 6, args.sheet)
    took = {name: float(np.median(s)) for name, s in seconds.items()}
    return dict(
        scenes=args.count, object_right=share(right),
        rest_unharmed=share(unharmed), bytes_outside_equal=share(equal),
        restored=share([value >= .9 for value in restored]),
        restored_pixels=share(restored), seam_ratio=share(ratios),
        fill_s=round(took["fill"], 3), plain_s=round(took["plain"], 3),
        loop_cost=round(took["fill_step"] / took["plain_step"] - 1, 3))


def measure_bytes(engine, args):
    """Of pictures of any size and alpha, with hard and soft masks."""
    rng, equal, changed = np.random.default_rng(args.seed), [], []
    for i in range(args.count):
        height, width = rng.integers(1, 200, 2)
        pixels = premultiplied(rng.integers(0, 256, (height, width, 4), np.uint8))
        x1, x2 = np.sort(rng.choice(width + 1, 2, replace=False))
        y1, y2 = np.sort(rng.choice(height + 1, 2, replace=False))
        mask = np.zeros((height, width), np.uint8)
        mask[y1:y2, x1:x2] = (255 if i % 2 else
                              rng.integers(0, 256, (y2 - y1, x2 - x1)))
        mask[y1, x1] = 255
        _, filled = engine.fill(pixels, mask, "a red star", i, steps=2)
        outside = mask == 0
        equal.append(bool((filled[outside] ==
                           premultiplied(straight(pixels))[outside]).all()))
        changed.append(bool((filled != pixels).any()))
    return dict(scenes=args.count, bytes_outside_equal=share(equal),
                anything_drawn=share(changed))


def extend(tool, pixels, prompt, seed):
    """(the picture in 16:9, where the old one begins in it)."""
    with tempfile.TemporaryDirectory() as folder:
        old, new = f"{folder}/old.png", f"{folder}/new.png"
        Image.fromarray(straight(pixels)).save(old)
        subprocess.run([tool, "extend", old, "--output", new, "--aspect",
                        "16:9", "--prompt", prompt, "--seed", str(seed)],
                       check=True, capture_output=True)
        out = premultiplied(np.asarray(Image.open(new).convert("RGBA")))
    return out, (out.shape[1] - pixels.shape[1]) // 2


def step_between(pixels, columns):
    """The mean step from each of the columns to the one after it."""
    values = pixels.astype(float)
    return float(np.mean([np.abs(values[:, x] - values[:, x + 1]).mean()
                          for x in columns]))


def measure_extend(judge, args):
    tool = str(Path(args.pipe).parents[2] / "engine/cli/pisces")
    ratios, equal, there, plain, cells = [], [], [], [], []
    for i in range(args.extend):
        _, pixels = world.picture_of("seen", 7000 + args.seed * 1000 + i)
        side = len(pixels)
        wide, x = extend(tool, pixels, "", args.seed * 999 + i)
        ratios.append((step_between(wide, (x - 1, x + side - 1)) + LEVEL)
                      / (step_between(pixels, (0, side - 2)) + LEVEL))
        # As a file has them, without premultiplied alpha.
        kept = premultiplied(straight(pixels))
        equal.append(bool((wide[:, x:x + side] == kept).all()))
        ground = np.median(pixels[:, (0, -1)].reshape(-1, 4), 0)
        new = np.concatenate([wide[:, :x], wide[:, x + side:]], 1)
        plain.append(float((np.abs(new - ground).max(-1) <= NEAR).mean()))
        asked, x = extend(tool, pixels, EXTEND_PROMPT, args.seed * 999 + i)
        for part, left in ((asked[:, :side], True), (asked[:, -side:], False)):
            found = [o for o in judge.look(part).things
                     if (o.x < x / side if left else o.x > 1 - x / side)]
            there.append(counted(found) == [EXTEND_THING])
        if i < 12:
            cells.append(np.concatenate([wide, asked]))
        print(f"extend {i}: seam {ratios[-1]:.2f}, asked for {there[-2:]}",
              file=sys.stderr, flush=True)
    if args.sheet and cells:
        show_wide(cells, args.sheet.with_name(args.sheet.stem + "-extend.png"))
    return dict(
        scenes=args.extend, seam_ratio=share(ratios),
        seam_ratio_worst=round(max(ratios), 3), old_bytes_equal=share(equal),
        background_goes_on=share(plain), object_right=share(there))


def show_wide(cells, path):
    """Half of them beside each other, on a chequered ground."""
    rows = [np.concatenate(cells[i:i + 6], 1) for i in range(0, len(cells), 6)]
    sheet = np.concatenate(rows).astype(float)
    yy, xx = np.mgrid[:sheet.shape[0], :sheet.shape[1]] // 16
    ground = np.where((yy + xx) % 2, 230., 200.)[..., None]
    seen = sheet[..., :3] + ground * (1 - sheet[..., 3:] / 255)
    image = Image.fromarray(seen.clip(0, 255).round().astype(np.uint8))
    image.resize((image.width // 2, image.height // 2)).save(path)


def overlaps(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def share(values):
    return round(float(np.mean(values)), 3)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pipe")
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--extend", type=int, default=40,
                        help="how many scenes are extended")
    parser.add_argument("--random", help="a model with random weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sheet", type=Path)
    args = parser.parse_args()
    engine, judge = Engine(args.pipe, args.folder), Judge()
    results = measure(engine, judge, args) if args.count else {}
    if args.random and args.count:
        results["random"] = measure_bytes(Engine(args.pipe, args.random), args)
    if args.extend:
        results["extend"] = measure_extend(judge, args)
    text = json.dumps(results, indent=2)
    print(text)
    if args.out:
        args.out.write_text(text + "\n")


if __name__ == "__main__":
    main()
