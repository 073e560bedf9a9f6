# SPDX-License-Identifier: GPL-3.0-or-later
#
# pisces fill: what is outside the mask keeps its pixels, without words the hole
# becomes what is around it, and mistakes end with a sentence.

. "$(dirname "$0")/cli-test.sh"
needs magick

fill ()   # arguments...
{
  "$PISCES_TOOL" fill scene.png "$@"
}

# Fails with this exit code and one sentence with these words.
fails ()   # code, words, arguments...
{
  local code=$1 words=$2 rc=0
  shift 2
  fill "$@" >out 2>err || rc=$?
  cat err
  [ "$rc" = "$code" ] && [ ! -s out ] && [ "$(wc -l <err)" = 1 ] && grep -qF -- "$words" err
}

# Whether nothing differs outside 100,120 219,239.
covered ()   # file, result
{
  magick "$1" -alpha on -fill black -draw 'rectangle 100,120 219,239' -depth 8 rgba:"$2"
}
kept ()   # file
{
  covered scene.png one && covered "$1" two && cmp one two
}

magick -size 400x300 'xc:rgb(50,90,220)' -fill 'rgb(245,140,30)' \
  -draw 'rectangle 120,140 200,220' scene.png
magick -size 400x300 xc:black -fill white -draw 'circle 160,180 160,121' mask.png
magick -size 400x300 xc:black black.png
magick -size 40x30 xc:white small.png

claim "a rectangle is filled" fill -r 100,120,120,120 -p "a red star" --steps 3 -o a.png
claim "the size stays" equal "$(magick identify -format '%wx%h' a.png)" 400x300
claim "and all pixels outside" kept a.png
claim "inside it is another picture" not cmp -s a.png scene.png
fill -r 100,120,120,120 -p "a red star" --steps 3 -o b.png >/dev/null 2>&1
claim "the same arguments: the same bytes" cmp a.png b.png
fill -r 100,120,120,120 -p "a red star" --steps 3 -s 7 -o b.png >/dev/null 2>&1
claim "another seed: other bytes" not cmp -s a.png b.png
claim "the file says that a model drew it" \
  grep -q trainedAlgorithmicMedia a.png

claim "a mask is filled" fill --mask mask.png -p "a red star" --steps 3 -o c.png
claim "and all pixels outside stay" kept c.png
told () { fill "$@" 2>err; }
claim "with strength 0 nothing changes" told --mask mask.png -p "a red star" --strength 0 -o d.png
claim "which is said" grep -q "nothing is drawn" err
claim "the file does not say that a model drew it" not grep -qE "trainedAlgorithmicMedia|Parameters|red star" d.png
claim "no pixel" equal "$(magick compare -metric AE scene.png d.png null: 2>&1 | cut -d' ' -f1)" 0

export PISCES_MODEL_DIR=$MODEL
claim "without words" fill -r 100,120,120,120 -o e.png
# Of the hole, and of the square that was in it.
colour () { magick "$1" -crop 80x80+120+140 -resize '1x1!' -format '%[fx:int(255*r+.5)] %[fx:int(255*g+.5)] %[fx:int(255*b+.5)]' info:; }
gone () { colour "$1"; colour "$1" | awk '{ exit !($1 < 75 && $2 < 115 && $3 > 195) }'; }
claim "the square is gone" gone e.png
claim "with words" sh -c '"$1" fill scene.png -r 100,120,120,120 -p "a yellow circle" -o f.png | grep "^plan: blue background; yellow circle x"' sh "$PISCES_TOOL"
export PISCES_MODEL_DIR=$MODEL

claim "a rectangle over the edge is cut" fill -r -50,-50,100,90 -p "a star" --steps 2 -o g.png
claim "so is one that is much too large" fill -r -5,-5,2000000000,2000000000 -p "a star" --steps 2 -o g.png
claim "a single pixel" fill -r 399,299,1,1 -p "a star" --steps 2 -o g.png
claim "no place" fails 2 "either --mask or --rectangle" -o g.png
claim "two places" fails 2 "either --mask or --rectangle" -o g.png -r 1,1,1,1 --mask mask.png
claim "no output" fails 2 "--output" -r 1,1,1,1
claim "a wrong rectangle" fails 2 "is not a rectangle" -r 1,2,3 -o g.png
claim "an empty rectangle" fails 2 "is not a rectangle" -r 1,2,0,3 -o g.png
claim "words behind it" fails 2 "is not a rectangle" -r 1,2,3,4x -o g.png
claim "one beside the picture" fails 2 "nothing to draw" -r 500,20,30,30 -p x -o g.png
claim "a black mask" fails 2 "nothing to draw" --mask black.png -p x -o g.png
claim "a mask of another size" fails 2 "same size" --mask small.png -p x -o g.png
claim "no such mask" fails 1 "nowhere.png" --mask nowhere.png -p x -o g.png
claim "too much strength" fails 2 "--strength is 1.5" --strength 1.5 -r 1,1,9,9 -o g.png
claim "no number" fails 2 "--surroundings" --surroundings=-1 -r 1,1,9,9 -o g.png
claim "all of it, and no words" fails 1 "nothing says how" -r 0,0,400,300 -o g.png
claim "a Janus fills, too" fill -r 100,120,120,120 -p "a star" -o janus.png -m "$JANUS"
claim "and all pixels outside stay" kept janus.png

finish
