/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds weights by name, checks and uploads them; see the header.  Mistakes
 * that are not found here would later cause a crash or a picture of noise.
 *
 * Longer than 500 lines, half of them documentation: one function for each
 * kind of weight that networks need.
 */

#include "engine/networks/weight-check.h"
#include "engine/networks/weight-source.h"
#include "engine/pisces.h"

#define MAX_PARTS 4

static void                 fail        (PiscesWeightSource     *source,
                                         gint                    code,
                                         const gchar            *format,
                                         ...) G_GNUC_PRINTF (3, 4);
static gboolean             find        (PiscesWeightSource     *source,
                                         const gchar            *name,
                                         const gchar            *suffix,
                                         gint                    n_dims,
                                         const gint64           *dims,
                                         PiscesHostTensor       *tensor);
static const PiscesWeight * load        (PiscesWeightSource     *source,
                                         const gchar            *name,
                                         const gchar            *suffix,
                                         PiscesWeightUse         use,
                                         gint                    n_dims,
                                         ...);
static const PiscesWeight * upload      (PiscesWeightSource     *source,
                                         PiscesWeightUse         use,
                                         const PiscesHostTensor *parts,
                                         gint                    n_parts);
static const PiscesWeight * keep        (PiscesWeightSource     *source,
                                         const gchar            *name,
                                         PiscesWeight           *weight);
static void                 note_type   (PiscesWeightSource     *source,
                                         PiscesWeightUse         use,
                                         const PiscesHostTensor *parts,
                                         gint                    n_parts,
                                         PiscesDType             type);

/**
 * pisces_weight_source_new:
 * @backend: the backend to upload the weights to.
 * @files: the files with the weights; they must live longer than the source.
 * @prefix: the prefix of every name; `""` for none.
 *
 * Returns: (transfer full): a source without errors.
 */
PiscesWeightSource *
pisces_weight_source_new (PiscesBackend     *backend,
                          PiscesWeightFiles *files,
                          const gchar       *prefix)
{
  PiscesWeightSource *source = g_new0 (PiscesWeightSource, 1);

  source->backend = backend;
  source->files   = files;
  source->prefix  = g_string_new (prefix);
  source->weights =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_weight_free);
  g_queue_init (&source->entered);

  return source;
}

void
pisces_weight_source_free (PiscesWeightSource *source)
{
  if (! source)
    return;

  g_clear_pointer (&source->weights, g_ptr_array_unref);
  g_clear_error (&source->error);
  g_queue_clear (&source->entered);
  g_string_free (source->prefix, TRUE);
  g_free (source);
}

/**
 * pisces_weight_source_enter:
 * @format: the format of what is appended to the prefix, for example
 *   `"layers.%d."`.
 *
 * Until the matching pisces_weight_source_leave(), names are relative to this.
 */
void
pisces_weight_source_enter (PiscesWeightSource *source,
                            const gchar        *format,
                            ...)
{
  va_list args;

  g_queue_push_head (&source->entered,
                     GSIZE_TO_POINTER (source->prefix->len));
  va_start (args, format);
  g_string_append_vprintf (source->prefix, format, args);
  va_end (args);
}

void
pisces_weight_source_leave (PiscesWeightSource *source)
{
  gsize length = GPOINTER_TO_SIZE (g_queue_pop_head (&source->entered));

  g_string_truncate (source->prefix, length);
}

/**
 * pisces_weight_source_has:
 * @name: the full name after the prefix, for example `"to_q.weight"`.
 *
 * Returns: whether the files have it, with any shape, even if it cannot be read: a
 *   weight of an unknown type must be an error, and not be taken for one that the
 *   checkpoint does not have.
 */
gboolean
pisces_weight_source_has (PiscesWeightSource *source,
                          const gchar        *name)
{
  g_autofree gchar *full = g_strconcat (source->prefix->str, name, NULL);

  return pisces_weight_files_has (source->files, full);
}

/**
 * pisces_weight_source_linear:
 * @name: the name of the layer.
 * @n_out: rows of the matrix.
 * @n_in: its columns.
 * @has_bias: whether there is a bias `[n_out]` too.
 *
 * A 1 × 1 convolution, `[n_out, n_in, 1, 1]`, is accepted as a matrix.
 */
