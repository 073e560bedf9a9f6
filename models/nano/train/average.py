# SPDX-License-Identifier: GPL-3.0-or-later
"""Mixes what a training folder's language model has become with the weights
of a model folder that it was taken up from.

    average.py FOLDER OUT SHARE

SHARE is that of the new weights.  Tokens that the old model did not have keep
their new rows.
"""
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from take_up import PARTS


def mixed(new, old, share):
    """Two state_dicts; of a matrix that has grown, the rows that both have."""
    out = {}
    for key, value in new.items():
        out[key] = value.clone()
        if key in old:
            before = old[key].float()
            rows = slice(len(before))
            out[key][rows] = torch.lerp(before, value[rows], share)
    return out


def main():
    folder, out, share = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    new = torch.load(out / "language.pt", weights_only=True)
    old = {f"pisces.{key}": value for key, value
           in load_file(folder / "model.safetensors").items()
           if key.split(".")[0] in PARTS}
    torch.save(mixed(new, old, float(share)), out / "language.pt")


if __name__ == "__main__":
    main()
