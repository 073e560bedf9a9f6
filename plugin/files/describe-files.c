/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-files.c: the procedure `plug-in-pisces-describe-files`: writes
 * short alternative texts into the metadata of picture files, and changes none
 * of their pixels.  It opens a window when it is called from the menu.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/find-pictures.h"
#include "engine/metadata/language-tag.h"
#include "ui/widgets/pisces-alt-texts.h"

#include "plugin/files/files-session.h"
#include "plugin/files/files-work.h"
#include "plugin/procedures.h"
#include "plugin/stand-in.h"
#include "plugin/wait.h"

#define FILES_PROC "plug-in-pisces-describe-files"

/* The options of the caller, which are the same for all files.  */
typedef struct
{
  const gchar *language;
  const gchar *context;
  gboolean     overwrite;
  gboolean     keep_time;
  gboolean     save_doubtful;
  gboolean     keywords;
} Wishes;

static void             add_arguments (GimpProcedure        *procedure);
static GimpValueArray * files_run     (GimpProcedure        *procedure,
                                       GimpProcedureConfig  *config,
                                       gpointer              run_data);
static gchar          * describe_file (PiscesExtension      *extension,
                                       const gchar          *path,
                                       const Wishes         *wishes,
                                       GError              **error);
static PiscesWork     * do_work       (PiscesWorkKind        kind,
                                       const gchar          *path,
                                       const gchar          *language,
                                       GError              **error);
static PiscesWork     * wait_for_work (PiscesWork           *work,
                                       GError              **error);


/*  public functions  */

/**
 * pisces_describe_files_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-describe-files`.
 */
GimpProcedure *
pisces_describe_files_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_procedure_new (extension, FILES_PROC,
                                             files_run);

  /* It works even when no image is open.  */
  gimp_procedure_set_sensitivity_mask (procedure,
                                       GIMP_PROCEDURE_SENSITIVE_ALWAYS);
  pisces_stand_in_set_menu (extension, procedure, _("Describe _Files..."),
                            "<Image>/Image/[Properties]",
                            "pisces-describe-symbolic.svg");

  gimp_procedure_set_documentation (procedure,
                                    _("Writes alternative texts into picture "
                                      "files"),
                                    _("A model that runs on this computer "
                                      "looks at each picture and writes a "
                                      "short text for people who do not see "
                                      "it. The text is saved in the file's "
                                      "own metadata, as "
                                      "Xmp.iptc.AltTextAccessibility; the "
                                      "pixels and all other metadata stay as "
                                      "they are. A file that cannot be "
                                      "described or written is left as it is, "
                                      "and the others are done all the same. "
                                      "Folders stand for the pictures in "
                                      "them."),
                                    FILES_PROC);
  pisces_extension_describe_itself (procedure);
  add_arguments (procedure);

  return procedure;
}


/*  private functions  */