PiscesParameters
pisces_weight_source_linear (PiscesWeightSource *source,
                             const gchar        *name,
                             gint64              n_out,
                             gint64              n_in,
                             gboolean            has_bias)
{
  const gchar *const names[] = { name, NULL };

  return pisces_weight_source_fused (source, names, &n_out, n_in, has_bias);
}

/**
 * pisces_weight_source_tied:
 * @table: (nullable): the result of pisces_weight_source_table().
 * @name: the name of the layer.
 *
 * For a table that products read too.  If the backend stores both in the same
 * form, the table is used as it is; if not, it is uploaded a second time.
 */
PiscesParameters
pisces_weight_source_tied (PiscesWeightSource *source,
                           const PiscesWeight *table,
                           const gchar        *name)
{
  PiscesBackend    *backend = source->backend;
  g_autofree gchar *full    = g_strconcat (source->prefix->str, name, ".weight", NULL);
  PiscesHostTensor  tensor;

  /* The earlier failure is already kept.  */
  if (! table)
    return (PiscesParameters) { NULL, NULL };

  if (backend->table->linear_reads_tables &&
      pisces_weight_files_find (source->files, full, &tensor) &&
      pisces_backend_bits_of (backend, PISCES_WEIGHT_LINEAR, &tensor, 1) == 0)
    return (PiscesParameters) { table, NULL };

  return pisces_weight_source_linear (source, name, table->dims[0], table->dims[1], FALSE);
}

/**
 * pisces_weight_source_fused:
 * @names: (array zero-terminated=1): the names of layers with the same input.
 * @n_out: the number of rows of each.
 *
 * Combines several layers into one, whose output contains theirs one after
 * another.
 */
PiscesParameters
pisces_weight_source_fused (PiscesWeightSource *source,
                            const gchar *const *names,
                            const gint64       *n_out,
                            gint64              n_in,
                            gboolean            has_bias)
{
  PiscesParameters parameters = { NULL, NULL };
  PiscesHostTensor weights[MAX_PARTS] = { 0 };
  PiscesHostTensor biases[MAX_PARTS];
  gint             n;

  for (n = 0; names[n]; n++)
    {
      const gint64 dims[] = { n_out[n], n_in };

      g_return_val_if_fail (n < MAX_PARTS, parameters);

      if (! find (source, names[n], ".weight", 2, dims, &weights[n]) ||
          (has_bias &&
           ! find (source, names[n], ".bias", 1, dims, &biases[n])))
        return parameters;

      weights[n].n_dims = 2;               /* also for a 1 × 1 convolution */
    }

  parameters.weight = upload (source, PISCES_WEIGHT_LINEAR, weights, n);
  if (has_bias)
    parameters.bias = upload (source, PISCES_WEIGHT_VECTOR, biases, n);

  return parameters;
}

/**
 * pisces_weight_source_conv:
 * @name: the name of the layer.
 * @kernel: height and width.
 *
 * A convolution `[n_out, n_in, kernel, kernel]`.
 */
PiscesParameters
pisces_weight_source_conv (PiscesWeightSource *source,
                           const gchar        *name,
                           gint64              n_out,
                           gint64              n_in,
                           gint64              kernel,
                           gboolean            has_bias)
{
  PiscesParameters parameters = { NULL, NULL };

  parameters.weight = load (source, name, ".weight", PISCES_WEIGHT_CONV,
                            4, n_out, n_in, kernel, kernel);
  if (has_bias)
    parameters.bias = load (source, name, ".bias", PISCES_WEIGHT_VECTOR,
                            1, n_out);

  return parameters;
}

/**
 * pisces_weight_source_norm:
 * @name: the name of the layer.
 *
 * The scale `[width]`, and the shift if @has_bias.
 */
PiscesParameters
pisces_weight_source_norm (PiscesWeightSource *source,
                           const gchar        *name,
                           gint64              width,
                           gboolean            has_bias)
{
  PiscesParameters parameters = { NULL, NULL };

  parameters.weight = load (source, name, ".weight", PISCES_WEIGHT_VECTOR,
                            1, width);
  if (has_bias)
    parameters.bias = load (source, name, ".bias", PISCES_WEIGHT_VECTOR,
                            1, width);

  return parameters;
}

