# SPDX-License-Identifier: GPL-3.0-or-later
#
# Images that are tiny, thin, transparent or without a layer give a layer, a
# text or a sentence.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(define (try-both name image)
  (let ((before (length (layers-of image)))
        (words (sentence-of (claim (string-append name ": is described")
                                   (> (string-length (car (describe image "short")))
                                      0)))))
    (if (not (string=? words ""))
        (begin (claim (string-append name ": is described") #f)
               (note words)))
    (draw image 1)
    (claim= (string-append name ": takes a layer")
            (length (layers-of image)) (+ before 1))
    (note name ": layer of " (layer-size (car (layers-of image))))))

(try-both "1 × 1" (painted-image 1 1))
(try-both "1 × 20000" (painted-image 1 20000))
(try-both "20000 × 2" (painted-image 20000 2))
(try-both "3000 × 2000" (painted-image 3000 2000))

(define (try-empty name image)
  (let ((before (length (layers-of image)))
        (sentence (sentence-of (describe image "short"))))
    (claim (string-append name ": the sentence says that nothing can be seen")
           (contains? sentence "nothing to see"))
    (draw image 1)
    (claim= (string-append name ": takes a layer")
            (length (layers-of image)) (+ before 1))
    (claim (string-append name ": can be described then")
           (> (string-length (car (describe image "short"))) 0))))

(try-empty "no layers" (new-image 64 64 RGB))

(define transparent (new-image 64 64 RGB))
(gimp-drawable-fill (new-layer transparent 64 64 RGBA-IMAGE) FILL-TRANSPARENT)
(try-empty "fully transparent" transparent)

(define hidden (painted-image 64 64))
(gimp-item-set-visible (car (layers-of hidden)) #f)
(try-empty "all layers hidden" hidden)
SCM

finish
