/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linear, GELU (erf), Linear.
 */

#include "engine/networks/projector.h"
#include "engine/networks/weight-source.h"

struct _PiscesProjector
{
  PiscesBackend    *backend;
  GPtrArray        *weights;               /* owns all weights */
  gint64            width;                 /* between the two layers */
  PiscesParameters  first;
  PiscesParameters  second;
};

/**
 * pisces_projector_load:
 * @backend: the backend that will run it; it must live longer than the
 *   projector.
 * @files: files with the tensors `NAME.0.weight`, `.0.bias`, `.2.weight`,
 *   `.2.bias`.
 * @name: the name, for example `"mm_projector"`.
 * @n_in: width of the input.
 * @n_out: width of the output.
 *
 * Returns: (transfer full) (nullable): the projector, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID or an error of the backend.
 */
PiscesProjector *
pisces_projector_load (PiscesBackend      *backend,
                       PiscesWeightFiles  *files,
                       const gchar        *name,
                       gint64              n_in,
                       gint64              n_out,
                       GError            **error)
{
  g_autoptr (PiscesProjector)    projector = g_new0 (PiscesProjector, 1);
  g_autoptr (PiscesWeightSource) source    = NULL;
  g_autofree gchar              *first     = g_strconcat (name, ".0.weight", NULL);
  PiscesHostTensor               tensor;

  /* The width between the layers is in no configuration, so it is taken from
   * the tensor.  If that is missing or no matrix, the source reports it.  */
  projector->backend = backend;
  projector->width   = n_out;
  if (pisces_weight_files_find (files, first, &tensor) && tensor.n_dims == 2)
    projector->width = tensor.dims[0];

  source = pisces_weight_source_new (backend, files, name);
  projector->first  = pisces_weight_source_linear (source, ".0",
                                                   projector->width, n_in,
                                                   TRUE);
  projector->second = pisces_weight_source_linear (source, ".2", n_out,
                                                   projector->width, TRUE);
  projector->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&projector);
}

void
pisces_projector_free (PiscesProjector *projector)
{
  if (! projector)
    return;

  g_clear_pointer (&projector->weights, g_ptr_array_unref);
  g_free (projector);
}

/**
 * pisces_projector_forward:
 * @y: `[n, n_out]`: the result.
 * @x: `[n, n_in]`.
 */
void
pisces_projector_forward (PiscesProjector *projector,
                          PiscesTensor     y,
                          PiscesTensor     x)
{
  PiscesBackend *backend = projector->backend;
  gsize          mark    = pisces_backend_mark (backend);
  PiscesTensor   h;

  h = pisces_backend_alloc (backend, 2, pisces_tensor_n_rows (x),
                            projector->width);
  pisces_linear (backend, h, x, projector->first.weight,
                 projector->first.bias, PISCES_ACT_GELU, FALSE);
  pisces_linear (backend, y, h, projector->second.weight,
                 projector->second.bias, PISCES_ACT_NONE, FALSE);
  pisces_backend_release (backend, mark);
}
