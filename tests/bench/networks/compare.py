#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""compare.py BUILD OUT CACHE NETWORKS TURNS THREADS: run by `networks`.

Each network is run by this engine and by PyTorch, one process after the other,
in as many pairs as there are turns; a process runs it once before it measures.
The ratio is the median of those within the pairs.  PyTorch computes in float32
and, where the processor multiplies bfloat16 itself, in bfloat16 too; the faster
one is its time.  Both read the same weights, in 16 bits, and what they compute is
compared.
"""
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import walls                                                # noqa: E402

LABELS = {"vit": "SigLIP-L/16-384, one picture", "unet": "SDXL's UNet, a step at 512²",
          "mmdit": "6 of SD3.5 medium's layers, 512²"}


def run(command, threads):
    return json.loads(subprocess.run([str(c) for c in command], env=walls.with_threads(threads),
                                     check=True, stdout=subprocess.PIPE, text=True).stdout)


def multiplies_bfloat16():
    if os.environ.get("PISCES_CPU_VECTORS", "512") != "512":
        return False
    with open("/proc/cpuinfo") as file:
        return "avx512_bf16" in file.read()


def main():
    build, out, cache, names, turns, threads = sys.argv[1:]
    types = ["float32"] + ["bfloat16"] * multiplies_bfloat16()
    results, machine = [], []
    for n in map(int, threads.split()):
        wall = walls.measure(build, cache, n)
        machine.append(dict(wall, threads=n, ops=None))
        print(walls.sentence(wall))
        for name in names.split():
            folder = Path(cache) / name
            if not (folder / "ready").exists():
                subprocess.run([sys.executable, HERE / "networks.py", "make", name, folder], check=True)
            ours, theirs = [], {kind: [] for kind in types}
            for _ in range(int(turns)):
                ours += run([f"{build}/tests/bench/bench-networks", name, folder, 1], n)
                for kind in types:
                    theirs[kind] += run([sys.executable, HERE / "networks.py", "time", name, folder, kind, 1], n)
            best = min(types, key=lambda kind: statistics.median(theirs[kind]))
            ratio = statistics.median(b / a for a, b in zip(ours, theirs[best]))
            a, b = np.fromfile(folder / "ours.f32", "f4"), np.fromfile(folder / "float32.f32", "f4")
            error = np.abs(a - b).max() / np.abs(b).max()
            work = json.load(open(folder / "work.json"))["multiply_adds"] * 2
            share = work / statistics.median(ours) / wall["float32_per_second"]
            print(f"  {LABELS[name]:30}ours {statistics.median(ours):7.3f} s, PyTorch {statistics.median(theirs[best]):7.3f} s "
                  f"in {best}, ratio {ratio:.2f}; {share:.2f} of float32's wall; largest difference {error:.1e} of the largest value",
                  flush=True)
            results.append(dict(network=name, threads=n, seconds=statistics.median(ours), peer_type=best,
                                peer_seconds={k: statistics.median(t) for k, t in theirs.items()},
                                ratio=ratio, share_of_float32=share, error=float(error)))
    json.dump(dict(machine=machine, turns=int(turns), results=results), open(out, "w"), indent=1)


main()
