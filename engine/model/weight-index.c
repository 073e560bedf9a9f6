/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-index.c: the index of weights that are in several files, as
 * transformers and diffusers write it: an object "weight_map" that maps
 * tensors to files.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/json-document.h"
#include "engine/model/safetensors.h"
#include "engine/model/weight-index.h"

#define MAX_INDEX_BYTES  (100 * 1000 * 1000)
#define MAX_SHARDS       4096

typedef struct
{
  const gchar *path;
  const gchar *folder;
  GPtrArray   *shards;
  GPtrArray   *entries;
} WeightIndex;


static gboolean            check_shards  (WeightIndex   *index,
                                          yyjson_val    *weight_map,
                                          GError       **error);
static gboolean            read_map      (WeightIndex   *index,
                                          yyjson_val    *weight_map,
                                          GError       **error);
static gboolean            is_shard_name (const gchar   *name);
static PiscesSafetensors * open_shard    (WeightIndex   *index,
                                          GHashTable    *opened,
                                          const gchar   *name,
                                          GError       **error);
static gint                compare_paths (gconstpointer  a,
                                          gconstpointer  b);


/**
 * pisces_weight_index_read:
 * @path: the path of the index.
 * @folder: the folder with the index and the files that it names.
 * @shards: (inout): an array of PiscesSafetensors; the files are appended,
 *   sorted by name.
 * @entries: (inout): an array of PiscesSafetensorsEntry; their tensors are
 *   appended, sorted by name.
 *
 * Returns: whether all files exist, and each tensor is in the file that the
 *   index says.
 */
gboolean
pisces_weight_index_read (const gchar  *path,
                          const gchar  *folder,
                          GPtrArray    *shards,
                          GPtrArray    *entries,
                          GError      **error)
{
  WeightIndex                    index    = { path, folder, shards, entries };
  g_autoptr (PiscesJsonDocument) document = NULL;
  yyjson_val                    *weight_map;

  document = pisces_json_document_load (path, MAX_INDEX_BYTES, error);
  if (! document)
    return FALSE;

  weight_map = yyjson_obj_get (yyjson_doc_get_root (document), "weight_map");
  if (yyjson_obj_size (weight_map) == 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The weight index “%s” has no “weight_map” with tensors.",
                   path);
      return FALSE;
    }

  return check_shards (&index, weight_map, error) &&
         read_map (&index, weight_map, error);
}

/**
 * pisces_weight_entries_compare:
 *
 * Compares pointers to PiscesSafetensorsEntry by name, for g_ptr_array_sort().
 */
gint
pisces_weight_entries_compare (gconstpointer a,
                               gconstpointer b)
{
  const PiscesSafetensorsEntry *left  = *(const PiscesSafetensorsEntry * const *) a;
  const PiscesSafetensorsEntry *right = *(const PiscesSafetensorsEntry * const *) b;

  return strcmp (left->name, right->name);
}


/*  private functions  */

static gboolean
read_map (WeightIndex  *index,
          yyjson_val   *weight_map,
          GError      **error)
{
  g_autoptr (GHashTable) opened = g_hash_table_new (g_str_hash, g_str_equal);
  yyjson_obj_iter        iter;
  yyjson_val            *key;
  guint                  i;

  yyjson_obj_iter_init (weight_map, &iter);
  while ((key = yyjson_obj_iter_next (&iter)))
    {
      const gchar       *shard_name = yyjson_get_str (yyjson_obj_iter_get_val (key));
      PiscesSafetensors *shard;
      gconstpointer      entry;

      shard = open_shard (index, opened, shard_name, error);
      if (! shard)
        return FALSE;

      entry = pisces_safetensors_find (shard, yyjson_get_str (key));
      if (! entry)
        {
          g_autofree gchar *shown = pisces_json_excerpt (yyjson_get_str (key));

          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "The weight index “%s” says that tensor “%s” is in "
                       "“%s”, but it is not.",
                       index->path, shown, shard_name);
          return FALSE;
        }
      g_ptr_array_add (index->entries, (gpointer) entry);
    }

  g_ptr_array_sort (index->shards, compare_paths);
  g_ptr_array_sort (index->entries, pisces_weight_entries_compare);
  for (i = 1; i < index->entries->len; i++)
    if (pisces_weight_entries_compare (&index->entries->pdata[i - 1], &index->entries->pdata[i]) == 0)
      {
        const PiscesSafetensorsEntry *twice = g_ptr_array_index (index->entries, i);

        g_autofree gchar *shown = pisces_json_excerpt (twice->name);

        g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                     "The weight index “%s” has tensor “%s” twice.",
                     index->path, shown);
        return FALSE;
      }

  return TRUE;
}

/* Checks whether all files that the index names exist, and reports all missing
 * ones at once: someone who downloads a model again wants to know how much is
 * missing.  */
static gboolean
check_shards (WeightIndex  *index,
              yyjson_val   *weight_map,
              GError      **error)
{
  g_autoptr (GHashTable)  seen      = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree gchar       *shown     = NULL;
  const gchar            *first     = NULL;
  guint                   n_missing = 0;
  yyjson_obj_iter         iter;
  yyjson_val             *key;

  yyjson_obj_iter_init (weight_map, &iter);
  while ((key = yyjson_obj_iter_next (&iter)))
    {
      const gchar      *name = yyjson_get_str (yyjson_obj_iter_get_val (key));
      g_autofree gchar *path = NULL;

      if (! name || g_hash_table_contains (seen, name))
        continue;
      if (! is_shard_name (name) || g_hash_table_size (seen) >= MAX_SHARDS)
        break;                              /* open_shard() reports it */

      g_hash_table_add (seen, (gpointer) name);
      path = g_build_filename (index->folder, name, NULL);
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      if (n_missing++ == 0)
        first = name;
    }

  if (n_missing == 0)
    return TRUE;

  shown = pisces_json_excerpt (first);
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND,
               g_dngettext (GETTEXT_PACKAGE,
                            "The model in “%s” is an incomplete download: %u file that "
                            "its index names is missing: “%s”. Download the model again.",
                            "The model in “%s” is an incomplete download: %u files that "
                            "its index names are missing, the first of them “%s”. "
                            "Download the model again.", n_missing),
               index->folder, n_missing, shown);
  return FALSE;
}

static gboolean
is_shard_name (const gchar *name)
{
  return g_str_has_suffix (name, ".safetensors") && ! strpbrk (name, "/\\");
}

/* An index may only name files in its own folder: with a name like "../../x",
 * a downloaded model could open any file.  */
static PiscesSafetensors *
open_shard (WeightIndex  *index,
            GHashTable   *opened,
            const gchar  *name,
            GError      **error)
{
  g_autofree gchar  *path  = NULL;
  PiscesSafetensors *shard = NULL;

  shard = name ? g_hash_table_lookup (opened, name) : NULL;
  if (shard)
    return shard;

  if (! name || ! is_shard_name (name) || index->shards->len >= MAX_SHARDS)
    {
      g_autofree gchar *shown = pisces_json_excerpt (name ? name : "null");

      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The weight index “%s” names “%s”, which is no safetensors "
                   "file of its folder.",
                   index->path, shown);
      return NULL;
    }

  path  = g_build_filename (index->folder, name, NULL);
  shard = pisces_safetensors_open (path, error);
  if (shard)
    {
      g_ptr_array_add (index->shards, shard);
      g_hash_table_insert (opened, (gpointer) name, shard);
    }

  return shard;
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
