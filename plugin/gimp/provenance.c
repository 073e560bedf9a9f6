/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provenance.c: a layer remembers what it was made from, in a parasite that
 * is saved with the image (XCF): prompt, plan, seed, settings and the digest
 * of the model.  The same values, given to `plug-in-pisces-generate`, draw the
 * same pixels again.  In the same way an image remembers all that was made
 * for it, and carries the pixels of as much of it as is not too large.
 *
 * Such parasites come with images of strangers too, so nothing is believed.
 */

#include <string.h>

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-json.h"

#include "plugin/gimp/provenance.h"
#include "plugin/gimp/settings.h"

static gboolean provenance_has_words (GimpItem             *item,
                                      const PiscesPicture  *picture);
static gchar  * provenance_get_text  (GimpParasite         *parasite);
static void     provenance_set_too_long
                                     (gsize                 length,
                                      GError              **error);


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
 * Where the user keeps prompts out of files, a layer gets no words that it does
 * not have already; those of what was there before go.
 *
 * Returns: %TRUE if GIMP took the parasite, or there was none to take.
 */
gboolean
pisces_provenance_attach (GimpItem            *item,
                          const PiscesPicture *picture)
{
  g_autoptr (GimpItem)  held = g_object_ref (item);
  g_autofree gchar     *text = NULL;
  GimpParasite         *parasite;
  gboolean              attached;

  if (pisces_settings_keep_prompts_out () &&
      ! provenance_has_words (item, picture))
    return gimp_item_detach_parasite (item, PISCES_PROVENANCE);

  text     = pisces_picture_to_text (picture);
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
  guint32           length   = 0;

  if (! parasite)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("This layer does not say what it was drawn "
                             "from. Only a layer that was made with "
                             "Layer ▸ New from Prompt, and not merged with "
                             "others, can be drawn again, and only if "
                             "prompts were not kept out of the file."));
      return NULL;
    }

  gimp_parasite_get_data (parasite, &length);
  if (length <= PISCES_PICTURE_JSON_BYTES_MAX)
    text = provenance_get_text (parasite);
  gimp_parasite_free (parasite);

  if (text)
    return pisces_picture_from_text (text, error);

  provenance_set_too_long (length, error);
  return NULL;
}

/**
 * pisces_provenance_attach_list:
 * @image: an image.
 * @text:  (nullable): from pisces_result_list_to_text(); %NULL: no list.
 *
 * No undo step is made and the image does not count as changed: a list of
 * tries is not a change of the picture.
 *
 * Returns: %TRUE if GIMP took it.
 */
gboolean
pisces_provenance_attach_list (GimpImage   *image,
                               const gchar *text)
{
  GimpParasite *parasite;
  gboolean      attached;

  if (! text)
    return gimp_image_detach_parasite (image, PISCES_RESULTS);

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
 * Returns: (transfer full) (nullable): results without images; empty where
 *   nothing was made for it.
 */
PiscesResultList *
pisces_provenance_read_list (GimpImage  *image,
                             GError    **error)
{
  GimpParasite     *parasite = gimp_image_get_parasite (image, PISCES_RESULTS);
  PiscesResultList *list;
  gconstpointer     data;
  guint32           length   = 0;

  if (! parasite)
    return pisces_result_list_new ();

  data = gimp_parasite_get_data (parasite, &length);
  list = pisces_result_list_from_text (data, length, error);
  gimp_parasite_free (parasite);

  return list;
}

/**
 * pisces_provenance_list_pixels:
 * @image: an image.
 *
 * Returns: (transfer full) (element-type utf8): a set of the digests of the
 *   results whose pixels @image carries, or says that it does.
 */
GHashTable *
pisces_provenance_list_pixels (GimpImage *image)
{
  GHashTable    *digests = g_hash_table_new_full (g_str_hash, g_str_equal,
                                                  g_free, NULL);
  g_auto (GStrv) names   = gimp_image_get_parasite_list (image);

  for (guint i = 0; names && names[i]; i++)
    if (g_str_has_prefix (names[i], PISCES_PIXELS))
      g_hash_table_add (digests, g_strdup (names[i] + strlen (PISCES_PIXELS)));

  return digests;
}

/**
 * pisces_provenance_attach_pixels:
 * @image:  an image.
 * @digest: of a result.
 * @png:    its file.
 *
 * Like the list, this is no change of @image.
 *
 * Returns: %TRUE if GIMP took them.
 */
gboolean
pisces_provenance_attach_pixels (GimpImage   *image,
                                 const gchar *digest,
                                 GBytes      *png)
{
  g_autofree gchar *name   = g_strconcat (PISCES_PIXELS, digest, NULL);
  gsize             length = 0;
  gconstpointer     data   = g_bytes_get_data (png, &length);
  GimpParasite     *parasite;
  gboolean          attached;

  parasite = gimp_parasite_new (name, GIMP_PARASITE_PERSISTENT, length, data);
  attached = gimp_image_attach_parasite (image, parasite);
  gimp_parasite_free (parasite);

  return attached;
}

/**
 * pisces_provenance_read_pixels:
 * @image:  an image.
 * @digest: of a result.
 *
 * Returns: (transfer full) (nullable): what @image carries for it, of any
 *   length, up to the 256 MiB that GIMP reads of a parasite.
 */
GBytes *
pisces_provenance_read_pixels (GimpImage   *image,
                               const gchar *digest)
{
  g_autofree gchar *name     = g_strconcat (PISCES_PIXELS, digest, NULL);
  GimpParasite     *parasite = gimp_image_get_parasite (image, name);
  gconstpointer     data;
  guint32           length   = 0;
  GBytes           *png;

  if (! parasite)
    return NULL;

  data = gimp_parasite_get_data (parasite, &length);
  png  = g_bytes_new (data, length);
  gimp_parasite_free (parasite);

  return png;
}

void
pisces_provenance_detach_pixels (GimpImage   *image,
                                 const gchar *digest)
{
  g_autofree gchar *name = g_strconcat (PISCES_PIXELS, digest, NULL);

  gimp_image_detach_parasite (image, name);
}


/*  private functions  */

/* Whether those of @picture are in the file already.  */
static gboolean
provenance_has_words (GimpItem            *item,
                      const PiscesPicture *picture)
{
  g_autoptr (PiscesPicture) present = pisces_provenance_read (item, NULL);

  return present &&
         g_strcmp0 (present->prompt, picture->prompt) == 0 &&
         g_strcmp0 (present->negative_prompt, picture->negative_prompt) == 0 &&
         g_strcmp0 (present->plan, picture->plan) == 0;
}

static void
provenance_set_too_long (gsize    length,
                         GError **error)
{
  g_autofree gchar *size = g_format_size (length);
  g_autofree gchar *most = g_format_size (PISCES_PICTURE_JSON_BYTES_MAX);

  /* Translators: two sizes such as "20 MB".  */
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("What this layer was drawn from cannot be read: it has %s, "
                 "and at most %s are read."), size, most);
}

/* Whoever attached it may have left out the last zero.  */
static gchar *
provenance_get_text (GimpParasite *parasite)
{
  guint32       length = 0;
  gconstpointer data   = gimp_parasite_get_data (parasite, &length);

  return g_strndup (data, length);
}
