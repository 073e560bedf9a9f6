#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every card from compute capability 7.5 on finds code in the CUDA module that
runs on it, for each kernel: machine code, or PTX that its driver compiles.

Reads the fat binaries of the module, which nvcc puts into its section
.nv_fatbin: a header, then entries with a kind, an architecture and a size
(cuobjdump -lelf -lptx lists the same).

usage: test-every-card-finds-its-code.py MODULE
"""

import struct
import sys

# Capabilities of NVIDIA's cards and boards, and two future ones.  Machine code
# of the same major version and an older minor version runs on cards, but not
# on boards.
CARDS = [75, 80, 86, 89, 90, 100, 103, 120, 121, 130, 200]
BOARDS = [87, 88, 101, 110]

MAGIC = 0xBA55ED50
PTX, MACHINE_CODE = 1, 2


def section(module, wanted):
    """The bytes of a section of a 64-bit ELF file."""
    table, = struct.unpack_from("<Q", module, 0x28)
    size, count, names_at = struct.unpack_from("<HHH", module, 0x3A)

    def entry(i):
        return struct.unpack_from("<IIQQQQ", module, table + i * size)

    names = entry(names_at)[4]
    for i in range(count):
        name, _, _, _, offset, length = entry(i)
        end = module.index(b"\0", names + name)
        if module[names + name:end] == wanted:
            return module[offset:offset + length]
    return b""


def fat_binaries(data):
    """For each kernel: the set of (kind, architecture)."""
    at = 0
    while at + 16 <= len(data):
        magic, version, header, length = struct.unpack_from("<IHHQ", data, at)
        if magic != MAGIC:
            at += 8             # they are aligned
            continue
        assert version == 1, version
        found, place, end = set(), at + header, at + header + length
        while place < end:
            kind, _, size, stored = struct.unpack_from("<HHIQ", data, place)
            architecture, = struct.unpack_from("<I", data, place + 28)
            assert kind in (PTX, MACHINE_CODE), kind
            found.add((kind, architecture))
            place += size + stored
        assert place == end
        yield found
        at = end


def runs(found, capability, is_board):
    for kind, architecture in found:
        if kind == PTX and architecture <= capability:
            return True
        if kind == MACHINE_CODE and architecture == capability:
            return True
        if kind == MACHINE_CODE and not is_board and architecture // 10 == capability // 10 \
                and architecture <= capability:
            return True
    return False


def main():
    with open(sys.argv[1], "rb") as file:
        module = file.read()
    binaries = list(fat_binaries(section(module, b".nv_fatbin")))
    ours = [found for found in binaries if found]
    everywhere = set.intersection(*ours) if ours else set()

    print("1..3")
    print("ok 1 - there are kernels" if len(ours) > 20 else f"not ok 1 - {len(ours)} fat binaries")
    same = all(found == everywhere for found in ours)
    print(f"{'ok' if same else 'not ok'} 2 - all for the same architectures")
    without = [capability for capability in sorted(CARDS + BOARDS)
               if not runs(everywhere, capability, capability in BOARDS)]
    print(f"{'ok' if not without else 'not ok'} 3 - every card finds its code")
    for capability in without:
        print(f"# {capability // 10}.{capability % 10} finds none")
    names = {PTX: "PTX of", MACHINE_CODE: "code of"}
    print("# cuda: " + ", ".join(f"{names[kind]} {arch // 10}.{arch % 10}"
                                 for kind, arch in sorted(everywhere, reverse=True))
          + f"; {len(module) / 1e6:.1f} MB")


main()
