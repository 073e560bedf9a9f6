/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * yes-share.h: how sure a language model is that it would answer yes (VQAScore,
 * arXiv 2404.01291).  For models without a better measure of whether a picture
 * shows what a prompt says.
 */

#pragma once

#include "engine/families/writer.h"

G_BEGIN_DECLS

gboolean   pisces_yes_share (PiscesWriter *writer,
                             GArray       *question,
                             gdouble      *share);

G_END_DECLS
