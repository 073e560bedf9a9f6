/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * preprocess-settings.c: reads a preprocessor_config.json of transformers.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/model/preprocess.h"
#include "engine/pisces.h"


/* Settings of transformers' processors that are not supported here.  */
static const PiscesConfigNeutral always_neutral[] =
{
  { "do_resize",             "true"  },
  { "do_flip_channel_order", "false" },
  { "do_thumbnail",          "false" },
  { "do_align_long_axis",    "false" },
  { "do_rotate",             "false" },
  { "do_binarize",           "false" },
  { "offset",                "false" },
  { "rescale_offset",        "false" }
};

/* CLIP's, which other encoders have taken over.  */
static const gfloat clip_mean[] = { 0.48145466f, 0.4578275f, 0.40821073f };
static const gfloat clip_std[]  = { 0.26862954f, 0.26130258f, 0.27577711f };


static void read_numbers    (PiscesPreprocess *preprocess,
                             PiscesConfig     *config);
static gint read_square     (PiscesConfig     *size);
static void check_supported (PiscesConfig     *config,
                             gboolean          has_tiles);
static void read_size       (PiscesPreprocess *preprocess,
                             PiscesConfig     *config);
static void read_tiles      (PiscesPreprocess *preprocess,
                             PiscesConfig     *config);
static void read_patches    (PiscesPreprocess *preprocess,
                             PiscesConfig     *config);
static void read_values     (PiscesConfig     *config,
                             const gchar      *key,
                             gdouble           min,
                             gdouble           max,
                             gfloat           *values);


/*  public functions  */

/**
 * pisces_preprocess_open:
 * @folder: a model folder.
 * @settings: (out) (transfer none): the settings of its pictures, which the result
 *   owns.
 * @error: return location for an error.
 *
 * The settings are a preprocessor_config.json, or, since version 5 of transformers,
 * `image_processor` in a processor_config.json.
 *
 * Returns: (transfer full) (nullable): the file, or %NULL with
 *   %PISCES_ERROR_MODEL_NOT_FOUND or %PISCES_ERROR_MODEL_INVALID.
 */
PiscesConfig *
pisces_preprocess_open (const gchar   *folder,
                        PiscesConfig **settings,
                        GError       **error)
{
  g_autofree gchar *path  = g_build_filename (folder, "preprocessor_config.json", NULL);
  g_autofree gchar *newer = g_build_filename (folder, "processor_config.json", NULL);
  PiscesConfig     *file;

  if (! g_file_test (path, G_FILE_TEST_EXISTS) && g_file_test (newer, G_FILE_TEST_EXISTS))
    {
      file = pisces_config_load (newer, error);
      *settings = file ? pisces_config_child (file, "image_processor") : NULL;
      return file;
    }

  return *settings = pisces_config_load (path, error);
}

/**
 * pisces_preprocess_load:
 * @preprocess: (out caller-allocates): what the file says.
 * @path: a preprocessor_config.json.
 *
 * Returns: %FALSE with %PISCES_ERROR_MODEL_NOT_FOUND or
 *   %PISCES_ERROR_MODEL_INVALID.
 */
gboolean
pisces_preprocess_load (PiscesPreprocess  *preprocess,
                        const gchar       *path,
                        GError           **error)
{
  g_autoptr (PiscesConfig) config = pisces_config_load (path, error);

  if (! config)
    return FALSE;

  pisces_preprocess_read (preprocess, config);

  return pisces_config_check (config, error);
}

/**
 * pisces_preprocess_read:
 * @config: settings with the keys of a preprocessor_config.json; mistakes are
 *   kept in it.
 *
 * For files that have the settings of two encoders in two objects.  Missing
 * settings have the values of SigLIP: bilinear, x / 127.5 - 1, no border; or, for
 * an encoder that can look closer, those of transformers' SmolVLMImageProcessor,
 * and for one that takes any proportions those of its Qwen2VLImageProcessor.
 */
