/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mapped.c: weights of the CPU backend whose mapped file already has the layout
 * that products need, so that they can stay there.  A large model is then ready
 * as soon as its headers are read.  The system reads a page when an op needs it
 * for the first time, keeps it as long as there is memory, and shares it with
 * other processes.
 *
 * Values are not checked when the weight is made, because this would read all of
 * them.  A product of a few rows checks them by its sums: a weight that is a NaN
 * or infinite makes its output a NaN or infinite, whatever it is multiplied with.
 * Before a product of many rows, all threads read the weights once to check them.
 */

#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/cpu/cpu.h"


/* Bytes of values that one task checks.  */
#define CHECKED_BYTES ((gsize) 1 << 20)

typedef struct
{
  const PiscesHostTensor *tensor;
  gint64                  rows_at_once;
  atomic_bool             is_odd;
} Check;


static gboolean   lies_as_wanted (const PiscesCpuWeight  *weight,
                                  const PiscesHostTensor *part);
static void       place_piece    (PiscesCpuWeight        *piece,
                                  const PiscesHostTensor *mapped);
static gboolean   follows        (const PiscesCpuWeight  *weight,
                                  const PiscesHostTensor *last,
                                  const PiscesHostTensor *next);
static void       advise         (gconstpointer           data,
                                  gsize                   n_bytes,
                                  gint                    advice,
                                  gboolean                whole_pages);
static void       check_some     (gint64                  task,
                                  gpointer                data);


/**
 * pisces_cpu_weight_map:
 * @weight: a weight that has its form, but no data yet.
 * @parts: `[n_parts]` tensors of the file, which together make up the weight.
 *
 * Returns: whether all parts can stay in their files.  If so, @weight now reads
 *   them there; if not, nothing was changed.
 */
gboolean
pisces_cpu_weight_map (PiscesCpuWeight        *weight,
                       const PiscesHostTensor *parts,
                       gint                    n_parts)
{
  PiscesBackend               *backend   = weight->base.backend;
  g_autofree PiscesHostTensor *mapped    = g_new (PiscesHostTensor, n_parts);
  gboolean                     in_a_line = TRUE;

  if (! backend->may_map)
    return FALSE;
  for (gint i = 0; i < n_parts; i++)
    if (! lies_as_wanted (weight, &parts[i]) || ! pisces_host_tensor_map (&parts[i], &mapped[i]))
      return FALSE;

  for (gint i = 1; i < n_parts; i++)
    in_a_line = in_a_line && follows (weight, &mapped[i - 1], &mapped[i]);
  if (in_a_line)
    {
      place_piece (weight, mapped);
    }
  else
    {
      PiscesCpuWeight *pieces = g_new (PiscesCpuWeight, n_parts);
      gint64           first  = 0;

      for (gint i = 0; i < n_parts; i++)
        {
          pieces[i]              = *weight;
          pieces[i].first        = first;
          pieces[i].n_out        = mapped[i].dims[0];
          pieces[i].base.dims[0] = mapped[i].dims[0];
          place_piece (&pieces[i], &mapped[i]);
          first += mapped[i].dims[0];
        }
      weight->pieces   = pieces;
      weight->n_pieces = n_parts;
    }

  for (gint i = 0; i < n_parts; i++)
    {
      pisces_backend_hold_source (backend, &mapped[i]);
      /* The system reads ahead in large steps, while other weights are still
       * being looked up.  */
      advise (mapped[i].data, pisces_host_tensor_n_bytes (&mapped[i]), MADV_WILLNEED, FALSE);
    }
  weight->mapped       = g_steal_pointer (&mapped);
  weight->n_mapped     = n_parts;
  weight->is_unchecked = TRUE;

  return TRUE;
}

/**
 * pisces_cpu_weight_unmap:
 * @weight: a weight that was mapped.
 *
 * Releases the file, and tells the system that this process does not need the pages
 * any longer: with a memory budget, other pages need the room.
 */
void
pisces_cpu_weight_unmap (PiscesCpuWeight *weight)
{
  for (gint i = 0; i < weight->n_mapped; i++)
    {
      advise (weight->mapped[i].data, pisces_host_tensor_n_bytes (&weight->mapped[i]),
              MADV_DONTNEED, TRUE);
      pisces_backend_drop_source (weight->base.backend, &weight->mapped[i]);
    }
  g_free (weight->mapped);
  g_free (weight->pieces);
}

/**
 * pisces_cpu_weight_check:
 * @weight: a weight whose values have not been checked yet.
 *
 * Reads all values, with all threads.
 *
 * Returns: whether all of them are finite; if not, the job has failed.
 */
