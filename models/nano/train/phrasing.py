# SPDX-License-Identifier: GPL-3.0-or-later
"""What people type into the window, about a composition of groups.py.

captions.py has the short prompts that nano began with; here are numbers
beside other things, chains of relations, comparisons, negations, questions
and commands, politeness, and things that nano does not know.  For what it
does not know the engine writes UNKNOWN in place of the user's word, so that is
all that is trained.

Longer than 500 lines, because a phrase is one object: each way of saying a thing
has to know what the others have said already.
"""
import random
import re

from captions import OPENINGS, article, plan, words_of
import groups as composing
import places
import wordings
from wordings import KINDS, MORE_PLURALS, SHADES, UNKNOWN
import world

# Private signs that stand behind the groups' names until the text is whole:
# they tell in which order these were named.
MARK = 0xE000
MARKS = re.compile("[\ue000-\ue00f]")
PLURAL = re.compile("(s|fungi)$")

WORDS = ("zero", "one", "two", "three", "four", "five", "six")
SMALL = ("small", "small", "small", "little", "little", "tiny", "tiny", "mini",
         "very small", "really small", "miniature", "teeny", "wee", "minute",
         "small sized", "tiny little")
LARGE = ("large", "large", "big", "big", "big", "huge", "giant", "very big",
         "really big", "enormous", "gigantic", "massive", "oversized", "great",
         "large sized", "very large")
SMALLER = ("smaller", "smaller", "smaller", "tinier", "more small")
LARGER = ("bigger", "larger", "bigger", "larger", "more big")
ABOVE = ("above", "above", "above", "over", "over", "over", "on", "on", "on",
         "on top of", "on top of", "behind", "behind",
         "higher than", "atop", "upon", "on the top of",
         "up above", "right above", "directly above", "at the back of")
BELOW = ("below", "below", "below", "under", "under", "under", "beneath",
         "underneath", "in front of", "in front of", "lower than",
         "down below", "right below", "directly below", "just under",
         "at the foot of", "right under", "before")
LEFT = ("to the left of", "to the left of", "left of",
        "left of", "on the left of", "on the left side of",
        "left from", "on the left hand side of", "left to", "just left of",
        "at the left of", "at the left side of", "on the left from")
RIGHT = ("to the right of", "to the right of", "right of",
         "right of", "on the right of",
         "on the right side of", "right from", "on the right hand side of",
         "right to", "just right of", "at the right of",
         "at the right side of", "on the right from")
BESIDE = ("beside", "beside", "next to", "next to", "next to", "near", "by",
          "close to", "alongside", "at",
          "at the side of", "right next to", "next", "right beside",
          "besides", "near to", "on the side of", "adjacent to")
PHRASES = dict(above=ABOVE, below=BELOW, left=LEFT, right=RIGHT,
               beside=BESIDE)
# Behind a thing that the relation is seen from: "a house with a sun above it".
AFTER = dict(above=("above {}", "over {}", "on top of {}", "on top",
                    "above"),
             below=("below {}", "under {}", "beneath {}", "underneath {}",
                    "underneath"),
             left=("on its left", "to the left of {}", "to its left",
                   "on the left", "left of {}", "on its left side"),
             right=("on its right", "to the right of {}", "to its right",
                    "on the right", "right of {}", "on its right side"),
             beside=("next to {}", "beside {}", "near {}", "beside",
                     "close to {}", "by its side", "at its side", "nearby",
                     "right next to {}", "alongside {}"))
for _name, _more in dict(
        above=("on it", "over its top", "up above {}", "right above {}",
               "directly above {}", "overhead"),
        below=("right below {}", "directly below {}", "in front of {}",
               "down below {}", "at its foot", "beneath", "under"),
        left=("at its left", "on the left of {}", "on the left side",
              "on the left side of {}", "at the left", "left"),
        right=("at its right", "on the right of {}", "on the right side",
               "on the right side of {}", "at the right", "right")).items():
    AFTER[_name] += _more
