# SPDX-License-Identifier: GPL-3.0-or-later
#
# `pisces describe --keywords` prints keywords, and with --save adds them to those
# of the file, which exiv2 and exiftool read.  A language and a context reach a
# model that follows them; one that does not says so in one sentence.
#
#   PISCES_TOOL   the tool      MODEL   nano's folder
#   JANUS, SMOLVLM   small models of these families

. "$(dirname "$0")/cli-test.sh"
needs exiv2 exiftool magick

SUBJECT=Xmp.dc.subject
describe () { "$PISCES_TOOL" describe --model "$MODEL" "$@" >out 2>err; local rc=$?; cat err; return $rc; }
janus () { "$PISCES_TOOL" describe --model "$JANUS" "$@" >out 2>err; local rc=$?; cat err; return $rc; }
smolvlm () { "$PISCES_TOOL" describe --model "$SMOLVLM" "$@" >out 2>err; local rc=$?; cat err; return $rc; }
one_line_with () { equal "$(grep -c . err)" 1 && grep -q -- "$1" err; }
silent () { equal "$(cat err)" ""; }

# Two shapes that nano knows.
shapes () { magick -size 128x128 xc:white -fill red -draw 'circle 40,64 40,40' -fill '#2040e0' -draw 'rectangle 76,44 116,84' "$@"; }
shapes two.jpg

claim "keywords alone are asked for"      describe --length none --keywords two.jpg
claim "and nothing else is written"       equal "$(wc -l <out | tr -d ' ')" 1
claim "they name the things"              grep -qw circle out
claim "and the colours"                   grep -qw red out
claim "and what they are on"              grep -qw "white background" out
claim "each once"                         equal "$(tr ',' '\n' <out | sed 's/^ *//' | sort | uniq -d)" ""
keywords=$(cat out)
claim "with a text, they come after it"   describe --keywords two.jpg
claim "on a line of their own"            equal "$(sed -n 2p out)" "$keywords"
claim "nothing asked for is an error"     not describe --length none two.jpg
claim "that says what to add"             grep -q -- "--keywords" err

cp two.jpg saved.jpg
exiftool -q -overwrite_original -XMP-dc:Subject=Zoo -XMP-dc:Subject=RED -IPTC:Keywords=Old saved.jpg
claim "they are saved"                    describe --save --length none --keywords saved.jpg
claim "after those that are there, none of them twice" \
  equal "$(field saved.jpg $SUBJECT)" "Zoo, RED, $(echo "$keywords" | tr ',' '\n' | sed 's/^ *//' | grep -vx red | paste -sd, | sed 's/,/, /g')"
claim "exiftool reads the same"           equal "$(exiftool -s3 -XMP-dc:Subject saved.jpg)" "$(field saved.jpg $SUBJECT)"
claim "other programs' list stays"        equal "$(exiftool -s3 -IPTC:Keywords saved.jpg)" "Old"
claim "and no text was written"           equal "$(field saved.jpg $ALT)" ""
before=$(field saved.jpg $SUBJECT)
claim "a second time"                     describe --save --length none --keywords saved.jpg
claim "nothing is added"                  equal "$(field saved.jpg $SUBJECT)" "$before"
claim "texts and keywords are saved together" describe --save --keywords saved.jpg
claim "the text is there"                 has_text saved.jpg
claim "a file with a text is left alone"  describe --save --keywords saved.jpg
claim "and this is told"                  grep -q "has a text already" err
cp saved.jpg again.jpg
exiftool -q -overwrite_original -XMP-dc:Subject= again.jpg
claim "but keywords alone replace nothing" describe --save --length none --keywords again.jpg
claim "so they are added to it"           equal "$(field again.jpg $SUBJECT)" "Old, $keywords"
claim "several files are described"       describe --length none --keywords two.jpg saved.jpg
claim "a line for each, with its name"    equal "$(grep -c '^[a-z]*\.jpg: ' out)" 2

claim "nano takes a language"             describe --language de two.jpg
claim "and says that it wrote English"    one_line_with "its text is in English, also where it is saved as “de”"
claim "English is what it writes"         describe --language en-GB two.jpg
claim "so there is nothing to say"        silent
claim "nano takes a context"              describe --context "for a shop" two.jpg
claim "and says that it had no effect"    one_line_with "nothing but the picture"
claim "both together"                     describe --context "for a shop" --language fr two.jpg
claim "are one sentence"                  one_line_with "its text is in English, also where it is saved as “fr”"

# A Janus with random weights writes nonsense, but other nonsense after other words.
claim "Janus describes"                   janus --length long two.jpg
claim "without a warning"                 silent
plain=$(cat out)
claim "with a language"                   janus --length long --language de two.jpg
claim "it is asked something else"        differ "$(cat out)" "$plain"
claim "and that is no warning"            silent
claim "with a context"                    janus --length long --context "for a shop" two.jpg
claim "it is asked something else too"    differ "$(cat out)" "$plain"
claim "a tag whose name is not known is passed on" janus --length long --language tlh two.jpg
claim "to the model"                      differ "$(cat out)" "$plain"
claim "which is told"                     one_line_with "The name of the language “tlh”"
claim "it is asked for keywords"          janus --length none --keywords two.jpg

# SmolVLM's cards name English alone.
claim "SmolVLM describes"                 smolvlm two.jpg
plain=$(cat out)
claim "with a language"                   smolvlm --language de two.jpg
claim "it writes the same"                equal "$(cat out)" "$plain"
claim "and says that it wrote English"    one_line_with "its text is in English, also where it is saved as “de”"
cp two.jpg saved-as.jpg
claim "also when that is saved"           smolvlm --save --language de saved-as.jpg
claim "as German"                         equal "$(exiv2 -K $ALT -Pv pr saved-as.jpg | grep -c 'lang="de"')" 1
claim "it says so"                        one_line_with "its text is in English, also where it is saved as “de”"
claim "English is nothing to tell of"     smolvlm --language en-GB two.jpg
claim "as it writes that"                 silent
claim "it takes a context"                smolvlm --context "for a shop" two.jpg
claim "and is asked something else"       differ "$(cat out)" "$plain"
claim "with a language too"               smolvlm --context "for a shop" --language fr two.jpg
claim "that alone had no effect"          one_line_with "its text is in English, also where it is saved as “fr”"

# Before a model is looked for: there is none in this folder.
unknown () { ! "$PISCES_TOOL" describe --model /nowhere --language "$1" two.jpg 2>err && one_line_with "“$1” is not a language tag"; }
for tag in xx zz-US german x "no tag"; do
  claim "$tag is the tag of no language"  unknown "$tag"
done

# The plan of a model that draws from words is the prompt, written out in detail.
claim "a prompt is written out"           sh -c '"$0" plan --model "$1" "two red stars" >plan' "$PISCES_TOOL" "$JANUS"
claim "in one line"                       equal "$(wc -l <plan | tr -d ' ')" 1
claim "that has words"                    [ -s plan ]

finish
