#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes `qwen` and `qwen-newer`, two small Qwen2.5-VL with random weights in odd
sizes, and what transformers makes of them.

    ./dev golden engine

`qwen` is laid out as the models are published: one flat configuration, tensors
`visual.*` and `model.*`, an output layer of its own (as the 7B), bfloat16.
`qwen-newer` is as transformers has written it since 4.52: `text_config`, tensors
`model.visual.*` and `model.language_model.*`, the table of embeddings as the
output layer (as the 3B), and the limits of a picture's size as `size`.

Results after every layer come from the same model with fewer layers: its merger,
or its last norm, is given what that layer made.
"""
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models,
                        normalizers, pre_tokenizers, trainers)
from transformers import (GenerationConfig, PreTrainedTokenizerFast,
                          Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration,
                          Qwen2VLImageProcessor)
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize

from pictures import sample_over_white, strange_picture

HERE = Path(__file__).parent
TEXT_END, BEGIN, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
LOOK, SEEN, IMAGE = "<|vision_start|>", "<|vision_end|>", "<|image_pad|>"
SHORT = "Describe this image in one short sentence."
LONG = "Describe this image in detail."
QUESTION = "What's in the 2nd row?\nAnd the 13th?"
SCORE = 'Does this image show "a red star"? Answer with yes or no.'
INSTRUCTIONS = [SHORT, LONG, QUESTION]
TOKENS = 24

# What Qwen's tokenizer splits texts with before it looks for pieces.
SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?"
         r"[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
TEXTS = ["It's 2026, they'LL see 12345 stars…", "  two  spaces \n\n and\tends  ",
         "e\u0301 and \u00e9, \u212b and \u00c5", "北京的天空 ひらがな 한국어 ١٢٣",
         "(a+b)*c == 'quoted'\r\n\r\n!!", "👍🏽 zero\u200dwidth", "<|im_start|>?", "x"]

# The chat template of the models, in the part that one picture and a text need.
TEMPLATE = """{% for message in messages %}{% if loop.first and message['role'] \
!= 'system' %}<|im_start|>system
You are a helpful assistant.<|im_end|>
{% endif %}<|im_start|>{{ message['role'] }}
{% if message['content'] is string %}{{ message['content'] }}<|im_end|>
{% else %}{% for content in message['content'] %}{% if content['type'] == 'image' %}\
<|vision_start|><|image_pad|><|vision_end|>{% elif 'text' in content %}\
{{ content['text'] }}{% endif %}{% endfor %}<|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""

# Factor, fewest and most pixels, width and height of a picture.
SIZES = [(28, 3136, 1003520, 640, 480), (28, 3136, 1003520, 42, 70),
         (28, 3136, 1003520, 14, 14), (28, 3136, 1003520, 1, 1),
         (28, 3136, 1003520, 4000, 3000), (28, 3136, 1003520, 3001, 4001),
         (28, 3136, 1003520, 100, 20000), (28, 3136, 1003520, 1, 200),
         (28, 3136, 65536, 256, 256), (28, 3136, 65536, 1024, 768),
         (28, 3136, 65536, 28, 5600), (28, 200704, 1003520, 300, 200),
         (28, 3136, 12845056, 1000, 999), (12, 576, 9216, 64, 48),
         (12, 576, 9216, 18, 30), (12, 576, 9216, 97, 97)]


