#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.py WALLS MEASURED DRAWER THREADS OUT: prints what bench-models measured,
beside what the machine gives, and writes both to OUT.

A picture of Janus is 576 tokens, and each of them reads the language model and
the head of codes once, for both rows of guidance.
"""
import json
import struct
import sys
from pathlib import Path

N_CODES = 576
READ_BY_A_TOKEN = ("model.language_model.layers.", "model.language_model.norm.",
                   "model.generation_head.", "model.generation_aligner.")


def bytes_of_a_token(folder):
    total = 0
    for path in sorted(Path(folder).glob("*.safetensors")):
        with open(path, "rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        for name, tensor in header.items():
            if name.startswith(READ_BY_A_TOKEN):
                begin, end = tensor["data_offsets"]
                total += end - begin
    return total


walls, measured, drawer, threads, out = sys.argv[1:]
walls, found = json.load(open(walls)), json.load(open(measured))
bandwidth = walls["memory_bytes_per_second"]
least = N_CODES * bytes_of_a_token(drawer) / bandwidth
a, b = found["describer"], found["drawer"]
planned = a["describe_bytes"] + b["draw_bytes"]

print(f"{walls['machine']}, {threads} thread{'s' * (threads != '1')}: memory {bandwidth * 1e-9:.1f} GB/s, "
      f"float32 {walls['float32_per_second'] * 1e-9:.0f} GFLOP/s\n"
      f"random weights in the shapes that are published; files in the page cache")
for what, model in (("describes", a), ("draws", b)):
    print(f"{what:10}{model['name']}, {model['parameters'] * 1e-6:.0f} M parameters, {model['bytes'] * 1e-9:.2f} GB; "
          f"all files checked in {model['verify_s']:.2f} s")
print(f"loaded in {found['load_s']:.2f} s, {found['loads']} loads")
print(f"description of {found['characters']} characters {found['describe_s']:.2f} s, of which looking "
      f"{found['looking_s']:.2f}")
print(f"picture of {found['width']}² {found['picture_s']:.1f} s: {N_CODES} tokens with guidance {found['tokens_s']:.1f} s "
      f"({found['tokens_s'] / least:.2f} of the bytes ÷ the memory's speed, {least:.1f} s), "
      f"pixels {found['developing_s']:.1f} s")
print(f"both in one process: the engine says {found['resident_bytes'] * 1e-9:.2f} GB, planned {planned * 1e-9:.2f} GB; "
      f"most in RAM {found['peak_bytes'] * 1e-9:.2f} GB, of which {found['private_bytes'] * 1e-9:.2f} GB "
      f"could not be read from the files again")
json.dump(dict(machine=walls, measured=found, least_tokens_s=least, planned_bytes=planned),
          open(out, "w"), indent=1)