POSTURES = ("is", "sits", "stands", "lies", "floats", "sitting", "standing",
            "floating", "hanging", "lying", "flying", "placed", "hovering",
            "growing", "parked", "swimming", "shining", "resting", "hangs",
            "flies", "swims", "floats", "hovers", "standing right",
            "located", "positioned", "falling", "sailing", "sails", "seated",
            "are", "is placed", "which stands", "that sits", "something")
COMMANDS = OPENINGS + (
    "draw me", "please paint", "can you draw", "could you draw",
    "would you please draw", "can you make", "give me", "i would like",
    "i need", "i d like", "create", "make me", "could you make me",
    "let us draw", "now draw", "please make", "i want to see",
    "please give me", "there is", "there are", "put", "add", "hi draw",
    "hello can you paint", "hey make", "can i have", "a scene with",
    "a logo with", "an icon with", "a simple drawing of", "a photo of",
    "picture of", "image of", "drawing of", "here is", "how about",
    "try", "just", "simply", "just draw", "only", "the", "some",
    "let me have", "let me see", "get me", "gimme", "i wish for",
    "i d love", "i would love", "i want to have", "we need", "we want",
    "show", "display", "depict", "design", "sketch", "illustrate",
    "produce", "compose", "render", "do", "do me", "have", "place",
    "place", "insert", "picture with", "image with", "scene of",
    "an image showing", "a picture showing", "a picture that shows",
    "a picture with", "an image with", "an illustration of", "clipart of",
    "clip art of", "icon of", "icon", "logo", "sticker", "sticker of",
    "a card with", "there must be", "there should be", "there s", "it s",
    "this is", "one picture of", "make for me", "make picture of",
    "please make picture with", "draw please", "paint please", "paint me",
    "may i have", "could i have", "could we have", "can we have",
    "can you show me", "would you make", "will you draw", "kindly draw",
    "i need picture of", "i think of", "imagine", "suppose", "want",
    "need", "wanted", "please show", "please add", "please put",
    "please place", "please create", "thank you for drawing",
    "is it possible to have", "would it be possible to get",
    "i am looking for", "we are looking for", "what about", "new picture",
    "next", "now", "ok", "okay", "well", "hey", "hello", "hi", "dear")
CLOSINGS = ("please", "thanks", "thank you", "please thanks", "for me",
            "for my something", "in the picture", "as a sticker",
            "as an icon", "nothing else", "and nothing else",
            "that is all", "something style", "in something style",
            "with something", "very something", "so something",
            "and that is all", "that s it", "that is it", "only that",
            "only these", "in one picture", "in a picture", "if possible",
            "if you can", "would be great", "would be nice", "ok",
            "please and thank you", "many thanks", "for my card",
            "for us", "for him", "for her", "in this picture",
            "in the image", "as a logo", "as a picture", "in clip art style",
            "side view", "now", "today", "again", "for something",
            "thank you very much", "would you", "can you", "could you",
            "yes", "alone", "by itself", "but", "and", "but with")
SHAPED = ("circle", "square", "triangle", "star", "heart", "ring", "moon",
          "drop", "leaf", "arrow", "cloud")
CALM = .9                   # of the layouts of prompts without a picture
TALK = ("i am making for my the and we were that it is hi hello this so you "
        "know would be great to have can you think of with a "
        "need want like love please make put thing things card room little "
        "our her his they he she today if as was in on at").split()
# Words without a meaning of their own here that need no warning.
FILLERS = ("the a an of in at to for me my you your us it its is are be and "
           "with which that this these those all each both them they one "
           "very really just only also so like please thanks up down too "
           "as well together along there here by from into out off over "
           "again more most other another do does did "
           "has have had if or but then now his my her our "
           "would could should will can may must maybe perhaps x "
           "colour coloured colors colours colored shaped shape shapes "
           "piece pieces item items object objects thing times bit").split()


import habits                                              # noqa: E402
import telling                                             # noqa: E402


