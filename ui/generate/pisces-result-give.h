/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-give.h: the ways of a result to other programs, and to the
 * canvas: the clipboard, a drag, a file.
 */

#pragma once

#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-result-pane.h"
#include "ui/generate/pisces-result-view.h"

G_BEGIN_DECLS

void pisces_result_give_connect (PiscesResultPane   *pane,
                                 PiscesPictureStrip *strip,
                                 PiscesResultView   *view);
void pisces_result_give_copy    (PiscesResultPane   *pane);
void pisces_result_give_save    (PiscesResultPane   *pane);

G_END_DECLS
