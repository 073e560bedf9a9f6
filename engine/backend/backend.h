/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend.h: what a device must be able to do.  Networks are written once,
 * against the functions in the second half of this file; a backend fills in
 * the table in the first half.  Knows nothing of models.
 *
 *   PiscesTensor h = pisces_backend_alloc (backend, 2, n_tokens, width);
 *   pisces_rms_norm (backend, h, x, layer->input_norm, 1e-5);
 *   pisces_linear (backend, y, h, layer->q_proj, NULL, PISCES_ACT_NONE, FALSE);
 *   ...
 *   if (! pisces_backend_finish (backend, &error)) ...
 *
 * Ops run in the order in which they are called, on one stream.  They report
 * nothing: the first failure, or the cancellation of the job, is kept, every
 * later op does nothing, and pisces_backend_finish() tells.  So a network's
 * forward function has no error paths, and cancel takes effect between any
 * two ops.
 *
 * Activations have the backend's own element type (f32 on the CPU), and those
 * that only products and attention read may have one of 16 bits; the host sees
 * float32 at upload and download.
 *
 * Longer than 500 lines, as the contract is read as a whole: one table, one
 * function for each of its entries.
 */

#pragma once

#include <gio/gio.h>

#include "engine/backend/tensor.h"

G_BEGIN_DECLS

typedef struct _PiscesBackend      PiscesBackend;
typedef struct _PiscesBackendTable PiscesBackendTable;
typedef struct _PiscesStep         PiscesStep;

typedef enum
{
  PISCES_WEIGHT_LINEAR,   /* [n_out, n_in]                                   */
  PISCES_WEIGHT_CONV,     /* [n_out, n_in, height, width]                    */
  PISCES_WEIGHT_VECTOR,   /* any shape, read as one row: norms, biases       */
  PISCES_WEIGHT_TABLE     /* [n_rows, width]: embeddings                     */
} PiscesWeightUse;

/* A weight in whatever form the backend likes best.  Made by
 * pisces_backend_upload(), freed by pisces_weight_free().  Backends embed this
 * struct at the head of their own.  */
typedef struct
{
  PiscesBackend *backend;
  gint           n_dims;
  gint64         dims[PISCES_MAX_DIMS];    /* as in the file */
  gsize          n_bytes;                  /* held in the backend's memory */
  PiscesDType    operand_type;             /* see pisces_backend_alloc_operand() */

  /* Of weights that may be freed and uploaded again, backend-stream.c's.  */
  PiscesWeightUse   use;
  PiscesHostTensor *parts;
  gint              n_parts;               /* 0: not one of them           */
  gboolean          is_resident;
  gconstpointer     group;
  guint64           last_use;
} PiscesWeight;

typedef enum
{
  PISCES_ACT_NONE,
  PISCES_ACT_SILU,
  PISCES_ACT_GELU,        /* x Phi(x), by erf                                */
  PISCES_ACT_GELU_TANH,   /* its approximation by tanh                       */
  PISCES_ACT_GELU_QUICK   /* x sigmoid(1.702 x)                              */
} PiscesActivation;

/* Of a product's outputs, the half that opens the other.  */
typedef enum
{
  PISCES_GATE_NONE,
  PISCES_GATE_FIRST,      /* SwiGLU as LLaMA has it                          */
  PISCES_GATE_LAST        /* GEGLU as diffusers has it                       */
} PiscesGate;

/* What pisces_fused_linear() does before and after its product.  */
typedef struct
{
  const PiscesWeight *norm;                /* VECTOR of n_in: x is normalised
                                            * first; NULL: it is not         */
  gdouble             epsilon;             /* of the norm                    */
  PiscesGate          gate;
  PiscesActivation    activation;          /* of the gate, or, without one, of
                                            * all                            */
} PiscesFusion;

/* How a token is picked; see engine/samplers/text-sampler.h.  */
typedef struct
{
  gdouble temperature;
  gdouble top_p;
  gdouble uniform;                         /* drawn by the host: 0 up to 1   */
} PiscesSampling;

