# SPDX-License-Identifier: GPL-3.0-or-later
#
# The command line tool: the same seed gives the same bytes, results go to
# standard output, and every mistake ends with one sentence on standard error
# and an exit code that is not 0.
#
#   PISCES_TOOL   the tool      MODEL   a model folder      NANO   the built-in one

set -u

work=$(mktemp -d "${TMPDIR:-/tmp}/pisces-cli-test.XXXXXX")
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
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

# Succeeds if the tool fails with this exit code, prints nothing on standard output,
# and prints one sentence with these words on standard error.
fails ()   # code, words, arguments...
{
  local code=$1 words=$2 rc=0
  shift 2
  "$PISCES_TOOL" "$@" >out 2>err || rc=$?
  cat err
  [ "$rc" = "$code" ] && [ ! -s out ] && [ "$(wc -l <err)" = 1 ] &&
    grep -qF -- "$words" err && grep -q '[.!]$' err
}

draw ()   # output, arguments...
{
  local file=$1
  shift
  "$PISCES_TOOL" generate --prompt "two red stars" --steps 3 -o "$file" "$@"
}

claim "a picture is drawn"                  draw a.png --seed 5
claim "and again"                           draw b.png --seed 5
claim "the same seed: the same bytes"       cmp a.png b.png
draw c.png --seed 6 >/dev/null 2>&1
claim "another seed: other bytes"           sh -c '! cmp -s a.png c.png'
claim "the plan is printed"                 sh -c '"$1" generate -p "a star" --steps 2 -o d.png | grep -q "^plan: "' sh "$PISCES_TOOL"
claim "a given plan is drawn from"          sh -c '"$1" generate -p "a star" --plan "red star" --steps 2 -o d.png | grep -qx "plan: red star"' sh "$PISCES_TOOL"
claim "the PNG carries prompt and seed"     sh -c 'identify -verbose a.png | grep -q "two red stars" && identify -verbose a.png | grep -q "seed 5"'
says () { [ "$(exiv2 -K Xmp.iptcExt.DigitalSourceType -Pv pr "$1")" = "$2" ]; }
claim "and that a model drew it"            says a.png http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia
draw unsaid.png --seed 5 --no-source-type >/dev/null 2>&1
claim "unless that is not wanted"           says unsaid.png ""
claim "which changes no pixel"              [ "$(identify -format '%#' a.png)" = "$(identify -format '%#' unsaid.png)" ]
claim "count makes numbered files"          sh -c '"$1" generate -p "a star" --steps 2 -n 3 -o e.png && [ -s e.png ] && [ -s e-2.png ] && [ -s e-3.png ]' sh "$PISCES_TOOL"
claim "a picture is described"              sh -c '[ -n "$("$1" describe a.png)" ]' sh "$PISCES_TOOL"
claim "at length"                           sh -c '[ -n "$("$1" describe --length long a.png)" ]' sh "$PISCES_TOOL"
claim "a question is answered"              sh -c '[ -n "$("$1" describe --question "how many" a.png)" ]' sh "$PISCES_TOOL"
claim "a picture is rebuilt and compared"   sh -c '"$1" rebuild a.png -o r.png | grep -q "^likeness: " && [ -s r.png ]' sh "$PISCES_TOOL"
claim "which says that a model drew it too" says r.png http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia
claim "unless that is not wanted"           sh -c '"$1" rebuild a.png --no-source-type -o ru.png >out && ! grep -q DigitalSourceType ru.png' sh "$PISCES_TOOL"
claim "and otherwise with another seed"     sh -c '"$1" rebuild a.png -s 5 -o r5.png >out && ! cmp -s r.png r5.png' sh "$PISCES_TOOL"
claim "the plan is the one that is drawn"   sh -c '[ "$("$1" generate -p "a star" -s 9 --steps 2 -o d.png | sed -n "s/^plan: //p")" = "$("$1" plan "a star" -s 9)" ]' sh "$PISCES_TOOL"
claim "a cold plan is the same for all seeds" sh -c '[ "$("$1" plan "a star" -t 0 -s 1)" = "$("$1" plan "a star" -t 0 -s 2)" ]' sh "$PISCES_TOOL"
claim "a hot one is another plan"           sh -c '[ "$("$1" plan "a star" -t 0 -s 1)" != "$("$1" plan "a star" -t 2 -s 1)" ]' sh "$PISCES_TOOL"
claim "another seed plans otherwise"        sh -c '[ "$("$1" plan "a star" -s 1)" != "$("$1" plan "a star" -s 2)" ]' sh "$PISCES_TOOL"
for prompt in "(red star)" "[red star]" 'red "star"' red-star red,star “red”\ star red/star 'red star!!!' '⭐red star'; do
  claim "$prompt is planned as red star"    sh -c '[ "$("$1" plan -m "$NANO" -t 0 "$2")" = "$("$1" plan -m "$NANO" -t 0 "red star")" ]' sh "$PISCES_TOOL" "$prompt"
