/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planted-weights.c: stands before the weight source (the linker's --wrap)
 * and gives the networks bfloat16 weights of whatever shape they ask for, all
 * zeros that take no memory: 24 GB of files would say no more to a device
 * that does not compute.
 */

#include <stdarg.h>
#include <sys/mman.h>

#include "engine/networks/weight-source.h"
#include "engine/quantise.h"

#define MAX_WEIGHT_BYTES ((gsize) 4 << 30)

#define SOURCE(name) __wrap_pisces_weight_source_##name

PiscesParameters     SOURCE (linear) (PiscesWeightSource *source, const gchar *name,
                                      gint64 n_out, gint64 n_in, gboolean has_bias);
PiscesParameters     SOURCE (fused)  (PiscesWeightSource *source, const gchar *const *names,
                                      const gint64 *n_out, gint64 n_in, gboolean has_bias);
PiscesParameters     SOURCE (conv)   (PiscesWeightSource *source, const gchar *name,
                                      gint64 n_out, gint64 n_in, gint64 kernel, gboolean has_bias);
PiscesParameters     SOURCE (norm)   (PiscesWeightSource *source, const gchar *name,
                                      gint64 width, gboolean has_bias);
const PiscesWeight * SOURCE (table)  (PiscesWeightSource *source, const gchar *name,
                                      PiscesWeightUse use, gint64 n_rows, gint64 width);
gboolean             SOURCE (has)    (PiscesWeightSource *source, const gchar *name);
gboolean             __wrap_pisces_weight_files_find (const PiscesWeightFiles *files,
                                                      const gchar *name,
                                                      PiscesHostTensor *tensor);
void                 __wrap_pisces_quantise_row (gint n_bits, guint8 *quants, gpointer scales,
                                                 const gfloat *values, gsize n_values);


static PiscesHostTensor
zeros (gint n_dims,
       ...)
{
  static gpointer  memory;
  PiscesHostTensor tensor = { "planted", PISCES_BF16, n_dims };
  va_list          args;

  if (! memory)
    memory = mmap (NULL, MAX_WEIGHT_BYTES, PROT_READ,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  g_assert (memory != MAP_FAILED);

  va_start (args, n_dims);
  for (gint i = 0; i < n_dims; i++)
    tensor.dims[i] = va_arg (args, gint64);
  va_end (args);

  g_assert (pisces_host_tensor_count (&tensor) * 2 <= (gint64) MAX_WEIGHT_BYTES);
  tensor.data = memory;
  return tensor;
}

static const PiscesWeight *
upload (PiscesWeightSource     *source,
        PiscesWeightUse         use,
        const PiscesHostTensor *parts,
        gint                    n_parts)
{
  PiscesWeight *weight = pisces_backend_upload (source->backend, use, parts,
                                                n_parts);

  if (weight)
    g_ptr_array_add (source->weights, weight);
  else if (! source->error)
    source->error = g_error_copy (source->backend->error);
  return weight;
}

static const PiscesWeight *
upload_one (PiscesWeightSource *source,
            PiscesWeightUse     use,
            PiscesHostTensor    tensor)
{
  return upload (source, use, &tensor, 1);
}

PiscesParameters
SOURCE (fused) (PiscesWeightSource *source,
                const gchar *const *names,
                const gint64       *n_out,
                gint64              n_in,
                gboolean            has_bias)
{
  PiscesParameters parameters = { NULL, NULL };
  PiscesHostTensor weights[4];
  PiscesHostTensor biases[4];
  gint             n;

  for (n = 0; names[n]; n++)
    {
      weights[n] = zeros (2, n_out[n], n_in);
      biases[n]  = zeros (1, n_out[n]);
    }
  parameters.weight = upload (source, PISCES_WEIGHT_LINEAR, weights, n);
  if (has_bias)
    parameters.bias = upload (source, PISCES_WEIGHT_VECTOR, biases, n);
  return parameters;
}

PiscesParameters
SOURCE (linear) (PiscesWeightSource *source,
                 const gchar        *name,
                 gint64              n_out,
                 gint64              n_in,
                 gboolean            has_bias)
{
  const gchar *const names[] = { name, NULL };

  return SOURCE (fused) (source, names, &n_out, n_in, has_bias);
}

PiscesParameters
SOURCE (conv) (PiscesWeightSource *source,
               const gchar        *name,
               gint64              n_out,
               gint64              n_in,
               gint64              kernel,
               gboolean            has_bias)
{
  PiscesParameters parameters = { NULL, NULL };

  parameters.weight = upload_one (source, PISCES_WEIGHT_CONV,
                                  zeros (4, n_out, n_in, kernel, kernel));
  if (has_bias)
    parameters.bias = upload_one (source, PISCES_WEIGHT_VECTOR,
                                  zeros (1, n_out));
  return parameters;
}

PiscesParameters
SOURCE (norm) (PiscesWeightSource *source,
               const gchar        *name,
               gint64              width,
               gboolean            has_bias)
{
  PiscesParameters parameters = { NULL, NULL };

  parameters.weight = upload_one (source, PISCES_WEIGHT_VECTOR,
                                  zeros (1, width));
  if (has_bias)
    parameters.bias = upload_one (source, PISCES_WEIGHT_VECTOR,
                                  zeros (1, width));
  return parameters;
}

const PiscesWeight *
SOURCE (table) (PiscesWeightSource *source,
                const gchar        *name,
                PiscesWeightUse     use,
                gint64              n_rows,
                gint64              width)
{
  return upload_one (source, use, zeros (2, n_rows, width));
}

/* No name of an older layout.  */
gboolean
SOURCE (has) (PiscesWeightSource *source,
              const gchar        *name)
{
  return FALSE;
}

gboolean
__wrap_pisces_weight_files_find (const PiscesWeightFiles *files,
                                 const gchar             *name,
                                 PiscesHostTensor        *tensor)
{
  return FALSE;
}

/* Zeros are zeros.  */
void
__wrap_pisces_quantise_row (gint          n_bits,
                            guint8       *quants,
                            gpointer      scales,
                            const gfloat *values,
                            gsize         n_values)
{
}
