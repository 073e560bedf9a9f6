#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keywords are added to those that a picture file has: these stay where they
are, in their own spelling, and no keyword is there twice.  exiftool makes the
files, and exiftool and exiv2 read them afterwards.

  PUT_TEXTS   the program that writes them
"""
import os
import shutil
import subprocess
import sys
import tempfile

PUT = os.environ["PUT_TEXTS"]
os.environ["LC_ALL"] = "C.UTF-8"
MARK = "decorative image without alternative text"

n_claims = n_failed = 0


def equal(text, found, wanted):
    global n_claims, n_failed
    n_claims += 1
    if found != wanted:
        n_failed += 1
        print(f"# found {found!r}, wanted {wanted!r}")
    print(f"{'ok' if found == wanted else 'not ok'} {n_claims} - {text}", flush=True)


def run(*command):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout


def put(path, keywords, short="-", long="-", removed=""):
    done = subprocess.run([PUT, path, "x-default", short, long, keywords, removed],
                          capture_output=True, text=True)
    return done.stderr.strip()


def subjects(path):
    """As exiftool reads them."""
    return run("exiftool", "-s3", "-sep", "|", "-XMP-dc:Subject", path).strip()


def subjects_of_exiv2(path):
    """As exiv2 reads them; it joins them with a comma."""
    return run("exiv2", "-K", "Xmp.dc.subject", "-Pv", "pr", path).strip() if path else ""


def iptc(path):
    return run("exiftool", "-s3", "-sep", "|", "-IPTC:Keywords", path).strip()


def read(path):
    lines = run(PUT, path).splitlines()
    return next((line[len("keywords "):] for line in lines if line.startswith("keywords ")), "")


def picture(name, *tags):
    run("magick", "-size", "32x24", "xc:white", "-depth", "8", name)
    if tags:
        run("exiftool", "-q", "-overwrite_original", "-sep", "|", *tags, name)
    return name


def every_kind():
    for kind in ("jpg", "png", "webp", "tif"):
        path = picture(f"new.{kind}")
        equal(f"{kind}: keywords are written", (put(path, "boat, red star"), subjects(path)), ("", "boat|red star"))
        equal(f"{kind}: exiv2 reads them", subjects_of_exiv2(path), "boat, red star")
        equal(f"{kind}: and no text was written", run(PUT, path).strip(), "keywords boat, red star")

        path = picture(f"old.{kind}", "-XMP-dc:Subject=Zoo|Paris, France|été",
                       "-XMP-dc:Creator=Ann", "-XMP-lr:HierarchicalSubject=places\\|Paris")
        put(path, "boat, ZOO, ÉTÉ, \"paris, france\"")
        equal(f"{kind}: those that are there stay first, in their spelling",
              subjects(path), "Zoo|Paris, France|été|boat")
        equal(f"{kind}: and the rest of the metadata",
              run("exiftool", "-s3", "-XMP-dc:Creator", "-XMP-lr:HierarchicalSubject", path).split("\n")[0], "Ann")
        put(path, "Boat, zoo")
        equal(f"{kind}: what is there is not added again", subjects(path), "Zoo|Paris, France|été|boat")
        put(path, "boat", "A boat.", "A boat on a lake.")
        equal(f"{kind}: texts come with them", run(PUT, path).splitlines()[-1],
              "keywords Zoo, \"Paris, France\", été, boat")
        equal(f"{kind}: and change no keyword", subjects(path), "Zoo|Paris, France|été|boat")
        put(path, "sea", removed='ZOO, "Paris, France", never there')
        equal(f"{kind}: what a person took away goes, and nothing else", subjects(path), "été|boat|sea")


def iptc_keywords():
    for kind in ("jpg", "tif"):
        path = picture(f"iptc.{kind}", "-charset", "iptc=UTF8", "-codedcharacterset=utf8", "-IPTC:Keywords=Zoo|Été")
        equal(f"{kind}: IPTC's are read where there are no others", read(path), "Zoo, Été")
        put(path, "boat, zoo")
        equal(f"{kind}: they come first in dc:subject", subjects(path), "Zoo|Été|boat")
        equal(f"{kind}: and stay in IPTC", iptc(path), "Zoo|Été")

        path = picture(f"both.{kind}", "-IPTC:Keywords=Old", "-XMP-dc:Subject=New")
        put(path, "boat")
        equal(f"{kind}: where both are there, dc:subject counts", subjects(path), "New|boat")
    path = picture("latin.jpg", "-IPTC:Keywords=Zoo")
    data = open(path, "rb").read()
    open(path, "wb").write(data.replace(b"\x1c\x02\x19\x00\x03Zoo", b"\x1c\x02\x19\x00\x03\xc9t\xe9"))
    put(path, "boat")
    equal("an old encoding is read too", subjects(path), "Été|boat")


def the_mark():
    path = picture("mark.jpg", f"-XMP-dc:Subject=Zoo|{MARK}|cat")
    equal("the mark for decoration is no keyword", read(path), "Zoo, cat")
    put(path, "boat")
    equal("and stays with the others", subjects(path), f"Zoo|{MARK}|cat|boat")
    put(path, "boat", "A boat.", "")
    equal("but a text takes it away alone", subjects(path), "Zoo|cat|boat")


RDF = ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
       '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"{}</rdf:RDF></x:xmpmeta>')


def other_spellings_of_rdf():
    for what, rdf, wanted in (
            ("an attribute", ' dc:subject="Zoo"/>', "Zoo|boat"),
            ("an element", "><dc:subject>Zoo</dc:subject></rdf:Description>", "Zoo|boat"),
            ("an ordered list",
             "><dc:subject><rdf:Seq><rdf:li>Zoo</rdf:li><rdf:li>cat</rdf:li></rdf:Seq></dc:subject></rdf:Description>",
             "Zoo|cat|boat"),
            ("an empty list", "><dc:subject><rdf:Bag/></dc:subject></rdf:Description>", "boat")):
        path = picture("rdf.jpg")
        with open("packet.xmp", "w", encoding="utf-8") as packet:
            packet.write(RDF.format(rdf))
        run("exiftool", "-q", "-overwrite_original", "-XMP<=packet.xmp", path)
        put(path, "boat")
        equal(f"{what} is added to", subjects(path), wanted)
    path = picture("rdf.jpg")
    with open("packet.xmp", "w", encoding="utf-8") as packet:
        packet.write(RDF.format(' dc:subject="Zoo"><dc:subject>cat</dc:subject></rdf:Description>'))
    run("exiftool", "-q", "-overwrite_original", "-XMP<=packet.xmp", path)
    before = open(path, "rb").read()
    equal("the same field twice is refused with a sentence", "same field twice" in put(path, "boat"), True)
    equal("and nothing changes", open(path, "rb").read(), before)


def main():
    for need in ("exiftool", "exiv2", "magick"):
        if not shutil.which(need):
            print(f"1..0 # SKIP {need} is not installed")
            return 0
    with tempfile.TemporaryDirectory(prefix="pisces-keywords.") as folder:
        os.chdir(folder)
        for test in (every_kind, iptc_keywords, the_mark, other_spellings_of_rdf):
            test()
        os.chdir("/")
    print(f"1..{n_claims}")
    return bool(n_failed)


if __name__ == "__main__":
    sys.exit(main())
