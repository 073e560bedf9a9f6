/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * xmp-packet.h: reads and writes our texts in an XMP packet.
 */

#pragma once

#include "engine/metadata/text-fields.h"

G_BEGIN_DECLS

typedef struct _PiscesXmp PiscesXmp;

PiscesXmp        * pisces_xmp_new        (GBytes                 *packet,
                                          GError                **error);
void               pisces_xmp_free       (PiscesXmp              *xmp);

PiscesTextFields * pisces_xmp_get_fields (PiscesXmp              *xmp);
gboolean           pisces_xmp_set_fields (PiscesXmp              *xmp,
                                          const PiscesTextFields *fields,
                                          GError                **error);
void               pisces_xmp_set_source (PiscesXmp              *xmp,
                                          const gchar            *source);
GBytes           * pisces_xmp_to_packet  (PiscesXmp              *xmp,
                                          gsize                   length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesXmp, pisces_xmp_free)

G_END_DECLS
