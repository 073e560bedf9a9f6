# SPDX-License-Identifier: GPL-3.0-or-later
"""The world that nano knows: sticker-like scenes, drawn by cairo.

A scene is one to four recolourable objects of 24 classes in 10 colours on a
plain or a transparent background.  Scene number i of a split is always the
same scene, so data are never stored: whoever needs a picture draws it.
Words about scenes are in captions.py.

Longer than 500 lines, as it has the shape of each thing that can be drawn.
"""
import math
import random
from dataclasses import dataclass

import cairo
import numpy as np
from PIL import Image

CLASSES = ("circle square triangle star heart ring moon tree house flower "
           "fish boat car cup apple mushroom umbrella key leaf drop arrow "
           "cloud sun ghost").split()
COLORS = {"red": (220, 40, 40), "orange": (245, 140, 30),
          "yellow": (250, 220, 50), "green": (50, 170, 70),
          "blue": (50, 90, 220), "purple": (140, 60, 190),
          "pink": (250, 140, 190), "brown": (130, 80, 45),
          "black": (25, 25, 30), "white": (250, 250, 250)}
BACKGROUNDS = dict(COLORS, gray=(150, 150, 155))    # besides "transparent"
COLOR_NAMES = list(COLORS)
PICTURE_SIZE = 256
ENCODER_SIZE = 128
MAX_OBJECTS = 4


@dataclass(frozen=True)
class Thing:
    """One object; x, y and radius are fractions of the picture's side."""
    kind: str
    color: str
    x: float
    y: float
    radius: float
    angle: float


@dataclass(frozen=True)
class Scene:
    background: str             # "transparent" or a name of BACKGROUNDS
    things: tuple               # in reading order

    def counted(self):
        """Whether this is 'three red stars': several, and all alike."""
        t = self.things
        return len(t) > 1 and all((o.kind, o.color) == (t[0].kind, t[0].color)
                                  for o in t)


# ---------------------------------------------------------------------------
# Combinations that no training picture shows.

def _held_out():
    rng = random.Random(7)
    colored = {(rng.choice(COLOR_NAMES), kind) for kind in CLASSES}
    pairs = [frozenset((a, b)) for i, a in enumerate(CLASSES)
             for b in CLASSES[:i]]
    counts = {(kind, rng.choice((2, 3, 4))) for kind in rng.sample(CLASSES, 14)}
    return colored, set(rng.sample(pairs, 36)), counts


HELD_OUT_COLORED, HELD_OUT_PAIRS, HELD_OUT_COUNTS = _held_out()


def is_held_out(scene):
    things = scene.things
    return (any((o.color, o.kind) in HELD_OUT_COLORED for o in things)
            or any(frozenset((a.kind, b.kind)) in HELD_OUT_PAIRS
                   for i, a in enumerate(things) for b in things[:i])
            or (scene.counted()
                and (things[0].kind, len(things)) in HELD_OUT_COUNTS))


# ---------------------------------------------------------------------------
# Sampling.

RADII = {1: (.17, .38), 2: (.14, .24), 3: (.13, .20), 4: (.12, .185)}


def _places(count, rng):
    """Circles (x, y, radius) that do not touch."""
    while True:
        out = []
        for _ in range(30 * count):
            r = rng.uniform(*RADII[count])
            x, y = (rng.uniform(r + .02, .98 - r) for _ in "xy")
            if all(math.hypot(x - a, y - b) > (r + q) * 1.12 + .02
                   for a, b, q in out):
                out.append((x, y, r))
                if len(out) == count:
                    return out


def reading_order(things):
    """By thirds of the height, then from left to right."""
    return tuple(sorted(things, key=lambda o: (int(o.y * 3), o.x)))


def sample_scene(rng, held_out=False):
    """A scene with (True), without (False) or regardless of (None) a
    combination that is held out."""
    while True:
        count = rng.choices((1, 2, 3, 4), (.28, .36, .20, .16))[0]
        if count > 1 and rng.random() < .35:
            what = [(rng.choice(CLASSES), rng.choice(COLOR_NAMES))] * count
        else:
            what = [(kind, rng.choice(COLOR_NAMES))
                    for kind in rng.sample(CLASSES, count)]
        background = "transparent"
        if rng.random() < .5:
            background = rng.choice(list(BACKGROUNDS))
            if any(color == background for _, color in what):
                continue
        things = [Thing(kind, color, x, y, r, rng.uniform(-.1, .1))
                  for (kind, color), (x, y, r)
                  in zip(what, _places(count, rng))]
        scene = Scene(background, reading_order(things))
        if held_out is None or is_held_out(scene) == held_out:
            return scene


SPLITS = {"train": (0, False), "seen": (1, False), "unseen": (2, True),
          "any": (3, None)}