/**
 * pisces_weight_source_table:
 * @name: the full name after the prefix.
 * @use: how it will be used.
 *
 * A matrix `[n_rows, width]` whose full name is given.
 */
const PiscesWeight *
pisces_weight_source_table (PiscesWeightSource *source,
                            const gchar        *name,
                            PiscesWeightUse     use,
                            gint64              n_rows,
                            gint64              width)
{
  return load (source, name, "", use, 2, n_rows, width);
}

/**
 * pisces_weight_source_find:
 * @name: the full name after the prefix.
 * @tensor: (out): the tensor, which may still be in its file.
 * @n_dims: the number of axes.
 * @dims: (array length=n_dims): their lengths.
 *
 * For weights of which only a part is needed.
 *
 * Returns: whether it is there, and has this shape and a usable type.
 */
gboolean
pisces_weight_source_find (PiscesWeightSource *source,
                           const gchar        *name,
                           PiscesHostTensor   *tensor,
                           gint                n_dims,
                           const gint64       *dims)
{
  return find (source, name, "", n_dims, dims, tensor);
}

/**
 * pisces_weight_source_floats:
 * @name: the full name after the prefix.
 * @n_dims: the number of axes; their lengths follow as #gint64.
 *
 * For weights that are uploaded in another order than in the file.
 *
 * Returns: (transfer full) (nullable): the values in float32; %NULL after a
 *   failure.
 */
gfloat *
pisces_weight_source_floats (PiscesWeightSource *source,
                             const gchar        *name,
                             gint                n_dims,
                             ...)
{
  g_autofree gpointer memory = NULL;
  gfloat             *values = NULL;
  PiscesHostTensor    tensor;
  gint64              dims[PISCES_MAX_DIMS];
  va_list             args;

  va_start (args, n_dims);
  for (gint i = 0; i < n_dims; i++)
    dims[i] = va_arg (args, gint64);
  va_end (args);

  if (! find (source, name, "", n_dims, dims, &tensor) ||
      ! pisces_host_tensor_load (&tensor, &tensor, &memory, &source->error))
    return NULL;

  values = g_try_new (gfloat, pisces_host_tensor_count (&tensor));
  if (values)
    pisces_host_tensor_to_f32 (&tensor, values);
  else
    fail (source, PISCES_ERROR_OUT_OF_MEMORY,
          "There is no memory to hold the weight “%s%s”.", source->prefix->str, name);

  return values;
}

/**
 * pisces_weight_source_values:
 * @name: (nullable): the full name of the tensor that they were made from;
 *   %NULL if they were computed and are in no file.
 * @use: how they will be used.
 * @values: the numbers, which are copied.
 *
 * A matrix `[n_rows, width]`.
 */
const PiscesWeight *
pisces_weight_source_values (PiscesWeightSource *source,
                             const gchar        *name,
                             PiscesWeightUse     use,
                             const gfloat       *values,
                             gint64              n_rows,
                             gint64              width)
{
  const PiscesHostTensor tensor = { name ? name : "computed values",
                                    PISCES_F32, 2, { n_rows, width }, values };

  /* Such a weight is never streamed, because its values do not exist
   * afterwards.  */
  return source->error ? NULL
                       : keep (source, tensor.name,
                               pisces_backend_upload (source->backend, use, &tensor, 1));
}

/**
 * pisces_weight_source_check:
 *
 * Returns: whether all requested weights were found and valid.  If not, @error
 *   is the first mistake: %PISCES_ERROR_MODEL_INVALID, or an error of the
 *   backend.
 */
gboolean
pisces_weight_source_check (PiscesWeightSource  *source,
                            GError             **error)
{
  if (! source->error)
    return TRUE;

  g_propagate_error (error, g_error_copy (source->error));
  return FALSE;
}

/**
 * pisces_weight_source_take:
 *
 * From now on, all operands of the network have the same type, because
 * attention and norms read several of them together.  It is the type of the
 * network's first 16-bit matrix.
 *
 * Returns: (transfer full): an array that owns all uploaded weights.
 */
GPtrArray *
pisces_weight_source_take (PiscesWeightSource *source)
{
  for (guint i = 0; i < source->weights->len; i++)
    ((PiscesWeight *) source->weights->pdata[i])->operand_type = source->operand_type;

  return g_steal_pointer (&source->weights);
}

