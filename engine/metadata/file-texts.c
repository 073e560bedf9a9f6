/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-texts.c: reads and writes the texts of picture files.  They go into the
 * file's own metadata, and no other byte changes: the new file replaces the
 * old one only after it has been read again and compared.
 *
 * Longer than 500 lines, as reading, refusing and writing must agree on which
 * files are allowed.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/exif.h"
#include "engine/metadata/file-texts.h"
#include "engine/metadata/file-version.h"
#include "engine/metadata/keywords.h"
#include "engine/metadata/picture-container.h"
#include "engine/metadata/raw-file.h"
#include "engine/metadata/xmp-packet.h"
#include "engine/pisces.h"

/* The largest file; it and its copy are in memory at the same time.  */
#define FILE_MAX ((goffset) 2 * 1024 * 1024 * 1024)

/* Enough bytes to recognise the format of a file.  */
#define HEAD 64

static GBytes                * read_file     (const gchar                 *path,
                                              goffset                      n_wanted,
                                              GError                     **error);
static PiscesContainerBlocks * read_blocks   (const gchar                 *path,
                                              GBytes                      *file,
                                              GError                     **error);
static PiscesXmp             * read_xmp      (const gchar                 *path,
                                              const PiscesContainerBlocks *blocks,
                                              GError                     **error);
static void                    add_other_fields
                                             (PiscesTextFields            *fields,
                                              const PiscesContainerBlocks *blocks);
static gboolean                has_caption   (const PiscesContainerBlocks *blocks);
static gchar                 * get_other_language
                                             (const PiscesTextFields      *fields);
static gboolean                has_more_of_ours
                                             (const PiscesContainerBlocks *blocks,
                                              gboolean                     keywords);
static gboolean                check_kind    (const gchar                 *path,
                                              PiscesContainerKind          kind,
                                              GError                     **error);
static gboolean                check_obstacle
                                             (const gchar                 *path,
                                              PiscesContainerObstacle      obstacle,
                                              GError                     **error);
static gboolean                change_texts  (const gchar                 *original,
                                              const gchar                 *copy,
                                              gpointer                     data,
                                              GError                     **error);
static GBytes                * make_packet   (const gchar                 *path,
                                              const PiscesContainerBlocks *blocks,
                                              const PiscesNewTexts              *texts,
                                              GError                     **error);
static gboolean                has_texts     (const gchar                 *path,
                                              const PiscesNewTexts              *texts);


/*  public functions  */

/**
 * pisces_file_texts_check:
 * @path: a picture file.
 * @error: set to a sentence.
 *
 * Only reads the first bytes of the file, so that the user can be told before
 * a model has worked for nothing.
 *
 * Returns: whether its format can contain texts.
 */
gboolean
pisces_file_texts_check (const gchar  *path,
                         GError      **error)
{
  g_autoptr (GBytes)  head = read_file (path, HEAD, error);
  gsize               n_bytes;
  const guint8       *bytes;

  if (! head)
    return FALSE;

  bytes = g_bytes_get_data (head, &n_bytes);

  /* Many formats are not known here.  */
  return (! pisces_raw_file_has_name (path) ||
          check_obstacle (path, PISCES_OBSTACLE_RAW, error)) &&
         check_kind (path, pisces_container_get_kind (bytes, n_bytes), error);
}

/**
 * pisces_file_texts_read:
 * @path: a picture file.
 * @language: (nullable): a language tag; %NULL: the default language, or else
 *   the first in the file.
 * @error: set to a sentence if the file cannot be read or its format cannot
 *   contain texts.
 *
 * May be called in any thread.
 *
 * Returns: (transfer full) (nullable): the texts in its metadata.
 */
PiscesFileTexts *
pisces_file_texts_read (const gchar  *path,
                        const gchar  *language,
                        GError      **error)
{
  g_autofree gchar             *version = pisces_file_version_new (path, error);
  g_autoptr (PiscesTextFields)  fields  = NULL;
  PiscesFileTexts              *texts;

  if (version)
    fields = pisces_file_texts_read_fields (path, error);
  if (! fields)
    return NULL;

  texts             = g_new0 (PiscesFileTexts, 1);
  texts->short_text = g_strdup (pisces_text_fields_get (fields,
                                                        PISCES_FIELD_SHORT,
                                                        language));
  texts->long_text  = g_strdup (pisces_text_fields_get (fields,
                                                        PISCES_FIELD_LONG,
                                                        language));
  texts->decorative = fields->decorative;
  texts->keywords   = g_strdupv ((gchar **) pisces_text_fields_get_keywords (fields));
  texts->version    = g_steal_pointer (&version);
  if (! language)
    texts->other_language = get_other_language (fields);

  return texts;
}

