# SPDX-License-Identifier: GPL-3.0-or-later
"""nano's parts, as the classes of transformers and diffusers that define
them.  Sizes are here and nowhere else; export.py writes them to the configs.

Attention is explicit everywhere ("eager", AttnProcessor): with the PyTorch
2.6 of Debian 13, F.scaled_dot_product_attention on a CPU took 36 % of a UNet
step.
"""
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import nn
from transformers import (LlamaConfig, LlamaForCausalLM, SiglipVisionConfig,
                          SiglipVisionModel)

from training import autocast

SAMPLE_SIZE = 256
PIXEL_SHUFFLE = 2
LATENT_SIZE = 16
LATENT_CHANNELS = 8
NUM_VECTORS = 16            # m, a 4 × 4 grid
VECTOR_SIZE = 96
PAINT_CHANNELS = 32
MERGE = 2                   # 8 × 8 understanding tokens -> 4 × 4
POOL = 2                    # 8 × 8 generation tokens -> 4 × 4

VISION = dict(hidden_size=192, intermediate_size=768, num_hidden_layers=4,
              num_attention_heads=3, image_size=128, patch_size=16,
              num_channels=4, layer_norm_eps=1e-6,
              hidden_act="gelu_pytorch_tanh", vision_use_head=False,
              stem_channels=[24, 48, 96])
TEXT = dict(hidden_size=192, intermediate_size=512, num_hidden_layers=6,
            num_attention_heads=3, num_key_value_heads=3, head_dim=64,
            rms_norm_eps=1e-5, rope_theta=10000.0, rope_scaling=None,
            max_position_embeddings=512, tie_word_embeddings=False)
UNET = dict(sample_size=LATENT_SIZE,
            in_channels=LATENT_CHANNELS + PAINT_CHANNELS,
            out_channels=LATENT_CHANNELS, block_out_channels=(64, 128, 192),
            layers_per_block=1, norm_num_groups=16,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D",
                              "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D",
                            "UpBlock2D"),
            transformer_layers_per_block=1,
            attention_head_dim=(2, 4, 6),       # in fact numbers of heads
            cross_attention_dim=VECTOR_SIZE, use_linear_projection=True,
            addition_embed_type="text_time", addition_time_embed_dim=8,
            projection_class_embeddings_input_dim=VECTOR_SIZE + 6 * 8)
VAE = dict(in_channels=4 * PIXEL_SHUFFLE ** 2,
           out_channels=4 * PIXEL_SHUFFLE ** 2,
           down_block_types=("DownEncoderBlock2D",) * 4,
           up_block_types=("UpDecoderBlock2D",) * 4,
           block_out_channels=(32, 48, 64, 96), layers_per_block=1,
           latent_channels=LATENT_CHANNELS, norm_num_groups=8,
           sample_size=SAMPLE_SIZE // PIXEL_SHUFFLE)


class StemStage(nn.Module):
    """Half the size: convolution, group norm, GELU."""

    def __init__(self, channels_in, channels_out):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, 3, 2, 1)
        self.norm = nn.GroupNorm(8, channels_out)

    def forward(self, x):
        return F.gelu(self.norm(self.conv(x)), approximate="tanh")