done
claim "what the model reads is said"        sh -c '"$1" plan -m "$NANO" "(red-star)" 2>&1 >plan | grep -qx "pisces: The model reads: “red star”."' sh "$PISCES_TOOL"
claim "and nothing where that is the same"  sh -c '[ -z "$("$1" plan -m "$NANO" "a Red star" 2>&1 >plan)" ]' sh "$PISCES_TOOL"
long=$(for i in $(seq 1 300); do printf 'red star '; done)
claim "what is left out is said first"      sh -c '"$1" plan "$2" 2>&1 | sed -n 1p | grep -qF "Everything from “red star red star red…” on is left out."' sh "$PISCES_TOOL" "$long"
claim "also when it is drawn"               sh -c '"$1" generate -p "$2" --steps 1 -o long.png 2>&1 | sed -n 1p | grep -qF "Everything from “red star red star red…” on is left out."' sh "$PISCES_TOOL" "$long"
claim "once"                                sh -c '[ "$("$1" generate -p "$2" --steps 1 -o long.png 2>&1 | grep -c "left out")" = 1 ]' sh "$PISCES_TOOL" "$long"
claim "and when it is scored"               sh -c '"$1" score a.png "$2" 2>&1 | sed -n 1p | grep -qF "on is left out."' sh "$PISCES_TOOL" "$long"
claim "what cannot be drawn is told once"   sh -c '[ "$("$1" plan -m "$NANO" "a cat" 2>&1 | grep -c "draw nothing")" = 1 ]' sh "$PISCES_TOOL"
claim "but may be compared"                 sh -c '"$1" score -m "$NANO" a.png "a cat" 2>&1 | grep -qF "left them out: “cat”."' sh "$PISCES_TOOL"
claim "a picture is scored"                 sh -c '"$1" score a.png "two red stars" | grep -qE "^match: [01]\.[0-9]{3}$"' sh "$PISCES_TOOL"
claim "a negative prompt changes it"        sh -c '"$1" generate -p "two red stars" --steps 3 -s 5 --negative "blue fish" -o n.png && ! cmp -s a.png n.png' sh "$PISCES_TOOL"
claim "and is kept in the PNG"              sh -c 'identify -verbose n.png | grep -q "blue fish"' sh
claim "an empty one does not"               sh -c '"$1" generate -p "two red stars" --steps 3 -s 5 --negative "" -o n0.png && cmp a.png n0.png' sh "$PISCES_TOOL"
claim "a picture is drawn from another"     sh -c '"$1" generate -p "two red stars" --steps 3 -s 5 --like c.png:0.5 -o l.png && ! cmp -s a.png l.png' sh "$PISCES_TOOL"
claim "a weight of 0 is no picture"         sh -c '"$1" generate -p "two red stars" --steps 3 -s 5 --like c.png:0 -o l0.png && cmp a.png l0.png' sh "$PISCES_TOOL"
claim "two are blended without a prompt"    sh -c '"$1" generate --steps 3 --like a.png --like c.png --blend -o bl.png && [ -s bl.png ]' sh "$PISCES_TOOL"
claim "in either order"                     sh -c '"$1" generate --steps 3 --like c.png --like a.png --blend -o lb.png && cmp bl.png lb.png' sh "$PISCES_TOOL"
cp c.png c:9.png
claim "a file may have a colon"             sh -c '"$1" generate -p "a star" --steps 2 --like c:9.png -o l.png' sh "$PISCES_TOOL"
claim "a model folder is verified"          sh -c '"$1" verify "$MODEL" | grep -q "All files are sound"' sh "$PISCES_TOOL"
claim "the CPU is among the devices"        sh -c '"$1" devices | grep -q "^cpu .* yes"' sh "$PISCES_TOOL"
claim "the version is told"                 sh -c '"$1" --version | grep -qE "^pisces [0-9.]+$"' sh "$PISCES_TOOL"
claim "help is given"                       sh -c '"$1" --help | grep -q generate' sh "$PISCES_TOOL"

