# SPDX-License-Identifier: GPL-3.0-or-later
#
# `pisces describe --save` writes into a file's metadata, and changes no pixel
# and no other metadata.  A file that cannot be written stays the same, byte
# for byte, and nothing is left beside it. exiv2 and ImageMagick check the
# results.
#
#   PISCES_TOOL   the tool      MODEL   a model folder

set -u

for need in exiv2 magick; do
  command -v $need >/dev/null || { echo "1..0 # SKIP $need is not installed"; exit 0; }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/pisces-save-test.XXXXXX")
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
export PISCES_MODEL_DIR=$MODEL
n=0 bad=0

claim ()   # text, command...
{
  local text=$1
  shift
  n=$((n + 1))
  if "$@" >log 2>&1; then echo "ok $n - $text"
  else echo "not ok $n - $text"; bad=1; sed 's/^/# /' log; fi
}

equal () { [ "$1" = "$2" ] || { echo "wanted '$2', got '$1'"; return 1; } }
field () { exiv2 -K "$2" -Pv pr "$1" 2>/dev/null; }
same_pixels () { [ "$(magick compare -metric AE "$1" "$2" null: 2>&1 | sed 's/ .*//')" = 0 ]; }
save () { "$PISCES_TOOL" describe --save "$@" >out 2>err; local rc=$?; cat err; return $rc; }
fails () { ! save "$@" && grep -q '[.!]$' err; }

ALT=Xmp.iptc.AltTextAccessibility
LONG=Xmp.iptc.ExtDescrAccessibility
DESCRIPTION=Xmp.dc.description

# nano knows flat pictures, so its texts about them are saved without an extra
# option.
draw () { magick -size 60x40 xc:'#3060c0' -fill '#e0c020' -draw 'circle 30,20 30,8' "$@"; }
draw -quality 91 photo.jpg
draw -alpha set -channel A -evaluate multiply 0.6 drawing.png
draw -define webp:lossless=true web.webp
draw scan.tif
for file in photo.jpg drawing.png web.webp scan.tif; do
  exiv2 -M'set Xmp.dc.title lang="x-default" A title, mine' \
        -M'set Xmp.dc.subject XmpBag one' -M'set Xmp.dc.subject XmpBag decorative' \
        -M'set Exif.Image.Copyright Ascii Somebody' "$file"
  exiv2 -M'del Xmp.dc.subject' -M'set Xmp.dc.subject XmpBag one' "$file"
done
mkdir before && cp photo.jpg drawing.png web.webp scan.tif before

claim "four kinds of files are described" \
  save --length both photo.jpg drawing.png web.webp scan.tif
claim "a line is printed for each text"   equal "$(grep -c '^[a-z]*\.[a-z]*: ' out)" 8
for file in photo.jpg drawing.png web.webp scan.tif; do
  text=$(sed -n "s/^$file: //p" out | head -n 1)
  claim "$file has the printed text"      equal "$(field $file $ALT)" "lang=\"x-default\" $text"
  claim "$file has a long text"           [ -n "$(field $file $LONG)" ]
  claim "its description is the long one" equal "$(field $file $DESCRIPTION)" "$(field $file $LONG)"
  claim "no pixel of it has changed"      same_pixels $file before/$file
  claim "its title is as it was"          equal "$(field $file Xmp.dc.title)" 'lang="x-default" A title, mine'
  claim "its keyword too"                 equal "$(field $file Xmp.dc.subject)" one
  claim "and its copyright"               equal "$(field $file Exif.Image.Copyright)" Somebody
done
claim "the image data of the JPEG are the same bytes" \
  equal "$(magick identify -format '%#' photo.jpg)" "$(magick identify -format '%#' before/photo.jpg)"

# Saving a second time: an existing text is not replaced unless this is requested.
cp photo.jpg described.jpg
claim "a file that has a text is no error"  save photo.jpg
claim "and is told"                         grep -q "photo.jpg.*has a text already" err
claim "and is left alone"                   cmp photo.jpg described.jpg
exiv2 -M"set $ALT lang=\"x-default\" Mine, by hand" photo.jpg
claim "--overwrite replaces it"             save --overwrite photo.jpg
claim "with the model's words"              [ "$(field photo.jpg $ALT)" != 'lang="x-default" Mine, by hand' ]
claim "a short text leaves the long one"    [ -n "$(field photo.jpg $LONG)" ]

