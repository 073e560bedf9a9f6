/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tensor.c: sizes of arrays, views of them, and conversion of their elements.
 * Knows nothing of files and backends.
 */

#include <string.h>

#include "engine/backend/quantise.h"
#include "engine/backend/tensor.h"
#include "engine/pisces.h"


/**
 * pisces_dtype_size:
 *
 * Returns: the size of one element in bytes; 0 if several elements share a
 *   byte.
 */
gsize
pisces_dtype_size (PiscesDType dtype)
{
  switch (dtype)
    {
    case PISCES_F32:
    case PISCES_I32:
      return 4;
    case PISCES_F16:
    case PISCES_BF16:
      return 2;
    case PISCES_I64:
      return 8;
    case PISCES_U8:
    case PISCES_I8:
      return 1;
    case PISCES_Q8_0:
    case PISCES_Q4_0:
      break;
    }
  return 0;
}

/**
 * pisces_dtype_bits:
 *
 * Returns: how many bits a quant has; 0 if the type is not quantised.
 */
gint
pisces_dtype_bits (PiscesDType dtype)
{
  return dtype == PISCES_Q8_0 ? 8 : dtype == PISCES_Q4_0 ? 4 : 0;
}

/**
 * pisces_dtype_name:
 *
 * Returns: the type's name as safetensors writes it.
 */
const gchar *
pisces_dtype_name (PiscesDType dtype)
{
  switch (dtype)
    {
    case PISCES_F32:
      return "F32";
    case PISCES_F16:
      return "F16";
    case PISCES_BF16:
      return "BF16";
    case PISCES_I32:
      return "I32";
    case PISCES_I64:
      return "I64";
    case PISCES_U8:
      return "U8";
    case PISCES_I8:
      return "I8";
    case PISCES_Q8_0:
      return "q8_0";
    case PISCES_Q4_0:
      return "q4_0";
    }
  return "?";
}

/**
 * pisces_host_tensor_count:
 *
 * Returns: the number of elements.
 */
gint64
pisces_host_tensor_count (const PiscesHostTensor *tensor)
{
  gint64 count = 1;

  for (gint i = 0; i < tensor->n_dims; i++)
    count *= tensor->dims[i];
  return count;
}

/**
 * pisces_host_tensor_n_bytes:
 *
 * Returns: the size of the values in bytes, without the scales.
 */
gsize
pisces_host_tensor_n_bytes (const PiscesHostTensor *tensor)
{
  const gint n_bits = pisces_dtype_bits (tensor->dtype);

  return (gsize) pisces_host_tensor_count (tensor) *
         (n_bits ? n_bits : 8 * (gint) pisces_dtype_size (tensor->dtype)) / 8;
}

/**
 * pisces_host_tensor_load:
 * @tensor: an array that may still be in a file.
 * @loaded: (out caller-allocates): the same, with its data; may be @tensor.
 * @memory: (out) (transfer full) (nullable): the memory of @loaded; free it
 *   with g_free() when @loaded is no longer used. %NULL if @tensor was already
 *   in memory.
 *
 * Returns: whether all data could be read and are valid.
 */
gboolean
pisces_host_tensor_load (const PiscesHostTensor  *tensor,
                         PiscesHostTensor        *loaded,
                         gpointer                *memory,
                         GError                 **error)
{
  g_autofree guint8 *block    = NULL;
  gsize              n_data   = (pisces_host_tensor_n_bytes (tensor) + 63) & ~(gsize) 63;
  gsize              n_scales = 0;

  *memory = NULL;
  if (! tensor->access)
    {
      *loaded = *tensor;
      return TRUE;
    }

  if (pisces_dtype_bits (tensor->dtype))
    n_scales = pisces_host_tensor_count (tensor) / PISCES_QUANTISED_BLOCK * 2;

  block = g_try_malloc (MAX (n_data + n_scales, 1));
  if (! block)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory to read the %" G_GSIZE_FORMAT " bytes of "
                   "the weight “%s”.", n_data + n_scales, tensor->name);
      return FALSE;
    }
  if (! tensor->access->read (tensor, block, block + n_data, error))
    return FALSE;

  *loaded        = *tensor;
  loaded->access = NULL;
  loaded->data   = block;
  loaded->scales = n_scales ? block + n_data : NULL;
  *memory        = g_steal_pointer (&block);

  return TRUE;
}

/**
 * pisces_host_tensor_map:
 * @tensor: an array that may still be in a file.
 * @mapped: (out caller-allocates): the same, with its data in the mapped file;
 *   may be @tensor.
 *
 * Does not read the data.  After reading them, call access->is_same() before
 * using a result.
 *
 * Returns: %FALSE if the array has to be loaded.
 */
