# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 5: the diffusion decoder, by flow matching.

x_t = (1 - t) x_0 + t ε, and the UNet learns the velocity ε - x_0 given t and
the 16 vectors.  Vectors get noise, because those of the language model are
never exact; a tenth are zeros, for guidance.  Latent cells inside objects
count four times: background is easy and most of every picture; those inside
small objects up to seven times, for these have few cells and come out as
nothing first.  The error of the mean of 4 × 4 cells counts four times, too:
that is a wrong colour, where errors that cancel are a rough edge.

Once there are vectors that the language model has written for the same
scenes, half of what is drawn from are these.
"""
import random

import numpy as np
import torch
import torch.nn.functional as F

import networks
import pool
import world
from dense import circles, distances
from training import Run, arguments, as_pictures, autocast

NOISE = .15
WRITTEN = .5
WRITTEN_NOISE = .1
NO_CONDITION = .1
OBJECT_WEIGHT = 4.
LARGE = .25
MEAN_WEIGHT = 4.


def weights(things):
    """Loss weight of each latent cell, mean 1 over a picture."""
    side = networks.LATENT_SIZE
    centers = (torch.arange(side).numpy() + .5) / side
    inside = distances(things, centers, 1.15) < 1
    radii = np.abs(things[:, :, 4, None, None])
    w = (inside * (OBJECT_WEIGHT - 1) * LARGE / radii).max(1)
    w = torch.from_numpy(w).float()[:, None] + 1
    return w / w.mean((1, 2, 3), keepdim=True)


def times(count):
    """Mostly from the noisy half (logit-normal, shifted): the vectors say
    nearly all, and that is where it is decided whether they are read."""
    middle = torch.sigmoid(torch.randn(count) + .6)
    return torch.where(torch.rand(count) < .3, torch.rand(count), middle)


def velocity_error(decoder, latents, noise, t, vectors):
    """What the velocity is off by: [n, channels, side, side]."""
    at = t[:, None, None, None]
    with autocast():
        guess = decoder((1 - at) * latents + at * noise, t * 1000, vectors)
    return guess.float() - (noise - latents)


def loss_of(error, weight):
    """Squared error of cells, and of the means of 4 × 4 cells."""
    mean = F.avg_pool2d(error, 4).pow(2) * F.avg_pool2d(weight, 4)
    return (error.pow(2) * weight).mean() + MEAN_WEIGHT * mean.mean()


def show(decoder, out, vectors, count=16):
    """A contact sheet: held-out pictures, and drawn again from vectors."""
    vae, scale, shift = pool.load_vae(out)
    torch_state = torch.get_rng_state()
    torch.manual_seed(0)
    latents = decoder.sample(vectors[:count].float())
    torch.set_rng_state(torch_state)
    with torch.no_grad():
        y = networks.unfold(vae.decode(latents / scale + shift).sample)
    drawn = list(as_pictures(y))
    count = len(drawn)
    true = [world.picture_of("seen", i)[1] for i in range(count)]
    rows = sum(([*true[i:i + 8], *drawn[i:i + 8]]
                for i in range(0, count, 8)), [])
    world.contact_sheet(rows, 8, out / "decoder.png")


class Scenes:
    """Latents with the vectors to draw them from, as far as there are."""

    def __init__(self, out):
        self.out, self.sizes, self.things = out, None, ()

    def refresh(self):
        """Reads what has been added; says how many there are."""
        sizes = [pool.count(self.out, what)
                 for what in ("latents", "vectors", "written")]
        if sizes == self.sizes:
            return None
        self.sizes = sizes
        self.latents, self.vectors, self.written = (
            pool.read(self.out, what)
            for what in ("latents", "vectors", "written"))
        self.count = min(len(self.latents), len(self.vectors))
        if self.count > len(self.things):
            self.things = circles([world.scene_of("train", i)
                                   for i in range(self.count)])
        return f"{self.count} scenes, {len(self.written)} written"

    def batch(self, count, rng):
        """(latents, vectors, circles)."""
        index = [rng.randrange(self.count) for _ in range(count)]
        vectors = self.vectors[index].float()
        amount = torch.full((count, 1, 1), NOISE)
        for row, i in enumerate(index):
            if i < len(self.written) and rng.random() < WRITTEN:
                vectors[row], amount[row] = self.written[i], WRITTEN_NOISE
        amount *= torch.rand(count, 1, 1)
        return (self.latents[index].float(),
                vectors + amount * torch.randn_like(vectors),
                self.things[index])


class Validation:
    """The velocity error on held-out scenes, always with the same noise."""

    def __init__(self, out, count=256):
        rng = torch.Generator().manual_seed(1)
        self.latents = pool.read(out, "latents", "seen")[:count].float()
        self.vectors = pool.read(out, "vectors", "seen")[:count].float()
        count = len(self.latents)
        self.noise = torch.randn(self.latents.shape, generator=rng)
        self.t = torch.linspace(.02, .98, count)
        things = circles([world.scene_of("seen", i) for i in range(count)])
        self.weights = weights(things)

    @torch.no_grad()
    def error(self, decoder):
        """(plain, on objects weighted)."""
        errors = torch.cat([
            velocity_error(decoder, *parts).pow(2) for parts in
            zip(*(v.split(32) for v in (self.latents, self.noise, self.t,
                                        self.vectors)))])
        return (round(errors.mean().item(), 4),
                round((errors * self.weights).mean().item(), 4))


def main():
    args = arguments(minutes=90)
    torch.manual_seed(5)
    decoder = networks.Decoder()
    run = Run("decoder", decoder, args, rate=8e-4, decay=.01, average=.999,
              warm_up=200)
    averaged = networks.Decoder()
    validation = Validation(args.out)
    rng = random.Random(run.steps)
    batch = args.batch or 16
    scenes = Scenes(args.out)
    looked = run.spent
    step = 0
    while run.going():
        if step % 500 == 0:
            news = scenes.refresh()
            if news:
                run.say(news)
        step += 1
        x, v, things = scenes.batch(batch, rng)
        v = torch.where(torch.rand(batch, 1, 1) < NO_CONDITION, 0., v)
        error = velocity_error(decoder, x, torch.randn_like(x), times(batch),
                               v)
        run.update(loss_of(error, weights(things)), batch,
                   plain=error.pow(2).mean(),
                   means=F.avg_pool2d(error, 4).pow(2).mean())
        if run.spent - looked > 300:
            looked = run.spent
            averaged.load_state_dict(run.average.state())
            run.say(f"held-out velocity error {validation.error(averaged)}")
            show(averaged, args.out, validation.vectors)
    averaged.load_state_dict(run.average.state())
    error = validation.error(averaged)
    show(averaged, args.out, validation.vectors)
    run.finish(velocity_error=error)


if __name__ == "__main__":
    main()
