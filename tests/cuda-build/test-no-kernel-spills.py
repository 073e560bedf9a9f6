#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No CUDA kernel spills registers or uses a stack on any architecture, and as
many of its blocks fit on a multiprocessor as its launch bounds promise: by
registers, shared memory, threads and the number of blocks.

Reads what ptxas reported for each kernel when the module was compiled, and
the launch bounds from the sources; writes both as a table.

usage: test-no-kernel-spills.py TABLE ARCHITECTURES SOURCES REPORT...
"""

import os
import re
import subprocess
import sys
import tempfile

ENTRY = re.compile(
    r"Compiling entry function '(?P<name>\w+)' for '(?P<arch>\w+)'.*?"
    r"(?P<stack>\d+) bytes stack frame, (?P<stores>\d+) bytes spill stores, "
    r"(?P<loads>\d+) bytes spill loads.*?"
    r"Used (?P<registers>\d+) registers(?P<rest>[^\n]*)", re.S)
BOUNDS = re.compile(r"__launch_bounds__\s*\(([^{;]*?)\)\s*(\w+)\s*\(", re.S)

# Limits of a multiprocessor (CUDA C++ programming guide, "compute
# capabilities"): warps, blocks, KiB of shared memory.  All of these have 65536
# registers.
REGISTERS = 65536
LIMITS = {"sm_75": (32, 16, 64), "sm_80": (64, 32, 164), "sm_86": (48, 16, 100),
          "sm_89": (48, 24, 100), "sm_90": (64, 32, 228), "sm_120": (48, 24, 100)}

# What rows_block() of kernels/cuda.h gives to kernels without launch bounds.
USUAL_BOUNDS = (256, 1)


def blocks(kernel):
    """How many blocks fit, and what prevents more."""
    most_warps, most_blocks, shared_kib = LIMITS[kernel["arch"]]
    warps = kernel["bounds"][0] // 32
    # Registers are allocated to a warp in units of 256; from 8.0 on the system
    # takes one KiB of each block.
    registers = -(-kernel["registers"] * 32 // 256) * 256 * warps
    shared = -(-kernel["shared"] // 256) * 256 + (1024 if kernel["arch"] != "sm_75" else 0)
    fit = {"threads": most_warps // warps, "blocks": most_blocks,
           "registers": REGISTERS // registers}
    if kernel["shared"]:
        fit["shared"] = shared_kib * 1024 // shared
    return min((number, what) for what, number in fit.items())


def value(text):
    """The value of an integer expression; for a conditional expression, the
    smaller one."""
    choice = re.fullmatch(r".*\?(.*):(.*)", text, re.S)
    if choice:
        return min(value(part) for part in choice.groups())
    return int(eval(text, {"__builtins__": {}}))  # digits and operators of our sources


def bounds(source, arch, root):
    """For the kernels of a source: threads in a block, and blocks on a
    multiprocessor."""
    with tempfile.TemporaryDirectory() as empty:
        for header in ("cuda_runtime.h", "cuda_runtime_api.h", "cuda_fp16.h", "cuda_bf16.h"):
            open(os.path.join(empty, header), "w", encoding="utf-8").close()
        text = subprocess.run(["cpp", "-P", "-x", "c++", f"-D__CUDA_ARCH__={arch[3:]}0",
                               "-I", empty, "-I", root, source],
                              capture_output=True, text=True, check=True).stdout
    found = {}
    for inside, name in BOUNDS.findall(text):
        numbers = [value(part) for part in inside.split(",")]
        found[name] = (numbers[0], numbers[1] if len(numbers) > 1 else 1)
    return found


def plain_names(names):
    said = subprocess.run(["c++filt", *names], capture_output=True, text=True, check=True)
    return dict(zip(names, said.stdout.splitlines()))


def read(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    kernels = [match.groupdict() for match in ENTRY.finditer(text)]
    for kernel in kernels:
        shared = re.search(r"(\d+) bytes smem", kernel["rest"])
        kernel["shared"] = int(shared.group(1)) if shared else 0
        kernel["registers"] = int(kernel["registers"])
        kernel["lost"] = [int(kernel[key]) for key in ("stack", "stores", "loads")]
    # Checks that each kernel was recognised.
    assert len(kernels) == text.count("Compiling entry function"), path
    return kernels


def base_name(name):
    return re.search(r"(\w+)(?:<.*>)?\(", name).group(1)


def main():
    table, architectures, sources, *reports = sys.argv[1:]
    architectures = architectures.split(",")
    kernels, silent = [], []
    for path in reports:
        found = read(path)
        source = os.path.join(sources, os.path.basename(path).replace(".ptxas", ".cu"))
        of_source = {arch: bounds(source, arch, os.path.dirname(sources)) for arch in architectures}
        names = plain_names(sorted({kernel["name"] for kernel in found}))
        for kernel in found:
            kernel["plain"] = names[kernel["name"]]
            kernel["bounds"] = of_source[kernel["arch"]].get(base_name(kernel["plain"]), USUAL_BOUNDS)
            kernel["blocks"], kernel["limit"] = blocks(kernel)
        kernels += found
        if {kernel["arch"] for kernel in found} != set(architectures):
            silent.append(path)
    lost = [kernel for kernel in kernels if any(kernel["lost"])]
    few = [kernel for kernel in kernels if kernel["blocks"] < kernel["bounds"][1]]

    with open(table, "w", encoding="utf-8") as file:
        print("registers  shared  threads  blocks  warps  by         stack  spilled  on      kernel",
              file=file)
        for kernel in sorted(kernels, key=lambda k: (k["plain"], int(k["arch"][3:]))):
            threads = kernel["bounds"][0]
            print(f"{kernel['registers']:9}  {kernel['shared']:6}  {threads:7}  {kernel['blocks']:6}  "
                  f"{kernel['blocks'] * threads // 32:5}  {kernel['limit']:9}  {kernel['lost'][0]:5}  "
                  f"{sum(kernel['lost'][1:]):7}  {kernel['arch']:6}  {kernel['plain']}", file=file)

    print("1..3")
    print("ok 1 - every kernel's source was compiled for every architecture" if not silent
          else f"not ok 1 - not for every architecture: {', '.join(silent)}")
    print("ok 2 - none spills or has a stack" if kernels and not lost else "not ok 2 - none spills or has a stack")
    for kernel in lost:
        print(f"# {kernel['plain']} on {kernel['arch']}: stack, stores, loads: {kernel['lost']}")
    print(f"{'ok' if not few else 'not ok'} 3 - as many blocks fit as the launch bounds promise")
    for kernel in few:
        print(f"# {kernel['plain']} on {kernel['arch']}: {kernel['blocks']} by {kernel['limit']}, "
              f"{kernel['bounds'][1]} promised")
    if kernels:
        most = max(kernels, key=lambda kernel: kernel["registers"])
        print(f"# cuda: {len({k['name'] for k in kernels})} kernels for {len(architectures)} architectures, "
              f"{len(lost)} with spills or a stack; at most {most['registers']} registers")
    print(f"# {table}")


main()
