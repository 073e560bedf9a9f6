# SPDX-License-Identifier: GPL-3.0-or-later
#
# What other people and programs have written in a file is the same after
# `pisces describe --save`: pages, second pictures, text chunks, namespaces,
# faces, keywords, captions.  A file that would be damaged is refused and not
# touched. tests/files checks that no other byte changes; here are cases that
# failed before, with several files in one process. exiftool and ImageMagick
# check the results.

. "$(dirname "$0")/cli-test.sh"

for need in exiftool magick; do
  command -v $need >/dev/null || { echo "1..0 # SKIP $need is not installed"; exit 0; }
done

equal () { [ "$1" = "$2" ] || { echo "wanted '$2', got '$1'"; return 1; } }
save () { "$PISCES_TOOL" describe --save "$@" >out 2>err; local rc=$?; cat err; return $rc; }
tag () { exiftool -s3 -f "-$2" "$1"; }
described () { [ "$(tag "$1" XMP-iptcCore:AltTextAccessibility)" != "-" ]; }
refused () { cp "$1" kept-"$1"; ! save "$1" && grep -q "$2" err && cmp "$1" kept-"$1"; }
write () { exiftool -q -overwrite_original "$@"; }

magick -size 256x256 xc:white -depth 8 -fill red -draw 'circle 128,128 128,40' base.png
magick base.png base.jpg

magick base.png \( base.png -negate \) \( base.png -flip \) base.png base.png base.png base.png base.png pages.tif
pages=$(magick identify -format '%# ' pages.tif)
claim "a TIFF of eight pages is described"     save pages.tif
claim "and keeps them all"                     equal "$(magick identify -format '%# ' pages.tif)" "$pages"

magick base.png -set Description 'Amélie, Größe' -set parameters 'Steps: 20' text.png
claim "a PNG with texts is described"          save text.png
claim "its description is as it was"           equal "$(tag text.png PNG:Description)" "Amélie, Größe"
claim "and its parameters"                     equal "$(tag text.png PNG:Parameters)" "Steps: 20"
claim "and no other description covers it"     equal "$(tag text.png XMP-dc:Description)" "-"
claim "the tool's own PNG is made"             "$PISCES_TOOL" generate --prompt 'Amélie red star' --seed 1 -o own.png
record=$(exiftool -a -PNG:all own.png)
claim "and described"                          save own.png
claim "with its record as it was"              equal "$(exiftool -a -PNG:all own.png)" "$record"

# The first of two files uses a known XMP prefix for another namespace address.
# This must not affect the second file.
for name in first second; do
  cp base.jpg $name.jpg
  write '-XMP-lr:HierarchicalSubject=a|b' $name.jpg
done
sed -i 's,lightroom/1\.0/,lightroom/9.9/,' first.jpg
claim "two files are described in one process" save first.jpg second.jpg
claim "the first keeps its own namespace"      grep -qa 'lightroom/9\.9/' first.jpg
claim "and the second its own"                 grep -qa 'lightroom/1\.0/' second.jpg

cp base.jpg faces.jpg
write '-XMP-MP:RegionInfoMP={Regions=[{PersonDisplayName=Ann,Rectangle="0.1, 0.2, 0.3, 0.4"}]}' faces.jpg
claim "a file with faces is described"         save faces.jpg
claim "and the person is still there"          equal "$(tag faces.jpg XMP-MP:RegionPersonDisplayName)" Ann

for kind in IPTC:Caption-Abstract EXIF:ImageDescription EXIF:UserComment EXIF:XPComment XMP-dc:Description-de-DE; do
  cp base.jpg caption.jpg
  write "-$kind=Ann opens the bridge" caption.jpg
  claim "a file with a caption in $kind is described" save caption.jpg
  claim "its alt text is there"                described caption.jpg
  claim "the caption is as it was"             equal "$(tag caption.jpg $kind)" "Ann opens the bridge"
  claim "and nothing stands before it"         equal "$(tag caption.jpg XMP-dc:Description-x-default)" "-"
done

