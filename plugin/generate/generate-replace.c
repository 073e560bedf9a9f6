/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-replace.c: replaces the layer that was added last with another
 * result of the Generate Layer window, as long as that layer exists.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/generate/generate-replace.h"
#include "plugin/gimp/canvas.h"

struct _PiscesGenerateReplace
{
  PiscesResultPane *pane;
  gint32            image_id;   /* ID of the image whose results are shown */
  gint32            layer_id;   /* ID of the layer added last; 0: none     */
};

static GimpLayer * replace_find_layer (PiscesGenerateReplace *replace);
static void        replace_update     (PiscesGenerateReplace *replace);
static void        replace_requested  (PiscesGenerateReplace *replace,
                                       PiscesPicture         *picture);


/*  public functions  */

/**
 * pisces_generate_replace_new:
 * @pane: the pane whose button requests it.
 * @window: the window of the pane.
 *
 * Returns: (transfer full): an object that lives as long as the window, which
 *   lives as long as the process.
 */
PiscesGenerateReplace *
pisces_generate_replace_new (PiscesResultPane     *pane,
                             PiscesGenerateWindow *window)
{
  PiscesGenerateReplace *replace = g_new0 (PiscesGenerateReplace, 1);

  replace->pane = pane;

  g_signal_connect_swapped (pane, "replace-requested",
                            G_CALLBACK (replace_requested), replace);
  g_signal_connect_swapped (window, "notify::is-active",
                            G_CALLBACK (replace_update), replace);

  return replace;
}

/* Sets the image whose results are shown from now on.  */
void
pisces_generate_replace_set_image (PiscesGenerateReplace *replace,
                                   gint32                 image_id)
{
  replace->image_id = image_id;
  replace_update (replace);
}

/* @layer: (nullable): the layer that was added last; %NULL: one that another
 *   picture cannot replace.  */
void
pisces_generate_replace_set_layer (PiscesGenerateReplace *replace,
                                   GimpLayer             *layer)
{
  replace->layer_id = layer ? gimp_item_get_id (GIMP_ITEM (layer)) : 0;
  replace_update (replace);
}


/*  private functions  */

/* Returns: (transfer full) (nullable): the layer, with a reference; canvas.h
 *   explains why.
 */
static GimpLayer *
replace_find_layer (PiscesGenerateReplace *replace)
{
  g_autoptr (GimpLayer) layer = NULL;
  g_autoptr (GimpImage) image = NULL;

  if (replace->layer_id == 0 || ! gimp_item_id_is_layer (replace->layer_id))
    return NULL;

  layer = gimp_layer_get_by_id (replace->layer_id);
  if (! layer)
    return NULL;
  g_object_ref (layer);

  image = gimp_item_get_image (GIMP_ITEM (layer));
  if (! image)
    return NULL;
  g_object_ref (image);

  /* After an undo, the layer still exists, but it is in no image.  */
  if (gimp_image_get_id (image) != replace->image_id ||
      gimp_image_get_item_position (image, GIMP_ITEM (layer)) < 0)
    return NULL;

  return g_steal_pointer (&layer);
}

static void
replace_update (PiscesGenerateReplace *replace)
{
  g_autoptr (GimpLayer) layer = replace_find_layer (replace);

  pisces_result_pane_set_replaceable (replace->pane, layer != NULL);
}

static void
replace_requested (PiscesGenerateReplace *replace,
                   PiscesPicture         *picture)
{
  g_autoptr (GimpLayer)      layer = NULL;
  g_autoptr (PiscesPicture)  held  = pisces_picture_ref (picture);
  g_autoptr (GError)         error = NULL;
  PiscesCanvasFlags          flags = PISCES_CANVAS_PLAIN;

  if (pisces_result_pane_get_file_flags (replace->pane) &
      PISCES_PICTURE_FILE_MARK)
    flags |= PISCES_CANVAS_MARK;

  layer = replace_find_layer (replace);
  if (! layer)
    {
      replace_update (replace);
      pisces_result_pane_show_error (replace->pane,
                                     _("The layer that was added last is not "
                                       "there any more. Add the picture as a "
                                       "new one."));
      return;
    }

  if (! pisces_canvas_replace_layer (layer, held, flags, &error))
    pisces_result_pane_show_error (replace->pane, error->message);
}
