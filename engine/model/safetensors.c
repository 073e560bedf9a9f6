/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * safetensors.c: opens one safetensors file, lets its header be checked, and
 * reads its tensors.  Format: 8 bytes for the header's length (little endian),
 * a JSON object, the data.  Knows nothing of shards and of what the tensors
 * mean.
 *
 * The file stays open, and what is read from it is checked, because another
 * program may shorten it or write into it in the meantime.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/plain-file.h"
#include "engine/model/safetensors.h"

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "safetensors are little endian; big endian machines need a byte swap here"
#endif

#define MAX_HEADER_BYTES  (100 * 1000 * 1000)   /* as in the reference */
#define N_DIGEST_BLOCKS   64
#define DIGEST_BLOCK      4096

struct _PiscesSafetensors
{
  gchar           *path;
  PiscesPlainFile *file;
  guint64          n_bytes;
  guint64          n_header_bytes;   /* without the 8 bytes of the length */
  GArray          *entries;          /* PiscesSafetensorsEntry, sorted by
                                      * name */
};


static gboolean   digest_range  (const PiscesSafetensors
                                                    *file,
                                 guint64             offset,
                                 guint64             n_bytes,
                                 GChecksum          *checksum,
                                 GError            **error);
static gboolean   check_kind    (PiscesSafetensors  *file,
                                 GError            **error);
static gboolean   read_length   (PiscesSafetensors  *file,
                                 GError            **error);
static gboolean   read_header   (PiscesSafetensors  *file,
                                 GError            **error);
static gboolean   list_entries  (PiscesSafetensors  *file,
                                 GError            **error);
static gint       compare_names (gconstpointer       a,
                                 gconstpointer       b);
static void       clear_entry   (gpointer            data);


/**
 * pisces_safetensors_open:
 * @path: a safetensors file.
 *
 * Returns: (transfer full) (nullable): the file, or %NULL with
 *   %PISCES_ERROR_MODEL_NOT_FOUND, %PISCES_ERROR_MODEL_INVALID or
 *   %PISCES_ERROR_OUT_OF_MEMORY.
 */
PiscesSafetensors *
pisces_safetensors_open (const gchar  *path,
                         GError      **error)
{
  g_autoptr (PiscesSafetensors) file = g_new0 (PiscesSafetensors, 1);

  file->path    = g_strdup (path);
  file->entries = g_array_new (FALSE, TRUE, sizeof (PiscesSafetensorsEntry));
  g_array_set_clear_func (file->entries, clear_entry);

  file->file = pisces_plain_file_open (path, error);
  if (! file->file)
    return NULL;
  file->n_bytes = pisces_plain_file_n_bytes (file->file);

  if (! check_kind (file, error)  ||
      ! read_length (file, error) ||
      ! read_header (file, error) ||
      ! list_entries (file, error))
    return NULL;

  return g_steal_pointer (&file);
}

void
pisces_safetensors_free (PiscesSafetensors *file)
{
  if (! file)
    return;

  g_array_unref (file->entries);
  pisces_plain_file_close (file->file);
  g_free (file->path);
  g_free (file);
}

/**
 * pisces_safetensors_get_entries:
 *
 * Returns: (array length=n_entries) (transfer none): all tensors, sorted by
 *   name.
 */
const PiscesSafetensorsEntry *
pisces_safetensors_get_entries (const PiscesSafetensors *file,
                                guint                   *n_entries)
{
  *n_entries = file->entries->len;

  return (const PiscesSafetensorsEntry *) (gpointer) file->entries->data;
}

const PiscesSafetensorsEntry *
pisces_safetensors_find (const PiscesSafetensors *file,
                         const gchar             *name)
{
  const PiscesSafetensorsEntry key = { .name = (gchar *) name };
  guint                        i;

  /* A hash table is not used: a hostile file may have a million names with the
   * same hash, which would take hours.  */
  if (! g_array_binary_search (file->entries, &key, compare_names, &i))
    return NULL;

  return &g_array_index (file->entries, PiscesSafetensorsEntry, i);
}

const gchar *
pisces_safetensors_get_path (const PiscesSafetensors *file)
{
  return file->path;
}