def scene_of(split, index):
    """Scene `index` of a split: "train"; "seen" (held-out scenes of seen
    combinations); "unseen" (unseen ones); "any" (never drawn in training,
    its words only)."""
    number, held_out = SPLITS[split]
    return sample_scene(random.Random(index * 8 + number), held_out)


# ---------------------------------------------------------------------------
# Drawing.  Every class is drawn in the box -1…1, y down: the silhouette in
# the main colour, details inside it in a shade of it.

def _polygon(c, *points):
    c.move_to(*points[0])
    for point in points[1:]:
        c.line_to(*point)
    c.close_path()


def _disc(c, x, y, radius):
    c.new_sub_path()
    c.arc(x, y, radius, 0, 2 * math.pi)
    c.close_path()


def _ellipse(c, x, y, a, b):
    c.save()
    c.translate(x, y)
    c.scale(a, b)
    _disc(c, 0, 0, 1)
    c.restore()


def _rays(c, n, outer, inner):
    _polygon(c, *[((inner if i % 2 else outer) * math.cos(a),
                   (inner if i % 2 else outer) * math.sin(a))
                  for i in range(2 * n)
                  for a in [i * math.pi / n - math.pi / 2]])


class _Brush:
    """A cairo context with the two colours of an object."""

    def __init__(self, context, main, shade):
        self.c, self.main_color, self.shade_color = context, main, shade

    def main(self):
        self.c.set_source_rgb(*self.main_color)
        self.c.fill()

    def shade(self):
        self.c.set_source_rgb(*self.shade_color)
        self.c.fill()

    def hole(self):
        """Fill with the main colour by the even-odd rule."""
        self.c.set_fill_rule(cairo.FILL_RULE_EVEN_ODD)
        self.main()
        self.c.set_fill_rule(cairo.FILL_RULE_WINDING)


def draw_circle(b):
    _disc(b.c, 0, 0, .95)
    b.main()


def draw_square(b):
    b.c.rectangle(-.85, -.85, 1.7, 1.7)
    b.main()


def draw_triangle(b):
    _polygon(b.c, (0, -.95), (1, .8), (-1, .8))
    b.main()


def draw_star(b):
    _rays(b.c, 5, 1, .42)
    b.main()


def draw_heart(b):
    b.c.move_to(0, .95)
    b.c.curve_to(-1.5, -.1, -.85, -1.35, 0, -.45)
    b.c.curve_to(.85, -1.35, 1.5, -.1, 0, .95)
    b.c.close_path()
    b.main()


def draw_ring(b):
    _disc(b.c, 0, 0, .95)
    _disc(b.c, 0, 0, .5)
    b.hole()


def draw_moon(b):
    tip, radius, inner = math.radians(55), .95, .82
    b.c.new_path()
    b.c.arc(-.1, 0, radius, tip, 2 * math.pi - tip)
    x, y = -.1 + radius * math.cos(tip), radius * math.sin(tip)
    center = x + math.sqrt(max(inner ** 2 - y ** 2, 0))
    back = math.atan2(-y, x - center)
    b.c.arc_negative(center, 0, inner, back, -back)
    b.c.close_path()
    b.main()


def draw_tree(b):
    b.c.rectangle(-.16, .5, .32, .48)
    b.shade()
    for top, width, height in ((-1, .5, .65), (-.55, .7, .7), (-.1, .9, .75)):
        _polygon(b.c, (0, top), (width, top + height), (-width, top + height))
        b.main()


def draw_house(b):
    b.c.rectangle(-.72, -.15, 1.44, 1.1)
    b.main()
    _polygon(b.c, (-1, -.12), (0, -.95), (1, -.12))
    b.main()
    b.c.rectangle(-.18, .35, .36, .6)
    b.shade()


def draw_flower(b):
    for i in range(6):
        a = i * math.pi / 3
        _disc(b.c, .58 * math.cos(a), .58 * math.sin(a), .37)
    b.main()
    _disc(b.c, 0, 0, .28)
    b.shade()


def draw_fish(b):
    _ellipse(b.c, -.2, 0, .75, .5)
    b.main()
    _polygon(b.c, (.35, 0), (1, -.52), (1, .52))
    b.main()
    _disc(b.c, -.55, -.12, .1)
    b.shade()


def draw_boat(b):
    b.c.rectangle(-.06, -.95, .12, 1.3)
    b.shade()
    _polygon(b.c, (.02, -.9), (.75, .15), (.02, .15))
    b.main()
    _polygon(b.c, (-1, .3), (1, .3), (.62, .9), (-.62, .9))
    b.main()


