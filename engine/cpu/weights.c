/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weights.c: the form in which the CPU backend holds weights (see cpu.h).  There
 * is one copy of each.  It lies in panels, which products of one row and of many
 * rows both read in order.  The weights of large models lie as in their file, and
 * stay in the file where possible (mapped.c).  Knows nothing of the products.
 *
 * Environment: PISCES_WEIGHTS is described in backend.c.  PISCES_CPU_WEIGHTS
 * chooses the element type: f32, bf16 or auto (the default).  auto means f32 for
 * models up to PISCES_SMALL_MODEL_BYTES.  For larger models it means the type of the
 * file if that has 16 bits.  Networks that must be computed in float32
 * (force_upcast) are always f32.  With f32, matrices that are quantised in the file
 * are unpacked, and nothing is rounded.
 */

#include <stdlib.h>
#include <string.h>

#include "engine/backend/quantise.h"
#include "engine/cpu/cpu.h"
#include "engine/pisces.h"


#define PAGE_BYTES  ((gsize) 4 << 10)
#define SLICE_BYTES ((gsize) 1 << 20)


static void     take_form     (PiscesBackend          *backend,
                               PiscesCpuWeight        *weight,
                               PiscesWeightUse         use,
                               const PiscesHostTensor *parts,
                               gint                    n_parts);
static gpointer take_memory   (PiscesBackend          *backend,
                               gsize                   n_bytes);
static gboolean store_part    (PiscesCpuWeight        *weight,
                               const PiscesHostTensor *part,
                               gint64                  first,
                               GError                **error);
static void     quantise      (PiscesCpuWeight        *weight,
                               const PiscesHostTensor *part,
                               gint64                  first);
static void     round_rows    (PiscesCpuWeight        *weight,
                               const PiscesHostTensor *part,
                               gint64                  first);
static gboolean is_wanted     (const gchar            *type);
static gboolean wants_bf16    (PiscesBackend          *backend,
                               PiscesWeightUse         use,
                               const PiscesHostTensor *parts,
                               gint                    n_parts);
static PiscesDType
                row_type      (PiscesBackend          *backend,
                               const PiscesHostTensor *parts,
                               gint                    n_parts);
static gsize    n_elements    (const PiscesCpuWeight  *weight);
static void     pack_part     (PiscesCpuWeight        *weight,
                               const PiscesHostTensor *part,
                               gint64                  first_output);
static void     pack_output   (PiscesCpuWeight        *weight,
                               gint64                  output,
                               const gfloat           *row);
static void     store_rows    (PiscesCpuWeight        *weight,
                               const PiscesHostTensor *part,
                               gint64                  first);


/**
 * pisces_cpu_weight_form:
 * @weight: (out): gets all fields of its form, but no data.
 */
void
pisces_cpu_weight_form (PiscesBackend          *backend,
                        PiscesWeight           *weight,
                        PiscesWeightUse         use,
                        const PiscesHostTensor *parts,
                        gint                    n_parts)
{
  take_form (backend, (PiscesCpuWeight *) weight, use, parts, n_parts);
}

/**
 * pisces_cpu_upload_weight:
 *
 * See pisces_backend_upload().
 */
PiscesWeight *
pisces_cpu_upload_weight (PiscesBackend          *backend,
                          PiscesWeightUse         use,
                          const PiscesHostTensor *parts,
                          gint                    n_parts)
{
  PiscesCpuWeight  *weight = g_new0 (PiscesCpuWeight, 1);
  g_autoptr (GError) error = NULL;
  gint64            first  = 0;

  take_form (backend, weight, use, parts, n_parts);
  if (weight->n_bits)
    backend->op_bytes = MAX (backend->op_bytes, pisces_cpu_quantised_op_bytes (backend, weight));
  else if (weight->row_type != PISCES_F32)
    backend->op_bytes = MAX (backend->op_bytes, pisces_cpu_half_op_bytes (backend, weight));

  if (pisces_cpu_weight_map (weight, parts, n_parts))
    return &weight->base;

  weight->data = take_memory (backend, weight->base.n_bytes);
  if (! weight->data)
    {
      pisces_backend_refuse_memory (backend, weight->base.n_bytes);
      g_free (weight);
      return NULL;
    }

  if (weight->n_bits)
    {
      weight->quants = weight->data;
      weight->scales = (_Float16 *) (weight->quants +
                                     weight->n_out * weight->n_in * weight->n_bits / 8);
    }
  else if (weight->row_type == PISCES_F32 &&
           (use == PISCES_WEIGHT_LINEAR || use == PISCES_WEIGHT_CONV))
    {
      memset (weight->data, 0, weight->base.n_bytes);
    }

  for (gint i = 0; i < n_parts; i++)
    {
      if (! store_part (weight, &parts[i], first, &error))
        {
          pisces_backend_take_error (backend, g_steal_pointer (&error));
          pisces_cpu_weight_free (&weight->base);
          return NULL;
        }
      first += parts[i].dims[0];
    }
  return &weight->base;
}