gboolean
pisces_host_tensor_map (const PiscesHostTensor *tensor,
                        PiscesHostTensor       *mapped)
{
  gconstpointer data, scales;

  if (! tensor->access || ! tensor->access->map (tensor, &data, &scales))
    return FALSE;

  *mapped        = *tensor;
  mapped->data   = data;
  mapped->scales = scales;

  return TRUE;
}

/**
 * pisces_host_tensor_check:
 * @mapped: an array in a mapped file, which is read here.
 *
 * Returns: whether all data could be read and are valid.
 */
gboolean
pisces_host_tensor_check (const PiscesHostTensor  *mapped,
                          GError                 **error)
{
  const gboolean is_finite = pisces_host_tensor_is_finite (mapped);

  /* This comes first, because if the file was written again, any value may be
   * in it.  */
  if (! mapped->access->is_same (mapped->source, error))
    return FALSE;
  if (! is_finite)
    mapped->access->blame (mapped, error);

  return is_finite;
}

/**
 * pisces_host_tensor_is_finite:
 * @tensor: an array of floating-point numbers or quants, with its data.
 *
 * Checks the bits: NaN and infinity have all bits of the exponent set.
 *
 * Returns: whether all values are finite numbers.
 */
gboolean
pisces_host_tensor_is_finite (const PiscesHostTensor *tensor)
{
  const guint8 *bytes = tensor->data;
  gint64        n     = pisces_host_tensor_count (tensor);
  guint32       mask  = 0x7f800000;
  guint32       bad   = 0;

  /* Quants are always finite, so only the scales need to be checked.  */
  if (pisces_dtype_bits (tensor->dtype))
    {
      bytes = tensor->scales;
      n    /= PISCES_QUANTISED_BLOCK;
    }
  if (tensor->dtype == PISCES_F32)
    {
      for (gint64 i = 0; i < n; i++)
        {
          guint32 bits;

          memcpy (&bits, bytes + i * sizeof (bits), sizeof (bits));
          bad |= (bits & mask) == mask;
        }
      return ! bad;
    }

  mask = tensor->dtype == PISCES_BF16 ? 0x7f80 : 0x7c00;
  for (gint64 i = 0; i < n; i++)
    {
      guint16 bits;

      memcpy (&bits, bytes + i * sizeof (bits), sizeof (bits));
      bad |= (bits & mask) == mask;
    }
  return ! bad;
}

/**
 * pisces_host_tensor_rows:
 * @first: the first row, counted along the first axis.
 *
 * Returns: a view of some of the rows.
 */
PiscesHostTensor
pisces_host_tensor_rows (const PiscesHostTensor *tensor,
                         gint64                  first,
                         gint64                  n_rows)
{
  const gint       n_bits = pisces_dtype_bits (tensor->dtype);
  const gint64     width  = pisces_host_tensor_count (tensor) / MAX (tensor->dims[0], 1);
  PiscesHostTensor rows   = *tensor;

  rows.dims[0] = n_rows;
  rows.data    = (const guint8 *) tensor->data +
                 first * width * (n_bits ? n_bits : 8 * (gint) pisces_dtype_size (tensor->dtype)) / 8;
  if (n_bits)
    rows.scales = (const guint8 *) tensor->scales +
                  first * width / PISCES_QUANTISED_BLOCK * 2;

  return rows;
}

/**
 * pisces_host_tensor_to_f32:
 * @tensor: an array of any element type; its data need not be aligned.
 * @out: room for pisces_host_tensor_count() elements.
 *
 * Converts all elements to float32.  This is exact, except for 32 and 64-bit
 * integers above 2^24.
 */