/**
 * pisces_file_texts_read_fields:
 * @path: a picture file.
 * @error: as for pisces_file_texts_read().
 *
 * May be called in any thread.
 *
 * Returns: (transfer full) (nullable): the texts in all languages.
 */
PiscesTextFields *
pisces_file_texts_read_fields (const gchar  *path,
                               GError      **error)
{
  g_autoptr (GBytes)                file   = read_file (path, FILE_MAX, error);
  g_autoptr (PiscesContainerBlocks) blocks = NULL;
  g_autoptr (PiscesXmp)             xmp    = NULL;
  PiscesTextFields                 *fields;

  if (! file)
    return NULL;

  blocks = read_blocks (path, file, error);
  xmp    = blocks ? read_xmp (path, blocks, error) : NULL;
  if (! xmp)
    return NULL;

  fields = pisces_xmp_get_fields (xmp);
  add_other_fields (fields, blocks);

  return fields;
}

/**
 * pisces_file_texts_write:
 * @path: a picture file.
 * @version: (nullable): the version that was read before, from
 *   pisces_file_texts_read(); if the file is another one now, it is left
 *   alone.
 * @flags: see pisces_replace_file().
 * @texts: what to write.
 * @error: set to a sentence; the file is then unchanged.
 *
 * Texts in other languages, keywords and all other metadata stay.  May be called
 * in any thread.
 *
 * Returns: whether the file has the texts now.
 */
gboolean
pisces_file_texts_write (const gchar           *path,
                         const gchar           *version,
                         PiscesReplaceFlags     flags,
                         const PiscesNewTexts  *texts,
                         GError               **error)
{
  PiscesNewTexts copy = *texts;

  return pisces_replace_file (path, version, flags, change_texts, &copy, error);
}

/**
 * pisces_file_texts_has_any:
 *
 * Returns: whether the file has a text, or says that the picture needs none.
 */
gboolean
pisces_file_texts_has_any (const PiscesFileTexts *texts)
{
  return *texts->short_text || *texts->long_text || texts->decorative;
}

/**
 * pisces_file_texts_tell:
 * @texts: texts for which pisces_file_texts_has_any() is %TRUE.
 * @path: the picture file.
 *
 * Returns: (transfer full): a sentence that says why the file was left alone.
 */
gchar *
pisces_file_texts_tell (const PiscesFileTexts *texts,
                        const gchar           *path)
{
  if (! *texts->short_text && ! *texts->long_text)
    return g_strdup_printf (_("“%s” is marked as decoration, which needs no text, "
                              "and was left alone."), path);

  if (texts->other_language)
    return g_strdup_printf (_("“%s” has a text already, in another language (%s), "
                              "and was left alone."), path, texts->other_language);

  return g_strdup_printf (_("“%s” has a text already and was left alone."), path);
}

void
pisces_file_texts_free (PiscesFileTexts *texts)
{
  if (texts == NULL)
    return;

  g_free (texts->short_text);
  g_free (texts->long_text);
  g_free (texts->other_language);
  g_strfreev (texts->keywords);
  g_free (texts->version);
  g_free (texts);
}


/*  private functions: to read  */

/* Reads the file into memory instead of mapping it, because another program
 * may shorten the file, and a process that reads such a mapping is killed.
 */
static GBytes *
read_file (const gchar  *path,
           goffset       n_wanted,
           GError      **error)
{
  g_autofree guint8 *bytes = NULL;
  gint               file  = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat        facts;
  gsize              at    = 0;
  gssize             n     = 1;

  if (file < 0 || fstat (file, &facts) != 0)
    {
      gint reason = errno;

      if (file >= 0)
        close (file);
      if (reason == ENOENT)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _("There is no file “%s”. It may have been renamed or moved."), path);
      else
        g_set_error (error, G_IO_ERROR, g_io_error_from_errno (reason),
                     _("The file “%s” could not be opened: %s"), path,
                     g_strerror (reason));
      return NULL;
    }

  if (S_ISREG (facts.st_mode) && (n_wanted < FILE_MAX || facts.st_size <= n_wanted))
    bytes = g_try_malloc (MIN (facts.st_size, n_wanted) + 1);

  while (bytes && n > 0 && at < (gsize) MIN (facts.st_size, n_wanted))
    {
      n = read (file, bytes + at, MIN (facts.st_size, n_wanted) - at);
      if (n < 0 && errno == EINTR)
        n = 1;
      else if (n > 0)
        at += n;
    }
  close (file);

  if (! S_ISREG (facts.st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                 _("“%s” is not an ordinary file, but a folder, a pipe or a device, "
                   "so no text can be kept in it."), path);
  else if (! bytes)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                 _("The file “%s” is too large to keep texts in it here."),
                 path);
  else if (n < 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 _("The file “%s” could not be read."), path);
  else
    return g_bytes_new_take (g_steal_pointer (&bytes), at);

  return NULL;
}

