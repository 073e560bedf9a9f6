# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what the model learns prompts from: the plan of a composed prompt
has to be right by the checker that rewards plans (train/reward_plans.py), and
with one thing wrong it must not be.

Layouts that were strewn until all facts held gave .91: a plan has whole
steps, and what held only just was lost in them.
"""
import argparse
import dataclasses
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import captions                                             # noqa: E402
import groups                                               # noqa: E402
import world                                                # noqa: E402
from reward_plans import ask, worth                         # noqa: E402


def spoiled(scene, composition, how, rng):
    """The scene with one thing wrong, or None if that cannot be here."""
    things = list(scene.things)
    i = rng.randrange(len(things))
    if how == "class":
        things[i] = dataclasses.replace(things[i], kind=rng.choice(
            [k for k in world.CLASSES
             if k not in [o.kind for o in things]]))
    elif how == "missing":
        del things[i]
    elif how == "turned":       # upside down, and left for right
        if not any(f.name in groups.DIRECTIONS for f in composition.facts):
            return None
        things = [dataclasses.replace(o, x=1 - o.x, y=1 - o.y)
                  for o in things]
    return world.Scene(scene.background, tuple(things))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--check", action="store_true",
                        help="fail if too few are right or too many")
    args = parser.parse_args()
    rng = random.Random(1)
    right, mistakes = [], []
    for _ in range(args.count):
        composition, phrase, prompt = ask(rng)
        scene = groups.in_order(composition, phrase.order)
        if not phrase.said_background:
            scene = dataclasses.replace(scene, background="transparent")
        right.append(worth(captions.plan(scene), composition, phrase) == 1)
        if not right[-1]:
            print("not right:", prompt, "|", captions.plan(scene))
        for how in "class", "missing", "turned":
            wrong = spoiled(scene, composition, how, rng)
            if wrong and (how != "missing" or not phrase.vague):
                mistakes.append(worth(captions.plan(wrong), composition,
                                      phrase) == 1)
    print(f"{sum(right)} of {len(right)} plans are right, "
          f"{sum(mistakes)} of {len(mistakes)} spoiled ones")
    if args.check and (sum(right) < .98 * len(right)
                       or sum(mistakes) > .005 * len(mistakes)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