static void
add_arguments (GimpProcedure *procedure)
{
  gimp_procedure_add_enum_argument (procedure, "run-mode", "Run mode",
                                    "The run mode",
                                    GIMP_TYPE_RUN_MODE,
                                    GIMP_RUN_NONINTERACTIVE,
                                    G_PARAM_READWRITE);
  gimp_procedure_add_string_array_argument (procedure, "files", _("_Files"),
                                            _("Paths of picture files and "
                                              "folders"),
                                            G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (procedure, "language", _("Lan_guage"),
                                      _("Which language to write the texts "
                                        "in, if the model can, and to save "
                                        "them as, a tag like \"en\" or "
                                        "\"pt-BR\"; \"x-default\" is the "
                                        "model's own, saved for everyone"),
                                      PISCES_ALT_TEXT_DEFAULT,
                                      G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (procedure, "overwrite", _("_Overwrite"),
                                       _("Whether to describe files that have "
                                         "a text already, and to replace it"),
                                       FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (procedure, "keep-time", _("_Keep time"),
                                       _("Whether the files keep their time of "
                                         "change"),
                                       FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (procedure, "save-doubtful",
                                       _("Save _doubtful texts"),
                                       _("Whether to save also texts about "
                                         "pictures that the model does not "
                                         "know, which are probably wrong"),
                                       FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (procedure, "keywords",
                                       _("_Keywords"),
                                       _("Whether to find keywords too, which "
                                         "are added to those of each file"),
                                       FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (procedure, "context",
                                      _("Conte_xt"),
                                      _("What the model should know about the "
                                        "image, such as \"product photo for a "
                                        "shop\", or a name; empty: nothing"),
                                      "", G_PARAM_READWRITE);

  gimp_procedure_add_string_array_return_value (procedure, "paths",
                                                _("Paths"),
                                                _("The files that were meant, "
                                                  "folders replaced by their "
                                                  "pictures"),
                                                G_PARAM_READWRITE);
  gimp_procedure_add_string_array_return_value (procedure, "texts",
                                                _("Texts"),
                                                _("What was saved in each of "
                                                  "them; empty where nothing "
                                                  "was"),
                                                G_PARAM_READWRITE);
  gimp_procedure_add_string_array_return_value (procedure, "messages",
                                                _("Messages"),
                                                _("Why nothing was saved in "
                                                  "it, for each of them; "
                                                  "empty where a text was"),
                                                G_PARAM_READWRITE);
}

static GimpValueArray *
files_run (GimpProcedure       *procedure,
           GimpProcedureConfig *config,
           gpointer             run_data)
{
  g_auto (GStrv)            files     = NULL;
  g_autofree gchar         *wished    = NULL;
  g_autofree gchar         *language  = NULL;
  g_autofree gchar         *context   = NULL;
  g_autoptr (PiscesWork)    found     = NULL;
  g_autoptr (GStrvBuilder)  paths     = g_strv_builder_new ();
  g_autoptr (GStrvBuilder)  texts     = g_strv_builder_new ();
  g_autoptr (GStrvBuilder)  messages  = g_strv_builder_new ();
  GError                   *error     = NULL;
  GimpValueArray           *values;
  GimpRunMode               run_mode;
  Wishes                    wishes    = { 0 };

  g_object_get (config, "run-mode", &run_mode, "files", &files,
                "language", &wished, "overwrite", &wishes.overwrite,
                "keep-time", &wishes.keep_time,
                "save-doubtful", &wishes.save_doubtful,
                "keywords", &wishes.keywords, "context", &context, NULL);

  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    {
      if (! pisces_files_session_present (run_data,
                                          (const gchar * const *) files, &error))
        return gimp_procedure_new_return_values (procedure,
                                                 GIMP_PDB_EXECUTION_ERROR,
                                                 error);
    }
  else if (! files || ! *files)
    {
      g_set_error_literal (&error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("No file was named. Give the paths of picture "
                             "files, or of folders with pictures."));
      return gimp_procedure_new_return_values (procedure,
                                               GIMP_PDB_CALLING_ERROR, error);
    }
  else if (! (language = pisces_language_tag_read (wished, &error)))
    {
      return gimp_procedure_new_return_values (procedure,
                                               GIMP_PDB_CALLING_ERROR, error);
    }
  else
    {
      found = pisces_work_new (PISCES_WORK_FIND, NULL, NULL, NULL);
      found->chosen = g_strdupv (files);
      pisces_work_do (found);
      wishes.language = language;
      wishes.context  = context;
    }

  for (guint i = 0; found && i < found->found->len; i++)
    {
      const PiscesFoundPicture *picture = found->found->pdata[i];
      g_autoptr (GError)        reason  = NULL;
      g_autofree gchar         *text    = NULL;

      if (picture->problem)
        g_set_error_literal (&reason, PISCES_ERROR, PISCES_ERROR_FAILED,
                             picture->problem);
      else
        text = describe_file (run_data, picture->path, &wishes, &reason);
      g_strv_builder_add (paths, picture->path);
      g_strv_builder_add (texts, text ? text : "");
      g_strv_builder_take (messages, text ? g_strdup ("") :
                           g_utf8_make_valid (reason->message, -1));
    }

  values = gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
  g_value_take_boxed (gimp_value_array_index (values, 1),
                      g_strv_builder_end (paths));
  g_value_take_boxed (gimp_value_array_index (values, 2),
                      g_strv_builder_end (texts));
  g_value_take_boxed (gimp_value_array_index (values, 3),
                      g_strv_builder_end (messages));

  return values;
}

/* Returns the text that the file has now, or NULL.  */
static gchar *
describe_file (PiscesExtension  *extension,
               const gchar      *path,
               const Wishes     *wishes,
               GError          **error)
{
  g_autoptr (PiscesWork)            loaded  = NULL;
  g_autoptr (PiscesWork)            saved   = NULL;
  PiscesWork                       *save    = NULL;
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;

  if (! pisces_replace_file_check (path, error))
    return NULL;

  if (! wishes->overwrite)
    {
      g_autoptr (PiscesWork) looked = do_work (PISCES_WORK_LOOK, path,
                                               wishes->language, error);

      if (! looked)
        return NULL;
      if (pisces_file_texts_has_any (looked->texts))
        {
          g_autofree gchar *reason = pisces_file_texts_tell (looked->texts, path);

          g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED, reason);
          return NULL;
        }
    }

  loaded = do_work (PISCES_WORK_LOAD, path, wishes->language, error);
  if (! loaded)
    return NULL;

  request = pisces_describe_request_new (loaded->pixels,
                                         PISCES_DESCRIBE_SHORT |
                                         (wishes->keywords ? PISCES_DESCRIBE_KEYWORDS : 0));
  request->context = g_strdup (wishes->context);
  if (g_strcmp0 (wishes->language, PISCES_ALT_TEXT_DEFAULT) != 0)
    request->language = g_strdup (wishes->language);
  result  = pisces_wait_for_describe (pisces_extension_get_engine (extension),
                                      request, error);
  if (! result)
    return NULL;

  if (result->doubt && ! wishes->save_doubtful)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   _("Nothing was saved in “%s”. %s Choose another model, or "
                     "save such texts all the same with the argument "
                     "\"save-doubtful\"."), path, result->doubt);
      return NULL;
    }

  save = pisces_work_new (PISCES_WORK_SAVE, NULL, path, wishes->language);
  save->text      = g_strdup (result->short_text);
  save->keywords  = g_strdupv (result->keywords);
  save->version   = g_strdup (loaded->texts->version);
  save->keep_time = wishes->keep_time;
  saved = wait_for_work (save, error);

  return saved ? g_strdup (result->short_text) : NULL;
}

static PiscesWork *
do_work (PiscesWorkKind   kind,
         const gchar     *path,
         const gchar     *language,
         GError         **error)
{
  return wait_for_work (pisces_work_new (kind, NULL, path, language), error);
}

/* @work: (transfer full).  Returns it when it is done; NULL if that failed.  */
static PiscesWork *
wait_for_work (PiscesWork  *work,
               GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  PiscesWait               wait;

  pisces_wait_init (&wait);
  pisces_work_start (work, pisces_wait_notify, &wait);
  result = pisces_wait_run (&wait);
  work   = pisces_work_finish (result);

  if (! work->error)
    return work;

  g_propagate_error (error, g_steal_pointer (&work->error));
  pisces_work_free (work);

  return NULL;
}