class Phrase:
    """One prompt about a composition; which of the many is up to `rng`."""

    def __init__(self, composition, rng):
        self.groups, self.facts = composition.groups, composition.facts
        self.background = composition.scene.background
        self.rng = rng
        self.colored = rng.random() < .85
        kinds = [g.kind for g in self.groups]
        self.plain = {number for number, kind in enumerate(kinds)
                      if kinds.count(kind) == 1 and rng.random() < .1}
        self.bare = rng.random() < .12          # "red star, blue moon"
        self.definite = rng.random() < .06      # "the red star"
        self.digits = rng.random() < .2
        self.foreign = rng.random() < .04       # "house red"
        self.said_later = {}                    # group -> colour
        self.said_of_all = ""                   # "both red"
        self.comparative = {}                   # group -> "bigger"
        self.names = {}                         # what each was called
        self.order = ()                         # in which they were named
        self.vague = set()                      # of these, "some"
        self.said_background = False

    def chance(self, p):
        return self.rng.random() < p

    def pick(self, *words):
        return self.rng.choice(words)

    # -----------------------------------------------------------------------
    # Groups.

    def has_color(self, number):
        """Whether the prompt says that of a group."""
        return self.colored and number not in self.plain

    def color_of(self, group):
        color = group.color
        if self.chance(.12):
            color = self.pick(*SHADES[color])
        if self.chance(.04):
            color = f"{UNKNOWN} {color}"        # dark, light, bright, shiny
        return color

    def name_of(self, group):
        name = group.kind
        if self.chance(.18):
            name = self.pick(*KINDS[group.kind])
        if group.number > 1:
            head, _, last = name.rpartition(" ")
            if self.chance(.03):                # "two tree", as some write
                pass
            elif last == "fish" and self.chance(.2):
                last = "fishes"
            else:
                last = MORE_PLURALS.get(last, last + "s")
            name = words_of(head, last)
        if group.kind in SHAPED and self.chance(.05):
            name = (f"{name} shape" if group.number == 1
                    else f"{group.kind} shapes")
        elif group.kind in ("cup", "drop") and self.chance(.03):
            name += f" of {UNKNOWN}"            # tea, water
        return name

    def number_of(self, number, group=None):
        if number == 2 and self.chance(.15):
            return self.pick(*wordings.PAIRS)
        if number in wordings.SETS and self.chance(
                .25 if number == 6 else .05):
            return self.pick(*wordings.SETS[number])
        if number > 2 and self.chance(.14):
            self.vague.add(group)
            return self.pick(*wordings.SOME, *wordings.MANY * (number > 3))
        if number == 3 and self.chance(.02):
            self.vague.add(group)
            return self.pick("three or four", "two or three")
        if number > 1 and self.chance(.06):     # "leaves around a tree"
            self.vague.add(group)
            return ""
        if self.chance(.05):
            return self.pick(f"{number} {UNKNOWN}", "exactly " + WORDS[number],
                             "exactly " + WORDS[number],
                             "just " + WORDS[number], "only " + WORDS[number],
                             f"{WORDS[number]} {UNKNOWN}")
        if self.chance(.02):
            return self.pick("a row of ", "a line of ") + WORDS[number]
        if self.digits:
            return f"{number} x" if self.chance(.15) else str(number)
        return WORDS[number]

    def size_of(self, group):
        if not group.size:
            return ""
        return self.pick(*(SMALL if group.size == "small" else LARGE))

    @staticmethod
    def marked(words, number):
        return words + chr(MARK + number)

    def noun(self, number):
        """The group of that number, with its article or number."""
        group = self.groups[number]
        color, name = "", self.name_of(group)
        size = self.comparative.get(number) or self.size_of(group)
        self.names[number] = name
        after = ""
        if self.has_color(number) and number not in self.said_later \
                and not self.said_of_all:
            color = self.color_of(group)
            if self.chance(.5 if self.foreign else .08):
                verb = "is" if group.number == 1 else "are"
                after = color if self.foreign and self.chance(.7) else \
                    self.pick(f"that {verb} {color}", f"in {color}",
                              f"which {verb} {color}", f"of {color} color",
                              f"of color {color}", f"with {color} color",
                              f"which has the color {color}",
                              f"of the color {color}", f"colored in {color}",
                              f"painted {color}", f"in {color} color",
                              f"colored {color}", color, f", {color}",
                              f", {color},", f", {color}", f"all {color}",
                              f", color {color}", f", which {verb} {color}")
                color = ""
            elif self.chance(.02):
                color += " colored"
        if self.chance(.03):
            size = words_of(size, UNKNOWN)
        sized_later = size and number not in self.comparative \
            and self.chance(.12)
        if sized_later:
            words = words_of(color, name)
        else:
            words = (words_of(color, size, name) if size and self.chance(.12)
                     else words_of(size, color, name))
        if group.number > 1 and self.chance(.05):
            # "stars, three of them", "stars 3".
            count = self.pick(str(group.number), WORDS[group.number],
                              WORDS[group.number], f"x {group.number}")
            words += self.pick(f", {count} of them", f" {count} of them",
                               f" {count}", f", {count}",
                               f", {self.pick(*wordings.EXACTLY)} {count}",
                               f" {UNKNOWN} {count}",
                               f", {count} pieces", f", make it {count}")
        elif group.number > 1:
            count = self.number_of(group.number, number)
            if not count and not PLURAL.search(name):
                count = WORDS[group.number]     # "fish" alone is one
            words = words_of(count, words)
        elif self.definite:
            words = "the " + words
        elif self.digits and self.chance(.6):
            words = "1 " + ("x " if self.chance(.15) else "") + words
        elif not self.bare and not self.chance(.03):
            words = self.pick(*[article(words)] * 11, "one " + words,
                              "one " + words, "a single " + words,
                              "just one " + words, "my " + words,
                              "exactly one " + words, "the " + words)
        after = after if after.startswith(",") else f" {after}" * bool(after)
        if sized_later:
            verb = "is" if group.number == 1 else "are"
            after += self.pick(f", {size}", f", but {size}", f" but {size}",
                               f" that {verb} {size}", f", {size} one",
                               f" in {size} size", f" {size}",
                               f", and it {verb} {size}", f", make it {size}")
        return self.marked(words + after, number)

    def nouns(self, numbers):
        """Several as a list."""
        return self.joined(telling.with_ones(self, list(numbers)))

    def joined(self, parts):
        if len(parts) == 1:
            return parts[0]
        comma = self.pick(", ", ", ", ", ", " and ", " ", "; ")
        last = self.pick(" and ", " and ", " and ", " and ", ", and ", ", ",
                         " with ", " plus ", " and also ", " as well as ",
                         " together with ", " along with ", ", then ",
                         " and then ", ". ", ", also ")
        if self.bare and self.chance(.4):
            comma = last = self.pick(" ", ", ")
        return comma.join(parts[:-1]) + last + parts[-1]

    def where(self, words):
        """The words for a place."""
        if self.bare and words not in ("corner", "center") \
                and self.chance(.5):
            return words
        return places.where(self, words)

    # -----------------------------------------------------------------------
    # Facts.

    def relation(self, name):
        words = self.pick(*PHRASES[name])
        if self.chance(.10):
            words = words_of(self.pick(*POSTURES), words)
        elif self.chance(.03):
            words = words_of(self.pick("that is", "which is"), words)
        return words

    def one_relation(self):
        """All first groups, seen from all second ones."""
        name = self.facts[0].name
        first = sorted({f.groups[0] for f in self.facts})
        second = sorted({f.groups[1] for f in self.facts})
        rest = [i for i in range(len(self.groups))
                if i not in first + second]
        a, b = self.nouns(first), self.nouns(second)
        if name == "beside" and self.chance(.2):
            text = f"{a} and {b} {self.pick('side by side', 'next to each other')}"
        elif self.chance(.12):
            text = f"{self.pick(*PHRASES[name])} {b}, {a}"
        elif self.chance(.1) and len(first) == len(second) == 1:
            return self.all_of_one(rest)
        else:
            text = f"{a} {self.relation(name)} {b}"
        return self.with_rest(text, rest)

    def with_rest(self, text, rest):
        if not rest:
            return text
        if self.chance(.3):
            return f"{self.nouns(rest)} and {text}"
        return text + self.pick(" and ", ", ", ", and ", " plus ") \
            + self.nouns(rest)

    def chain(self):
        text = self.noun(0)
        for fact in self.facts:
            link = self.relation(fact.name)
            if self.chance(.12):
                link = self.pick("which is ", "that is ", "and this is ") \
                    + self.pick(*PHRASES[fact.name])
            text = f"{text} {link} {self.noun(fact.groups[1])}"
        return self.with_rest(text, range(len(self.facts) + 1,
                                          len(self.groups)))

    def all_of_one(self, rest=()):
        """"A house with a sun above it and a tree on its left"; all facts
        are seen from one."""
        center = self.facts[0].groups[1]
        it = "it" if self.groups[center].number == 1 else "them"
        parts = []
        for fact in self.facts:
            after = self.pick(*AFTER[fact.name]).format(it)
            if it == "them":
                after = after.replace("its", "their")
            parts.append(f"{self.noun(fact.groups[0])} {after}")
        link = self.pick(" with ", " with ", ", ", " and ", " that has ")
        text = f"{self.noun(center)}{link}{self.joined(parts)}"
        return self.with_rest(text, rest)

    def between(self):
        ends = self.facts[0].groups[1:]
        inner = self.noun(0)
        word = self.pick("between", "between", "in between",
                         "in the middle between", "in the middle of")
        if self.chance(.1):
            word = words_of(self.pick(*POSTURES), word)
        if len(ends) == 2:
            outer = f"{self.noun(ends[0])} and {self.noun(ends[1])}"
            if self.chance(.15):
                link = self.pick(" with ", ", with ", ", and ", ", ")
                between = self.pick("between them", "in between",
                                    "in the middle", "between the two")
                return outer + link + self.pick(
                    f"{inner} {between}", f"{between} {inner}")
        else:
            outer = self.noun(ends[0])
            if self.chance(.2):
                return (f"{outer} with {inner} "
                        f"{self.pick('between them', 'in between', 'in the middle')}")
        if self.chance(.1):
            return f"{word} {outer}, {inner}"
        return f"{inner} {word} {outer}"

    def around(self):
        if self.chance(.45):
            inner = self.noun(1)
            outer = self.noun(0)
            if self.chance(.5):
                by = self.pick("surrounded by", "surrounded by",
                               "encircled by", "surrounded with",
                               "in the middle of", "ringed by",
                               "that is surrounded by", "in a circle of")
                return f"{inner} {by} {outer}"
            link = self.pick(" with ", " with ", ", ", " and ", ". ",
                             " and there are ")
            return f"{inner}{link}{outer} " + self.pick(
                "around it", "all around it", "around", "all around",
                "around it in a circle", "on all sides", "surrounding it")
        word = self.pick("around", "around", "around", "all around",
                         "surrounding", "in a circle around",
                         "in a ring around", "arranged around",
                         "that surround", "surround", "on all sides of",
                         "placed around", "are around")
        if self.chance(.1):
            inner = self.noun(1)
            return f"{self.pick('around', 'all around')} {inner}, " \
                + self.noun(0) if self.chance(.5) else \
                f"{self.pick('around', 'all around')} {inner} " \
                f"{self.pick('', 'there are ', 'are ')}{self.noun(0)}"
        outer = self.noun(0)
        return f"{outer} {word} {self.noun(1)}"

    def places(self):
        placed = {f.groups[0]: f.where for f in self.facts}
        parts = []
        for number in range(len(self.groups)):
            noun = self.noun(number)
            if number in placed:
                where = self.where(placed[number])
                if self.chance(.08) and " the " in f" {where}":
                    noun = f"{where.split(' ', 1)[1]} has {noun}"
                elif self.chance(.08):
                    verb = "is" if self.groups[number].number == 1 else "are"
                    noun = f"{where} {self.pick(verb, 'there ' + verb)} {noun}"
                else:
                    noun = (f"{where} {noun}" if self.chance(.25)
                            else f"{noun} {where}")
            parts.append(noun)
        return self.joined(parts)

    def compare(self):
        """The sizes of two groups by one word: "a star and a bigger moon"."""
        number = 0 if self.chance(.2) else 1
        words = SMALLER if self.groups[number].size == "small" else LARGER
        self.comparative = {number: self.pick("", "", "", "even ", "much ")
                            + self.pick(*words)}
        self.groups = tuple(composing.Group(g.kind, g.color, g.number)
                            for g in self.groups)

    def compared(self):
        """Two groups of which one is the larger, or None."""
        if len(self.groups) != 2 or self.comparative or \
                {g.size for g in self.groups} != {"small", "large"}:
            return None
        first, second = self.groups
        self.groups = tuple(composing.Group(g.kind, g.color, g.number)
                            for g in self.groups)
        words = SMALLER if first.size == "small" else LARGER
        other = LARGER if first.size == "small" else SMALLER
        word = self.pick(*words)
        if self.chance(.3):
            word = self.pick("much ", "much ", "a lot ", "a bit ", "far ",
                             "a little ", "clearly ") + word
        a, b = self.noun(0), self.noun(1)
        if self.chance(.4):
            return f"{a} {word} than {b}"
        verb = "is" if first.number == 1 else "are"
        if self.chance(.5):
            return f"{a} {self.pick('that', 'which')} {verb} {word} than {b}"
        if self.chance(.4):
            verb = self.pick(verb, verb, "should be", "must be", "has to be",
                             "be")
            return f"{a} {verb} {word} than {b}"
        if self.chance(.4):
            return f"{a} and {b}, {telling.the(self, 0)} " \
                f"{self.pick(verb, verb, '')} {word} than " \
                f"{telling.the(self, 1)}".replace("  ", " ")
        size = self.pick(*(SMALL if first.size == "small" else LARGE))
        plain = a.split(" ", 1)
        if plain[0] in ("a", "an") and len(plain) == 2:
            return f"{article(size + ' ' + plain[1])} and {b}, which is " \
                + self.pick(*other)
        return f"{a} and {b}, the first {word}"

    def things(self):
        if not self.groups:
            return self.unknown_group()
        for telling_so, chance in ((telling.in_two_sizes, .8),
                                   (telling.of_one_kind, .5),
                                   (telling.counted_first, .08),
                                   (telling.seen_twice, .5),
                                   (telling.on_each_side, .12),
                                   (telling.in_row, .8),
                                   (telling.claimed, .1),
                                   (telling.walked, .45)):
            text = telling_so(self) if self.chance(chance) else None
            if text:
                return text
        facts, names = self.facts, {f.name for f in self.facts}
        if len(self.groups) == 2 and self.chance(.45) and \
                {g.size for g in self.groups} == {"small", "large"}:
            self.compare()
        if not names:
            text = self.compared() if self.chance(.7) else None
            return text or self.nouns(range(len(self.groups)))
        if names == {"place"}:
            return self.places()
        if len(facts) == 1 and names & {"between", "around"}:
            return getattr(self, *names)()
        if not names & {"place", "between"} and not self.chance(.1):
            pairs = [f.groups for f in facts]
            first, second = ({pair[i] for pair in pairs} for i in (0, 1))
            if pairs == [(i, i + 1) for i in range(len(pairs))]:
                return self.chain()
            if len(names) == 1 and len(pairs) == len(first) * len(second) \
                    and not first & second:
                return self.one_relation()
            if len(second) == 1 and len(first) == len(pairs):
                return self.all_of_one(
                    [i for i in range(len(self.groups))
                     if i not in first | second])
        return telling.told(self)

    # -----------------------------------------------------------------------
    # What stands around it.

    def unknown_group(self):
        """A thing that nano does not know, as the engine writes it."""
        color = self.pick("", "", self.rng.choice(world.COLOR_NAMES))
        if self.chance(.25):
            return words_of(self.pick("two", "three", "some", "two", "four"),
                            color, UNKNOWN)
        return self.pick(*[article(words_of(color, UNKNOWN))] * 3,
                         words_of(color, UNKNOWN))

    def with_unknown(self, text):
        other = self.unknown_group()
        how = self.pick(*PHRASES[self.pick(*PHRASES)])
        return self.pick(f"{text} {how} {other}", f"{other} {how} {text}",
                         f"{text} and {other}", f"{other} and {text}",
                         f"{text} with {other}", f"{other}, {text}",
                         f"{text}, {other}", f"{other} with {text}")

    def absent(self):
        """Something that shall not be there."""
        there = {g.kind for g in self.groups}
        kind = self.rng.choice([k for k in world.CLASSES if k not in there])
        many = MORE_PLURALS[kind]
        return self.pick(
            f"without {article(kind)}", f"without {many}", f"no {kind}",
            f"no {many}", f"but no {kind}", f"and no {many}",
            f"without any {many}", f"not {article(kind)}",
            f"but not {article(kind)}", f"there is no {kind}",
            f"instead of {article(kind)}", f"and not {article(kind)}",
            f"but without {article(kind)}", f"do not draw {article(kind)}",
            f"no {kind} and no {UNKNOWN}", f"without {UNKNOWN}",
            f"no {UNKNOWN}", "but", "and", "but", "and", "with", "there is",
            "please", "i do", "and there are", "but with",
            f"without {many} or {UNKNOWN}")

    def colors_later(self):
        """"…, the star is red and the moon blue"."""
        parts = []
        for number, group in self.said_later.items():
            verb = "is" if group.number == 1 else "are"
            name = (MORE_PLURALS[group.kind] if group.number > 1
                    else group.kind)
            parts.append(words_of("the", name, verb if self.chance(.7)
                                  else "", self.color_of(group)))
        return ", " + self.joined(parts)

    def all_alike(self):
        """"…, both red"."""
        all_ = "both" if len(self.groups) == 2 else "all"
        return self.pick(", ", ", ", " ", ". ") + self.pick(
            f"{all_} {self.said_of_all}", f"{all_} {self.said_of_all}",
            f"{all_} of them {self.said_of_all}",
            f"{all_} in {self.said_of_all}",
            f"they are {all_} {self.said_of_all}",
            f"everything {self.said_of_all}")

    def talk(self):
        """What people say before they come to it, mostly in words without a
        meaning here."""
        words = [self.pick(UNKNOWN, self.pick(*TALK))
                 for _ in range(self.rng.randint(2, 9))]
        return " ".join(words) + self.pick(", ", ". ", " ", "; ")

    def named_before(self):
        """"I like stars. ", before it is said what shall be drawn."""
        group = self.rng.choice(self.groups)
        many = MORE_PLURALS[group.kind]
        return self.pick(
            f"i like {many}. ", f"i love {many}. ", f"i want {many}. ",
            f"{many}: ", f"my {group.kind}. ", f"the {group.kind}. ",
            f"{UNKNOWN} {many}. ", f"i need {many}, ",
            f"we love {many}. please ", f"{many} are {UNKNOWN}. ",
            f"{group.kind} picture. ", f"do you know {many}? ",
            f"a {UNKNOWN} of {many}. ").replace(":", "")

    def background_words(self):
        if self.background == "transparent":
            return self.pick(*wordings.CLEAR)
        color = self.background
        if self.chance(.1) and color in SHADES:
            color = self.pick(*SHADES[color])
        return self.pick(*wordings.GROUNDS).format(color=color,
                                                   a=article(color))

    def text(self):
        """(prompt, whether it says the background)."""
        rng = self.rng
        kinds = {g.kind for g in self.groups}
        if self.colored and self.groups and len(kinds) == len(self.groups) \
                and len(self.groups) <= 3 and self.chance(.06):
            self.said_later, self.plain = dict(enumerate(self.groups)), set()
        if self.colored and len(self.groups) > 1 \
                and len({g.color for g in self.groups}) == 1 \
                and self.chance(.6):
            self.said_of_all, self.plain = self.color_of(
                self.groups[0]), set()
        text = self.things()
        if self.said_of_all and self.chance(.25):
            text = self.pick("all in {}, ", "all {}, ", "in {}, ", "{}, ",
                             "everything {}, ", "all of it in {}. ").format(
                self.said_of_all) + text
        elif self.said_of_all:
            text += self.all_alike()
        if self.groups and self.chance(.1):
            text = self.with_unknown(text)
        if self.said_later:
            text += self.colors_later()
        if self.groups and self.chance(.07):
            text += self.pick(" ", ", ", " ") + self.absent()
        said = self.chance(.25 if self.background == "transparent" else .93)
        self.said_background = said
        if said:
            words = self.background_words()
            text = (f"{words}, {text}" if self.chance(.12)
                    else text + self.pick(" ", " ", ", ") + words)
        if self.chance(.22):
            text = f"{rng.choice(COMMANDS)} {text}"
        if self.chance(.10):
            text += self.pick(" ", " ", ", ") + rng.choice(CLOSINGS)
        if self.chance(.10):
            text = self.talk() + text
        if self.groups and self.chance(.03):
            text = self.named_before() + text
        if self.chance(.05):
            text += self.pick(" ", ", ", ". ", ". ") \
                + self.talk().rstrip(" .,;")
        if self.chance(.06):
            text += self.pick(".", "?", ".")
        text = habits.written(text, rng)
        self.order = [ord(sign) - MARK for sign in MARKS.findall(text)]
        return MARKS.sub("", text)


