# SPDX-License-Identifier: GPL-3.0-or-later
#
# Without a model, or with a damaged one: a sentence that names the place, no
# crash, and everything works once the model is there.

. "$(dirname "$0")/gimp-test.sh"

PISCES_MODEL_DIR=${PISCES_MODEL_DIR:-$("$PISCES_TOOL" devices >/dev/null 2>&1;
                                      echo "$here/../../models/nano")}
good=$(cd "$PISCES_MODEL_DIR" && pwd)
export PISCES_MODEL_DIR=$work/model

in_gimp <<SCM
(define image (new-image 64 64 RGB))
(define good "$good")
(define model (string-append *work* "/model"))

(define (claim-sentence name words)
  (let ((sentence (sentence-of (draw image 1))))
    (note name ": " sentence)
    (claim (string-append name ": drawing gives a sentence that names it")
           (contains? sentence words))
    (claim (string-append name ": so does describing")
           (contains? (sentence-of (describe (painted-image 32 32) "short"))
                      words))
    (claim= (string-append name ": no layer is added")
            (length (layers-of image)) 0)
    (claim= (string-append name ": nothing is loaded") (status "loaded") #f)))

(define pid (status "pid"))
(claim-sentence "no folder" model)
SCM

mkdir "$work/model"
in_gimp <<SCM
(define image (new-image 64 64 RGB))
(define sentence (sentence-of (draw image 1)))
(note "empty folder: " sentence)
(claim "an empty folder: a sentence that names it"
       (contains? sentence (string-append *work* "/model")))
(claim= "and no layer" (length (layers-of image)) 0)
(claim= "and nothing loaded" (status "loaded") #f)
SCM

damage ()   # what, file, bytes that are kept
{
  rm -rf "$work/model"
  cp -r "$good" "$work/model"
  chmod -R u+w "$work/model"
  truncate -s "$3" "$work/model/$2"
  in_gimp <<SCM
(define image (new-image 64 64 RGB))
(define sentence (sentence-of (draw image 1)))
(note "$1: " sentence)
(claim "$1: a sentence that names the file" (contains? sentence "${2##*/}"))
(claim= "$1: no layer is added" (length (layers-of image)) 0)
(claim= "$1: nothing stays loaded" (status "loaded") #f)
(define pid (status "pid"))
(claim "$1: the next call fails in the same way"
       (contains? (sentence-of (draw image 1))
                  "${2##*/}"))
(claim= "$1: in the same process" (status "pid") pid)
SCM
}

damage "weights cut off"       model.safetensors 1000000
damage "weights without a header" model.safetensors 4
damage "the UNet is empty"     unet/diffusion_pytorch_model.safetensors 0
damage "a config cut off"      config.json 100
damage "no tokenizer"          tokenizer.json 0

finish
