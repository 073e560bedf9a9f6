# SPDX-License-Identifier: GPL-3.0-or-later
#
# Numbers and names in a call: if a procedure cannot use one, it is refused
# with a sentence that names it.  No number wraps at 32 bits, is cut or is
# moved into a range, and no unknown name becomes the default.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(define image (painted-image 32 32))

(define-macro (generated . arguments)
  `(plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE #:image image
                            #:prompt "red star" #:plan "red star" ,@arguments))
(define-macro (rebuilt . arguments)
  `(plug-in-pisces-rebuild #:run-mode RUN-NONINTERACTIVE #:image image ,@arguments))

(define-macro (refuses text part form)
  `(let* ((before (length (layers-of image)))
          (sentence (sentence-of ,form)))
     (note ,text ": " sentence)
     (claim (string-append ,text " is refused") (contains? sentence ,part))
     (claim= (string-append ,text " adds no layer") (length (layers-of image)) before)))

(refuses "a seed beyond 32 bits" "is 112358132141, but"
         (generated #:steps 1 #:seed 112358132141))
(refuses "the first seed beyond" "is 4294967296, but"
         (generated #:steps 1 #:seed 4294967296))
(refuses "a negative seed" "“seed” is -1, but" (generated #:steps 1 #:seed -1))
(refuses "a seed that is no whole number" "is 1.5, but" (generated #:steps 1 #:seed 1.5))
(refuses "a seed without end" "“seed” is 1e+300" (generated #:steps 1 #:seed 1e300))
(refuses "a seed that counts past the end" "Take a smaller seed"
         (generated #:steps 1 #:seed 4294967295 #:count 3))
(refuses "the seed before, with two more" "Take a smaller seed"
         (generated #:steps 1 #:seed 4294967294 #:count 3))
(refuses "no picture" "“count” is 0, but" (generated #:steps 1 #:count 0))
(refuses "fewer than none" "“count” is -1, but" (generated #:steps 1 #:count -1))
(refuses "too many pictures" "“count” is 65, but" (generated #:steps 1 #:count 65))
(refuses "a part of a picture" "“count” is 2.7, but" (generated #:steps 1 #:count 2.7))
(refuses "2³² + 1 pictures" "“count” is 4294967297, but"
         (generated #:steps 1 #:count 4294967297))
(refuses "too many steps" "“steps” is 1001, but" (generated #:steps 1001))
(refuses "fewer steps than none" "“steps” is -2, but" (generated #:steps -2))
(refuses "a part of a step" "“steps” is 1.9, but" (generated #:steps 1.9))
(refuses "2³² + 2 steps" "“steps” is 4294967298, but" (generated #:steps 4294967298))
(refuses "too much guidance" "“guidance” is 51, but" (generated #:steps 1 #:guidance 51))
(refuses "guidance below" "“guidance” is -2, but" (generated #:steps 1 #:guidance -2))
(refuses "a little guidance below" "“guidance” is -0.5, but"
         (generated #:steps 1 #:guidance -0.5))
(refuses "too high a temperature" "“temperature” is 6, but"
         (generated #:steps 1 #:temperature 6))
(refuses "a temperature below" "“temperature” is -3, but"
         (generated #:steps 1 #:temperature -3))
(refuses "a size that the model does not draw" "nearest size that it can draw is 384 × 256"
         (generated #:steps 1 #:width 300 #:height 200))
(refuses "a line of pixels" "nearest size that it can draw is 256 × 448"
         (generated #:steps 1 #:width 1 #:height 20000))
(refuses "a very large picture" "nearest size that it can draw is 256 × 256"
         (generated #:steps 1 #:width 20000 #:height 20000))
(refuses "a width without a height" "256 × 0" (generated #:steps 1 #:width 256))
(refuses "a negative width" "“width” is -1, but" (generated #:steps 1 #:width -1 #:height 256))
(refuses "a part of a pixel" "“height” is 255.5, but"
         (generated #:steps 1 #:width 256 #:height 255.5))
(refuses "more pixels than there are" "“width” is 4294967552, but"
         (generated #:steps 1 #:width 4294967552 #:height 256))
(refuses "a seed to rebuild with, beyond 32 bits" "is 112358132141, but"
         (rebuilt #:steps 1 #:seed 112358132141))
(refuses "a negative one" "“seed” is -1, but" (rebuilt #:steps 1 #:seed -1))
(refuses "too many steps to rebuild with" "“steps” is 4294967298, but"
         (rebuilt #:steps 4294967298))
(refuses "guidance to rebuild with, below" "“guidance” is -2, but"
         (rebuilt #:steps 1 #:guidance -2))

(define-macro (described . arguments)
  `(plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image image ,@arguments))
(refuses "a place that there is not"
         "“placement” is “nowhere”, but it has to be one of these: \"selection\", \"canvas\", \"layer\"."
         (generated #:steps 1 #:placement "nowhere"))
(refuses "no place" "“placement” is “”, but" (generated #:steps 1 #:placement ""))
(refuses "a place in other letters" "“placement” is “Canvas”, but"
         (generated #:steps 1 #:placement "Canvas"))
(refuses "a length that there is not" "“length” is “medium”, but" (described #:length "medium"))
(refuses "a source that there is not" "“source” is “all”, but"
         (described #:length "short" #:source "all"))

(refuses "a language that there is not" "“xx” is not a language tag"
         (described #:length "short" #:language "xx"))
(refuses "in files neither" "“xx” is not a language tag"
         (plug-in-pisces-describe-files #:run-mode RUN-NONINTERACTIVE #:files (list "x.png")
                                        #:language "xx"))
(refuses "a language that GIMP cannot keep" "“zh-Hant-TW”"
         (described #:length "short" #:save #t #:language "zh-Hant-TW"))
(define other (painted-image 32 32))
(define strangers (vector (vector-ref (gimp-image-get-layers other) 0)))
(refuses "a layer of another image, to draw beside" "belongs to another image"
         (generated #:steps 1 #:drawables strangers))
(refuses "to describe" "belongs to another image"
         (described #:length "short" #:drawables strangers))
(refuses "to rebuild" "belongs to another image" (rebuilt #:steps 1 #:drawables strangers))
(refuses "and to draw again" "belongs to another image"
         (plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image image
                                    #:drawables strangers))
(refuses "a plan of blanks and no prompt" "the prompt is empty"
         (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE #:image image
                                  #:prompt " " #:plan "  " #:steps 1))
(claim= "nothing was drawn and no model loaded for all that" (status "n-loads") 0)

(define (seed-of values) (caddr values))
(define (n-layers-of values) (vector-length (car values)))
(claim= "the largest seed is one"
        (seed-of (generated #:steps 1 #:seed 4294967295)) 4294967295)
(claim= "the smallest too" (seed-of (generated #:steps 1 #:seed 0)) 0)
(claim= "three pictures end with the largest"
        (n-layers-of (generated #:steps 1 #:seed 4294967293 #:count 3)) 3)
(claim= "-1 leaves the choice to the model"
        (n-layers-of (generated #:steps 1 #:guidance -1 #:temperature -1)) 1)
(claim= "for the steps as well" (n-layers-of (generated #:steps -1)) 1)
(for-each
  (lambda (place)
    (claim= (string-append "a place is: " place)
            (n-layers-of (generated #:steps 1 #:placement place)) 1))
  '("selection" "canvas" "layer"))
(claim= "a whole number may be written with a point"
        (seed-of (generated #:steps 1.0 #:seed 7.0 #:count 1.0)) 7)
SCM

finish
