/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model-view.c: shows what a model sees of a picture: the square that its
 * understanding encoder is given, or the resized picture if the encoder takes any
 * proportions, turned back into a picture.  This needs the
 * model's settings, but not its weights.
 */

#include "engine/families/family.h"
#include "engine/model/byte-resize.h"
#include "engine/model/config.h"
#include "engine/model/patches.h"
#include "engine/model/preprocess.h"

static PiscesImage *
            view_of_patches
                      (const PiscesPreprocess  *preprocess,
                       PiscesImage             *image,
                       GError                 **error);
static void put_pixel (const PiscesPreprocess *preprocess,
                       gint                    n_channels,
                       const gfloat           *values,
                       guint8                 *pixel);


/**
 * pisces_model_view:
 * @model_folder: a model folder.
 * @image: a picture of any size.
 * @error: return location for an error.
 *
 * Makes the picture as the model sees it when it describes it: with the border and
 * at the size of its encoder, transparent only where the encoder sees transparency.
 * It uses the same code as a job.
 *
 * Returns: (transfer full) (nullable): the view; %NULL with @error set.
 */
PiscesImage *
pisces_model_view (const gchar  *model_folder,
                   PiscesImage  *image,
                   GError      **error)
{
  g_autofree gchar         *path       = g_build_filename (model_folder, "config.json", NULL);
  g_autoptr (PiscesConfig)  config     = NULL;
  g_autoptr (PiscesConfig)  file       = NULL;
  PiscesConfig             *settings   = NULL;
  PiscesConfig             *vision;
  PiscesPreprocess          preprocess = { 0 };
  g_autofree gfloat        *values     = NULL;
  PiscesImage              *view;
  gint                      size, n_channels;

  if (pisces_family_find (model_folder, error) == NULL)
    return NULL;

  config = pisces_config_load (path, error);
  if (config == NULL)
    return NULL;

  file = pisces_preprocess_open (model_folder, &settings, error);
  if (file == NULL)
    return NULL;
  pisces_preprocess_read (&preprocess, settings);
  if (! pisces_config_check (file, error))
    return NULL;
  if (preprocess.patch_size > 0)
    return view_of_patches (&preprocess, image, error);

  /* A setting that is missing in the configuration has the family's default.  The
   * size of the preprocessing must follow it too.  */
  vision     = pisces_config_child (config, "vision_config");
  size       = pisces_config_int_or (vision, "image_size", 1, 1 << 13,
                                     preprocess.size > 0 ? preprocess.size : 224);
  if (preprocess.longest_edge > 0)
    size = preprocess.size;
  n_channels = pisces_config_int_or (vision, "num_channels", 3, 4, 3);
  if (! pisces_config_check (config, error))
    return NULL;

  values = g_try_new (gfloat, (gsize) size * size * n_channels);
  if (values == NULL)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory for a picture of %d × %d pixels.", size, size);
      return NULL;
    }
  view = pisces_image_new (size, size, error);
  if (view == NULL)
    return NULL;
  if (! pisces_preprocess_run (&preprocess, image, size, n_channels, values, error))
    {
      pisces_image_unref (view);
      return NULL;
    }

  for (gsize i = 0; i < (gsize) size * size; i++)
    put_pixel (&preprocess, n_channels, values + i * n_channels, view->pixels + 4 * i);

  return view;
}

static PiscesImage *
view_of_patches (const PiscesPreprocess  *preprocess,
                 PiscesImage             *image,
                 GError                 **error)
{
  g_auto (PiscesPatches)  patches = { 0 };
  PiscesImage            *view;

  if (! pisces_patches_cut (&patches, preprocess, image, PISCES_USUAL_UNITS, error) ||
      ! (view = pisces_image_new (patches.width, patches.height, error)))
    return NULL;

  for (gsize i = 0; i < (gsize) view->width * view->height; i++)
    {
      for (gint c = 0; c < PISCES_BYTE_CHANNELS; c++)
        view->pixels[4 * i + c] = patches.bytes[PISCES_BYTE_CHANNELS * i + c];
      view->pixels[4 * i + 3] = 255;
    }

  return view;
}

/* Turns the encoder's numbers back into a pixel.  Where colours are multiplied
 * with alpha, they are divided by it again.  */
static void
put_pixel (const PiscesPreprocess *preprocess,
           gint                    n_channels,
           const gfloat           *values,
           guint8                 *pixel)
{
  gfloat  bytes[4] = { 0.0f, 0.0f, 0.0f, 255.0f };

  for (gint c = 0; c < n_channels; c++)
    bytes[c] = (values[c] * preprocess->std[c] + preprocess->mean[c]) / preprocess->scale;

  for (gint c = 0; c < 3; c++)
    {
      gfloat  straight = bytes[3] > 0.0f ? bytes[c] * 255.0f / bytes[3] : 0.0f;

      pixel[c] = CLAMP (straight + 0.5f, 0.0f, 255.0f);
    }
  pixel[3] = CLAMP (bytes[3] + 0.5f, 0.0f, 255.0f);
}
