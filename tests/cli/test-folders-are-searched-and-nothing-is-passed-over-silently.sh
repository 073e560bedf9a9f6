# SPDX-License-Identifier: GPL-3.0-or-later
#
# A folder stands for the pictures in it.  A file that looks like a picture and
# cannot be read here, or that is behind a link out of the folder, is named.  A
# file is described only once, even if it has several names there.  What can be
# reported without the model is reported before it is loaded.

. "$(dirname "$0")/cli-test.sh"
needs exiv2 magick

picture base.jpg base.png base.gif base.bmp base.tga base.ico base.webp base.tif
described () { cut -d: -f1 out | sort | tr '\n' ' '; }
told () { grep -c "$1" err; }

# Pictures are found by different suffixes, in capitals too.
mkdir endings
cp base.jpg endings/a.jfif && cp base.jpg endings/b.JPE && cp base.png endings/c.PNG
cp base.tif endings/g.tif && cp base.webp endings/h.WebP && cp base.jpg endings/no-ending
for name in d.avif e.heic f.jxl i.NEF j.psd k.xcf l.jp2 m.HIF; do printf 'whatever %s' "$name" >endings/$name; done
cp base.tif endings/n.dng
printf words >endings/readme.txt && printf words >endings/README && cp base.jpg endings/.hidden.jpg
claim "a folder with others in it ends with status 1"  not save endings
claim "the pictures are described, whatever their ending" \
  equal "$(described)" "endings/a.jfif endings/b.JPE endings/c.PNG endings/g.tif endings/h.WebP endings/no-ending "
for name in d.avif e.heic f.jxl i.NEF j.psd k.xcf l.jp2 m.HIF n.dng; do
  claim "$name is named as passed over"  grep -q "“endings/$name” was skipped.*\.$" err
done
claim "no other file is"                 equal "$(told 'was skipped')" 9
claim "and they are counted"             grep -q "9 of 15 files" err
claim "a raw file is as it was"          cmp endings/n.dng base.tif
claim "a hidden one too"                 cmp endings/.hidden.jpg base.jpg

# Pictures of several formats.  The model cannot be loaded, so everything that is
# printed was found before loading.
mkdir formats && cp base.gif base.bmp base.tga base.ico formats && cp base.jpg formats/z.jpg
"$PISCES_TOOL" describe --save --model /nowhere formats >out 2>err
claim "a kind of file that holds no text is told before the model is loaded" \
  equal "$(grep -c 'No text can be kept' err)" 4
for name in base.gif base.bmp base.tga base.ico; do
  claim "$name by its own name"          grep -q "“formats/$name”" err
done
claim "and the model is told once"       equal "$(grep -c nowhere err)" 1
cp base.gif renamed.jpg
claim "also behind another ending"       refuses "“renamed.jpg”" renamed.jpg
claim "the others are described"         not save formats
claim "in the same run"                  has_text formats/z.jpg
claim "read-only files are told then"    sh -c 'cp base.jpg locked.jpg; chmod 444 locked.jpg; ! "$1" describe --save --model /nowhere locked.jpg z.jpg 2>err; grep -q "locked.jpg.*read-only" err' sh "$PISCES_TOOL"
claim "without saving they are described" "$PISCES_TOOL" describe formats/base.gif

# Files are described in numeric order, as people count.
mkdir order && for name in 10 9 100 1; do cp base.jpg order/$name.jpg; done
claim "9 stands before 10" \
  equal "$("$PISCES_TOOL" describe order | cut -d: -f1 | tr '\n' ' ')" \
        "order/1.jpg order/9.jpg order/10.jpg order/100.jpg "

# A folder whose name only begins with the name of the chosen folder is a different
# folder.
mkdir near near-by && cp base.jpg near/own.jpg && cp base.jpg near-by/x.jpg && ln -s ../near-by/x.jpg near/x.jpg
"$PISCES_TOOL" describe near >out 2>err
claim "what lies in the folder is described"    equal "$(described)" "near/own.jpg "
claim "a link into its neighbour is told"       grep -q "near/x.jpg.*another folder" err

# Symbolic and hard links.
mkdir -p links/in/deep outside && cp base.jpg outside/out.jpg && cp base.jpg links/in/deep/own.jpg
cp base.jpg links/in/deep/.kept.jpg && cp base.jpg links/b.jpg && ln links/b.jpg links/c.jpg
ln -s ../outside/out.jpg links/out.jpg
ln -s ../outside links/folder
ln -s in/deep/own.jpg links/a-second-name.jpg
ln -s in/deep/.kept.jpg links/to-hidden.jpg
ln -s gone.jpg links/gone.jpg
ln -s . links/round && ln -s .. links/in/up && ln -s ../.. links/in/further-up
ln -s ../outside/none.txt links/words.txt
mkfifo links/pipe.jpg
timeout 60 "$PISCES_TOOL" describe links >out 2>err
claim "links end the search neither in a circle nor at a pipe" equal $? 1
claim "each file is described once, by its own name" \
  equal "$(described)" "links/b.jpg links/in/deep/own.jpg links/to-hidden.jpg "
for name in out.jpg folder gone.jpg in/further-up pipe.jpg; do
  claim "$name is named"                 grep -q "“links/$name” was skipped" err
done
claim "and no other"                     equal "$(told 'was skipped')" 5
save links >/dev/null 2>&1
claim "saving follows no link out"       cmp outside/out.jpg base.jpg
claim "and writes behind one within"     has_text links/in/deep/.kept.jpg
claim "which stays a link"               [ -L links/to-hidden.jpg ]
claim "a link that is named itself is followed" save links/out.jpg
claim "to the file behind it"            has_text outside/out.jpg
rm links/pipe.jpg
ln -s links chosen
claim "a chosen link to a folder is one" sh -c '"$1" describe chosen >out 2>err; [ "$(cut -d: -f1 out | sort | head -n 1)" = chosen/b.jpg ]' sh "$PISCES_TOOL"
claim "a file named by itself and by its folder is described once" \
  equal "$("$PISCES_TOOL" describe links/b.jpg links 2>err | cut -d: -f1 | grep -c b.jpg)" 1
claim "two folders, one in the other: once each" \
  equal "$("$PISCES_TOOL" describe links links/in 2>err | cut -d: -f1 | grep -c own.jpg)" 1
claim "a file named twice is described twice" \
  equal "$("$PISCES_TOOL" describe base.jpg base.jpg | wc -l)" 2

# A folder without pictures.
mkdir empty
claim "an empty folder is told"          sh -c '! "$1" describe empty 2>err; grep -q "no pictures" err' sh "$PISCES_TOOL"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  mkdir -p some/closed && cp base.jpg some/a.jpg && chmod 700 some/closed && chmod 755 "$work" some
  setpriv --reuid 65534 --regid 65534 --clear-groups "$PISCES_TOOL" describe some >out 2>err
  claim "a folder that may not be read is named" grep -q "“some/closed” was skipped" err
  claim "and the rest is described"      equal "$(described)" "some/a.jpg "
else
  without "a folder that may not be read is named" "it needs root"
fi
deep=deep
for _ in $(seq 900); do deep=$deep/d; done
mkdir -p $deep && cp base.jpg $deep/x.jpg
claim "folders may be deep"              sh -c 'ulimit -n 64; [ "$("$1" describe deep | wc -l)" = 1 ]' sh "$PISCES_TOOL"

finish
