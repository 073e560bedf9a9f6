# SPDX-License-Identifier: GPL-3.0-or-later
#
# One model describes and one of another family draws: both are in memory, each
# is loaded once, and what they made says which it is from.  A layer is drawn
# again with the same bytes.

. "$(dirname "$0")/gimp-test.sh"
plug_ins="file-png"

unset PISCES_MODEL_DIR
nano=$(cd "$here/../../models/nano" && pwd)
janus=$(cd "$here/../engine/golden/janus" && pwd)
mkdir -p "$work/profile/pisces"

# As the window stores it: no folder to describe with would mean the same model.
printf '[models]\nfolder=%s\ndescribe-folder=%s\n' "$janus" "$nano" \
  >"$work/profile/pisces/settings.ini"

in_gimp <<SCM
(define image (painted-image 128 128))
(define (save-layer layer name)
  (let* ((alone (gimp-image-new 400 400 RGB))
         (copy (gimp-layer-new-from-drawable layer alone)))
    (gimp-image-insert-layer alone copy 0 0)
    (file-png-export #:run-mode RUN-NONINTERACTIVE #:image alone
                     #:file (string-append *work* "/" name ".png"))
    (gimp-image-delete alone)))

(claim= "the choices are known before anything is loaded"
        (list (status "describe-model-folder") (status "draw-model-folder") (status "n-loads"))
        '("$nano" "$janus" 0))

(define described
  (plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image image
                           #:length "short" #:save #t #:save-doubtful #t))
(claim= "one describes, and says so" (list-ref described 5) "nano")
(claim= "only that one is loaded" (status "n-loads") 1)
(claim "the image remembers which it was"
       (contains? (caddr (gimp-image-get-parasite image "pisces-describer"))
                  (status "describe-model-digest")))

(define drawn (generate image "two red stars" 7))
(claim= "the other one draws, and says so" (list-ref drawn 4) "janus")
(claim= "both are in memory, each loaded once" (status "n-loads") 2)
(claim "each with its own bytes"
       (and (> (status "describe-resident-bytes") 0)
            (= (status "resident-bytes")
               (+ (status "describe-resident-bytes") (status "draw-resident-bytes")))))
(claim "they are different" (not (string=? (status "describe-model-digest")
                                           (status "draw-model-digest"))))
(define layer (car (layers-of image)))
(claim "the layer remembers which drew it"
       (contains? (caddr (gimp-item-get-parasite layer "pisces-provenance"))
                  (status "draw-model-digest")))

(save-layer layer "first")
(gimp-context-set-foreground '(10 200 10))
(gimp-drawable-edit-fill layer FILL-FOREGROUND)
(save-layer layer "painted")
(claim= "nothing differs when it is drawn again"
        (plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image image
                                   #:drawables (vector layer)) "")
(save-layer layer "again")

(define rebuilt (plug-in-pisces-rebuild #:run-mode RUN-NONINTERACTIVE #:image image #:seed 2))
(note "text: " (cadr rebuilt) ", likeness: " (caddr rebuilt))
(claim= "the way there and back says which model went which"
        (list (list-ref rebuilt 3) (list-ref rebuilt 4)) '("nano" "janus"))
(claim= "nothing was loaded again" (status "n-loads") 2)

(define planned
  (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE #:image image #:prompt "two red stars"
                           #:seed 1 #:steps 12))
(claim= "what the model cannot follow is told" (length (list-ref planned 3)) 1)
SCM

# Pixels, without the time that PNG files have in them.
pixels ()
{
  magick "$work/$1.png" rgba:- 2>/dev/null || convert "$work/$1.png" rgba:-
}
claim "the layer was painted over" sh -c "! cmp -s '$work/first.png' '$work/painted.png'"
claim "and has the same bytes as before" \
  equal "$(pixels again | sha256sum)" "$(pixels first | sha256sum)"

# A choice from before there were two holds for both jobs.
printf '[models]\nfolder=%s\n' "$janus" >"$work/profile/pisces/settings.ini"
in_gimp <<SCM
(claim= "one choice is used for both jobs"
        (list (status "describe-model-folder") (status "draw-model-folder"))
        '("$janus" "$janus"))
SCM

# An empty folder stands for the model that comes with the plug-in.
printf '[models]\nfolder=%s\ndescribe-folder=\n' "$janus" >"$work/profile/pisces/settings.ini"
in_gimp <<SCM
(claim "the built-in model can be chosen for one of them"
       (contains? (status "describe-model-folder") "nano"))
(claim= "and another one for the other" (status "draw-model-folder") "$janus")
SCM

# A third one may compare, and is loaded only for that.
clip=$(cd "$here/../engine/golden/clip" && pwd)
compare ()   # what stands before the number
{
  in_gimp <<SCM
(define image (painted-image 128 128))
(define rebuilt (plug-in-pisces-rebuild #:run-mode RUN-NONINTERACTIVE #:image image #:seed 2))
(note "$1" (caddr rebuilt))
(claim= "the model that compares is the one that was chosen" (status "compare-model-folder") "$2")
(claim= "and it is loaded beside the other" (status "n-loads") $3)
SCM
}
rm -f "$work/profile/pisces/settings.ini"
compare "by nano: " "" 1 >"$work/own"
printf '[models]\ncompare-folder=%s\n' "$clip" >"$work/profile/pisces/settings.ini"
compare "by CLIP: " "$clip" 2 >"$work/clip"
cat "$work/own" "$work/clip"
number () { sed -n 's/.*by [A-Za-z]*: //p' "$work/$1"; }
claim "it says another number" sh -c '[ -n "$1" ] && [ -n "$2" ] && [ "$1" != "$2" ]' sh "$(number own)" "$(number clip)"

# The environment is stronger than what was stored.
printf '[models]\ncompare-folder=%s\n' "/nowhere" >"$work/profile/pisces/settings.ini"
export PISCES_COMPARE_MODEL_DIR=$clip
compare "by CLIP: " "$clip" 2
unset PISCES_COMPARE_MODEL_DIR

finish
