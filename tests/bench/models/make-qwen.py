#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a folder as Qwen2.5-VL is published, in its names, shapes, types and
settings, with random weights: for what must be measured at that size, where the
published weights cannot be had.

    make-qwen.py FOLDER TOKENIZER [3b|7b] [F32|BF16]

TOKENIZER is the tokenizer.json of a small golden model; its few tokens are
enough to make prompts, and others are added to it, because a text of tokens that
it does not have would be empty.  No PyTorch is needed.
"""
import json
import sys
from pathlib import Path

from published import linear, llama, norm, write_model

SIZES = {
    "3b": dict(hidden_size=2048, intermediate_size=11008, num_hidden_layers=36,
               num_attention_heads=16, num_key_value_heads=2,
               vocab_size=151936, tie_word_embeddings=True),
    "7b": dict(hidden_size=3584, intermediate_size=18944, num_hidden_layers=28,
               num_attention_heads=28, num_key_value_heads=4,
               vocab_size=152064, tie_word_embeddings=False),
}
HEAD = 128
EYE, EYE_INNER, EYE_LAYERS, PATCH = 1280, 3420, 32, 14


def eye(p, out):
    yield f"{p}.patch_embed.proj.weight", (EYE, 3, 2, PATCH, PATCH)
    for i in range(EYE_LAYERS):
        block = f"{p}.blocks.{i}"
        for name in ("norm1", "norm2"):
            yield from norm(f"{block}.{name}", EYE, False)
        yield from linear(f"{block}.attn.qkv", 3 * EYE, EYE)
        yield from linear(f"{block}.attn.proj", EYE, EYE)
        for name in ("gate", "up"):
            yield from linear(f"{block}.mlp.{name}_proj", EYE_INNER, EYE)
        yield from linear(f"{block}.mlp.down_proj", EYE, EYE_INNER)
    yield from norm(f"{p}.merger.ln_q", EYE, False)
    yield from linear(f"{p}.merger.mlp.0", 4 * EYE, 4 * EYE)
    yield from linear(f"{p}.merger.mlp.2", out, 4 * EYE)


def tensors(size):
    width = size["hidden_size"]
    yield from eye("visual", width)
    yield from llama("model", size["vocab_size"], width,
                     size["intermediate_size"], size["num_hidden_layers"],
                     size["num_attention_heads"] * HEAD,
                     size["num_key_value_heads"] * HEAD, qkv_bias=True)
    if not size["tie_word_embeddings"]:
        yield "lm_head.weight", (size["vocab_size"], width)


def fill_vocabulary(path, n):
    told = json.loads(path.read_text())
    first = 1 + max([*told["model"]["vocab"].values(),
                     *(t["id"] for t in told["added_tokens"])])
    told["model"]["vocab"].update((f"w{i}", i) for i in range(first, n))
    path.write_text(json.dumps(told))


def main():
    folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
    size = SIZES[sys.argv[3] if len(sys.argv) > 3 else "3b"]
    dtype = sys.argv[4] if len(sys.argv) > 4 else "BF16"
    config = dict(
        size, architectures=["Qwen2_5_VLForConditionalGeneration"],
        attention_dropout=0.0, bos_token_id=151643, eos_token_id=151645,
        vision_start_token_id=151652, vision_end_token_id=151653,
        vision_token_id=151654, image_token_id=151655, video_token_id=151656,
        hidden_act="silu", initializer_range=0.02,
        max_position_embeddings=128000, max_window_layers=70,
        model_type="qwen2_5_vl", rms_norm_eps=1e-6, rope_theta=1e6,
        sliding_window=32768, use_cache=True, use_sliding_window=False,
        rope_scaling=dict(type="mrope", mrope_section=[16, 24, 24]),
        vision_config=dict(
            depth=EYE_LAYERS, hidden_act="silu", hidden_size=EYE,
            intermediate_size=EYE_INNER, num_heads=16, in_chans=3,
            out_hidden_size=size["hidden_size"], patch_size=PATCH,
            spatial_merge_size=2, spatial_patch_size=PATCH, window_size=112,
            fullatt_block_indexes=[7, 15, 23, 31], tokens_per_second=2,
            temporal_patch_size=2))
    preprocessor = dict(
        min_pixels=3136, max_pixels=12845056, patch_size=PATCH,
        temporal_patch_size=2, merge_size=2,
        image_mean=[0.48145466, 0.4578275, 0.40821073],
        image_std=[0.26862954, 0.26130258, 0.27577711],
        image_processor_type="Qwen2VLImageProcessor",
        processor_class="Qwen2_5_VLProcessor")
    generation = dict(
        bos_token_id=151643, pad_token_id=151643, do_sample=True,
        eos_token_id=[151645, 151643], repetition_penalty=1.05,
        temperature=1e-6)
    write_model(folder, tokenizer, tensors(size), dtype, config, preprocessor,
                generation)
    fill_vocabulary(folder / "tokenizer.json", size["vocab_size"])


if __name__ == "__main__":
    main()