typedef struct
{
  gint              stride;
  gint              pad_top, pad_left, pad_bottom, pad_right;
  PiscesActivation  activation;
  gboolean          accumulate;            /* y += instead of y =            */
  PiscesTensor      shift;                 /* [n, n_out], of activations' type,
                                            * each row for an n-th of the batch;
                                            * without data: none             */
} PiscesConvParams;

/* Of positions: a text has one axis, a picture two, Qwen's MRoPE three.  */
#define PISCES_MAX_AXES 4

/* How pisces_rope() turns the heads of a row, pair by pair.  */
typedef struct
{
  const PiscesWeight *frequencies;         /* VECTOR of head_dim / 2, one for
                                            * each pair: radians a position  */
  gint                head_dim;            /* even                           */
  gboolean            interleaved;         /* whether a pair is 2i and 2i + 1;
                                            * else it is i and
                                            * i + head_dim / 2, as in Hugging
                                            * Face's rotate_half             */
  PiscesTensor        positions;           /* [rows, n_axes] of float32: where
                                            * each row stands on each axis;
                                            * without data rows are counted,
                                            * on one axis                    */
  gint                axis_pairs[PISCES_MAX_AXES];
                                           /* so many pairs turn by the first
                                            * axis, the next ones by the
                                            * second, and so on; of no use
                                            * where there is one axis        */
} PiscesRope;

/* Which rows attend to which, and how.  Rows of a sequence lie together: in q and
 * y as many for each of the batch, in k and v kv_rows_per_batch apart; or, with
 * starts, all sequences lie one behind the other, and may be of any length.  */
typedef struct
{
  gint          n_batch;                   /* sequences                      */
  gint          n_heads;
  gint          n_kv_heads;                /* divides n_heads                */
  gint          head_dim;                  /* any; up to 512 is tested       */
  gdouble       scale;                     /* usually 1 / sqrt (head_dim)    */
  gboolean      causal;                    /* the last query of a sequence
                                            * sees all its keys, the one
                                            * before it one less, and so on  */
  gint64        kv_rows_per_batch;         /* 0: as many as there are keys   */
  const gint64 *lengths;                   /* [n_batch] in host memory: so
                                            * many keys each sequence has,
                                            * what lies behind is not read;
                                            * NULL: all that there are       */
  const gint64 *starts;                    /* [n_batch + 1] in host memory:
                                            * sequence i is the rows from
                                            * starts[i] up to starts[i + 1];
                                            * NULL: all are as long          */
  PiscesTensor  bias;                      /* [n_heads, n_queries, n_keys] of
                                            * float32, or [n_queries, n_keys]
                                            * for all heads, and the same for
                                            * all sequences: added to the
                                            * scaled scores; without data:
                                            * none                           */
} PiscesAttentionParams;

/* What a backend fills in.  Shapes and types have been checked by the
 * functions below before an entry is called.  An entry that fails calls
 * pisces_backend_fail() and returns.  */
struct _PiscesBackendTable
{
  const gchar   *name;
  gboolean       conv2d_shifts;    /* else the shift is added afterwards     */
  gboolean       linear_reads_tables;
                                   /* products may be given a TABLE where a
                                    * LINEAR of it would not be rounded      */

  gboolean       rounds_inputs;    /* of products with quantised matrices, to 8
                                    * bits in blocks of 32                   */

  void           (* close)         (PiscesBackend *backend);

  /*  memory: raw blocks for the arena, weights, copies  */
  gpointer       (* block_new)     (PiscesBackend *backend, gsize n_bytes);
  void           (* block_free)    (PiscesBackend *backend, gpointer block, gsize n_bytes);
  gsize          (* free_bytes)    (PiscesBackend *backend);   /* 0: not known; NULL: never is */
  gsize          weight_size;      /* of the backend's struct, 0: its weights
                                    * cannot be moved                        */
  void           (* weight_form)   (PiscesBackend *backend, PiscesWeight *weight,
                                    PiscesWeightUse use, const PiscesHostTensor *parts,
                                    gint n_parts);   /* fills in a zeroed struct as an
                                    * upload would, but for the data         */
  PiscesWeight * (* upload_weight) (PiscesBackend *backend, PiscesWeightUse use,
                                    const PiscesHostTensor *parts, gint n_parts);
  gboolean       reads_parts;      /* upload_weight reads or maps those that are
                                    * still in a file; else they are mapped or
                                    * read before it is called, and not needed
                                    * afterwards                             */
  void           (* weight_free)   (PiscesWeight *weight);
  void           (* upload)        (PiscesBackend *backend, PiscesTensor y, const gfloat *values);
  void           (* download)      (PiscesBackend *backend, gfloat *values, PiscesTensor x);
  void           (* synchronize)   (PiscesBackend *backend);

