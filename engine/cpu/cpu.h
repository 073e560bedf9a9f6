/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cpu.h: the inside of the CPU backend: its struct, the form of its weights, and
 * the functions that its files offer to each other.  No file outside this folder
 * may include it, except backend.c, which opens the backend.
 */

#pragma once

#include <stdatomic.h>

#include "engine/backend/backend.h"
#include "engine/cpu/few-queries.h"
#include "engine/cpu/int8.h"
#include "engine/cpu/rows16.h"
#include "engine/cpu/threads.h"
#include "engine/cpu/tile.h"

G_BEGIN_DECLS

/* Weights lie in panels of 64 outputs.  64 floats fill four of the widest vector
 * registers, and one row of a panel fills 4 cache lines.  */
#define PISCES_PANEL 64

/* Up to this number of rows (most of the time in decoding), weights in 16 bits or
 * fewer are multiplied from where they lie.  For more rows it is worth the time
 * to put outputs side by side first.  */
#define PISCES_CPU_FEW_ROWS 8

/* The last panel is as wide as its outputs need, rounded up to a multiple of
 * this.  */
#define PISCES_PANEL_STEP 16

typedef struct _PiscesCpu       PiscesCpu;
typedef struct _PiscesCpuWeight PiscesCpuWeight;
typedef struct _PiscesCpuDnnl   PiscesCpuDnnl;
typedef struct _PiscesCpuTurns  PiscesCpuTurns;

struct _PiscesCpu
{
  PiscesBackend    base;
  gint             n_threads;
  PiscesCpuThreads *threads;
  PiscesTileFunc   tile_func;
  PiscesTileFunc   tile_func_bf16;
  const PiscesInt8   *int8;     /* for quantised weights                    */
  const PiscesRows16 *rows16;   /* for weights in 16 bits                   */
  PiscesCpuTurns     *turns;    /* of rope.c; NULL: none yet                */
  const PiscesFew *few;         /* for attention with few queries           */
  gfloat          *zeros;       /* input beyond the edge of a picture       */
  gint64           n_zeros;
  PiscesCpuDnnl   *dnnl;        /* made at its first use                    */
};

/* What @data holds depends on the use:
 *
 * LINEAR and CONV: panels of 64 outputs, each `[n_taps][n_in][64]`.  One row
 * (decoding) and many rows both read them from front to back, so one copy serves
 * both.  In bfloat16 two inputs lie beside each other,
 * `[n_taps][n_in / 2][64][2]`, because processors and oneDNN want it so.
 *
 * VECTOR and TABLE: as in the file.
 *
 * A quantised LINEAR: the quants as in the file, then the scales (quantise.h).
 *
 * A LINEAR of a large model in 16 bits: as in the file, so that loading does not
 * have to pack it.  */
struct _PiscesCpuWeight
{
  PiscesWeight     base;
  PiscesWeightUse  use;
  gboolean         bf16;        /* TRUE: bfloat16; FALSE: float32           */
  PiscesDType      row_type;    /* BF16 or F16 for a LINEAR that is kept as in the file;
                                 * else F32  */
  gint             n_bits;      /* 0: not quantised                         */
  gint64           n_out;
  gint64           n_in;
  gint64           n_taps;      /* kernel height * width; 1 for LINEAR      */
  gpointer         data;
  const guint8    *quants;      /* both lie in @data, unless mapped         */
  const _Float16  *scales;

  /* Only for weights that stay in a mapped file; mapped.c fills this in.  */
  PiscesHostTensor *mapped;     /* the tensors of the file                  */
  gint             n_mapped;    /* 0: not mapped                            */
  gboolean         is_unchecked; /* the values have not yet been checked for NaN and
                                  * infinity  */
  PiscesCpuWeight *pieces;      /* a matrix whose rows lie in several places, one piece
                                 * below the other; NULL: all in one place  */
  gint             n_pieces;
  gint64           first;       /* for a piece: number of its first row     */
};

/* Returns the piece that has this output, and changes @output to its number
 * there.  */
