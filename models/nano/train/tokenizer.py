# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokenizer: byte-level BPE in which every word of the world is one
token and any other text falls into pieces, at worst bytes."""
import json
import random
import re

from tokenizers import Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, trainers

import captions
import phrasing
import world

SPECIAL = ["<|pad|>", "<|begin_of_text|>", "<|end_of_text|>",
           "<|image_start|>", "<|short|>", "<|long|>", "<|ask|>",
           "<|answer|>", "<|plan|>"]
PAD, BEGIN, END, IMAGE_START = range(4)
TEMPLATES = {
    "short": "<|begin_of_text|>{image}<|short|>",
    "long": "<|begin_of_text|>{image}<|long|>",
    "question": "<|begin_of_text|>{image}<|ask|>{text}<|answer|>",
    "plan": "<|begin_of_text|>{text}<|plan|>",
    "draw": "<|begin_of_text|>{text}<|plan|>{plan}<|image_start|>",
    "stop": ["<|end_of_text|>", "<|image_start|>"]}


def known_words(scenes=4000):
    """Every word of the grammar, found by using it."""
    rng = random.Random(3)
    strange = set(captions.STRANGE)
    words = set()
    for i in range(scenes):
        scene = world.scene_of("any", i)
        for text in captions.everything(rng, scene)[1:]:
            words.update(re.findall("[a-z]+", text))
        words.update(re.findall("[a-z]+", captions.Prompt(scene, rng).text()))
    for table in (captions.SYNONYMS, captions.COLOR_SYNONYMS,
                  captions.RELATIONS):
        for group in table.values():
            words.update(re.findall("[a-z]+", " ".join(group)))
    words.update(re.findall("[a-z]+", " ".join(captions.OPENINGS)))
    return sorted(words - (strange - words))


def known_to_users():
    """What a prompt or a question may be made of: the words of the grammar,
    and numbers that stand by themselves.  The letters of a plan's places (y,
    s) are no words, but "4 x"."""
    words = {*known_words(), *phrasing.known_words()} - {phrasing.UNKNOWN}
    return sorted({word for word in words if word in ("a", "i", "d", "x")
                   or len(word) > 1} | set("123456"))


def normalizer():
    """Makes of what people type what the grammar writes: lower case, words
    with one space between them, and of all signs the four that it has (. , ;
    ?), each right behind a word.  A text of the grammar stays as it is.

    Without it a word behind a bracket or a hyphen has no space before it, and
    is other tokens than the ones that were trained."""
    normal = normalizers
    sign = "[.,;?]"
    return normal.Sequence([
        normal.NFKC(),              # full width, ligatures, all kinds of space
        # A possessive is the word itself.
        normal.Replace(Regex("(?<=\\p{L})['\u2019]s(?![\\p{L}\\p{M}\\p{N}])"), ""),
        # Invisible: a space of no width is one, soft hyphens and joiners not.
        normal.Replace("\u200b", " "),
        normal.Replace(Regex("\\p{Cf}+"), ""),
        # Accents that stand alone, then whatever is no letter, number, emoji
        # (with its skin tone), or one of the four.
        normal.Replace(Regex("(?<![\\p{L}\\p{M}\\p{N}\\p{So}])\\p{M}+"), " "),
        normal.Replace(Regex("[^\\p{L}\\p{M}\\p{N}\\p{So}"
                             "\U0001f3fb-\U0001f3ff.,;?]+"), " "),
        # Between two words without a space it parts them, as a hyphen does.
        normal.Replace(Regex("[.,](?=[^ ])"), " "),
        normal.Replace(";", "; "),
        normal.Replace("?", "? "),
        # The first sign of several, none before all words.
        normal.Replace(Regex(f"(?<={sign})[ .,;?]+"), " "),
        normal.Replace(Regex(f" +(?={sign})"), ""),
        normal.Replace(Regex("^[ .,;?]+"), ""),
        normal.Replace(Regex(" {2,}"), " "),
        normal.Strip(left=False, right=True),
        normal.Lowercase()])


def make_tokenizer():
    """Trained on a list in which every word counts the same, until nothing
    is left to merge."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=4000, min_frequency=1, special_tokens=SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False)
    numbers = [str(i) for i in range(captions.GRID)]
    tokenizer.train_from_iterator(
        known_words() + numbers + ["x" + number for number in numbers],
        trainer)
    return tokenizer


def with_words(tokenizer, words):
    """The tokenizer with these words as further tokens, behind those that it
    has, and their pieces.  What it read before it reads as before: the new
    merges come after all others."""
    made = json.loads(tokenizer.to_str())
    for word in words:
        pieces = Tokenizer.from_str(json.dumps(made)).encode(
            word, add_special_tokens=False).tokens
        while len(pieces) > 1:
            merged = pieces[0] + pieces[1]
            made["model"]["merges"].append(pieces[:2])
            made["model"]["vocab"].setdefault(merged,
                                              len(made["model"]["vocab"]))
            pieces = [merged] + pieces[2:]
    return Tokenizer.from_str(json.dumps(made))


def load_tokenizer(out):
    """The tokenizer of a training folder; made if it is not there."""
    path = out / "tokenizer.json"
    if not path.exists():
        tokenizer = with_words(make_tokenizer(), phrasing.known_words())
        tokenizer.save(f"{path}.new")
        (out / "tokenizer.json.new").replace(path)
    return Tokenizer.from_file(str(path))


def encode(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False).ids


if __name__ == "__main__":
    made = make_tokenizer()
    print(made.get_vocab_size(), "tokens")
    for word in known_words():
        assert len(encode(made, word)) == 1, word
        assert encode(made, f"({word})") == encode(made, word), word
    for i in range(2000):
        for text in captions.everything(random.Random(i), world.scene_of("any", i)):
            assert made.normalizer.normalize_str(text) == text, text
    rng = random.Random(1)
    for i in range(6):
        for text in captions.everything(rng, world.scene_of("any", i)):
            encoding = made.encode(text, add_special_tokens=False)
            print(encoding.tokens, "|", made.decode(encoding.ids))