def of_composition(composition, rng):
    """(scene with its things in the order of the prompt, prompt)."""
    return told(composition, rng)[:2]


def told(composition, rng):
    """The same, and whether the prompt says the colour of each thing."""
    phrase = Phrase(composition, rng)
    text = phrase.text()
    scene = composing.in_order(composition, phrase.order)
    colored = {(g.kind, g.color): phrase.has_color(number)
               for number, g in enumerate(composition.groups)}
    return scene, text, [colored[o.kind, o.color] for o in scene.things]


def sample(rng, composition=None):
    """(scene, prompt, …), as told(); of a new one when none is given.
    Now and then nothing in it is known."""
    composition = composition or composing.sample(rng, calm=CALM)
    if rng.random() < .04:
        composition = composing.Composition(
            world.Scene(composition.scene.background, ()), (), ())
        phrase = Phrase(composition, rng)
        text = phrase.text()
        if rng.random() < .5:
            text = phrase.with_unknown(text)
        return composition.scene, text, []
    return told(composition, rng)


def known_words(samples=6000):
    """Every word of these prompts, found by making some."""
    rng = random.Random(5)
    words = set(FILLERS)
    for _ in range(samples):
        words.update(sample(rng)[1].replace(",", " ").replace(".", " ")
                     .replace("?", " ").split())
    words.update(TALK)
    words.update(habits.MIXED_IN)
    words |= wordings.known() | places.known()
    words.update(" ".join(word for table in AFTER.values() for word in table)
                 .replace("{}", "").split())
    for table in (PHRASES, telling.ROWS):
        for group in table.values():
            words.update(" ".join(group).split())
    for group in (COMMANDS, CLOSINGS, POSTURES, SMALL, LARGE, SMALLER,
                  LARGER, WORDS):
        words.update(" ".join(group).split())
    return sorted(word for word in words if word.isalpha())


# What is named behind one of these is not what is asked for.
NEGATIONS = ["don't", "dont", "don\u2019t", "neither", "never", "no", "nor",
             "not", "without"]
# "Why don't you draw a star", "don't forget the sun": these want it.
NEGATION_ENDS = ["and", "but", "care", "forget", "hesitate", "know", "mind",
                 "with", "worry", "you"]


def thing_words():
    """The words with which something that nano can draw is named; a picture
    of a background alone can be wished for too."""
    words = {"background", "backdrop"}
    for kind, names in KINDS.items():
        for name in names:
            last = name.split()[-1]
            words |= {last, MORE_PLURALS.get(last, last + "s")}
    words.add("fishes")         # as some write
    return sorted(words)


if __name__ == "__main__":
    rng = random.Random(9)
    for _ in range(40):
        scene, text, _ = sample(rng)
        print(text, "|", plan(scene))
    print(len(known_words(800)), "words")