claim "a prompt in another encoding"        fails 2 "a text that is not in this system's encoding" generate -p $'a \xff star' -o f.png
claim "an unknown command"     fails 2 "fly" fly
draw wide.png --seed 5 --size 448x256 --model "$NANO" >/dev/null 2>&1
draw aspect.png --seed 5 --size 16:9 --model "$NANO" >/dev/null 2>&1
claim "a size is drawn"                     [ "$(identify -format '%wx%h' wide.png)" = 448x256 ]
claim "and the nearest to an aspect"        cmp wide.png aspect.png
claim "an aspect that is drawn needs no words" sh -c '! "$1" generate -p star -o x.png --steps 1 --size 16:9 -m "$2" 2>&1 | grep -q "no pictures of"' sh "$PISCES_TOOL" "$NANO"
claim "one that is not gets a sentence"     sh -c '"$1" generate -p star -o x.png --steps 1 --size 2.39:1 -m "$2" 2>&1 | grep -q "no pictures of 2.39:1; the nearest size is 448 × 256"' sh "$PISCES_TOOL" "$NANO"
claim "also if a model draws squares only"  sh -c '"$1" generate -p star -o x.png --steps 1 --size 16:9 2>&1 | grep -q "no pictures of 16:9; the nearest size is 64 × 64"' sh "$PISCES_TOOL"
draw tall.png --seed 5 --size 3:4 --model "$NANO" >/dev/null 2>&1
claim "also of a tall one"                  [ "$(identify -format '%wx%h' tall.png)" = 256x336 ]
draw own.png --seed 5 --size 64x64 >/dev/null 2>&1
claim "the model's own size changes nothing" cmp a.png own.png

