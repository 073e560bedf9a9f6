#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the parts of the style that a program can check: the licence line, no
tabs, no trailing spaces, a space before an argument list, braces on lines
of their own, files and lines that are not too long.  No formatter knows the
rest of GIMP's layout, above all its columns of prototypes; .clang-format is
for the bodies of functions in an editor."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = {".c", ".h", ".cu", ".cuh", ".cpp"}
SCRIPTS = {".py", ".sh", ".build"}
LONG = 500
MAX_LINES = 650
MAX_WIDTH = 120

CALL = re.compile(r"\b(?!defined\b|_\b|N_\b|C_\b)[a-z_][a-z0-9_]{2,}\(")
# printf's precision counts bytes, and would split a character of UTF-8.
CUT = re.compile(r'"[^"]*%[-0-9]*\.(\*|[0-9]+)s')
STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')


def strip_comments(text):
    """Removes comments and strings, but keeps the line numbers."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m[0].count("\n"), text, flags=re.S)
    text = re.sub(r"//[^\n]*", "", text)
    return STRING.sub('""', text)


def complaints(path, text):
    found = []
    lines = text.split("\n")
    if "SPDX-License-Identifier: GPL-3.0-or-later" not in "\n".join(lines[:3]):
        found.append((1, "the licence line is missing"))
    if text and not text.endswith("\n"):
        found.append((len(lines), "the last line has no end"))
    n_lines = len(lines) - 1
    if (n_lines > LONG and "onger than 500 lines" not in "\n".join(lines[:30])
            and path.suffix in CODE | {".py", ".sh"}):
        found.append((n_lines, f"more than {LONG} lines without a reason in its head"))
    if n_lines > MAX_LINES and path.suffix in CODE:
        found.append((n_lines, f"more than {MAX_LINES} lines: a file that does two things"))
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            found.append((number, "a tab"))
        if line != line.rstrip():
            found.append((number, "blanks at the end"))
        if CUT.search(line) and path.suffix in CODE:
            found.append((number, "a text that is cut between bytes, not characters"))
        if len(line) > MAX_WIDTH and path.suffix in CODE:
            found.append((number, f"wider than {MAX_WIDTH}"))
    if path.suffix in (".c", ".h"):
        for number, line in enumerate(strip_comments(text).split("\n"), 1):
            if line.lstrip().startswith("#"):
                continue
            if CALL.search(line):
                found.append((number, "no space before the arguments"))
            if re.search(r"^\s*(\w+ \(|if|for|while|switch).*\)\s*\{\s*$", line):
                found.append((number, "a brace that should stand alone"))
    return [f"{path}:{number}: {what}" for number, what in found]


def self_test():
    licence = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
    good = licence + "static void\nf (void)\n{\n  g (1);\n}\n"
    assert not complaints(Path("a.c"), good)
    for bad in (good[len(licence):], good.replace("  g (1)", "\tg (1)"),
                good.replace("g (1);", "g (1); "), good.replace("g (1)", "good(1)"),
                good.replace("g (1)", 'g ("%.20s")'), good.replace("g (1)", 'g ("a %.*s")'),
                good.replace("f (void)\n{", "f (void) {"), good.rstrip("\n"),
                good + "\n" * LONG, good.replace("\n", "\n/* Longer than 500 lines. */\n", 1) +
                "\n" * MAX_LINES):
        assert complaints(Path("a.c"), bad), bad


def main():
    self_test()
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files"], cwd=ROOT,
                            capture_output=True, text=True, check=True).stdout.split("\n")
    files = [Path(name) for name in listed
             if Path(name).suffix in CODE | SCRIPTS and (ROOT / name).exists()]
    found = [c for path in files
             for c in complaints(path, (ROOT / path).read_text())]
    print("\n".join(found))
    print(f"{len(files)} files, {len(found)} complaints")
    return bool(found) or not files


if __name__ == "__main__":
    sys.exit(main())
