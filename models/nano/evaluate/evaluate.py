# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures a model folder in PyTorch, as training goes: GenEval of its world,
captions, questions, round trip; and by itself each link of the chain that
draws.  What the engine makes of it, bench.py measures.

    evaluate.py FOLDER [--only geneval,captions,…] [--each 20] [--count 200]
                [--pictures 1] [--seed 1] [--out nano.json] [--sheet DIR]

Runs through PyTorch (pytorch_model.py), in bfloat16 where that is faster.
"""
import argparse
import json
import random
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch

from pytorch_model import Model
from prompts import CATEGORIES, holds, prompts
from judge import Judge, same_scene
from scoring import (alpha_iou, answer_is_right, by_category,
                     description_is_right, objects_right, planned)
import captions
import world
from training import as_pictures, autocast

BATCH = 25
def batches(values):
    return [values[i:i + BATCH] for i in range(0, len(values), BATCH)]


def measure_captions(model, args):
    out = {}
    for split in "seen", "unseen":
        pairs = [world.picture_of(split, i) for i in range(args.count)]
        right, by_number = 0, defaultdict(list)
        for part in batches(pairs):
            seen = model.see([pixels for _, pixels in part])
            for (scene, _), ids in zip(part, model.describe(seen)):
                ok = description_is_right(model.text(ids), scene)
                right += ok
                by_number[len(scene.things)].append(ok)
                if not ok and args.verbose:
                    print(f"  {model.text(ids)} | "
                          f"{captions.short_description(scene)}")
        out[f"captions_{split}"] = round(right / len(pairs), 3)
        out[f"captions_{split}_by_number"] = {
            n: round(float(np.mean(v)), 3) for n, v in sorted(by_number.items())}
    return out


def measure_questions(model, args):
    rng = random.Random(args.seed)
    by_kind = defaultdict(list)
    cases = []
    for i in range(args.count):
        scene, pixels = world.picture_of("seen", i)
        for kind in captions.QUESTIONS:
            if kind != "what_is":
                cases.append((kind, pixels,
                              *captions.question(scene, rng, kind)))
    for part in batches(cases):
        seen = model.see([pixels for _, pixels, _, _ in part])
        answers = model.describe(seen, "question", [c[2] for c in part])
        for (kind, _, _, answer), ids in zip(part, answers):
            by_kind[kind].append(answer_is_right(model.text(ids), answer))
    kinds = {k: round(float(np.mean(v)), 3) for k, v in by_kind.items()}
    return dict(questions=round(float(np.mean(list(kinds.values()))), 3),
                questions_by_kind=kinds)


# ---------------------------------------------------------------------------
# Pictures from words.

def paint(model, vectors, args, seed):
    """Vectors [n, 16, 96] -> pictures."""
    out = []
    for i, part in enumerate(vectors.split(BATCH)):
        with autocast():
            latents = model.sample(part, model.noise(len(part), seed + i),
                                   args.steps, args.guidance)
            decoded = model.decode(latents.float())
        out += list(as_pictures(decoded))
    return out


def measure_geneval(model, judge, args):
    asked = prompts(args.each) * args.pictures
    generator = torch.Generator().manual_seed(args.seed)
    plans = [model.text(ids) for part in batches(asked) for ids in model.plan(
        [a.text for a in part], model.config["default_temperature"],
        generator)]
    with autocast():
        vectors = model.vectors([a.text for a in asked], plans).float()
    pictures = paint(model, vectors, args, args.seed * 1000)
    verdicts = [judge.look(p) for p in pictures]
    right = [holds(a, v.things) for a, v in zip(asked, verdicts)]
    strict = [holds(a, v.things, True) and not v.unknown
              for a, v in zip(asked, verdicts)]
    plan_right = [bool(planned(p)) and holds(a, planned(p), True)
                  for a, p in zip(asked, plans)]
    if args.sheet:
        some = [i for c in CATEGORIES for i in
                [j for j, a in enumerate(asked) if a.category == c][:8]]
        world.contact_sheet([pictures[i] for i in some], 8,
                            args.sheet / "geneval.png")
        (args.sheet / "geneval.txt").write_text("\n".join(
            f"{asked[i].text} | {plans[i]} | {right[i]}" for i in some))
    table = by_category(asked, right)
    return dict(geneval=round(float(np.mean(list(table.values()))), 3),
                geneval_worst=min(table.values()), geneval_by_category=table,
                geneval_strict=by_category(asked, strict),
                plan_text=by_category(asked, plan_right))


def measure_links(model, judge, args):
    """Each link by itself: autoencoder; decoder from the encoder's vectors;
    decoder from the language model's vectors of the true plan."""
    out = {}
    for split in "seen", "unseen":
        pairs = [world.picture_of(split, i) for i in range(args.count)]
        scenes = [scene for scene, _ in pairs]
        pixels = [p for _, p in pairs]
        texts = [captions.short_description(s) for s in scenes]
        plans = [captions.plan(s) for s in scenes]
        again = []
        for part in batches(pixels):
            with autocast():
                again += list(as_pictures(model.autoencoded(part).float()))
        vectors = torch.cat([model.encoded(part) for part in batches(pixels)])
        with autocast():
            written = model.vectors(texts, plans).float()
        error = (written - vectors).pow(2).mean().item()
        out[f"vector_error_{split}"] = round(error, 4)
        mse = np.mean([((a.astype(float) - b) ** 2).mean()
                       for a, b in zip(again, pixels)])
        out[f"autoencoder_psnr_{split}"] = round(
            10 * np.log10(255 ** 2 / mse), 2)
        for name, pictures in (
                ("autoencoder", again),
                ("decoder", paint(model, vectors, args, 7)),
                ("true_plan", paint(model, written, args, 7))):
            verdicts = [judge.look(p) for p in pictures]
            out[f"{name}_{split}"] = round(float(np.mean(
                [same_scene(v, s) for v, s in zip(verdicts, scenes)])), 3)
            out[f"{name}_objects_{split}"] = round(objects_right(
                verdicts, scenes), 3)
            if name != "autoencoder":
                out[f"{name}_alpha_iou_{split}"] = round(float(np.mean(
                    [alpha_iou(p, s) for p, s in zip(pictures, scenes)
                     if s.background == "transparent"])), 3)
            if args.sheet:
                rows = sum(([*pixels[i:i + 8], *pictures[i:i + 8]]
                            for i in (0, 8)), [])
                world.contact_sheet(rows, 8,
                                    args.sheet / f"{name}-{split}.png")
    return out


