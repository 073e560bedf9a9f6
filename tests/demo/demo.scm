; SPDX-License-Identifier: GPL-3.0-or-later
;
; demo.scm: what ./dev demo does in GIMP.  Runs after gimp/harness.scm.

(define (path name) (string-append *work* "/" name))

; Script-Fu gives seconds and microseconds apart.
(define (seconds-now)
  (let ((now (gettimeofday)))
    (if (pair? now) (+ (car now) (/ (cadr now) 1000000)) now)))

(define (seconds-of thunk)
  (let ((begin-ms (seconds-now)))
    (thunk)
    (/ (truncate (+ 0.5 (* 100 (- (seconds-now) begin-ms)))) 100)))

(define image (new-image 800 600 RGB))
(define ground (new-layer image 800 600 RGB-IMAGE))
(gimp-drawable-fill ground FILL-WHITE)

(define first  (seconds-of (lambda () (generate image *prompt* 1))))
(define loads  (status "n-loads"))
(define load-s (status "load-seconds"))
(define layer  (car (layers-of image)))
(define second
  (seconds-of (lambda () (generate (new-image 256 256 RGB) *prompt* 2))))

(note "Prompt:         " *prompt*)
(note "New layer:      “" (gimp-item-get-name layer) "”, "
      (gimp-drawable-get-width layer) " × "
      (gimp-drawable-get-height layer) " pixels, one undo step")
(note "Model:          " (status "model") " on " (status "backend") ", "
      (truncate (/ (status "resident-bytes") 1048576)) " MiB resident, loaded "
      (status "n-loads") " time in this process")
(note "Load:           " load-s " s")
(note "First picture:  " first " s, loading included")
(note "Second picture: " second " s"
      (if (= (status "n-loads") loads) ", nothing loaded" ", LOADED AGAIN"))

(define texts '())
(define describe-s
  (seconds-of
    (lambda ()
      (set! texts (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE
                                           #:image image #:length "both"
                                           #:save #t)))))
(note "Description:    " describe-s " s for a short and a long one")
(note "Alt text:       " (car texts))
(note "Long:           " (cadr texts))

(gimp-file-save RUN-NONINTERACTIVE image (path "demo.xcf"))
(file-png-export #:run-mode RUN-NONINTERACTIVE #:image image
                 #:file (path "demo.png") #:include-xmp #t)
(close-output-port *results*)
