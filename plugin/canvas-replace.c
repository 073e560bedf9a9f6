/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-replace.c: a picture takes the place of another in a layer that is
 * there already.  The layer stays the same to GIMP, so its mask, its place,
 * its opacity, its mode and all else stay too.
 *
 * Main thread only, as all of libgimp.
 */

#include <string.h>

#include <gegl.h>
#include <json-glib/json-glib.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "canvas.h"
#include "provenance.h"

static GeglBuffer * replace_scale     (const PiscesImage  *pixels,
                                       gint                width,
                                       gint                height,
                                       GError            **error);
static void         replace_pixels    (GimpLayer          *layer,
                                       GeglBuffer         *scaled,
                                       gint                x,
                                       gint                y);
static gboolean     replace_is_locked (GimpItem           *item);
static void         replace_name      (GimpItem           *item,
                                       const gchar        *prompt);
static gchar      * replace_old_name  (GimpItem           *item);


/*  public functions  */

/**
 * pisces_canvas_replace_layer:
 * @layer:   of an image, one that holds pixels.
 * @picture: what it is to show.
 * @error:   set if it cannot take the picture; then it is as it was.
 *
 * The picture gets as large as it fits into the layer with its aspect kept;
 * what is beside it becomes transparent.  The layer is called after the new
 * prompt, unless a person has given it a name.  All in one undo step.
 *
 * Returns: %TRUE if it shows the picture.
 */
gboolean
pisces_canvas_replace_layer (GimpLayer            *layer,
                             const PiscesPicture  *picture,
                             GError              **error)
{
  GimpItem      *item   = GIMP_ITEM (layer);
  GimpImage     *image  = gimp_item_get_image (item);
  GeglRectangle  target = { 0, 0,
                            gimp_drawable_get_width (GIMP_DRAWABLE (layer)),
                            gimp_drawable_get_height (GIMP_DRAWABLE (layer)) };
  GeglRectangle  bounds = pisces_placement_fit (picture->image->width,
                                                picture->image->height,
                                                &target);
  GeglBuffer    *scaled;

  if (! pisces_canvas_check_target (image, error))
    return FALSE;

  if (gimp_item_is_group (item) || replace_is_locked (item))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("The layer cannot be painted on: it is locked, "
                             "or a group. Unlock it, or add the picture as "
                             "a layer of its own."));
      return FALSE;
    }

  gegl_init (NULL, NULL);
  scaled = replace_scale (picture->image, bounds.width, bounds.height, error);
  if (! scaled)
    return FALSE;

  gimp_image_undo_group_start (image);

  replace_pixels (layer, scaled, bounds.x, bounds.y);
  replace_name (item, picture->prompt);
  pisces_provenance_attach (item, picture);

  gimp_image_undo_group_end (image);
  gimp_displays_flush ();
  g_object_unref (scaled);

  return TRUE;
}


/*  private functions  */

/* In an image of its own, which nobody sees: GIMP scales as it does for a new
 * layer, and the user's image gets no undo steps of that.
 */
static GeglBuffer *
replace_scale (const PiscesImage  *pixels,
               gint                width,
               gint                height,
               GError            **error)
{
  GimpImage  *image  = gimp_image_new (pixels->width, pixels->height, GIMP_RGB);
  GimpLayer  *layer  = gimp_layer_new (image, NULL,
                                       pixels->width, pixels->height,
                                       GIMP_RGBA_IMAGE, 100.0,
                                       GIMP_LAYER_MODE_NORMAL);
  GeglBuffer *scaled = NULL;

  gimp_image_undo_disable (image);
  gimp_image_insert_layer (image, layer, NULL, 0);
  pisces_canvas_write_pixels (layer, pixels);

  gimp_context_push ();
  gimp_context_set_interpolation (GIMP_INTERPOLATION_CUBIC);

  if (gimp_layer_scale (layer, width, height, FALSE))
    {
      GeglBuffer *buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));

      /* Of its own, since the image goes.  */
      scaled = gegl_buffer_new (GEGL_RECTANGLE (0, 0, width, height),
                                gegl_buffer_get_format (buffer));
      gegl_buffer_copy (buffer, NULL, GEGL_ABYSS_NONE, scaled, NULL);
      g_object_unref (buffer);
    }
  else
    {
      pisces_canvas_set_pdb_error (error,
                                   _("GIMP did not scale the picture"));
    }

  gimp_context_pop ();
  gimp_image_delete (image);

  return scaled;
}

