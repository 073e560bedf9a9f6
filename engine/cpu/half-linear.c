/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * half-linear.c: products of the CPU backend with matrices of large models in
 * bfloat16 and float16, which are kept as in their file.  A few rows (decoding)
 * read the weights once for all of them (rows16.h).  Many rows are given to
 * oneDNN where the processor multiplies pairs of bfloat16 faster than float32.  On
 * other processors some outputs at a time become float32 (unpacked.c).
 */

#include "engine/cpu/cpu.h"
#include "engine/cpu/vectors.h"


/* The size of the buffers for float16 weights that become bfloat16, and for rows
 * that oneDNN gets at a time.  */
#define BYTES_AT_A_TIME ((gsize) 8 << 20)

/* So many sums are taken at a time.  */
#define OUTPUTS_AT_A_TIME 384

typedef struct
{
  const PiscesRows16    *funcs;
  PiscesRows16Dots       dots;
  PiscesCpuOutput        output;
  gint64                 n_rows;
  PiscesTensor           arranged;      /* PISCES_ROWS16_ROWS rows side by side */
  const PiscesCpuWeight *weight;
} Product;


static void      few_of_outputs (gint64                   first,
                                 gint64                   end,
                                 gpointer                 data);
static void      multiply_few   (PiscesBackend           *backend,
                                 Product                 *product,
                                 PiscesTensor             x);
static gboolean  multiply_dnnl  (PiscesBackend           *backend,
                                 const Product           *product,
                                 PiscesTensor             x);
static void      round_halves   (guint16                 *y,
                                 const _Float16          *x,
                                 gint64                   n);


/**
 * pisces_cpu_linear_half:
 *
 * See pisces_linear().
 */
void
pisces_cpu_linear_half (PiscesBackend         *backend,
                        PiscesTensor           y,
                        PiscesTensor           x,
                        const PiscesCpuWeight *weight,
                        const PiscesWeight    *bias,
                        PiscesActivation       activation,
                        gboolean               accumulate)
{
  const gsize  mark    = pisces_backend_mark (backend);
  atomic_bool  is_odd  = FALSE;
  Product      product =
  {
    .funcs  = ((PiscesCpu *) backend)->rows16,
    .output = { y, pisces_cpu_vector (bias), activation, accumulate,
                weight->is_unchecked ? &is_odd : NULL },
    .n_rows = pisces_tensor_n_rows (x),
    .weight = weight
  };

  product.dots = weight->row_type == PISCES_BF16 ? product.funcs->dots_bf16
                                                 : product.funcs->dots_f16;
  if (product.n_rows <= PISCES_CPU_FEW_ROWS)
    multiply_few (backend, &product, x);
  else if (! multiply_dnnl (backend, &product, x))
    pisces_cpu_linear_unpacked (backend, y, x, weight, bias, activation, accumulate);
  pisces_backend_release (backend, mark);

  if (weight->is_unchecked)
    pisces_cpu_weight_was_read (backend, weight, atomic_load (&is_odd));
}

/**
 * pisces_cpu_half_op_bytes:
 *
 * Returns: the most bytes of the arena that a product with this matrix takes.
 */
gsize
pisces_cpu_half_op_bytes (PiscesBackend         *backend,
                          const PiscesCpuWeight *weight)
{
  return MAX (PISCES_CPU_FEW_ROWS * pisces_rows16_row_floats (weight->n_in) * sizeof (gfloat) + 64,
              MAX (2 * BYTES_AT_A_TIME, pisces_cpu_unpacked_bytes (weight)));
}


/*  private functions  */

static const guint16 *
row_of (const PiscesCpuWeight *weight,
        gint64                 output)
{
  const PiscesCpuWeight *piece = pisces_cpu_piece (weight, &output);

  return (const guint16 *) piece->data + output * piece->n_in;
}

static void
multiply_few (PiscesBackend *backend,
              Product       *product,
              PiscesTensor   x)
{
  const gint64 n_in   = product->weight->n_in;
  const gint64 floats = pisces_rows16_row_floats (n_in);

  product->arranged = pisces_backend_alloc (backend, 2, product->n_rows, floats);
  if (! product->arranged.data)
    return;

  for (gint64 i = 0; i < product->n_rows; i++)
    {
      const gint64 first = i - i % PISCES_ROWS16_ROWS;
      const gint64 n     = MIN (PISCES_ROWS16_ROWS, product->n_rows - first);

      pisces_rows16_arrange (product->funcs,
                             pisces_cpu_row (product->arranged, first) +
                             (i - first) * PISCES_ROWS16_LINE,
                             n * PISCES_ROWS16_LINE, pisces_cpu_row (x, i), n_in,
                             product->weight->row_type == PISCES_BF16);
    }
  pisces_cpu_share_rows (backend, 2.0 * product->n_rows * product->weight->n_out * n_in,
                         product->weight->n_out, few_of_outputs, product);
}

/* Computes @n outputs, whose rows of weights lie one after another, for some rows of
 * activations: at each place a part of them, and one or two that are left.  */