/**
 * pisces_cpu_weight_free:
 *
 * See pisces_weight_free().
 */
void
pisces_cpu_weight_free (PiscesWeight *weight)
{
  PiscesCpuWeight *w = (PiscesCpuWeight *) weight;

  if (w->n_mapped)
    pisces_cpu_weight_unmap (w);
  else
    free (w->data);
  g_free (w);
}


/*  private functions  */

static void
touch_slice (gint64   slice,
             gpointer memory)
{
  for (gsize at = 0; at < SLICE_BYTES; at += PAGE_BYTES)
    ((volatile guint8 *) memory)[slice * SLICE_BYTES + at] = 0;
}

/* Allocates memory.  The system provides a page when it is first written, which
 * takes twice as long as filling it from a file in the system's cache, so all
 * threads do this together.  Large pages were tried: with MADV_HUGEPAGE 1.4 GB
 * took 3.4 s instead of 0.6, because the system first had to move memory
 * together.  */
static gpointer
take_memory (PiscesBackend *backend,
             gsize          n_bytes)
{
  gpointer memory = aligned_alloc (64, n_bytes);

  if (memory)
    pisces_cpu_share (backend, ((PiscesCpu *) backend)->n_threads,
                      n_bytes / SLICE_BYTES, touch_slice, memory);
  return memory;
}

/* Returns the place for a part that is kept exactly as in its file, else NULL.  */
static guint8 *
place_of (PiscesCpuWeight        *weight,
          const PiscesHostTensor *part,
          gint64                  first,
          _Float16              **scales)
{
  const gint64 at = first * weight->n_in * weight->n_taps;

  *scales = NULL;
  if (weight->n_bits && pisces_dtype_bits (part->dtype) == weight->n_bits)
    {
      *scales = (_Float16 *) weight->scales + at / PISCES_QUANTISED_BLOCK;
      return (guint8 *) weight->quants + at * weight->n_bits / 8;
    }
  if (weight->row_type != PISCES_F32 && part->dtype == weight->row_type)
    return (guint8 *) weight->data + at * 2;
  if (weight->use == PISCES_WEIGHT_TABLE && weight->bf16 && part->dtype == PISCES_BF16)
    return (guint8 *) weight->data + at * 2;

  return NULL;
}

/* Reads a part directly to its place, or reads it to a buffer and converts it
 * from there.  */
static gboolean
store_part (PiscesCpuWeight         *weight,
            const PiscesHostTensor  *part,
            gint64                   first,
            GError                 **error)
{
  _Float16            *scales;
  guint8              *place  = place_of (weight, part, first, &scales);
  g_autofree gpointer  memory = NULL;
  PiscesHostTensor     loaded;

  if (place && part->access)
    return part->access->read (part, place, scales, error);
  if (! pisces_host_tensor_load (part, &loaded, &memory, error))
    return FALSE;

  if (place)
    {
      memcpy (place, loaded.data, pisces_host_tensor_n_bytes (&loaded));
      if (scales)
        memcpy (scales, loaded.scales,
                pisces_host_tensor_count (&loaded) / PISCES_QUANTISED_BLOCK * sizeof (*scales));
    }
  else if (weight->n_bits)
    {
      quantise (weight, &loaded, first);
    }
  else if (weight->row_type != PISCES_F32)
    {
      round_rows (weight, &loaded, first);
    }
  else if (weight->use == PISCES_WEIGHT_LINEAR || weight->use == PISCES_WEIGHT_CONV)
    {
      pack_part (weight, &loaded, first);
    }
  else
    {
      store_rows (weight, &loaded, first);
    }

  return TRUE;
}

