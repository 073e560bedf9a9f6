# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a window test on a message bus of its own, so that the accessibility
# tree holds nothing but the GIMP under test.

set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# What the bus and its services print is not the test's.
exec 3>&1 1>&2
PYTHONDONTWRITEBYTECODE=1 exec dbus-run-session -- \
  bash -c 'exec python3 "$1" >&3' bash "$here/$1" \
  2> >(grep -v "dbus-daemon" >&2)
