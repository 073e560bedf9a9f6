/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * product.c: linear and conv2d of the CPU backend.  Both are one thing: every
 * output row is the sum, over the taps of a kernel, of an input row times the
 * tap's weights; a matrix product has one tap.  A table of pointers says
 * where the input of each row and tap begins, so a convolution copies
 * nothing, and input beyond the edge is a row of zeros (Dukhan, "The Indirect
 * Convolution Algorithm", arXiv 1907.02129).
 */

#include <stdlib.h>
#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/cpu/tile.h"
#include "engine/pisces.h"


/* Rows that one task takes: a multiple of the tile's.  */
#define CHUNK_ROWS      96

/* Weights of one panel that are read again and again for all rows of a chunk:
 * they should stay in the second cache (1 MiB and more), beside the rows.  */
#define BLOCK_WEIGHTS   (96 * 1024)

/* Where the rows' inputs lie.  */
typedef struct
{
  PiscesTensor     x;
  gint64           n_taps;
  gint64           n_in;            /* inputs of a tap                     */
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
  PiscesTileFunc         tile_func;
} Outputs;


static void           multiply       (PiscesBackend       *backend,
                                      const Outputs       *outputs,
                                      const Inputs        *inputs);
static void           multiply_panel (const Outputs       *outputs,
                                      const Inputs        *inputs,
                                      const gfloat *const *pointers,
                                      gint64               first,
                                      gint64               n_rows,
                                      gint64               panel);
static void           run_tile       (const Outputs       *outputs,
                                      PiscesTile          *tile,
                                      gint64               n_columns);
static void           point          (const gfloat       **pointers,
                                      const Inputs        *inputs,
                                      gint64               first,
                                      gint64               n_rows);
static const gfloat * input_of       (const Inputs        *inputs,
                                      gint64               row,
                                      gint64               tap);
static const gfloat * get_zeros      (PiscesBackend       *backend,
                                      gint64               n);


void
pisces_cpu_linear (PiscesBackend      *backend,
                   PiscesTensor        y,
                   PiscesTensor        x,
                   const PiscesWeight *weight,
                   const PiscesWeight *bias,
                   PiscesActivation    activation,
                   gboolean            accumulate)
{
  const PiscesCpuWeight *w = (const PiscesCpuWeight *) weight;
  const Outputs outputs =
  {
    y, w, pisces_cpu_vector (bias), activation, accumulate, pisces_tile_func ()
  };
  const Inputs inputs = { .x = x, .n_taps = 1, .n_in = w->n_in };

  multiply (backend, &outputs, &inputs);
}

void
pisces_cpu_conv2d (PiscesBackend          *backend,
                   PiscesTensor            y,
                   PiscesTensor            x,
                   const PiscesWeight     *weight,
                   const PiscesWeight     *bias,
                   const PiscesConvParams *params)
{
  const PiscesCpuWeight *w = (const PiscesCpuWeight *) weight;
  const Outputs outputs =
  {
    y, w, pisces_cpu_vector (bias), params->activation, params->accumulate,
    pisces_tile_func ()
  };
  Inputs inputs =
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
    multiply (backend, &outputs, &inputs);
}


/*  private functions  */

static void
multiply (PiscesBackend *backend,
          const Outputs *outputs,
          const Inputs  *inputs)
{
  const PiscesCpuWeight *weight   = outputs->weight;
  const gint64           n_rows   = pisces_tensor_n_rows (outputs->y);
  const gint64           n_chunks = (n_rows + CHUNK_ROWS - 1) / CHUNK_ROWS;
  const gint64           n_panels = (weight->n_out + PISCES_PANEL - 1) /
                                    PISCES_PANEL;
  const gdouble          work     = 2.0 * n_rows * weight->n_out *
                                    weight->n_in * weight->n_taps;
  const gint             n        = pisces_cpu_threads_for (backend, work);
  /* Where chunks alone would not keep all threads busy, panels are shared
   * out too.  */
  const gint64           n_shares = n == 1 || n_chunks >= 2 * n
                                    ? 1
                                    : MIN (n_panels, (4 * n + n_chunks - 1) /
                                                     n_chunks);

  #pragma omp parallel num_threads (n) if (n > 1)
  {
    g_autofree const gfloat **pointers =
      g_new (const gfloat *, CHUNK_ROWS * inputs->n_taps);

    #pragma omp for schedule (dynamic)
    for (gint64 task = 0; task < n_chunks * n_shares; task++)
      {
        const gint64 share = task % n_shares;
        const gint64 first = task / n_shares * CHUNK_ROWS;
        const gint64 count = MIN (CHUNK_ROWS, n_rows - first);

        point (pointers, inputs, first, count);
        for (gint64 panel = share * n_panels / n_shares;
             panel < (share + 1) * n_panels / n_shares; panel++)
          multiply_panel (outputs, inputs, pointers, first, count, panel);
      }
  }
}

/* All rows of a chunk times one panel.  Inputs are taken in blocks whose
 * weights stay in the cache: all taps at once if they fit, else tap by tap,
 * and a tap in pieces.  */
static void
multiply_panel (const Outputs       *outputs,
                const Inputs        *inputs,
                const gfloat *const *pointers,
                gint64               first,
                gint64               n_rows,
                gint64               panel)
{
  const gint64  n_in       = inputs->n_in;
  const gint64  n_columns  = MIN (PISCES_PANEL, outputs->weight->n_out -
                                                panel * PISCES_PANEL);
  gfloat        initial[PISCES_PANEL] = { 0.0f };
  gint64        width;
  const gfloat *w          = pisces_cpu_weight_panel (outputs->weight, panel,
                                                      &width);
  const gboolean fits      = n_rows <= PISCES_TILE_ROWS ||
                             inputs->n_taps * n_in * width <= BLOCK_WEIGHTS;
  const gint64  block_taps = fits ? inputs->n_taps : 1;
  const gint64  n_pieces   = fits ? 1 : (n_in * width + BLOCK_WEIGHTS - 1) /
                                        BLOCK_WEIGHTS;

  if (outputs->bias)
    memcpy (initial, outputs->bias + panel * PISCES_PANEL,
            n_columns * sizeof (gfloat));

  for (gint64 tap = 0; tap < inputs->n_taps; tap += block_taps)
    for (gint64 piece = 0; piece < n_pieces; piece++)
      {
        const gint64   offset   = piece * n_in / n_pieces;
        const gboolean is_first = tap == 0 && piece == 0;
        const gboolean is_last  = tap + block_taps >= inputs->n_taps &&
                                  piece + 1 == n_pieces;

        for (gint64 row = 0; row < n_rows; row += PISCES_TILE_ROWS)
          {
            PiscesTile tile =
            {
              .x          = pointers + row * inputs->n_taps +
                            tap * PISCES_TILE_ROWS,
              .x_offset   = offset,
              .n_taps     = block_taps,
              .n_in       = (piece + 1) * n_in / n_pieces - offset,
              .w          = w + (tap * n_in + offset) * width,
              .w_row      = width,
              .w_tap      = n_in * width,
              .width      = width,
              .y          = pisces_cpu_row (outputs->y, first + row) +
                            panel * PISCES_PANEL,
              .y_row      = outputs->y.row_stride,
              .n_rows     = MIN (PISCES_TILE_ROWS, n_rows - row),
              .initial    = initial,
              .accumulate = ! is_first
            };

            run_tile (outputs, &tile, n_columns);
            if (is_last && outputs->activation != PISCES_ACT_NONE)
              for (gint i = 0; i < tile.n_rows; i++)
                pisces_cpu_activate_row (tile.y + i * tile.y_row,
                                         tile.y + i * tile.y_row,
                                         n_columns, outputs->activation);
          }
      }
}

/* A tile writes whole panels; where the output ends within one, by way of a
 * buffer.  So too where the first block adds to y and to the bias.  */
static void
run_tile (const Outputs *outputs,
          PiscesTile    *tile,
          gint64         n_columns)
{
  const gboolean adds = outputs->accumulate && ! tile->accumulate;
  gfloat         buffer[PISCES_TILE_ROWS * PISCES_PANEL];
  gfloat        *y     = tile->y;
  const gint64   y_row = tile->y_row;

  if (n_columns == tile->width && ! adds)
    {
      outputs->tile_func (tile);
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
  outputs->tile_func (tile);
  tile->y     = y;
  tile->y_row = y_row;
  for (gint i = 0; i < tile->n_rows; i++)
    for (gint64 c = 0; c < n_columns; c++)
      y[i * y_row + c] = buffer[i * PISCES_PANEL + c] +
                         (adds ? y[i * y_row + c] : 0.0f);
}

/* Fills [row / 6][tap][row % 6].  */
static void
point (const gfloat **pointers,
       const Inputs  *inputs,
       gint64         first,
       gint64         n_rows)
{
  for (gint64 i = 0; i < n_rows; i++)
    {
      const gint64 in_tile = i % PISCES_TILE_ROWS;

      for (gint64 tap = 0; tap < inputs->n_taps; tap++)
        pointers[((i - in_tile) * inputs->n_taps) +
                 tap * PISCES_TILE_ROWS + in_tile] =
          input_of (inputs, first + i, tap);
    }
}

static const gfloat *
input_of (const Inputs *inputs,
          gint64        row,
          gint64        tap)
{
  gint64 image, y, x;

  if (! inputs->zeros)
    return pisces_cpu_row (inputs->x, row);

  image = row / (inputs->height_out * inputs->width_out);
  y     = row / inputs->width_out % inputs->height_out * inputs->params.stride -
          inputs->params.pad_top + tap / inputs->kernel_width;
  x     = row % inputs->width_out * inputs->params.stride -
          inputs->params.pad_left + tap % inputs->kernel_width;
  if (y < 0 || y >= inputs->x.dims[1] || x < 0 || x >= inputs->x.dims[2])
    return inputs->zeros;
  return pisces_cpu_row (inputs->x, (image * inputs->x.dims[1] + y) *
                                    inputs->x.dims[2] + x);
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
        pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                             "%" G_GSIZE_FORMAT " bytes of memory were "
                             "refused.", n * sizeof (gfloat));
    }
  return cpu->zeros;
}
