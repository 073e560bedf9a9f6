#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the engine tells pictures that nano knows from others
(engine/families/pisces/doubt.c).  Makes own scenes and flat drawings, has nano draw
some, takes photographs and clip art from Debian's packages, and asks
`pisces describe` about each.

    ./dev exec python3 models/nano/evaluate/doubt.py

The packages (what is not there is left out): mate-backgrounds
lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 plasma-workspace-wallpapers
python3-skimage tuxpaint-stamps-default openclipart-png
"""
import argparse
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "train")]
import captions                                             # noqa: E402
import world                                                # noqa: E402
from engine_model import straight                           # noqa: E402

Image.MAX_IMAGE_PIXELS = None

# Photographs, by the look of a person; the other files of these folders are
# drawings, renderings and patterns.
PHOTOGRAPHS = {
    "/usr/share/backgrounds/mate/nature": "*.jpg",
    "/usr/share/backgrounds": """Picture_1A_by_freespace.jpg
        Wine_by_Jakkub_Mede.jpg seeding_by_Clements_Engelhardt.jpg
        aitzgorri_by_Aitzol_Berasategi.jpg Kleiber_by_Lukas_Baubkus.jpg
        Dragonfly_by_Bolly.jpg friends_by_Aitzol_Berasategi.jpg
        sunset_by_Aitzol_Berasategi.jpg free_by_Peter_Nerlich.jpg
        picosdeeuropa_by_Aitzol_Berasategi.jpg Picture_0B_by_freespace.jpg
        life_by_Aitzol_Berasategi.jpg Bridge_by_Sander_Klootwijk.jpg""",
    "/usr/share/wallpapers": """FallenLeaf/contents/images/2560x1600.jpg
        Path/contents/images/2560x1600.jpg
        DarkestHour/contents/images/2560x1600.jpg
        Volna/contents/images/5120x2880.jpg
        EveningGlow/contents/images/2560x1600.jpg
        Grey/contents/images/2560x1600.jpg Kite/contents/images/2560x1600.jpg
        Mountain/contents/images/5120x2880.png
        OneStandsOut/contents/images/2560x1600.jpg
        ColdRipple/contents/images/2560x1600.jpg
        BytheWater/contents/images/2560x1600.jpg""",
    "/usr/lib/python3/dist-packages/skimage/data": """coffee.png camera.png
        astronaut.png gravel.png brick.png motorcycle_left.png moon.png
        grass.png rocket.jpg chelsea.png coins.png retina.jpg""",
}
STAMPS = "/usr/share/tuxpaint/stamps"       # photographs, cut out of their ground
CLIP_ART = "/usr/share/openclipart/png"


def seen_scene(i):
    return world.scene_of("seen", 950000 + i)


def own_scenes(folder, count, rng, scene_of=seen_scene):
    """Scenes of nano's world, also in strange colours, of other sizes, on
    other grounds and as JPEG."""
    for i in range(count):
        scene = scene_of(i)
        paints = world.strange_paints(scene, rng) if i % 3 == 2 else None
        size = rng.choice((64, 128, 256, 256, 512, 1000))
        picture = Image.fromarray(straight(
            world.render(scene, size=size, paints=paints)), "RGBA")
        if i % 6 > 1:
            ground = Image.new("RGBA", picture.size, rng.choice((
                (255, 255, 255, 255), (0, 0, 0, 255), (200, 220, 240, 255))))
            ground.alpha_composite(picture)
            picture = ground.convert("RGB")
        if i % 6 == 2:
            picture = picture.resize((size * 3 // 2, size))
        if i % 6 > 2 and size > 64:
            picture.save(folder / f"{i}.jpg", quality=(75, 85, 95)[i % 6 - 3])
        else:
            picture.save(folder / f"{i}.png")


def flat_drawings(folder, count, rng):
    """One to three plain shapes, without smooth edges."""
    def color():
        return tuple(rng.randrange(256) for _ in range(3))

    for i in range(count):
        size = rng.choice((96, 256, 640)), rng.choice((72, 256, 480))
        picture = Image.new("RGB", size, color())
        draw = ImageDraw.Draw(picture)
        for _ in range(rng.randint(1, 3)):
            x, y = (rng.randrange(s // 2) for s in size)
            box = x, y, x + size[0] // 3, y + size[1] // 3
            rng.choice((draw.ellipse, draw.rectangle))(box, fill=color())
        picture.save(folder / (f"{i}.jpg" if i % 2 else f"{i}.png"), quality=85)


def nano_draws(folder, count, pisces):
    """What nano draws, as PNG and as JPEG on white."""
    for i in range(count):
        path = folder / f"{i}.png"
        prompt = captions.short_description(world.scene_of("seen", 800000 + i))
        subprocess.run([pisces, "generate", "--prompt", prompt, "--seed",
                        str(i), "-o", path], check=True, capture_output=True)
        picture = Image.open(path).convert("RGBA")
        ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        ground.alpha_composite(picture)
        ground.convert("RGB").save(folder / f"{i}.jpg",
                                   quality=(75, 85, 95)[i % 3])


def photographs(folder, count, rng):
    """Whole, and two random quarters of each."""
    n = 0
    for place, names in PHOTOGRAPHS.items():
        paths = sorted(path for name in names.split()
                       for path in Path(place).glob(name))
        for path in paths:
            picture = Image.open(path)
            picture.draft("RGB", (1200, 1200))
            picture = picture.convert("RGB")
            picture.thumbnail((1000, 1000))
            picture.save(folder / f"{n}.jpg", quality=90)
            width, height = picture.size
            for part in "ab":
                x = rng.randrange(width - width // 2 + 1)
                y = rng.randrange(height - height // 2 + 1)
                picture.crop((x, y, x + width // 2, y + height // 2)).save(
                    folder / f"{n}{part}.jpg", quality=90)
            n += 1


def some_of(place, wanted):
    def take(folder, count, rng):
        paths = sorted(path for path in Path(place).rglob("*.png")
                       if wanted(str(path)))
        rng.shuffle(paths)
        for i, path in enumerate(paths[:count]):
            picture = Image.open(path).convert("RGBA")
            picture.thumbnail((600, 600))
            picture.save(folder / f"{i}.png")
    return take


def is_photograph(path):
    return "cartoon" not in path and re.search(
        "/(animals|food|plants|household|vehicles)/", path)


def count_doubted(folder, pisces):
    paths = sorted(folder.iterdir())
    if not paths:
        return 0, 0
    run = subprocess.run([pisces, "describe", *paths], capture_output=True,
                         text=True, check=True)
    return run.stderr.count("outside what the model knows"), len(paths)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pisces", default="pisces")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--drawn", type=int, default=100)
    args = parser.parse_args()
    rows = {
        "scenes of its world, also recoloured, scaled and as JPEG":
            lambda f, r: own_scenes(f, args.count, r),
        "flat drawings of circles and rectangles":
            lambda f, r: flat_drawings(f, args.count // 2, r),
        "what nano draws, also as JPEG":
            lambda f, r: nano_draws(f, args.drawn, args.pisces),
        "photographs, and quarters of them":
            lambda f, r: photographs(f, args.count, r),
        "photographs cut out of their ground":
            lambda f, r: some_of(STAMPS, is_photograph)(f, args.count // 2, r),
        "clip art":
            lambda f, r: some_of(CLIP_ART, bool)(f, args.count, r),
    }
    print("| pictures | doubted | of |\n|---|---|---|")
    for name, make in rows.items():
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), random.Random(args.seed))
            doubted, n = count_doubted(Path(folder), args.pisces)
        print(f"| {name} | {doubted / n if n else 0:.1%} | {n} |", flush=True)


if __name__ == "__main__":
    main()
