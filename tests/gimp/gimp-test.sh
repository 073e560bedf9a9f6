# SPDX-License-Identifier: GPL-3.0-or-later
#
# gimp-test.sh: sourced by the tests.  It runs the real GIMP, without a
# display, in a temporary profile, with the plug-in from the build tree and
# those of GIMP's own plug-ins that a test names, and prints the claims as TAP.
#
#   PISCES_PLUGIN   folder that contains the built plug-in's folder
#   PISCES_TOOL     the command line tool

set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/pisces-gimp-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

n_claims=0
n_failed=0

# The names of GIMP's own plug-ins that a test needs.  Script-Fu is always there.
plug_ins=

# Folders of other plug-ins that a test needs.
more_plug_ins=

gimp_plug_ins=$(pkg-config --variable=gimplibdir gimp-3.0)/plug-ins
gimp_console=$("$here/which-gimp" console)

claim ()   # text, command...
{
  local text=$1
  shift
  if "$@"; then
    report "ok - $text"
  else
    report "not ok - $text"
  fi
}

equal ()
{
  [ "$1" = "$2" ] || { note "wanted '$2', got '$1'"; return 1; }
}

note ()
{
  printf '%s\n' "$*" | sed 's/^/# /'
}

report ()   # a line of TAP without its number
{
  case $1 in
    ok*)     n_claims=$((n_claims + 1)) ;;
    "not "*) n_claims=$((n_claims + 1)); n_failed=$((n_failed + 1)) ;;
  esac
  printf '%s\n' "$1" | sed "s/^\(not ok\|ok\) - /\1 $n_claims - /"
}

# Runs the Script-Fu that is given on standard input, after harness.scm, and prints
# its claims.  Before that, GIMP opens the files as it does for a user.
in_gimp ()   # files...
{
  local profile=$work/profile folders=$PISCES_PLUGIN:$gimp_plug_ins/script-fu$more_plug_ins
  local name rc line

  for name in $plug_ins; do
    folders=$folders:$gimp_plug_ins/$name
  done

  { printf '(define *work* "%s")\n' "$work"
    cat "$here/harness.scm" -
  } >"$work/test.scm"
  : >"$work/results"

  env -u DISPLAY -u WAYLAND_DISPLAY \
      GIMP3_DIRECTORY="$profile" GIMP_TESTING_PLUGINDIRS="$folders" \
      timeout 800 "$gimp_console" --no-interface --no-data --no-fonts \
      --batch-interpreter=plug-in-script-fu-eval \
      --batch "(load \"$work/test.scm\")" --quit "$@" \
      >"$work/log" 2>&1
  rc=$?

  while IFS= read -r line; do
    report "$line"
  done <"$work/results"

  claim "GIMP ran to the end of it" [ $rc = 0 ]
  [ $rc = 0 ] || note "$(grep -v "WARNING\|^$" "$work/log" | tail -n 12)"
  claim "no plug-in crashed" no_crash
}

no_crash ()
{
  ! grep -i "crashed\|has terminated unexpectedly\|critical.*pisces\|pisces.*critical" "$work/log" |
    sed 's/^/# /' | grep .
}

told ()   # name
{
  cat "$work/$1"
}

finish ()
{
  printf '1..%d\n' "$n_claims"
  [ "$n_failed" = 0 ]
}
