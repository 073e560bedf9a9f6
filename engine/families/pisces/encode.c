/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * encode.c: what the diffusion decoder is shown of a picture that it draws into: its
 * latent; and for a UNet that was trained to fill, the mask and the latent of the rest,
 * in channels of their own, as diffusers' pipelines for inpainting have them.
 */

#include "engine/families/pisces/model.h"
#include "engine/model/float-pixels.h"


static void clear_hole (PiscesModel        *model,
                        const PiscesGround *ground,
                        gfloat             *values);


/*  public functions  */

/**
 * pisces_encode_ground:
 * @model: a model with the autoencoder's encoder.
 * @latent: (out): `[1, h, w, latent_channels]`, scaled as the latents of the training
 *   are.
 * @ground: the picture that is drawn into.
 */
void
pisces_encode_ground (PiscesModel        *model,
                      PiscesTensor        latent,
                      const PiscesGround *ground)
{
  const PiscesLatents latents = pisces_model_latents (model);
  g_autofree gfloat  *values  = pisces_latents_load_pixels (&latents, ground);

  pisces_latents_encode (&latents, latent, values);
}

/**
 * pisces_encode_mask:
 * @model: a model with `mask_channels`.
 * @input: `[n_batch, h, w, …]`: the UNet's input.
 * @first: the channel of the mask.  After it come those of the picture without what is
 *   drawn anew, which is grey there.
 * @ground: (nullable): the picture that is drawn into; %NULL: all is drawn anew.
 *
 * These channels are the same in all steps.
 */
void
pisces_encode_mask (PiscesModel        *model,
                    PiscesTensor        input,
                    gint64              first,
                    const PiscesGround *ground)
{
  PiscesBackend         *backend  = model->backend;
  const PiscesVaeConfig *vae      = pisces_vae_get_config (model->vae);
  const PiscesLatents    latents  = pisces_model_latents (model);
  const gint64           h        = input.dims[1], w = input.dims[2];
  const gint64           n_cells  = h * w;
  const gsize            n_pixels = (gsize) n_cells * vae->downscale * vae->downscale;
  const gsize            mark     = pisces_backend_mark (backend);
  PiscesTensor           mask     = pisces_backend_alloc (backend, 4, (gint64) 1, h, w, (gint64) 1);
  PiscesTensor           rest     = pisces_backend_alloc (backend, 4, (gint64) 1, h, w,
                                                          (gint64) vae->latent_channels);
  g_autofree gfloat     *is_new   = g_new (gfloat, n_cells);
  g_autofree gfloat     *values   = ground ? pisces_latents_load_pixels (&latents, ground)
                                           : g_new0 (gfloat, n_pixels * vae->in_channels);
  PiscesTensor           rows     = pisces_tensor_reshape (input, 2, input.dims[0] * n_cells,
                                                           pisces_tensor_width (input));

  for (gint64 i = 0; i < n_cells; i++)
    is_new[i] = 1.0f;
  if (ground)
    {
      clear_hole (model, ground, values);
      pisces_ground_most (ground, w, h, is_new);
      for (gint64 i = 0; i < n_cells; i++)
        is_new[i] = is_new[i] >= 0.5f ? 1.0f : 0.0f;
    }
  pisces_upload (backend, mask, is_new);
  pisces_latents_encode (&latents, rest, values);

  for (gint64 i = 0; i < input.dims[0]; i++)
    {
      PiscesTensor some = pisces_tensor_rows (rows, i * n_cells, n_cells);

      pisces_copy (backend, pisces_tensor_columns (some, first, 1),
                   pisces_tensor_reshape (mask, 2, n_cells, (gint64) 1));
      pisces_copy (backend, pisces_tensor_columns (some, first + 1, vae->latent_channels),
                   pisces_tensor_reshape (rest, 2, n_cells, (gint64) vae->latent_channels));
    }
  pisces_backend_release (backend, mark);
}


/*  private functions  */

/* Sets what is drawn anew to 0, which is grey.  */
static void
clear_hole (PiscesModel        *model,
            const PiscesGround *ground,
            gfloat             *values)
{
  const gint r          = model->settings.pixel_shuffle;
  const gint n_channels = model->settings.alpha ? 4 : 3;
  const gint side       = ground->width / r;

  for (gint y = 0; y < ground->height; y++)
    for (gint x = 0; x < ground->width; x++)
      if (ground->mask[(gsize) y * ground->width + x] >= 0.5f)
        {
          gfloat *block = values + ((gsize) (y / r) * side + x / r) * n_channels * r * r;

          for (gint c = 0; c < n_channels; c++)
            block[c * r * r + (y % r) * r + x % r] = 0.0f;
        }
}
