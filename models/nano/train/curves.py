# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the stages' logs: what was minimised, over the samples seen.

    curves.py --out build/train --picture models/nano/curves.png
"""
import argparse
import re
from pathlib import Path

import cairo

# (log, which number, what it is)
CURVES = [
    ("vae", "l1", "autoencoder: absolute error"),
    ("vae_decoder", "l1", "its decoder, further: absolute error"),
    ("language", "words", "pictures to text: cross-entropy"),
    ("language", "text_plan", "prompts to plans: cross-entropy"),
    ("language", "vectors", "plans to vectors: squared error"),
    ("decoder", "plain", "diffusion decoder: velocity error")]
WIDTH, HEIGHT, MARGIN, COLUMNS = 330, 200, 40, 3


def read_log(path, name):
    """[(samples, value)], the median of every five lines.  A stage that was
    taken up from fewer samples than it had goes on behind them."""
    pattern = re.compile(rf"samples (\d+) .*\b{name} ([\d.]+)")
    points, before, last = [], 0, 0
    for m in filter(None, map(pattern.search, path.read_text().splitlines())):
        samples = int(m[1])
        if samples < last:
            before += last - samples
        last = samples
        points.append((before + samples, float(m[2])))
    groups = [points[i:i + 5] for i in range(0, len(points), 5)]
    return [(g[len(g) // 2][0], sorted(v for _, v in g)[len(g) // 2])
            for g in groups]


def draw_curve(c, points, title):
    xs, ys = zip(*points)
    low, high, most = min(xs), max(max(xs), min(xs) + 1), max(ys) * 1.05
    c.set_source_rgb(.2, .2, .2)
    c.set_line_width(1)
    c.move_to(MARGIN, 28)
    c.line_to(MARGIN, HEIGHT - 24)
    c.line_to(WIDTH - 12, HEIGHT - 24)
    c.stroke()
    for text, x, y in ((title, MARGIN, 18), (f"{most:.3g}", 4, 36),
                       ("0", 26, HEIGHT - 24),
                       (f"{low // 1000} k", MARGIN, HEIGHT - 8),
                       (f"{high // 1000} k samples", WIDTH - 92, HEIGHT - 8)):
        c.move_to(x, y)
        c.show_text(text)
    c.new_path()
    c.set_source_rgb(.1, .35, .75)
    c.set_line_width(1.6)
    for x, y in points:
        c.line_to(MARGIN + (x - low) / (high - low) * (WIDTH - MARGIN - 12),
                  HEIGHT - 24 - y / most * (HEIGHT - 52))
    c.stroke()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("build/train"))
    parser.add_argument("--picture", type=Path,
                        default=Path("models/nano/curves.png"))
    args = parser.parse_args()
    curves = [(read_log(args.out / f"{log}.log", name), title)
              for log, name, title in CURVES
              if (args.out / f"{log}.log").exists()]
    curves = [(points, title) for points, title in curves if len(points) > 1]
    rows = -(-len(curves) // COLUMNS)
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, WIDTH * COLUMNS,
                                 HEIGHT * rows)
    c = cairo.Context(surface)
    c.set_source_rgb(1, 1, 1)
    c.paint()
    c.select_font_face("sans-serif")
    c.set_font_size(12)
    for i, (points, title) in enumerate(curves):
        c.save()
        c.translate(i % COLUMNS * WIDTH, i // COLUMNS * HEIGHT)
        draw_curve(c, points, title)
        c.restore()
    surface.write_to_png(str(args.picture))


if __name__ == "__main__":
    main()
