# SPDX-License-Identifier: GPL-3.0-or-later
"""Prompts that speak of a thing again after they named it: "a house, left of
it a tree; a car is below the tree", "three stars, one red and two blue",
"from left to right a cup, an apple, a key".

Each function takes a phrasing.Phrase and returns the text, or None when the
composition is not of that kind.
"""
from phrasing import AFTER, MORE_PLURALS, PHRASES, WORDS
from captions import article, words_of

OPPOSITE = dict(above="below", below="above", left="right", right="left",
                beside="beside")
LINKS = (", ", ", and ", " and ", ". ", "; ", ", then ", " and then ",
         ". then ", ", with ", " with ")
ROWS = dict(left=("from left to right", "left to right",
                  "in a row from left to right", "a row with"),
            above=("from top to bottom", "from the top down",
                   "in a column from top to bottom"))


def the(phrase, number):
    """A group that was named before."""
    group = phrase.groups[number]
    alike = [g for g in phrase.groups if g.kind == group.kind]
    many = group.number > 1
    if len(alike) > 1 and phrase.colored:
        if phrase.chance(.5):
            return f"the {group.color} {'ones' if many else 'one'}"
        return words_of("the", group.color, kind_of(phrase, number))
    name = kind_of(phrase, number)
    if phrase.has_color(number) and phrase.chance(.12):
        name = words_of(group.color, name)
    if phrase.chance(.05):
        return words_of("those" if many else "that", name)
    return words_of("the", name)


def kind_of(phrase, number):
    """By the word that it was named with, mostly."""
    group = phrase.groups[number]
    name = phrase.names.get(number, group.kind)
    if phrase.chance(.1):
        name = group.kind
    if group.number > 1 and name == group.kind:
        name = MORE_PLURALS[name]
    return name


def it_or_the(phrase, number, last):
    if number == last and phrase.chance(.4):
        return "it" if phrase.groups[number].number == 1 else "them"
    return the(phrase, number)


def there_is(phrase, number):
    many = phrase.groups[number].number > 1
    return phrase.pick("", "", "", "there are" if many else "there is",
                       "are" if many else "is",
                       "stand" if many else "stands",
                       "float" if many else "floats",
                       "i want", "put")


def related(phrase, name, number, other, last):
    """Group `number`, new, that is `name` of `other`, which was named."""
    chance = phrase.rng.random()
    if chance < .35 and other == last:
        it = "it" if phrase.groups[other].number == 1 else "them"
        after = phrase.pick(*AFTER[name]).format(it)
        if it == "them":
            after = after.replace("its", "their")
        if phrase.chance(.5):
            return words_of(after, there_is(phrase, number),
                            phrase.noun(number))
        return words_of(phrase.noun(number), after)
    where = phrase.pick(*PHRASES[name])
    if chance < .7:
        ref = it_or_the(phrase, other, last)
        return words_of(where, ref, there_is(phrase, number),
                        phrase.noun(number))
    noun = phrase.noun(number)
    if phrase.chance(.15):
        noun = words_of("there are" if phrase.groups[number].number > 1
                        else "there is", noun)
    return words_of(noun, where, it_or_the(phrase, other, last))


def stated(phrase, fact):
    """Of groups that were both named."""
    if fact.name == "place":
        group = phrase.groups[fact.groups[0]]
        verb = phrase.pick("is", "goes") if group.number == 1 else "are"
        return words_of(the(phrase, fact.groups[0]), phrase.pick(verb, ""),
                        phrase.where(fact.where))
    if fact.name == "between":
        verb = "is" if phrase.groups[fact.groups[0]].number == 1 else "are"
        ends = [the(phrase, i) for i in fact.groups[1:]]
        ends = " and ".join(ends) if phrase.chance(.7) or len(ends) < 2 \
            else "the other two"
        return words_of(the(phrase, fact.groups[0]), verb,
                        phrase.pick("between", "in between"), ends)
    a, b = fact.groups
    name = fact.name
    if phrase.chance(.3):
        a, b, name = b, a, OPPOSITE[name]
    verb = "is" if phrase.groups[a].number == 1 else "are"
    verb = phrase.pick(verb, verb, verb, "should be", "goes", "")
    return words_of(the(phrase, a), verb, phrase.pick(*PHRASES[name]),
                    the(phrase, b))


