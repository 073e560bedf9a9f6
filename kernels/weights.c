/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weights.c: puts weights into the device's memory in the form that
 * kernels/backend.h describes.  Knows nothing of the ops.
 */

#include <string.h>

#include "engine/pisces.h"
#include "kernels/backend.h"
#include "engine/backend/quantise.h"


/* So many values are rounded at a time.  */
#define QUANTISED_VALUES ((gsize) 1 << 20)


static gsize          take_form     (PiscesBackend          *backend,
                                     PiscesCudaWeight       *weight,
                                     PiscesWeightUse         use,
                                     const PiscesHostTensor *parts,
                                     gint                    n_parts);
static gboolean       fits_float16  (const PiscesHostTensor *parts,
                                     gint                    n_parts);
static cudaError_t    to_device     (PiscesBackend          *backend,
                                     gpointer                to,
                                     gconstpointer           from,
                                     gsize                   n_bytes);
static PiscesCudaType type_of_parts (PiscesBackend          *backend,
                                     PiscesWeightUse         use,
                                     const PiscesHostTensor *parts,
                                     gint                    n_parts);
static cudaError_t    upload_quantised
                                    (PiscesCudaWeight       *weight,
                                     const PiscesHostTensor *part,
                                     gsize                   first);
static void           add_halves    (PiscesCudaWeight       *weight,
                                     gsize                   n_values);
static gpointer       host_values   (PiscesWeightUse         use,
                                     PiscesCudaType          type,
                                     const PiscesHostTensor *part);


/**
 * pisces_cuda_weight_form:
 * @weight: (out): what it will be like; its data is not set.
 */
void
pisces_cuda_weight_form (PiscesBackend          *backend,
                         PiscesWeight           *weight,
                         PiscesWeightUse         use,
                         const PiscesHostTensor *parts,
                         gint                    n_parts)
{
  take_form (backend, (PiscesCudaWeight *) weight, use, parts, n_parts);
}

/**
 * pisces_cuda_upload_weight:
 *
 * See pisces_backend_upload().
 */
PiscesWeight *
pisces_cuda_upload_weight (PiscesBackend          *backend,
                           PiscesWeightUse         use,
                           const PiscesHostTensor *parts,
                           gint                    n_parts)
{
  const gchar      *name   = parts[0].name ? parts[0].name : "without a name";
  PiscesCudaWeight *weight = g_new0 (PiscesCudaWeight, 1);
  gsize             first  = 0;
  gsize             quants_bytes;
  gsize             size;
  cudaError_t       status;

  quants_bytes = take_form (backend, weight, use, parts, n_parts);
  size         = weight->type == PISCES_CUDA_F32 ? 4 : 2;

  status = cudaMalloc (&weight->data, MAX (weight->base.n_bytes, 1));
  if (status != cudaSuccess)
    {
      g_autofree gchar *purpose = g_strdup_printf ("the weight '%s'", name);

      pisces_cuda_refused (backend, weight->base.n_bytes, purpose, status);
      g_free (weight);
      return NULL;
    }

  weight->scales = (guint8 *) weight->data + quants_bytes;
  for (gint i = 0; i < n_parts; i++)
    {
      const gsize         n_bytes = pisces_host_tensor_count (&parts[i]) * size;
      g_autofree gpointer values  = NULL;

      if (weight->n_bits)
        {
          status = upload_quantised (weight, &parts[i], first / size);
        }
      else
        {
          values = host_values (use, weight->type, &parts[i]);
          status = to_device (backend, (guint8 *) weight->data + first,
                              values ? values : parts[i].data, n_bytes);
        }
      if (status != cudaSuccess)
        {
          cudaGetLastError ();
          pisces_cuda_fail (backend, status,
                            "The weight '%s' could not be copied to the device", name);
          pisces_cuda_weight_free (&weight->base);
          return NULL;
        }
      first += n_bytes;
    }

  /* Plans must know what products.c takes of the arena.  */
  if (weight->n_bits)
    backend->op_bytes = MAX (backend->op_bytes,
                             MIN (((PiscesCuda *) backend)->thresholds->elements_bytes,
                                  first / size * 2) + parts[0].dims[1] * sizeof (gfloat));

  if (use == PISCES_WEIGHT_VECTOR)
    add_halves (weight, first / size);
  return &weight->base;
}

/**
 * pisces_cuda_weight_free:
 *
 * See pisces_weight_free().
 */
void
pisces_cuda_weight_free (PiscesWeight *weight)
{
  /* cudaFree waits until the work that still reads the memory is done.  */
  cudaFree (((PiscesCudaWeight *) weight)->data);
  g_free (weight);
}


/*  private functions  */

