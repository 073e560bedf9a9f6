/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * metadata-fields.h: reads and writes the texts of an image in the metadata
 * that GIMP keeps.
 */

#pragma once

#include "plugin/gimp/gexiv2-names.h"

#include "engine/metadata/text-fields.h"

G_BEGIN_DECLS

PiscesTextFields * pisces_metadata_take_fields
                                              (GExiv2Metadata          *metadata,
                                               GError                 **error);
gboolean           pisces_metadata_set_fields (GExiv2Metadata          *metadata,
                                               const PiscesTextFields  *old,
                                               const PiscesTextFields  *fields,
                                               GError                 **error);
gboolean           pisces_metadata_set_cut    (GExiv2Metadata          *metadata,
                                               const PiscesTextFields  *fields);

G_END_DECLS
