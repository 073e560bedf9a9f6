# SPDX-License-Identifier: GPL-3.0-or-later
#
# Of every mode, precision and profile, of layers with masks, filters and
# groups, and of selections of any shape the engine gets the colors that are
# seen, also while GIMP makes no previews; and the image stays as it is.

. "$(dirname "$0")/gimp-test.sh"

more_plug_ins=:$PISCES_PIXELS
mkdir -p "$work/profile"
printf '(layer-previews no)\n(group-layer-previews no)\n' >"$work/profile/gimprc"

in_gimp <<'SCM'
(for-each (lambda (line)
            (display line *results*)
            (newline *results*))
          (test-pisces-pixels))
SCM

finish
