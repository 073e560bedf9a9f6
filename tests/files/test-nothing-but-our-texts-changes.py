#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts are written into files of many kinds, and everything that was there
before is there afterwards: every page and frame to the pixel (ImageMagick),
every metadata item that is not ours to the byte (exiftool), every block of
the container that is not XMP (parsed here), and every byte that a JPEG's
MPF segment or a TIFF's directories point to.

  PUT_TEXTS   the program that writes them
"""
import base64
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import zlib

PUT = os.environ["PUT_TEXTS"]
OURS = re.compile(r"(AltTextAccessibility|ExtDescrAccessibility)|^XMP-dc:Description")
# Items that contain the file's size, name and time, and positions in it.
OF_THE_FILE = re.compile(
    r"^(SourceFile$|System:|ExifTool:|File:FileType|File:MIMEType|RIFF:WebP_Flags|XMP:XMP$|IFD0:ApplicationNotes|"
    r"MPF0:|MPImage\d+:|.*(ImageStart|ImageOffset|StripOffsets|TileOffsets|ThumbnailOffset|PreviewImageStart)$)")

n_claims = n_failed = 0


def claim(text, holds, why=""):
    global n_claims, n_failed
    n_claims += 1
    if not holds:
        n_failed += 1
        for line in str(why)[:600].splitlines():
            print("#", line)
    print(f"{'ok' if holds else 'not ok'} {n_claims} - {text}", flush=True)


def run(*command, **more):
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, **more).stdout


def put(path, language, short, long):
    return subprocess.run([PUT, path, language, short, long], capture_output=True, text=True)


class Exiftool:
    """One process for all questions, because starting it takes longer than
    answering."""

    def __init__(self):
        self.process = subprocess.Popen(["exiftool", "-stay_open", "True", "-@", "-"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def ask(self, path, *options):
        lines = ["-j", "-a", *options, os.path.abspath(path), "-execute", ""]
        self.process.stdin.write("\n".join(lines).encode())
        self.process.stdin.flush()
        answer = b""
        while not answer.endswith(b"{ready}\n"):
            answer += self.process.stdout.readline()
        return json.loads(answer[:-len(b"{ready}\n")])[0]


exiftool = None


def metadata(path):
    tags = exiftool.ask(path, "-G1", "-U", "-b", "-struct")
    return {key: value for key, value in tags.items() if not OURS.search(key) and not OF_THE_FILE.match(key)}


def frames(path):
    """A digest of the pixels of each page or frame."""
    return run("magick", "identify", "-format", "%wx%h %# ", path).split()


# ---------------------------------------------------------------------------
# Containers taken apart: a list of blocks that are not XMP.

def jpeg_blocks(data):
    at, blocks = 2, []
    while data[at + 1] != 0xda:
        if data[at + 1] == 0xff:                # bytes that fill
            blocks.append(data[at:at + 1])
            at += 1
            continue
        end = at + 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
        block = data[at:end]
        if block.startswith(b"\xff\xe2") and block[4:8] == b"MPF\0":
            block = b"MPF"                      # its offsets are looked at apart
        if not block[4:].startswith(b"http://ns.adobe.com/xap/1.0/\0"):
            blocks.append(block)
        at = end
    return blocks + [data[at:]]


def png_blocks(data):
    at, blocks = 8, []
    while at < len(data):
        length = struct.unpack(">I", data[at:at + 4])[0]
        body = data[at + 8:at + 8 + length]
        assert zlib.crc32(data[at + 4:at + 8 + length]) == struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0]
        if not body.startswith((b"XML:com.adobe.xmp\0", b"Raw profile type xmp\0")):
            blocks.append(data[at:at + 12 + length])
        at += 12 + length
        if data[at - 8:at - 4] == b"IEND":
            break
    return blocks + [data[at:]]


def webp_blocks(data):
    end = 8 + struct.unpack("<I", data[4:8])[0]
    assert end <= len(data)
    at, blocks = 12, []
    while at < end:
        kind, length = data[at:at + 4], struct.unpack("<I", data[at + 4:at + 8])[0]
        body = data[at + 8:at + 8 + length]
        if kind == b"VP8X":
            if body[0] & ~0x14:                 # more than alpha and XMP: it was there before
                blocks.append((kind, body[0] & ~4, body[1:]))
        elif kind != b"XMP ":
            blocks.append((kind, body))
        at += 8 + length + (length & 1)
    return blocks + [data[end:]]


def webp_picture(data):
    """Whether there is alpha, and the width and the height, according to the
    file's first chunk: an extended file's header, or the picture itself."""
    kind, body = data[12:16], data[20:]
    if kind == b"VP8X":
        return bool(body[0] & 0x10), 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = struct.unpack("<I", body[1:5])[0]
        return bool(bits >> 28 & 1), 1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff)
    width, height = struct.unpack("<HH", body[6:10])
    return False, width & 0x3fff, height & 0x3fff


def webp_is_even(data):
    """Every chunk of odd length has its padding byte, also the last one."""
    end, at = 8 + struct.unpack("<I", data[4:8])[0], 12
    while at < end:
        length = struct.unpack("<I", data[at + 4:at + 8])[0]
        at += 8 + length + (length & 1)
    return at == end and end % 2 == 0


def tiff_blocks(data):
    """Every directory's fields except XMP, with the bytes of their values and
    of the strips that they point to.  The caller compares all bytes of the
    old file."""
    order = "<" if data[:2] == b"II" else ">"
    big = struct.unpack(order + "H", data[2:4])[0] == 43
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
    number = "Q" if big else "I"
    width = 8 if big else 4
    at = struct.unpack(order + number, data[8:16] if big else data[4:8])[0]
    pages = []
    while at:
        assert at % 2 == 0
        count = struct.unpack(order + ("Q" if big else "H"), data[at:at + (8 if big else 2)])[0]
        at += 8 if big else 2
        fields, last = [], -1
        for _ in range(count):
            tag, kind = struct.unpack(order + "HH", data[at:at + 4])
            n = struct.unpack(order + number, data[at + 4:at + 4 + width])[0]
            assert tag > last, "the tags of a directory ascend"
            last = tag
            length = n * sizes[kind]
            where = at + 4 + width
            if length > width:
                where = struct.unpack(order + number, data[where:where + width])[0]
            assert where % 2 == 0 or length <= width or tag != 700, "values begin at even places"
            if tag != 700:
                fields.append((tag, kind, n, data[where:where + length]))
            at += 20 if big else 12
        at = struct.unpack(order + number, data[at:at + width])[0]
        pages.append(fields)
    return pages


BLOCKS = {".jpg": jpeg_blocks, ".png": png_blocks, ".webp": webp_blocks, ".tif": tiff_blocks}


def second_pictures(path):
    """The bytes that the MPF segment points to."""
    tags = exiftool.ask(path, "-G1", "-MPImageStart", "-MPImageLength")
    data = open(path, "rb").read()
    found = []
    for i in range(1, 5):
        start, length = tags.get(f"MPImage{i}:MPImageStart"), tags.get(f"MPImage{i}:MPImageLength")
        if length:
            found.append(data[start or 0:(start or 0) + length] if i > 1 else length - len(data))
    return found


# ---------------------------------------------------------------------------
# Files of many makers.

def splice_in(path, offset, block):
    data = open(path, "rb").read()
    open(path, "wb").write(data[:offset] + block + data[offset:])


def segment(marker, body):
    return bytes([0xff, marker]) + struct.pack(">H", len(body) + 2) + body


def with_mpf(path, after_xmp, little=True):
    """A second JPEG after the first, like the gain map of HDR photographs."""
    order = "<" if little else ">"
    gain = run("magick", "-size", "16x12", "gradient:", "jpg:-")
    first = open(path, "rb").read()
    at = 2
    while first[at + 1] in (0xe0, 0xe1) and (after_xmp or b"http://ns.adobe.com/xap" not in first[at:at + 40]):
        at += 2 + struct.unpack(">H", first[at + 2:at + 4])[0]
    base = at + 8                               # where the segment's own header begins

    def mpf(total):
        header = (b"II*\0" if little else b"MM\0*") + struct.pack(order + "I", 8)
        body = header + struct.pack(order + "H", 3)
        body += struct.pack(order + "HHI", 0xb000, 7, 4) + b"0100"
        body += struct.pack(order + "HHII", 0xb001, 4, 1, 2)
        body += struct.pack(order + "HHII", 0xb002, 7, 32, 50)
        body += struct.pack(order + "I", 0)
        body += struct.pack(order + "IIIHH", 0x20030000, total, 0, 0, 0)
        body += struct.pack(order + "IIIHH", 0, len(gain), total - base, 0, 0)
        return segment(0xe2, b"MPF\0" + body)

    total = len(first) + len(mpf(base))
    open(path, "wb").write(first[:at] + mpf(total) + first[at:] + gain)


RDF = ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
       '<rdf:Description rdf:about="" %s/></rdf:RDF></x:xmpmeta>')


def with_extended_xmp(path):
    """A packet that is too long for one segment, as phones write it for depth."""
    data = base64.b64encode(bytes(range(256)) * 400).decode()
    more = (RDF % f'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/" GDepth:Data="{data}"').encode()
    digest = hashlib.md5(more).hexdigest().upper()
    main = (RDF % f'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{digest}"').encode()
    splice_in(path, 2, segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0" + main) + b"".join(
        segment(0xe1, b"http://ns.adobe.com/xmp/extension/\0" + digest.encode() +
                struct.pack(">II", len(more), at) + more[at:at + 60000]) for at in range(0, len(more), 60000)))


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def make_apng(path):
    rows = b"".join(b"\0" + bytes([40 * y % 256, 90, 20]) * 24 for y in range(20))
    control = lambda n, t: png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", n, 24, 20, 0, 0, 1, 10, 0, t))
    open(path, "wb").write(
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 24, 20, 8, 2, 0, 0, 0)) +
        png_chunk(b"acTL", struct.pack(">II", 2, 0)) + control(0, 0) + png_chunk(b"IDAT", zlib.compress(rows)) +
        control(1, 0) + png_chunk(b"fdAT", struct.pack(">I", 2) + zlib.compress(rows[::-1][:len(rows)])) +
        png_chunk(b"teSt", b"a chunk that nobody knows") + png_chunk(b"IEND", b"") + b"after the end")


def directory(entries, at, order):
    """For a TIFF: fields of (tag, type, count, bytes), followed by longer
    values."""
    head, data, values = struct.pack(order + "H", len(entries)), b"", at + 2 + 12 * len(entries) + 4
    for tag, kind, count, value in sorted(entries):
        field = value.ljust(4, b"\0")
        if len(value) > 4:
            field = struct.pack(order + "I", values + len(data))
            data += value + b"\0" * (len(value) % 2)
        head += struct.pack(order + "HHI", tag, kind, count) + field
    return head + struct.pack(order + "I", 0) + data


def with_maker_note(path):
    """As Canon writes it: offsets are relative to the EXIF block's header."""
    words = lambda tag, text: (tag, 2, len(text) + 1, text + b"\0")

    def note(at):
        return directory([words(6, b"Canon EOS R9"), words(7, b"Firmware Version 1.2.3"),
                          words(9, b"Ann, whose camera it is"), words(0x95, b"EF24-70mm f/2.8L")], at, "<")

    def photo(at, note_at):
        return directory([(0x829a, 5, 1, struct.pack("<II", 1, 250)), (0x927c, 7, len(note(0)), note(note_at)),
                          words(0x9003, b"2024:05:06 07:08:09")], at, "<")

    main = lambda at: directory([words(0x10f, b"Canon"), words(0x110, b"Canon EOS R9"),
                                 (0x8769, 4, 1, struct.pack("<I", at))], 8, "<")
    photo_at = 8 + len(main(0))
    note_at = photo_at + photo(photo_at, 0).index(note(0))
    splice_in(path, 2, segment(0xe1, b"Exif\0\0II*\0" + struct.pack("<I", 8) + main(photo_at) + photo(photo_at, note_at)))


