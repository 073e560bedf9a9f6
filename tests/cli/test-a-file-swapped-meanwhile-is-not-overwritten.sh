# SPDX-License-Identifier: GPL-3.0-or-later
#
# A text is saved only in the file that was read: not in one that has replaced
# it since, even if its size and date are the same, and not in one that another
# program has written into.

. "$(dirname "$0")/cli-test.sh"
needs exiv2 magick strace

picture first.jpg
magick -size 96x72 xc:white -fill blue -draw 'rectangle 20,20 60,50' second.jpg
# Both files get the same size, by zeros after the end, and the same date, so that
# only their contents differ.
truncate -s 4000 first.jpg second.jpg
touch -d '2020-01-01' first.jpg second.jpg

# Saves in x.jpg.  strace pauses the tool when the model is opened, or when the new
# file is written, and the command runs meanwhile.
meanwhile ()   # at, command
{
  local stop run
  rm -f x.jpg calls && cp -p first.jpg x.jpg
  case $1 in
    looking) stop=(-P "$MODEL/config.json" -e trace=openat -e inject=openat:signal=STOP:when=1) ;;
    saving)  stop=(-e trace=fsync -e inject=fsync:signal=STOP:when=1) ;;
  esac
  strace -f -o calls "${stop[@]}" "$PISCES_TOOL" describe --save --model "$MODEL" x.jpg >out 2>err &
  run=$!
  for _ in $(seq 600); do grep -q 'stopped by SIGSTOP' calls 2>/dev/null && break; sleep 0.1; done
  $2
  kill -CONT $(pgrep -P $run)
  wait $run
  status=$?
  cat err >&2
}
swap ()     { cp -p second.jpg other && mv other x.jpg; }
write_in () { cat second.jpg >x.jpg && touch -r first.jpg x.jpg; }
link_to ()  { cp -p second.jpg target.jpg && rm -f x.jpg && ln -s target.jpg x.jpg; }
remove ()   { rm x.jpg; }

for at in looking saving; do
  meanwhile $at true
  claim "$at: a file that nobody touches is saved in" [ $status = 0 ]
  claim "$at: and has its text"            has_text x.jpg
  for how in swap write_in link_to; do
    meanwhile $at $how
    claim "$at, $how: the run fails"       [ $status = 1 ]
    claim "$at, $how: with a sentence"     grep -q "“x.jpg”.*nothing was saved.*\.$" err
    claim "$at, $how: the new file is untouched" cmp x.jpg second.jpg
    claim "$at, $how: so is its date"      [ ! x.jpg -nt second.jpg ]
    claim "$at, $how: nothing is left beside it" nothing_beside
  done
  meanwhile $at remove
  claim "$at: one that is gone is told"    sh -c '[ $1 = 1 ] && grep -q "x.jpg" err' sh $status
  claim "$at: and does not come back"      [ ! -e x.jpg ]
done


finish
