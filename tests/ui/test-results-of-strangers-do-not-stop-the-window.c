/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of results from somebody else's image is shown without a pause,
 * whatever is in it: 8,000 pictures, all of them scored, prompts of megabytes
 * in layers and lists.  The window says how many are not shown.  The time is
 * processor time, so that other programs do not count.
 */

#include <string.h>
#include <time.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-result-list.h"
#include "ui/generate/pisces-result-pane.h"

#define SECONDS 1.0

typedef struct
{
  GtkWidget        *widget;
  PiscesResultPane *pane;
  guint             n_changes;
  clock_t           start;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->widget = pisces_generate_window_new ();
  fixture->pane   = PISCES_RESULT_PANE (pisces_generate_window_get_results (
    PISCES_GENERATE_WINDOW (fixture->widget)));
  sample_set_target (fixture->widget, "sea.xcf");
  g_signal_connect_swapped (fixture->pane, "list-changed",
                            G_CALLBACK (hands_count), &fixture->n_changes);
  hands_show (fixture->widget);
  fixture->start = clock ();
}

static gdouble
seconds (Fixture *fixture)
{
  return (gdouble) (clock () - fixture->start) / CLOCKS_PER_SEC;
}

static void
settle (void)
{
  while (gtk_events_pending ())
    gtk_main_iteration ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_widget_destroy (fixture->widget);
}

static PiscesResultList *
make_list (guint        n,
           const gchar *prompt)
{
  g_autoptr (GString)  json = g_string_new ("{\"format\":1,\"results\":[");
  PiscesResultList    *list;
  g_autoptr (GError)   error = NULL;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (json, "%s{\"prompt\":\"%s\",\"plan\":\"a plan\","
                            "\"seed\":%u,\"file\":\"%064x\",\"match\":0.5,"
                            "\"description\":\"something red\"}",
                            i > 0 ? "," : "", prompt, i, i);
  g_string_append (json, "]}");

  list = pisces_result_list_from_text (json->str, json->len, &error);
  g_assert_no_error (error);

  return list;
}

/* As they are loaded, one at a time, while the window stays usable.  */
static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (PiscesResultList)  list  = make_list (8000, "a red star");
  g_autoptr (PiscesImage)       image = sample_image_stars (64, 0);
  g_autoptr (GPtrArray)         shown = NULL;
  g_autofree gchar             *text  = NULL;

  g_assert_cmpuint (list->results->len, ==, PISCES_RESULT_LIST_SHOWN_MAX);
  pisces_result_pane_add_results (fixture->pane, list->results);
  settle ();
  g_test_message ("shown after %.2f s", seconds (fixture));

  for (guint i = 0; i < list->results->len; i++)
    {
      pisces_result_set_image (list->results->pdata[i], image);
      settle ();
    }
  shown = pisces_result_pane_list (fixture->pane);
  g_assert_cmpuint (shown->len, ==, PISCES_RESULT_LIST_SHOWN_MAX);
  g_test_message ("with pixels after %.2f s", seconds (fixture));

  /* None of this counts as a change of the list.  */
  g_assert_cmpuint (fixture->n_changes, ==, 0);

  text = pisces_result_list_to_text (list, NULL);
  g_assert_nonnull (strstr (text, "\"seed\":7999"));
  pisces_result_pane_clear (fixture->pane);
  settle ();
  g_test_message ("and gone after %.2f s", seconds (fixture));
  g_assert_cmpfloat (seconds (fixture), <, 2 * SECONDS);
}

/* The longest texts that are shown. */
static void
test_long (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree gchar             *prompt = g_strnfill (64 * 1024, 'W');
  g_autoptr (PiscesResultList)  list   = make_list (100, prompt);

  g_assert_cmpuint (list->results->len, ==, 100);
  pisces_result_pane_add_results (fixture->pane, list->results);
  settle ();
  g_test_message ("shown after %.2f s", seconds (fixture));
  g_assert_cmpfloat (seconds (fixture), <, SECONDS);
  g_assert_cmpint (g_utf8_strlen (hands_get_label (fixture->widget, "prompt"),
                                  -1), <=, 400);
}

/* From a text beyond that length, only what the file needs is made.  */
static void
test_longer (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree gchar             *prompt = g_strnfill (7 * 1024 * 1024, 'W');
  g_autoptr (PiscesResultList)  list   = make_list (1, prompt);

  g_assert_cmpuint (list->results->len, ==, 0);
  g_assert_cmpuint (list->n_more, ==, 1);
  g_assert_cmpfloat (seconds (fixture), <, SECONDS);
}

/* What a picture is said to have begun with becomes the name of a file.  */
static void
test_names (void)
{
  g_autofree gchar *digest = g_strnfill (64, 'f');
  const gchar      *names[] = { digest, "../../../etc/passwd", "", "ff" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar          *text    = NULL;
      g_autoptr (PiscesPicture)  picture = NULL;

      text = g_strdup_printf ("{\"prompt\":\"a star\",\"references\":1,"
                              "\"begun-strength\":0.5,\"begun-with\":\"%s\"}", names[i]);
      picture = pisces_picture_from_text (text, NULL);
      g_assert_cmpstr (picture->begun_with, ==, i == 0 ? digest : NULL);
    }
}

int
main (int    argc,
      char **argv)
{
#define ADD(name, function) \
  g_test_add ("/ui/results-of-strangers/" name, Fixture, NULL, set_up, \
              function, tear_down)

  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  ADD ("may-be-8000", test_many);
  ADD ("may-have-long-prompts", test_long);
  ADD ("may-have-prompts-of-megabytes", test_longer);
  g_test_add_func ("/ui/results-of-strangers/name-no-files", test_names);

  return g_test_run ();
}
