# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a model folder both ways in PyTorch and writes what happens between.

    reference.py FOLDER --prompt "two red stars" [--plan TEXT]
                 [--noise noise.npy] [--seed 1] [--steps 20] [--guidance 2]
                 --dump out.npz [--picture out.png]
    reference.py FOLDER --image in.png [--task short|long|question|encode]
                 [--ask TEXT] --dump out.npz

The engine's own noise (float32 [8, 16, 16], .npy or raw) is given by
--noise.  The dump has token ids, vectors, noise, latent, decoded and picture,
or the encoder's input, its tokens, what the language model saw, and ids.
"""
import argparse

import numpy as np
import torch
from PIL import Image

from pytorch_model import Model
from training import as_input, as_pictures
import world


def read_noise(path, shape):
    values = (np.load(path) if path.endswith(".npy")
              else np.fromfile(path, np.float32))
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def read_picture(path):
    """RGBA, premultiplied, padded to a square with transparency."""
    rgba = np.asarray(Image.open(path).convert("RGBA")).astype(np.float32)
    rgba[..., :3] *= rgba[..., 3:] / 255
    side = max(rgba.shape[:2])
    top, left = ((side - n) // 2 for n in rgba.shape[:2])
    square = np.zeros((side, side, 4), np.uint8)
    square[top:top + rgba.shape[0], left:left + rgba.shape[1]] = rgba.round()
    return square


def write_picture(picture, path):
    """From premultiplied to the straight alpha of a PNG."""
    alpha = picture[..., 3:].astype(np.float32)
    rgb = picture[..., :3] * (255 / np.maximum(alpha, 1))
    straight = np.concatenate([rgb.clip(0, 255).round(), alpha], -1)
    Image.fromarray(straight.astype(np.uint8), "RGBA").save(path)


def draw(model, args):
    generator = torch.Generator().manual_seed(args.seed)
    plan = args.plan
    if plan is None:
        ids = model.plan([args.prompt], model.config["default_temperature"],
                         generator)[0]
        plan = model.text(ids)
    print("plan:", plan)
    filled = (model.templates["draw"].replace("{text}", args.prompt)
              .replace("{plan}", plan))
    vectors = model.vectors([args.prompt], [plan])
    noise = model.noise(1, args.seed)
    if args.noise:
        noise = read_noise(args.noise, noise.shape)
    latent = model.sample(vectors, noise, args.steps, args.guidance)
    decoded = model.decode(latent)
    picture = as_pictures(decoded)[0]
    if args.picture:
        write_picture(picture, args.picture)
    first = model.velocity(noise, torch.tensor(1000.), vectors)
    return dict(plan=plan, draw_ids=model.encode(filled), vectors=vectors[0],
                noise=noise[0], first_velocity=first[0], latent=latent[0],
                decoded=decoded[0], picture=picture)


def look(model, args):
    picture = read_picture(args.image)
    x = as_input([world.for_encoder(picture)])
    if args.task == "encode":
        return dict(input=x[0], vectors=model.encoder.vectors(x)[0])
    tokens = model.pisces.vision_tower.tokens(x)
    seen = model.pisces.see(tokens)
    ids = model.describe(seen, args.task, [args.ask])[0]
    print(model.text(ids))
    return dict(input=x[0], tokens=tokens[0], seen=seen[0], ids=ids,
                text=model.text(ids))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--prompt")
    parser.add_argument("--plan")
    parser.add_argument("--noise")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--picture")
    parser.add_argument("--image")
    parser.add_argument("--task", default="short")
    parser.add_argument("--ask", default="")
    parser.add_argument("--dump")
    args = parser.parse_args()
    torch.set_num_threads(1)
    with torch.no_grad():
        model = Model(args.folder)
        dump = look(model, args) if args.image else draw(model, args)
    if args.dump:
        np.savez(args.dump, **{key: np.asarray(value)
                               for key, value in dump.items()})


if __name__ == "__main__":
    main()
