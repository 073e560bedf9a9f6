/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describer.h: stores with an image which model described it.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_DESCRIBER "pisces-describer"

GimpParasite * pisces_describer_new (const gchar *model_name,
                                     const gchar *model_digest,
                                     const gchar *backend);

G_END_DECLS
