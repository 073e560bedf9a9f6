/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * registry.c: everything about a model that is known before it is loaded: which
 * folder it is in, which family it belongs to, and what distinguishes it from
 * other models.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/family.h"
#include "engine/model/config.h"
#include "engine/model/json-document.h"
#include "engine/model/plain-file.h"
#include "engine/model/weight-files.h"

/* The largest file of settings that is read.  Neither configurations nor
 * tokenizers are larger in practice.  */
#define MAX_CONFIG_BYTES (64 * 1024 * 1024)

/* What the folders of diffusers have in place of a config.json.  */
#define PIPELINE "model_index.json"

static const PiscesFamily *const families[] =
{
  &pisces_family_pisces,
  &pisces_family_janus,
  &pisces_family_smolvlm,
  &pisces_family_sd3,
  &pisces_family_qwen,
  &pisces_family_clip,
  &pisces_family_dinov2,
};

/* The folders and file names in which weights may lie.  The names come from the
 * libraries of the publishers.  */
static const struct { const gchar *folder; const gchar *stem; } weight_places[] =
{
  { "",     "model"                   },
  { "unet", "diffusion_pytorch_model" },
  { "vae",  "diffusion_pytorch_model" },
  { "transformer",    "diffusion_pytorch_model" },
  { "text_encoder",   "model" },
  { "text_encoder_2", "model" },
};

static const gchar *const config_places[] =
{
  "config.json",
  "tokenizer.json",
  "preprocessor_config.json",
  "processor_config.json",
  "unet/config.json",
  "vae/config.json",
  "scheduler/scheduler_config.json",
  PIPELINE,
  "transformer/config.json",
  "text_encoder/config.json",
  "text_encoder_2/config.json",
  "tokenizer/tokenizer.json",
  "tokenizer/vocab.json",
  "tokenizer/merges.txt",
  "tokenizer/tokenizer_config.json",
  "tokenizer_2/tokenizer.json",
  "tokenizer_2/vocab.json",
  "tokenizer_2/merges.txt",
  "tokenizer_2/tokenizer_config.json",
};


static PiscesConfig    * load_config
                                 (const gchar  *folder,
                                  const gchar **type_key,
                                  GError      **error);
static const PiscesFamily *
                         family_of_type
                                 (const gchar  *type);
static void              set_unknown_type
                                 (const gchar  *folder,
                                  const gchar  *type,
                                  GError      **error);
static PiscesModelInfo * look_at (const gchar  *folder,
                                  gboolean      whole,
                                  GError      **error);
static gboolean          load_whole
                                 (const PiscesFamily  *family,
                                  const gchar         *folder,
                                  PiscesModelInfo     *info,
                                  GError             **error);


/*  public functions  */

/**
 * pisces_default_model_folder:
 *
 * Looks for the first of these folders that has a `config.json`:
 * `$PISCES_MODEL_DIR`; the folder `model` beside the running program; `nano` in the
 * source tree that the program was built from.  If none has one, the result is
 * `$PISCES_MODEL_DIR` if that is set, else the folder beside the program, so that
 * the error names a place where the user can put a model.
 *
 * Returns: (transfer full): a folder's path.
 */
gchar *
pisces_default_model_folder (void)
{
  const gchar      *wish    = g_getenv ("PISCES_MODEL_DIR");
  g_autofree gchar *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree gchar *folder  = g_path_get_dirname (program ? program : ".");
  g_autofree gchar *beside  = g_build_filename (folder, "model", NULL);
  const gchar      *places[] = { beside, PISCES_SOURCE_MODEL };

  if (wish && *wish)
    return g_strdup (wish);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree gchar *config = g_build_filename (places[i], "config.json", NULL);

      if (g_file_test (config, G_FILE_TEST_EXISTS))
        return g_strdup (places[i]);
    }

  return g_steal_pointer (&beside);
}

/**
 * pisces_model_type_is_supported:
 * @model_type: the `model_type` of a model's config.json.
 *
 * Returns: whether this version can run models of this type.
 */