def told(phrase):
    """All are named, and then it is said where they are."""
    numbers = list(range(len(phrase.groups)))
    phrase.rng.shuffle(numbers)
    text = phrase.nouns(numbers)
    facts = list(phrase.facts)
    phrase.rng.shuffle(facts)
    link = phrase.pick(", ", ". ", "; ", ", ")
    said = phrase.pick(", ", " and ", ", and ", "; ", ". ").join(
        stated(phrase, fact) for fact in facts)
    return text + link + said


def walked(phrase):
    """From one to the next, each seen from one that was named."""
    facts = list(phrase.facts)
    directed = [f for f in facts if f.name in OPPOSITE]
    if not directed or any(f.name not in OPPOSITE and f.name != "place"
                           for f in facts):
        return None
    placed = {f.groups[0]: f.where for f in facts if f.name == "place"}
    numbers = list(range(len(phrase.groups)))
    open_facts = directed[:]
    if phrase.chance(.2):       # "above a boat there are two clouds"
        fact = open_facts.pop(0)
        a, b = fact.groups
        name = fact.name
        if phrase.chance(.5):
            a, b, name = b, a, OPPOSITE[name]
        text = words_of(phrase.pick(*PHRASES[name]), phrase.noun(b),
                        there_is(phrase, a), phrase.noun(a))
        last, named = a, {a, b}
    else:
        last = phrase.pick(*directed[0].groups)
        text = phrase.noun(last)
        named = {last}
    if last in placed:
        where = phrase.where(placed.pop(last))
        text = phrase.pick(f"{text} {where}", f"{where} {text}")
    while len(named) < len(numbers):
        ready = [f for f in open_facts
                 if (f.groups[0] in named) != (f.groups[1] in named)]
        if ready:
            fact = phrase.pick(*ready)
            open_facts.remove(fact)
            a, b = fact.groups
            name = fact.name
            if a in named:
                a, b, name = b, a, OPPOSITE[name]
            clause = related(phrase, name, a, b, last)
        else:
            a = next(i for i in numbers if i not in named)
            clause = phrase.noun(a)
        if a in placed and phrase.chance(.5):
            clause = words_of(clause, phrase.where(placed.pop(a)))
        named.add(a)
        last = a
        text += phrase.pick(*LINKS) + clause
    rest = [f for f in open_facts] + [
        f for f in facts if f.name == "place" and f.groups[0] in placed]
    for fact in rest:
        text += phrase.pick(", ", " and ", ". ", ", and ") \
            + stated(phrase, fact)
    return text


def in_row(phrase):
    """Facts that are one direction from each to the next."""
    names = {f.name for f in phrase.facts}
    if len(names) != 1 or len(phrase.groups) < 3 or \
            [f.groups for f in phrase.facts] != [
                (i, i + 1) for i in range(len(phrase.groups) - 1)]:
        return None
    name, = names
    numbers = list(range(len(phrase.groups)))
    if name in ("right", "below"):
        numbers.reverse()
        name = OPPOSITE[name]
    if len(numbers) == 3 and phrase.chance(.4):
        return _ends_and_middle(phrase, numbers, name)
    words = phrase.pick(*ROWS[name])
    if phrase.chance(.3):
        return f"{phrase.nouns(numbers)}, {words}"
    return f"{words}{phrase.pick(' ', ', ', ' ')}{phrase.nouns(numbers)}"


def _ends_and_middle(phrase, numbers, name):
    """"A cup on the left, a key on the right and an apple between them"."""
    ends = ("left", "right") if name == "left" else ("top", "bottom")
    parts = [(phrase.where(where), phrase.noun(number))
             for where, number in zip(ends, numbers[::2])]
    middle = phrase.pick("in the middle", "in the center", "between them",
                         "in between", "between these two")
    parts.append((middle, phrase.noun(numbers[1])))
    if not middle.startswith(("between", "in between")):
        phrase.rng.shuffle(parts)
    first = phrase.chance(.3)       # the place, and then the thing
    return phrase.joined([words_of(*(part if first else part[::-1]))
                          for part in parts])