static PiscesContainerBlocks *
read_blocks (const gchar  *path,
             GBytes       *file,
             GError      **error)
{
  gsize                  n_bytes;
  const guint8          *bytes  = g_bytes_get_data (file, &n_bytes);
  PiscesContainerBlocks *blocks;

  if (! check_kind (path, pisces_container_get_kind (bytes, n_bytes), error))
    return NULL;

  blocks = pisces_container_read (file);
  if (! blocks)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                 _("The file “%s” is damaged or cut short, so no text can be "
                   "kept in it."), path);

  return blocks;
}

static PiscesXmp *
read_xmp (const gchar                  *path,
          const PiscesContainerBlocks  *blocks,
          GError                      **error)
{
  g_autoptr (GError)  reason = NULL;
  PiscesXmp          *xmp    = pisces_xmp_new (blocks->xmp, &reason);

  if (! xmp)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                 _("The metadata of “%s” could not be read, so no text can be "
                   "kept in it: %s"), path, reason->message);

  return xmp;
}

/* Adds what the file says outside its XMP.  */
static void
add_other_fields (PiscesTextFields            *fields,
                  const PiscesContainerBlocks *blocks)
{
  fields->has_caption = has_caption (blocks);
  if (blocks->iptc)
    {
      gsize         n_bytes;
      const guint8 *bytes = g_bytes_get_data (blocks->iptc, &n_bytes);

      g_strfreev (fields->iptc_keywords);
      fields->iptc_keywords = pisces_iptc_get_keywords (bytes, n_bytes);
    }
}

static gboolean
has_caption (const PiscesContainerBlocks *blocks)
{
  gsize         n_bytes;
  const guint8 *bytes;

  if (blocks->exif)
    {
      bytes = g_bytes_get_data (blocks->exif, &n_bytes);
      if (pisces_exif_has_description (bytes, n_bytes))
        return TRUE;
    }
  if (blocks->iptc)
    {
      bytes = g_bytes_get_data (blocks->iptc, &n_bytes);
      if (pisces_iptc_has_caption (bytes, n_bytes))
        return TRUE;
    }

  return blocks->has_text;
}

/* Returns the first language with a text, if there is no text for everyone.  */
static gchar *
get_other_language (const PiscesTextFields *fields)
{
  g_auto (GStrv) languages = pisces_text_fields_list_languages (fields);

  if (g_strv_contains ((const gchar * const *) languages, PISCES_LANGUAGE_DEFAULT))
    return NULL;

  return g_strdup (languages[0]);
}

/* The second part of a packet in a JPEG is never changed, so it must not
 * contain any of our fields.
 */
static gboolean
has_more_of_ours (const PiscesContainerBlocks *blocks,
                  gboolean                     keywords)
{
  g_autoptr (PiscesXmp)        xmp    = NULL;
  g_autoptr (PiscesTextFields) fields = NULL;

  if (! blocks->more_xmp)
    return FALSE;

  xmp = pisces_xmp_new (blocks->more_xmp, NULL);
  if (! xmp)
    return TRUE;

  fields = pisces_xmp_get_fields (xmp);
  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    if (fields->texts[i]->len > 0)
      return TRUE;

  return fields->decorative || (keywords && *fields->keywords);
}


/*  private functions: to refuse  */

static gboolean
check_kind (const gchar          *path,
            PiscesContainerKind   kind,
            GError              **error)
{
  if (kind != PISCES_CONTAINER_OTHER)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("No text can be kept in “%s”: only JPEG, PNG, WebP and TIFF "
                 "files have a place for one that is understood here. Save the "
                 "picture as one of these."), path);

  return FALSE;
}

static gboolean
check_obstacle (const gchar              *path,
                PiscesContainerObstacle   obstacle,
                GError                  **error)
{
  const gchar *format = NULL;

  switch (obstacle)
    {
    case PISCES_OBSTACLE_NONE:
      return TRUE;

    case PISCES_OBSTACLE_TWO_PACKETS:
      format = _("“%s” holds its metadata twice, and programs differ in which "
                 "of them they read, so nothing was saved in it. Save the "
                 "picture again in the program that it comes from.");
      break;

    case PISCES_OBSTACLE_SIGNED:
      format = _("“%s” is signed (Content Credentials), and any change would "
                 "break the signature, so nothing was saved in it. Save a "
                 "copy without the signature and describe that.");
      break;

    case PISCES_OBSTACLE_OFFSETS:
      format = _("“%s” has data at its end (AFCP) that a longer file would "
                 "put out of place, so nothing was saved in it.");
      break;

    case PISCES_OBSTACLE_RAW:
      format = _("“%s” is a camera's raw picture, which is never changed. Save "
                 "the developed picture as JPEG, PNG, WebP or TIFF and "
                 "describe that.");
      break;
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST, format, path);
#pragma GCC diagnostic pop

  return FALSE;
}


