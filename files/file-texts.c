/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-texts.c: the texts of picture files.  They go into the file's own metadata, and nothing else of it changes: the
 * new file takes the old one's place only after both have been read again
 * and every pixel is the same.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "files/file-texts.h"
#include "files/image-texts.h"
#include "files/metadata-lock.h"
#include "files/picture-file.h"
#include "files/replace-file.h"

typedef struct
{
  const gchar *language;
  const gchar *short_text;
  const gchar *long_text;
} NewTexts;

static GExiv2Metadata * open_metadata  (const gchar   *path,
                                        GError       **error);
static gboolean         change_texts   (const gchar   *original,
                                        const gchar   *copy,
                                        gpointer       data,
                                        GError       **error);
static gboolean         has_texts      (const gchar   *path,
                                        const NewTexts *texts);
static gboolean         save_copy      (const gchar   *original,
                                        const gchar   *copy,
                                        const NewTexts *texts,
                                        GError       **error);
static gboolean         looks_the_same (const gchar   *original,
                                        const gchar   *copy);


/*  public functions  */

/**
 * pisces_file_texts_read:
 * @path: of a picture file.
 * @language: (nullable): an RFC 3066 tag; %NULL: the default, or the first
 *   there is.
 * @error: set if the file cannot be read.
 *
 * May be called in any thread.
 *
 * Returns: (transfer full) (nullable): what its metadata says.
 */
PiscesFileTexts *
pisces_file_texts_read (const gchar  *path,
                        const gchar  *language,
                        GError      **error)
{
  PISCES_METADATA_LOCK ();
  g_autoptr (GExiv2Metadata)  metadata = open_metadata (path, error);
  PiscesFileTexts            *texts;

  if (! metadata)
    return NULL;

  texts = g_new0 (PiscesFileTexts, 1);
  pisces_image_texts_read (metadata, language,
                           &texts->short_text, &texts->long_text);
  texts->decorative = pisces_image_texts_get_decorative (metadata);

  return texts;
}

/**
 * pisces_file_texts_write:
 * @path: of a picture file.
 * @language: (nullable): an RFC 3066 tag; %NULL: the default.
 * @short_text: the new short text; an empty one removes what there is.
 * @long_text: the new long text, likewise.
 * @error: a sentence; the file is as it was then.
 *
 * Texts in other languages and all other metadata stay.  May be called in any
 * thread.
 *
 * Returns: whether the file has the texts now.
 */
gboolean
pisces_file_texts_write (const gchar  *path,
                         const gchar  *language,
                         const gchar  *short_text,
                         const gchar  *long_text,
                         GError      **error)
{
  NewTexts texts = { language, short_text, long_text };

  return pisces_replace_file (path, change_texts, &texts, error);
}

/**
 * pisces_file_texts_write_short:
 * @path: of a picture file.
 * @language: (nullable): an RFC 3066 tag; %NULL: the default.
 * @short_text: the new short text; an empty one removes what there is.
 * @error: a sentence; the file is as it was then.
 *
 * As pisces_file_texts_write(), but the long text stays as it is.
 *
 * Returns: whether the file has the text now.
 */
gboolean
pisces_file_texts_write_short (const gchar  *path,
                               const gchar  *language,
                               const gchar  *short_text,
                               GError      **error)
{
  g_autoptr (PiscesFileTexts) old = NULL;

  old = pisces_file_texts_read (path,
                                language ? language : PISCES_LANG_ALT_DEFAULT,
                                error);

  return old && pisces_file_texts_write (path, language, short_text,
                                         old->long_text, error);
}

/**
 * pisces_file_texts_has_any:
 *
 * Returns: whether somebody has said what the picture shows, or that it needs
 *   no text.
 */
gboolean
pisces_file_texts_has_any (const PiscesFileTexts *texts)
{
  return *texts->short_text || *texts->long_text || texts->decorative;
}

void
pisces_file_texts_free (PiscesFileTexts *texts)
{
  if (texts == NULL)
    return;

  g_free (texts->short_text);
  g_free (texts->long_text);
  g_free (texts);
}


/*  private functions  */

static GExiv2Metadata *
open_metadata (const gchar  *path,
               GError      **error)
{
  g_autoptr (GExiv2Metadata) metadata = NULL;
  g_autoptr (GError)         reason   = NULL;

  if (! g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("There is no file “%s” any more."), path);
      return NULL;
    }

  gexiv2_initialize ();
  metadata = gexiv2_metadata_new ();
  if (! gexiv2_metadata_open_path (metadata, path, &reason))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("The metadata of “%s” could not be read, so no text can be "
                     "kept in it: %s"), path, reason->message);
      return NULL;
    }

  return g_steal_pointer (&metadata);
}

static gboolean
change_texts (const gchar  *original,
              const gchar  *copy,
              gpointer      data,
              GError      **error)
{
  const NewTexts *texts = data;

  if (! save_copy (original, copy, texts, error))
    return FALSE;

  /* A disk that filled up on the way shows here, whatever the library said.  */
  if (! pisces_picture_file_check_size (original, error))
    return FALSE;
  if (! has_texts (copy, texts) || ! looks_the_same (original, copy))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("The texts could not be written into “%s” without damage, "
                     "so it was left as it was. The disk may be full, or the "
                     "file's format cannot hold texts."), original);
      return FALSE;
    }

  return TRUE;
}

static gboolean
save_copy (const gchar     *original,
           const gchar     *copy,
           const NewTexts  *texts,
           GError         **error)
{
  PISCES_METADATA_LOCK ();
  g_autoptr (GExiv2Metadata) metadata = open_metadata (original, error);
  g_autoptr (GError)         reason   = NULL;

  if (! metadata)
    return FALSE;

  if (! pisces_image_texts_write (metadata, texts->language, texts->short_text,
                                  texts->long_text, &reason) ||
      ! gexiv2_metadata_save_file (metadata, copy, &reason))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("The texts could not be written into “%s”, which is as it "
                     "was: %s"), original, reason->message);
      return FALSE;
    }

  return TRUE;
}

static gboolean
has_texts (const gchar    *path,
           const NewTexts *texts)
{
  g_autoptr (PiscesFileTexts) found = NULL;

  found = pisces_file_texts_read (path, texts->language ? texts->language :
                                        PISCES_LANG_ALT_DEFAULT, NULL);

  return found && ! strcmp (found->short_text, texts->short_text) &&
         ! strcmp (found->long_text, texts->long_text);
}

static gboolean
looks_the_same (const gchar *original,
                const gchar *copy)
{
  g_autoptr (PiscesImage) a = pisces_picture_file_load (original, NULL);
  g_autoptr (PiscesImage) b = pisces_picture_file_load (copy, NULL);

  return a && b && a->width == b->width && a->height == b->height &&
         ! memcmp (a->pixels, b->pixels, (gsize) a->width * a->height * 4);
}
