# SPDX-License-Identifier: GPL-3.0-or-later
"""GenEval, its six categories, for nano's world: prompts about combinations
that no training picture showed, and when a picture is right.

Where GenEval allows other objects beside those asked for, so does `holds`;
with `strict` there may be nothing else.
"""
import itertools
import random
from collections import Counter
from dataclasses import dataclass

import world
from captions import NUMBERS, PLURALS, article
from judge import relations

CATEGORIES = ("single", "two", "counting", "colors", "position",
              "attribution")
FORMS = ("{}", "a picture of {}", "draw {}", "an image of {}",
         "{} on a transparent background")


@dataclass(frozen=True)
class Asked:
    category: str
    text: str
    things: tuple               # (kind, colour or None)
    relation: str = None        # of the first to the second


def _pairs():
    return sorted(tuple(sorted(pair)) for pair in world.HELD_OUT_PAIRS)


def _single():
    for form, kind in itertools.product(FORMS, world.CLASSES):
        yield Asked("single", form.format(article(kind)), ((kind, None),))


def _two():
    for link, (a, b) in itertools.product(("and", "with", "next to"),
                                          _pairs()):
        if link == "with":
            a, b = b, a
        yield Asked("two", f"{article(a)} {link} {article(b)}",
                    ((a, None), (b, None)))


def _counting():
    """The numbers held out first, each in several forms, then all others."""
    held_out = sorted(world.HELD_OUT_COUNTS)
    others = [(kind, n) for kind in world.CLASSES for n in (2, 3, 4)
              if (kind, n) not in world.HELD_OUT_COUNTS]
    cases = list(itertools.product(FORMS[:3], held_out))
    cases += [(FORMS[0], case) for case in others]
    for form, (kind, n) in cases:
        yield Asked("counting",
                    form.format(f"{NUMBERS[n]} {PLURALS[kind]}"),
                    ((kind, None),) * n)


def _colors():
    for form, (color, kind) in itertools.product(
            FORMS, sorted(world.HELD_OUT_COLORED)):
        yield Asked("colors", form.format(article(f"{color} {kind}")),
                    ((kind, color),))


def _position():
    names = ("to the left of", "to the right of", "above", "below")
    for name, (a, b) in itertools.product(names, _pairs()):
        if name in names[1::2]:
            a, b = b, a
        yield Asked("position", f"{article(a)} {name} {article(b)}",
                    ((a, None), (b, None)), name)


def _attribution():
    rng = random.Random(5)
    held_out = {kind: color for color, kind in world.HELD_OUT_COLORED}
    for turn, (a, b) in itertools.product(range(3), _pairs()):
        first = held_out[a] if turn == 0 else rng.choice(world.COLOR_NAMES)
        second = rng.choice([c for c in world.COLOR_NAMES if c != first])
        yield Asked("attribution", f"{article(f'{first} {a}')} and "
                    f"{article(f'{second} {b}')}", ((a, first), (b, second)))


def prompts(each=None):
    """All prompts, or `each` of every category, evenly taken."""
    out = []
    for make in (_single, _two, _counting, _colors, _position, _attribution):
        asked = list(make())
        step = max(1, len(asked) // each) if each else 1
        random.Random(1).shuffle(asked)
        out += asked[:each] if each else asked
    return out


def holds(asked, things, strict=False):
    """Whether objects found in a picture are what was asked for.  Where
    several of a class were asked for, their number must be exact."""
    kinds = Counter(o.kind for o in things)
    for kind, n in Counter(kind for kind, _ in asked.things).items():
        if kinds[kind] < n or (n > 1 and kinds[kind] != n):
            return False
    found = Counter((o.kind, o.color) for o in things)
    for what, n in Counter(asked.things).items():
        if what[1] and found[what] < n:
            return False
    if asked.relation and not any(
            asked.relation in relations(a, b) for a in things for b in things
            if (a.kind, b.kind) == (asked.things[0][0], asked.things[1][0])):
        return False
    return not strict or len(things) == len(asked.things)
