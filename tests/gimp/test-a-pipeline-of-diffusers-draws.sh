# SPDX-License-Identifier: GPL-3.0-or-later
#
# A small Stable Diffusion 3.5, in the folders of diffusers, draws in GIMP while nano
# describes: a layer, which is drawn again with the same bytes, and into a selection,
# outside of which nothing changes.

. "$(dirname "$0")/gimp-test.sh"

unset PISCES_MODEL_DIR
nano=$(cd "$here/../../models/nano" && pwd)
sd3=$(cd "$here/../engine/golden/sd3" && pwd)
mkdir -p "$work/profile/pisces"
printf '[models]\nfolder=%s\ndescribe-folder=%s\n' "$sd3" "$nano" \
  >"$work/profile/pisces/settings.ini"

in_gimp <<SCM
(define image (painted-image 300 200))
(define drawn (generate image "two red stars" 7))
(claim= "it draws, and says so" (list-ref drawn 4) "sd3")
(claim= "it is loaded once" (status "n-loads") 1)
(define layer (car (layers-of image)))
(claim "the layer remembers which model drew it"
       (contains? (caddr (gimp-item-get-parasite layer "pisces-provenance"))
                  (status "draw-model-digest")))
(claim= "nothing differs when it is drawn again"
        (plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image image
                                   #:drawables (vector layer)) "")

(define canvas (painted-image 300 200))
(gimp-image-select-rectangle canvas CHANNEL-OP-REPLACE 100 60 90 80)
(define before (visible-points canvas 10))
(plug-in-pisces-fill #:run-mode RUN-NONINTERACTIVE #:image canvas #:steps 2
                     #:prompt "a blue boat" #:seed 4)
(define counts (count-changes canvas before (visible-points canvas 10)))
(claim= "nothing outside the selection has changed" (car counts) 0)
(claim "something inside has" (> (cadr counts) 0))

(define described
  (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image image
                           #:length "short" #:save #t #:save-doubtful #t))
(claim= "nano describes" (list-ref described 5) "nano")
(claim= "both are in memory" (status "n-loads") 2)
SCM

finish
