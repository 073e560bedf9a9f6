/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * alt-text.h: the alternative texts in an image's metadata.
 */

#pragma once

#include <libgimp/gimp.h>

#include "ui/widgets/pisces-alt-texts.h"

G_BEGIN_DECLS

gboolean    pisces_alt_text_check_language (const gchar  *language,
                                            GError      **error);
gboolean    pisces_alt_text_write          (GimpImage    *image,
                                            GPtrArray    *texts,
                                            const gchar * const
                                                         *added,
                                            const gchar * const
                                                         *removed,
                                            const GimpParasite
                                                         *note,
                                            GError      **error);
GPtrArray * pisces_alt_text_read           (GimpImage    *image,
                                            gboolean     *decorative,
                                            gchar      ***keywords);
gboolean    pisces_alt_text_set_decorative (GimpImage    *image,
                                            gboolean      decorative,
                                            GError      **error);

G_END_DECLS
