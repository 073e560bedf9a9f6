# SPDX-License-Identifier: GPL-3.0-or-later
"""Words of English that are one letter off a word that nano knows ("horse"
and "house"): those who type them mean them, so they are no typing errors."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "evaluate"))
from reading import LEAST_MEANT, LEAST_WRITTEN, within_one_letter   # noqa: E402

# The common words, of wamerican-small.
DICTIONARY = Path("/usr/share/dict/american-english-small")
NOT_SHIPPED = {"whore", "bugger"}       # may as well be typing errors


def similar_words(known):
    """Of the lower-case words of the dictionary that are mended otherwise."""
    longer = [word for word in known if len(word) >= LEAST_MEANT]
    words = {word for word in DICTIONARY.read_text().split()
             if word.isascii() and word.isalpha() and word.islower()
             and len(word) >= LEAST_WRITTEN}
    return sorted(word for word in words - set(known) - NOT_SHIPPED
                  if any(abs(len(word) - len(k)) < 2
                         and within_one_letter(word, k) for k in longer))


if __name__ == "__main__":
    import tokenizer
    found = similar_words(tokenizer.known_to_users())
    print(len(found), *found)
