#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a folder as Stable Diffusion 3.5 medium is published for diffusers, without
T5, in its names and shapes, in bfloat16 and with random weights: for what must be
measured at that size, where the published weights cannot be had.

    make-sd3.py FOLDER VOCABULARY

VOCABULARY is a folder with the vocab.json and merges.txt of a small golden tokenizer;
its few tokens are enough to make prompts.  No PyTorch is needed.
"""
import json
import shutil
import sys
from pathlib import Path

from published import conv, linear, norm, write_weights

LAYERS, HEADS, HEAD, PLACES, DUAL = 24, 24, 64, 384, 13
WIDTH, CONTEXT, POOLED = HEADS * HEAD, 4096, 2048
VOCAB, POSITIONS = 49408, 77
READERS = dict(text_encoder=(768, 12, 12, "quick_gelu"),
               text_encoder_2=(1280, 32, 20, "gelu"))
LEVELS, CHANNELS = (128, 256, 512, 512), 16


def heads(p, names):
    for name in names:
        yield from norm(f"{p}.{name}", HEAD, False)


def transformer():
    yield "pos_embed.pos_embed", (1, PLACES ** 2, WIDTH)
    yield from conv("pos_embed.proj", WIDTH, CHANNELS, 2)
    for name, n_in in (("timestep", 256), ("text", POOLED)):
        yield from linear(f"time_text_embed.{name}_embedder.linear_1", WIDTH, n_in)
        yield from linear(f"time_text_embed.{name}_embedder.linear_2", WIDTH, WIDTH)
    yield from linear("context_embedder", WIDTH, CONTEXT)
    for i in range(LAYERS):
        p, last, dual = f"transformer_blocks.{i}", i == LAYERS - 1, i < DUAL
        yield from linear(f"{p}.norm1.linear", (9 if dual else 6) * WIDTH, WIDTH)
        yield from linear(f"{p}.norm1_context.linear", (2 if last else 6) * WIDTH, WIDTH)
        for name in ("to_q", "to_k", "to_v", "add_q_proj", "add_k_proj",
                     "add_v_proj", "to_out.0") + (() if last else ("to_add_out",)):
            yield from linear(f"{p}.attn.{name}", WIDTH, WIDTH)
        yield from heads(f"{p}.attn", ("norm_q", "norm_k", "norm_added_q", "norm_added_k"))
        if dual:
            for name in ("to_q", "to_k", "to_v", "to_out.0"):
                yield from linear(f"{p}.attn2.{name}", WIDTH, WIDTH)
            yield from heads(f"{p}.attn2", ("norm_q", "norm_k"))
        for name in ("ff",) if last else ("ff", "ff_context"):
            yield from linear(f"{p}.{name}.net.0.proj", 4 * WIDTH, WIDTH)
            yield from linear(f"{p}.{name}.net.2", WIDTH, 4 * WIDTH)
    yield from linear("norm_out.linear", 2 * WIDTH, WIDTH)
    yield from linear("proj_out", 4 * CHANNELS, WIDTH)


def reader(width, layers):
    p = "text_model"
    yield f"{p}.embeddings.token_embedding.weight", (VOCAB, width)
    yield f"{p}.embeddings.position_embedding.weight", (POSITIONS, width)
    for i in range(layers):
        layer = f"{p}.encoder.layers.{i}"
        yield from norm(f"{layer}.layer_norm1", width)
        yield from norm(f"{layer}.layer_norm2", width)
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from linear(f"{layer}.self_attn.{part}", width, width)
        yield from linear(f"{layer}.mlp.fc1", 4 * width, width)
        yield from linear(f"{layer}.mlp.fc2", width, 4 * width)
    yield from norm(f"{p}.final_layer_norm", width)
    yield from linear("text_projection", width, width, False)


def resnet(p, n_in, n_out):
    yield from norm(f"{p}.norm1", n_in)
    yield from conv(f"{p}.conv1", n_out, n_in, 3)
    yield from norm(f"{p}.norm2", n_out)
    yield from conv(f"{p}.conv2", n_out, n_out, 3)
    if n_in != n_out:
        yield from conv(f"{p}.conv_shortcut", n_out, n_in, 1)


def middle(p, width):
    yield from resnet(f"{p}.resnets.0", width, width)
    yield from norm(f"{p}.attentions.0.group_norm", width)
    for name in ("to_q", "to_k", "to_v", "to_out.0"):
        yield from linear(f"{p}.attentions.0.{name}", width, width)
    yield from resnet(f"{p}.resnets.1", width, width)


def half(p, n_in, n_out, levels, n_resnets, blocks, sampler):
    yield from conv(f"{p}.conv_in", levels[0], n_in, 3)
    n = levels[0]
    for i, width in enumerate(levels):
        for j in range(n_resnets):
            yield from resnet(f"{p}.{blocks}.{i}.resnets.{j}", n, width)
            n = width
        if i + 1 < len(levels):
            yield from conv(f"{p}.{blocks}.{i}.{sampler}.0.conv", width, width, 3)
    yield from middle(f"{p}.mid_block", max(levels))
    yield from norm(f"{p}.conv_norm_out", levels[-1])
    yield from conv(f"{p}.conv_out", n_out, levels[-1], 3)


def vae():
    yield from half("encoder", 3, 2 * CHANNELS, LEVELS, 2, "down_blocks", "downsamplers")
    yield from half("decoder", CHANNELS, 3, LEVELS[::-1], 3, "up_blocks", "upsamplers")


def write(folder, name, parts, stem, config):
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "config.json").write_text(json.dumps(config, indent=1))
    return write_weights(place / f"{stem}.safetensors", parts, "BF16")


def main():
    folder, words = Path(sys.argv[1]), Path(sys.argv[2])
    n_bytes = write(folder, "transformer", transformer(), "diffusion_pytorch_model", dict(
        _class_name="SD3Transformer2DModel", sample_size=128, patch_size=2,
        in_channels=CHANNELS, out_channels=CHANNELS, num_layers=LAYERS,
        attention_head_dim=HEAD, num_attention_heads=HEADS,
        joint_attention_dim=CONTEXT, caption_projection_dim=WIDTH,
        pooled_projection_dim=POOLED, pos_embed_max_size=PLACES,
        dual_attention_layers=list(range(DUAL)), qk_norm="rms_norm"))
    n_bytes += write(folder, "vae", vae(), "diffusion_pytorch_model", dict(
        _class_name="AutoencoderKL", block_out_channels=LEVELS, layers_per_block=2,
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
        latent_channels=CHANNELS, scaling_factor=1.5305, shift_factor=.0609,
        use_quant_conv=False, use_post_quant_conv=False, force_upcast=True))
    for name, (width, layers, n_heads, activation) in READERS.items():
        n_bytes += write(folder, name, reader(width, layers), "model", dict(
            model_type="clip_text_model", vocab_size=VOCAB, hidden_size=width,
            intermediate_size=4 * width, num_hidden_layers=layers,
            num_attention_heads=n_heads, projection_dim=width, hidden_act=activation,
            max_position_embeddings=POSITIONS, eos_token_id=2))
    for name, pad in (("tokenizer", "<|endoftext|>"), ("tokenizer_2", "!")):
        (folder / name).mkdir(exist_ok=True)
        for file in ("vocab.json", "merges.txt"):
            shutil.copy(words / file, folder / name / file)
        (folder / name / "tokenizer_config.json").write_text(json.dumps(dict(pad_token=pad)))
    (folder / "scheduler").mkdir(exist_ok=True)
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(dict(
        _class_name="FlowMatchEulerDiscreteScheduler", num_train_timesteps=1000, shift=3.0)))
    (folder / "model_index.json").write_text(json.dumps(dict(
        _class_name="StableDiffusion3Pipeline")))
    print(f"{folder}: {n_bytes / 1e9:.3f} GB")


if __name__ == "__main__":
    main()
