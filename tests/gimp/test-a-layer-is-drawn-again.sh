# SPDX-License-Identifier: GPL-3.0-or-later
#
# A layer that was made from a prompt is drawn again from the values stored
# with it: the same bytes, in the same place, whatever is selected and whatever
# its name is.  If it cannot be drawn again, or not in the same way, a sentence
# says so.

. "$(dirname "$0")/gimp-test.sh"
plug_ins="file-png"

prompt="a red star above a blue fish"

in_gimp <<SCM
(define image (new-image 300 200 RGB))
(define ground (new-layer image 300 200 RGB-IMAGE))
(gimp-drawable-fill ground FILL-WHITE)

(define (save-layer layer name)
  (let* ((alone (gimp-image-new 400 400 RGB))
         (copy (gimp-layer-new-from-drawable layer alone)))
    (gimp-image-insert-layer alone copy 0 0)
    (gimp-layer-set-opacity copy 100)
    (file-png-export #:run-mode RUN-NONINTERACTIVE #:image alone
                     #:file (string-append *work* "/" name ".png"))
    (gimp-image-delete alone)))

(define (regenerate layer)
  (plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image image
                             #:drawables (vector layer)))

(sketch image "$prompt" 7)
(define layer (car (layers-of image)))
(define size (layer-size layer))
(define offsets (gimp-drawable-get-offsets layer))
(define remembered (caddr (gimp-item-get-parasite layer "pisces-provenance")))
(save-layer layer "first")
(claim= "what it was drawn from is saved with the image, and undone"
        (cadr (gimp-item-get-parasite layer "pisces-provenance")) 3)

(gimp-context-set-foreground '(10 200 10))
(gimp-drawable-edit-fill layer FILL-FOREGROUND)
(gimp-layer-set-opacity layer 50)
(save-layer layer "painted")
(gimp-image-select-rectangle image CHANNEL-OP-REPLACE 90 40 30 30)
(define others (list (length (layers-of image)) (vector-length (gimp-image-get-channels image))))

(gimp-layer-set-lock-alpha layer #t)
(claim= "nothing differs with the same model" (regenerate layer) "")
(save-layer layer "again")
(claim= "its alpha is locked still" (gimp-layer-get-lock-alpha layer) #t)
(gimp-layer-set-lock-alpha layer #f)
(claim= "it is the same layer, and no other came"
        (list (length (layers-of image)) (vector-length (gimp-image-get-channels image)))
        others)
(claim= "it has its size" (layer-size layer) size)
(claim= "and its place" (gimp-drawable-get-offsets layer) offsets)
(claim= "and its opacity" (round (gimp-layer-get-opacity layer)) 50.0)
(claim= "what is selected stays selected"
        (gimp-selection-bounds image) '(#t 90 40 120 70))
(gimp-image-set-selected-layers image (vector (cadr (layers-of image))))
(define chosen (gimp-image-get-selected-layers image))
(regenerate layer)
(claim= "whichever layer a person works on stays the one"
        (gimp-image-get-selected-layers image) chosen)
(gimp-image-set-selected-layers image (vector layer))
(claim= "and remembers the same" remembered
        (caddr (gimp-item-get-parasite layer "pisces-provenance")))

; A name that a person gave is kept, even if it begins like the plug-in's own names.
(define own-name (gimp-item-get-name layer))
(for-each
  (lambda (name)
    (gimp-item-set-name layer name)
    (regenerate layer)
    (claim= (string-append "it keeps the name “" name "”")
            (gimp-item-get-name layer) name))
  (list "The cover" (string-append own-name ", for the cover")
        (string-append own-name " #1b") (string-append own-name " #")))
(gimp-item-set-name layer (string-append own-name " #7"))
(regenerate layer)
(claim= "a number of GIMP's is no name" (gimp-item-get-name layer) own-name)

; The picture fills the layer, whatever shape it was given, also without the mark.
(gimp-layer-scale layer 120 30 #f)
(gimp-item-set-name layer "mine")
(regenerate layer)
(save-layer layer "wide")
(claim= "a name that a person gave stays" (gimp-item-get-name layer) "mine")
(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE #:image image
                           #:drawables (vector layer) #:mark-as-ai #f)
(save-layer layer "unmarked")

(define (sentence layer) (sentence-of (regenerate layer)))
(claim "a layer that was painted by hand gets a sentence"
       (contains? (sentence ground) "does not say what it was drawn from"))
(gimp-item-set-lock-content layer TRUE)
(claim "a locked one too" (contains? (sentence layer) "locked"))
(gimp-item-set-lock-content layer FALSE)

; The values stored with the layer, with one of them changed.
(define (remember from to)
  (let loop ((i 0))
    (if (string=? (substring remembered i (+ i (string-length from))) from)
        (gimp-item-attach-parasite layer
          (list "pisces-provenance" 3
                (string-append (substring remembered 0 i) to
                               (substring remembered
                                          (+ i (string-length from))
                                          (string-length remembered)))))
        (loop (+ i 1)))))
(remember "\"references\": 0" "\"references\": 1")
(claim "one that was drawn from pictures too"
       (contains? (sentence layer) "drawn from other pictures"))
(claim "the size is remembered" (contains? remembered "\"width\": 384"))
(remember "\"width\": 384" "\"width\": 7")
(claim "one in a size that the model does not draw" (contains? (sentence layer) "7 × 256"))
(gimp-item-attach-parasite layer (list "pisces-provenance" 3 "{"))
(claim "one whose memory is damaged" (not (string=? (sentence layer) "")))
(gimp-item-attach-parasite layer
  (list "pisces-provenance" 3 (make-string 3000000 #\a)))
(claim "one whose memory has megabytes"
       (contains? (sentence layer) "at most"))
(gimp-item-attach-parasite layer
  (list "pisces-provenance" 3
        (string-append "{\"prompt\": \"" (make-string 100000 #\a) "\"}")))
(claim "and one whose prompt is longer than any model reads"
       (contains? (sentence layer) "too long"))
; The stored name of the model is very long and has a control character.
(gimp-item-attach-parasite layer
  (list "pisces-provenance" 3
        (string-append "{\"prompt\": \"a red star\", \"steps\": 2, \"model\": \""
                       (make-string 80 #\m) "\\\\u001b[31m\","
                       "\"model-digest\": \"none\"}")))
(define strange (regenerate layer))
(note strange)
(claim "of strange names a short line is told"
       (and (contains? strange (make-string 40 #\m))
            (contains? strange "…")
            (not (contains? strange (make-string 80 #\m)))))
(remember "\"model-digest\": \"" "\"model-digest\": \"0123abcdffff")
(define differences (regenerate layer))
(note differences)
(claim "another model is told" (contains? differences "(0123abcd)"))
(save-layer layer "other-model")
SCM

differing ()   # two pictures: how many pixels differ
{
  magick compare -metric AE "$1" "$2" null: 2>&1 | sed 's/ .*//'
}

claim "the layer was painted over" \
  [ "$(differing "$work/first.png" "$work/painted.png")" != 0 ]
claim "drawn again it has the same bytes" \
  equal "$(differing "$work/first.png" "$work/again.png")" 0
claim "in a layer that was made wide it is wide, marked or not" \
  equal "$(differing "$work/wide.png" "$work/unmarked.png")" 0
claim "also where another model is said to have drawn it" \
  equal "$(differing "$work/wide.png" "$work/other-model.png")" 0

finish
