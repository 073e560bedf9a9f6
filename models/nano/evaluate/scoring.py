# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as right: descriptions, answers, pictures."""
import functools
import re
from collections import Counter

import numpy as np
from PIL import Image

import captions
import world
from judge import Found, relations
from prompts import CATEGORIES

SINGULAR = {plural: kind for kind, plural in captions.PLURALS.items()}
SINGULAR |= {kind: kind for kind in world.CLASSES}
PLAIN = 1.8                 # times farther in one direction: plainly so


def read_description(text):
    """(Counter of (kind, colour), relation or None, background) of a short
    description, also as the engine writes it: as a sentence."""
    text = text.lower().removesuffix(".")
    body, _, background = text.rpartition(" on a")
    background = background.removeprefix("n").strip().split(" ")[0]
    how = next((r for r in captions.RELATIONS if f" {r} " in body), None)
    numbers = {word: n for n, word in captions.NUMBERS.items()}
    things, color, number, order = Counter(), None, 1, []
    for word in re.findall("[a-z]+", body):
        if word in numbers:
            number = numbers[word]
        elif word in world.COLOR_NAMES:
            color = word
        elif word in SINGULAR:
            things[SINGULAR[word], color] += number
            order.append((SINGULAR[word], color))
            number, color = 1, None
    return things, (how, order) if how else None, background


def description_is_right(text, scene):
    """Objects, colours, numbers, background, and the relation, if one is
    told, about the right subject.  A relation that is told must hold by
    GenEval's rule; where none is told of two things, none may be plain."""
    things, how, background = read_description(text)
    if (background != scene.background
            or things != Counter((o.kind, o.color) for o in scene.things)):
        return False
    if len(scene.things) != 2 or scene.counted():
        return how is None
    a, b = (Found(o.kind, o.color, o.x, o.y, 2 * o.radius, 2 * o.radius, 1)
            for o in scene.things)
    if how is None:
        dx, dy = abs(a.x - b.x), abs(a.y - b.y)
        return max(dx, dy) < PLAIN * min(dx, dy)
    told, order = how
    if order[0] != (a.kind, a.color):
        a, b = b, a
    return told in relations(a, b)


def answer_is_right(text, answer):
    return text.lower().removesuffix(".") == answer


def planned(plan):
    """What a picture drawn exactly after the plan would be found to have."""
    scene = captions.read_plan(plan)
    if not scene:
        return None
    return [Found(o.kind, o.color, o.x, o.y, 2 * o.radius, 2 * o.radius, 1)
            for o in scene.things]


def by_category(asked, right):
    out = {}
    for category in CATEGORIES:
        values = [ok for a, ok in zip(asked, right) if a.category == category]
        out[category] = round(float(np.mean(values)), 3)
    return out


def alpha_iou(picture, scene):
    """Overlap of the picture's alpha with that of the true scene."""
    true = world.render(scene)[..., 3] > 127
    drawn = picture[..., 3] > 127
    return _iou(true, drawn)


ANGLES = np.linspace(-.1, .1, 17)       # as far as things lean
REACH = 4                               # of a box, in pixels


@functools.cache
def _outline(kind, angle):
    """The coverage of a large thing, cut to its box."""
    thing = world.Thing(kind, "red", .5, .5, .4, angle)
    alpha = world.render(world.Scene("transparent", (thing,)))[..., 3]
    ys, xs = np.nonzero(alpha > 127)
    return Image.fromarray(alpha[ys.min():ys.max() + 1,
                                 xs.min():xs.max() + 1])


@functools.cache
def _silhouette(kind, angle, width, height):
    """Where it covers more than half of a pixel, so wide and high."""
    return np.asarray(_outline(kind, angle).resize(
        (width, height), Image.Resampling.BILINEAR)) > 127


def _iou(a, b):
    return (a & b).sum() / max(1, (a | b).sum())


def _placed(kind, fit, size):
    """A silhouette in a picture; fit: number of its angle, box."""
    angle, left, top, right, bottom = fit
    mask = _silhouette(kind, ANGLES[angle], max(1, right - left),
                       max(1, bottom - top))
    out = np.zeros((size + 2 * REACH,) * 2, bool)
    out[top + REACH:bottom + REACH, left + REACH:right + REACH] = mask
    return out[REACH:-REACH, REACH:-REACH]


def _moves():
    """What may be changed of a fit, one pixel or angle at a time: the angle,
    the place, one side of the box."""
    for step in (1, -1):
        yield np.array([step, 0, 0, 0, 0])
        yield np.array([0, step, 0, step, 0])
        yield np.array([0, 0, step, 0, step])
        for side in range(1, 5):
            yield step * (np.arange(5) == side)


def _fitted(drawn, kind, box):
    """The silhouette of a thing, leant and placed as fits best, its box not
    more than REACH pixels from the one that was found."""
    size = len(drawn)
    around = np.s_[max(0, box[1] - 2 * REACH):box[3] + 2 * REACH,
                   max(0, box[0] - 2 * REACH):box[2] + 2 * REACH]
    near = drawn[around]
    least = np.array([0, *np.subtract(box, REACH)])
    most = np.array([len(ANGLES) - 1, *np.add(box, REACH)])

    def overlap(fit):
        return _iou(_placed(kind, fit, size)[around], near)

    candidates = [np.array([angle, *box]) for angle in range(len(ANGLES))]
    best = -1.
    while True:
        candidate = max(candidates, key=overlap)
        if overlap(candidate) <= best:
            return _placed(kind, fit, size)
        fit, best = candidate, overlap(candidate)
        candidates = [near_by for near_by in (fit + move for move in _moves())
                      if (least <= near_by).all() and (near_by <= most).all()]


def silhouette_iou(picture, verdict):
    """Overlap of the picture's alpha with the silhouettes of the things that
    the judge found, each leant and placed as fits best: how far a thing leans
    is free, and one soft tip moves the box of the whole.  How clean the
    cut-out is; true renders get .982."""
    size = len(picture)
    drawn = picture[..., 3] > 127
    true = np.zeros((size, size), bool)
    for o in verdict.things:
        box = [round((middle + side * length / 2) * size) for side in (-1, 1)
               for middle, length in ((o.x, o.width), (o.y, o.height))]
        true |= _fitted(drawn, o.kind, box)
    return _iou(drawn, true)


def objects_right(verdicts, scenes):
    """Share of objects that are found at their place, with class and
    colour."""
    right = total = 0
    for verdict, scene in zip(verdicts, scenes):
        for o in scene.things:
            total += 1
            right += any((p.kind, p.color) == (o.kind, o.color)
                         and abs(p.x - o.x) < .1 and abs(p.y - o.y) < .1
                         for p in verdict.things)
    return right / total