  /*  ops  */
  void           (* copy)          (PiscesBackend *backend, PiscesTensor y, PiscesTensor x);
  void           (* linear)        (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const PiscesWeight *weight, const PiscesWeight *bias,
                                    PiscesActivation activation, gboolean accumulate);
  void           (* conv2d)        (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const PiscesWeight *weight, const PiscesWeight *bias,
                                    const PiscesConvParams *params);
  void           (* rms_norm)      (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const PiscesWeight *weight, gdouble epsilon);
  void           (* rms_norm_heads) (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const PiscesWeight *weight, gint head_dim,
                                    gdouble epsilon);
  void           (* layer_norm)    (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const PiscesWeight *weight, const PiscesWeight *bias,
                                    gdouble epsilon);
  void           (* group_norm)    (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const PiscesWeight *weight, const PiscesWeight *bias,
                                    gint n_groups, gdouble epsilon, PiscesActivation activation);
  void           (* rope)          (PiscesBackend *backend, PiscesTensor x,
                                    const PiscesRope *rope, gint64 first_position);
  void           (* attention)     (PiscesBackend *backend, PiscesTensor y, PiscesTensor q,
                                    PiscesTensor k, PiscesTensor v,
                                    const PiscesAttentionParams *params);
  void           (* gather)        (PiscesBackend *backend, PiscesTensor y,
                                    const PiscesWeight *table, const gint32 *ids);
  void           (* gather_rows)   (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const gint32 *ids);
  void           (* activate)      (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    PiscesActivation activation);
  void           (* glu)           (PiscesBackend *backend, PiscesTensor y, PiscesTensor gate,
                                    PiscesTensor up, PiscesActivation activation);
  void           (* add_broadcast) (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    PiscesTensor v, gint64 rows_per_v);
  void           (* add_weight)    (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const PiscesWeight *v);
  void           (* combine)       (PiscesBackend *backend, PiscesTensor y,
                                    gdouble a, PiscesTensor x, gdouble b, PiscesTensor z);
  void           (* modulate)      (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    PiscesTensor scale, PiscesTensor shift);
  void           (* add_gated)     (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    PiscesTensor gate, PiscesTensor z);
  void           (* upsample)      (PiscesBackend *backend, PiscesTensor y, PiscesTensor x);
  void           (* average_pool)  (PiscesBackend *backend, PiscesTensor y, PiscesTensor x, gint stride);
  void           (* fold)          (PiscesBackend *backend, PiscesTensor y, PiscesTensor x, gint r);

  /*  several ops in one: NULL, or FALSE where the backend does not take it so
   *  and nothing was done: then the ops that it stands for are called  */
  gboolean       (* fused_linear)  (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const PiscesWeight *weight, const PiscesWeight *bias,
                                    const PiscesFusion *fusion);
  gboolean       (* rope_append)   (PiscesBackend *backend, PiscesTensor keys_values,
                                    PiscesTensor qkv, const PiscesRope *rope,
                                    gint n_sequences, const gint64 *first_rows);

  /*  a token from [1, n] logits, when all before has been done; NULL: the host
   *  picks it  */
  gint32         (* sample)        (PiscesBackend *backend, PiscesTensor logits,
                                    const PiscesSampling *sampling);

