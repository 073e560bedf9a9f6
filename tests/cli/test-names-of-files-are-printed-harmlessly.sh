# SPDX-License-Identifier: GPL-3.0-or-later
#
# A file may have any name: that of an option, an address, one with line
# breaks, terminal sequences or invalid UTF-8.  It is described; its printed
# name is one line without control characters, from which the real name can be
# recovered; and no socket is opened.

. "$(dirname "$0")/cli-test.sh"
needs exiv2 magick strace
export LC_ALL=C.UTF-8

picture base.jpg
mkdir names && cd names || exit 1
mkdir http: file: ftp:
escape=$'\e]0;title\a\e[31mred.jpg'
names=(-- - --save.jpg -q http:/x.jpg 'http://y.jpg' 'https:x.jpg' file:/x.jpg ftp:/x.jpg data:x.jpg
       $'line\nbreak.jpg' $'carriage\rreturn.jpg' "$escape" $'latin-1-\xe9.jpg' $'c1-\xc2\x9b31m.jpg'
       $'turned-\xe2\x80\xaegpj.jpg' 'back\slash.jpg' 'a: b.jpg' ' blank .jpg' 'Größe 猫.jpg' 'http%3A.jpg')
for name in "${names[@]}"; do cp ../base.jpg ./"$name"; done
mkdir ../before && cp -a . ../before

strace -f -o ../calls -e trace=network \
  "$PISCES_TOOL" describe --save --model "$MODEL" -- "${names[@]}" >../out 2>../err
rc=$?
cd .. || exit 1
cat err >&2
claim "all are described"                equal $rc 0
claim "with nothing to say of them"      [ ! -s err ]
claim "a line is printed for each"       equal "$(wc -l <out)" ${#names[@]}
claim "that no terminal would obey"      not env LC_ALL=C grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]' out
claim "and that is UTF-8"                sh -c 'iconv -f UTF-8 -t UTF-8 out >/dev/null'
i=0
while IFS= read -r line; do
  name=${names[i]}
  printf -v back '%b' "${line%%: *}"
  claim "name $i can be read back from its line" equal "$back" "$name"
  claim "and has its text"               has_text "names/${name/#-/./-}"
  i=$((i + 1))
done <out
claim "no socket was opened"             not grep -q 'socket(' calls
claim "names are whole where output is not UTF-8" \
  sh -c 'LC_ALL=C "$1" describe --model "$MODEL" "names/Größe 猫.jpg" base.jpg 2>&1 | grep -qF "names/Gr\xc3\xb6\xc3\x9fe \xe7\x8c\xab.jpg: "' sh "$PISCES_TOOL"

# Such names are given to each option that takes a file.  The files do not exist.
cd names || exit 1
star=(generate -p star --steps 2)
calls () { strace -f -o ../calls -e trace=network "$PISCES_TOOL" "$@" >../out 2>../err; ! grep -q 'socket(' ../calls; }
claim "a picture to draw like"           calls "${star[@]}" --like http:/x.jpg -o http:/drawn.png
claim "and one that is drawn"            [ -s http:/drawn.png ]
claim "a picture to rebuild"             calls rebuild http:/x.jpg -o http:/again.png
claim "a picture to score"               calls score http:/x.jpg star
mkdir http:/model && cp -r "$MODEL/." http:/model
claim "a model"                          calls "${star[@]}" -m http:/model -o x.png
claim "a model to verify"                calls verify http:/model
claim "a model to round"                 calls quantize http:/model http:/small
for name in http:/none.jpg 'https://example.org/x.jpg' file:///etc/none.jpg ftp://example.org/x.jpg; do
  claim "$name that is not there"        calls describe --save "$name"
  claim "is told, and nothing fetched"   grep -qF "There is no file “$name”" ../err
done

# `--` ends the options: what follows is a file, with or without a dash at its start.
cd .. || exit 1
mkdir end && cd end || exit 1
cp ../base.jpg a.jpg && cp ../base.jpg -- -b.jpg && cp ../base.jpg -- --
lines () { "$PISCES_TOOL" describe "$@" 2>err | cut -d: -f1 | tr '\n' ' '; }
claim "-- before names without a dash"   equal "$(lines -- a.jpg a.jpg)" "a.jpg a.jpg "
claim "-- before one with a dash"        equal "$(lines -- a.jpg -b.jpg)" "a.jpg -b.jpg "
claim "-- between names"                 equal "$(lines a.jpg -- -b.jpg)" "a.jpg -b.jpg "
claim "a second -- is a name"            equal "$(lines -- a.jpg --)" "a.jpg -- "
claim "-- alone names nothing"           not "$PISCES_TOOL" describe --
claim "score: -- before a picture"       "$PISCES_TOOL" score -- -b.jpg star
claim "rebuild: likewise"                "$PISCES_TOOL" rebuild -- -b.jpg
claim "plan: a prompt with a dash"       "$PISCES_TOOL" plan -- "-red star"
claim "- alone is no standard input"     sh -c '! "$1" describe - </dev/null 2>err; grep -q "“-”.*standard input" err' sh "$PISCES_TOOL"
claim "nor standard output"              sh -c '! "$1" generate -p star -o - 2>err; grep -q "standard output" err' sh "$PISCES_TOOL"

# Sentences on standard error must be one line too, and so must the texts that a
# model's files contain about the model.
cd .. || exit 1
prints () { lines=$1; shift; "$PISCES_TOOL" "$@" >out 2>err; cat out err; [ "$(cat out err | wc -l)" = "$lines" ] && ! grep -aqP '[\x00-\x08\x0b-\x1f\x7f]' out err; }
says () { prints 1 "$@"; }
claim "a name that is not there"         says describe --save "no$escape"
claim "an option that is none"           says describe "--no$escape"
claim "a command that is none"           says "no$escape"
claim "a folder of no model"             says verify "no$escape"
mkdir model && cp -r "$MODEL/." model
python3 - <<'P'
import json
path = "model/config.json"
config = json.load(open(path))
config["name"] = "\x1b]0;title\x07\x1b[31mred\nline"
config["_name_or_path"] = config["name"]
json.dump(config, open(path, "w"))
P
claim "a model's name"                   prints 2 verify model
claim "is told all the same"             grep -q 'red' out
claim "and what it can do"               grep -q '^It can describe (needs about .* of memory) and draw' out

finish
