# SPDX-License-Identifier: GPL-3.0-or-later
#
# A model may end its text before the first word.  That is told, and no text of a
# person is lost to it, even if texts may be replaced.
#
#   PISCES_TOOL   the tool      SMOLVLM   a small SmolVLM

. "$(dirname "$0")/cli-test.sh"
needs exiv2 magick

# With weights of 0 the first token of the vocabulary is always the most likely, and
# the small model's first token is one that is not shown.
cp -r "$SMOLVLM" silent-model
chmod -R u+w silent-model
file=silent-model/model.safetensors
head=$(($(od -An -tu8 -N8 $file) + 8)) size=$(stat -c %s $file)
head -c "$size" /dev/zero | tail -c "+$((head + 1))" | dd of=$file bs="$head" seek=1 conv=notrunc status=none
describe () { "$PISCES_TOOL" describe --model silent-model "$@" >out 2>err; local rc=$?; cat err; return $rc; }
fails () { ! describe "$@" && grep -qF "The model wrote nothing about this picture." err; }
LONG=Xmp.iptc.ExtDescrAccessibility

picture old.jpg
exiv2 -M"set $ALT lang=x-default My words" -M"set $LONG lang=x-default My long words" old.jpg
cp old.jpg before.jpg

claim "a model that writes nothing fails"       fails old.jpg
claim "with both texts"                         fails --length both old.jpg
claim "as an answer"                            fails --question "What is this?" old.jpg
for kind in short long both; do
  claim "saving fails, too ($kind)"             fails --save --overwrite --length $kind old.jpg
  claim "and the file stays"                    cmp old.jpg before.jpg
done
cp old.jpg other.jpg
claim "of several files all are tried"          fails --save --overwrite old.jpg other.jpg
claim "and counted"                             grep -q "^pisces describe: 2 of 2 files" err
claim "and stay"                                cmp other.jpg before.jpg
claim "no keywords are no failure"              describe --length none --keywords old.jpg
claim "and are told"                            grep -q "found no keywords" err
claim "no picture is drawn from nothing"        not "$PISCES_TOOL" rebuild --describe-model silent-model old.jpg -o new.png
claim "and none is saved"                       not test -e new.png

finish