void
pisces_preprocess_read (PiscesPreprocess *preprocess,
                        PiscesConfig     *config)
{
  const gchar *background = "transparent";
  gfloat       colors[4]  = { 255.0f, 255.0f, 255.0f, 255.0f };
  const gchar *type;
  gboolean     has_tiles, has_patches;
  gint         i;

  memset (preprocess, 0, sizeof (*preprocess));
  for (i = 0; i < 4; i++)
    preprocess->mean[i] = preprocess->std[i] = 0.5f;

  type      = pisces_config_string_or (config, "image_processor_type", "");
  has_tiles = g_str_has_prefix (type, "SmolVLMImageProcessor") ||
              g_str_has_prefix (type, "Idefics3ImageProcessor") ||
              pisces_config_has_child (config, "max_image_size");
  has_patches = ! has_tiles && (g_str_has_prefix (type, "Qwen2VLImageProcessor") ||
                                g_str_has_prefix (type, "Qwen2_5_VLImageProcessor") ||
                                pisces_config_has (config, "merge_size"));
  check_supported (config, has_tiles);
  if (has_tiles)
    read_tiles (preprocess, config);
  else if (has_patches)
    read_patches (preprocess, config);
  else
    read_size (preprocess, config);
  preprocess->pad_after = g_str_has_prefix (type, "JanusImageProcessor");
  preprocess->min_side  = pisces_config_int_or (config, "min_size", 1, PISCES_MAX_SIDE, 14);
  preprocess->resample    = pisces_config_int_or (config, "resample", 1, 3,
                                                  has_tiles   ? PISCES_RESAMPLE_LANCZOS :
                                                  has_patches ? PISCES_RESAMPLE_BICUBIC
                                                              : PISCES_RESAMPLE_BILINEAR);
  preprocess->do_pad      = pisces_config_boolean_or (config, "do_pad", FALSE) && ! has_tiles;
  preprocess->n_channels  = pisces_config_int_or (config, "num_channels", 3, 4, 0);
  preprocess->transparent = ! pisces_config_has_list (config, "background_color");
  preprocess->scale       = 1.0f;

  if (preprocess->transparent)
    background = pisces_config_string_or (config, "background_color", background);
  else
    read_values (config, "background_color", 0.0, 255.0, colors);
  preprocess->edge = g_str_equal (background, "border");
  if (! preprocess->edge && ! g_str_equal (background, "transparent"))
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“background_color” is “%s”, but should be a list of "
                        "numbers, “transparent” or “border”.",
                        background);
  memcpy (preprocess->background, colors, sizeof (preprocess->background));
  read_numbers (preprocess, config);
}

/**
 * pisces_preprocess_read_middle:
 * @config: settings with the keys of a preprocessor_config.json; mistakes are
 *   kept in it.
 *
 * The same for an encoder that sees a square in the middle of pictures.  Missing
 * settings have the values of transformers' CLIPImageProcessor, which are also those
 * of its BitImageProcessor.
 */
void
pisces_preprocess_read_middle (PiscesPreprocess *preprocess,
                               PiscesConfig     *config)
{
  static const PiscesConfigNeutral square[] = { { "use_square_size", "false" } };
  PiscesConfig *size, *crop;

  memset (preprocess, 0, sizeof (*preprocess));
  memcpy (preprocess->mean, clip_mean, sizeof (clip_mean));
  memcpy (preprocess->std, clip_std, sizeof (clip_std));
  preprocess->scale      = 1.0f;
  preprocess->n_channels = 3;
  preprocess->resample   = pisces_config_int_or (config, "resample", 1, 3, PISCES_RESAMPLE_BICUBIC);
  pisces_config_keep_neutral (config, always_neutral, G_N_ELEMENTS (always_neutral));
  pisces_config_keep_neutral (config, square, G_N_ELEMENTS (square));

  size = pisces_config_has_child (config, "size") ? pisces_config_child (config, "size") : NULL;
  preprocess->middle_stretches = size && pisces_config_has (size, "height");
  if (preprocess->middle_stretches)
    preprocess->middle_edge = read_square (size);
  else
    preprocess->middle_edge = size ? pisces_config_int (size, "shortest_edge", 1, PISCES_MAX_SIDE)
                                   : pisces_config_int_or (config, "size", 1, PISCES_MAX_SIDE, 224);

  preprocess->size = preprocess->middle_edge;
  if (pisces_config_boolean_or (config, "do_center_crop", TRUE))
    {
      crop = pisces_config_has_child (config, "crop_size") ? pisces_config_child (config, "crop_size")
                                                           : NULL;
      preprocess->size = crop ? read_square (crop)
                              : pisces_config_int_or (config, "crop_size", 1, PISCES_MAX_SIDE, 224);
    }
  else if (! preprocess->middle_stretches)
    {
      pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                          _("“%s” is false, but “size” makes no squares; this version knows only "
                            "encoders of squares."), "do_center_crop");
    }
  read_numbers (preprocess, config);
}


/*  private functions  */

/* What is made of bytes.  */
static void
read_numbers (PiscesPreprocess *preprocess,
              PiscesConfig     *config)
{
  if (pisces_config_boolean_or (config, "do_rescale", TRUE))
    preprocess->scale = pisces_config_double_or (config, "rescale_factor",
                                                 1e-6, 1.0, 1.0 / 255.0);

  if (! pisces_config_boolean_or (config, "do_normalize", TRUE))
    {
      for (gint i = 0; i < 4; i++)
        {
          preprocess->mean[i] = 0.0f;
          preprocess->std[i]  = 1.0f;
        }
      return;
    }

  if (pisces_config_has (config, "image_mean"))
    read_values (config, "image_mean", -1e3, 1e3, preprocess->mean);
  if (pisces_config_has (config, "image_std"))
    read_values (config, "image_std", 1e-6, 1e3, preprocess->std);
}

static gint
read_square (PiscesConfig *size)
{
  const gint height = pisces_config_int (size, "height", 1, PISCES_MAX_SIDE);

  if (pisces_config_int (size, "width", 1, PISCES_MAX_SIDE) != height)
    pisces_config_fail (size, PISCES_ERROR_MODEL_UNSUPPORTED,
                        _("“size” is no square; this version knows only encoders "
                          "of squares."));

  return height;
}

