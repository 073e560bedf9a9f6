# SPDX-License-Identifier: GPL-3.0-or-later
#
# Unloading returns the memory to the system, and the next job loads the model
# again.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(define (read-line-of port)
  (let loop ((char (read-char port)) (chars '()))
    (if (or (eof-object? char) (char=? char #\newline))
        (list->string (reverse chars))
        (loop (read-char port) (cons char chars)))))

; Kilobytes of memory that belong to the extension alone and are not shared with a file.
(define (own-memory)
  (let ((port (open-input-file (string-append "/proc/"
                                              (number->string (status "pid"))
                                              "/status"))))
    (let loop ((line (read-line-of port)))
      (if (contains? line "RssAnon:")
          (string->number
            (list->string
              (let digits ((chars (string->list line)))
                (cond ((null? chars) '())
                      ((char-numeric? (car chars))
                       (cons (car chars) (digits (cdr chars))))
                      (else (digits (cdr chars)))))))
          (loop (read-line-of port))))))

; One round before measuring, so that memory which GEGL and others keep is not counted.
(define image (new-image 64 64 RGB))
(draw image 1)
(plug-in-pisces-unload)

(define before (own-memory))
(draw image 1)
(define loaded (own-memory))
(define held (status "resident-bytes"))
(define freed (plug-in-pisces-unload))
(define after (own-memory))

(note "own memory: " before " kB at first, " loaded " kB with the model, "
      after " kB after unloading")
(note "held: " held " bytes, freed: " freed " bytes")
(claim= "no model is loaded" (status "loaded") #f)
(claim= "no memory is held" (status "resident-bytes") 0.0)
(claim= "what was held was freed" freed held)
(claim "the system has the greater part of it back"
       (< (- after before) (/ (- loaded before) 2)))
(claim= "unloading again does nothing" (plug-in-pisces-unload) 0.0)

(draw image 1)
(claim= "the next job loads it again" (status "n-loads") 3)
(claim= "and is done" (length (layers-of image)) 3)
SCM

finish
