/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-replace.c: replaces the picture in an existing layer with another
 * one.  To GIMP it remains the same layer, so its mask, position, opacity,
 * mode and everything else stay.
 *
 * Main thread only, as all of libgimp.  Proxy objects have references here;
 * canvas.h explains why.
 */

#include <string.h>

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/provenance.h"
#include "plugin/gimp/undo-group.h"

static gboolean     replace_pixels    (GimpLayer          *layer,
                                       GeglBuffer         *scaled,
                                       gint                x,
                                       gint                y);
static gboolean     replace_is_locked (GimpItem           *item);
static void         replace_name      (GimpItem           *item,
                                       const gchar        *prompt);
static gboolean     replace_is_name   (const gchar        *present,
                                       const gchar        *name);
static gchar      * replace_old_name  (GimpItem           *item);


/*  public functions  */

/**
 * pisces_canvas_check_replaceable:
 * @layer: a layer.
 * @error: set to a sentence if its pixels cannot be replaced.
 *
 * GIMP ends a plug-in that writes to a locked layer, so call this first.
 *
 * Returns: %TRUE if its pixels can be replaced.
 */
gboolean
pisces_canvas_check_replaceable (GimpLayer  *layer,
                                 GError    **error)
{
  GimpItem *item = GIMP_ITEM (layer);

  if (! pisces_canvas_check_target (gimp_item_get_image (item), error))
    return FALSE;

  if (replace_is_locked (item))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("The pixels of the layer are locked. Unlock "
                             "them in the Layers dialog and try again."));
      return FALSE;
    }

  if (! gimp_item_is_group (item))
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("A layer group has no pixels of its own. Choose a "
                         "layer and try again."));
  return FALSE;
}

/**
 * pisces_canvas_replace_layer:
 * @layer: a layer in an image.
 * @picture: the new picture.
 * @flags: see #PiscesCanvasFlags.
 * @error: set on failure; the layer is then unchanged.
 *
 * The layer is named after the new prompt, unless a person has named it.  The
 * whole layer is replaced, even if something is selected.  All in one undo
 * step.
 *
 * Returns: %TRUE if the layer shows the picture now.
 */
gboolean
pisces_canvas_replace_layer (GimpLayer            *layer,
                             const PiscesPicture  *picture,
                             PiscesCanvasFlags     flags,
                             GError              **error)
{
  g_autoptr (GimpLayer)  held   = g_object_ref (layer);
  g_autoptr (GeglBuffer) scaled = NULL;
  GeglRectangle          bounds = { 0, 0, 0, 0 };

  if (! pisces_canvas_check_replaceable (layer, error))
    return FALSE;

  bounds.width  = gimp_drawable_get_width (GIMP_DRAWABLE (layer));
  bounds.height = gimp_drawable_get_height (GIMP_DRAWABLE (layer));
  if (! (flags & PISCES_CANVAS_STRETCH))
    bounds = pisces_placement_cover (picture->image->width,
                                     picture->image->height, &bounds);

  gegl_init (NULL, NULL);
  scaled = pisces_canvas_scale_pixels (gimp_item_get_image (GIMP_ITEM (layer)),
                                       picture->image, bounds.width, bounds.height,
                                       error);

  return scaled && pisces_canvas_replace_pixels (layer, scaled, bounds.x, bounds.y,
                                                 picture, flags, error);
}

/**
 * pisces_canvas_replace_part:
 * @layer: a layer in an image.
 * @pixels: the new picture.
 * @frame: where all of it would be, relative to the layer, which shows a part.
 * @picture: (nullable): what the layer is made from; %NULL: nothing that it
 *   remembers.
 * @flags: see #PiscesCanvasFlags.
 * @error: set on failure; the layer is then unchanged.
 *
 * Returns: %TRUE if the layer shows its part of the picture now.
 */
