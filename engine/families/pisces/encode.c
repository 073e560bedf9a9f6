/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * encode.c: what the diffusion decoder is shown of a picture that it draws into: its
 * latent; and for a UNet that was trained to fill, the mask and the latent of the rest,
 * in channels of their own, as diffusers' pipelines for inpainting have them.
 */

#include "engine/families/pisces/model.h"
#include "engine/model/float-pixels.h"


static void     encode      (PiscesModel        *model,
                             PiscesTensor        latent,
                             const gfloat       *values);
static gfloat * load_pixels (PiscesModel        *model,
                             const PiscesGround *ground);
static void     clear_hole  (PiscesModel        *model,
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
  g_autofree gfloat *values = load_pixels (model, ground);

  encode (model, latent, values);
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
  const gint64           h        = input.dims[1], w = input.dims[2];
  const gint64           n_cells  = h * w;
  const gsize            n_pixels = (gsize) n_cells * vae->downscale * vae->downscale;
  const gsize            mark     = pisces_backend_mark (backend);
  PiscesTensor           mask     = pisces_backend_alloc (backend, 4, (gint64) 1, h, w, (gint64) 1);
  PiscesTensor           rest     = pisces_backend_alloc (backend, 4, (gint64) 1, h, w,
                                                          (gint64) vae->latent_channels);
  g_autofree gfloat     *is_new   = g_new (gfloat, n_cells);
  g_autofree gfloat     *values   = ground ? load_pixels (model, ground)
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
  encode (model, rest, values);

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

/* @values: in the order of load_pixels().  */
static void
encode (PiscesModel  *model,
        PiscesTensor  latent,
        const gfloat *values)
{
  const PiscesVaeConfig *vae      = pisces_vae_get_config (model->vae);
  PiscesBackend         *backend  = model->backend;
  const gint64           n_values = pisces_tensor_n_rows (latent) * vae->latent_channels;
  gsize                  mark     = pisces_backend_mark (backend);
  g_autofree gfloat     *shifts   = g_new (gfloat, n_values);
  PiscesTensor           pixels, shift;

  pixels = pisces_backend_alloc (backend, 4, (gint64) 1, latent.dims[1] * vae->downscale,
                                 latent.dims[2] * vae->downscale, (gint64) vae->in_channels);
  shift  = pisces_backend_alloc (backend, 4, (gint64) 1, latent.dims[1], latent.dims[2],
                                 (gint64) vae->latent_channels);

  for (gint64 i = 0; i < n_values; i++)
    shifts[i] = vae->shift_factor;
  pisces_upload (backend, shift, shifts);
  pisces_upload (backend, pixels, values);
  pisces_vae_encode (model->vae, latent, pixels);
  pisces_combine (backend, latent, vae->scaling_factor, latent, -vae->scaling_factor, shift);
  pisces_backend_release (backend, mark);
}

/* Returns what the model may see of the ground, [h, w, channels · r · r], in the
 * order of decoder.c's store_pixels().  A picture without alpha is seen on white.  */
static gfloat *
load_pixels (PiscesModel        *model,
             const PiscesGround *ground)
{
  const gint r          = model->settings.pixel_shuffle;
  const gint n_channels = model->settings.alpha ? 4 : 3;
  const gint side       = ground->width / r;
  gfloat    *values     = g_new (gfloat, (gsize) ground->width * ground->height * n_channels);

  for (gint y = 0; y < ground->height; y++)
    for (gint x = 0; x < ground->width; x++)
      {
        const gfloat *pixel = ground->seen + ((gsize) y * ground->width + x) *
                                             PISCES_GROUND_CHANNELS;
        gfloat       *block = values + ((gsize) (y / r) * side + x / r) * n_channels * r * r;
        const gint    place = (y % r) * r + x % r;

        for (gint c = 0; c < n_channels; c++)
          block[c * r * r + place] =
            2.0f * (n_channels == 4 ? pixel[c] : pixel[c] + 1.0f - pixel[3]) - 1.0f;
      }

  return values;
}

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
