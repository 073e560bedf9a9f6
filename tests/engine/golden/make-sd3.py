#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a small Stable Diffusion 3.5 with random weights in the layout that diffusers
saves, without T5, and what diffusers' pipeline does with it: the tokens of a prompt,
what the network is shown of it, and three whole pictures.

    ./dev golden engine

Writes sd3/ (the model), sd3.json (prompts and tokens) and sd3.bin (float32 values, in
the order of the test's struct).  The noise is the engine's (engine_noise.py).  The
vocabulary is that of tests/model/golden/clip.
"""
import json
import pathlib
import shutil
import sys

import diffusers
import numpy
import torch
import transformers
from diffusers import (AutoencoderKL, FlowMatchEulerDiscreteScheduler,
                       SD3Transformer2DModel, StableDiffusion3Pipeline)
from transformers import (CLIPTextConfig, CLIPTextModelWithProjection,
                          CLIPTokenizer)

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(ROOT / "models" / "nano" / "evaluate"))
from engine_noise import normal                             # noqa: E402

WORDS = ROOT / "tests" / "model" / "golden" / "clip"
N_POSITIONS = 20
PROMPT = "Two red stars  above a small blue boat, isn't it?"
NEGATIVE = "white sail"
SEED = 7


def randomize(model, seed, scale=1.0):
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() < 2:
            norm = name.endswith("weight")
            parameter.data = 1 + .2 * noise if norm else .2 * noise
        elif "embed" in name and parameter.dim() == 2 and "linear" not in name:
            parameter.data = .5 * noise
        else:
            parameter.data = scale * noise * parameter[0].numel() ** -.5
    return model.eval().requires_grad_(False)


def tokenizer(pad):
    return CLIPTokenizer(str(WORDS / "vocab.json"), str(WORDS / "merges.txt"),
                         pad_token=pad, model_max_length=N_POSITIONS)


def reader(seed, n_tokens, **changes):
    return randomize(CLIPTextModelWithProjection(CLIPTextConfig(**{**dict(
        vocab_size=n_tokens, max_position_embeddings=N_POSITIONS,
        num_hidden_layers=2, num_attention_heads=3, bos_token_id=0,
        pad_token_id=1), **changes})), seed)


def make():
    n_tokens = len(json.loads((WORDS / "vocab.json").read_text()))
    return StableDiffusion3Pipeline(
        transformer=randomize(SD3Transformer2DModel(
            sample_size=16, patch_size=2, in_channels=16, out_channels=16,
            num_layers=4, attention_head_dim=12, num_attention_heads=3,
            joint_attention_dim=64, caption_projection_dim=36,
            pooled_projection_dim=32, pos_embed_max_size=14,
            qk_norm="rms_norm", dual_attention_layers=(0, 1)), 21),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=randomize(AutoencoderKL(
            in_channels=3, out_channels=3, latent_channels=16,
            down_block_types=("DownEncoderBlock2D",) * 3,
            up_block_types=("UpDecoderBlock2D",) * 3,
            block_out_channels=(8, 8, 16), layers_per_block=1,
            norm_num_groups=4, sample_size=64, scaling_factor=1.5305,
            shift_factor=.0609, use_quant_conv=False,
            use_post_quant_conv=False), 22, .5),
        text_encoder=reader(23, n_tokens, hidden_size=24, intermediate_size=40,
                            projection_dim=14, hidden_act="quick_gelu",
                            eos_token_id=2),
        tokenizer=tokenizer("<|endoftext|>"),
        text_encoder_2=reader(24, n_tokens, hidden_size=30,
                              intermediate_size=44, projection_dim=18,
                              hidden_act="gelu", eos_token_id=n_tokens - 1),
        tokenizer_2=tokenizer("!"),
        text_encoder_3=None, tokenizer_3=None)


def draw(pipe, width, height, **how):
    count = 16 * (height // 4) * (width // 4)
    noise = torch.tensor(normal(SEED, 0, count), dtype=torch.float32)
    return pipe(PROMPT, latents=noise.view(1, 16, height // 4, width // 4),
                width=width, height=height, output_type="np", **how).images[0]


def main():
    pipe = make()
    pipe.set_progress_bar_config(disable=True)
    folder = HERE / "sd3"
    shutil.rmtree(folder, ignore_errors=True)
    pipe.save_pretrained(folder)
    index = json.loads((folder / "model_index.json").read_text())
    index.update(default_steps=3, default_guidance_scale=4.5, skip_layers=[1, 2],
                 skip_layer_guidance_stop=.7)
    (folder / "model_index.json").write_text(json.dumps(index, indent=1) + "\n")

    rows, _, pooled, _ = pipe.encode_prompt(PROMPT, PROMPT, PROMPT,
                                            do_classifier_free_guidance=False)
    skips = dict(skip_guidance_layers=[1, 2], skip_layer_guidance_stop=.7)
    values = [rows[0], pooled[0],
              draw(pipe, 80, 48, negative_prompt=NEGATIVE, num_inference_steps=6,
                   guidance_scale=4.5, **skips),
              draw(pipe, 64, 64, num_inference_steps=3, guidance_scale=4.5, **skips),
              draw(pipe, 64, 64, num_inference_steps=2, guidance_scale=0.0)]
    data = numpy.concatenate([numpy.asarray(v, dtype=numpy.float32).ravel()
                              for v in values])
    data.tofile(HERE / "sd3.bin")
    for value in values[2:]:
        print("picture: mean %.3f, deviation %.3f" % (value.mean(), value.std()))
    ids = [t(PROMPT, padding="max_length", max_length=N_POSITIONS,
             truncation=True).input_ids for t in (pipe.tokenizer, pipe.tokenizer_2)]
    (HERE / "sd3.json").write_text(json.dumps(dict(
        made_by="diffusers %s, transformers %s, torch %s" % (
            diffusers.__version__, transformers.__version__, torch.__version__),
        prompt=PROMPT, negative=NEGATIVE, seed=SEED, ids=ids[0], ids_2=ids[1]),
        indent=1) + "\n")


main()