gboolean
pisces_canvas_replace_part (GimpLayer            *layer,
                            const PiscesImage    *pixels,
                            const GeglRectangle  *frame,
                            const PiscesPicture  *picture,
                            PiscesCanvasFlags     flags,
                            GError              **error)
{
  g_autoptr (GimpLayer)  held   = g_object_ref (layer);
  g_autoptr (GeglBuffer) scaled = NULL;
  g_autoptr (GeglBuffer) part   = NULL;
  GeglRectangle          shown  = { - frame->x, - frame->y, 0, 0 };

  if (! pisces_canvas_check_replaceable (layer, error))
    return FALSE;

  shown.width  = gimp_drawable_get_width (GIMP_DRAWABLE (layer));
  shown.height = gimp_drawable_get_height (GIMP_DRAWABLE (layer));

  gegl_init (NULL, NULL);
  scaled = pisces_canvas_scale_pixels (gimp_item_get_image (GIMP_ITEM (layer)), pixels,
                                       frame->width, frame->height, error);
  if (! scaled)
    return FALSE;

  part = gegl_buffer_new (GEGL_RECTANGLE (0, 0, shown.width, shown.height),
                          gegl_buffer_get_format (scaled));
  gegl_buffer_copy (scaled, &shown, GEGL_ABYSS_NONE, part,
                    GEGL_RECTANGLE (0, 0, shown.width, shown.height));

  return pisces_canvas_replace_pixels (layer, part, 0, 0, picture, flags, error);
}

/**
 * pisces_canvas_replace_pixels:
 * @layer: a layer in an image, whose pixels can be replaced.
 * @scaled: the new pixels, from pisces_canvas_scale_pixels().
 * @x: where they come in the layer; elsewhere it becomes transparent.
 * @y: the same.
 * @picture: (nullable): what the layer is made from; %NULL: nothing that it
 *   remembers.
 * @flags: see #PiscesCanvasFlags.
 * @error: set on failure; the layer is then unchanged.
 *
 * Returns: %TRUE if the layer shows them now.
 */
gboolean
pisces_canvas_replace_pixels (GimpLayer            *layer,
                              GeglBuffer           *scaled,
                              gint                  x,
                              gint                  y,
                              const PiscesPicture  *picture,
                              PiscesCanvasFlags     flags,
                              GError              **error)
{
  g_autoptr (GimpImage)  image = g_object_ref (gimp_item_get_image (GIMP_ITEM (layer)));
  GimpItem              *item  = GIMP_ITEM (layer);
  gboolean               replaced;

  pisces_undo_group_start (image);

  replaced = replace_pixels (layer, scaled, x, y);
  if (replaced && picture)
    {
      replace_name (item, picture->prompt);
      pisces_provenance_attach (item, picture);
      if (flags & PISCES_CANVAS_MARK)
        pisces_ai_mark_put (image, &layer, 1);
    }
  else if (! replaced)
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not take the new pixels: %s"));
    }

  pisces_undo_group_end (image);
  gimp_displays_flush ();

  return replaced;
}

/**
 * pisces_canvas_scale_pixels:
 * @image: the image that they are for.
 * @pixels: what was drawn.
 * @width: the new width in pixels.
 * @height: the new height in pixels.
 * @error: set on failure.
 *
 * Scales the picture in a separate image that nobody sees.  GIMP scales it as
 * it does for a new layer of @image, so the bytes are the same, and the user's
 * image gets no undo steps for it.
 *
 * Returns: (transfer full) (nullable): the pixels, in the format of a layer of
 *   @image.
 */
