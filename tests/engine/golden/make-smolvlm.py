#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes `smolvlm` and `idefics3`, two small models with random weights in odd
sizes and in the published layout, and what transformers makes of them.

    ./dev golden engine

`smolvlm` is as SmolVLM2 is published: a token for each place of a tile, an
output layer of its own, merges written as "a b", settings that equal the
classes' defaults left out.  `idefics3` is as its forerunner, and as version 5 of
transformers writes files: places of tiles in plain text, the table of embeddings
as the output layer, merges as pairs, `rope_parameters`, a processor_config.json;
and its tiles are smaller than the pictures that its eye was made for, so that
the positions are stretched over them.

This needs version 5 of transformers: in 4.57 each position but the first is one
too low, which no published model was trained with.
"""
import hashlib
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, "/opt/pisces-transformers-5")

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from tokenizers import (AddedToken, Tokenizer, decoders, models,
                        pre_tokenizers, trainers)
from transformers import (Idefics3Config, Idefics3ForConditionalGeneration,
                          LlamaConfig, PreTrainedTokenizerFast, SmolVLMConfig,
                          SmolVLMForConditionalGeneration)
from transformers.models.idefics3 import (configuration_idefics3,
                                          image_processing_pil_idefics3)
from transformers.models.smolvlm import (configuration_smolvlm,
                                         image_processing_pil_smolvlm)
from transformers.models.smolvlm.processing_smolvlm import (
    DEFAULT_CHAT_TEMPLATE, get_image_prompt_string)

from pictures import sample_over_white, strange_picture

HERE = Path(__file__).parent
BEGIN, END, PAD = "<|im_start|>", "<end_of_utterance>", "<|im_end|>"
FAKE, IMAGE, WHOLE = "<fake_token_around_image>", "<image>", "<global-img>"
SHORT = "Describe this image in one short sentence."
LONG = "Describe this image in detail."
QUESTION = "What's in the 2nd row?\nAnd the 13th?"
SCORE = 'Does this image show "a red star"? Answer with yes or no.'
INSTRUCTIONS = [SHORT, LONG, QUESTION]
TOKENS = 24

# Side of a tile, longest edge, width and height of a picture.
SIZES = [(48, 96, 64, 48), (48, 96, 48, 64), (48, 96, 64, 64), (48, 96, 1, 50),
         (48, 96, 50, 1), (48, 96, 97, 33), (48, 96, 7, 300), (48, 96, 96, 97),
         (48, 100, 61, 59), (31, 97, 97, 96), (31, 97, 200, 13), (48, 40, 9, 8),
         (48, 30, 200, 190), (26, 78, 64, 48), (512, 2048, 640, 480),
         (512, 2048, 301, 1000), (384, 1536, 1200, 795), (512, 4500, 90, 61)]


def make_tokenizer(has_places):
    """Byte-level, with single digits, as SmolLM2's."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    texts = INSTRUCTIONS + [
        SCORE, "User: Assistant:", "yes no Yes No yes, no.", "\n\n\n"]
    tokenizer.train_from_iterator(texts * 3, trainers.BpeTrainer(
        vocab_size=340, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
        special_tokens=["<|endoftext|>", BEGIN, PAD]))
    places = [WHOLE] + [f"<row_{r}_col_{c}>" for r in range(1, 7)
                        for c in range(1, 7)]
    tokenizer.add_special_tokens([
        AddedToken(t, special=True, normalized=False)
        for t in (places if has_places else []) + [FAKE, IMAGE, END]])
    return tokenizer


def randomise(model, seed, dtype):
    generator = torch.Generator().manual_seed(seed)
    for name, value in model.named_parameters():
        noise = torch.randn(value.shape, generator=generator)
        if value.ndim < 2:
            noise = 1 + .2 * noise if name.endswith("weight") else .2 * noise
        elif "embed_tokens" in name and model.config.tie_word_embeddings:
            noise = .1 * noise       # or it repeats the last token for ever
        elif "embed" in name:
            noise = .5 * noise
        else:
            noise = noise * value[0].numel() ** -.5
        # So that the best token is plainly the best.
        if "lm_head" in name:
            noise = 3 * noise
        if "down_proj" in name:
            noise = 2 * noise
        if "modality_projection" in name:
            noise = .5 * noise
        value.data = noise.to(dtype).double()
    return model.double().eval()


def ids_of(tokenizer):
    return dict(bos_token_id=tokenizer.token_to_id(BEGIN),
                eos_token_id=tokenizer.token_to_id(END),
                pad_token_id=tokenizer.token_to_id(PAD))


