/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * quantise-model.c: writes a copy of a model folder with its matrices in 8 or
 * 4 bits, in the layout of models/FORMAT.md.  To find out which tensors are
 * matrices, it runs the family's own loader on a backend that stores nothing
 * and only notes what is loaded, and how.
 *
 * Longer than 500 lines, as a folder is written in steps, and each step can
 * fail in its own way.
 */

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/backend/backend.h"
#include "engine/backend/quantise.h"
#include "engine/families/family.h"
#include "engine/made-files.h"
#include "engine/model/weight-files.h"
#include "engine/pisces.h"


/* More levels of folders than any model has.  */
#define MAX_DEPTH 4

/* How many values are rounded at a time.  */
#define VALUES_AT_A_TIME ((gint64) 1 << 20)

/* A backend that only notes what is loaded.  */
typedef struct
{
  PiscesBackend  base;
  GHashTable    *matrices;       /* names of tensors that only products read */
  GHashTable    *others;
} Listener;

/* One tensor of the file that is being written.  */
typedef struct
{
  gchar            *name;
  const gchar      *type;        /* the type's name in safetensors        */
  gint              n_dims;
  gint64            dims[PISCES_MAX_DIMS];
  gsize             n_bytes;
  PiscesHostTensor  tensor;      /* where its data come from              */
  gint              part;        /* 0: all, 1: quants, 2: scales          */
} Entry;

typedef struct
{
  const Listener *matrices;
  gint            n_bits;
  const gchar    *type;
  guint           n_quantised;
  GArray         *made;          /* what this run has created             */
} Quantiser;


static gboolean listen_to     (Listener      *listener,
                               const gchar   *folder,
                               GError       **error);
static void     listener_clear
                              (Listener      *listener);
static gboolean copy_folder   (Quantiser     *quantiser,
                               const gchar   *from,
                               const gchar   *to,
                               gint           depth,
                               GError       **error);
static gboolean write_weights (Quantiser     *quantiser,
                               const gchar   *folder,
                               const gchar   *stem,
                               const gchar   *path,
                               GError       **error);
static gboolean write_failed  (const gchar   *path,
                               gint           reason,
                               GError       **error);
static gboolean check_places  (const gchar   *folder,
                               const gchar   *out,
                               const gchar   *unfinished,
                               GError       **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listener, listener_clear)


/**
 * pisces_quantise_model:
 * @folder: the folder of a model.
 * @out: the folder to write.  It must not exist, and must not be inside
 *   @folder.
 * @type: `"q8_0"` or `"q4_0"`.
 * @n_quantised: (out) (optional): how many matrices were rounded.
 *
 * Writes the model with its matrices rounded, and copies all its other files.
 * @out only appears when it is complete; until then the folder's name ends in
 * `.unfinished`.  If a folder of that name already exists, it belongs to
 * somebody else and is not touched.
 *
 * Returns: whether it was written.  Errors: %PISCES_ERROR_INVALID_REQUEST,
 *   %PISCES_ERROR_FAILED (it could not be written), and those of loading a
 *   model.
 */
gboolean
pisces_quantise_model (const gchar  *folder,
                       const gchar  *out,
                       const gchar  *type,
                       guint        *n_quantised,
                       GError      **error)
{
  g_auto (Listener)   listener   = { 0 };
  g_autoptr (GArray)  made       = pisces_made_files_new ();
  Quantiser           quantiser  = { &listener, 8, "q8_0", 0, made };
  g_autofree gchar   *goal       = g_canonicalize_filename (out, NULL);
  g_autofree gchar   *unfinished = g_strdup_printf ("%s.unfinished", goal);

  if (strcmp (type, "q4_0") == 0)
    {
      quantiser.n_bits = 4;
      quantiser.type   = "q4_0";
    }
  else if (strcmp (type, "q8_0") != 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   _("“%s” is not a type that matrices can be rounded to; choose "
                     "q8_0 or q4_0."), type);
      return FALSE;
    }

  if (! check_places (folder, goal, unfinished, error) ||
      ! listen_to (&listener, folder, error))
    return FALSE;

  if (! copy_folder (&quantiser, folder, unfinished, 0, error))
    {
      pisces_made_files_remove (made);
      return FALSE;
    }
  if (quantiser.n_quantised == 0)
    {
      pisces_made_files_remove (made);
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   _("The model in “%s” has no matrix that could be rounded; nothing was "
                     "written."), folder);
      return FALSE;
    }
  if (! pisces_path_rename_new (unfinished, goal))
    {
      write_failed (goal, errno, error);
      pisces_made_files_remove (made);
      return FALSE;
    }

  if (n_quantised)
    *n_quantised = quantiser.n_quantised;
  return TRUE;
}


