/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * product.c: products with weights that lie in panels.  This is conv2d of the CPU
 * backend, and most of its linear (linear.c).
 *
 * Both are the same computation: every output row is the sum, over the taps of a
 * kernel, of an input row times the weights of that tap.  A matrix product has
 * one tap.  A table of pointers says where the input of each row and tap begins.
 * So a convolution copies nothing, and its input beyond the edge is a row of
 * zeros (Dukhan, "The Indirect Convolution Algorithm", arXiv 1907.02129).
 */

#include <stdlib.h>
#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/cpu/tile.h"
#include "engine/pisces.h"


/* The most and the fewest rows that one task takes.  Both are multiples of the
 * rows of a tile.  */
#define MAX_CHUNK_ROWS  96
#define MIN_CHUNK_ROWS  12

/* There are several tasks for each thread, so that one thread that other programs
 * hold up does not hold up all the others.  */
#define TASKS_PER_THREAD 4

/* Bytes of one panel's weights that are read again and again for all rows of a
 * chunk.  They should stay in the second level cache (512 KiB or more), together
 * with the rows.  */
#define BLOCK_BYTES     (384 * 1024)

/* Where the inputs of the rows lie.  */
typedef struct
{
  PiscesTensor     x;
  gint64           n_taps;
  gint64           n_in;            /* inputs of one tap                   */
  gint64           kernel_width;
  gint64           height_out;
  gint64           width_out;
  PiscesConvParams params;
  const gfloat    *zeros;           /* NULL for a matrix product           */
} Inputs;

typedef struct
{
  PiscesTensor           y;
  const PiscesCpuWeight *weight;
  const gfloat          *bias;
  PiscesActivation       activation;
  gboolean               accumulate;
} Outputs;


static gint           threads_for    (PiscesBackend       *backend,
                                      const Outputs       *outputs);
static void           multiply       (PiscesBackend       *backend,
                                      const Outputs       *outputs,
                                      const Inputs        *inputs,
                                      gint                 n_threads);
static gint64         chunk_rows     (gint64               n_rows,
                                      gint64               n_panels,
                                      gint                 n_threads);
static void           multiply_panel (PiscesTileFunc       tile_func,
                                      const Outputs       *outputs,
                                      const Inputs        *inputs,
                                      const gfloat *const *pointers,
                                      gint64               first,
                                      gint64               n_rows,
                                      gint64               panel);
static void           run_tile       (PiscesTileFunc       tile_func,
                                      const Outputs       *outputs,
                                      PiscesTile          *tile,
                                      gint64               n_columns);
static void           point          (const gfloat       **pointers,
                                      const Inputs        *inputs,
                                      gint64               first,
                                      gint64               n_rows);
static void           point_taps     (const gfloat       **pointers,
                                      const Inputs        *inputs,
                                      gint64               image,
                                      gint64               y,
                                      gint64               x);
static const gfloat * get_zeros      (PiscesBackend       *backend,
                                      gint64               n);


/**
 * pisces_cpu_linear_panels:
 * @weight: a weight whose data lies in panels.
 *
 * See pisces_linear().
 */
void
pisces_cpu_linear_panels (PiscesBackend         *backend,
                          PiscesTensor           y,
                          PiscesTensor           x,
                          const PiscesCpuWeight *weight,
                          const PiscesWeight    *bias,
                          PiscesActivation       activation,
                          gboolean               accumulate)
{
  const Outputs outputs =
  {
    y, weight, pisces_cpu_vector (bias), activation, accumulate
  };
  const Inputs  inputs  = { .x = x, .n_taps = 1, .n_in = weight->n_in };

  multiply (backend, &outputs, &inputs, threads_for (backend, &outputs));
}

/**
 * pisces_cpu_linear_here:
 *
 * Does what pisces_cpu_linear_panels() does, in the calling thread alone.  A task of
 * another product may call it.
 */
void
pisces_cpu_linear_here (PiscesBackend         *backend,
                        PiscesTensor           y,
                        PiscesTensor           x,
                        const PiscesCpuWeight *weight,
                        const gfloat          *bias,
                        PiscesActivation       activation,
                        gboolean               accumulate)
{
  const Outputs outputs = { y, weight, bias, activation, accumulate };
  const Inputs  inputs  = { .x = x, .n_taps = 1, .n_in = weight->n_in };

  multiply (backend, &outputs, &inputs, 1);
}

