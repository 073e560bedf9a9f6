# SPDX-License-Identifier: GPL-3.0-or-later
#
# plug-in-pisces-describe-files writes a text into each file's metadata, and
# changes no pixel and no other metadata.  What cannot be described or written
# stays the same, byte for byte, and a sentence says so. exiv2 and ImageMagick
# check the results.

. "$(dirname "$0")/gimp-test.sh"

ALT=Xmp.iptc.AltTextAccessibility

field () { exiv2 -K "$2" -Pv pr "$1" 2>/dev/null; }
same_pixels ()
{
  [ "$(magick compare -metric AE "$1" "$2" null: 2>&1 | sed 's/ .*//')" = 0 ]
}
same_bytes () { cmp "$1" "$2"; }

mkdir "$work/pictures" "$work/pictures/more" "$work/before"
cd "$work/pictures" || exit 1
magick -size 96x72 xc:"#3060c0" -fill "#e0c020" -draw "circle 48,36 48,12" 1.jpg
magick -size 96x72 xc:"#30c060" -fill "#c02020" -draw "rectangle 20,20 70,50" 2.png
magick -size 96x72 xc:"#c02020" -fill white -draw "circle 48,36 48,12" -define webp:lossless=true 10.webp
magick -size 96x72 xc:white -fill "#30c060" -draw "rectangle 20,20 70,50" more/scan.tif
for file in 1.jpg 2.png 10.webp more/scan.tif; do
  exiv2 -M'set Xmp.dc.title lang="x-default" A title, mine' \
        -M'set Exif.Image.Copyright Ascii Somebody' "$file"
done
cp 1.jpg has-text.jpg
exiv2 -M"set $ALT lang=\"x-default\" Mine, by hand" has-text.jpg
cp 1.jpg locked.jpg
chmod 444 locked.jpg
printf 'no picture' >words.jpg
cp words.jpg readme.txt
head -c $(($(stat -c %s 1.jpg) / 2)) 1.jpg >cut.jpg
# A file of a hundred bytes that claims to have 65000 × 65000 pixels.
magick -size 1x1 xc:red huge.png
printf '\000\000\375\350\000\000\375\350' |
  dd of=huge.png bs=1 seek=16 conv=notrunc status=none
