#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# compare.py: run by `peers`; it alternates between this engine and llama.cpp,
# and prints the medians of the times, and of the ratios within each pair.
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

out, shape, types, threads, n_prompt, n_tokens, n_turns = sys.argv[1:]
n_prompt, n_tokens, n_turns = int(n_prompt), int(n_tokens), int(n_turns)
cache, build = os.environ["cache"], os.environ["build"]


def run(command, n, env={}):
    """What it printed, and the seconds that it took of n processors."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=True,
                          env=dict(os.environ, **env))
    after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    taken = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return done.stdout, taken if n == 1 else end - start


def ours(kind, n, prompt, tokens):
    """Seconds of a prompt and of a token, and until the first token."""
    env = {"PISCES_THREADS": str(n), "OMP_NUM_THREADS": str(n)}
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


results = []
print(f"{shape}, random weights; medians of {n_turns} turns and of their ratios\n")
print(f"{'':24}{'ours':>10}{'llama.cpp':>11}{'ratio':>8}")
for n in map(int, threads.split()):
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
            print(f"{kind}, {n} thread{'s' * (n > 1)}, {what:14} {show(a):8.2f}{show(b):11.2f}"
                  f"{ratio:8.2f}  {unit}", flush=True)
            results.append(dict(type=kind, threads=n, what=what, seconds=a, peer_seconds=b,
                                ratio=ratio))
json.dump(dict(shape=shape, results=results), open(out, "w"), indent=1)
