#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes `clip`, `clip-vision` and `dinov2`, three small models with random weights
that turn pictures into vectors, and what transformers makes of pictures with them.

    ./dev golden engine

`clip` is laid out as CLIP is published: a `CLIPModel` with a half for texts, and the
settings of its pictures as its authors' first file has them.  `clip-vision` is a
`CLIPVisionModelWithProjection` in bfloat16.  `dinov2`, in float16, is given pictures
of another size than its table of positions was made for, as DINOv2 is.
"""
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from transformers import (BitImageProcessor, CLIPConfig, CLIPImageProcessor,
                          CLIPModel, CLIPVisionConfig,
                          CLIPVisionModelWithProjection, Dinov2Config,
                          Dinov2Model)

from pictures import sample_over_white, strange_picture

HERE = Path(__file__).parent
# Width and height of the pictures; the first one is the sample.
PICTURES = [(64, 48), (97, 41), (30, 211), (13, 17), (1, 300), (70, 70)]
# Edge, side of the square, whether both sides become the edge, and the picture.
CUTS = [(32, 32, 0, 640, 479), (33, 32, 0, 101, 203), (20, 33, 0, 40, 57),
        (20, 24, 0, 90, 20), (24, 24, 1, 37, 90), (40, 25, 1, 20, 21),
        (31, 31, 0, 2, 2), (32, 32, 0, 3, 997), (256, 224, 0, 333, 257)]


def randomise(model, seed, dtype):
    generator = torch.Generator().manual_seed(seed)
    for name, value in model.named_parameters():
        noise = torch.randn(value.shape, generator=generator)
        if value.ndim < 2 and "lambda" not in name and "class_" not in name:
            noise = 1 + .2 * noise if name.endswith("weight") else .3 * noise
        elif "embedding" in name and "patch" not in name or "lambda" in name:
            noise = .5 * noise
        else:
            noise = noise * value[0].numel() ** -.5
        value.data = noise.to(dtype).double()
    return model.double().eval().requires_grad_(False)


def bytes_of(processor, picture):
    """What the processor makes of a picture before it makes floats of it."""
    values = processor.preprocess(Image.fromarray(picture), do_rescale=False,
                                  do_normalize=False, return_tensors="np")
    found = values["pixel_values"][0].transpose(1, 2, 0)
    assert (found == found.astype(np.uint8)).all()
    return hashlib.sha256(found.astype(np.uint8).tobytes()).hexdigest()


def write(path, told):
    path.write_text(json.dumps(told, indent=2, sort_keys=True) + "\n")


def make(name, model, config, processor, settings, vector_of, dtype, seed):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    randomise(model, seed, dtype)
    write(folder / "config.json", config)
    write(folder / "preprocessor_config.json", settings)
    save_file({n: v.contiguous() if v.dtype == torch.int64
               else v.to(dtype).contiguous()
               for n, v in model.state_dict().items()},
              folder / "model.safetensors", dict(format="pt"))

    pictures = [sample_over_white()] + [strange_picture(*s) for s in PICTURES[1:]]
    vectors = []
    for picture in pictures:
        values = processor.preprocess(Image.fromarray(picture), return_tensors="pt")
        vectors.append(vector_of(model, values["pixel_values"].double())[0].numpy())
    unit = [v / np.linalg.norm(v) for v in vectors]
    expected = dict(
        made_by="tests/engine/golden/make-embedders.py",
        versions=dict(torch=torch.__version__,
                      transformers=transformers.__version__),
        pictures=[n for size in PICTURES for n in size],
        digests=[bytes_of(processor, picture) for picture in pictures],
        vectors=[float(np.float32(x)) for v in vectors for x in v],
        alike=[float(unit[0] @ u) for u in unit])
    if name == "clip":
        expected["cuts"] = [n for cut in CUTS for n in cut]
        expected["cut_digests"] = [
            bytes_of(CLIPImageProcessor(
                size=dict(height=edge, width=edge) if stretches
                else dict(shortest_edge=edge),
                crop_size=dict(height=side, width=side)), strange_picture(w, h))
            for edge, side, stretches, w, h in CUTS]
    (HERE / f"{name}.json").write_text(json.dumps(expected) + "\n")
    print(name, len(vectors[0]), expected["alike"])


def plain(config, *dropped):
    told = json.loads(config.to_json_string())
    return {k: v for k, v in told.items() if k not in dropped}


def main():
    config = CLIPConfig(
        projection_dim=24, attn_implementation="eager",
        text_config=dict(hidden_size=32, intermediate_size=40, vocab_size=50,
                         num_hidden_layers=1, num_attention_heads=2,
                         max_position_embeddings=9, projection_dim=24),
        vision_config=dict(hidden_size=64, intermediate_size=96,
                           num_hidden_layers=3, num_attention_heads=4,
                           image_size=32, patch_size=7, projection_dim=24))
    told = plain(config)
    told["vision_config_dict"] = dict(hidden_size=64)
    processor = CLIPImageProcessor(size=32, crop_size=32)
    make("clip", CLIPModel(config), told, processor, dict(
        crop_size=32, do_center_crop=True, do_normalize=True, do_resize=True,
        feature_extractor_type="CLIPFeatureExtractor", resample=3, size=32,
        image_mean=processor.image_mean, image_std=processor.image_std),
         lambda model, x: model.get_image_features(x), torch.float32, 31)

    config = CLIPVisionConfig(
        hidden_size=36, intermediate_size=44, num_hidden_layers=2,
        num_attention_heads=3, image_size=29, patch_size=6, projection_dim=17,
        hidden_act="gelu", attn_implementation="eager")
    processor = CLIPImageProcessor(size=dict(shortest_edge=33),
                                   crop_size=dict(height=29, width=29),
                                   image_mean=[.5, .4, .3], image_std=[.2, .3, .4])
    make("clip-vision", CLIPVisionModelWithProjection(config), plain(config),
         processor, json.loads(processor.to_json_string()),
         lambda model, x: model(x).image_embeds, torch.bfloat16, 32)

    config = Dinov2Config(
        hidden_size=64, num_hidden_layers=3, num_attention_heads=4, mlp_ratio=2,
        image_size=42, patch_size=6, attn_implementation="eager")
    processor = BitImageProcessor(size=dict(shortest_edge=36),
                                  crop_size=dict(height=32, width=32),
                                  image_mean=[.485, .456, .406],
                                  image_std=[.229, .224, .225])
    make("dinov2", Dinov2Model(config), plain(config), processor,
         json.loads(processor.to_json_string()),
         lambda model, x: model(x).last_hidden_state[:, 0], torch.float16, 33)


if __name__ == "__main__":
    main()
