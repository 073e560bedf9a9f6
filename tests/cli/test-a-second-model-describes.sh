# SPDX-License-Identifier: GPL-3.0-or-later
#
# `--describe-model` names the model that describes, and `--model` the one that draws:
# what is written is the one's, what is drawn is the other's, and both are named.
#
#   PISCES_TOOL   the tool      MODEL   nano's folder      JANUS   a small Janus

. "$(dirname "$0")/cli-test.sh"
needs exiv2 identify magick

# The two folders, then what else is wanted.
both () { "$PISCES_TOOL" "$1" --model "$2" --describe-model "$3" "${@:4}" >out 2>err; local rc=$?; cat err; return $rc; }
alone () { "$PISCES_TOOL" "$1" --model "$2" "${@:3}" >out 2>err; local rc=$?; cat err; return $rc; }
says () { grep -qF -- "$1" out || { cat out; return 1; }; }
parameters () { identify -format '%[Parameters]' "$1"; }
pixels () { identify -format '%#' "$1"; }
magick -size 128x128 xc:white -fill red -draw 'circle 40,64 40,40' \
  -fill '#2040e0' -draw 'rectangle 76,44 116,84' two.jpg

claim "nano describes"                     alone describe "$MODEL" --length long two.jpg
nano=$(cat out)
claim "Janus describes"                    alone describe "$JANUS" --length long two.jpg
janus=$(cat out)
claim "in other words"                     differ "$janus" "$nano"
claim "the second of two describes"        both describe "$JANUS" "$MODEL" --length long two.jpg
claim "in its own words"                   equal "$(cat out)" "$nano"
claim "and the other way round"            both describe "$MODEL" "$JANUS" --length long two.jpg
claim "too"                                equal "$(cat out)" "$janus"

cp two.jpg saved.jpg
claim "what it writes is saved"            both describe "$JANUS" "$MODEL" --save --keywords saved.jpg
claim "in the file"                        has_text saved.jpg
claim "as this model writes it"            equal "$(field saved.jpg $ALT)" "lang=\"x-default\" $(head -n 1 out)"
claim "with its keywords"                  sh -c 'exiv2 -K Xmp.dc.subject -Pv pr saved.jpg | grep -qw circle'

claim "one describes and the other draws"  both rebuild "$JANUS" "$MODEL" --seed 3 --output drawn.png two.jpg
claim "what is written is the one's"       says "$nano"
claim "and both are named"                 says "described by nano, drawn by janus"
claim "the picture says which drew it"     sh -c 'echo "$1" | grep -q "model janus "' sh "$(parameters drawn.png)"
claim "the words alone"                    alone generate "$JANUS" --seed 3 --output again.png --prompt "$nano"
claim "give the same picture"              equal "$(pixels again.png)" "$(pixels drawn.png)"
claim "one model for both"                 alone rebuild "$MODEL" --seed 3 --output one.png two.jpg
claim "needs no names"                     not says "described by"
claim "and draws another picture"          differ "$(pixels one.png)" "$(pixels drawn.png)"
claim "of which the picture tells"         sh -c 'echo "$1" | grep -q "model nano "' sh "$(parameters one.png)"

claim "the second one scores"              both score "$JANUS" "$MODEL" two.jpg "a red circle and a blue square"
cp out score
claim "as it does alone"                   alone score "$MODEL" two.jpg "a red circle and a blue square"
claim "with the same number"               cmp out score

claim "a folder without a model is an error" not both rebuild "$JANUS" "$work/nothing" --output no.png two.jpg
claim "that names it"                      grep -qF -- "$work/nothing" err
claim "and nothing is written"             not test -e no.png
finish