/* Fills in all but the data.  Returns how many bytes the quants take.  */
static gsize
take_form (PiscesBackend          *backend,
           PiscesCudaWeight       *weight,
           PiscesWeightUse         use,
           const PiscesHostTensor *parts,
           gint                    n_parts)
{
  static const PiscesDType dtypes[] = { PISCES_F32, PISCES_F16, PISCES_BF16 };
  gboolean                 is_float = FALSE;
  gsize                    n_values = 0;
  gsize                    quants_bytes;

  weight->base.backend = backend;
  weight->base.n_dims  = parts[0].n_dims;
  for (gint d = 0; d < parts[0].n_dims; d++)
    weight->base.dims[d] = parts[0].dims[d];
  for (gint i = 1; i < n_parts; i++)
    weight->base.dims[0] += parts[i].dims[0];

  weight->type   = type_of_parts (backend, use, parts, n_parts);
  weight->n_bits = pisces_backend_bits_of (backend, use, parts, n_parts);
  /* A network that needs a wide range has operands in float32.  They are multiplied with
   * quants in bfloat16, which has that range.  */
  if (weight->n_bits && weight->type == PISCES_CUDA_F32)
    {
      weight->type = parts[0].is_wide ? PISCES_CUDA_BF16 : PISCES_CUDA_F16;
      is_float     = parts[0].is_wide;
    }
  weight->base.operand_type = is_float ? PISCES_F32 : dtypes[weight->type];

  weight->was_float16 = TRUE;
  for (gint i = 0; i < n_parts; i++)
    {
      n_values           += pisces_host_tensor_count (&parts[i]);
      weight->was_float16 = weight->was_float16 && parts[i].dtype == PISCES_F16;
    }
  quants_bytes         = n_values * weight->n_bits / 8;
  weight->base.n_bytes = weight->n_bits
                         ? quants_bytes + n_values / PISCES_QUANTISED_BLOCK * 2
                         : n_values * (use == PISCES_WEIGHT_VECTOR ? 8
                                       : weight->type == PISCES_CUDA_F32 ? 4 : 2);

  return quants_bytes;
}

static cudaError_t
to_device (PiscesBackend *backend,
           gpointer       to,
           gconstpointer  from,
           gsize          n_bytes)
{
  PiscesCuda *cuda = (PiscesCuda *) backend;

  if (! cuda->staging)
    cuda->staging = pisces_staging_new ();

  return pisces_staging_copy (cuda->staging, cuda->stream, to, from, n_bytes);
}

/* Writes a vector in both types of 16 bits, too; see kernels/backend.h.  */
static void
add_halves (PiscesCudaWeight *weight,
            gsize             n_values)
{
  const PiscesCudaRows  from    =
  {
    weight->data, n_values, 1, n_values, PISCES_CUDA_F32
  };
  PiscesBackend        *backend = weight->base.backend;

  for (gint i = 0; i < 2; i++)
    {
      const PiscesCudaRows to    =
      {
        (guint8 *) weight->data + n_values * (4 + 2 * i), n_values, 1, n_values,
        i == 0 ? PISCES_CUDA_F16 : PISCES_CUDA_BF16
      };
      const PiscesTensor   shape = { .n_dims = 2, .dims = { 1, n_values } };

      weight->halves[i] = to.data;
      pisces_cuda_expect (backend, "the upload of a vector", shape,
                          pisces_cuda_copy (((PiscesCuda *) backend)->stream, to, from));
    }
}

/* The type of a weight's elements, as kernels/backend.h says.  Parts of unequal types
 * become float32.  */
static PiscesCudaType
type_of_parts (PiscesBackend          *backend,
               PiscesWeightUse         use,
               const PiscesHostTensor *parts,
               gint                    n_parts)
{
  for (gint i = 1; i < n_parts; i++)
    if (parts[i].dtype != parts[0].dtype)
      return PISCES_CUDA_F32;

  if (use != PISCES_WEIGHT_VECTOR && parts[0].dtype == PISCES_F16)
    return parts[0].is_wide ? PISCES_CUDA_F32 : PISCES_CUDA_F16;
  if (use != PISCES_WEIGHT_VECTOR && parts[0].dtype == PISCES_BF16)
    return ! ((PiscesCuda *) backend)->thresholds->has_bfloat16 && ! parts[0].is_wide &&
           fits_float16 (parts, n_parts) ? PISCES_CUDA_F16 : PISCES_CUDA_BF16;
  return PISCES_CUDA_F32;
}

/* Whether a matrix of bfloat16 can become float16.  No number may be beyond the range of
 * float16.  Very small numbers are rounded, by 2^-25 at most, which must be little
 * beside the largest number of the matrix: it is 1/4096 of that at most, where bfloat16
 * itself rounds by 1/512.  All other numbers stay the same.
 *
 * A matrix whose data has not been read from its file yet is taken to fit.  If in the
 * end it does not, it stays bfloat16, which takes as much memory, and products bring
 * their other operand into that type.  */