/* finding the matrices */

static PiscesWeight *
listen_weight (PiscesBackend          *backend,
               PiscesWeightUse         use,
               const PiscesHostTensor *parts,
               gint                    n_parts)
{
  Listener     *listener = (Listener *) backend;
  PiscesWeight *weight   = g_new0 (PiscesWeight, 1);

  weight->backend = backend;
  weight->n_dims  = parts[0].n_dims;
  memcpy (weight->dims, parts[0].dims, sizeof (weight->dims));
  for (gint i = 0; i < n_parts; i++)
    if (parts[i].name)
      g_hash_table_add (use == PISCES_WEIGHT_LINEAR ? listener->matrices : listener->others,
                        g_strdup (parts[i].name));

  return weight;
}

static void
forget_weight (PiscesWeight *weight)
{
  g_free (weight);
}

static void
close_nothing (PiscesBackend *backend)
{
}

static gboolean
listen_to (Listener     *listener,
           const gchar  *folder,
           GError      **error)
{
  static const PiscesBackendTable  table =
  {
    .name          = "listener",
    .close         = close_nothing,
    .upload_weight = listen_weight,
    .weight_free   = forget_weight,
  };
  g_autoptr (GPtrArray)            remarks = g_ptr_array_new_with_free_func (g_free);
  const PiscesFamily              *family  = pisces_family_find (folder, error);
  gpointer                         model;

  if (family == NULL)
    return FALSE;

  listener->matrices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  listener->others   = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pisces_backend_init (&listener->base, &table);
  listener->base.memory_limit = 0;
  pisces_backend_begin (&listener->base, NULL);
  /* A family's `load` may leave parts out until a job needs them.  */
  model = family->load_remarking (folder, &listener->base, remarks, error);
  if (model)
    family->free (model);
  pisces_backend_close (&listener->base);

  return model != NULL;
}

static void
listener_clear (Listener *listener)
{
  g_clear_pointer (&listener->matrices, g_hash_table_unref);
  g_clear_pointer (&listener->others, g_hash_table_unref);
}

/* A tensor that is also read by something other than a product stays as it is,
 * such as a table of embeddings that is shared with the output.  So do
 * matrices that are already quantised.  */
static gboolean
is_matrix (const Quantiser        *quantiser,
           const PiscesHostTensor *tensor)
{
  return g_hash_table_contains (quantiser->matrices->matrices, tensor->name) &&
         ! g_hash_table_contains (quantiser->matrices->others, tensor->name) &&
         (tensor->n_dims == 2 ||
          (tensor->n_dims == 4 && tensor->dims[2] == 1 && tensor->dims[3] == 1)) &&
         tensor->dims[1] % PISCES_QUANTISED_BLOCK == 0;
}


/*  folders  */

static const gchar *const stems[] = { "model", "diffusion_pytorch_model" };

/* A model's weight files, with their shards and index, are replaced by one
 * file.  */
static gboolean
is_weights (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (stems); i++)
    if (g_str_has_prefix (name, stems[i]) &&
        (g_str_has_suffix (name, ".safetensors") ||
         g_str_has_suffix (name, ".safetensors.index.json")))
      return TRUE;

  return FALSE;
}

static gboolean
copy_file (Quantiser    *quantiser,
           const gchar  *from,
           const gchar  *to,
           GError      **error)
{
  g_autoptr (GFile)  source = g_file_new_for_path (from);
  g_autoptr (GFile)  goal   = g_file_new_for_path (to);
  g_autoptr (GError) reason = NULL;

  if (g_file_copy (source, goal, G_FILE_COPY_NONE, NULL, NULL, NULL, &reason))
    {
      pisces_made_files_note (quantiser->made, to);
      return TRUE;
    }

  /* A copy that failed halfway has also been created by us.  */
  if (! g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_EXISTS))
    pisces_made_files_note (quantiser->made, to);
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
               _("“%s” could not be written: %s"), to, reason->message);
  return FALSE;
}

