/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * connector.c: see connector.h.
 */

#include <glib/gi18n-lib.h>

#include "engine/networks/connector.h"
#include "engine/networks/weight-source.h"
#include "engine/pisces.h"

struct _PiscesConnector
{
  PiscesBackend    *backend;
  GPtrArray        *weights;               /* owns the weight                */
  PiscesParameters  linear;
  gint              grid_size;             /* of the tokens, along a side    */
  gint              factor;
};


/**
 * pisces_connector_load:
 * @backend: the backend that will run it; it must live longer than the connector.
 * @files: files with the tensor `NAME.weight`.
 * @name: the name, for example `"model.connector.modality_projection.proj"`.
 * @grid_size: the side of the encoder's grid of tokens.
 * @factor: how many neighbours along a side become one.
 * @n_in: width of a token.
 * @n_out: width of a row.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the connector, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID or an error of the backend.
 */
PiscesConnector *
pisces_connector_load (PiscesBackend      *backend,
                       PiscesWeightFiles  *files,
                       const gchar        *name,
                       gint                grid_size,
                       gint                factor,
                       gint64              n_in,
                       gint64              n_out,
                       GError            **error)
{
  g_autoptr (PiscesConnector)    connector = g_new0 (PiscesConnector, 1);
  g_autoptr (PiscesWeightSource) source    = NULL;

  if (grid_size % factor != 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   _("The parts of the model do not fit each other: its eye sees %d × %d "
                     "patches, and “scale_factor” would put %d × %d of them together."),
                   grid_size, grid_size, factor, factor);
      return NULL;
    }

  connector->backend   = backend;
  connector->grid_size = grid_size;
  connector->factor    = factor;

  source = pisces_weight_source_new (backend, files, "");
  connector->linear  = pisces_weight_source_linear (source, name, n_out, n_in * factor * factor,
                                                    FALSE);
  connector->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&connector);
}

void
pisces_connector_free (PiscesConnector *connector)
{
  if (! connector)
    return;

  g_clear_pointer (&connector->weights, g_ptr_array_unref);
  g_free (connector);
}

/**
 * pisces_connector_n_rows:
 * @connector: the connector.
 *
 * Returns: how many rows it makes of the tokens of one picture.
 */
gint
pisces_connector_n_rows (PiscesConnector *connector)
{
  const gint side = connector->grid_size / connector->factor;

  return side * side;
}

/**
 * pisces_connector_forward:
 * @y: `[n_rows, n_out]`: the result.
 * @x: `[grid_size * grid_size, n_in]`, contiguous: the tokens of one picture, row by
 *   row of the grid.
 */
void
pisces_connector_forward (PiscesConnector *connector,
                          PiscesTensor     y,
                          PiscesTensor     x)
{
  PiscesBackend *backend = connector->backend;
  const gint     factor  = connector->factor;
  const gint64   grid    = connector->grid_size;
  const gint64   side    = grid / factor;
  const gint64   width   = pisces_tensor_width (x) * factor;
  const gsize    mark    = pisces_backend_mark (backend);
  PiscesTensor   squares = pisces_backend_alloc_operand (backend, connector->linear.weight, 2,
                                                         side * side, width * factor);

  /* Neighbours in a row of the grid lie side by side already; so a row of the grid
   * is the same stretch of all squares of one row.  */
  for (gint64 row = 0; row < grid; row++)
    {
      PiscesTensor part = pisces_tensor_reshape (pisces_tensor_rows (x, row * grid, grid),
                                                 2, side, width);
      PiscesTensor goal = pisces_tensor_columns (squares, row % factor * width, width);

      pisces_copy (backend, pisces_tensor_rows (goal, row / factor * side, side), part);
    }

  pisces_linear (backend, y, squares, connector->linear.weight, NULL, PISCES_ACT_NONE, FALSE);
  pisces_backend_release (backend, mark);
}