def make_pyramid(path, base):
    """A scanner's TIFF: a smaller picture in a directory below the first, and
    a field that no other program knows."""
    large = run("magick", base, "-depth", "8", "rgb:-")
    small = run("magick", base, "-resize", "30x21!", "-depth", "8", "rgb:-")
    long = lambda *numbers: struct.pack(f"<{len(numbers)}I", *numbers)

    def page(at, width, height, pixels, where, more=()):
        return directory([(256, 4, 1, long(width)), (257, 4, 1, long(height)), (258, 3, 3, struct.pack("<3H", 8, 8, 8)),
                          (259, 3, 1, b"\1\0"), (262, 3, 1, b"\2\0"), (273, 4, 1, long(where)), (277, 3, 1, b"\3\0"),
                          (278, 4, 1, long(height)), (279, 4, 1, long(len(pixels))), *more], at, "<")

    def first(below, where):
        return page(8, 61, 43, large, where, [(330, 4, 1, long(below)), (50000, 7, 40, b"private to a scanner".ljust(40, b"\0"))])

    below = 8 + len(first(0, 0))
    pixels = below + len(page(below, 30, 21, small, 0))
    open(path, "wb").write(b"II*\0" + long(8) + first(below, pixels) +
                           page(below, 30, 21, small, pixels + len(large)) + large + small)


