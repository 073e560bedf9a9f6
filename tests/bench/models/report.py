#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.py BEFORE AFTER MEASURED DESCRIBER DRAWER OUT: prints what bench-models
measured, beside what the machine gives, the mean of before and after, and writes both
to OUT.

A picture of Janus is 576 tokens, and each of them reads the language model and
the head of codes once, for both rows of guidance.  A token of a description reads
the language model and its head.  Random weights write until they may write no more.
"""
import json
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from walls import sentence                                  # noqa: E402

N_CODES = 576
READ_BY_A_CODE = ("model.language_model.layers.", "model.language_model.norm.",
                  "model.generation_head.", "model.generation_aligner.")
READ_BY_A_WORD = ("model.text_model.layers.", "model.text_model.norm.", "lm_head.")


def bytes_of(folder, names):
    total = 0
    for path in sorted(Path(folder).glob("*.safetensors")):
        with open(path, "rb") as file:
            header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        for name, tensor in header.items():
            if name.startswith(names):
                begin, end = tensor["data_offsets"]
                total += end - begin
    return total


before, wall, found = (json.load(open(path)) for path in sys.argv[1:4])
describer, drawer, out = sys.argv[4:]
bandwidth = (before["memory_bytes_per_second"] + wall["memory_bytes_per_second"]) / 2
wall["memory_bytes_per_second"] = bandwidth
least = N_CODES * bytes_of(drawer, READ_BY_A_CODE) / bandwidth
least_written = max(1, found["written"]) * bytes_of(describer, READ_BY_A_WORD) / bandwidth
writing = found["describe_s"] - found["looking_s"]
a, b = found["describer"], found["drawer"]
planned = a["describe_bytes"] + b["draw_bytes"]

print(f"{sentence(wall)}\nrandom weights in the shapes that are published; files in the page cache")
for what, model in (("describes", a), ("draws", b)):
    print(f"{what:10}{model['name']}, {model['parameters'] * 1e-6:.0f} M parameters, {model['bytes'] * 1e-9:.2f} GB; "
          f"all files checked in {model['verify_s']:.2f} s")
print(f"loaded in {found['load_s']:.2f} s, {found['loads']} loads")
print(f"description of {found['written']} tokens {found['describe_s']:.1f} s: looking {found['looking_s']:.1f} s, "
      f"writing {writing:.1f} s ({writing / least_written:.2f} of the bytes ÷ the memory's speed, {least_written:.1f} s)")
print(f"picture of {found['width']}² {found['picture_s']:.1f} s: {N_CODES} tokens with guidance {found['tokens_s']:.1f} s "
      f"({found['tokens_s'] / least:.2f} of the bytes ÷ the memory's speed, {least:.1f} s), "
      f"pixels {found['developing_s']:.1f} s")
print(f"both in one process: the engine says {found['resident_bytes'] * 1e-9:.2f} GB, planned {planned * 1e-9:.2f} GB; "
      f"most in RAM {found['peak_bytes'] * 1e-9:.2f} GB, of which {found['private_bytes'] * 1e-9:.2f} GB "
      f"could not be read from the files again")
json.dump(dict(machine=wall, measured=found, least_tokens_s=least,
               least_written_s=least_written, planned_bytes=planned),
          open(out, "w"), indent=1)
