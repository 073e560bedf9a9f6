# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a window test on a message bus of its own, so that the accessibility
# tree only contains the GIMP under test.

set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The socket of the accessibility bus is in the runtime folder, or else in the
# home folder, where two tests at the same time would interfere.
XDG_RUNTIME_DIR=$(mktemp -d) || exit 1
export XDG_RUNTIME_DIR

# Everything that the test starts is one process group, which ends with it,
# because a screen or a GIMP that is left over would keep the test's output
# open.
finish ()
{
  kill -TERM -- "-$group" 2>/dev/null
  sleep 0.2
  kill -KILL -- "-$group" 2>/dev/null
  rm -rf "$XDG_RUNTIME_DIR"
}

# The output of the bus and its services does not belong to the test.
exec 3>&1 1>&2
set -m
PYTHONDONTWRITEBYTECODE=1 dbus-run-session -- \
  bash -c 'exec python3 "$@" >&3' bash "$here/$1" "${@:2}" </dev/null \
  2> >(grep -v "dbus-daemon" >&2) &
group=$!
trap 'finish; exit 143' TERM INT HUP
wait "$group"
status=$?
finish
exit "$status"