def draw_car(b):
    _polygon(b.c, (-.55, -.5), (.35, -.5), (.62, 0), (-.75, 0))
    b.main()
    b.c.rectangle(-1, -.08, 2, .5)
    b.main()
    _disc(b.c, -.52, .42, .25)
    _disc(b.c, .52, .42, .25)
    b.shade()
    _polygon(b.c, (-.42, -.38), (.24, -.38), (.4, -.06), (-.52, -.06))
    b.shade()


def draw_cup(b):
    b.c.set_line_width(.17)
    b.c.set_source_rgb(*b.main_color)
    b.c.new_path()
    b.c.arc(.5, -.05, .36, -math.pi / 2, math.pi / 2)
    b.c.stroke()
    _polygon(b.c, (-.85, -.75), (.55, -.75), (.4, .8), (-.7, .8))
    b.main()
    b.c.rectangle(-.83, -.62, 1.36, .13)
    b.shade()


def draw_apple(b):
    b.c.move_to(0, -.45)
    b.c.curve_to(.6, -.95, 1.3, -.2, .7, .6)
    b.c.curve_to(.45, 1.0, .2, .95, 0, .85)
    b.c.curve_to(-.2, .95, -.45, 1.0, -.7, .6)
    b.c.curve_to(-1.3, -.2, -.6, -.95, 0, -.45)
    b.c.close_path()
    b.main()
    _polygon(b.c, (-.06, -.4), (.06, -.4), (.1, -.98), (-.02, -.98))
    b.shade()
    b.c.save()
    b.c.translate(.32, -.82)
    b.c.rotate(-.45)
    _ellipse(b.c, 0, 0, .3, .14)
    b.c.restore()
    b.shade()


def draw_mushroom(b):
    b.c.rectangle(-.27, 0, .54, .92)
    b.shade()
    b.c.save()
    b.c.translate(0, .12)
    b.c.scale(1, 1.05)
    b.c.new_path()
    b.c.arc(0, 0, .97, math.pi, 2 * math.pi)
    b.c.close_path()
    b.c.restore()
    b.main()
    for x, y, r in ((-.45, -.25, .13), (.1, -.55, .14), (.5, -.15, .12)):
        _disc(b.c, x, y, r)
    b.shade()


def draw_umbrella(b):
    b.c.set_line_width(.13)
    b.c.set_source_rgb(*b.shade_color)
    b.c.move_to(0, -.6)
    b.c.line_to(0, .7)
    b.c.stroke()
    b.c.new_path()
    b.c.arc(.2, .72, .2, 0, math.pi)
    b.c.stroke()
    b.c.new_path()
    b.c.arc(0, 0, .98, math.pi, 2 * math.pi)
    for i in range(3):
        b.c.arc_negative(.653 - i * .653, 0, .327, 0, math.pi)
    b.c.close_path()
    b.main()


def draw_key(b):
    _disc(b.c, -.55, 0, .43)
    _disc(b.c, -.55, 0, .2)
    b.hole()
    b.c.rectangle(-.16, -.11, 1.14, .22)
    b.c.rectangle(.72, 0, .2, .42)
    b.c.rectangle(.36, 0, .2, .34)
    b.main()


def draw_leaf(b):
    b.c.save()
    b.c.rotate(-math.pi / 4)
    b.c.move_to(-.9, 0)
    b.c.curve_to(-.4, -.85, .5, -.7, 1.15, 0)
    b.c.curve_to(.5, .7, -.4, .85, -.9, 0)
    b.c.close_path()
    b.main()
    b.c.set_source_rgb(*b.shade_color)
    b.c.set_line_width(.1)
    b.c.move_to(-1.25, 0)
    b.c.line_to(.7, 0)
    b.c.stroke()
    b.c.restore()


def draw_drop(b):
    b.c.move_to(0, -1)
    b.c.curve_to(.25, -.5, .68, -.1, .68, .32)
    b.c.arc(0, .3, .68, 0, math.pi)
    b.c.curve_to(-.68, -.1, -.25, -.5, 0, -1)
    b.c.close_path()
    b.main()


def draw_arrow(b):
    _polygon(b.c, (-1, -.28), (.1, -.28), (.1, -.75), (1, 0), (.1, .75),
             (.1, .28), (-1, .28))
    b.main()


def draw_cloud(b):
    for x, y, r in ((-.55, .2, .42), (-.12, -.18, .5), (.4, -.02, .42),
                    (.65, .28, .34)):
        _disc(b.c, x, y, r)
    b.c.rectangle(-.55, .2, 1.2, .42)
    b.main()


def draw_sun(b):
    _rays(b.c, 10, 1, .66)
    b.main()
    _disc(b.c, 0, 0, .42)
    b.shade()


