# SPDX-License-Identifier: GPL-3.0-or-later
#
# plug-in-pisces-extend: a larger canvas and one layer, in one undo step; the old
# pixels stay the same bytes, in all kinds of images; such a layer is drawn again.
# What cannot be extended gets a sentence, and nothing is changed.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(define (extend-values image . arguments)
  (eval `(plug-in-pisces-extend #:run-mode RUN-NONINTERACTIVE #:image ,image
                                #:steps 2 ,@arguments)))

(define (extend image . arguments)
  (car (apply extend-values image arguments)))

(define (canvas-of image)
  (list (gimp-image-get-width image) (gimp-image-get-height image)))

; What is visible in a part of the image.
(define (look image x y width height step)
  (with-visible image (lambda (flat) (pixels-of flat x y width height step))))

; Whether each value of the pixels lies within so much of the other.
(define (near? pixel other most)
  (or (null? pixel) (null? other)
      (and (<= (abs (- (car pixel) (car other))) most)
           (near? (cdr pixel) (cdr other) most))))

(define (try-kind name image)
  (let* ((size (canvas-of image))
         (ground (car (layers-of image)))
         (step (quotient (car size) 24))
         (before (look image 0 0 (car size) (cadr size) step))
         (own (all-pixels ground))
         (added (quotient (car size) 4))
         (layer (extend image #:left added #:right 9 #:prompt "a yellow circle" #:seed 4)))
    (claim= (string-append name ": the canvas is larger") (canvas-of image)
            (list (+ (car size) added 9) (cadr size)))
    (claim= (string-append name ": one layer more") (length (layers-of image)) 2)
    (claim (string-append name ": what was visible is the same")
           (equal? (look image added 0 (car size) (cadr size) step) before))
    (claim (string-append name ": the old layer has its bytes")
           (equal? (all-pixels ground) own))
    (claim= (string-append name ": in its place") (layer-place ground)
            (append (list added 0) size))
    (claim= (string-append name ": the new one covers all") (layer-place layer)
            (append '(0 0) (canvas-of image)))
    (claim (string-append name ": and its mask hides it over the old canvas")
           (let ((mask (mask-of layer)))
             (and (equal? (car (gimp-drawable-get-pixel mask (- added 1) 5)) 255)
                  (equal? (car (gimp-drawable-get-pixel mask added 5)) 0)
                  (equal? (car (gimp-drawable-get-pixel mask (+ added (car size) -1) 5)) 0)
                  (equal? (car (gimp-drawable-get-pixel mask (+ added (car size)) 5)) 255))))
    (claim (string-append name ": nothing of the new borders is empty")
           (let loop ((pixels (look image 0 0 added (cadr size) step)))
             (cond ((null? pixels) #t)
                   ((= (car (reverse (car pixels))) 0) #f)
                   (else (loop (cdr pixels))))))
    (gimp-image-delete image)))

(try-kind "RGB" (painted-image 300 300))
(try-kind "another canvas" (painted-image 900 700))
(try-other-kinds try-kind)

; Without words what is there goes on, to the aspect that was asked for.
(define wide (painted-image 256 256))
(define sides (plug-in-pisces-extend #:run-mode RUN-NONINTERACTIVE #:image wide
                                     #:aspect "16:9"))
(claim= "to an aspect" (canvas-of wide) '(455 256))
(claim= "without words there is no plan" (cadr sides) "")
(claim "the red ground goes on"
       (let loop ((pixels (append (look wide 2 2 90 250 16) (look wide 360 2 90 250 16))))
         (cond ((null? pixels) #t)
               ((near? (car pixels) '(200 30 30 255) 24) (loop (cdr pixels)))
               (else (note "there is " (car pixels)) #f))))
(claim "there is no step at the edges"
       (let loop ((y 4) (worst 0))
         (if (< y 252)
             (let* ((a (car (look wide 98 y 1 1 1))) (b (car (look wide 99 y 1 1 1)))
                    (c (car (look wide 354 y 1 1 1))) (d (car (look wide 355 y 1 1 1))))
               (loop (+ y 8) (max worst (abs (- (car a) (car b))) (abs (- (car c) (car d))))))
             (begin (note "worst step: " worst) (< worst 12)))))

; One side is a layer of that side.
(define one (painted-image 300 200))
(define side (extend one #:top 60 #:prompt "a star" #:seed 3))
(claim= "one side is a layer of that side" (layer-place side) '(0 0 300 60))
(claim "which needs no mask" (no-mask? side))
(claim= "the plan says what was drawn there" #t
        (contains? (caddr (gimp-item-get-parasite side "pisces-provenance")) "a star"))
(define first (all-pixels side))
(define other (painted-image 300 200))
(claim "the same arguments give the same pixels"
       (equal? (all-pixels (extend other #:top 60 #:prompt "a star" #:seed 3)) first))
(define third (painted-image 300 200))
(claim "another seed gives others"
       (not (equal? (all-pixels (extend third #:top 60 #:prompt "a star" #:seed 8)) first)))

; One undo step.  Without a display GIMP has no undo to be called, so the steps
; are looked at in the windows' test.

; Such layers are drawn again.
(define (again image layer)
  (plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image image
                             #:drawables (vector layer)))

(define (paint-over layer)
  (gimp-context-set-foreground '(10 200 10))
  (gimp-drawable-fill layer FILL-FOREGROUND))

(define (try-again name image layer)
  (let ((before (all-pixels layer)) (at (layer-place layer)))
    (paint-over layer)
    (claim (string-append name ": it is painted over")
           (not (equal? (all-pixels layer) before)))
    (claim= (string-append name ": nothing differs") (again image layer) "")
    (claim (string-append name ": drawn again it has the same bytes")
           (equal? (all-pixels layer) before))
    (claim= (string-append name ": in its place") (layer-place layer) at)))

(try-again "one side" one side)
(define all (painted-image 200 200))
(define ground-of-all (car (layers-of all)))
(define around (extend all #:left 60 #:top 50 #:right 120 #:prompt "a yellow circle" #:seed 9))
(try-again "three sides" all around)
(define longer (painted-image 100 100))
(define chain (extend longer #:right 180 #:prompt "a red heart" #:seed 2))
(try-again "in several steps" longer chain)
(define under (painted-image 200 100))
(define seen-below (extend under #:left 50 #:source "below"))
(define cover (new-layer under 250 100 RGBA-IMAGE))
(paint-over cover)
(try-again "what is below" under seen-below)

(gimp-selection-none all)
(gimp-context-set-foreground '(250 250 20))
(gimp-drawable-fill ground-of-all FILL-FOREGROUND)
(claim "another picture is told"
       (contains? (again all around) "has changed since it was drawn"))
(claim= "once" (again all around) "")

(define remembered (caddr (gimp-item-get-parasite around "pisces-fill")))
(note remembered)
(for-each
  (lambda (data)
    (gimp-item-attach-parasite around (list "pisces-fill" 3 data))
    (let ((sentence (sentence-of (again all around))))
      (note data ": " sentence)
      (claim (string-append "of a stranger's file: " data) (> (string-length sentence) 20))))
  '("{\"extended\":1}"
    "{\"extended\":1,\"x\":0,\"y\":0,\"width\":380,\"height\":250,\"layer-width\":380,\"layer-height\":250,\"source\":0}"
    "{\"extended\":1,\"x\":-200000,\"y\":-200000,\"width\":1,\"height\":1,\"layer-width\":380,\"layer-height\":250,\"source\":0}"
    "{\"extended\":1,\"x\":1e300,\"y\":0,\"width\":0,\"height\":-5,\"layer-width\":380,\"layer-height\":250,\"source\":0}"))
(gimp-item-attach-parasite around (list "pisces-fill" 3 remembered))
(claim= "with what it remembers it is drawn" (again all around) "")

; Other layers, groups, locks, guides, the selection, and layers that are larger than
; the canvas.
(define many (painted-image 200 200))
(define base (car (layers-of many)))
(define group (gimp-group-layer-new many "group"))
(gimp-image-insert-layer many group 0 0)
(define inside (new-layer many 40 40 RGBA-IMAGE))
(gimp-layer-set-offsets inside 20 30)
(gimp-image-reorder-item many inside group 0)
(gimp-item-set-lock-position base #t)
(gimp-item-set-lock-content base #t)
(gimp-item-set-lock-content group #t)
(gimp-item-set-visible inside #f)
(gimp-image-select-rectangle many CHANNEL-OP-REPLACE 10 10 50 50)
(gimp-image-add-vguide many 100)
(gimp-image-set-selected-layers many (vector inside))
(define added (extend many #:left 30 #:bottom 20))
(claim= "a locked layer moves with the canvas" (layer-place base) '(30 0 200 200))
(claim= "one in a group too" (layer-place inside) '(50 30 40 40))
(claim= "the selection as well" (gimp-selection-bounds many) '(#t 40 10 90 60))
(claim= "the guide as well" (gimp-image-get-guide-position many
                              (gimp-image-find-next-guide many 0)) 130)
(claim= "nothing goes into a locked group"
        (gimp-image-get-item-position many added) 0)
(claim= "nor is anything hidden or shown" (map gimp-item-get-visible (layers-of many)) '(#t #t #t))

(define larger (new-image 100 100 RGB))
(define wide-layer (new-layer larger 300 100 RGB-IMAGE))
(gimp-context-set-foreground '(10 20 220))
(gimp-drawable-fill wide-layer FILL-FOREGROUND)
(gimp-layer-set-offsets wide-layer -100 0)
(define beside (extend larger #:left 40))
(claim= "a layer that is larger than the canvas stays" (layer-place wide-layer) '(-60 0 300 100))
(claim= "and the new borders lie above it" (gimp-image-get-item-position larger beside) 0)

(define masked (painted-image 100 100))
(define masked-ground (car (layers-of masked)))
(gimp-layer-add-mask masked-ground (gimp-layer-create-mask masked-ground ADD-MASK-WHITE))
(gimp-layer-set-edit-mask masked-ground #t)
(claim "a mask that is edited"
       (> (extend masked #:left 30 #:drawables (vector (mask-of masked-ground))) 0))
(define hidden (painted-image 100 100))
(gimp-item-set-visible (car (layers-of hidden)) #f)
(claim "nothing visible, but words" (> (extend hidden #:left 30 #:prompt "a star") 0))
(claim "no layer at all" (> (extend (new-image 60 60 RGB) #:right 30 #:prompt "a star") 0))

; Odd sizes.
(define (try-size name width height wanted . arguments)
  (let ((image (painted-image width height)))
    (apply extend image arguments)
    (claim= name (canvas-of image) wanted)
    (gimp-image-delete image)))

(try-size "one pixel" 1 1 '(9 1) #:left 4 #:right 4)
(try-size "by one pixel" 300 200 '(300 201) #:bottom 1)
(try-size "1 × 20000" 1 20000 '(17 20000) #:left 16)
(try-size "a large canvas" 5000 4000 '(5000 4400) #:top 400)

; What cannot be extended.
(define (refuse name words image . arguments)
  (let* ((n (length (layers-of image)))
         (size (canvas-of image))
         (sentence (sentence-of (apply extend image arguments))))
    (note name ": " sentence)
    (claim (string-append name ": a sentence") (contains? sentence words))
    (claim= (string-append name ": nothing is added") (length (layers-of image)) n)
    (claim= (string-append name ": the canvas stays") (canvas-of image) size)))

(define plain (painted-image 300 200))
(refuse "nothing to add" "by how much" plain #:prompt "a star")
(refuse "no aspect" "is not an aspect" plain #:aspect "16/9")
(refuse "one without an end" "is not an aspect" plain #:aspect "1:0")
(refuse "the same aspect" "already" plain #:aspect "3:2")
(refuse "an endless aspect" "So much" plain #:aspect "100000000:1")
(refuse "both" "Both" plain #:aspect "16:9" #:left 4)
(refuse "below nothing" "“left” is -1" plain #:left -1)
(refuse "half a pixel" "whole number" plain #:top 1.5)
(refuse "2³² + 4 pixels" "“right” is 4294967300" plain #:right 4294967300)
(refuse "too much" "So much" plain #:right 200000)
(refuse "source" "nowhere" plain #:left 9 #:source "nowhere")
(refuse "what it cannot draw" "dragon" plain #:left 60 #:prompt "a dragon")
(define huge (new-image 20000 20000 RGB))
(refuse "20000 × 20000 on all sides" "So much" huge #:left 90 #:right 90 #:top 90 #:bottom 90)

(define indexed (painted-image 64 64))
(gimp-image-convert-indexed indexed CONVERT-DITHER-NONE
                            CONVERT-PALETTE-GENERATE 8 #f #f "")
(refuse "INDEXED" "Image ▸ Mode ▸ RGB" indexed #:left 20)

(define floating (painted-image 100 100))
(gimp-image-select-rectangle floating CHANNEL-OP-REPLACE 20 20 30 30)
(gimp-edit-copy (vector (car (layers-of floating))))
(gimp-edit-paste (car (layers-of floating)) #f)
(refuse "a floating selection" "floating selection" floating #:left 20 #:prompt "a star")
SCM

finish
