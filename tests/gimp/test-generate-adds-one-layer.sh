# SPDX-License-Identifier: GPL-3.0-or-later
#
# A prompt becomes exactly one layer, with the same pixels as from the command
# line tool and the same for the same seed, and the layer has stored what it
# was made from.

. "$(dirname "$0")/gimp-test.sh"
plug_ins="file-png"

prompt="a blue square left of a green circle, both on a white ground"

"$PISCES_TOOL" generate --prompt "$prompt" --seed 7 --steps 3 \
  --output "$work/tool.png" >"$work/plan" 2>"$work/tool.log" ||
  note "$(cat "$work/tool.log")"
claim "the command line tool draws it" [ -s "$work/tool.png" ]
width=$(magick identify -format %w "$work/tool.png")
height=$(magick identify -format %h "$work/tool.png")
note "the model's pictures have $width × $height pixels"

in_gimp <<SCM
(define image (new-image $width $height RGB))
(define ground (new-layer image $width $height RGB-IMAGE))
(gimp-drawable-fill ground FILL-WHITE)

(define values (sketch image "$prompt" 7))
(define layer (car (layers-of image)))

(claim= "there is one layer more" (length (layers-of image)) 2)
(claim= "it is the one that is returned" (vector->list (car values))
        (list layer))
(claim= "it is above the one that was selected"
        (cadr (layers-of image)) ground)
(claim= "it has the size of the canvas" (layer-size layer) '($width $height))
(claim= "it lies on the canvas" (gimp-drawable-get-offsets layer) '(0 0))
(claim "its name is the prompt's beginning"
       (contains? (gimp-item-get-name layer) "a blue square left of"))
(claim= "the seed is returned" (caddr values) 7)
(claim "the plan is returned" (> (string-length (cadr values)) 0))
(tell "gimp-plan" (cadr values))
(tell "parasite" (caddr (gimp-item-get-parasite layer "pisces-provenance")))

(define (save-layer layer name)
  (let* ((alone (gimp-image-new $width $height RGB))
         (copy (gimp-layer-new-from-drawable layer alone)))
    (gimp-image-insert-layer alone copy 0 0)
    (file-png-export #:run-mode RUN-NONINTERACTIVE #:image alone
                     #:file (string-append *work* "/" name ".png"))
    (gimp-image-delete alone)))
(save-layer layer "first")

(sketch image "$prompt" 7)
(save-layer (car (layers-of image)) "again")
(sketch image "$prompt" 8)
(save-layer (car (layers-of image)) "other")

(define many (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE
               #:image image #:prompt "$prompt" #:seed 7 #:steps 3 #:count 2))
(claim= "a count of 2 gives two layers" (vector-length (car many)) 2)
(save-layer (vector-ref (car many) 0) "many")

(claim= "a random seed is told"
        (>= (caddr (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE
                     #:image image #:prompt "$prompt" #:steps 1
                     #:plan "red star" #:random-seed #t)) 0)
        #t)

(define planned (plug-in-pisces-generate #:run-mode RUN-NONINTERACTIVE
                  #:image image #:prompt "$prompt" #:seed 3
                  #:plan "a green circle" #:steps 4 #:guidance 1.5))
(claim= "a plan of one's own is drawn from" (cadr planned) "a green circle")
(tell "planned" (caddr (gimp-item-get-parasite (vector-ref (car planned) 0)
                                               "pisces-provenance")))
SCM

differing ()   # two pictures: how many pixels differ
{
  magick compare -metric AE "$1" "$2" null: 2>&1 | sed 's/ .*//'
}

claim "the layer has the pixels that the tool draws" \
  equal "$(differing "$work/first.png" "$work/tool.png")" 0
claim "the same seed gives the same pixels again" \
  equal "$(differing "$work/first.png" "$work/again.png")" 0
claim "also as the first of two" \
  equal "$(differing "$work/first.png" "$work/many.png")" 0
claim "another seed gives others" \
  [ "$(differing "$work/first.png" "$work/other.png")" != 0 ]
claim "the picture is not of one color" \
  [ "$(magick identify -format %k "$work/first.png")" -gt 8 ]

member ()   # file, name
{
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$@"
}

claim "the layer keeps its prompt" \
  equal "$(member "$work/parasite" prompt)" "$prompt"
claim "and its plan" \
  equal "$(member "$work/parasite" plan)" "$(told gimp-plan)"
claim "and its seed" equal "$(member "$work/parasite" seed)" 7
claim "and the model's digest" \
  [ "$(member "$work/parasite" model-digest | wc -c)" = 65 ]
claim "and the model's name" [ -n "$(member "$work/parasite" model)" ]
claim "and what computed it" [ -n "$(member "$work/parasite" backend)" ]
claim "and the steps" equal "$(member "$work/planned" steps)" 4
claim "and the guidance" equal "$(member "$work/planned" guidance)" 1.5

finish
