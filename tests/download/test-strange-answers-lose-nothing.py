#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a server or something in between answers, a download ends with the
right bytes or with a sentence, after a few attempts, and keeps what had
arrived: login pages, proxies that mishandle ranges, compressed answers,
wrong lengths.  Lists of models only come from where nobody can change them.
The only argument is fetch-model."""

import gzip
import os
import sys
import time

from model_server import (DATA, INTERRUPTED, LOGIN, RANGE, REDIRECT, REFUSED,
                          SMALL, WRONG_BYTES, fetch, listing, ranges, read,
                          run, tree)

PAGE = b"<!doctype html><title>Welcome</title><p>Please sign in.</p>" * 40
ENDLESS = 30            # requests: what never ends has far more in the time


def kept_after_cut(server, store, size=300_000):
    """A part that an earlier try left; what then answers is up to the test."""
    cuts = [size] + [0] * 8
    server.begin(**{"/data.bin": {"cuts": cuts}})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    server.log.clear()
    server.sent = 0


def goes_on(claims, server, store, what, size=300_000):
    """That the part is still there, and becomes the file."""
    server.ways = {}
    server.log.clear()
    words = fetch(server, store)
    claims.equal(f"{what}: what had arrived was kept", words.get("kept"), str(size))
    claims.equal(f"{what}: and is gone on with", ranges(server), [f"bytes={size}-"])
    claims.equal(f"{what}: to the right bytes", read(store, "thing/data.bin"), DATA)
    claims.equal(f"{what}: nothing else is left", tree(store), ["thing/data.bin"])


def whole_then_cut(handler, data, size=300_000):
    handler.answer(200, data, {"ETag": '"a"'}, cut=size)


def wrong_range_for_ever(claims, server, store):
    def one_byte_on(handler, data, first):
        if not first:
            whole_then_cut(handler, data)
            return
        handler.answer(206, data[first + 1:],
                       {"Content-Range": f"bytes {first + 1}-{len(data) - 1}/{len(data)}"})

    def never_a_place(handler, data, first):
        if first:
            handler.answer(206, data[first:])
        else:
            whole_then_cut(handler, data)

    def not_satisfiable(handler, data, first):
        if first:
            handler.answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        else:
            whole_then_cut(handler, data)

    def always_a_part(handler, data, _first):
        handler.answer(206, data[100:],
                       {"Content-Range": f"bytes 100-{len(data) - 1}/{len(data)}"})

    for way in one_byte_on, never_a_place, not_satisfiable, always_a_part:
        folder = os.path.join(store, way.__name__)
        server.begin(**{"/data.bin": way})
        listing(server, {"data.bin": DATA})
        words = fetch(server, folder)
        claims.equal(f"{way.__name__}: it ends", words.get("error"), ("pisces", RANGE))
        claims.claim(f"{way.__name__}: in a sentence", words.get("message", "").endswith("."), words)
        claims.claim(f"{way.__name__}: after a few tries", len(server.log) < 10, len(server.log))
        claims.claim(f"{way.__name__}: no model is seen", not os.path.exists(folder + "/thing"), tree(store))


def no_progress_for_ever(claims, server, store):
    """Without ranges, and cut now here, now there: each second try brings more
    than the one before, and none more than the first."""
    count = [0]

    def cut_here_and_there(handler, data, _first):
        count[0] += 1
        handler.answer(200, data, cut=300_000 if count[0] % 2 else 200_000)

    server.begin(**{"/data.bin": cut_here_and_there})
    listing(server, {"data.bin": DATA})
    words = fetch(server, store)
    claims.equal("a server that never comes further is given up", words.get("error"),
                 ("pisces", INTERRUPTED))
    claims.claim("after a few tries", len(server.log) < ENDLESS, len(server.log))

    def a_byte_each(handler, data, first):
        handler.answer(206 if first else 200, data[first:],
                       {"Content-Range": f"bytes {first}-{len(data) - 1}/{len(data)}"} if first else {},
                       cut=1)

    server.begin(**{"/data.bin": a_byte_each})
    listing(server, {"data.bin": DATA}, folder="drops")
    words = fetch(server, store)
    claims.equal("one that gives a byte at a time too", words.get("error"), ("pisces", INTERRUPTED))
    claims.claim("after a few as well", len(server.log) < ENDLESS, len(server.log))


def rest_as_200(claims, server, store):
    def rest(handler, data, first, **how):
        handler.answer(200, data[first:],
                       {"Content-Range": f"bytes {first}-{len(data) - 1}/{len(data)}"}, **how)

    for name, way in (("with its length", rest),
                      ("without", lambda h, d, f: rest(h, d, f, length=None))):
        folder = os.path.join(store, name.replace(" ", "-"))
        kept_after_cut(server, folder)
        server.ways = {"/data.bin": way}
        fetch(server, folder)
        claims.equal(f"the rest under a status of 200, {name}, is taken for the rest",
                     read(folder, "thing/data.bin"), DATA)
        claims.equal(f"{name}: in one request", ranges(server), ["bytes=300000-"])
        claims.equal(f"{name}: no byte comes twice",
                     server.sent - len(server.files["/list.json"]), len(DATA) - 300_000)

    def whole_said_rest(handler, data, first):
        handler.answer(200, data, {"Content-Range": f"bytes {first}-{len(data) - 1}/{len(data)}"})

    def from_elsewhere(handler, data, _first):
        handler.answer(200, data[100:],
                       {"Content-Range": f"bytes 100-{len(data) - 1}/{len(data)}"})

    folder = os.path.join(store, "elsewhere")
    kept_after_cut(server, folder)
    server.ways = {"/data.bin": from_elsewhere}
    claims.equal("a range under a status of 200 that was not asked for is none",
                 fetch(server, folder).get("error"), ("pisces", REFUSED))
    goes_on(claims, server, folder, "then")

    folder = os.path.join(store, "lie")
    kept_after_cut(server, folder)
    server.ways = {"/data.bin": whole_said_rest}
    fetch(server, folder)
    claims.equal("the whole that says to be the rest is taken for the whole",
                 read(folder, "thing/data.bin"), DATA)


def login(claims, server, store):
    html = {"Content-Type": "text/html; charset=utf-8"}
    pages = {
        "a page": dict(body=PAGE, headers=html),
        "a page without length": dict(body=PAGE, headers=html, length=None),
        "a page in capitals": dict(body=PAGE, headers={"Content-Type": "TEXT/HTML"}, length=None),
        "an XHTML page": dict(body=PAGE, headers={"Content-Type": "application/xhtml+xml"}, length=None),
        "a page longer than the file": dict(body=PAGE * 500, headers=html, length=None),
        "a page as long as the file": dict(body=(PAGE * 500)[:len(DATA)], headers=html),
        "a text without length": dict(body=b"Please sign in.", headers={"Content-Type": "text/plain"},
                                      length=None),
        "JSON without length": dict(body=b'{"error": "login"}',
                                    headers={"Content-Type": "application/json"}, length=None),
        "a long text without length": dict(body=b"x" * (len(DATA) + 9), length=None),
        "a text of the right length, which is not said": dict(body=b"x" * len(DATA), length=None),
        "a short text": dict(body=b"Please sign in."),
    }
    for name, page in pages.items():
        folder = os.path.join(store, name.replace(" ", "-"))
        kept_after_cut(server, folder)
        server.ways = {"/data.bin": lambda h, _d, _f, page=page: h.answer(200, **page)}
        words = fetch(server, folder)
        claims.claim(f"{name}: it ends in an error", "error" in words, words)
        if "page" in name:
            claims.equal(f"{name}: which is about pages", words.get("error"), ("pisces", LOGIN))
        claims.claim(f"{name}: its sentence tells what may be",
                     name == "a short text" or
                     ("sign in" in words["message"] and "proxy" in words["message"]), words)
        claims.claim(f"{name}: after a few tries", len(server.log) < 10, len(server.log))
        goes_on(claims, server, folder, name)


def login_at_first(claims, server, store):
    html = {"Content-Type": "text/html"}
    ways = {
        "a page": lambda h, _d, _f: h.answer(200, PAGE, html),
        "a page without length": lambda h, _d, _f: h.answer(200, PAGE, html, length=None),
        "status 511": lambda h, _d, _f: h.answer(511, PAGE, html),
        "status 407": lambda h, _d, _f: h.answer(407, PAGE, html),
        "sent on to a page": {"location": "/login"},
    }
    for name, way in ways.items():
        server.begin(**{"/data.bin": way, "/login": lambda h, _d, _f: h.answer(200, PAGE, html)})
        listing(server, {"data.bin": DATA})
        words = fetch(server, store)
        claims.equal(f"{name}, at first: an error about pages", words.get("error"), ("pisces", LOGIN))
        claims.claim(f"{name}: it is not taken for the file",
                     all(os.path.getsize(os.path.join(store, n)) == 0 for n in tree(store)), tree(store))

    server.begin(**{"/list.json": lambda h, _d, _f: h.answer(200, PAGE, html)})
    claims.equal("in place of the list too", fetch(server, store).get("error"), ("pisces", LOGIN))
    server.begin(**{"/list.json": lambda h, _d, _f: h.answer(200, b"\n" + PAGE)})
    claims.equal("also where it does not say what it is",
                 fetch(server, store).get("error"), ("pisces", LOGIN))

    server.begin(**{"/page.html": lambda h, d, _f: h.answer(200, d, html)})
    listing(server, {"page.html": PAGE})
    fetch(server, store)
    claims.equal("a page that the list means comes", read(store, "thing/page.html"), PAGE)


def compressed(claims, server, store):
    packed = gzip.compress(DATA)

    def always(handler, _data, first):
        if first:
            handler.answer(206, packed[first:], {
                "Content-Encoding": "gzip",
                "Content-Range": f"bytes {first}-{len(packed) - 1}/{len(packed)}"})
        else:
            handler.answer(200, packed, {"Content-Encoding": "gzip", "ETag": '"z"'})

    server.begin(**{"/data.bin": always})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    claims.equal("what is compressed unasked comes as it was", read(store, "thing/data.bin"), DATA)

    folder = os.path.join(store, "rest")
    kept_after_cut(server, folder)
    server.ways = {"/data.bin": always}
    fetch(server, folder)
    claims.equal("a part of it is no rest; it begins anew", read(folder, "thing/data.bin"), DATA)

    server.begin(**{"/data.bin": lambda h, _d, _f: h.answer(200, DATA, {"Content-Encoding": "br"})})
    listing(server, {"data.bin": DATA}, folder="strange")
    claims.equal("another coding is refused", fetch(server, store).get("error"), ("pisces", REFUSED))

    server.begin(**{"/data.bin": lambda h, _d, _f: h.answer(200, b"no gzip at all",
                                                            {"Content-Encoding": "gzip"})})
    listing(server, {"data.bin": DATA}, folder="broken")
    claims.equal("one that is broken too", fetch(server, store).get("error"), ("pisces", INTERRUPTED))

    bomb = gzip.compress(bytes(300_000_000), 1)
    server.begin(**{"/data.bin": lambda h, _d, _f: h.answer(200, bomb, {"Content-Encoding": "gzip"})})
    listing(server, {"data.bin": DATA}, folder="bomb")
    claims.equal("one that swells ends where the file would", fetch(server, store).get("error"),
                 ("pisces", WRONG_BYTES))
    claims.claim("and leaves nothing of it", sum(
        os.path.getsize(os.path.join(store, n)) for n in tree(store) if "bomb" in n) == 0, tree(store))

    server.begin(**{"/list.json": lambda h, d, _f: h.answer(200, gzip.compress(d),
                                                            {"Content-Encoding": "gzip"})})
    listing(server, {"config.json": SMALL}, folder="listed")
    fetch(server, store)
    claims.equal("a compressed list is read", read(store, "thing/../listed/config.json"), SMALL)


def lengths(claims, server, store):
    def promises_more(handler, data, first):
        if first:
            handler.answer(206, data[first:],
                           {"Content-Range": f"bytes {first}-{len(data) - 1}/{len(data)}"})
        else:
            handler.answer(200, data[:400_000], length=len(data))

    server.begin(**{"/data.bin": promises_more})
    listing(server, {"data.bin": DATA})
    fetch(server, store)
    claims.equal("less than was promised is gone on with", read(store, "thing/data.bin"), DATA)

    def gives_more(handler, data, _first):
        handler.answer(200, data + b"more", length=len(data))

    server.begin(**{"/data.bin": gives_more})
    listing(server, {"data.bin": DATA}, folder="more")
    fetch(server, store)
    claims.equal("more than was promised is not read", read(store, "more/data.bin"), DATA)

    folder = os.path.join(store, "rest")
    kept_after_cut(server, folder)
    server.ways = {"/data.bin": lambda h, d, f: h.answer(
        206, d[f:] + b"more", {"Content-Range": f"bytes {f}-{len(d) - 1}/{len(d)}"} if f else {})}
    words = fetch(server, folder)
    claims.claim("a rest that is longer than it says ends in a sentence", "error" in words, words)
    claims.claim("after a few tries", len(server.log) < 10, len(server.log))


def unsafe_lists(claims, server, store):
    begun = time.monotonic()
    for address in ("http://192.0.2.1/list.json", "http://example.org/list.json",
                    "http://localhost.example.org/list.json", "HTTP://192.0.2.1/x"):
        words = fetch(server, store, address=address)
        claims.equal(f"a list from {address} is refused", words.get("error"), ("pisces", REFUSED))
        claims.claim("with what to do", "https" in words["message"], words)
    claims.claim("without asking for it", time.monotonic() - begun < 4, time.monotonic() - begun)

    server.begin(**{"/list.json": {"location": "http://192.0.2.1/list.json"}})
    claims.equal("nor is one followed to there", fetch(server, store).get("error"), ("pisces", REDIRECT))
    for address in ("ftp://127.0.0.1/list.json", "sftp://127.0.0.1/x", "data:,x", "resource:///x"):
        claims.claim(f"{address} is not opened", "error" in fetch(server, store, address=address))


def lists_of_this_machine(claims, server, store):
    listing(server, {"config.json": SMALL}, addresses=[server.address + "/config.json"])
    os.makedirs(store)
    path = os.path.join(os.path.dirname(store), "list.json")
    with open(path, "wb") as file:
        file.write(server.files["/list.json"])
    for address in path, "file://" + path:
        fetch(server, store, address=address)
        claims.equal("a list may be a file", read(store, "thing/config.json"), SMALL)
        os.remove(store + "/thing/config.json")
        os.rmdir(store + "/thing")

    pipe = os.path.join(os.path.dirname(store), "pipe")
    os.mkfifo(pipe)
    for address in "/dev/zero", pipe, store, path + ".none", "file://" + pipe:
        words = fetch(server, store, address=address)
        claims.claim(f"{os.path.basename(address)} is no list", "error" in words, words)

    for name, text in (("two values", b'{"format":1,"models":[]}\n{"format":1,"models":[]}\n'),
                       ("a number and a list", b"0[]"), ("nothing", b""), ("a number", b"7"),
                       ("more than 4 MB", b" " * 4_200_000),
                       ("4 MB of brackets", b"[" * 4_000_000)):
        with open(path, "wb") as file:
            file.write(text)
        server.files["/list.json"] = text
        for address in path, None:
            words = fetch(server, store, address=address)
            claims.claim(f"a list that is {name} ends in a sentence",
                         words.get("message", "").endswith("."), words)


if __name__ == "__main__":
    sys.exit(run(wrong_range_for_ever, no_progress_for_ever, rest_as_200, login, login_at_first,
                 compressed, lengths, unsafe_lists, lists_of_this_machine))
