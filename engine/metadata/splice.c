/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * splice.c: changes a few places of a file and keeps all other bytes.  The
 * same list of places is used for writing and for checking afterwards, so that
 * a comparison of bytes proves that nothing else has changed.  Knows nothing
 * of what is in the file.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include "engine/metadata/splice.h"

typedef struct
{
  guint64  offset;
  guint64  n_removed;
  GBytes  *bytes;
} SplicePlace;

/* Handles a run of bytes of the new file, which come from the old file or from
 * a place.  */
typedef gboolean (* SpliceFunc) (const guint8 *bytes,
                                 gsize         n_bytes,
                                 gpointer      user_data);

struct _PiscesSplice
{
  GArray *places;       /* sorted by their offsets */
};

typedef struct
{
  const guint8 *data;
  gsize         n_bytes;
} SpliceRest;

static gboolean splice_for_each_run (PiscesSplice *splice,
                                     GBytes       *file,
                                     SpliceFunc    use,
                                     gpointer      user_data);
static gboolean write_run           (const guint8 *bytes,
                                     gsize         n_bytes,
                                     gpointer      user_data);
static gboolean check_run           (const guint8 *bytes,
                                     gsize         n_bytes,
                                     gpointer      user_data);
static gboolean append_run          (const guint8 *bytes,
                                     gsize         n_bytes,
                                     gpointer      user_data);
static void     splice_place_clear  (SplicePlace  *place);


/*  public functions  */

PiscesSplice *
pisces_splice_new (void)
{
  PiscesSplice *splice = g_new0 (PiscesSplice, 1);

  splice->places = g_array_new (FALSE, FALSE, sizeof (SplicePlace));
  g_array_set_clear_func (splice->places, (GDestroyNotify) splice_place_clear);

  return splice;
}

void
pisces_splice_free (PiscesSplice *splice)
{
  if (splice == NULL)
    return;

  g_array_unref (splice->places);
  g_free (splice);
}

/**
 * pisces_splice_replace:
 * @splice: the places.
 * @offset: in the old file, in bytes.
 * @n_removed: how many bytes of the old file are removed there.
 * @bytes: (array length=n_bytes): the bytes that replace them.
 * @n_bytes: how many; 0 to remove only.
 *
 * Places may be added in any order, but must not overlap.
 */
void
pisces_splice_replace (PiscesSplice *splice,
                       guint64       offset,
                       guint64       n_removed,
                       const guint8 *bytes,
                       gsize         n_bytes)
{
  SplicePlace place = { offset, n_removed, g_bytes_new (bytes, n_bytes) };
  guint       i     = splice->places->len;

  while (i > 0 &&
         g_array_index (splice->places, SplicePlace, i - 1).offset > offset)
    i--;

  g_array_insert_val (splice->places, i, place);
}

/**
 * pisces_splice_write:
 * @splice: the places.
 * @file: the old file.
 * @copy: the path of the file to write, which exists and is empty.
 * @error: set if it could not be written.
 *
 * Returns: whether the whole new file was written.
 */
gboolean
pisces_splice_write (PiscesSplice  *splice,
                     GBytes        *file,
                     const gchar   *copy,
                     GError       **error)
{
  gint     descriptor = open (copy, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
  gboolean written    = FALSE;
  gint     reason     = errno;

  if (descriptor >= 0)
    {
      written = splice_for_each_run (splice, file, write_run, &descriptor);
      reason  = errno;
      if (close (descriptor) != 0 && written)
        {
          written = FALSE;
          reason  = errno;
        }
    }

  if (! written)
    g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (reason),
                         g_strerror (reason));

  return written;
}

/**
 * pisces_splice_apply:
 * @splice: the places.
 * @file: the old file.
 *
 * Returns: (transfer full): the whole new file, in memory.
 */
GBytes *
pisces_splice_apply (PiscesSplice *splice,
                     GBytes       *file)
{
  GByteArray *bytes = g_byte_array_new ();

  splice_for_each_run (splice, file, append_run, bytes);

  return g_byte_array_free_to_bytes (bytes);
}

/**
 * pisces_splice_check:
 * @splice: the places.
 * @file: the old file.
 * @copy: the path of the file that was written.
 *
 * Returns: whether @copy, read again, is the same as @file with these places
 *   changed.
 */
gboolean
pisces_splice_check (PiscesSplice *splice,
                     GBytes       *file,
                     const gchar  *copy)
{
  g_autofree gchar *bytes = NULL;
  gsize             n_bytes;
  SpliceRest        rest;

  if (! g_file_get_contents (copy, &bytes, &n_bytes, NULL))
    return FALSE;

  rest.data    = (const guint8 *) bytes;
  rest.n_bytes = n_bytes;

  return splice_for_each_run (splice, file, check_run, &rest) &&
         rest.n_bytes == 0;
}


/*  private functions  */

static gboolean
splice_for_each_run (PiscesSplice *splice,
                     GBytes       *file,
                     SpliceFunc    use,
                     gpointer      user_data)
{
  gsize         n_file;
  const guint8 *data = g_bytes_get_data (file, &n_file);
  guint64       at   = 0;

  for (guint i = 0; i < splice->places->len; i++)
    {
      const SplicePlace *place = &g_array_index (splice->places, SplicePlace, i);
      gsize              n_bytes;
      const guint8      *bytes = g_bytes_get_data (place->bytes, &n_bytes);

      g_return_val_if_fail (place->offset >= at && place->offset <= n_file &&
                            place->n_removed <= n_file - place->offset, FALSE);

      if (! use (data + at, place->offset - at, user_data) ||
          ! use (bytes, n_bytes, user_data))
        return FALSE;
      at = place->offset + place->n_removed;
    }

  return use (data + at, n_file - at, user_data);
}

static gboolean
write_run (const guint8 *bytes,
           gsize         n_bytes,
           gpointer      user_data)
{
  gint descriptor = *(gint *) user_data;

  while (n_bytes > 0)
    {
      gssize n = write (descriptor, bytes, n_bytes);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes   += n;
      n_bytes -= n;
    }

  return TRUE;
}

static gboolean
check_run (const guint8 *bytes,
           gsize         n_bytes,
           gpointer      user_data)
{
  SpliceRest *rest = user_data;

  if (n_bytes > rest->n_bytes ||
      (n_bytes && memcmp (bytes, rest->data, n_bytes) != 0))
    return FALSE;

  rest->data    += n_bytes;
  rest->n_bytes -= n_bytes;

  return TRUE;
}

static gboolean
append_run (const guint8 *bytes,
            gsize         n_bytes,
            gpointer      user_data)
{
  g_byte_array_append (user_data, bytes, n_bytes);

  return TRUE;
}

static void
splice_place_clear (SplicePlace *place)
{
  g_bytes_unref (place->bytes);
}
