/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * show-windows.c: shows both windows with sample data, in the states that a
 * user sees, and saves a picture of each.
 *
 *   show-windows FOLDER   saves PNG files there and ends
 *   show-windows          leaves the windows open, with an artificial job that
 *                         draws and describes, to be tried by hand
 *
 * The usual variables choose the rest: GTK_THEME=Adwaita:dark, GDK_SCALE=2,
 * LANG=de_DE.UTF-8 with PISCES_LOCALE_DIR=build/po; PISCES_TEST_RIGHT_TO_LEFT
 * mirrors them.
 */

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/describe/pisces-describe-window.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-result-pane.h"

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

  hands_wait (400);

  gdk_window = gtk_widget_get_window (window);
  pixbuf = gdk_pixbuf_get_from_window (gdk_window, 0, 0,
                                       gdk_window_get_width (gdk_window),
                                       gdk_window_get_height (gdk_window));
  path = g_build_filename (folder, file, NULL);
  if (! gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL))
    g_error ("%s could not be written.", path);
  g_print ("%s\n", path);
}

/* Queues what is requested; the jobs are kept in @jobs.  */
static void
queue (PiscesGenerateWindow  *window,
       PiscesGenerateRequest *request,
       GPtrArray             *jobs)
{
  PiscesJobItem *job = pisces_job_item_new (request);

  g_ptr_array_add (jobs, job);
  pisces_generate_window_add_job (window, job);
}

/* A result from somebody else's file, without its picture.  */
static void
show_lost (GtkWidget *window)
{
  PiscesResultPane         *pane    =
    PISCES_RESULT_PANE (hands_find (window, "result_pane"));
  g_autoptr (PiscesPicture) picture = sample_picture (PROMPT, PLAN, 5, NULL);
  g_autofree gchar         *digest  = g_strnfill (64, 'a');
  g_autoptr (PiscesResult)  result  = pisces_result_new (picture, digest);
  g_autoptr (GPtrArray)     list    = g_ptr_array_new ();

  g_ptr_array_add (list, result);
  pisces_result_pane_add_results (pane, list);
  pisces_picture_strip_select (
    PISCES_PICTURE_STRIP (hands_find (window, "strip")), result);
  pisces_result_pane_show_notes (pane,
                                 "The file lists 7744 pictures more than can "
                                 "be shown here. They stay in the file.\n"
                                 "1 of the pictures is not on this computer. "
                                 "Choose it to see what it was made from, and "
                                 "to draw it again.\n"
                                 "The image holds the prompts of 12 pictures "
                                 "that were made for it.", TRUE);
}

static void
show_generate (const gchar *folder)
{
  GtkWidget               *widget   = pisces_generate_window_new ();
  PiscesGenerateWindow    *window   = PISCES_GENERATE_WINDOW (widget);
  g_autoptr (GKeyFile)     settings = g_key_file_new ();
  g_autoptr (PiscesImage)  preview  = sample_image_stars (128, 0.35);
  PiscesStatus             status;
  PiscesProgress           progress = { PISCES_STAGE_PLANNING, 0.1, 0, PLAN };
  g_autoptr (GPtrArray)    jobs     = g_ptr_array_new_with_free_func (g_object_unref);
  PiscesJobItem           *job;
  guint                    i;

  g_signal_connect (window, "generate-requested",
                    G_CALLBACK (queue), jobs);
  sample_set_target (widget, "sea.xcf");
  hands_show (widget);
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
  sample_set_target (widget, "sea.xcf");
  save (widget, folder, "generate-2-results");

  show_lost (widget);
  save (widget, folder, "generate-2-lost");
  g_signal_emit_by_name (hands_find (widget, "strip"), "delete-requested");

  g_action_group_activate_action (
    gtk_widget_get_action_group (hands_find (widget, "result_pane"), "results"),
    "compare", NULL);
  g_key_file_set_boolean (settings, "generate", "plan-open", TRUE);
  pisces_generate_window_set_settings (window, settings);
  save (widget, folder, "generate-2-compare-and-plan");
  g_action_group_activate_action (
    gtk_widget_get_action_group (hands_find (widget, "result_pane"), "results"),
    "compare", NULL);
  g_key_file_set_boolean (settings, "generate", "plan-open", FALSE);

  g_key_file_set_boolean (settings, "generate", "advanced", TRUE);
  g_key_file_set_boolean (settings, "generate", "model-settings", FALSE);
  g_key_file_set_integer (settings, "generate", "count", 4);
  pisces_generate_window_set_settings (window, settings);
  pisces_generate_window_set_prompt (window, "two red stars");
  g_signal_emit_by_name (hands_find (widget, "job_row"), "start");
  job = jobs->pdata[0];
  save (widget, folder, "generate-3-starting");
  progress.text = "two red stars on a transparent background. the larger "
                  "one is at the upper left";
  pisces_job_item_show_progress (job, &progress);
  hands_wait (1100);
  progress.stage    = PISCES_STAGE_DRAWING;
  progress.fraction = 0.4;
  progress.index    = 1;
  progress.text     = NULL;
  progress.preview  = preview;
  pisces_job_item_show_progress (job, &progress);
  save (widget, folder, "generate-4-running");

  for (i = 0; i < 3; i++)
    {
      pisces_generate_window_set_prompt (window, i ? PROMPT : "a blue fish");
      g_signal_emit_by_name (hands_find (widget, "job_row"), "start");
    }
  save (widget, folder, "generate-5-queue");

  for (i = 0; i < jobs->len; i++)
    pisces_job_item_end (jobs->pdata[i]);
  sample_set_target (widget, NULL);
  pisces_generate_window_show_message (window, GTK_MESSAGE_WARNING,
                                       "The model does not know the word "
                                       "“zeppelin”. It was left out.");
  save (widget, folder, "generate-6-warning");

  gtk_window_resize (GTK_WINDOW (widget), 1, 1);
  save (widget, folder, "generate-7-smallest");

  pisces_generate_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  pisces_generate_window_set_prompt (window, "");
  sample_set_target (widget, "sea.xcf");
  pisces_generate_window_open_for (window, "fill");
  gtk_window_resize (GTK_WINDOW (widget), 960, 640);
  save (widget, folder, "generate-8-filling");

  gtk_widget_destroy (widget);
}

