# SPDX-License-Identifier: GPL-3.0-or-later
#
# A picture goes into the bounds of the selection, else into the canvas, as
# large as it fits and centred, wherever in the stack the user is.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
; The pictures of the built-in model are square.
(define (place image)
  (let* ((layer (vector-ref (car (draw image 1)) 0)))
    (append (gimp-drawable-get-offsets layer) (layer-size layer))))

(define wide (new-image 600 200 RGB))
(claim= "in a wide canvas: its height, centred" (place wide) '(200 0 200 200))

(define tall (new-image 100 300 RGB))
(claim= "in a tall canvas: its width, centred" (place tall) '(0 100 100 100))

(gimp-image-select-rectangle wide CHANNEL-OP-REPLACE 50 60 120 40)
(claim= "in a selection: within its bounds" (place wide) '(90 60 40 40))

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

(define locked (new-image 50 50 RGB))
(define ground (new-layer locked 50 50 RGB-IMAGE))
(gimp-item-set-lock-content ground #t)
(gimp-item-set-lock-position ground #t)
(draw locked 1)
(claim= "a locked layer does not stand in the way"
        (length (layers-of locked)) 2)
SCM

finish
