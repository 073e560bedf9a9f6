#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a folder as Janus-Pro is published, in its names, shapes and types,
with random weights: for what must be measured at that size, where the
published weights cannot be had.

    make-janus-pro.py FOLDER TOKENIZER [1b|7b]

TOKENIZER is the tokenizer.json of a small golden model; its few tokens are
enough to make prompts.  No PyTorch is needed.
"""
import sys
from pathlib import Path

from published import conv, linear, llama, norm, siglip, write_model

SIZES = {"1b": dict(width=2048, inner=5632, layers=24, heads=16),
         "7b": dict(width=4096, inner=11008, layers=30, heads=32)}
VOCAB, CODES, CODE = 102400, 16384, 8
EYE, EYE_LAYERS = 1024, 24
CHANNELS, MULTIPLIERS, RESNETS = 128, (1, 1, 2, 2, 4), 2


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
    yield from siglip("model.vision_model", EYE, 4 * EYE, EYE_LAYERS, 16, 384,
                      "projection_layer")
    yield from linear("model.aligner.fc1", width, EYE)
    yield from linear("model.aligner.hidden_layers.0", width, width)
    yield from llama("model.language_model", VOCAB, width, size["inner"],
                     size["layers"], width, width)
    yield "lm_head.weight", (VOCAB, width)
    yield "model.generation_embeddings.weight", (CODES, CODE)
    yield from linear("model.generation_aligner.fc1", width, CODE)
    yield from linear("model.generation_aligner.hidden_layers.0", width, width)
    yield from linear("model.generation_head.proj_out", width, width)
    yield from linear("model.generation_head.vision_head", CODES, width)
    yield from vq("model.vqmodel")


def main():
    folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
    size = SIZES[sys.argv[3] if len(sys.argv) > 3 else "1b"]
    config = dict(
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
                       image_token_embed_dim=size["width"]))
    preprocessor = dict(
        image_processor_type="JanusImageProcessor", do_pad=True,
        background_color=[127] * 3, image_mean=[.5] * 3, image_std=[.5] * 3,
        min_size=14, resample=3, rescale_factor=1 / 255,
        size=dict(height=384, width=384))
    write_model(folder, tokenizer, tensors(size), "BF16", config, preprocessor)


if __name__ == "__main__":
    main()
