# SPDX-License-Identifier: GPL-3.0-or-later
"""Tidy places for groups and their facts, as somebody would set them down who
was told no more than these: what is above something stands straight above it,
and three in a row are evenly apart.

From circles that are strewn until all facts hold (groups.strewn) there is
little to learn: most of the error is chance, and many of such layouts hold a
fact only just.
"""
import math

from captions import GRID, SIZE_BASE, SIZE_STEP

STEPS = dict(left=(-1, 0), right=(1, 0), above=(0, -1), below=(0, 1))
SIZES = {"": 1., "small": .62, "large": 1.45}
# Between the middles of two neighbours, at most: in the direction of the
# facts, and across it.
ALONG, ACROSS = .45, .30
LEAST, MOST = .102, .3      # radius
FILLED = .43                # of the room that a thing has
TREMBLE = .04               # of the room
MOVED = .06                 # all together
THIRDS = dict(left=(.2, None), right=(.8, None), top=(None, .2),
              bottom=(None, .8), center=(.5, .5))
CORNERS = ("top left", "top right", "bottom left", "bottom right")


def _block(number, wide, weight=1.):
    """(offsets of the things of a group, width, height), in units: a row, a
    column, or two rows (always of more than four; of four when `wide` is
    None)."""
    rows = [number]
    if number > 4 or (number > 2 and wide is None):
        rows = [(number + 1) // 2, number // 2]
    spots = [(i - (n - 1) / 2, j - (len(rows) - 1) / 2)
             for j, n in enumerate(rows) for i in range(n)]
    width, height = max(rows), len(rows)
    if wide is False:
        spots = [(y, x) for x, y in spots]
        width, height = height, width
    return ([(x * weight, y * weight) for x, y in spots], width * weight,
            height * weight)


def _steps(rng, facts):
    """(a, b) -> where a is, seen from b."""
    steps = {}
    for fact in facts:
        if fact.name == "between":
            step = (1, 0) if rng.random() < .8 else (0, 1)
            inner, first, last = fact.groups
            steps[inner, first] = steps[last, inner] = step
        elif fact.name == "beside":
            steps[fact.groups] = rng.choice((STEPS["left"], STEPS["right"]))
        elif fact.name in STEPS:
            steps[fact.groups] = STEPS[fact.name]
    return steps


def _cells(count, steps):
    """(column, row) of each group on a grid: from the first that was named
    along the steps.  What no fact binds goes where room is."""
    cells = {}
    for root in range(count):
        if root in cells:
            continue
        right = max((x for x, _ in cells.values()), default=-1) + 1
        below = max((y for _, y in cells.values()), default=-1) + 1
        cells[root] = (right, 0) if right <= below else (0, below)
        grown = True
        while grown:
            grown = False
            for (a, b), (dx, dy) in steps.items():
                if b in cells and a not in cells:
                    cells[a] = cells[b][0] + dx, cells[b][1] + dy
                    grown = True
                elif a in cells and b not in cells:
                    cells[b] = cells[a][0] - dx, cells[a][1] - dy
                    grown = True
    return [cells[i] for i in range(count)]


def _spread(sizes, widest):
    """Middles of bands of these sizes (number -> size) in 0…1, and the size
    of a unit."""
    total = sum(sizes.values())
    unit = min(1 / total, widest)
    middles, at = {}, .5 - unit * total / 2
    for number in sorted(sizes):
        middles[number] = at + unit * sizes[number] / 2
        at += unit * sizes[number]
    return middles, unit


def _on_grid(rng, groups, facts):
    steps = _steps(rng, facts)
    cells = _cells(len(groups), steps)
    ways = {}                   # of each group: is it seen from the sides?
    for pair, (dx, _) in steps.items():
        for i in pair:
            ways.setdefault(i, set()).add(dx != 0)
    blocks = []
    for i, group in enumerate(groups):
        sideways = rng.choice(sorted(ways.get(i, {False})))
        # What is between others stands in one row with them.
        inner = any(f.name == "between" and f.groups[0] == i for f in facts)
        blocks.append(_block(group.number, sideways if inner
                             else not sideways, SIZES[group.size]))
    shared = {}
    for i, cell in enumerate(cells):
        shared.setdefault(cell, []).append(i)
    # Those of one cell stand across the direction of the facts.
    stacked = all(dx for dx, _ in steps.values())
    columns, rows = {}, {}
    for (x, y), some in shared.items():
        widths = [blocks[i][1] for i in some]
        heights = [blocks[i][2] for i in some]
        width = max(widths) if stacked else sum(widths)
        height = sum(heights) if stacked else max(heights)
        columns[x] = max(columns.get(x, 0), width)
        rows[y] = max(rows.get(y, 0), height)
    crowded = len(shared) < len(groups)
    x_of, x_unit = _spread(columns, ACROSS if crowded and not stacked
                           else ALONG)
    y_of, y_unit = _spread(rows, ACROSS if crowded and stacked else ALONG)
    unit = min(x_unit, y_unit)
    out = [None] * len(groups)
    for (x, y), some in shared.items():
        along = 2 if stacked else 1
        at = -sum(blocks[i][along] for i in some) / 2
        for i in some:
            spots, size = blocks[i][0], blocks[i][along]
            ox, oy = ((0, at + size / 2) if stacked else (at + size / 2, 0))
            at += size
            radius = _radius(rng, groups[i], unit)
            out[i] = [(x_of[x] + (ox + a) * x_unit,
                       y_of[y] + (oy + b) * y_unit, radius)
                      for a, b in spots]
    for fact in facts:
        if fact.name == "place":
            out = _brought(out, fact.groups[0], _where(rng, fact.where))
    return out, unit


def _radius(rng, group, unit):
    return min(MOST, max(LEAST, FILLED * unit * SIZES[group.size]
                         * rng.uniform(.92, 1.02)))


def _where(rng, words):
    """(x, y) of the middle of a place; None where it says nothing."""
    x = y = None
    for word in (rng.choice(CORNERS) if words == "corner" else words).split():
        a, b = THIRDS[word]
        x, y = (a if x is None else x), (b if y is None else y)
    return x, y


def _brought(out, number, target):
    """The layout with one group brought to a place: what is on either side of
    it is drawn together as far as it must be."""
    for axis, wanted in enumerate(target):
        if wanted is None:
            continue
        values = [c[axis] for group in out for c in group]
        edge = max(c[2] for group in out for c in group) + .03
        mine = [c[axis] for c in out[number]]
        now = sum(mine) / len(mine)
        before = min(1, (wanted - edge) / max(now - min(values), 1e-6))
        after = min(1, (1 - edge - wanted) / max(max(values) - now, 1e-6))

        def moved(v):
            return wanted + (v - now) * (before if v < now else after)
        out = [[(*c[:axis], moved(c[axis]), *c[axis + 1:]) for c in group]
               for group in out]
    return out


def _pair(rng, groups):
    """The first group between the two things of the second."""
    wide = rng.random() < .95
    inner = _block(groups[0].number, not wide)[0]
    unit = .32 if groups[0].number == 1 else .26
    ends = [(-1.1, 0), (1.1, 0)] if wide else [(0, -1.1), (0, 1.1)]
    return [[(.5 + a * unit, .5 + b * unit, _radius(rng, group, unit))
             for a, b in spots]
            for group, spots in zip(groups, (inner, ends))], unit


def _around(rng, groups):
    """The first group in a circle around the second."""
    outer, inner = groups
    turn = math.pi / 4 if outer.number == 4 and rng.random() < .5 \
        else -math.pi / 2
    turn += rng.uniform(-.1, .1)
    far = rng.uniform(.33, .36)
    small = LEAST if outer.size == "small" else rng.uniform(.104, .13)
    large = {"small": .11, "": .15, "large": .18}[inner.size] \
        * rng.uniform(.93, 1.05)
    angles = [turn + i * math.tau / outer.number for i in range(outer.number)]
    return [[(.5 + far * math.cos(a), .5 + far * math.sin(a), small)
             for a in angles],
            [(.5 + a * 2.3 * large, .5 + b * 2.3 * large, large)
             for a, b in _block(inner.number, True)[0]]], .25


def _at_places(rng, groups, facts):
    """Groups that have places of their own; the others where room is."""
    wanted = {f.groups[0]: f.where for f in facts}
    taken, out = set(), [None] * len(groups)
    unit = .24 if any(g.number > 1 for g in groups) else rng.choice(
        (.30, .37)) if len(groups) < 3 else .30
    # What leaves no choice comes first.
    for i in sorted(range(len(groups)), key=lambda i: (
            i not in wanted, " " not in wanted.get(i, ""))):
        x, y = _where(rng, wanted.get(i, ""))
        free = [(a, b) for b in ((y,) if y else (.5, .2, .8))
                for a in ((x,) if x else (.5, .2, .8)) if (a, b) not in taken]
        if not free:
            return None
        a, b = free[0] if rng.random() < .7 else rng.choice(free)
        group = groups[i]
        both = x is not None and y is not None
        wide = x is None
        spots = _block(group.number, None if both else wide)[0]
        room = unit
        taken.add((a, b))
        if both and group.number > 1:
            room = .22
            a, b = .5 + .9 * (a - .5), .5 + .9 * (b - .5)
        elif group.number > 1:
            taken |= {(v, b) if wide else (a, v) for v in (.2, .5, .8)}
        radius = _radius(rng, group, room)
        if group.number > 1:
            radius = min(radius, max(LEAST, .44 * room))
        elif group.size == "large" and len(groups) == 1:
            radius = rng.uniform(.235, .27)
            a, b = .5 + .67 * (a - .5), .5 + .67 * (b - .5)
        out[i] = [(a + p * room, b + q * room, radius) for p, q in spots]
    return out, .3


def _trembling(rng, out, unit):
    """All together moved a little, and each by less; None if that is too
    near to the edge."""
    circles = [circle for group in out for circle in group]
    shifts = []
    for axis in (0, 1):
        low = max(.02 - c[axis] + c[2] for c in circles)
        high = min(.98 - c[axis] - c[2] for c in circles)
        if low > .03 or high < -.03:
            return None
        shifts.append(rng.uniform(max(low, -MOVED), min(high, MOVED))
                      if low < 0 < high else 0.)

    def near(value, radius):
        """In the middle of a step of the plan, so that nothing of what holds
        is lost in it."""
        value += rng.uniform(-TREMBLE, TREMBLE) * unit
        value = min(.98 - radius, max(.02 + radius, value))
        return (round(value * GRID - .5) + .5
                + rng.uniform(-.2, .2)) / GRID
    return [[(near(x + shifts[0], r), near(y + shifts[1], r), r)
             for x, y, r in group] for group in out]


def planned(circle):
    """A circle as a plan has it."""
    x, y, radius = circle
    step = min(7, int((radius - SIZE_BASE) / SIZE_STEP))
    return ((int(x * GRID) + .5) / GRID, (int(y * GRID) + .5) / GRID,
            SIZE_BASE + SIZE_STEP * (step + .5))


def _apart(circles, room):
    return all(math.hypot(x - a, y - b) > (r + q) * room
               for i, (x, y, r) in enumerate(circles)
               for a, b, q in circles[:i])


def _fits(groups, out):
    """Whether nothing touches, as it is and as it is planned, and what is
    large is larger than what is small."""
    circles = [circle for some in out for circle in some]
    sizes = {size: [planned(some[0])[2] for group, some in zip(groups, out)
                    if group.size == size] for size in SIZES}
    return (_apart(circles, 1.03)
            and _apart([planned(circle) for circle in circles], .88)
            and max(sizes["small"], default=0) < min(sizes["large"],
                                                     default=1))


def tidy(rng, groups, facts):
    """Circles of each group, or None where there is no tidy way; the caller
    has to look whether all facts hold."""
    names = {f.name for f in facts}
    if names == {"around"}:
        made = _around(rng, groups)
    elif names == {"between"} and len(facts[0].groups) == 2:
        made = _pair(rng, groups)
    elif names == {"place"}:
        made = _at_places(rng, groups, facts)
    else:
        made = _on_grid(rng, groups, facts)
    out = _trembling(rng, *made) if made else None
    return out if out and _fits(groups, out) else None
