#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may include whom: engine and kernels know nothing of GIMP and GTK,
plugin and ui know the engine by pisces.h alone, ui knows nothing of the
PDB, and CUDA stays in kernels.  `--self-test` plants a break of each rule."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# folder, pattern of what is included (or, for "calls", used), the reason
RULES = [
    ("engine", "include", r"^(libgimp|gtk/|gdk/|gimp|gegl|babl|plugin/|ui/)",
     "the engine knows neither GIMP nor GTK"),
    ("engine", "include", r"^(cuda|cublas|kernels/)",
     "the engine opens CUDA as a module and never includes it"),
    ("engine/networks", "include", r"^engine/(families|cli|cpu|engine-private|model/config-private)",
     "networks are written against backend.h"),
    ("engine/model", "include", r"^engine/(networks|families|cli|cpu|samplers)",
     "model files know nothing of what is built from them"),
    ("engine/cpu", "include", r"^engine/(networks|families|cli|model|samplers)",
     "a backend knows tensors and ops alone"),
    ("engine/cli", "include", r"^engine/(?!pisces\.h$|cli/)",
     "the command line tool uses the public header"),
    ("engine", "include", r"^gexiv2/",
     "metadata is written in files/"),
    ("files", "include", r"^(libgimp|gtk/|gdk/|gimp|gegl|babl|plugin/|ui/)",
     "picture files are handled without GIMP and GTK"),
    ("files", "include", r"^engine/(?!pisces\.h$)",
     "what is done with files uses the public header"),
    ("kernels", "include", r"^(libgimp|gtk/|gdk/|plugin/|ui/)",
     "kernels know neither GIMP nor GTK"),
    ("kernels", "include", r"^engine/(?!backend\.h$|tensor\.h$|quantise\.h$|pisces\.h$)",
     "kernels see backend.h and CUDA"),
    ("plugin", "include", r"^engine/(?!pisces\.h$)",
     "the plug-in uses the public header"),
    ("plugin", "include", r"^(cuda|cublas|kernels/)",
     "the plug-in never links CUDA"),
    ("ui", "include", r"^engine/(?!pisces\.h$)",
     "the windows use the public header"),
    ("ui", "include", r"^(cuda|cublas|kernels/|plugin/|libgimp/gimp\.h|libgimp/gimpui\.h)",
     "the windows know requests and results, not GIMP's PDB"),
    ("ui", "calls", r"\bgimp_(procedure|pdb|image|layer|drawable|plug_in)_\w+ \(",
     "the windows never call the PDB"),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')


def breaks(path, text):
    """The sentences for one file, path relative to the root."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        include = INCLUDE.match(line)
        for folder, kind, pattern, reason in RULES:
            if not str(path).startswith(folder + "/"):
                continue
            if kind == "include":
                hit = include and re.search(pattern, include[1])
            else:
                hit = re.search(pattern, line)
            if hit:
                found.append(f"{path}:{number}: {line.strip()}: {reason}")
    return found


def self_test():
    planted = [
        ("engine/a.c", "#include <libgimp/gimp.h>"),
        ("engine/a.c", "#include <cuda_runtime.h>"),
        ("engine/networks/a.c", '#include "engine/cpu/cpu.h"'),
        ("engine/cli/a.c", '#include "engine/backend.h"'),
        ("plugin/a.c", '#include "engine/engine-private.h"'),
        ("ui/a.c", '#include "engine/backend.h"'),
        ("ui/a.c", "#include <libgimp/gimpui.h>"),
        ("ui/a.c", "  gimp_image_get_width (image);"),
        ("files/a.c", "#include <gtk/gtk.h>"),
        ("files/a.c", '#include "engine/backend.h"'),
        ("kernels/a.cu", '#include "engine/networks/llama.h"'),
    ]
    allowed = [
        ("plugin/a.c", '#include "engine/pisces.h"'),
        ("ui/a.c", "#include <gtk/gtk.h>"),
        ("engine/networks/a.c", '#include "engine/backend.h"'),
    ]
    assert all(breaks(Path(p), t) for p, t in planted), "a planted break passed"
    assert not any(breaks(Path(p), t) for p, t in allowed), "a good line was refused"


def main():
    self_test()
    files = [p for folder in ("engine", "files", "kernels", "plugin", "ui")
             for p in sorted((ROOT / folder).rglob("*"))
             if p.suffix in (".c", ".h", ".cu", ".cuh")]
    found = [b for p in files
             for b in breaks(p.relative_to(ROOT), p.read_text())]
    print("\n".join(found))
    print(f"{len(files)} files, {len(found)} forbidden includes or calls")
    return bool(found) or not files


if __name__ == "__main__":
    sys.exit(main())