claim "a size between"         fails 1 "384 × 256" generate -p star -o x.png --size 300x200 -m "$NANO"
claim "a line of pixels"       fails 1 "256 × 448" generate -p star -o x.png --size 1x20000 -m "$NANO"
claim "too large a square"     fails 1 "256 × 256" generate -p star -o x.png --size 20000x20000 -m "$NANO"
claim "no pixels"              fails 1 "256 × 256" generate -p star -o x.png --size 0x0 -m "$NANO"
claim "no size"                fails 1 "“large” is not a size" generate -p star -o x.png --size large
claim "half an aspect"         fails 1 "16:9" generate -p star -o x.png --size 16:
claim "a model of squares"     fails 1 "64 × 64" generate -p star -o x.png --size 96x64
claim "no prompt"              fails 2 "--prompt" generate -o x.png
claim "an output that is no PNG" fails 2 "“.png”; “b.jpg” does not" generate -p star -o b.jpg
cp a.png own.png
ln -s own.png link.png
claim "a rebuilt picture in the place of the described one" fails 2 "another name" rebuild own.png -o link.png
claim "which stays as it is"   cmp own.png a.png
claim "an empty prompt"        fails 1 "the prompt is empty" generate -p " " -o x.png
claim "a plan of blanks is none" fails 1 "the prompt is empty" generate -p "" --plan "  " -o x.png
claim "a dash before a prompt" fails 2 "behind “--”" plan "-5 stars"
claim "no output"              fails 2 "--output" generate -p star
claim "an impossible seed"     fails 2 "-7" generate -p star -o x.png --seed=-7
claim "a seed beyond 32 bits" fails 2 "112358132141" generate -p star -o x.png --seed=112358132141
claim "beyond 64 bits"         fails 2 "99999999999999999999" generate -p star -o x.png --seed=99999999999999999999
claim "a seed with a part"     fails 2 "1.5" generate -p star -o x.png --seed=1.5
claim "a seed to plan with"    fails 2 "4294967296" plan star --seed=4294967296
claim "a seed to rebuild with" fails 2 "-1" rebuild a.png --seed=-1
claim "seeds that would wrap"  fails 1 "Take a smaller seed" generate -p star -o x.png --seed 4294967295 --count 3
claim "no pictures"            fails 2 "--count" generate -p star -o x.png --count 0
claim "too many pictures"      fails 2 "--count is 65" generate -p star -o x.png --count 65
claim "2³² + 1 pictures"       fails 2 "4294967297" generate -p star -o x.png --count 4294967297
claim "fewer steps than none"  fails 2 "--steps" generate -p star -o x.png --steps=-3
claim "too many steps"         fails 1 "9999 steps" generate -p star -o x.png --steps 9999
claim "guidance that is none"  fails 2 "--guidance is nan" generate -p star -o x.png --guidance nan
claim "guidance without end"   fails 2 "--guidance is inf" generate -p star -o x.png --guidance inf
claim "guidance below"         fails 2 "--guidance is -3" generate -p star -o x.png --guidance=-3
claim "too much guidance"      fails 2 "--guidance is 101" generate -p star -o x.png --guidance 101
claim "a cold plan"            fails 2 "--temperature is -0.5" plan star --temperature=-0.5
claim "a plan that is none"    fails 2 "--temperature is nan" plan star --temperature nan
claim "weights above 1"        fails 1 "add up to 1.3" generate -p star -o x.png --like a.png:0.7 --like c.png:0.6
claim "a weight that is none"  fails 1 "weight" generate -p star -o x.png --like a.png:nan
claim "a negative weight"      fails 1 "weight" generate -p star -o x.png --like a.png:-0.5
claim "a weight of words"      fails 2 "half" generate -p star -o x.png --like a.png:half
claim "blending weights"       fails 2 ":0.5" generate -o x.png --blend --like a.png:0.5
claim "blending nothing"       fails 2 "--like" generate -o x.png --blend
claim "like no such picture"   fails 1 "nowhere.png" generate -p star -o x.png --like nowhere.png
claim "no prompt to plan"      fails 2 "prompt" plan
claim "no prompt to score"     fails 2 "prompt" score a.png
claim "an empty prompt to score" fails 1 "the prompt is empty" score a.png ""
claim "one of blanks"          fails 1 "the prompt is empty" score a.png $' \t\u200b'
claim "before a model is looked for" fails 1 "the prompt is empty" score a.png "" --model /nowhere
claim "no picture to score"    fails 1 "nowhere.png" score nowhere.png star
claim "an unknown option"      fails 2 "--wings" generate --wings
claim "no such picture"        fails 1 "nowhere.png" describe nowhere.png
printf 'no picture' >words.png
claim "a file that is none"    fails 1 "words.png" describe words.png
claim "no such model"          fails 1 "/nowhere" generate -p star -o x.png --model /nowhere
claim "no such backend"        fails 1 "abacus" generate -p star -o x.png --backend abacus
claim "no such folder to save" fails 1 "/nowhere/x.png" generate -p star --steps 2 -o /nowhere/x.png
claim "a length that is none"  fails 2 "tiny" describe --length tiny a.png

mkdir small
if mount -t tmpfs -o size=8k tmpfs small 2>/dev/null; then
  printf older >small/p.png
  claim "a full disk is told"          fails 1 "small/p.png" generate -p star --steps 2 -o small/p.png
  claim "and the older file is whole"  grep -qx older small/p.png
else
  echo "ok $((n += 1)) - a full disk is told # SKIP mounting a small disk needs root"
fi

echo "1..$n"
exit $bad
