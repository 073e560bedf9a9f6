# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as right: descriptions, answers, pictures."""
import re
from collections import Counter

import numpy as np
from PIL import Image

import captions
import world
from judge import SIDE, Found, relations
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
    return (true & drawn).sum() / max(1, (true | drawn).sum())


def silhouette_iou(judge, picture, verdict):
    """Overlap of the picture's alpha with the silhouettes of the things that
    the judge found, each stretched to its box: how clean the cut-out is."""
    size = len(picture)
    true = np.zeros((size, size), bool)
    for o in verdict.things:
        width, height = (max(1, round(v * size)) for v in (o.width, o.height))
        mask = judge.masks[o.template].reshape(SIDE, SIDE)
        mask = Image.fromarray((mask * 255).astype(np.uint8)).resize(
            (width, height), Image.BILINEAR)
        left, top = (round((c - v / 2) * size) for c, v in
                     ((o.x, o.width), (o.y, o.height)))
        part = true[max(0, top):top + height, max(0, left):left + width]
        part |= np.asarray(mask)[:part.shape[0], :part.shape[1]] > 127
    drawn = picture[..., 3] > 127
    return (true & drawn).sum() / max(1, (true | drawn).sum())


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