static inline const PiscesCpuWeight *
pisces_cpu_piece (const PiscesCpuWeight *weight,
                  gint64                *output)
{
  const PiscesCpuWeight *piece;

  if (! weight->pieces)
    return weight;

  piece = weight->pieces + weight->n_pieces - 1;
  while (*output < piece->first)
    piece--;
  *output -= piece->first;

  return piece;
}

/* Returns how many outputs lie one after another from this one on.  */
static inline gint64
pisces_cpu_outputs_of_piece (const PiscesCpuWeight *weight,
                             gint64                 output)
{
  const PiscesCpuWeight *piece = pisces_cpu_piece (weight, &output);

  return piece->n_out - output;
}

static inline gboolean
pisces_cpu_is_finite (gfloat value)
{
  return value - value == 0.0f;
}

static inline const gfloat *
pisces_cpu_vector (const PiscesWeight *weight)
{
  return weight ? ((const PiscesCpuWeight *) weight)->data : NULL;
}

static inline gfloat *
pisces_cpu_row (PiscesTensor tensor,
                gint64       row)
{
  return (gfloat *) tensor.data + row * tensor.row_stride;
}

/* What a product does with its sums: y = activation (sum + bias), or y += sum +
 * bias before the activation.  */
typedef struct
{
  PiscesTensor      y;
  const gfloat     *bias;       /* NULL: none                               */
  PiscesActivation  activation;
  gboolean          accumulate;
  atomic_bool      *is_odd;     /* becomes TRUE with a sum that is not finite; NULL:
                                 * the weights have already been checked    */
} PiscesCpuOutput;

/* Takes one output of one row, but for the activation.  */
static inline void
pisces_cpu_take_sum (const PiscesCpuOutput *output,
                     gint64                 row,
                     gint64                 column,
                     gfloat                 sum)
{
  gfloat *y = pisces_cpu_row (output->y, row) + column;

  if (output->is_odd && ! pisces_cpu_is_finite (sum))
    atomic_store (output->is_odd, TRUE);
  if (output->bias)
    sum += output->bias[column];
  *y = output->accumulate ? *y + sum : sum;
}

/* Rounds to the nearest value, ties to even.  A NaN stays a NaN.  */
static inline guint16
pisces_cpu_to_bf16 (gfloat value)
{
  union { gfloat f; guint32 u; } v = { .f = value };

  if (value != value)
    return 0x7fc0;
  return (v.u + 0x7fff + (v.u >> 16 & 1)) >> 16;
}

/* Compiles a plain loop several times, for the vector registers of older and
 * newer processors.  The loader picks the version that this machine can run.  */
#if defined (__x86_64__) && defined (__GNUC__) && ! defined (__clang__) && \
    ! defined (__SANITIZE_ADDRESS__)
