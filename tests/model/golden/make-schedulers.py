#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes schedulers.json: the results of diffusers' schedulers with given
settings: timesteps, scales, and the steps of a sample with an artificial
model.  Run in this folder: ./make-schedulers.py"""
import json
import math
import platform
from pathlib import Path

import diffusers
import torch
from diffusers import EulerDiscreteScheduler, FlowMatchEulerDiscreteScheduler

SDXL = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012,
        "num_train_timesteps": 1000, "prediction_type": "epsilon",
        "timestep_spacing": "leading", "steps_offset": 1}
CASES = [
    (EulerDiscreteScheduler, {}, [1, 2, 7, 30]),
    (EulerDiscreteScheduler, SDXL, [1, 4, 20, 50, 333, 1000]),
    (EulerDiscreteScheduler, {**SDXL, "timestep_spacing": "linspace"}, [2, 25]),
    (EulerDiscreteScheduler, {**SDXL, "timestep_spacing": "trailing"}, [1, 4, 8, 25]),
    (EulerDiscreteScheduler, {**SDXL, "prediction_type": "v_prediction"}, [20]),
    (EulerDiscreteScheduler, {**SDXL, "prediction_type": "v_prediction",
                              "timestep_spacing": "trailing",
                              "rescale_betas_zero_snr": True}, [10, 30]),
    (EulerDiscreteScheduler, {"beta_schedule": "squaredcos_cap_v2",
                              "final_sigmas_type": "sigma_min"}, [5, 40]),
    (EulerDiscreteScheduler, {"trained_betas": [0.01 * (i + 1) for i in range(20)],
                              "num_train_timesteps": 20}, [5, 20]),
    (FlowMatchEulerDiscreteScheduler, {}, [1, 2, 20, 50]),
    (FlowMatchEulerDiscreteScheduler, {"shift": 3.0}, [1, 7, 28]),
    (FlowMatchEulerDiscreteScheduler, {"shift": 1.0, "num_train_timesteps": 500}, [9]),
]


def run(kind, settings, n_steps):
    scheduler = kind(**settings)
    euler = kind is EulerDiscreteScheduler
    scheduler.set_timesteps(n_steps)
    initial = float(scheduler.init_noise_sigma) if euler else 1.0
    x = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float32) * initial
    inputs, estimates = [], []
    for i, t in enumerate(scheduler.timesteps):
        scaled = scheduler.scale_model_input(x, t) if euler else x
        inputs.append(float(scaled[2]))
        output = torch.tensor([math.sin(i + 1), math.cos(i), 0.3], dtype=torch.float32)
        if euler:
            step = scheduler.step(output, t, x)
            estimates.append(float(step.pred_original_sample[0]))
        else:
            estimates.append(float(x[0] - scheduler.sigmas[i] * output[0]))
            step = scheduler.step(output, t, x)
        x = step.prev_sample
    return {"n_steps": n_steps, "initial_scale": initial,
            "timesteps": [float(t) for t in scheduler.timesteps],
            "inputs": inputs, "estimates": estimates, "last": x.tolist()}


result = {"made_by": f"diffusers {diffusers.__version__}, torch {torch.__version__}, "
                     f"Python {platform.python_version()}", "cases": []}
for kind, settings, steps in CASES:
    result["cases"].append({"config": {"_class_name": kind.__name__, **settings},
                            "runs": [run(kind, settings, n) for n in steps]})
path = Path(__file__).resolve().parent / "schedulers.json"
path.write_text(json.dumps(result, separators=(",", ":")).replace('{"n_steps"', '\n{"n_steps"') + "\n")
