# SPDX-License-Identifier: GPL-3.0-or-later
#
# Five pictures in one GIMP: one process, one load of the model.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(define image (new-image 64 64 RGB))
(define pid (status "pid"))

(define (draw-all n)
  (if (> n 0)
      (begin
        (draw image n)
        (note "job " (status "n-jobs") ": pid " (status "pid")
              ", loads " (status "n-loads")
              ", resident bytes " (status "resident-bytes"))
        (draw-all (- n 1)))))
(draw-all 5)

(claim= "five jobs were done" (status "n-jobs") 5)
(claim= "none waits" (status "n-waiting") 0)
(claim= "the model was loaded once" (status "n-loads") 1)
(claim= "it is still loaded" (status "loaded") #t)
(claim= "by the same process" (status "pid") pid)
(claim "which says how much memory it holds" (> (status "resident-bytes") 0))
(claim "and since when" (> (status "loaded-since") 1700000000))
(claim "and what computes" (> (string-length (status "backend")) 0))
(claim "and the model's name" (> (string-length (status "model")) 0))
(claim= "and its digest" (string-length (status "model-digest")) 64)
(claim= "each picture is a layer" (length (layers-of image)) 5)
SCM

finish
