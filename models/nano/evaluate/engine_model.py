# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine as the evaluation sees it, over the pipe of
tests/bench/engine-pipe.c: the same requests that the windows make."""
import subprocess

import numpy as np


def straight(pixels):
    """Premultiplied RGBA -> straight alpha, both uint8."""
    alpha = pixels[..., 3:].astype(np.float32)
    rgb = pixels[..., :3] * (255 / np.maximum(alpha, 1))
    return np.concatenate([rgb.clip(0, 255).round(), alpha],
                          -1).astype(np.uint8)


def premultiplied(pixels):
    out = pixels.astype(np.float32)
    out[..., :3] *= out[..., 3:] / 255
    return out.round().astype(np.uint8)


class Refused(SystemExit):
    """A job that ended in a sentence."""


class Engine:
    """plan(), draw(), fill() and read() of a model folder; the seconds of each,
    and of one step of a picture, are kept."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen(
            [program, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.forget_seconds()

    def forget_seconds(self):
        self.seconds = dict(picture=[], step=[], text=[])

    def _ask(self, fields, pixels=b""):
        line = "\t".join(map(str, fields)) + "\n"
        self.process.stdin.write(line.encode() + pixels)
        self.process.stdin.flush()
        answer = self.process.stdout.readline().decode().rstrip("\n")
        if not answer:
            raise SystemExit("the engine has gone")
        kind, *rest = answer.split("\t")
        if kind == "error":
            raise Refused(f"the engine says: {rest[0]}")
        self.seconds[kind].append(float(rest[0]))
        return rest[1:]

    def plan(self, prompt, seed):
        return self._ask(["plan", seed, prompt])[0]

    def draw(self, prompt, seed, steps=0, guidance=-1., size=""):
        """(plan, premultiplied uint8 picture [h, w, 4]).  size: "448x256" or
        an aspect, "16:9"."""
        return self._picture(self._ask(["draw", seed, steps, guidance, size,
                                        prompt]))

    def fill(self, pixels, mask, prompt, seed, steps=0, strength=1.):
        """The same, drawn into a premultiplied picture where the mask is, as
        `pisces fill` does it."""
        height, width = mask.shape
        return self._picture(self._ask(
            ["fill", seed, steps, strength, width, height, prompt],
            straight(pixels).tobytes() + mask.tobytes()))

    def _picture(self, answer):
        width, height, plan = int(answer[0]), int(answer[1]), answer[3]
        self.seconds["step"].append(float(answer[2]))
        data = self.process.stdout.read(width * height * 4)
        pixels = np.frombuffer(data, np.uint8).reshape(height, width, 4)
        return plan, premultiplied(pixels)

    def read(self, pixels, task="short", question="", straight_alpha=False):
        """What the engine writes about a premultiplied picture."""
        if not straight_alpha:
            pixels = straight(pixels)
        height, width = pixels.shape[:2]
        return self._ask(["read", task, width, height, question],
                         pixels.tobytes())[0]

    def resident_bytes(self):
        """Of the whole process, from the kernel."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) * 1024
        return 0
