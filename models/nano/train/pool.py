# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 3: what the frozen encoders make of training scenes, computed once:
visual vectors for the language model, vectors and latents for the decoder.

Kept in pieces of 1000 scenes, so that a stop costs little and the decoder
can begin before all is done.
"""
import json
import sys

import numpy as np
import torch

import networks
import world
from training import arguments, as_input

PIECE = 1000


def _pictures(split, start, count, small):
    pictures = (world.picture_of(split, i)[1]
                for i in range(start, start + count))
    return [world.for_encoder(p) if small else p for p in pictures]


def load_encoder(out):
    """The generation encoder that train_encoder.py left."""
    state = torch.load(out / "encoder.pt", weights_only=True)
    encoder = networks.GenerationEncoder()
    encoder.load_state_dict({k.removeprefix("encoder."): v
                             for k, v in state.items()
                             if k.startswith("encoder.")})
    return encoder.eval().requires_grad_(False)


def load_vae(out):
    """The autoencoder, and the scale and shift of its latents."""
    vae = networks.make_vae()
    vae.load_state_dict(torch.load(out / "vae.pt", weights_only=True))
    note = json.loads((out / "vae.json").read_text())
    return (vae.eval().requires_grad_(False), note["scaling_factor"],
            note["shift_factor"])


@torch.no_grad()
def make_piece(out, what, split, piece, count, encode):
    path = out / "pool" / f"{what}-{split}-{piece:03}.npy"
    if path.exists():
        return
    pictures = _pictures(split, piece * PIECE, count, what == "vectors")
    with torch.autocast("cpu", torch.bfloat16):
        parts = [encode(as_input(pictures[i:i + 25])).float()
                 for i in range(0, count, 25)]
    new = path.with_suffix(".new.npy")
    np.save(new, torch.cat(parts).half().numpy())
    new.rename(path)
    print(path.name, flush=True)


def fill(out, what, count):
    """Pieces for `count` training scenes and one of scenes held out."""
    (out / "pool").mkdir(exist_ok=True)
    if what == "vectors":
        encode = load_encoder(out).vectors
    else:
        vae, scale, shift = load_vae(out)

        def encode(x):
            mean = vae.encode(networks.fold(x)).latent_dist.mean
            return (mean.float() - shift) * scale
    make_piece(out, what, "seen", 0, min(count, PIECE), encode)
    for piece in range(-(-count // PIECE)):
        make_piece(out, what, "train", piece, min(count, PIECE), encode)


def read(out, what, split="train", pieces=10 ** 6):
    """What is there by now: a float16 tensor [n, …]."""
    paths = sorted((out / "pool").glob(f"{what}-{split}-???.npy"))[:pieces]
    return torch.from_numpy(np.concatenate([np.load(p) for p in paths]))


def main():
    what = sys.argv.pop(1)              # "vectors" or "latents"
    args = arguments(minutes=0)
    fill(args.out, what, args.pool or 40000)


if __name__ == "__main__":
    main()
