/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-below.c: what is visible of an image without some of its layers.
 *
 * Main thread only, as all of libgimp.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/canvas.h"

static void below_hide (GimpImage *copy,
                        GArray    *positions,
                        gboolean   above,
                        gint       n_layers);


/*  public functions  */

/**
 * pisces_canvas_copy_without:
 * @image: an image.
 * @layer: a layer of it, perhaps in a group.
 * @above: whether the layers above it are hidden.
 * @n_layers: how many layers are hidden from it on downwards; 1: it alone; 0:
 *   none.
 * @error: set if GIMP does not copy the image.
 *
 * Returns: (transfer full) (nullable): a copy of @image in which these layers are
 *   hidden.  Pass it to gimp_image_delete().
 */
GimpImage *
pisces_canvas_copy_without (GimpImage  *image,
                            GimpLayer  *layer,
                            gboolean    above,
                            gint        n_layers,
                            GError    **error)
{
  g_autoptr (GimpImage) held      = g_object_ref (image);
  g_autoptr (GimpItem)  item      = g_object_ref (GIMP_ITEM (layer));
  g_autoptr (GArray)    positions = g_array_new (FALSE, FALSE, sizeof (gint));
  GimpImage            *copy;

  /* The copies have other IDs, so the layer is found by its place in each
   * group that it is in.  */
  while (item)
    {
      gint      position = gimp_image_get_item_position (image, item);
      GimpItem *parent;

      g_array_prepend_val (positions, position);
      parent = gimp_item_get_parent (item);
      g_set_object (&item, parent);
    }

  copy = gimp_image_duplicate (image);
  if (! copy)
    {
      pisces_canvas_set_pdb_error (error,
                                   _("GIMP did not give the image's pixels: %s"));
      return NULL;
    }

  g_object_ref (copy);
  gimp_image_undo_disable (copy);
  below_hide (copy, positions, above, n_layers);

  return copy;
}


/*  private functions  */

/* @positions: (element-type gint): the place of a layer: that of its outermost
 *   group first.  */
static void
below_hide (GimpImage *copy,
            GArray    *positions,
            gboolean   above,
            gint       n_layers)
{
  g_autoptr (GimpItem) group = NULL;

  for (guint depth = 0; depth < positions->len; depth++)
    {
      gint                  position = g_array_index (positions, gint, depth);
      gint                  first    = above ? 0 : position;
      gint                  end      = position;
      g_autofree GimpItem **items    = group ? gimp_item_get_children (group) :
                                       (GimpItem **) gimp_image_get_layers (copy);
      g_autoptr (GPtrArray) held     = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; items && items[i]; i++)
        g_ptr_array_add (held, g_object_ref (items[i]));

      if (position < 0 || position >= (gint) held->len)
        return;

      if (depth + 1 == positions->len)
        end = MIN (position + n_layers, (gint) held->len);
      for (gint i = first; i < end; i++)
        gimp_item_set_visible (held->pdata[i], FALSE);

      g_set_object (&group, held->pdata[position]);
    }
}
