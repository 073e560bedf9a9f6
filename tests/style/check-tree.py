#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the table of folders in README.md has all existing folders and
no others; the same for the design, if that lies beside the project; and
that each file that CONTRIBUTING.md names exists."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DESIGN = ROOT.parent / "shared" / "DESIGN.md"
ROOMS = ("plugin", "ui", "engine")      # whose folders are listed one by one
PASSED_OVER = {"plugin/pisces", "ui/screenshots"}   # made by a build, pictures


def folders(files):
    """The folders with files of the project, down to the second level, and for
    the families down to the third."""
    found = set()
    for name in files:
        parts = Path(name).parts[:-1]
        if parts and not parts[0].startswith("."):
            found.add(parts[0])
            if parts[0] in ROOMS and len(parts) > 1:
                found.add("/".join(parts[:2]))
            if parts[:2] == ("engine", "families") and len(parts) > 2:
                found.add("/".join(parts[:3]))
    return found - PASSED_OVER


def told(text):
    """The folders of README's table."""
    table = re.search(r"\| folder \| what \|\n(.*?)\n\n", text, re.DOTALL)
    return {name.rstrip("/")
            for name in re.findall(r"`([a-z0-9/]+/)`", table[1])}


def complaints(there, readme, design, guide):
    # A folder may be represented only by its subfolders.
    known = told(readme) | {name.rsplit("/", 1)[0] for name in told(readme)}
    for name in sorted(there - known):
        yield f"README.md does not tell of {name}/"
    for name in sorted(told(readme) - there):
        yield f"README.md tells of {name}/, which is not there"
    for name in sorted(there):
        room, _, inner = name.partition("/")
        if design and inner and f"{inner.rsplit('/', 1)[-1]}/" not in design:
            yield f"DESIGN.md does not tell of {name}/"
    for name in re.findall(r"`((?:%s|kernels|models|po|tests|icons)/[\w./-]+)`"
                           % "|".join(ROOMS), guide):
        if not (ROOT / name).exists():
            yield f"CONTRIBUTING.md names {name}, which is not there"


def main():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True,
                           text=True, check=True).stdout.splitlines()
    there = folders(files)
    readme = (ROOT / "README.md").read_text()
    design = DESIGN.read_text() if DESIGN.exists() else ""
    guide = (ROOT / "CONTRIBUTING.md").read_text()

    # Artificial mistakes that the check must find.
    assert list(complaints(there | {"ui/attic"}, readme, design, guide))
    assert list(complaints(there - {"ui/files"}, readme, design, guide))
    assert list(complaints(there, readme, design, "`ui/no/such-file.c`"))

    found = list(complaints(there, readme, design, guide))
    print("\n".join(found))
    print(f"{len(there)} folders, {len(found)} complaints")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
