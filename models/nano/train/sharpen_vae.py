# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 6: the autoencoder's decoder goes on alone.

The latents are settled once the diffusion decoder has begun, but what is
made of them is not: with the encoder frozen its other half is trained
further, mostly on latents as the diffusion decoder leaves them
(`pool.py drawn`).  Small errors of these cost it more than noise of the same
size does: a thin leaf grew a second tip, a key lost its teeth.
"""
import random

import torch

import networks
import pool
import world
from train_vae import measure, reconstruction_loss
from training import Run, arguments, as_input, autocast

CELLS = 8               # of latents along a crop, 128 pixels
DRAWN = .75             # of the latents; the others are the encoder's own,
NOISE = .15             # with noise of this standard deviation at most
ALPHA_WEIGHT = 1.       # of the error of alpha, beside that of all channels


def window(scene, rng):
    """Where a crop near an object begins, in latent cells; small objects are
    looked at more often."""
    o, = rng.choices(scene.things, [1 / o.radius for o in scene.things])
    return [min(max(round(v * networks.LATENT_SIZE + rng.uniform(-2, 2))
                    - CELLS // 2, 0), networks.LATENT_SIZE - CELLS)
            for v in (o.x, o.y)]


def crop(values, corner, scale):
    """Of values [channels, h, w], `scale` of them to a latent cell."""
    x, y = (v * scale for v in corner)
    size = CELLS * scale
    return values[:, y:y + size, x:x + size]


class Pairs:
    """Latents of training scenes, and the pictures they stand for."""

    def __init__(self, out):
        self.exact, self.drawn = (pool.read(out, what)
                                  for what in ("latents", "drawn"))
        self.count = min(len(self.exact), len(self.drawn))

    def pair(self, rng, whole):
        """(latents, picture), cropped or whole."""
        i = rng.randrange(self.count)
        if rng.random() < DRAWN:
            latents = self.drawn[i].float()
        else:
            latents = self.exact[i].float()
            latents += rng.random() * NOISE * torch.randn_like(latents)
        scene, pixels = world.picture_of("train", i)
        picture = as_input(pixels[None])[0]
        if whole:
            return latents, picture
        corner = window(scene, rng)
        return (crop(latents, corner, 1),
                crop(picture, corner, networks.SAMPLE_SIZE // networks.LATENT_SIZE))


def main():
    args = arguments(minutes=20)
    torch.manual_seed(6)
    vae, scale, shift = pool.load_vae(args.out)
    vae.requires_grad_(True)
    vae.encoder.requires_grad_(False)
    vae.quant_conv.requires_grad_(False)
    run = Run("vae_decoder", vae, args, rate=4e-4, decay=1e-4, average=.998)
    rng = random.Random(run.steps)
    pairs = Pairs(args.out)
    run.say(f"{pairs.count} scenes")
    batch = args.batch or 8
    while run.going():
        whole = run.progress > .85
        latents, x = (torch.stack(parts) for parts in zip(
            *(pairs.pair(rng, whole)
              for _ in range(max(1, batch // 4) if whole else batch))))
        with autocast():
            y = networks.unfold(
                vae.decode(latents / scale + shift).sample).float()
        l1, l2, edge = reconstruction_loss(y, x)
        alpha = (y[:, 3] - x[:, 3]).abs().mean()
        run.update(l1 + 2 * l2 + 2 * edge + ALPHA_WEIGHT * alpha, len(x),
                   l1=l1, l2=l2, edge=edge, alpha=alpha)
    run.save()
    numbers = measure(vae, run, args.out, min(128, args.pool or 128))
    run.finish(psnr=numbers["psnr"])


if __name__ == "__main__":
    main()
