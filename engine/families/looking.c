/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * looking.c: runs a vision encoder over a picture, or plans the memory for that.
 */

#include "engine/backend/finite.h"
#include "engine/families/looking.h"


static PiscesTensor encode (PiscesBackend *backend,
                            PiscesVit     *vit,
                            const gfloat  *values);


/*  public functions  */

/**
 * pisces_looking_encode:
 * @backend: the backend that has the encoder.
 * @vit: the encoder.
 * @preprocess: how it wants its pictures.
 * @image: the picture.
 * @tokens: (out): `[n_tokens, hidden_size]`: the encoder's tokens.  They stay in the
 *   arena until the caller releases it.
 * @error: return location for an error.
 *
 * Returns: whether the picture could be prepared; if not, @error is set.
 */
gboolean
pisces_looking_encode (PiscesBackend           *backend,
                       PiscesVit               *vit,
                       const PiscesPreprocess  *preprocess,
                       PiscesImage             *image,
                       PiscesTensor            *tokens,
                       GError                 **error)
{
  const PiscesVitConfig *config = pisces_vit_get_config (vit);
  const gint64           size   = config->image_size;
  g_autofree gfloat     *values = g_try_new (gfloat, size * size * config->n_channels);

  if (values == NULL)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory for a picture of %d × %d pixels.",
                   (gint) size, (gint) size);
      return FALSE;
    }
  if (! pisces_preprocess_run (preprocess, image, size, config->n_channels, values, error))
    return FALSE;

  *tokens = encode (backend, vit, values);

  return TRUE;
}

/**
 * pisces_looking_run:
 * @backend: the backend that has the encoder.
 * @vit: the encoder.
 * @values: `[image_size, image_size, n_channels]`: a picture that is prepared
 *   already.
 *
 * Returns: `[n_tokens, hidden_size]`: the encoder's tokens.  They stay in the arena
 *   until the caller releases it.
 */
PiscesTensor
pisces_looking_run (PiscesBackend *backend,
                    PiscesVit     *vit,
                    const gfloat  *values)
{
  return encode (backend, vit, values);
}

/**
 * pisces_looking_embed:
 * @backend: the backend that has the encoder.
 * @vit: the encoder.
 * @preprocess: how it wants its pictures.
 * @image: the picture.
 * @vector: (element-type gfloat): gets the mean of the encoder's tokens.
 * @error: return location for an error.
 *
 * Returns: whether it could be computed; if not, @error is set.
 */
gboolean
pisces_looking_embed (PiscesBackend           *backend,
                      PiscesVit               *vit,
                      const PiscesPreprocess  *preprocess,
                      PiscesImage             *image,
                      GArray                  *vector,
                      GError                 **error)
{
  const PiscesVitConfig *config = pisces_vit_get_config (vit);
  const gint64           side   = config->grid_size;
  const gint64           width  = config->hidden_size;
  const gsize            mark   = pisces_backend_mark (backend);
  gboolean               done   = FALSE;
  PiscesTensor           tokens, mean;

  if (pisces_looking_encode (backend, vit, preprocess, image, &tokens, error))
    {
      mean = pisces_backend_alloc (backend, 4, (gint64) 1, (gint64) 1, (gint64) 1, width);
      pisces_average_pool (backend, mean,
                           pisces_tensor_reshape (tokens, 4, (gint64) 1, side, side, width), side);
      g_array_set_size (vector, width);
      pisces_download_finite (backend, (gfloat *) vector->data, mean);
      done = pisces_backend_finish (backend, error);
    }
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * pisces_looking_plan:
 * @backend: a backend that only plans.
 * @vit: the encoder.
 *
 * Takes the memory that pisces_looking_encode() takes.
 *
 * Returns: the tokens; see there.
 */
PiscesTensor
pisces_looking_plan (PiscesBackend *backend,
                     PiscesVit     *vit)
{
  g_assert (backend->is_planning);

  return encode (backend, vit, NULL);
}


/*  private functions  */

/* values: `[image_size, image_size, n_channels]`, or NULL if it is only planned.  */
static PiscesTensor
encode (PiscesBackend *backend,
        PiscesVit     *vit,
        const gfloat  *values)
{
  const PiscesVitConfig *config = pisces_vit_get_config (vit);
  const gint64           size   = config->image_size;
  const PiscesTensor     tokens = pisces_backend_alloc (backend, 2, (gint64) config->n_tokens,
                                                        (gint64) config->hidden_size);
  const PiscesTensor     pixels = pisces_backend_alloc (backend, 4, (gint64) 1, size, size,
                                                        (gint64) config->n_channels);

  if (values)
    pisces_upload (backend, pixels, values);
  pisces_vit_forward (vit, tokens, pixels);

  return tokens;
}
