# SPDX-License-Identifier: GPL-3.0-or-later
#
# For every mode, precision and profile, for layers with masks, filters and
# groups, and for selections of any shape, the engine gets the colours that are
# visible, also if GIMP makes no previews; and the image does not change.

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
