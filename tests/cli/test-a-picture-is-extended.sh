# SPDX-License-Identifier: GPL-3.0-or-later
#
# pisces extend: the old pixels stay, without words what is there goes on and leaves
# no edge, and mistakes end with a sentence.

. "$(dirname "$0")/cli-test.sh"
needs magick

extend ()   # arguments...
{
  "$PISCES_TOOL" extend scene.png "$@"
}

# Fails with this exit code and one sentence with these words.
fails ()   # code, words, arguments...
{
  local code=$1 words=$2 rc=0
  shift 2
  rm -f no.png
  extend "$@" >out 2>err || rc=$?
  cat err
  [ "$rc" = "$code" ] && [ ! -s out ] && [ ! -e no.png ] && [ "$(wc -l <err)" = 1 ] &&
    grep -qF -- "$words" err
}

size () { magick identify -format '%wx%h' "$1"; }

# Whether the scene is in the picture, byte for byte, there.
kept ()   # file, x, y
{
  magick scene.png -alpha on -depth 8 rgba:one
  magick "$1" -crop "$(size scene.png)+$2+$3" +repage -alpha on -depth 8 rgba:two
  cmp one two
}

# The largest difference between two columns, of 255.
step ()   # file, column, next column
{
  magick \( "$1" -crop "1x0+$2+0" +repage \) \( "$1" -crop "1x0+$3+0" +repage \) \
    -compose difference -composite -format '%[fx:int(255*maxima+.5)]' info:
}

magick -size 256x256 'xc:rgb(50,90,220)' -fill 'rgb(245,140,30)' \
  -draw 'rectangle 90,100 170,180' PNG32:scene.png

claim "to an aspect" extend --aspect 16:9 --steps 3 -o a.png
claim "it has it" equal "$(size a.png)" 455x256
claim "the old pixels are in the middle" kept a.png 99 0
extend --aspect 16:9 --steps 3 -o b.png >/dev/null 2>&1
claim "the same arguments: the same bytes" cmp a.png b.png
extend --aspect 16:9 --steps 3 -s 7 -o b.png >/dev/null 2>&1
claim "another seed: other bytes" not cmp -s a.png b.png
claim "the file says that a model drew it" grep -q trainedAlgorithmicMedia a.png
claim "to a size" extend --size 300x400 --steps 2 -o c.png
claim "it has it" equal "$(size c.png)" 300x400
claim "the old pixels are in the middle" kept c.png 22 72
claim "by sides" extend --left 10 --top 20 --right 3 --bottom 7 --steps 2 -o d.png
claim "the size is their sum" equal "$(size d.png)" 269x283
claim "the old pixels are where they belong" kept d.png 10 20
claim "by more than fits at once" extend --right 300 --steps 2 -o e.png
claim "the old pixels are there" kept e.png 0 0

export PISCES_MODEL_DIR=$MODEL
claim "without words" extend --aspect 16:9 -o f.png
colour () { magick f.png -crop 90x250+"$1"+3 -resize '1x1!' -format '%[fx:int(255*r+.5)] %[fx:int(255*g+.5)] %[fx:int(255*b+.5)]' info:; }
goes_on () { colour "$1"; colour "$1" | awk '{ exit !($1 < 65 && $2 < 105 && $3 > 205) }'; }
claim "the ground goes on at the left" goes_on 2
claim "and at the right" goes_on 360
no_edge () { local n; n=$(step f.png "$1" "$2"); echo "step $n"; [ "$n" -le 12 ]; }
claim "there is no edge at the left" no_edge 98 99
claim "nor at the right" no_edge 354 355
claim "with words, each side has a plan" sh -c '[ "$("$1" extend scene.png --aspect 16:9 -p "a yellow circle" -o g.png | grep -c "^plan: blue background; yellow circle x")" = 2 ]' sh "$PISCES_TOOL"

claim "nothing said" fails 2 "--aspect, with --size" -o no.png
claim "too much said" fails 2 "--aspect, with --size" -o no.png --aspect 16:9 --left 3
claim "no output" fails 2 "--output" --aspect 16:9
claim "no aspect" fails 1 "is not an aspect" --aspect 16/9 -o no.png
claim "an aspect of nothing" fails 1 "is not an aspect" --aspect 0:0 -o no.png
claim "no number" fails 1 "is not an aspect" --aspect nan:1 -o no.png
claim "the same aspect" fails 1 "already" --aspect 1:1 -o no.png
claim "no size" fails 2 "is not a size" --size 300 -o no.png
claim "words behind it" fails 2 "is not a size" --size 300x300x -o no.png
claim "a smaller size" fails 2 "cannot be extended" --size 300x200 -o no.png
claim "the same size" fails 1 "by how much" --size 256x256 -o no.png
claim "below nothing" fails 2 "by -3 pixels" --left=-3 -o no.png
claim "too much" fails 1 "So much" --left 2000000000 --right 2000000000 -o no.png
claim "an aspect that nothing has" fails 1 "So much" --aspect 5000:1 -o no.png
claim "what it cannot draw" fails 1 "dragon" --left 99 -p "a dragon" -o no.png
claim "another model says why not" fails 1 "cannot draw" --left 99 -p "a star" -o no.png -m "$SMOLVLM"

finish
