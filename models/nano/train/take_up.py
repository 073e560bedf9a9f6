# SPDX-License-Identifier: GPL-3.0-or-later
"""The reverse of export.py: a training folder from a model folder, so that
training is taken up again from published weights.

What a model folder does not hold starts anew: the optimisers' state, and the
helping heads of the dense losses.
"""
import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import phrasing
import tokenizer as tok

PARTS = {"vision_tower", "mm_projector", "language_model", "gen_projector",
         "down_projector"}


def grow(state, vocab_size):
    """Rows for tokens that the published model did not have: as a new model
    has them."""
    for name, std in (("model.embed_tokens", .3), ("lm_head", .02)):
        key = f"pisces.language_model.{name}.weight"
        old = state[key].float()
        new = torch.empty(vocab_size - len(old), old.shape[1])
        state[key] = torch.cat([old, new.normal_(std=std)])


def take_up(folder, out):
    root = load_file(folder / "model.safetensors")
    unet = load_file(folder / "unet/diffusion_pytorch_model.safetensors")
    vae = load_file(folder / "vae/diffusion_pytorch_model.safetensors")

    def inside(prefix, new):
        return {new + k.removeprefix(prefix): v for k, v in root.items()
                if k.startswith(prefix)}

    states = dict(
        vae=vae,
        encoder=inside("gen_vision_tower.", "encoder."),
        decoder=inside("decoder_adapter.", "adapter.")
        | {f"unet.{k}": v for k, v in unet.items()},
        language={f"pisces.{k}": v for k, v in root.items()
                  if k.split(".")[0] in PARTS})
    tokenizer = tok.with_words(
        Tokenizer.from_file(str(folder / "tokenizer.json")),
        phrasing.known_words())
    grow(states["language"], tokenizer.get_vocab_size())
    out.mkdir(parents=True, exist_ok=True)
    for name, state in states.items():
        torch.save({k: v.float() for k, v in state.items()},
                   out / f"{name}.pt")
    notes = json.loads((folder / "training.json").read_text())
    config = json.loads((folder / "vae/config.json").read_text())
    notes["vae"] |= {k: config[k] for k in ("scaling_factor", "shift_factor")}
    for name, note in notes.items():
        (out / f"{name}.json").write_text(json.dumps(note))
    tokenizer.save(str(out / "tokenizer.json"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--folder", type=Path, default=Path("models/nano"))
    parser.add_argument("--out", type=Path, default=Path("build/train"))
    args = parser.parse_args()
    take_up(args.folder, args.out)


if __name__ == "__main__":
    main()
