# SPDX-License-Identifier: GPL-3.0-or-later
#
# Words become a new image even if none is open, with the same pixels as a
# layer from the same words.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(claim= "no image is open" (vector-length (gimp-get-images)) 0)
(define image (plug-in-pisces-create #:run-mode RUN-NONINTERACTIVE
                                     #:prompt "a red star" #:seed 7))
(claim= "it is as wide as the picture" (gimp-image-get-width image) 256)
(claim= "and as high" (gimp-image-get-height image) 256)
(claim= "it has one layer" (length (layers-of image)) 1)
(claim= "which is called after the prompt"
        (gimp-item-get-name (car (layers-of image))) "a red star")

(define other (new-image 256 256 RGB))
(new-layer other 256 256 RGB-IMAGE)
(generate other "a red star" 7)
(define (sums layer)
  (map (lambda (channel) (gimp-drawable-histogram layer channel 0 1))
       (list HISTOGRAM-RED HISTOGRAM-GREEN HISTOGRAM-BLUE HISTOGRAM-ALPHA)))
(claim= "the pixels are those of a layer from the same words"
        (sums (car (layers-of image))) (sums (car (layers-of other))))

; Each argument for drawing has the same effect as for a layer.
(define (made . arguments)
  (sums (car (layers-of (apply plug-in-pisces-create #:run-mode
                               RUN-NONINTERACTIVE arguments)))))
(define (added . arguments)
  (let ((image (new-image 256 256 RGB)))
    (apply plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE
           #:image image arguments)
    (sums (car (layers-of image)))))
(define ways '((#:prompt "a red star" #:seed 7 #:steps 3)
               (#:prompt "a red star" #:seed 7 #:steps 3 #:guidance 1)
               (#:prompt "a red star" #:seed 7 #:steps 3 #:temperature 0)
               (#:prompt "" #:plan "transparent background; red circle x8 y9 s6"
                #:seed 7 #:steps 3)))
(define by-create (map (lambda (way) (apply made way)) ways))
(claim= "steps, guidance, temperature and plan are those of a layer"
        by-create (map (lambda (way) (apply added way)) ways))
(claim "and change something" (not (equal? (car by-create)
                                           (cadr by-create))))
(claim "a number that cannot be used is refused"
       (contains? (sentence-of (plug-in-pisces-create
                                 #:run-mode RUN-NONINTERACTIVE
                                 #:prompt "a red star" #:steps 1001))
                  "1001"))

(claim "an empty prompt is refused"
       (contains? (sentence-of (plug-in-pisces-create
                                 #:run-mode RUN-NONINTERACTIVE #:prompt " "))
                  "the prompt is empty"))
(claim= "and leaves none behind" (vector-length (gimp-get-images)) 10)
SCM

finish
