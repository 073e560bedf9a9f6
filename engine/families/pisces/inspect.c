/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * inspect.c: says what a model folder of the family `pisces` contains, for people
 * who choose a model.  It reads the configurations and the headers of the weight
 * files.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/ground.h"
#include "engine/families/pisces/model.h"

/* The autoencoder's last level is the widest, and needs memory for about so many
 * copies of its image.  */
#define N_CANVASES 4

/* The widest picture, and, the other way round, the narrowest.  */
#define WIDEST (16.0 / 9.0)

/* Rows of the cache for a description and its prompt together, with some reserve.  */
#define CACHE_ROWS 2048


static void     narrow_abilities  (PiscesAbilities    *abilities,
                                   PiscesConfig       *config,
                                   gboolean            encodes);
static gboolean find_sizes        (PiscesSizes        *sizes,
                                   const gchar        *folder,
                                   PiscesConfig       *config,
                                   GError            **error);
static gboolean estimate_work     (const gchar        *folder,
                                   PiscesConfig       *config,
                                   guint64             n_pixels,
                                   guint64            *n_bytes,
                                   GError            **error);


/**
 * pisces_model_inspect_files:
 *
 * The family's `inspect`.
 */
gboolean
pisces_model_inspect_files (const gchar      *folder,
                            PiscesModelInfo  *info,
                            GError          **error)
{
  static const struct { const gchar *folder; const gchar *stem; } places[] =
  {
    { "",     "model"                   },
    { "unet", "diffusion_pytorch_model" },
    { "vae",  "diffusion_pytorch_model" },
  };
  g_autofree gchar         *path   = g_build_filename (folder, "config.json", NULL);
  g_autoptr (PiscesConfig)  config = pisces_config_load (path, error);
  PiscesConfig             *text, *vision;
  gint                      side, n_vectors, n_layers, hidden, n_seeing, seeing;
  guint64                   small_bytes = 0, work_bytes;
  gboolean                  alpha, encodes = FALSE;
  PiscesHostTensor          tensor;

  if (config == NULL)
    return FALSE;

  text      = pisces_config_child (config, "text_config");
  vision    = pisces_config_child (config, "vision_config");
  n_layers  = pisces_config_int (text, "num_hidden_layers", 1, 1 << 16);
  hidden    = pisces_config_int (text, "hidden_size", 1, 1 << 16);
  n_seeing  = pisces_config_int (vision, "num_hidden_layers", 1, 1 << 16);
  seeing    = pisces_config_int (vision, "hidden_size", 1, 1 << 16);
  n_vectors = pisces_config_int (config, "num_gen_vectors", 1, 4096);
  side      = pisces_config_int (config, "sample_size", 8, 4096);
  alpha     = pisces_config_boolean_or (config, "alpha", FALSE);
  info->licence = g_strdup (pisces_config_string_or (config, "license", NULL));
  if (! pisces_config_check (config, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree gchar              *place = g_build_filename (folder, places[i].folder, NULL);
      g_autoptr (PiscesWeightFiles)  files =
        pisces_weight_files_open (place, places[i].stem, error);

      if (files == NULL)
        return FALSE;
      info->n_parameters += pisces_weight_files_n_parameters (files);
      info->n_bytes      += pisces_weight_files_n_bytes (files);
      small_bytes        += pisces_weight_files_loaded_bytes (files, NULL, FALSE);
      if (g_str_equal (places[i].folder, "vae"))
        encodes = pisces_weight_files_find (files, PISCES_VAE_ENCODER_NAME, &tensor);
    }

  info->picture_width = info->picture_height = side;
  narrow_abilities (&info->abilities, config, encodes);
  if (! find_sizes (&info->abilities.sizes, folder, config, error) ||
      ! pisces_config_check (config, error) ||
      ! estimate_work (folder, config, pisces_sizes_most_pixels (&info->abilities.sizes),
                       &work_bytes, error))
    return FALSE;
  if (info->n_bytes > PISCES_SMALL_MODEL_BYTES)
    info->memory_bytes = info->n_bytes + work_bytes;
  else
    info->memory_bytes = small_bytes + work_bytes;
  info->summary =
    g_strdup_printf ("a Pisces of %.1f million parameters: decoder of %d "
                     "layers × %d, vision encoder of %d layers × %d, %d visual "
                     "vectors, pictures of %d × %d pixels%s",
                     info->n_parameters / 1e6, n_layers, hidden, n_seeing, seeing,
                     n_vectors, side, side, alpha ? " with transparency" : "");

  return TRUE;
}


/*  private functions  */

/* Takes away what this model of the family cannot do.  */
static void
narrow_abilities (PiscesAbilities *abilities,
                  PiscesConfig    *config,
                  gboolean         encodes)
{
  PiscesConfig *templates = pisces_config_child (config, "templates");
  const gchar  *draw      = pisces_config_string_or (templates, "draw", "");

  abilities->writes_plan       = pisces_config_has (templates, "plan");
  abilities->takes_plan        = strstr (draw, "{plan}") != NULL;
  abilities->answers_questions = pisces_config_has (templates, "question");
  if (! pisces_config_has (config, "gen_vision_config"))
    abilities->takes_references = abilities->has_embedding = FALSE;
  if (! abilities->writes_plan)
    abilities->score_way = abilities->has_embedding ? PISCES_SCORE_BY_VECTORS
                                                    : PISCES_SCORE_NONE;
  if (! encodes)
    {
      abilities->fills        = FALSE;
      abilities->fill_refusal = pisces_fill_needs_encoder;
    }
  abilities->knows_any_word =
    ! pisces_config_has_list (config, "closed_vocabulary") &&
    ! pisces_config_boolean_or (config, "closed_vocabulary", FALSE);
}

/* Squares are what the model was trained with.  Painted vectors are a grid over a
 * square, so other pictures need plans that say where things are (windows.c).  */
static gboolean
find_sizes (PiscesSizes   *sizes,
            const gchar   *folder,
            PiscesConfig  *config,
            GError       **error)
{
  g_autofree gchar         *path     = g_build_filename (folder, "vae", "config.json", NULL);
  g_autoptr (PiscesConfig)  vae      = pisces_config_load (path, error);
  g_autofree gint64        *channels = NULL;
  guint                     n_levels = 0;
  gint                      side, cell;

  if (vae == NULL)
    return FALSE;

  channels = pisces_config_int_array (vae, "block_out_channels", 1, 1 << 16, &n_levels);
  side     = pisces_config_int (config, "sample_size", 8, 4096);
  cell     = pisces_config_int_or (config, "pixel_shuffle", 1, 16, 1) << (CLAMP (n_levels, 1, 8) - 1);

  pisces_sizes_set_only (sizes, side, side);
  if (pisces_config_int_or (config, "paint_channels", 0, 4096, 0) > 0 &&
      ! pisces_config_has (config, "plan_places"))
    return pisces_config_check (vae, error);

  sizes->multiple  = cell;
  sizes->most      = (gint) (side * WIDEST) / cell * cell;
  sizes->widest    = WIDEST;
  sizes->narrowest = 1.0 / WIDEST;

  return pisces_config_check (vae, error);
}

/* Estimates the memory while the largest picture is drawn.  Most of it goes to two things:
 * the autoencoder's images at full size, and the language model's cache.  */
static gboolean
estimate_work (const gchar   *folder,
               PiscesConfig  *config,
               guint64        n_pixels,
               guint64       *n_bytes,
               GError       **error)
{
  g_autofree gchar         *path     = g_build_filename (folder, "vae", "config.json", NULL);
  g_autoptr (PiscesConfig)  vae      = pisces_config_load (path, error);
  PiscesConfig             *text     = pisces_config_child (config, "text_config");
  g_autofree gint64        *channels = NULL;
  guint                     n_levels = 0;
  guint64                   shuffle, widest, n_heads, kv_width, n_rows;

  if (vae == NULL)
    return FALSE;

  /* In the decoder, the last level begins with the channels of the level before
   * it.  */
  channels = pisces_config_int_array (vae, "block_out_channels", 1, 1 << 16, &n_levels);
  widest   = n_levels > 1 ? MAX (channels[0], channels[1]) : n_levels > 0 ? channels[0] : 1;
  shuffle  = pisces_config_int_or (config, "pixel_shuffle", 1, 16, 1);

  n_heads  = pisces_config_int (text, "num_attention_heads", 1, 1 << 12);
  kv_width = pisces_config_int (text, "hidden_size", 1, 1 << 16) / n_heads *
             pisces_config_int_or (text, "num_key_value_heads", 1, 1 << 12, n_heads);
  n_rows   = MIN (CACHE_ROWS, pisces_config_int_or (text, "max_position_embeddings",
                                                    1, G_MAXINT, 2048));

  *n_bytes = sizeof (gfloat) *
             (N_CANVASES * n_pixels / (shuffle * shuffle) * widest +
              2 * n_rows * kv_width * pisces_config_int (text, "num_hidden_layers", 1, 1 << 16));

  return pisces_config_check (vae, error) && pisces_config_check (config, error);
}
