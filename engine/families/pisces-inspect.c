/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a model folder of the family `pisces` holds, for people who choose one:
 * by its configurations and its weight files' headers, or by loading it all.
 */

#include "engine/families/pisces-model.h"


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
  gboolean                  alpha;

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
    }

  info->picture_width = info->picture_height = side;
  info->memory_bytes  = MAX (info->n_bytes, info->n_parameters * 4);
  info->summary =
    g_strdup_printf ("a Pisces of %.1f million parameters: decoder of %d "
                     "layers × %d, vision encoder of %d layers × %d, %d visual "
                     "vectors, pictures of %d × %d pixels%s",
                     info->n_parameters / 1e6, n_layers, hidden, n_seeing, seeing,
                     n_vectors, side, side, alpha ? " with transparency" : "");

  return TRUE;
}

/**
 * pisces_model_verify_files:
 *
 * The family's `verify`.  Loading is what checks every name and shape, and a
 * check that loads cannot drift from it.
 */
gboolean
pisces_model_verify_files (const gchar      *folder,
                           PiscesModelInfo  *info,
                           GError          **error)
{
  PiscesBackend *backend = pisces_backend_open ("cpu", error);
  PiscesModel   *model;

  if (backend == NULL)
    return FALSE;

  pisces_backend_begin (backend, NULL);
  model = pisces_model_load (folder, backend, NULL, error);
  if (model)
    pisces_model_free (model);
  pisces_backend_close (backend);

  return model != NULL && pisces_model_inspect_files (folder, info, error);
}
