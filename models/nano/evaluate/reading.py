# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine makes of a prompt before the model gets it, for models run
in PyTorch: words of the closed vocabulary stay, a word with one wrong letter
is mended, and all others are the model's word for something unknown
(engine/families/pisces-words.c, where this is tested)."""
import re

LEAST_WRITTEN, LEAST_MEANT = 4, 5


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


def mended(word, known, others):
    """The one known word that was meant, or None."""
    if (len(word) < LEAST_WRITTEN or word in others or not word.isascii()
            or not word.isalpha()):
        return None
    meant = [k for k in known
             if len(k) >= LEAST_MEANT and within_one_letter(word, k)]
    meant = [k for k in meant if k[0] == word[0]] or meant
    return meant[0] if len(meant) == 1 else None


def as_read(model, text):
    known = set(model.config["closed_vocabulary"])
    others = set(model.config.get("similar_words", ()))
    unknown = model.config.get("unknown_word")
    text = model.tokenizer.normalizer.normalize_str(text)
    out = []
    for word in re.findall(r"[^ .,;?]+|[.,;?]", text):
        parts = [word]
        if word not in known and word not in ".,;?":
            split = re.findall(r"\d+|\D+", word)
            meant = mended(word, known, others)
            parts = (split if all(p in known for p in split) else
                     [meant] if meant else [unknown] if unknown else [])
        for part in parts:
            if part != unknown or out[-1:] != [unknown]:
                out.append(part)
    return re.sub(" ([.,;?])", r"\1", " ".join(out))
