# SPDX-License-Identifier: GPL-3.0-or-later
#
# `improve` draws a picture, looks at what it lacks, and draws it again with the same
# seed: from another plan with nano, from other words with a pair of models that have no
# plans.  Every picture is kept, and the best one is named.
#
#   PISCES_TOOL   the tool      MODEL   nano's folder
#   JANUS, QWEN, SD3   small models with random weights

. "$(dirname "$0")/cli-test.sh"
needs identify

improve () { "$PISCES_TOOL" improve "$@" >out 2>err; local rc=$?; cat err; return $rc; }
says () { grep -qF -- "$1" out || { cat out; return 1; }; }
rounds () { grep -c '^match: ' out; }
of () { identify -format "%[$2]" "$1"; }
first_match () { sed -n 's/^match: //p' out | head -n 1; }
best_match () { sed -n 's/^match: //p' out | sort -n | tail -n 1; }

claim "a picture that lacks something is drawn again" \
  improve --prompt "a small blue moon, a red tree and a yellow flower" --seed 4 --rounds 6 --output moon.png
claim "what it lacks is said"                 says "lacks: blue moon"
claim "and what is there in its place"        says "has in addition: green moon"
claim "each round is kept"                    test -e moon.png -a -e "moon-$(rounds).png"
claim "and no more"                           not test -e "moon-$(($(rounds) + 1)).png"
claim "they have the same seed"               equal "$(of moon-2.png Parameters)" "$(of moon.png Parameters)"
claim "the same words"                        equal "$(of moon-2.png Description)" "$(of moon.png Description)"
claim "and other plans"                       differ "$(of moon-2.png Plan)" "$(of moon.png Plan)"
claim "it gets better"                        sh -c '[ "$1" != "$2" ]' sh "$(first_match)" "$(best_match)"
claim "and the best is named"                 says ", match $(best_match) (at first $(first_match))"
best=$(sed -n 's/^best: \(.*\), match.*/\1/p' out)
claim "which is there"                        test -e "$best"
"$PISCES_TOOL" score "$best" "a small blue moon, a red tree and a yellow flower" >scored
claim "and scores so"                         grep -qF "match: $(best_match)" scored

claim "one that is right is not drawn for long" improve --prompt "a green house left of a yellow sun" --rounds 9 --output house.png
claim "but twice more at the most"            test "$(rounds)" -le 3
claim "one picture is the least"              improve --prompt "four green leaves" --rounds 1 --output leaves.png
claim "and is not asked about"                not says "lacks:"

claim "a pair without plans"                  improve --model "$SD3" --describe-model "$QWEN" --prompt "a red star" --rounds 2 --output pair.png
claim "says what is missing"                  says "lacks:"
claim "and draws from other words"            says "words:"
claim "with the same seed"                    test -e pair-2.png
claim "and these words"                       differ "$(of pair-2.png Description)" "$(of pair.png Description)"
claim "plans of one, answers of another"      improve --model "$MODEL" --describe-model "$QWEN" --prompt "a red star" --rounds 2 --output mixed.png
claim "work together"                         says "lacks:"
claim "a pair that cannot mend"               improve --model "$JANUS" --describe-model "$MODEL" --prompt "a red star" --output once.png
claim "draws once"                            equal "$(rounds)" 1
claim "and says why"                          grep -qF "not drawn again" err

claim "a model that cannot look is refused"   not improve --model "$SD3" --prompt "a red star" --output no.png
claim "words are needed"                      not improve --output no.png
claim "and a file"                            not improve --prompt "a red star"
claim "no rounds are none"                    not improve --prompt "a red star" --rounds 0 --output no.png
finish