  /*  a step that is captured once and replayed, see backend-step.c; NULL: the
   *  backend runs ops one by one only.  Between begin and end ops are captured,
   *  not run; those that are told the captured positions read, at a replay,
   *  those that it is given, as many.  FALSE and NULL: it could not be done, and
   *  nothing was  */
  gboolean       (* capture_begin) (PiscesBackend *backend);
  gpointer       (* capture_end)   (PiscesBackend *backend);
  gboolean       (* graph_replay)  (PiscesBackend *backend, gpointer graph,
                                    const gint64 *positions, gint n);
  void           (* graph_free)    (PiscesBackend *backend, gpointer graph);
};

/* Files that weights lie in, and how many arrays of them.  */
typedef struct
{
  gconstpointer             source;
  const PiscesTensorAccess *access;
  guint                     n_held;
} PiscesBackendSource;

/* The part that every backend shares; a backend embeds it at the head of its
 * own struct and calls pisces_backend_init().  */
struct _PiscesBackend
{
  const PiscesBackendTable *table;
  gchar                    *reason;         /* why this one was taken        */
  gchar                    *description;    /* of the device; may be NULL    */
  PiscesDType               activation_type;

  GError                   *error;          /* the first failure             */
  gboolean                  is_lost;        /* the device, to this process, until
                                             * that ends                     */
  GCancellable             *cancellable;

  GPtrArray                *blocks;         /* of the arena                  */
  gsize                     arena_used;
  gsize                     arena_bytes;
  gsize                     weight_bytes;
  gsize                     scratch_bytes;  /* that the backend holds for ops */
  gsize                     op_bytes;       /* of the arena that ops may take */
  gsize                     memory_limit;   /* 0: none; see backend.c        */
  gsize                     memory_budget;  /* 0: none; for all of the above;
                                             * may be set before the first
                                             * upload                        */
  gboolean                  may_stream;     /* weights' files stay open      */
  gboolean                  may_map;        /* the same, and weights may stay in
                                             * them: their values are checked
                                             * when they are first read      */
  GArray                   *sources;        /* backend-sources.c's           */
  GPtrArray                *streamed;       /* PiscesWeight, not owned       */
  guint64                   n_touches;
  guint64                   n_evicted;
  gboolean                  may_capture;    /* see backend-step.c            */
  gboolean                  is_capturing;
  const gint64             *captured_positions;
  gint                      n_captured;     /* sequences of the step         */
  guint64                   n_moves;        /* times that memory was taken or
                                             * given back, of weights, of the
                                             * arena or for ops              */
  gboolean                  is_planning;    /* see backend-plan.c            */
  gsize                     planned_bytes;  /* the most so far               */
  gsize                     used_before;    /* of the arena                  */
  gboolean                  can_round;      /* may hold matrices in 8 or 4
                                             * bits: weight_bits is obeyed   */
  gint                      weight_bits;    /* 0: as the file has them; may be
                                             * set before an upload          */
  gsize                     model_bytes;    /* of the weight files, 0: not
                                             * known; may be set before the
                                             * first upload, to choose the
                                             * weights' form                 */
};

/*  life  */

PiscesBackend * pisces_backend_open            (const gchar          *name,
                                                GError              **error);
const gchar   * pisces_backend_wished_name     (const gchar          *name);
gboolean        pisces_backend_is_known        (const gchar          *name);
void            pisces_backend_close           (PiscesBackend        *backend);
void            pisces_backend_init            (PiscesBackend        *backend,
                                                const PiscesBackendTable
                                                                     *table);

gboolean        pisces_backend_read_weight_bits
                                               (gint                 *n_bits,
                                                GError              **error);
gint            pisces_backend_bits_of         (PiscesBackend        *backend,
                                                PiscesWeightUse       use,
                                                const PiscesHostTensor
                                                                     *parts,
                                                gint                  n_parts);

/*  weights that stay in their mapped files, for backends  */

void            pisces_backend_hold_source     (PiscesBackend        *backend,
                                                const PiscesHostTensor
                                                                     *mapped);
void            pisces_backend_drop_source     (PiscesBackend        *backend,
                                                const PiscesHostTensor
                                                                     *mapped);
gboolean        pisces_backend_has_sources     (PiscesBackend        *backend);
gboolean        pisces_backend_check_sources   (PiscesBackend        *backend,
                                                GError              **error);