class StemEmbeddings(nn.Module):
    """In place of SigLIP's one 16 × 16 patch convolution: shapes are learnt
    from far fewer samples."""

    def __init__(self, config):
        super().__init__()
        channels = [config.num_channels, *config.stem_channels]
        self.stem = nn.ModuleList(map(StemStage, channels, channels[1:]))
        stride = config.patch_size // 2 ** len(config.stem_channels)
        self.patch_embedding = nn.Conv2d(channels[-1], config.hidden_size, 3,
                                         stride, 1)
        self.position_embedding = nn.Embedding(
            (config.image_size // config.patch_size) ** 2, config.hidden_size)
        nn.init.normal_(self.position_embedding.weight, std=.02)

    def forward(self, pixels, interpolate_pos_encoding=False):
        for stage in self.stem:
            pixels = stage(pixels)
        tokens = self.patch_embedding(pixels).flatten(2).transpose(1, 2)
        return tokens + self.position_embedding.weight


class VisionTower(SiglipVisionModel):
    """pixels [n, 4, 128, 128] -> tokens [n, 64, 192]."""

    def __init__(self, config=None):
        config = config or SiglipVisionConfig(**VISION,
                                              attn_implementation="eager")
        super().__init__(config)
        self.vision_model.embeddings = StemEmbeddings(config)

    def tokens(self, pixels):
        return self.vision_model(pixels).last_hidden_state


class GenerationEncoder(VisionTower):
    """pixels -> visual vectors [n, 16, 96]: average pooling, projection,
    LayerNorm without weights."""

    def __init__(self, config=None):
        super().__init__(config)
        self.visual_projection = nn.Linear(VISION["hidden_size"], VECTOR_SIZE,
                                           bias=False)

    def pool(self, tokens):
        n, count, width = tokens.shape
        side = int(count ** .5)
        grid = tokens.transpose(1, 2).reshape(n, width, side, side)
        pooled = F.avg_pool2d(grid, POOL).flatten(2).transpose(1, 2)
        vectors = self.visual_projection(pooled).float()
        return F.layer_norm(vectors, (VECTOR_SIZE,), eps=1e-5)

    def vectors(self, pixels):
        return self.pool(self.tokens(pixels))


def mlp(width_in, width, width_out):
    return nn.Sequential(nn.Linear(width_in, width), nn.GELU(),
                         nn.Linear(width, width_out))


def _scaled(x, norm):
    """RMSNorm."""
    return norm.weight * (x * torch.rsqrt(
        x.square().mean(-1, keepdim=True) + norm.variance_epsilon))


def llama_states(llama, x, places=None, mask=None):
    """What LlamaModel makes of inputs [n, length, width], causal when no
    additive mask is given, with fewer steps."""
    n, length, width = x.shape
    heads = llama.config.num_attention_heads
    if places is None:
        places = torch.arange(length)[None]
    if mask is None:
        mask = torch.full((length, length), -1e9).triu_(1)
    angles = places[:, None, :, None] * llama.rotary_emb.inv_freq
    cos, sin = angles.cos(), angles.sin()

    def turned(v):
        a, b = v.chunk(2, -1)
        return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)
    for layer in llama.layers:
        own, mlp = layer.self_attn, layer.mlp
        q, k, v = F.linear(
            _scaled(x, layer.input_layernorm),
            torch.cat([own.q_proj.weight, own.k_proj.weight,
                       own.v_proj.weight])).view(
            n, length, 3, heads, -1).permute(2, 0, 3, 1, 4)
        scores = turned(q * q.shape[-1] ** -.5) @ turned(k).transpose(2, 3)
        heard = (scores + mask).softmax(-1) @ v
        x = x + own.o_proj(heard.transpose(1, 2).reshape(n, length, width))
        h = _scaled(x, layer.post_attention_layernorm)
        x = x + mlp.down_proj(F.silu(mlp.gate_proj(h)) * mlp.up_proj(h))
    return _scaled(x, llama.norm)


class Pisces(nn.Module):
    """What model.safetensors holds, but for the generation encoder and the
    decoder's adapter: the language model, its eye, and the two projectors
    between its states and visual vectors."""

    def __init__(self, vocab_size):
        super().__init__()
        width = TEXT["hidden_size"]
        self.language_model = LlamaForCausalLM(LlamaConfig(
            vocab_size=vocab_size, **TEXT, attn_implementation="eager"))
        self.vision_tower = VisionTower()
        self.mm_projector = mlp(MERGE ** 2 * VISION["hidden_size"], width,
                                width)
        self.gen_projector = mlp(VECTOR_SIZE, width, width)
        self.down_projector = mlp(width, width, VECTOR_SIZE)

    def embed(self, ids):
        return self.language_model.model.embed_tokens(ids)

    def states(self, embeddings, **kwargs):
        """Hidden states after the final norm."""
        return llama_states(self.language_model.model, embeddings, **kwargs)

    def regress(self, inputs, count=NUM_VECTORS):
        """Visual vectors [n, count, 96] after inputs [n, length, width], each
        regressed from those before it."""
        cache, vectors = None, []
        for _ in range(count):
            out = self.language_model.model(
                inputs_embeds=inputs, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            vectors.append(self.down_projector(
                out.last_hidden_state[:, -1:]))
            inputs = self.gen_projector(vectors[-1])
        return torch.cat(vectors, 1)

    def see(self, tokens):
        """Understanding tokens -> the language model's inputs."""
        n, count, width = tokens.shape
        side = int(count ** .5) // MERGE
        blocks = tokens.view(n, side, MERGE, side, MERGE, width)
        return self.mm_projector(blocks.transpose(2, 3).reshape(
            n, side * side, MERGE * MERGE * width))


class DecoderAdapter(nn.Module):
    """Vectors -> the two things that the UNet gets of them."""

    def __init__(self):
        super().__init__()
        self.cell = LATENT_SIZE // int(NUM_VECTORS ** .5)
        self.position_embedding = nn.Parameter(
            torch.randn(NUM_VECTORS, VECTOR_SIZE) * .3)
        self.paint = nn.Linear(VECTOR_SIZE, PAINT_CHANNELS * self.cell ** 2)

    def painted(self, vectors):
        """Every vector paints a patch of features over its own cell."""
        side = LATENT_SIZE // self.cell
        cells = self.paint(vectors).view(-1, side, side, PAINT_CHANNELS,
                                         self.cell, self.cell)
        return cells.permute(0, 3, 1, 4, 2, 5).reshape(
            -1, PAINT_CHANNELS, LATENT_SIZE, LATENT_SIZE)


class Decoder(nn.Module):
    """The UNet with its adapter: velocity of flow matching."""

    def __init__(self):
        super().__init__()
        self.unet = UNet2DConditionModel(**UNET)
        self.unet.set_attn_processor(AttnProcessor())
        self.adapter = DecoderAdapter()
        nn.init.zeros_(self.unet.conv_out.weight)
        nn.init.zeros_(self.unet.conv_out.bias)

    def forward(self, latents, timesteps, vectors):
        """timesteps: 0…1000.  No condition: vectors of zeros."""
        inputs = torch.cat([latents, self.adapter.painted(vectors)], 1)
        size = float(SAMPLE_SIZE)
        time_ids = torch.tensor([[size, size, 0, 0, size, size]]).expand(
            len(latents), -1)
        return self.unet(
            inputs, timesteps,
            vectors + self.adapter.position_embedding,
            added_cond_kwargs=dict(text_embeds=vectors.mean(1),
                                   time_ids=time_ids)).sample

    @torch.no_grad()
    def sample(self, vectors, noisy=None, start=1., steps=20, guidance=2.):
        """Euler steps to latents from noise, or from latents with the noise
        of t = `start`; as FlowMatchEulerDiscreteScheduler (shift 1) has
        them: t = start, …, 1/1000, and 0 at last."""
        count = len(vectors)
        x = noisy if noisy is not None else torch.randn(
            count, LATENT_CHANNELS, LATENT_SIZE, LATENT_SIZE)
        ts = torch.linspace(start, 1 / 1000, steps).tolist() + [0.]
        both = torch.cat([vectors, torch.zeros_like(vectors)])
        for t, following in zip(ts, ts[1:]):
            time = torch.full((2 * count,), t * 1000)
            with autocast():
                v, base = self(torch.cat([x, x]), time, both).float().chunk(2)
            x = x + (following - t) * (base + guidance * (v - base))
        return x


def make_vae(**changes):
    vae = AutoencoderKL(**{**VAE, **changes})
    vae.set_attn_processor(AttnProcessor())
    return vae


def fold(pictures):
    """RGBA pictures [n, 4, s, s] -> what the VAE works on."""
    return F.pixel_unshuffle(pictures, PIXEL_SHUFFLE)


def unfold(folded):
    return F.pixel_shuffle(folded, PIXEL_SHUFFLE)
