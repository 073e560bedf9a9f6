/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * quantised.c: products of the CPU backend with matrices in 8 or 4 bits, in
 * integers (int8.h).  For this, inputs are rounded to 8 bits in blocks of 32,
 * each value by at most 1/254 of the largest in its block.  llama.cpp does the
 * same.
 *
 * A few rows (decoding) read the quants as they lie, once for all rows.  The
 * speed of decoding is limited by reading weights, and these take only a half or
 * a quarter of the bytes of bfloat16.  For many rows, some outputs at a time are
 * put side by side, in a panel that stays in the second level cache.  In plain C
 * integers are not faster than float32, and unpacked.c computes the products.
 */

#include <string.h>

#include "engine/backend/quantise.h"
#include "engine/cpu/cpu.h"
#include "engine/cpu/int8.h"


#define BLOCK PISCES_QUANTISED_BLOCK

/* So many sums of each place are taken at a time.  */
#define OUTPUTS_AT_A_TIME 96

/* Bytes of rows that are rounded at a time.  */
#define ROWS_BYTES ((gsize) 4 << 20)

/* Bytes of a panel that should stay in the first level cache, while they are
 * multiplied with some rows.  Without this, weights come from the second level
 * cache for every tile, which gives half of the speed.  */
#define L1_BYTES   (18 * 1024)
#define CHUNK_ROWS 96

/* Several parts for each thread, so that the others can take over the work of a
 * thread that other programs hold up.  */
#define PARTS_PER_THREAD 4

typedef struct
{
  const PiscesInt8      *funcs;
  PiscesCpuOutput        output;
  PiscesTensor           x;
  const PiscesCpuWeight *weight;

  PiscesInt8Row          rows;         /* the first of the rounded rows of x */
  gsize                  row_bytes;
  gint                   offset;
  gint                   halves;

  gint64                 n_parts;      /* only for many rows                 */
  guint8                *panels;       /* one for each thread                */
  gsize                  panel_bytes;
  atomic_bool           *is_taken;     /* which panels are in use            */
} Product;


static gboolean        round_rows     (PiscesBackend   *backend,
                                       Product         *product);
static void            multiply_few   (PiscesBackend   *backend,
                                       Product         *product);
static void            multiply_many  (PiscesBackend   *backend,
                                       Product         *product);
static PiscesInt8Tile  tile_of        (const Product   *product);
static void            finish         (const Product   *product,
                                       gint64           row,
                                       gint64           first,
                                       gint64           n,
                                       const gfloat    *sums);


/**
 * pisces_cpu_linear_quantised:
 *
 * See pisces_linear().
 */
void
pisces_cpu_linear_quantised (PiscesBackend         *backend,
                             PiscesTensor           y,
                             PiscesTensor           x,
                             const PiscesCpuWeight *weight,
                             const PiscesWeight    *bias,
                             PiscesActivation       activation,
                             gboolean               accumulate)
{
  const gint64 n_rows  = pisces_tensor_n_rows (x);
  const gsize  mark    = pisces_backend_mark (backend);
  atomic_bool  is_odd  = FALSE;
  Product      product =
  {
    .funcs     = ((PiscesCpu *) backend)->int8,
    .output    = { y, pisces_cpu_vector (bias), activation, accumulate,
                   weight->is_unchecked ? &is_odd : NULL },
    .x         = x,
    .weight    = weight,
    .row_bytes = pisces_int8_row_bytes (weight->n_in)
  };

  if (n_rows <= PISCES_CPU_FEW_ROWS)
    multiply_few (backend, &product);
  else if (tile_of (&product))
    multiply_many (backend, &product);
  else
    pisces_cpu_linear_unpacked (backend, y, x, weight, bias, activation, accumulate);
  pisces_backend_release (backend, mark);

  if (weight->is_unchecked)
    pisces_cpu_weight_was_read (backend, weight, atomic_load (&is_odd));
}

/**
 * pisces_cpu_quantised_op_bytes:
 *
 * Returns: the most bytes of the arena that a product with this matrix takes.
 */
