# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 6: the autoencoder's decoder goes on alone.

The latents are settled once the diffusion decoder has begun, but what is
made of them is not: with the encoder frozen its other half is trained
further, on latents with a little noise, as a sampler leaves it.
"""
import random

import torch

import networks
import world
from pool import load_vae
from train_vae import crop, measure, reconstruction_loss
from training import Run, arguments, as_input, autocast

NOISE = .3              # of the standard deviation of latents, at most


def main():
    args = arguments(minutes=20)
    torch.manual_seed(6)
    vae, scale, _ = load_vae(args.out)
    vae.requires_grad_(True)
    vae.encoder.requires_grad_(False)
    vae.quant_conv.requires_grad_(False)
    run = Run("vae_decoder", vae, args, rate=4e-4, decay=1e-4, average=.998)
    rng = random.Random(run.steps)
    index = 1 << 20
    batch = args.batch or 8
    while run.going():
        if run.progress < .85:
            x = as_input([crop(index + run.samples + i, rng)
                          for i in range(batch)])
        else:
            x = as_input([world.picture_of("train", index + run.samples + i)[1]
                          for i in range(max(1, batch // 4))])
        with autocast():
            with torch.no_grad():
                latents = vae.encode(networks.fold(x)).latent_dist.mean
                noise = torch.rand(len(x), 1, 1, 1) * NOISE / scale
                latents = latents + noise * torch.randn_like(latents)
            y = networks.unfold(vae.decode(latents).sample).float()
        l1, l2, edge = reconstruction_loss(y, x)
        run.update(l1 + 2 * l2 + 2 * edge, len(x), l1=l1, l2=l2, edge=edge)
    run.save()
    numbers = measure(vae, run, args.out, min(128, args.pool or 128))
    run.finish(psnr=numbers["psnr"])


if __name__ == "__main__":
    main()