void            pisces_backend_judge_sources   (PiscesBackend        *backend);

/*  a job: begin, ops, finish  */

void            pisces_backend_begin           (PiscesBackend        *backend,
                                                GCancellable         *cancellable);
gboolean        pisces_backend_is_failed       (PiscesBackend        *backend);
void            pisces_backend_fail            (PiscesBackend        *backend,
                                                gint                  code,
                                                const gchar          *format,
                                                ...) G_GNUC_PRINTF (3, 4);
void            pisces_backend_take_error      (PiscesBackend        *backend,
                                                GError               *error);
gboolean        pisces_backend_finish          (PiscesBackend        *backend,
                                                GError              **error);

/*  memory: the arena is a stack  */

PiscesTensor    pisces_backend_alloc_dims      (PiscesBackend        *backend,
                                                gint                  n_dims,
                                                const gint64         *dims);

PiscesTensor    pisces_backend_alloc_typed_dims
                                               (PiscesBackend        *backend,
                                                PiscesDType           dtype,
                                                gint                  n_dims,
                                                const gint64         *dims);

PiscesTensor    pisces_backend_alloc_operand_dims
                                               (PiscesBackend        *backend,
                                                const PiscesWeight   *reader,
                                                gint                  n_dims,
                                                const gint64         *dims);

/* The axes as arguments, of any integer type.  */
#define pisces_backend_alloc(backend, n_dims, ...) \
  pisces_backend_alloc_dims ((backend), (n_dims), \
                             (const gint64[n_dims]) { __VA_ARGS__ })

#define pisces_backend_alloc_typed(backend, dtype, n_dims, ...) \
  pisces_backend_alloc_typed_dims ((backend), (dtype), (n_dims), \
                                   (const gint64[n_dims]) { __VA_ARGS__ })

#define pisces_backend_alloc_operand(backend, reader, n_dims, ...) \
  pisces_backend_alloc_operand_dims ((backend), (reader), (n_dims), \
                                     (const gint64[n_dims]) { __VA_ARGS__ })

gsize           pisces_backend_mark            (PiscesBackend        *backend);
void            pisces_backend_release         (PiscesBackend        *backend,
                                                gsize                 mark);
guint64         pisces_backend_resident_bytes  (PiscesBackend        *backend);
void            pisces_backend_trim            (PiscesBackend        *backend);

/*  memory that is planned before it is taken  */

void            pisces_backend_plan_begin      (PiscesBackend        *backend);
gsize           pisces_backend_plan_end        (PiscesBackend        *backend);
gsize           pisces_backend_room            (PiscesBackend        *backend);
gboolean        pisces_backend_reserve         (PiscesBackend        *backend,
                                                gsize                 n_bytes);
gboolean        pisces_backend_memory_allows   (PiscesBackend        *backend,
                                                gsize                 n_bytes);
gboolean        pisces_backend_over_budget     (PiscesBackend        *backend,
                                                gsize                 n_bytes);
void            pisces_backend_refuse_memory   (PiscesBackend        *backend,
                                                gsize                 n_bytes);

PiscesWeight  * pisces_backend_upload          (PiscesBackend        *backend,
                                                PiscesWeightUse       use,
                                                const PiscesHostTensor
                                                                     *parts,
                                                gint                  n_parts);
void            pisces_weight_free             (PiscesWeight         *weight);

/*  weights that do not all fit  */

PiscesWeight  * pisces_backend_upload_streamed (PiscesBackend        *backend,
                                                PiscesWeightUse       use,
                                                const PiscesHostTensor
                                                                     *parts,
                                                gint                  n_parts,
                                                gconstpointer         group);
gboolean        pisces_weight_touch            (const PiscesWeight   *weight);
void            pisces_backend_make_room       (PiscesBackend        *backend,
                                                gsize                 n_bytes,
                                                gconstpointer         group);
gboolean        pisces_backend_forget_streamed (PiscesWeight         *weight);

void            pisces_upload                  (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                const gfloat         *values);
gboolean        pisces_download                (PiscesBackend        *backend,
                                                gfloat               *values,
                                                PiscesTensor          x);

