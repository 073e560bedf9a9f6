# SPDX-License-Identifier: GPL-3.0-or-later
#
# cli-test.sh: what the tests of the command line tool share: a folder of their
# own, claims in TAP, and a picture.  It is sourced by the tests.
#
#   PISCES_TOOL   the tool      MODEL   a model folder

set -u

work=$(mktemp -d "${TMPDIR:-/tmp}/pisces-cli-test.XXXXXX")
trap 'end_of_test' EXIT
cd "$work" || exit 1
export PISCES_MODEL_DIR=$MODEL
n=0 bad=0

end_of_test ()
{
  umount "$work"/mounted-* 2>/dev/null
  chmod -R u+w "$work" 2>/dev/null
  rm -rf "$work"
}

claim ()   # text, command...
{
  local text=$1
  shift
  n=$((n + 1))
  if "$@" >log 2>&1; then echo "ok $n - $text"
  else echo "not ok $n - $text"; bad=1; sed 's/^/# /' log; fi
}

# Replaces a claim that cannot be tested here.
without ()   # text, reason
{
  n=$((n + 1))
  echo "ok $n - $1 # SKIP $2"
}

finish () { echo "1..$n"; exit $bad; }

needs ()   # programs...
{
  local need
  for need; do
    command -v "$need" >/dev/null || { echo "1..0 # SKIP $need is not installed"; exit 0; }
  done
}

equal () { [ "$1" = "$2" ] || { echo "wanted '$2', got '$1'"; return 1; } }
differ () { [ "$1" != "$2" ] || { echo "both '$1'"; return 1; } }
not () { ! "$@"; }

# Draws a shape on a plain background, because the small model knows such pictures.
picture ()   # file...
{
  local file
  for file; do
    magick -size 96x72 xc:white -fill red -draw 'circle 48,36 48,12' "$file"
  done
}

ALT=Xmp.iptc.AltTextAccessibility
field () { exiv2 -K "$2" -Pv pr "$1" 2>/dev/null; }
has_text () { [ -n "$(field "$1" $ALT)" ]; }

# Saves texts and keeps what is printed.  It passes --model, because the built-in
# model would not save a text that it doubts.
save () { "$PISCES_TOOL" describe --save --model "$MODEL" "$@" >out 2>err; local rc=$?; cat err; return $rc; }

# Succeeds if saving fails with a sentence that contains the words.
refuses ()   # words, arguments of save...
{
  local words=$1
  shift
  ! save "$@" && grep -qF -- "$words" err && ! grep -v '[.!]$' err
}
nothing_beside () { equal "$(find "${1:-.}" -name '.pisces-*')" ""; }
