# SPDX-License-Identifier: GPL-3.0-or-later
#
# plug-in-pisces-fill: one layer with the selection as its mask, in one undo step;
# what is outside the selection keeps its bytes; in all kinds of images.  What
# cannot be filled gets a sentence, and nothing is changed.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(define (fill-values image . arguments)
  (eval `(plug-in-pisces-fill #:run-mode RUN-NONINTERACTIVE #:image ,image
                              #:steps 2 ,@arguments)))

(define (fill image . arguments)
  (car (apply fill-values image arguments)))

(define (select-soft image)
  (gimp-image-select-ellipse image CHANNEL-OP-REPLACE 100 60 90 80)
  (gimp-selection-feather image 14))

(define (try-kind name image)
  (select-soft image)
  (let* ((step (quotient (gimp-image-get-width image) 30))
         (before (visible-points image step))
         (n (length (layers-of image)))
         (layer (fill image #:prompt "a yellow circle" #:seed 4))
         (counts (count-changes image before (visible-points image step))))
    (claim= (string-append name ": one layer more") (length (layers-of image)) (+ n 1))
    (claim= (string-append name ": nothing outside has changed") (car counts) 0)
    (claim (string-append name ": something inside has") (> (cadr counts) 0))
    (claim (string-append name ": the mask is soft")
           (let ((at (gimp-drawable-get-offsets layer)) (soft 0))
             (do ((x 0 (+ x 3))) ((>= x (car (layer-size layer))))
               (let ((a (car (gimp-drawable-get-pixel (mask-of layer) x 40)))
                     (b (car (gimp-drawable-get-pixel (gimp-image-get-selection image)
                                                      (+ x (car at)) (+ 40 (cadr at))))))
                 (if (not (= a b)) (set! soft -1000))
                 (if (and (> a 0) (< a 255)) (set! soft (+ soft 1)))))
             (note name ": soft values " soft)
             (> soft 0)))
    (claim (string-append name ": the selection stays")
           (not (gimp-selection-is-empty image)))
    (gimp-image-delete image)))

(try-kind "RGB" (painted-image 300 200))
(try-kind "another canvas" (painted-image 1000 700))
(try-other-kinds try-kind)

; One undo step, and the same arguments give the same pixels.
(define image (painted-image 300 200))
(gimp-image-select-rectangle image CHANNEL-OP-REPLACE 80 50 120 100)
(define one (fill image #:prompt "a star" #:seed 3))
(claim= "it has the bounds of the selection" (layer-place one) '(80 50 120 100))
(claim "a rectangle needs no mask" (no-mask? one))
(define first (gimp-drawable-get-pixel one 60 50))
(gimp-image-remove-layer image one)
(define two (fill image #:prompt "a star" #:seed 3))
(claim= "the same arguments give the same pixels" (gimp-drawable-get-pixel two 60 50) first)
(claim "the layer remembers its prompt"
       (contains? (caddr (gimp-item-get-parasite two "pisces-provenance")) "a star"))

; Such a layer is drawn again, and says if what is around it is not as it was.
(define (again image layer)
  (plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image image
                             #:drawables (vector layer)))

; A grid, closer than that of all-pixels.
(define (close-pixels drawable)
  (pixels-of drawable 0 0 (gimp-drawable-get-width drawable)
             (gimp-drawable-get-height drawable) 3))

(define (paint-over image layer)
  (gimp-selection-none image)
  (gimp-context-set-foreground '(10 200 10))
  (gimp-drawable-edit-fill layer FILL-FOREGROUND))

(define (try-again name image layer)
  (let ((before (close-pixels layer))
        (at (layer-place layer))
        (mask (if (no-mask? layer) #f (close-pixels (mask-of layer)))))
    (paint-over image layer)
    (claim (string-append name ": it is painted over")
           (not (equal? (close-pixels layer) before)))
    (claim= (string-append name ": nothing differs") (again image layer) "")
    (claim (string-append name ": drawn again it has the same bytes")
           (equal? (close-pixels layer) before))
    (claim= (string-append name ": in its place") (layer-place layer) at)
    (claim (string-append name ": under its mask")
           (equal? (if (no-mask? layer) #f (close-pixels (mask-of layer))) mask))))

(try-again "a rectangle" image two)
(define again-image (painted-image 300 200))
(select-soft again-image)
(define again-ground (car (layers-of again-image)))
(define soft-one (fill again-image #:prompt "a yellow circle" #:seed 9 #:strength 0.8))
(try-again "a soft selection" again-image soft-one)
(define cover-above (new-layer again-image 300 200 RGBA-IMAGE))
(select-soft again-image)
(gimp-image-set-selected-layers again-image (vector again-ground))
(gimp-image-remove-layer again-image soft-one)
(define from-below-again (fill again-image #:prompt "a star" #:source "below" #:grow 4))
(paint-over again-image cover-above)
(try-again "what is below" again-image from-below-again)
(select-soft again-image)
(gimp-image-set-selected-layers again-image (vector again-ground))
(gimp-image-remove-layer again-image from-below-again)
(define from-layer-again (fill again-image #:prompt "a star" #:source "layer"))
(try-again "one layer" again-image from-layer-again)

(gimp-image-select-rectangle again-image CHANNEL-OP-REPLACE 50 0 25 200)
(gimp-context-set-foreground '(250 250 20))
(gimp-drawable-edit-fill again-ground FILL-FOREGROUND)
(gimp-selection-none again-image)
(claim "other surroundings are told"
       (contains? (again again-image from-layer-again) "has changed since it was drawn"))
(claim= "once" (again again-image from-layer-again) "")
(claim= "other layers above are no matter" (length (layers-of again-image)) 3)

(define (spoil data)
  (gimp-item-attach-parasite from-layer-again (list "pisces-fill" 3 data))
  (contains? (sentence-of (again again-image from-layer-again)) "Fill from Prompt"))
(define remembered (caddr (gimp-item-get-parasite from-layer-again "pisces-fill")))
(note remembered)
(for-each
  (lambda (data)
    (claim (string-append "of a stranger's file: " data) (spoil data)))
  '("" "nothing" "{}" "[]" "{\"x\":-1e300,\"y\":0,\"width\":1,\"height\":1}"
    "{\"x\":0,\"y\":0,\"width\":0,\"height\":99999999999}"))
(gimp-item-attach-parasite from-layer-again (list "pisces-fill" 3 remembered))
(claim= "with what it remembers it is drawn" (again again-image from-layer-again) "")
(gimp-layer-resize from-layer-again 30 30 0 0)
(claim "a layer of another size is refused"
       (contains? (sentence-of (again again-image from-layer-again)) "its size was changed"))

; A mask says what may be drawn over.  When it was applied, nothing does.
(define (mask-gone name how)
  (let ((image (painted-image 300 200)))
    (gimp-image-select-ellipse image CHANNEL-OP-REPLACE 100 60 90 80)
    (let ((layer (fill image #:prompt "a star")))
      (gimp-layer-remove-mask layer how)
      (let ((before (close-pixels layer)))
        (claim (string-append name " mask is told")
               (contains? (sentence-of (again image layer)) "its layer mask is gone"))
        (claim (string-append name " mask: nothing outside of it is drawn over")
               (equal? (close-pixels layer) before))))))
(mask-gone "an applied" MASK-APPLY)
(mask-gone "a deleted" MASK-DISCARD)

; Without words the hole becomes what is around it: a blue square in a red field.
(define scene (painted-image 400 400))
(gimp-image-select-rectangle scene CHANNEL-OP-REPLACE 80 80 240 240)
(define gone (plug-in-pisces-fill #:run-mode RUN-NONINTERACTIVE #:image scene))
(claim "nothing is where the square was"
       (let ((pixel (gimp-drawable-get-pixel (car gone) 120 120)))
         (note "in its middle: " pixel)
         (and (> (car pixel) 160) (< (cadr pixel) 70) (< (caddr pixel) 70))))
(claim= "and there is no plan" (cadr gone) "")

; A thing that is taken away from a transparent layer does not show through.
(define clear (new-image 300 300 RGB))
(define ground (new-layer clear 300 300 RGBA-IMAGE))
(gimp-image-select-rectangle clear CHANNEL-OP-REPLACE 110 110 80 80)
(gimp-context-set-foreground '(200 30 30))
(gimp-drawable-edit-fill ground FILL-FOREGROUND)
(gimp-image-select-rectangle clear CHANNEL-OP-REPLACE 90 90 120 120)
(plug-in-pisces-fill #:run-mode RUN-NONINTERACTIVE #:image clear)
(claim= "by a second layer" (length (layers-of clear)) 3)
(define seen (gimp-layer-new-from-visible clear clear "seen"))
(gimp-image-insert-layer clear seen 0 0)
(claim "a transparent hole shows nothing of what was there"
       (let ((pixel (gimp-drawable-get-pixel seen 150 150)))
         (note "there: " pixel)
         (< (list-ref pixel 3) 30)))

(gimp-image-remove-layer clear seen)
(try-again "a layer with one that erases below it" clear (car (layers-of clear)))
(set! seen (gimp-layer-new-from-visible clear clear "seen"))
(claim "the hole is as transparent as before"
       (< (list-ref (gimp-drawable-get-pixel seen 150 150) 3) 30))

; Layers above the active one, groups, locks, masks that are edited.
(define many (painted-image 300 200))
(define base (car (layers-of many)))
(define cover (new-layer many 300 200 RGBA-IMAGE))
(gimp-context-set-foreground '(30 200 30))
(gimp-drawable-fill cover FILL-FOREGROUND)
(gimp-image-select-rectangle many CHANNEL-OP-REPLACE 20 20 100 100)
(gimp-image-set-selected-layers many (vector base))
(define under (fill many #:prompt "" #:source "layer"))
(claim= "it goes above the active layer"
        (gimp-image-get-item-position many under) 1)
(define (is-green? pixel) (and (> (cadr pixel) 100) (< (car pixel) 60)))
(claim "which alone is seen" (not (is-green? (gimp-drawable-get-pixel under 50 50))))
(define over (fill many #:prompt "" #:source "visible"))
(claim "or all that is visible"
       (let ((pixel (gimp-drawable-get-pixel over 50 50)))
         (note "over the green: " pixel)
         (is-green? pixel)))
(claim= "and then it goes above what it would be hidden by"
        (gimp-image-get-item-position many over) 0)
(define (fill-below! layer place)
  (gimp-image-set-selected-layers many (vector layer))
  (let* ((filled (fill many #:prompt "a star" #:source "visible"))
         (found (gimp-image-get-item-position many filled)))
    (gimp-image-remove-layer many filled)
    (claim= (string-append "a layer above that is " place " is no matter") found
            (gimp-image-get-item-position many layer))))
(gimp-image-remove-layer many over)
(gimp-item-set-visible cover #f)
(fill-below! under "hidden")
(gimp-item-set-visible cover #t)
(gimp-layer-set-opacity cover 0)
(fill-below! under "not seen")
(gimp-layer-set-opacity cover 100)
(gimp-layer-set-offsets cover 120 0)
(fill-below! under "beside it")
(gimp-layer-set-offsets cover 0 0)
(set! over (fill many #:prompt "" #:source "visible"))

; "below" sees the ground, not the green above it.  It is no matter that the ground
; is in a group.
(define ground-of-many (gimp-group-layer-new many "ground"))
(gimp-image-insert-layer many ground-of-many 0 3)
(gimp-image-reorder-item many base ground-of-many 0)
(gimp-image-set-selected-layers many (vector base))
(define from-below (fill many #:prompt "" #:source "below"))
(claim "or the active layer with what is below it"
       (let ((pixel (gimp-drawable-get-pixel from-below 50 50)))
         (note "there: " pixel)
         (not (is-green? pixel))))
(claim= "whatever is hidden for that is visible as before"
        (map gimp-item-get-visible (layers-of many)) '(#t #t #t #t))

(gimp-item-set-lock-content base #t)
(gimp-image-set-selected-layers many (vector base))
(claim "a locked layer is left alone" (> (fill many #:prompt "a star") 0))
(gimp-item-set-visible base #f)
(claim "a hidden one too" (> (fill many #:prompt "a star") 0))
(define group (gimp-group-layer-new many "group"))
(gimp-image-insert-layer many group 0 0)
(gimp-image-set-selected-layers many (vector group))
(claim "a group" (> (fill many #:prompt "a star") 0))
(define masked (new-layer many 300 200 RGBA-IMAGE))
(gimp-layer-add-mask masked (gimp-layer-create-mask masked ADD-MASK-WHITE))
(gimp-layer-set-edit-mask masked #t)
(claim "a mask that is edited"
       (> (fill many #:prompt "a star" #:drawables (vector (mask-of masked))) 0))
(define small (new-layer many 40 40 RGBA-IMAGE))
(gimp-layer-set-offsets small 220 120)
(gimp-image-set-selected-layers many (vector small))
(define beside (fill many #:prompt "a star" #:source "layer"))
(claim= "a selection beside the layer" (layer-place beside) '(20 20 100 100))

; What fits all that is visible does not go into a group that is mixed with the rest, but
; above it; and stays in one that is not.
(define (try-group name prepare inside?)
  (let* ((image (painted-image 200 160))
         (outer (gimp-group-layer-new image "outer"))
         (inner (gimp-group-layer-new image "inner"))
         (layer (gimp-layer-new-from-drawable (car (layers-of image)) image)))
    (gimp-image-insert-layer image outer 0 0)
    (gimp-image-insert-layer image inner outer 0)
    (gimp-image-insert-layer image layer inner 0)
    (prepare outer inner)
    (gimp-image-set-selected-layers image (vector layer))
    (gimp-image-select-rectangle image CHANNEL-OP-REPLACE 60 40 80 60)
    (let ((new (fill image #:prompt "a star")))
      (claim= (string-append name (if inside? ": in it" ": above it"))
              (member new (vector->list (gimp-item-get-children inner)))
              (if inside? (list new layer) #f))
      (if (not inside?)
          (claim= (string-append name ": the uppermost") (car (layers-of image)) new)))
    (let ((new (fill image #:prompt "a star" #:source "layer"
                     #:drawables (vector layer))))
      (claim (string-append name ": what fits the layer alone stays beside it")
             (member new (vector->list (gimp-item-get-children inner)))))
    (gimp-image-delete image)))

(define (add-white-mask group)
  (gimp-layer-add-mask group (gimp-layer-create-mask group ADD-MASK-WHITE)))
(try-group "a plain group" (lambda (outer inner) #t) #t)
(try-group "one that passes through"
           (lambda (outer inner) (gimp-layer-set-mode inner LAYER-MODE-PASS-THROUGH)) #t)
(try-group "a transparent group" (lambda (outer inner) (gimp-layer-set-opacity outer 50)) #f)
(try-group "a multiplied one"
           (lambda (outer inner) (gimp-layer-set-mode outer LAYER-MODE-MULTIPLY)) #f)
(try-group "one with a mask" (lambda (outer inner) (add-white-mask outer)) #f)
(try-group "a hidden one" (lambda (outer inner) (gimp-item-set-visible outer #f)) #f)

; Odd sizes.
(define (try-size name width height x y w h)
  (let ((image (painted-image width height)))
    (gimp-image-select-rectangle image CHANNEL-OP-REPLACE x y w h)
    (claim= name (layer-place (fill image #:prompt "a star")) (list x y w h))
    (gimp-image-delete image)))

(try-size "one pixel" 300 200 299 0 1 1)
(try-size "the whole canvas" 300 200 0 0 300 200)
(try-size "a canvas of one pixel" 1 1 0 0 1 1)
(try-size "a part of a canvas of 1 × 20000" 1 20000 0 700 1 40)
(try-size "a large canvas" 5000 4000 4200 3300 800 700)
(try-size "a hole larger than the model's pictures" 1500 900 100 100 1200 700)

; The selection is grown and shrunk, and stays as it is.
(define grows (painted-image 300 200))
(gimp-image-select-rectangle grows CHANNEL-OP-REPLACE 100 60 80 60)
(define larger (fill grows #:prompt "a star" #:grow 10))
(claim= "it is grown" (layer-place larger) '(90 50 100 80))
(claim= "and shrunk" (layer-place (fill grows #:prompt "a star" #:grow -10))
        '(110 70 60 40))
(claim= "the selection is as before" (gimp-selection-bounds grows) '(#t 100 60 180 120))
(gimp-image-select-ellipse grows CHANNEL-OP-REPLACE 100 60 80 60)
(gimp-selection-feather grows 10)
(define soft (mask-of (fill grows #:prompt "a star" #:grow 6)))
(claim "soft edges stay soft"
       (let ((n 0))
         (do ((x 0 (+ x 1))) ((>= x (car (layer-size soft))) (> n 8))
           (let ((value (car (gimp-drawable-get-pixel soft x 40))))
             (if (and (> value 10) (< value 245)) (set! n (+ n 1)))))))

; What cannot be filled.
(define (refuse name words image . arguments)
  (let* ((n (length (layers-of image)))
         (sentence (sentence-of (apply fill image arguments))))
    (note name ": " sentence)
    (claim (string-append name ": a sentence") (contains? sentence words))
    (claim= (string-append name ": nothing is added") (length (layers-of image)) n)))

(define plain (painted-image 300 200))
(refuse "no selection" "Nothing is selected" plain #:prompt "a star")
(gimp-image-select-rectangle plain CHANNEL-OP-REPLACE 0 0 300 200)
(refuse "all of it without words" "nothing says how" plain #:prompt "")
(gimp-image-select-rectangle plain CHANNEL-OP-REPLACE 20 20 80 80)
(refuse "strength" "strength" plain #:prompt "a star" #:strength 2)
(refuse "no strength" "above 0" plain #:prompt "a star" #:strength 0)
(refuse "surroundings" "surroundings" plain #:prompt "a star" #:surroundings -1)
(refuse "grow" "grow" plain #:prompt "a star" #:grow 2000)
(refuse "half a pixel" "whole number" plain #:prompt "a star" #:grow 1.5)
(refuse "shrunk to nothing" "Nothing is left" plain #:prompt "a star" #:grow -60)
(refuse "source" "nowhere" plain #:prompt "a star" #:source "nowhere")
(refuse "what it cannot draw" "dragon" plain #:prompt "a dragon")

(define line (painted-image 1 20000))
(gimp-selection-all line)
(refuse "a line" "too long and thin" line #:prompt "a star")

(define indexed (painted-image 64 64))
(gimp-image-convert-indexed indexed CONVERT-DITHER-NONE
                            CONVERT-PALETTE-GENERATE 8 #f #f "")
(gimp-image-select-rectangle indexed CHANNEL-OP-REPLACE 1 1 29 29)
(refuse "INDEXED" "Image ▸ Mode ▸ RGB" indexed #:prompt "a star")

(define floating (painted-image 100 100))
(gimp-image-select-rectangle floating CHANNEL-OP-REPLACE 20 20 30 30)
(gimp-edit-copy (vector (car (layers-of floating))))
(gimp-edit-paste (car (layers-of floating)) #f)
(gimp-image-select-rectangle floating CHANNEL-OP-REPLACE 20 20 30 30)
(refuse "a floating selection" "floating selection" floating #:prompt "a star")
SCM

finish
