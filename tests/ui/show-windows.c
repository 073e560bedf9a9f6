/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * show-windows.c: shows both windows with sample data, in the states that a
 * user sees, and saves a picture of each.
 *
 *   show-windows FOLDER   saves PNG files there and ends
 *   show-windows          leaves the windows open, to be tried by hand
 *
 * The usual variables choose the rest: GTK_THEME=Adwaita:dark, GDK_SCALE=2,
 * LANGUAGE=de with PISCES_LOCALE_DIR=build/po.
 */

#include <locale.h>
#include <libintl.h>

#include "tests/ui/sample.h"
#include "ui/pisces-describe-window.h"
#include "ui/pisces-generate-window.h"

#define PROMPT "a small white house with a red roof on a green hill"
#define PLAN   "a landscape picture. in the middle, a small white house with " \
               "a red roof. it stands on a green hill. the sky is light " \
               "blue. a yellow sun is at the upper left."
#define SHORT  "A small white house with a red roof on a green hill under a " \
               "yellow sun."
#define LONG   "A small white house with a red roof stands in the middle, on a " \
               "rounded green hill. The sky behind it is light blue and clear. " \
               "A yellow sun is at the upper left."

static void
save (GtkWidget   *window,
      const gchar *folder,
      const gchar *name)
{
  g_autoptr (GdkPixbuf)  pixbuf = NULL;
  g_autofree gchar      *file   = g_strdup_printf ("%s.png", name);
  g_autofree gchar      *path   = NULL;
  GdkWindow             *gdk_window;

  sample_wait (400);
  if (! folder)
    return;

  gdk_window = gtk_widget_get_window (window);
  pixbuf = gdk_pixbuf_get_from_window (gdk_window, 0, 0,
                                       gdk_window_get_width (gdk_window),
                                       gdk_window_get_height (gdk_window));
  path = g_build_filename (folder, file, NULL);
  if (! gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL))
    g_error ("%s could not be written.", path);
  g_print ("%s\n", path);
}

static void
pretend_to_generate (PiscesGenerateWindow  *window,
                     PiscesGenerateRequest *request)
{
  pisces_generate_window_set_running (window, TRUE);
}

static GtkWidget *
show_generate (const gchar *folder)
{
  GtkWidget               *widget   = pisces_generate_window_new ();
  PiscesGenerateWindow    *window   = PISCES_GENERATE_WINDOW (widget);
  g_autoptr (GKeyFile)     settings = g_key_file_new ();
  g_autoptr (PiscesImage)  preview  = sample_image_stars (128, 0.35);
  PiscesStatus             status;
  PiscesProgress           progress = { PISCES_STAGE_PLANNING, 0.1, 0, PLAN };
  guint                    i;

  g_signal_connect (window, "generate-requested",
                    G_CALLBACK (pretend_to_generate), NULL);
  pisces_generate_window_set_target (window, "sea.xcf",
                                     "the canvas, 800 × 600 pixels");
  sample_show (widget);
  save (widget, folder, "generate-1-empty");

  sample_status (&status);
  pisces_generate_window_set_status (window, &status);
  pisces_generate_window_set_prompt (window, PROMPT);
  for (i = 0; i < 6; i++)
    {
      g_autoptr (PiscesImage)   image   = NULL;
      g_autoptr (PiscesPicture) picture = NULL;

      image = i == 3 ? sample_image_stars (128, 0) : sample_image_scene (128, i);
      picture = sample_picture (i == 3 ? "two red stars" : PROMPT, PLAN,
                                2718281828u + i, image);
      pisces_generate_window_add_picture (window, picture);
    }
  save (widget, folder, "generate-2-results");

  g_key_file_set_boolean (settings, "generate", "advanced", TRUE);
  g_key_file_set_boolean (settings, "generate", "model-settings", FALSE);
  g_key_file_set_integer (settings, "generate", "count", 4);
  pisces_generate_window_set_settings (window, settings);
  pisces_generate_window_set_prompt (window, "two red stars");
  g_signal_emit_by_name (sample_find (widget, "job_row"), "start");
  progress.text = "two red stars on a transparent background. the larger "
                  "one is at the upper left";
  pisces_generate_window_show_progress (window, &progress);
  progress.stage    = PISCES_STAGE_DRAWING;
  progress.fraction = 0.4;
  progress.index    = 1;
  progress.text     = NULL;
  progress.preview  = preview;
  pisces_generate_window_show_progress (window, &progress);
  save (widget, folder, "generate-3-running");

  pisces_generate_window_set_running (window, FALSE);
  pisces_generate_window_set_target (window, NULL, NULL);
  pisces_generate_window_show_message (window, GTK_MESSAGE_WARNING,
                                       "The model does not know the word "
                                       "“zeppelin”. It was left out.");
  save (widget, folder, "generate-4-warning");

  gtk_window_resize (GTK_WINDOW (widget), 1, 1);
  save (widget, folder, "generate-5-smallest");

  return widget;
}

static GtkWidget *
show_describe (const gchar *folder)
{
  GtkWidget               *widget   = pisces_describe_window_new ();
  PiscesDescribeWindow    *window   = PISCES_DESCRIBE_WINDOW (widget);
  g_autoptr (PiscesImage)  image    = sample_image_scene (256, 0);
  g_autofree gchar        *too_long = g_strconcat (SHORT, " ", LONG, LONG, NULL);
  PiscesStatus             status;
  PiscesProgress           progress = { PISCES_STAGE_WRITING, 0.6, 1 };

  sample_show (widget);
  save (widget, folder, "describe-1-empty");

  sample_status (&status);
  pisces_describe_window_set_status (window, &status);
  pisces_describe_window_set_image (window, image, "house.jpg");
  pisces_describe_window_set_running (window, TRUE);
  progress.index = 0;
  progress.text  = SHORT;
  pisces_describe_window_show_progress (window, &progress);
  progress.index = 1;
  progress.text  = "A small white house with a red roof stands in the";
  pisces_describe_window_show_progress (window, &progress);
  save (widget, folder, "describe-2-running");

  pisces_describe_window_set_running (window, FALSE);
  pisces_describe_window_set_texts (window, SHORT, LONG, TRUE);
  save (widget, folder, "describe-3-written");

  gtk_window_set_focus (GTK_WINDOW (widget), NULL);
  sample_set_view_text (sample_find (sample_find (widget, "short_field"),
                                     "view"), too_long);
  save (widget, folder, "describe-4-too-long");

  pisces_describe_window_set_texts (window, SHORT, LONG, FALSE);
  pisces_describe_window_set_saved (window);
  save (widget, folder, "describe-5-saved");

  gtk_window_resize (GTK_WINDOW (widget), 1, 1);
  save (widget, folder, "describe-6-smallest");

  return widget;
}

int
main (int    argc,
      char **argv)
{
  const gchar *folder = argc > 1 ? argv[1] : NULL;
  const gchar *locale = g_getenv ("PISCES_LOCALE_DIR");

  setlocale (LC_ALL, "");
  if (locale)
    bindtextdomain (GETTEXT_PACKAGE, locale);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  gtk_init (&argc, &argv);

  if (folder)
    g_mkdir_with_parents (folder, 0777);

  show_generate (folder);
  show_describe (folder);

  if (! folder)
    gtk_main ();

  return 0;
}
