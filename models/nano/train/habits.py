# SPDX-License-Identifier: GPL-3.0-or-later
"""What one and the same prompt looks like from different hands: without
articles or commas, with words that nano does not know anywhere between, with
"uhm", "also" and "please" in strange places.

None of it changes what is meant, for a word that nano does not know stands
for nothing that could be drawn.
"""
import re

from wordings import UNKNOWN

ARTICLES = {"a", "an", "the"}
SMALL_WORDS = {"of", "to", "is", "are", "that", "which", "there"}
MIXED_IN = ("please", "just", "really", "also", "then", "very", "too", "maybe",
            "there", "now", "again", "so", "here", "well", "some", "it", "is")
DROPPED = .07, .05          # prompts without articles, without small words
UNKNOWN_HERE = .14          # with something unknown in between, and
MIXED = .05                 # with a word too many
SPOILT = .04                # with a small word that nobody can read
RUN_ON = .08                # with other signs, or none
JOINTS = re.compile("[,;.] ")


def written(text, rng):
    """The prompt of one of many writers.  The private signs that stand
    behind names (phrasing.MARK) stay where they are."""
    chance = rng.random
    words = text.split(" ")
    if chance() < DROPPED[0]:
        words = [w for w in words if w not in ARTICLES]
    if chance() < DROPPED[1]:
        words = [w for w in words if w not in SMALL_WORDS or chance() < .4]
    if chance() < SPOILT:
        spots = [i for i, w in enumerate(words)
                 if w in SMALL_WORDS | ARTICLES]
        if spots:
            words[rng.choice(spots)] = UNKNOWN
    if chance() < UNKNOWN_HERE:
        for _ in range(rng.choice((1, 1, 2, 3))):
            words.insert(rng.randint(0, len(words)), UNKNOWN)
    if chance() < MIXED:
        words.insert(rng.randint(0, len(words)), rng.choice(MIXED_IN))
    text = " ".join(once(words))
    if chance() < RUN_ON:
        joint = rng.choice((" ", " ", "; ", ". ", ", ", " and "))
        text = JOINTS.sub(joint, text)
    return text.strip(" ,")


def once(words):
    """As the engine has it: several unknown words in a row are one."""
    out = []
    for word in words:
        if word and not (word == UNKNOWN and out and out[-1] == UNKNOWN):
            out.append(word)
    return out