#define PISCES_VECTORISED \
  __attribute__ ((target_clones ("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define PISCES_VECTORISED
#endif

PiscesBackend * pisces_cpu_backend_open  (GError                **error);

/*  share.c  */

/* Computes the rows from @first to @end - 1.  */
typedef void (* PiscesCpuRows) (gint64   first,
                                gint64   end,
                                gpointer data);

gint            pisces_cpu_threads_for   (PiscesBackend          *backend,
                                          gdouble                 work);
void            pisces_cpu_share         (PiscesBackend          *backend,
                                          gint                    n_threads,
                                          gint64                  n_tasks,
                                          PiscesCpuTask           func,
                                          gpointer                data);
void            pisces_cpu_share_rows    (PiscesBackend          *backend,
                                          gdouble                 work,
                                          gint64                  n_rows,
                                          PiscesCpuRows           func,
                                          gpointer                data);

gint            pisces_cpu_take_place    (atomic_bool            *is_taken);

/*  weights.c  */

void            pisces_cpu_weight_form   (PiscesBackend          *backend,
                                          PiscesWeight           *weight,
                                          PiscesWeightUse         use,
                                          const PiscesHostTensor *parts,
                                          gint                    n_parts);
PiscesWeight  * pisces_cpu_upload_weight (PiscesBackend          *backend,
                                          PiscesWeightUse         use,
                                          const PiscesHostTensor *parts,
                                          gint                    n_parts);
void            pisces_cpu_weight_free   (PiscesWeight           *weight);

/*  mapped.c  */

gboolean        pisces_cpu_weight_map    (PiscesCpuWeight        *weight,
                                          const PiscesHostTensor *parts,
                                          gint                    n_parts);
void            pisces_cpu_weight_unmap  (PiscesCpuWeight        *weight);
gboolean        pisces_cpu_weight_check  (PiscesBackend          *backend,
                                          const PiscesCpuWeight  *weight);
void            pisces_cpu_weight_was_read
                                         (PiscesBackend          *backend,
                                          const PiscesCpuWeight  *weight,
                                          gboolean                is_odd);
gboolean        pisces_cpu_weight_check_row
                                         (PiscesBackend          *backend,
                                          const PiscesCpuWeight  *table,
                                          gint64                  row);

/*  panels.c  */

gint64          pisces_cpu_panel_width   (const PiscesCpuWeight  *weight,
                                          gint64                  panel);
const guint8  * pisces_cpu_weight_panel  (const PiscesCpuWeight  *weight,
                                          gint64                  panel,
                                          gint64                 *width);

/*  transpose.c  */

void            pisces_cpu_transpose     (gfloat                 *out,
                                          gint64                  out_stride,
                                          const gfloat           *in,
                                          gint64                  in_stride,
                                          gint64                  n_rows,
                                          gint64                  n_columns);

/*  output.c  */

void            pisces_cpu_take_sums      (const PiscesCpuOutput  *output,
                                           gint64                  row,
                                           gint64                  first,
                                           gfloat                 *sums,
                                           gint64                  n);
void            pisces_cpu_activate_columns
                                          (const PiscesCpuOutput  *output,
                                           gint64                  first,
                                           gint64                  end);

/*  product.c  */

void            pisces_cpu_linear_panels (PiscesBackend          *backend,
                                          PiscesTensor            y,
                                          PiscesTensor            x,
                                          const PiscesCpuWeight  *weight,
                                          const PiscesWeight     *bias,
                                          PiscesActivation        activation,
                                          gboolean                accumulate);
void            pisces_cpu_linear_here   (PiscesBackend          *backend,
                                          PiscesTensor            y,
                                          PiscesTensor            x,
                                          const PiscesCpuWeight  *weight,
                                          const gfloat           *bias,
                                          PiscesActivation        activation,
                                          gboolean                accumulate);

/*  quantised.c  */

void            pisces_cpu_linear_quantised
                                         (PiscesBackend          *backend,
                                          PiscesTensor            y,
                                          PiscesTensor            x,
                                          const PiscesCpuWeight  *weight,
                                          const PiscesWeight     *bias,
                                          PiscesActivation        activation,
                                          gboolean                accumulate);
gsize           pisces_cpu_quantised_op_bytes
                                         (PiscesBackend          *backend,
                                          const PiscesCpuWeight  *weight);

/*  half-linear.c  */

void            pisces_cpu_linear_half   (PiscesBackend          *backend,
                                          PiscesTensor            y,
                                          PiscesTensor            x,
                                          const PiscesCpuWeight  *weight,
                                          const PiscesWeight     *bias,
                                          PiscesActivation        activation,
                                          gboolean                accumulate);
gsize           pisces_cpu_half_op_bytes (PiscesBackend          *backend,
                                          const PiscesCpuWeight  *weight);

/*  unpacked.c  */

void            pisces_cpu_linear_unpacked
                                         (PiscesBackend          *backend,
                                          PiscesTensor            y,
                                          PiscesTensor            x,
                                          const PiscesCpuWeight  *weight,
                                          const PiscesWeight     *bias,
                                          PiscesActivation        activation,
                                          gboolean                accumulate);
gsize           pisces_cpu_unpacked_bytes
                                         (const PiscesCpuWeight  *weight);

/*  attention-few.c  */

gboolean        pisces_cpu_attention_few (PiscesBackend          *backend,
                                          PiscesTensor            y,
                                          PiscesTensor            q,
                                          PiscesTensor            k,
                                          PiscesTensor            v,
                                          const PiscesAttentionParams
                                                                 *params);

/*  online-softmax.c  */

void            pisces_cpu_soften_row    (gfloat                 *scores,
                                          gint64                  n_see,
                                          gint64                  n_keys,
                                          gfloat                 *maximum,
                                          gfloat                 *total,
                                          gfloat                 *sums,
                                          gint64                  n_sums);
void            pisces_cpu_scale_row     (gfloat                 *y,
                                          const gfloat           *x,
                                          gfloat                  factor,
                                          gint64                  n);

/*  dnnl-linear.c  */

gboolean        pisces_cpu_dnnl_linear   (PiscesBackend          *backend,
                                          PiscesTensor            y,
                                          PiscesTensor            x,
                                          const PiscesCpuWeight  *weight,
                                          const gfloat           *bias,
                                          PiscesActivation        activation,
                                          gboolean                accumulate);
gboolean        pisces_cpu_dnnl_is_fast  (PiscesBackend          *backend);
guint           pisces_cpu_dnnl_n_shapes (PiscesBackend          *backend);
void            pisces_cpu_dnnl_free     (PiscesCpuDnnl          *dnnl);

/* the ops; backend.h describes them  */

void pisces_cpu_copy          (PiscesBackend *backend, PiscesTensor y, PiscesTensor x);
void pisces_cpu_linear        (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               const PiscesWeight *weight, const PiscesWeight *bias,
                               PiscesActivation activation, gboolean accumulate);
void pisces_cpu_conv2d        (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               const PiscesWeight *weight, const PiscesWeight *bias,
                               const PiscesConvParams *params);
void pisces_cpu_rms_norm      (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               const PiscesWeight *weight, gdouble epsilon);
void pisces_cpu_rms_norm_heads
                              (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               const PiscesWeight *weight, gint head_dim, gdouble epsilon);
void pisces_cpu_layer_norm    (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               const PiscesWeight *weight, const PiscesWeight *bias,
                               gdouble epsilon);
void pisces_cpu_group_norm    (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               const PiscesWeight *weight, const PiscesWeight *bias,
                               gint n_groups, gdouble epsilon,
                               PiscesActivation activation);
void pisces_cpu_rope          (PiscesBackend *backend, PiscesTensor x,
                               const PiscesRope *rope, gint64 first_position);
void pisces_cpu_turns_free    (PiscesCpuTurns *turns);
void pisces_cpu_attention     (PiscesBackend *backend, PiscesTensor y, PiscesTensor q,
                               PiscesTensor k, PiscesTensor v,
                               const PiscesAttentionParams *params);
void pisces_cpu_gather        (PiscesBackend *backend, PiscesTensor y,
                               const PiscesWeight *table, const gint32 *ids);
void pisces_cpu_gather_rows   (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               const gint32 *ids);
void pisces_cpu_activate      (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               PiscesActivation activation);
void pisces_cpu_glu           (PiscesBackend *backend, PiscesTensor y, PiscesTensor gate,
                               PiscesTensor up, PiscesActivation activation);
void pisces_cpu_add_broadcast (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               PiscesTensor v, gint64 rows_per_v);
void pisces_cpu_add_weight    (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               const PiscesWeight *v);
void pisces_cpu_combine       (PiscesBackend *backend, PiscesTensor y, gdouble a,
                               PiscesTensor x, gdouble b, PiscesTensor z);
void pisces_cpu_modulate      (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               PiscesTensor scale, PiscesTensor shift);
void pisces_cpu_add_gated     (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               PiscesTensor gate, PiscesTensor z);
void pisces_cpu_upsample      (PiscesBackend *backend, PiscesTensor y, PiscesTensor x);
void pisces_cpu_average_pool  (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               gint stride);
void pisces_cpu_fold          (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                               gint r);

/* parts of ops that work on one row  */

void pisces_cpu_activate_row  (gfloat *y, const gfloat *x, gint64 n,
                               PiscesActivation activation);
void pisces_cpu_exp_row       (gfloat *y, gint64 n, gfloat maximum, gfloat *sum);

G_END_DECLS
