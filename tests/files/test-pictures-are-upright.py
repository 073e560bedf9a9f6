#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture is described as its viewers show it: rotated as its EXIF says, in
every format and all eight orientations, and so is its thumbnail.
ImageMagick stores the pixels rotated the other way, and EXIF is added by
hand, by exiftool, by exiv2 and by ImageMagick.

  SHOW_PICTURE   the program that prints what is loaded
"""
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

SHOW = os.environ["SHOW_PICTURE"]

# How ImageMagick must rotate a picture so that this orientation shows it
# upright.
STORED = {1: [], 2: ["-flop"], 3: ["-rotate", "180"], 4: ["-flip"],
          5: ["-transpose"], 6: ["-rotate", "270"], 7: ["-transverse"],
          8: ["-rotate", "90"]}
COLOURS = ["#c02020", "#20c020", "#2020c0", "#c0c020"]
WIDTH, HEIGHT = 96, 64

n_claims = n_failed = 0


def claim(text, holds, why=""):
    global n_claims, n_failed
    n_claims += 1
    n_failed += not holds
    if not holds:
        print("#", str(why)[:300].replace("\n", " "))
    print(f"{'ok' if holds else 'not ok'} {n_claims} - {text}", flush=True)


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


def exif(orientation):
    return struct.pack("<2sHIHHHIHHI", b"II", 42, 8, 1, 0x112, 3, 1,
                       orientation, 0, 0)


def chunk(name, body):
    return (struct.pack(">I", len(body)) + name + body +
            struct.pack(">I", zlib.crc32(name + body)))


def put_png_chunk(path, name, body):
    data = open(path, "rb").read()
    open(path, "wb").write(data[:33] + chunk(name, body) + data[33:])


def raw_profile(orientation):
    """As ImageMagick writes it: hexadecimal digits in a text."""
    body = b"Exif\0\0" + exif(orientation)
    digits = body.hex()
    lines = "\n".join(digits[i:i + 72] for i in range(0, len(digits), 72))
    return f"\nexif\n{len(body):8}\n{lines}\n".encode()


def by_exif_chunk(path, orientation):
    put_png_chunk(path, b"eXIf", exif(orientation))


def by_text(path, orientation):
    put_png_chunk(path, b"tEXt", b"Raw profile type exif\0" +
                  raw_profile(orientation))


def by_packed_text(path, orientation):
    put_png_chunk(path, b"zTXt", b"Raw profile type exif\0\0" +
                  zlib.compress(raw_profile(orientation)))


def by_exif_chunk_of_webp(path, orientation):
    data = open(path, "rb").read()[12:]
    head = struct.pack("<4sIBxxx", b"VP8X", 10, 8)
    for side in size_of(path):
        head += (side - 1).to_bytes(3, "little")
    block = exif(orientation)
    body = (b"WEBP" + head + data + b"EXIF" + struct.pack("<I", len(block)) +
            block + b"\0" * (len(block) % 2))
    open(path, "wb").write(b"RIFF" + struct.pack("<I", len(body)) + body)


def riff(kind, body):
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def size_of(path):
    return [int(n) for n in subprocess.run(
        ["magick", "identify", "-format", "%w %h", path], check=True,
        capture_output=True, text=True).stdout.split()]


def animate(path, stills, canvas, orientation=0):
    """Still WebP files, each with its position on the canvas, become frames."""
    number = lambda n: n.to_bytes(3, "little")
    body = riff(b"VP8X", bytes([0x12 | 8 * (orientation > 0), 0, 0, 0]) +
                number(canvas[0] - 1) + number(canvas[1] - 1))
    body += riff(b"ANIM", b"\xff\xff\xff\xff\0\0")
    for still, x, y in stills:
        width, height = size_of(still)
        data = open(still, "rb").read()[12:]
        if data.startswith(b"VP8X"):
            data = data[18:]
        body += riff(b"ANMF", number(x // 2) + number(y // 2) + number(width - 1) +
                     number(height - 1) + number(100) + b"\0" + data)
    if orientation:
        body += riff(b"EXIF", exif(orientation))
    open(path, "wb").write(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body)


def as_animation(path, orientation):
    other = path + "-2.webp"
    run("magick", path, "-negate", other)
    animate(path, [(path, 0, 0), (other, 0, 0)], size_of(path), orientation)


def by_exiv2(path, orientation):
    run("exiv2", f"-Mset Exif.Image.Orientation {orientation}", path)


def by_exiftool(path, orientation):
    run("exiftool", "-q", "-overwrite_original", "-n",
        f"-Orientation={orientation}", path)


WAYS = [("jpg", by_exiv2), ("tif", by_exiv2), ("png", by_exif_chunk),
        ("png", by_text), ("png", by_packed_text), ("png", by_exiv2),
        ("webp", by_exif_chunk_of_webp), ("webp", by_exiv2),
        ("webp", as_animation)]
if shutil.which("exiftool"):
    WAYS += [("jpg", by_exiftool), ("png", by_exiftool), ("webp", by_exiftool)]


def is_near(a, b):
    return all(abs(int(a[i:i + 2], 16) - int(b[i:i + 2], 16)) < 24
               for i in (1, 3, 5))


def is_upright(line, wide):
    width, height, *colours = line.split()
    return ((int(width), int(height)) == wide and
            all(is_near(a, b) for a, b in zip(colours, COLOURS)))


def look(name, path):
    seen = subprocess.run([SHOW, path], capture_output=True, text=True)
    lines = seen.stdout.splitlines()
    claim(f"{name}: the picture is upright", len(lines) == 2 and
          is_upright(lines[0], (WIDTH, HEIGHT)), seen)
    claim("and the small one", len(lines) == 2 and
          is_upright(lines[1], (40, 27)), seen)


def main():
    for need in ("magick", "exiv2"):
        if not shutil.which(need):
            print(f"1..0 # SKIP {need} is not installed")
            return 0
    with tempfile.TemporaryDirectory() as folder:
        base = os.path.join(folder, "base.png")
        run("magick", "-size", f"{WIDTH // 2}x{HEIGHT // 2}",
            "(", "xc:" + COLOURS[0], "xc:" + COLOURS[1], "+append", ")",
            "(", "xc:" + COLOURS[2], "xc:" + COLOURS[3], "+append", ")",
            "-append", "-depth", "8", "-strip", "png24:" + base)
        for ending, put in WAYS:
            for orientation, turn in STORED.items():
                path = os.path.join(folder, f"{put.__name__}-{orientation}.{ending}")
                run("magick", base, *turn, "+repage", "-quality", "95", path)
                put(path, orientation)
                look(f"{ending} {put.__name__} {orientation}", path)

        # Without an orientation, or with an invalid one, the picture is not
        # rotated.
        for orientation in (0, 9, 65535):
            path = os.path.join(folder, f"odd-{orientation}.png")
            shutil.copy(base, path)
            by_exif_chunk(path, orientation)
            look(f"png with orientation {orientation}", path)
        for ending in ("gif", "bmp", "ppm", "tga"):
            path = os.path.join(folder, "plain." + ending)
            run("magick", base, path)
            look(ending, path)

        # A frame that covers a part of its canvas, for each kind of WebP.
        for kind, options in {"lossy": ["-quality", "95"],
                              "lossless": ["-define", "webp:lossless=true"],
                              "translucent": ["-alpha", "set", "-quality", "95", "-channel", "A",
                                              "-evaluate", "set", "60%"]}.items():
            for i, (x, y) in enumerate([(0, 0), (48, 0), (0, 32), (48, 32)]):
                still = os.path.join(folder, "still.webp")
                run("magick", "-size", f"{WIDTH // 2}x{HEIGHT // 2}", "xc:" + COLOURS[i], *options, still)
                path = os.path.join(folder, f"part-{kind}-{i}.webp")
                animate(path, [(still, x, y), (still, 0, 0)], (WIDTH, HEIGHT))
                seen = subprocess.run([SHOW, path], capture_output=True, text=True)
                for line, size in zip(seen.stdout.splitlines() + [""] * 2, ((WIDTH, HEIGHT), (40, 27))):
                    width, height, *colours = line.split() or "00"
                    claim(f"a {kind} frame at {x}, {y} of its canvas of {size[0]} × {size[1]} is seen there",
                          (int(width), int(height)) == size and
                          all(is_near(colour, COLOURS[i] if j == i else "#000000")
                              for j, colour in enumerate(colours)), seen)
    print(f"1..{n_claims}")
    return n_failed > 0


sys.exit(main())