static void
check_supported (PiscesConfig *config,
                 gboolean      has_tiles)
{
  static const PiscesConfigNeutral all[]   = { { "do_center_crop", "false" } };
  static const PiscesConfigNeutral whole[] = { { "do_image_splitting", "false" } };

  pisces_config_keep_neutral (config, always_neutral, G_N_ELEMENTS (always_neutral));
  pisces_config_keep_neutral (config, all, G_N_ELEMENTS (all));
  /* Whether to look closer is for the user to say.  */
  if (! has_tiles)
    pisces_config_keep_neutral (config, whole, G_N_ELEMENTS (whole));
}

static void
read_tiles (PiscesPreprocess *preprocess,
            PiscesConfig     *config)
{
  preprocess->longest_edge = 4 * 364;
  preprocess->size         = 364;
  if (pisces_config_has_child (config, "size"))
    preprocess->longest_edge = pisces_config_int (pisces_config_child (config, "size"),
                                                  "longest_edge", 1, PISCES_MAX_SIDE);
  if (pisces_config_has_child (config, "max_image_size"))
    preprocess->size = pisces_config_int (pisces_config_child (config, "max_image_size"),
                                          "longest_edge", 1, PISCES_MAX_SIDE);
  if (MIN (preprocess->longest_edge, PISCES_MAX_LONGEST_EDGE) >
      preprocess->size * PISCES_MAX_TILES_A_SIDE)
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        _("“size” is %d and “max_image_size” is %d, so a picture would be cut into "
                          "more than %d × %d tiles; this version cuts it into no more."),
                        preprocess->longest_edge, preprocess->size,
                        PISCES_MAX_TILES_A_SIDE, PISCES_MAX_TILES_A_SIDE);
}

/* The limits are numbers of pixels; newer files have them as edges.  */
static void
read_patches (PiscesPreprocess *preprocess,
              PiscesConfig     *config)
{
  const gint64         least  = 1 << 28;
  const gint64         most   = G_GINT64_CONSTANT (1) << 40;
  PiscesConfig        *size   = NULL;

  memcpy (preprocess->mean, clip_mean, sizeof (clip_mean));
  memcpy (preprocess->std, clip_std, sizeof (clip_std));
  if (pisces_config_has_child (config, "size"))
    size = pisces_config_child (config, "size");

  preprocess->patch_size = pisces_config_int_or (config, "patch_size", 1, 1 << 10, 14);
  preprocess->merge_size = pisces_config_int_or (config, "merge_size", 1, 64, 2);
  preprocess->temporal_patch_size = pisces_config_int_or (config, "temporal_patch_size", 1, 64, 2);
  preprocess->min_pixels = size ? pisces_config_int_or (size, "shortest_edge", 1, least,
                                                        56 * 56)
                                : 56 * 56;
  preprocess->max_pixels = size ? pisces_config_int_or (size, "longest_edge", 1, most,
                                                        28 * 28 * 1280)
                                : 28 * 28 * 1280;
  preprocess->min_pixels = pisces_config_int_or (config, "min_pixels", 1, least,
                                                 preprocess->min_pixels);
  preprocess->max_pixels = pisces_config_int_or (config, "max_pixels", 1, most,
                                                 preprocess->max_pixels);
  if (preprocess->min_pixels > preprocess->max_pixels)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "a picture should have at least %" G_GINT64_FORMAT " pixels and at most "
                        "%" G_GINT64_FORMAT ", which no picture has; get the model's files again.",
                        preprocess->min_pixels, preprocess->max_pixels);
}

/* transformers has written the size in several ways over the years.  */
static void
read_size (PiscesPreprocess *preprocess,
           PiscesConfig     *config)
{
  static const gchar *names[] = { "height", "shortest_edge", "longest_edge" };
  PiscesConfig       *size    = NULL;
  guint               i;

  if (pisces_config_has_child (config, "size"))
    size = pisces_config_child (config, "size");
  for (i = 0; size && i < G_N_ELEMENTS (names); i++)
    if (pisces_config_has (size, names[i]))
      {
        preprocess->size = pisces_config_int (size, names[i], 1, PISCES_MAX_SIDE);
        if (pisces_config_int_or (size, "width", 1, PISCES_MAX_SIDE, preprocess->size) !=
            preprocess->size)
          pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                              _("“size” is no square; this version knows only encoders "
                                "of squares."));
        return;
      }

  if (! size)
    preprocess->size = pisces_config_int_or (config, "size", 1, PISCES_MAX_SIDE, 0);
  if (preprocess->size == 0)
    preprocess->size = pisces_config_int_or (config, "image_size", 1, PISCES_MAX_SIDE, 0);
}

static void
read_values (PiscesConfig *config,
             const gchar  *key,
             gdouble       min,
             gdouble       max,
             gfloat       *values)
{
  guint               n    = 0;
  g_autofree gdouble *list = pisces_config_double_array (config, key, min, max, &n);
  guint               i;

  if (n != 3 && n != 4)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“%s” should have 3 or 4 numbers, but has %u.", key, n);
  for (i = 0; i < MIN (n, 4); i++)
    values[i] = list[i];
}