gsize
pisces_cpu_quantised_op_bytes (PiscesBackend         *backend,
                               const PiscesCpuWeight *weight)
{
  const PiscesCpu *cpu     = (const PiscesCpu *) backend;
  const Product    product = { .funcs = cpu->int8, .weight = weight };
  const gsize      few     = PISCES_CPU_FEW_ROWS * pisces_int8_row_bytes (weight->n_in);

  if (! tile_of (&product))
    return MAX (few, pisces_cpu_unpacked_bytes (weight));

  return MAX (few, ROWS_BYTES) +
         cpu->n_threads * pisces_int8_panel_bytes (cpu->int8, weight->n_in);
}


/*  private functions  */

static PiscesInt8Tile
tile_of (const Product *product)
{
  return product->weight->n_bits == 8 ? product->funcs->tile_8 : product->funcs->tile_4;
}

static gdouble
work_of (const Product *product)
{
  return 2.0 * pisces_tensor_n_rows (product->x) * product->weight->n_out *
         product->weight->n_in;
}

/* Finds the quants and the scales of the output @output and of those after it.
 *
 * Returns: how many outputs lie there, one after another.  */
static gint64
find_output (const PiscesCpuWeight  *weight,
             gint64                  output,
             const guint8          **quants,
             const _Float16        **scales)
{
  const PiscesCpuWeight *piece    = pisces_cpu_piece (weight, &output);
  const gint64           n_blocks = piece->n_in / BLOCK;

  *quants = piece->quants + output * n_blocks * (BLOCK * piece->n_bits / 8);
  *scales = piece->scales + output * n_blocks;

  return piece->n_out - output;
}

/* Finishes some outputs of one row: bias, earlier values of y, activation.  */
static void
finish (const Product *product,
        gint64         row,
        gint64         first,
        gint64         n,
        const gfloat  *sums)
{
  const PiscesCpuOutput *output = &product->output;
  gfloat                *y      = pisces_cpu_row (output->y, row) + first;

  for (gint64 o = 0; o < n; o++)
    {
      gfloat sum = sums[o];

      if (output->bias)
        sum += output->bias[first + o];
      if (output->accumulate)
        sum += y[o];
      y[o] = sum;
    }
  if (output->activation != PISCES_ACT_NONE)
    pisces_cpu_activate_row (y, y, n, output->activation);
}

static void
round_some (gint64   first,
            gint64   end,
            gpointer data)
{
  const Product *product = data;

  for (gint64 i = first; i < end; i++)
    pisces_int8_round (pisces_int8_row_at (product->rows, i * product->row_bytes),
                       pisces_cpu_row (product->x, i), product->weight->n_in,
                       product->offset, product->halves);
}

/* Rounds some rows of x.  Returns whether there was memory for this; if not, the
 * job has failed.  */
static gboolean
round_rows (PiscesBackend *backend,
            Product       *product)
{
  const gint64 n_rows = pisces_tensor_n_rows (product->x);
  PiscesTensor memory = pisces_backend_alloc (backend, 2, n_rows,
                                              (gint64) (product->row_bytes / sizeof (gfloat)));

  if (! memory.data)
    return FALSE;

  product->rows = pisces_int8_row_in (memory.data, product->weight->n_in);
  /* Rounding takes about four operations for each value.  */
  pisces_cpu_share_rows (backend, 4.0 * n_rows * product->weight->n_in, n_rows, round_some, product);

  return TRUE;
}

/* Where the weights of some outputs lie.  Whole groups of blocks are read, beyond the
 * end of a row if its width isn't a multiple of 512.  So the last rows of a matrix are
 * copied, because what follows them may not be readable.  */
typedef struct
{
  const guint8   *quants[PISCES_INT8_ROWS];
  const _Float16 *scales[PISCES_INT8_ROWS];
  guint8         *copies[PISCES_INT8_ROWS];    /* NULL if there was no need */
} Outputs;