/*  private functions: to write  */

static gboolean
change_texts (const gchar  *original,
              const gchar  *copy,
              gpointer      data,
              GError      **error)
{
  const PiscesNewTexts                   *texts  = data;
  g_autoptr (GBytes)                file   = read_file (original, FILE_MAX, error);
  g_autoptr (PiscesContainerBlocks) blocks = NULL;
  g_autoptr (GBytes)                packet = NULL;
  g_autoptr (PiscesSplice)          splice = NULL;
  g_autoptr (GError)                reason = NULL;

  if (! file)
    return FALSE;

  blocks = read_blocks (original, file, error);
  if (! blocks)
    return FALSE;
  if (pisces_raw_file_has_name (original))
    blocks->obstacle = PISCES_OBSTACLE_RAW;
  else if (has_more_of_ours (blocks, texts->keywords || texts->removed_keywords))
    blocks->obstacle = PISCES_OBSTACLE_TWO_PACKETS;
  if (! check_obstacle (original, blocks->obstacle, error))
    return FALSE;

  packet = make_packet (original, blocks, texts, error);
  if (! packet)
    return FALSE;

  if (g_bytes_get_size (packet) <= pisces_container_get_xmp_max (blocks->kind))
    splice = pisces_container_put_xmp (file, packet);
  if (! splice)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("There is no room for this text in the metadata of “%s”, "
                     "so it was left as it was. Make the text shorter, or save "
                     "the picture again in another program."), original);
      return FALSE;
    }

  if (! pisces_splice_write (splice, file, copy, &reason))
    {
      g_set_error (error, G_IO_ERROR, reason->code,
                   _("The new “%s” could not be written, and the file is as it "
                     "was: %s"), original, reason->message);
      return FALSE;
    }

  if (! pisces_splice_check (splice, file, copy) || ! has_texts (copy, texts))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("The texts could not be written into “%s” without damage, "
                     "so it was left as it was. The disk may be full."),
                   original);
      return FALSE;
    }

  return TRUE;
}

static GBytes *
make_packet (const gchar                  *path,
             const PiscesContainerBlocks  *blocks,
             const PiscesNewTexts               *texts,
             GError                      **error)
{
  static const gchar * const   none[]   = { NULL };
  const gchar                 *language = texts->language ? texts->language
                                                          : PISCES_LANGUAGE_DEFAULT;
  g_autoptr (PiscesXmp)        xmp      = read_xmp (path, blocks, error);
  g_autoptr (PiscesTextFields) fields   = NULL;
  g_autoptr (GError)           reason   = NULL;

  if (! xmp)
    return NULL;

  fields = pisces_xmp_get_fields (xmp);
  add_other_fields (fields, blocks);
  if (texts->short_text || texts->long_text)
    {
      g_autofree gchar *short_text = NULL;
      g_autofree gchar *long_text  = NULL;

      short_text = g_strdup (pisces_text_fields_get (fields, PISCES_FIELD_SHORT, language));
      long_text  = g_strdup (pisces_text_fields_get (fields, PISCES_FIELD_LONG, language));
      pisces_text_fields_write (fields, texts->language,
                                texts->short_text ? texts->short_text : short_text,
                                texts->long_text  ? texts->long_text  : long_text);
    }
  pisces_text_fields_change_keywords (fields, texts->keywords ? texts->keywords : none,
                                      texts->removed_keywords ? texts->removed_keywords : none);

  if (! pisces_xmp_set_fields (xmp, fields, &reason))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("The texts could not be written into “%s”, which is as it "
                     "was: %s"), path, reason->message);
      return NULL;
    }

  return pisces_xmp_to_packet (xmp, blocks->xmp ? g_bytes_get_size (blocks->xmp) : 0);
}

static gboolean
has_texts (const gchar    *path,
           const PiscesNewTexts *texts)
{
  g_autoptr (PiscesFileTexts) found = NULL;

  found = pisces_file_texts_read (path, texts->language ? texts->language :
                                        PISCES_LANGUAGE_DEFAULT, NULL);

  for (guint i = 0; found && texts->keywords && texts->keywords[i]; i++)
    if (! pisces_keywords_contain ((const gchar * const *) found->keywords, texts->keywords[i]))
      return FALSE;
  for (guint i = 0; found && texts->removed_keywords && texts->removed_keywords[i]; i++)
    if (pisces_keywords_contain ((const gchar * const *) found->keywords,
                                 texts->removed_keywords[i]))
      return FALSE;

  return found && (! texts->short_text || ! strcmp (found->short_text, texts->short_text)) &&
         (! texts->long_text || ! strcmp (found->long_text, texts->long_text));
}