static gboolean
fits_float16 (const PiscesHostTensor *parts,
              gint                    n_parts)
{
  const guint16 most    = 0x477f;          /* 65280 */
  const guint16 least   = 0x3900;          /* 2^-13 */
  guint16       largest = 0;

  for (gint i = 0; i < n_parts; i++)
    {
      const guint8 *data  = parts[i].data;
      const gint64  count = pisces_host_tensor_count (&parts[i]);

      /* In a file a tensor may begin at any byte, so bits are copied out.  */
      for (gint64 k = 0; k < count && data; k++)
        {
          guint16 bits;

          memcpy (&bits, data + 2 * k, sizeof (bits));
          bits   &= 0x7fff;
          largest = MAX (largest, bits);
        }
    }
  return largest <= most && (largest >= least || largest == 0);
}

/* Rounds a part, a few rows at a time, and sends it to where the first value of the part
 * belongs.  */
static cudaError_t
upload_quantised (PiscesCudaWeight       *weight,
                  const PiscesHostTensor *part,
                  gsize                   first)
{
  const gsize         n_in   = part->dims[1];
  const gsize         n_rows = CLAMP (QUANTISED_VALUES / n_in, 1,
                                      (gsize) part->dims[0]);
  const gsize         bytes  = n_in * weight->n_bits / 8;
  const gsize         scales = n_in / PISCES_QUANTISED_BLOCK * 2;
  g_autofree gfloat  *values = g_new (gfloat, n_rows * n_in);
  g_autofree guint8  *buffer = g_malloc (n_rows * (bytes + scales));
  PiscesHostTensor    some   = *part;
  cudaError_t         status = cudaSuccess;

  for (gsize row = 0; row < (gsize) part->dims[0] && status == cudaSuccess;
       row += some.dims[0])
    {
      const gsize from = first + row * n_in;
      gsize       n;

      n    = MIN (n_rows, (gsize) part->dims[0] - row);
      some = pisces_host_tensor_rows (part, row, n);
      if (pisces_dtype_bits (some.dtype) == weight->n_bits)
        {
          memcpy (buffer, some.data, n * bytes);
          memcpy (buffer + n * bytes, some.scales, n * scales);
        }
      else
        {
          pisces_host_tensor_to_f32 (&some, values);
          pisces_quantise_row (weight->n_bits, buffer, buffer + n * bytes, values,
                               n * n_in);
        }
      status = to_device (weight->base.backend,
                          (guint8 *) weight->data + from * weight->n_bits / 8,
                          buffer, n * bytes);
      if (status == cudaSuccess)
        status = to_device (weight->base.backend,
                            (guint8 *) weight->scales + from / PISCES_QUANTISED_BLOCK * 2,
                            buffer + n * bytes, n * scales);
    }
  return status;
}

/* The part's values in the form that the device holds; NULL: they have that form in the
 * file already.  Only bfloat16 becomes float16, see type_of_parts().  */
static gpointer
host_values (PiscesWeightUse         use,
             PiscesCudaType          type,
             const PiscesHostTensor *part)
{
  const gint64         count = pisces_host_tensor_count (part);
  const gsize          size  = type == PISCES_CUDA_F32 ? 4 : 2;
  g_autofree gpointer  plain = NULL;
  const guint8        *in    = part->data;
  guint8              *out;
  gint64               n_out, n_in, n_taps;

  if (type == PISCES_CUDA_F32 && part->dtype != PISCES_F32)
    {
      plain = g_malloc (count * size);
      pisces_host_tensor_to_f32 (part, plain);
      in = plain;
    }
  else if (type == PISCES_CUDA_F16 && part->dtype == PISCES_BF16)
    {
      plain = g_malloc (count * size);
      for (gint64 i = 0; i < count; i++)
        {
          guint16 bits;

          memcpy (&bits, in + 2 * i, sizeof (bits));
          ((_Float16 *) plain)[i] = (_Float16) pisces_bf16_to_f32 (bits);
        }
      in = plain;
    }
  if (use != PISCES_WEIGHT_CONV)
    return g_steal_pointer (&plain);

  n_out  = part->dims[0];
  n_in   = part->dims[1];
  n_taps = part->dims[2] * part->dims[3];
  if (n_taps == 1)
    return g_steal_pointer (&plain);

  out = g_malloc (count * size);
  for (gint64 o = 0; o < n_out; o++)
    for (gint64 i = 0; i < n_in; i++)
      for (gint64 tap = 0; tap < n_taps; tap++)
        memcpy (out + ((o * n_taps + tap) * n_in + i) * size,
                in + ((o * n_in + i) * n_taps + tap) * size, size);
  return out;
}
