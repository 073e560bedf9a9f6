# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges the judge: it must accept true renders and refuse pictures with one
thing wrong (a class, a colour, one object too many or too few, another
background; for relations: the two swapped)."""
import argparse
import dataclasses
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import world                                                # noqa: E402
from captions import relation                               # noqa: E402
from judge import Judge, relations, same_scene              # noqa: E402


def spoiled(scene, how, rng):
    """The scene with one thing wrong, or None if that cannot be here."""
    things = list(scene.things)
    i = rng.randrange(len(things))
    o = things[i]
    if how == "class":
        things[i] = dataclasses.replace(o, kind=rng.choice(
            [k for k in world.CLASSES if k != o.kind]))
    elif how == "color":
        things[i] = dataclasses.replace(o, color=rng.choice(
            [c for c in world.COLOR_NAMES
             if c not in (o.color, scene.background)]))
    elif how == "missing":
        if len(things) < 2:
            return None
        del things[i]
    elif how == "extra":
        if len(things) == world.MAX_OBJECTS:
            return None
        extra = [p for _ in range(20) for p in world.sample_scene(rng).things
                 if p.color != scene.background
                 and all(abs(p.x - q.x) + abs(p.y - q.y)
                         > 2 * (p.radius + q.radius) for q in things)]
        if not extra:
            return None
        things.append(extra[0])
    elif how == "background":
        other = rng.choice([b for b in (*world.BACKGROUNDS, "transparent")
                            if b != scene.background
                            and b not in [p.color for p in things]])
        return world.Scene(other, scene.things)
    return world.Scene(scene.background, tuple(things))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--check", action="store_true",
                        help="fail if it accepts too few or too many")
    args = parser.parse_args()
    judge = Judge()
    rng = random.Random(1)
    accepts, mistakes = [], []

    def accepted(shown, wanted):
        return same_scene(judge.look(world.render(shown, rng=rng)), wanted)

    for split in "seen", "unseen":
        scenes = [world.scene_of(split, i) for i in range(args.count)]
        share = sum(accepted(s, s) for s in scenes) / len(scenes)
        accepts.append(share)
        print(f"true, {split:<12} accepted {share:.4f} of {len(scenes)}")
    for how in "class", "color", "missing", "extra", "background":
        pairs = [(spoiled(s, how, rng), s) for s in scenes]
        pairs = [pair for pair in pairs if pair[0]]
        share = sum(accepted(*pair) for pair in pairs) / len(pairs)
        mistakes.append(share)
        print(f"wrong {how:<12} accepted {share:.4f} of {len(pairs)}")
    right = wrong = total = 0
    for scene in scenes:
        if len(scene.things) != 2 or scene.counted():
            continue
        a, b = scene.things
        found = judge.look(world.render(scene)).things
        how = relation(a, b)
        if not how or len(found) != 2:
            continue
        first, second = sorted(found, key=lambda o: o.kind != a.kind)
        total += 1
        right += how in relations(first, second)
        wrong += how in relations(second, first)
    print(f"relation right {right / total:.4f}, swapped {wrong / total:.4f} "
          f"of {total}")
    if args.check and (min(accepts) < .98 or max(mistakes) > .02):
        raise SystemExit("the judge is not to be trusted")


if __name__ == "__main__":
    main()