gboolean
pisces_model_type_is_supported (const gchar *model_type)
{
  return family_of_type (model_type) != NULL;
}

/**
 * pisces_family_find:
 * @folder: a model folder.
 * @error: return location for an error.
 *
 * Returns: (nullable): the family of the model in @folder, found by the
 *   `model_type` of its `config.json`, or by the class of its pipeline of diffusers;
 *   %NULL with @error set.  The registry owns it.
 */
const PiscesFamily *
pisces_family_find (const gchar  *folder,
                    GError      **error)
{
  g_autoptr (PiscesConfig) config = NULL;
  const PiscesFamily      *family;
  const gchar             *type_key, *type;

  config = load_config (folder, &type_key, error);
  if (config == NULL)
    return NULL;

  type = pisces_config_string (config, type_key);
  if (! pisces_config_check (config, error))
    return NULL;

  family = family_of_type (type);
  if (family == NULL)
    set_unknown_type (folder, type, error);

  return family;
}

/**
 * pisces_model_inspect:
 * @model_folder: the folder to look at.
 * @error: return location for an error.
 *
 * Reads only the configurations and the headers of the weight files.  So it is
 * quick for a large model too, but it can only say that a model looks complete.
 *
 * Returns: (transfer full) (nullable): a description of the model; %NULL with
 *   @error set.
 */
PiscesModelInfo *
pisces_model_inspect (const gchar  *model_folder,
                      GError      **error)
{
  return look_at (model_folder, FALSE, error);
}

/**
 * pisces_model_verify:
 * @model_folder: the folder to look at.
 * @error: return location for an error.
 *
 * Loads a model and frees it again.  This checks that every file is there and
 * intact, and that every tensor has the shape that the configuration asks for.
 *
 * Returns: (transfer full) (nullable): a description of the model; %NULL with
 *   @error set.
 */
PiscesModelInfo *
pisces_model_verify (const gchar  *model_folder,
                     GError      **error)
{
  return look_at (model_folder, TRUE, error);
}

/**
 * pisces_model_name:
 * @folder: a model folder.
 *
 * Returns: (transfer full): the `name` in its config.json, or else the name of the
 *   folder.
 */
gchar *
pisces_model_name (const gchar *folder)
{
  const gchar              *type_key;
  g_autoptr (PiscesConfig)  config = load_config (folder, &type_key, NULL);
  const gchar              *name   = NULL;

  if (config)
    name = pisces_config_string_or (config, "name", NULL);

  return name && *name ? g_strdup (name) : g_path_get_basename (folder);
}

/**
 * pisces_model_digest:
 * @folder: a model folder.
 * @error: return location for an error.
 *
 * Computes a SHA-256 over the whole configuration files, and over the headers, the
 * sizes and evenly spaced blocks of the weight files.  This is enough to
 * distinguish two models without reading 16 GB.
 *
 * Returns: (transfer full) (nullable): 64 hexadecimal digits; %NULL with @error
 *   set.
 */
gchar *
pisces_model_digest (const gchar  *folder,
                     GError      **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree gchar     *own      = g_build_filename (folder, "config.json", NULL);
  const gboolean        has_own  = g_file_test (own, G_FILE_TEST_EXISTS);

  for (guint i = 0; i < G_N_ELEMENTS (config_places); i++)
    {
      g_autofree gchar *path = g_build_filename (folder, config_places[i], NULL);
      g_autofree gchar *text = NULL;
      gsize             length;

      text = pisces_plain_file_contents (path, MAX_CONFIG_BYTES, &length, NULL);
      if (text == NULL)
        continue;                           /* loading reports this error */
      g_checksum_update (checksum, (const guchar *) config_places[i], -1);
      g_checksum_update (checksum, (const guchar *) text, length);
    }

  for (guint i = 0; i < G_N_ELEMENTS (weight_places); i++)
    {
      g_autofree gchar              *path  = g_build_filename (folder, weight_places[i].folder, NULL);
      g_autoptr (PiscesWeightFiles)  files = NULL;

      /* Not every family has all parts.  If one is missing, loading reports it.  A
       * pipeline of diffusers has no weights of its own.  */
      if (! g_file_test (path, G_FILE_TEST_IS_DIR) || (*weight_places[i].folder == '\0' && ! has_own))
        continue;
      files = pisces_weight_files_open (path, weight_places[i].stem, error);
      if (files == NULL ||
          ! pisces_weight_files_digest_update (files, checksum, error))
        return NULL;
    }

  return g_strdup (g_checksum_get_string (checksum));
}


