/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-give.h: how a picture gets to other programs, and to the
 * canvas: by dragging it, and by these actions:
 *
 *   "copy"  puts the selected picture into the clipboard; a clipboard manager
 *           keeps it when GIMP has ended
 *   "save"  saves the selected picture as a PNG file where the user wants it
 */

#pragma once

#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-result-bar.h"
#include "ui/generate/pisces-result-view.h"

G_BEGIN_DECLS

void pisces_result_give_add (GSimpleActionGroup *actions,
                             PiscesPictureStrip *strip,
                             PiscesResultView   *view,
                             PiscesResultBar    *bar);

G_END_DECLS
