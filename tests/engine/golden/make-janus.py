#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes `janus`, a Janus-Pro with random weights in odd sizes and in the
published layout, and what transformers makes of it, both ways.

    ./dev golden engine

transformers draws through JanusForConditionalGeneration.generate(), greedily,
with guidance; its processor fills the prompts and prepares the picture, so
that the words around a prompt, the ids and the bytes are all held to it.  The
encoder of the VQ autoencoder is left out of the file, as it is not read and
would be half of it.
"""
import json
from pathlib import Path

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models,
                        pre_tokenizers, processors, trainers)
from transformers import (JanusConfig, JanusForConditionalGeneration,
                          JanusVisionConfig, LlamaConfig,
                          PreTrainedTokenizerFast)
from transformers.models.janus.configuration_janus import JanusVQVAEConfig
from transformers.models.janus.image_processing_janus import (
    JanusImageProcessor)

from pictures import sample_over_white

HERE = Path(__file__).parent
FOLDER = HERE / "janus"
SIDE, GRID = 64, 4
BEGIN, END = "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"
PAD = "<｜▁pad▁｜>"
SPECIAL = [BEGIN, END, PAD, "<image_placeholder>", "<begin_of_image>",
           "<end_of_image>"]
SYSTEM = ("You are a helpful language and vision assistant. You are able to "
          "understand the visual content that the user provides, and assist "
          "the user with a variety of tasks using natural language.")
# What the vocabulary of the small model is made from, with QUESTION and others.
LEARNT = ("Write alternative text for this image: one short sentence of at "
          "most 20 words that says what can be seen.")
# The engine's instructions, with what a user may say beside them.
SHORT = ("Write alternative text for this image: one short sentence of at "
         "most 20 words and 125 characters that says what can be seen.")
LANGUAGE, CONTEXT = "pt-BR", "Ana's flower shop"
KEYWORDS = ("List 5 to 10 keywords for this image, the most important first, "
            "separated by commas. Write nothing else. Write in Brazilian "
            "Portuguese. The user says about the image: "
            f"\"{CONTEXT}\". Use this where it fits.")
EXPAND = ("Describe in detail, in at most 60 words, the picture that this "
          "prompt asks for: \"{}\". Keep everything that it names, and say how "
          "it looks: colours, light, background and style. Write only the "
          "description.")
QUESTION = "What's in the 2nd row?"
PROMPT = "A portrait of a young girl, film grained. 16 stars"
NEGATIVE = "blurred, ugly"
GUIDANCE = 5.0
SEED = 9                    # LEARNT's text ends, the codes differ
TOKENS = 24


def make_tokenizer():
    """Byte-level, split as DeepSeek's language models split it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex("[\r\n]"), "isolated"),
        pre_tokenizers.Split(Regex("\\s?\\p{L}+"), "isolated"),
        pre_tokenizers.Split(Regex("\\s?\\p{P}+"), "isolated"),
        pre_tokenizers.Split(Regex("[一-龥ࠀ-一가-퟿]+"), "isolated"),
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    texts = [SYSTEM, LEARNT, QUESTION, PROMPT, NEGATIVE, "<|User|>: \n\n"
             "<|Assistant|>:", "yes no Yes No", "Describe this image in "
             "detail."]
    tokenizer.train_from_iterator(texts * 3, trainers.BpeTrainer(
        vocab_size=360, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False)
                                  for t in SPECIAL])
    begin = tokenizer.token_to_id(BEGIN)
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A", special_tokens=[(BEGIN, begin)])
    return tokenizer


def randomise(module, generator):
    for name, value in module.named_parameters():
        noise = torch.randn(value.shape, generator=generator)
        if value.ndim < 2:
            noise = 1 + .2 * noise if name.endswith("weight") else .2 * noise
        elif "embed" in name:
            noise = .5 * noise
        else:
            noise = noise * value[0].numel() ** -.5
        # So that the codes differ, and the best one is plainly the best.
        if "vision_head.weight" in name or "lm_head" in name:
            noise = 3 * noise
        if "vision_head.bias" in name:
            noise = 0 * noise
        if "generation_embeddings" in name:
            noise = 4 * noise
        if "down_proj" in name:
            noise = 2 * noise
        value.data = noise.half().double()


def make_model(tokenizer):
    vocab = (tokenizer.get_vocab_size() + 15) // 16 * 16
    config = JanusConfig(
        text_config=LlamaConfig(
            vocab_size=vocab, hidden_size=48, intermediate_size=72,
            num_hidden_layers=3, num_attention_heads=4,
            num_key_value_heads=4, max_position_embeddings=1024,
            bos_token_id=tokenizer.token_to_id(BEGIN),
            eos_token_id=tokenizer.token_to_id(END),
            pad_token_id=tokenizer.token_to_id(PAD)).to_dict(),
        vision_config=JanusVisionConfig(
            hidden_size=40, num_hidden_layers=2, num_attention_heads=2,
            image_size=SIDE, patch_size=16, mlp_ratio=2.5, projection_dim=48,
            depth=3, num_image_tokens=GRID * GRID).to_dict(),
        vq_config=JanusVQVAEConfig(
            embed_dim=6, num_embeddings=50, latent_channels=12,
            num_patches=GRID, base_channels=32,
            channel_multiplier=[1, 1, 1, 1, 2], num_res_blocks=1,
            projection_dim=48, num_hidden_layers=2,
            image_token_embed_dim=48).to_dict(),
        image_token_id=tokenizer.token_to_id("<image_placeholder>"),
        tie_word_embeddings=False)
    config._attn_implementation = "eager"
    model = JanusForConditionalGeneration(config).eval()
    randomise(model, torch.Generator().manual_seed(SEED))
    model = model.double()
    model.generation_config.generation_kwargs = dict(
        boi_token_id=tokenizer.token_to_id("<begin_of_image>"))
    model.generation_config.pad_token_id = tokenizer.token_to_id(PAD)
    return model


