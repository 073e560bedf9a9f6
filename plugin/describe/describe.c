/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe.c: the procedure `plug-in-pisces-describe`: writes a description of
 * the visible image.  It opens a window when it is called from the menu; when
 * a script calls it, it runs at once and needs no display.
 */

#include <string.h>

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/language-tag.h"

#include "plugin/describe/describe-pixels.h"
#include "plugin/describe/describe-session.h"
#include "plugin/gimp/alt-text.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/describer.h"
#include "plugin/gimp/names.h"
#include "plugin/gimp/placement.h"
#include "plugin/procedures.h"
#include "plugin/stand-in.h"
#include "plugin/wait.h"

#define DESCRIBE_PROC "plug-in-pisces-describe"

static const PiscesName lengths[] =
{
  { "short", PISCES_DESCRIBE_SHORT                        },
  { "long",  PISCES_DESCRIBE_LONG                         },
  { "both",  PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG },
  { "none",  0                                            },
  { NULL }
};

static const PiscesName sources[] =
{
  { "visible",   PISCES_DESCRIBE_VISIBLE   },
  { "layer",     PISCES_DESCRIBE_LAYER     },
  { "selection", PISCES_DESCRIBE_SELECTION },
  { NULL }
};

static void                   describe_add_arguments     (GimpProcedure         *procedure);
static void                   describe_add_return_values (GimpProcedure         *procedure);
static GimpValueArray       * describe_run               (GimpProcedure         *procedure,
                                                          GimpRunMode            run_mode,
                                                          GimpImage             *image,
                                                          GimpDrawable         **drawables,
                                                          GimpProcedureConfig   *config,
                                                          gpointer               run_data);
static PiscesDescribeResult * describe_image             (PiscesExtension       *extension,
                                                          GimpImage             *image,
                                                          GimpDrawable         **drawables,
                                                          const gchar           *language,
                                                          GimpProcedureConfig   *config,
                                                          GError               **error);
static void                   describe_warn_of_turn      (PiscesDescribeResult  *result);
static gboolean               describe_check_doubt       (PiscesDescribeResult  *result,
                                                          GimpProcedureConfig   *config,
                                                          GError               **error);
static gboolean               describe_save              (gint32                 image_id,
                                                          PiscesDescribeResult  *result,
                                                          const gchar           *language,
                                                          GError               **error);
static GimpValueArray       * describe_return            (GimpProcedure         *procedure,
                                                          PiscesDescribeResult  *result);


/*  public functions  */

/**
 * pisces_describe_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-describe`.
 */
GimpProcedure *
pisces_describe_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_image_procedure_new (extension, DESCRIBE_PROC,
                                                   describe_run);

  pisces_stand_in_set_menu (extension, procedure, _("_Describe Image..."),
                            "<Image>/Image/[Properties]",
                            "pisces-describe-symbolic.svg");

  gimp_procedure_set_documentation (procedure,
                                    _("Writes a description for people who "
                                      "do not see the image"),
                                    _("A model that runs on this computer "
                                      "looks at what is visible of the image "
                                      "and writes a short alternative text, "
                                      "a long description, keywords, or the "
                                      "answer to a question. The texts can be "
                                      "saved with the image, as "
                                      "Xmp.iptc.AltTextAccessibility, "
                                      "Xmp.iptc.ExtDescrAccessibility and, "
                                      "if it has none yet, "
                                      "Xmp.dc.description. Keywords are added "
                                      "to those in Xmp.dc.subject. A script "
                                      "that exports the image then has to "
                                      "pass include-xmp."),
                                    DESCRIBE_PROC);
  pisces_extension_describe_itself (procedure);

  describe_add_arguments (procedure);
  describe_add_return_values (procedure);

  return procedure;
}


/*  private functions  */

