# SPDX-License-Identifier: GPL-3.0-or-later
#
# A damaged picture is named, and neither described nor saved; the files after
# it are described all the same.  A file that is only unusual does not count as
# damaged.  Pictures in every format that can be read are cut at five places.
#
#   PISCES_TOOL   the tool      MODEL   a model folder

set -u

for need in magick exiv2; do
  command -v $need >/dev/null || { echo "1..0 # SKIP $need is not installed"; exit 0; }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/pisces-damage-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export PISCES_MODEL_DIR=$MODEL
n=0 bad=0

claim ()   # text, command...
{
  local text=$1
  shift
  n=$((n + 1))
  if "$@" >"$work/log" 2>&1; then echo "ok $n - $text"
  else echo "not ok $n - $text"; bad=1; sed 's/^/# /' "$work/log"; fi
}

equal () { [ "$1" = "$2" ] || { echo "wanted '$2', got '$1'"; return 1; }; }
describe () { "$PISCES_TOOL" describe "$@" >"$work/out" 2>"$work/err"; }
described () { grep -q "^$1: " "$work/out"; }
is_damaged () { grep -q "“$1” is damaged" "$work/err" && ! described "$1"; }
cut_to () { head -c "$2" "$1" >"$3"; }
size_of () { stat -c %s "$1"; }

# Overwrites bytes in the middle of a picture with others.
put_into_the_middle ()   # picture, bytes as printf has them, new picture
{
  local n_bytes half
  n_bytes=$(printf "$2" | wc -c)
  half=$(($(size_of "$1") / 2))
  { head -c $half "$1"; printf "$2"; tail -c +$((half + n_bytes + 1)) "$1"; } >"$3"
}

# Undamaged pictures, as different programs and options write them.
mkdir whole cut
magick -seed 5 -size 120x90 plasma:fractal base.png
magick base.png -quality 90 whole/baseline.jpg
magick base.png -quality 90 -interlace JPEG whole/progressive.jpg
magick base.png -quality 90 -colorspace gray whole/gray.jpg
magick base.png -quality 90 -colorspace CMYK whole/cmyk.jpg
magick base.png whole/plain.png
magick base.png -interlace PNG whole/interlaced.png
magick base.png -compress none whole/plain.tif
magick base.png -compress lzw whole/lzw.tif
magick base.png -compress zip whole/zip.tif
magick base.png -compress jpeg whole/jpeg.tif
magick base.png \( base.png -negate \) whole/pages.tif
magick base.png whole/lossy.webp
magick base.png -define webp:lossless=true whole/lossless.webp
magick base.png -delay 20 \( base.png -negate \) whole/moving.webp
magick base.png whole/plain.gif
magick base.png -delay 20 \( base.png -negate \) whole/moving.gif
magick base.png whole/plain.bmp
magick base.png -type Palette BMP3:whole/palette.bmp
magick base.png -type Palette -compress RLE BMP3:whole/rle.bmp
magick base.png -type TrueColor BMP2:whole/old.bmp
magick base.png whole/plain.tga
magick base.png -compress RLE whole/rle.tga
magick base.png -resize 48x48! whole/plain.ico
magick base.png -define icon:auto-resize=48,16 whole/two.ico
magick base.png whole/plain.ppm
magick base.png -compress none whole/words.ppm

# A Windows bitmap that is stored from the top down.  Its height is negative.
magick base.png -type TrueColor BMP3:whole/top-down.bmp
printf '\246\377\377\377' | dd of=whole/top-down.bmp bs=1 seek=22 conv=notrunc status=none
# A TIFF whose pixels come last in the file, as cameras write it: a directory of
# eight entries after the header, then 2 × 2 gray pixels.
{ printf 'II*\0\010\0\0\0\010\0'
  entry () { printf "\\$(printf %03o $(($1 % 256)))\\$(printf %03o $(($1 / 256)))\\$(printf %03o $2)\\0\\001\\0\\0\\0\\$(printf %03o $3)\\0\\0\\0"; }
  entry 256 4 2; entry 257 4 2; entry 258 3 8; entry 259 3 1
  entry 262 3 1; entry 273 4 110; entry 278 4 2; entry 279 4 4
  printf '\0\0\0\0\001\100\200\300'
} >whole/last.tif

