# SPDX-License-Identifier: GPL-3.0-or-later
"""What nano can do, through the engine: `./dev bench nano`.

    bench.py PIPE FOLDER [--each 100] [--pictures 4] [--count 300] [--seed 1]
             [--out nano.json] [--sheet DIR] [--card README.md] [--quick]
             [--only speed,captions,…] [--check]

PIPE is tests/bench/engine-pipe.  Only the comparison with PyTorch at the end
loads PyTorch.  With --card the tables of the card are written anew.
"""
import argparse
import json
import random
import re
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import captions                                             # noqa: E402
import people                                               # noqa: E402
import world                                                # noqa: E402
from engine_model import Engine                             # noqa: E402
from judge import Judge, same_scene                         # noqa: E402
from prompts import CATEGORIES, holds, prompts              # noqa: E402
from scoring import (answer_is_right, by_category,          # noqa: E402
                     description_is_right, planned, silhouette_iou)

# What must be reached, and what we are after.
TARGETS = dict(
    geneval=(.80, .90), geneval_worst=(.65, .80), captions_seen=(.92, .97),
    captions_unseen=(.80, .92), questions=(.93, .98), alpha_iou=(.92, .97),
    people_plans=(.92, None), people_pictures=(.80, None),
    round_trip=(.70, .88), picture_s=(1.5, .7), caption_s=(.3, .1),
    psnr_to_pytorch=(45, None), same_texts=(1., None))
TITLES = dict(
    geneval="GenEval of its world, overall", geneval_worst="worst category",
    captions_seen="captions all right, seen combinations",
    captions_unseen="unseen combinations", questions="questions",
    alpha_iou="alpha against the judge's silhouette, IoU",
    people_plans="prompts as people write them, plans right",
    people_pictures="and pictures",
    round_trip="round trip: described, drawn again, the same scene",
    picture_s="a picture, seconds", caption_s="a caption, seconds",
    psnr_to_pytorch="engine against PyTorch, least PSNR in dB",
    same_texts="engine against PyTorch, texts alike")
OFF_WORLD = ("/usr/share/openclipart/png", "/usr/share/backgrounds")


def share(values):
    return round(float(np.mean(values)), 3) if len(values) else 0.


def measure_captions(engine, args):
    out = {}
    for split in "seen", "unseen":
        right = []
        for i in range(args.count):
            scene, pixels = world.picture_of(split, i)
            right.append(description_is_right(engine.read(pixels), scene))
        out[f"captions_{split}"] = share(right)
    return out


def measure_questions(engine, args):
    rng = random.Random(args.seed)
    by_kind = defaultdict(list)
    for i in range(args.count):
        scene, pixels = world.picture_of("seen", i)
        for kind in captions.QUESTIONS:
            if kind != "what_is":
                question, answer = captions.question(scene, rng, kind)
                by_kind[kind].append(answer_is_right(
                    engine.read(pixels, "answer", question), answer))
    kinds = {kind: share(values) for kind, values in by_kind.items()}
    return dict(questions=share(list(kinds.values())),
                questions_by_kind=kinds)


def measure_geneval(engine, judge, args):
    asked = prompts(args.each)
    rows = [(a, i) for a in asked for i in range(args.pictures)]
    right, plan_right, overlaps, shown = [], [], [], defaultdict(list)
    for a, i in rows:
        seed = args.seed * 1000003 + len(right)
        plan, picture = engine.draw(a.text, seed)
        verdict = judge.look(picture)
        right.append(holds(a, verdict.things))
        plan_right.append(bool(planned(plan))
                          and holds(a, planned(plan), True))
        if verdict.background == "transparent" and verdict.things:
            overlaps.append(silhouette_iou(picture, verdict))
        if i == 0 and len(shown[a.category]) < 8:
            shown[a.category].append((picture, a.text, plan, right[-1]))
    if args.sheet:
        cells = [cell for c in CATEGORIES for cell in shown[c]]
        world.contact_sheet([cell[0] for cell in cells], 8,
                            args.sheet / "samples.png")
        (args.sheet / "samples.txt").write_text("".join(
            f"{text} | {plan} | {'right' if ok else 'wrong'}\n"
            for _, text, plan, ok in cells))
    asked = [a for a, _ in rows]
    table = by_category(asked, right)
    return dict(geneval=share(list(table.values())),
                geneval_worst=min(table.values()), geneval_by_category=table,
                plan_by_category=by_category(asked, plan_right),
                alpha_iou=share(overlaps), geneval_pictures=len(rows))


