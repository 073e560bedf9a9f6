# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of downloads share: a local server that misbehaves on
request, lists of models whose files it has, and fetch-model, the tests'
only argument, which downloads the first model of a list."""

import hashlib
import http.server
import json
import os
import random
import subprocess
import sys
import tempfile
import threading

INTERRUPTED, REFUSED, REDIRECT, RANGE, WRONG_BYTES, EXISTS, BUSY, LOGIN, MISSING = range(9)
NO_SPACE, CANCELLED, INVALID_FILENAME = 12, 19, 10
DATA = random.Random(1).randbytes(900_000)
SMALL = b'{"model_type": "pisces"}\n'


class Server(http.server.ThreadingHTTPServer):
    """Answers from `files`; `ways` says how a path misbehaves, or is a
    function of the handler, the file, and the first byte that is asked for."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.begin()

    def begin(self, **ways):
        self.files = {}
        self.ways = ways
        self.log = []
        self.sent = 0
        self.go_on = threading.Event()

    def handle_error(self, request, client_address):
        """Clients that go away are a part of the test."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def do_GET(self):
        server, path = self.server, self.path
        count = sum(1 for entry in server.log if entry["path"] == path)
        server.log.append({"path": path, "range": self.headers.get("Range"),
                           "if-range": self.headers.get("If-Range")})
        way = server.ways.get(path, {})
        if callable(way):
            way(self, server.files.get(path), self.first())
            return
        if path in way.get("location", {}) or "location" in way:
            self.send_response(302)
            self.send_header("Location", way["location"])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if count < way.get("busy", 0) or "status" in way:
            self.send_error(way.get("status", 503))
            return
        if path not in server.files:
            self.send_error(404)
            return
        self.give(server.files[path], way, count)

    def first(self):
        asked = self.headers.get("Range")
        return int(asked.split("=")[1].rstrip("-")) if asked else 0

    def answer(self, status, body, headers=(), length=True, cut=None):
        """Any answer: length is True, a lie, or None where it is not said;
        the connection ends behind `cut` bytes."""
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        if length is None:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length",
                             str(len(body) if length is True else length))
        self.end_headers()
        part = body if cut is None else body[:cut]
        self.wfile.write(part)
        self.wfile.flush()
        self.server.sent += len(part)
        if length is not True or cut is not None:
            self.close_connection = True

    def give(self, data, way, count):
        tag = way.get("etag", f'"{hashlib.sha1(data).hexdigest()}"')
        asked = self.headers.get("Range")
        first = self.first()
        valid = self.headers.get("If-Range")
        if asked and way.get("unsatisfiable"):
            self.send_error(416)
            return
        partial = (asked and not way.get("no-range")
                   and (valid is None or valid == tag))
        if not partial:
            first = 0
        body = data[first:]
        self.send_response(206 if partial else 200)
        if partial:
            self.send_header("Content-Range",
                             f"bytes {first}-{len(data) - 1}/{len(data)}")
        if tag:
            self.send_header("ETag", tag)
        if way.get("no-length"):
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = way["cuts"][count] if count < len(way.get("cuts", [])) else None
        stop = cut if cut is not None else way.get("pause")
        part = body if stop is None else body[:stop]
        self.wfile.write(part)
        self.wfile.flush()
        self.server.sent += len(part)
        if cut is not None:
            self.close_connection = True
        elif stop is not None:
            self.server.go_on.wait(60)
            self.wfile.write(body[stop:])


def listing(server, files, folder="thing", **changes):
    """A list of one model whose files are the server's."""
    entries = []
    for path, data in files.items():
        server.files["/" + path] = data
        entries.append({"path": path, "bytes": len(data),
                        "sha256": hashlib.sha256(data).hexdigest(),
                        "addresses": [path]})
    entries[-1].update(changes)
    model = {"folder": folder, "name": "Thing", "summary": "A thing.",
             "licence": "CC0-1.0", "model_type": "pisces", "files": entries}
    server.files["/list.json"] = json.dumps(
        {"format": 1, "models": [model]}).encode()


def fetch(server, store, *arguments, address=None):
    """fetch-model's words: a dictionary."""
    out = subprocess.run(
        [sys.argv[1], address or server.address + "/list.json", store, *arguments],
        capture_output=True, text=True, timeout=120,
        env=dict(os.environ, LC_ALL="C.UTF-8", G_DEBUG="fatal-warnings",
                 no_proxy="*", http_proxy="")).stdout
    return words_of(out)


def words_of(out):
    words = {"progress": []}
    for line in out.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "progress":
            words["progress"].append(int(rest.split()[0]))
        elif kind == "error":
            domain, code, words["message"] = rest.split(" ", 2)
            words["error"] = (domain.split("-")[0], int(code))
        else:
            words[kind] = rest
    return words


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def tree(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, _, names in os.walk(folder) for name in names)


def ranges(server, path="/data.bin"):
    return [e["range"] for e in server.log if e["path"] == path]


class Claims:
    count = failed = 0

    def claim(self, what, holds, note=""):
        self.count += 1
        self.failed += not holds
        print(f"{'ok' if holds else 'not ok'} {self.count} - {what}", flush=True)
        if not holds:
            print(f"# {note}", flush=True)

    def equal(self, what, found, wanted):
        self.claim(what, found == wanted,
                   f"found {str(found)[:600]}, wanted {str(wanted)[:600]}")


def run(*tests):
    """Each with a server and a folder of its own, and in a mount namespace
    of its own where there may be one."""
    if "--inside" not in sys.argv:
        flags = ["--mount"] if os.getuid() == 0 else ["--mount", "--map-root-user"]
        if subprocess.run(["unshare", *flags, "true"], capture_output=True, check=False).returncode == 0:
            os.execvp("unshare", ["unshare", *flags, sys.executable, *sys.argv, "--inside"])
    claims, server = Claims(), Server()
    for test in tests:
        with tempfile.TemporaryDirectory(prefix="pisces-download.") as folder:
            server.begin()
            try:
                test(claims, server, os.path.join(folder, "models"))
            except (OSError, KeyError, StopIteration, IndexError,
                    subprocess.TimeoutExpired) as error:
                claims.claim(f"{test.__name__}: {type(error).__name__}: {error}", False, server.log)
    print(f"1..{claims.count}")
    return bool(claims.failed)
