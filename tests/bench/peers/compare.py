#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# compare.py: run by `peers`; it alternates between this engine and llama.cpp,
# and prints the medians of the times, and of the ratios within each pair.
#
# Beside the rates stands the share of what the machine gives.  A token reads all
# matrices from memory, which bench-llama measures between its tokens, because the
# memory of a machine that others use too gives now more and now less; llama.cpp's
# share is of the same figure, a moment later.  A prompt multiplies and adds with each
# of them, in pairs of bfloat16 or in integers where the backend does; that rate
# bench-cpu measures before each turn.
#
# All seconds are on the clock, so other work of the machine must be stopped.

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import walls                                                # noqa: E402

out, shape, types, threads, n_prompt, n_tokens, n_turns = sys.argv[1:]
n_prompt, n_tokens, n_turns = int(n_prompt), int(n_tokens), int(n_turns)
cache, build = os.environ["cache"], os.environ["build"]


def run(command, env=None):
    """What it printed, and the seconds that it took."""
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=True,
                          env=env)
    return done.stdout, time.monotonic() - start


def ours(kind, n):
    """Seconds of a prompt and of a token, and until the first token; and the bytes a
    second that the memory gave meanwhile."""
    def bench(*numbers):
        return run([f"{build}/tests/bench/bench-llama", f"{cache}/models/{shape}-{kind}",
                    *map(str, numbers)], walls.with_threads(n))

    found = json.loads(bench(n_prompt, n_tokens, 1)[0])
    return (n_prompt / found["prompt_per_s"], 1 / found["tokens_per_s"], bench(0, 0, 0)[1],
            found["memory_bytes_per_s"])


def theirs(kind, n):
    def bench(prompt, tokens, *options):
        text, taken = run(["bash", "-c", 'peer "$@"', "bash", "-m",
                           f"/models/{shape}-{kind}/model.gguf", "-p", str(prompt), "-n",
                           str(tokens), "-t", str(n), "-r", "1", "-o", "json",
                           *options])
        return json.loads(text)[0]["avg_ns"] * 1e-9, taken

    # Before tokens are counted it writes one, because its weights are mapped too.
    return (bench(n_prompt, 0, "--no-warmup")[0], bench(0, n_tokens)[0] / n_tokens,
            bench(0, 1, "--no-warmup")[1])


def matrix_values(kind):
    """How many values all matrices have that each token is multiplied with."""
    c = json.load(open(f"{cache}/models/{shape}-{kind}/config.json"))
    width, inner = c["hidden_size"], c["intermediate_size"]
    kv = width // c["num_attention_heads"] * c["num_key_value_heads"]
    layer = 2 * width * width + 2 * kv * width + 3 * inner * width
    return c["num_hidden_layers"] * layer + c["vocab_size"] * width


def read_anew(kind):
    """Both files into the page cache, in the same way.  How large the pieces are that the
    system keeps there depends on who wrote or read them first, and what it takes to map
    them on that: one and the same file gave .24 s until the first token, and .08 s."""
    for name in "model.safetensors", "model.gguf":
        file = os.open(f"{cache}/models/{shape}-{kind}/{name}", os.O_RDONLY)
        os.fsync(file)
        os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
        while os.read(file, 1 << 20):
            pass
        os.close(file)


BYTES = {"bf16": 2, "q8_0": 34 / 32, "q4_0": 18 / 32}

def least_of(kind, wall, memory):
    """Seconds of a prompt and of a token that the machine allows."""
    operations = wall[dict(bf16="bfloat16", q8_0="int8", q4_0="int4")[kind] + "_per_second"]
    return (2 * n_prompt * matrix_values(kind) / operations,
            matrix_values(kind) * BYTES[kind] / memory)


def turn_of(kind, n):
    """Ours, theirs, and the least."""
    wall, own, peer = walls.measure(build, cache, n), ours(kind, n), theirs(kind, n)
    return own, peer, least_of(kind, wall, own[3])


results = []
machine = []
print(f"{shape}, random weights; medians of {n_turns} turns, of their ratios and shares\n")
print(f"{'':24}{'ours':>10}{'llama.cpp':>11}{'ratio':>8}"
      f"{'':6}of the machine: ours, llama.cpp")
for n in map(int, threads.split()):
    wall = walls.measure(build, cache, n)
    machine.append(dict(wall, threads=n, ops=None))
    print(f"{walls.sentence(wall)}, integers ({wall['int8']}) "
          f"{wall['int8_per_second'] * 1e-9:.0f} GOP/s of 8 bits, {wall['int4_per_second'] * 1e-9:.0f} of 4")
    for kind in types.split():
        read_anew(kind)
        turns = [turn_of(kind, n) for turn in range(n_turns)]
        for i, (what, unit) in enumerate([(f"prompt of {n_prompt}", "t/s"), ("decode", "t/s"),
                                          ("first token", "s")]):
            a, b = (statistics.median(t[side][i] for t in turns) for side in (0, 1))
            ratio = statistics.median(t[1][i] / t[0][i] for t in turns)
            amount = n_prompt if i == 0 else 1
            show = (lambda s: s) if unit == "s" else (lambda s: amount / s)
            shares = [] if unit == "s" else [
                statistics.median(t[2][i] / t[side][i] for t in turns) for side in (0, 1)]
            print(f"{kind}, {n} thread{'s' * (n > 1)}, {what:14} {show(a):8.2f}{show(b):11.2f}"
                  f"{ratio:8.2f}  {unit:4}" + "".join(f"{share:9.2f}" for share in shares),
                  flush=True)
            results.append(dict(type=kind, threads=n, what=what, seconds=a, peer_seconds=b,
                                ratio=ratio, shares=shares))
# The other shapes of the same run were measured before.
found = json.load(open(out)) if os.path.exists(out) else []
found.append(dict(shape=shape, machine=machine, turns=n_turns, prompt=n_prompt, tokens=n_tokens,
                  results=results))
json.dump(found, open(out, "w"), indent=1)
