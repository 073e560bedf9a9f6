# SPDX-License-Identifier: GPL-3.0-or-later
#
# Without a model, or with a damaged one, there is a sentence that names the
# path and no crash, and everything works when the model is there.

. "$(dirname "$0")/gimp-test.sh"

PISCES_MODEL_DIR=${PISCES_MODEL_DIR:-$("$PISCES_TOOL" devices >/dev/null 2>&1;
                                      echo "$here/../../models/nano")}
good=$(cd "$PISCES_MODEL_DIR" && pwd)
export PISCES_MODEL_DIR=$work/model

# The Script-Fu cannot change files, so it asks this loop to do so, and waits.
mkfifo "$work/wish" "$work/granted"
while read -r bytes file <"$work/wish"; do
  rm -rf "$work/model"
  case $file in
    nothing) mkdir "$work/model" ;;
    *)       cp -r "$good" "$work/model"
             chmod -R u+w "$work/model"
             [ "$file" = all ] || truncate -s "$bytes" "$work/model/$file" ;;
  esac
  echo done >"$work/granted"
done &
wishes=$!

in_gimp <<'SCM'
(define (wish bytes file)
  (let ((port (open-output-file (string-append *work* "/wish"))))
    (display bytes port)
    (display " " port)
    (display file port)
    (newline port)
    (close-output-port port))
  (let ((port (open-input-file (string-append *work* "/granted"))))
    (read port)
    (close-input-port port)))

(define image (new-image 64 64 RGB))
(define painted (painted-image 32 32))
(define pid (status "pid"))

(define (claim-sentence name words)
  (let ((sentence (sentence-of (draw image 1))))
    (note name ": " sentence)
    (claim (string-append name ": drawing gives a sentence that names it")
           (contains? sentence words))
    (claim (string-append name ": so does describing")
           (contains? (sentence-of (describe painted "short")) words))
    (claim= (string-append name ": no layer is added")
            (length (layers-of image)) 0)
    (claim= (string-append name ": nothing is loaded") (status "loaded") #f)
    (claim= (string-append name ": in the same process") (status "pid") pid)))

(claim-sentence "no folder" (string-append *work* "/model"))
(wish 0 "nothing")
(claim-sentence "an empty folder" (string-append *work* "/model"))
(wish 1000000 "model.safetensors")
(claim-sentence "weights cut off" "model.safetensors")
(wish 4 "model.safetensors")
(claim-sentence "weights without a header" "model.safetensors")
(wish 0 "unet/diffusion_pytorch_model.safetensors")
(claim-sentence "the UNet is empty" "diffusion_pytorch_model.safetensors")
(wish 100 "config.json")
(claim-sentence "a config cut off" "config.json")
(wish 0 "tokenizer.json")
(claim-sentence "no tokenizer" "tokenizer.json")

(wish 0 "all")
(claim= "with a whole model it draws" (sentence-of (draw image 1)) "")
(claim= "one layer" (length (layers-of image)) 1)
(claim= "still in the same process" (status "pid") pid)
SCM
kill "$wishes"

finish
