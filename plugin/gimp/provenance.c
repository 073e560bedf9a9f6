/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provenance.c: stores with a layer what it was made from, in a parasite that
 * is saved with the image (XCF): prompt, plan, seed, settings and the digest
 * of the model.  The same values, passed to `plug-in-pisces-generate`, draw
 * the same pixels again.  In the same way it stores with an image all that was
 * made for it, and as many of the pixels as are not too large.
 *
 * Images from strangers may contain such parasites too, so everything that is
 * read is checked.
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
 * @item: a layer in an image.
 * @picture: the picture that was drawn in it.
 *
 * It is undone together with the pixels.  GIMP 3.0 then prints a warning about
 * an undo group that was ended without having been started, because its
 * gimp_item_parasite_attach() does that when an undo or a redo attaches the
 * parasite again.  The warning is harmless.
 *
 * If the user keeps prompts out of files, no new words are stored with a
 * layer, and those of the picture that was there before are removed.
 *
 * Returns: %TRUE if the parasite was stored, or there was none to store.
 */
gboolean
pisces_provenance_attach (GimpItem            *item,
                          const PiscesPicture *picture)
{
  g_autoptr (GimpItem)  held = g_object_ref (item);
  g_autofree gchar     *text = NULL;

  if (pisces_settings_keep_prompts_out () &&
      ! provenance_has_words (item, picture))
    return gimp_item_detach_parasite (item, PISCES_PROVENANCE);

  text = pisces_picture_to_text (picture);

  return pisces_provenance_attach_text (item, PISCES_PROVENANCE, text);
}

/**
 * pisces_provenance_attach_text:
 * @item: a layer.
 * @name: the name of the parasite.
 * @text: what the layer remembers, with an undo step.
 *
 * Returns: %TRUE if it was stored.
 */
gboolean
pisces_provenance_attach_text (GimpItem    *item,
                               const gchar *name,
                               const gchar *text)
{
  GimpParasite *parasite = gimp_parasite_new (name,
                                              GIMP_PARASITE_PERSISTENT |
                                              GIMP_PARASITE_UNDOABLE,
                                              strlen (text) + 1, text);
  gboolean      attached = gimp_item_attach_parasite (item, parasite);

  gimp_parasite_free (parasite);

  return attached;
}

/**
 * pisces_provenance_read:
 * @item: a layer.
 * @error: set to a sentence if it does not say what it was made from.
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
 * @text: (nullable): from pisces_result_list_to_text(); %NULL: no list.
 *
 * There is no undo step, and the image does not count as changed, because a
 * list of attempts is not a change of the image.
 *
 * Returns: %TRUE if it was stored.
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
 * @error: set if there is a list that cannot be read.
 *
 * Returns: (transfer full) (nullable): results without their images; empty if
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
 *   results whose pixels are stored in @image.  The pixels have not been
 *   checked.
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
 * @image: an image.
 * @digest: the digest of a result.
 * @png: its PNG file.
 *
 * As with the list, @image does not count as changed.
 *
 * Returns: %TRUE if they were stored.
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
 * @image: an image.
 * @digest: the digest of a result.
 *
 * Returns: (transfer full) (nullable): the bytes that are stored for it, which
 *   may be up to the 256 MiB that GIMP reads of a parasite.
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

/* Returns whether the words of @picture are already in the file.  */
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

/* A stranger's parasite may lack the zero at its end.  */
static gchar *
provenance_get_text (GimpParasite *parasite)
{
  guint32       length = 0;
  gconstpointer data   = gimp_parasite_get_data (parasite, &length);

  return g_strndup (data, length);
}