def measure_round_trip(model, judge, args):
    """Describe, draw from the description, and judge against the first."""
    pairs = [world.picture_of("seen", i) for i in range(args.count)]
    generator = torch.Generator().manual_seed(args.seed)
    texts = []
    for part in batches(pairs):
        seen = model.see([pixels for _, pixels in part])
        texts += [model.text(ids) for ids in model.describe(seen)]
    plans = [model.text(ids) for ids in model.plan(
        texts, model.config["default_temperature"], generator)]
    pictures = paint(model, model.vectors(texts, plans), args, args.seed + 50)
    right = [same_scene(judge.look(p), scene)
             for p, (scene, _) in zip(pictures, pairs)]
    return dict(round_trip=round(float(np.mean(right)), 3))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="captions,questions,geneval,links,"
                        "round_trip")
    parser.add_argument("--each", type=int, help="prompts of each category")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--pictures", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    if args.sheet:
        args.sheet.mkdir(parents=True, exist_ok=True)
    wanted = args.only.split(",")
    results = {}
    with torch.inference_mode():
        model = Model(args.folder)
        judge = Judge()
        for name, measure in (
                ("captions", lambda: measure_captions(model, args)),
                ("questions", lambda: measure_questions(model, args)),
                ("geneval", lambda: measure_geneval(model, judge, args)),
                ("links", lambda: measure_links(model, judge, args)),
                ("round_trip",
                 lambda: measure_round_trip(model, judge, args))):
            if name in wanted:
                started = time.time()
                results |= measure()
                print(f"{name}: {time.time() - started:.0f} s", flush=True)
    print(json.dumps(results, indent=2))
    if args.out:
        args.out.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
