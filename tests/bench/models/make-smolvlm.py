#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a folder as SmolVLM2 is published, in its names, shapes, types and
settings, with random weights: for what must be measured at that size, where the
published weights cannot be had.

    make-smolvlm.py FOLDER TOKENIZER [256m|500m|2.2b] [F32|BF16]

TOKENIZER is the tokenizer.json of a small golden model; its few tokens are
enough to make prompts.  The 500M model is published in F32, which is the
default for the two small ones.  No PyTorch is needed.
"""
import json
import shutil
import sys
from pathlib import Path

import numpy as np

# What the published files leave out has the classes' default: 12 layers and an
# inner width of 3072 in the eye, and 32 heads in the language model of 2.2B.
BASE_EYE = dict(hidden_size=768, num_attention_heads=12, image_size=512,
                patch_size=16)
LARGE_EYE = dict(hidden_size=1152, image_size=384, patch_size=14,
                 intermediate_size=4304, num_hidden_layers=27)
SIZES = {
    "256m": dict(
        eye=BASE_EYE, tile=512, factor=4, dtype="F32",
        text=dict(hidden_size=576, intermediate_size=1536,
                  num_hidden_layers=30, num_attention_heads=9,
                  num_key_value_heads=3, rope_theta=100000)),
    "500m": dict(
        eye=BASE_EYE, tile=512, factor=4, dtype="F32",
        text=dict(hidden_size=960, intermediate_size=2560,
                  num_hidden_layers=32, num_attention_heads=15,
                  num_key_value_heads=5, rope_theta=100000)),
    "2.2b": dict(
        eye=LARGE_EYE, tile=384, factor=3, dtype="BF16",
        text=dict(hidden_size=2048, intermediate_size=8192,
                  num_hidden_layers=24, rope_theta=273768)),
}
VOCAB = 49280


def linear(name, n_out, n_in, bias=True):
    yield f"{name}.weight", (n_out, n_in)
    if bias:
        yield f"{name}.bias", (n_out,)


def norm(name, width, bias=True):
    yield f"{name}.weight", (width,)
    if bias:
        yield f"{name}.bias", (width,)


def eye(p, e):
    width, patch = e["hidden_size"], e["patch_size"]
    inner = e.get("intermediate_size", 3072)
    yield f"{p}.embeddings.patch_embedding.weight", (width, 3, patch, patch)
    yield f"{p}.embeddings.patch_embedding.bias", (width,)
    yield (f"{p}.embeddings.position_embedding.weight",
           ((e["image_size"] // patch) ** 2, width))
    for i in range(e.get("num_hidden_layers", 12)):
        layer = f"{p}.encoder.layers.{i}"
        yield from norm(f"{layer}.layer_norm1", width)
        yield from norm(f"{layer}.layer_norm2", width)
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from linear(f"{layer}.self_attn.{part}", width, width)
        yield from linear(f"{layer}.mlp.fc1", inner, width)
        yield from linear(f"{layer}.mlp.fc2", width, inner)
    yield from norm(f"{p}.post_layernorm", width)


def language(p, t):
    width, inner = t["hidden_size"], t["intermediate_size"]
    heads = t.get("num_attention_heads", 32)
    kv = t.get("num_key_value_heads", heads) * 64
    yield f"{p}.embed_tokens.weight", (VOCAB, width)
    for i in range(t["num_hidden_layers"]):
        layer = f"{p}.layers.{i}"
        yield from norm(f"{layer}.input_layernorm", width, False)
        yield from norm(f"{layer}.post_attention_layernorm", width, False)
        for part, n_out, n_in in (("q", heads * 64, width), ("k", kv, width),
                                  ("v", kv, width), ("o", width, heads * 64)):
            yield from linear(f"{layer}.self_attn.{part}_proj", n_out, n_in,
                              False)
        for part in ("gate", "up"):
            yield from linear(f"{layer}.mlp.{part}_proj", inner, width, False)
        yield from linear(f"{layer}.mlp.down_proj", width, inner, False)
    yield from norm(f"{p}.norm", width, False)


def tensors(size):
    t, e = size["text"], size["eye"]
    yield from eye("model.vision_model", e)
    yield from linear("model.connector.modality_projection.proj",
                      t["hidden_size"],
                      e["hidden_size"] * size["factor"] ** 2, False)
    yield from language("model.text_model", t)
    yield "lm_head.weight", (VOCAB, t["hidden_size"])


def stored(values, dtype):
    values = values.astype(np.float32)
    if dtype == "F32":
        return values
    return (values.view(np.uint32) >> 16).astype(np.uint16)


def write_weights(path, size, dtype):
    """Every matrix takes its numbers from one block, begun at another place:
    a whole model of new ones would take minutes."""
    block = np.random.default_rng(1).standard_normal(1 << 24)
    n_each = 4 if dtype == "F32" else 2
    parts, header, offset = list(tensors(size)), {}, 0
    for name, shape in parts:
        n_bytes = n_each * int(np.prod(shape))
        header[name] = dict(dtype=dtype, shape=shape,
                            data_offsets=[offset, offset + n_bytes])
        offset += n_bytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(len(text).to_bytes(8, "little") + text)
        for i, (name, shape) in enumerate(parts):
            count = int(np.prod(shape))
            if len(shape) == 1:
                values = (np.ones if name.endswith("weight")
                          else np.zeros)(count)
                out.write(stored(values, dtype).tobytes())
                continue
            spread = (count // shape[0]) ** -.5
            start = i * 7919 % 1000
            while count:
                some = block[start:start + count] * spread
                out.write(stored(some, dtype).tobytes())
                count -= len(some)
                start = 0
    return offset


def main():
    folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
    size = SIZES[sys.argv[3] if len(sys.argv) > 3 else "500m"]
    dtype = sys.argv[4] if len(sys.argv) > 4 else size["dtype"]
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(tokenizer, folder / "tokenizer.json")
    n_bytes = write_weights(folder / "model.safetensors", size, dtype)
    tile = dict(longest_edge=size["tile"])
    longest = dict(longest_edge=4 * size["tile"])
    (folder / "config.json").write_text(json.dumps(dict(
        architectures=["SmolVLMForConditionalGeneration"],
        image_token_id=49190, model_type="smolvlm", pad_token_id=128002,
        scale_factor=size["factor"], tie_word_embeddings=False,
        vocab_size=VOCAB, use_cache=False, use_reentrant_checkpointing=False,
        text_config=dict(
            size["text"], architectures=["VLlama3ForCausalLM"],
            model_type="llama", head_dim=64, is_llama_config=True,
            max_position_embeddings=8192, neftune_noise_alpha=0.0,
            pad_token_id=2, pixel_shuffle_factor=size["factor"],
            qk_layer_norms=False, rms_norm_eps=1e-5, rope_interleaved=False,
            use_resampler=False, vocab_size=VOCAB),
        vision_config=dict(
            size["eye"], model_type="smolvlm_vision", max_image_size=tile,
            size=longest, tie_word_embeddings=False,
            use_base_siglip=False)), indent=1))
    (folder / "preprocessor_config.json").write_text(json.dumps(dict(
        do_convert_rgb=True, do_image_splitting=True, do_normalize=True,
        do_pad=True, do_rescale=True, do_resize=True, image_mean=[.5] * 3,
        image_processor_type="SmolVLMImageProcessor", image_std=[.5] * 3,
        max_image_size=tile, processor_class="SmolVLMProcessor", resample=1,
        rescale_factor=1 / 255, size=longest), indent=1))
    print(f"{folder}: {n_bytes / 1e9:.3f} GB")


if __name__ == "__main__":
    main()
