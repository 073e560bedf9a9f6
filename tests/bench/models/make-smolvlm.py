#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes a folder as SmolVLM2 is published, in its names, shapes, types and
settings, with random weights: for what must be measured at that size, where the
published weights cannot be had.

    make-smolvlm.py FOLDER TOKENIZER [256m|500m|2.2b] [F32|BF16]

TOKENIZER is the tokenizer.json of a small golden model; its few tokens are
enough to make prompts.  The 500M model is published in F32, which is the
default for the two small ones.  No PyTorch is needed.
"""
import sys
from pathlib import Path

from published import linear, llama, siglip, write_model

# What the published files leave out has the classes' default: 12 layers and an
# inner width of 3072 in the eye, and 32 heads in the language model of 2.2B.
BASE_EYE = dict(hidden_size=768, num_attention_heads=12, image_size=512,
                patch_size=16)
LARGE_EYE = dict(hidden_size=1152, image_size=384, patch_size=14,
                 intermediate_size=4304, num_hidden_layers=27)
SIZES = {
    "256m": dict(
        eye=BASE_EYE, tile=512, factor=4, dtype="F32",
        text=dict(hidden_size=576, intermediate_size=1536,
                  num_hidden_layers=30, num_attention_heads=9,
                  num_key_value_heads=3, rope_theta=100000)),
    "500m": dict(
        eye=BASE_EYE, tile=512, factor=4, dtype="F32",
        text=dict(hidden_size=960, intermediate_size=2560,
                  num_hidden_layers=32, num_attention_heads=15,
                  num_key_value_heads=5, rope_theta=100000)),
    "2.2b": dict(
        eye=LARGE_EYE, tile=384, factor=3, dtype="BF16",
        text=dict(hidden_size=2048, intermediate_size=8192,
                  num_hidden_layers=24, rope_theta=273768)),
}
VOCAB = 49280


def tensors(size):
    t, e = size["text"], size["eye"]
    heads = t.get("num_attention_heads", 32)
    yield from siglip("model.vision_model", e["hidden_size"],
                      e.get("intermediate_size", 3072),
                      e.get("num_hidden_layers", 12), e["patch_size"],
                      e["image_size"], "out_proj")
    yield from linear("model.connector.modality_projection.proj",
                      t["hidden_size"],
                      e["hidden_size"] * size["factor"] ** 2, False)
    yield from llama("model.text_model", VOCAB, t["hidden_size"],
                     t["intermediate_size"], t["num_hidden_layers"], heads * 64,
                     t.get("num_key_value_heads", heads) * 64)
    yield "lm_head.weight", (VOCAB, t["hidden_size"])


def main():
    folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
    size = SIZES[sys.argv[3] if len(sys.argv) > 3 else "500m"]
    dtype = sys.argv[4] if len(sys.argv) > 4 else size["dtype"]
    tile = dict(longest_edge=size["tile"])
    longest = dict(longest_edge=4 * size["tile"])
    config = dict(
        architectures=["SmolVLMForConditionalGeneration"],
        image_token_id=49190, model_type="smolvlm", pad_token_id=128002,
        scale_factor=size["factor"], tie_word_embeddings=False,
        vocab_size=VOCAB, use_cache=False, use_reentrant_checkpointing=False,
        text_config=dict(
            size["text"], architectures=["VLlama3ForCausalLM"],
            model_type="llama", head_dim=64, is_llama_config=True,
            max_position_embeddings=8192, neftune_noise_alpha=0.0,
            pad_token_id=2, pixel_shuffle_factor=size["factor"],
            qk_layer_norms=False, rms_norm_eps=1e-5, rope_interleaved=False,
            use_resampler=False, vocab_size=VOCAB),
        vision_config=dict(
            size["eye"], model_type="smolvlm_vision", max_image_size=tile,
            size=longest, tie_word_embeddings=False, use_base_siglip=False))
    preprocessor = dict(
        do_convert_rgb=True, do_image_splitting=True, do_normalize=True,
        do_pad=True, do_rescale=True, do_resize=True, image_mean=[.5] * 3,
        image_processor_type="SmolVLMImageProcessor", image_std=[.5] * 3,
        max_image_size=tile, processor_class="SmolVLMProcessor", resample=1,
        rescale_factor=1 / 255, size=longest)
    write_model(folder, tokenizer, tensors(size), dtype, config, preprocessor)


if __name__ == "__main__":
    main()