static gboolean
copy_folder (Quantiser    *quantiser,
             const gchar  *from,
             const gchar  *to,
             gint          depth,
             GError      **error)
{
  g_autoptr (GDir)          entries = g_dir_open (from, 0, error);
  const gchar              *name;

  if (entries == NULL)
    return FALSE;
  if (g_mkdir (to, 0777) != 0)
    return write_failed (to, errno, error);
  pisces_made_files_note (quantiser->made, to);

  while ((name = g_dir_read_name (entries)))
    {
      g_autofree gchar *source = g_build_filename (from, name, NULL);
      g_autofree gchar *goal   = g_build_filename (to, name, NULL);

      if (g_file_test (source, G_FILE_TEST_IS_DIR))
        {
          if (depth < MAX_DEPTH && name[0] != '.' &&
              ! copy_folder (quantiser, source, goal, depth + 1, error))
            return FALSE;
        }
      else if (! is_weights (name) && ! copy_file (quantiser, source, goal, error))
        {
          return FALSE;
        }
    }

  for (guint i = 0; i < G_N_ELEMENTS (stems); i++)
    {
      g_autofree gchar *file  = g_strconcat (stems[i], ".safetensors", NULL);
      g_autofree gchar *index = g_strconcat (file, ".index.json", NULL);
      g_autofree gchar *path  = g_build_filename (to, file, NULL);
      g_autofree gchar *one   = g_build_filename (from, file, NULL);
      g_autofree gchar *many  = g_build_filename (from, index, NULL);

      if ((g_file_test (one, G_FILE_TEST_EXISTS) || g_file_test (many, G_FILE_TEST_EXISTS)) &&
          ! write_weights (quantiser, from, stems[i], path, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_places (const gchar  *folder,
              const gchar  *out,
              const gchar  *unfinished,
              GError      **error)
{
  g_autofree gchar *parent      = g_path_get_dirname (out);
  g_autofree char  *real_parent = realpath (parent, NULL);
  g_autofree char  *real_folder = realpath (folder, NULL);

  if (pisces_path_is_taken (out))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("“%s” exists already; nothing was written."), out);
  else if (pisces_path_is_taken (unfinished))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("“%s” exists already, and may be of a run that was ended or "
                   "that is still at work; nothing was written. Delete it if "
                   "nobody needs it, or choose another name for the new "
                   "folder."), unfinished);
  else if (real_parent && real_folder &&
           g_str_has_prefix (real_parent, real_folder) &&
           (real_parent[strlen (real_folder)] == '\0' ||
            real_parent[strlen (real_folder)] == G_DIR_SEPARATOR))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("“%s” lies within the model's own folder; nothing was "
                   "written. Choose a place beside it."), out);
  else
    return TRUE;

  return FALSE;
}

/*  a file of weights  */

static void
entry_clear (gpointer data)
{
  g_free (((Entry *) data)->name);
}

static void
add_entry (GArray                 *entries,
           const PiscesHostTensor *tensor,
           const gchar            *suffix,
           const gchar            *type,
           gint64                  width,
           gsize                   element_bytes,
           gint                    part)
{
  Entry entry = { .type = type, .tensor = *tensor, .part = part, .n_dims = tensor->n_dims };

  entry.name = g_strconcat (tensor->name, suffix, NULL);
  memcpy (entry.dims, tensor->dims, sizeof (entry.dims));
  if (part)
    {
      entry.n_dims  = 2;
      entry.dims[1] = width;
    }
  entry.n_bytes = element_bytes;
  for (gint d = 0; d < entry.n_dims; d++)
    entry.n_bytes *= entry.dims[d];
  g_array_append_val (entries, entry);
}

static GArray *
list_entries (Quantiser         *quantiser,
              PiscesWeightFiles *files)
{
  GArray              *entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  guint                n_names;
  const gchar * const *names   = pisces_weight_files_get_names (files, &n_names);
  g_autofree gchar    *suffix  = g_strconcat (".", quantiser->type, NULL);

  g_array_set_clear_func (entries, entry_clear);
  for (guint i = 0; i < n_names; i++)
    {
      PiscesHostTensor tensor;

      /* Skips tensors that the engine cannot read, and names that JSON would
       * have to escape, because no network uses them.  */
      if (! pisces_weight_files_find (files, names[i], &tensor) ||
          strpbrk (names[i], "\"\\"))
        continue;
      tensor.name = names[i];
      if (! is_matrix (quantiser, &tensor))
        {
          add_entry (entries, &tensor, "", pisces_dtype_name (tensor.dtype), 0,
                     pisces_dtype_size (tensor.dtype), 0);
          continue;
        }
      add_entry (entries, &tensor, suffix, quantiser->n_bits == 8 ? "I8" : "U8",
                 tensor.dims[1] * quantiser->n_bits / 8, 1, 1);
      add_entry (entries, &tensor, ".scales", "F16",
                 tensor.dims[1] / PISCES_QUANTISED_BLOCK, 2, 2);
      quantiser->n_quantised++;
    }

  return entries;
}

static GString *
header_of (const GArray *entries)
{
  GString *header = g_string_new ("{");
  guint64  at     = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);

      g_string_append_printf (header, "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[",
                              i ? "," : "", entry->name, entry->type);
      for (gint d = 0; d < entry->n_dims; d++)
        g_string_append_printf (header, "%s%" G_GINT64_FORMAT, d ? "," : "", entry->dims[d]);
      g_string_append_printf (header, "],\"data_offsets\":[%" G_GUINT64_FORMAT
                              ",%" G_GUINT64_FORMAT "]}", at, at + entry->n_bytes);
      at += entry->n_bytes;
    }
  g_string_append_c (header, '}');
  /* The data begin at a multiple of 64 bytes, where vector instructions load
   * fastest.  */
  while ((header->len + 8) % 64 != 0)
    g_string_append_c (header, ' ');

  return header;
}

