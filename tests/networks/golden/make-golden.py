#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the golden values of the networks: small models of transformers and
diffusers with random weights and odd sizes, saved as their publishers save
them, and their results.

    ./dev exec python3 tests/networks/golden/make-golden.py

Each case is a folder beside this script: config.json, the weights, and
golden.safetensors with inputs and outputs (images as [n, height, width,
channels]).  That file's metadata has the versions that made it.  Values are
float32, and so are weights except in some cases with F16 or BF16.  The
models compute in float64, so that the values are exact and do not contain
another program's rounding.
"""
import json
import pathlib

import diffusers
import torch
import torch.nn.functional as F
import transformers
from diffusers import (AutoencoderKL, SD3Transformer2DModel,
                       UNet2DConditionModel)
from diffusers.models.attention_processor import AttnProcessor
from safetensors.torch import save_file
from torch import nn
from transformers import (CLIPTextConfig, CLIPTextModelWithProjection,
                          CLIPVisionConfig, CLIPVisionModelWithProjection,
                          Dinov2Config, Dinov2Model, LlamaConfig,
                          LlamaForCausalLM, SiglipVisionConfig,
                          SiglipVisionModel)

HERE = pathlib.Path(__file__).parent
METADATA = dict(torch=torch.__version__, transformers=transformers.__version__,
                diffusers=diffusers.__version__,
                made_by="tests/networks/golden/make-golden.py")


def randomize(model, seed):
    """Chooses weights with which every part of a network matters: matrices
    that keep the magnitude of the values, and norms and biases that are not
    1 and 0."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() < 2:
            norm = name.endswith("weight")
            parameter.data = 1 + .2 * noise if norm else .2 * noise
        elif "embed" in name and parameter.dim() == 2:
            parameter.data = .5 * noise
        else:
            parameter.data = noise * parameter[0].numel() ** -.5
    return model.eval().requires_grad_(False)


def random(seed, *shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def save(case, config, model, stem, dtype=torch.float32, **golden):
    folder = HERE / case
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    weights = {name: tensor.to(dtype).contiguous()
               for name, tensor in model.state_dict().items()}
    save_file(weights, folder / f"{stem}.safetensors", METADATA)
    save_file({name: tensor.contiguous() if tensor.dtype == torch.int32
               else tensor.float().contiguous()
               for name, tensor in golden.items()},
              folder / "golden.safetensors", METADATA)
    size = sum(f.stat().st_size for f in folder.iterdir())
    print(f"{case:24} {size:8} bytes")


def nhwc(images):
    return images.permute(0, 2, 3, 1)


def double(model, dtype=torch.float32):
    """The model in float64, with the values that the file will have.  Tables
    that it computes itself (rotary frequencies) stay exact."""
    for parameter in model.parameters():
        parameter.data = parameter.data.to(dtype)
    return model.double()


def llama(case, seed, dtype=torch.float32, **changes):
    config = LlamaConfig(**{**dict(
        hidden_size=48, intermediate_size=56, num_hidden_layers=2,
        num_attention_heads=6, num_key_value_heads=2, vocab_size=67,
        rms_norm_eps=1e-5, rope_theta=10000.0, rope_scaling=None,
        max_position_embeddings=64, tie_word_embeddings=False,
        attn_implementation="eager"), **changes})
    model = randomize(LlamaForCausalLM(config), seed)
    # Saved before the conversion to float64 changes its type.
    keys = ("hidden_size intermediate_size num_hidden_layers "
            "num_attention_heads num_key_value_heads vocab_size rms_norm_eps "
            "rope_theta rope_scaling max_position_embeddings "
            "tie_word_embeddings hidden_act").split()
    written = {key: getattr(config, key) for key in keys}
    if "head_dim" in changes:
        written["head_dim"] = changes["head_dim"]

    ids = torch.randint(0, config.vocab_size, (1, 23),
                        generator=torch.Generator().manual_seed(seed))
    double(model, dtype)
    embeddings = model.model.embed_tokens(ids)
    # Vectors between the words, like visual tokens.
    embeddings[0, 7:11] = random(seed + 1, 4, config.hidden_size).double()
    states = model.model(inputs_embeds=embeddings).last_hidden_state
    logits = model.lm_head(states)
    if config.tie_word_embeddings:
        del model.lm_head          # such files have the embeddings only once
    save(case, written, model, "model", dtype, ids=ids[0].int(),
         embeddings=embeddings[0], states=states[0], logits=logits[0])


class StemStage(nn.Module):
    def __init__(self, channels_in, channels_out):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, 3, 2, 1)
        self.norm = nn.GroupNorm(8, channels_out)

    def forward(self, x):
        return F.gelu(self.norm(self.conv(x)), approximate="tanh")


