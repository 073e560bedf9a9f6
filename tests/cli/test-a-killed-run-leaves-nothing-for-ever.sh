# SPDX-License-Identifier: GPL-3.0-or-later
#
# If a run is killed while it saves, every file is still complete; the next run
# removes what was left beside them, and nothing else; and the new file is on
# the disk before it gets the old one's name.

. "$(dirname "$0")/cli-test.sh"
needs exiv2 magick strace flock

picture base.jpg

# Starts a run that pauses for a while when it writes the new file.
slowly ()   # files...
{
  exec strace -f -o /dev/null -e trace=fsync -e inject=fsync:delay_enter=20000000:when=1 \
    "$PISCES_TOOL" describe --save --model "$MODEL" "$@" >slow-out 2>slow-err
}
wait_for_copy () { for _ in $(seq 600); do [ -n "$(find . -name '.pisces-*' -size +0)" ] && return; sleep 0.1; done; return 1; }

cp base.jpg a.jpg && cp base.jpg b.jpg
slowly a.jpg b.jpg &
slow=$!
claim "the new file grows beside the old one" wait_for_copy
claim "another run is told of the first"      refuses "another run" a.jpg
claim "and saves in another file meanwhile"   save b.jpg
claim "the file is as it was till the end"    cmp a.jpg base.jpg
# The tool is a child of strace, so the child is killed first.
kill -KILL $(pgrep -P $slow) $slow 2>/dev/null
wait $slow 2>/dev/null
claim "a killed run leaves the file whole"    cmp a.jpg base.jpg
claim "and its own file beside it"            not nothing_beside
claim "the next run saves"                    save a.jpg
claim "the text"                              has_text a.jpg
claim "and clears that file away"             nothing_beside

# Something that somebody else made has the name of our temporary file.
cp base.jpg c.jpg
copy=.pisces-$(printf c.jpg | sha256sum | cut -c 1-16).unfinished
mkdir "$copy"
claim "a folder in the way is told"           refuses "$copy" c.jpg
claim "and stays"                             [ -d "$copy" ]
rmdir "$copy" && echo mine >kept && ln -s kept "$copy"
claim "a link in the way is told"             refuses "$copy" c.jpg
claim "and stays"                             [ -L "$copy" ]
claim "with what it leads to"                 grep -qx mine kept
rm "$copy" && ln kept "$copy"
claim "so is a second name of another file"   refuses "$copy" c.jpg
claim "which stays"                           grep -qx mine "$copy"
rm "$copy" && mkfifo "$copy"
claim "and a pipe"                            refuses "$copy" c.jpg
rm "$copy" && : >"$copy"
claim "a left file that nobody has locked"    save c.jpg
claim "is cleared away"                       nothing_beside
cp base.jpg c.jpg && : >"$copy"
flock "$copy" sleep 20 &
holder=$!
sleep 0.3
claim "one that somebody has locked is not"   refuses "another run" c.jpg
claim "and is still there"                    [ -e "$copy" ]
kill $(pgrep -P $holder) $holder 2>/dev/null
wait $holder 2>/dev/null
rm -f "$copy"

# The last system calls must come in the right order.
cp base.jpg d.jpg
strace -f -o calls -y -e trace=fsync,rename,renameat,renameat2 \
  "$PISCES_TOOL" describe --save --model "$MODEL" d.jpg >/dev/null 2>&1
grep -oE 'fsync\([0-9]+<[^>]*>|rename[a-z0-9]*\(' calls | sed "s|<.*/\.pisces.*|copy|; s|<.*|folder|; s|[(][0-9]*| |" >steps
cat steps >&2
claim "the file is on the disk before it takes the name, and the name after" \
  equal "$(tr -s '\n ' '  ' <steps)" "fsync copy rename fsync folder "

# A run over many files is killed at any moment.
mkdir many && for i in $(seq 60); do cp base.jpg many/$i.jpg; done
"$PISCES_TOOL" describe --save --model "$MODEL" many >/dev/null 2>&1 &
slow=$!
sleep 1
kill -KILL $slow
wait $slow 2>/dev/null
claim "of many files, killed anywhere, the next run does the rest" save many
claim "each has its text"                     sh -c 'for f in many/*.jpg; do [ -n "$(exiv2 -K "$1" -Pv pr $f)" ] || exit 1; done' sh $ALT
claim "and nothing is left beside them"       nothing_beside many

finish