for file in whole/*; do
  name=${file##*/}
  for part in 10 50 90; do
    cut_to $file $(($(size_of $file) * part / 100)) cut/$part-$name
  done
  # A text, and what comes after the last pixel of a TGA, do not count as damaged if
  # their last bytes are missing.
  case $name in words.ppm) ;; *)
    cut_to $file $(($(size_of $file) - 2)) cut/all-but-2-$name ;;
  esac
done

cd whole || exit 1
claim "whole pictures are described" describe *
cd ..
for file in whole/*; do
  claim "${file##*/} is" described "${file##*/}"
done

cd cut || exit 1
describe ../whole/baseline.jpg * ../whole/plain.png
rc=$?
cd ..
claim "with cut ones the status is 1"  equal $rc 1
claim "whole ones before them are described" described ../whole/baseline.jpg
claim "and those after them"           described ../whole/plain.png
claim "the cut ones are counted" \
  grep -q "$(ls cut | wc -l) of $(($(ls cut | wc -l) + 2)) files" err
for file in cut/*; do
  claim "${file##*/} is named as damaged" is_damaged "${file##*/}"
done

# Holes and noise, as a failing disk or an interrupted transfer leaves them.
hole=$(printf '\\000%.0s' $(seq 600))
noise=$(for i in $(seq 600); do printf '\\%03o' $((i * 37 % 256)); done)
put_into_the_middle whole/baseline.jpg "$hole" hole.jpg
put_into_the_middle whole/baseline.jpg "$noise" noise.jpg
put_into_the_middle whole/progressive.jpg "$noise" progressive.jpg
put_into_the_middle whole/plain.png "$noise" noise.png
put_into_the_middle whole/zip.tif "$noise" noise.tif
for file in hole.jpg noise.jpg progressive.jpg noise.png noise.tif; do
  describe $file whole/plain.png
  claim "$file is named as damaged" is_damaged $file
done
# A JPEG may have restart markers, with which a decoder finds its way again after an
# error.  Here one of them is missing.
magick base.png -quality 90 -sampling-factor 4:4:4 -define jpeg:restart-interval=4 restarts.jpg
python3 - <<'PY'
data = open("restarts.jpg", "rb").read()
at = data.index(b"\xff\xd3")
open("lost-place.jpg", "wb").write(data[:at] + data[at + 2:])
PY
describe lost-place.jpg whole/plain.png
claim "a JPEG that has lost a restart marker is named as damaged" is_damaged lost-place.jpg
# A TIFF in which the second of two pages is damaged.
python3 - whole/pages.tif second-page.tif <<'PY'
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
order = "<" if data[:2] == b"II" else ">"
def number(form, at): return struct.unpack_from(order + form, data, at)[0]
first = number("I", 4)
second = number("I", first + 2 + 12 * number("H", first))
for i in range(number("H", second)):
    at = second + 2 + 12 * i
    if number("H", at) == 273:              # StripOffsets
        struct.pack_into(order + "I", data, at + 8, len(data) - 100)
open(sys.argv[2], "wb").write(data)
PY
describe second-page.tif whole/plain.png
claim "a page that lies beyond the end is damage" is_damaged second-page.tif
# A wrong checksum in a chunk that the picture needs.
python3 - whole/plain.png <<'PY'
import sys
data = open(sys.argv[1], "rb").read()
at = data.index(b"IDAT") - 4
end = at + 12 + int.from_bytes(data[at:at + 4], "big")
open("sum.png", "wb").write(data[:end - 1] + bytes([data[end - 1] ^ 1]) + data[end:])
open("no-end.png", "wb").write(data[:data.index(b"IEND") - 4])
PY
for file in sum.png no-end.png; do
  describe $file whole/plain.png
  claim "$file is named as damaged" is_damaged $file
done

# Unusual files that are not damaged.
python3 - whole/baseline.jpg whole/plain.png whole/plain.bmp <<'PY'
import sys
jpeg, png, bmp = (open(name, "rb").read() for name in sys.argv[1:])
def write(name, data): open(name, "wb").write(data)
write("behind.jpg", jpeg + b"what a program put behind the picture" * 20)
write("two.jpg", jpeg + jpeg)
write("padded.jpg", jpeg[:-2] + bytes(512) + jpeg[-2:])
write("padded-head.jpg", jpeg[:2] + b"\xff" * 20 + jpeg[2:])
write("odd-segment.jpg", jpeg[:2] + b"\xff\xed\x00\x08odd\x00\xff\xff" + jpeg[2:])
jfif = bytearray(jpeg); jfif[jpeg.index(b"JFIF") + 5] = 9
write("jfif-9.jpg", jfif)
write("behind.png", png + b"and behind a PNG")
at = png.index(b"IDAT") - 4
write("odd-chunk.png", png[:at] + b"\x00\x00\x00\x03abCdxyz\x00\x00\x00\x00" + png[at:])
write("no-length.bmp", bmp[:2] + bytes(4) + bmp[6:])
write("behind.bmp", bmp + b"and behind a BMP")
PY
for file in behind.jpg two.jpg padded.jpg padded-head.jpg odd-segment.jpg \
            jfif-9.jpg behind.png odd-chunk.png no-length.bmp behind.bmp; do
  describe $file whole/plain.png
  claim "$file is described" described $file
done

# Animations in which the first or the second frame is damaged.
python3 - whole/moving.webp <<'PY'
import sys
data = open(sys.argv[1], "rb").read()
first, second = data.index(b"ANMF"), data.rindex(b"ANMF")
for name, at in ("frame-size", first + 14), ("frame-place", first + 9), ("frame-type", first + 25), \
                ("frame-start", first + 36), ("second-size", second + 14), ("second-start", second + 36):
    open(name + ".webp", "wb").write(data[:at] + bytes([data[at] ^ 8]) + data[at + 1:])
open("no-frames.webp", "wb").write(data.replace(b"ANMF", b"abcd"))
# Changes the pixels of the first frame so that no decoder can read them.
open("frame-data.webp", "wb").write(data[:first + 42] + bytes([255] * 60) + data[first + 102:])
PY
describe frame-*.webp second-*.webp no-frames.webp whole/plain.png
for file in frame-size frame-place frame-type frame-start frame-data second-size second-start no-frames; do
  claim "$file.webp is named as damaged" is_damaged $file.webp
done
claim "in sentences alone" sh -c '! grep -i "critical\|warning \*\*\|assert" err'

# HDR photographs have a second picture after the first one, a gain map, and a list
# of both.  A program that does not understand this may remove the second picture
# and keep the list.
python3 - whole/baseline.jpg whole/gray.jpg <<'PY'
import struct, sys
first, second = (open(name, "rb").read() for name in sys.argv[1:])
def listed(base, total):
    entries = struct.pack(">IIIHH", 0x20030000, total, 0, 0, 0) + struct.pack(">IIIHH", 0, len(second), total - base, 0, 0)
    mpf = b"MPF\0MM\0*" + struct.pack(">IH", 8, 3)
    mpf += struct.pack(">HHI", 0xb000, 7, 4) + b"0100"
    mpf += struct.pack(">HHII", 0xb001, 4, 1, 2) + struct.pack(">HHII", 0xb002, 7, 32, 50) + struct.pack(">I", 0) + entries
    return b"\xff\xe2" + struct.pack(">H", len(mpf) + 2) + mpf
whole = first[:2] + listed(10, len(first) + len(listed(10, 10))) + first[2:]
write = lambda name, data: open(name, "wb").write(data)
write("gain.jpg", whole + second)
write("gain-without.jpg", whole)
for part in 1, 50, 99:
    write(f"gain-{part}.jpg", whole + second[:max(4, len(second) * part // 100)])
write("gain-all-but-1.jpg", whole + second[:-1])
PY
for file in gain.jpg gain-without.jpg; do
  claim "$file is described and saved" "$PISCES_TOOL" describe --save --save-doubtful $file
done
claim "and the second picture is there" cmp <(tail -c $(size_of whole/gray.jpg) gain.jpg) whole/gray.jpg
describe gain-*1.jpg gain-50.jpg gain-99.jpg whole/plain.png
for file in gain-1.jpg gain-50.jpg gain-99.jpg gain-all-but-1.jpg; do
  claim "$file is named as damaged" is_damaged $file
  cp $file before-$file
done
"$PISCES_TOOL" describe --save --save-doubtful gain-*1.jpg gain-50.jpg gain-99.jpg >out 2>err
for file in gain-1.jpg gain-50.jpg gain-99.jpg gain-all-but-1.jpg; do
  claim "also when it is to be saved" is_damaged $file
  claim "and is not written" cmp $file before-$file
done

# Damaged pictures must not change when texts are saved.
cp whole/baseline.jpg good.jpg
cp cut/50-baseline.jpg half.jpg
claim "beside a cut file"    sh -c '! "$1" describe --save --save-doubtful half.jpg good.jpg >out 2>err' sh "$PISCES_TOOL"
claim "a whole one is saved" [ -n "$(exiv2 -K Xmp.iptc.AltTextAccessibility -Pv pr good.jpg)" ]
claim "the cut one is named" is_damaged half.jpg
claim "and not written"      cmp half.jpg cut/50-baseline.jpg
for name in plain.png zip.tif lossy.webp progressive.jpg; do
  cp cut/50-$name half-$name
  "$PISCES_TOOL" describe --save --save-doubtful half-$name >out 2>err
  claim "a cut $name is named as damaged when it is to be saved" is_damaged half-$name
  claim "and not written" cmp half-$name cut/50-$name
done
claim "nothing is left beside the files" equal "$(find . -name '.pisces-*')" ""

# A damaged picture is refused as an example for drawing too.
"$PISCES_TOOL" generate --prompt "a red star" --like half.jpg -o drawn.png >out 2>err
claim "nothing is drawn like a cut picture" sh -c '[ ! -e drawn.png ] && grep -q "is damaged" err'
mkfifo pipe.jpg
timeout 20 "$PISCES_TOOL" describe pipe.jpg >out 2>err
claim "a pipe is told, and not waited for" sh -c '[ '$?' = 1 ] && grep -q "pipe.jpg” was skipped, because it is not an ordinary file, but a pipe or a device" err'

# A JPEG of a few kilobytes that has a thousand scans, each of 8000 × 8000 pixels,
# so that decoding would take very long.
python3 - <<'PY'
import struct
def segment(marker, body): return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body
side = 8000
data = b"\xff\xd8" + segment(0xdb, bytes([0]) + bytes([1] * 64))
data += segment(0xc2, struct.pack(">BHHB", 8, side, side, 1) + bytes([1, 0x11, 0]))
data += segment(0xc4, bytes([0x00]) + bytes([1] + [0] * 15) + bytes([0]))
data += segment(0xc4, bytes([0x10]) + bytes([1] + [0] * 15) + bytes([0xe0]))
data += segment(0xda, bytes([1, 1, 0x00, 0, 0, 0])) + bytes(side * side // 512)
for i in range(1000):
    data += segment(0xda, bytes([1, 1, 0x00, 1 + i % 63, 1 + i % 63, 0])) + bytes(8)
open("scans.jpg", "wb").write(data + b"\xff\xd9")
PY
claim "a JPEG of a thousand scans is given up soon" \
  sh -c '! timeout 60 "$1" describe scans.jpg >out 2>err && grep -q "is damaged" err' sh "$PISCES_TOOL"

# Whole pictures of kinds that gdk-pixbuf does not read are not called damaged; cut
# ones are.
of_a_kind () { ! "$PISCES_TOOL" describe "$1" >out 2>err && grep -q "$2" err && ! grep -q "is damaged" err && grep -q "Describe Image" err; }
magick -size 64x48 gradient: plain.tif
float="-define quantum:format=floating-point"
magick plain.tif $float -depth 32 float32.tif
magick plain.tif $float -depth 16 float16.tif
magick plain.tif -depth 32 whole32.tif
magick plain.tif -colorspace CMYK -depth 16 cmyk16.tif
magick plain.tif -quality 90 twelve.jpg
python3 - <<'PY'
data = bytearray(open("twelve.jpg", "rb").read())
data[data.index(b"\xff\xc0") + 4] = 12
open("twelve.jpg", "wb").write(data)
PY
for kind in float32.tif float16.tif whole32.tif cmyk16.tif twelve.jpg; do
  claim "$kind is of a kind that is not read"      of_a_kind $kind "is of a kind that cannot be read here"
done
magick plain.tif strange.psd
claim "a format that is not known is told so"      of_a_kind strange.psd "is not a picture, or is one of a kind"
magick plain.tif -colorspace CMYK -depth 8 cmyk8.tif
claim "a CMYK TIFF of 8 bits is read"              "$PISCES_TOOL" describe cmyk8.tif
head -c 3000 float32.tif >cut32.tif
"$PISCES_TOOL" describe cut32.tif >out 2>err
claim "a cut one of such a kind is damaged"        grep -q "“cut32.tif” is damaged" err

echo "1..$n"
exit $bad
