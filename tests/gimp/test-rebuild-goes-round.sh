# SPDX-License-Identifier: GPL-3.0-or-later
#
# The round trip: an image is described, drawn again from the words, and
# compared.

. "$(dirname "$0")/gimp-test.sh"

in_gimp <<'SCM'
(define image (painted-image 128 128))
(define rebuilt (plug-in-pisces-rebuild #:run-mode RUN-NONINTERACTIVE
                                        #:image image #:seed 2))
(note "text: " (cadr rebuilt))
(note "likeness: " (caddr rebuilt))
(claim= "one layer is added" (length (layers-of image)) 2)
(claim= "it is the one that is returned" (car rebuilt) (car (layers-of image)))
(claim "the words in between are told" (> (string-length (cadr rebuilt)) 0))
(claim "so is the likeness" (and (>= (caddr rebuilt) -1.0)
                                 (<= (caddr rebuilt) 1.0)))
SCM

finish
