/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-layer.c: makes the layers that pictures become: their pixels, size, name,
 * and place among the other layers.  Locked groups are left alone.
 *
 * Main thread only, as all of libgimp.
 */

#include <string.h>

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-short-text.h"

#include "plugin/gimp/canvas.h"
#include "plugin/gimp/settings.h"

/* The length of a layer's name, in characters.  */
#define NAME_LENGTH_MAX 40

typedef gboolean (* GroupFunc) (GimpItem *group);

static GimpItem * find_outermost (GimpItem  *item,
                                  GroupFunc  func);
static gboolean   is_locked      (GimpItem  *item);
static gboolean   is_mixed       (GimpItem  *group);
static GimpItem * find_cover     (GimpImage           *image,
                                  GimpItem            *item,
                                  const GeglRectangle *bounds);


/*  public functions  */

/**
 * pisces_canvas_make_layer:
 * @image: an image.
 * @name: the name of the layer.
 * @pixels: the pixels; the layer gets their size.
 * @mode: how it is combined with those below it.
 * @below_id: see pisces_canvas_insert_layer().
 * @error: set if GIMP refuses it.
 *
 * Makes a new layer and inserts it, see pisces_canvas_insert_layer().
 *
 * Returns: (transfer full) (nullable): the layer.
 */
GimpLayer *
pisces_canvas_make_layer (GimpImage          *image,
                          const gchar        *name,
                          const PiscesImage  *pixels,
                          GimpLayerMode       mode,
                          gint32              below_id,
                          GError            **error)
{
  g_autoptr (GimpLayer) layer = NULL;
  GimpImageType         type  = GIMP_RGBA_IMAGE;

  if (gimp_image_get_base_type (image) == GIMP_GRAY)
    type = GIMP_GRAYA_IMAGE;

  layer = gimp_layer_new (image, name, pixels->width, pixels->height, type,
                          100.0, mode);
  if (! layer)
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not make a new layer: %s"));
      return NULL;
    }
  g_object_ref (layer);

  if (! pisces_canvas_insert_layer (image, layer, below_id))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not take the new layer: %s"));
      gimp_item_delete (GIMP_ITEM (layer));
      return NULL;
    }

  pisces_canvas_write_pixels (layer, pixels);

  return g_steal_pointer (&layer);
}

/**
 * pisces_canvas_write_pixels:
 * @layer: a layer of the size of @pixels.
 * @pixels: the pixels to write.
 *
 * babl converts them from sRGB to the precision and the profile of the image.
 */
void
pisces_canvas_write_pixels (GimpLayer         *layer,
                            const PiscesImage *pixels)
{
  GeglBuffer *buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));

  gegl_buffer_set (buffer,
                   GEGL_RECTANGLE (0, 0, pixels->width, pixels->height), 0,
                   babl_format ("R'G'B'A u8"), pixels->pixels,
                   GEGL_AUTO_ROWSTRIDE);
  g_object_unref (buffer);

  gimp_drawable_update (GIMP_DRAWABLE (layer),
                        0, 0, pixels->width, pixels->height);
}

/**
 * pisces_canvas_scale_layer:
 * @layer: a layer in an image.
 * @width: the new width in pixels.
 * @height: the new height in pixels.
 *
 * All pictures get their size in an image through this function, so that the
 * same picture always gives the same bytes.
 *
 * Returns: %TRUE if it has that size now.
 */
gboolean
pisces_canvas_scale_layer (GimpLayer *layer,
                           gint       width,
                           gint       height)
{
  gboolean scaled;

  if (gimp_drawable_get_width (GIMP_DRAWABLE (layer))  == width &&
      gimp_drawable_get_height (GIMP_DRAWABLE (layer)) == height)
    return TRUE;

  /* NoHalo is slightly sharper, but took 12 s and this takes 3 s, for 4000 ×
   * 4000 pixels on two busy cores; GIMP is blocked for that time.
   */
  gimp_context_push ();
  gimp_context_set_interpolation (GIMP_INTERPOLATION_CUBIC);
  scaled = gimp_layer_scale (layer, width, height, FALSE);
  gimp_context_pop ();

  return scaled;
}

/**
 * pisces_canvas_name_layer:
 * @prompt: what the layer shows.
 *
 * Returns: (transfer full): its first words, on one line.  It is cut between
 *   two words if that leaves at least half of the allowed length; if not,
 *   inside a word, because some languages have no spaces.
 */
