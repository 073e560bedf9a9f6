#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a folder as Janus-Pro is published, in its names, shapes and types,
with random weights: for what must be measured at that size, where the
published weights cannot be had.

    make-janus-pro.py FOLDER TOKENIZER [1b|7b]

TOKENIZER is the tokenizer.json of a small golden model; its few tokens are
enough to make prompts.  No PyTorch is needed.
"""
import json
import shutil
import sys
from pathlib import Path

import numpy as np

SIZES = {"1b": dict(width=2048, inner=5632, layers=24, heads=16),
         "7b": dict(width=4096, inner=11008, layers=30, heads=32)}
VOCAB, CODES, CODE = 102400, 16384, 8
EYE, EYE_LAYERS = 1024, 24
CHANNELS, MULTIPLIERS, RESNETS = 128, (1, 1, 2, 2, 4), 2


def linear(name, n_out, n_in, bias=True):
    yield f"{name}.weight", (n_out, n_in)
    if bias:
        yield f"{name}.bias", (n_out,)


def conv(name, n_out, n_in, kernel):
    yield f"{name}.weight", (n_out, n_in, kernel, kernel)
    yield f"{name}.bias", (n_out,)


def norm(name, width, bias=True):
    yield f"{name}.weight", (width,)
    if bias:
        yield f"{name}.bias", (width,)


def eye(p):
    yield from conv(f"{p}.embeddings.patch_embedding", EYE, 3, 16)
    yield f"{p}.embeddings.position_embedding.weight", (576, EYE)
    for i in range(EYE_LAYERS):
        layer = f"{p}.encoder.layers.{i}"
        yield from norm(f"{layer}.layer_norm1", EYE)
        yield from norm(f"{layer}.layer_norm2", EYE)
        for part in ("q_proj", "k_proj", "v_proj", "projection_layer"):
            yield from linear(f"{layer}.self_attn.{part}", EYE, EYE)
        yield from linear(f"{layer}.mlp.fc1", 4 * EYE, EYE)
        yield from linear(f"{layer}.mlp.fc2", EYE, 4 * EYE)
    yield from norm(f"{p}.post_layernorm", EYE)


def language(p, size):
    width = size["width"]
    yield f"{p}.embed_tokens.weight", (VOCAB, width)
    for i in range(size["layers"]):
        layer = f"{p}.layers.{i}"
        yield from norm(f"{layer}.input_layernorm", width, False)
        yield from norm(f"{layer}.post_attention_layernorm", width, False)
        for part in "qkvo":
            yield from linear(f"{layer}.self_attn.{part}_proj", width, width,
                              False)
        for part in ("gate", "up"):
            yield from linear(f"{layer}.mlp.{part}_proj", size["inner"],
                              width, False)
        yield from linear(f"{layer}.mlp.down_proj", width, size["inner"],
                          False)
    yield from norm(f"{p}.norm", width, False)


def resnet(p, n_in, n_out):
    yield from norm(f"{p}.norm1", n_in)
    yield from conv(f"{p}.conv1", n_out, n_in, 3)
    yield from norm(f"{p}.norm2", n_out)
    yield from conv(f"{p}.conv2", n_out, n_out, 3)
    if n_in != n_out:
        yield from conv(f"{p}.nin_shortcut", n_out, n_in, 1)


def attention(p, width):
    yield from norm(f"{p}.norm", width)
    for part in ("q", "k", "v", "proj_out"):
        yield from conv(f"{p}.{part}", width, width, 1)


def vq(p):
    deep = CHANNELS * MULTIPLIERS[-1]
    yield f"{p}.quantize.embedding.weight", (CODES, CODE)
    yield from conv(f"{p}.post_quant_conv", 256, CODE, 1)
    d = f"{p}.decoder"
    yield from conv(f"{d}.conv_in", deep, 256, 3)
    yield from resnet(f"{d}.mid.block_1", deep, deep)
    yield from attention(f"{d}.mid.attn_1", deep)
    yield from resnet(f"{d}.mid.block_2", deep, deep)
    n_in = deep
    for i, multiplier in enumerate(reversed(MULTIPLIERS)):
        n_out = CHANNELS * multiplier
        for j in range(RESNETS + 1):
            yield from resnet(f"{d}.up.{i}.block.{j}", n_in, n_out)
            n_in = n_out
            if i == 0:
                yield from attention(f"{d}.up.{i}.attn.{j}", n_out)
        if i + 1 < len(MULTIPLIERS):
            yield from conv(f"{d}.up.{i}.upsample.conv", n_out, n_out, 3)
    yield from norm(f"{d}.norm_out", n_in)
    yield from conv(f"{d}.conv_out", 3, n_in, 3)


def tensors(size):
    width = size["width"]
    yield from eye("model.vision_model")
    yield from linear("model.aligner.fc1", width, EYE)
    yield from linear("model.aligner.hidden_layers.0", width, width)
    yield from language("model.language_model", size)
    yield "lm_head.weight", (VOCAB, width)
    yield "model.generation_embeddings.weight", (CODES, CODE)
    yield from linear("model.generation_aligner.fc1", width, CODE)
    yield from linear("model.generation_aligner.hidden_layers.0", width, width)
    yield from linear("model.generation_head.proj_out", width, width)
    yield from linear("model.generation_head.vision_head", CODES, width)
    yield from vq("model.vqmodel")


def bfloat16(values):
    return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)


def write_weights(path, size):
    """Every matrix takes its numbers from one block, begun at another place:
    a whole model of new ones would take minutes."""
    block = np.random.default_rng(1).standard_normal(1 << 24)
    parts, header, offset = list(tensors(size)), {}, 0
    for name, shape in parts:
        n_bytes = 2 * int(np.prod(shape))
        header[name] = dict(dtype="BF16", shape=shape,
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
                out.write(bfloat16(values).tobytes())
                continue
            spread = bfloat16(block * (count // shape[0]) ** -.5)
            start = i * 7919 % 1000
            while count:
                some = spread[start:start + count]
                out.write(some.tobytes())
                count -= len(some)
                start = 0
    return offset


def main():
    folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
    size = SIZES[sys.argv[3] if len(sys.argv) > 3 else "1b"]
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(tokenizer, folder / "tokenizer.json")
    n_bytes = write_weights(folder / "model.safetensors", size)
    (folder / "config.json").write_text(json.dumps(dict(
        model_type="janus", image_token_id=100581,
        text_config=dict(
            model_type="llama", vocab_size=VOCAB, hidden_size=size["width"],
            intermediate_size=size["inner"],
            num_hidden_layers=size["layers"],
            num_attention_heads=size["heads"],
            num_key_value_heads=size["heads"],
            max_position_embeddings=16384, rms_norm_eps=1e-6),
        vision_config=dict(model_type="janus_vision_model", image_size=384,
                           projection_dim=size["width"], depth=2),
        vq_config=dict(model_type="janus_vqgan", projection_dim=size["width"],
                       image_token_embed_dim=size["width"])), indent=1))
    (folder / "preprocessor_config.json").write_text(json.dumps(dict(
        image_processor_type="JanusImageProcessor", do_pad=True,
        background_color=[127] * 3, image_mean=[.5] * 3, image_std=[.5] * 3,
        min_size=14, resample=3, rescale_factor=1 / 255,
        size=dict(height=384, width=384)), indent=1))
    print(f"{folder}: {n_bytes / 1e9:.3f} GB")


if __name__ == "__main__":
    main()
