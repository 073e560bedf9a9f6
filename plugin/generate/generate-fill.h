/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-fill.h: fills selections, for scripts and for the Generate Layer
 * window, and extends images.
 */

#pragma once

#include "plugin/gimp/canvas-fill.h"

G_BEGIN_DECLS

PiscesCanvasFill    * pisces_generate_fill_begin (PiscesEngine             *engine,
                                                  GimpImage                *image,
                                                  gint32                    layer_id,
                                                  const PiscesFillOptions  *options,
                                                  PiscesGenerateRequest    *request,
                                                  GError                  **error);

PiscesCanvasFill    * pisces_generate_fill_begin_changing
                                                 (PiscesEngine             *engine,
                                                  GimpImage                *image,
                                                  gint32                    layer_id,
                                                  gdouble                   strength,
                                                  PiscesGenerateRequest    *request,
                                                  GError                  **error);
PiscesCanvasFill    * pisces_generate_fill_begin_extending
                                                 (PiscesEngine             *engine,
                                                  GimpImage                *image,
                                                  gint32                    layer_id,
                                                  PiscesFillSource          source,
                                                  const PiscesBorders      *borders,
                                                  GError                  **error);

PiscesCanvasFill    * pisces_generate_fill_again (PiscesEngine             *engine,
                                                  GimpLayer                *layer,
                                                  gdouble                   strength,
                                                  PiscesGenerateRequest    *request,
                                                  gboolean                 *changed,
                                                  GError                  **error);

GimpLayer           * pisces_generate_fill_put   (PiscesCanvasFill         *fill,
                                                  const PiscesGenerateResult
                                                                           *result,
                                                  PiscesCanvasFlags         flags,
                                                  gchar                  ***warnings,
                                                  GError                  **error);

typedef struct _PiscesGenerateFills PiscesGenerateFills;

PiscesGenerateFills * pisces_generate_fills_new  (void);
void                  pisces_generate_fills_keep (PiscesGenerateFills      *fills,
                                                  const PiscesPicture      *picture,
                                                  PiscesCanvasFill         *fill);
PiscesCanvasFill    * pisces_generate_fills_find (PiscesGenerateFills      *fills,
                                                  const PiscesPicture      *picture,
                                                  gint32                    image_id);
PiscesCanvasFill    * pisces_generate_fills_find_digest
                                                 (PiscesGenerateFills      *fills,
                                                  const gchar              *digest,
                                                  gint32                    image_id);
void                  pisces_generate_fills_set_unknown
                                                 (GError                  **error);
GimpLayer           * pisces_generate_fills_add  (PiscesGenerateFills      *fills,
                                                  const PiscesPicture      *picture,
                                                  gint32                    image_id,
                                                  PiscesCanvasFlags         flags,
                                                  gchar                  ***warnings,
                                                  GError                  **error);

G_END_DECLS