cp base.jpg subjects.jpg
write -XMP-dc:Subject=ornament -XMP-dc:Subject=decorative -XMP-dc:Subject=Christmas subjects.jpg
claim "a person's keyword “decorative” is no mark of ours" save subjects.jpg
claim "so a text is written"                   described subjects.jpg
claim "and written over when that is wished"   save --overwrite subjects.jpg
claim "and the keywords are as they were"      equal "$(tag subjects.jpg XMP-dc:Subject)" "ornament, decorative, Christmas"
write '-XMP-dc:Subject+=decorative image without alternative text' -XMP-iptcCore:all= subjects.jpg
cp subjects.jpg marked.jpg
claim "a file that is marked is passed over"   save marked.jpg
claim "and left as it is"                      cmp marked.jpg subjects.jpg
claim "unless that is wished"                  save --overwrite marked.jpg
claim "then the mark goes"                     equal "$(tag marked.jpg XMP-dc:Subject)" "ornament, decorative, Christmas"

for tag in pt-br EN de-ch zh_hant; do
  cp base.jpg lang.jpg
  claim "the language $tag is taken"           save --language $tag lang.jpg
done
claim "in the usual spelling"                  [ "$(tag lang.jpg XMP-iptcCore:AltTextAccessibility-zh-Hant)" != "-" ]
claim "what is none is told at once"           sh -c '! "$0" describe --save --language "no tag" base.jpg 2>err && grep -q "no language\|not a language" err' "$PISCES_TOOL"

# Files that saving a text would damage.
cp base.png signed.png
python3 - <<'PY'
import struct, zlib
def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
png = open("base.png", "rb").read()
open("signed.png", "wb").write(png[:33] + chunk(b"caBX", b"\0\0\0\x18jumbc2pa") + png[33:])
jpeg = open("base.jpg", "rb").read()
segment = lambda marker, body: bytes([255, marker]) + struct.pack(">H", len(body) + 2) + body
open("signed.jpg", "wb").write(jpeg[:2] + segment(0xeb, b"JP\0\1\0\0\0\1" + b"\0\0\0\x40jumb" + b"\0\0\0\x20jumdc2pa") + jpeg[2:])
packet = lambda text: segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0" + text)
rdf = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">%s</rdf:RDF></x:xmpmeta>'
open("twice.jpg", "wb").write(jpeg[:2] + packet(rdf % b"") * 2 + jpeg[2:])
open("broken.jpg", "wb").write(jpeg[:2] + packet(b"<x:xmpmeta>no XMP") + jpeg[2:])
open("afcp.jpg", "wb").write(jpeg + b"AXS!\0\0\0\0\0\0\0\0")
full = b'<rdf:Description xmlns:a="http://example.org/" a:b="' + b"x" * 65200 + b'"/>'
open("full.jpg", "wb").write(jpeg[:2] + packet(rdf % full) + jpeg[2:])
PY
magick base.png tif:camera.dng
claim "a signed PNG is refused"                refused signed.png "is signed"
claim "a signed JPEG is refused"               refused signed.jpg "is signed"
claim "two packets are refused"                refused twice.jpg "metadata twice"
claim "a packet that is no XMP is refused"     refused broken.jpg "metadata is damaged"
claim "data with unknown offsets are refused"  refused afcp.jpg "AFCP"
claim "a full segment is refused"              refused full.jpg "no room"
claim "a raw picture is refused"               refused camera.dng "camera's raw picture, which is never changed"
# Raw files with a structure of their own, which are not read here.
printf 'FUJIFILMCCD-RAW 0201FF383501%040d' 0 >camera.raf
printf '\0\0\0\030ftypcrx \0\0\0\1crx isom%040d' 0 >camera.cr3
for raw in camera.raf camera.cr3; do
  claim "$raw is, as such"                     refused $raw "camera's raw picture, which cannot be read here"
  "$PISCES_TOOL" describe $raw >out 2>err
  claim "also where nothing is to be saved"    grep -q "camera's raw picture, which cannot be read here" err
done
claim "nothing is left beside the files"       equal "$(find . -name '.pisces-*')" ""

finish
