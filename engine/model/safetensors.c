/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * safetensors.c: maps one safetensors file, has its header checked and gives
 * out its tensors.  Format: 8 bytes header length (little endian), a JSON
 * object, the data.  Knows nothing of shards and of what the tensors mean.
 *
 * The size is checked at opening.  A file that another program shortens
 * later would end the process with SIGBUS, as with every mapped file; model
 * folders must be replaced by renaming, not by writing into them.
 */

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>
#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/safetensors.h"

#if G_BYTE_ORDER != G_LITTLE_ENDIAN
#error "safetensors are little endian; big endian machines need a byte swap here"
#endif

#define MAX_HEADER_BYTES  (100 * 1000 * 1000)   /* as the reference */
#define N_DIGEST_BLOCKS   64
#define DIGEST_BLOCK      4096

struct _PiscesSafetensors
{
  gchar       *path;
  GMappedFile *mapping;
  const gchar *bytes;
  guint64      n_bytes;
  guint64      n_header_bytes;       /* without the 8 of the length */
  GArray      *entries;              /* PiscesSafetensorsEntry, by name */
  GHashTable  *by_name;
};


static gboolean   map_file      (PiscesSafetensors  *file,
                                 GError            **error);
static gboolean   check_kind    (PiscesSafetensors  *file,
                                 GError            **error);
static gboolean   read_length   (PiscesSafetensors  *file,
                                 GError            **error);
static gboolean   attach_data   (PiscesSafetensors  *file,
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
 **/
PiscesSafetensors *
pisces_safetensors_open (const gchar  *path,
                         GError      **error)
{
  g_autoptr (PiscesSafetensors) file = g_new0 (PiscesSafetensors, 1);

  file->path    = g_strdup (path);
  file->entries = g_array_new (FALSE, TRUE, sizeof (PiscesSafetensorsEntry));
  file->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  g_array_set_clear_func (file->entries, clear_entry);

  if (! map_file (file, error)     ||
      ! check_kind (file, error)   ||
      ! read_length (file, error)  ||
      ! pisces_safetensors_read_header (file->path, file->bytes + 8,
                                        file->n_header_bytes,
                                        file->n_bytes - 8 - file->n_header_bytes,
                                        file->entries, error) ||
      ! attach_data (file, error))
    return NULL;

  return g_steal_pointer (&file);
}

void
pisces_safetensors_free (PiscesSafetensors *file)
{
  if (! file)
    return;

  g_hash_table_unref (file->by_name);
  g_array_unref (file->entries);
  g_clear_pointer (&file->mapping, g_mapped_file_unref);
  g_free (file->path);
  g_free (file);
}

/**
 * pisces_safetensors_get_entries:
 *
 * Returns: (array length=n_entries) (transfer none): all tensors, ordered by
 *   name.
 **/
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
  return g_hash_table_lookup (file->by_name, name);
}

const gchar *
pisces_safetensors_get_path (const PiscesSafetensors *file)
{
  return file->path;
}

/**
 * pisces_safetensors_digest_update:
 *
 * Adds the file's size, its header and 64 evenly spaced blocks of 4 KiB of
 * its data (all of it where that is less) to @checksum: 256 KiB are read
 * instead of 16 GB, and any retraining or requantizing shows.
 **/
void
pisces_safetensors_digest_update (const PiscesSafetensors *file,
                                  GChecksum               *checksum)
{
  guint64        size   = GUINT64_TO_LE (file->n_bytes);
  const guint8  *data   = (const guint8 *) file->bytes + 8 + file->n_header_bytes;
  guint64        n_data = file->n_bytes - 8 - file->n_header_bytes;
  gint           i;

  g_checksum_update (checksum, (const guchar *) &size, sizeof (size));
  g_checksum_update (checksum, (const guchar *) file->bytes,
                     8 + file->n_header_bytes);

  if (n_data <= N_DIGEST_BLOCKS * DIGEST_BLOCK)
    {
      g_checksum_update (checksum, data, n_data);
      return;
    }

  for (i = 0; i < N_DIGEST_BLOCKS; i++)
    {
      guint64 span = n_data - DIGEST_BLOCK;
      guint64 at   = span / (N_DIGEST_BLOCKS - 1) * i;

      g_checksum_update (checksum, data + at, DIGEST_BLOCK);
    }
}


