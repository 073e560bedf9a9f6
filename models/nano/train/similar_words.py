# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of English that are one letter off a word that nano knows ("horse"
and "house"): those who type them mean them, so they are no typing errors."""
from pathlib import Path

# Which words the engine mends: engine/families/pisces/spelling.c.
LEAST_WRITTEN, LEAST_MEANT, LEAST_SPOILT = 4, 5, 4
# The common words, of wamerican-small.
DICTIONARY = Path("/usr/share/dict/american-english-small")
NOT_SHIPPED = {"whore", "bugger"}       # may as well be typing errors


def within_one_letter(a, b):
    """Whether one letter added, left out, changed, or changed places with
    its neighbour makes one word of the other."""
    if a == b or abs(len(a) - len(b)) > 1:
        return a == b
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    if len(a) > len(b):
        return a[i + 1:] == b[i:]
    if len(a) < len(b):
        return a[i:] == b[i + 1:]
    return (a[i + 1:] == b[i + 1:]
            or (a[i:i + 2] == b[i:i + 2][::-1] and a[i + 2:] == b[i + 2:]))


def similar_words(known):
    """Of the lower-case words of the dictionary that are mended otherwise."""
    def near(written):
        return any(within_one_letter(written, word) for word in known
                   if len(word) >= (LEAST_MEANT if len(word) >= len(written) else LEAST_SPOILT)
                   and abs(len(written) - len(word)) < 2)

    words = {word for word in DICTIONARY.read_text().split()
             if word.isascii() and word.isalpha() and word.islower()
             and len(word) >= LEAST_WRITTEN}
    plurals = {word + "s" for word in known}    # "ships" are read as "ship"
    return sorted(filter(near, words - set(known) - plurals - NOT_SHIPPED))


if __name__ == "__main__":
    import tokenizer
    found = similar_words(tokenizer.known_to_users())
    print(len(found), *found)