void
pisces_cpu_conv2d (PiscesBackend          *backend,
                   PiscesTensor            y,
                   PiscesTensor            x,
                   const PiscesWeight     *weight,
                   const PiscesWeight     *bias,
                   const PiscesConvParams *params)
{
  const PiscesCpuWeight *w       = (const PiscesCpuWeight *) weight;
  const Outputs          outputs =
  {
    y, w, pisces_cpu_vector (bias), params->activation, params->accumulate
  };
  Inputs                 inputs  =
  {
    .x            = x,
    .n_taps       = w->n_taps,
    .n_in         = w->n_in,
    .kernel_width = weight->dims[3],
    .height_out   = y.dims[1],
    .width_out    = y.dims[2],
    .params       = *params
  };

  inputs.zeros = get_zeros (backend, w->n_in);
  if (inputs.zeros)
    multiply (backend, &outputs, &inputs, threads_for (backend, &outputs));
}


/*  private functions  */

/* A task multiplies a share of the panels with a chunk of the rows.  */
typedef struct
{
  PiscesTileFunc  tile_func;
  const Outputs  *outputs;
  const Inputs   *inputs;
  gint64          rows;             /* of a chunk                         */
  gint64          n_rows;
  gint64          n_panels;
  gint64          n_shares;
} Product;

static void
multiply_share (gint64   task,
                gpointer data)
{
  const Product             *product  = data;
  const gint64               share    = task % product->n_shares;
  const gint64               first    = task / product->n_shares * product->rows;
  const gint64               count    = MIN (product->rows, product->n_rows - first);
  /* The pointers of a tile always have room for all of its rows, in the last tile
   * too.  */
  const gint64               n_tiles  = (count + PISCES_TILE_ROWS - 1) / PISCES_TILE_ROWS;
  g_autofree const gfloat  **pointers = g_new (const gfloat *,
                                               n_tiles * PISCES_TILE_ROWS *
                                               product->inputs->n_taps);

  point (pointers, product->inputs, first, count);
  for (gint64 panel = share * product->n_panels / product->n_shares;
       panel < (share + 1) * product->n_panels / product->n_shares; panel++)
    multiply_panel (product->tile_func, product->outputs, product->inputs,
                    pointers, first, count, panel);
}

static gint
threads_for (PiscesBackend *backend,
             const Outputs *outputs)
{
  const PiscesCpuWeight *weight = outputs->weight;

  return pisces_cpu_threads_for (backend, 2.0 * pisces_tensor_n_rows (outputs->y) *
                                          weight->n_out * weight->n_in * weight->n_taps);
}

static void
multiply (PiscesBackend *backend,
          const Outputs *outputs,
          const Inputs  *inputs,
          gint           n)
{
  const PiscesCpu       *cpu       = (const PiscesCpu *) backend;
  const PiscesCpuWeight *weight    = outputs->weight;
  const PiscesTileFunc   tile_func = weight->bf16 ? cpu->tile_func_bf16
                                                  : cpu->tile_func;
  const gint64           n_rows    = pisces_tensor_n_rows (outputs->y);
  const gint64           n_panels  = (weight->n_out + PISCES_PANEL - 1) /
                                     PISCES_PANEL;
  const gint64           rows      = chunk_rows (n_rows, n_panels, n);
  const gint64           n_chunks  = (n_rows + rows - 1) / rows;
  /* If the chunks alone are too few tasks, the panels are shared out too.  */
  const gint64           n_shares  = n == 1
                                     ? 1
                                     : MIN (n_panels,
                                            (TASKS_PER_THREAD * n +
                                             n_chunks - 1) / n_chunks);

  Product product =
  {
    .tile_func = tile_func,
    .outputs   = outputs,
    .inputs    = inputs,
    .rows      = rows,
    .n_rows    = n_rows,
    .n_panels  = n_panels,
    .n_shares  = n_shares,
  };

  pisces_cpu_share (backend, n, n_chunks * n_shares, multiply_share, &product);
}