static void
outputs_clear (Outputs *outputs)
{
  for (gint i = 0; i < PISCES_INT8_ROWS; i++)
    g_free (outputs->copies[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outputs, outputs_clear)

static void
outputs_set (Outputs               *outputs,
             gint                   i,
             const PiscesCpuWeight *weight,
             gint64                 output)
{
  const gint64  n_blocks = weight->n_in / BLOCK;
  const gint64  whole    = pisces_int8_whole_blocks (weight->n_in);
  const gsize   size     = BLOCK * weight->n_bits / 8;
  const gint64  n_left   = find_output (weight, output, &outputs->quants[i], &outputs->scales[i]);
  _Float16     *scales;

  if (whole <= n_left * n_blocks)
    return;

  if (! outputs->copies[i])
    outputs->copies[i] = g_malloc0 (whole * (size + sizeof (_Float16)));
  scales = (_Float16 *) (outputs->copies[i] + whole * size);
  memcpy (outputs->copies[i], outputs->quants[i], n_blocks * size);
  memcpy (scales, outputs->scales[i], n_blocks * sizeof (_Float16));
  outputs->quants[i] = outputs->copies[i];
  outputs->scales[i] = scales;
}

/* Computes @n outputs at each of PISCES_INT8_ROWS places, which lie @stretch apart, of
 * all rows.  */
static void
outputs_in_order (const Product *product,
                  Outputs       *outputs,
                  gint64         first,
                  gint64         n,
                  gint64         stretch)
{
  const PiscesCpuWeight *weight = product->weight;
  const PiscesInt8Dots   dots   = weight->n_bits == 8 ? product->funcs->dots_8
                                                      : product->funcs->dots_4;
  const gint64           n_rows = pisces_tensor_n_rows (product->x);
  gfloat                 taken[PISCES_CPU_FEW_ROWS][PISCES_INT8_ROWS][OUTPUTS_AT_A_TIME];

  for (gint64 o = 0; o < n; o++)
    {
      for (gint i = 0; i < PISCES_INT8_ROWS; i++)
        outputs_set (outputs, i, weight, first + o + i * stretch);
      for (gint64 row = 0; row < n_rows; row++)
        {
          const PiscesInt8Row x = pisces_int8_row_at (product->rows, row * product->row_bytes);
          gfloat              sums[PISCES_INT8_ROWS];

          dots (sums, outputs->quants, outputs->scales, &x, weight->n_in / BLOCK);
          for (gint i = 0; i < PISCES_INT8_ROWS; i++)
            taken[row][i][o] = sums[i];
        }
    }

  for (gint64 row = 0; row < n_rows; row++)
    for (gint i = 0; i < PISCES_INT8_ROWS; i++)
      pisces_cpu_take_sums (&product->output, row, first + i * stretch, taken[row][i], n);
}

/* Computes one output of all rows.  */
static void
one_output (const Product *product,
            Outputs       *outputs,
            gint64         output)
{
  const PiscesCpuWeight *weight = product->weight;
  const PiscesInt8Dot    dot    = weight->n_bits == 8 ? product->funcs->dot_8
                                                      : product->funcs->dot_4;

  outputs_set (outputs, 0, weight, output);

  for (gint64 row = 0; row < pisces_tensor_n_rows (product->x); row++)
    {
      const PiscesInt8Row x = pisces_int8_row_at (product->rows, row * product->row_bytes);

      pisces_cpu_take_sum (&product->output, row, output,
                           dot (outputs->quants[0], outputs->scales[0], &x,
                                weight->n_in / BLOCK));
    }
}

/* Computes some outputs of all rows.  They are divided into as many stretches as
 * are read at a time.  */
static void
few_of_outputs (gint64   first,
                gint64   end,
                gpointer data)
{
  const Product  *product = data;
  const gint64    stretch = (end - first) / PISCES_INT8_ROWS;
  g_auto (Outputs) outputs = { { NULL } };

  for (gint64 o = first; o < first + stretch; o += OUTPUTS_AT_A_TIME)
    outputs_in_order (product, &outputs, o, MIN (OUTPUTS_AT_A_TIME, first + stretch - o), stretch);
  for (gint64 o = first + PISCES_INT8_ROWS * stretch; o < end; o++)
    one_output (product, &outputs, o);

  pisces_cpu_activate_columns (&product->output, first, end);
}

static void
multiply_few (PiscesBackend *backend,
              Product       *product)
{
  const gboolean in_8 = product->weight->n_bits == 8;

  product->offset = in_8 ? product->funcs->offset_8 : PISCES_INT8_OFFSET_4;
  product->halves = in_8 ? 1 : product->funcs->halves;
  if (round_rows (backend, product))
    pisces_cpu_share_rows (backend, work_of (product), product->weight->n_out,
                           few_of_outputs, product);
}

/* Computes the outputs of one panel for all rows.  */
static void
multiply_panel (const Product *product,
                gpointer       memory,
                gint64         first)
{
  const PiscesCpuWeight *weight   = product->weight;
  const PiscesInt8      *funcs    = product->funcs;
  const PiscesInt8Tile   tile     = tile_of (product);
  const gint64           n_rows   = pisces_tensor_n_rows (product->x);
  const gint64           n_out    = MIN (funcs->panel_width, weight->n_out - first);
  const gint64           n_blocks = weight->n_in / BLOCK;
  const gint64           at_once  = L1_BYTES / (BLOCK + sizeof (gfloat)) / funcs->panel_width;
  const gint64           chunk    = CHUNK_ROWS / funcs->tile_rows * funcs->tile_rows;
  gfloat                 sums[CHUNK_ROWS * PISCES_INT8_PANEL_WIDTH];
  PiscesInt8Panel        panel;
  const guint8          *quants;
  const _Float16        *scales;

  find_output (weight, first, &quants, &scales);
  panel = pisces_int8_pack (funcs, memory, quants, scales, n_out, weight->n_in, weight->n_bits);

  for (gint64 row = 0; row < n_rows; row += chunk)
    {
      const gint64 n = MIN (chunk, n_rows - row);

      memset (sums, 0, n * funcs->panel_width * sizeof (gfloat));
      for (gint64 b = 0; b < n_blocks; b += at_once)
        {
          const PiscesInt8Panel some = pisces_int8_panel_from (funcs, panel, b);

          for (gint64 i = 0; i < n; i += funcs->tile_rows)
            {
              const PiscesInt8Row x = pisces_int8_row_at (product->rows,
                                                          (row + i) * product->row_bytes);
              const PiscesInt8Row x_from = pisces_int8_row_from (x, b);

              tile (sums + i * funcs->panel_width, funcs->panel_width, &some, &x_from,
                    product->row_bytes, MIN (funcs->tile_rows, n - i),
                    MIN (at_once, n_blocks - b));
            }
        }
      for (gint64 i = 0; i < n; i++)
        finish (product, row + i, first, n_out, sums + i * funcs->panel_width);
    }
}

static void
many_of_outputs (gint64   part,
                 gpointer data)
{
  const Product *product  = data;
  const gint64   width    = product->funcs->panel_width;
  const gint64   n_panels = (product->weight->n_out + width - 1) / width;
  const gint     place    = pisces_cpu_take_place (product->is_taken);

  for (gint64 panel = part * n_panels / product->n_parts;
       panel < (part + 1) * n_panels / product->n_parts; panel++)
    multiply_panel (product, product->panels + place * product->panel_bytes, panel * width);
  atomic_store (&product->is_taken[place], FALSE);
}

static void
multiply_many (PiscesBackend *backend,
               Product       *product)
{
  const PiscesCpu         *cpu      = (const PiscesCpu *) backend;
  const gint64             n_rows   = pisces_tensor_n_rows (product->x);
  const gint64             width    = product->funcs->panel_width;
  const gint64             n_panels = (product->weight->n_out + width - 1) / width;
  const gint64             at_once  = MAX (PISCES_CPU_FEW_ROWS, ROWS_BYTES / product->row_bytes);
  const gint               n        = pisces_cpu_threads_for (backend, work_of (product));
  g_autofree atomic_bool  *is_taken = g_new0 (atomic_bool, cpu->n_threads);
  PiscesTensor             panels;

  product->panel_bytes = pisces_int8_panel_bytes (product->funcs, product->weight->n_in);
  panels = pisces_backend_alloc (backend, 2, cpu->n_threads,
                                 (gint64) (product->panel_bytes / sizeof (gfloat)));
  if (! panels.data)
    return;

  product->panels   = panels.data;
  product->is_taken = is_taken;
  product->offset   = product->weight->n_bits == 8 ? 128 : PISCES_INT8_OFFSET_4;
  product->halves   = 1;
  product->n_parts  = MIN (n_panels, n == 1 ? 1 : PARTS_PER_THREAD * n);
  for (gint64 first = 0; first < n_rows; first += at_once)
    {
      const gsize mark = pisces_backend_mark (backend);
      Product     some = *product;

      some.x = pisces_tensor_rows (product->x, first, MIN (at_once, n_rows - first));
      some.output.y = pisces_tensor_rows (product->output.y, first, MIN (at_once, n_rows - first));
      if (! round_rows (backend, &some))
        return;
      pisces_cpu_share (backend, n, some.n_parts, many_of_outputs, &some);
      pisces_backend_release (backend, mark);
    }
}
