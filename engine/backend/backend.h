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
 * Ops run in the order in which they are called, on one stream.  They do not
 * return errors: the first failure, or the cancellation of the job, is kept,
 * every later op does nothing, and pisces_backend_finish() reports it.  So a
 * network's forward function needs no error handling, and a cancellation takes
 * effect between any two ops.
 *
 * Activations have the backend's own element type (float32 on the CPU).  Those
 * that are only read by products and attention may have a type of 16 bits.
 * Upload and download use float32.
 *
 * Longer than 500 lines, as the interface is read as a whole: one table, and
 * one function for each of its entries.
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

/* A weight in the form that suits the backend.  Made by
 * pisces_backend_upload(), freed by pisces_weight_free().  A backend's own
 * struct begins with this one.  */
typedef struct
{
  PiscesBackend *backend;
  gint           n_dims;
  gint64         dims[PISCES_MAX_DIMS];    /* as in the file */
  gsize          n_bytes;                  /* in the backend's memory */
  PiscesDType    operand_type;             /* see pisces_backend_alloc_operand() */
  PiscesDType    cache_type;               /* see pisces_backend_alloc_cache() */

  /* For weights that may be freed and uploaded again; used by
   * backend-stream.c.  */
  PiscesWeightUse   use;
  PiscesHostTensor *parts;
  gint              n_parts;               /* 0: it is not such a weight   */
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

/* Which half of a product's outputs is the gate, which is multiplied with the
 * other half after the activation.  */
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
                                            * first; NULL: no norm           */
  gdouble             epsilon;             /* of the norm                    */
  PiscesGate          gate;
  PiscesActivation    activation;          /* applied to the gate; without a
                                            * gate, to all outputs           */
} PiscesFusion;

/* How a token is chosen; see engine/samplers/text-sampler.h.  */
typedef struct
{
  gdouble temperature;
  gdouble top_p;
  gdouble uniform;                         /* random, from 0 up to 1, drawn by
                                            * the host                       */
} PiscesSampling;

typedef struct
{
  gint              stride;
  gint              pad_top, pad_left, pad_bottom, pad_right;
  PiscesActivation  activation;
  gboolean          accumulate;            /* y += instead of y =            */
  PiscesTensor      shift;                 /* [n, n_out], of activations' type;
                                            * each row is for one n-th of the
                                            * batch; without data: no shift  */
} PiscesConvParams;

/* The largest number of axes of positions: a text has one, a picture two,
 * Qwen's MRoPE three.  */
#define PISCES_MAX_AXES 4

/* How pisces_rope() rotates the pairs of values in the heads of a row.  */
typedef struct
{
  const PiscesWeight *frequencies;         /* VECTOR of head_dim / 2: for each
                                            * pair, radians per position     */
  gint                head_dim;            /* even                           */
  gboolean            interleaved;         /* pairs are 2i and 2i + 1;
                                            * otherwise i and i + head_dim / 2,
                                            * as in Hugging Face's
                                            * rotate_half                    */
  PiscesTensor        positions;           /* [rows, n_axes] of float32: the
                                            * position of each row on each
                                            * axis; without data, rows are
                                            * counted on one axis            */
  gint                axis_pairs[PISCES_MAX_AXES];
                                           /* how many pairs use the first
                                            * axis, how many the second, and so
                                            * on; ignored if there is one
                                            * axis */
} PiscesRope;

/* Which rows attend to which, and how.  The rows of a sequence are adjacent.
 * Without starts, every sequence of the batch has the same number of rows in q
 * and y, and in k and v the sequences begin kv_rows_per_batch rows apart.
 * With starts, the sequences follow each other and may have any lengths.  */
typedef struct
{
  gint          n_batch;                   /* sequences                      */
  gint          n_heads;
  gint          n_kv_heads;                /* divides n_heads                */
  gint          head_dim;                  /* any; up to 512 is tested       */
  gdouble       scale;                     /* usually 1 / sqrt (head_dim)    */
  gboolean      causal;                    /* the last query of a sequence sees
                                            * all its keys, the one before it
                                            * one key less, and so on        */
  gint64        kv_rows_per_batch;         /* 0: as many as there are keys   */
  const gint64 *lengths;                   /* [n_batch] in host memory: how
                                            * many keys each sequence has,
                                            * later ones are not read; NULL:
                                            * all of them                    */
  const gint64 *starts;                    /* [n_batch + 1] in host memory:
                                            * sequence i has the rows from
                                            * starts[i] up to, not including,
                                            * starts[i + 1]; NULL: all have the
                                            * same length                    */
  PiscesTensor  bias;                      /* [n_heads, n_queries, n_keys] of
                                            * float32, or [n_queries, n_keys]
                                            * for all heads, the same for all
                                            * sequences: added to the scaled
                                            * scores; without data: no bias  */
} PiscesAttentionParams;

/* The functions of a backend.  Shapes and types have been checked by the
 * functions below before one of these is called.  On failure, it calls
 * pisces_backend_fail() and returns.  */
struct _PiscesBackendTable
{
  const gchar   *name;
  gboolean       conv2d_shifts;    /* otherwise the shift is added
                                    * afterwards                             */
  gboolean       linear_reads_tables;
                                   /* a product may read a TABLE, if the same
                                    * matrix as LINEAR would not be rounded */

  gboolean       rounds_inputs;    /* inputs of products with quantised
                                    * matrices are rounded to 8 bits in blocks
                                    * of 32                                  */

  void           (* close)         (PiscesBackend *backend);

