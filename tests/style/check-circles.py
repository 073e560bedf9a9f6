#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that no files call each other in a circle, and that no headers
include each other in one, so that each file can be read, tested and reused
with only the files that it depends on.

The calls are read from the compiled objects with nm: if a file refers to a
function or a variable of another one, that is an arrow.  Type functions
(*_get_type, which G_DECLARE_… and casts use everywhere) and error domains
(*_quark) do not count as calls.  A pointer that is passed at run time is no
arrow either: that is how a circle is cut.

    check-circles.py BUILD NM COMPILER…

BUILD is meson's build folder.  The kernels are checked as
tests/cuda-emulation compiles them, if it does.  Before the check, it is run
on two artificial circles, which it must find."""
import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("engine", "kernels", "plugin", "ui")
EMULATION = "tests/cuda-emulation"
EMULATED = f"{EMULATION}/libpisces-cuda-emulated.so.p/"

NO_CALL = re.compile(r"_(get_type|quark)$")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def circles(graph):
    """The sets of nodes that can reach each other (Tarjan 1972). graph: for
    each node, the nodes to which it has arrows."""
    number, lowest, stack, found = {}, {}, [], []

    def visit(node):
        number[node] = lowest[node] = len(number)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in number:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in stack:
                lowest[node] = min(lowest[node], number[other])
        if lowest[node] == number[node]:
            ring = set(stack[stack.index(node):])
            del stack[stack.index(node):]
            if len(ring) > 1:
                found.append(ring)

    for node in list(graph):
        if node not in number:
            visit(node)
    return found


def calls(nm, objects):
    """objects: for each object file, its source.  Returns, for each source,
    the other sources that it refers to, and by which names."""
    text = subprocess.run([nm, "-g", "-A", "-P", *objects], check=True,
                          capture_output=True, text=True).stdout
    owners, wants = defaultdict(set), defaultdict(set)
    for line in text.splitlines():
        path, name, kind = line.split()[:3]
        source = objects[path.rstrip(":")]
        if kind == "U":
            wants[source].add(name)
        elif kind not in "WwVvu":     # of which each user has a copy
            owners[name].add(source)

    graph = {source: defaultdict(list) for source in objects.values()}
    for source, names in wants.items():
        for name in sorted(names):
            if len(owners[name]) == 1 and not NO_CALL.search(name):
                graph[source][min(owners[name])].append(name)
    return graph


def includes(files):
    """files: for each header, named by its path from the root, its text."""
    graph = {}
    for path, text in files.items():
        graph[path] = {}
        for name in INCLUDE.findall(text):
            for known in (name, str(Path(path).parent / name)):
                if known in files and known != path:
                    graph[path][known] = ["#include"]
    return graph


def report(graph, what):
    """Prints each circle with its arrows; returns how many there are."""
    found = circles(graph)
    for ring in found:
        print(f"{len(ring)} files {what} in a circle:")
        for node in sorted(ring):
            for other in sorted(ring.intersection(graph[node])):
                names = ", ".join(graph[node][other][:4])
                print(f"  {node} -> {other}: {names}")
    return len(found)


def product_objects(build):
    """The sources of the objects that the product consists of."""
    objects = {}
    for command in json.loads((build / "compile_commands.json").read_text()):
        source = (build / command["file"]).resolve()
        output = command["output"]
        if ROOT not in source.parents:
            continue
        source = str(source.relative_to(ROOT))
        if source.startswith("kernels/"):
            if output.startswith(EMULATED) and (build / output).exists():
                objects[str(build / output)] = source
        elif output.startswith(FOLDERS):
            objects[str(build / output)] = source
    for source in sorted((ROOT / "kernels").glob("*.cu")):
        output = build / EMULATION / f"emulated-{source.stem}.o"
        if output.exists():
            objects[str(output)] = f"kernels/{source.name}"
    return objects


def self_test(nm, compiler):
    sources = {
        "first.c": "void second (void); void first (void); void first (void) { second (); }",
        "second.c": "void third (void); void second (void); void second (void) { third (); }",
        "third.c": "void first (void); void third (void); void third (void) { first (); }",
        # There is no circle with these: a type, and a pointer that was passed.
        "fourth.c": "int a_get_type (void); int b_get_type (void); int a_get_type (void)"
                    " { return b_get_type (); } void first (void); void *p = first;",
        "fifth.c": "int a_get_type (void); int b_get_type (void); int b_get_type (void)"
                   " { return a_get_type (); } void (*given) (void);"
                   " void call (void); void call (void) { given (); }",
    }
    with tempfile.TemporaryDirectory() as folder:
        objects = {}
        for name, text in sources.items():
            path = Path(folder) / name
            path.write_text(text)
            subprocess.run([*compiler, "-c", path, "-o", path.with_suffix(".o")],
                           check=True)
            objects[str(path.with_suffix(".o"))] = name
        found = circles(calls(nm, objects))
    assert found == [{"first.c", "second.c", "third.c"}], f"planted calls: {found}"

    found = circles(includes({
        "engine/a.h": '#include "engine/b.h"\n',
        "engine/b.h": '# include "a.h"\n#include <engine/c.h>\n',
        "engine/c.h": '#include "engine/a.h"\n',
    }))
    assert found == [{"engine/a.h", "engine/b.h"}], f"planted includes: {found}"


def main():
    build, nm, compiler = Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3:]
    self_test(nm, compiler)

    objects = product_objects(build)
    kernels = sum(source.startswith("kernels/") for source in objects.values())
    missing = [path for path in objects if not Path(path).exists()]
    if missing:
        print("not built:", *missing[:5])
        return True
    headers = {str(path.relative_to(ROOT)): path.read_text()
               for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.*h"))}

    found = (report(calls(nm, objects), "call each other") +
             report(includes(headers), "include each other"))
    print(f"{len(objects)} objects, {kernels} of them of kernels; "
          f"{len(headers)} headers; {found} circles")
    return bool(found) or not objects or not headers


if __name__ == "__main__":
    sys.exit(main())
