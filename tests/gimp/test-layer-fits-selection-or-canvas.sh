# SPDX-License-Identifier: GPL-3.0-or-later
#
# A picture goes into the bounds of the selection, or else into the canvas, as
# large as fits and centred, whichever layer is selected.  It is drawn with the
# proportions of its place, as far as the model draws them, or in the size that the
# script wants; and a layer remembers its size.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
; The built-in model draws from 9:16 to 16:9, and a little less.
(define (place image)
  (let* ((layer (vector-ref (car (draw image 1)) 0)))
    (append (gimp-drawable-get-offsets layer) (layer-size layer))))

(define wide (new-image 600 200 RGB))
(claim= "in a wide canvas: its height, centred" (place wide) '(125 0 350 200))

(define tall (new-image 100 300 RGB))
(claim= "in a tall canvas: its width, centred" (place tall) '(0 62 100 175))

(gimp-image-select-rectangle wide CHANNEL-OP-REPLACE 50 60 120 40)
(claim= "in a selection: within its bounds" (place wide) '(75 60 70 40))

(gimp-image-select-ellipse wide CHANNEL-OP-REPLACE 300 20 160 160)
(claim= "in a round selection: within its bounds"
        (place wide) '(300 20 160 160))
(claim "the selection stays" (not (gimp-selection-is-empty wide)))

(gimp-image-select-rectangle wide CHANNEL-OP-REPLACE 599 199 1 1)
(claim= "in a selection of one pixel" (place wide) '(599 199 1 1))

(gimp-selection-none wide)
(define group (gimp-group-layer-new wide "group"))
(gimp-image-insert-layer wide group 0 0)
(define inner (gimp-layer-new wide "inner" 10 10 RGBA-IMAGE 100
                              LAYER-MODE-NORMAL))
(gimp-image-insert-layer wide inner group 0)
(gimp-image-set-selected-layers wide (vector inner))
(draw wide 1)
(claim= "with a layer of a group selected: in that group"
        (vector-length (gimp-item-get-children group)) 2)

; No layer may go into a locked group, because GIMP kills a plug-in that writes there.
(define (position-of item) (gimp-image-get-item-position wide item))
(for-each
  (lambda (lock unlock words)
    (let* ((selected (vector-ref (gimp-item-get-children group) 0))
           (n-inside (vector-length (gimp-item-get-children group)))
           (new #f))
      (gimp-image-set-selected-layers wide (vector selected))
      (lock)
      (set! new (vector-ref (car (draw wide 1)) 0))
      (claim= (string-append "a group " words " gets nothing")
              (vector-length (gimp-item-get-children group)) n-inside)
      (claim= "the picture is just above it" (+ (position-of new) 1) (position-of group))
      (gimp-image-set-selected-layers wide (vector group))
      (set! new (vector-ref (car (draw wide 1)) 0))
      (claim= "also where the group itself is selected"
              (+ (position-of new) 1) (position-of group))
      (unlock)))
  (list (lambda () (gimp-item-set-lock-content group TRUE))
        (lambda () (gimp-item-set-lock-position group TRUE)))
  (list (lambda () (gimp-item-set-lock-content group FALSE))
        (lambda () (gimp-item-set-lock-position group FALSE)))
  '("whose pixels are locked" "whose position is locked"))
(claim "and the plug-in lives on" (> (status "pid") 0))

(define empty (gimp-group-layer-new wide "empty"))
(gimp-image-insert-layer wide empty 0 0)
(gimp-image-set-selected-layers wide (vector empty))
(claim= "an empty group is no place, so the canvas is"
        (layer-size (vector-ref (car (plug-in-pisces-generate
          #:run-mode RUN-NONINTERACTIVE #:image wide #:prompt "a star"
          #:steps 1 #:placement "layer")) 0))
        '(350 200))

; The layer that a script names counts, not the selected one.
(define two (painted-image 100 100))
(define below (vector-ref (gimp-image-get-layers two) 0))
(define above (gimp-layer-new two "above" 20 30 RGBA-IMAGE 100 LAYER-MODE-NORMAL))
(gimp-image-insert-layer two above 0 0)
(gimp-layer-set-offsets above 7 9)
(gimp-image-set-selected-layers two (vector below))
(define given
  (vector-ref (car (plug-in-pisces-generate
    #:run-mode RUN-NONINTERACTIVE #:image two #:drawables (vector above)
    #:prompt "a star" #:steps 1 #:placement "layer")) 0))
(claim= "the layer that a script gives is the place"
        (append (gimp-drawable-get-offsets given) (layer-size given)) '(7 9 20 30))
(gimp-image-remove-layer two given)
(gimp-image-set-selected-layers two (vector above))
(define of-below
  (car (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image two
                                #:drawables (vector below)
                                #:length "short" #:source "layer")))
(note of-below)
(claim "and what is described, though another one is selected"
       (contains? of-below "red"))
(claim= "which stays selected" (gimp-image-get-selected-layers two) (vector above))

; Canvases of usual proportions are covered, and the layer says in which size it was
; drawn.
(define (remembered layer) (caddr (gimp-item-get-parasite layer "pisces-provenance")))
(for-each
  (lambda (canvas drawn)
    (let* ((image (apply new-image (append canvas (list RGB))))
           (layer (vector-ref (car (draw image 1)) 0))
           (text (remembered layer)))
      (claim= (string-append "a canvas of " (number->string (car canvas)) " × "
                             (number->string (cadr canvas)) " is covered")
              (layer-place layer) (append '(0 0) canvas))
      (claim "by a picture of its proportions"
             (and (contains? text (string-append "\"width\": " (number->string (car drawn))))
                  (contains? text (string-append "\"height\": " (number->string (cadr drawn))))))
      (gimp-image-delete image)))
  '((1920 1080) (1080 1920) (640 480) (300 200) (200 200))
  '((448 256) (256 448) (336 256) (384 256) (256 256)))

; In the size of the picture itself, it is the same pixels again.
(define exact (new-image 448 256 RGB))
(define (draw-in image width height)
  (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE #:image image
                           #:prompt "a red star" #:seed 3 #:steps 4
                           #:width width #:height height))
(define drawn (vector-ref (car (draw-in exact 0 0)) 0))
(define wanted (vector-ref (car (draw-in exact 448 256)) 0))
(define square (vector-ref (car (draw-in exact 256 256)) 0))
(claim= "a size that is asked for, as the place says it" (layer-place wanted) '(0 0 448 256))
(claim= "another than the place has" (layer-place square) '(96 0 256 256))
(claim= "with the same pixels" (all-pixels drawn) (all-pixels wanted))
(define before (all-pixels drawn))
(gimp-drawable-edit-fill drawn FILL-WHITE)
(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image exact
                           #:drawables (vector drawn))
(claim= "drawn again, it has its place" (layer-place drawn) '(0 0 448 256))
(claim= "its pixels" (all-pixels drawn) before)
(claim "and its size" (contains? (remembered drawn) "\"width\": 448"))

(define locked (new-image 50 50 RGB))
(define ground (new-layer locked 50 50 RGB-IMAGE))
(gimp-item-set-lock-content ground #t)
(gimp-item-set-lock-position ground #t)
(draw locked 1)
(claim= "a locked layer does not stand in the way"
        (length (layers-of locked)) 2)
SCM

finish
