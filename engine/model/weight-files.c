/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-files.c: finds the safetensors files of one network, by themselves
 * or by an index with shards, and its tensors in them.  The index is that of
 * transformers and diffusers: an object "weight_map" from tensor to file.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"
#include "engine/quantise.h"

#include "engine/model/json-document.h"
#include "engine/model/safetensors.h"
#include "engine/model/weight-files.h"

#define MAX_INDEX_BYTES  (100 * 1000 * 1000)
#define MAX_SHARDS       4096

struct _PiscesWeightFiles
{
  gchar      *path;                  /* of the file, or of the index */
  GPtrArray  *shards;                /* PiscesSafetensors, by name of file */
  GHashTable *entries;               /* name -> PiscesSafetensorsEntry */
  GPtrArray  *names;                 /* sorted, NULL-terminated */
};


static gboolean   open_single   (PiscesWeightFiles  *files,
                                 GError            **error);
static gboolean   open_index    (PiscesWeightFiles  *files,
                                 const gchar        *folder,
                                 GError            **error);
static gboolean   read_map      (PiscesWeightFiles  *files,
                                 const gchar        *folder,
                                 yyjson_val         *weight_map,
                                 GError            **error);
static gboolean   find_quantised
                                (const PiscesWeightFiles *files,
                                 const gchar        *name,
                                 PiscesHostTensor   *tensor);
static PiscesSafetensors *
                  open_shard    (PiscesWeightFiles  *files,
                                 GHashTable         *shards,
                                 const gchar        *folder,
                                 const gchar        *name,
                                 GError            **error);
static void       set_missing   (const gchar        *folder,
                                 const gchar        *stem,
                                 GError            **error);
static gint       compare_paths (gconstpointer       a,
                                 gconstpointer       b);
static gint       compare_names (gconstpointer       a,
                                 gconstpointer       b);



/**
 * pisces_weight_files_open:
 * @folder: where the files lie.
 * @stem: their name without its end: `"model"`, `"diffusion_pytorch_model"`.
 *
 * Opens `stem.safetensors`, or else `stem.safetensors.index.json` and the
 * files it names, which must lie in the same folder.  Nothing but headers is
 * read; the data is mapped.
 *
 * Returns: (transfer full) (nullable): the files, or %NULL with
 *   %PISCES_ERROR_MODEL_NOT_FOUND (no such folder, or a file is not in it) or
 *   %PISCES_ERROR_MODEL_INVALID; the message names the file.
 **/
PiscesWeightFiles *
pisces_weight_files_open (const gchar  *folder,
                          const gchar  *stem,
                          GError      **error)
{
  g_autoptr (PiscesWeightFiles) files  = g_new0 (PiscesWeightFiles, 1);
  g_autofree gchar             *single = NULL;
  g_autofree gchar             *index  = NULL;
  GHashTableIter                iter;
  gpointer                      name;

  files->shards  = g_ptr_array_new_with_free_func ((GDestroyNotify)
                                                   pisces_safetensors_free);
  files->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  files->names   = g_ptr_array_new ();

  single = g_strdup_printf ("%s" G_DIR_SEPARATOR_S "%s.safetensors", folder, stem);
  index  = g_strdup_printf ("%s.index.json", single);

  if (g_file_test (single, G_FILE_TEST_EXISTS))
    {
      files->path = g_steal_pointer (&single);
      if (! open_single (files, error))
        return NULL;
    }
  else if (g_file_test (index, G_FILE_TEST_EXISTS))
    {
      files->path = g_steal_pointer (&index);
      if (! open_index (files, folder, error))
        return NULL;
    }
  else
    {
      set_missing (folder, stem, error);
      return NULL;
    }

  g_hash_table_iter_init (&iter, files->entries);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_ptr_array_add (files->names, name);
  g_ptr_array_sort (files->names, compare_names);
  g_ptr_array_add (files->names, NULL);

  return g_steal_pointer (&files);
}

void
pisces_weight_files_free (PiscesWeightFiles *files)
{
  if (! files)
    return;

  g_ptr_array_unref (files->names);
  g_hash_table_unref (files->entries);
  g_ptr_array_unref (files->shards);
  g_free (files->path);
  g_free (files);
}

/**
 * pisces_weight_files_find:
 * @name: of a tensor.
 * @tensor: (out caller-allocates): a view that is valid as long as @files.
 *
 * A matrix may be there in quants and scales, `name.q8_0` or `name.q4_0` and
 * `name.scales` (models/FORMAT.md); it is found under its own name, with the
 * shape of its values.
 *
 * Returns: %FALSE if there is no such tensor, or if its type or number of
 *   dimensions is none that the engine uses; pisces_weight_files_explain()
 *   tells which.
 **/
gboolean
pisces_weight_files_find (const PiscesWeightFiles *files,
                          const gchar             *name,
                          PiscesHostTensor        *tensor)
{
  const PiscesSafetensorsEntry *entry = g_hash_table_lookup (files->entries, name);

  if (! entry)
    return find_quantised (files, name, tensor);
  if (! entry->readable)
    return FALSE;

  *tensor = entry->tensor;

  return TRUE;
}