/*  private functions  */

/* Whether a regular file is there is asked before it is opened: opening a
 * named pipe would wait for ever.  */
static gboolean
map_file (PiscesSafetensors  *file,
          GError            **error)
{
  g_autoptr (GError) reason = NULL;
  GStatBuf           info;

  if (g_stat (file->path, &info) != 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND,
                   _("The weight file “%s” is missing: %s."),
                   file->path, g_strerror (errno));
      return FALSE;
    }
  if (! S_ISREG (info.st_mode))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "“%s” should be a weight file, but is not a regular file.",
                   file->path);
      return FALSE;
    }

  file->mapping = g_mapped_file_new (file->path, FALSE, &reason);
  if (! file->mapping)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   _("The weight file “%s” cannot be opened: %s."),
                   file->path, reason->message);
      return FALSE;
    }

  file->bytes   = g_mapped_file_get_contents (file->mapping);
  file->n_bytes = g_mapped_file_get_length (file->mapping);

  return TRUE;
}

/* Tells the things that people put in the place of a safetensors file.  */
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
      { "version https://git-lfs", 23,
        "a Git LFS pointer; the weights themselves were not downloaded" },
      { "GGUF", 4, "a GGUF file; this engine reads safetensors" },
      { "<!DOCTYPE", 9, "a web page; the download went wrong" },
      { "<html", 5, "a web page; the download went wrong" }
    };
  guint  i;

  /* A pickle's two bytes could open an honest file too (a header of 640 bytes
   * is 80 02 00 ...), so a brace behind the length ends the suspicion.  */
  if (file->n_bytes >= 9 && file->bytes[8] == '{')
    i = G_N_ELEMENTS (kinds);
  else
    i = 0;
  for (; i < G_N_ELEMENTS (kinds); i++)
    if (file->n_bytes >= kinds[i].n &&
        memcmp (file->bytes, kinds[i].magic, kinds[i].n) == 0)
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

  memcpy (&n_header_bytes, file->bytes, 8);
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

/* The writers align data; a file whose writer did not is copied tensor by
 * tensor, since C may not read a float from an odd address.  */
static gboolean
attach_data (PiscesSafetensors  *file,
             GError            **error)
{
  const gchar *data = file->bytes + 8 + file->n_header_bytes;
  guint        i;

  g_array_sort (file->entries, compare_names);

  for (i = 0; i < file->entries->len; i++)
    {
      PiscesSafetensorsEntry *entry =
        &g_array_index (file->entries, PiscesSafetensorsEntry, i);
      guint64                 n_bytes = entry->end - entry->begin;
      gsize                   size    = n_bytes / MAX (entry->n_elements, 1);

      if (! g_hash_table_insert (file->by_name, entry->name, entry))
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "The weight file “%s” has two tensors named “%s”.",
                       file->path, entry->name);
          return FALSE;
        }

      entry->tensor.name = entry->name;
      entry->tensor.data = data + entry->begin;
      if (! entry->readable || n_bytes == 0 ||
          GPOINTER_TO_SIZE (entry->tensor.data) % size == 0)
        continue;

      entry->aligned_copy = g_try_malloc (n_bytes);
      if (! entry->aligned_copy)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                       "There is no memory for %" G_GUINT64_FORMAT " bytes of "
                       "tensor “%s” of “%s”.",
                       n_bytes, entry->name, file->path);
          return FALSE;
        }
      memcpy (entry->aligned_copy, entry->tensor.data, n_bytes);
      entry->tensor.data = entry->aligned_copy;
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
  g_free (entry->aligned_copy);
}