gboolean
pisces_cpu_weight_check (PiscesBackend         *backend,
                         const PiscesCpuWeight *weight)
{
  for (gint i = 0; i < weight->n_mapped; i++)
    {
      const PiscesHostTensor *tensor = &weight->mapped[i];
      const gsize             row    = pisces_host_tensor_n_bytes (tensor) / tensor->dims[0];
      Check                   check  = { tensor, MAX (1, CHECKED_BYTES / row), FALSE };
      const gint64            n      = (tensor->dims[0] + check.rows_at_once - 1) /
                                       check.rows_at_once;
      GError                 *error  = NULL;

      pisces_cpu_share (backend, pisces_cpu_threads_for (backend, pisces_host_tensor_count (tensor)),
                        n, check_some, &check);
      if (! atomic_load (&check.is_odd))
        continue;

      /* If the file was changed meanwhile, that is the error.  Only an unchanged
       * file is blamed for its values.  */
      if (tensor->access->is_same (tensor->source, &error))
        tensor->access->blame (tensor, &error);
      pisces_backend_take_error (backend, error);
      return FALSE;
    }

  ((PiscesCpuWeight *) weight)->is_unchecked = FALSE;
  return TRUE;
}

/**
 * pisces_cpu_weight_was_read:
 * @weight: a weight with unchecked values, all of which a product has just read.
 * @is_odd: whether one of the sums was not finite.  This may also come from the
 *   inputs.
 */
void
pisces_cpu_weight_was_read (PiscesBackend         *backend,
                            const PiscesCpuWeight *weight,
                            gboolean               is_odd)
{
  if (is_odd)
    pisces_cpu_weight_check (backend, weight);
  else
    ((PiscesCpuWeight *) weight)->is_unchecked = FALSE;
}

/**
 * pisces_cpu_weight_check_row:
 * @table: a TABLE whose values have not been checked yet.
 * @row: the number of one of its rows.
 *
 * Returns: whether its values are finite; if not, the job has failed.
 */
gboolean
pisces_cpu_weight_check_row (PiscesBackend         *backend,
                             const PiscesCpuWeight *table,
                             gint64                 row)
{
  const PiscesHostTensor  one   = pisces_host_tensor_rows (table->mapped, row, 1);
  GError                 *error = NULL;

  if (pisces_host_tensor_is_finite (&one) || pisces_host_tensor_check (table->mapped, &error))
    return TRUE;

  pisces_backend_take_error (backend, error);
  return FALSE;
}


/*  private functions  */

static gboolean
lies_as_wanted (const PiscesCpuWeight  *weight,
                const PiscesHostTensor *part)
{
  if (weight->n_bits)
    return pisces_dtype_bits (part->dtype) == weight->n_bits;
  if (weight->row_type != PISCES_F32)
    return part->dtype == weight->row_type;

  return weight->use == PISCES_WEIGHT_TABLE && weight->bf16 && part->dtype == PISCES_BF16;
}

/* The data pointer of a piece is not const, but nobody writes to weights.  */
static void
place_piece (PiscesCpuWeight        *piece,
             const PiscesHostTensor *mapped)
{
  piece->data   = (gpointer) mapped->data;
  piece->quants = mapped->data;
  piece->scales = mapped->scales;
}

/* Whether one part lies directly after another in memory, so that both are one
 * matrix.  */
static gboolean
follows (const PiscesCpuWeight  *weight,
         const PiscesHostTensor *last,
         const PiscesHostTensor *next)
{
  return weight->n_bits == 0 &&
         (const guint8 *) last->data + pisces_host_tensor_n_bytes (last) == next->data;
}

/* Gives the system advice about these pages, which it may ignore.  With
 * @whole_pages, only pages that lie completely in the data are meant, because
 * others may use the rest of the first and last page.  */
static void
advise (gconstpointer data,
        gsize         n_bytes,
        gint          advice,
        gboolean      whole_pages)
{
  const gsize page  = sysconf (_SC_PAGESIZE);
  const gsize begin = (gsize) data;
  const gsize end   = begin + n_bytes;
  const gsize first = (whole_pages ? begin + page - 1 : begin) & ~(page - 1);
  const gsize last  = (whole_pages ? end : end + page - 1) & ~(page - 1);

  if (first < last)
    madvise ((gpointer) first, last - first, advice);
}

static void
check_some (gint64   task,
            gpointer data)
{
  Check                  *check = data;
  const gint64            first = task * check->rows_at_once;
  const gint64            n     = MIN (check->rows_at_once, check->tensor->dims[0] - first);
  const PiscesHostTensor  some  = pisces_host_tensor_rows (check->tensor, first, n);

  if (! pisces_host_tensor_is_finite (&some))
    atomic_store (&check->is_odd, TRUE);
}
