#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains five small tokenizers of the kinds that checkpoints use, and writes
the results of Hugging Face's tokenizers with them, and with nano's, for
unusual texts.

Run in this folder: ./make-tokenizers.py [KIND...].  Writes KIND.tokenizer.json
(the tokenizer itself; of CLIP's, the two files that it is published in) and
KIND.tokens.json (texts, ids, decoded texts)."""
import hashlib
import json
import platform
import random
import struct
import sys
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models,
                        normalizers, pre_tokenizers, trainers)

HERE = Path(__file__).resolve().parent
NANO = HERE.parents[2] / "models" / "nano" / "tokenizer.json"

CORPUS = """
Two red stars stand above a small blue boat. The boat's sail is white, and
isn't it lovely? We'll see 12 gulls, 345 fish and 2048 waves; they've all gone.
Der große Bär träumt übers Öl. L'été dernier, où étiez-vous? Año nuevo, ¿qué?
Привет, мир! Красная звезда над синим морем. Ελληνικά γράμματα: Σίσυφος.
你好，世界。红色的星星在蓝色的海上。日本語のテキスト、カタカナ。한국어 문장입니다.
مرحبا بالعالم، نجمة حمراء. שלום עולם. नमस्ते दुनिया। สวัสดีชาวโลก
👩‍👩‍👧‍👦 👍🏽 🇩🇪 ❤️ ☃ 1.5 × 10³ ½ Ⅷ ① €5 $7 x=y+z; a_b-c/d\\e {f} [g] <h> @i #j
    indented    text\twith\ttabs\r\nand lines\n\n\nand more lines
"""

# The pattern of Llama 3's own tokenizer.json.
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
          r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")

TEXTS = [
    "", " ", "  ", "\n", "\n\n \n", "\t", "\r\n", "a", " a", "a ", "A", "Two red stars",
    "two  red   stars    ", "  leading", "trailing  \n", "a\n\n\nb", "a\r\n\r\nb", " \n a",
    "it's we'll I'd they've IT'S WE'LL don't 'tis ''' 's", "12 345 6789 0 1234567890",
    "x1y22z333", "½ ① Ⅷ ² ٣ ৪ 四", "!?.,;:-_()[]{}<>/\\|@#$%^&*~`'\"+=", "a-b_c.d,e",
    "don\u2019t \u201cquote\u201d \u2014 \u2026", "naïve café Ünïcödé", "nai\u0308ve cafe\u0301",
    "e\u0301\u0327\u0323 a\u0300\u0301\u0302\u0303\u0304", "\u0301", "İstanbul ıI ẞß ΣΊΣΥΦΟΣ ǅ K Å Ω",
    "ﬁ ﬀ ｆｕｌｌ　ｗｉｄｔｈ ① ㎏ ²", "\ufeffbom", "zero\u200bwidth\u200djoin\u00adsoft",
    "👍", "👍🏽", "👩‍👩‍👧‍👦 family", "🇩🇪🇫🇷", "❤️ vs ❤", "🏴\U000e0067\U000e0062\U000e007f",
    "你好，世界。", "红色的星星在蓝色的海上", "日本語のテキスト、カタカナ。", "한국어 문장입니다 ㄱㄴ 가나",
    "مرحبا بالعالم، نجمة", "שָׁלוֹם עולם", "नमस्ते दुनिया", "สวัสดีชาวโลก", "\u202eright to left\u202c",
    "Привет, мир!", "mixed 中文and русский und Deutsch", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𠀀 \U0010ffff \U0010fffd",
    "a\u00a0b\u2003c\u3000d\u2028e\u2029f\u0085g\u000bh\u000ci", "\x01\x02\x1f\x7f", "Ġ Ċ ĉ Ā ł Ń",
    "▁ ▁▁a▁b", "<0x41> <0xE2>", "http://example.org/a?b=c&d=%20", "def f(x):\n    return x+1\n",
    "<s>", "</s>", "<unk>", "<|begin_of_text|>Two red stars<|plan|>", "<|plan|><|plan|>",
    "a <|plan|> b", "x<|plan|>y", "<|plan|", "<|PLAN|>", "<|pla<|plan|>n|>", "  <|left|>  x  <|right|>  y ",
    "<|left|><|right|>", "<|right|>  <|left|>", "starfish star fish starfishstar", "Starfish STARFISH",
    "superstar superstars", "café\u0301<|plan|>CAFÉ",
    "<|begin_of_text|>{image}<|short|>", "<|image_start|> Red  SQUARE, x12; 007",
    "red square", "a large blue circle left of a small green triangle", "qwertyuiop zxcv",
]
LONG = [("two red stars and a 👍 ", 4000), ("a", 100000), (" ", 100000), ("ab", 50000), ("é", 50000),
        ("\n", 100000), ("你好", 16000), ("x ", 50000), ("12", 50000), ("<|plan|>", 12500), ("!?", 50000)]


def random_texts(n):
    """Only uses characters on which all agree: tokenizers normalises with an
    older Unicode version than GLib and Python."""
    rng = random.Random(7)
    normalize = normalizers.NFKC().normalize_str
    known = [c for c in range(1, 0x20000)
             if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")
             and normalize(chr(c)) == unicodedata.normalize("NFKC", chr(c))
             and c != 0x180e]               # see tokenizer-patterns.c
    common = list("  \n ab'sTHE123.,!-") + ["<|plan|>", "éß", "👍🏽", "中", "\u0301"]
    for _ in range(n):
        yield "".join(rng.choice(common) if rng.random() < 0.5 else chr(rng.choice(known))
                      for _ in range(rng.randrange(1, 40)))


def numbers(ids):
    if len(ids) <= 200:
        return {"ids": ids}
    data = struct.pack(f"<{len(ids)}i", *ids)
    return {"n_ids": len(ids), "sha256": hashlib.sha256(data).hexdigest()}


def case(tokenizer, text, repeat=1):
    encoded = tokenizer.encode(text * repeat, add_special_tokens=False).ids
    tokenizer.encode_special_tokens = True
    plain = tokenizer.encode(text * repeat, add_special_tokens=False).ids
    tokenizer.encode_special_tokens = False
    result = {"text": text, "repeat": repeat, **numbers(encoded)}
    if plain != encoded:
        result["plain"] = numbers(plain)
    if repeat == 1:
        result["decoded"] = tokenizer.decode(encoded, skip_special_tokens=False)
        result["without_special"] = tokenizer.decode(encoded, skip_special_tokens=True)
    return result


def write_golden(kind, tokenizer):
    cases = [case(tokenizer, text) for text in TEXTS]
    cases += [case(tokenizer, text) for text in random_texts(150)]
    cases += [case(tokenizer, text, repeat) for text, repeat in LONG]
    # Tokens in arbitrary order are usually not valid UTF-8.
    rng = random.Random(11)
    decodings = []
    for _ in range(60):
        ids = [rng.randrange(tokenizer.get_vocab_size()) for _ in range(rng.randrange(12))]
        decodings.append({"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)})
    made_by = f"tokenizers {tokenizers.__version__}, Python {platform.python_version()}"
    with open(HERE / f"{kind}.tokens.json", "w") as file:
        file.write('{"made_by": %s, "n_tokens": %d,\n"cases": [\n'
                   % (json.dumps(made_by), tokenizer.get_vocab_size()))
        file.write(",\n".join(json.dumps(c) for c in cases))
        file.write('],\n"decodings": [\n')
        file.write(",\n".join(json.dumps(c) for c in decodings))
        file.write("]}\n")


def compact(kind, tokenizer):
    data = json.loads(tokenizer.to_str())
    (HERE / f"{kind}.tokenizer.json").write_text(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n")
    return Tokenizer.from_str(json.dumps(data))


def add_tokens(tokenizer):
    tokenizer.add_special_tokens(["<|begin_of_text|>", "<|plan|>",
                                  AddedToken("<|left|>", lstrip=True),
                                  AddedToken("<|right|>", rstrip=True)])
    tokenizer.add_tokens(["superstar", AddedToken("starfish", single_word=True),
                          AddedToken("superstars", normalized=False)])


def byte_level():
    """GPT-2: ByteLevel with its own pattern."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator([CORPUS], trainers.BpeTrainer(
        vocab_size=700, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    add_tokens(tokenizer)
    return tokenizer


def llama3():
    """Llama 3: its pattern, NFC, words that are tokens are not merged."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(LLAMA3), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator([CORPUS], trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    data = json.loads(tokenizer.to_str())
    data["model"]["ignore_merges"] = True
    for word in ("Ġqwertyuiop", "world", "ä½łå¥½", "Ġstarsfish"):
        data["model"]["vocab"].setdefault(word, len(data["model"]["vocab"]))
    tokenizer = Tokenizer.from_str(json.dumps(data))
    add_tokens(tokenizer)
    return tokenizer


def janus():
    """DeepSeek and Janus: a sequence of splits, with separate digits."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex("[\r\n]"), "isolated"),
        pre_tokenizers.Split(Regex(r"\s?\p{L}+"), "isolated"),
        pre_tokenizers.Split(Regex(r"\s?\p{P}+"), "isolated"),
        pre_tokenizers.Split(Regex("[一-龥ࠀ-一가-퟿]+"), "isolated"),
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator([CORPUS], trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    add_tokens(tokenizer)
    return tokenizer


def sentencepiece():
    """Llama 2 and Gemma: Metaspace, with bytes for unknown characters."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("``", '"')])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(),
                                           decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.train_from_iterator([CORPUS], trainers.BpeTrainer(
        vocab_size=700, limit_alphabet=80, show_progress=False,
        special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)]))
    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = data["added_tokens"][:3]
    tokenizer = Tokenizer.from_str(json.dumps(data))
    add_tokens(tokenizer)
    return tokenizer


def clip():
    """CLIP: the end of a word is marked.  The two files are read by transformers,
    which makes the steps itself."""
    from transformers import CLIPTokenizerFast
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"),
                             "removed", invert=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.train_from_iterator([CORPUS], trainers.BpeTrainer(
        vocab_size=700, initial_alphabet=alphabet, end_of_word_suffix="</w>",
        show_progress=False))
    model = json.loads(tokenizer.to_str())["model"]
    words = sorted(alphabet) + [c + "</w>" for c in sorted(alphabet)]
    words += [w for w in model["vocab"] if w not in set(words)]
    words += ["<|startoftext|>", "<|endoftext|>"]
    folder = HERE / "clip"
    folder.mkdir(exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({w: i for i, w in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(
        f"{left} {right}\n" for left, right in
        (m if isinstance(m, list) else m.split(" ") for m in model["merges"])))
    fast = CLIPTokenizerFast(str(folder / "vocab.json"), str(folder / "merges.txt"))
    # Without transformers' own way to show tokens, which nobody needs here.
    return Tokenizer.from_str(fast.backend_tokenizer.to_str())


if __name__ == "__main__":
    for make in (byte_level, llama3, janus, sentencepiece):
        kind = make.__name__.replace("_", "-")
        if kind in (sys.argv[1:] or kind):
            write_golden(kind, compact(kind, make()))
    if "clip" in (sys.argv[1:] or "clip"):
        write_golden("clip", clip())
    if NANO.exists() and "nano" in (sys.argv[1:] or "nano"):
        write_golden("nano", compact("nano", Tokenizer.from_file(str(NANO))))