/**
 * pisces_safetensors_read:
 * @first: the first byte to read, counted from the beginning of the entry.
 * @data: (out caller-allocates): room for @n_bytes.
 *
 * Returns: whether they could be read.
 */
gboolean
pisces_safetensors_read (const PiscesSafetensors       *file,
                         const PiscesSafetensorsEntry  *entry,
                         guint64                        first,
                         gpointer                       data,
                         gsize                          n_bytes,
                         GError                       **error)
{
  g_return_val_if_fail (first <= entry->end - entry->begin &&
                        n_bytes <= entry->end - entry->begin - first, FALSE);

  return pisces_plain_file_read (file->file,
                                 8 + file->n_header_bytes + entry->begin + first,
                                 data, n_bytes, error);
}

/**
 * pisces_safetensors_map:
 *
 * Returns: (transfer none) (nullable): the entry's bytes in the mapped file,
 *   with the alignment of their type, valid until @file is freed; or %NULL if
 *   they have to be read.  Call pisces_safetensors_check() after using them to
 *   find out whether they were valid.
 */
const guint8 *
pisces_safetensors_map (const PiscesSafetensors      *file,
                        const PiscesSafetensorsEntry *entry)
{
  const guint8 *bytes = pisces_plain_file_map (file->file);
  const guint64 at    = 8 + file->n_header_bytes + entry->begin;

  if (! bytes || entry->begin == entry->end ||
      at % MAX (pisces_dtype_size (entry->tensor.dtype), 1) != 0)
    return NULL;

  return bytes + at;
}

/**
 * pisces_safetensors_check:
 *
 * Returns: whether the file is the same as when it was opened, and all bytes
 *   that were read from its map were those of the file.
 */
gboolean
pisces_safetensors_check (const PiscesSafetensors  *file,
                          GError                  **error)
{
  return pisces_plain_file_check (file->file, error);
}

/**
 * pisces_safetensors_digest_update:
 *
 * Adds the file's size, its header and 64 evenly spaced blocks of 4 KiB of its
 * data (or all data if they are smaller) to @checksum.  So only 256 KiB are
 * read instead of 16 GB, and if the model is trained or quantised again, the
 * digest still changes.
 *
 * Returns: whether everything could be read.
 */
gboolean
pisces_safetensors_digest_update (const PiscesSafetensors  *file,
                                  GChecksum                *checksum,
                                  GError                  **error)
{
  guint64  size    = GUINT64_TO_LE (file->n_bytes);
  guint64  n_head  = 8 + file->n_header_bytes;
  guint64  n_data  = file->n_bytes - n_head;
  gboolean sampled = n_data > N_DIGEST_BLOCKS * DIGEST_BLOCK;
  guint64  span    = n_data - DIGEST_BLOCK;
  gint     i;

  g_checksum_update (checksum, (const guchar *) &size, sizeof (size));
  if (! digest_range (file, 0, sampled ? n_head : file->n_bytes, checksum, error))
    return FALSE;

  for (i = 0; sampled && i < N_DIGEST_BLOCKS; i++)
    if (! digest_range (file, n_head + span / (N_DIGEST_BLOCKS - 1) * i, DIGEST_BLOCK,
                        checksum, error))
      return FALSE;

  return TRUE;
}


/*  private functions  */

static gboolean
digest_range (const PiscesSafetensors  *file,
              guint64                   offset,
              guint64                   n_bytes,
              GChecksum                *checksum,
              GError                  **error)
{
  guint8 block[16 * DIGEST_BLOCK];

  while (n_bytes > 0)
    {
      const gsize n = MIN (n_bytes, sizeof (block));

      if (! pisces_plain_file_read (file->file, offset, block, n, error))
        return FALSE;
      g_checksum_update (checksum, block, n);
      offset  += n;
      n_bytes -= n;
    }

  return TRUE;
}

/* Recognises other kinds of files that people use instead of a safetensors
 * file.  */