def draw_ghost(b):
    b.c.new_path()
    b.c.arc(0, -.25, .72, math.pi, 2 * math.pi)
    b.c.line_to(.72, .95)
    for i, x in enumerate((.48, .24, 0, -.24, -.48, -.72)):
        b.c.line_to(x, .95 if i % 2 else .7)
    b.c.close_path()
    b.main()
    _ellipse(b.c, -.26, -.3, .13, .19)
    _ellipse(b.c, .26, -.3, .13, .19)
    b.shade()


DRAW = {kind: globals()[f"draw_{kind}"] for kind in CLASSES}


def shade_of(rgb):
    """The colour of details: darker, or lighter where the object is dark."""
    light = .3 * rgb[0] + .59 * rgb[1] + .11 * rgb[2]
    if light <= .25:
        return tuple(.6 * v + .35 for v in rgb)
    return tuple((.78 if light > .9 else .62) * v for v in rgb)


def paints_of(scene):
    """RGB of the background (None: transparent) and of each object."""
    return (BACKGROUNDS.get(scene.background),
            [COLORS[o.color] for o in scene.things])


def render(scene, size=PICTURE_SIZE, rng=None, paints=None):
    """The picture: uint8 [size, size, 4], RGBA, premultiplied.  With `rng`
    every colour is off by up to 6 of 255; `paints` are other colours than
    the scene's own."""
    def color(rgb):
        if rng:
            rgb = [v + rng.uniform(-6, 6) for v in rgb]
        return tuple(min(1, max(0, v / 255)) for v in rgb)

    pixels = np.zeros((size, size, 4), np.uint8)
    surface = cairo.ImageSurface.create_for_data(
        pixels, cairo.FORMAT_ARGB32, size, size)
    c = cairo.Context(surface)
    c.scale(size, size)
    ground, mains = paints or paints_of(scene)
    if ground:
        c.set_source_rgb(*color(ground))
        c.paint()
    for o, rgb in zip(scene.things, mains):
        main = color(rgb)
        c.save()
        c.translate(o.x, o.y)
        c.rotate(o.angle)
        c.scale(o.radius, o.radius)
        DRAW[o.kind](_Brush(c, main, shade_of(main)))
        c.restore()
    surface.flush()
    return pixels[..., [2, 1, 0, 3]].copy()     # cairo's order is BGRA


def picture_of(split, index):
    """Scene and 256 × 256 picture number `index` of a split."""
    scene = scene_of(split, index)
    return scene, render(scene, rng=random.Random(index))


def for_encoder(pixels):
    """The picture as the encoders get it: bilinear with antialiasing.
    "CMYK" tells Pillow of four bands and no alpha, so that what is
    premultiplied is not multiplied again."""
    size = (ENCODER_SIZE, ENCODER_SIZE)
    image = Image.frombuffer("CMYK", pixels.shape[1::-1], pixels, "raw",
                             "CMYK", 0, 1)
    return np.asarray(image.resize(size, Image.BILINEAR))


def nearest_color(rgb):
    """The name of the palette's colour that is nearest."""
    return min(COLORS, key=lambda name: math.dist(rgb, COLORS[name]))


def strange_paints(scene, rng):
    """Any colours, as `render` takes them.  An augmentation: what an object
    is must not hang on the colours that it was seen in.  A colour whose
    nearest name is held out for a class is not given to it, so what no
    training picture shows stays unseen; and none is like the background."""
    def any_color(wanted):
        while True:
            rgb = tuple(rng.uniform(10, 250) for _ in range(3))
            if wanted(rgb):
                return rgb

    ground = None
    if scene.background != "transparent":
        ground = any_color(lambda rgb: True)
    return ground, [
        any_color(lambda rgb: (nearest_color(rgb), o.kind)
                  not in HELD_OUT_COLORED
                  and (not ground or math.dist(rgb, ground) > 70))
        for o in scene.things]


def recolored_picture(split, index, rng):
    """Scene and picture number `index` of a split, in strange colours."""
    scene = scene_of(split, index)
    return scene, render(scene, paints=strange_paints(scene, rng))


def over_checks(pixels, square=16):
    """RGB over a checkerboard, to look at."""
    y, x = np.mgrid[:pixels.shape[0], :pixels.shape[1]] // square
    checks = np.where((x + y) % 2, 225, 255)[..., None]
    rgb = pixels[..., :3] + checks * (1 - pixels[..., 3:] / 255)
    return rgb.clip(0, 255).astype(np.uint8)


def contact_sheet(pictures, columns, path):
    """Writes pictures side by side, over a checkerboard."""
    cells = [np.pad(over_checks(p), ((0, 4), (0, 4), (0, 0)),
                    constant_values=90) for p in pictures]
    cells += [np.zeros_like(cells[0])] * (-len(cells) % columns)
    rows = [np.concatenate(cells[i:i + columns], 1)
            for i in range(0, len(cells), columns)]
    Image.fromarray(np.concatenate(rows, 0)).save(path)
