# SPDX-License-Identifier: GPL-3.0-or-later
#
# An image gets the texts that were requested, and no others, and does not
# change.  If a script has opened a file unrotated although viewers must show
# it rotated, it is described rotated, and so is what GIMP exports of it.

. "$(dirname "$0")/gimp-test.sh"
plug_ins="file-jpeg file-png file-webp file-tiff"

# Draws two shapes side by side, and one above the other, and stores each picture in
# the eight ways that EXIF orientation allows.  The list says how the pixels are
# turned; following the orientation turns them back.
stored=(- "-rotate 0" -flop "-rotate 180" -flip -transpose "-rotate 270" -transverse "-rotate 90")
magick -size 256x192 xc:white -fill blue -draw "rectangle 30,60 100,130" \
  -fill red -draw "circle 190,95 190,58" "$work/beside.png"
magick -size 192x256 xc:white -fill blue -draw "rectangle 60,30 130,100" \
  -fill red -draw "circle 95,190 95,153" "$work/above.png"
for scene in beside above; do
  for i in 1 2 3 4 5 6 7 8; do
    magick "$work/$scene.png" ${stored[i]} +repage -quality 95 "$work/$scene-$i.jpg"
    exiv2 -M"set Exif.Image.Orientation $i" "$work/$scene-$i.jpg"
  done
  PISCES_MODEL_DIR= "$PISCES_TOOL" describe "$work/$scene.png" >"$work/$scene"
done
magick "$work/beside.png" -rotate 270 +repage "$work/turned.tif"
exiv2 -M"set Exif.Image.Orientation 6" "$work/turned.tif"

in_gimp <<'SCM'
(define image (painted-image 256 256))
(gimp-image-clean-all image)

(define (lengths values)
  (list (> (string-length (car values)) 0)
        (> (string-length (cadr values)) 0)
        (> (string-length (caddr values)) 0)))

