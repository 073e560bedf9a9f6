# SPDX-License-Identifier: GPL-3.0-or-later
"""What every stage shares: a time-boxed loop with a log, checkpoints that
survive being killed, and weights averaged over time."""
import argparse
import functools
import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from muon import Muon


def arguments(minutes, **more):
    """The command line of a stage; more: its own numbers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, default=Path("build/train"))
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batch", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--pool", type=int, default=0,
                        help="how many scenes are encoded beforehand")
    for name, value in more.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(value),
                            default=value)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    return args


def seconds_of(dtype):
    """Of a product as the networks have them, the least of several."""
    a, b = torch.ones(1024, 192, dtype=dtype), torch.ones(192, 768, dtype=dtype)
    least = 1.
    for _ in range(8):
        started = time.perf_counter()
        a @ b
        least = min(least, time.perf_counter() - started)
    return least


@functools.cache
def bfloat16_is_faster():
    """So it is where the processor has more of it than one product in two
    cycles, as a Zen 4 has.  On a Xeon without AMX float32 was: a step
    of the decoder took .43 s in place of .60."""
    if "PISCES_BFLOAT16" in os.environ:         # where others work too
        return os.environ["PISCES_BFLOAT16"] == "1"
    return seconds_of(torch.bfloat16) < .8 * seconds_of(torch.float32)


def autocast():
    """Products and convolutions in the faster of two types."""
    return torch.autocast("cpu", torch.bfloat16, bfloat16_is_faster())


def as_input(pictures):
    """uint8 pictures [n, h, w, 4] -> floats [n, 4, h, w] in -1…1."""
    x = torch.from_numpy(np.ascontiguousarray(pictures))
    return x.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def as_pictures(x):
    """And back."""
    x = ((x.float().clamp(-1, 1) + 1) * 127.5).round().byte()
    return x.permute(0, 2, 3, 1).contiguous().numpy()


def write(path, value):
    """Saves by torch.save so that a reader sees the old file or the new."""
    temporary = f"{path}.{os.getpid()}"
    torch.save(value, temporary)
    os.replace(temporary, path)


class Average:
    """Exponential moving average of a module's parameters."""

    def __init__(self, module, decay):
        self.module, self.decay, self.steps = module, decay, 0
        self.values = [p.detach().clone() for p in module.parameters()]

    @torch.no_grad()
    def step(self):
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        torch._foreach_lerp_(self.values,
                             [p.detach() for p in self.module.parameters()],
                             1 - decay)

    def state(self):
        """A state_dict with the averages."""
        state = dict(self.module.state_dict())
        for (name, _), value in zip(self.module.named_parameters(),
                                    self.values):
            state[name] = value
        return state


