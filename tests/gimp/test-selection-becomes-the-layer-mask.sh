# SPDX-License-Identifier: GPL-3.0-or-later
#
# Where a new layer goes: the selection, which becomes its mask with all soft
# edges, the canvas, or the place of the active layer; in all kinds of images.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(define (draw-at image placement mask)
  (vector-ref (car (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE
                     #:image image #:prompt "a red circle"
                     #:plan "a red circle" #:steps 1
                     #:placement placement #:mask mask)) 0))

; The largest difference between mask and selection, on a grid of points.
(define (difference image layer step)
  (let* ((selection (gimp-image-get-selection image))
         (mask (mask-of layer))
         (at (layer-place layer))
         (worst 0))
    (do ((y 0 (+ y step))) ((>= y (list-ref at 3)) worst)
      (do ((x 0 (+ x step))) ((>= x (list-ref at 2)))
        (let ((one (car (gimp-drawable-get-pixel mask x y)))
              (other (car (gimp-drawable-get-pixel selection
                                                   (+ x (car at))
                                                   (+ y (cadr at))))))
          (set! worst (max worst (abs (- one other)))))))))

(define (try-mask name image)
  (gimp-image-select-ellipse image CHANNEL-OP-REPLACE 60 40 120 120)
  (gimp-selection-feather image 20)
  (let ((layer (draw-at image "selection" #t)))
    (claim (string-append name ": the layer has a mask")
           (not (no-mask? layer)))
    (claim= (string-append name ": it has the selection's own values")
            (difference image layer 7) 0)
    (claim (string-append name ": soft ones among them")
           (let* ((size (layer-size layer))
                  (value (car (gimp-drawable-get-pixel
                                (mask-of layer)
                                (quotient (car size) 2)
                                (quotient (cadr size) 12)))))
             (note name ": near the edge " value)
             (and (> value 0) (< value 255))))
    (claim (string-append name ": the mask is not what is painted on")
           (not (gimp-layer-get-edit-mask layer)))
    (claim (string-append name ": the selection stays")
           (not (gimp-selection-is-empty image)))))

(try-mask "RGB" (painted-image 300 200))
(try-mask "GRAY" (gimp-image-new 300 200 GRAY))
(try-mask "16-bit" (gimp-image-new-with-precision 300 200 RGB
                                                  PRECISION-U16-NON-LINEAR))
(try-mask "float, linear" (gimp-image-new-with-precision
                            300 200 RGB PRECISION-FLOAT-LINEAR))

(define indexed (painted-image 64 64))
(gimp-image-convert-indexed indexed CONVERT-DITHER-NONE
                            CONVERT-PALETTE-GENERATE 8 #f #f "")
(gimp-image-select-rectangle indexed CHANNEL-OP-REPLACE 1 1 9 9)
(claim "INDEXED: a sentence"
       (contains? (sentence-of (draw-at indexed "selection" #t))
                  "Image ▸ Mode ▸ RGB"))
(claim= "INDEXED: no layer is added" (length (layers-of indexed)) 1)

; There is no mask if it would hide nothing.
(define plain (painted-image 300 200))
(claim "without a selection there is no mask"
       (no-mask? (draw-at plain "selection" #t)))
(gimp-image-select-rectangle plain CHANNEL-OP-REPLACE 10 20 100 100)
(claim "nor for a whole square" (no-mask? (draw-at plain "selection" #t)))
(claim= "which is filled" (layer-place (car (layers-of plain))) '(10 20 100 100))
(gimp-image-select-ellipse plain CHANNEL-OP-REPLACE 10 20 100 100)
(claim "nor where none is wished" (no-mask? (draw-at plain "selection" #f)))

; The placements: selection, canvas and layer.
(claim= "the canvas, whatever is selected"
        (layer-place (draw-at plain "canvas" #t)) '(0 0 300 200))
(claim "which makes no mask" (no-mask? (car (layers-of plain))))

(define ground (new-layer plain 80 40 RGBA-IMAGE))
(gimp-layer-set-offsets ground -30 170)
(gimp-image-set-selected-layers plain (vector ground))
(claim= "the active layer's place, also beside the canvas"
        (layer-place (draw-at plain "layer" #t)) '(-25 170 70 40))
(claim= "without a layer that is the canvas"
        (layer-place (draw-at (new-image 90 90 RGB) "layer" #f)) '(0 0 90 90))

(gimp-image-select-rectangle plain CHANNEL-OP-REPLACE -50 -50 80 90)
(claim= "a selection is cut off at the canvas"
        (layer-place (draw-at plain "selection" #t)) '(0 0 30 40))
(gimp-image-set-selected-layers plain (vector ground))
(gimp-image-select-ellipse plain CHANNEL-OP-REPLACE 200 20 60 60)
(define beside (draw-at plain "selection" #t))
(claim= "a selection beside the selected layer"
        (layer-place beside) '(200 20 60 60))
(claim= "with its mask" (difference plain beside 5) 0)

; Very small and very large selections.
(gimp-image-select-rectangle plain CHANNEL-OP-REPLACE 299 0 1 1)
(claim= "one pixel" (layer-place (draw-at plain "selection" #t)) '(299 0 1 1))
(define tiny (painted-image 1 1))
(claim= "a canvas of one pixel" (layer-place (draw-at tiny "canvas" #t)) '(0 0 1 1))
(define large (new-image 9000 300 RGB))
(gimp-image-select-ellipse large CHANNEL-OP-REPLACE 10 10 8000 280)
(gimp-selection-feather large 30)
(define wide (draw-at large "selection" #t))
(note "a wide selection: " (layer-place wide))
(claim= "a wide selection: its height, centred"
        (list-ref (layer-place wide) 2)
        (quotient (* (list-ref (layer-place wide) 3) 448) 256))
(claim= "with its mask" (difference large wide 23) 0)

; A floating selection is not lost.
(define floating (painted-image 100 100))
(gimp-image-select-rectangle floating CHANNEL-OP-REPLACE 20 20 30 30)
(gimp-edit-copy (vector (car (layers-of floating))))
(gimp-edit-paste (car (layers-of floating)) #f)
(define words (sentence-of (draw-at floating "selection" #t)))
(note "with a floating selection: " words)
(claim "with a floating selection: a layer more, or a sentence"
       (or (> (length (layers-of floating)) 2)
           (not (string=? words ""))))
(claim "and it floats on, or is a layer"
       (or (not (null? (gimp-image-get-floating-sel floating)))
           (> (length (layers-of floating)) 2)))
SCM

finish