/*  private functions  */

/* Loads the file that says what the model is.  */
static PiscesConfig *
load_config (const gchar  *folder,
             const gchar **type_key,
             GError      **error)
{
  g_autofree gchar *own      = g_build_filename (folder, "config.json", NULL);
  g_autofree gchar *pipeline = g_build_filename (folder, PIPELINE, NULL);
  const gboolean    is_own   = g_file_test (own, G_FILE_TEST_EXISTS);

  if (! g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND,
                   _("There is no model folder “%s”. Give the folder of a model, "
                     "one with a config.json in it."), folder);
      return NULL;
    }
  if (! is_own && ! g_file_test (pipeline, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND,
                   _("The folder “%s” has no config.json, so it is not a model. "
                     "Give the folder that a model was unpacked or downloaded to."),
                   folder);
      return NULL;
    }

  *type_key = is_own ? "model_type" : "_class_name";

  return pisces_config_load (is_own ? own : pipeline, error);
}

static const PiscesFamily *
family_of_type (const gchar *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (strcmp (families[i]->model_type, type) == 0 ||
        g_strcmp0 (families[i]->other_type, type) == 0)
      return families[i];

  return NULL;
}

static void
set_unknown_type (const gchar  *folder,
                  const gchar  *type,
                  GError      **error)
{
  g_autofree gchar   *shown = pisces_json_excerpt (type);
  g_autoptr (GString) types = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (families[i]->refuse_type && families[i]->refuse_type (type, folder, error))
      return;

  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    g_string_append_printf (types, "%s“%s”", i > 0 ? ", " : "", families[i]->model_type);

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
               /* Translators: the last is a list of types, in quotation marks.  */
               _("The model in “%s” is of type “%s”, which this version cannot run. "
                 "Choose a model of a type that it can: %s."),
               folder, shown, types->str);
}

static PiscesModelInfo *
look_at (const gchar  *folder,
         gboolean      whole,
         GError      **error)
{
  g_autoptr (PiscesModelInfo)  info   = g_new0 (PiscesModelInfo, 1);
  const PiscesFamily          *family = pisces_family_find (folder, error);

  if (family == NULL)
    return NULL;

  info->family    = g_strdup (family->name);
  info->name      = pisces_model_name (folder);
  info->abilities = family->abilities;
  if (whole && ! load_whole (family, folder, info, error))
    return NULL;
  if (! family->inspect (folder, info, error))
    return NULL;

  /* A family whose parts are all loaded for every job says no more.  */
  if (info->describe_bytes == 0 && (info->abilities.roles & PISCES_ROLE_DESCRIBE))
    info->describe_bytes = info->memory_bytes;
  if (info->draw_bytes == 0 && (info->abilities.roles & PISCES_ROLE_DRAW))
    info->draw_bytes = info->memory_bytes;

  return g_steal_pointer (&info);
}

/* Loads the model and frees it again, because loading checks every name and shape.
 * So this check always agrees with what loading accepts.  */
static gboolean
load_whole (const PiscesFamily  *family,
            const gchar         *folder,
            PiscesModelInfo     *info,
            GError             **error)
{
  g_autoptr (GPtrArray)  remarks = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  PiscesBackend         *backend = pisces_backend_open ("cpu", error);
  gpointer               model;
  gboolean               sound;

  if (backend == NULL)
    return FALSE;

  pisces_backend_begin (backend, NULL);
  model = family->load_remarking (folder, backend, remarks, error);
  sound = model != NULL;
  if (sound)
    family->free (model);
  pisces_backend_close (backend);

  info->remarks = g_strdupv ((gchar **) remarks->pdata);

  return sound;
}
