# SPDX-License-Identifier: GPL-3.0-or-later
#
# `pisces quantize` never writes into a folder, or removes anything, that it
# has not made itself, however it ends.

. "$(dirname "$0")/cli-test.sh"

quantize () { "$PISCES_TOOL" quantize "$@" >said 2>err; local rc=$?; cat err; return $rc; }
# Succeeds if the tool fails with a sentence that contains the words.
refuses () { local words=$1; shift; ! quantize "$@" && grep -qF -- "$words" err && grep -q '[.!]$' err; }

mkdir -p out.unfinished/mine && echo mine >out.unfinished/mine/file && echo mine >out.unfinished/config.json
claim "a folder of that name is told"     refuses "out.unfinished" "$MODEL" out
claim "and stays with all that is in it"  sh -c 'grep -qx mine out.unfinished/mine/file && grep -qx mine out.unfinished/config.json'
claim "and nothing is in it besides"      equal "$(find out.unfinished | wc -l)" 4
claim "before the model is read"          refuses "out.unfinished" /nowhere out
mv out.unfinished elsewhere && ln -s elsewhere out.unfinished
claim "a link to one is told"             refuses "out.unfinished" "$MODEL" out
claim "and stays"                         [ -L out.unfinished ]
claim "with what it leads to"             equal "$(find elsewhere | wc -l)" 4
rm out.unfinished && ln -s gone out.unfinished
claim "a link to nothing is told"         refuses "out.unfinished" "$MODEL" out
claim "and nothing is made there"         [ ! -e gone ]
rm out.unfinished && echo mine >out.unfinished
claim "a file is told"                    refuses "out.unfinished" "$MODEL" out
claim "and stays"                         grep -qx mine out.unfinished
rm out.unfinished

mkdir out
claim "an empty folder of the wanted name is told" refuses "out" "$MODEL" out
claim "and stays"                         [ -d out ]
rmdir out && ln -s gone out
claim "a link of that name is told"       refuses "out" "$MODEL" out
claim "and stays"                         [ -L out ]
rm out

# A model that cannot be copied completely, because one of its files is a pipe.
mkdir wrong && cp -r "$MODEL/." wrong && mkfifo wrong/pipe
claim "one that cannot be copied is told" refuses "pipe" wrong out
claim "and what was made is removed"      [ ! -e out.unfinished ]

# Somebody else puts something into the folder while the tool is running.
if command -v strace >/dev/null; then
  strace -f -o /dev/null -e trace=mkdir,mkdirat -e inject=mkdir,mkdirat:delay_exit=2000000 \
    "$PISCES_TOOL" quantize wrong out >slow-out 2>slow-err &
  for _ in $(seq 300); do [ -d out.unfinished ] && break; sleep 0.1; done
  echo mine >out.unfinished/mine
  wait $!
  claim "what is put there meanwhile stays"  grep -qx mine out.unfinished/mine
  claim "alone"                           equal "$(ls -A out.unfinished)" mine
  rm -r out.unfinished
else
  without "what is put there meanwhile stays" "strace is not installed"
fi

mkdir model && cp -r "$MODEL/." model
claim "a folder within the model is refused" refuses "within" model model/small
claim "through a link too"                sh -c 'ln -s model link; ! "$1" quantize model link/small 2>err; grep -q within err' sh "$PISCES_TOOL"
claim "and nothing is made there"         [ ! -e model/small.unfinished ]
claim "beside it is well"                 quantize model model-small
claim "also with a slash at the end"      quantize "$MODEL" out/
claim "the folder is a model"             "$PISCES_TOOL" verify out
claim "with nothing left beside it"       [ ! -e out.unfinished ]

finish
