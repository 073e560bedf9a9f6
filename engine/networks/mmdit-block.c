/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mmdit-block.c: a block of an MMDiT (Esser et al., arXiv 2403.03206, figure 2;
 * diffusers' JointTransformerBlock).  The rows of each picture of a batch, and then
 * those of its text, are one sequence for the attention.  All else is done picture by
 * picture, so that only one of them needs memory for it.
 */

#include <math.h>

#include "engine/networks/mmdit-block.h"

/* Of all norms.  */
#define EPSILON 1e-6

/* In which order the values of a stream's modulation are.  */
typedef struct
{
  gint shift;
  gint scale;
  gint gate;
} Modulation;

static const Modulation by_attention = { 0, 1, 2 };
static const Modulation by_feed      = { 3, 4, 5 };
static const Modulation by_alone     = { 6, 7, 8 };

/* In diffusers' layers whose rows have no outputs, the scale comes first.  */
static const Modulation by_last      = { 1, 0, -1 };

/* The rows of one stream during a block.  */
typedef struct
{
  const PiscesMmditStream *stream;
  PiscesTensor             states;    /* [n_batch * n, width]               */
  PiscesTensor             values;    /* [n_batch, … * width]: the modulation */
  gint64                   n;         /* rows of a picture                  */
  gint64                   first;     /* of them in the sequence            */
} Rows;


static void         load_stream    (PiscesMmditStream          *stream,
                                    PiscesWeightSource         *source,
                                    const PiscesMmditConfig    *config,
                                    gint                        n_values,
                                    gboolean                    is_last,
                                    const gchar                *norm,
                                    const gchar                *feed);
static void         load_attention (PiscesMmditAttention       *attention,
                                    PiscesWeightSource         *source,
                                    const PiscesMmditConfig    *config,
                                    const gchar *const         *qkv,
                                    const gchar                *norm_q,
                                    const gchar                *norm_k,
                                    const gchar                *out);
static PiscesTensor modulation_of  (PiscesBackend              *backend,
                                    const PiscesMmditStream    *stream,
                                    PiscesTensor                time);
static void         project        (PiscesBackend              *backend,
                                    const PiscesMmditAttention *attention,
                                    const PiscesMmditConfig    *config,
                                    const Rows                 *rows,
                                    Modulation                  modulation,
                                    PiscesTensor                qkv);
static void         attend         (PiscesBackend              *backend,
                                    const PiscesMmditConfig    *config,
                                    gint64                      n_batch,
                                    PiscesTensor                y,
                                    PiscesTensor                qkv);
static void         add_attended   (PiscesBackend              *backend,
                                    const PiscesMmditAttention *attention,
                                    const Rows                 *rows,
                                    gint                        gate,
                                    PiscesTensor                attended);
static void         feed_forward   (PiscesBackend              *backend,
                                    const Rows                 *rows);


/*  public functions  */

/**
 * pisces_mmdit_block_load:
 * @block: (out): the block.
 * @source: has entered the block.
 * @config: the network's.
 * @layer: the block's number.
 */
void
pisces_mmdit_block_load (PiscesMmditBlock        *block,
                         PiscesWeightSource      *source,
                         const PiscesMmditConfig *config,
                         gint                     layer)
{
  static const gchar *const picture[] = { "attn.to_q", "attn.to_k", "attn.to_v", NULL };
  static const gchar *const text[]    = { "attn.add_q_proj", "attn.add_k_proj",
                                          "attn.add_v_proj", NULL };
  static const gchar *const alone[]   = { "attn2.to_q", "attn2.to_k", "attn2.to_v", NULL };
  const gboolean            is_last   = layer == config->n_layers - 1;

  load_stream (&block->picture, source, config, config->is_dual[layer] ? 9 : 6, FALSE,
               "norm1.linear", "ff");
  load_attention (&block->picture.attention, source, config, picture,
                  "attn.norm_q", "attn.norm_k", "attn.to_out.0");

  load_stream (&block->text, source, config, is_last ? 2 : 6, is_last,
               "norm1_context.linear", "ff_context");
  load_attention (&block->text.attention, source, config, text,
                  "attn.norm_added_q", "attn.norm_added_k", is_last ? NULL : "attn.to_add_out");

  if (config->is_dual[layer])
    load_attention (&block->alone, source, config, alone,
                    "attn2.norm_q", "attn2.norm_k", "attn2.to_out.0");
}

/**
 * pisces_mmdit_block_forward:
 * @picture: (inout): `[n_batch * n, width]`: the patches of each picture.
 * @text: (inout): `[n_batch * m, width]`: the rows of each text; the last block leaves
 *   them as they are.
 * @time: `[n_batch, width]`: SiLU of the embeddings of the time and of what is pooled.
 */
void
pisces_mmdit_block_forward (PiscesBackend           *backend,
                            const PiscesMmditBlock  *block,
                            const PiscesMmditConfig *config,
                            gint64                   n_batch,
                            PiscesTensor             picture,
                            PiscesTensor             text,
                            PiscesTensor             time)
{
  const gsize    mark    = pisces_backend_mark (backend);
  const gboolean is_last = block->text.attention.out.weight == NULL;
  const gint64   width   = config->width;
  Rows           rows[2] =
  {
    {
      .stream = &block->picture,
      .states = picture,
      .values = modulation_of (backend, &block->picture, time),
      .n      = pisces_tensor_n_rows (picture) / n_batch,
    },
    {
      .stream = &block->text,
      .states = text,
      .values = modulation_of (backend, &block->text, time),
      .n      = pisces_tensor_n_rows (text) / n_batch,
      .first  = pisces_tensor_n_rows (picture) / n_batch,
    },
  };
  const gint64   n_rows  = n_batch * (rows[0].n + rows[1].n);
  PiscesTensor   alone   = { .data = NULL };
  PiscesTensor   attended, qkv;
  gsize          inner;

  /* Both attentions read the picture's rows as they are before the block.  */
  if (block->alone.qkv.weight)
    {
      alone = pisces_backend_alloc_operand (backend, block->alone.out.weight, 2,
                                            n_batch * rows[0].n, width);
      inner = pisces_backend_mark (backend);
      qkv   = pisces_backend_alloc_operand (backend, block->alone.qkv.weight, 2,
                                            n_batch * rows[0].n, 3 * width);
      project (backend, &block->alone, config, &rows[0], by_alone, qkv);
      attend (backend, config, n_batch, alone, qkv);
      pisces_backend_release (backend, inner);
    }

  attended = pisces_backend_alloc_operand (backend, block->picture.attention.out.weight, 2,
                                           n_rows, width);
  inner    = pisces_backend_mark (backend);
  qkv      = pisces_backend_alloc_operand (backend, block->picture.attention.qkv.weight, 2,
                                           n_rows, 3 * width);
  project (backend, &block->picture.attention, config, &rows[0], by_attention, qkv);
  project (backend, &block->text.attention, config, &rows[1], is_last ? by_last : by_attention,
           qkv);
  attend (backend, config, n_batch, attended, qkv);
  pisces_backend_release (backend, inner);

  add_attended (backend, &block->picture.attention, &rows[0], by_attention.gate, attended);
  if (block->alone.qkv.weight)
    add_attended (backend, &block->alone, &rows[0], by_alone.gate, alone);
  feed_forward (backend, &rows[0]);

  if (! is_last)
    {
      add_attended (backend, &block->text.attention, &rows[1], by_attention.gate, attended);
      feed_forward (backend, &rows[1]);
    }
  pisces_backend_release (backend, mark);
}

/**
 * pisces_mmdit_modulate:
 * @y: `[rows, width]`.
 * @x: `[rows, width]`.
 * @scale: `[1, width]` of float32.
 * @shift: the same.
 *
 * y = norm (x) (1 + scale) + shift, with a norm without weights.
 */
void
pisces_mmdit_modulate (PiscesBackend *backend,
                       PiscesTensor   y,
                       PiscesTensor   x,
                       PiscesTensor   scale,
                       PiscesTensor   shift)
{
  pisces_layer_norm (backend, y, x, NULL, NULL, EPSILON);
  pisces_modulate (backend, y, y, scale, shift);
}


/*  private functions  */

static void
load_stream (PiscesMmditStream       *stream,
             PiscesWeightSource      *source,
             const PiscesMmditConfig *config,
             gint                     n_values,
             gboolean                 is_last,
             const gchar             *norm,
             const gchar             *feed)
{
  const gint64 width = config->width;

  stream->modulation = pisces_weight_source_linear (source, norm, n_values * width, width, TRUE);
  if (is_last)
    return;

  pisces_weight_source_enter (source, "%s.net.", feed);
  stream->ff_in  = pisces_weight_source_linear (source, "0.proj", 4 * width, width, TRUE);
  stream->ff_out = pisces_weight_source_linear (source, "2", width, 4 * width, TRUE);
  pisces_weight_source_leave (source);
}

static void
load_attention (PiscesMmditAttention    *attention,
                PiscesWeightSource      *source,
                const PiscesMmditConfig *config,
                const gchar *const      *qkv,
                const gchar             *norm_q,
                const gchar             *norm_k,
                const gchar             *out)
{
  const gint64 width = config->width;
  const gint64 n[]   = { width, width, width };

  attention->qkv = pisces_weight_source_fused (source, qkv, n, width, TRUE);
  if (config->qk_norm)
    {
      attention->norm_q = pisces_weight_source_norm (source, norm_q, config->head_dim, FALSE);
      attention->norm_k = pisces_weight_source_norm (source, norm_k, config->head_dim, FALSE);
    }
  if (out)
    attention->out = pisces_weight_source_linear (source, out, width, width, TRUE);
}

static PiscesTensor
modulation_of (PiscesBackend           *backend,
               const PiscesMmditStream *stream,
               PiscesTensor             time)
{
  const PiscesParameters *modulation = &stream->modulation;
  PiscesTensor            values;

  values = pisces_backend_alloc_typed (backend, PISCES_F32, 2, pisces_tensor_n_rows (time),
                                       modulation->weight->dims[0]);
  pisces_linear (backend, values, time, modulation->weight, modulation->bias,
                 PISCES_ACT_NONE, FALSE);

  return values;
}

/* One of the values for one picture.  */
static PiscesTensor
value_of (const Rows *rows,
          gint64      i,
          gint        which)
{
  const gint64 width = pisces_tensor_width (rows->states);

  return pisces_tensor_columns (pisces_tensor_rows (rows->values, i, 1), which * width, width);
}

/* Writes the queries, keys and values of a stream to their places in the sequences.  */
static void
project (PiscesBackend              *backend,
         const PiscesMmditAttention *attention,
         const PiscesMmditConfig    *config,
         const Rows                 *rows,
         Modulation                  modulation,
         PiscesTensor                qkv)
{
  const gsize   mark    = pisces_backend_mark (backend);
  const gint64  width   = config->width;
  const gint64  n_batch = pisces_tensor_n_rows (rows->states) / rows->n;
  const gint64  length  = pisces_tensor_n_rows (qkv) / n_batch;
  PiscesTensor  h       = pisces_backend_alloc_operand (backend, attention->qkv.weight, 2,
                                                        rows->n, width);

  for (gint64 i = 0; i < n_batch; i++)
    {
      PiscesTensor own = pisces_tensor_rows (qkv, i * length + rows->first, rows->n);

      pisces_mmdit_modulate (backend, h, pisces_tensor_rows (rows->states, i * rows->n, rows->n),
                             value_of (rows, i, modulation.scale),
                             value_of (rows, i, modulation.shift));
      pisces_linear (backend, own, h, attention->qkv.weight, attention->qkv.bias,
                     PISCES_ACT_NONE, FALSE);
      if (config->qk_norm)
        {
          PiscesTensor q = pisces_tensor_columns (own, 0, width);
          PiscesTensor k = pisces_tensor_columns (own, width, width);

          pisces_rms_norm_heads (backend, q, q, attention->norm_q.weight, config->head_dim, EPSILON);
          pisces_rms_norm_heads (backend, k, k, attention->norm_k.weight, config->head_dim, EPSILON);
        }
    }
  pisces_backend_release (backend, mark);
}

static void
attend (PiscesBackend           *backend,
        const PiscesMmditConfig *config,
        gint64                   n_batch,
        PiscesTensor             y,
        PiscesTensor             qkv)
{
  const gint64                width  = config->width;
  const PiscesAttentionParams params =
  {
    .n_batch    = n_batch,
    .n_heads    = config->n_heads,
    .n_kv_heads = config->n_heads,
    .head_dim   = config->head_dim,
    .scale      = 1 / sqrt (config->head_dim),
  };

  pisces_attention (backend, y, pisces_tensor_columns (qkv, 0, width),
                    pisces_tensor_columns (qkv, width, width),
                    pisces_tensor_columns (qkv, 2 * width, width), &params);
}

/* states += gate · out (attended) */
static void
add_attended (PiscesBackend              *backend,
              const PiscesMmditAttention *attention,
              const Rows                 *rows,
              gint                        gate,
              PiscesTensor                attended)
{
  const gsize  mark    = pisces_backend_mark (backend);
  const gint64 n_batch = pisces_tensor_n_rows (rows->states) / rows->n;
  const gint64 length  = pisces_tensor_n_rows (attended) / n_batch;
  PiscesTensor h       = pisces_backend_alloc (backend, 2, rows->n,
                                               pisces_tensor_width (rows->states));

  for (gint64 i = 0; i < n_batch; i++)
    {
      PiscesTensor states = pisces_tensor_rows (rows->states, i * rows->n, rows->n);

      pisces_linear (backend, h, pisces_tensor_rows (attended, i * length + rows->first, rows->n),
                     attention->out.weight, attention->out.bias, PISCES_ACT_NONE, FALSE);
      pisces_add_gated (backend, states, states, value_of (rows, i, gate), h);
    }
  pisces_backend_release (backend, mark);
}

/* states += gate · ff_out (gelu (ff_in (norm (states)))) */
static void
feed_forward (PiscesBackend *backend,
              const Rows    *rows)
{
  const PiscesMmditStream *stream  = rows->stream;
  const gsize              mark    = pisces_backend_mark (backend);
  const gint64             width   = pisces_tensor_width (rows->states);
  const gint64             n_batch = pisces_tensor_n_rows (rows->states) / rows->n;
  PiscesTensor             h, inner, y;

  h     = pisces_backend_alloc_operand (backend, stream->ff_in.weight, 2, rows->n, width);
  inner = pisces_backend_alloc_operand (backend, stream->ff_out.weight, 2, rows->n, 4 * width);
  y     = pisces_backend_alloc (backend, 2, rows->n, width);
  for (gint64 i = 0; i < n_batch; i++)
    {
      PiscesTensor states = pisces_tensor_rows (rows->states, i * rows->n, rows->n);

      pisces_mmdit_modulate (backend, h, states, value_of (rows, i, by_feed.scale),
                             value_of (rows, i, by_feed.shift));
      pisces_linear (backend, inner, h, stream->ff_in.weight, stream->ff_in.bias,
                     PISCES_ACT_GELU_TANH, FALSE);
      pisces_linear (backend, y, inner, stream->ff_out.weight, stream->ff_out.bias,
                     PISCES_ACT_NONE, FALSE);
      pisces_add_gated (backend, states, states, value_of (rows, i, by_feed.gate), y);
    }
  pisces_backend_release (backend, mark);
}
