/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops-arrays.c: what the test cases of ops use: arrays and weights of
 * random numbers, the same on every backend, and a function that keeps the
 * outputs.
 */

#include <math.h>

#include "engine/backend/check-ops-arrays.h"

/* Every strided array has this many more columns, which no op may touch.  */
#define GAP 3


/* Returns a number from -1 to 1 that depends only on the counter (the
 * finaliser of MurmurHash3).  */
static gfloat
next_random (PiscesOpRun *run)
{
  guint32 x = run->counter++ * 0x9e3779b9u;

  x = (x ^ x >> 16) * 0x85ebca6bu;
  x = (x ^ x >> 13) * 0xc2b2ae35u;
  x ^= x >> 16;

  return (gfloat) (x >> 8) / 8388608.0f - 1.0f;
}

/* Returns the array together with the extra columns.  */
static PiscesTensor
whole_of (PiscesTensor tensor)
{
  tensor.dims[tensor.n_dims - 1] = tensor.row_stride;

  return tensor;
}

/**
 * pisces_op_array_new:
 * @dims: the axes.
 *
 * Returns: an array with extra columns between its rows.
 */
PiscesTensor
pisces_op_array_new (PiscesOpRun  *run,
                     PiscesOpKind  kind,
                     gint          n_dims,
                     const gint64 *dims)
{
  const gint64       width = dims[n_dims - 1];
  gint64             wide[PISCES_MAX_DIMS];
  PiscesTensor       whole;
  gint64             count;
  g_autofree gfloat *values = NULL;

  for (gint d = 0; d < n_dims; d++)
    wide[d] = dims[d];
  wide[n_dims - 1] += GAP;

  whole  = pisces_backend_alloc_dims (run->backend, n_dims, wide);
  count  = pisces_tensor_count (whole);
  values = g_new (gfloat, count);
  for (gint64 i = 0; i < count; i++)
    {
      const gfloat value = next_random (run);

      values[i] = kind == PISCES_OP_OUTPUT && i % (width + GAP) < width ? NAN : value;
    }
  pisces_upload (run->backend, whole, values);

  return pisces_tensor_columns (whole, 0, width);
}

/**
 * pisces_op_places_new:
 *
 * Returns: the position of each row on each axis, `[n_rows, n_axes]`: whole
 *   numbers up to 2000, many of them very different from the row's number.
 */
PiscesTensor
pisces_op_places_new (PiscesOpRun *run,
                      gint64       n_rows,
                      gint64       n_axes)
{
  PiscesTensor       whole  = pisces_backend_alloc (run->backend, 2, n_rows, n_axes + GAP);
  const gint64       count  = pisces_tensor_count (whole);
  g_autofree gfloat *values = g_new (gfloat, count);

  for (gint64 i = 0; i < count; i++)
    values[i] = floorf ((next_random (run) + 1.0f) * 1000.0f);
  pisces_upload (run->backend, whole, values);

  return pisces_tensor_columns (whole, 0, n_axes);
}

/* Returns a value near this one that can be represented in the type, as
 * float32.  */
static gfloat
rounded (gfloat      value,
         PiscesDType type)
{
  union { gfloat f; guint32 u; } bits = { .f = value };

  if (type == PISCES_F16)
    return (_Float16) value;
  if (type == PISCES_BF16)
    bits.u &= 0xffff0000u;

  return bits.f;
}

/**
 * pisces_op_operand_new:
 * @reader: (nullable): the matrix that will read it.
 *
 * Returns: an operand of products and attention, `[n_rows, width]`, with 16
 *   bits if the backend uses them for that matrix.  The values are rounded to
 *   that type on every backend, so that the CPU gets the same ones.
 */
PiscesTensor
pisces_op_operand_new (PiscesOpRun        *run,
                       const PiscesWeight *reader,
                       PiscesOpKind        kind,
                       gint64              n_rows,
                       gint64              width)
{
  /* Tests both widths that can be read as vectors of 8 elements and other
   * widths.  */
  const gint64       gap    = width % 8 == 0 ? 8 : GAP;
  PiscesTensor       whole  = pisces_backend_alloc_operand (run->backend, reader, 2, n_rows,
                                                            width + gap);
  const gint64       count  = pisces_tensor_count (whole);
  g_autofree gfloat *values = g_new (gfloat, count);

  for (gint64 i = 0; i < count; i++)
    {
      const gfloat value = rounded (next_random (run), run->weight_type);

      values[i] = kind == PISCES_OP_OUTPUT && i % (width + gap) < width ? NAN : value;
    }
  pisces_upload (run->backend, whole, values);

  return pisces_tensor_columns (whole, 0, width);
}

/* Changes the value to one that a quantised matrix can represent exactly: a
 * multiple of the block's largest value divided by its number of steps.  The
 * block also contains that largest value.  */
static gfloat
on_step (gfloat value,
         gint64 place,
         gint   n_bits)
{
  if (n_bits == 8)
    return place % 32 == 5 ? 127.0f / 128.0f : roundf (value * 127.0f) / 128.0f;

  return place % 32 == 5 ? -1.0f : roundf (value * 7.0f) / 8.0f;
}

/**
 * pisces_op_weight_new:
 * @type: F32, F16 or BF16.
 * @dims: the axes.
 *
 * Returns: (transfer none) (nullable): a weight of the run.  If the run uses
 *   quantised matrices, its values can be represented exactly in one. %NULL
 *   after a failure.
 */
PiscesWeight *
pisces_op_weight_new (PiscesOpRun     *run,
                      PiscesWeightUse  use,
                      PiscesDType      type,
                      gint             n_dims,
                      const gint64    *dims)
{
  PiscesHostTensor    host  = { .name = "random", .dtype = type, .n_dims = n_dims };
  gint64              count = 1;
  g_autofree guint32 *data  = NULL;
  PiscesWeight       *weight;

  for (gint d = 0; d < n_dims; d++)
    {
      host.dims[d] = dims[d];
      count       *= dims[d];
    }
  data = g_new0 (guint32, count);
  for (gint64 i = 0; i < count; i++)
    {
      union { gfloat f; guint32 u; } value = { .f = next_random (run) };

      if (run->weight_bits && use == PISCES_WEIGHT_LINEAR)
        value.f = on_step (value.f, i, run->weight_bits);
      if (type == PISCES_F32)
        data[i] = value.u;
      else if (type == PISCES_BF16)
        ((guint16 *) data)[i] = value.u >> 16;
      else
        {
          union { _Float16 f; guint16 u; } half = { .f = (_Float16) value.f };

          ((guint16 *) data)[i] = half.u;
        }
    }
  host.data = data;
  weight    = pisces_backend_upload (run->backend, use, &host, 1);
  if (weight)
    g_ptr_array_add (run->weights, weight);

  return weight;
}

/**
 * pisces_op_keep:
 * @y: an output, which is kept together with what is between its rows.
 */
void
pisces_op_keep (PiscesOpRun  *run,
                PiscesTensor  y)
{
  const PiscesTensor whole = whole_of (y);
  const guint        first = run->values->len;

  g_array_set_size (run->values, first + pisces_tensor_count (whole));
  pisces_download (run->backend, (gfloat *) run->values->data + first, whole);
}
