/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parts.c: opens the files of a model, and says which of its parts are missing.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/sd3/model.h"

static const struct { const gchar *folder; const gchar *stem; } networks[SD3_N_NETWORKS] =
{
  [SD3_TRANSFORMER] = { "transformer",    "diffusion_pytorch_model" },
  [SD3_VAE]         = { "vae",            "diffusion_pytorch_model" },
  [SD3_READER]      = { "text_encoder",   "model"                   },
  [SD3_READER_2]    = { "text_encoder_2", "model"                   },
};

/* The parts that are no networks.  */
static const gchar *const others[] = { "tokenizer", "tokenizer_2", "scheduler" };


static gboolean has_all_parts (const gchar  *folder,
                               GError      **error);


/*  public functions  */

/**
 * sd3_files_open:
 * @files: (out): the files; the caller closes them, after an error too.
 * @folder: the model's folder; it must exist as long as they are open.
 * @error: return location for an error.
 *
 * Returns: whether all of them are there, and could be opened.
 */
gboolean
sd3_files_open (Sd3Files     *files,
                const gchar  *folder,
                GError      **error)
{
  g_autofree gchar *index     = g_build_filename (folder, "model_index.json", NULL);
  g_autofree gchar *scheduler = g_build_filename (folder, "scheduler", "scheduler_config.json",
                                                  NULL);

  files->folder = folder;
  if (! has_all_parts (folder, error) ||
      ! (files->index = pisces_config_load (index, error)) ||
      ! (files->scheduler = pisces_config_load (scheduler, error)))
    return FALSE;

  for (guint i = 0; i < SD3_N_NETWORKS; i++)
    {
      g_autofree gchar *part   = g_build_filename (folder, networks[i].folder, NULL);
      g_autofree gchar *config = g_build_filename (part, "config.json", NULL);

      if (! (files->configs[i] = pisces_config_load (config, error)) ||
          ! (files->weights[i] = pisces_weight_files_open (part, networks[i].stem, error)))
        return FALSE;
    }

  return TRUE;
}

void
sd3_files_close (Sd3Files *files)
{
  g_clear_pointer (&files->index, pisces_config_free);
  g_clear_pointer (&files->scheduler, pisces_config_free);
  for (guint i = 0; i < SD3_N_NETWORKS; i++)
    {
      g_clear_pointer (&files->configs[i], pisces_config_free);
      g_clear_pointer (&files->weights[i], pisces_weight_files_free);
    }
}


/*  private functions  */

static void
note_missing (GString     *missing,
              const gchar *folder,
              const gchar *part)
{
  g_autofree gchar *path = g_build_filename (folder, part, NULL);

  if (! g_file_test (path, G_FILE_TEST_IS_DIR))
    g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", part);
}

static gboolean
has_all_parts (const gchar  *folder,
               GError      **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);

  for (guint i = 0; i < SD3_N_NETWORKS; i++)
    note_missing (missing, folder, networks[i].folder);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    note_missing (missing, folder, others[i]);

  if (missing->len > 0)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                 /* Translators: the last is a list of folders.  */
                 _("The model in “%s” is not complete: it lacks %s. Download all folders of the "
                   "model, except text_encoder_3 and tokenizer_3."), folder, missing->str);

  return missing->len == 0;
}
