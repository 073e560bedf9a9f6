# SPDX-License-Identifier: GPL-3.0-or-later
#
# An image becomes the texts that were asked for, and no others; the image
# stays as it is.

. "$(dirname "$0")/gimp-test.sh"

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

; What is visible, not what is selected.
(define covered (painted-image 256 256))
(define cover (new-layer covered 256 256 RGB-IMAGE))
(gimp-context-set-foreground '(20 160 40))
(gimp-drawable-fill cover FILL-FOREGROUND)
(gimp-image-set-selected-layers covered (vector (cadr (layers-of covered))))
(claim "what covers the selected layer is what is described"
       (not (string=? (car (describe covered "short")) (car both))))

; What the model does not know is described, and not saved unasked.
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
SCM

finish
