#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# `./dev install` puts the plug-in into the profile of the GIMP that it is
# built for; each version has its own folder.  Here the test does not tell GIMP
# which folder to use, and GIMP must find the plug-in in the folder of its
# version.

source "$(dirname "${BASH_SOURCE[0]}")/gimp-test.sh"

version=$("$here/which-gimp" version)
folder=$work/config/GIMP/$version/plug-ins
mkdir -p "$folder"
cp -rL "$PISCES_PLUGIN/pisces" "$folder/"

env -u DISPLAY -u WAYLAND_DISPLAY -u GIMP3_DIRECTORY \
    HOME="$work" XDG_CONFIG_HOME="$work/config" \
    timeout 300 "$gimp_console" --no-interface --no-data --no-fonts \
    --batch-interpreter=plug-in-script-fu-eval \
    --batch '(gimp-message (if (pair? (plug-in-pisces-status)) "it answers" "it does not"))' \
    --quit >"$work/log" 2>&1

claim "GIMP finds the plug-in in the profile of version $version" \
  grep -q "it answers" "$work/log"
[ "$n_failed" = 0 ] || note "$(tail -n 12 "$work/log")"
claim "it has made no other profile" equal "$(ls "$work/config/GIMP")" "$version"
claim "it is named among the GIMPs that there are" \
  grep -q "this build is for it" <("$here/which-gimp" all)

finish
