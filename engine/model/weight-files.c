/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-files.c: finds the safetensors files of one network, directly or
 * through an index, and the tensors in them.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/backend/quantise.h"
#include "engine/pisces.h"

#include "engine/model/safetensors.h"
#include "engine/model/weight-access.h"
#include "engine/model/weight-files.h"
#include "engine/model/weight-index.h"


static gboolean   open_single   (PiscesWeightFiles  *files,
                                 GError            **error);
static gboolean   find_quantised
                                (const PiscesWeightFiles *files,
                                 const gchar        *name,
                                 PiscesHostTensor   *tensor);
static void       set_missing   (const gchar        *folder,
                                 const gchar        *stem,
                                 GError            **error);
static gboolean   has_quants    (const PiscesWeightFiles
                                                    *files,
                                 const gchar        *name);
static guint64    loaded_bytes  (const PiscesSafetensorsEntry
                                                    *entry,
                                 gboolean            is_large);


/**
 * pisces_weight_files_open:
 * @folder: the folder with the files.
 * @stem: their name without suffix: `"model"`, `"diffusion_pytorch_model"`.
 *
 * Opens `stem.safetensors`, or `stem.safetensors.index.json` and the files
 * that it names, which must be in the same folder.  If both exist this fails,
 * because it is unknown which is meant.  Only the headers are read.
 *
 * Returns: (transfer full) (nullable): the files, or %NULL with
 *   %PISCES_ERROR_MODEL_NOT_FOUND (there is no such folder, or a file is
 *   missing) or %PISCES_ERROR_MODEL_INVALID; the message names the file.
 */
PiscesWeightFiles *
pisces_weight_files_open (const gchar  *folder,
                          const gchar  *stem,
                          GError      **error)
{
  g_autoptr (PiscesWeightFiles) files  = g_new0 (PiscesWeightFiles, 1);
  g_autofree gchar             *single = NULL;
  g_autofree gchar             *index  = NULL;
  gboolean                      has_single, has_index;
  guint                         i;

  files->shards  = g_ptr_array_new_with_free_func ((GDestroyNotify)
                                                   pisces_safetensors_free);
  files->entries = g_ptr_array_new ();
  files->names   = g_ptr_array_new ();

  single = g_strdup_printf ("%s" G_DIR_SEPARATOR_S "%s.safetensors", folder, stem);
  index  = g_strdup_printf ("%s.index.json", single);

  has_single = g_file_test (single, G_FILE_TEST_EXISTS);
  has_index  = g_file_test (index, G_FILE_TEST_EXISTS);
  if (has_single && has_index)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   _("There are two sets of weights in “%s”: the file “%s.safetensors”, "
                     "and the files that “%s.safetensors.index.json” names. Move away "
                     "the one that does not belong to the model."),
                   folder, stem, stem);
      return NULL;
    }

  if (has_single)
    {
      files->path = g_steal_pointer (&single);
      if (! open_single (files, error))
        return NULL;
    }
  else if (has_index)
    {
      files->path = g_steal_pointer (&index);
      if (! pisces_weight_index_read (files->path, folder, files->shards,
                                      files->entries, error))
        return NULL;
    }
  else
    {
      set_missing (folder, stem, error);
      return NULL;
    }

  for (i = 0; i < files->entries->len; i++)
    {
      const PiscesSafetensorsEntry *entry = g_ptr_array_index (files->entries, i);

      g_ptr_array_add (files->names, entry->name);
    }
  g_ptr_array_add (files->names, NULL);

  return g_steal_pointer (&files);
}

void
pisces_weight_files_free (PiscesWeightFiles *files)
{
  if (! files)
    return;

  g_ptr_array_unref (files->names);
  g_ptr_array_unref (files->entries);
  g_ptr_array_unref (files->shards);
  g_free (files->path);
  g_free (files);
}

/**
 * pisces_weight_files_find:
 * @name: the name of a tensor.
 * @tensor: (out caller-allocates): the tensor, which is still in its file.
 *   Load or map it (tensor.h) while @files are open.
 *
 * A matrix may be stored as quants and scales, `name.q8_0` or `name.q4_0` and
 * `name.scales` (models/FORMAT.md).  It is found under `name`, with the shape
 * of its values.
 *
 * Returns: %FALSE if there is no such tensor, or if its type or number of
 *   dimensions is not supported; pisces_weight_files_explain() says why.
 */
gboolean
pisces_weight_files_find (const PiscesWeightFiles *files,
                          const gchar             *name,
                          PiscesHostTensor        *tensor)
{
  const PiscesSafetensorsEntry *entry = pisces_weight_files_entry (files, name);

  if (! entry)
    return find_quantised (files, name, tensor);
  if (! entry->readable)
    return FALSE;

  *tensor        = entry->tensor;
  tensor->access = &pisces_weight_access;
  tensor->source = files;

  return TRUE;
}

/**
 * pisces_weight_files_has:
 * @name: the name of a tensor.
 *
 * Returns: whether it is there, quantised or not; it may still be one that
 *   pisces_weight_files_find() cannot give.
 */
gboolean
pisces_weight_files_has (const PiscesWeightFiles *files,
                         const gchar             *name)
{
  return pisces_weight_files_entry (files, name) || has_quants (files, name);
}

/**
 * pisces_weight_files_explain:
 * @name: the name of a tensor that was not found.
 *
 * Returns: (transfer full): a sentence that says why
 *   pisces_weight_files_find() failed, with the name of the file.
 */
