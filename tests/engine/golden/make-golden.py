#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes `tiny`, a Pisces with random weights and odd sizes, and what PyTorch
(with the classes of transformers and diffusers) computes with it, in both
directions.

    ./dev golden engine

The model runs through nano's own reference (models/nano/evaluate); only the
sizes differ.  The noise is the engine's (engine_noise.py).
"""
import json
import sys
from pathlib import Path

import diffusers
import numpy as np
import torch
import transformers
from PIL import Image

from pictures import sample_picture

HERE = Path(__file__).parent
NANO = HERE.parents[2] / "models" / "nano"
sys.path[:0] = [str(NANO / "train"), str(NANO / "evaluate")]

import networks                                             # noqa: E402

# Two latents a cell, grouped heads, three levels, a merge and a pool.
networks.SAMPLE_SIZE = 64
networks.LATENT_SIZE = 4
networks.LATENT_CHANNELS = 4
networks.NUM_VECTORS = 4
networks.VECTOR_SIZE = 24
networks.PAINT_CHANNELS = 5
networks.VISION.update(hidden_size=48, intermediate_size=80,
                       num_hidden_layers=2, num_attention_heads=3,
                       image_size=64, stem_channels=[8, 16, 24])
networks.TEXT.update(hidden_size=40, intermediate_size=56,
                     num_hidden_layers=2, num_attention_heads=4,
                     num_key_value_heads=2, head_dim=10,
                     max_position_embeddings=256)
networks.UNET.update(
    sample_size=4, in_channels=9, out_channels=4,
    block_out_channels=(16, 24, 32), norm_num_groups=8,
    attention_head_dim=(2, 3, 4), cross_attention_dim=24,
    projection_class_embeddings_input_dim=24 + 6 * 8)
networks.VAE.update(block_out_channels=(8, 8, 16, 16), latent_channels=4,
                    norm_num_groups=4, sample_size=32)

import export                                               # noqa: E402
from engine_noise import normal                             # noqa: E402
import pytorch_model                                        # noqa: E402
import tokenizer as tok                                     # noqa: E402
from training import as_input, as_pictures                  # noqa: E402

SEED = 7
STEPS = 4
GUIDANCE = 2.5
PROMPT = "two red stars"
PLAN = "transparent background; red star x3 y4 s5"


def randomise(module, generator):
    """Chooses weights that make every part matter, because PyTorch's own
    initialisation leaves some of them at zero."""
    for name, value in module.named_parameters():
        spread = .35 if "embed" in name else value[0].numel() ** -.5
        value.data = torch.randn(value.shape, generator=generator) * spread
        if name.endswith("norm.weight") or "norm" in name and value.ndim == 1:
            value.data = 1 + .2 * value.data


def make_model(folder, out):
    generator = torch.Generator().manual_seed(3)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = tok.make_tokenizer()
    tokenizer.save(str(out / "tokenizer.json"))
    parts = {"language": ("pisces.", networks.Pisces(tokenizer.get_vocab_size())),
             "encoder": ("encoder.", networks.GenerationEncoder()),
             "decoder": ("", networks.Decoder()),
             "vae": ("", networks.make_vae())}
    for name, (prefix, module) in parts.items():
        randomise(module, generator)
        torch.save({prefix + key: value for key, value
                    in module.state_dict().items()}, out / f"{name}.pt")
    (out / "vae.json").write_text(json.dumps(
        dict(scaling_factor=.7, shift_factor=.1)))
    export.PREPROCESSOR["size"] = dict(height=64, width=64)
    folder.mkdir(exist_ok=True)
    export.export(out, folder, scenes=0)
    # With random weights, a text never ends by itself.
    config = json.loads((folder / "config.json").read_text())
    config["default_steps"] = STEPS
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")


@torch.no_grad()
def run_model(folder):
    model = pytorch_model.Model(folder)
    rgba = sample_picture()
    Image.fromarray(rgba, "RGBA").save(HERE / "sample.png")

    square = np.zeros((64, 64, 4), np.float32)
    square[8:56] = rgba
    square[..., :3] *= square[..., 3:] / 255
    pixels = (torch.tensor(square).permute(2, 0, 1)[None] / 127.5) - 1
    seen = model.pisces.see(model.pisces.vision_tower.tokens(pixels))

    pytorch_model.TEXT_LIMIT = 64
    short = model.text(model.describe(seen, "short")[0])
    answer_limit = 48
    pytorch_model.TEXT_LIMIT = answer_limit
    answer = model.text(model.describe(seen, "question", ["how many stars"])[0])
    vectors = model.vectors([PROMPT], [PLAN])
    count = networks.LATENT_CHANNELS * networks.LATENT_SIZE ** 2
    noise = torch.tensor(normal(SEED, 0, count)).view(1, 4, 4, 4)
    latent = model.sample(vectors, noise, STEPS, GUIDANCE)
    decoded = model.decode(latent)
    encoded = model.encoder.vectors(pixels)

    with open(HERE / "expected.bin", "wb") as out:
        for array in (vectors, encoded, decoded[0].permute(1, 2, 0)):
            out.write(np.ascontiguousarray(array, np.float32).tobytes())
    expected = dict(
        made_by="tests/engine/golden/make-golden.py",
        versions=dict(torch=torch.__version__,
                      transformers=transformers.__version__,
                      diffusers=diffusers.__version__),
        prompt=PROMPT, plan=PLAN, seed=SEED, steps=STEPS, guidance=GUIDANCE,
        short=short, answer=answer, vectors=list(vectors.shape[1:]),
        decoded=list(decoded[0].permute(1, 2, 0).shape))
    (HERE / "expected.json").write_text(
        json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
    print(json.dumps(expected, indent=1, ensure_ascii=False))
    print("decoded", decoded.min(), decoded.max(), decoded.std())


def main():
    torch.manual_seed(0)
    scratch = Path(sys.argv[1] if len(sys.argv) > 1 else "build/golden-engine")
    make_model(HERE / "tiny", scratch)
    run_model(HERE / "tiny")


if __name__ == "__main__":
    main()
