# SPDX-License-Identifier: GPL-3.0-or-later
#
# The model that the user has chosen in a window is used for scripts too, in
# every session, until it no longer exists, which is reported in a sentence;
# PISCES_MODEL_DIR overrides the choice.

. "$(dirname "$0")/gimp-test.sh"

unset PISCES_MODEL_DIR
cp -r "$here/../../models/nano" "$work/mine"
mkdir -p "$work/profile/pisces"
printf '[models]\nfolder=%s\nidle-seconds=77\n' "$work/mine" \
  >"$work/profile/pisces/settings.ini"

in_gimp <<SCM
(define image (new-image 64 64 RGB))
(claim= "the chosen model is known before it is loaded"
        (status "model-folder") "$work/mine")
(draw image 1)
(claim= "it draws" (length (layers-of image)) 1)
(claim= "and is the one in memory" (status "model-folder") "$work/mine")
SCM

rm -r "$work/mine"
in_gimp <<SCM
(define image (new-image 64 64 RGB))
(define sentence (sentence-of (draw image 1)))
(note sentence)
(claim "one that is gone gives a sentence with its place"
       (contains? sentence "$work/mine"))
SCM

export PISCES_MODEL_DIR=$here/../../models/nano
in_gimp <<SCM
(define image (new-image 64 64 RGB))
(draw image 1)
(claim= "PISCES_MODEL_DIR goes before the choice"
        (status "model-folder") "$PISCES_MODEL_DIR")
SCM

finish
