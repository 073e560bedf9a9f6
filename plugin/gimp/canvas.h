/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas.h: pixels from GIMP's images to the engine's, and back.
 *
 * GIMP can call a procedure of the plug-in in the midst of any call of the
 * plug-in to GIMP.  When that procedure returns, libgimp destroys all proxies
 * (of images, layers, …) that nobody holds.  So whoever needs one for longer
 * than one call holds it meanwhile.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"
#include "plugin/gimp/placement.h"

G_BEGIN_DECLS

/**
 * PiscesCanvasFlags:
 * @PISCES_CANVAS_PLAIN: none of these.
 * @PISCES_CANVAS_MASK: the selection becomes the mask of each new layer, soft
 *   edges and all; only where that is the place.
 * @PISCES_CANVAS_STRETCH: a picture fills the layer that it replaces, as one
 *   that was there before and may have been scaled since; otherwise its aspect
 *   is kept, and what is beside it becomes transparent.
 * @PISCES_CANVAS_MARK: the image says that a model has drawn it, or a part of
 *   it, see pisces_ai_mark_put().
 */
typedef enum
{
  PISCES_CANVAS_PLAIN   = 0,
  PISCES_CANVAS_MASK    = 1 << 0,
  PISCES_CANVAS_STRETCH = 1 << 1,
  PISCES_CANVAS_MARK    = 1 << 2
} PiscesCanvasFlags;

GimpImage   * pisces_canvas_find_image    (gint32                image_id);
gboolean      pisces_canvas_check_target  (GimpImage            *image,
                                           GError              **error);
PiscesImage * pisces_canvas_read          (GimpImage            *image,
                                           GError              **error);
PiscesImage * pisces_canvas_read_layer    (GimpImage            *image,
                                           GError              **error);
PiscesImage * pisces_canvas_read_selection
                                          (GimpImage            *image,
                                           GError              **error);
GPtrArray   * pisces_canvas_add_pictures  (GimpImage            *image,
                                           GPtrArray            *pictures,
                                           PiscesPlace           place,
                                           PiscesCanvasFlags     flags,
                                           GError              **error);
GimpImage   * pisces_canvas_new_image     (PiscesPicture        *picture,
                                           PiscesCanvasFlags     flags,
                                           GError              **error);
gboolean      pisces_canvas_replace_layer (GimpLayer            *layer,
                                           const PiscesPicture  *picture,
                                           PiscesCanvasFlags     flags,
                                           GError              **error);
gboolean      pisces_canvas_check_replaceable
                                          (GimpLayer            *layer,
                                           GError              **error);

/*  for the files of canvas.h  */

void          pisces_canvas_write_pixels  (GimpLayer            *layer,
                                           const PiscesImage    *pixels);
gboolean      pisces_canvas_scale_layer   (GimpLayer            *layer,
                                           gint                  width,
                                           gint                  height);
gchar       * pisces_canvas_name_layer    (const gchar          *prompt);
const gchar * pisces_canvas_neutral_name  (void);
gchar       * pisces_canvas_new_name      (const gchar          *prompt);
void          pisces_canvas_set_pdb_error (GError              **error,
                                           const gchar          *sentence)
                                           G_GNUC_PRINTF (2, 0);

G_END_DECLS
