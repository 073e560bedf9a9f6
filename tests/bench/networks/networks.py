#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""networks.py make NAME FOLDER: writes a network of a published shape with random
weights, its inputs, and how many multiplications it takes.

networks.py time NAME FOLDER TYPE TURNS: runs it in PyTorch and prints the seconds
of each turn as JSON; what came out is written to TYPE.f32.
"""
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "models"))
import published                                            # noqa: E402

VIT = dict(model_type="siglip_vision_model", hidden_size=1024, intermediate_size=4096,
           num_hidden_layers=24, num_attention_heads=16, num_channels=3, image_size=384,
           patch_size=16, layer_norm_eps=1e-6, hidden_act="gelu_pytorch_tanh")
UNET = dict(_class_name="UNet2DConditionModel", act_fn="silu", sample_size=64, in_channels=4,
            out_channels=4, block_out_channels=[320, 640, 1280], layers_per_block=2,
            down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
            up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
            cross_attention_dim=2048, transformer_layers_per_block=[1, 2, 10],
            attention_head_dim=[5, 10, 20], use_linear_projection=True, norm_num_groups=32,
            norm_eps=1e-5, flip_sin_to_cos=True, freq_shift=0, addition_embed_type="text_time",
            addition_time_embed_dim=256, projection_class_embeddings_input_dim=2816)
# A quarter of the layers of SD3.5 medium, with as large a part of them dual.
MMDIT = dict(_class_name="SD3Transformer2DModel", sample_size=128, patch_size=2, in_channels=16,
             out_channels=16, num_layers=6, attention_head_dim=64, num_attention_heads=24,
             joint_attention_dim=4096, caption_projection_dim=1536, pooled_projection_dim=2048,
             pos_embed_max_size=384, dual_attention_layers=[0, 1, 2], qk_norm="rms_norm")
CONFIGS = dict(vit=VIT, unet=UNET, mmdit=MMDIT)
INPUTS = {"vit": dict(pixels=(1, 384, 384, 3)),
          "unet": dict(x=(1, 64, 64, 4), states=(1, 77, 2048), pooled=(1, 1280)),
          "mmdit": dict(x=(1, 64, 64, 16), states=(1, 154, 4096), pooled=(1, 2048))}
TIME_IDS, TIMESTEP = [512, 512, 0, 0, 512, 512], 500


def network(name):
    """Without weights, as memory for them is taken once, in the type they have."""
    if name == "vit":
        from transformers import SiglipVisionConfig, SiglipVisionModel
        config = SiglipVisionConfig(**VIT, vision_use_head=False)
        with torch.device("meta"):
            return SiglipVisionModel(config)
    import diffusers
    config = dict(CONFIGS[name])
    kind = getattr(diffusers, config.pop("_class_name"))
    with torch.device("meta"):
        return kind(**config)


def make(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    published.write_weights(folder / "model.safetensors",
                            ((key, tuple(tensor.shape)) for key, tensor in network(name).state_dict().items()
                             if tensor.is_floating_point()), "BF16")
    (folder / "config.json").write_text(json.dumps(CONFIGS[name], indent=1))
    numbers = np.random.default_rng(2)
    for key, shape in INPUTS[name].items():
        numbers.standard_normal(shape, "f4").tofile(folder / f"{key}.f32")
    model = filled(name, folder, torch.float32)
    (folder / "work.json").write_text(json.dumps(dict(multiply_adds=counted(name, folder, model))))
    (folder / "ready").touch()


def filled(name, folder, kind):
    model = network(name)
    weights = {k: v.to(kind) for k, v in load_file(folder / "model.safetensors").items()}
    if name == "vit":
        n = (VIT["image_size"] // VIT["patch_size"]) ** 2
        weights.setdefault("vision_model.embeddings.position_ids", torch.arange(n)[None])
    missing, unknown = model.load_state_dict(weights, strict=False, assign=True)
    assert not missing, missing
    for _, module in model.named_modules():
        for key, buffer in list(module.named_buffers(recurse=False)):
            if buffer.is_meta:
                assert key == "position_ids", key
                module.register_buffer(key, torch.arange(buffer.numel())[None], persistent=False)
    return model.eval()


def asked(name, folder, kind):
    values = {key: torch.from_numpy(np.fromfile(folder / f"{key}.f32", "f4").reshape(shape)).to(kind)
              for key, shape in INPUTS[name].items()}
    if name == "vit":
        return dict(pixel_values=values["pixels"].permute(0, 3, 1, 2).contiguous())
    if name == "mmdit":
        return dict(hidden_states=values["x"].permute(0, 3, 1, 2).contiguous(),
                    encoder_hidden_states=values["states"], pooled_projections=values["pooled"],
                    timestep=torch.tensor([TIMESTEP], dtype=kind))
    return dict(sample=values["x"].permute(0, 3, 1, 2).contiguous(), timestep=TIMESTEP,
                encoder_hidden_states=values["states"],
                added_cond_kwargs=dict(text_embeds=values["pooled"],
                                       time_ids=torch.tensor([TIME_IDS], dtype=kind)))


def output(name, model, inputs):
    with torch.no_grad():
        if name == "vit":
            return model(**inputs).last_hidden_state
        return model(**inputs).sample.permute(0, 2, 3, 1)


def counted(name, folder, model):
    """Multiply-adds of the matrices and convolutions, without those of attention."""
    total = 0

    def add(module, inputs, y):
        nonlocal total
        total += y.numel() * (module.weight.numel() // module.weight.shape[0])

    hooks = [m.register_forward_hook(add) for m in model.modules()
             if isinstance(m, (torch.nn.Linear, torch.nn.Conv2d))]
    output(name, model, asked(name, folder, torch.float32))
    for hook in hooks:
        hook.remove()
    return total


def measure(name, folder, kind, turns):
    torch_type = getattr(torch, kind)
    model, inputs = filled(name, folder, torch_type), asked(name, folder, torch_type)
    if name == "unet":
        model = model.to(memory_format=torch.channels_last)
    y, seconds = output(name, model, inputs), []
    for _ in range(turns):
        start = time.perf_counter()
        y = output(name, model, inputs)
        seconds.append(time.perf_counter() - start)
    y.float().contiguous().numpy().tofile(folder / f"{kind}.f32")
    print(json.dumps(seconds))


def main():
    what, name, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if what == "make":
        print(f"bench networks: writing {name}, once", file=sys.stderr)
        make(name, folder)
    else:
        measure(name, folder, sys.argv[4], int(sys.argv[5]))


main()
