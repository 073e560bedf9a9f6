# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokenizer: byte-level BPE in which every word of the world is one
token and any other text falls into pieces, at worst bytes."""
import random
import re

from tokenizers import Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, trainers

import captions
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


def make_tokenizer():
    """Trained on a list in which every word counts the same, until nothing
    is left to merge."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Lowercase()
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


def load_tokenizer(out):
    """The tokenizer of a training folder; made if it is not there."""
    path = out / "tokenizer.json"
    if not path.exists():
        tokenizer = make_tokenizer()
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
    rng = random.Random(1)
    for i in range(6):
        for text in captions.everything(rng, world.scene_of("any", i)):
            encoding = made.encode(text, add_special_tokens=False)
            print(encoding.tokens, "|", made.decode(encoding.ids))