class StemEmbeddings(nn.Module):
    """The stem of models/FORMAT.md."""

    def __init__(self, config, stem_channels):
        super().__init__()
        channels = [config.num_channels, *stem_channels]
        self.stem = nn.ModuleList(map(StemStage, channels, channels[1:]))
        stride = config.patch_size // 2 ** len(stem_channels)
        self.patch_embedding = nn.Conv2d(channels[-1], config.hidden_size, 3,
                                         stride, 1)
        self.position_embedding = nn.Embedding(
            (config.image_size // config.patch_size) ** 2, config.hidden_size)

    def forward(self, pixels, interpolate_pos_encoding=False):
        for stage in self.stem:
            pixels = stage(pixels)
        tokens = self.patch_embedding(pixels).flatten(2).transpose(1, 2)
        return tokens + self.position_embedding.weight


def vit(case, seed, n_images, stem_channels=None, dtype=torch.float32,
        **changes):
    sizes = {**dict(
        hidden_size=36, intermediate_size=44, num_hidden_layers=2,
        num_attention_heads=3, image_size=35, patch_size=5, num_channels=4,
        layer_norm_eps=1e-6, hidden_act="gelu_pytorch_tanh"), **changes}
    config = SiglipVisionConfig(**sizes, vision_use_head=False,
                                attn_implementation="eager")
    model = SiglipVisionModel(config)
    if stem_channels:
        model.vision_model.embeddings = StemEmbeddings(config, stem_channels)
        sizes["stem_channels"] = stem_channels
    double(randomize(model, seed), dtype)
    pixels = random(seed + 1, n_images, config.num_channels,
                    config.image_size, config.image_size).double()
    tokens = model.vision_model(pixels).last_hidden_state
    save(case, sizes, model, "model", dtype, pixels=nhwc(pixels),
         tokens=tokens.flatten(0, 1))


def projector(case, seed):
    model = nn.Module()
    model.mm_projector = nn.Sequential(nn.Linear(26, 37), nn.GELU(),
                                       nn.Linear(37, 19))
    double(randomize(model, seed))
    x = random(seed + 1, 9, 26).double()
    save(case, {}, model, "model", x=x, y=model.mm_projector(x))


def unet(case, seed, n_batch, height, width, timestep, n_context=5,
         n_pooled=0, dtype=torch.float32, **changes):
    sizes = {**dict(
        sample_size=8, in_channels=6, out_channels=3,
        block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=1, attention_head_dim=2,
        cross_attention_dim=10, use_linear_projection=True), **changes}
    model = UNet2DConditionModel(**sizes)
    model.set_attn_processor(AttnProcessor())
    double(randomize(model, seed), dtype)
    config = {key: value for key, value in model.config.items()
              if not key.startswith("_")}

    x = random(seed + 1, n_batch, model.config.in_channels, height,
               width).double()
    states = random(seed + 2, n_batch, n_context,
                    model.config.cross_attention_dim).double()
    golden = dict(x=nhwc(x), timestep=torch.tensor([timestep]),
                  states=states.flatten(0, 1))
    added = None
    if n_pooled:
        pooled = random(seed + 3, n_batch, n_pooled).double()
        time_ids = torch.tensor([[37., 41, 0, 3, 256, 512]] * n_batch)
        time_ids[0, 1] += 5
        added = dict(text_embeds=pooled, time_ids=time_ids)
        golden.update(pooled=pooled, time_ids=time_ids)
    y = model(x, torch.tensor(timestep, dtype=torch.float64), states,
              added_cond_kwargs=added).sample
    save(case, config, model, "diffusion_pytorch_model", dtype, y=nhwc(y),
         **golden)


def vae(case, seed, n_batch, height, width, **changes):
    model = AutoencoderKL(**{**dict(
        in_channels=5, out_channels=4, latent_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=(4, 8, 8), layers_per_block=1,
        norm_num_groups=4, sample_size=16), **changes})
    model.set_attn_processor(AttnProcessor())
    double(randomize(model, seed))
    config = {key: value for key, value in model.config.items()
              if not key.startswith("_")}
    scale = 2 ** (len(model.config.block_out_channels) - 1)
    z = random(seed + 1, n_batch, model.config.latent_channels, height,
               width).double()
    x = random(seed + 2, n_batch, model.config.in_channels, scale * height,
               scale * width).double()
    save(case, config, model, "diffusion_pytorch_model",
         z=nhwc(z), picture=nhwc(model.decode(z).sample),
         x=nhwc(x), mean=nhwc(model.encode(x).latent_dist.mean))


def mmdit(case, seed, n_batch, height, width, timestep, n_text=5,
          dtype=torch.float32, **changes):
    model = SD3Transformer2DModel(**{**dict(
        sample_size=12, patch_size=2, in_channels=5, out_channels=5,
        num_layers=3, attention_head_dim=12, num_attention_heads=3,
        joint_attention_dim=22, caption_projection_dim=36,
        pooled_projection_dim=14, pos_embed_max_size=8, qk_norm="rms_norm",
        dual_attention_layers=(0,)), **changes})
    randomize(model, seed)
    # The table is in the file, so the file decides, and not the formula.
    table = model.pos_embed.pos_embed
    table.copy_((table + .3 * random(seed + 4, *table.shape)).to(dtype))
    double(model, dtype)
    config = {key: value for key, value in model.config.items()
              if not key.startswith("_")}

    x = random(seed + 1, n_batch, model.config.in_channels, height,
               width).double()
    states = random(seed + 2, n_batch, n_text,
                    model.config.joint_attention_dim).double()
    pooled = random(seed + 3, n_batch,
                    model.config.pooled_projection_dim).double()
    golden = dict(x=nhwc(x), timestep=torch.tensor([timestep]),
                  states=states.flatten(0, 1), pooled=pooled)

    def run(skip_layers=None):
        return nhwc(model(x, states, pooled, torch.tensor(
            [timestep] * n_batch, dtype=torch.float64),
            skip_layers=skip_layers).sample)

    golden["y"] = run()
    for layer in range(model.config.num_layers):
        golden[f"y_without_{layer}"] = run([layer])
    save(case, config, model, "diffusion_pytorch_model", dtype, **golden)


def clip_text(case, seed, ids, dtype=torch.float32, **changes):
    sizes = {**dict(
        hidden_size=30, intermediate_size=44, num_hidden_layers=3,
        num_attention_heads=3, projection_dim=14, vocab_size=41,
        max_position_embeddings=11, hidden_act="quick_gelu",
        layer_norm_eps=1e-5, bos_token_id=0, pad_token_id=1,
        eos_token_id=2), **changes}
    model = CLIPTextModelWithProjection(CLIPTextConfig(
        **sizes, attn_implementation="eager"))
    double(randomize(model, seed), dtype)
    # transformers' own mask does not work in float64.
    transformers.models.clip.modeling_clip._create_4d_causal_attention_mask = (
        lambda shape, dtype, device: torch.full(
            shape[-1:] * 2, -torch.inf, dtype=dtype).triu(1)[None, None])
    result = model(torch.tensor([ids]), output_hidden_states=True)
    save(case, sizes, model, "model", dtype, ids=torch.tensor(ids).int(),
         states=result.hidden_states[-2][0], pooled=result.text_embeds)


def clip_vision(case, seed, dtype=torch.float32, **changes):
    sizes = {**dict(
        hidden_size=36, intermediate_size=44, num_hidden_layers=3,
        num_attention_heads=3, projection_dim=14, image_size=35, patch_size=5,
        hidden_act="quick_gelu", layer_norm_eps=1e-5), **changes}
    model = CLIPVisionModelWithProjection(CLIPVisionConfig(
        **sizes, attn_implementation="eager"))
    double(randomize(model, seed), dtype)
    pixels = random(seed + 1, 1, 3, sizes["image_size"],
                    sizes["image_size"]).double()
    save(case, sizes, model, "model", dtype, pixels=nhwc(pixels),
         vector=model(pixels).image_embeds)


def dinov2(case, seed, side, dtype=torch.float32, **changes):
    sizes = {**dict(
        hidden_size=36, mlp_ratio=3, num_hidden_layers=3,
        num_attention_heads=4, image_size=35, patch_size=5,
        layer_norm_eps=1e-6), **changes}
    model = Dinov2Model(Dinov2Config(**sizes, attn_implementation="eager"))
    double(randomize(model, seed), dtype)
    generator = torch.Generator().manual_seed(seed + 2)
    for name, parameter in model.named_parameters():
        if "position" in name or "cls_token" in name or "lambda" in name:
            parameter.data = (.5 * torch.randn(parameter.shape, generator=generator)).to(dtype).double()
    pixels = random(seed + 1, 1, 3, side, side).double()
    save(case, sizes, model, "model", dtype, pixels=nhwc(pixels),
         vector=model(pixels).last_hidden_state[:, 0])


llama("llama", 1)
llama("llama-3-tied", 2, dtype=torch.bfloat16, head_dim=10, tie_word_embeddings=True,
      num_key_value_heads=3, rope_theta=20.0, rope_scaling=dict(
          rope_type="llama3", factor=8.0, low_freq_factor=1.0,
          high_freq_factor=4.0, original_max_position_embeddings=32))
vit("vit-patches", 3, 1)
vit("vit-gelu", 4, 2, hidden_act="gelu", num_channels=3, image_size=34,
    patch_size=6, num_hidden_layers=1, dtype=torch.float16)
vit("vit-quick-gelu", 5, 1, hidden_act="quick_gelu", image_size=24,
    patch_size=8, num_hidden_layers=1, dtype=torch.bfloat16)
vit("vit-stem", 6, 2, stem_channels=[8, 16], image_size=36, patch_size=12,
    dtype=torch.float16)
projector("projector", 7)
unet("unet-two-levels", 8, 3, 6, 10, 417.25, dtype=torch.float16)
unet("unet-three-levels", 9, 2, 8, 12, 999., n_pooled=7,
     dtype=torch.bfloat16, norm_num_groups=2,
     block_out_channels=(6, 8, 12), layers_per_block=2,
     down_block_types=("DownBlock2D",) + ("CrossAttnDownBlock2D",) * 2,
     up_block_types=("CrossAttnUpBlock2D",) * 2 + ("UpBlock2D",),
     transformer_layers_per_block=(1, 1, 2), attention_head_dim=(2, 4, 3),
     use_linear_projection=False, addition_embed_type="text_time",
     addition_time_embed_dim=6, projection_class_embeddings_input_dim=43)
unet("unet-odd-sizes", 10, 1, 7, 9, 3., n_context=1, freq_shift=1,
     flip_sin_to_cos=False, norm_eps=1e-6, block_out_channels=(8, 4, 12),
     down_block_types=("CrossAttnDownBlock2D", "DownBlock2D",
                       "CrossAttnDownBlock2D"),
     up_block_types=("UpBlock2D", "CrossAttnUpBlock2D",
                     "CrossAttnUpBlock2D"))
vae("vae", 11, 1, 5, 3, scaling_factor=.5)
vae("vae-plain", 12, 2, 4, 4, mid_block_add_attention=False,
    use_quant_conv=False, use_post_quant_conv=False, shift_factor=.125,
    block_out_channels=(4, 8), layers_per_block=2,
    down_block_types=("DownEncoderBlock2D",) * 2,
    up_block_types=("UpDecoderBlock2D",) * 2)
vae("vae-16-channels", 13, 1, 3, 5, latent_channels=16, in_channels=3,
    out_channels=3, use_quant_conv=False, use_post_quant_conv=False,
    scaling_factor=1.5305, shift_factor=.0609, force_upcast=True)
mmdit("mmdit", 14, 2, 6, 10, 417.25)
mmdit("mmdit-one-block", 15, 1, 8, 4, 1000., num_layers=1, n_text=1,
      dual_attention_layers=(), pos_embed_max_size=7, dtype=torch.float16)
mmdit("mmdit-without-norms", 16, 2, 9, 6, 8.9285, num_layers=2, patch_size=3,
      qk_norm=None, dual_attention_layers=(), out_channels=4,
      attention_head_dim=10, num_attention_heads=2, caption_projection_dim=20,
      dtype=torch.bfloat16)
clip_text("clip-text", 17, [39, 5, 17, 40, 3, 40, 40, 40, 40, 40, 40])
clip_text("clip-text-gelu", 18, [39, 8, 8, 37, 0, 0, 0], hidden_act="gelu",
          eos_token_id=37, dtype=torch.float16)
clip_vision("clip-vision", 19)
clip_vision("clip-vision-gelu", 20, hidden_act="gelu", image_size=34,
            patch_size=6, num_hidden_layers=1, dtype=torch.float16)
dinov2("dinov2", 21, 35)
dinov2("dinov2-smaller-pictures", 22, 23, dtype=torch.float16)
dinov2("dinov2-larger-pictures", 23, 52, num_hidden_layers=1,
       dtype=torch.bfloat16)