def measure_round_trip(engine, judge, args):
    right = []
    for i in range(args.count):
        scene, pixels = world.picture_of("seen", i)
        _, picture = engine.draw(engine.read(pixels), args.seed * 7919 + i)
        right.append(same_scene(judge.look(picture), scene))
    return dict(round_trip=share(right))


def measure_people(engine, judge, args):
    """Prompts as people write them (people.py)."""
    cases = people.read()[:args.count]
    seeds = [args.seed * 1000 + i for i in range(len(cases))]
    return dict(
        people_plans=share([people.plan_is_right(engine, case, seed)[0]
                            for case, seed in zip(cases, seeds)]),
        people_pictures=share([
            people.picture_is_right(engine, judge, case, seed)
            for case, seed in zip(cases, seeds)]))


def measure_off_world(engine, args):
    """Pictures that it knows nothing of: texts must end and not repeat
    themselves."""
    paths = []
    for folder in OFF_WORLD:
        found = sorted(p for p in Path(folder).rglob("*")
                       if p.suffix in (".png", ".jpg"))
        random.Random(args.seed).shuffle(found)
        paths += found[:args.count]
    longest, rambling, seconds = 0, 0, 0.
    for path in paths:
        with Image.open(path) as image:
            if image.mode == "P":
                image = image.convert("RGBA")
            image.thumbnail((512, 512))
            pixels = np.asarray(image.convert("RGBA"))
        text = engine.read(pixels, straight_alpha=True)
        seconds = max(seconds, engine.seconds["text"][-1])
        words = text.lower().removesuffix(".").split()
        longest = max(longest, len(words))
        triples = list(zip(words, words[1:], words[2:], words[3:]))
        rambling += len(words) > 40 or len(triples) != len(set(triples))
    return dict(off_world_pictures=len(paths), off_world_rambling=rambling,
                off_world_longest_words=longest,
                off_world_slowest_s=round(seconds, 3))


def measure_speed(engine, args):
    """On the way that users go, one after another; medians."""
    engine.forget_seconds()
    _, pixels = world.picture_of("seen", 1)
    for i in range(9):
        engine.draw("a red star above a blue fish", i)
        engine.read(pixels)
    return dict(picture_s=round(float(np.median(engine.seconds["picture"])),
                                3),
                caption_s=round(float(np.median(engine.seconds["text"])), 4),
                peak_bytes=engine.resident_bytes())


def measure_agreement(engine, args):
    """The same model in PyTorch, float32: the engine's plans drawn from the
    engine's noise, and greedy descriptions."""
    import torch
    from engine_noise import normal
    from pytorch_model import Model
    from training import as_pictures
    torch.set_num_threads(1)
    alike, least = [], np.inf
    with torch.inference_mode():
        model = Model(args.folder)
        for seed, a in enumerate(prompts(1)):
            plan, picture = engine.draw(a.text, seed)
            shape = model.noise(1, 0).shape
            noise = torch.from_numpy(normal(
                seed, 0, int(np.prod(shape)))).view(shape)
            again = as_pictures(model.decode(model.sample(
                model.vectors([a.text], [plan]), noise)))[0]
            again[..., :3] = np.minimum(again[..., :3], again[..., 3:])
            error = ((again.astype(float) - picture) ** 2).mean()
            least = min(least, 10 * np.log10(255 ** 2 / max(error, 1e-9)))
        for i in range(min(50, args.count)):
            _, pixels = world.picture_of("seen", i)
            text = model.text(model.describe(model.see([pixels]))[0])
            alike.append(answer_is_right(engine.read(pixels), text))
    return dict(psnr_to_pytorch=round(float(least), 1),
                same_texts=share(alike))


# ---------------------------------------------------------------------------
# The tables.

def reached(key, value):
    least = TARGETS[key][0]
    return value <= least if key.endswith("_s") else value >= least