GeglBuffer *
pisces_canvas_scale_pixels (GimpImage          *image,
                            const PiscesImage  *pixels,
                            gint                width,
                            gint                height,
                            GError            **error)
{
  g_autoptr (GimpImage) held    = g_object_ref (image);
  GimpImageBaseType     type    = gimp_image_get_base_type (image);
  g_autoptr (GimpImage) aside   = NULL;
  g_autoptr (GimpLayer) layer   = NULL;
  GimpColorProfile     *profile = gimp_image_get_color_profile (image);
  GeglBuffer           *scaled  = NULL;

  aside = gimp_image_new_with_precision (pixels->width, pixels->height, type,
                                         gimp_image_get_precision (image));
  if (! aside)
    {
      g_clear_object (&profile);
      pisces_canvas_set_pdb_error (error, _("GIMP did not make a new image: %s"));
      return NULL;
    }
  g_object_ref (aside);
  gimp_image_undo_disable (aside);
  if (profile)
    {
      gimp_image_set_color_profile (aside, profile);
      g_object_unref (profile);
    }

  layer = gimp_layer_new (aside, NULL, pixels->width, pixels->height,
                          type == GIMP_GRAY ? GIMP_GRAYA_IMAGE :
                                              GIMP_RGBA_IMAGE,
                          100.0, GIMP_LAYER_MODE_NORMAL);
  if (! layer)
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not make a new layer: %s"));
      gimp_image_delete (aside);
      return NULL;
    }
  g_object_ref (layer);
  gimp_image_insert_layer (aside, layer, NULL, 0);
  pisces_canvas_write_pixels (layer, pixels);

  if (pisces_canvas_scale_layer (layer, width, height))
    {
      GeglBuffer *buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));

      /* Copies the pixels, because the separate image is about to be
       * deleted.  */
      scaled = gegl_buffer_new (GEGL_RECTANGLE (0, 0, width, height),
                                gegl_buffer_get_format (buffer));
      gegl_buffer_copy (buffer, NULL, GEGL_ABYSS_NONE, scaled, NULL);
      g_object_unref (buffer);
    }
  else
    {
      pisces_canvas_set_pdb_error (error,
                                   _("GIMP did not scale the picture: %s"));
    }

  gimp_image_delete (aside);

  return scaled;
}


/*  private functions  */

/* Removes the alpha channel and adds it again: each gives the layer a new buffer, and
 * GIMP keeps the old one as an undo step, whatever is selected and whether or not alpha
 * is locked.  So the new pixels can simply be written into the newest buffer.
 *
 * To merge a shadow buffer, the selection would have to be saved in a channel and
 * restored, and in GIMP 3.2.6 an undo or redo of that leaves no layer selected.
 */
static gboolean
replace_pixels (GimpLayer  *layer,
                GeglBuffer *scaled,
                gint        x,
                gint        y)
{
  GimpDrawable  *drawable = GIMP_DRAWABLE (layer);
  GeglRectangle  place    = *gegl_buffer_get_extent (scaled);
  GeglBuffer    *buffer;

  if (gimp_drawable_has_alpha (drawable) && ! gimp_layer_flatten (layer))
    return FALSE;
  if (! gimp_layer_add_alpha (layer))
    return FALSE;

  place.x = x;
  place.y = y;

  buffer = gimp_drawable_get_buffer (drawable);
  gegl_buffer_clear (buffer, NULL);
  gegl_buffer_copy (scaled, NULL, GEGL_ABYSS_NONE, buffer, &place);
  g_object_unref (buffer);
  gimp_drawable_update (drawable, 0, 0,
                        gimp_drawable_get_width (drawable),
                        gimp_drawable_get_height (drawable));

  return TRUE;
}

/* Checks the layer itself and the groups that it is in.  Each has a reference
 * while GIMP is asked.
 */
static gboolean
replace_is_locked (GimpItem *item)
{
  g_autoptr (GimpItem) held = g_object_ref (item);

  while (held)
    {
      GimpItem *parent;

      if (gimp_item_get_lock_content (held))
        return TRUE;

      parent = gimp_item_get_parent (held);
      g_set_object (&held, parent);
    }

  return FALSE;
}

static void
replace_name (GimpItem    *item,
              const gchar *prompt)
{
  g_autofree gchar *present = gimp_item_get_name (item);
  g_autofree gchar *old     = replace_old_name (item);
  g_autofree gchar *name    = pisces_canvas_new_name (prompt);

  if (old && replace_is_name (present, old))
    gimp_item_set_name (item, name);
}

/* Returns whether a layer has this name, perhaps with the number that GIMP
 * adds to make names unique.  If anything else follows, a person has written
 * it.
 */
static gboolean
replace_is_name (const gchar *present,
                 const gchar *name)
{
  if (! g_str_has_prefix (present, name))
    return FALSE;

  present += strlen (name);
  if (*present == '\0')
    return TRUE;

  return g_str_has_prefix (present, " #") && present[2] != '\0' &&
         present[2 + strspn (present + 2, "0123456789")] == '\0';
}

/* Returns the name that the layer had when it was added.  */
static gchar *
replace_old_name (GimpItem *item)
{
  g_autoptr (PiscesPicture)  picture = pisces_provenance_read (item, NULL);

  return picture && *picture->prompt ? pisces_canvas_name_layer (picture->prompt) : NULL;
}
