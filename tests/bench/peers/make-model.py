#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# make-model.py FOLDER TYPE [SHAPE]: writes a LLaMA of random weights twice: as
# the engine reads it (config.json and model.safetensors) and as llama.cpp does
# (model.gguf).  TYPE is bf16, q8_0 or q4_0, SHAPE one of the names below.
# Such a model writes nonsense, but takes as long as a trained one.  No library
# is needed to write either format.

import json
import os
import random
import struct
import sys

# layers, width, heads, heads of keys and values, feed-forward, tokens; the language
# models of Janus-Pro-1B and SmolVLM2-500M as they are published, and two that are usual
SHAPES = {
    "tiny": (2, 256, 4, 2, 512, 512),
    "1.4B": (24, 2048, 16, 16, 5632, 32000),
    "Janus-Pro-1B":  (24, 2048, 16, 16, 5632, 102400),
    "SmolVLM2-500M": (32, 960, 15, 5, 2560, 49280),
    "8B":   (32, 4096, 32, 8, 14336, 128256),
}

# GGUF's numbers of types, and what a block of so many values takes.
TYPES = {"f32": (0, 1, 4), "bf16": (30, 1, 2), "q4_0": (2, 32, 18), "q8_0": (8, 32, 34)}

CHUNK = 1 << 20


def tensors(shape, kind):
    """name here, name there, [n_out, n_in], type there"""
    layers, width, heads, kv_heads, inner, words = shape
    kv = width // heads * kv_heads
    yield "model.embed_tokens", "token_embd", [words, width], kind
    for i in range(layers):
        here, there = f"model.layers.{i}.", f"blk.{i}."
        yield here + "input_layernorm", there + "attn_norm", [width], "f32"
        yield here + "self_attn.q_proj", there + "attn_q", [width, width], kind
        yield here + "self_attn.k_proj", there + "attn_k", [kv, width], kind
        yield here + "self_attn.v_proj", there + "attn_v", [kv, width], kind
        yield here + "self_attn.o_proj", there + "attn_output", [width, width], kind
        yield here + "post_attention_layernorm", there + "ffn_norm", [width], "f32"
        yield here + "mlp.gate_proj", there + "ffn_gate", [inner, width], kind
        yield here + "mlp.up_proj", there + "ffn_up", [inner, width], kind
        yield here + "mlp.down_proj", there + "ffn_down", [width, inner], kind
    yield "model.norm", "output_norm", [width], "f32"
    yield "lm_head", "output", [words, width], kind


def count(dims):
    n = 1
    for d in dims:
        n *= d
    return n


def pattern(kind):
    """Some bytes of a type, of whole blocks, that are written again and again."""
    rng = random.Random(kind)
    if kind == "f32":
        return struct.pack("<f", 1.0) * (CHUNK // 4)
    if kind == "bf16":                       # up to 0.03, of both signs
        return bytes(b for _ in range(CHUNK // 2)
                     for b in (rng.getrandbits(8), rng.choice((0x3c, 0xbc))))
    if kind == "scales":                     # about 0.0005
        return bytes(b for _ in range(CHUNK // 2) for b in (rng.getrandbits(8), 0x10))
    if kind == "quants":
        return rng.randbytes(CHUNK)
    size = TYPES[kind][2]
    return b"".join(bytes((rng.getrandbits(8), 0x10)) + rng.randbytes(size - 2)
                    for _ in range(CHUNK // size))


def fill(out, kind, n_bytes, kept={}):
    block = kept.setdefault(kind, None) or pattern(kind)
    kept[kind] = block
    while n_bytes > 0:
        out.write(block[:n_bytes])
        n_bytes -= len(block)


def write_here(folder, shape, kind):
    layers, width, heads, kv_heads, inner, words = shape
    json.dump(dict(hidden_size=width, intermediate_size=inner, num_hidden_layers=layers,
                   num_attention_heads=heads, num_key_value_heads=kv_heads, vocab_size=words,
                   rms_norm_eps=1e-5, rope_theta=10000.0, rope_scaling=None,
                   max_position_embeddings=4096, tie_word_embeddings=False,
                   hidden_act="silu"), open(folder + "/config.json", "w"))
    header, plan, at = {}, [], 0
    for name, _, dims, there in tensors(shape, kind):
        # Embeddings are read by the row, and stay in 16 bits.
        if len(dims) == 1 or kind == "bf16" or name == "model.embed_tokens":
            parts = [("", "BF16", dims, "bf16" if len(dims) > 1 else "ones", 2 * count(dims))]
        else:
            n = dims[1] if kind == "q8_0" else dims[1] // 2
            parts = [("." + kind, "I8" if kind == "q8_0" else "U8", [dims[0], n], "quants",
                      dims[0] * n),
                     (".scales", "F16", [dims[0], dims[1] // 32], "scales", count(dims) // 16)]
        for suffix, dtype, size, content, n_bytes in parts:
            header[name + ".weight" + suffix] = dict(dtype=dtype, shape=size,
                                                     data_offsets=[at, at + n_bytes])
            plan.append((content, n_bytes))
            at += n_bytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 64 + 56)
    with open(folder + "/model.safetensors", "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for content, n_bytes in plan:
            if content == "ones":
                out.write(b"\x80\x3f" * (n_bytes // 2))
            else:
                fill(out, content, n_bytes)


def string(text):
    return struct.pack("<Q", len(text)) + text.encode()


def write_there(folder, shape, kind):
    layers, width, heads, kv_heads, inner, words = shape
    settings = [("general.architecture", "llama"), ("general.name", "random"),
                ("llama.context_length", 4096), ("llama.embedding_length", width),
                ("llama.block_count", layers), ("llama.feed_forward_length", inner),
                ("llama.attention.head_count", heads),
                ("llama.attention.head_count_kv", kv_heads),
                ("llama.rope.dimension_count", width // heads),
                ("llama.attention.layer_norm_rms_epsilon", 1e-5),
                ("llama.rope.freq_base", 10000.0), ("llama.vocab_size", words),
                ("tokenizer.ggml.model", "none")]
    head = b""
    for key, value in settings:
        head += string(key)
        if isinstance(value, str):
            head += struct.pack("<I", 8) + string(value)
        elif isinstance(value, float):
            head += struct.pack("<If", 6, value)
        else:
            head += struct.pack("<II", 4, value)
    plan, at = [], 0
    for _, name, dims, there in tensors(shape, kind):
        number, block, size = TYPES[there]
        n_bytes = count(dims) // block * size
        head += string(name + ".weight") + struct.pack("<I", len(dims))
        head += b"".join(struct.pack("<Q", d) for d in reversed(dims))
        head += struct.pack("<IQ", number, at)
        plan.append((there, n_bytes, -n_bytes % 32))
        at += n_bytes + -n_bytes % 32
    head = b"GGUF" + struct.pack("<IQQ", 3, len(plan), len(settings)) + head
    with open(folder + "/model.gguf", "wb") as out:
        out.write(head + bytes(-len(head) % 32))
        for content, n_bytes, rest in plan:
            fill(out, content, n_bytes)
            out.write(bytes(rest))


def main():
    folder, kind = sys.argv[1:3]
    shape = SHAPES[sys.argv[3] if len(sys.argv) > 3 else "1.4B"]
    os.makedirs(folder, exist_ok=True)
    write_here(folder, shape, kind)
    write_there(folder, shape, kind)


main()
