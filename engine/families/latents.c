/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * latents.c: see latents.h.
 */

#include <glib/gi18n-lib.h>

#include "engine/backend/finite.h"
#include "engine/families/latents.h"
#include "engine/model/float-pixels.h"
#include "engine/networks/vae-tiles.h"

/* The sides of tiles that are tried, in cells of the latent.  */
static const gint tile_sides[] = { 96, 64, 48, 32, 24, 16, 12, PISCES_VAE_MIN_TILE };


static void store_pixels (const PiscesLatents *latents,
                          const gfloat        *values,
                          PiscesImage         *image);


/*  public functions  */

/**
 * pisces_latents_load_shift:
 * @vae: the autoencoder.
 * @source: gets the values.
 *
 * Returns: (nullable): the shift as a weight; %NULL if there is none.
 */
const PiscesWeight *
pisces_latents_load_shift (PiscesVae          *vae,
                           PiscesWeightSource *source)
{
  const PiscesVaeConfig *config = pisces_vae_get_config (vae);
  g_autofree gfloat     *values = g_new (gfloat, config->latent_channels);

  if (config->shift_factor == 0.0)
    return NULL;

  for (gint i = 0; i < config->latent_channels; i++)
    values[i] = config->shift_factor;

  return pisces_weight_source_values (source, NULL, PISCES_WEIGHT_VECTOR, values, 1,
                                      config->latent_channels);
}

/**
 * pisces_latents_develop:
 * @latents: how they stand for pictures.
 * @latent: `[1, h, w, channels]`, as it is denoised.
 * @error: (nullable): return location for an error.
 *
 * Returns: (transfer full) (nullable): the picture; %NULL if the backend failed.
 */
PiscesImage *
pisces_latents_develop (const PiscesLatents  *latents,
                        PiscesTensor          latent,
                        GError              **error)
{
  const PiscesVaeConfig  *vae      = pisces_vae_get_config (latents->vae);
  PiscesBackend          *backend  = latents->backend;
  gint64                  rows     = latent.dims[1] * vae->downscale;
  gint64                  columns  = latent.dims[2] * vae->downscale;
  gsize                   mark     = pisces_backend_mark (backend);
  g_autofree gfloat      *values   = NULL;
  g_autoptr (PiscesImage) image    = NULL;
  PiscesTensor            pixels, scaled;

  pixels = pisces_backend_alloc (backend, 4, (gint64) 1, rows, columns,
                                 (gint64) vae->out_channels);
  scaled = pisces_backend_alloc (backend, 4, (gint64) 1, latent.dims[1], latent.dims[2],
                                 (gint64) vae->latent_channels);
  values = g_new (gfloat, rows * columns * vae->out_channels);

  pisces_combine (backend, scaled, 1.0 / vae->scaling_factor, latent, 0.0, latent);
  if (latents->shift)
    pisces_add_weight (backend, scaled, scaled, latents->shift);
  pisces_vae_decode (latents->vae, pixels, scaled);
  pisces_download_finite (backend, values, pixels);
  pisces_backend_release (backend, mark);
  if (pisces_backend_is_failed (backend))
    {
      if (error)
        pisces_backend_finish (backend, error);
      return NULL;
    }

  image = pisces_image_new (columns * latents->pixel_shuffle, rows * latents->pixel_shuffle,
                            error);
  if (image)
    store_pixels (latents, values, image);

  return g_steal_pointer (&image);
}

/**
 * pisces_latents_encode:
 * @latents: how they stand for pictures.
 * @latent: (out): `[1, h, w, channels]`, scaled as the latents of the training are.
 * @values: in the order of pisces_latents_load_pixels().
 */
void
pisces_latents_encode (const PiscesLatents *latents,
                       PiscesTensor         latent,
                       const gfloat        *values)
{
  const PiscesVaeConfig *vae      = pisces_vae_get_config (latents->vae);
  PiscesBackend         *backend  = latents->backend;
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
  pisces_vae_encode (latents->vae, latent, pixels);
  pisces_combine (backend, latent, vae->scaling_factor, latent, -vae->scaling_factor, shift);
  pisces_backend_release (backend, mark);
}

/**
 * pisces_latents_load_pixels:
 * @latents: how they stand for pictures.
 * @ground: the picture that is drawn into.
 *
 * Returns: (transfer full): what the model may see of the ground, `[h, w, channels · r ·
 *   r]`, in the order of torch.nn.PixelShuffle.  A picture without alpha is seen on
 *   white.
 */
gfloat *
pisces_latents_load_pixels (const PiscesLatents *latents,
                            const PiscesGround  *ground)
{
  const gint r          = latents->pixel_shuffle;
  const gint n_channels = latents->alpha ? 4 : 3;
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

/**
 * pisces_latents_reserve:
 * @backend: the backend.
 * @longer: the longer side of the latent.
 * @plan: plans the job.
 * @user_data: for @plan.
 * @job: gets a warning if the picture will be decoded in tiles.
 *
 * Takes the memory for a picture in one piece.  If it does not fit beside the weights,
 * the picture is decoded in tiles, the largest that fit.
 */
void
pisces_latents_reserve (PiscesBackend      *backend,
                        gint64              longer,
                        PiscesTilePlanFunc  plan,
                        gpointer            user_data,
                        PiscesJob          *job)
{
  const gsize room    = pisces_backend_room (backend);
  gsize       n_bytes = plan (0, user_data);

  if (n_bytes > room)
    {
      guint t = 0;

      for (; t < G_N_ELEMENTS (tile_sides); t++)
        if (tile_sides[t] < longer)
          {
            n_bytes = plan (tile_sides[t], user_data);
            if (n_bytes <= room)
              break;
          }
      /* In this case weights will be freed to make room, so the tile need not be
       * the smallest.  */
      if (t == G_N_ELEMENTS (tile_sides) && backend->may_stream)
        for (t = 1; t < G_N_ELEMENTS (tile_sides) - 1; t++)
          if (tile_sides[t] < longer)
            {
              n_bytes = plan (tile_sides[t], user_data);
              break;
            }
      if (n_bytes > 0 && t < G_N_ELEMENTS (tile_sides))
        g_ptr_array_add (job->warnings,
                         g_strdup (_("Memory is short, so the picture was put together "
                                     "from tiles; it may differ slightly from what it "
                                     "would be otherwise.")));
    }
  pisces_backend_reserve (backend, n_bytes);
}


/*  private functions  */

/* Writes values, [h, w, channels · r · r], to a picture.  The channels of
 * each pixel have the order of torch.nn.PixelShuffle: [channel, dy, dx].  If
 * there is alpha, the colours are multiplied with it.  */
static void
store_pixels (const PiscesLatents *latents,
              const gfloat        *values,
              PiscesImage         *image)
{
  gint     r          = latents->pixel_shuffle;
  gint     n_channels = latents->alpha ? 4 : 3;
  gint     side       = image->width / r;

  for (gint y = 0; y < image->height; y++)
    for (gint x = 0; x < image->width; x++)
      {
        const gfloat *block = values + ((gsize) (y / r) * side + x / r) *
                                       n_channels * r * r;
        guint8       *pixel = image->pixels + ((gsize) y * image->width + x) * 4;
        gint          place = (y % r) * r + x % r;
        gfloat        shown[PISCES_FLOAT_CHANNELS] = { 0.0f, 0.0f, 0.0f, 1.0f };

        for (gint c = 0; c < n_channels; c++)
          shown[c] = block[c * r * r + place] * 0.5f + 0.5f;
        pisces_float_pixel_store (shown, pixel);
      }
}