gchar *
pisces_weight_files_explain (const PiscesWeightFiles *files,
                             const gchar             *name)
{
  const PiscesSafetensorsEntry *entry = pisces_weight_files_entry (files, name);

  if (! entry && has_quants (files, name))
    return g_strdup_printf (_("In “%s” the quantised matrix “%s” has no scales that fit "
                              "it; the file is damaged."), files->path, name);
  if (! entry)
    return g_strdup_printf (_("“%s” has no tensor “%s”."), files->path, name);
  if (entry->n_dims > PISCES_MAX_DIMS)
    return g_strdup_printf ("In “%s” tensor “%s” has %d dimensions; %d are "
                            "the most that the engine uses.",
                            pisces_safetensors_get_path (entry->file), name,
                            entry->n_dims, PISCES_MAX_DIMS);
  return g_strdup_printf (_("In “%s” tensor “%s” has elements of type %s, which this "
                            "version cannot read. Take the model in BF16, F16 or F32, "
                            "or convert it to one of these."),
                          pisces_safetensors_get_path (entry->file), name,
                          entry->dtype_name);
}

/**
 * pisces_weight_files_get_names:
 * @n_names: (out) (optional): how many there are.
 *
 * Returns: (array zero-terminated=1) (transfer none): the names of all
 *   tensors, sorted.
 */
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
 * Returns: the size of all tensors together, as stored in the files.
 */
guint64
pisces_weight_files_n_bytes (const PiscesWeightFiles *files)
{
  guint64 n_bytes = 0;
  guint   i;

  for (i = 0; i < files->entries->len; i++)
    {
      const PiscesSafetensorsEntry *entry = g_ptr_array_index (files->entries, i);

      n_bytes += entry->end - entry->begin;
    }

  return n_bytes;
}

/**
 * pisces_weight_files_loaded_bytes:
 * @name: (nullable): a tensor as the files name it; %NULL: all of them.
 * @is_large: whether the model has more than %PISCES_SMALL_MODEL_BYTES.
 *
 * Returns: the size in memory.  Tensors of a large model, and quantised matrices of
 *   any model, are as in the files; the others of a small model are float32.
 */
guint64
pisces_weight_files_loaded_bytes (const PiscesWeightFiles *files,
                                  const gchar             *name,
                                  gboolean                 is_large)
{
  guint64 n_bytes = 0;

  if (name)
    {
      const PiscesSafetensorsEntry *entry = pisces_weight_files_entry (files, name);

      return entry ? loaded_bytes (entry, is_large) : 0;
    }

  for (guint i = 0; i < files->entries->len; i++)
    n_bytes += loaded_bytes (g_ptr_array_index (files->entries, i), is_large);

  return n_bytes;
}

guint64
pisces_weight_files_n_parameters (const PiscesWeightFiles *files)
{
  guint64 n_parameters = 0;
  guint   i;

  for (i = 0; i < files->entries->len; i++)
    {
      const PiscesSafetensorsEntry *entry = g_ptr_array_index (files->entries, i);

      if (g_str_has_suffix (entry->name, ".q4_0"))
        n_parameters += 2 * entry->n_elements;
      else if (! g_str_has_suffix (entry->name, ".scales"))
        n_parameters += entry->n_elements;
    }

  return n_parameters;
}

/**
 * pisces_weight_files_digest_update:
 *
 * Adds every file's size, header and samples of its data to @checksum, with
 * the shards in the order of their names.
 *
 * Returns: whether everything could be read.
 */
gboolean
pisces_weight_files_digest_update (const PiscesWeightFiles  *files,
                                   GChecksum                *checksum,
                                   GError                  **error)
{
  guint  i;

  for (i = 0; i < files->shards->len; i++)
    if (! pisces_safetensors_digest_update (g_ptr_array_index (files->shards, i),
                                            checksum, error))
      return FALSE;

  return TRUE;
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

  quants = pisces_weight_files_entry (files, q8);
  is_8   = quants != NULL;
  if (! quants)
    quants = pisces_weight_files_entry (files, q4);
  scales = pisces_weight_files_entry (files, scales_name);
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
  tensor->access  = &pisces_weight_access;
  tensor->source  = files;

  return TRUE;
}

static gboolean
has_quants (const PiscesWeightFiles *files,
            const gchar             *name)
{
  g_autofree gchar *q8 = g_strconcat (name, ".q8_0", NULL);
  g_autofree gchar *q4 = g_strconcat (name, ".q4_0", NULL);

  return pisces_weight_files_entry (files, q8) || pisces_weight_files_entry (files, q4);
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
    g_ptr_array_add (files->entries, (gpointer) &entries[i]);

  return TRUE;
}

static void
set_missing (const gchar  *folder,
             const gchar  *stem,
             GError      **error)
{
  static const gchar *others[] = { "bin", "pt", "pth", "ckpt", "bin.index.json" };
  g_autofree gchar   *wanted   = g_strdup_printf ("%s" G_DIR_SEPARATOR_S "%s.safetensors",
                                                  folder, stem);
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

  /* Caches of downloads have links, which lead nowhere in a copy of the folder.  */
  if (g_file_test (wanted, G_FILE_TEST_IS_SYMLINK))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND,
                 _("“%s” is only a link, and the file that it leads to is not there. Copy the "
                   "files themselves, or download the model again."), wanted);
  else
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND,
                 _("The weight file “%s” is missing. Download the model again, with all its "
                   "files."), wanted);
}

static guint64
loaded_bytes (const PiscesSafetensorsEntry *entry,
              gboolean                      is_large)
{
  const gboolean as_it_is = is_large ||
                            g_str_has_suffix (entry->name, ".q8_0") ||
                            g_str_has_suffix (entry->name, ".q4_0") ||
                            g_str_has_suffix (entry->name, ".scales");

  return as_it_is ? entry->end - entry->begin : entry->n_elements * sizeof (gfloat);
}
