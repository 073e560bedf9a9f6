/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas.h: pixels from GIMP's images to the engine, and back.
 *
 * While the plug-in waits for the answer to any call to GIMP, GIMP can call a
 * procedure of the plug-in.  When that procedure returns, libgimp destroys all
 * proxy objects (images, layers, …) without a reference.  So code that uses
 * such an object for more than one call takes a reference to it.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"
#include "plugin/gimp/placement.h"

G_BEGIN_DECLS

/**
 * PiscesCanvasFlags:
 * @PISCES_CANVAS_PLAIN: none of the others.
 * @PISCES_CANVAS_MASK: if the place is the selection, it becomes the mask of
 *   each new layer, including its soft edges.
 * @PISCES_CANVAS_STRETCH: the picture is stretched to the layer that it
 *   replaces, which may have been scaled.  Without this, its proportions are
 *   kept, and the rest of the layer becomes transparent.
 * @PISCES_CANVAS_MARK: the image's metadata says that a model has drawn all or
 *   a part of it, see pisces_ai_mark_put().
 */
typedef enum
{
  PISCES_CANVAS_PLAIN   = 0,
  PISCES_CANVAS_MASK    = 1 << 0,
  PISCES_CANVAS_STRETCH = 1 << 1,
  PISCES_CANVAS_MARK    = 1 << 2
} PiscesCanvasFlags;

GimpImage   * pisces_canvas_find_image    (gint32                image_id);
GimpImage   * pisces_canvas_find_target   (gint32                image_id,
                                           GError              **error);
gboolean      pisces_canvas_check_target  (GimpImage            *image,
                                           GError              **error);
PiscesImage * pisces_canvas_read          (GimpImage            *image,
                                           GError              **error);
PiscesImage * pisces_canvas_read_layer    (GimpImage            *image,
                                           GError              **error);
PiscesImage * pisces_canvas_read_selection
                                          (GimpImage            *image,
                                           GError              **error);
PiscesImage * pisces_canvas_read_frame    (GimpImage            *image,
                                           GimpLayer            *only,
                                           const GeglRectangle  *frame,
                                           gint                  width,
                                           gint                  height,
                                           GError              **error);
GimpImage   * pisces_canvas_copy_without  (GimpImage            *image,
                                           GimpLayer            *layer,
                                           gboolean              above,
                                           gint                  n_layers,
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
gboolean      pisces_canvas_replace_part  (GimpLayer            *layer,
                                           const PiscesImage    *pixels,
                                           const GeglRectangle  *frame,
                                           const PiscesPicture  *picture,
                                           PiscesCanvasFlags     flags,
                                           GError              **error);
gboolean      pisces_canvas_replace_pixels
                                          (GimpLayer            *layer,
                                           GeglBuffer           *scaled,
                                           gint                  x,
                                           gint                  y,
                                           const PiscesPicture  *picture,
                                           PiscesCanvasFlags     flags,
                                           GError              **error);
GeglBuffer  * pisces_canvas_scale_pixels  (GimpImage            *image,
                                           const PiscesImage    *pixels,
                                           gint                  width,
                                           gint                  height,
                                           GError              **error);
gboolean      pisces_canvas_check_replaceable
                                          (GimpLayer            *layer,
                                           GError              **error);

/* shared by the files that implement canvas.h */

GimpLayer   * pisces_canvas_make_layer    (GimpImage            *image,
                                           const gchar          *name,
                                           const PiscesImage    *pixels,
                                           GimpLayerMode         mode,
                                           gint32                below_id,
                                           GError              **error);
GimpLayerMask *
              pisces_canvas_new_mask      (GimpLayer            *layer,
                                           GimpAddMaskType       type);
gboolean      pisces_canvas_insert_layer  (GimpImage            *image,
                                           GimpLayer            *layer,
                                           gint32                below_id);
gboolean      pisces_canvas_is_in_locked_group
                                          (GimpLayer            *layer);
void          pisces_canvas_lift_layer    (GimpImage            *image,
                                           GimpLayer            *layer,
                                           const GeglRectangle  *bounds);
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
