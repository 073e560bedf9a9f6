# SPDX-License-Identifier: GPL-3.0-or-later
#
# `pisces describe --look-closer` with a small SmolVLM says something else, as it
# sees more; a model that cannot look closer says the same as without, and that it
# cannot.  A model that only describes says so when it is asked to draw.
#
#   PISCES_TOOL   the tool      MODEL   nano's folder      SMOLVLM   a small SmolVLM

. "$(dirname "$0")/cli-test.sh"
needs magick

describe () { "$PISCES_TOOL" describe --model "$1" "${@:2}" >out 2>err; local rc=$?; cat err; return $rc; }
differs () { ! cmp -s "$1" "$2"; }
draw () { "$PISCES_TOOL" generate --model "$SMOLVLM" --output drawn.png --prompt "a star" 2>err; }
magick -size 160x120 xc:white -fill red -draw 'circle 40,64 40,40' picture.png

claim "a small SmolVLM is sound"           "$PISCES_TOOL" verify "$SMOLVLM"
claim "it describes a picture"             describe "$SMOLVLM" picture.png
cp out whole
claim "with words"                         test -s whole
claim "and without complaints"             equal "$(cat err)" ""
claim "the same again"                     describe "$SMOLVLM" picture.png
claim "the same words"                     cmp out whole
claim "it looks closer"                    describe "$SMOLVLM" --look-closer picture.png
claim "and sees something else"            differs out whole
claim "also when it is asked"              describe "$SMOLVLM" --look-closer --question "what is red?" picture.png
claim "and answers"                        test -s out

claim "nano describes a picture"           describe "$MODEL" picture.png
cp out whole
claim "and is asked to look closer"        describe "$MODEL" --look-closer picture.png
claim "which does no harm"                 cmp out whole
claim "and this is told once"              equal "$(grep -c . err)" 1
claim "in a sentence"                      grep -q "Looking closer had no effect" err

claim "a score has a number"               "$PISCES_TOOL" score --model "$SMOLVLM" picture.png "a red circle"
claim "to draw is refused"                 not draw
claim "with a sentence"                    grep -q "describes pictures" err
claim "and nothing is written"             not test -e drawn.png
finish