static gint64
chunk_rows (gint64 n_rows,
            gint64 n_panels,
            gint   n_threads)
{
  gint64 rows = MAX_CHUNK_ROWS;

  while (n_threads > 1 && rows > MIN_CHUNK_ROWS &&
         (n_rows + rows - 1) / rows * n_panels < TASKS_PER_THREAD * n_threads)
    rows /= 2;
  return rows;
}

/* Multiplies all rows of a chunk with one panel.  The inputs are taken in blocks
 * whose weights stay in the cache: all taps at once if they fit, else tap by tap,
 * and a large tap in pieces.  */
static void
multiply_panel (PiscesTileFunc       tile_func,
                const Outputs       *outputs,
                const Inputs        *inputs,
                const gfloat *const *pointers,
                gint64               first,
                gint64               n_rows,
                gint64               panel)
{
  const gint64   n_in       = inputs->n_in;
  const gint64   n_columns  = MIN (PISCES_PANEL, outputs->weight->n_out -
                                                 panel * PISCES_PANEL);
  gfloat         initial[PISCES_PANEL] = { 0.0f };
  gint64         width;
  const guint8  *w          = pisces_cpu_weight_panel (outputs->weight, panel,
                                                       &width);
  const gboolean bf16       = outputs->weight->bf16;
  const gint64   line       = width * (bf16 ? 2 : 4);
  const gboolean fits       = n_rows <= PISCES_TILE_ROWS ||
                              inputs->n_taps * n_in * line <= BLOCK_BYTES;
  const gint64   block_taps = fits ? inputs->n_taps : 1;
  const gint64   n_pieces   = fits ? 1 : (n_in * line + BLOCK_BYTES - 1) /
                                         BLOCK_BYTES;
  /* The size must be even, because bfloat16 lies in pairs.  */
  const gint64   piece      = (n_in + 2 * n_pieces - 1) / (2 * n_pieces) * 2;
  /* While a block is multiplied, the one that follows it in memory is fetched.
   * Each tile fetches a part of it, a little for each row of weights.  */
  const gint64   n_tiles    = (n_rows + PISCES_TILE_ROWS - 1) / PISCES_TILE_ROWS;
  const gint64   block      = block_taps * (fits ? n_in : piece) * line;

  if (outputs->bias)
    memcpy (initial, outputs->bias + panel * PISCES_PANEL,
            n_columns * sizeof (gfloat));

  for (gint64 tap = 0; tap < inputs->n_taps; tap += block_taps)
    for (gint64 offset = 0; offset < n_in; offset += piece)
      {
        const gboolean is_first = tap == 0 && offset == 0;
        const gboolean is_last  = tap + block_taps >= inputs->n_taps &&
                                  offset + piece >= n_in;

        for (gint64 row = 0; row < n_rows; row += PISCES_TILE_ROWS)
          {
            PiscesTile tile =
            {
              .x          = pointers + row * inputs->n_taps +
                            tap * PISCES_TILE_ROWS,
              .x_offset   = offset,
              .n_taps     = block_taps,
              .n_in       = MIN (piece, n_in - offset),
              .w          = w + (tap * n_in + offset) * line,
              .w_row      = width * 4,
              .w_tap      = n_in * line,
              .width      = width,
              .next       = w + (tap * n_in + offset) * line + block +
                            row / PISCES_TILE_ROWS * (block / n_tiles),
              .next_row   = line / n_tiles,
              .y          = pisces_cpu_row (outputs->y, first + row) +
                            panel * PISCES_PANEL,
              .y_row      = outputs->y.row_stride,
              .n_rows     = MIN (PISCES_TILE_ROWS, n_rows - row),
              .initial    = initial,
              .accumulate = ! is_first
            };

            run_tile (tile_func, outputs, &tile, n_columns);
            if (is_last && outputs->activation != PISCES_ACT_NONE)
              for (gint i = 0; i < tile.n_rows; i++)
                pisces_cpu_activate_row (tile.y + i * tile.y_row,
                                         tile.y + i * tile.y_row,
                                         n_columns, outputs->activation);
          }
      }
}

