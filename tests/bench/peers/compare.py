#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# compare.py: run by `peers`; it alternates between this engine and llama.cpp,
# and prints the medians of the times, and of the ratios within each pair.
#
# Beside the rates stands the share of what the machine gives, as bench-cpu
# measures it just before: a token reads all matrices from memory, a prompt
# multiplies and adds with each of them, in integers where they are quantised.
#
# With one thread, the seconds are those for which the process had a processor,
# because on a machine that does other work the clock says little.  With more
# threads they are those on the clock.

import json
import os
import resource
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


def run(command, n, env=None):
    """What it printed, and the seconds that it took of n processors."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=True,
                          env=env)
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    taken = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return done.stdout, taken if n == 1 else end - start


def ours(kind, n, prompt, tokens):
    """Seconds of a prompt and of a token, and until the first token."""
    env = walls.with_threads(n)
    text, _ = run([f"{build}/tests/bench/bench-llama", f"{cache}/models/{shape}-{kind}",
                   str(prompt), str(tokens), "1"], n, env)
    _, first = run([f"{build}/tests/bench/bench-llama", f"{cache}/models/{shape}-{kind}",
                    "0", "0", "0"], n, env)
    found = json.loads(text)
    by = "cpu_s" if n == 1 else "s"
    return prompt / found[f"prompt_per_{by}"], 1 / found[f"tokens_per_{by}"], first


def bench(kind, n, prompt, tokens):
    text, taken = run(["bash", "-c", 'peer "$@"', "bash", "-m",
                       f"/models/{shape}-{kind}/model.gguf", "-p", str(prompt), "-n",
                       str(tokens), "-t", str(n), "-r", "1", "-o", "json",
                       "--no-warmup"], n)
    return json.loads(text)[0]["avg_ns"] * 1e-9, taken


def theirs(kind, n, prompt, tokens):
    clock_first, first = bench(kind, n, 0, 1)
    clock_prompt, with_prompt = bench(kind, n, prompt, 0)
    clock_tokens, with_tokens = bench(kind, n, 0, tokens + 1)
    if n > 1:
        return clock_prompt, clock_tokens / (tokens + 1), first
    token = (with_tokens - first) / tokens
    # The first token's process has loaded, and has written one.
    return with_prompt - (first - token), token, first


def matrix_values(kind):
    """How many values all matrices have that each token is multiplied with."""
    c = json.load(open(f"{cache}/models/{shape}-{kind}/config.json"))
    width, inner = c["hidden_size"], c["intermediate_size"]
    kv = width // c["num_attention_heads"] * c["num_key_value_heads"]
    layer = 2 * width * width + 2 * kv * width + 3 * inner * width
    return c["num_hidden_layers"] * layer + c["vocab_size"] * width


BYTES = {"bf16": 2, "q8_0": 34 / 32, "q4_0": 18 / 32}

results = []
machine = []
print(f"{shape}, random weights; medians of {n_turns} turns and of their ratios\n")
print(f"{'':24}{'ours':>10}{'llama.cpp':>11}{'ratio':>8}"
      f"{'':6}of the machine: ours, llama.cpp")
for n in map(int, threads.split()):
    wall = walls.measure(build, cache, n)
    machine.append(dict(wall, threads=n, ops=None))
    print(f"{walls.sentence(wall)}, integers ({wall['int8']}) "
          f"{wall['int8_per_second'] * 1e-9:.0f} GOP/s of 8 bits, {wall['int4_per_second'] * 1e-9:.0f} of 4")
    for kind in types.split():
        turns = []
        for turn in range(n_turns):
            pair = [ours(kind, n, n_prompt, n_tokens), theirs(kind, n, n_prompt, n_tokens)]
            turns.append(pair)
        for i, (what, unit) in enumerate([(f"prompt of {n_prompt}", "t/s"), ("decode", "t/s"),
                                          ("first token", "s")]):
            a = statistics.median(t[0][i] for t in turns)
            b = statistics.median(t[1][i] for t in turns)
            ratio = statistics.median(t[1][i] / t[0][i] for t in turns)
            amount = n_prompt if i == 0 else 1
            show = (lambda s: s) if unit == "s" else (lambda s: amount / s)
            least = None
            if i == 0:
                least = 2 * n_prompt * matrix_values(kind) / \
                    wall[dict(bf16="float32", q8_0="int8", q4_0="int4")[kind] + "_per_second"]
            elif i == 1:
                least = matrix_values(kind) * BYTES[kind] / wall["memory_bytes_per_second"]
            shares = f"{least / a:10.2f}{least / b:8.2f}" if least else ""
            print(f"{kind}, {n} thread{'s' * (n > 1)}, {what:14} {show(a):8.2f}{show(b):11.2f}"
                  f"{ratio:8.2f}  {unit:4}{shares}", flush=True)
            results.append(dict(type=kind, threads=n, what=what, seconds=a, peer_seconds=b,
                                ratio=ratio, least_seconds=least))
# The other shapes of the same run were measured before.
found = json.load(open(out)) if os.path.exists(out) else []
found.append(dict(shape=shape, machine=machine, turns=n_turns, prompt=n_prompt, tokens=n_tokens,
                  results=results))
json.dump(found, open(out, "w"), indent=1)
