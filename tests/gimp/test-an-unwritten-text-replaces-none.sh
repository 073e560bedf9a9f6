# SPDX-License-Identifier: GPL-3.0-or-later
#
# A model that ends its text before the first word has described nothing: an image
# and a file keep the texts that a person wrote, and a sentence says why.

. "$(dirname "$0")/gimp-test.sh"
plug_ins="file-jpeg"

ALT=Xmp.iptc.AltTextAccessibility
LONG=Xmp.iptc.ExtDescrAccessibility

# With weights of 0 the first token of the vocabulary is always the most likely, and
# this small model's first token is one that is not shown.
export PISCES_MODEL_DIR=$work/silent
cp -r "$here/../engine/golden/smolvlm" "$work/silent"
chmod -R u+w "$work/silent"
file=$work/silent/model.safetensors
head=$(($(od -An -tu8 -N8 "$file") + 8)) size=$(stat -c %s "$file")
head -c $((size - head)) /dev/zero | dd of="$file" bs="$head" seek=1 conv=notrunc status=none

magick -size 96x96 xc:"#3060c0" -fill "#e0c020" -draw "circle 48,48 48,20" "$work/mine.jpg"
exiv2 -M"set $ALT lang=\"x-default\" My words" -M"set $LONG lang=\"x-default\" My long words" \
  "$work/mine.jpg"
cp "$work/mine.jpg" "$work/file.jpg"

in_gimp <<'SCM'
(define (path name) (string-append *work* "/" name))
(define image (gimp-file-load RUN-NONINTERACTIVE (path "mine.jpg")))

(for-each
  (lambda (length)
    (claim (string-append "that nothing was written is told (" length ")")
           (contains? (sentence-of (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE
                                                            #:image image #:length length
                                                            #:save #t))
                      "The model wrote nothing about this picture.")))
  '("short" "long" "both"))
(file-jpeg-export #:run-mode RUN-NONINTERACTIVE #:image image #:file (path "exported.jpg")
                  #:include-xmp #t)

(define result
  (plug-in-pisces-describe-files #:run-mode RUN-NONINTERACTIVE #:files (list (path "file.jpg"))
                                 #:overwrite #t))
(claim "also of a file" (contains? (car (caddr result))
                                   "The model wrote nothing about this picture."))
SCM

field () { exiv2 -K "$2" -Pv pr "$1" 2>/dev/null; }
claim "the image keeps its short text" equal "$(field "$work/exported.jpg" $ALT)" 'lang="x-default" My words'
claim "and its long one"               equal "$(field "$work/exported.jpg" $LONG)" 'lang="x-default" My long words'
claim "the file stays as it was"       cmp "$work/file.jpg" "$work/mine.jpg"

finish
