# SPDX-License-Identifier: GPL-3.0-or-later
"""Last stage: a model folder (models/FORMAT.md) of what was trained.

Weights become float16.  Parts that were not trained yet stay as they were
initialised, with a word about it, so that an engine can be tested early.
"""
import argparse
import json
import os
import shutil
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from safetensors.torch import save_file

import captions
import known
import networks
import phrasing
import tokenizer as tok
import world
from similar_words import similar_words

VISION_KEYS = [key for key in networks.VISION if key != "vision_use_head"]


def config(vocab_size):
    vision = {key: networks.VISION[key] for key in VISION_KEYS}
    return dict(
        model_type="pisces", name="nano",
        license="GPL-3.0-or-later",
        text_config=dict(model_type="llama", hidden_act="silu",
                         vocab_size=vocab_size, **networks.TEXT),
        vision_config=dict(model_type="siglip_vision_model", **vision),
        gen_vision_config=dict(model_type="siglip_vision_model", **vision,
                               projection_dim=networks.VECTOR_SIZE),
        spatial_merge_size=networks.MERGE, gen_pool_size=networks.POOL,
        gen_vector_size=networks.VECTOR_SIZE,
        num_gen_vectors=networks.NUM_VECTORS, gen_vector_norm=True,
        null_vectors="zeros", paint_channels=networks.PAINT_CHANNELS,
        vector_positions=True, pixel_shuffle=networks.PIXEL_SHUFFLE,
        alpha=True, sample_size=networks.SAMPLE_SIZE,
        flat_pictures_only=True, closed_vocabulary=tok.known_to_users(),
        unknown_word=phrasing.UNKNOWN,
        similar_words=similar_words(tok.known_to_users()),
        things=world.CLASSES, thing_words=phrasing.thing_words(),
        negations=phrasing.NEGATIONS, negation_ends=phrasing.NEGATION_ENDS,
        plan_places=dict(grid=captions.GRID, sizes=captions.SIZES,
                         least_size=captions.SIZE_BASE,
                         size_step=captions.SIZE_STEP),
        templates=tok.TEMPLATES, default_steps=20,
        default_guidance_scale=2.0, default_temperature=0.3)


PREPROCESSOR = dict(
    do_resize=True, size=dict(height=128, width=128), resample=2,
    do_pad=True, background_color="border", do_convert_rgb=False,
    do_rescale=True, rescale_factor=1 / 255, do_normalize=True,
    image_mean=[.5] * 4, image_std=[.5] * 4)


def half(state, name):
    """Contiguous float16, checked."""
    out = {}
    for key, value in state.items():
        value = value.detach().to(torch.float16).contiguous()
        if not torch.isfinite(value).all():
            raise SystemExit(f"{name}: {key} does not fit into float16")
        out[key] = value
    return out


def load(module, out, name, prefix=""):
    """The weights of a stage, where it has left some."""
    path = out / f"{name}.pt"
    if not path.exists():
        print(f"{name}: not trained yet")
        return module
    state = torch.load(path, weights_only=True)
    module.load_state_dict({k.removeprefix(prefix): v
                            for k, v in state.items()
                            if k.startswith(prefix)})
    return module


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2) + "\n")


def notes(out):
    """What the stages took: for the card, and to take training up again."""
    paths = [(name, out / f"{name}.json")
             for name in ("vae", "vae_decoder", "encoder", "language",
                          "decoder")]
    return {name: {key: value
                   for key, value in json.loads(path.read_text()).items()
                   if key in ("minutes", "samples", "psnr")}
            for name, path in paths if path.exists()}


def export(out, folder, scenes=known.SCENES):
    """Writes the model folder, each file in one step.  From `scenes` it
    measures what the model knows; with 0 it knows all."""
    tokenizer = tok.load_tokenizer(out)
    vocab_size = tokenizer.get_vocab_size()
    torch.manual_seed(0)
    pisces = load(networks.Pisces(vocab_size), out, "language", "pisces.")
    encoder = load(networks.GenerationEncoder(), out, "encoder", "encoder.")
    decoder = load(networks.Decoder(), out, "decoder")
    vae = load(networks.make_vae(), out, "vae")
    vae = load(vae, out, "vae_decoder")
    note = out / "vae.json"
    if note.exists():
        note = json.loads(note.read_text())
        vae.register_to_config(scaling_factor=note["scaling_factor"],
                               shift_factor=note["shift_factor"])

    new = Path(f"{folder}.new")
    shutil.rmtree(new, ignore_errors=True)
    for part in "unet", "vae", "scheduler":
        (new / part).mkdir(parents=True)
    root = pisces.state_dict()
    settings = config(vocab_size)
    if scenes:
        root |= {f"known_pictures.{key}": value for key, value
                 in known.whitening(pisces.vision_tower, scenes).items()}
        settings["known_pictures"] = dict(flatness=known.FLATNESS,
                                          limit=known.LIMIT)
    for prefix, module in (("gen_vision_tower", encoder),
                           ("decoder_adapter", decoder.adapter)):
        root |= {f"{prefix}.{key}": value
                 for key, value in module.state_dict().items()}
    metadata = dict(format="pt")
    save_file(half(root, "model"), new / "model.safetensors", metadata)
    for part, module in (("unet", decoder.unet), ("vae", vae)):
        module.save_config(new / part)
        save_file(half(module.state_dict(), part),
                  new / part / "diffusion_pytorch_model.safetensors",
                  metadata)
    FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000, shift=1.0).save_config(new / "scheduler")
    write_json(new / "config.json", settings)
    write_json(new / "preprocessor_config.json", PREPROCESSOR)
    shutil.copy(out / "tokenizer.json", new / "tokenizer.json")
    write_json(new / "training.json", notes(out))

    total = 0
    for path in sorted(p for p in new.rglob("*") if p.is_file()):
        total += path.stat().st_size
        target = folder / path.relative_to(new)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
    shutil.rmtree(new)
    print(f"{folder}: {total / 1e6:.1f} MB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("build/train"),
                        help="where the stages left their weights")
    parser.add_argument("--folder", type=Path,
                        default=Path("build/train/export"))
    parser.add_argument("--scenes", type=int, default=known.SCENES,
                        help="from which it is measured what is known")
    args = parser.parse_args()
    export(args.out, args.folder, args.scenes)


if __name__ == "__main__":
    main()
