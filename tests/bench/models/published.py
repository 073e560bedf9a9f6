# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts beside this file share, which write models as they are
published, with random weights: the names and shapes of parts that several models
have, and the files of a folder.  A part yields its tensors' names and shapes.
"""
import json
import shutil

import numpy as np


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


def siglip(p, width, inner, layers, patch, side, out):
    """The eye.  out: what its models call the last matrix of attention."""
    yield from conv(f"{p}.embeddings.patch_embedding", width, 3, patch)
    yield (f"{p}.embeddings.position_embedding.weight",
           ((side // patch) ** 2, width))
    for i in range(layers):
        layer = f"{p}.encoder.layers.{i}"
        yield from norm(f"{layer}.layer_norm1", width)
        yield from norm(f"{layer}.layer_norm2", width)
        for part in ("q_proj", "k_proj", "v_proj", out):
            yield from linear(f"{layer}.self_attn.{part}", width, width)
        yield from linear(f"{layer}.mlp.fc1", inner, width)
        yield from linear(f"{layer}.mlp.fc2", width, inner)
    yield from norm(f"{p}.post_layernorm", width)


def llama(p, vocab, width, inner, layers, q, kv, qkv_bias=False):
    """The language model, without its head.  q, kv: the width of all heads."""
    yield f"{p}.embed_tokens.weight", (vocab, width)
    for i in range(layers):
        layer = f"{p}.layers.{i}"
        yield from norm(f"{layer}.input_layernorm", width, False)
        yield from norm(f"{layer}.post_attention_layernorm", width, False)
        for part, n_out, n_in in (("q", q, width), ("k", kv, width),
                                  ("v", kv, width), ("o", width, q)):
            yield from linear(f"{layer}.self_attn.{part}_proj", n_out, n_in,
                              qkv_bias and part != "o")
        for part in ("gate", "up"):
            yield from linear(f"{layer}.mlp.{part}_proj", inner, width, False)
        yield from linear(f"{layer}.mlp.down_proj", width, inner, False)
    yield from norm(f"{p}.norm", width, False)


def stored(values, dtype):
    values = values.astype(np.float32)
    if dtype == "F32":
        return values
    return (values.view(np.uint32) >> 16).astype(np.uint16)


def write_weights(path, parts, dtype):
    """Every matrix takes its numbers from one block, begun at another place:
    a whole model of new ones would take minutes."""
    block = np.random.default_rng(1).standard_normal(1 << 24)
    n_each = 4 if dtype == "F32" else 2
    parts, header, offset = list(parts), {}, 0
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


def write_model(folder, tokenizer, parts, dtype, config, preprocessor,
                generation=None):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(tokenizer, folder / "tokenizer.json")
    n_bytes = write_weights(folder / "model.safetensors", parts, dtype)
    for name, settings in (("config.json", config),
                           ("preprocessor_config.json", preprocessor),
                           ("generation_config.json", generation)):
        if settings is None:
            continue
        (folder / name).write_text(json.dumps(settings, indent=1))
    print(f"{folder}: {n_bytes / 1e9:.3f} GB")
