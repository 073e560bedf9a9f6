/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planted-weights.c: wraps the weight source (with the linker's --wrap) and
 * gives the networks bfloat16 weights of any shape.  These are zeros that take
 * no memory, because 24 GB of files would make no difference to a device that
 * does not compute.  For a device that computes, and may be faster with zeros,
 * they are small numbers, the same for each weight.
 */

#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/networks/weight-source.h"
#include "engine/backend/quantise.h"
#include "tests/bench/cuda/planted-steps.h"

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


static gboolean are_filled;

/**
 * planted_weights_fill:
 *
 * From now on, weights are positive and negative numbers with absolute values
 * from 1/64 to 1/32.
 */
void
planted_weights_fill (void)
{
  are_filled = TRUE;
}

/* The values before first are already set.  */
static void
fill (guint16 *values,
      gsize    first,
      gsize    n)
{
  static guint32 state = 1;

  for (gsize i = first; i < n; i++)
    {
      state     = state * 1664525 + 1013904223;
      values[i] = (state >> 16 & 0x8000) | 0x3c80 | (state >> 20 & 0x7f);
    }
}

static PiscesHostTensor
planted_tensor (gint n_dims,
                ...)
{
  static gpointer  memory;
  static gsize     n_filled;
  PiscesHostTensor tensor = { "planted", PISCES_BF16, n_dims };
  va_list          args;

  if (! memory)
    memory = mmap (NULL, MAX_WEIGHT_BYTES, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  g_assert (memory != MAP_FAILED);

  va_start (args, n_dims);
  for (gint i = 0; i < n_dims; i++)
    tensor.dims[i] = va_arg (args, gint64);
  va_end (args);

  g_assert (pisces_host_tensor_count (&tensor) * 2 <= (gint64) MAX_WEIGHT_BYTES);
  if (are_filled)
    {
      const gsize n = pisces_host_tensor_count (&tensor);

      fill (memory, n_filled, n);
      n_filled = MAX (n_filled, n);
    }
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

  /* All planted weights have the same type, so any matrix has the network's
   * type.  */
  if (weight && (use == PISCES_WEIGHT_LINEAR || use == PISCES_WEIGHT_CONV))
    source->operand_type = weight->operand_type;
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
      weights[n] = planted_tensor (2, n_out[n], n_in);
      biases[n]  = planted_tensor (1, n_out[n]);
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
                                  planted_tensor (4, n_out, n_in, kernel, kernel));
  if (has_bias)
    parameters.bias = upload_one (source, PISCES_WEIGHT_VECTOR,
                                  planted_tensor (1, n_out));
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
                                  planted_tensor (1, width));
  if (has_bias)
    parameters.bias = upload_one (source, PISCES_WEIGHT_VECTOR,
                                  planted_tensor (1, width));
  return parameters;
}

const PiscesWeight *
SOURCE (table) (PiscesWeightSource *source,
                const gchar        *name,
                PiscesWeightUse     use,
                gint64              n_rows,
                gint64              width)
{
  return upload_one (source, use, planted_tensor (2, n_rows, width));
}

/* Names of older layouts do not exist.  */
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

/* Writes zeros, or positive and negative numbers below 1/16: rounding 11 G
 * values would take minutes.  */
void
__wrap_pisces_quantise_row (gint          n_bits,
                            guint8       *quants,
                            gpointer      scales,
                            const gfloat *values,
                            gsize         n_values)
{
  static guint16 some[1 << 15];
  const gsize    n_bytes = n_values * n_bits / 8;

  if (! are_filled)
    {
      memset (quants, 0, n_bytes);
      memset (scales, 0, n_values / PISCES_QUANTISED_BLOCK * 2);
      return;
    }

  if (some[0] == 0)
    fill (some, 0, G_N_ELEMENTS (some));
  for (gsize i = 0; i < n_bytes; i += sizeof (some))
    memcpy (quants + i, some, MIN (sizeof (some), n_bytes - i));
  /* 0.00043 in float16.  */
  memset (scales, 0x0f, n_values / PISCES_QUANTISED_BLOCK * 2);
}