/* By way of the shadow buffer, which GIMP merges with an undo step.  It does
 * so within the selection and as far as alpha is not locked, so both are out
 * of the way meanwhile.
 */
static void
replace_pixels (GimpLayer  *layer,
                GeglBuffer *scaled,
                gint        x,
                gint        y)
{
  GimpDrawable  *drawable   = GIMP_DRAWABLE (layer);
  GimpImage     *image      = gimp_item_get_image (GIMP_ITEM (layer));
  gboolean       lock_alpha = gimp_layer_get_lock_alpha (layer);
  GimpChannel   *selection  = NULL;
  GimpLayerMask *mask       = gimp_layer_get_mask (layer);
  gboolean       edit_mask  = mask && gimp_layer_get_edit_mask (layer);
  GeglBuffer    *shadow;
  GeglRectangle  place      = *gegl_buffer_get_extent (scaled);

  place.x = x;
  place.y = y;

  if (edit_mask)
    gimp_layer_set_edit_mask (layer, FALSE);
  if (lock_alpha)
    gimp_layer_set_lock_alpha (layer, FALSE);
  if (! gimp_drawable_has_alpha (drawable))
    gimp_layer_add_alpha (layer);
  if (! gimp_selection_is_empty (image))
    {
      selection = GIMP_CHANNEL (gimp_selection_save (image));
      gimp_selection_none (image);
    }

  shadow = gimp_drawable_get_shadow_buffer (drawable);
  gegl_buffer_clear (shadow, NULL);
  gegl_buffer_copy (scaled, NULL, GEGL_ABYSS_NONE, shadow, &place);
  gegl_buffer_flush (shadow);
  g_object_unref (shadow);

  gimp_drawable_merge_shadow (drawable, TRUE);
  gimp_drawable_update (drawable, 0, 0,
                        gimp_drawable_get_width (drawable),
                        gimp_drawable_get_height (drawable));

  if (selection)
    {
      const GimpLayer *selected[] = { layer, NULL };

      gimp_image_select_item (image, GIMP_CHANNEL_OP_REPLACE,
                              GIMP_ITEM (selection));
      gimp_image_remove_channel (image, selection);

      /* A new channel becomes the selected item.  */
      gimp_image_set_selected_layers (image, selected);
    }
  if (lock_alpha)
    gimp_layer_set_lock_alpha (layer, TRUE);
  if (edit_mask)
    gimp_layer_set_edit_mask (layer, TRUE);
}

/* Itself, or one of the groups that it is in.  */
static gboolean
replace_is_locked (GimpItem *item)
{
  for (; item; item = gimp_item_get_parent (item))
    if (gimp_item_get_lock_content (item))
      return TRUE;

  return FALSE;
}

static void
replace_name (GimpItem    *item,
              const gchar *prompt)
{
  g_autofree gchar *present = gimp_item_get_name (item);
  g_autofree gchar *old     = replace_old_name (item);
  g_autofree gchar *name    = pisces_canvas_name_layer (prompt);

  /* GIMP may have added a number to it.  */
  if (old && g_str_has_prefix (present, old))
    gimp_item_set_name (item, name);
}

/* What the layer was called when it was added.  */
static gchar *
replace_old_name (GimpItem *item)
{
  GimpParasite           *parasite;
  g_autoptr (JsonParser)  parser = json_parser_new ();
  JsonNode               *root;
  gconstpointer           data;
  guint32                 size   = 0;
  gchar                  *name   = NULL;

  parasite = gimp_item_get_parasite (item, PISCES_PROVENANCE);
  if (! parasite)
    return NULL;

  data = gimp_parasite_get_data (parasite, &size);
  if (json_parser_load_from_data (parser, data,
                                  strnlen (data, size), NULL))
    {
      root = json_parser_get_root (parser);

      if (root && JSON_NODE_HOLDS_OBJECT (root))
        name = pisces_canvas_name_layer (
                 json_object_get_string_member_with_default (
                   json_node_get_object (root), "prompt", ""));
    }

  gimp_parasite_free (parasite);

  return name && *name ? name : NULL;
}
