# SPDX-License-Identifier: GPL-3.0-or-later
"""A nano model folder, run by transformers and diffusers in float32.

What the engine is compared with, and what the evaluation can run on before
there is an engine.  Everything is read from the folder, nothing from a
training run.
"""
import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import (AutoencoderKL, FlowMatchEulerDiscreteScheduler,
                       UNet2DConditionModel)
from diffusers.models.attention_processor import AttnProcessor
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import SiglipVisionConfig

sys.path.insert(0, str(Path(__file__).parent.parent / "train"))
import networks                                             # noqa: E402
import world                                                # noqa: E402
from training import as_input                               # noqa: E402

TEXT_LIMIT = 96


def _floats(path):
    return {key: value.float() for key, value in load_file(path).items()}


def _part(state, prefix):
    return {key.removeprefix(prefix): value for key, value in state.items()
            if key.startswith(prefix)}


class Model:
    def __init__(self, folder):
        folder = Path(folder)
        self.config = json.loads((folder / "config.json").read_text())
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.templates = self.config["templates"]
        self.stop = {self.tokenizer.token_to_id(t)
                     for t in self.templates["stop"]}
        state = _floats(folder / "model.safetensors")

        self.pisces = networks.Pisces(self.config["text_config"]["vocab_size"])
        self.encoder = networks.GenerationEncoder(SiglipVisionConfig(
            **self.config["gen_vision_config"], vision_use_head=False,
            attn_implementation="eager"))
        self.adapter = networks.DecoderAdapter()
        self.encoder.load_state_dict(_part(state, "gen_vision_tower."))
        self.adapter.load_state_dict(_part(state, "decoder_adapter."))
        self.pisces.load_state_dict(
            {key: value for key, value in state.items() if not
             key.startswith(("gen_vision_tower.", "decoder_adapter.",
                             "known_pictures."))})

        weights = "diffusion_pytorch_model.safetensors"
        self.unet = UNet2DConditionModel.from_config(
            UNet2DConditionModel.load_config(folder / "unet"))
        self.unet.load_state_dict(_floats(folder / "unet" / weights))
        self.vae = AutoencoderKL.from_config(
            AutoencoderKL.load_config(folder / "vae"))
        self.vae.load_state_dict(_floats(folder / "vae" / weights))
        self.scheduler = FlowMatchEulerDiscreteScheduler.from_pretrained(
            folder / "scheduler")
        for module in (self.unet, self.vae):
            module.set_attn_processor(AttnProcessor())
        for module in (self.pisces, self.encoder, self.adapter, self.unet,
                       self.vae):
            module.eval().requires_grad_(False)

    def encode(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    # -----------------------------------------------------------------------
    # Text.

    def _write(self, inputs, temperature, generator):
        """inputs [n, length, width]: n texts that begin alike long."""
        texts = [[] for _ in inputs]
        done = [False] * len(texts)
        cache = None
        for _ in range(TEXT_LIMIT):
            out = self.pisces.language_model.model(
                inputs_embeds=inputs, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            logits = self.pisces.language_model.lm_head(
                out.last_hidden_state[:, -1]).float()
            if temperature:
                chosen = torch.multinomial((logits / temperature).softmax(-1),
                                           1, generator=generator)[:, 0]
            else:
                chosen = logits.argmax(-1)
            for i, token in enumerate(chosen.tolist()):
                done[i] |= token in self.stop
                if not done[i]:
                    texts[i].append(token)
            if all(done):
                break
            inputs = self.pisces.embed(chosen[:, None])
        return texts

    def see(self, pictures):
        """uint8 RGBA pictures -> what the language model gets of them."""
        x = as_input([world.for_encoder(p) for p in pictures])
        return self.pisces.see(self.pisces.vision_tower.tokens(x))

    def describe(self, seen, task="short", asked=None):
        """Token ids of the answers about pictures, greedily.  asked: a
        question for each picture."""
        asked = asked or [""] * len(seen)
        before, after = self.templates[task].split("{image}")
        rows, groups = [None] * len(seen), {}
        for i, question in enumerate(asked):
            ids = self.encode(after.replace("{text}", question))
            groups.setdefault(len(ids), []).append((i, ids))
        first = self.pisces.embed(torch.tensor([self.encode(before)]))
        for group in groups.values():
            which = [i for i, _ in group]
            last = self.pisces.embed(torch.tensor([ids for _, ids in group]))
            inputs = torch.cat([first.expand(len(which), -1, -1),
                                seen[which], last], 1)
            for i, ids in zip(which, self._write(inputs, 0, None)):
                rows[i] = ids
        return rows

    def text(self, ids):
        return self.tokenizer.decode(ids).strip()

    def _grouped(self, sequences, run):
        """Runs sequences of the same length together."""
        groups, out = {}, [None] * len(sequences)
        for i, ids in enumerate(sequences):
            groups.setdefault(len(ids), []).append(i)
        for which in groups.values():
            inputs = self.pisces.embed(
                torch.tensor([sequences[i] for i in which]))
            for i, result in zip(which, run(inputs)):
                out[i] = result
        return out

    def plan(self, prompts, temperature, generator):
        ids = [self.encode(self.templates["plan"].replace("{text}", prompt))
               for prompt in prompts]
        return self._grouped(
            ids, lambda x: self._write(x, temperature, generator))

    # -----------------------------------------------------------------------
    # Pictures.

    def vectors(self, prompts, plans):
        """[n, 16, 96], each regressed from those before it."""
        def run(inputs):
            return self.pisces.regress(inputs, self.config["num_gen_vectors"])

        return torch.stack(self._grouped(
            [self.encode(self.templates["draw"].replace("{text}", prompt)
                         .replace("{plan}", plan))
             for prompt, plan in zip(prompts, plans)], run))

    def encoded(self, pictures):
        """The generation encoder's own vectors of pictures."""
        return self.encoder.vectors(
            as_input([world.for_encoder(p) for p in pictures]))

    def velocity(self, latents, timestep, vectors):
        n = len(latents)
        size = float(self.config["sample_size"])
        ids = torch.tensor([[size, size, 0, 0, size, size]]).expand(n, -1)
        inputs = torch.cat([latents, self.adapter.painted(vectors)], 1)
        return self.unet(
            inputs, timestep, vectors + self.adapter.position_embedding,
            added_cond_kwargs=dict(text_embeds=vectors.mean(1),
                                   time_ids=ids)).sample

    def sample(self, vectors, noise, steps=None, guidance=None):
        """Noise [n, 8, 16, 16] -> latents."""
        steps = steps or self.config["default_steps"]
        guidance = guidance or self.config["default_guidance_scale"]
        both = torch.cat([vectors, torch.zeros_like(vectors)])
        latents = noise
        self.scheduler.set_timesteps(steps)
        for t in self.scheduler.timesteps:
            v, base = self.velocity(torch.cat([latents, latents]), t,
                                    both).chunk(2)
            latents = self.scheduler.step(base + guidance * (v - base), t,
                                          latents).prev_sample
        return latents

    def decode(self, latents):
        """Latents -> pictures [n, 4, 256, 256] in about -1…1."""
        latents = latents / self.vae.config.scaling_factor
        latents = latents + (self.vae.config.shift_factor or 0)
        return F.pixel_shuffle(self.vae.decode(latents).sample,
                               self.config["pixel_shuffle"])

    def autoencoded(self, pictures):
        """Pictures through the autoencoder and back."""
        folded = F.pixel_unshuffle(as_input(pictures),
                                   self.config["pixel_shuffle"])
        mean = self.vae.encode(folded).latent_dist.mean
        return F.pixel_shuffle(self.vae.decode(mean).sample,
                               self.config["pixel_shuffle"])

    def noise(self, count, seed):
        side = self.unet.config.sample_size
        return torch.randn(count, self.vae.config.latent_channels, side, side,
                           generator=torch.Generator().manual_seed(seed))