def make_smolvlm(tokenizer):
    vocab = (tokenizer.get_vocab_size() + 15) // 16 * 16
    config = SmolVLMConfig(
        text_config=LlamaConfig(
            vocab_size=vocab, hidden_size=40, intermediate_size=72,
            num_hidden_layers=3, num_attention_heads=5, num_key_value_heads=1,
            head_dim=8, max_position_embeddings=1024, rms_norm_eps=1e-5,
            rope_parameters=dict(rope_type="default", rope_theta=100000.0),
            **ids_of(tokenizer)).to_dict(),
        vision_config=configuration_smolvlm.SmolVLMVisionConfig(
            hidden_size=36, intermediate_size=52, num_hidden_layers=2,
            num_attention_heads=3, image_size=48, patch_size=8).to_dict(),
        image_token_id=tokenizer.token_to_id(IMAGE), scale_factor=2,
        pad_token_id=tokenizer.token_to_id(PAD))
    config._attn_implementation = "eager"
    return SmolVLMForConditionalGeneration(config)


def make_idefics3(tokenizer):
    config = Idefics3Config(
        text_config=LlamaConfig(
            vocab_size=tokenizer.get_vocab_size(), hidden_size=64,
            intermediate_size=56, num_hidden_layers=2, num_attention_heads=32,
            num_key_value_heads=8, head_dim=4, max_position_embeddings=2048, rms_norm_eps=1e-5,
            rope_parameters=dict(rope_type="default", rope_theta=5000.0),
            tie_word_embeddings=True, **ids_of(tokenizer)).to_dict(),
        vision_config=configuration_idefics3.Idefics3VisionConfig(
            hidden_size=48, intermediate_size=40, num_hidden_layers=2,
            num_attention_heads=16, image_size=36, patch_size=4).to_dict(),
        image_token_id=tokenizer.token_to_id(IMAGE), scale_factor=3,
        tie_word_embeddings=True, pad_token_id=tokenizer.token_to_id(PAD))
    config._attn_implementation = "eager"
    return Idefics3ForConditionalGeneration(config)


def prepare(images, picture, closer):
    out = images.preprocess(Image.fromarray(picture), do_image_splitting=closer,
                            return_row_col_info=True, return_tensors="pt")
    return (out["pixel_values"][0], out["rows"][0][0], out["cols"][0][0])


def bytes_of(pixels):
    """The numbers of all tiles, as the bytes that they came from."""
    back = (pixels.double() * .5 + .5) * 255
    return back.round().permute(0, 2, 3, 1).numpy().astype(np.uint8).tobytes()


def size_table(processor):
    numbers, digests = [], []
    for tile, longest, width, height in SIZES:
        images = processor(size=dict(longest_edge=longest),
                           max_image_size=dict(longest_edge=tile),
                           image_mean=[.5] * 3, image_std=[.5] * 3)
        picture = strange_picture(width, height)
        whole, *_ = prepare(images, picture, False)
        tiles, rows, columns = prepare(images, picture, True)
        numbers += [tile, longest, width, height, rows, columns]
        digests += [hashlib.sha256(bytes_of(p)).hexdigest()
                    for p in (whole, tiles)]
    return numbers, digests


def prompt_of(fast, instruction, n, rows, columns):
    text = fast.apply_chat_template(
        [dict(role="user", content=[dict(type="image"),
                                    dict(type="text", text=instruction)])],
        chat_template=DEFAULT_CHAT_TEMPLATE, add_generation_prompt=True,
        tokenize=False)
    return text.replace(IMAGE, get_image_prompt_string(
        rows, columns, n, fake_token_around_image=FAKE, image_token=IMAGE,
        global_image_token=WHOLE)), text


@torch.no_grad()
def tell(model, fast, pixels, instruction, rows, columns):
    n = model.model.image_seq_len_here
    text, rendered = prompt_of(fast, instruction, n, rows, columns)
    ids = fast(text, return_tensors="pt").input_ids
    inputs = dict(input_ids=ids, attention_mask=torch.ones_like(ids),
                  pixel_values=pixels[None])
    out = model.generate(**inputs, do_sample=False, max_new_tokens=TOKENS)
    states = model.model(**inputs).last_hidden_state[0, -1]
    return dict(ids=ids[0].tolist(), new=out[0, ids.shape[1]:].tolist(),
                state=states, rendered=rendered,
                logits=model.lm_head(states))


def yes_share(fast, logits):
    def total(words):
        found = {fast.convert_tokens_to_ids(w) for w in words} - {None}
        return torch.softmax(logits, -1)[sorted(found)].sum()
    vocabulary = fast.get_vocab()
    sums = [total([w for w in ws if w in vocabulary])
            for ws in (("yes", "Yes", "Ġyes", "ĠYes"),
                       ("no", "No", "Ġno", "ĠNo"))]
    return (sums[0] / (sums[0] + sums[1])).item()


def without_defaults(config, default):
    return {k: v for k, v in config.items()
            if k == "model_type" or default.get(k, ...) != v}


