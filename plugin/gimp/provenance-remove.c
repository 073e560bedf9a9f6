/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provenance-remove.c: removes all prompts and results from an image, for
 * people who give their files to others.  It can be undone as long as the
 * image is open; GIMP stores no undo steps in files.
 *
 * Proxy objects have references here; canvas.h explains why.
 */

#include <string.h>

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/canvas.h"
#include "plugin/gimp/provenance.h"
#include "plugin/gimp/undo-group.h"

/* GIMP stores the last arguments of an interactive call with the image,
 * including the prompt, in parasites whose names contain this.
 */
#define ARGUMENTS "plug-in-pisces-"

static GPtrArray * remove_find_layers     (GimpImage    *image);
static void        remove_add_layers      (GPtrArray    *layers,
                                           GimpItem    **items);
static gboolean    remove_is_ours         (const gchar  *name);
static void        remove_from_image      (GimpImage    *image,
                                           const gchar  *name);
static void        remove_from_layer      (GimpItem     *layer);


/*  public functions  */

/**
 * pisces_provenance_find:
 * @image: an image.
 * @n_results: (out): how many pictures its list has; also 0 if the list cannot
 *   be read.
 * @n_layers: (out): how many layers have stored what they were made from.
 *
 * Returns: whether pisces_provenance_remove() would remove anything.
 */
gboolean
pisces_provenance_find (GimpImage *image,
                        guint     *n_results,
                        guint     *n_layers)
{
  g_autoptr (GimpImage)         held   = g_object_ref (image);
  g_auto (GStrv)                names  = gimp_image_get_parasite_list (image);
  g_autoptr (GPtrArray)         layers = remove_find_layers (image);
  g_autoptr (PiscesResultList)  list   = NULL;
  gboolean                      found  = layers->len > 0;

  *n_results = 0;
  *n_layers  = layers->len;

  for (guint i = 0; names && names[i]; i++)
    found |= remove_is_ours (names[i]);

  if (found)
    list = pisces_provenance_read_list (image, NULL);
  if (list)
    *n_results = list->results->len + list->n_more;

  return found;
}

/**
 * pisces_provenance_remove:
 * @image: an image.
 *
 * All in one undo step.  Layers that still have their prompt as their name get
 * a neutral name.
 */
void
pisces_provenance_remove (GimpImage *image)
{
  g_autoptr (GimpImage)  held   = g_object_ref (image);
  g_auto (GStrv)         names  = gimp_image_get_parasite_list (image);
  g_autoptr (GPtrArray)  layers = remove_find_layers (image);

  pisces_undo_group_start (image);

  for (guint i = 0; names && names[i]; i++)
    if (remove_is_ours (names[i]))
      remove_from_image (image, names[i]);

  for (guint i = 0; i < layers->len; i++)
    remove_from_layer (layers->pdata[i]);

  pisces_undo_group_end (image);
}


/*  private functions  */

/* Returns: (transfer full) (element-type GimpItem): all layers, also those in
 *   groups, with references.  */
static GPtrArray *
remove_find_layers (GimpImage *image)
{
  GPtrArray             *all    = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray             *found  = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree GimpLayer **layers = gimp_image_get_layers (image);

  remove_add_layers (all, (GimpItem **) layers);

  /* The array grows during this loop.  */
  for (guint i = 0; i < all->len; i++)
    if (gimp_item_is_group (all->pdata[i]))
      {
        g_autofree GimpItem **items = gimp_item_get_children (all->pdata[i]);

        remove_add_layers (all, items);
      }

  for (guint i = 0; i < all->len; i++)
    {
      GimpParasite *parasite = gimp_item_get_parasite (all->pdata[i],
                                                       PISCES_PROVENANCE);

      if (parasite)
        g_ptr_array_add (found, g_object_ref (all->pdata[i]));
      g_clear_pointer (&parasite, gimp_parasite_free);
    }

  g_ptr_array_unref (all);

  return found;
}

static void
remove_add_layers (GPtrArray  *layers,
                   GimpItem  **items)
{
  for (guint i = 0; items && items[i]; i++)
    g_ptr_array_add (layers, g_object_ref (items[i]));
}

static gboolean
remove_is_ours (const gchar *name)
{
  return g_str_equal (name, PISCES_RESULTS) ||
         g_str_has_prefix (name, PISCES_PIXELS) ||
         strstr (name, ARGUMENTS) != NULL;
}

/* Removing a parasite that was attached without an undo step does not count as
 * a change: GIMP would say that there is nothing to save, and the file would
 * keep it.  So it is attached again with an undo step, and then removed.
 */
static void
remove_from_image (GimpImage   *image,
                   const gchar *name)
{
  GimpParasite  *parasite = gimp_image_get_parasite (image, name);
  GimpParasite  *undoable;
  gconstpointer  data;
  guint32        length   = 0;

  if (! parasite)
    return;

  data     = gimp_parasite_get_data (parasite, &length);
  undoable = gimp_parasite_new (name,
                                GIMP_PARASITE_PERSISTENT |
                                GIMP_PARASITE_UNDOABLE, length, data);
  gimp_image_attach_parasite (image, undoable);
  gimp_image_detach_parasite (image, name);
  gimp_parasite_free (undoable);
  gimp_parasite_free (parasite);
}

static void
remove_from_layer (GimpItem *layer)
{
  g_autoptr (PiscesPicture)  picture = pisces_provenance_read (layer, NULL);
  g_autofree gchar          *name    = gimp_item_get_name (layer);
  g_autofree gchar          *given   = NULL;

  if (picture)
    given = pisces_canvas_name_layer (picture->prompt);

  /* GIMP may have added a number to the name.  */
  if (given && *given && name && g_str_has_prefix (name, given))
    gimp_item_set_name (layer, pisces_canvas_neutral_name ());

  gimp_item_detach_parasite (layer, PISCES_PROVENANCE);
}
