#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a folder as CLIP ViT-L/14 or DINOv2 large is published, in its names,
shapes, types and settings, with random weights: for what must be measured at that
size, where the published weights cannot be had.

    make-embedders.py FOLDER TOKENIZER [clip|dinov2]

No PyTorch is needed.
"""
import sys
from pathlib import Path

from published import conv, linear, norm, write_model

WIDTH, INNER, LAYERS, PATCH = 1024, 4096, 24, 14


def layer(p, width, inner):
    """A layer of one of CLIP's two halves."""
    for part in ("layer_norm1", "layer_norm2"):
        yield from norm(f"{p}.{part}", width)
    for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
        yield from linear(f"{p}.self_attn.{part}", width, width)
    yield from linear(f"{p}.mlp.fc1", inner, width)
    yield from linear(f"{p}.mlp.fc2", width, inner)


def clip():
    p = "vision_model.embeddings"
    yield f"{p}.class_embedding", (WIDTH,)
    yield f"{p}.patch_embedding.weight", (WIDTH, 3, PATCH, PATCH)
    yield f"{p}.position_embedding.weight", (1 + (224 // PATCH) ** 2, WIDTH)
    yield from norm("vision_model.pre_layrnorm", WIDTH)
    for i in range(LAYERS):
        yield from layer(f"vision_model.encoder.layers.{i}", WIDTH, INNER)
    yield from norm("vision_model.post_layernorm", WIDTH)
    yield "visual_projection.weight", (768, WIDTH)

    yield "text_model.embeddings.token_embedding.weight", (49408, 768)
    yield "text_model.embeddings.position_embedding.weight", (77, 768)
    for i in range(12):
        yield from layer(f"text_model.encoder.layers.{i}", 768, 3072)
    yield from norm("text_model.final_layer_norm", 768)
    yield "text_projection.weight", (768, 768)


def dinov2():
    yield "embeddings.cls_token", (1, 1, WIDTH)
    yield "embeddings.mask_token", (1, WIDTH)
    yield "embeddings.position_embeddings", (1, 1 + (518 // PATCH) ** 2, WIDTH)
    yield from conv("embeddings.patch_embeddings.projection", WIDTH, 3, PATCH)
    for i in range(LAYERS):
        p = f"encoder.layer.{i}"
        for part in ("norm1", "norm2"):
            yield from norm(f"{p}.{part}", WIDTH)
        for part in ("attention.query", "attention.key", "attention.value",
                     "output.dense"):
            yield from linear(f"{p}.attention.{part}", WIDTH, WIDTH)
        yield from linear(f"{p}.mlp.fc1", INNER, WIDTH)
        yield from linear(f"{p}.mlp.fc2", WIDTH, INNER)
        for part in ("layer_scale1", "layer_scale2"):
            yield f"{p}.{part}.lambda1", (WIDTH,)
    yield from norm("layernorm", WIDTH)


SIZES = {
    "clip": (clip, dict(
        architectures=["CLIPModel"], model_type="clip", projection_dim=768,
        logit_scale_init_value=2.6592, text_config=dict(hidden_size=768),
        vision_config=dict(hidden_size=WIDTH, intermediate_size=INNER,
                           num_attention_heads=16, num_hidden_layers=LAYERS,
                           patch_size=PATCH, image_size=224,
                           hidden_act="quick_gelu", projection_dim=768,
                           model_type="clip_vision_model")), dict(
        crop_size=224, do_center_crop=True, do_normalize=True, do_resize=True,
        feature_extractor_type="CLIPFeatureExtractor", resample=3, size=224,
        image_mean=[.48145466, .4578275, .40821073],
        image_std=[.26862954, .26130258, .27577711])),
    "dinov2": (dinov2, dict(
        architectures=["Dinov2Model"], model_type="dinov2", hidden_size=WIDTH,
        mlp_ratio=4, num_attention_heads=16, num_hidden_layers=LAYERS,
        image_size=518, patch_size=PATCH, hidden_act="gelu", qkv_bias=True,
        use_swiglu_ffn=False, layer_norm_eps=1e-6), dict(
        crop_size=dict(height=224, width=224), do_center_crop=True,
        do_convert_rgb=True, do_normalize=True, do_rescale=True,
        do_resize=True, image_processor_type="BitImageProcessor", resample=3,
        rescale_factor=1 / 255, size=dict(shortest_edge=256),
        image_mean=[.485, .456, .406], image_std=[.229, .224, .225])),
}


def main():
    folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
    tensors, config, preprocessor = SIZES[
        sys.argv[3] if len(sys.argv) > 3 else "clip"]
    write_model(folder, tokenizer, tensors(), "F32", config, preprocessor)


if __name__ == "__main__":
    main()
