# SPDX-License-Identifier: GPL-3.0-or-later
#
# A small Qwen2.5-VL describes pictures of all proportions in the language and with the
# context that it is given, and answers; one that is too narrow for it is named, with a
# sentence, and the others are described.
#
#   PISCES_TOOL   the tool      QWEN   a small Qwen2.5-VL

. "$(dirname "$0")/cli-test.sh"
needs magick

describe () { "$PISCES_TOOL" describe --model "$QWEN" "$@" >out 2>err; local rc=$?; cat err; return $rc; }
differs () { ! cmp -s "$1" "$2"; }
mkdir pictures
magick -size 160x120 xc:white -fill red -draw 'circle 40,64 40,40' pictures/a.png
magick -size 13x47 gradient:red-blue pictures/b.png
magick -size 1x20000 gradient:red-blue narrow.png

claim "a small Qwen2.5-VL is sound"        "$PISCES_TOOL" verify "$QWEN"
claim "it describes a picture"             describe pictures/a.png
cp out plain
claim "with words"                         test -s plain
claim "and without complaints"             equal "$(cat err)" ""
claim "it is asked for German"             describe --language de pictures/a.png
claim "and writes something else"          differs out plain
claim "which it does not complain of"      equal "$(cat err)" ""
claim "it is told of the picture"          describe --context "a sign in a street" pictures/a.png
claim "and writes something else"          differs out plain
claim "it is asked to read"                describe --look-closer --question "Write down all text in this image." pictures/a.png
claim "and answers"                        test -s out

claim "a narrow picture is refused"        not describe narrow.png
claim "with a sentence"                    grep -q "1 × 20000 pixels.*narrower than 1 : 200" err
claim "also among others"                  not describe pictures/a.png narrow.png pictures/b.png
claim "which are described"                equal "$(grep -c '^pictures/[ab].png: .' out)" 2
claim "and it is named"                    grep -q "narrow.png" err
finish