def main_table(results):
    rows = ["| | measured | to reach | after |", "|---|---|---|---|"]
    for key, (least, after) in TARGETS.items():
        if key in results:
            mark = "" if reached(key, results[key]) else " (not reached)"
            rows.append(f"| {TITLES[key]} | {results[key]:g}{mark} | {least:g}"
                        f" | {'' if after is None else f'{after:g}'} |")
    return "\n".join(rows)


def category_table(results):
    names = list(results["geneval_by_category"])
    return "\n".join([
        f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|",
        "| pictures right | " + " | ".join(
            f"{v:.2f}" for v in results["geneval_by_category"].values())
        + " |",
        "| plans right | " + " | ".join(
            f"{v:.2f}" for v in results["plan_by_category"].values()) + " |"])


def rest_in_words(results):
    kinds = ", ".join(f"{kind.replace('_', ' ')} {value:.2f}" for kind, value
                      in results["questions_by_kind"].items())
    return (f"Questions by kind: {kinds}.\n\n"
            f"Off its world: {results['off_world_pictures']} pieces of clip "
            f"art and photographs; {results['off_world_rambling']} of the "
            "descriptions repeated themselves or ran over 40 words, the "
            f"longest had {results['off_world_longest_words']} words, the "
            f"slowest took {results['off_world_slowest_s']} s.\n\n"
            f"Most memory of a process with the engine: "
            f"{results['peak_bytes'] / 2 ** 20:.0f} MiB.")


def write_card(path, text):
    """Puts the results between their two marks."""
    card = path.read_text()
    new = re.sub(r"(<!-- results -->\n).*?(<!-- end of results -->)",
                 lambda m: f"{m[1]}\n{text}\n\n{m[2]}", card, flags=re.S)
    if new == card and text not in card:
        raise SystemExit(f"{path} has no place for results")
    path.write_text(new)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pipe")
    parser.add_argument("folder")
    parser.add_argument("--each", type=int, default=100,
                        help="prompts of each category (100)")
    parser.add_argument("--pictures", type=int, default=4,
                        help="of each prompt (4)")
    parser.add_argument("--count", type=int, default=300,
                        help="scenes for the other measures (300)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true",
                        help="a tenth of all")
    parser.add_argument("--only", help="some of the measures, by name")
    parser.add_argument("--check", action="store_true",
                        help="fail if the engine and PyTorch differ")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--card", type=Path)
    args = parser.parse_args()
    if args.quick:
        args.each, args.pictures, args.count = 20, 1, 60
    if args.sheet:
        args.sheet.mkdir(parents=True, exist_ok=True)
    engine, judge, results = Engine(args.pipe, args.folder), Judge(), {}
    wanted = args.only and args.only.split(",")
    for name, measure in (
            ("speed", lambda: measure_speed(engine, args)),
            ("captions", lambda: measure_captions(engine, args)),
            ("questions", lambda: measure_questions(engine, args)),
            ("round-trip", lambda: measure_round_trip(engine, judge, args)),
            ("people", lambda: measure_people(engine, judge, args)),
            ("off-world", lambda: measure_off_world(engine, args)),
            ("geneval", lambda: measure_geneval(engine, judge, args)),
            ("agreement", lambda: measure_agreement(engine, args))):
        if wanted and name not in wanted:
            continue
        started = time.time()
        results |= measure()
        print(f"{name}: {time.time() - started:.0f} s", file=sys.stderr,
              flush=True)
    if args.check and not all(reached(key, results[key]) for key in
                              ("psnr_to_pytorch", "same_texts")):
        raise SystemExit(f"the engine and PyTorch differ: {results}")
    if wanted:
        print(json.dumps(results, indent=2))
        return
    note = (f"{results['geneval_pictures']} pictures, {args.count} scenes, "
            f"seed {args.seed}.")
    text = "\n\n".join((main_table(results), category_table(results),
                        rest_in_words(results), note))
    print(text)
    if args.out:
        args.out.write_text(json.dumps(results, indent=2) + "\n")
    if args.card:
        write_card(args.card, text)
        if args.sheet:
            with Image.open(args.sheet / "samples.png") as sheet:
                sheet.reduce(2).quantize(128).save(
                    args.card.parent / "samples.png", optimize=True)


if __name__ == "__main__":
    main()