/* Fills in all fields but the data.  */
static void
take_form (PiscesBackend          *backend,
           PiscesCpuWeight        *weight,
           PiscesWeightUse         use,
           const PiscesHostTensor *parts,
           gint                    n_parts)
{
  weight->base.backend = backend;
  weight->base.n_dims  = parts[0].n_dims;
  for (gint d = 0; d < parts[0].n_dims; d++)
    weight->base.dims[d] = parts[0].dims[d];
  for (gint i = 1; i < n_parts; i++)
    weight->base.dims[0] += parts[i].dims[0];

  weight->use    = use;
  weight->n_bits = is_wanted ("f32")
                 ? 0
                 : pisces_backend_bits_of (backend, use, parts, n_parts);
  weight->bf16   = ! weight->n_bits && wants_bf16 (backend, use, parts, n_parts);
  if (weight->bf16 && use == PISCES_WEIGHT_LINEAR)
    {
      weight->bf16     = FALSE;
      weight->row_type = row_type (backend, parts, n_parts);
    }
  weight->n_out  = weight->base.dims[0];
  weight->n_in   = 1;
  weight->n_taps = 1;
  for (gint d = 1; d < weight->base.n_dims; d++)
    if (d == 1)
      weight->n_in = weight->base.dims[d];
    else
      weight->n_taps *= weight->base.dims[d];

  /* Keys and values that such a matrix makes have errors of 1/2048 at most from
   * float16, and take half of the memory.  */
  if (weight->n_bits || weight->row_type != PISCES_F32)
    weight->base.cache_type = PISCES_F16;

  weight->base.n_bytes = n_elements (weight) * (weight->bf16 ? 2 : 4);
  if (weight->row_type != PISCES_F32)
    weight->base.n_bytes = weight->n_out * weight->n_in * 2;
  if (weight->n_bits)
    weight->base.n_bytes = weight->n_out * weight->n_in / PISCES_QUANTISED_BLOCK *
                           (PISCES_QUANTISED_BLOCK * weight->n_bits / 8 + 2);
  weight->base.n_bytes = (weight->base.n_bytes + 63) & ~(gsize) 63;
}

static void
quantise (PiscesCpuWeight        *weight,
          const PiscesHostTensor *part,
          gint64                  first)
{
  const gsize        n_in   = weight->n_in;
  const gsize        line   = n_in * weight->n_bits / 8;
  const gsize        marks  = n_in / PISCES_QUANTISED_BLOCK;
  guint8            *quants = (guint8 *) weight->quants + first * line;
  _Float16          *scales = (_Float16 *) weight->scales + first * marks;
  g_autofree gfloat *row    = g_new (gfloat, n_in);

  for (gint64 o = 0; o < part->dims[0]; o++, quants += line, scales += marks)
    {
      const PiscesHostTensor one = pisces_host_tensor_rows (part, o, 1);

      pisces_host_tensor_to_f32 (&one, row);
      pisces_quantise_row (weight->n_bits, quants, scales, row, n_in);
    }
}

static gboolean
is_wanted (const gchar *type)
{
  return g_strcmp0 (g_getenv ("PISCES_CPU_WEIGHTS"), type) == 0;
}

static gboolean
wants_bf16 (PiscesBackend          *backend,
            PiscesWeightUse         use,
            const PiscesHostTensor *parts,
            gint                    n_parts)
{
  /* Vectors are small, so 16 bits would save little.  An odd number of inputs
   * cannot lie in pairs.  */
  if (use == PISCES_WEIGHT_VECTOR ||
      (use == PISCES_WEIGHT_CONV && parts[0].dims[1] % 2 != 0))
    return FALSE;
  if (is_wanted ("bf16"))
    return TRUE;
  if (is_wanted ("f32"))
    return FALSE;

  /* The rows of a table become float32 when they are gathered, which rounds
   * nothing.  So a table can stay in its file, whatever the size of the model.  */
  if (use == PISCES_WEIGHT_TABLE && n_parts == 1 && parts[0].dtype == PISCES_BF16)
    return TRUE;

  for (gint i = 0; i < n_parts; i++)
    if (parts[i].dtype != PISCES_BF16 &&
        (parts[i].dtype != PISCES_F16 || parts[i].is_wide))
      return FALSE;
  return MAX (backend->model_bytes, backend->weight_bytes) > PISCES_SMALL_MODEL_BYTES;
}

