# SPDX-License-Identifier: GPL-3.0-or-later
#
# GRAY, 16-bit and floating-point images accept a picture in their own format;
# for an INDEXED one, a sentence says what to do.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
; The channel values, 0 to 255 in sRGB, in the middle of the newest layer.
(define (middle image)
  (let* ((layer (car (layers-of image)))
         (size (layer-size layer)))
    (gimp-drawable-get-pixel layer (quotient (car size) 2)
                                   (quotient (cadr size) 2))))

(define (near? one other)
  (cond ((null? one) (null? other))
        ((null? other) #f)
        (else (and (< (abs (- (car one) (car other))) 3)
                   (near? (cdr one) (cdr other))))))

(define eight (gimp-image-new-with-precision 256 256 RGB
                                             PRECISION-U8-NON-LINEAR))
(draw eight 5)
(define wanted (middle eight))
(note "8 bits: " wanted)

(define (try name precision)
  (let ((image (gimp-image-new-with-precision 256 256 RGB precision)))
    (draw image 5)
    (claim= (string-append name ": one layer") (length (layers-of image)) 1)
    (claim= (string-append name ": the precision stays")
            (gimp-image-get-precision image) precision)
    (claim (string-append name ": the same color as in 8 bits")
           (near? (middle image) wanted))
    (note name ": " (middle image))))

(try "16-bit" PRECISION-U16-NON-LINEAR)
(try "32-bit float linear" PRECISION-FLOAT-LINEAR)
(try "16-bit float perceptual" PRECISION-HALF-PERCEPTUAL)

(define gray (gimp-image-new 256 256 GRAY))
(draw gray 5)
(claim= "GRAY: one layer" (length (layers-of gray)) 1)
(claim= "GRAY: the image stays so" (gimp-image-get-base-type gray) GRAY)
(claim "GRAY: the layer is gray"
       (gimp-drawable-is-gray (car (layers-of gray))))

(define indexed (gimp-image-new 256 256 INDEXED))
(define sentence (sentence-of (draw indexed 5)))
(note sentence)
(claim "INDEXED: the sentence says what to do"
       (contains? sentence "Image ▸ Mode ▸ RGB"))
(claim= "INDEXED: no layer was added" (length (layers-of indexed)) 0)
(define painted (painted-image 64 64))
(gimp-image-convert-indexed painted CONVERT-DITHER-NONE
                            CONVERT-PALETTE-GENERATE 8 #f #f "")
(claim "INDEXED: it can be described"
       (> (string-length (car (describe painted "short"))) 0))
SCM

finish