def write_config(folder, model, is_newer):
    config = json.loads(model.config.to_json_string())
    text, vision = config["text_config"], config["vision_config"]
    config["text_config"] = without_defaults(text, LlamaConfig().to_dict())
    config["vision_config"] = without_defaults(
        vision, type(model.config.vision_config)().to_dict())
    if not is_newer:
        theta = config["text_config"].pop("rope_parameters")["rope_theta"]
        config["text_config"]["rope_theta"] = theta
    (folder / "config.json").write_text(json.dumps(config, indent=2,
                                                   sort_keys=True) + "\n")


def write_tokenizer(folder, tokenizer, as_pairs):
    told = json.loads(tokenizer.to_str())
    told["model"]["merges"] = [m if as_pairs else " ".join(m)
                               for m in told["model"]["merges"]]
    (folder / "tokenizer.json").write_text(
        json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n")


def save(name, model, tokenizer, images, is_newer, dtype):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    write_tokenizer(folder, tokenizer, is_newer)
    write_config(folder, model, is_newer)
    told = json.loads(images.to_json_string())
    if is_newer:
        told = dict(image_processor=told, image_seq_len=4,
                    processor_class="Idefics3Processor")
    (folder / ("processor_config.json" if is_newer
               else "preprocessor_config.json")).write_text(
        json.dumps(told, indent=2, sort_keys=True) + "\n")
    weights = {key: value.to(dtype).contiguous()
               for key, value in model.state_dict().items()
               if not (is_newer and key == "lm_head.weight")}
    save_file(weights, folder / "model.safetensors", dict(format="pt"))


def make(name, make_model, processor, tile, longest, is_newer, dtype, seed):
    tokenizer = make_tokenizer(has_places=not is_newer)
    model = make_model(tokenizer)
    randomise(model, seed, dtype)
    model.generation_config.eos_token_id = tokenizer.token_to_id(END)
    model.generation_config.pad_token_id = tokenizer.token_to_id(PAD)
    images = processor(size=dict(longest_edge=longest),
                       max_image_size=dict(longest_edge=tile),
                       image_mean=[.5] * 3, image_std=[.5] * 3)
    save(name, model, tokenizer, images, is_newer, dtype)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=BEGIN,
                                   eos_token=END, pad_token=PAD)
    side = tile // model.config.vision_config.patch_size
    model.model.image_seq_len_here = (side // model.config.scale_factor) ** 2

    views = [prepare(images, sample_over_white(), closer)
             for closer in (False, True)]
    told = [tell(model, fast, view[0], instruction, *view[1:])
            for view in views for instruction in INSTRUCTIONS]
    score = tell(model, fast, views[0][0], SCORE, 0, 0)
    with torch.no_grad():
        tokens = model.model.vision_model(
            views[0][0].double()).last_hidden_state
        seen = [torch.cat(list(model.model.get_image_features(
            view[0][None].double()).pooler_output)) for view in views]

    numbers, digests = size_table(processor)
    with open(HERE / f"{name}.bin", "wb") as out:
        for array in [tokens, *seen] + [t["state"] for t in told]:
            out.write(np.ascontiguousarray(array, np.float32).tobytes())
    expected = dict(
        made_by="tests/engine/golden/make-smolvlm.py",
        versions=dict(torch=torch.__version__,
                      transformers=transformers.__version__),
        instructions=INSTRUCTIONS, score_instruction=SCORE, n_tokens=TOKENS,
        n_patches=tokens.shape[1], eye_width=tokens.shape[2],
        rows=views[1][1], columns=views[1][2], n_seen=seen[0].shape[0],
        hidden=seen[0].shape[1], yes_share=yes_share(fast, score["logits"]),
        rendered=[t["rendered"] for t in told[:3]],
        sizes=numbers, digests=digests)
    for i, t in enumerate(told):
        expected[f"prompt_{i}"] = t["ids"]
        expected[f"new_{i}"] = t["new"]
        print(name, i, len(t["ids"]), t["new"])
    print(name, views[1][1:], expected["yes_share"])
    text = json.dumps(expected, indent=1, ensure_ascii=False)
    text = re.sub(r"[\d,\s]{9,}", lambda m: " ".join(m[0].split()), text)
    (HERE / f"{name}.json").write_text(text + "\n")


def main():
    make("smolvlm", make_smolvlm,
         image_processing_pil_smolvlm.SmolVLMImageProcessorPil, 48, 96,
         is_newer=False, dtype=torch.float16, seed=19)
    make("idefics3", make_idefics3,
         image_processing_pil_idefics3.Idefics3ImageProcessorPil, 26, 78,
         is_newer=True, dtype=torch.float32, seed=35)


if __name__ == "__main__":
    main()