/* The type of a matrix in 16 bits.  It stays float16 if all of its parts are
 * float16, so that nothing is rounded; else it becomes bfloat16.  */
static PiscesDType
row_type (PiscesBackend          *backend,
          const PiscesHostTensor *parts,
          gint                    n_parts)
{
  if (is_wanted ("bf16"))
    return PISCES_BF16;
  for (gint i = 0; i < n_parts; i++)
    if (parts[i].dtype != PISCES_F16)
      return PISCES_BF16;

  return PISCES_F16;
}

static gsize
n_elements (const PiscesCpuWeight *weight)
{
  gint64 n_panels = (weight->n_out + PISCES_PANEL - 1) / PISCES_PANEL;
  gint64 n_rows   = weight->n_out;

  if (weight->use == PISCES_WEIGHT_LINEAR || weight->use == PISCES_WEIGHT_CONV)
    n_rows = (n_panels - 1) * PISCES_PANEL + pisces_cpu_panel_width (weight, n_panels - 1);
  return n_rows * weight->n_in * weight->n_taps;
}

/* Turns `[n_out, n_in, taps]` of a file into columns of panels, one output at a
 * time.  */
static void
pack_part (PiscesCpuWeight        *weight,
           const PiscesHostTensor *part,
           gint64                  first_output)
{
  g_autofree gfloat *row = g_new (gfloat, weight->n_in * weight->n_taps);
  PiscesHostTensor   one;

  for (gint64 o = 0; o < part->dims[0]; o++)
    {
      one = pisces_host_tensor_rows (part, o, 1);
      pisces_host_tensor_to_f32 (&one, row);
      pack_output (weight, first_output + o, row);
    }
}

static void
pack_output (PiscesCpuWeight *weight,
             gint64           output,
             const gfloat    *row)
{
  const gint64  column = output % PISCES_PANEL;
  gint64        width;
  const guint8 *panel  = pisces_cpu_weight_panel (weight,
                                                  output / PISCES_PANEL,
                                                  &width);
  gfloat       *f32    = (gfloat *) panel;
  guint16      *bf16   = (guint16 *) panel;

  for (gint64 tap = 0; tap < weight->n_taps; tap++)
    for (gint64 c = 0; c < weight->n_in; c++)
      {
        const gfloat value = row[c * weight->n_taps + tap];
        const gint64 line  = tap * weight->n_in + c;

        if (weight->bf16)
          bf16[(line / 2 * width + column) * 2 + line % 2] =
            pisces_cpu_to_bf16 (value);
        else
          f32[line * width + column] = value;
      }
}

/* Stores a LINEAR in 16 bits whose file has another type.  */
static void
round_rows (PiscesCpuWeight        *weight,
            const PiscesHostTensor *part,
            gint64                  first)
{
  const gint64       n_in = weight->n_in;
  guint16           *rows = (guint16 *) weight->data + first * n_in;
  g_autofree gfloat *row  = g_new (gfloat, n_in);

  for (gint64 o = 0; o < part->dims[0]; o++)
    {
      const PiscesHostTensor one = pisces_host_tensor_rows (part, o, 1);

      pisces_host_tensor_to_f32 (&one, row);
      for (gint64 c = 0; c < n_in; c++)
        rows[o * n_in + c] = pisces_cpu_to_bf16 (row[c]);
    }
}

/* Stores a VECTOR or a TABLE.  */
static void
store_rows (PiscesCpuWeight        *weight,
            const PiscesHostTensor *part,
            gint64                  first)
{
  const gint64      width = weight->n_in * weight->n_taps;
  PiscesHostTensor  one;
  g_autofree gfloat *row  = NULL;

  if (! weight->bf16)
    {
      pisces_host_tensor_to_f32 (part, (gfloat *) weight->data + first * width);
      return;
    }

  row = g_new (gfloat, width);
  for (gint64 i = 0; i < part->dims[0]; i++)
    {
      one = pisces_host_tensor_rows (part, i, 1);
      pisces_host_tensor_to_f32 (&one, row);
      for (gint64 c = 0; c < width; c++)
        ((guint16 *) weight->data)[(first + i) * width + c] =
          pisces_cpu_to_bf16 (row[c]);
    }
}