/* The quants and the scales are separate tensors, so a matrix is rounded once
 * for each.  That takes less time than reading it does.  */
static gboolean
write_entry (FILE             *file,
             const Quantiser  *quantiser,
             const Entry      *entry,
             const gchar      *path,
             GError          **error)
{
  PiscesHostTensor        loaded;
  const PiscesHostTensor *tensor = &loaded;
  const gint64            n_in   = entry->tensor.n_dims > 1 ? entry->tensor.dims[1] : 1;
  const gint64            rows   = MAX (VALUES_AT_A_TIME / MAX (n_in, 1), 1);
  g_autofree gpointer     memory = NULL;
  g_autofree gfloat      *values = NULL;
  g_autofree guint8      *quants = NULL;
  g_autofree guint8      *scales = NULL;

  if (! pisces_host_tensor_load (&entry->tensor, &loaded, &memory, error))
    return FALSE;
  if (entry->part == 0)
    return fwrite (tensor->data, 1, entry->n_bytes, file) == entry->n_bytes ||
           write_failed (path, errno, error);

  values = g_new (gfloat, rows * n_in);
  quants = g_new (guint8, rows * n_in);
  scales = g_new (guint8, rows * n_in / PISCES_QUANTISED_BLOCK * 2);
  for (gint64 first = 0; first < tensor->dims[0]; first += rows)
    {
      const gint64           n       = MIN (rows, tensor->dims[0] - first);
      const PiscesHostTensor some    = pisces_host_tensor_rows (tensor, first, n);
      const gsize            n_bytes = entry->part == 1
                                       ? n * n_in * quantiser->n_bits / 8
                                       : n * n_in / PISCES_QUANTISED_BLOCK * 2;

      pisces_host_tensor_to_f32 (&some, values);
      pisces_quantise_row (quantiser->n_bits, quants, scales, values, n * n_in);
      if (fwrite (entry->part == 1 ? quants : scales, 1, n_bytes, file) != n_bytes)
        return write_failed (path, errno, error);
    }

  return TRUE;
}

static gboolean
write_weights (Quantiser    *quantiser,
               const gchar  *folder,
               const gchar  *stem,
               const gchar  *path,
               GError      **error)
{
  g_autoptr (PiscesWeightFiles) files   = pisces_weight_files_open (folder, stem, error);
  g_autoptr (GArray)            entries = NULL;
  g_autoptr (GString)           header  = NULL;
  guint64                       length;
  FILE                         *file;
  gboolean                      done;

  if (files == NULL)
    return FALSE;
  file = g_fopen (path, "wbex");
  if (file == NULL)
    return write_failed (path, errno, error);
  pisces_made_files_note (quantiser->made, path);

  entries = list_entries (quantiser, files);
  header  = header_of (entries);
  length  = GUINT64_TO_LE (header->len);
  done    = (fwrite (&length, sizeof (length), 1, file) == 1 &&
             fwrite (header->str, header->len, 1, file) == 1) ||
            write_failed (path, errno, error);
  for (guint i = 0; i < entries->len && done; i++)
    done = write_entry (file, quantiser, &g_array_index (entries, Entry, i), path, error);

  if (! done)
    {
      fclose (file);
      return FALSE;
    }

  return fclose (file) == 0 || write_failed (path, errno, error);
}

static gboolean
write_failed (const gchar  *path,
              gint          reason,
              GError      **error)
{
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
               _("“%s” could not be written: %s."), path, g_strerror (reason));
  return FALSE;
}
