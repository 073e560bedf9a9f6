# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole recipe, from nothing to a model folder: `./dev train`.

Stages that do not need each other run side by side, one thread each, at low
priority.  Every stage goes on where it was stopped, so this can be stopped
and started as one likes; with more --minutes it goes further.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent

# (command, share of the minutes, those of earlier lines included); those of
# one line run side by side.  The decoder goes on with vectors as the language
# model writes them, the autoencoder with latents as the decoder draws them.
STAGES = [
    [("train_vae.py", .24), ("train_encoder.py", .24)],
    [("pool.py latents", 0), ("pool.py vectors", 0)],
    [("train_decoder.py", .56), ("train_language.py", .56)],
    [("pool.py written", 0), ("pool.py drawn", 0)],
    [("train_decoder.py", .76), ("sharpen_vae.py", .2)],
]


def start(command, *arguments):
    script, *words = command.split()
    return subprocess.Popen([sys.executable, HERE / script, *words,
                             *map(str, arguments)])


def wait(processes):
    """Waits for all; an error of one ends the run, after the others."""
    codes = [process.wait() for process in processes]
    if any(codes):
        raise SystemExit("a stage failed; see its output above")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--smoke", action="store_true",
                        help="every stage for seconds, in a folder that is "
                        "thrown away")
    parser.add_argument("--minutes", type=float, default=480,
                        help="for all stages, without the pool (480)")
    parser.add_argument("--out", type=Path, default=Path("build/train"))
    args = parser.parse_args()
    temporary = None
    if not args.smoke:
        os.nice(10)
    minutes, pool, small = args.minutes, 80000, ()
    if args.smoke:
        temporary = tempfile.TemporaryDirectory(prefix="pisces-smoke-")
        args.out = Path(temporary.name)
        minutes, pool, small = .5, 50, ("--batch", 4)
    args.out.mkdir(parents=True, exist_ok=True)
    sys.path.insert(0, str(HERE))
    import tokenizer
    tokenizer.load_tokenizer(args.out)      # before two stages want it
    for stages in STAGES:
        wait([start(command, "--out", args.out, "--minutes", minutes * share,
                    "--pool", pool, *(small if share else ()))
              for command, share in stages])
    folder = args.out / "export"
    scenes = ("--scenes", 50) if args.smoke else ()
    wait([start("export.py", "--out", args.out, "--folder", folder, *scenes)])
    few = ("--count", 2, "--each", 1, "--steps", 2,
           "--only", "captions,geneval") if args.smoke else ()
    wait([start("../evaluate/evaluate.py", folder, "--out",
                args.out / "nano.json", "--sheet", args.out / "sheets",
                *few)])


if __name__ == "__main__":
    main()