static void
show_describe (const gchar *folder)
{
  GtkWidget               *widget   = pisces_describe_window_new ();
  PiscesDescribeWindow    *window   = PISCES_DESCRIBE_WINDOW (widget);
  g_autoptr (PiscesImage)  image    = sample_image_scene (256, 0);
  g_autofree gchar        *too_long = g_strconcat (SHORT, " ", LONG, LONG, NULL);
  PiscesStatus             status;
  PiscesProgress           progress = { PISCES_STAGE_WRITING, 0.6, 1 };

  hands_show (widget);
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
  pisces_describe_window_set_texts (window, SHORT, LONG, PISCES_TEXTS_WRITTEN);
  save (widget, folder, "describe-3-written");

  gtk_window_set_focus (GTK_WINDOW (widget), NULL);
  hands_set_text (hands_find (hands_find (widget, "short_field"), "view"),
                  too_long);
  save (widget, folder, "describe-4-too-long");

  pisces_describe_window_set_texts (window, SHORT, LONG, PISCES_TEXTS_SAVED);
  pisces_describe_window_set_saved (window);
  save (widget, folder, "describe-5-saved");

  gtk_window_resize (GTK_WINDOW (widget), 1, 1);
  save (widget, folder, "describe-6-smallest");

  gtk_widget_destroy (widget);
}

/* A job of two seconds that always gives the same picture.  */
static gboolean
draw_some_more (gpointer data)
{
  PiscesJobItem            *job      = data;
  static guint              tick     = 0;
  g_autoptr (PiscesImage)   preview  = sample_image_stars (128,
                                                           0.5 - tick / 40.0);
  g_autoptr (PiscesImage)   image    = sample_image_stars (128, 0);
  g_autoptr (PiscesPicture) picture  = NULL;
  g_autofree gchar         *plan     = g_strndup (PLAN, 8 * tick);
  PiscesProgress            progress = { PISCES_STAGE_PLANNING, tick / 20.0, 0 };

  if (pisces_job_item_get_state (job) == PISCES_JOB_STOPPING)
    tick = 20;

  if (tick++ < 10)
    {
      progress.text = plan;
    }
  else if (tick <= 20)
    {
      progress.stage   = PISCES_STAGE_DRAWING;
      progress.preview = preview;
    }

  if (tick == 20)
    progress.picture = picture = sample_picture ("pretended", PLAN, 7, image);

  pisces_job_item_show_progress (job, &progress);
  if (tick < 20)
    return G_SOURCE_CONTINUE;

  pisces_job_item_end (job);
  tick = 0;

  return G_SOURCE_REMOVE;
}

static void
pretend_to_draw (PiscesGenerateWindow  *window,
                 PiscesGenerateRequest *request)
{
  PiscesJobItem *job = pisces_job_item_new (request);

  pisces_generate_window_add_job (window, job);
  g_timeout_add_full (G_PRIORITY_DEFAULT, 100, draw_some_more,
                      job, g_object_unref);
}

static void
pretend_to_add (PiscesGenerateWindow *window,
                PiscesPicture        *picture)
{
  pisces_generate_window_show_message (window, GTK_MESSAGE_INFO,
                                       "The layer was added.");
}

static void
pretend_to_describe (PiscesDescribeWindow *window,
                     guint                 what)
{
  pisces_describe_window_set_texts (window, SHORT, LONG, PISCES_TEXTS_WRITTEN);
}

static void
try_by_hand (void)
{
  GtkWidget              *generate = pisces_generate_window_new ();
  GtkWidget              *describe = pisces_describe_window_new ();
  g_autoptr (PiscesImage) image    = sample_image_scene (256, 0);

  sample_set_target (generate, "sea.xcf");
  pisces_describe_window_set_image (PISCES_DESCRIBE_WINDOW (describe), image,
                                    "house.jpg");

  g_signal_connect (generate, "generate-requested",
                    G_CALLBACK (pretend_to_draw), NULL);
  g_signal_connect (generate, "add-requested",
                    G_CALLBACK (pretend_to_add), NULL);
  g_signal_connect (describe, "describe-requested",
                    G_CALLBACK (pretend_to_describe), NULL);
  g_signal_connect (describe, "save-requested",
                    G_CALLBACK (pisces_describe_window_set_saved), NULL);
  g_signal_connect (generate, "hide", G_CALLBACK (gtk_main_quit), NULL);

  gtk_window_present (GTK_WINDOW (describe));
  gtk_window_present (GTK_WINDOW (generate));
  gtk_main ();
}

int
main (int    argc,
      char **argv)
{
  const gchar *folder = argc > 1 ? argv[1] : NULL;

  hands_init (&argc, &argv);

  if (! folder)
    {
      try_by_hand ();
      return 0;
    }

  g_mkdir_with_parents (folder, 0777);
  show_generate (folder);
  show_describe (folder);

  return 0;
}
