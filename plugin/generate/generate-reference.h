/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-reference.h: a layer or the selection to draw from.
 */

#pragma once

#include "ui/generate/pisces-reference-pane.h"

#include "plugin/session.h"

G_BEGIN_DECLS

void pisces_generate_reference_connect (PiscesSession       *session,
                                        PiscesReferencePane *pane);

G_END_DECLS