/*  private functions  */

static void
fail (PiscesWeightSource *source,
      gint                code,
      const gchar        *format,
      ...)
{
  va_list args;

  if (source->error)
    return;

  va_start (args, format);
  source->error = g_error_new_valist (PISCES_ERROR, code, format, args);
  va_end (args);
}

/* Finds one tensor in the files and does all checks.  Two more axes of length
 * 1 at the end are accepted.  */
static gboolean
find (PiscesWeightSource *source,
      const gchar        *name,
      const gchar        *suffix,
      gint                n_dims,
      const gint64       *dims,
      PiscesHostTensor   *tensor)
{
  g_autofree gchar *full = NULL;
  const gchar      *path = pisces_weight_files_get_path (source->files);

  if (source->error)
    return FALSE;

  full = g_strconcat (source->prefix->str, name, suffix, NULL);
  if (! pisces_weight_files_find (source->files, full, tensor))
    {
      g_autofree gchar *why = pisces_weight_files_explain (source->files, full);

      fail (source, PISCES_ERROR_MODEL_INVALID, "%s", why);
    }
  else if (tensor->dtype != PISCES_F32 && tensor->dtype != PISCES_F16 &&
           tensor->dtype != PISCES_BF16 && ! pisces_dtype_bits (tensor->dtype))
    {
      fail (source, PISCES_ERROR_MODEL_INVALID,
            "In “%s” the weight “%s” has the type %s; only F32, F16 and "
            "BF16 can be used, and for matrices q8_0 and q4_0.",
            path, full, pisces_dtype_name (tensor->dtype));
    }
  else if (! pisces_weight_shape_fits (tensor, n_dims, dims))
    {
      g_autofree gchar *found    = pisces_weight_shape_text (tensor->n_dims, tensor->dims);
      g_autofree gchar *expected = pisces_weight_shape_text (n_dims, dims);

      fail (source, PISCES_ERROR_MODEL_INVALID,
            "In “%s” the weight “%s” has the shape %s, but the "
            "configuration calls for %s.", path, full, found, expected);
    }

  tensor->is_wide = source->is_wide;
  return source->error == NULL;
}

static const PiscesWeight *
load (PiscesWeightSource *source,
      const gchar        *name,
      const gchar        *suffix,
      PiscesWeightUse     use,
      gint                n_dims,
      ...)
{
  PiscesHostTensor tensor;
  gint64           dims[PISCES_MAX_DIMS];
  va_list          args;

  va_start (args, n_dims);
  for (gint i = 0; i < n_dims; i++)
    dims[i] = va_arg (args, gint64);
  va_end (args);

  if (! find (source, name, suffix, n_dims, dims, &tensor))
    return NULL;

  return upload (source, use, &tensor, 1);
}

static const PiscesWeight *
upload (PiscesWeightSource     *source,
        PiscesWeightUse         use,
        const PiscesHostTensor *parts,
        gint                    n_parts)
{
  PiscesWeight *weight;

  if (source->error)
    return NULL;

  weight = pisces_backend_upload_streamed (source->backend, use, parts, n_parts,
                                           source->files);
  if (weight)
    note_type (source, use, parts, n_parts, weight->operand_type);

  return keep (source, parts[0].name, weight);
}

static const PiscesWeight *
keep (PiscesWeightSource *source,
      const gchar        *name,
      PiscesWeight       *weight)
{
  if (weight)
    g_ptr_array_add (source->weights, weight);
  else if (source->backend->error)
    source->error = g_error_copy (source->backend->error);
  else
    fail (source, PISCES_ERROR_BACKEND, "The weight “%s” could not be uploaded.", name);

  return weight;
}

/* Quantised weights can be multiplied with operands of any type, so another
 * matrix decides the type if there is one.  */
static void
note_type (PiscesWeightSource     *source,
           PiscesWeightUse         use,
           const PiscesHostTensor *parts,
           gint                    n_parts,
           PiscesDType             type)
{
  const gboolean is_quantised = pisces_backend_bits_of (source->backend, use, parts,
                                                        n_parts) != 0;

  if (type == PISCES_F32 ||
      (source->operand_type != PISCES_F32 && (! source->is_by_quants || is_quantised)))
    return;

  source->operand_type = type;
  source->is_by_quants = is_quantised;
}