/* A tile always writes the whole width of a panel.  If the output ends within the
 * panel, the tile writes to a buffer first.  The same is done where the first
 * block adds to both y and the bias.  */
static void
run_tile (PiscesTileFunc  tile_func,
          const Outputs  *outputs,
          PiscesTile     *tile,
          gint64          n_columns)
{
  const gboolean adds  = outputs->accumulate && ! tile->accumulate;
  gfloat        *y     = tile->y;
  const gint64   y_row = tile->y_row;
  gfloat         buffer[PISCES_TILE_ROWS * PISCES_PANEL];

  if (n_columns == tile->width && ! adds)
    {
      tile_func (tile);
      return;
    }

  if (tile->accumulate)
    {
      memset (buffer, 0, sizeof (buffer));
      for (gint i = 0; i < tile->n_rows; i++)
        memcpy (buffer + i * PISCES_PANEL, y + i * y_row,
                n_columns * sizeof (gfloat));
    }
  tile->y     = buffer;
  tile->y_row = PISCES_PANEL;
  tile_func (tile);
  tile->y     = y;
  tile->y_row = y_row;
  for (gint i = 0; i < tile->n_rows; i++)
    for (gint64 c = 0; c < n_columns; c++)
      y[i * y_row + c] = buffer[i * PISCES_PANEL + c] +
                         (adds ? y[i * y_row + c] : 0.0f);
}

/* Fills @pointers, `[row / 6][tap][row % 6]`.  */
static void
point (const gfloat **pointers,
       const Inputs  *inputs,
       gint64         first,
       gint64         n_rows)
{
  gint64 image, x, y;

  if (! inputs->zeros)
    {
      for (gint64 i = 0; i < n_rows; i++)
        pointers[i] = pisces_cpu_row (inputs->x, first + i);
      return;
    }

  image = first / (inputs->height_out * inputs->width_out);
  y     = first / inputs->width_out % inputs->height_out;
  x     = first % inputs->width_out;
  for (gint64 i = 0; i < n_rows; i++)
    {
      const gint64 in_tile = i % PISCES_TILE_ROWS;

      point_taps (pointers + (i - in_tile) * inputs->n_taps + in_tile, inputs,
                  image, y, x);
      if (++x < inputs->width_out)
        continue;
      x = 0;
      if (++y < inputs->height_out)
        continue;
      y = 0;
      image++;
    }
}

/* Finds where the input of each tap lies, for one output pixel.  */
static void
point_taps (const gfloat **pointers,
            const Inputs  *inputs,
            gint64         image,
            gint64         y,
            gint64         x)
{
  const PiscesTensor *in   = &inputs->x;
  const gint64        top  = y * inputs->params.stride - inputs->params.pad_top;
  const gint64        left = x * inputs->params.stride - inputs->params.pad_left;

  for (gint64 tap = 0, dy = 0; tap < inputs->n_taps; dy++)
    {
      const gboolean in_rows = top + dy >= 0 && top + dy < in->dims[1];
      const gfloat  *line    = pisces_cpu_row (*in, in_rows
                                                    ? (image * in->dims[1] +
                                                       top + dy) * in->dims[2]
                                                    : 0);

      for (gint64 dx = 0; dx < inputs->kernel_width; dx++, tap++)
        {
          const gint64   column = left + dx;
          const gboolean is_in  = in_rows && column >= 0 &&
                                  column < in->dims[2];

          pointers[tap * PISCES_TILE_ROWS] = is_in
                                             ? line + column * in->row_stride
                                             : inputs->zeros;
        }
    }
}

static const gfloat *
get_zeros (PiscesBackend *backend,
           gint64         n)
{
  PiscesCpu *cpu = (PiscesCpu *) backend;

  if (cpu->n_zeros < n)
    {
      free (cpu->zeros);
      cpu->zeros   = calloc (n, sizeof (gfloat));
      cpu->n_zeros = cpu->zeros ? n : 0;
      if (! cpu->zeros)
        pisces_backend_refuse_memory (backend, n * sizeof (gfloat));
    }
  return cpu->zeros;
}
