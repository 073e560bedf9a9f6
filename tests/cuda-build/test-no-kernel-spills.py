#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No CUDA kernel spills registers or has a stack on any architecture.

Reads what ptxas said of each kernel when the module was compiled, and writes
it as a table: registers, shared memory, and how many warps of a
multiprocessor the registers leave room for.

usage: test-no-kernel-spills.py TABLE ARCHITECTURES REPORT...
"""

import re
import subprocess
import sys

ENTRY = re.compile(
    r"Compiling entry function '(?P<name>\w+)' for '(?P<arch>\w+)'.*?"
    r"(?P<stack>\d+) bytes stack frame, (?P<stores>\d+) bytes spill stores, "
    r"(?P<loads>\d+) bytes spill loads.*?"
    r"Used (?P<registers>\d+) registers(?P<rest>[^\n]*)", re.S)

REGISTERS = 65536     # of a multiprocessor, on all of these
MOST_WARPS = {"sm_75": 32, "sm_80": 64, "sm_86": 48, "sm_89": 48, "sm_90": 64, "sm_120": 48}


def warps(arch, registers):
    # They are given out to a warp in units of 256.
    each = -(-registers * 32 // 256) * 256
    return min(MOST_WARPS[arch], REGISTERS // each)


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
    # Each was understood.
    assert len(kernels) == text.count("Compiling entry function"), path
    return kernels


def main():
    table, architectures, *reports = sys.argv[1:]
    kernels, silent = [], []
    for path in reports:
        found = read(path)
        kernels += found
        if {kernel["arch"] for kernel in found} != set(architectures.split(",")):
            silent.append(path)
    names = plain_names(sorted({kernel["name"] for kernel in kernels}))
    bad = [kernel for kernel in kernels if any(kernel["lost"])]

    with open(table, "w", encoding="utf-8") as file:
        print("registers  shared  warps  stack  spilled  on      kernel", file=file)
        for kernel in sorted(kernels, key=lambda k: (names[k["name"]], int(k["arch"][3:]))):
            print(f"{kernel['registers']:9}  {kernel['shared']:6}  "
                  f"{warps(kernel['arch'], kernel['registers']):5}  {kernel['lost'][0]:5}  "
                  f"{sum(kernel['lost'][1:]):7}  {kernel['arch']:6}  {names[kernel['name']]}", file=file)

    print("1..2")
    print("ok 1 - every kernel's source was compiled for every architecture" if not silent
          else f"not ok 1 - not for every architecture: {', '.join(silent)}")
    print("ok 2 - none spills or has a stack" if kernels and not bad else "not ok 2 - none spills or has a stack")
    for kernel in bad:
        print(f"# {names[kernel['name']]} on {kernel['arch']}: stack, stores, loads: {kernel['lost']}")
    if kernels:
        most = max(kernels, key=lambda kernel: kernel["registers"])
        print(f"# cuda: {len(names)} kernels for {len(architectures.split(','))} architectures, "
              f"{len(bad)} with spills or a stack; at most {most['registers']} registers")
    print(f"# {table}")


main()