static void
outputs_in_order (const Product *product,
                  gint64         first,
                  gint64         n,
                  gint64         row,
                  gint           n_rows)
{
  const guint16   *w      = row_of (product->weight, first);
  const gint64     n_in   = product->weight->n_in;
  const gint64     n_each = n / PISCES_ROWS16_PLACES;
  const gint64     whole  = n_each * PISCES_ROWS16_PLACES;
  gfloat           sums[PISCES_ROWS16_ROWS][OUTPUTS_AT_A_TIME];
  PiscesRows16Step step   =
  {
    .w = { w, w + n_each * n_in, w + 2 * n_each * n_in },
    .n_each = n_each, .n_in = n_in,
    .x = pisces_cpu_row (product->arranged, row), .n_rows = n_rows, .sums = sums[0], .row_sums = OUTPUTS_AT_A_TIME
  };

  product->dots (&step);
  for (gint i = 0; i < n_rows; i++)
    pisces_cpu_take_sums (&product->output, row + i, first, sums[i], whole);

  if (whole < n)
    {
      step.n_each = 1;
      for (gint j = 0; j < PISCES_ROWS16_PLACES; j++)
        step.w[j] = w + MIN (whole + j, n - 1) * n_in;
      product->dots (&step);
      for (gint i = 0; i < n_rows; i++)
        pisces_cpu_take_sums (&product->output, row + i, first + whole, sums[i], n - whole);
    }
}

static void
few_of_outputs (gint64   first,
                gint64   end,
                gpointer data)
{
  const Product *product = data;
  gint64         n;

  for (gint64 o = first; o < end; o += n)
    {
      n = MIN (pisces_cpu_outputs_of_piece (product->weight, o), MIN (end - o, OUTPUTS_AT_A_TIME));
      for (gint64 row = 0; row < product->n_rows; row += PISCES_ROWS16_ROWS)
        outputs_in_order (product, o, n, row, MIN (PISCES_ROWS16_ROWS, product->n_rows - row));
    }

  pisces_cpu_activate_columns (&product->output, first, end);
}

typedef struct
{
  const PiscesCpuWeight *weight;
  gint64                 first;
  guint16               *rounded;
} Rounding;

static void
round_outputs (gint64   first,
               gint64   end,
               gpointer data)
{
  const Rounding *rounding = data;
  const gint64    n_in     = rounding->weight->n_in;

  round_halves (rounding->rounded + first * n_in,
                (const _Float16 *) row_of (rounding->weight, rounding->first + first),
                (end - first) * n_in);
}

/* Computes all outputs of some rows.  float16 is converted to bfloat16, some
 * outputs at a time.  Returns whether oneDNN could do it; if not, nothing was
 * written.  */
static gboolean
dnnl_of_rows (PiscesBackend *backend,
              const Product *product,
              PiscesTensor   y,
              PiscesTensor   x)
{
  const PiscesCpuOutput *to      = &product->output;
  const PiscesCpuWeight *weight  = product->weight;
  const gboolean         is_f16  = weight->row_type == PISCES_F16;
  const gint64           at_once = is_f16 ? MAX (1, (gint64) BYTES_AT_A_TIME / (2 * weight->n_in))
                                          : weight->n_out;
  PiscesTensor           rounded = { 0 };

  if (is_f16)
    {
      rounded = pisces_backend_alloc (backend, 2, MIN (at_once, weight->n_out),
                                      (weight->n_in + 1) / 2);
      if (! rounded.data)
        return TRUE;
    }

  for (gint64 first = 0; first < weight->n_out; first += at_once)
    {
      PiscesCpuWeight some     = *weight;
      Rounding        rounding = { weight, first, rounded.data };

      some.n_out = MIN (at_once, weight->n_out - first);
      if (is_f16)
        {
          pisces_cpu_share_rows (backend, 2.0 * some.n_out * some.n_in, some.n_out,
                                 round_outputs, &rounding);
          some.data = rounded.data;
        }
      if (! pisces_cpu_dnnl_linear (backend, pisces_tensor_columns (y, first, some.n_out), x,
                                    &some, to->bias ? to->bias + first : NULL,
                                    to->activation, to->accumulate))
        return FALSE;
    }

  return TRUE;
}

static gboolean
multiply_dnnl (PiscesBackend *backend,
               const Product *product,
               PiscesTensor   x)
{
  const gint64 at_once = MAX (PISCES_CPU_FEW_ROWS + 1,
                              (gint64) BYTES_AT_A_TIME / (2 * product->weight->n_in));

  /* oneDNN has no bfloat16 products for narrower registers.  PISCES_CPU_VECTORS
   * has no effect inside oneDNN, so the test's choice is checked here.  */
  if (pisces_cpu_vector_bits () < 512 || ! pisces_cpu_dnnl_is_fast (backend))
    return FALSE;

  for (gint64 first = 0; first < product->n_rows; first += at_once)
    {
      const gint64 n    = MIN (at_once, product->n_rows - first);
      const gsize  mark = pisces_backend_mark (backend);
      gboolean     done = dnnl_of_rows (backend, product,
                                        pisces_tensor_rows (product->output.y, first, n),
                                        pisces_tensor_rows (x, first, n));

      pisces_backend_release (backend, mark);
      if (! done && first == 0)
        return FALSE;
    }

  return TRUE;
}

PISCES_VECTORISED static void
round_halves (guint16        *y,
              const _Float16 *x,
              gint64          n)
{
  for (gint64 i = 0; i < n; i++)
    y[i] = pisces_cpu_to_bf16 ((gfloat) x[i]);
}
