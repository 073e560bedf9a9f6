/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * layer-pixels.c: other pixels for a layer that is there, in one undo step.
 * Its place, size, mask, opacity, mode and effects stay; what it was made from
 * is that of the new picture.
 */

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "layer-pixels.h"
#include "provenance.h"

static GimpLayer * layer_draw_aside      (GimpLayer            *layer,
                                          const PiscesPicture  *picture,
                                          GError              **error);
static gboolean    layer_take_pixels     (GimpLayer            *layer,
                                          GimpLayer            *from);
static void        layer_set_pdb_error   (GError              **error,
                                          const gchar          *what);


/*  public functions  */

/**
 * pisces_layer_check_replaceable:
 * @layer: a layer.
 * @error: set to a sentence where its pixels cannot be replaced.
 *
 * GIMP ends a plug-in that writes to a locked layer, so this is asked first.
 *
 * Returns: %TRUE if they can.
 */
gboolean
pisces_layer_check_replaceable (GimpLayer  *layer,
                                GError    **error)
{
  GimpItem *item;

  for (item = GIMP_ITEM (layer); item; item = gimp_item_get_parent (item))
    if (gimp_item_get_lock_content (item))
      {
        g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                             _("The pixels of the layer are locked. Unlock "
                               "them in the Layers dialog and try again."));
        return FALSE;
      }

  if (! gimp_item_is_group (GIMP_ITEM (layer)))
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("A layer group has no pixels of its own. Choose a "
                         "layer and try again."));
  return FALSE;
}

/**
 * pisces_layer_replace_pixels:
 * @layer:   a layer for which pisces_layer_check_replaceable() is %TRUE.
 * @picture: what is to be on it, scaled to its size as a new layer would be.
 * @error:   set if GIMP refuses; then the layer is as it was.
 *
 * The whole layer is replaced, whatever is selected.
 *
 * Returns: %TRUE if the layer has the new pixels.
 */
gboolean
pisces_layer_replace_pixels (GimpLayer            *layer,
                             const PiscesPicture  *picture,
                             GError              **error)
{
  GimpImage             *image    = gimp_item_get_image (GIMP_ITEM (layer));
  g_autofree GimpLayer **selected = gimp_image_get_selected_layers (image);
  gboolean               locked   = gimp_layer_get_lock_alpha (layer);
  GimpLayer             *drawn;
  gboolean               success  = FALSE;

  if (! pisces_layer_check_replaceable (layer, error))
    return FALSE;

  gegl_init (NULL, NULL);
  gimp_image_undo_group_start (image);

  if (locked)
    gimp_layer_set_lock_alpha (layer, FALSE);

  drawn = layer_draw_aside (layer, picture, error);
  if (drawn)
    {
      success = layer_take_pixels (layer, drawn) &&
                pisces_provenance_attach (GIMP_ITEM (layer), picture);
      if (! success)
        layer_set_pdb_error (error, _("GIMP did not take the new pixels"));

      gimp_image_remove_layer (image, drawn);
    }

  if (locked)
    gimp_layer_set_lock_alpha (layer, TRUE);
  gimp_image_set_selected_layers (image, (const GimpLayer **) selected);

  gimp_image_undo_group_end (image);
  gimp_displays_flush ();

  return success;
}


/*  private functions  */

/* A layer of the same size, scaled by GIMP in the way in which new layers
 * are, so that the same picture gives the same bytes.
 */
static GimpLayer *
layer_draw_aside (GimpLayer            *layer,
                  const PiscesPicture  *picture,
                  GError              **error)
{
  const PiscesImage *pixels = picture->image;
  GimpImage         *image  = gimp_item_get_image (GIMP_ITEM (layer));
  gint               width  = gimp_drawable_get_width (GIMP_DRAWABLE (layer));
  gint               height = gimp_drawable_get_height (GIMP_DRAWABLE (layer));
  GimpLayer         *drawn;
  GeglBuffer        *buffer;

  drawn = gimp_layer_new (image, "pisces", pixels->width, pixels->height,
                          gimp_image_get_base_type (image) == GIMP_GRAY ?
                          GIMP_GRAYA_IMAGE : GIMP_RGBA_IMAGE,
                          100.0, GIMP_LAYER_MODE_NORMAL);
  if (! drawn || ! gimp_image_insert_layer (image, drawn, NULL, -1))
    {
      layer_set_pdb_error (error, _("GIMP did not make a new layer"));
      if (drawn)
        gimp_item_delete (GIMP_ITEM (drawn));
      return NULL;
    }

  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (drawn));
  gegl_buffer_set (buffer,
                   GEGL_RECTANGLE (0, 0, pixels->width, pixels->height), 0,
                   babl_format ("R'G'B'A u8"), pixels->pixels,
                   GEGL_AUTO_ROWSTRIDE);
  g_object_unref (buffer);

  if (width == pixels->width && height == pixels->height)
    return drawn;

  gimp_context_push ();
  gimp_context_set_interpolation (GIMP_INTERPOLATION_CUBIC);
  if (! gimp_layer_scale (drawn, width, height, FALSE))
    {
      layer_set_pdb_error (error, _("GIMP did not scale the new layer"));
      gimp_image_remove_layer (image, drawn);
      drawn = NULL;
    }
  gimp_context_pop ();

  return drawn;
}

/* By way of the shadow buffer, which GIMP can undo; it goes by the selection,
 * which is therefore put aside meanwhile.
 */
static gboolean
layer_take_pixels (GimpLayer *layer,
                   GimpLayer *from)
{
  GimpImage    *image    = gimp_item_get_image (GIMP_ITEM (layer));
  GimpDrawable *drawable = GIMP_DRAWABLE (layer);
  GimpChannel  *kept     = NULL;
  GeglBuffer   *source;
  GeglBuffer   *shadow;
  gboolean      success;

  if (! gimp_selection_is_empty (image))
    {
      kept = GIMP_CHANNEL (gimp_selection_save (image));
      gimp_selection_none (image);
    }

  source = gimp_drawable_get_buffer (GIMP_DRAWABLE (from));
  shadow = gimp_drawable_get_shadow_buffer (drawable);
  gegl_buffer_copy (source, NULL, GEGL_ABYSS_NONE, shadow, NULL);
  g_object_unref (source);
  g_object_unref (shadow);

  success = gimp_drawable_merge_shadow (drawable, TRUE);
  gimp_drawable_update (drawable, 0, 0,
                        gimp_drawable_get_width (drawable),
                        gimp_drawable_get_height (drawable));

  if (kept)
    {
      gimp_image_select_item (image, GIMP_CHANNEL_OP_REPLACE,
                              GIMP_ITEM (kept));
      gimp_image_remove_channel (image, kept);
    }

  return success;
}

static void
layer_set_pdb_error (GError      **error,
                     const gchar  *what)
{
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED, "%s: %s",
               what, gimp_pdb_get_last_error (gimp_get_pdb ()));
}
