# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 3: what the frozen encoders make of training scenes, computed once:
visual vectors for the language model, vectors and latents for the decoder.
And what the language model regresses from the plans of the same scenes, once
it is trained, for the decoder to be brought to it; and latents as sampling
leaves them, for the other half of the autoencoder to be brought to these.

Kept in pieces of 1000 scenes, so that a stop costs little and the decoder
can begin before all is done.
"""
import functools
import json
import random
import sys

import numpy as np
import torch

import captions
import groups
import networks
import tokenizer as tok
import world
from training import arguments, as_input, autocast

PIECE = 1000
DRAWN = 8000                # scenes: each takes ten runs of the UNet
DRAWN_FROM = .2, .7         # t of the noise
DRAWN_STEPS = 6


def _pictures(split, start, count, small):
    picture_of = (groups.picture_of if split == "groups"
                  else functools.partial(world.picture_of, split))
    pictures = (picture_of(i)[1] for i in range(start, start + count))
    return [world.for_encoder(p) if small else p for p in pictures]


def _part(out, stage, prefix):
    """The weights of one part of what a stage left."""
    state = torch.load(out / f"{stage}.pt", weights_only=True)
    return {k.removeprefix(prefix): v for k, v in state.items()
            if k.startswith(prefix)}


def load_encoder(out):
    """The generation encoder that train_encoder.py left."""
    encoder = networks.GenerationEncoder()
    encoder.load_state_dict(_part(out, "encoder", "encoder."))
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
    with autocast():
        parts = [encode(as_input(pictures[i:i + 25])).float()
                 for i in range(0, count, 25)]
    save(path, torch.cat(parts))


def save(path, values):
    new = path.with_suffix(".new.npy")
    np.save(new, values.half().numpy())
    new.rename(path)
    print(path.name, flush=True)


def load_pisces(out, tokenizer):
    """The language model that train_language.py left."""
    pisces = networks.Pisces(tokenizer.get_vocab_size())
    pisces.load_state_dict(_part(out, "language", "pisces."))
    return pisces.eval().requires_grad_(False)


@torch.no_grad()
def write_pieces(out, count):
    """Vectors as the language model writes them, of prompts with the true
    plans: [n, 16, 96].  Texts of one length go together."""
    tokenizer = tok.load_tokenizer(out)
    pisces = load_pisces(out, tokenizer)
    for piece in range(-(-count // PIECE)):
        path = out / "pool" / f"written-train-{piece:03}.npy"
        if path.exists():
            continue
        rng, by_length = random.Random(piece), {}
        size = min(count, PIECE)
        for i in range(size):
            scene = world.scene_of("train", piece * PIECE + i)
            ids = tok.encode(tokenizer, tok.TEMPLATES["draw"]
                             .replace("{text}", captions.prompt(scene, rng))
                             .replace("{plan}", captions.plan(scene)))
            by_length.setdefault(len(ids), []).append((i, ids))
        vectors = torch.empty(size, networks.NUM_VECTORS,
                              networks.VECTOR_SIZE)
        for rows in by_length.values():
            ids = torch.tensor([ids for _, ids in rows])
            with autocast():
                vectors[[i for i, _ in rows]] = pisces.regress(
                    pisces.embed(ids)).float()
        save(path, vectors)


def load_decoder(out):
    """The diffusion decoder that train_decoder.py left."""
    decoder = networks.Decoder()
    decoder.load_state_dict(torch.load(out / "decoder.pt", weights_only=True))
    return decoder.eval().requires_grad_(False)


def draw_pieces(out, count):
    """Latents half drowned in noise and drawn out again by the diffusion
    decoder: all stands where it stood, so there is a true picture to hold
    them against, but the details are the sampler's."""
    decoder = load_decoder(out)
    for piece in range(-(-count // PIECE)):
        path = out / "pool" / f"drawn-train-{piece:03}.npy"
        if path.exists():
            continue
        rng = random.Random(piece)
        torch.manual_seed(piece)
        drawn = []
        for latents, vectors in zip(*(
                torch.from_numpy(np.load(
                    out / "pool" / f"{what}-train-{piece:03}.npy"))
                .float()[:count].split(25) for what in ("latents", "vectors"))):
            start = rng.uniform(*DRAWN_FROM)
            drawn.append(decoder.sample(
                vectors, torch.lerp(latents, torch.randn_like(latents), start),
                start, steps=DRAWN_STEPS))
        save(path, torch.cat(drawn))


def fill(out, what, scenes):
    """Pieces for `scenes` training scenes and one of scenes held out."""
    (out / "pool").mkdir(exist_ok=True)
    if what == "vectors":
        encode = load_encoder(out).vectors
    else:
        vae, scale, shift = load_vae(out)

        def encode(x):
            mean = vae.encode(networks.fold(x)).latent_dist.mean
            return (mean.float() - shift) * scale
    make_piece(out, what, "seen", 0, min(scenes, PIECE), encode)
    for piece in range(-(-scenes // PIECE)):
        make_piece(out, what, "train", piece, min(scenes, PIECE), encode)
        if what == "vectors":
            make_piece(out, what, "groups", piece, min(scenes, PIECE), encode)


def paths(out, what, split="train"):
    return sorted((out / "pool").glob(f"{what}-{split}-???.npy"))


def count(out, what):
    """How many pieces there are by now."""
    return len(paths(out, what))


def read(out, what, split="train"):
    """What is there by now: a float16 tensor [n, …]."""
    pieces = [np.load(path) for path in paths(out, what, split)]
    return torch.from_numpy(np.concatenate(
        pieces or [np.empty(0, np.float16)]))


def main():
    # "vectors", "latents", "written" or "drawn"
    what = sys.argv.pop(1)
    args = arguments(minutes=0)
    if what == "written":
        write_pieces(args.out, args.pool or 40000)
    elif what == "drawn":
        draw_pieces(args.out, min(args.pool or DRAWN, DRAWN))
    else:
        fill(args.out, what, args.pool or 40000)


if __name__ == "__main__":
    main()