static gboolean
check_kind (PiscesSafetensors  *file,
            GError            **error)
{
  static const struct { const gchar *magic; gsize n; const gchar *kind; } kinds[] =
    {
      { "PK\003\004", 4,
        "a zip archive, as PyTorch writes it; convert it to safetensors" },
      { "\200\002", 2,
        "a Python pickle, which could run programs; convert it to safetensors" },
      { "\200\003", 2,
        "a Python pickle, which could run programs; convert it to safetensors" },
      { "\200\004", 2,
        "a Python pickle, which could run programs; convert it to safetensors" },
      { "\200\005", 2,
        "a Python pickle, which could run programs; convert it to safetensors" },
      { "GGUF", 4, "a GGUF file; this engine reads safetensors" }
    };
  gchar  head[64];
  gsize  n = MIN (file->n_bytes, sizeof (head));
  guint  i;

  if (! pisces_plain_file_read (file->file, 0, head, n, error) ||
      ! pisces_plain_file_check_pointer (file->path, head, n, error))
    return FALSE;

  /* The two bytes at the start of a pickle can also begin a valid file (a
   * header of 640 bytes starts with 80 02 00 ...), so a brace after the length
   * means that it is not a pickle.  */
  for (i = n >= 9 && head[8] == '{' ? G_N_ELEMENTS (kinds) : 0;
       i < G_N_ELEMENTS (kinds); i++)
    if (n >= kinds[i].n && memcmp (head, kinds[i].magic, kinds[i].n) == 0)
      {
        g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                     "“%s” is not a safetensors file but %s.",
                     file->path, kinds[i].kind);
        return FALSE;
      }

  return TRUE;
}

static gboolean
read_length (PiscesSafetensors  *file,
             GError            **error)
{
  guint64  n_header_bytes;

  if (file->n_bytes < 8)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The weight file “%s” is cut off: it has %" G_GUINT64_FORMAT
                   " bytes, and its header length alone has 8.",
                   file->path, file->n_bytes);
      return FALSE;
    }

  if (! pisces_plain_file_read (file->file, 0, &n_header_bytes, 8, error))
    return FALSE;
  if (n_header_bytes > MAX_HEADER_BYTES)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The weight file “%s” is damaged: it claims a header of %"
                   G_GUINT64_FORMAT " bytes, and %d are allowed.",
                   file->path, n_header_bytes, MAX_HEADER_BYTES);
      return FALSE;
    }
  if (n_header_bytes > file->n_bytes - 8)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The weight file “%s” is cut off: its header should have %"
                   G_GUINT64_FORMAT " bytes, but the file ends after %"
                   G_GUINT64_FORMAT ".",
                   file->path, n_header_bytes, file->n_bytes - 8);
      return FALSE;
    }

  file->n_header_bytes = n_header_bytes;

  return TRUE;
}

static gboolean
read_header (PiscesSafetensors  *file,
             GError            **error)
{
  g_autofree gchar *json = g_try_malloc (MAX (file->n_header_bytes, 1));

  if (! json)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory for the header of “%s”, which has %"
                   G_GUINT64_FORMAT " bytes.", file->path, file->n_header_bytes);
      return FALSE;
    }

  return pisces_plain_file_read (file->file, 8, json, file->n_header_bytes, error) &&
         pisces_safetensors_read_header (file->path, json, file->n_header_bytes,
                                         file->n_bytes - 8 - file->n_header_bytes,
                                         file->entries, error);
}

static gboolean
list_entries (PiscesSafetensors  *file,
              GError            **error)
{
  guint i;

  g_array_sort (file->entries, compare_names);

  for (i = 0; i < file->entries->len; i++)
    {
      PiscesSafetensorsEntry *entry =
        &g_array_index (file->entries, PiscesSafetensorsEntry, i);

      entry->file        = file;
      entry->tensor.name = entry->name;
      if (i > 0 && compare_names (entry - 1, entry) == 0)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "The weight file “%s” has two tensors named “%s”.",
                       file->path, entry->name);
          return FALSE;
        }
    }

  return TRUE;
}

static gint
compare_names (gconstpointer a,
               gconstpointer b)
{
  const PiscesSafetensorsEntry *left  = a;
  const PiscesSafetensorsEntry *right = b;

  return strcmp (left->name, right->name);
}

static void
clear_entry (gpointer data)
{
  PiscesSafetensorsEntry *entry = data;

  g_free (entry->name);
}
