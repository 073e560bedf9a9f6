# SPDX-License-Identifier: GPL-3.0-or-later
#
# plug-in-pisces-change: a new layer in the place of one that it began with, which is
# hidden and keeps its bytes, or over the part of it that is selected; more of it is new
# the larger the strength; and it can be drawn again.  What cannot be changed gets a
# sentence, and nothing is changed.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(define (change-values image . arguments)
  (eval `(plug-in-pisces-change #:run-mode RUN-NONINTERACTIVE #:image ,image
                                #:prompt "a blue square" ,@arguments)))

(define (change image . arguments)
  (car (apply change-values image arguments)))

; The mean difference of the pixels, of RGB layers.
(define (distance a b)
  (let loop ((a a) (b b) (sum 0) (n 0))
    (if (null? a)
        (/ sum n)
        (let ((p (car a)) (q (car b)))
          (loop (cdr a) (cdr b)
                (+ sum (abs (- (car p) (car q))) (abs (- (cadr p) (cadr q)))
                   (abs (- (caddr p) (caddr q))))
                (+ n 3))))))

(define (again image layer)
  (plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image image
                             #:drawables (vector layer)))

(define (paint-over layer)
  (gimp-context-set-foreground '(10 200 10))
  (gimp-drawable-fill layer FILL-FOREGROUND))

; A layer that is not as large as the canvas.
(define image (new-image 400 300 RGB))
(define under (new-layer image 400 300 RGBA-IMAGE))
(gimp-context-set-foreground '(120 120 120))
(gimp-drawable-fill under FILL-FOREGROUND)
(define painted (painted-image 220 180))
(define old (gimp-layer-new-from-drawable (car (layers-of painted)) image))
(gimp-image-insert-layer image old 0 0)
(gimp-layer-set-offsets old 90 60)
(gimp-layer-set-opacity old 60)
(gimp-layer-set-mode old LAYER-MODE-MULTIPLY)
(define before (all-pixels old))
(define new (change image #:drawables (vector old) #:seed 3 #:steps 10))
(claim= "one layer more" (length (layers-of image)) 3)
(claim= "it lies where the old one does" (layer-place new) '(90 60 220 180))
(claim= "above it" (gimp-image-get-item-position image new) 0)
(claim "with its opacity" (< (abs (- (gimp-layer-get-opacity new) 60)) 0.5))
(claim= "and its mode" (gimp-layer-get-mode new) LAYER-MODE-MULTIPLY)
(claim= "the old one is hidden" (gimp-item-get-visible old) #f)
(claim "and has its bytes" (equal? (all-pixels old) before))
(claim= "the others stay" (gimp-item-get-visible under) #t)
(claim "something has changed" (not (equal? (all-pixels new) before)))
(claim "it remembers its prompt"
       (contains? (caddr (gimp-item-get-parasite new "pisces-provenance")) "a blue square"))
(define drawn (all-pixels new))

(gimp-image-remove-layer image new)
(gimp-item-set-visible old #t)
(claim "the same arguments give the same pixels"
       (equal? (all-pixels (change image #:drawables (vector old) #:seed 3 #:steps 10)) drawn))
(define kept (car (layers-of image)))
(paint-over kept)
(claim= "drawn again, nothing differs" (again image kept) "")
(claim "and it has the same bytes" (equal? (all-pixels kept) drawn))
(paint-over old)
(claim "another layer below is told" (contains? (again image kept) "has changed since"))

; How much is changed.
(define scene (painted-image 256 256))
(define shown (car (layers-of scene)))
(define shown-pixels (all-pixels shown))
(define (changed strength)
  (let* ((layer (change scene #:drawables (vector shown) #:strength strength
                        #:prompt "a yellow star on a green background"))
         (value (distance (all-pixels layer) shown-pixels)))
    (note "strength " strength ": " value)
    (gimp-image-remove-layer scene layer)
    value))
(define little (changed 0.1))
(define much (changed 1))
(define half (changed 0.5))
(claim "a little is little" (< little 35))
(claim "half is more" (> half (* 1.2 little)))
(claim "all is much more" (> much (* 1.2 half)))

; An opaque layer stays opaque also if it is wide, and one that was cut out has nothing
; behind it.
(define (least-alpha layer)
  (apply min (map cadddr (all-pixels layer))))
(define wide (painted-image 400 180))
(claim= "a wide layer stays opaque" (least-alpha (change wide #:steps 6 #:seed 3))
        (least-alpha (cadr (layers-of wide))))
(define cut-out (painted-image 160 160))
(define cut-out-layer (car (layers-of cut-out)))
(gimp-context-set-foreground '(224 192 32))
(gimp-drawable-fill cut-out-layer FILL-FOREGROUND)
(gimp-image-select-ellipse cut-out CHANNEL-OP-REPLACE 10 10 140 140)
(gimp-selection-invert cut-out)
(gimp-drawable-edit-clear cut-out-layer)
(gimp-selection-none cut-out)
(claim "what was cut out stays so"
       (< (least-alpha (change cut-out #:prompt "a blue circle" #:strength 0.5 #:steps 6)) 0.1))

; A part of a layer: @prepare makes of a painted layer above a grey one what is to be
; tried, and selects.
(define (try-part name prepare grouped?)
  (let* ((image (new-image 260 220 RGB))
         (under (new-layer image 260 220 RGBA-IMAGE)))
    (gimp-context-set-foreground '(120 160 120))
    (gimp-drawable-fill under FILL-FOREGROUND)
    (let* ((source (painted-image 200 160))
           (old (gimp-layer-new-from-drawable (car (layers-of source)) image)))
      (gimp-image-insert-layer image old 0 0)
      (gimp-layer-set-offsets old 30 40)
      (gimp-image-select-ellipse image CHANNEL-OP-REPLACE 60 60 90 80)
      (gimp-selection-feather image 12)
      (prepare image old)
      (let* ((n (length (layers-of image)))
             (before (visible-points image 6))
             (pixels (all-pixels old))
             (layer (change image #:drawables (vector old) #:seed 3 #:steps 6 #:strength 0.8
                            #:prompt "a yellow circle"))
             (drawn (all-pixels layer))
             (counts (count-changes image before (visible-points image 6))))
        (claim= (string-append name ": one more in the image") (length (layers-of image))
                (+ n 1))
        (claim= (string-append name ": nothing outside the selection has changed")
                (car counts) 0)
        (claim (string-append name ": something inside has") (> (cadr counts) 20))
        (claim (string-append name ": the selection is its mask") (not (no-mask? layer)))
        (claim (string-append name ": the old one has its bytes")
               (equal? (all-pixels old) pixels))
        (claim= (string-append name ": and is in sight, or there as a copy")
                (gimp-item-get-visible old) (not grouped?))
        (claim= (string-append name ": drawn again, nothing differs") (again image layer) "")
        (claim (string-append name ": and it has the same bytes")
               (equal? (all-pixels layer) drawn))
        (gimp-selection-none image)
        (let ((shown (if grouped?
                         (car (reverse (vector->list (gimp-item-get-children
                                                       (gimp-item-get-parent layer)))))
                         old)))
          (paint-over shown)
          (claim (string-append name ": what it was changed is told")
                 (contains? (again image layer) "has changed since")))
        (gimp-image-delete source)
        (gimp-image-delete image)))))

(try-part "a part" (lambda (image old) #t) #f)
(try-part "a part over the edge"
          (lambda (image old)
            (gimp-image-select-ellipse image CHANNEL-OP-REPLACE 5 60 90 80)) #f)
(try-part "a part of a multiplied layer"
          (lambda (image old)
            (gimp-layer-set-opacity old 60)
            (gimp-layer-set-mode old LAYER-MODE-MULTIPLY)) #t)
(try-part "a part, soon transparent"
          (lambda (image old)
            (gimp-layer-add-mask old (gimp-layer-create-mask old ADD-MASK-WHITE))
            (gimp-image-select-rectangle image CHANNEL-OP-SUBTRACT 100 60 90 30)
            (let ((shape (gimp-selection-save image)))
              (gimp-image-select-rectangle image CHANNEL-OP-REPLACE 0 0 260 80)
              (gimp-context-set-foreground '(0 0 0))
              (gimp-drawable-edit-fill (mask-of old) FILL-FOREGROUND)
              (gimp-image-select-item image CHANNEL-OP-REPLACE shape)
              (gimp-image-remove-channel image shape))) #t)

(define all-selected (painted-image 100 80))
(define all-selected-layer (car (layers-of all-selected)))
(gimp-selection-all all-selected)
(change all-selected #:steps 2)
(claim= "all selected is as nothing selected" (gimp-item-get-visible all-selected-layer) #f)

; All kinds.
(define (try-kind name image)
  (let* ((ground (car (layers-of image)))
         (before (all-pixels ground))
         (layer (change image #:steps 2)))
    (claim= (string-append name ": one layer more") (length (layers-of image)) 2)
    (claim= (string-append name ": in its place") (layer-place layer) (layer-place ground))
    (claim (string-append name ": the old one has its bytes")
           (equal? (all-pixels ground) before))
    (gimp-image-delete image)))

(try-kind "GRAY"
          (let ((image (painted-image 120 90)))
            (gimp-image-convert-grayscale image)
            image))
(try-kind "float, linear"
          (let ((image (painted-image 120 90)))
            (gimp-image-convert-precision image PRECISION-FLOAT-LINEAR)
            image))
(try-kind "one pixel" (painted-image 1 1))
(try-kind "large" (painted-image 3000 1500))

(define (try-layer name prepare)
  (let* ((image (painted-image 100 80)) (ground (car (layers-of image))))
    (prepare image ground)
    (claim= name (layer-place (change image #:steps 2 #:drawables (vector ground)))
            (layer-place ground))
    (gimp-image-delete image)))

(try-layer "locked" (lambda (image layer)
                      (gimp-item-set-lock-content layer #t)
                      (gimp-item-set-lock-position layer #t)))
; It is seen where it lies, as if it were not locked.
(define locked (painted-image 100 80))
(define locked-layer (car (layers-of locked)))
(gimp-layer-set-offsets locked-layer 30 20)
(define (change-locked)
  (let* ((layer (change locked #:steps 4 #:seed 3 #:drawables (vector locked-layer)))
         (pixels (all-pixels layer)))
    (gimp-image-remove-layer locked layer)
    pixels))
(define unlocked-pixels (change-locked))
(gimp-item-set-lock-position locked-layer #t)
(claim= "a locked layer is seen where it lies" (equal? (change-locked) unlocked-pixels) #t)

(try-layer "hidden" (lambda (image layer) (gimp-item-set-visible layer #f)))
(try-layer "with a mask" (lambda (image layer)
                           (gimp-layer-add-mask layer
                                                (gimp-layer-create-mask layer ADD-MASK-WHITE))
                           (gimp-layer-set-edit-mask layer #t)))
(try-layer "beside the canvas" (lambda (image layer)
                                 (gimp-layer-set-offsets layer -300 500)))
(define grouped (painted-image 100 80))
(define group (gimp-group-layer-new grouped "group"))
(gimp-image-insert-layer grouped group 0 0)
(gimp-image-reorder-item grouped (car (reverse (layers-of grouped))) group 0)
(define changed-group (change grouped #:steps 2 #:drawables (vector group)))
(claim= "a group" (layer-place changed-group) '(0 0 100 80))
(claim= "is hidden" (gimp-item-get-visible group) #f)
(claim= "and the new layer lies above it, not in it" (layers-of grouped)
        (list changed-group group))
(gimp-image-remove-layer grouped changed-group)
(gimp-item-set-visible group #t)
(gimp-layer-set-opacity group 50)
(gimp-image-select-rectangle grouped CHANNEL-OP-REPLACE 20 20 40 40)
(define changed-part (change grouped #:steps 2 #:drawables (vector group)))
(claim= "a part of a group is changed beside a copy of it"
        (length (vector->list (gimp-item-get-children (gimp-item-get-parent changed-part)))) 2)
(claim= "and can be drawn again" (again grouped changed-part) "")

; What cannot be changed.
(define (refuse name words image . arguments)
  (let* ((n (length (layers-of image)))
         (seen (map gimp-item-get-visible (layers-of image)))
         (sentence (sentence-of (apply change image arguments))))
    (note name ": " sentence)
    (claim (string-append name ": a sentence") (contains? sentence words))
    (claim= (string-append name ": nothing is added") (length (layers-of image)) n)
    (claim= (string-append name ": nothing is hidden")
            (map gimp-item-get-visible (layers-of image)) seen)))

(define plain (painted-image 100 80))
(refuse "no strength" "above 0" plain #:strength 0)
(refuse "too much" "strength" plain #:strength 1.5)
(refuse "below nothing" "above 0" plain #:strength -0.5)
(refuse "no layer" "Select one" (new-image 90 90 RGB))
(define beside (painted-image 100 80))
(gimp-layer-set-offsets (car (layers-of beside)) 50 0)
(gimp-image-select-rectangle beside CHANNEL-OP-REPLACE 0 0 40 40)
(refuse "a selection beside it" "beside the layer" beside)
(define floating (painted-image 100 80))
(gimp-image-select-rectangle floating CHANNEL-OP-REPLACE 10 10 40 40)
(gimp-edit-copy (vector (car (layers-of floating))))
(gimp-edit-paste (car (layers-of floating)) #f)
(refuse "a floating selection" "floating selection" floating)
(define in-locked (painted-image 100 80))
(define locked-group (gimp-group-layer-new in-locked "locked"))
(gimp-image-insert-layer in-locked locked-group 0 0)
(define empty-group (gimp-group-layer-new in-locked "empty"))
(gimp-image-insert-layer in-locked empty-group 0 0)
(refuse "an empty group" "nothing in the layer group" in-locked #:drawables (vector empty-group))
(define kept-in (cadr (cdr (layers-of in-locked))))
(gimp-image-reorder-item in-locked kept-in locked-group 0)
(gimp-item-set-lock-content locked-group #t)
(refuse "a layer in a locked group" "group that is locked" in-locked #:drawables (vector kept-in))
(claim= "nothing is added to the group"
        (vector->list (gimp-item-get-children locked-group)) (list kept-in))
(claim "the locked group itself is changed" (change in-locked #:steps 2
                                                    #:drawables (vector locked-group)))
(define two (painted-image 100 80))
(gimp-image-set-selected-layers two (vector (car (layers-of two)) (new-layer two 9 9 RGBA-IMAGE)))
(refuse "two layers" "Select one" two)
(refuse "what it cannot draw" "dragon" plain #:prompt "a dragon")
(refuse "a line" "too long and thin" (painted-image 1 20000))
(define indexed (painted-image 64 64))
(gimp-image-convert-indexed indexed CONVERT-DITHER-NONE
                            CONVERT-PALETTE-GENERATE 8 #f #f "")
(refuse "INDEXED" "Image ▸ Mode ▸ RGB" indexed)

; A layer whose visibility is locked, and which is mixed in a way of its own: all of it,
; and a part of it.
(define (mixed)
  (let* ((image (painted-image 200 160))
         (layer (gimp-layer-new-from-drawable (car (layers-of image)) image)))
    (gimp-image-insert-layer image layer 0 0)
    (gimp-layer-set-mode layer LAYER-MODE-MULTIPLY)
    (gimp-layer-set-blend-space layer LAYER-COLOR-SPACE-RGB-LINEAR)
    (gimp-layer-set-composite-mode layer LAYER-COMPOSITE-CLIP-TO-BACKDROP)
    (gimp-item-set-lock-visibility layer #t)
    (cons image layer)))
(define (mixing layer)
  (list (gimp-layer-get-mode layer) (gimp-layer-get-blend-space layer)
        (gimp-layer-get-composite-mode layer)))
(for-each
  (lambda (part?)
    (let* ((pair (mixed)) (image (car pair)) (layer (cdr pair)) (wanted (mixing layer))
           (name (if part? "a part of a locked layer: " "a locked layer: ")))
      (if part?
          (gimp-image-select-rectangle image CHANNEL-OP-REPLACE 60 50 60 50))
      (change image #:drawables (vector layer) #:seed 3 #:steps 3)
      (claim= (string-append name "it is hidden") (gimp-item-get-visible layer) #f)
      (claim= (string-append name "it stays locked")
              (gimp-item-get-lock-visibility layer) #t)
      (claim= (string-append name "the new one is mixed as it is")
              (mixing (car (layers-of image))) wanted)))
  '(#f #t))

SCM

finish
