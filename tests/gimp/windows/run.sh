# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a window test on a message bus of its own, so that the accessibility
# tree holds nothing but the GIMP under test.

set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

PYTHONDONTWRITEBYTECODE=1 exec dbus-run-session -- \
  python3 "$here/$1" 2> >(grep -v "dbus-daemon\|SpiRegistry" >&2)
