/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the commands share: options, saving pictures, progress on a terminal.
 */

#include <string.h>
#include <unistd.h>

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "engine/cli/cli.h"
#include "engine/metadata/replace-file.h"
#include "engine/metadata/source-type.h"

static gboolean line_is_open = FALSE;

static gboolean mark_png  (GBytes      **png,
                           GError      **error);
static gboolean write_png (const gchar  *original,
                           const gchar  *copy,
                           gpointer      data,
                           GError      **error);


/*  public functions  */

gboolean
options_parse (gint                *argc,
               gchar             ***argv,
               const GOptionEntry  *entries,
               const gchar         *arguments,
               const gchar         *summary,
               GError             **error)
{
  g_autofree gchar           *title   = g_strdup_printf ("pisces %s", (*argv)[0]);
  g_autoptr (GOptionContext)  context = g_option_context_new (arguments);

  g_set_prgname (title);
  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);

  if (! g_option_context_parse (context, argc, argv, error))
    {
      const gchar *charset;

      g_get_charset (&charset);
      /* GLib does not say what it could not convert.  */
      if ((*error)->domain == G_CONVERT_ERROR)
        {
          g_clear_error (error);
          return usage_error (error, "An option has a text that is not in this system's encoding, "
                              "%s. Write it anew, or set LC_ALL to the encoding that it has.",
                              charset);
        }
      /* "-5 stars" is a prompt to a person, but an option to GLib.  */
      if (arguments && g_error_matches (*error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        g_prefix_error (error, "A text or a file name that begins with a dash goes behind “--”. ");
      return FALSE;
    }

  /* GLib leaves the "--" in the arguments if a name after it begins with a
   * dash.  */
  for (gint i = 1; i < *argc; i++)
    if (strcmp ((*argv)[i], "--") == 0)
      {
        memmove (*argv + i, *argv + i + 1, (*argc - i) * sizeof (**argv));
        (*argc)--;
        break;
      }

  return TRUE;
}

gboolean
usage_error (GError      **error,
             const gchar  *format,
             ...)
{
  va_list arguments;

  va_start (arguments, format);
  *error = g_error_new_valist (G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, arguments);
  va_end (arguments);

  return FALSE;
}

gboolean
seed_check (gint64    seed,
            GError  **error)
{
  return (seed >= 0 && seed <= G_MAXUINT32) ||
         usage_error (error, "The seed %" G_GINT64_FORMAT " is not between 0 "
                      "and 4294967295.", seed);
}

/* Makes an engine that draws with one model and describes with another; NULL: with
 * the same one.  */
PiscesEngine *
open_engine (const gchar *model,
             const gchar *describe_model,
             const gchar *backend)
{
  PiscesEngine *engine = pisces_engine_new (model, backend);

  if (describe_model)
    pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, describe_model, backend);

  return engine;
}

/* A picture whose format is not that of its name cannot be opened anywhere,
 * and would replace an existing file of that name.  */
gboolean
output_check (const gchar  *output,
              GError      **error)
{
  g_autofree gchar *lower = g_ascii_strdown (output, -1);
  g_autofree gchar *shown = show_name (output);

  if (strcmp (output, "-") == 0)
    return usage_error (error, "Pictures are not written to standard output; give --output "
                        "the name of a file.");

  return g_str_has_suffix (lower, ".png") ||
         usage_error (error, "Pictures are written as PNG, so the name of the file has to "
                      "end in “.png”; “%s” does not.", shown);
}

/* Refuses numbers that are not finite or out of range, but accepts
 * NOT_GIVEN.  */
gboolean
number_check (const gchar  *option,
              gdouble       value,
              gdouble       most,
              GError      **error)
{
  return value == NOT_GIVEN || (value >= 0.0 && value <= most) ||
         usage_error (error, "%s is %g, but has to be from 0 to %g.", option, value, most);
}

/* If the disk is full, an older file stays unchanged.  Its permissions are
 * kept, and a write-protected file is not replaced.  The prompt, the seed and
 * the model are written into the PNG's text, so that the picture can be drawn
 * again.  Unless unmarked is set, the XMP metadata say that a model has drawn
 * it.  A picture without a model has no text.  */