  /*  memory: raw blocks for the arena, weights, copies  */
  gpointer       (* block_new)     (PiscesBackend *backend, gsize n_bytes);
  void           (* block_free)    (PiscesBackend *backend, gpointer block, gsize n_bytes);
  gsize          (* free_bytes)    (PiscesBackend *backend);   /* 0: not known; or NULL */
  gsize          weight_size;      /* size of the backend's struct; 0: its
                                    * weights cannot be moved                */
  void           (* weight_form)   (PiscesBackend *backend, PiscesWeight *weight,
                                    PiscesWeightUse use, const PiscesHostTensor *parts,
                                    gint n_parts);   /* fills in a struct of
                                                      * zeros like an upload,
                                                      * but without the data */
  PiscesWeight * (* upload_weight) (PiscesBackend *backend, PiscesWeightUse use,
                                    const PiscesHostTensor *parts, gint n_parts);
  gboolean       reads_parts;      /* upload_weight itself reads or maps parts
                                    * that are still in a file; otherwise they
                                    * are mapped or read before it is called,
                                    * and are not needed afterwards          */
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

  /* several ops in one; NULL or FALSE means that the backend cannot do it and
   * has done nothing; the separate ops are then called */
  gboolean       (* fused_linear)  (PiscesBackend *backend, PiscesTensor y, PiscesTensor x,
                                    const PiscesWeight *weight, const PiscesWeight *bias,
                                    const PiscesFusion *fusion);
  gboolean       (* rope_append)   (PiscesBackend *backend, PiscesTensor keys_values,
                                    PiscesTensor qkv, const PiscesRope *rope,
                                    gint n_sequences, const gint64 *first_rows);

  /* picks a token from [1, n] logits, after all earlier ops; NULL: the host
   * picks it */
  gint32         (* sample)        (PiscesBackend *backend, PiscesTensor logits,
                                    const PiscesSampling *sampling);

  /* a step that is captured once and then replayed, see backend-step.c; NULL:
   * the backend only runs ops one by one.  Between begin and end, ops are
   * captured and not run.  Ops that were given the captured positions use, at
   * a replay, the positions of that replay, which are as many.  FALSE and
   * NULL: it failed, and nothing was done */
  gboolean       (* capture_begin) (PiscesBackend *backend);
  gpointer       (* capture_end)   (PiscesBackend *backend);
  gboolean       (* graph_replay)  (PiscesBackend *backend, gpointer graph,
                                    const gint64 *positions, gint n);
  void           (* graph_free)    (PiscesBackend *backend, gpointer graph);
};

/* Files that weights are in, and how many arrays in these are in use.  */
typedef struct
{
  gconstpointer             source;
  const PiscesTensorAccess *access;
  guint                     n_held;
} PiscesBackendSource;

/* The part that all backends share.  A backend's own struct begins with it,
 * and the backend calls pisces_backend_init().  */
struct _PiscesBackend
{
  const PiscesBackendTable *table;
  gchar                    *reason;         /* why this backend was chosen   */
  gchar                    *description;    /* of the device; may be NULL    */
  PiscesDType               activation_type;

  GError                   *error;          /* the first failure             */
  gboolean                  is_lost;        /* the device is lost until this
                                             * process ends                  */
  GCancellable             *cancellable;

  GPtrArray                *blocks;         /* the blocks of the arena       */
  gsize                     arena_used;
  gsize                     arena_bytes;
  gsize                     weight_bytes;
  gsize                     scratch_bytes;  /* memory that the backend keeps for
                                             * its ops */
  gsize                     op_bytes;       /* memory of the arena that ops may
                                             * need */
  gsize                     memory_limit;   /* 0: none; see backend.c        */
  gsize                     memory_budget;  /* 0: none; limits all of the
                                             * above; may be set before the
                                             * first upload                  */
  gsize                     memory_taken;   /* what others have taken from the
                                             * budget, which is what is left */
  guint64                   refused_bytes;  /* what this job would have held
                                             * when the budget refused it;
                                             * 0: it has not done so         */
  gboolean                  may_stream;     /* the files of the weights stay
                                             * open                          */
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
  gint                      n_captured;     /* how many sequences the captured
                                             * step has                      */
  guint64                   n_moves;        /* how often memory was allocated
                                             * or freed: of weights, of the
                                             * arena or for ops              */
  gboolean                  is_planning;    /* see backend-plan.c            */
  gsize                     planned_bytes;  /* the most so far               */
  gsize                     used_before;    /* of the arena, before the plan */
  gboolean                  can_round;      /* whether matrices can be stored
                                             * in 8 or 4 bits, so that
                                             * weight_bits has an effect     */
  gint                      weight_bits;    /* 0: as in the file; may be set
                                             * before an upload              */
  gsize                     model_bytes;    /* size of the weight files; 0: not
                                             * known; may be set before the
                                             * first upload, so that the
                                             * backend can choose how to store
                                             * weights                       */
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

PiscesTensor    pisces_backend_alloc_cache_dims
                                               (PiscesBackend        *backend,
                                                const PiscesWeight   *maker,
                                                gint                  n_dims,
                                                const gint64         *dims);

/* The axes are arguments, of any integer type.  */
#define pisces_backend_alloc(backend, n_dims, ...) \
  pisces_backend_alloc_dims ((backend), (n_dims), \
                             (const gint64[n_dims]) { __VA_ARGS__ })

#define pisces_backend_alloc_cache(backend, maker, n_dims, ...) \
  pisces_backend_alloc_cache_dims ((backend), (maker), (n_dims), \
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

/* The largest number for a step.  Guidance needs two, choosing the best of
 * several texts a few more.  */
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