gchar *
pisces_canvas_name_layer (const gchar *prompt)
{
  /* One character more than fits, because a word may end exactly at the
   * limit.  */
  g_autofree gchar *name  = pisces_short_text (prompt, NAME_LENGTH_MAX + 2);
  g_autofree gchar *start = NULL;
  gchar            *space;

  if (g_utf8_strlen (name, -1) <= NAME_LENGTH_MAX)
    return g_steal_pointer (&name);

  start = g_utf8_substring (name, 0, NAME_LENGTH_MAX);
  space = strrchr (start, ' ');
  if (space && g_utf8_pointer_to_offset (start, space) >= NAME_LENGTH_MAX / 2)
    *space = '\0';
  else
    *g_utf8_offset_to_pointer (start, NAME_LENGTH_MAX - 1) = '\0';

  return g_strconcat (g_strchomp (start), "…", NULL);
}

/* Returns a layer name that does not reveal the prompt.  */
const gchar *
pisces_canvas_neutral_name (void)
{
  return _("Drawn layer");
}

/**
 * pisces_canvas_new_name:
 * @prompt: what the layer shows.
 *
 * Returns: (transfer full): the name of a new layer: the first words of
 *   @prompt, or a neutral name if the user keeps prompts out of files.
 */
gchar *
pisces_canvas_new_name (const gchar *prompt)
{
  return pisces_settings_keep_prompts_out () ?
         g_strdup (pisces_canvas_neutral_name ()) :
         pisces_canvas_name_layer (prompt);
}

/**
 * pisces_canvas_insert_layer:
 * @image: an image.
 * @layer: a new layer for it.
 * @below_id: the layer above which it goes; -1, or one that is not there any more: the
 *   selected one.
 *
 * Inserts the layer above that one, in the same group; or, if that is a group, into it,
 * as GIMP does.  If that group is locked, it goes above the group, because GIMP ends a
 * plug-in that writes into a locked group.
 *
 * Nothing else is selected for this, because an undo would not give that back.
 *
 * Returns: %TRUE if it is in the image now.
 */
gboolean
pisces_canvas_insert_layer (GimpImage *image,
                            GimpLayer *layer,
                            gint32     below_id)
{
  g_autofree GimpLayer **selected = gimp_image_get_selected_layers (image);
  g_autoptr (GimpItem)   item     = NULL;
  g_autoptr (GimpItem)   below    = NULL;
  g_autoptr (GimpItem)   parent   = NULL;
  gboolean               is_given;

  if (gimp_item_id_is_layer (below_id))
    item = g_object_ref (GIMP_ITEM (gimp_layer_get_by_id (below_id)));
  if (item && gimp_item_get_image (item) != image)
    g_clear_object (&item);

  is_given = item != NULL;
  if (! is_given && selected && selected[0])
    item = g_object_ref (GIMP_ITEM (selected[0]));

  below = find_outermost (item, is_locked);
  if (! below && ! is_given)
    return gimp_image_insert_layer (image, layer, NULL, -1);

  if (! below && gimp_item_is_group (item))
    return gimp_image_insert_layer (image, layer, GIMP_LAYER (item), 0);

  if (! below)
    g_set_object (&below, item);
  g_set_object (&parent, gimp_item_get_parent (below));

  return gimp_image_insert_layer (image, layer, (GimpLayer *) parent,
                                  gimp_image_get_item_position (image, below));
}

/* Returns whether no new layer can be put into the group that it is in.  */
gboolean
pisces_canvas_is_in_locked_group (GimpLayer *layer)
{
  GimpItem             *parent = gimp_item_get_parent (GIMP_ITEM (layer));
  g_autoptr (GimpItem)  held   = parent ? g_object_ref (parent) : NULL;
  g_autoptr (GimpItem)  locked = find_outermost (held, is_locked);

  return locked != NULL;
}

/**
 * pisces_canvas_lift_layer:
 * @image: an image.
 * @layer: a layer of it that was drawn to fit all that is visible.
 * @bounds: (nullable): the place that it fills.
 *
 * If it is in a group that is transparent, say, or has a mask, it goes above that
 * group, because there it would not look as it was drawn.  For the same reason it goes
 * above every visible layer that overlaps with its place: an opaque one would hide it.
 */