class Run:
    """A time-boxed stage.  The learning rate warms up, stays, and falls in
    the last half (of what is left, for weights that were taken up); the time
    spent, of the processor, counts over restarts, so a stage that was killed
    goes on, and one that is done can be prolonged by more minutes."""

    SAVE_EVERY = 180
    LOG_EVERY = 30

    def __init__(self, name, module, args, rate, decay=.01, average=0,
                 warm_up=100, muon=()):
        """muon: matrices that muon.py trains in AdamW's place."""
        self.name, self.module, self.out = name, module, args.out
        self.budget = args.minutes * 60
        self.rate, self.warm_up = args.rate or rate, warm_up
        orthogonal = {id(p) for p in muon}
        matrices = [p for p in module.parameters()
                    if p.ndim > 1 and id(p) not in orthogonal]
        others = [p for p in module.parameters() if p.ndim < 2]
        self.optimizers = [torch.optim.AdamW(
            [dict(params=matrices), dict(params=others, weight_decay=0)],
            self.rate, betas=(.9, .98), weight_decay=decay, fused=True)]
        if muon:
            self.optimizers.append(Muon(muon, self.rate, decay))
        self.average = Average(module, average) if average else None
        self.steps = self.samples = 0
        self.spent = self.taken_up = 0.
        self.sums, self.count = {}, 0
        self.path = self.out / f"{name}.checkpoint"
        self.log_file = open(self.out / f"{name}.log", "a")
        if self.path.exists():
            self._resume()
        elif (self.out / f"{name}.pt").exists():
            self._take_up()
        self.stopped = False
        signal.signal(signal.SIGTERM, self._stop)
        self.saved = self.logged = time.time()
        self.threads, self.started = args.threads, time.process_time()
        self.spent_before = self.spent
        self.logged_samples = self.samples
        size = sum(p.numel() for p in module.parameters()) / 1e6
        self.say(f"{name}: {size:.2f} M parameters, "
                 f"{self.spent / 60:.1f} of {args.minutes:.1f} minutes done, in "
                 f"{'bfloat16' if bfloat16_is_faster() else 'float32'}")

    def _resume(self):
        saved = torch.load(self.path, weights_only=True)
        self.module.load_state_dict(saved["module"])
        for optimizer, state in zip(self.optimizers, saved["optimizers"]):
            optimizer.load_state_dict(state)
        self.steps, self.samples = saved["steps"], saved["samples"]
        self.spent, self.taken_up = saved["spent"], saved["taken_up"]
        if self.average:
            self.average.values = saved["average"]
            self.average.steps = saved["average_steps"]

    def _take_up(self):
        """Begins from weights alone (take_up.py); what was spent on them
        counts."""
        state = torch.load(self.out / f"{self.name}.pt", weights_only=True)
        note = json.loads((self.out / f"{self.name}.json").read_text())
        self.spent, self.samples = note["minutes"] * 60, note["samples"]
        self.taken_up = self.spent
        self.module.load_state_dict(state, strict=False)
        if self.average:
            self.average = Average(self.module, self.average.decay)

    def _stop(self, *_):
        self.stopped = True

    def say(self, text):
        print(text, file=self.log_file, flush=True)
        print(text, flush=True)

    @property
    def progress(self):
        """0…1 of the time."""
        return min(1, self.spent / self.budget)

    @property
    def left(self):
        """1…0 of the time of this sitting."""
        return (self.budget - self.spent) / (self.budget - self.taken_up)

    def going(self):
        """Call at the head of the loop.  Ends the process, with all saved,
        when it was asked to stop."""
        if self.stopped:
            self.save()
            raise SystemExit(f"{self.name}: stopped")
        return self.progress < 1

    def update(self, loss, samples, **numbers):
        """Back-propagates, steps, and keeps the books."""
        rate = self.rate * min(1, (self.steps + 1) / self.warm_up)
        rate *= min(1, max(.02, self.left * 2))
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.module.parameters(), 1.)
        if torch.isfinite(norm):
            for optimizer in self.optimizers:
                optimizer.step()
            if self.average:
                self.average.step()
        self.steps += 1
        self.samples += samples
        self.count += 1
        for key, value in numbers.items():
            self.sums[key] = self.sums.get(key, 0) + float(value)
        now = time.time()
        self.spent = self.spent_before + (time.process_time() -
                                          self.started) / self.threads
        if now - self.logged > self.LOG_EVERY:
            self._log(now, rate)
        if now - self.saved > self.SAVE_EVERY:
            self.save()

    def _log(self, now, rate):
        speed = (self.samples - self.logged_samples) / (now - self.logged)
        numbers = " ".join(f"{k} {v / self.count:.4f}"
                           for k, v in self.sums.items())
        self.say(f"{self.spent / 60:6.1f} min  step {self.steps}  "
                 f"samples {self.samples}  {speed:.1f}/s  "
                 f"rate {rate:.1e}  {numbers}")
        self.sums, self.count = {}, 0
        self.logged, self.logged_samples = now, self.samples

    def save(self):
        state = dict(module=self.module.state_dict(),
                     optimizers=[o.state_dict() for o in self.optimizers],
                     steps=self.steps, samples=self.samples, spent=self.spent,
                     taken_up=self.taken_up)
        if self.average:
            state |= dict(average=self.average.values,
                          average_steps=self.average.steps)
        write(self.path, state)
        write(self.out / f"{self.name}.pt",
              self.average.state() if self.average
              else self.module.state_dict())
        self.saved = time.time()

    def finish(self, **numbers):
        """Saves and notes what the stage took, for the card."""
        self.save()
        note = dict(minutes=round(self.spent / 60, 1), steps=self.steps,
                    samples=self.samples, **numbers)
        (self.out / f"{self.name}.json").write_text(json.dumps(note))
        self.say(f"{self.name}: done {note}")