crc=$(python3 -c 'import sys,zlib
data = open("huge.png", "rb").read()
sys.stdout.write("".join("\\x%02x" % b for b in zlib.crc32(data[12:29]).to_bytes(4, "big")))')
printf "$crc" | dd of=huge.png bs=1 seek=29 conv=notrunc status=none
printf 'whatever a phone writes' >phone.heic
magick -size 96x72 gradient:red-blue anim.gif
cp 1.jpg "$work/outside.jpg"
cp 1.jpg "$work/sorted.jpg"
exiv2 -M'set Xmp.dc.subject XmpBag Zoo' "$work/sorted.jpg"
ln -s ../outside.jpg out.jpg
mkdir "$work/rights"
cp 1.jpg "$work/rights/x.jpg"
cp 1.jpg "$work/rights/t.jpg"
cp 1.jpg "$work/rights/linked.jpg"
ln "$work/rights/linked.jpg" "$work/rights/album.jpg"
chmod 600 "$work/rights/x.jpg"
setfacl -m u:nobody:rw "$work/rights/x.jpg" || note "no access control lists here"
setfattr -n user.xdg.tags -v holiday "$work/rights/x.jpg" || note "no attributes here"
touch -d '2001-02-03 04:05:06.789' "$work/rights/t.jpg"
rights () { stat -c '%u %g %a' "$1"; getfacl -cp "$1"; getfattr -d -m - "$1"; }
before_rights=$(cd "$work/rights" && rights x.jpg)
before_time=$(stat -c %y "$work/rights/t.jpg")
cp -a . "$work/before"
magick -seed 3 -size 320x240 plasma:fractal -quality 90 "$work/sea.jpg"
cp "$work/sea.jpg" "$work/wished.jpg"
cp "$work/sea.jpg" "$work/sea-before.jpg"

# A file that another program writes again and again.
mkdir "$work/restless"
cp 1.jpg "$work/restless/restless.jpg"
{ until [ -e "$work/go" ]; do sleep 0.01; done
  until [ -e "$work/enough" ]; do
    cp "$work/outside.jpg" "$work/restless/next" &&
      mv "$work/restless/next" "$work/restless/restless.jpg"
  done; } 2>/dev/null &
restless=$!

cat >"$work/files.scm" <<'SCM'
(define (path name) (string-append *work* "/pictures/" name))

(define (describe-files files language overwrite)
  (plug-in-pisces-describe-files #:run-mode RUN-NONINTERACTIVE #:files files
                                 #:language language #:overwrite overwrite))

; Prints for each file its text or its error message.
(define (tell-all prefix result)
  (for-each (lambda (file text message)
              (let loop ((i (- (string-length file) 1)))
                (if (char=? (string-ref file i) #\/)
                    (let ((name (substring file (+ i 1) (string-length file))))
                      (tell (string-append prefix "text-" name) text)
                      (tell (string-append prefix "message-" name) message))
                    (loop (- i 1)))))
            (car result) (cadr result) (caddr result)))

(define result
  (describe-files (list (string-append *work* "/pictures")
                        (path "gone.jpg"))
                  "x-default" #f))
(claim= "a folder stands for its pictures, and a file for itself"
        (length (car result)) 13)
(tell-all "" result)

(define again (describe-files (list (path "1.jpg")) "x-default" #f))
(tell-all "again-" again)
(define over (describe-files (list (path "has-text.jpg")) "x-default" #t))
(tell-all "over-" over)
(define german (describe-files (list (path "2.png")) "de" #f))
; A picture that nano does not know.
(tell-all "doubtful-" (describe-files (list (path "../sea.jpg")) "x-default" #f))
(tell-all "wished-"
          (plug-in-pisces-describe-files #:run-mode RUN-NONINTERACTIVE
                                         #:files (list (path "../wished.jpg"))
                                         #:save-doubtful #t))
(tell-all "german-" german)
(tell-all "sorted-"
          (plug-in-pisces-describe-files #:run-mode RUN-NONINTERACTIVE
                                         #:files (list (path "../sorted.jpg"))
                                         #:keywords #t))

; Repeats this until the other program has written in the middle of it.  On a busy
; machine this may take several attempts.
(define (describe-restless) (describe-files (list (path "../restless/restless.jpg")) "x-default" #f))
(tell "go" "")
(let again ((result (describe-restless)) (n 1))
  (if (or (= n 500) (contains? (caaddr result) "changed"))
      (tell-all "" result)
      (again (describe-restless) (+ n 1))))
(tell "enough" "")

(define (rights name) (string-append *work* "/rights/" name))
(tell-all "" (describe-files (list (rights "x.jpg") (rights "linked.jpg"))
                             "x-default" #f))
(tell-all "" (plug-in-pisces-describe-files #:run-mode RUN-NONINTERACTIVE
                                            #:files (list (rights "t.jpg"))
                                            #:keep-time #t))

(claim "to name no file is told in a sentence"
       (contains? (sentence-of (describe-files '() "x-default" #f))
                  "No file was named"))
(claim= "no image was opened in GIMP" (vector-length (gimp-get-images)) 0)
SCM
in_gimp <"$work/files.scm"
kill "$restless"

for file in 1.jpg 2.png 10.webp more/scan.tif; do
  name=${file##*/}
  text=$(told "text-$name")
  note "$name: $text"
  claim "$name is described" [ -n "$text" ]
  case $name in 2.png) ;; *)
    claim "$name has the text that was told" \
      equal "$(field $file $ALT)" "lang=\"x-default\" $text" ;;
  esac
  claim "no pixel of $name has changed" same_pixels $file "$work/before/$file"
  claim "its title is as it was" \
    equal "$(field $file Xmp.dc.title)" 'lang="x-default" A title, mine'
  claim "and its copyright" \
    equal "$(field $file Exif.Image.Copyright)" Somebody
done

contains () { case $1 in *"$2"*) ;; *) note "'$1'"; return 1 ;; esac; }

for case in "locked.jpg|is read-only" "words.jpg|cannot be read" \
            "huge.png|65000 × 65000 pixels" "gone.jpg|no file" \
            "phone.heic|cannot be read here" "out.jpg|link to a file" \
            "anim.gif|No text can be kept" "cut.jpg|is damaged"; do
  name=${case%%|*}
  note "$name: $(told "message-$name")"
  claim "$name has no text" [ -z "$(told "text-$name")" ]
  claim "and a sentence says why" contains "$(told "message-$name")" "${case#*|}"
  [ $name = gone.jpg ] ||
    claim "and no byte of it is changed" same_bytes $name "$work/before/$name"
done

claim "a file that has a text is left alone" \
  contains "$(told message-has-text.jpg)" "has a text already"
claim "also the second time" \
  contains "$(told again-message-1.jpg)" "has a text already"
claim "unless that is wished" \
  equal "$(field has-text.jpg $ALT)" "lang=\"x-default\" $(told over-text-has-text.jpg)"
claim "another language is added" \
  contains "$(field 2.png $ALT)" "lang=\"de\" $(told german-text-2.png)"
claim "and the first stays" \
  contains "$(field 2.png $ALT)" "lang=\"x-default\" $(told text-2.png)"
claim "the file behind a link that leads out is as it was" \
  same_bytes out.jpg "$work/before/1.jpg"

cd "$work/rights" || exit 1
claim "a file with a list and attributes is described" [ -n "$(field x.jpg $ALT)" ]
claim "and has them still" equal "$(rights x.jpg)" "$before_rights"
claim "the time of change stays if wished" equal "$(stat -c %y t.jpg)" "$before_time"
claim "with the text saved" [ -n "$(field t.jpg $ALT)" ]
claim "a file with a second name is told" \
  contains "$(told message-linked.jpg)" "hard link"
claim "and is as it was" same_bytes linked.jpg "$work/before/1.jpg"
claim "a picture that the model does not know gets no text unasked" \
  same_bytes "$work/sea.jpg" "$work/sea-before.jpg"
claim "which is told, with what can be done" \
  contains "$(told doubtful-message-sea.jpg)" "save-doubtful"
claim "if it is wished it gets one" \
  equal "$(field "$work/wished.jpg" $ALT)" "lang=\"x-default\" $(told wished-text-wished.jpg)"
claim "keywords are found if that is wished" \
  contains "$(field "$work/sorted.jpg" Xmp.dc.subject)" "circle"
claim "and added to those that are there" \
  contains "$(field "$work/sorted.jpg" Xmp.dc.subject)" "Zoo, "
claim "a file gets no keywords otherwise" equal "$(field "$work/pictures/1.jpg" Xmp.dc.subject)" ""
claim "a file that changed meanwhile gets no text of what it was" \
  [ -z "$(told text-restless.jpg)" ]
note "$(told message-restless.jpg)"
claim "which a sentence says" contains "$(told message-restless.jpg)" "changed"
claim "nothing is left beside the files" equal "$(find "$work" -name '.pisces-*')" ""

finish
