# SPDX-License-Identifier: GPL-3.0-or-later
#
# The texts that are saved with an image are read by another program from JPEG,
# PNG, WebP and TIFF, also after saving it as XCF; and the image's other
# metadata stay.

. "$(dirname "$0")/gimp-test.sh"
plug_ins="file-jpeg file-png file-webp file-tiff"

# A picture that a person described earlier, in two languages, with commas in the
# texts.
magick -size 96x96 xc:"#3060c0" -fill "#e0c020" -draw "circle 48,48 48,20" \
  "$work/before.jpg"
exiv2 -M'set Xmp.iptc.AltTextAccessibility lang="de-DE" Ein Kreis, gelb, auf Blau' \
      -M'set Xmp.dc.description lang="x-default" Words of mine, with commas, two' \
      -M'set Xmp.dc.title lang="x-default" A title' \
      -M'set Xmp.dc.subject XmpBag one' -M'set Xmp.dc.subject XmpBag CIRCLE' \
      -M'set Exif.Image.Copyright Ascii Somebody' \
      "$work/before.jpg"

cat >"$work/helpers.scm" <<'SCM'
(define (path name) (string-append *work* "/" name))

(define (export image name)
  (let ((file (path name)))
    (file-jpeg-export #:run-mode RUN-NONINTERACTIVE #:image image
                      #:file (string-append file ".jpg")
                      #:include-xmp #t #:include-exif #t)
    (file-png-export #:run-mode RUN-NONINTERACTIVE #:image image
                     #:file (string-append file ".png") #:include-xmp #t)
    (file-webp-export #:run-mode RUN-NONINTERACTIVE #:image image
                      #:file (string-append file ".webp") #:include-xmp #t)
    (file-tiff-export #:run-mode RUN-NONINTERACTIVE #:image image
                      #:file (string-append file ".tif") #:include-xmp #t)))

(define (save-texts image)
  (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image image
                           #:length "both" #:save #t #:keywords #t))

(define (joined words)
  (if (null? words) ""
      (if (null? (cdr words)) (car words)
          (string-append (car words) ", " (joined (cdr words))))))

SCM

# A new image is described, saved and exported.
cat "$work/helpers.scm" - >"$work/new.scm" <<'SCM'
(define image (painted-image 128 96))
(define texts (save-texts image))
(tell "short" (car texts))
(tell "long" (cadr texts))
(tell "keywords" (joined (list-ref texts 4)))
(export image "direct")

(gimp-file-save RUN-NONINTERACTIVE image (path "saved.xcf"))
(define loaded (gimp-file-load RUN-NONINTERACTIVE (path "saved.xcf")))
(export loaded "by-xcf")

(define unsaved (painted-image 128 96))
(describe unsaved "both")
(export unsaved "unsaved")
SCM
in_gimp <"$work/new.scm"

# This image already has texts that others wrote.
cat "$work/helpers.scm" - >"$work/old.scm" <<'SCM'
(define before (vector-ref (gimp-get-images) 0))
(define described (save-texts before))
(tell "new-short" (car described))
(tell "new-keywords" (joined (list-ref described 4)))
(export before "after")
SCM
in_gimp "$work/before.jpg" <"$work/old.scm"

# This image was described and exported before.  Only one of its two texts is
# written again.
cat "$work/helpers.scm" - >"$work/again.scm" <<'SCM'
(define again (vector-ref (gimp-get-images) 0))
(plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image again
                         #:length "short" #:save #t)
(export again "again")
SCM
cp "$work/direct.jpg" "$work/changed.jpg"
exiv2 -M'set Xmp.iptc.ExtDescrAccessibility lang="x-default" One, two, and three' \
  "$work/changed.jpg"
in_gimp "$work/changed.jpg" <"$work/again.scm"

field ()   # file, tag
{
  exiv2 -K "$2" -Pv pr "$1" 2>/dev/null
}

short=$(told short)
long=$(told long)
note "short: $short"
note "long: $long"
note "keywords: $(told keywords); $(told new-keywords)"

for way in direct by-xcf; do
  for kind in jpg png webp tif; do
    file=$work/$way.$kind
    claim "$way.$kind has the short text" \
      equal "$(field "$file" Xmp.iptc.AltTextAccessibility)" \
            "lang=\"x-default\" $short"
    claim "$way.$kind has the long text" \
      equal "$(field "$file" Xmp.iptc.ExtDescrAccessibility)" \
            "lang=\"x-default\" $long"
    claim "$way.$kind has a description" \
      equal "$(field "$file" Xmp.dc.description)" \
            "lang=\"x-default\" $long"
    claim "$way.$kind has the keywords" \
      equal "$(field "$file" Xmp.dc.subject)" "$(told keywords)"
  done
done

for kind in jpg png webp tif; do
  file=$work/after.$kind
  claim "after.$kind has the new text and keeps the translation" \
    equal "$(field "$file" Xmp.iptc.AltTextAccessibility)" \
          "lang=\"x-default\" $(told new-short), lang=\"de-DE\" Ein Kreis, gelb, auf Blau"
  claim "after.$kind keeps the description that a person wrote" \
    equal "$(field "$file" Xmp.dc.description)" \
          'lang="x-default" Words of mine, with commas, two'
  claim "after.$kind keeps the title" \
    equal "$(field "$file" Xmp.dc.title)" 'lang="x-default" A title'
  claim "after.$kind keeps its own keywords before the new ones" \
    equal "$(field "$file" Xmp.dc.subject)" "one, CIRCLE, $(told new-keywords | sed 's/^circle, //')"
  claim "again.$kind has kept the long text over opening and saving" \
    equal "$(field "$work/again.$kind" Xmp.iptc.ExtDescrAccessibility)" \
          'lang="x-default" One, two, and three'
  claim "unsaved.$kind has no text, as nobody saved it" \
    equal "$(field "$work/unsaved.$kind" Xmp.iptc.AltTextAccessibility)" ""
done
claim "after.jpg keeps the copyright" \
  equal "$(field "$work/after.jpg" Exif.Image.Copyright)" Somebody

finish
