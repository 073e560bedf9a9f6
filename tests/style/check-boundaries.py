#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks which file may include which: engine and kernels know nothing of GIMP
and GTK, plugin and ui only know the engine's pisces.h, ui knows nothing of
the PDB, and CUDA stays in kernels.  `--self-test` breaks each rule on
purpose."""
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
    ("engine", "include", r"^gexiv2/",
     "texts in files are written by engine/metadata, which needs no library for it"),
    ("engine/backend", "include", r"^engine/(?!backend/|samplers/|pisces\.h$)",
     "a device's contract knows nothing of what is computed on it"),
    ("engine/cpu", "include", r"^engine/(?!cpu/|backend/|pisces\.h$)",
     "a backend knows tensors and ops alone"),
    ("engine/model", "include", r"^engine/(?!model/|backend/|pisces\.h$|error|made-files\.h$|description\.h$)",
     "model files know nothing of what is built from them"),
    ("engine/samplers", "include", r"^engine/(?!samplers/|model/|backend/|pisces\.h$)",
     "samplers know numbers, not the network that they come from"),
    ("engine/networks", "include", r"^engine/(families|cli|cpu|metadata|engine-private|model/config-private)",
     "networks are written against backend.h"),
    ("engine/families", "include", r"^engine/(cli|cpu|metadata|engine-private)",
     "a family builds on networks and samplers, and knows no device"),
    ("engine/metadata", "include", r"^engine/(?!metadata/|pisces\.h$)",
     "texts in picture files know nothing of models"),
    ("engine/cli", "include", r"^engine/(?!pisces\.h$|cli/|metadata/)",
     "the command line tool uses the public headers"),
    ("kernels", "include", r"^(libgimp|gtk/|gdk/|plugin/|ui/)",
     "kernels know neither GIMP nor GTK"),
    ("kernels", "include", r"^engine/(?!backend/(backend|tensor|quantise)\.h$|pisces\.h$)",
     "kernels see backend.h and CUDA"),
    ("plugin", "include", r"^engine/(?!pisces\.h$|metadata/)",
     "the plug-in uses the public headers"),
    ("plugin", "include", r"^(cuda|cublas|kernels/)",
     "the plug-in never links CUDA"),
    ("plugin/gimp", "include", r"^plugin/(?!gimp/)",
     "what is done with GIMP's images knows no window's wiring"),
    ("ui", "include", r"^engine/(?!pisces\.h$|metadata/)",
     "the windows use the public headers"),
    ("ui", "include", r"^(cuda|cublas|kernels/|plugin/|libgimp/gimp\.h|libgimp/gimpui\.h)",
     "the windows know requests and results, not GIMP's PDB"),
    ("ui", "calls", r"\bgimp_(procedure|pdb|image|layer|drawable|plug_in)_\w+ \(",
     "the windows never call the PDB"),
    ("ui/widgets", "include", r"^ui/(?!widgets/|pisces-ui-resources\.h$)",
     "what the windows share knows none of them"),
] + [
    (f"ui/{room}", "include", rf"^ui/(?!widgets/|{room}/)",
     "a window knows no other window")
    for room in ("generate", "describe", "files", "models")
]

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
INCLUDE_ALL = re.compile(INCLUDE.pattern, re.MULTILINE)


def breaks(path, text):
    """The complaints about one file, whose path is relative to the root."""
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


def shown_needs(path, seen=()):
    """Whether a file of ui/, or another one of ui/ that it includes, includes
    GTK."""
    for name in INCLUDE_ALL.findall(path.read_text()):
        if name.startswith(("gtk/", "gdk/")):
            return True
        inner = ROOT / name
        if (name.startswith("ui/") and name not in seen and inner.exists()
                and shown_needs(inner, (*seen, name))):
            return True
    return False


def lists_of_ui():
    """Code that needs no display is compiled without GTK's headers, and so is
    all code that can be."""
    for build in sorted((ROOT / "ui").glob("*/meson.build")):
        sources = re.findall(r"lists_sources \+= files\((.*?)\)",
                             build.read_text(), re.DOTALL)
        listed = set(re.findall(r"'(.*?)'", "".join(sources)))
        for path in sorted(build.parent.glob("*.c")):
            if shown_needs(path) == (path.name in listed):
                yield (f"{path.relative_to(ROOT)}: what includes no GTK belongs "
                       "to lists_sources, and nothing else does")


def self_test():
    planted = [
        ("engine/a.c", "#include <libgimp/gimp.h>"),
        ("engine/a.c", "#include <cuda_runtime.h>"),
        ("engine/backend/a.c", '#include "engine/engine-private.h"'),
        ("engine/networks/a.c", '#include "engine/cpu/cpu.h"'),
        ("engine/families/pisces/a.c", '#include "engine/engine-private.h"'),
        ("engine/metadata/a.c", "#include <gtk/gtk.h>"),
        ("engine/metadata/a.c", '#include "engine/backend/backend.h"'),
        ("engine/cli/a.c", '#include "engine/backend/backend.h"'),
        ("plugin/a.c", '#include "engine/engine-private.h"'),
        ("plugin/a.c", '#include "engine/pisces-requests.h"'),
        ("plugin/gimp/a.c", '#include "plugin/session.h"'),
        ("ui/a.c", '#include "engine/backend/backend.h"'),
        ("ui/a.c", "#include <libgimp/gimpui.h>"),
        ("ui/a.c", "  gimp_image_get_width (image);"),
        ("ui/widgets/a.c", '#include "ui/generate/pisces-result.h"'),
        ("ui/files/a.c", '#include "ui/describe/pisces-text-drafts.h"'),
        ("kernels/a.cu", '#include "engine/networks/llama.h"'),
    ]
    allowed = [
        ("plugin/a.c", '#include "engine/pisces.h"'),
        ("ui/a.c", "#include <gtk/gtk.h>"),
        ("ui/files/a.c", '#include "ui/widgets/pisces-alt-texts.h"'),
        ("engine/networks/a.c", '#include "engine/backend/backend.h"'),
    ]
    assert all(breaks(Path(p), t) for p, t in planted), "a planted break passed"
    assert not any(breaks(Path(p), t) for p, t in allowed), "a good line was refused"


def main():
    self_test()
    files = [p for folder in ("engine", "kernels", "plugin", "ui")
             for p in sorted((ROOT / folder).rglob("*"))
             if p.suffix in (".c", ".h", ".cu", ".cuh")]
    found = [b for p in files
             for b in breaks(p.relative_to(ROOT), p.read_text())]
    found += lists_of_ui()
    print("\n".join(found))
    print(f"{len(files)} files, {len(found)} forbidden includes or calls")
    return bool(found) or not files


if __name__ == "__main__":
    sys.exit(main())
