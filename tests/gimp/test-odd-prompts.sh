# SPDX-License-Identifier: GPL-3.0-or-later
#
# Prompts that are empty, long, not UTF-8 or without a word that the model
# knows give a picture or a sentence, and GIMP and the engine survive.

. "$(dirname "$0")/gimp-test.sh"

{ cat <<'SCM'
(define image (new-image 64 64 RGB))
(define (try name prompt)
  (let ((before (length (layers-of image)))
        (sentence (sentence-of (sketch image prompt 1))))
    (note name ": " (if (> (string-length sentence) 300)
                        (substring sentence 0 300)
                        sentence))
    (claim (string-append name ": a layer or a sentence")
           (or (and (string=? sentence "")
                    (= (length (layers-of image)) (+ before 1)))
               (and (contains? sentence ".")
                    (= (length (layers-of image)) before))))))

(define (refuse name prompt)
  (claim (string-append name ": the sentence says so")
         (contains? (sentence-of (sketch image prompt 1))
                    "the prompt is empty"))
  (claim= (string-append name ": no layer") (length (layers-of image)) 0))

(refuse "empty" "")
(refuse "only spaces" "  \n ")
(try "100 kB" (repeat (repeat "a red circle, " 100) 73))
(try "one word of 100 kB" (repeat (repeat "a" 100) 1000))
(try "a long word and a known one" (string-append (repeat "a" 60) " star"))
(claim= "its layer has 39 letters of it, and a sign that there are more"
        (gimp-item-get-name (car (layers-of image)))
        (string-append (repeat "a" 39) "…"))
(try "only emoji" "🐟🐠🌊")
(try "right to left" "سمكة حمراء")
(try "control characters" (list->string (list #\a (integer->char 1) #\b)))
SCM
  printf '(try "not UTF-8" "a \377\376 circle")\n'
  cat <<'SCM'
(define cut (sketch image (repeat "red star " 300) 1))
(claim "a prompt that is cut is warned of, with what is left out"
       (contains? (car (cadddr cut)) "Everything from “red star red star red…” on is left out."))
(define whole (sketch image (repeat "red star " 40) 1))
(claim "80 words are none" (null? (cadddr whole)))
(define signs (sketch image "(red-star), 🐟 and a “blue” fish!" 1))
(claim "beside signs only what is not known is warned of"
       (contains? (car (cadddr signs)) "words and left them out: “🐟”."))
(claim "and the rest is planned" (contains? (cadr signs) "red star"))

(define layers (length (layers-of image)))
(draw image 1)
(claim= "after all of them a picture can be drawn"
        (length (layers-of image)) (+ layers 1))
(claim= "by the model that was loaded once" (status "n-loads") 1)
SCM
} >"$work/prompts.scm"

in_gimp <"$work/prompts.scm"
claim "what is left out is shown as a message too" \
  grep -q "Everything from “red star red star red…” on is left out." "$work/log"

finish