void
pisces_host_tensor_to_f32 (const PiscesHostTensor *tensor,
                           gfloat                 *out)
{
  const gint64  count = pisces_host_tensor_count (tensor);
  const guint8 *data  = tensor->data;

  /* A tensor in a file may begin at any byte, so memcpy is used; it compiles
   * to a plain load.  */
  switch (tensor->dtype)
    {
    case PISCES_F32:
      memcpy (out, data, count * sizeof (gfloat));
      break;

    case PISCES_F16:
      for (gint64 i = 0; i < count; i++)
        {
          guint16 bits;
          memcpy (&bits, data + 2 * i, 2);
          out[i] = pisces_f16_to_f32 (bits);
        }
      break;

    case PISCES_BF16:
      for (gint64 i = 0; i < count; i++)
        {
          guint16 bits;
          memcpy (&bits, data + 2 * i, 2);
          out[i] = pisces_bf16_to_f32 (bits);
        }
      break;

    case PISCES_I32:
      for (gint64 i = 0; i < count; i++)
        {
          gint32 value;
          memcpy (&value, data + 4 * i, 4);
          out[i] = value;
        }
      break;

    case PISCES_I64:
      for (gint64 i = 0; i < count; i++)
        {
          gint64 value;
          memcpy (&value, data + 8 * i, 8);
          out[i] = value;
        }
      break;

    case PISCES_U8:
      for (gint64 i = 0; i < count; i++)
        out[i] = data[i];
      break;

    case PISCES_I8:
      for (gint64 i = 0; i < count; i++)
        out[i] = (gint8) data[i];
      break;

    case PISCES_Q8_0:
    case PISCES_Q4_0:
      pisces_dequantise_row (pisces_dtype_bits (tensor->dtype), data,
                             tensor->scales, out, count);
      break;
    }
}

/**
 * pisces_tensor_count:
 *
 * Returns: the number of elements.
 */
gint64
pisces_tensor_count (PiscesTensor tensor)
{
  gint64 count = 1;

  for (gint i = 0; i < tensor.n_dims; i++)
    count *= tensor.dims[i];
  return count;
}

/**
 * pisces_tensor_n_rows:
 *
 * Returns: the product of all axes but the last.
 */
gint64
pisces_tensor_n_rows (PiscesTensor tensor)
{
  gint64 count = 1;

  for (gint i = 0; i < tensor.n_dims - 1; i++)
    count *= tensor.dims[i];
  return count;
}

/**
 * pisces_tensor_width:
 *
 * Returns: the length of the last axis.
 */
gint64
pisces_tensor_width (PiscesTensor tensor)
{
  return tensor.dims[tensor.n_dims - 1];
}

/**
 * pisces_tensor_rows:
 * @first: the first row, counted over all axes but the last.
 *
 * Returns: `[n_rows, width]`, a view of some of the rows.
 */
PiscesTensor
pisces_tensor_rows (PiscesTensor tensor,
                    gint64       first,
                    gint64       n_rows)
{
  PiscesTensor view = tensor;

  g_return_val_if_fail (first >= 0 && n_rows > 0 &&
                        first + n_rows <= pisces_tensor_n_rows (tensor),
                        tensor);

  view.n_dims  = 2;
  view.dims[1] = pisces_tensor_width (tensor);
  view.dims[0] = n_rows;
  if (tensor.data)
    view.data = (guint8 *) tensor.data +
                first * tensor.row_stride * pisces_dtype_size (tensor.dtype);
  return view;
}

/**
 * pisces_tensor_columns:
 *
 * Returns: a view of some columns of every row, with as many axes as @tensor.
 */
PiscesTensor
pisces_tensor_columns (PiscesTensor tensor,
                       gint64       first,
                       gint64       n_columns)
{
  PiscesTensor view = tensor;

  g_return_val_if_fail (first >= 0 && n_columns > 0 &&
                        first + n_columns <= pisces_tensor_width (tensor),
                        tensor);

  view.dims[view.n_dims - 1] = n_columns;
  if (tensor.data)
    view.data = (guint8 *) tensor.data +
                first * pisces_dtype_size (tensor.dtype);
  return view;
}

/**
 * pisces_tensor_reshape_dims:
 * @n_dims: the number of new axes.
 * @dims: their lengths.
 *
 * Gives the same elements other axes.  If there is space between rows
 * (row_stride is not the width), the last axis must keep its length.
 *
 * Returns: the view.
 */
PiscesTensor
pisces_tensor_reshape_dims (PiscesTensor  tensor,
                            gint          n_dims,
                            const gint64 *dims)
{
  PiscesTensor view  = tensor;
  gint64       width = pisces_tensor_width (tensor);

  g_return_val_if_fail (n_dims >= 1 && n_dims <= PISCES_MAX_DIMS, tensor);

  view.n_dims = n_dims;
  for (gint i = 0; i < n_dims; i++)
    view.dims[i] = dims[i];

  g_return_val_if_fail (pisces_tensor_count (view) ==
                        pisces_tensor_count (tensor), tensor);
  if (pisces_tensor_width (view) != width)
    {
      g_return_val_if_fail (tensor.row_stride == width ||
                            pisces_tensor_n_rows (tensor) == 1, tensor);
      view.row_stride = pisces_tensor_width (view);
    }
  return view;
}