(define both (describe image "both"))
(note "short: " (car both))
(note "long: " (cadr both))
(claim= "both: a short and a long text" (lengths both) '(#t #t #f))
(claim= "short: that one" (lengths (describe image "short")) '(#t #f #f))
(claim= "long: that one" (lengths (describe image "long")) '(#f #t #f))
(claim= "the same image gives the same text"
        (car (describe image "short")) (car both))

(define (ask length question)
  (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image image
                           #:length length #:question question))
(define answered (ask "none" "what color is the square?"))
(note "answer: " (caddr answered))
(claim= "a question alone: an answer" (lengths answered) '(#f #f #t))
(claim "nothing asked for: a sentence"
       (contains? (sentence-of (ask "none" "")) "Nothing was asked for"))

(claim= "the image was not changed" (gimp-image-is-dirty image) #f)
(claim= "and has its one layer" (length (layers-of image)) 1)

; The visible image is described, not the selected layer.
(define covered (painted-image 256 256))
(define cover (new-layer covered 256 256 RGB-IMAGE))
(gimp-context-set-foreground '(20 160 40))
(gimp-drawable-fill cover FILL-FOREGROUND)
(gimp-image-set-selected-layers covered (vector (cadr (layers-of covered))))
(claim "what covers the selected layer is what is described"
       (not (string=? (car (describe covered "short")) (car both))))

; A picture that the model does not know is described, but its text is saved only on request.
(define noisy (painted-image 256 256))
(gimp-drawable-merge-new-filter (car (layers-of noisy)) "gegl:noise-hurl" 0
                                LAYER-MODE-REPLACE 1.0 "pct-random" 90.0)
(define doubtful (describe noisy "both"))
(claim= "an image that the model does not know is described"
        (lengths doubtful) '(#t #t #f))
(claim "with a warning"
       (contains? (car (cadddr doubtful)) "outside what the model knows"))

(define (save-noisy wished)
  (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image noisy
                           #:length "both" #:save #t #:save-doubtful wished))
(gimp-image-clean-all noisy)
(define refusal (sentence-of (save-noisy #f)))
(note refusal)
(claim "its text is not saved unasked, which is told"
       (and (contains? refusal "Nothing was saved in the image")
            (contains? refusal "save-doubtful")))
(claim= "and the image is as it was" (gimp-image-is-dirty noisy) #f)
(save-noisy #t)
(claim= "it is, if that is wished" (gimp-image-is-dirty noisy) #t)

; Pictures that viewers must show rotated.
(define (path name) (string-append *work* "/" name))
(define (size image)
  (list (gimp-image-get-width image) (gimp-image-get-height image)))
(define (told-for scene)
  (let* ((port (open-input-file (path scene)))
         (line (let loop ((text ""))
                 (let ((sign (read-char port)))
                   (if (or (eof-object? sign) (char=? sign #\newline))
                       text
                       (loop (string-append text (string sign))))))))
    (close-input-port port)
    line))

(define (try-turned scene i)
  (let* ((image (gimp-file-load RUN-NONINTERACTIVE
                                (path (string-append scene "-" (number->string i) ".jpg"))))
         (texts (describe image "short")))
    (claim= (string-append scene ", orientation " (number->string i)
                           ": is described as it is shown")
            (car texts) (told-for scene))
    (claim= "and that is told where it is not as on the canvas"
            (length (cadddr texts)) (if (= i 1) 0 1))
    (gimp-image-delete image)))
(for-each (lambda (scene)
            (for-each (lambda (i) (try-turned scene i)) '(1 2 3 4 5 6 7 8)))
          '("beside" "above"))

(define lying (gimp-file-load RUN-NONINTERACTIVE (path "beside-6.jpg")))
(claim= "a script gets the image as it lies in the file" (size lying) '(192 256))
(define saved (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image lying
                                       #:length "short" #:save #t))
(claim "the warning says what to do" (contains? (car (cadddr saved)) "with its EXIF"))
(file-jpeg-export #:run-mode RUN-NONINTERACTIVE #:image lying #:file (path "out.jpg")
                  #:include-xmp #t #:include-exif #t)
(file-png-export #:run-mode RUN-NONINTERACTIVE #:image lying #:file (path "out.png")
                 #:include-xmp #t #:include-exif #t)
(file-webp-export #:run-mode RUN-NONINTERACTIVE #:image lying #:file (path "out.webp")
                  #:include-xmp #t #:include-exif #t)
(gimp-file-save RUN-NONINTERACTIVE lying (path "out.xcf"))
(define again (gimp-file-load RUN-NONINTERACTIVE (path "out.xcf")))
(claim= "the same by way of an XCF" (car (describe again "short")) (told-for "beside"))
(gimp-image-select-rectangle again CHANNEL-OP-REPLACE 0 0 192 256)
(claim= "and of a selection"
        (car (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image again
                                      #:length "short" #:source "selection"))
        (told-for "beside"))
(define scan (gimp-file-load RUN-NONINTERACTIVE (path "turned.tif")))
(claim= "a TIFF is described turned too" (car (describe scan "short"))
        (told-for "beside"))

; GIMP rotates the picture, as it does for a user.
(gimp-image-policy-rotate lying #f)
(claim= "when GIMP has turned the image" (size lying) '(256 192))
(define upright (describe lying "short"))
(claim= "it is not turned once more" (car upright) (told-for "beside"))
(claim= "and nothing is told" (length (cadddr upright)) 0)
SCM

for kind in jpg png webp; do
  claim "what GIMP exports as $kind is shown turned" \
    equal "$(exiv2 -K Exif.Image.Orientation -Pv pr "$work/out.$kind" 2>/dev/null)" 6
  claim "and has the text that is right then" \
    equal "$(exiv2 -K Xmp.iptc.AltTextAccessibility -Pv pr "$work/out.$kind" 2>/dev/null)" \
          "lang=\"x-default\" $(told beside)"
done

finish