# Texts in several languages stay beside each other.
cp before/photo.jpg two.jpg
exiv2 -M"set $ALT lang=\"de-DE\" Ein Verlauf, rot und blau" two.jpg
cp two.jpg german.jpg
claim "a text in another language alone"    save german.jpg
claim "is told as such"                     grep -qF "“german.jpg” has a text already, in another language (de-DE), and was left alone. --overwrite adds one for everyone." err
claim "and the file is left alone"          cmp german.jpg two.jpg
claim "with --overwrite one for everyone"   save --overwrite german.jpg
claim "stands beside it"                    sh -c 'exiv2 -K "$1" -Pv pr german.jpg | grep "lang=\"de-DE\" Ein Verlauf, rot und blau" | grep "lang=\"x-default\" "' sh $ALT
claim "another language is added"           save --language en two.jpg
claim "beside the first"                    sh -c 'exiv2 -K "$1" -Pv pr two.jpg | grep "lang=\"de-DE\" Ein Verlauf, rot und blau" | grep "lang=\"en\" "' sh $ALT
cp before/photo.jpg first.jpg
claim "the first text in any language"      save --language pt-BR first.jpg
claim "is the default too"                  sh -c 'exiv2 -K "$1" -Pv pr first.jpg | grep "lang=\"x-default\" " | grep -i "lang=\"pt-BR\" "' sh $ALT
cp before/photo.jpg decoration.jpg
exiv2 -M'set Xmp.dc.subject XmpBag decorative image without alternative text' decoration.jpg
claim "a decoration is left alone"          save decoration.jpg
claim "and is told as such"                 grep -qF "“decoration.jpg” is marked as decoration, which needs no text, and was left alone. --overwrite writes one all the same." err
claim "and has no text"                     equal "$(field decoration.jpg $ALT)" ""
claim "a description by somebody stays"     sh -c 'cp before/photo.jpg d.jpg && exiv2 -M"set Xmp.dc.description lang=\"x-default\" Words, mine" d.jpg'
save d.jpg >/dev/null
claim "as it was"                           equal "$(field d.jpg $DESCRIPTION)" 'lang="x-default" Words, mine'

# Files that cannot be written.
cp before/photo.jpg locked.jpg && chmod 444 locked.jpg
claim "a read-only file is refused"         fails locked.jpg
claim "in a sentence"                       grep -q "locked.jpg.* is read-only" err
claim "and is as it was"                    cmp locked.jpg before/photo.jpg
claim "a file that is gone is told"         fails gone.jpg
claim "by its name"                         grep -qF "There is no file “gone.jpg”. It may have been renamed or moved." err
"$PISCES_TOOL" describe gone.jpg >out 2>err
claim "the same where nothing is to be saved" grep -qF "There is no file “gone.jpg”. It may have been renamed or moved." err
printf 'no picture' >words.jpg
cp before/web.webp after.webp
claim "one bad file"                        fails words.jpg after.webp
claim "does not stop the others"            [ -n "$(field after.webp $ALT)" ]
claim "and is counted"                      grep -q "1 of 2 files" err
claim "and is as it was"                    grep -qx "no picture" words.jpg
head -c 400 before/drawing.png >cut.png
cp cut.png cut-before.png
claim "a damaged picture is refused"        fails cut.png
claim "and no byte of it is changed"        cmp cut.png cut-before.png
ln -s after.webp link.webp
claim "through a link"                      save --overwrite --length long link.webp
claim "the file behind it is written"       [ -n "$(field after.webp $LONG)" ]
claim "and the link stays one"              [ -L link.webp ]
chmod 640 web.webp
claim "permissions stay"                    sh -c '"$1" describe --save --overwrite web.webp && [ "$(stat -c %a web.webp)" = 640 ]' sh "$PISCES_TOOL"
claim "--save has no use for a question"    fails --question "how many" photo.jpg
claim "a language that is none is refused"  fails --language "no tag" photo.jpg
claim "nothing is left beside the files"    equal "$(find . -name '.pisces-*')" ""

mkdir small
if mount -t tmpfs -o size=64k tmpfs small 2>/dev/null; then
  magick -size 200x60 plasma:red-blue -quality 100 big.jpg
  # The size is a multiple of whole pages, so that a copy has no free room at its
  # end.
  truncate -s %4096 big.jpg
  cp big.jpg small/big.jpg
  dd if=/dev/zero of=small/fill bs=1k count=60 2>/dev/null
  claim "a full disk is told"               fails --save-doubtful small/big.jpg
  claim "and the file is as it was"         cmp small/big.jpg big.jpg
  claim "with nothing beside it"            equal "$(ls -A small)" "$(printf 'big.jpg\nfill')"
  # Leaves room for the copy, but not for the texts in it.
  rm small/fill
  dd if=/dev/zero of=small/fill bs=1k count=$((64 - 2 * $(stat -c %s big.jpg) / 1024)) 2>/dev/null
  claim "a disk that fills up on the way too" fails --save-doubtful small/big.jpg
  claim "and the file is whole"             cmp small/big.jpg big.jpg
  claim "with nothing left beside it"       equal "$(ls -A small)" "$(printf 'big.jpg\nfill')"
else
  echo "ok $((n += 1)) - a full disk is told # SKIP mounting a small disk needs root"
fi

echo "1..$n"
exit $bad
