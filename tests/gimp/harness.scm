; SPDX-License-Identifier: GPL-3.0-or-later
;
; harness.scm: functions for the parts of tests that are written in Script-Fu.  Claims go
; to a file, one per line.  gimp-test.sh reads it when GIMP has ended.

(script-fu-use-v3)

(define *results* (open-output-file (string-append *work* "/results")))

(define (claim text true?)
  (display (if true? "ok - " "not ok - ") *results*)
  (display text *results*)
  (newline *results*))

; Claims that two values are the same; if they are not, prints both.
(define (claim= text value wanted)
  (if (equal? value wanted)
      (claim text #t)
      (begin
        (claim text #f)
        (note "wanted " wanted ", got " value))))

(define (note . values)
  (display "# " *results*)
  (for-each (lambda (value) (display value *results*)) values)
  (newline *results*))

; Gives a value to the shell part of the test, under a name.
(define (tell name value)
  (let ((port (open-output-file (string-append *work* "/" name))))
    (display value port)
    (close-output-port port)))

; The error message of a call, or "" if it does not fail.
(define *sentence* "")
(define *old-error-hook* *error-hook*)
(set! *error-hook*
  (lambda args
    (if (and (pair? args) (string? (car args)))
        (set! *sentence* (car args)))
    (apply *old-error-hook* args)))

(define-macro (sentence-of form)
  `(begin
     (set! *sentence* "")
     (catch 'failed ,form)
     *sentence*))

(define (contains? text part)
  (let ((n (string-length text))
        (m (string-length part)))
    (let loop ((i 0))
      (cond ((> (+ i m) n) #f)
            ((string=? (substring text i (+ i m)) part) #t)
            (else (loop (+ i 1)))))))

(define (repeat text n)
  (if (= n 0) "" (string-append text (repeat text (- n 1)))))

;  GIMP

(define (new-image width height type)
  (gimp-image-new width height type))

(define (new-layer image width height type)
  (let ((layer (gimp-layer-new image "ground" width height type
                               100 LAYER-MODE-NORMAL)))
    (gimp-image-insert-layer image layer 0 0)
    layer))

; An image that shows something: a blue square in a red field.
(define (painted-image width height)
  (let* ((image (new-image width height RGB))
         (layer (new-layer image width height RGBA-IMAGE)))
    (gimp-context-set-foreground '(200 30 30))
    (gimp-drawable-fill layer FILL-FOREGROUND)
    (gimp-image-select-rectangle image CHANNEL-OP-REPLACE
                                 (/ width 4) (/ height 4)
                                 (/ width 2) (/ height 2))
    (gimp-context-set-foreground '(30 30 200))
    (gimp-drawable-edit-fill layer FILL-FOREGROUND)
    (gimp-selection-none image)
    image))

(define (layers-of image)
  (vector->list (gimp-image-get-layers image)))

(define (layer-size layer)
  (list (gimp-drawable-get-width layer) (gimp-drawable-get-height layer)))

; Where it lies, and its size.
(define (layer-place layer)
  (append (gimp-drawable-get-offsets layer) (layer-size layer)))

(define (mask-of layer)
  (gimp-layer-get-mask layer))

(define (no-mask? layer)
  (let ((mask (mask-of layer)))
    (or (null? mask) (and (number? mask) (< mask 0)))))

;  Pisces

(define (generate image prompt seed)
  (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE #:image image
                           #:prompt prompt #:seed seed))

; A few steps are enough if the quality of the picture is not tested.
(define (sketch image prompt seed)
  (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE #:image image
                           #:prompt prompt #:seed seed #:steps 3))

; The same with a given plan, if the prompt is not tested either.
(define (draw image seed)
  (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE #:image image
                           #:prompt "a red circle" #:plan "a red circle"
                           #:seed seed #:steps 2))

(define (describe image length)
  (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image image
                           #:length length))

(define (status name)
  (let loop ((names '("loaded" "model" "model-folder" "model-digest"
                      "backend" "backend-reason" "resident-bytes"
                      "loaded-since" "load-seconds" "n-loads" "n-jobs"
                      "n-waiting" "busy" "pid" "version"
                      "describe-model" "describe-model-folder"
                      "describe-model-digest" "describe-backend"
                      "describe-resident-bytes"
                      "draw-model" "draw-model-folder"
                      "draw-model-digest" "draw-backend"
                      "draw-resident-bytes"
                      "compare-model" "compare-model-folder"
                      "compare-model-digest" "compare-backend"
                      "compare-resident-bytes"))
             (values (plug-in-pisces-status)))
    (cond ((null? names) #f)
          ((string=? name (car names)) (car values))
          (else (loop (cdr names) (cdr values))))))

; Pixels of a drawable, so many apart.
(define (pixels-of drawable x y width height step)
  (let next ((i 0) (j 0) (values '()))
    (cond ((>= j height) values)
          ((>= i width) (next 0 (+ j step) values))
          (else (next (+ i step) j
                      (cons (gimp-drawable-get-pixel drawable (+ x i) (+ y j))
                            values))))))

; A grid of some 600 of them.
(define (all-pixels drawable)
  (let ((width (gimp-drawable-get-width drawable))
        (height (gimp-drawable-get-height drawable)))
    (pixels-of drawable 0 0 width height
               (max 1 (quotient (max width height) 25)))))

; A copy of what is visible, on which (look drawable) is called.
(define (with-visible image look)
  (let* ((copy (gimp-image-duplicate image))
         (flat (gimp-layer-new-from-visible image copy "seen")))
    (gimp-image-insert-layer copy flat 0 0)
    (let ((found (look flat)))
      (gimp-image-delete copy)
      found)))

; What is visible, on a grid of points; each with its own place.
(define (visible-points image step)
  (with-visible image
    (lambda (flat)
      (let ((points '()))
        (do ((y 0 (+ y step))) ((>= y (gimp-image-get-height image)) points)
          (do ((x 0 (+ x step))) ((>= x (gimp-image-get-width image)))
            (set! points (cons (list x y (gimp-drawable-get-pixel flat x y)) points))))))))

; How far the image's selection has a point, 0 to 1.
(define (selected image point)
  (car (gimp-drawable-get-pixel (gimp-image-get-selection image)
                                (car point) (cadr point))))

; How many of such points outside the selection, and inside, have changed.
(define (count-changes image before after)
  (let loop ((a before) (b after) (outside 0) (inside 0))
    (cond ((null? a) (list outside inside))
          ((equal? (car a) (car b)) (loop (cdr a) (cdr b) outside inside))
          ((equal? (selected image (car a)) 0)
           (loop (cdr a) (cdr b) (+ outside 1) inside))
          (else (loop (cdr a) (cdr b) outside (+ inside 1))))))

; Calls (try-kind name image) with images that are not 8-bit RGB.
(define (try-other-kinds try-kind)
  (let ((try-converted (lambda (name convert)
                         (let ((image (painted-image 300 200)))
                           (convert image)
                           (try-kind name image)))))
    (try-converted "GRAY" gimp-image-convert-grayscale)
    (try-converted "16-bit"
                   (lambda (image)
                     (gimp-image-convert-precision image PRECISION-U16-NON-LINEAR)))
    (try-converted "float, linear"
                   (lambda (image)
                     (gimp-image-convert-precision image PRECISION-FLOAT-LINEAR)))
    ; GIMP needs the package that has this file.
    (try-converted "another colour profile"
                   (lambda (image)
                     (gimp-image-set-color-profile-from-file
                       image "/usr/share/color/icc/ghostscript/rommrgb.icc")))))