/*  ops  */

void            pisces_copy                    (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x);
void            pisces_linear                  (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const PiscesWeight   *weight,
                                                const PiscesWeight   *bias,
                                                PiscesActivation      activation,
                                                gboolean              accumulate);
void            pisces_conv2d                  (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const PiscesWeight   *weight,
                                                const PiscesWeight   *bias,
                                                const PiscesConvParams
                                                                     *params);
void            pisces_rms_norm                (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const PiscesWeight   *weight,
                                                gdouble               epsilon);
void            pisces_rms_norm_heads          (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const PiscesWeight   *weight,
                                                gint                  head_dim,
                                                gdouble               epsilon);
void            pisces_layer_norm              (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const PiscesWeight   *weight,
                                                const PiscesWeight   *bias,
                                                gdouble               epsilon);
void            pisces_group_norm              (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const PiscesWeight   *weight,
                                                const PiscesWeight   *bias,
                                                gint                  n_groups,
                                                gdouble               epsilon,
                                                PiscesActivation      activation);
void            pisces_gather                  (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                const PiscesWeight   *table,
                                                const gint32         *ids);
void            pisces_gather_rows             (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const gint32         *ids);
void            pisces_activate                (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                PiscesActivation      activation);
void            pisces_glu                     (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          gate,
                                                PiscesTensor          up,
                                                PiscesActivation      activation);
void            pisces_add_broadcast           (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                PiscesTensor          v,
                                                gint64                rows_per_v);
void            pisces_add_weight              (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const PiscesWeight   *v);
void            pisces_combine                 (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                gdouble               a,
                                                PiscesTensor          x,
                                                gdouble               b,
                                                PiscesTensor          z);
void            pisces_modulate                (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                PiscesTensor          scale,
                                                PiscesTensor          shift);
void            pisces_add_gated               (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                PiscesTensor          gate,
                                                PiscesTensor          z);
void            pisces_upsample                (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x);
void            pisces_average_pool            (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                gint                  stride);
void            pisces_fold                    (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                gint                  r);

/*  attention, and where rows stand  */

void            pisces_rope                    (PiscesBackend        *backend,
                                                PiscesTensor          x,
                                                const PiscesRope     *rope,
                                                gint64                first_position);
void            pisces_rope_append             (PiscesBackend        *backend,
                                                PiscesTensor          keys_values,
                                                PiscesTensor          qkv,
                                                const PiscesRope     *rope,
                                                gint                  n_sequences,
                                                const gint64         *first_rows);
gint64          pisces_attention_room          (const PiscesAttentionParams
                                                                     *params,
                                                PiscesTensor          k);
void            pisces_attention               (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          q,
                                                PiscesTensor          k,
                                                PiscesTensor          v,
                                                const PiscesAttentionParams
                                                                     *params);

/*  several ops in one  */

void            pisces_fused_linear            (PiscesBackend        *backend,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const PiscesWeight   *weight,
                                                const PiscesWeight   *bias,
                                                const PiscesFusion   *fusion);

/*  a step that is taken again and again  */

/* Of a step.  Guidance has two, the best of some a few.  */
#define PISCES_MAX_SEQUENCES 64

typedef void (* PiscesStepFunc)                (PiscesTensor          y,
                                                PiscesTensor          x,
                                                const gint64         *positions,
                                                gpointer              user_data);

PiscesStep    * pisces_step_new                (PiscesBackend        *backend,
                                                gint                  n_sequences,
                                                PiscesStepFunc        func,
                                                gpointer              user_data);
void            pisces_step_free               (PiscesStep           *step);
void            pisces_step_run                (PiscesStep           *step,
                                                PiscesTensor          y,
                                                PiscesTensor          x,
                                                const gint64         *positions);
gboolean        pisces_backend_has_captured    (PiscesBackend        *backend,
                                                const gint64         *positions,
                                                gint                  n,
                                                gint64                n_behind);
gboolean        pisces_backend_is_uncapturable (PiscesBackend        *backend,
                                                const gchar          *what);

G_END_DECLS
