/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-reference.h: a layer, the selection or a file as a reference
 * picture.
 */

#pragma once

#include "ui/generate/pisces-reference-pane.h"

#include "plugin/session.h"

G_BEGIN_DECLS

void pisces_generate_reference_connect (PiscesSession       *session,
                                        PiscesReferencePane *pane);

G_END_DECLS