/**
 * pisces_weight_files_explain:
 * @name: of a tensor that was not found.
 *
 * Returns: (transfer full): a sentence that says why pisces_weight_files_find()
 *   did not give it, with the name of the file.
 **/
gchar *
pisces_weight_files_explain (const PiscesWeightFiles *files,
                             const gchar             *name)
{
  const PiscesSafetensorsEntry *entry = g_hash_table_lookup (files->entries, name);

  if (! entry)
    return g_strdup_printf ("“%s” has no tensor “%s”.", files->path, name);
  if (entry->n_dims > PISCES_MAX_DIMS)
    return g_strdup_printf ("In “%s” tensor “%s” has %d dimensions; %d are "
                            "the most that the engine uses.",
                            files->path, name, entry->n_dims, PISCES_MAX_DIMS);
  return g_strdup_printf ("In “%s” tensor “%s” has elements of type %s, which "
                          "the engine does not use.",
                          files->path, name, entry->dtype_name);
}

/**
 * pisces_weight_files_get_names:
 * @n_names: (out) (optional): how many.
 *
 * Returns: (array zero-terminated=1) (transfer none): all tensors, sorted.
 **/
const gchar * const *
pisces_weight_files_get_names (const PiscesWeightFiles *files,
                               guint                   *n_names)
{
  if (n_names)
    *n_names = files->names->len - 1;

  return (const gchar * const *) files->names->pdata;
}

const gchar *
pisces_weight_files_get_path (const PiscesWeightFiles *files)
{
  return files->path;
}

/**
 * pisces_weight_files_n_bytes:
 *
 * Returns: the bytes of all tensors together, as they are in the files.
 **/
guint64
pisces_weight_files_n_bytes (const PiscesWeightFiles *files)
{
  const PiscesSafetensorsEntry *entry;
  GHashTableIter                iter;
  guint64                       n_bytes = 0;

  g_hash_table_iter_init (&iter, files->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    n_bytes += entry->end - entry->begin;

  return n_bytes;
}

guint64
pisces_weight_files_n_parameters (const PiscesWeightFiles *files)
{
  const PiscesSafetensorsEntry *entry;
  GHashTableIter                iter;
  guint64                       n_parameters = 0;

  g_hash_table_iter_init (&iter, files->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    if (g_str_has_suffix (entry->name, ".q4_0"))
      n_parameters += 2 * entry->n_elements;
    else if (! g_str_has_suffix (entry->name, ".scales"))
      n_parameters += entry->n_elements;

  return n_parameters;
}

/**
 * pisces_weight_files_digest_update:
 *
 * Adds every file's size, header and samples of its data to @checksum, shards
 * in the order of their names.
 **/
void
pisces_weight_files_digest_update (const PiscesWeightFiles *files,
                                   GChecksum               *checksum)
{
  guint  i;

  for (i = 0; i < files->shards->len; i++)
    pisces_safetensors_digest_update (g_ptr_array_index (files->shards, i),
                                      checksum);
}


/*  private functions  */

static gboolean
find_quantised (const PiscesWeightFiles *files,
                const gchar             *name,
                PiscesHostTensor        *tensor)
{
  g_autofree gchar             *q8          = g_strconcat (name, ".q8_0", NULL);
  g_autofree gchar             *q4          = g_strconcat (name, ".q4_0", NULL);
  g_autofree gchar             *scales_name = g_strconcat (name, ".scales", NULL);
  const PiscesSafetensorsEntry *quants, *scales;
  gboolean                      is_8;
  gint64                        width;

  quants = g_hash_table_lookup (files->entries, q8);
  is_8   = quants != NULL;
  if (! quants)
    quants = g_hash_table_lookup (files->entries, q4);
  scales = g_hash_table_lookup (files->entries, scales_name);
  if (! quants || ! scales || ! quants->readable || ! scales->readable ||
      quants->tensor.n_dims != 2 || scales->tensor.n_dims != 2 ||
      quants->tensor.dtype != (is_8 ? PISCES_I8 : PISCES_U8) ||
      scales->tensor.dtype != PISCES_F16)
    return FALSE;

  width = quants->tensor.dims[1] * (is_8 ? 1 : 2);
  if (width % PISCES_QUANTISED_BLOCK != 0 ||
      scales->tensor.dims[0] != quants->tensor.dims[0] ||
      scales->tensor.dims[1] != width / PISCES_QUANTISED_BLOCK)
    return FALSE;

  *tensor         = quants->tensor;
  tensor->name    = g_intern_string (name);
  tensor->dtype   = is_8 ? PISCES_Q8_0 : PISCES_Q4_0;
  tensor->dims[1] = width;
  tensor->scales  = scales->tensor.data;

  return TRUE;
}

static gboolean
open_single (PiscesWeightFiles  *files,
             GError            **error)
{
  const PiscesSafetensorsEntry *entries;
  PiscesSafetensors            *file;
  guint                         n_entries;
  guint                         i;

  file = pisces_safetensors_open (files->path, error);
  if (! file)
    return FALSE;

  g_ptr_array_add (files->shards, file);
  entries = pisces_safetensors_get_entries (file, &n_entries);
  for (i = 0; i < n_entries; i++)
    g_hash_table_insert (files->entries, g_strdup (entries[i].name),
                         (gpointer) &entries[i]);

  return TRUE;
}

static gboolean
open_index (PiscesWeightFiles  *files,
            const gchar        *folder,
            GError            **error)
{
  g_autoptr (PiscesJsonDocument) document = NULL;
  yyjson_val                    *weight_map;

  document = pisces_json_document_load (files->path, MAX_INDEX_BYTES, error);
  if (! document)
    return FALSE;

  weight_map = yyjson_obj_get (yyjson_doc_get_root (document), "weight_map");
  if (yyjson_obj_size (weight_map) == 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The weight index “%s” has no “weight_map” with tensors.",
                   files->path);
      return FALSE;
    }

  return read_map (files, folder, weight_map, error);
}

static gboolean
read_map (PiscesWeightFiles  *files,
          const gchar        *folder,
          yyjson_val         *weight_map,
          GError            **error)
{
  g_autoptr (GHashTable) shards = g_hash_table_new (g_str_hash, g_str_equal);
  yyjson_obj_iter        iter;
  yyjson_val            *key;

  yyjson_obj_iter_init (weight_map, &iter);
  while ((key = yyjson_obj_iter_next (&iter)))
    {
      const gchar       *shard_name = yyjson_get_str (yyjson_obj_iter_get_val (key));
      PiscesSafetensors *shard;
      gconstpointer      entry;

      shard = open_shard (files, shards, folder, shard_name, error);
      if (! shard)
        return FALSE;

      entry = pisces_safetensors_find (shard, yyjson_get_str (key));
      if (! entry)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "The weight index “%s” says that tensor “%s” is in "
                       "“%s”, but it is not.",
                       files->path, yyjson_get_str (key), shard_name);
          return FALSE;
        }
      g_hash_table_insert (files->entries, g_strdup (yyjson_get_str (key)),
                           (gpointer) entry);
    }

  g_ptr_array_sort (files->shards, compare_paths);

  return TRUE;
}

