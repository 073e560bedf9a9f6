/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * source-type.c: notes in a picture file that a model has drawn it.  Photo
 * programs and websites read this.
 */

#include <glib/gi18n-lib.h>

#include "engine/metadata/picture-container.h"
#include "engine/metadata/source-type.h"
#include "engine/metadata/xmp-packet.h"
#include "engine/pisces.h"

/**
 * pisces_source_type_put_in_png:
 * @png: a whole PNG file without XMP, as gdk-pixbuf writes it.
 * @error: set if it is not such a file.
 *
 * Returns: (transfer full) (nullable): the same file with
 *   %PISCES_SOURCE_DRAWN.
 */
GBytes *
pisces_source_type_put_in_png (GBytes  *png,
                               GError **error)
{
  g_autoptr (PiscesXmp)    xmp    = pisces_xmp_new (NULL, error);
  g_autoptr (GBytes)       packet = NULL;
  g_autoptr (PiscesSplice) splice = NULL;

  if (! xmp)
    return NULL;

  pisces_xmp_set_source (xmp, PISCES_SOURCE_DRAWN);
  packet = pisces_xmp_to_packet (xmp, 0);
  splice = pisces_container_put_xmp (png, packet);

  if (splice)
    return pisces_splice_apply (splice, png);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       _("The picture could not be marked as made with AI."));
  return NULL;
}
