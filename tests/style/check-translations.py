#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that every file with text for the user is in po/POTFILES, and that
every text is translated into every language: none is missing, none is
marked fuzzy, and each has the placeholders of the original.  A number with
a noun has plural forms, from our own catalogue; no text is a fragment of a
sentence that is put together at run time."""

import os
import re
import subprocess
import sys
import tempfile

ROOT = sys.argv[1]
MARKS = re.compile(r'\b(?:N?_|C_) ?\("|translatable="yes"|\bg_d[np]*gettext \(')

failed = 0
count = 0


def claim(text, problems):
    global count, failed
    count += 1
    print(f"{'not ok' if problems else 'ok'} {count} - {text}")
    for problem in problems:
        failed = 1
        print("#", problem)


def lines(name):
    with open(os.path.join(ROOT, "po", name), encoding="utf-8") as file:
        return [line.strip() for line in file
                if line.strip() and not line.startswith("#")]


def marked():
    for folder in ("engine", "kernels", "plugin", "ui"):
        for path, _folders, names in os.walk(os.path.join(ROOT, folder)):
            for name in names:
                if not name.endswith((".c", ".cu", ".ui")):
                    continue
                path_of_file = os.path.join(path, name)
                with open(path_of_file, encoding="utf-8") as file:
                    if MARKS.search(file.read()):
                        yield os.path.relpath(path_of_file, ROOT)


def template(folder):
    """The texts of the sources as they are now."""
    path = os.path.join(folder, "pisces.pot")
    subprocess.run(
        ["xgettext", "--from-code=UTF-8", "--output=" + path,
         "--files-from=po/POTFILES", "--keyword=_", "--keyword=N_",
         "--keyword=C_:1c,2", "--keyword=g_dngettext:2,3",
         "--flag=g_strdup_printf:1:c-format", "--flag=N_:1:pass-c-format",
         "--flag=g_set_error:4:c-format", "--flag=_:1:pass-c-format"],
        cwd=ROOT, check=True)
    return path


def entries(pot):
    """Of each text that has no plural form: the text."""
    with open(pot, encoding="utf-8") as file:
        for entry in file.read().split("\n\n"):
            text = re.search(r'^msgid ((?:".*"\n?)+)', entry, re.MULTILINE)
            if text and "msgid_plural" not in entry:
                yield "".join(re.findall(r'"(.*)"', text[1]))


def plain_plurals():
    """ngettext() here would use the catalogue of the program that runs the
    code."""
    for name in sorted(marked()):
        with open(os.path.join(ROOT, name), encoding="utf-8") as file:
            if re.search(r"(?<!\w)n?gettext \(", file.read()):
                yield name


def problems_of(language, pot, folder):
    path = os.path.join(ROOT, "po", language + ".po")
    merged = os.path.join(folder, language + ".po")
    checked = subprocess.run(
        ["msgfmt", "--check", "--output-file=/dev/null", path],
        capture_output=True, text=True)
    problems = checked.stderr.splitlines() if checked.returncode else []
    subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching",
                    "--output-file=" + merged, path, pot], check=True)
    for what in ("--untranslated", "--only-fuzzy"):
        left = subprocess.run(
            ["msgattrib", what, "--no-obsolete", "--no-wrap", merged],
            capture_output=True, text=True, check=True).stdout
        problems += re.findall(r'^msgid "(.+)"$', left, re.MULTILINE)
    return problems


claim("po/POTFILES has every file with text for the user",
      sorted(set(marked()) - set(lines("POTFILES"))))
with tempfile.TemporaryDirectory() as work:
    texts = template(work)
    claim("a number beside a noun has plural forms",
          [text for text in entries(texts)
           if re.search(r"(?<!× )%l?[ud] (?!is )[a-z]+s\b", text)] +
          list(plain_plurals()))
    claim("no text begins or ends with a space",
          [text for text in entries(texts) if text != text.strip() and
           text.strip() not in (",", "·")])
    for tongue in lines("LINGUAS"):
        claim(f"every text has its translation in {tongue}",
              problems_of(tongue, texts, work))
print(f"1..{count}")
sys.exit(failed)