def claimed(phrase):
    """"The red key is under the green one and the blue key next to it": each
    is named where it is spoken of first."""
    facts = [f for f in phrase.facts if f.name in OPPOSITE]
    if len(facts) < len(phrase.facts) or len(
            {i for f in facts for i in f.groups}) < len(phrase.groups):
        return None
    phrase.definite = phrase.chance(.7)
    named, parts = set(), []

    def ref(number):
        if number in named:
            return the(phrase, number)
        named.add(number)
        return phrase.noun(number)
    for fact in facts:
        a, b = fact.groups
        name = fact.name
        if phrase.chance(.3):
            a, b, name = b, a, OPPOSITE[name]
        many = phrase.groups[a].number > 1
        verb = phrase.pick("are" if many else "is", "should be", "must be",
                           "goes", "belongs")
        parts.append(words_of(ref(a), verb, phrase.pick(*PHRASES[name]),
                              ref(b)))
    return phrase.pick(" and ", ", ", ", and ", ". ").join(parts)


def of_one_kind(phrase):
    """"One red and two blue stars", "three stars, one red, two blue"."""
    if len({g.kind for g in phrase.groups}) > 1 or len(phrase.groups) < 2 \
            or not phrase.colored or any(g.size for g in phrase.groups) \
            or any(f.name not in (*OPPOSITE, "between", "place")
                   for f in phrase.facts):
        return None
    numbers = list(range(len(phrase.groups)))
    phrase.rng.shuffle(numbers)
    kind = phrase.groups[0].kind
    total = sum(g.number for g in phrase.groups)
    many = MORE_PLURALS[kind]

    def part(number, one=""):
        group = phrase.groups[number]
        count = WORDS[group.number] if not phrase.digits else str(group.number)
        return phrase.marked(words_of(count, group.color, one), number)

    singles = all(g.number == 1 for g in phrase.groups)
    told_of = {i for f in phrase.facts for i in f.groups}
    if singles and len(told_of) == len(numbers) and phrase.chance(.3):
        # "Three circles, the red one is left of the blue one, …"
        text = f"{total if phrase.digits else WORDS[total]} {many}"
        facts = ", ".join(stated(phrase, f) for f in phrase.facts)
        order = sorted(numbers, key=lambda n: facts.find(
            phrase.groups[n].color))
        return f"{text}, {facts}" + "".join(
            phrase.marked("", n) for n in order)
    if phrase.chance(.45):
        last = phrase.groups[numbers[-1]].number
        text = phrase.joined([part(n) for n in numbers]) + " " + (
            kind if last == 1 else many)
    elif phrase.chance(.5) or not singles:
        head = WORDS[total] if not phrase.digits else str(total)
        text = f"{head} {many}{phrase.pick(', ', ' ', ', ')}" \
            + phrase.joined([part(n) for n in numbers])
    else:
        head = WORDS[total]
        text = f"{head} {many}, " + phrase.joined(
            [phrase.marked(words_of(article(phrase.groups[n].color), "one"), n)
             for n in numbers])
    if phrase.facts:
        text += phrase.pick(", ", ". ", "; ") + phrase.pick(
            ", ", " and ", ". ").join(stated(phrase, f) for f in phrase.facts)
    return text


def on_each_side(phrase):
    """Between two of one kind."""
    if len(phrase.facts) != 1 or phrase.facts[0].name != "between" \
            or len(phrase.facts[0].groups) != 2 or not phrase.colored:
        return None
    outer = phrase.groups[1]
    color = outer.color if phrase.has_color(1) else ""
    alone = phrase.marked(article(words_of(color, outer.kind)), 1)
    return f"{phrase.noun(0)} with {alone} " + phrase.pick(
        "on each side", "on either side", "on both sides", "at each side")


# How often a thing that is like the one before it is called "one".
ONES = .5


def with_ones(phrase, numbers):
    """The nouns of groups as a list: "five green apples and a red one", "a
    red and a blue cup"."""
    parts, whole = [], set()
    for at, number in enumerate(numbers):
        group = phrase.groups[number]
        before = phrase.groups[numbers[at - 1]] if at else None
        plain = (phrase.has_color(number) and not phrase.said_of_all
                 and number not in phrase.said_later and not group.size
                 and number not in phrase.comparative)
        if before and before.kind == group.kind and plain \
                and number not in whole and phrase.chance(ONES):
            parts.append(another(phrase, number))
            continue
        parts.append(phrase.noun(number))
        after = numbers[at + 1:at + 2]
        if after and plain and phrase.chance(.2) and group.number == 1:
            following = phrase.groups[after[0]]
            if following.kind == group.kind and following.number == 1 \
                    and not following.size:
                # "A red and a blue cup."
                whole.add(after[0])
                parts[-1] = phrase.marked(
                    phrase.pick(article(group.color), f"one {group.color}",
                                group.color), number)
    return parts


