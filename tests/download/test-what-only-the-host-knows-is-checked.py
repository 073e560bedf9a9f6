#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists may name files of which only the host knows sizes and digests: it says
them in its LFS headers, or in git's ids.  A small Janus in the published layout
comes from a local server that answers as such a host does: whole, cut and
resumed, in several files, with wrong bytes, replaced meanwhile, and damaged in
a way that only the engine notices.

    test-….py FETCH_MODEL      MODELS   folders of small models
                               CATALOG  the plug-in's own list
"""
import configparser
import hashlib
import json
import os
import struct
import sys

from model_server import (CANCELLED, MISSING, REFUSED, WRONG_BYTES, fetch, ranges, read,
                          run, tree)

NAMES = ("config.json", "tokenizer.json", "preprocessor_config.json", "model.safetensors")
JANUS = {name: read(os.environ["MODELS"], "janus", name) for name in NAMES}
LARGE = "model.safetensors"
ALL = str(1 << 60)


def git_id(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def host(server, files, lfs=(LARGE,), **lies):
    """Answers as a host with LFS: large files are elsewhere."""
    def small(data):
        def way(handler, _file, _first):
            handler.answer(200, data, {"ETag": f'W/"{git_id(data)}"'})
        return way

    for name, data in files.items():
        if name in lfs:
            server.files["/cdn/" + name] = lies.get("bytes", data)
            headers = {"Location": "/cdn/" + name,
                       "X-Linked-Etag": f'"{lies.get("digest", hashlib.sha256(data).hexdigest())}"',
                       "X-Linked-Size": str(lies.get("size", len(data)))}
            if lies.get("silent"):
                headers = {"Location": "/cdn/" + name}
            server.ways["/" + name] = (lambda h: lambda handler, _f, _n:
                                       handler.answer(302, b"", h))(headers)
        else:
            server.ways["/" + name] = small(data)


def listing(server, names=NAMES, **more):
    files = [dict(path=name, about_bytes=1000, addresses=[name],
                  **({"sharded": True} if name == LARGE else {}),
                  **({"optional": True} if name.startswith("p") else {}))
             for name in names]
    model = dict(folder="janus", name="Janus", summary="Small.", licence="MIT",
                 model_type="janus", files=files, **more)
    server.files["/list.json"] = json.dumps({"format": 1, "models": [model]}).encode()


def arrived(store, names=NAMES):
    return {name: read(store, "janus", name) for name in names}


def whole(claims, server, store):
    host(server, JANUS)
    listing(server, conditions="be kind")
    words = fetch(server, store, ALL, "verify")
    claims.equal("the folder arrives, is verified and offered", words.get("folder"), f"{store}/janus")
    claims.equal("byte for byte", arrived(store), JANUS)
    claims.equal("and nothing is left beside it",
                 [name for name in tree(store) if "part" in name or "lock" in name], [])
    notes = configparser.ConfigParser(interpolation=None)
    notes.read(os.path.join(store, "janus", "pisces-download.ini"))
    claims.equal("what the host said is kept", notes[LARGE]["sha256-from-host"],
                 hashlib.sha256(JANUS[LARGE]).hexdigest())
    claims.equal("with where it came from", notes[LARGE]["address"], server.address + "/" + LARGE)
    claims.equal("and git's ids of small files", notes["config.json"]["git-id-from-host"],
                 git_id(JANUS["config.json"]))


def cut(claims, server, store):
    host(server, JANUS)
    listing(server)
    server.ways["/cdn/" + LARGE] = {"cuts": [40_000, 10_000]}
    words = fetch(server, store, ALL, "verify")
    claims.equal("a cut connection is continued", (words.get("folder"), arrived(store)),
                 (f"{store}/janus", JANUS))
    claims.claim("from where it broke", ranges(server, "/cdn/" + LARGE)[1] == "bytes=40000-",
                 ranges(server, "/cdn/" + LARGE))


def stopped(claims, server, store):
    host(server, JANUS)
    listing(server)
    server.ways["/cdn/" + LARGE] = {"pause": 60_000}
    words = fetch(server, store, "50000", "verify")
    claims.equal("it can be stopped", words.get("error"), ("g", CANCELLED))
    server.go_on.set()
    del server.ways["/cdn/" + LARGE]
    server.log.clear()
    words = fetch(server, store, ALL, "verify")
    claims.claim("what had arrived is known", int(words["kept"]) > 40_000, words)
    claims.claim("and is not asked for again",
                 (ranges(server, "/cdn/" + LARGE) or [""])[0] not in (None, ""), server.log)
    claims.equal("in the end it is whole", arrived(store), JANUS)


def replaced(claims, server, store):
    other = dict(JANUS, **{LARGE: JANUS[LARGE][:-4] + b"\1\2\3\4"})
    host(server, JANUS)
    listing(server)
    server.ways["/cdn/" + LARGE] = {"cuts": [50_000, 0, 0, 0, 0, 0]}
    fetch(server, store, ALL)
    del server.ways["/cdn/" + LARGE]
    host(server, other)
    words = fetch(server, store, ALL)
    claims.equal("a file that became another one meanwhile is not mixed",
                 (words.get("folder"), arrived(store)), (f"{store}/janus", other))


def wrong(claims, server, store):
    host(server, JANUS, bytes=JANUS[LARGE][:-1] + b"x")
    listing(server)
    words = fetch(server, store, ALL)
    claims.equal("wrong bytes are refused", words.get("error"), ("pisces", WRONG_BYTES))
    claims.claim("with a sentence", "digest differs" in words["message"], words)
    claims.claim("and nothing is offered", not os.path.exists(store + "/janus"))

    server.begin()
    host(server, JANUS, size=len(JANUS[LARGE]) + 1)
    listing(server)
    claims.claim("a wrong size is refused", "error" in fetch(server, store, ALL))

    server.begin()
    host(server, JANUS, silent=True)
    server.ways["/cdn/" + LARGE] = {"etag": '"version-7"'}
    listing(server)
    words = fetch(server, store, ALL)
    claims.equal("a host that says nothing is not believed", words.get("error"), ("pisces", REFUSED))
    claims.claim("and the reason is told", "could not be checked" in words["message"], words)

    server.begin()
    host(server, dict(JANUS, **{"config.json": JANUS["config.json"] + b" "}))
    server.ways["/config.json"] = (lambda handler, _f, _n: handler.answer(
        200, JANUS["config.json"] + b" ", {"ETag": f'"{git_id(JANUS["config.json"])}"'}))
    listing(server)
    claims.claim("a small file with another id is refused",
                 "error" in fetch(server, store + "2", ALL))


def unusable(claims, server, store):
    host(server, dict(JANUS, **{"config.json": b'{"model_type": "janus"}'}))
    listing(server)
    words = fetch(server, store, ALL, "verify")
    claims.claim("what the engine cannot use is not offered",
                 "error" in words and not os.path.exists(store + "/janus"), words)
    claims.claim("and its sentence is shown", words["message"].endswith("."), words)


def optional(claims, server, store):
    host(server, {name: data for name, data in JANUS.items() if not name.startswith("p")})
    listing(server)
    fetch(server, store, ALL)
    claims.equal("a file that may be missing is not missed", sorted(os.listdir(store + "/janus")),
                 ["config.json", LARGE, "pisces-download.ini", "tokenizer.json"])
    server.begin()
    host(server, {name: data for name, data in JANUS.items() if not name.startswith("c")})
    listing(server)
    claims.equal("another one is", fetch(server, store + "2", ALL).get("error"), ("pisces", MISSING))


def shards():
    """The same weights in two files and an index."""
    data = JANUS[LARGE]
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    names, body = sorted(header), data[8 + length:]
    out, index = {}, {}
    for number, part in enumerate((names[::2], names[1::2]), 1):
        file, kept, at = f"model-0000{number}-of-00002.safetensors", {}, 0
        for name in part:
            begin, end = header[name]["data_offsets"]
            kept[name] = dict(header[name], data_offsets=[at, at + end - begin])
            at += end - begin
            index[name] = file
        text = json.dumps(kept).encode()
        text += b" " * (-len(text) % 8)
        out[file] = struct.pack("<Q", len(text)) + text + b"".join(
            body[slice(*header[name]["data_offsets"])] for name in part)
    out[LARGE + ".index.json"] = json.dumps(
        {"metadata": {"total_size": len(body)}, "weight_map": index}).encode()
    return out


def several(claims, server, store):
    files = {name: data for name, data in JANUS.items() if name != LARGE} | shards()
    host(server, files, lfs=[name for name in files if name.endswith("safetensors")])
    listing(server)
    server.ways["/cdn/model-00002-of-00002.safetensors"] = {"cuts": [9_000]}
    words = fetch(server, store, ALL, "verify")
    claims.equal("weights in several files arrive, and the engine takes them",
                 (words.get("folder"), arrived(store, files)), (f"{store}/janus", files))

    server.begin()
    evil = dict(files)
    evil[LARGE + ".index.json"] = json.dumps({"weight_map": {"a": "../../evil.safetensors"}}).encode()
    host(server, evil)
    listing(server)
    words = fetch(server, store + "2", ALL)
    claims.claim("an index that leads elsewhere is refused",
                 "names no files" in words.get("message", ""), words)


def moved_on(claims, server, store):
    """What arrived whole in one attempt, when the host has something else in the next."""
    newer = {"config.json": JANUS["config.json"].replace(b"\n}", b', "name": "newer"\n}'),
             "tokenizer.json": JANUS["tokenizer.json"] + b"\n",
             LARGE: JANUS[LARGE][:-4] + b"\1\2\3\4"}
    for change in ("config.json", "tokenizer.json"):
        server.begin()
        host(server, dict(JANUS))
        listing(server)
        server.ways["/cdn/" + LARGE] = {"status": 403}
        fetch(server, store + change, ALL)
        del server.ways["/cdn/" + LARGE]
        other = dict(JANUS, **{change: newer[change]})
        host(server, other)
        words = fetch(server, store + change, ALL, "verify")
        claims.equal(f"files of two versions are not mixed ({change})",
                     (words.get("folder"), arrived(store + change)),
                     (f"{store}{change}/janus", other))

    server.begin()
    host(server, dict(JANUS, **{"tokenizer.json": b"{}"}))
    listing(server)
    claims.claim("a host may have a damaged file",
                 "no vocabulary" in fetch(server, store, ALL, "verify").get("message", ""))
    host(server, JANUS)
    server.log.clear()
    words = fetch(server, store, ALL, "verify")
    claims.equal("when it is mended there, it is asked for again",
                 (words.get("folder"), arrived(store)), (f"{store}/janus", JANUS))
    claims.equal("and no more than a byte of the others", ranges(server, "/cdn/" + LARGE),
                 [f"bytes={len(JANUS[LARGE]) - 1}-"])

    index = LARGE + ".index.json"
    server.begin()
    host(server, dict(JANUS, **{index: b'{"weight_map": {}}'}))
    listing(server)
    claims.claim("an index may name nothing",
                 "names no files" in fetch(server, store + "2", ALL).get("message", ""))
    del server.ways["/" + index]
    words = fetch(server, store + "2", ALL, "verify")
    claims.equal("when the host has it no more, the weights are one file",
                 (words.get("folder"), arrived(store + "2")), (f"{store}2/janus", JANUS))


def kept(claims, server, store):
    """Whatever answers in the host's place, nothing that has arrived is lost."""
    def page(handler, _file, _first):
        handler.answer(200, b"<html>Sign in.</html>", {"Content-Type": "text/html"})

    host(server, dict(JANUS, **{"config.json": b'{"model_type": "none"}'}))
    listing(server)
    fetch(server, store, ALL, "verify")
    staging = [name for name in os.listdir(store) if name.endswith(".part")]
    for way in (page, {"status": 503}, {"status": 404}, {"status": 403}):
        host(server, JANUS)
        server.ways["/" + LARGE] = way
        words = fetch(server, store, ALL, "verify")
        claims.claim("something else answers, and this is told", words.get("message", "").endswith("."),
                     words)
        claims.equal("the file is kept", read(store, staging[0], LARGE), JANUS[LARGE])
    host(server, JANUS)
    claims.equal("and used later", fetch(server, store, ALL, "verify").get("folder"), f"{store}/janus")


