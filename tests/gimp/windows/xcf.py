# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes GIMP's own file format as far as tests need it: images without
layers, with any parasites that a stranger may put there; and searches such
files for bytes."""

import gzip
import struct
import zlib

PROP_END = 0
PROP_PARASITES = 21
PERSISTENT = 1


def string(text):
    data = text.encode() + b"\0"
    return struct.pack(">I", len(data)) + data


def parasite(name, data, flags=PERSISTENT):
    return string(name) + struct.pack(">II", flags, len(data)) + data


def image(parasites, width=64, height=64):
    """An RGB image with these parasites."""
    data = b"".join(parasites)
    return (b"gimp xcf file\0" + struct.pack(">III", width, height, 0) +
            struct.pack(">II", PROP_PARASITES, len(data)) + data +
            struct.pack(">II", PROP_END, 0) + struct.pack(">II", 0, 0))


def write(path, parasites):
    with open(path, "wb") as file:
        file.write(image(parasites))


def content(path):
    """The contents of a file, decompressed if necessary."""
    with open(path, "rb") as file:
        data = file.read()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def find_parasite(path, name):
    """What a file has under that name; b"" if it has nothing."""
    data = content(path)
    start = data.find(string(name))
    if start < 0:
        return b""
    start += len(string(name))
    size = struct.unpack(">II", data[start:start + 8])[1]
    return data[start + 8:start + 8 + size]


def png(width, height, row=b""):
    """A PNG whose header says that it has this size, with this many rows."""
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data +
                struct.pack(">I", zlib.crc32(name + data)))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height,
                                       8, 6, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b""))