/* An index may name files of its own folder only: one that could name
 * "../../x" would let a downloaded model map any file.  */
static PiscesSafetensors *
open_shard (PiscesWeightFiles  *files,
            GHashTable         *shards,
            const gchar        *folder,
            const gchar        *name,
            GError            **error)
{
  g_autofree gchar  *path  = NULL;
  PiscesSafetensors *shard = NULL;

  if (! name || ! g_str_has_suffix (name, ".safetensors") ||
      strpbrk (name, "/\\") || files->shards->len >= MAX_SHARDS)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The weight index “%s” names “%.200s”, which is no "
                   "safetensors file of its folder.",
                   files->path, name ? name : "null");
      return NULL;
    }

  shard = g_hash_table_lookup (shards, name);
  if (shard)
    return shard;

  path  = g_build_filename (folder, name, NULL);
  shard = pisces_safetensors_open (path, error);
  if (shard)
    {
      g_ptr_array_add (files->shards, shard);
      g_hash_table_insert (shards, (gpointer) name, shard);
    }

  return shard;
}

static void
set_missing (const gchar  *folder,
             const gchar  *stem,
             GError      **error)
{
  static const gchar *others[] = { "bin", "pt", "pth", "ckpt", "bin.index.json" };
  guint               i;

  if (! g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND,
                   _("There is no folder “%s”."), folder);
      return;
    }

  for (i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree gchar *name    = g_strdup_printf ("%s.%s", stem, others[i]);
      g_autofree gchar *pytorch = g_strdup_printf ("pytorch_%s", name);
      g_autofree gchar *path    = g_build_filename (folder, name, NULL);
      g_autofree gchar *other   = g_build_filename (folder, pytorch, NULL);

      if (! g_file_test (path, G_FILE_TEST_EXISTS) &&
          ! g_file_test (other, G_FILE_TEST_EXISTS))
        continue;
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                   _("The weights in “%s” are PyTorch pickles, which could run "
                     "programs; convert them to “%s.safetensors”."),
                   folder, stem);
      return;
    }

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND,
               "The weight file “%s" G_DIR_SEPARATOR_S "%s.safetensors” is missing.",
               folder, stem);
}

static gint
compare_paths (gconstpointer a,
               gconstpointer b)
{
  PiscesSafetensors * const *left  = a;
  PiscesSafetensors * const *right = b;

  return strcmp (pisces_safetensors_get_path (*left),
                 pisces_safetensors_get_path (*right));
}

static gint
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}