def unsafe(claims, server, store):
    listing(server)
    text = server.files["/list.json"].replace(b'["config.json"]', b'["http://example.org/config.json"]')
    server.files["/list.json"] = text
    words = fetch(server, store, ALL)
    claims.claim("where somebody could come between, the list must know the digest",
                 "no SHA-256" in words.get("message", ""), words)


def own_list(claims, server, store):
    """The plug-in's own list is sound: only its addresses lead elsewhere."""
    with open(os.environ["CATALOG"], "rb") as file:
        catalog = json.load(file)
    claims.equal("it has nine models", len(catalog["models"]), 9)
    for model in catalog["models"]:
        claims.claim(f"{model['name']} is at its host, with a licence and its conditions",
                     all(a.startswith("https://huggingface.co/") for f in model["files"]
                         for a in f["addresses"]) and model["licence"] and model["conditions"])
    claims.equal("of one of them it says that it is for research",
                 [model["name"] for model in catalog["models"]
                  if "research" in model["conditions"]], ["Qwen2.5-VL 3B"])
    server.files["/list.json"] = json.dumps(catalog).replace(
        "https://huggingface.co/deepseek-community/Janus-Pro-1B/resolve/main/", "").encode()
    host(server, JANUS)
    words = fetch(server, store, ALL, "verify")
    claims.equal("its first model arrives as its host has it",
                 words.get("folder"), f"{store}/Janus-Pro-1B")


if __name__ == "__main__":
    sys.exit(run(whole, cut, stopped, replaced, wrong, unusable, optional, several, moved_on, kept,
                 unsafe, own_list))
