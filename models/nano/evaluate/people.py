# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts as people write them, and when a plan or a picture is right:
exactly the things asked for, in their colours, where they were wanted.

people.jsonl was written by somebody who had not seen the grammar that trains
the model; it is never trained on, and nobody looks at what goes wrong in it.
So it is with people-2.jsonl, half of 300 that were written later by somebody
else; the other half is the end of people-to-look-at.jsonl, which may be looked
at.

Each line has the text and what it means: `groups` of things alike (colour
null: any; number: one, or the least and the most), `relations` between
groups, `between`, `around`, `larger`, `background` (null: any), and `unknown`:
the things that nano cannot know, which must be drawn as nothing at all.

    people.py PIPE FOLDER [--file FILE] [--pictures] [--verbose]
"""
import argparse
import itertools
import json
import math
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import captions                                             # noqa: E402
from engine_model import Engine, Refused                    # noqa: E402
from judge import Judge                                     # noqa: E402
from scoring import planned                                 # noqa: E402

FILE = Path(__file__).with_name("people.jsonl")
SIDES = {"left": (0, -1), "right": (0, 1), "above": (1, -1), "below": (1, 1)}


def read(path=FILE):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def _place_of(o):
    rows, columns = ("top", "middle", "bottom"), ("left", "middle", "right")
    return rows[min(2, int(o.y * 3))], columns[min(2, int(o.x * 3))]


def _is_at(o, place, sides):
    o = replace(o, x=o.x / sides[0], y=o.y / sides[1])
    row, column = _place_of(o)
    if place == "corner":
        return row != "middle" and column != "middle"
    if place == "center":
        return .25 < o.x < .75 and .25 < o.y < .75
    # "At the top" is what is plainly above the middle.
    near = {"top": o.y < .42, "bottom": o.y > .58, "left": o.x < .42,
            "right": o.x > .58}
    return all(near[word] for word in place.split())


def _middle(group):
    return (sum(o.x for o in group) / len(group),
            sum(o.y for o in group) / len(group))


def _sided(a, b, name):
    """GenEval's rule for the middles of two groups, and all of one group on
    that side of all of the other."""
    axis, sign = SIDES[name]
    if axis == 0:
        apart = all(sign * (p.x - q.x) > 0 for p in a for q in b)
    else:
        apart = all(sign * (p.y - q.y) > 0 for p in a for q in b)
    offset = [p - q for p, q in zip(_middle(a), _middle(b))]
    length = math.hypot(*offset)
    return apart and length > 0 and sign * offset[axis] / length > .5


def _related(a, b, name, longer):
    if name == "beside":
        return _sided(a, b, "left") or _sided(a, b, "right")
    if name == "near":
        (ax, ay), (bx, by) = _middle(a), _middle(b)
        return math.hypot(ax - bx, ay - by) < .75 * longer
    return _sided(a, b, name)


def _lies_between(inner, first, last):
    (ax, ay), (bx, by) = first, last
    length = math.hypot(bx - ax, by - ay) or 1e-6
    for o in inner:
        t = ((o.x - ax) * (bx - ax) + (o.y - ay) * (by - ay)) / length ** 2
        off = abs((o.x - ax) * (by - ay) - (o.y - ay) * (bx - ax)) / length
        if not .15 < t < .85 or off > .4 * length:
            return False
    return True


def _surrounds(outer, inner):
    x, y = _middle(inner)
    angles = sorted(math.atan2(o.y - y, o.x - x) for o in outer)
    gaps = [b - a for a, b in zip(angles, angles[1:] + [angles[0] + math.tau])]
    return max(gaps) < 1.1 * math.pi


def _assigned(groups, things):
    """Every way to give each thing to a group, with all numbers right."""
    def fits(o, group):
        return o.kind == group["kind"] and group["color"] in (None, o.color)

    choices = [[i for i, g in enumerate(groups) if fits(o, g)]
               for o in things]
    for choice in itertools.product(*choices):
        counts = Counter(choice)
        if all(_number_is_right(g["number"], counts[i])
               for i, g in enumerate(groups)):
            yield [[o for o, j in zip(things, choice) if i == j]
                   for i in range(len(groups))]


def _number_is_right(wanted, number):
    if isinstance(wanted, list):
        return wanted[0] <= number <= wanted[1]
    return number == wanted


def _fits(case, given, sides):
    for group, some in zip(case["groups"], given):
        if "place" in group and not all(_is_at(o, group["place"], sides)
                                        for o in some):
            return False
    if any(not _related(given[a], given[b], name, max(sides))
           for a, name, b in case.get("relations", ())):
        return False
    for first, *ends in case.get("between", ()):
        if len(ends) == 1:
            ends = [(o.x, o.y) for o in given[ends[0]]][:2]
        else:
            ends = [_middle(given[i]) for i in ends]
        if not _lies_between(given[first], *ends):
            return False
    if any(not _surrounds(given[a], given[b])
           for a, b in case.get("around", ())):
        return False
    sizes = [sum(o.width for o in some) / len(some) for some in given]
    if any(sizes[a] <= sizes[b] for a, b in case.get("larger", ())):
        return False
    # Small beside large; alone, what nano itself calls so.
    for i, group in enumerate(case["groups"]):
        others = [size for j, size in enumerate(sizes)
                  if case["groups"][j].get("size") not in (None,
                                                           group.get("size"))]
        if group.get("size") == "small":
            if any(sizes[i] >= size for size in others) or sizes[i] > .42:
                return False
        elif group.get("size") == "large":
            if any(sizes[i] <= size for size in others) or (
                    len(case["groups"]) == 1 and group["number"] == 1
                    and sizes[i] < .42):
                return False
    return True


def holds(case, things, background, sides=(1., 1.)):
    """things: what the judge found, or a plan says: kind, color, x, y,
    width, in shorter sides of the picture; sides: its own, in the same."""
    if case["background"] not in (None, background):
        return False
    if not case["groups"]:
        return not things
    return any(_fits(case, given, sides)
               for given in _assigned(case["groups"], things))


def plan_is_right(engine, case, seed):
    """(whether it is, what was planned).  Where nothing is known, a job has
    to end in a sentence."""
    try:
        plan = engine.plan(case["text"], seed)
    except Refused as refused:
        return not case["groups"], str(refused)
    scene = captions.read_plan(plan)
    return (scene is not None and holds(case, planned(plan),
                                        scene.background)), plan


def picture_is_right(engine, judge, case, seed, size=""):
    try:
        _, picture = engine.draw(case["text"], seed, size=size)
    except Refused:
        return not case["groups"]
    verdict = judge.look(picture)
    return not verdict.unknown and holds(case, verdict.things,
                                         verdict.background, verdict.sides)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pipe")
    parser.add_argument("folder")
    parser.add_argument("--file", type=Path, default=FILE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    engine, judge = Engine(args.pipe, args.folder), Judge()
    cases = read(args.file)
    planned_right = pictures_right = 0
    for i, case in enumerate(cases):
        ok, plan = plan_is_right(engine, case, args.seed * 1000 + i)
        planned_right += ok
        if args.pictures:
            pictures_right += picture_is_right(engine, judge, case,
                                               args.seed * 1000 + i)
        if args.verbose and not ok:
            print(f"{case['text']} | {plan}")
    print(f"{planned_right} of {len(cases)} plans are right: "
          f"{planned_right / len(cases):.3f}")
    if args.pictures:
        print(f"{pictures_right} pictures: {pictures_right / len(cases):.3f}")


if __name__ == "__main__":
    main()