def make_processor(tokenizer):
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=BEGIN, eos_token=END,
        pad_token=PAD, extra_special_tokens=dict(
            image_token="<image_placeholder>", boi_token="<begin_of_image>",
            eoi_token="<end_of_image>"))
    images = JanusImageProcessor(size=dict(height=SIDE, width=SIDE),
                                 image_mean=[.5] * 3, image_std=[.5] * 3)
    return fast, images


def asked(question):
    images = "<image_placeholder>" * (GRID * GRID)
    return (f"{SYSTEM}\n\n<|User|>: <begin_of_image>{images}<end_of_image>\n"
            f"{question}\n\n<|Assistant|>:")


@torch.no_grad()
def describe(model, fast, pixels, question):
    ids = fast(asked(question), return_tensors="pt").input_ids
    out = model.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids),
        pixel_values=pixels, generation_mode="text", do_sample=False,
        max_new_tokens=TOKENS)
    new = out[0, ids.shape[1]:] if out.shape[1] > ids.shape[1] else out[0]
    return ids[0].tolist(), new.tolist()


@torch.no_grad()
def expand(model, fast, prompt):
    ids = fast(f"{SYSTEM}\n\n<|User|>: {EXPAND.format(prompt)}\n\n<|Assistant|>:",
               return_tensors="pt").input_ids
    out = model.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids),
        generation_mode="text", do_sample=False, max_new_tokens=TOKENS)
    return ids[0].tolist(), out[0, ids.shape[1]:].tolist()


def drawn(prompt):
    return f"<|User|>: {prompt}\n\n<|Assistant|>:<begin_of_image>"


@torch.no_grad()
def draw(model, fast, prompt):
    ids = fast(drawn(prompt), return_tensors="pt").input_ids
    codes = model.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids),
        generation_mode="image", do_sample=False, guidance_scale=GUIDANCE,
        use_cache=True)
    pixels = model.decode_image_tokens(codes)
    return ids[0].tolist(), codes[0].tolist(), pixels[0]


@torch.no_grad()
def encode(model, pixels):
    vq = model.model.vqmodel
    latents = vq.quant_conv(vq.encoder(pixels))[0].flatten(1).T
    unit = torch.nn.functional.normalize
    likeness = unit(latents) @ unit(vq.quantize.embedding.weight).T
    best = likeness.topk(2).values
    print("codes of a picture are apart by", float((best[:, 0] - best[:, 1]).min()))
    return likeness.argmax(1).tolist()


def save(model, tokenizer, images):
    FOLDER.mkdir(exist_ok=True)
    tokenizer.save(str(FOLDER / "tokenizer.json"))
    # What differs from the classes' defaults, as transformers publishes it.
    (FOLDER / "config.json").write_text(model.config.to_json_string())
    (FOLDER / "preprocessor_config.json").write_text(images.to_json_string())
    weights = {name: value.half().contiguous()
               for name, value in model.state_dict().items()}
    save_file(weights, FOLDER / "model.safetensors", dict(format="pt"))


def main():
    tokenizer = make_tokenizer()
    model = make_model(tokenizer)
    fast, images = make_processor(tokenizer)
    save(model, tokenizer, images)

    picture = Image.fromarray(sample_over_white())
    tall = Image.fromarray(np.ascontiguousarray(
        sample_over_white().transpose(1, 0, 2)[:, :31]))
    pixels = images.preprocess(picture, return_tensors="pt").pixel_values
    tall_pixels = images.preprocess(tall, return_tensors="pt").pixel_values
    short_ids, short = describe(model, fast, pixels.double(), SHORT)
    answer_ids, answer = describe(model, fast, pixels.double(), QUESTION)
    expand_ids, expanded = expand(model, fast, PROMPT)
    _, ending = describe(model, fast, pixels.double(), LEARNT)
    keywords_ids, keywords = describe(
        model, fast, pixels.double(), KEYWORDS)
    draw_ids, codes, drawing = draw(model, fast, PROMPT)
    with torch.no_grad():
        seen = model.model.get_image_features(pixels.double())[0]
    encoded = encode(model, pixels.double())

    with open(HERE / "janus.bin", "wb") as out:
        for array in (pixels[0].permute(1, 2, 0),
                      tall_pixels[0].permute(1, 2, 0), seen, drawing):
            out.write(np.ascontiguousarray(array, np.float32).tobytes())
    expected = dict(
        made_by="tests/engine/golden/make-janus.py",
        versions=dict(torch=torch.__version__,
                      transformers=transformers.__version__),
        prompt=PROMPT, question=QUESTION, guidance=GUIDANCE,
        language=LANGUAGE, context=CONTEXT,
        short_prompt_ids=short_ids, answer_prompt_ids=answer_ids,
        keywords_prompt_ids=keywords_ids,
        draw_prompt_ids=draw_ids, n_tokens=TOKENS,
        short_ids=short, answer_ids=answer, keywords_ids=keywords,
        expand_prompt_ids=expand_ids, expand_ids=expanded,
        learnt=LEARNT, ending_ids=ending, codes=codes,
        encoded=encoded,
        seen=list(seen.shape), drawing=list(drawing.shape))
    (HERE / "janus.json").write_text(
        json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
    print(short, answer, codes, drawing.shape, drawing.min(), drawing.max())


if __name__ == "__main__":
    main()
