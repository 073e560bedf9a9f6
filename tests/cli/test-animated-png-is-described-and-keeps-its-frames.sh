# SPDX-License-Identifier: GPL-3.0-or-later
#
# An animated PNG, which has its own type in the system's list, is described by
# its first picture, and all its other blocks stay.  One with a damaged frame
# is not described.  Suffixes that only cameras and animations use are known.
# An empty name, perhaps from a script's variable that is not set, does not
# stand for the current folder.
#
#   PISCES_TOOL   the tool      MODEL   a model folder

. "$(dirname "$0")/cli-test.sh"
needs magick exiv2 python3

picture still.png other.jpg
magick still.png -negate second.png

# Makes a picture of two frames, one that claims to have 60000 × 60000 pixels, and
# one that is cut.
cat >animate.py <<'PY'
import struct
import zlib

def chunks (name):
  data, at = open (name, "rb").read (), 8
  while at < len (data):
    n = struct.unpack (">I", data[at:at + 4])[0]
    yield data[at + 4:at + 8], data[at + 8:at + 8 + n]
    at += 12 + n

def chunk (kind, body):
  return struct.pack (">I", len (body)) + kind + body + struct.pack (">I", zlib.crc32 (kind + body))

def control (number):
  return chunk (b"fcTL", struct.pack (">5I2H2B", number, 96, 72, 0, 0, 7, 100, 0, 0))

def animation (size):
  result = b"\x89PNG\r\n\x1a\n"
  for kind, body in chunks ("still.png"):
    if kind == b"IHDR":
      result += chunk (kind, size + body[8:]) + chunk (b"acTL", struct.pack (">II", 2, 0)) + control (0)
    elif kind == b"IEND":
      pixels = b"".join (body for kind, body in chunks ("second.png") if kind == b"IDAT")
      result += control (1) + chunk (b"fdAT", struct.pack (">I", 2) + pixels) + chunk (kind, b"")
    elif kind in (b"PLTE", b"IDAT"):
      result += chunk (kind, body)
  return result

whole = animation (struct.pack (">II", 96, 72))
open ("frames.png", "wb").write (whole)
open ("cut.png", "wb").write (whole[:-20])
open ("huge.png", "wb").write (animation (struct.pack (">II", 60000, 60000)))
for kind in b"acTL", b"fcTL", b"fdAT":
  hurt = bytearray (whole)
  hurt[hurt.rindex (kind) + 7] ^= 1
  open (f"hurt-{kind.decode ()}.png", "wb").write (hurt)
PY
cat >others.py <<'PY'
import sys
sys.argv, names = sys.argv[:1], sys.argv[1:]
exec (open ("animate.py").read ())
kept = [[c for c in chunks (name) if not c[1].startswith (b"XML:com.adobe.xmp")] for name in names]
sys.exit (0 if kept[0] == kept[1] else "the other blocks differ")
PY
magick still.png -type TrueColor -define png:color-type=2 -define png:bit-depth=8 PNG24:still.png
magick second.png -define png:color-type=2 -define png:bit-depth=8 PNG24:second.png
python3 animate.py

mkdir folder
cp frames.png folder/b.apng
cp frames.png folder/c
cp other.jpg folder/d.mpo

cp frames.png a.png
claim "an animated PNG is described" save a.png
claim "its text is saved" has_text a.png
claim "every other block of it stays" python3 others.py frames.png a.png
claim "so are others in a folder" save folder
for name in b.apng c d.mpo; do
  claim "$name is among them" has_text "folder/$name"
done

for name in cut huge hurt-acTL hurt-fcTL hurt-fdAT; do
  cp $name.png before.png
  claim "one that is $name is refused" not save $name.png
  claim "and left as it was" cmp $name.png before.png
done
claim "of a frame with a wrong bit it is said that the file is damaged" \
  refuses "“hurt-fdAT.png” is damaged: some of its data are wrong." hurt-fdAT.png

mkdir here
cp other.jpg here/x.jpg
cd here || exit 1
claim "an empty name is refused" not save ""
claim "and no file here is written" cmp x.jpg ../other.jpg

finish
