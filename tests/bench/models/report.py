#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""report.py WALLS MEASURED DESCRIBER DRAWER OUT: prints what bench-models measured,
beside what the machine gives, and writes both to OUT.  Of several turns the median is
shown: of the times, and of the times as parts of what the memory needs, which gave now
more and now less.

A picture of Janus is 576 tokens, and each of them reads the language model and
the head of codes once, for both rows of guidance.  A token of a description reads
the language model and its head.  Random weights write until they may write no more.
"""
import json
import struct
import sys
from pathlib import Path
from statistics import mean, median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from walls import sentence                                  # noqa: E402

N_CODES = 576
READ_BY_A_CODE = ("model.language_model.layers.", "model.language_model.norm.",
                  "model.generation_head.", "model.generation_aligner.")
READ_BY_A_WORD = ("model.text_model.layers.", "model.text_model.norm.", "lm_head.",
                  "model.layers.", "model.norm.")
TIED_HEAD = ("model.embed_tokens.",)


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


wall, found = (json.load(open(path)) for path in sys.argv[1:3])
describer, drawer, out = sys.argv[3:]
a, b = found["describer"], found.get("drawer")
planned = a["describe_bytes"] + (b["draw_bytes"] if b else 0)
described, drawn = found["descriptions"], found["pictures"]
word = bytes_of(describer, READ_BY_A_WORD)
if not bytes_of(describer, ("lm_head.",)):
    word += bytes_of(describer, TIED_HEAD)
code = bytes_of(drawer, READ_BY_A_CODE) if b else 0
speeds = [speed for _, speed, _ in found["stops"]]
wall["memory_bytes_per_second"] = mean(speeds)


def worked(begin, end):
    """Seconds between two moments, without those in which the work was stopped."""
    return (end - begin - sum(max(0, min(end, b) - max(begin, a))
                              for a, _, b in found["stops"])) * 1e-6


def given(begin, end):
    """Bytes a second that the memory gave meanwhile."""
    inside = [speed for a, speed, b in found["stops"] if begin <= a and b <= end]
    return mean(inside or speeds)


for turn, read in [(turn, max(1, turn["written"]) * word) for turn in described] + \
                  [(turn, N_CODES * code) for turn in drawn]:
    turn["seconds"] = worked(*turn["all"])
    turn["tokens_s"] = worked(*turn["tokens"])
    turn["memory_bytes_per_second"] = given(*turn["tokens"])
    turn["least_s"] = read / turn["memory_bytes_per_second"]


def middle(turns, name):
    return median(turn[name] for turn in turns)


def parts(turns):
    """Their median, and the least and the most."""
    found = sorted(turn["tokens_s"] / turn["least_s"] for turn in turns)
    return (f"{median(found):.2f} of the bytes ÷ the memory's speed"
            + (f", {found[0]:.2f} to {found[-1]:.2f}" if len(found) > 1 else ""))


print(f"{sentence(wall)}; {min(speeds) * 1e-9:.0f} to {max(speeds) * 1e-9:.0f} GB/s\n"
      f"random weights in the shapes that are published; files in the page cache; medians of {len(described)}")
for what, model in (("describes", a), ("draws", b)) if b else (("describes", a),):
    print(f"{what:10}{model['name']}, {model['parameters'] * 1e-6:.0f} M parameters, {model['bytes'] * 1e-9:.2f} GB; "
          f"all files checked in {model['verify_s']:.2f} s")
print(f"loaded in {found['load_s']:.2f} s, {found['loads']} loads")
print(f"description of {described[0]['written']} tokens {middle(described, 'seconds'):.1f} s: "
      f"looking {median(worked(t['all'][0], t['tokens'][0]) for t in described):.1f} s, writing {middle(described, 'tokens_s'):.1f} s "
      f"({parts(described)})")
if b:
    print(f"picture of {drawn[0]['width']}² {middle(drawn, 'seconds'):.1f} s: {N_CODES} tokens with guidance "
          f"{middle(drawn, 'tokens_s'):.1f} s ({parts(drawn)}), "
          f"pixels {median(t['seconds'] - t['tokens_s'] for t in drawn):.1f} s")
print(f"{'both in one process: ' if b else ''}the engine says {found['resident_bytes'] * 1e-9:.2f} GB, planned {planned * 1e-9:.2f} GB; "
      f"most in RAM {found['peak_bytes'] * 1e-9:.2f} GB, of which {found['private_bytes'] * 1e-9:.2f} GB "
      f"could not be read from the files again")
json.dump(dict(machine=wall, measured=found, planned_bytes=planned), open(out, "w"), indent=1)