void
pisces_canvas_lift_layer (GimpImage           *image,
                          GimpLayer           *layer,
                          const GeglRectangle *bounds)
{
  g_autoptr (GimpItem)  held  = g_object_ref (GIMP_ITEM (layer));
  g_autoptr (GimpItem)  above = NULL;
  g_autoptr (GimpItem)  group = NULL;

  while (held)
    {
      g_autoptr (GimpItem) cover = bounds ? find_cover (image, held, bounds) : NULL;
      GimpItem            *parent;

      if (cover)
        g_set_object (&above, cover);
      else if (held != GIMP_ITEM (layer) && is_mixed (held))
        g_set_object (&above, held);

      parent = gimp_item_get_parent (held);
      g_set_object (&held, parent);
    }

  if (! above)
    return;

  g_set_object (&group, gimp_item_get_parent (above));
  gimp_image_reorder_item (image, GIMP_ITEM (layer), group,
                           gimp_image_get_item_position (image, above));
}

/**
 * pisces_canvas_new_mask:
 * @layer: a layer without a mask.
 * @type: what the mask begins with.
 *
 * Painting still goes to the layer, not to the mask, as for any new layer.
 *
 * Returns: (transfer full) (nullable): the layer's new mask; %NULL if GIMP refuses it.
 */
GimpLayerMask *
pisces_canvas_new_mask (GimpLayer       *layer,
                        GimpAddMaskType  type)
{
  g_autoptr (GimpLayerMask) mask = gimp_layer_create_mask (layer, type);

  if (! mask)
    return NULL;
  g_object_ref (mask);

  if (! gimp_layer_add_mask (layer, mask))
    {
      gimp_item_delete (GIMP_ITEM (mask));
      return NULL;
    }

  return gimp_layer_set_edit_mask (layer, FALSE) ? g_steal_pointer (&mask) : NULL;
}


/*  private functions  */

/* @item: (nullable): where to begin.
 *
 * Returns: (transfer full) (nullable): of the item and the groups that it is in, the
 *   outermost one of which @func says so.
 */
static GimpItem *
find_outermost (GimpItem  *item,
                GroupFunc  func)
{
  g_autoptr (GimpItem)  held  = item ? g_object_ref (item) : NULL;
  GimpItem             *found = NULL;

  while (held)
    {
      GimpItem *above;

      if (func (held))
        g_set_object (&found, held);

      above = gimp_item_get_parent (held);
      g_set_object (&held, above);
    }

  return found;
}

static gboolean
is_locked (GimpItem *item)
{
  return gimp_item_is_group (item) &&
         (gimp_item_get_lock_content (item) || gimp_item_get_lock_position (item));
}

/* Whether what is in a group does not look as it would beside it.  */
static gboolean
is_mixed (GimpItem *group)
{
  GimpLayer                      *layer   = GIMP_LAYER (group);
  GimpLayerMode                   mode    = gimp_layer_get_mode (layer);
  g_autofree GimpDrawableFilter **filters = NULL;

  if (! gimp_item_get_visible (group) || gimp_layer_get_mask (layer) ||
      gimp_layer_get_opacity (layer) < 100.0 ||
      (mode != GIMP_LAYER_MODE_NORMAL && mode != GIMP_LAYER_MODE_NORMAL_LEGACY &&
       mode != GIMP_LAYER_MODE_PASS_THROUGH))
    return TRUE;

  filters = gimp_drawable_get_filters (GIMP_DRAWABLE (group));

  return filters && filters[0];
}

/* Returns: (transfer full) (nullable): of the layers above it in its group, the topmost
 *   one that is seen in these bounds.
 */
static GimpItem *
find_cover (GimpImage           *image,
            GimpItem            *item,
            const GeglRectangle *bounds)
{
  GimpItem              *parent = gimp_item_get_parent (item);
  g_autofree GimpItem  **items  = parent ? gimp_item_get_children (parent) :
                                  (GimpItem **) gimp_image_get_layers (image);
  g_autoptr (GPtrArray)  held   = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; items && items[i] && items[i] != item; i++)
    g_ptr_array_add (held, g_object_ref (items[i]));

  for (guint i = 0; i < held->len; i++)
    {
      GeglRectangle place = pisces_placement_get_bounds (held->pdata[i]);

      if (gimp_item_get_visible (held->pdata[i]) &&
          gimp_layer_get_opacity (held->pdata[i]) > 0.0 &&
          gegl_rectangle_intersect (&place, &place, bounds))
        return g_object_ref (held->pdata[i]);
    }

  return NULL;
}
