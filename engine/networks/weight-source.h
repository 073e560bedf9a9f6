/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-source.h: how a network gets its weights.  Every weight is found by
 * its name, checked (it exists, has exactly the shape that follows from the
 * configuration, and consists of finite floating-point numbers) and uploaded.
 * The first error is kept, and all later calls do nothing, so that a network
 * can request everything and check once:
 *
 *   g_autoptr (PiscesWeightSource) source =
 *     pisces_weight_source_new (backend, files, "language_model.");
 *
 *   pisces_weight_source_enter (source, "model.layers.%d.", i);
 *   layer->o_proj = pisces_weight_source_linear (source, "self_attn.o_proj",
 *                                                width, width, FALSE);
 *   pisces_weight_source_leave (source);
 *   ...
 *   if (! pisces_weight_source_check (source, error)) ...
 *   llama->weights = pisces_weight_source_take (source);
 *
 * Knows nothing of what the weights are for.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

/* The weights of one layer: `NAME.weight` and `NAME.bias`.  They belong to the
 * network that took them from the source.  */
typedef struct
{
  const PiscesWeight *weight;
  const PiscesWeight *bias;                /* NULL: none */
} PiscesParameters;

typedef struct
{
  PiscesBackend     *backend;
  PiscesWeightFiles *files;                /* not owned                      */
  GString           *prefix;               /* of all names                   */
  GQueue             entered;              /* lengths of the outer prefixes  */
  GPtrArray         *weights;              /* owns the uploaded weights      */
  gboolean           is_wide;              /* may be set before the first
                                            * weight: the network has values
                                            * beyond the range of float16    */
  PiscesDType        operand_type;         /* that of the first 16-bit matrix;
                                            * F32: there is none yet         */
  gboolean           is_by_quants;         /* so far there were only quantised
                                            * ones                           */
  GError            *error;                /* the first one                  */
} PiscesWeightSource;

PiscesWeightSource * pisces_weight_source_new    (PiscesBackend       *backend,
                                                  PiscesWeightFiles   *files,
                                                  const gchar         *prefix);
void                 pisces_weight_source_free   (PiscesWeightSource  *source);
void                 pisces_weight_source_enter  (PiscesWeightSource  *source,
                                                  const gchar         *format,
                                                  ...) G_GNUC_PRINTF (2, 3);
void                 pisces_weight_source_leave  (PiscesWeightSource  *source);

gboolean             pisces_weight_source_has    (PiscesWeightSource  *source,
                                                  const gchar         *name);
PiscesParameters     pisces_weight_source_linear (PiscesWeightSource  *source,
                                                  const gchar         *name,
                                                  gint64               n_out,
                                                  gint64               n_in,
                                                  gboolean             has_bias);
PiscesParameters     pisces_weight_source_tied   (PiscesWeightSource  *source,
                                                  const PiscesWeight  *table,
                                                  const gchar         *name);
PiscesParameters     pisces_weight_source_fused  (PiscesWeightSource  *source,
                                                  const gchar *const  *names,
                                                  const gint64        *n_out,
                                                  gint64               n_in,
                                                  gboolean             has_bias);
PiscesParameters     pisces_weight_source_conv   (PiscesWeightSource  *source,
                                                  const gchar         *name,
                                                  gint64               n_out,
                                                  gint64               n_in,
                                                  gint64               kernel,
                                                  gboolean             has_bias);
PiscesParameters     pisces_weight_source_norm   (PiscesWeightSource  *source,
                                                  const gchar         *name,
                                                  gint64               width,
                                                  gboolean             has_bias);
const PiscesWeight * pisces_weight_source_table  (PiscesWeightSource  *source,
                                                  const gchar         *name,
                                                  PiscesWeightUse      use,
                                                  gint64               n_rows,
                                                  gint64               width);
gboolean             pisces_weight_source_find   (PiscesWeightSource  *source,
                                                  const gchar         *name,
                                                  PiscesHostTensor    *tensor,
                                                  gint                 n_dims,
                                                  const gint64        *dims);
gfloat             * pisces_weight_source_floats (PiscesWeightSource  *source,
                                                  const gchar         *name,
                                                  gint                 n_dims,
                                                  ...);
const PiscesWeight * pisces_weight_source_values (PiscesWeightSource  *source,
                                                  const gchar         *name,
                                                  PiscesWeightUse      use,
                                                  const gfloat        *values,
                                                  gint64               n_rows,
                                                  gint64               width);

gboolean             pisces_weight_source_check  (PiscesWeightSource  *source,
                                                  GError             **error);
GPtrArray          * pisces_weight_source_take   (PiscesWeightSource  *source);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesWeightSource, pisces_weight_source_free)

G_END_DECLS