static void
describe_add_arguments (GimpProcedure *procedure)
{
  pisces_names_add (procedure, "length", _("_Length"),
                    _("Which descriptions to write: \"short\", \"long\", "
                      "\"both\", or \"none\", only an answer or "
                      "keywords"), "both");
  gimp_procedure_add_string_argument (procedure, "question",
                                      _("_Question"),
                                      _("A question about the image; empty: "
                                        "none"),
                                      "", G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (procedure, "save",
                                       _("_Save to image"),
                                       _("Whether to write the descriptions "
                                         "to the image's metadata"),
                                       FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (procedure, "language",
                                      _("Lan_guage"),
                                      _("Which language to write the texts "
                                        "in, if the model can, and to save "
                                        "them as, a tag like \"en\" or "
                                        "\"pt-BR\"; \"x-default\" is the "
                                        "model's own, saved for everyone"),
                                      PISCES_ALT_TEXT_DEFAULT,
                                      G_PARAM_READWRITE);
  pisces_names_add (procedure, "source", _("S_ource"),
                    _("Which part of the image to describe: \"visible\", "
                      "what is visible; \"layer\", the active layer; or "
                      "\"selection\""), "visible");
  gimp_procedure_add_boolean_argument (procedure, "save-doubtful",
                                       _("Save _doubtful texts"),
                                       _("Whether to save also texts about an "
                                         "image that the model does not know, "
                                         "which are probably wrong"),
                                       FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (procedure, "keywords",
                                       _("_Keywords"),
                                       _("Whether to find keywords too; with "
                                         "\"save\", they are added to those "
                                         "of the image"),
                                       FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (procedure, "context",
                                      _("Conte_xt"),
                                      _("What the model should know about the "
                                        "image, such as \"product photo for a "
                                        "shop\", or a name; empty: nothing"),
                                      "", G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument (procedure, "look-closer",
                                       _("Look clos_er"),
                                       _("Whether to look at parts of the image "
                                         "too, so that small text can be read; "
                                         "it takes several times as long"),
                                       FALSE, G_PARAM_READWRITE);
}

static void
describe_add_return_values (GimpProcedure *procedure)
{
  gimp_procedure_add_string_return_value (procedure, "short-text",
                                          _("Short text"),
                                          _("One sentence of alternative "
                                            "text"),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "long-text",
                                          _("Long text"),
                                          _("A full description"),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "answer",
                                          _("Answer"),
                                          _("The answer to the question"),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_string_array_return_value (procedure, "warnings",
                                                _("Warnings"),
                                                _("What the user should "
                                                  "know, as sentences"),
                                                G_PARAM_READWRITE);
  gimp_procedure_add_string_array_return_value (procedure, "keywords",
                                                _("Keywords"),
                                                _("Words to find the image by"),
                                                G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "model",
                                          _("Model"),
                                          _("The model that has described"),
                                          "", G_PARAM_READWRITE);
}

static GimpValueArray *
describe_run (GimpProcedure        *procedure,
              GimpRunMode           run_mode,
              GimpImage            *image,
              GimpDrawable        **drawables,
              GimpProcedureConfig  *config,
              gpointer              run_data)
{
  g_autoptr (PiscesDescribeResult)  result   = NULL;
  GError                           *error    = NULL;
  gint32                            image_id = gimp_image_get_id (image);
  gboolean                          save     = FALSE;
  g_autofree gchar                 *wished   = NULL;
  g_autofree gchar                 *language = NULL;

  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    {
      /* Clears the arguments so that GIMP does not reuse them for other
       * images; generate.c explains this.
       */
      g_object_set (config, "question", "", "context", "", NULL);

      if (! pisces_describe_session_present (run_data, image, &error))
        return gimp_procedure_new_return_values (procedure,
                                                 GIMP_PDB_EXECUTION_ERROR,
                                                 error);

      return gimp_procedure_new_return_values (procedure,
                                               GIMP_PDB_SUCCESS, NULL);
    }

  g_object_get (config, "save", &save, "language", &wished, NULL);

  language = pisces_language_tag_read (wished, &error);
  if (language && (! save || pisces_alt_text_check_language (language, &error)))
    result = describe_image (run_data, image, drawables, language, config, &error);

  if (! result ||
      (save && (! describe_check_doubt (result, config, &error) ||
                ! describe_save (image_id, result, language, &error))))
    return gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_EXECUTION_ERROR, error);

  return describe_return (procedure, result);
}

static PiscesDescribeResult *
describe_image (PiscesExtension      *extension,
                GimpImage            *image,
                GimpDrawable        **drawables,
                const gchar          *language,
                GimpProcedureConfig  *config,
                GError              **error)
{
  g_autoptr (PiscesDescribeRequest)  request  = NULL;
  g_autoptr (PiscesImage)            pixels   = NULL;
  g_autofree gchar                  *question = NULL;
  g_autofree gchar                  *context  = NULL;
  gboolean                           keywords = FALSE;
  gboolean                           closer   = FALSE;
  gboolean                           turned   = FALSE;
  PiscesDescribeResult              *result;
  gint32                             before;
  gint                               what;
  gint                               source;

  if (! pisces_names_get (config, "length", lengths, &what, error) ||
      ! pisces_names_get (config, "source", sources, &source, error))
    return NULL;

  g_object_get (config,
                "question",    &question,
                "keywords",    &keywords,
                "context",     &context,
                "look-closer", &closer,
                NULL);

  if (question && *question)
    what |= PISCES_DESCRIBE_ANSWER;
  if (keywords)
    what |= PISCES_DESCRIBE_KEYWORDS;

  if (what == 0)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("Nothing was asked for: the length is none, and "
                             "there is no question and no wish for keywords."));
      return NULL;
    }

  /* The selection of layers is changed only for a moment and then restored,
   * because describing must not change the image.  */
  before = pisces_placement_select (image, pisces_placement_find_given (drawables));
  pixels = pisces_describe_pixels_read (image, source, &turned, error);
  pisces_placement_select (image, before);
  if (! pixels)
    return NULL;

  request = pisces_describe_request_new (pixels, what);
  if (what & PISCES_DESCRIBE_ANSWER)
    request->question = g_steal_pointer (&question);
  if (strcmp (language, PISCES_ALT_TEXT_DEFAULT) != 0)
    request->language = g_strdup (language);
  request->context     = g_steal_pointer (&context);
  request->look_closer = closer;

  result = pisces_wait_for_describe (pisces_extension_get_engine (extension),
                                     request, error);
  if (result && turned)
    describe_warn_of_turn (result);

  return result;
}

/* A script may export the file without the note that makes viewers rotate
 * it.  */
static void
describe_warn_of_turn (PiscesDescribeResult *result)
{
  g_autoptr (GStrvBuilder) warnings = g_strv_builder_new ();

  if (result->warnings)
    g_strv_builder_addv (warnings, (const gchar **) result->warnings);
  g_strv_builder_add (warnings,
                      _("The image's metadata says that it must be shown rotated, "
                        "so it was described as viewers show it. Export it with "
                        "its EXIF, or turn it first with "
                        "gimp-image-policy-rotate."));

  g_strfreev (result->warnings);
  result->warnings = g_strv_builder_end (warnings);
}

/* This is an error, because a script that asks for saving relies on it.  */
static gboolean
describe_check_doubt (PiscesDescribeResult  *result,
                      GimpProcedureConfig   *config,
                      GError               **error)
{
  gboolean save_doubtful = FALSE;

  g_object_get (config, "save-doubtful", &save_doubtful, NULL);
  if (save_doubtful || ! result->doubt ||
      (! result->short_text && ! result->long_text && ! result->keywords))
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("Nothing was saved in the image. %s Choose another model, or "
                 "save such texts all the same with the argument "
                 "\"save-doubtful\"."), result->doubt);

  return FALSE;
}

/* A text that was not requested stays as it is in the image.  */
static gboolean
describe_save (gint32                 image_id,
               PiscesDescribeResult  *result,
               const gchar           *language,
               GError               **error)
{
  GimpImage             *image     = pisces_canvas_find_image (image_id);
  g_autoptr (GPtrArray)  old_texts = NULL;
  g_autoptr (GPtrArray)  new_texts = pisces_alt_texts_new ();
  const PiscesAltText   *old;
  GimpParasite          *note;
  gboolean               taken;

  if (! image)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The image was closed while it was being "
                             "described."));
      return FALSE;
    }

  if (! result->short_text && ! result->long_text && ! result->keywords)
    return TRUE;

  old_texts = pisces_alt_text_read (image, NULL, NULL);
  old       = pisces_alt_texts_get (old_texts, language);

  if (result->short_text || result->long_text)
    pisces_alt_texts_add (new_texts, language,
                          result->short_text ? result->short_text :
                          old                ? old->short_text    : NULL,
                          result->long_text  ? result->long_text  :
                          old                ? old->long_text     : NULL);

  note  = pisces_describer_new (result->model_name, result->model_digest, result->backend);
  taken = pisces_alt_text_write (image, new_texts, (const gchar * const *) result->keywords,
                                 NULL, note, error);
  gimp_parasite_free (note);

  return taken;
}

static GimpValueArray *
describe_return (GimpProcedure        *procedure,
                 PiscesDescribeResult *result)
{
  const gchar    *texts[3] = { result->short_text,
                               result->long_text,
                               result->answer };
  gchar          *none[]   = { NULL };
  GimpValueArray *values;

  values = gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_SUCCESS, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    GIMP_VALUES_SET_STRING (values, 1 + i, texts[i] ? texts[i] : "");

  GIMP_VALUES_SET_STRV (values, 4, result->warnings);
  GIMP_VALUES_SET_STRV (values, 5, result->keywords ? result->keywords : none);
  GIMP_VALUES_SET_STRING (values, 6, result->model_name ? result->model_name : "");

  return values;
}