PHOTOSHOP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 9.1-c001 79.675d0f7, 2023/06/11-19:21:16        ">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
    xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
    xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" xmlns:own="https://example.org/own/1.0/"
    xmp:CreatorTool="Adobe Photoshop 25.0 (Windows)" xmp:Rating="4" dc:format="image/jpeg" own:Secret="a &amp; b&#10;c"
    crs:ToneCurveName2012="Linear" photoshop:DateCreated="2024-05-06T07:08:09.10">
   <xmpMM:History><rdf:Seq><rdf:li stEvt:action="created" stEvt:when="2024-05-06T07:08:09Z"/>
    <rdf:li stEvt:action="saved" stEvt:changed="/"/></rdf:Seq></xmpMM:History>
   <crs:ToneCurvePV2012><rdf:Seq><rdf:li>0, 0</rdf:li><rdf:li>255, 255</rdf:li></rdf:Seq></crs:ToneCurvePV2012>
   <dc:subject><rdf:Bag><rdf:li>ornament</rdf:li><rdf:li>decorative</rdf:li><rdf:li>Christmas, Größe</rdf:li></rdf:Bag></dc:subject>
   <lr:hierarchicalSubject><rdf:Bag><rdf:li>a|b</rdf:li></rdf:Bag></lr:hierarchicalSubject>
   <MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>
    <rdf:li MPReg:PersonDisplayName="Ann" MPReg:Rectangle="0.1, 0.2, 0.3, 0.4"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>
   <!-- a comment --><dc:rights><rdf:Alt><rdf:li xml:lang="x-default">Mine</rdf:li>
    <rdf:li xml:lang="pt-br">Meu</rdf:li></rdf:Alt></dc:rights>
   <own:Note rdf:parseType="Resource"><rdf:value>text</rdf:value><own:Qualifier>q</own:Qualifier></own:Note>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>""" + "\n" + (" " * 99 + "\n") * 6 + """<?xpacket end="w"?>"""


def make_files(folder):
    os.chdir(folder)
    base = "base.png"
    run("magick", "-size", "61x43", "plasma:red-blue", "-depth", "8", "-strip", base)
    open("photoshop.xmp", "w").write(PHOTOSHOP)
    magick = lambda name, *options: run("magick", base, *options, name)

    for name in "plain.jpg", "camera.jpg", "photoshop.jpg", "extended.jpg", "fill.jpg", "gain.jpg", "gain-late.jpg", \
                "gain-big.jpg", "gain-first.jpg", "trailing.jpg", "maker-note.jpg":
        magick(name, "-quality", "88")
    magick("progressive.jpg", "-interlace", "JPEG", "-sampling-factor", "4:2:0")
    magick("cmyk.jpg", "-colorspace", "CMYK")
    magick("gray.jpg", "-colorspace", "Gray")
    exif = ["-q", "-overwrite_original", "-Make=Canon", "-Model=EOS", "-Orientation#=6", "-ExposureTime=1/60",
            "-GPSLatitude=48.1", "-GPSLatitudeRef=N", "-ISO=200", "-UserComment=", "-IPTC:Keywords=k",
            "-IPTC:City=Köln", "-Photoshop:XResolution=72"]
    for name in "camera.jpg", "gain.jpg", "gain-late.jpg", "gain-big.jpg", "gain-first.jpg":
        run("exiftool", *exif, name)
    for name in "photoshop.jpg", "gain-late.jpg", "gain.jpg", "gain-big.jpg":
        run("exiftool", "-q", "-overwrite_original", "-XMP<=photoshop.xmp", name)
    with_extended_xmp("extended.jpg")
    with_maker_note("maker-note.jpg")
    with_mpf("gain.jpg", after_xmp=False)               # the MPF segment stands before the XMP
    with_mpf("gain-late.jpg", after_xmp=True)
    with_mpf("gain-big.jpg", after_xmp=False, little=False)
    with_mpf("gain-first.jpg", after_xmp=False)         # no XMP yet
    splice_in("fill.jpg", 2, segment(0xfe, b"a comment") + b"\xff\xff\xff")
    open("trailing.jpg", "ab").write(b"\0\0SEFT and what else phones write behind a picture")

    magick("plain.png")
    magick("deep.png", "-depth", "16")
    magick("palette.png", "-colors", "16", "-type", "Palette")
    magick("gray-alpha.png", "-colorspace", "gray", "-alpha", "set", "-channel", "A", "-evaluate", "multiply", ".5")
    magick("interlaced.png", "-interlace", "PNG")
    magick("texts.png", "-set", "parameters", "Steps: 20", "-set", "Title", "Amélie, Größe", "-set", "Comment", "日本")
    run("exiftool", *exif[:-3], "texts.png")
    magick("profile.png")
    packet = PHOTOSHOP.encode()
    raw = b"\nxmp\n%8d\n" % len(packet) + b"".join(packet[i:i + 36].hex().encode() + b"\n" for i in range(0, len(packet), 36))
    splice_in("profile.png", 33, png_chunk(b"zTXt", b"Raw profile type xmp\0\0" + zlib.compress(raw)))
    magick("packed.png")
    splice_in("packed.png", 33, png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(packet)))
    make_apng("animated.png")

    magick("lossy.webp", "-quality", "80")
    magick("lossless.webp", "-define", "webp:lossless=true")
    magick("alpha.webp", "-alpha", "set", "-channel", "A", "-evaluate", "multiply", ".5", "-define", "webp:lossless=true")
    magick("alpha-lossy.webp", "-alpha", "set", "-channel", "A", "-evaluate", "multiply", ".5", "-quality", "70")
    run("magick", base, "(", base, "-negate", ")", "(", base, "-flip", ")", "animated.webp")
    magick("camera.webp")
    run("exiftool", *exif[:7], "-XMP<=photoshop.xmp", "camera.webp")
    magick("trailing.webp")
    open("trailing.webp", "ab").write(b"after the end")

    pages = [base, "(", base, "-negate", ")", "(", base, "-flip", ")", "(", base, "-flop", ")", "(", base, "-rotate", "90", ")",
             "(", base, "-resize", "50%", ")", "(", base, "-colorspace", "gray", ")", base]
    run("magick", *pages, "pages.tif")
    run("magick", *pages, "-define", "tiff:endian=msb", "-compress", "LZW", "pages-msb.tif")
    run("magick", *pages, "-compress", "Zip", "TIFF64:pages-big.tif")
    magick("deep.tif", "-depth", "16")
    magick("float.tif", "-depth", "32", "-define", "quantum:format=floating-point")
    magick("tiled.tif", "-define", "tiff:tile-geometry=16x16", "-compress", "Zip")
    magick("bilevel.tif", "-monochrome", "-compress", "Group4")
    make_pyramid("pyramid.tif", base)
    magick("camera.tif")
    run("exiftool", *exif, "-XMP<=photoshop.xmp", "camera.tif")
    magick("odd.tif", "-compress", "LZW")
    if os.path.getsize("odd.tif") % 2 == 0:
        open("odd.tif", "ab").write(b"x")

    return sorted(name for name in os.listdir(".") if os.path.splitext(name)[1] in BLOCKS and name != base)


def check(name):
    ending = os.path.splitext(name)[1]
    before = open(name, "rb").read()
    facts = metadata(name), frames(name), BLOCKS[ending](before), second_pictures(name)

    def same(what):
        after = open(name, "rb").read()
        wrong = []
        now = metadata(name)
        if now != facts[0]:
            wrong.append(f"metadata: {[(k, facts[0].get(k), now.get(k)) for k in facts[0].keys() | now.keys() if facts[0].get(k) != now.get(k)]}")
        if frames(name) != facts[1]:
            wrong.append("pixels, or pages")
        if BLOCKS[ending](after) != facts[2]:
            wrong.append("blocks")
        if second_pictures(name) != facts[3]:
            wrong.append(f"second pictures: {second_pictures(name)[:1]}")
        if ending == ".webp" and not webp_is_even(after):
            wrong.append("a chunk of an odd length")
        if ending == ".webp" and webp_picture(after) != webp_picture(before):
            wrong.append(f"alpha and size: {webp_picture(before)}, now {webp_picture(after)}")
        if ending == ".tif":
            start = 16
            changed = [i for i in range(start, len(before)) if before[i] != after[i]]
            # A field of the directory, or the packet in its old place.
            if len(changed) > 20 and not changed[-1] - changed[0] <= len(PHOTOSHOP) + 2000:
                wrong.append(f"{len(changed)} bytes of the old file")
        claim(f"{name}: nothing else changes {what}", not wrong, wrong)

    def texts(**wanted):
        tags = exiftool.ask(name, "-XMP-iptcCore:all", "-XMP-dc:Description",
                            "-XMP-dc:Description-pt-BR")
        found = {key: value for key, value in tags.items() if key != "SourceFile"}
        claim(f"{name}: the texts are there", found == wanted, sorted(found.items() ^ wanted.items()))

    done = put(name, "x-default", "Ein Schild: „Größe“, lang=\"fr\" <b> & 日本", "Long, by hand\nin two lines")
    claim(f"{name}: texts are written", done.returncode == 0, done.stderr)
    same("when texts are written")
    own = {} if b"description" in before and b"by a person" in before else {"Description": "Long, by hand\nin two lines"}
    texts(AltTextAccessibility="Ein Schild: „Größe“, lang=\"fr\" <b> & 日本",
          ExtDescrAccessibility="Long, by hand\nin two lines", **own)
    done = put(name, "pt-BR", "Uma placa, verde. " + "E mais palavras. " * 60 + "Fim", "")
    claim(f"{name}: another language is added", done.returncode == 0, done.stderr)
    same("when a language is added")
    text = "Uma placa, verde. " + "E mais palavras. " * 60 + "Fim"
    texts(**{"AltTextAccessibility": "Ein Schild: „Größe“, lang=\"fr\" <b> & 日本", "AltTextAccessibility-pt-BR": text,
             "ExtDescrAccessibility": "Long, by hand\nin two lines", "Description-pt-BR": text, **own})
    if ending == ".webp":                       # packets of odd and of even lengths
        for more in "", "!":
            put(name, "pt-BR", 3 * text + more, "A placa.")
            claim(f"{name}: no chunk is a byte short", webp_is_even(open(name, "rb").read()))
    put(name, "pt-BR", "", "")
    put(name, "x-default", "", "")
    same("when texts are taken away")
    texts()


def main():
    for need in "magick", "exiftool":
        if subprocess.run(["which", need], capture_output=True).returncode:
            print(f"1..0 # SKIP {need} is not installed")
            return 0
    global exiftool
    exiftool = Exiftool()
    with tempfile.TemporaryDirectory(prefix="pisces-files-test.") as folder:
        for name in make_files(folder):
            check(name)
        os.chdir("/")
    print(f"1..{n_claims}")
    return n_failed > 0


if __name__ == "__main__":
    sys.exit(main())