gboolean
picture_save (PiscesPicture  *picture,
              gboolean        unmarked,
              const gchar    *path,
              GError        **error)
{
  g_autoptr (GdkPixbuf)  pixbuf     = NULL;
  g_autoptr (GError)     reason     = NULL;
  g_autoptr (GBytes)     png        = NULL;
  g_autofree gchar      *parameters = NULL;
  gchar                 *bytes      = NULL;
  gsize                  n_bytes;

  pixbuf = gdk_pixbuf_new_from_data (picture->image->pixels, GDK_COLORSPACE_RGB,
                                     TRUE, 8, picture->image->width,
                                     picture->image->height,
                                     picture->image->width * 4, NULL, NULL);
  parameters = g_strdup_printf ("seed %u, steps %u, guidance %g, temperature %g, "
                                "pictures drawn from %u, model %s %s, backend %s, pisces %s",
                                picture->seed, picture->steps,
                                picture->guidance_scale, picture->temperature,
                                picture->n_references, picture->model_name, picture->model_digest,
                                picture->backend, PISCES_VERSION);

  if (picture->model_name == NULL
      ? gdk_pixbuf_save_to_buffer (pixbuf, &bytes, &n_bytes, "png", &reason, NULL)
      : gdk_pixbuf_save_to_buffer (pixbuf, &bytes, &n_bytes, "png", &reason,
                                   "tEXt::Description", picture->prompt,
                                   "tEXt::Negative", picture->negative_prompt ?
                                                     picture->negative_prompt : "",
                                   "tEXt::Plan", picture->plan,
                                   "tEXt::Parameters", parameters, NULL))
    {
      png = g_bytes_new_take (bytes, n_bytes);
      if ((unmarked || mark_png (&png, &reason)) &&
          (g_file_test (path, G_FILE_TEST_EXISTS)
           ? pisces_replace_file (path, NULL, PISCES_REPLACE_DEFAULT, write_png, png, &reason)
           : g_file_set_contents_full (path, g_bytes_get_data (png, NULL), g_bytes_get_size (png),
                                       G_FILE_SET_CONTENTS_CONSISTENT, 0666, &reason)))
        return TRUE;
    }

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
               "The picture could not be saved as “%s”: %s", path, reason->message);

  return FALSE;
}

static gboolean
mark_png (GBytes **png,
          GError **error)
{
  GBytes *marked = pisces_source_type_put_in_png (*png, error);

  if (marked == NULL)
    return FALSE;

  g_bytes_unref (*png);
  *png = marked;

  return TRUE;
}

void
print_sentence (const gchar *sentence)
{
  g_autofree gchar *shown = show_line (sentence);

  g_printerr ("pisces: %s\n", shown);
}

/* Prints the warnings that have not been shown yet with the job's progress.  */
void
print_warnings (gchar **warnings,
                guint  *n_told)
{
  end_progress ();
  for (; warnings && warnings[*n_told]; (*n_told)++)
    print_sentence (warnings[*n_told]);
}

/* For jobs that give no warnings about the prompt themselves; called before
 * they begin.  Loads the model, which knows its words. is_drawn: whether the
 * text is to be drawn.  */
gboolean
check_prompt (PiscesEngine  *engine,
              const gchar   *text,
              gboolean       is_drawn,
              GError       **error)
{
  g_autoptr (PiscesPromptCheck) check     = NULL;
  g_auto (GStrv)                sentences = NULL;
  g_autofree gchar             *plain     = g_strstrip (g_utf8_strdown (text, -1));

  if (! pisces_engine_load (engine, show_progress, NULL, NULL, error))
    return FALSE;

  check = pisces_engine_check_prompt (engine, text);
  if (check == NULL)
    return TRUE;

  /* If the text cannot be drawn, the job reports it; comparing draws
   * nothing.  */
  if (is_drawn && check->refusal)
    return TRUE;
  g_clear_pointer (&check->refusal, g_free);

  sentences = pisces_prompt_check_get_sentences (check);
  end_progress ();
  for (guint i = 0; sentences[i]; i++)
    print_sentence (sentences[i]);
  if (is_drawn && check->as_read && ! g_str_equal (check->as_read, plain))
    g_printerr ("pisces: The model reads: “%s”.\n", check->as_read);

  return TRUE;
}

/* Shows the progress in one line on a terminal, and nothing elsewhere; prints
 * warnings as they come. user_data: how many of the job's warnings have been
 * printed, for print_warnings(); NULL: do not print any.  */
void
show_progress (const PiscesProgress *progress,
               gpointer              user_data)
{
  static const gchar *const words[] =
  {
    "waiting", "loading the model", "looking", "writing", "planning",
    "imagining", "drawing", "developing",
  };

  guint *n_told = user_data;

  if (n_told && progress->warnings && progress->warnings[*n_told])
    print_warnings (progress->warnings, n_told);
  if (! isatty (STDERR_FILENO))
    return;

  g_printerr ("\r\033[K%3.0f %%  %s", progress->fraction * 100.0, words[progress->stage]);
  line_is_open = TRUE;
}

void
end_progress (void)
{
  if (line_is_open)
    g_printerr ("\r\033[K");
  line_is_open = FALSE;
}


/*  private functions  */

static gboolean
write_png (const gchar  *original,
           const gchar  *copy,
           gpointer      data,
           GError      **error)
{
  gsize        n_bytes;
  const gchar *bytes = g_bytes_get_data (data, &n_bytes);

  return g_file_set_contents_full (copy, bytes, n_bytes, G_FILE_SET_CONTENTS_NONE,
                                   0600, error);
}