def make_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    texts = INSTRUCTIONS + TEXTS + [
        SCORE, "system\nYou are a helpful assistant.", "user\n", "assistant\n",
        "yes no Yes No yes, no."]
    tokenizer.train_from_iterator(texts * 3, trainers.BpeTrainer(
        vocab_size=360, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    tokenizer.add_special_tokens([
        AddedToken(t, special=True, normalized=False)
        for t in (TEXT_END, BEGIN, END, LOOK, SEEN, IMAGE, "<|video_pad|>")])
    return tokenizer


def randomise(model, seed, dtype):
    generator = torch.Generator().manual_seed(seed)
    tied = model.config.tie_word_embeddings
    for name, value in model.named_parameters():
        noise = torch.randn(value.shape, generator=generator)
        if value.ndim < 2:
            noise = 1 + .2 * noise if name.endswith("weight") else .3 * noise
        elif "embed_tokens" in name and tied:
            noise = .2 * noise       # or it repeats the last token for ever
        elif "embed_tokens" in name:
            noise = .5 * noise
        else:
            noise = noise * value[0].numel() ** -.5
        # So that the best token is plainly the best.
        if "lm_head" in name:
            noise = 3 * noise
        if "down_proj" in name:
            noise = 2 * noise
        value.data = noise.to(dtype).double()
    return model.double().eval()


def shared(tokenizer, tied):
    ids = {key: tokenizer.token_to_id(token) for key, token in dict(
        bos_token_id=TEXT_END, eos_token_id=END, image_token_id=IMAGE,
        video_token_id="<|video_pad|>", vision_start_token_id=LOOK,
        vision_end_token_id=SEEN).items()}
    return dict(ids, tie_word_embeddings=tied, use_sliding_window=False)


def config_of_qwen(tokenizer):
    vocab = (tokenizer.get_vocab_size() + 15) // 16 * 16
    return Qwen2_5_VLConfig(
        **shared(tokenizer, False), vocab_size=vocab, hidden_size=48,
        intermediate_size=72, num_hidden_layers=3, num_attention_heads=3,
        num_key_value_heads=1, max_position_embeddings=2048, rms_norm_eps=1e-6,
        rope_theta=100000.0,
        rope_scaling=dict(type="mrope", mrope_section=[2, 3, 3]),
        vision_config=dict(
            depth=4, hidden_size=60, intermediate_size=44, num_heads=3,
            out_hidden_size=48, patch_size=6, spatial_patch_size=6,
            window_size=36, fullatt_block_indexes=[1, 3], tokens_per_second=2))


def config_of_newer(tokenizer):
    text = dict(
        **shared(tokenizer, True), vocab_size=tokenizer.get_vocab_size(),
        hidden_size=40, intermediate_size=56, num_hidden_layers=2,
        num_attention_heads=5, num_key_value_heads=5,
        max_position_embeddings=1024, rms_norm_eps=1e-5, rope_theta=5000.0,
        rope_scaling=dict(rope_type="default", type="default",
                          mrope_section=[2, 1, 1]))
    return Qwen2_5_VLConfig(
        **shared(tokenizer, True), text_config=text,
        vision_config=dict(
            depth=3, hidden_size=32, intermediate_size=28, num_heads=2,
            out_hidden_size=40, patch_size=4, spatial_patch_size=4,
            spatial_merge_size=3, window_size=24, fullatt_block_indexes=[0, 2]))


def digest_of_resized(factor, least, most, width, height):
    picture = strange_picture(width, height)
    h, w = smart_resize(height, width, factor, least, most)
    resized = Image.fromarray(picture).resize((w, h), Image.Resampling.BICUBIC)
    digest = hashlib.sha256(np.asarray(resized).tobytes()).hexdigest()
    return [factor, least, most, width, height, w, h], digest


def prepare(images, picture):
    out = images.preprocess(Image.fromarray(picture), return_tensors="pt")
    return dict(pixel_values=out["pixel_values"].double(),
                image_grid_thw=out["image_grid_thw"])


def prompt_of(fast, instruction):
    return fast.apply_chat_template(
        [dict(role="user", content=[dict(type="image"),
                                    dict(type="text", text=instruction)])],
        chat_template=TEMPLATE, add_generation_prompt=True, tokenize=False)


@torch.no_grad()
def seen_after(model, view, depth):
    """The rows for a picture, if its eye had only so many layers."""
    eye = model.model.visual
    blocks, eye.blocks = eye.blocks, eye.blocks[:depth]
    rows = eye(view["pixel_values"], view["image_grid_thw"])
    eye.blocks = blocks
    return rows


@torch.no_grad()
def states(model, ids, view, positions, n_layers=None):
    text = model.model.language_model
    layers = text.layers
    if n_layers is not None:
        text.layers = layers[:n_layers]
        text.config.num_hidden_layers = n_layers
    out = model.model(input_ids=ids, attention_mask=torch.ones_like(ids),
                      position_ids=positions, use_cache=False,
                      **view).last_hidden_state[0]
    text.layers = layers
    text.config.num_hidden_layers = len(layers)
    return out


@torch.no_grad()
def tell(model, fast, view, instruction):
    side = model.config.vision_config.spatial_merge_size
    n = view["image_grid_thw"].prod().item() // side ** 2
    rendered = prompt_of(fast, instruction)
    ids = fast(rendered.replace(IMAGE, IMAGE * n), return_tensors="pt").input_ids
    mask = torch.ones_like(ids)
    out = model.generate(input_ids=ids, attention_mask=mask, do_sample=False,
                         max_new_tokens=TOKENS, **view)
    where, delta = model.model.get_rope_index(
        out, view["image_grid_thw"], attention_mask=torch.ones_like(out))
    after = states(model, out, view, where)
    n_prompt = ids.shape[1]
    return dict(ids=ids[0].tolist(), new=out[0, n_prompt:].tolist(),
                positions=where[:, 0, :n_prompt].T.flatten().tolist(),
                delta=delta.item(), all=out, where=where, after=after,
                rendered=rendered, states=after[n_prompt - 1:],
                logits=model.lm_head(after[n_prompt - 1]))


def yes_share(fast, logits):
    vocabulary = fast.get_vocab()
    sums = []
    for words in (("yes", "Yes", "Ġyes", "ĠYes"), ("no", "No", "Ġno", "ĠNo")):
        found = sorted(vocabulary[w] for w in words if w in vocabulary)
        sums.append(torch.softmax(logits, -1)[found].sum())
    return (sums[0] / (sums[0] + sums[1])).item()


def write(path, told):
    path.write_text(json.dumps(told, indent=2, sort_keys=True) + "\n")


def old_name(name):
    return name.replace("model.visual.", "visual.").replace(
        "model.language_model.", "model.")


def save(folder, model, tokenizer, images, is_newer, dtype):
    folder.mkdir(exist_ok=True)
    told = json.loads(tokenizer.to_str())
    if not is_newer:
        told["model"]["merges"] = [" ".join(m) for m in told["model"]["merges"]]
    (folder / "tokenizer.json").write_text(
        json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")

    config = json.loads(model.config.to_json_string(use_diff=False))
    wanted = json.loads(model.config.to_json_string())
    text = {k: v for k, v in config["text_config"].items()
            if k in ("hidden_act", "hidden_size", "intermediate_size",
                     "max_position_embeddings", "max_window_layers",
                     "num_attention_heads", "num_hidden_layers",
                     "num_key_value_heads", "rms_norm_eps", "rope_theta",
                     "sliding_window", "use_sliding_window", "vocab_size",
                     "attention_dropout", "initializer_range", "use_cache")}
    vision = {k: v for k, v in config["vision_config"].items()
              if k in wanted["vision_config"] or k in (
                  "depth", "fullatt_block_indexes", "hidden_act")}
    ids = {k: getattr(model.config, k) for k in (
        "bos_token_id", "eos_token_id", "image_token_id", "video_token_id",
        "vision_start_token_id", "vision_end_token_id")}
    scaling = model.config.text_config.rope_scaling
    if is_newer:
        vision["model_type"] = "qwen2_5_vl"
        config = dict(ids, text_config=dict(
            text, model_type="qwen2_5_vl_text", rope_scaling=scaling,
            layer_types=["full_attention"] * text["num_hidden_layers"],
            tie_word_embeddings=True))
    else:
        vision.pop("model_type", None)
        vision["in_chans"] = 3
        config = dict(ids, **text, rope_scaling=dict(
            type="mrope", mrope_section=scaling["mrope_section"]))
    config.update(vision_config=vision, model_type="qwen2_5_vl",
                  architectures=["Qwen2_5_VLForConditionalGeneration"],
                  tie_word_embeddings=is_newer,
                  transformers_version=transformers.__version__)
    write(folder / "config.json", config)

    told = json.loads(images.to_json_string())
    size = told.pop("size")
    if is_newer:
        del told["min_pixels"], told["max_pixels"]
        told["size"] = size
    write(folder / "preprocessor_config.json", told)
    write(folder / "generation_config.json", dict(
        do_sample=True, temperature=1e-6,
        repetition_penalty=model.generation_config.repetition_penalty,
        eos_token_id=model.generation_config.eos_token_id,
        bos_token_id=ids["bos_token_id"], pad_token_id=ids["bos_token_id"]))
    weights = {name if is_newer else old_name(name): value.to(dtype).contiguous()
               for name, value in model.state_dict().items()
               if not (is_newer and name == "lm_head.weight")}
    save_file(weights, folder / "model.safetensors", dict(format="pt"))


def make(name, config_of, least, most, penalty, is_newer, dtype, seed, others):
    tokenizer = make_tokenizer()
    config = config_of(tokenizer)
    config._attn_implementation = "eager"
    model = Qwen2_5_VLForConditionalGeneration(config)
    randomise(model, seed, dtype)
    if config.tie_word_embeddings:
        model.tie_weights()
    model.generation_config = GenerationConfig(
        do_sample=False, repetition_penalty=penalty,
        eos_token_id=[tokenizer.token_to_id(t) for t in (END, TEXT_END)],
        pad_token_id=tokenizer.token_to_id(TEXT_END))
    vision = config.vision_config
    images = Qwen2VLImageProcessor(
        min_pixels=least, max_pixels=most, patch_size=vision.patch_size,
        merge_size=vision.spatial_merge_size)
    save(HERE / name, model, tokenizer, images, is_newer, dtype)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer)

    pictures = [sample_over_white()] + [strange_picture(*size) for size in others]
    views = [prepare(images, picture) for picture in pictures]
    told = [tell(model, fast, views[i // 3], INSTRUCTIONS[i % 3])
            for i in range(3 * len(views))]
    score = tell(model, fast, views[0], SCORE)
    arrays = [seen_after(model, view, depth)
              for view in views for depth in range(1, vision.depth + 1)]
    arrays += [states(model, t["all"], views[i // 3], t["where"], layers)
               for i, t in enumerate(told) if i % 3 == 2
               for layers in range(1, config.text_config.num_hidden_layers + 1)]
    arrays += [t["states"] for t in told]
    with open(HERE / f"{name}.bin", "wb") as out:
        for array in arrays:
            out.write(np.ascontiguousarray(array, np.float32).tobytes())

    sized = [digest_of_resized(*size) for size in SIZES]
    expected = dict(
        made_by="tests/engine/golden/make-qwen.py",
        versions=dict(torch=torch.__version__,
                      transformers=transformers.__version__),
        instructions=INSTRUCTIONS, score_instruction=SCORE, n_tokens=TOKENS,
        pictures=[n for size in others for n in size],
        grids=[n for view in views for n in view["image_grid_thw"][0, 1:].tolist()],
        yes_share=yes_share(fast, score["logits"]), rendered=told[0]["rendered"],
        texts=TEXTS, sizes=[n for numbers, _ in sized for n in numbers],
        digests=[digest for _, digest in sized])
    for i, text in enumerate(TEXTS):
        expected[f"text_{i}"] = fast(text, split_special_tokens=True).input_ids
    for i, t in enumerate(told):
        expected[f"prompt_{i}"] = t["ids"]
        expected[f"new_{i}"] = t["new"]
        expected[f"positions_{i}"] = t["positions"]
        expected[f"delta_{i}"] = t["delta"]
        print(name, i, len(t["ids"]), t["delta"], t["new"])
    print(name, expected["grids"], expected["yes_share"], [a.shape for a in arrays])
    text = json.dumps(expected, indent=1, ensure_ascii=False)
    text = re.sub(r"[-\d,\s]{9,}", lambda m: " ".join(m[0].split()), text)
    (HERE / f"{name}.json").write_text(text + "\n")


def main():
    make("qwen", config_of_qwen, 576, 9216, 1.05, is_newer=False,
         dtype=torch.bfloat16, seed=2, others=[(72, 36)])
    make("qwen-newer", config_of_newer, 576, 9216, 1.3, is_newer=True,
         dtype=torch.float32, seed=3, others=[(49, 73), (200, 9)])


if __name__ == "__main__":
    main()
