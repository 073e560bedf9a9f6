# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 1: the autoencoder of RGBA pictures.

256 × 256 premultiplied RGBA, folded by 2, f = 8: latents of 8 × 16 × 16.
Small crops around objects first, in small batches, because the number of
steps is what limits it (7 times as many a second as with whole pictures);
whole pictures at the end, because group norm sees a whole picture
differently.
"""
import math
import random

import torch
import torch.nn.functional as F

import networks
import world
from training import Run, arguments, as_input, as_pictures, autocast

CROP = 96


def crop(index, rng):
    """96 × 96 pixels near an object, at even coordinates."""
    scene, pixels = world.picture_of("train", index)
    o = rng.choice(scene.things)
    x, y = (min(max(int((v + rng.uniform(-.2, .2)) * 256) - CROP // 2, 0),
                256 - CROP) // 2 * 2 for v in (o.x, o.y))
    return pixels[y:y + CROP, x:x + CROP]


def edges(x):
    """Differences to the right and the lower neighbour, the same size."""
    return torch.cat([F.pad(x[..., 1:] - x[..., :-1], (0, 1)),
                      F.pad(x[..., 1:, :] - x[..., :-1, :], (0, 0, 0, 1))], 1)


def reconstruction_loss(y, x):
    """Absolute error, also of the mean colour of 8 × 8 pixels (or yellow
    comes out orange, and white pink), squared error, and the error of edges,
    that counts more where the contrast around is low: without it a yellow
    star on white goes soft, since its edge is so small a part of the sum."""
    true_edges = edges(x)
    contrast = F.max_pool2d(true_edges.abs().amax(1, keepdim=True), 9, 1, 4)
    weight = torch.where(contrast > .03, .5 / (contrast + .1), .25)
    edge = ((edges(y) - true_edges).abs() * weight).mean()
    color = F.l1_loss(F.avg_pool2d(y, 8), F.avg_pool2d(x, 8))
    return F.l1_loss(y, x) + color, F.mse_loss(y, x), edge


def main():
    args = arguments(minutes=36)
    torch.manual_seed(1)
    vae = networks.make_vae()
    run = Run("vae", vae, args, rate=5e-4, decay=1e-4, average=.998)
    rng = random.Random(run.steps)
    index = run.samples
    batch = args.batch or 8
    while run.going():
        if run.progress < .85:
            x = as_input([crop(index + i, rng) for i in range(batch)])
        else:
            x = as_input([world.picture_of("train", index + i)[1]
                          for i in range(batch // 4)])
        index += len(x)
        with autocast():
            posterior = vae.encode(networks.fold(x)).latent_dist
            y = networks.unfold(vae.decode(posterior.sample()).sample).float()
        kl = posterior.kl().mean() / posterior.mean[0].numel()
        l1, l2, edge = reconstruction_loss(y, x)
        run.update(l1 + 2 * l2 + 2 * edge + 2e-4 * kl, len(x), l1=l1, l2=l2,
                   edge=edge, kl=kl)
    run.save()
    run.finish(**measure(vae, run, args.out, min(128, args.pool or 128)))


@torch.no_grad()
def measure(vae, run, out, count=128):
    """PSNR on held-out pictures, and the scale of latents."""
    vae.load_state_dict(run.average.state())
    x = as_input([world.picture_of("seen", i)[1] for i in range(count)])
    latents, y = [], []
    with autocast():
        for part in x.split(16):
            latents.append(vae.encode(networks.fold(part)).latent_dist.mean
                           .float())
            y.append(networks.unfold(vae.decode(latents[-1]).sample).float())
    latents, y = torch.cat(latents), torch.cat(y).clamp(-1, 1)
    error = ((y - x) / 2).pow(2).mean((1, 2, 3))
    world.contact_sheet([*as_pictures(x[:8]), *as_pictures(y[:8])], 8,
                        out / "vae.png")
    return dict(psnr=round(-10 * math.log10(error.mean()), 2),
                scaling_factor=1 / latents.std().item(),
                shift_factor=latents.mean().item(),
                channel_std=[round(v, 3) for v in
                             latents.std((0, 2, 3)).tolist()],
                channel_mean=[round(v, 3) for v in
                              latents.mean((0, 2, 3)).tolist()])


if __name__ == "__main__":
    main()
