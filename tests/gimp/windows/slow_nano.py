# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a slow model: nano with larger pictures.  Its networks work at any size;
only the layer that paints the coarse picture has a number of rows for each
place."""

import json
import os
import shutil
import struct

NANO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../models/nano")
PAINT = "decoder_adapter.paint."


def change_config(folder, name, factor):
    path = os.path.join(folder, "config.json")
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    config["name"] = name
    config["sample_size"] *= factor
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)


def repeat_rows(path, factor):
    """In a safetensors file: its head's size, the head, the weights."""
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        head = json.loads(file.read(size))
        data = file.read()
    parts, place = [], 0
    for name, tensor in head.items():
        if name == "__metadata__":
            continue
        begin, end = tensor["data_offsets"]
        part = data[begin:end]
        if name.startswith(PAINT):
            part *= factor * factor
            tensor["shape"][0] *= factor * factor
        tensor["data_offsets"] = [place, place + len(part)]
        place += len(part)
        parts.append(part)
    text = json.dumps(head).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def make(folder, name, factor):
    """Writes a model that draws pictures this many times as wide and as high."""
    shutil.copytree(NANO, folder,
                    ignore=shutil.ignore_patterns("train", "evaluate", "*.png"))
    change_config(folder, name, factor)
    repeat_rows(os.path.join(folder, "model.safetensors"), factor)
