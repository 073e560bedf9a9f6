#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A download becomes a complete model or none at all, continues where it
stopped, and writes nowhere else.  It is tested with a local server that
breaks connections, lies, redirects and refuses, and with a full disk.  The
only argument is fetch-model."""

import hashlib
import os
import subprocess
import sys

from model_server import (BUSY, CANCELLED, DATA, EXISTS, NO_SPACE, REDIRECT,
                          MISSING, REFUSED, SMALL, WRONG_BYTES, fetch, listing, ranges,
                          read, run, tree, words_of)


def whole(claims, server, store):
    listing(server, {"config.json": SMALL, "unet/data.bin": DATA})
    words = fetch(server, store)
    claims.equal("a model comes whole", tree(store),
                 ["thing/config.json", "thing/unet/data.bin"])
    claims.equal("with the right bytes", read(store, "thing/unet/data.bin"), DATA)
    claims.equal("its folder is told", words.get("folder"), f"{store}/thing")


def cut(claims, server, store):
    server.begin(**{"/data.bin": {"cuts": [300_000, 200_000]}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    claims.equal("after two cuts the bytes are right", read(store, "thing/data.bin"), DATA)
    claims.equal("each try goes on where the last one stopped", ranges(server),
                 [None, "bytes=300000-", "bytes=500000-"])
    claims.equal("no byte is sent twice",
                 server.sent - len(server.files["/list.json"]), len(DATA))
    tag = f'"{hashlib.sha1(DATA).hexdigest()}"'
    claims.equal("the version is named", server.log[-1]["if-range"], tag)


def cut_for_good(claims, server, store):
    server.begin(**{"/data.bin": {"cuts": [1000, 0, 0, 0, 0, 0]}})
    listing(server, {"data.bin": DATA})
    words = fetch(server, store)
    claims.equal("a connection that never holds is an error", words.get("error"),
                 ("pisces", 0))
    claims.claim("which says that the part is kept", "kept" in words.get("message", ""))
    claims.equal("after three tries", len(ranges(server)), 3)
    server.ways = {}
    words = fetch(server, store)
    claims.equal("the part was kept", words.get("kept"), "1000")
    claims.equal("and is gone on with", read(store, "thing/data.bin"), DATA)


def cut_often(claims, server, store):
    server.begin(**{"/data.bin": {"cuts": [200_000] * 4}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    claims.equal("tries do not count as long as more arrives", read(store, "thing/data.bin"), DATA)


def part_of(store):
    return os.path.join(store, next(n for n in tree(store) if n.endswith("data.bin.part")))


def whole_part(claims, server, store):
    """An earlier try was ended between the last byte and the check."""
    server.begin(**{"/data.bin": {"cuts": [1000] + [0] * 5}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    with open(part_of(store), "wb") as part:
        part.write(DATA)
    server.log.clear()
    fetch(server, store)
    claims.equal("a part that is whole is not asked for again", ranges(server), [])
    claims.equal("and becomes the file", read(store, "thing/data.bin"), DATA)


def validators(claims, server, store):
    """What one server calls a version means nothing to another."""
    server.begin(**{"/data.bin": {"cuts": [1000] + [0] * 5}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    server.begin()
    listing(server, {"data.bin": DATA}, addresses=["/other.bin"])
    server.files["/other.bin"] = DATA
    fetch(server, store)
    claims.equal("another address goes on without the version of the first",
                 (ranges(server, "/other.bin"), server.log[-1]["if-range"]), (["bytes=1000-"], None))
    server.begin(**{"/data.bin": {"cuts": [1000], "etag": 'W/"a"'}})
    listing(server, {"data.bin": DATA}, folder="weak")
    fetch(server, store)
    claims.equal("a weak tag is no version", (ranges(server), server.log[-1]["if-range"]),
                 ([None, "bytes=1000-"], None))


def too_many_requests(claims, server, store):
    def later(handler, data, _first):
        if len(server.log) == 2:
            handler.answer(429, b"")
        else:
            handler.answer(200, data)

    server.begin(**{"/data.bin": later})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    claims.equal("a server that has too many requests is asked again", read(store, "thing/data.bin"), DATA)


def neighbours(claims, server, store):
    """Parts of the same model that meant other files go, those of others stay."""
    server.begin(**{"/data.bin": {"cuts": [1000] + [0] * 5}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    own = next(name for name in os.listdir(store) if name.endswith(".part"))
    old = own[:-6] + ("x" if own[-6] != "x" else "y") + ".part"
    other = own.replace(".thing-", ".thing-2-")
    for name in old, other:
        os.makedirs(os.path.join(store, name))
    server.ways = {}
    fetch(server, store)
    claims.equal("what is left of an older list goes, and nothing of other models",
                 [os.path.exists(os.path.join(store, name)) for name in (old, other)], [False, True])


def cancelled(claims, server, store):
    server.begin(**{"/data.bin": {"pause": 400_000}})
    listing(server, {"config.json": SMALL, "data.bin": DATA})
    words = fetch(server, store, "200000")
    server.go_on.set()
    claims.equal("it can be cancelled", words.get("error"), ("g", CANCELLED))
    claims.claim("progress says what has come while it waits",
                 words["progress"][-1:] == [400_000 + len(SMALL)], words)
    claims.equal("nothing is seen of it", [n for n in os.listdir(store) if n[0] != "."], [])
    server.ways = {}
    server.log.clear()
    words = fetch(server, store)
    kept = int(words.get("kept", 0))
    claims.claim("what had arrived is kept", 200_000 <= kept <= 400_000 + len(SMALL), kept)
    claims.equal("later it goes on from there", ranges(server),
                 [f"bytes={kept - len(SMALL)}-"])
    claims.equal("a file that was whole is not asked for again",
                 ranges(server, "/config.json"), [])
    claims.equal("and it becomes whole", read(store, "thing/data.bin"), DATA)
    claims.equal("nothing else is left", tree(store), ["thing/config.json", "thing/data.bin"])


def leave_part(server, store, part):
    """A part of an earlier try, of other bytes than the server has now."""
    server.ways = {"/data.bin": {"cuts": [len(part)] + [0] * 5, "etag": '"old"'}}
    listing(server, {"data.bin": part + DATA[len(part):]},
            sha256=hashlib.sha256(DATA).hexdigest())
    fetch(server, store)
    server.ways = {}
    server.log.clear()
    listing(server, {"data.bin": DATA})


def changed(claims, server, store):
    leave_part(server, store, b"x" * 5000)
    words = fetch(server, store)
    claims.equal("a part of an older version was there", words.get("kept"), "5000")
    claims.equal("the server's new version comes whole", read(store, "thing/data.bin"), DATA)
    claims.equal("in one request", ranges(server), ["bytes=5000-"])
    claims.equal("by If-Range", server.log[-1]["if-range"], '"old"')


def changed_unseen(claims, server, store):
    leave_part(server, store, b"x" * 5000)
    server.ways = {"/data.bin": {"etag": '"old"'}}
    fetch(server, store)
    claims.equal("a part that does not fit is begun anew", ranges(server),
                 ["bytes=5000-", None])
    claims.equal("to the right bytes", read(store, "thing/data.bin"), DATA)


def unsatisfiable(claims, server, store):
    server.begin(**{"/data.bin": {"cuts": [1000], "unsatisfiable": True}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    claims.equal("a refused range begins anew", ranges(server),
                 [None, "bytes=1000-", None])
    claims.equal("and ends right", read(store, "thing/data.bin"), DATA)


def no_range(claims, server, store):
    server.begin(**{"/data.bin": {"cuts": [1000], "no-range": True, "etag": ""}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    claims.equal("a server without ranges gives the right bytes",
                 read(store, "thing/data.bin"), DATA)


def wrong(claims, server, store):
    listing(server, {"config.json": SMALL, "data.bin": DATA}, sha256="0" * 64)
    words = fetch(server, store)
    claims.equal("a wrong SHA-256 is an error", words.get("error"), ("pisces", WRONG_BYTES))
    claims.claim("which says so", "SHA-256" in words.get("message", ""), words)
    claims.claim("the bytes are thrown away",
                 not any(os.path.getsize(os.path.join(w, n)) > len(SMALL)
                         for w, _, names in os.walk(store) for n in names))
    claims.equal("no model is seen", [n for n in os.listdir(store) if n[0] != "."], [])

    server.begin()
    listing(server, {"data.bin": DATA}, bytes=len(DATA) - 5)
    words = fetch(server, store)
    claims.equal("a wrong size is refused at once", (words.get("error"), server.sent < len(DATA) * 2),
                 (("pisces", REFUSED), True))

    server.begin(**{"/data.bin": {"no-length": True}})
    listing(server, {"data.bin": DATA}, bytes=len(DATA) - 5)
    claims.equal("also where the server does not say its size",
                 fetch(server, store).get("error"), ("pisces", WRONG_BYTES))


def missing(claims, server, store):
    listing(server, {"data.bin": DATA}, addresses=["/gone"])
    words = fetch(server, store)
    claims.equal("404 is an error", words.get("error"), ("pisces", MISSING))
    claims.claim("which names address and status",
                 "/gone" in words.get("message", "") and "404" in words.get("message", ""), words)
    listing(server, {"data.bin": DATA}, addresses=["/gone", "/data.bin"])
    fetch(server, store)
    claims.equal("the next address is tried", read(store, "thing/data.bin"), DATA)


def busy(claims, server, store):
    server.begin(**{"/data.bin": {"busy": 2}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    claims.equal("a busy server is asked again", read(store, "thing/data.bin"), DATA)


def redirect(claims, server, store):
    server.begin(**{"/data.bin": {"location": "/a/b?c=d"}, "/a/b?c=d": {"location": "../real"}})
    listing(server, {"data.bin": DATA})
    server.files["/real"] = DATA
    fetch(server, store)
    claims.equal("redirects are followed", read(store, "thing/data.bin"), DATA)
    for location in ("file:///etc/passwd", "data:,x", "ftp://127.0.0.1/x"):
        server.begin(**{"/data.bin": {"location": location}})
        listing(server, {"data.bin": DATA}, folder="other")
        claims.equal(f"but not to {location}", fetch(server, store).get("error"),
                     ("pisces", REDIRECT))
    for status in (302, 304):
        server.begin(**{"/data.bin": {"status": status}})
        listing(server, {"data.bin": DATA}, folder="other")
        words = fetch(server, store)
        claims.claim(f"an answer that leads nowhere is told as what it is ({status})",
                     f"(it says {status})" in words.get("message", ""), words)
    server.begin(**{"/data.bin": {"location": "/data.bin"}})
    listing(server, {"data.bin": DATA}, folder="other")
    claims.equal("nor in a circle", fetch(server, store).get("error"), ("pisces", REDIRECT))
    claims.claim("for long", len(server.log) < 20, len(server.log))


def escapes(claims, server, store):
    outside = os.path.join(os.path.dirname(store), "outside")
    for path in ("../outside", "/tmp/pisces-outside", "a/../../outside", "a//b", "", ".",
                 "..", "a/", ".hidden", "a\\..\\b", "data.part", "a/b/c/d/e",
                 "CON:", "x" * 200):
        server.begin()
        listing(server, {"data.bin": DATA}, path=path)
        words = fetch(server, store)
        claims.claim(f"a file called {path[:30]!r} is refused",
                     "error" in words and "kept" not in words and
                     not os.path.exists(outside) and tree(store) == [] and
                     not os.path.exists("/tmp/pisces-outside"), words)
    for folder in ("..", "../outside", "/tmp/x", "a/b", ".hidden", ""):
        server.begin()
        listing(server, {"data.bin": DATA}, folder=folder)
        words = fetch(server, store)
        claims.claim(f"a folder called {folder!r} is refused",
                     "error" in words and not os.path.exists(outside) and tree(store) == [], words)
    for address in ("file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:1", 7):
        server.begin()
        listing(server, {"data.bin": DATA}, addresses=[address])
        words = fetch(server, store)
        claims.claim(f"an address {address!r} is refused", "error" in words and "kept" not in words, words)


def links(claims, server, store):
    outside = os.path.join(os.path.dirname(store), "outside")
    with open(outside, "wb") as file:
        file.write(b"mine")
    server.begin(**{"/data.bin": {"cuts": [1000, 0, 0, 0]}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    part = os.path.join(store, next(n for n in tree(store) if n.endswith(".part")))
    os.remove(part)
    os.symlink(outside, part)
    server.ways = {}
    fetch(server, store)
    claims.equal("a link in the way is not written through", read(outside), b"mine")


def exists(claims, server, store):
    os.makedirs(store + "/thing")
    with open(store + "/thing/mine", "wb") as file:
        file.write(b"mine")
    listing(server, {"data.bin": DATA})
    claims.equal("a folder that is there is left alone",
                 (fetch(server, store).get("error"), tree(store)),
                 (("pisces", EXISTS), ["thing/mine"]))


def twice(claims, server, store):
    server.begin(**{"/data.bin": {"pause": 1000}})
    listing(server, {"data.bin": DATA})
    with subprocess.Popen([sys.argv[1], server.address + "/list.json", store],
                          stdout=subprocess.PIPE, text=True) as first:
        while len(server.log) < 2 and first.poll() is None:
            server.go_on.wait(0.05)
        second = fetch(server, store)
        server.go_on.set()
        first_words = words_of(first.communicate(timeout=60)[0])
    claims.equal("a second download of it is told to wait", second.get("error"), ("pisces", BUSY))
    claims.equal("the first one ends well",
                 (first_words.get("folder"), read(store, "thing/data.bin")), (f"{store}/thing", DATA))


def mounted(store):
    """A disk of one megabyte at the store; whether there is one."""
    os.makedirs(store, exist_ok=True)
    return subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", store],
                          capture_output=True, check=False).returncode == 0


def part_size(store):
    return sum(os.path.getsize(os.path.join(store, name))
               for name in tree(store) if name.endswith("data.bin.part"))


def full(claims, server, store):
    if not mounted(store):
        claims.claim("a full disk # SKIP no disk can be mounted here", True)
        return
    try:
        listing(server, {"data.bin": DATA * 2})
        words = fetch(server, store)
        claims.equal("too little space is an error", words.get("error"), ("g", NO_SPACE))
        claims.equal("before anything is asked for", ranges(server), [])

        server.begin(**{"/data.bin": {"pause": 300_000}})
        listing(server, {"data.bin": DATA})
        filler = os.path.join(store, "filler")
        with subprocess.Popen([sys.argv[1], server.address + "/list.json", store],
                              stdout=subprocess.PIPE, text=True) as tool:
            while part_size(store) < 200_000 and tool.poll() is None:
                server.go_on.wait(0.05)
            with open(filler, "wb", buffering=0) as file:
                try:
                    while file.write(b"x" * 4096):
                        pass
                except OSError:
                    pass
            server.go_on.set()
            words = words_of(tool.communicate(timeout=60)[0])
        claims.equal("a disk that becomes full is an error", words.get("error"), ("g", NO_SPACE))
        claims.claim("which says what to do", "make room" in words.get("message", ""), words)
        os.remove(filler)
        server.ways = {}
        words = fetch(server, store)
        claims.claim("what had arrived was kept", int(words.get("kept", 0)) > 0, words)
        claims.equal("with room again it becomes whole", read(store, "thing/data.bin"), DATA)
    finally:
        subprocess.run(["umount", store], check=False)


if __name__ == "__main__":
    sys.exit(run(whole, cut, cut_for_good, cut_often, whole_part, validators, too_many_requests,
                 neighbours, cancelled, changed, changed_unseen, unsatisfiable,
                 no_range, wrong, missing, busy, redirect, escapes, links, exists, twice, full))
