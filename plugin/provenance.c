/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provenance.c: a layer remembers what it was made from, in a parasite that
 * is saved with the image (XCF): prompt, plan, seed, settings and the digest
 * of the model.  The same values, given to `plug-in-pisces-generate`, draw the
 * same pixels again.  In the same way an image remembers all that was made
 * for it.
 */

#include <string.h>

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/pisces-picture-json.h"
#include "ui/pisces-result-list.h"

#include "provenance.h"

static gchar * provenance_get_text (GimpParasite *parasite);


/*  public functions  */

/**
 * pisces_provenance_attach:
 * @item:    a layer that lies in an image.
 * @picture: what was drawn in it.
 *
 * It can be undone, with the pixels.  GIMP 3.0 then prints that a group of undo
 * steps was ended which had not begun: its gimp_item_parasite_attach() does so
 * when an undo or a redo attaches such a parasite again.  It does no harm.
 *
 * Returns: %TRUE if GIMP took the parasite.
 */
gboolean
pisces_provenance_attach (GimpItem            *item,
                          const PiscesPicture *picture)
{
  g_autofree gchar *text = pisces_picture_to_text (picture);
  GimpParasite     *parasite;
  gboolean          attached;

  parasite = gimp_parasite_new (PISCES_PROVENANCE,
                                GIMP_PARASITE_PERSISTENT |
                                GIMP_PARASITE_UNDOABLE,
                                strlen (text) + 1, text);
  attached = gimp_item_attach_parasite (item, parasite);
  gimp_parasite_free (parasite);

  return attached;
}

/**
 * pisces_provenance_read:
 * @item:  a layer.
 * @error: set to a sentence where it does not say what it was made from.
 *
 * Returns: (transfer full) (nullable): the picture, without its image.
 */
PiscesPicture *
pisces_provenance_read (GimpItem  *item,
                        GError   **error)
{
  GimpParasite     *parasite = gimp_item_get_parasite (item, PISCES_PROVENANCE);
  g_autofree gchar *text     = NULL;

  if (! parasite)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("This layer does not say what it was drawn "
                             "from. Only a layer that was made with "
                             "Layer ▸ New from Prompt, and not merged with "
                             "others, can be drawn again."));
      return NULL;
    }

  text = provenance_get_text (parasite);
  gimp_parasite_free (parasite);

  return pisces_picture_from_text (text, error);
}

/**
 * pisces_provenance_attach_list:
 * @image:   an image.
 * @results: (element-type PiscesResult): what was made for it, newest first.
 *
 * No undo step is made and the image does not count as changed: a list of
 * tries is not a change of the picture.
 *
 * Returns: %TRUE if GIMP took it.
 */
gboolean
pisces_provenance_attach_list (GimpImage *image,
                               GPtrArray *results)
{
  g_autofree gchar *text = pisces_result_list_to_text (results);
  GimpParasite     *parasite;
  gboolean          attached;

  parasite = gimp_parasite_new (PISCES_RESULTS, GIMP_PARASITE_PERSISTENT,
                                strlen (text) + 1, text);
  attached = gimp_image_attach_parasite (image, parasite);
  gimp_parasite_free (parasite);

  return attached;
}

/**
 * pisces_provenance_read_list:
 * @image: an image.
 * @error: set where there is a list that cannot be read.
 *
 * Returns: (transfer full) (nullable) (element-type PiscesResult): results
 *   without images, newest first; empty where nothing was made for it.
 */
GPtrArray *
pisces_provenance_read_list (GimpImage  *image,
                             GError    **error)
{
  GimpParasite     *parasite = gimp_image_get_parasite (image, PISCES_RESULTS);
  g_autofree gchar *text     = NULL;

  if (! parasite)
    return g_ptr_array_new_with_free_func (g_object_unref);

  text = provenance_get_text (parasite);
  gimp_parasite_free (parasite);

  return pisces_result_list_from_text (text, error);
}


/*  private functions  */

/* Whoever attached it may have left out the last zero.  */
static gchar *
provenance_get_text (GimpParasite *parasite)
{
  guint32       length = 0;
  gconstpointer data   = gimp_parasite_get_data (parasite, &length);

  return g_strndup (data, length);
}
