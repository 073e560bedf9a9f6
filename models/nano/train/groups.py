# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenes as people ask for them: groups of things ("three green trees"), and
what is said about where they are.

world.sample_scene() strews things at random; here a picture is composed to
fit what is going to be said, and says what that was: its facts.  phrasing.py
makes prompts of them.
"""
import dataclasses
import math
import random
from dataclasses import dataclass

import layout
import world
from world import Scene, Thing

MAX_THINGS = 6
RADII = {**world.RADII, 5: (.11, .16), 6: (.105, .145)}
# Of a thing that is said to be small or large, by the number of things.
SMALL = {1: (.12, .155), 2: (.12, .155), 3: (.11, .135)}
LARGE = {1: (.30, .38), 2: (.23, .29), 3: (.20, .25)}
SMALL_OF_MANY, LARGE_OF_MANY = (.10, .12), (.165, .20)
ROWS, COLUMNS = ("top", "middle", "bottom"), ("left", "middle", "right")
DIRECTIONS = ("above", "below", "left", "right")
MARGIN = .05                # between the sides of two groups
# How often there is what to say, in pictures and in words alone: there the
# places are learnt.
KINDS = ("none", "one", "chain", "all", "between", "pair", "around", "places",
         "row", "tree", "sizes")
OF_PICTURES = (.26, .24, .06, .06, .06, .05, .05, .07, .03, .12, 0)
OF_WORDS = (.20, .21, .09, .06, .06, .04, .04, .08, .04, .12, .06)
ATTEMPTS = 15
TIDY_ATTEMPTS = 10


@dataclass(frozen=True)
class Group:
    """Things of one kind and colour; size is "", "small" or "large"."""
    kind: str
    color: str
    number: int
    size: str = ""


@dataclass(frozen=True)
class Fact:
    """Something that holds of groups, given by their numbers.  Names:
    DIRECTIONS and "beside" (of the first, seen from the second), "between"
    (the first, and one or two others), "around" (the first around the
    second), "place" (with `where`: words of ROWS and COLUMNS, or
    "corner")."""
    name: str
    groups: tuple
    where: str = ""


@dataclass(frozen=True)
class Composition:
    scene: Scene
    groups: tuple
    facts: tuple


# ---------------------------------------------------------------------------
# What holds.  A group is a list of (x, y, radius).

def _middle(group):
    return (sum(x for x, _, _ in group) / len(group),
            sum(y for _, y, _ in group) / len(group))


def _toward(a, b, axis, sign):
    """Whether all of a are on one side of all of b, and plainly so."""
    first = max(sign * o[axis] for o in a)
    second = min(sign * o[axis] for o in b)
    if first > second - MARGIN:
        return False
    (ax, ay), (bx, by) = _middle(a), _middle(b)
    along, across = abs(ax - bx), abs(ay - by)
    if axis:
        along, across = across, along
    return along > across * (1.3 if len(a) == len(b) == 1 else 1)


def _lies_between(inner, ends):
    (ax, ay), (bx, by) = ends
    length = math.hypot(bx - ax, by - ay) or 1e-6
    for x, y, _ in inner:
        t = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length ** 2
        off = abs((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / length
        if not .25 < t < .75 or off > .25 * length:
            return False
    return True


def _around(outer, inner):
    """No half of what is around is open."""
    x, y = _middle(inner)
    angles = sorted(math.atan2(oy - y, ox - x) for ox, oy, _ in outer)
    gaps = [b - a for a, b in zip(angles, angles[1:] + [angles[0] + math.tau])]
    return len(outer) > 2 and max(gaps) < (2.9 if len(outer) > 3 else 2.6)


def _third(v, several):
    """0, 1 or 2; several things that share a place have more room."""
    edge = .41 if several else 1 / 3
    return 0 if v < edge else 2 if v > 1 - edge else 1


def _placed(group, where):
    several = len(group) > 1 and where != "center"
    for x, y, _ in group:
        row, column = ROWS[_third(y, several)], COLUMNS[_third(x, several)]
        if where == "corner":
            if "middle" in (row, column):
                return False
        elif where == "center":
            if row != "middle" or column != "middle":
                return False
        elif any(word not in (row, column) for word in where.split()):
            return False
    return True


def holds(fact, groups):
    """groups: a list of (x, y, radius) for each."""
    some = [groups[i] for i in fact.groups]
    if fact.name == "left":
        return _toward(*some, 0, 1)
    if fact.name == "right":
        return _toward(*some, 0, -1)
    if fact.name == "above":
        return _toward(*some, 1, 1)
    if fact.name == "below":
        return _toward(*some, 1, -1)
    if fact.name == "beside":
        return _toward(*some, 0, 1) or _toward(*some, 0, -1)
    if fact.name == "between":
        ends = [_middle(g) for g in some[1:]]
        if len(ends) == 1:
            ends = [(x, y) for x, y, _ in some[1]]
        return _lies_between(some[0], ends)
    if fact.name == "around":
        return _around(*some)
    return _placed(some[0], fact.where)


# ---------------------------------------------------------------------------
# Composing.

def _numbers(rng, count):
    """How many of each of `count` groups, six in all at most."""
    many = {1: .62, 2: .45, 3: .25}.get(count, .1)
    numbers = []
    for i in range(count):
        most = min(6 if count == 1 else 4,
                   MAX_THINGS - sum(numbers) - (count - 1 - i))
        numbers.append(rng.randint(2, most) if most > 1
                       and rng.random() < many else 1)
    return numbers


def sample_groups(rng, numbers, sized):
    groups = []
    alike = rng.choices(("", "kind", "color"), (.80, .12, .08))[0]
    for number in numbers:
        while True:
            kind, color = rng.choice(world.CLASSES), rng.choice(
                world.COLOR_NAMES)
            if groups and alike == "kind":
                kind = groups[0].kind           # "one red and two blue stars"
            if groups and alike == "color":
                color = groups[0].color         # "a star and a moon, both red"
            if all((kind, color) != (g.kind, g.color) for g in groups) and (
                    kind in (g.kind for g in groups[:1])
                    or kind not in (g.kind for g in groups)):
                break
        size = rng.choice(("small", "large", "")) if sized else ""
        groups.append(Group(kind, color, number, size))
    if len(groups) > 1 and all(g.size == "large" for g in groups):
        groups[0] = Group(groups[0].kind, groups[0].color, groups[0].number,
                          "small")
    return groups


def _corner_or_side(rng):
    return rng.choice(("top", "bottom", "left", "right", "center", "corner",
                       "top left", "top right", "bottom left",
                       "bottom right"))


def _no_facts(rng, groups):
    """Now and then one group has a place."""
    if rng.random() < .25:
        return [Fact("place", (rng.randrange(len(groups)),),
                     _corner_or_side(rng))]
    return []


def _one_relation(rng, groups):
    """One group or two, seen from one or two others."""
    name = rng.choice((*DIRECTIONS, *DIRECTIONS, "beside"))
    cut = 1 if len(groups) == 2 else rng.randint(1, len(groups) - 1)
    if max(cut, len(groups) - cut) > 2 or rng.random() < .4:
        return [Fact(name, (0, 1))]
    return [Fact(name, (a, b)) for a in range(cut)
            for b in range(cut, len(groups))]


def _chain(rng, groups):
    return [Fact(rng.choice(DIRECTIONS), (i, i + 1))
            for i in range(min(len(groups), 4) - 1)]


def _all_of_one(rng, groups):
    """"A house with a sun above it and a tree on its left": all directions
    from the first."""
    return [Fact(name, (i, 0)) for i, name in
            zip(range(1, len(groups)), rng.sample(DIRECTIONS, 4))]


def _row(rng, groups):
    """"From left to right: a cup, an apple, a key"."""
    name = rng.choice(("left", "left", "above"))
    return [Fact(name, (i, i + 1)) for i in range(len(groups) - 1)]


def _tree(rng, groups):
    """Each seen from one that was named before it; now and then one has a
    place, too."""
    facts = []
    for i in range(1, len(groups)):
        other = rng.choice((i - 1, rng.randrange(i)))
        facts.append(Fact(rng.choice(DIRECTIONS), (i, other)))
    if rng.random() < .2:
        facts.append(Fact("place", (rng.randrange(len(groups)),),
                          _corner_or_side(rng)))
    return facts


def _between(rng, groups):
    """One between two others, and perhaps a fourth beside one of these."""
    more = [Fact(rng.choice(DIRECTIONS), (3, rng.randrange(3)))
            for _ in groups[3:]]
    return [Fact("between", (0, 1, 2)), *more]


def _places(rng, groups):
    if len(groups) > 2 or rng.random() < .3:
        return [Fact("place", (i,), _corner_or_side(rng))
                for i in range(len(groups))]
    pairs = (("left", "right"), ("top", "bottom"), ("right", "left"),
             ("bottom", "top"), ("top left", "bottom right"),
             ("top right", "bottom left"), ("left", "center"),
             ("center", "right"), ("top", "center"), ("center", "bottom"))
    return [Fact("place", (i,), where)
            for i, where in enumerate(rng.choice(pairs))]


class Calm:
    """In place of a random.Random: what layout.tidy() makes of it is the one
    layout that a prompt foretells best."""

    @staticmethod
    def random():
        return 0.

    @staticmethod
    def uniform(low, high):
        return (low + high) / 2

    @staticmethod
    def choice(values):
        return values[0]


def sample(rng, shares=OF_WORDS, calm=0.):
    """A composition; calm: how often its layout has nothing of chance."""
    while True:
        composed = _try_to_compose(rng, shares, calm)
        if composed:
            return composed


def _try_to_compose(rng, shares, calm):
    kind = rng.choices(KINDS, shares)[0]
    count = {"none": rng.choices((1, 2, 3, 4, 5, 6),
                                 (.3, .28, .2, .12, .06, .04))[0],
             "one": rng.choices((2, 3, 4), (.66, .26, .08))[0],
             "chain": rng.choice((3, 3, 4)),
             "all": rng.choice((2, 3, 3, 4)),
             "between": rng.choice((3, 3, 4)), "pair": 2, "around": 2,
             "places": rng.choice((2, 2, 3)), "row": rng.choice((3, 3, 4)),
             "tree": rng.choice((2, 3, 3, 4)), "sizes": 2}[kind]
    numbers = _numbers(rng, count)
    if kind == "between":
        numbers = [rng.choice((1, 1, 1, 2)), 1, 1, 1][:count]
    elif kind == "pair":
        numbers = [1, 2]
    elif kind == "around":
        numbers = [rng.randint(3, 5), 1]
    elif kind == "row":
        numbers = [1] * count
    elif kind in ("chain", "all", "tree"):
        numbers = [min(n, 2) for n in numbers]
    if sum(numbers) > MAX_THINGS:
        return None
    groups = sample_groups(rng, numbers, rng.random() < .2)
    if kind == "sizes":
        sizes = rng.sample(("small", "large"), 2)
        groups = [Group(g.kind, g.color, g.number, size)
                  for g, size in zip(groups, sizes)]
    facts = {"none": _no_facts, "one": _one_relation, "chain": _chain,
             "all": _all_of_one, "places": _places, "row": _row,
             "tree": _tree, "between": _between,
             "sizes": lambda *_: ([] if rng.random() < .5 else
                                  _one_relation(rng, groups)),
             "pair": lambda *_: [Fact("between", (0, 1))],
             "around": lambda *_: [Fact("around", (0, 1))]}[kind](rng, groups)
    background = "transparent"
    if rng.random() < .4:
        background = rng.choice([b for b in world.BACKGROUNDS if all(
            g.color != b for g in groups)])
    placed = place_all(rng, groups, facts, calm and rng.random() < calm)
    if not placed:
        return None
    things = [Thing(g.kind, g.color, x, y, r, rng.uniform(-.1, .1))
              for g, circles in zip(groups, placed) for x, y, r in circles]
    return Composition(Scene(background, world.reading_order(things)),
                       tuple(groups), tuple(facts))


def doubled(composition, rng):
    """The composition with another kind for one group: that of one before it
    ("a key, a red cup and a blue one"), or of both that differ in size."""
    groups, scene = composition.groups, composition.scene
    sizes = {g.size for g in groups} == {"small", "large"} \
        and len(groups) == 2
    if len(groups) < 2 or len({g.kind for g in groups}) < len(groups) or (
            composition.facts and len(groups) < 3 and not sizes):
        return composition
    i = rng.randrange(1, len(groups))
    old = groups[i]
    new = Group(groups[i - 1].kind, old.color, old.number, old.size)
    if old.color == groups[i - 1].color:
        return composition
    things = tuple(
        dataclasses.replace(o, kind=new.kind)
        if (o.kind, o.color) == (old.kind, old.color) else o
        for o in scene.things)
    return Composition(Scene(scene.background, things),
                       (*groups[:i], new, *groups[i + 1:]),
                       composition.facts)


def _radius(rng, group, count):
    if group.size == "small":
        low, high = SMALL.get(count, SMALL_OF_MANY)
    elif group.size == "large":
        low, high = LARGE.get(count, LARGE_OF_MANY)
    else:
        low, high = RADII[count]
    return rng.uniform(low, high)


def in_order(composition, order):
    """Its scene with the things in the order in which a prompt names their
    groups; those of one group in reading order."""
    rank = {(composition.groups[number].kind,
             composition.groups[number].color): i
            for i, number in enumerate(order)}
    scene = composition.scene
    return Scene(scene.background, tuple(sorted(
        scene.things, key=lambda o: rank[o.kind, o.color])))


def place_all(rng, groups, facts, calm=False):
    """Circles for each group, for which all facts hold, or None: tidy ones
    where something is said about places (layout.py), any ones where not."""
    for attempt in range(TIDY_ATTEMPTS if facts else 0):
        out = layout.tidy(Calm if calm and not attempt else rng, groups,
                          facts)
        if out and all(holds(f, out) for f in facts):
            return out
    return strewn(rng, groups, facts)


def strewn(rng, groups, facts):
    """Circles for which all facts hold; None if chance did not find any.
    Facts are looked at as soon as their groups are there."""
    count = sum(g.number for g in groups)
    for _ in range(ATTEMPTS):
        out, circles = [], []
        for number, group in enumerate(groups):
            ready = [f for f in facts if max(f.groups) == number]
            for _ in range(25):
                mine = _strew(rng, group, count, circles)
                if mine and all(holds(f, out + [mine]) for f in ready):
                    break
            else:
                break
            out.append(mine)
            circles += mine
        else:
            return out
    return None


def _strew(rng, group, count, others):
    """Circles that touch neither each other nor others, or None."""
    mine = []
    even = _radius(rng, group, count)
    for _ in range(group.number):
        r = even * rng.uniform(.9, 1.1) if group.size else _radius(
            rng, group, count)
        for _ in range(12):
            x, y = (rng.uniform(r + .02, .98 - r) for _ in "xy")
            if all(math.hypot(x - a, y - b) > (r + q) * 1.08 + .015
                   for a, b, q in others + mine):
                mine.append((x, y, r))
                break
        else:
            return None
    return mine


def composition_of(index):
    """Composition number `index` of those that are drawn for training: always
    the same, and none with a combination that is held out."""
    rng = random.Random(index * 8 + 5)
    while True:
        composition = sample(rng, OF_PICTURES)
        if not world.is_held_out(composition.scene):
            return composition


def picture_of(index):
    """Its scene, and its picture of 256 × 256."""
    scene = composition_of(index).scene
    return scene, world.render(scene, rng=random.Random(index))