def another(phrase, number):
    """A group of the kind that was named just before."""
    group = phrase.groups[number]
    color = phrase.color_of(group)
    if group.number == 1:
        text = phrase.pick(f"{article(color)} one", f"{article(color)} one",
                           f"one {color}", f"one {color} one",
                           f"one that is {color}", f"one in {color}",
                           f"another {color} one", f"a single {color} one",
                           article(words_of(color, group.kind)))
    else:
        count = phrase.number_of(group.number, number)
        text = words_of(count, phrase.pick(
            f"{color} ones", f"{color} ones", color,
            words_of(color, MORE_PLURALS[group.kind]), f"in {color}"))
    return phrase.marked(text, number)


def in_two_sizes(phrase):
    """"One big and one small cloud"."""
    groups = phrase.groups
    if phrase.facts or len(groups) != 2 or groups[0].kind != groups[1].kind \
            or {g.size for g in groups} != {"small", "large"} \
            or any(g.number > 1 for g in groups):
        return None
    numbers = [0, 1]
    phrase.rng.shuffle(numbers)
    kind, many = groups[0].kind, MORE_PLURALS[groups[0].kind]
    phrase.colored = phrase.colored and phrase.chance(.4)

    def about(number):
        group = groups[number]
        return words_of(phrase.size_of(group),
                        group.color if phrase.colored else "")
    a, b = map(about, numbers)
    first, second = numbers
    form = phrase.rng.randrange(6)
    if form == 0:
        parts = f"one {a}", f" and one {b} {kind}"
    elif form == 1:
        parts = article(f"{a} {kind}"), f" and {article(b)} one"
    elif form == 2:
        parts = f"two {many}, one {a}", f"{phrase.pick(',', ' and')} one {b}"
    elif form == 3:
        parts = article(a), f" and {article(b)} {kind}"
    elif form == 4:
        parts = (f"two {many}, {article(a)} one",
                 f" and {article(b)} one")
    else:
        parts = (article(f"{a} {kind}"), f"{phrase.pick(',', ' and')} "
                 + article(f"{b} {kind}"))
    return phrase.marked(parts[0], first) + phrase.marked(parts[1], second)


def counted_first(phrase):
    """"Three things: a red cup, a key, a moon"."""
    if phrase.facts or len(phrase.groups) < 2:
        return None
    numbers = list(range(len(phrase.groups)))
    total = len(numbers)
    count = phrase.pick(WORDS[total], str(total))
    head = phrase.pick(f"{count} things", f"{count} objects",
                       f"{count} items", f"a group of {count}",
                       f"a set of {count}", f"{count} different things",
                       f"these {count} things", f"{count} of them",
                       f"{count} pictures", f"stack of {count}",
                       f"{count} shapes", f"a row of {count}")
    return head + phrase.pick(" ", ", ", ". ", " ") + phrase.nouns(numbers)


def seen_twice(phrase):
    """"A flower left of an umbrella and right of a drop"; "over both of them
    floats a cloud"."""
    facts = phrase.facts
    if len(facts) != 2 or any(f.name not in OPPOSITE for f in facts) \
            or len(phrase.groups) != 3:
        return None
    common = set(facts[0].groups) & set(facts[1].groups)
    if len(common) != 1:
        return None
    one, = common
    # Where the others are, and where the one is, seen from them.
    seen = []
    for fact in facts:
        a, b = fact.groups
        seen.append((b, fact.name) if a == one else (a, OPPOSITE[fact.name]))
    (p, how_p), (q, how_q) = seen
    if how_p == how_q and phrase.chance(.5):
        verb = phrase.pick("", "", "is ", "there is ", "floats ", "stands ",
                           "put ")
        link = phrase.pick(", ", "; ", ". ", " and ", ", and ")
        both = phrase.pick("both", "both of them", "them", "these two",
                           "the two", "them both")
        return (f"{phrase.nouns([p, q])}{link}{phrase.pick(*PHRASES[how_p])} "
                f"{both} {verb}{phrase.noun(one)}")
    if how_p == how_q or not phrase.chance(.5):
        return None
    text = phrase.noun(one)
    verb = phrase.pick("", "", "", "is ", "that is ", "which is ", "placed ")
    link = phrase.pick(" and ", " and ", ", ", " but ", " and also ")
    return (f"{text} {verb}{phrase.pick(*PHRASES[how_p])} {phrase.noun(p)}"
            f"{link}{phrase.pick(*PHRASES[how_q])} {phrase.noun(q)}")
