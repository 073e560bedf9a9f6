# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a scene: prompts and captions by a small grammar,
questions with their answers, and the plan.

A prompt is what a user might type, so it varies and leaves things out; the
short and the long description are what nano writes, so they have one form.
Everything is lower case, without a full stop at the end: the engine adds it.
"""
import re
import string
from collections import Counter

from world import BACKGROUNDS, CLASSES, COLOR_NAMES, Scene, Thing

PLURALS = {kind: kind + "s" for kind in CLASSES} | dict(fish="fish",
                                                        leaf="leaves")
NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
SYNONYMS = dict(circle=("disc", "dot"), ring=("donut",), moon=("crescent",),
                tree=("fir",), house=("home",), flower=("blossom",),
                boat=("ship", "sailboat"), car=("automobile",),
                cup=("mug",), mushroom=("toadstool",), umbrella=("parasol",),
                drop=("raindrop",), ghost=("spook",), sun=("sunshine",))
COLOR_SYNONYMS = dict(purple=("violet",), gray=("grey",))
RELATIONS = {
    "to the left of": ("to the left of", "left of", "on the left of"),
    "to the right of": ("to the right of", "right of", "on the right of"),
    "above": ("above", "over"),
    "below": ("below", "under", "beneath")}
OPPOSITE = {"to the left of": "to the right of", "above": "below",
            "to the right of": "to the left of", "below": "above"}
OPENINGS = ("a picture of", "an image of", "a drawing of", "draw", "paint",
            "please draw", "show me", "i want", "a sticker of", "make",
            "an icon of", "generate")
GRID = 16                   # steps of x and y in a plan
SIZE_BASE, SIZE_STEP, SIZES = .1, .035, 8   # of s


def article(words):
    return ("an " if words[0] in "aeiou" else "a ") + words


def join(parts, link="and"):
    if len(parts) == 1:
        return parts[0]
    return ", ".join(parts[:-1]) + f" {link} " + parts[-1]


def relation(a, b):
    """Where a is, seen from b; None if that is not plain."""
    dx, dy = b.x - a.x, b.y - a.y
    if abs(dx) > abs(dy) * 1.3:
        return "to the left of" if dx > 0 else "to the right of"
    if abs(dy) > abs(dx) * 1.3:
        return "above" if dy > 0 else "below"
    return None


def place(o):
    row = ("top", "", "bottom")[min(2, int(o.y * 3))]
    column = ("left", "", "right")[min(2, int(o.x * 3))]
    if row and column:
        return f"in the {row} {column}"
    if row:
        return f"at the {row}"
    return f"on the {column}" if column else "in the center"


def size_word(o):
    return "small" if o.radius < .16 else "large" if o.radius > .25 else ""


def words_of(*words):
    return " ".join(word for word in words if word)


# ---------------------------------------------------------------------------
# What nano writes.

def background_phrase(scene):
    return f"on {article(scene.background)} background"


def alike(scene):
    """How many there are of each kind and colour, in reading order."""
    return Counter((o.kind, o.color) for o in scene.things)


def short_description(scene):
    """The alternative text."""
    things = scene.things
    nouns = [article(f"{color} {kind}") if number == 1 else
             f"{NUMBERS[number]} {color} {PLURALS[kind]}"
             for (kind, color), number in alike(scene).items()]
    how = relation(*things) if len(nouns) == len(things) == 2 else None
    text = f"{nouns[0]} {how} {nouns[1]}" if how else join(nouns)
    return f"{text} {background_phrase(scene)}"


def long_description(scene):
    nouns = [article(words_of(size_word(o), o.color, o.kind)) + " " + place(o)
             for o in scene.things]
    return (f"the image shows {join(nouns)}. "
            f"the background is {scene.background}")


def plan(scene):
    """The layout that is sampled before a picture is drawn: centres in
    sixteenths from the left and the top, sizes in steps."""
    def step(v):
        return min(GRID - 1, int(v * GRID))
    return "; ".join(
        [f"{scene.background} background"]
        + [f"{o.color} {o.kind} x{step(o.x)} y{step(o.y)} "
           f"s{min(SIZES - 1, int((o.radius - SIZE_BASE) / SIZE_STEP))}"
           for o in scene.things])


def read_plan(text):
    """The scene of a plan, or None if it is not well formed."""
    head, *parts = (part.strip() for part in text.split(";"))
    match = re.fullmatch(r"(\w+) background", head)
    if not match or match[1] not in (*BACKGROUNDS, "transparent"):
        return None
    things = []
    for part in parts:
        m = re.fullmatch(r"(\w+) (\w+) x(\d+) y(\d+) s(\d+)", part)
        if not m or m[1] not in COLOR_NAMES or m[2] not in CLASSES:
            return None
        things.append(Thing(m[2], m[1], (int(m[3]) + .5) / GRID,
                            (int(m[4]) + .5) / GRID,
                            SIZE_BASE + SIZE_STEP * (int(m[5]) + .5), 0.))
    return Scene(match[1], tuple(things))


# ---------------------------------------------------------------------------
# What a user types.

STRANGE = ("elephant robot wizard pizza castle dragon banana guitar window "
           "queen paper river mountain zebra train old happy shiny wooden "
           "tiny dancing angry beautiful dark bright vintage watercolor "
           "cartoon photo realistic 3d logo portrait landscape of the in at "
           "two red blue big my your very some").split()


def strange_word(rng):
    """A word that nano does not know."""
    if rng.random() < .6:
        return rng.choice(STRANGE)
    return "".join(rng.choices(string.ascii_lowercase,
                               k=rng.randint(2, 10)))


def _say(rng, word, table, chance=.12):
    if word in table and rng.random() < chance:
        return rng.choice(table[word])
    return word


class Prompt:
    """One prompt about a scene; which of the many is up to `rng`."""

    def __init__(self, scene, rng):
        self.scene, self.rng = scene, rng
        self.colored = rng.random() < .75
        self.sized = rng.random() < .15
        self.placed = rng.random() < .12
        self.order = scene.things               # as they are named

    def chance(self, p):
        return self.rng.random() < p

    def noun(self, o, number=1):
        color = _say(self.rng, o.color, COLOR_SYNONYMS) if self.colored else ""
        if number > 1:
            count = NUMBERS[number] if self.chance(.85) else str(number)
            return words_of(count, color, PLURALS[o.kind])
        kind = _say(self.rng, o.kind, SYNONYMS)
        size = size_word(o) if self.sized else ""
        if size == "large" and self.chance(.5):
            size = "big"
        if color and self.chance(.04):
            text = f"{article(words_of(size, kind))} that is {color}"
        else:
            text = words_of(size, color, kind)
            if self.chance(.88):
                text = ("one " + text if self.chance(.05) else article(text))
        return f"{text} {place(o)}" if self.placed else text

    def things(self):
        things = list(self.scene.things)
        if self.scene.counted():
            return self.noun(things[0], len(things))
        self.rng.shuffle(things)
        self.order = things
        nouns = [self.noun(o) for o in things]
        if len(things) == 2 and not self.placed and self.chance(.6):
            how = relation(*things)
            if how:
                how = self.rng.choice(RELATIONS[how])
                return f"{nouns[0]} {how} {nouns[1]}"
        link = self.rng.choices(("and", "with", "next to"), (.85, .1, .05))[0]
        return join(nouns, link)

    def background(self):
        scene, rng = self.scene, self.rng
        if scene.background == "transparent":
            if self.chance(.7):
                return ""
            return rng.choice(("on a transparent background",
                               "with a transparent background",
                               "with no background", "without background"))
        if self.chance(.1):
            return ""
        color = _say(rng, scene.background, COLOR_SYNONYMS)
        return rng.choice((f"on {article(color)} background",
                           f"on {article(color)} background",
                           f"with {article(color)} background",
                           f"on {color}", f"{color} background"))

    def text(self):
        things, background = self.things(), self.background()
        if background and self.chance(.1):
            return f"{background}, {things}"
        if self.chance(.15):
            things = f"{self.rng.choice(OPENINGS)} {things}"
        comma = "," if background.endswith("background") and self.chance(
            .1) else ""
        return words_of(things + comma, background)


def asked(scene, rng):
    """(the scene with its things in the order of the prompt, prompt), which
    is mostly short, sometimes a description, now and then with words that
    mean nothing here, or empty."""
    chance = rng.random()
    if chance < .04:
        return scene, ""
    if chance < .08:
        return scene, " ".join(strange_word(rng)
                               for _ in range(rng.randint(1, 3)))
    if chance < .14:
        return scene, long_description(scene)
    if chance < .20:
        return in_order(scene, scene.things), short_description(scene)
    form = Prompt(scene, rng)
    text = form.text()
    if chance < .25:
        words = text.split()
        words.insert(rng.randint(0, len(words)), strange_word(rng))
        text = " ".join(words)
    if chance > .97:
        text += "."
    return in_order(scene, form.order), text


def in_order(scene, things):
    """The scene, those of one kind and colour together, groups as `things`
    has them."""
    rank = {alike: i for i, alike in enumerate(
        dict.fromkeys((o.kind, o.color) for o in things))}
    return Scene(scene.background, tuple(sorted(
        things, key=lambda o: rank[o.kind, o.color])))


def prompt(scene, rng):
    """The text alone."""
    return asked(scene, rng)[1]


def kinds(scene, rng):
    """What is there, without any colour."""
    text = Prompt(scene, rng)
    text.colored = False
    return text.things()


def caption(scene, rng):
    """For the contrastive stage: kinds alone, a description, or the plan."""
    chance = rng.random()
    if chance < .25:
        return kinds(scene, rng)
    if chance < .35:
        return short_description(scene)
    return long_description(scene) if chance < .7 else plan(scene)


# ---------------------------------------------------------------------------
# Questions.

def _how_many(scene, rng):
    things = scene.things
    if rng.random() < .35:
        what = rng.choice(("objects", "things"))
        number = len(things)
    else:
        kind = (rng.choice(things).kind if rng.random() < .8
                else rng.choice(CLASSES))
        what, number = PLURALS[kind], sum(o.kind == kind for o in things)
    question = rng.choice((f"how many {what} are there",
                           f"how many {what} do you see"))
    return question, NUMBERS.get(number, "none")


def _number_of(scene, kind):
    return sum(o.kind == kind for o in scene.things)


def _colors_of(scene, kind):
    return {o.color for o in scene.things if o.kind == kind}


def _what_color(scene, rng):
    word = rng.choice(("color", "colour"))
    o = rng.choice(scene.things)
    if rng.random() < .3 or len(_colors_of(scene, o.kind)) > 1:
        return f"what {word} is the background", scene.background
    if _number_of(scene, o.kind) > 1:
        return f"what {word} are the {PLURALS[o.kind]}", o.color
    return f"what {word} is the {o.kind}", o.color


def _where(scene, rng):
    single = [o for o in scene.things if _number_of(scene, o.kind) == 1]
    if not single:
        return _how_many(scene, rng)
    o = rng.choice(single)
    others = [p for p in scene.things if p is not o and relation(p, o)]
    if len(scene.things) == 2 and others and rng.random() < .5:
        p = others[0]
        how = relation(p, o)
        return (f"what is {how} the {o.kind}",
                article(f"{p.color} {p.kind}"))
    return f"where is the {o.kind}", place(o)


def _is_there(scene, rng):
    o = rng.choice(scene.things)
    kind, color = o.kind, o.color
    if rng.random() < .5:
        if rng.random() < .5:
            color = rng.choice(COLOR_NAMES)
        else:
            kind = rng.choice(CLASSES)
    if rng.random() < .5:
        question = f"is there {article(f'{color} {kind}')}"
        yes = any((p.kind, p.color) == (kind, color) for p in scene.things)
    else:
        question = f"is there {article(kind)}"
        yes = any(p.kind == kind for p in scene.things)
    return question, "yes" if yes else "no"


def _what_is(scene, rng):
    """What is in the picture, or has that colour."""
    colors = [color for _, color in alike(scene)]
    single = [o for o in scene.things if colors.count(o.color) == 1
              and _number_of(scene, o.kind) == 1]
    if single and rng.random() < .7:
        o = rng.choice(single)
        return f"what is {o.color}", f"the {o.kind}"
    return rng.choice(("what is this", "what do you see")), \
        short_description(scene)


QUESTIONS = dict(how_many=_how_many, what_color=_what_color, where=_where,
                 is_there=_is_there, what_is=_what_is)


def question(scene, rng, kind=None):
    """(question, answer), sometimes with a question mark."""
    asked, answer = QUESTIONS[kind or rng.choice(list(QUESTIONS))](scene, rng)
    return asked + ("?" if rng.random() < .5 else ""), answer


def colorless_question(scene, rng):
    """A question about a scene in strange colours: neither it nor the answer
    may speak of them."""
    words = (*BACKGROUNDS, "color", "colour", "transparent")
    while True:
        asked, answer = question(scene, rng)
        if not any(word in f"{asked} {answer}" for word in words):
            return asked, answer


def everything(rng, scene):
    """One of each text about a scene, for the tokenizer and for tests."""
    asked, answer = question(scene, rng)
    return [prompt(scene, rng), short_description(scene),
            long_description(scene), plan(scene), asked, answer]
