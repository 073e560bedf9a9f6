# SPDX-License-Identifier: GPL-3.0-or-later
#
# What nano writes about a picture that it does not know is printed with a
# warning, and is saved in a file only with an option, or if another model
# writes it. exiv2 checks what is in the files.
#
#   PISCES_TOOL   the tool
#   MODEL         nano
#   OTHER_MODEL   a model that does not say that it knows flat pictures only

set -u

for need in magick exiv2; do
  command -v $need >/dev/null || { echo "1..0 # SKIP $need is not installed"; exit 0; }
done

work=$(mktemp -d "${TMPDIR:-/tmp}/pisces-doubt-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
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

equal () { [ "$1" = "$2" ] || { echo "wanted '$2', got '$1'"; return 1; }; }
field () { exiv2 -K Xmp.iptc.AltTextAccessibility -Pv pr "$1" 2>/dev/null; }
describe () { "$PISCES_TOOL" describe "$@" >out 2>err; }
is_told () { grep -q "outside what the model knows" err; }
says () { grep -q -- "$1" err; }

magick -seed 3 -size 320x240 plasma:fractal -quality 90 sea.jpg
magick -size 96x72 xc:'#3060c0' -fill '#e0c020' -draw 'circle 48,36 48,12' disc.png
cp sea.jpg before.jpg

claim "a picture that nano does not know is described" describe sea.jpg
claim "on standard output"                  equal "$(wc -l <out)" 1
claim "and the doubt is told beside it"     is_told
claim "a flat picture is described"         describe disc.png
claim "without a doubt"                     equal "$(cat err)" ""

describe sea.jpg disc.png
claim "of several the one that is doubted is named" says "About “sea.jpg”"

describe --save sea.jpg
claim "its text is not saved unasked"       equal "$?:$(cat out)" 1:
claim "which is told in a sentence"         says "Nothing was saved in “sea.jpg”"
claim "with what can be done"               says "--save-doubtful"
claim "and no byte of the file has changed" cmp sea.jpg before.jpg

describe --save sea.jpg disc.png
claim "beside it a flat one is saved"       [ -n "$(field disc.png)" ]
claim "and the other counted"               says "1 of 2 files"
claim "and not saved"                       cmp sea.jpg before.jpg

exiv2 -M'set Xmp.iptc.AltTextAccessibility lang="x-default" The sea, by hand' sea.jpg
cp sea.jpg by-hand.jpg
describe --save --overwrite sea.jpg
claim "a person's text is not replaced by a doubtful one" cmp sea.jpg by-hand.jpg

cp before.jpg sea.jpg
claim "if it is wished, it is saved"        describe --save --save-doubtful sea.jpg
claim "as it was printed"                   equal "$(field sea.jpg)" "lang=\"x-default\" $(cat out)"
claim "and the doubt is told all the same"  is_told

cp before.jpg sea.jpg
claim "what another model says is saved"    describe --save --model "$OTHER_MODEL" sea.jpg
claim "without a doubt"                     sh -c "! grep -v \"The short text was longer\" err"
claim "and is in the file"                  [ -n "$(field sea.jpg)" ]

echo "1..$n"
exit $bad
