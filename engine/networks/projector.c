/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * projector.c: see projector.h.
 */

#include "engine/networks/projector.h"
#include "engine/networks/weight-source.h"

#define MAX_LAYERS 8

struct _PiscesProjector
{
  PiscesBackend    *backend;
  GPtrArray        *weights;               /* owns them all                  */
  guint             n_layers;
  PiscesParameters  layers[MAX_LAYERS];
  gint64            widths[MAX_LAYERS];    /* of what each of them gives     */
};


static gint64 width_of (PiscesWeightFiles *files,
                        const gchar       *layer,
                        gint64             fallback);


/*  public functions  */

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
  g_autofree gchar  *first    = g_strconcat (name, ".0", NULL);
  g_autofree gchar  *second   = g_strconcat (name, ".2", NULL);
  const gchar *const layers[] = { first, second, NULL };

  return pisces_projector_load_layers (backend, files, layers, n_in, n_out, error);
}

/**
 * pisces_projector_load_layers:
 * @layers: (array zero-terminated=1): the names of its linear layers, from the
 *   first to the last; `.weight` and `.bias` follow them in the file.
 *
 * The same, for checkpoints that name the layers otherwise.
 */
PiscesProjector *
pisces_projector_load_layers (PiscesBackend      *backend,
                              PiscesWeightFiles  *files,
                              const gchar *const *layers,
                              gint64              n_in,
                              gint64              n_out,
                              GError            **error)
{
  g_autoptr (PiscesProjector)    projector = g_new0 (PiscesProjector, 1);
  g_autoptr (PiscesWeightSource) source    = NULL;

  projector->backend = backend;

  source = pisces_weight_source_new (backend, files, "");
  for (guint i = 0; layers[i]; i++)
    {
      g_return_val_if_fail (i < MAX_LAYERS, NULL);

      projector->widths[i] = layers[i + 1] ? width_of (files, layers[i], n_out) : n_out;
      projector->layers[i] = pisces_weight_source_linear (source, layers[i],
                                                          projector->widths[i], n_in, TRUE);
      n_in = projector->widths[i];
      projector->n_layers++;
    }
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
  const guint    last    = projector->n_layers - 1;
  gsize          mark    = pisces_backend_mark (backend);

  for (guint i = 0; i <= last; i++)
    {
      PiscesTensor h = i == last ? y : pisces_backend_alloc (backend, 2, pisces_tensor_n_rows (x),
                                                             projector->widths[i]);

      pisces_linear (backend, h, x, projector->layers[i].weight, projector->layers[i].bias,
                     i == last ? PISCES_ACT_NONE : PISCES_ACT_GELU, FALSE);
      x = h;
    }
  pisces_backend_release (backend, mark);
}


/*  private functions  */

/* No configuration has the width between two layers.  Where the tensor is
 * missing, or no matrix, the source will say so.  */
static gint64
width_of (PiscesWeightFiles *files,
          const gchar       *layer,
          gint64             fallback)
{
  g_autofree gchar *name = g_strconcat (layer, ".weight", NULL);
  PiscesHostTensor  tensor;

  if (pisces_weight_files_find (files, name, &tensor) && tensor.n_dims == 2)
    return tensor.dims[0];

  return fallback;
}
