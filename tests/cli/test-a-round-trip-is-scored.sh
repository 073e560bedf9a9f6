# SPDX-License-Identifier: GPL-3.0-or-later
#
# `rebuild --score` describes pictures, draws them again and compares them: with the
# models that are named, over one picture or folders of them, as a table and as JSON.
#
#   PISCES_TOOL   the tool      MODEL   nano's folder      JANUS   a small Janus
#   CLIP, DINOV2  small models that compare             SD3     one that cannot

. "$(dirname "$0")/cli-test.sh"
needs magick python3

unset PISCES_COMPARE_MODEL_DIR
score () { "$PISCES_TOOL" rebuild --score "$@" >out 2>err; local rc=$?; cat err; return $rc; }
one () { "$PISCES_TOOL" rebuild "$@" >out 2>err; local rc=$?; cat err; return $rc; }
# What stands in a line and a column, counted from the end, of the table.
cell () { awk -v name="$1" -v back="$2" '$1 == name { print $(NF - back) }' out; }
head_is () { equal "$(sed -n 1p out | xargs)" "$1"; }
lines () { equal "$(wc -l <out)" "$1"; }
# Whether the first is a hundred times the second, but for rounding.
is_hundredfold () { awk -v a="$1" -v b="$2" 'BEGIN { d = a - 100 * b; exit ! (b != "" && d < .06 && d > -.06) }'; }
is_mean () { awk -v a="$1" -v b="$2" -v c="$3" 'BEGIN { d = a - (b + c) / 2; exit ! (b != "" && c != "" && d < .011 && d > -.011) }'; }
json () { python3 -c "import json; told = json.load(open('out')); assert ($1), told"; }

mkdir pictures
magick -size 128x128 xc:white -fill red -draw 'circle 40,64 40,40' pictures/a.png
magick -size 100x60 xc:white -fill '#2040e0' -draw 'rectangle 76,14 96,54' 'pictures/b é.png'

claim "a picture is scored"                  score pictures/a.png
claim "in two lines"                         lines 2
claim "whose number is the model's own"      head_is likeness
claim "and how to get another is said"       grep -qF -- "--compare-model" err
own=$(cell pictures/a.png 0)
claim "without it there is the same number"  one pictures/a.png
claim "in other words"                       is_hundredfold "$own" "$(sed -n 's/^likeness: //p' out)"

claim "CLIP compares"                        score --compare-model "$CLIP" pictures/a.png
claim "and is named"                         head_is clip
claim "nothing else is said"                 not test -s err
clip=$(cell pictures/a.png 0)
claim "it says another number"               differ "$clip" "$own"
claim "also where the picture is printed"    one --compare-model "$CLIP" pictures/a.png
claim "it is the same"                       is_hundredfold "$clip" "$(sed -n 's/^likeness: //p' out)"
claim "the environment can name it"          env PISCES_COMPARE_MODEL_DIR="$CLIP" "$PISCES_TOOL" rebuild --score pictures/a.png
env PISCES_COMPARE_MODEL_DIR="$CLIP" "$PISCES_TOOL" rebuild --score pictures/a.png >out
claim "with the same number"                 equal "$(cell pictures/a.png 0)" "$clip"

echo no picture >pictures/c.png
claim "of a folder, what can be is scored"   not score --compare-model "$CLIP" --compare-model "$DINOV2" pictures
claim "with both models and their mean"      head_is "clip dinov2 mean"
claim "a line each, and one for the mean"    lines 4
claim "the picture has the same number"      equal "$(cell pictures/a.png 2)" "$clip"
claim "the mean of the models is right"      is_mean "$(cell pictures/a.png 0)" "$clip" "$(cell pictures/a.png 1)"
claim "that of the pictures too"             is_mean "$(cell mean 2)" "$clip" "$(awk '/^pictures\/b/ { print $(NF - 2) }' out)"
claim "and the total"                        is_mean "$(cell mean 0)" "$(cell mean 1)" "$(cell mean 2)"
claim "what cannot be read is told"          grep -qF "c.png" err
claim "and counted"                          grep -qF "1 of 3 pictures" err
rm pictures/c.png

claim "JSON"                                 score --json --seed 3 --model "$JANUS" --describe-model "$MODEL" --compare-model "$CLIP" --compare-model "$DINOV2" pictures
claim "names who did what"                   json "told['described_by']['name'] == 'nano' and told['drawn_by']['name'] == 'janus' and told['seed'] == 3"
claim "with their digests"                   json "all(len(m['digest']) == 64 for m in [told['described_by'], told['drawn_by'], *told['measured_by']])"
claim "and the texts"                        json "[len(p['text']) > 9 for p in told['pictures']] == [True, True]"
claim "names are whole"                      json "told['pictures'][1]['file'] == 'pictures/b é.png'"
claim "and means are right"                  json "abs(told['mean'] - sum(sum(p['scores']) for p in told['pictures']) / 4) < 1e-9 and abs(told['measured_by'][1]['mean'] - sum(p['scores'][1] for p in told['pictures']) / 2) < 1e-9"
claim "JSON without a model for it"          score --json pictures/a.png
claim "names none"                           json "told['measured_by'][0]['name'] is None"

claim "a model without vectors is refused"   not score --compare-model "$SD3" pictures/a.png
claim "by its name"                          grep -qF "sd3" err
claim "before anything is done"              not test -s out
claim "a folder that is not there is told"   not score --compare-model "$work/nothing" pictures/a.png
claim "by its name"                          grep -qF "$work/nothing" err
claim "several need a table"                 not one --compare-model "$CLIP" --compare-model "$DINOV2" pictures/a.png
claim "and so does JSON"                     not one --json pictures/a.png
claim "nothing is written beside a table"    not score --output no.png pictures/a.png
claim "an empty name stands for nothing"     not score ""
mkdir empty
claim "an empty folder has no pictures"      not score empty
finish
