/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * To change the active layer is one of the places in the Generate Layer window, with a
 * strength of its own.  Where it is not possible, the list does not let it be chosen,
 * by mouse or keyboard, and a sentence says why; the same for Vary.  What was drawn so
 * is compared with what was there before; and what began with a picture does so again.
 */

#include <string.h>

#include "tests/ui/editing.h"
#include "ui/generate/pisces-picture-strip.h"

#define OBSTACLE "Not exactly one layer is selected. Select one and try again."
#define REFUSAL  "This model draws row by row."

static GtkWidget *
get_scale (GtkWidget *window)
{
  return hands_find (hands_find (window, "change_strength"), "strength_scale");
}

static void
test_request (void)
{
  GtkWidget        *window = editing_open (FALSE, NULL);
  PiscesPromptPane *pane   =
    pisces_generate_window_get_prompt_pane (PISCES_GENERATE_WINDOW (window));
  GtkWidget        *hint   = hands_find (hands_find (window, "change_strength"),
                                         "strength_hint");
  g_autofree gchar *words  = NULL;

  g_assert_false (gtk_widget_is_visible (hands_find (window, "change_strength")));
  hands_click (window, "start");
  g_assert_cmpuint (editing_n_fills + editing_n_others, ==, 0);

  /* Without words it is drawn anew as it is.  */
  editing_choose (window, "change");
  g_assert_true (gtk_widget_is_visible (hands_find (window, "change_strength")));
  g_assert_false (gtk_widget_get_visible (hands_find (window, "fill_settings")));
  g_assert_false (pisces_generate_window_is_filling (PISCES_GENERATE_WINDOW (window)));
  g_assert_true (pisces_generate_window_is_changing (PISCES_GENERATE_WINDOW (window)));
  g_assert_cmpstr (hands_get_label (window, "size"), ==, "100 × 50 pixels");
  words = gtk_widget_get_tooltip_text (hands_find (window, "start"));
  g_assert_nonnull (strstr (words, "beginning with what it shows"));
  g_assert_cmpfloat (pisces_prompt_pane_get_strength (pane), ==, PISCES_CHANGE_STRENGTH);
  hands_click (window, "start");
  g_assert_cmpuint (editing_n_fills, ==, 1);
  g_assert_cmpuint (editing_n_others, ==, 0);
  g_assert_cmpstr (editing_asked->prompt, ==, "");

  hands_set_text (hands_find (window, "prompt_view"), "a red star");
  gtk_range_set_value (GTK_RANGE (get_scale (window)), 0.3);
  g_assert_cmpfloat (pisces_prompt_pane_get_strength (pane), ==, 0.3);
  hands_click (window, "start");
  g_assert_cmpuint (editing_n_fills, ==, 2);
  g_assert_cmpstr (editing_asked->prompt, ==, "a red star");

  /* What the ends mean is said.  */
  gtk_range_set_value (GTK_RANGE (get_scale (window)), 0.0);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (hint)), ==, "Nothing would change.");
  gtk_range_set_value (GTK_RANGE (get_scale (window)), 1.0);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (hint)), ==,
                   "The model does not look at the layer.");

  /* A new image has no layer.  */
  sample_set_target (window, NULL);
  hands_click (window, "start");
  g_assert_cmpuint (editing_n_fills, ==, 2);
  g_assert_cmpuint (editing_n_others, ==, 1);

  gtk_widget_destroy (window);
}

/* The keys of a list go from one item to the next that can be chosen.  */
static void
test_reasons (void)
{
  GtkWidget             *window = editing_open (FALSE, OBSTACLE);
  GtkWidget             *place  = hands_find (window, "place");
  const PiscesAbilities  none   = { .fill_refusal = REFUSAL };
  const PiscesAbilities  fills  = { .fills = TRUE };
  g_autofree gchar      *both   = gtk_widget_get_tooltip_text (place);
  g_autofree gchar      *model  = NULL;

  g_assert_nonnull (strstr (both, "Nothing is selected"));
  g_assert_nonnull (strstr (both, OBSTACLE));

  editing_choose (window, "layer");
  g_signal_emit_by_name (place, "move-active", GTK_SCROLL_STEP_DOWN);
  g_assert_cmpstr (gtk_combo_box_get_active_id (GTK_COMBO_BOX (place)), ==, "layer");
  g_signal_emit_by_name (place, "move-active", GTK_SCROLL_END);
  g_assert_cmpstr (gtk_combo_box_get_active_id (GTK_COMBO_BOX (place)), ==, "layer");

  editing_set_target (window, FALSE, NULL);
  g_signal_emit_by_name (place, "move-active", GTK_SCROLL_STEP_DOWN);
  g_assert_cmpstr (gtk_combo_box_get_active_id (GTK_COMBO_BOX (place)), ==, "change");

  editing_show_limits (window, &none);
  model = gtk_widget_get_tooltip_text (place);
  g_assert_cmpstr (model, ==, REFUSAL);
  g_assert_cmpstr (hands_get_label (window, "size"), ==, REFUSAL);
  editing_show_limits (window, &fills);
  g_assert_cmpstr (hands_get_label (window, "size"), ==, "100 × 50 pixels");

  gtk_widget_destroy (window);
}

static void
test_opening (void)
{
  GtkWidget            *window = editing_open (FALSE, OBSTACLE);
  PiscesGenerateWindow *shown  = PISCES_GENERATE_WINDOW (window);

  pisces_generate_window_open_for (shown, "change");
  g_assert_true (pisces_generate_window_is_changing (shown));
  g_assert_cmpstr (hands_get_label (window, "size"), ==, OBSTACLE);

  pisces_generate_window_open_for (shown, NULL);
  g_assert_cmpstr (pisces_generate_window_get_place (shown), ==, "selection");

  /* There is nearly always a layer, and who asks for a new one wants no other.  */
  editing_set_target (window, FALSE, NULL);
  editing_choose (window, "change");
  pisces_generate_window_open_for (shown, NULL);
  g_assert_cmpstr (pisces_generate_window_get_place (shown), ==, "selection");

  gtk_widget_destroy (window);
}

static void
test_settings (void)
{
  GtkWidget           *window   = editing_open (FALSE, NULL);
  g_autoptr (GKeyFile) settings = g_key_file_new ();
  GtkWidget           *pane     =
    pisces_generate_window_get_results (PISCES_GENERATE_WINDOW (window));
  GtkWidget           *vary     = GTK_WIDGET (
    gtk_widget_get_template_child (pane, PISCES_TYPE_RESULT_PANE, "vary_strength"));

  editing_choose (window, "change");
  gtk_range_set_value (GTK_RANGE (get_scale (window)), 0.0);
  gtk_range_set_value (GTK_RANGE (hands_find (vary, "strength_scale")), 0.7);
  pisces_generate_window_get_settings (PISCES_GENERATE_WINDOW (window), settings);
  gtk_widget_destroy (window);

  window = editing_open (FALSE, NULL);
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window), settings);
  g_assert_true (pisces_generate_window_is_changing (PISCES_GENERATE_WINDOW (window)));
  g_assert_cmpfloat (gtk_range_get_value (GTK_RANGE (get_scale (window))), ==, 0.0);
  g_key_file_remove_group (settings, "generate", NULL);
  pisces_generate_window_get_settings (PISCES_GENERATE_WINDOW (window), settings);
  g_assert_cmpfloat_with_epsilon (g_key_file_get_double (settings, "generate",
                                                         "vary-strength", NULL),
                                  0.7, 1e-9);

  /* What makes no sense changes nothing.  */
  g_key_file_set_string (settings, "generate", "change-strength", "nan");
  g_key_file_set_string (settings, "generate", "vary-strength", "much");
  g_key_file_set_string (settings, "generate", "place", "nowhere");
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window), settings);
  g_assert_cmpfloat (gtk_range_get_value (GTK_RANGE (get_scale (window))), ==, 0.0);
  g_assert_true (pisces_generate_window_is_changing (PISCES_GENERATE_WINDOW (window)));

  gtk_widget_destroy (window);
}

/* The names of what is compared, on the left and on the right.  */
static gchar *
get_sides (GtkWidget *window)
{
  g_autoptr (GString) names = g_string_new (NULL);
  GtkWidget          *view  = hands_find (window, "compare_view");
  GList              *all   = g_list_append (NULL, view);

  while (all)
    {
      GtkWidget   *widget = all->data;
      const gchar *name   = atk_object_get_name (gtk_widget_get_accessible (widget));

      all = g_list_delete_link (all, all);
      if (name && strstr (name, "on the"))
        g_string_append_printf (names, "%s; ", name);
      if (GTK_IS_CONTAINER (widget))
        all = g_list_concat (all, gtk_container_get_children (GTK_CONTAINER (widget)));
    }

  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
test_before_and_after (void)
{
  GtkWidget                *window = editing_open (FALSE, NULL);
  PiscesResultPane         *pane   =
    PISCES_RESULT_PANE (pisces_generate_window_get_results (PISCES_GENERATE_WINDOW (window)));
  PiscesPictureStrip       *strip  = PISCES_PICTURE_STRIP (hands_find (window, "strip"));
  g_autoptr (PiscesImage)   before = sample_image_scene (64, 2);
  g_autoptr (PiscesImage)   image  = sample_image_scene (64, 0);
  g_autoptr (PiscesImage)   other  = sample_image_scene (64, 1);
  g_autoptr (PiscesPicture) drawn  = sample_picture ("", "", 3, image);
  g_autoptr (PiscesPicture) plain  = sample_picture ("a hill", "", 4, other);
  g_autofree gchar         *change = NULL;
  g_autofree gchar         *two    = NULL;
  g_autoptr (GPtrArray)     list   = NULL;

  drawn->strength = 0.5;
  pisces_result_pane_add_picture (pane, drawn, before, 1);
  g_assert_cmpstr (hands_get_label (window, "details"), ==,
                   "Begun with what was there, strength 0.50; seed 3");
  g_assert_true (editing_is_possible (window, "compare"));
  g_assert_true (editing_is_possible (window, "vary"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (hands_find (window, "compare")), TRUE);
  hands_wait (50);
  change = get_sides (window);
  g_assert_nonnull (strstr (change, "Before, on the left"));
  g_assert_nonnull (strstr (change, "After, on the right"));

  /* Another picture is compared with others; and so is this one, with the one marked B.  */
  pisces_result_pane_add_picture (pane, plain, NULL, 1);
  list = pisces_result_pane_list (pane);
  pisces_picture_strip_set_second (strip, list->pdata[0]);
  pisces_picture_strip_select (strip, list->pdata[1]);
  two = get_sides (window);
  g_assert_nonnull (strstr (two, "Picture A, on the left"));

  gtk_widget_destroy (window);
}

/* A model that cannot see a picture cannot begin with one, though it may draw from it in
 * another way; and the other way round.  */
static void
test_vary (void)
{
  GtkWidget                *window = editing_open (FALSE, NULL);
  const PiscesAbilities     blind  = { .takes_references = TRUE, .fill_refusal = REFUSAL };
  const PiscesAbilities     sees   = { .fills = TRUE };
  g_autoptr (PiscesImage)   image  = sample_image_scene (64, 0);
  g_autoptr (PiscesPicture) plain  = sample_picture ("a hill", "", 4, image);
  g_autofree gchar         *why    = NULL;
  g_autofree gchar         *own    = NULL;

  pisces_generate_window_add_picture (PISCES_GENERATE_WINDOW (window), plain);
  editing_show_limits (window, &blind);
  g_assert_false (editing_is_possible (window, "vary"));
  why = gtk_widget_get_tooltip_text (hands_find (window, "vary"));
  g_assert_cmpstr (why, ==, REFUSAL);

  editing_show_limits (window, &sees);
  g_assert_true (editing_is_possible (window, "vary"));
  own = gtk_widget_get_tooltip_text (hands_find (window, "vary"));
  g_assert_nonnull (strstr (own, "begins with this one"));

  gtk_widget_destroy (window);
}

/* Stands for the user's folder.  */
static PiscesImage *
find_image (PiscesResultPane  *pane,
            const gchar       *digest,
            PiscesImage      **kept)
{
  return *kept ? pisces_image_ref (*kept) : NULL;
}

static void
keep_request (GtkWidget              *window,
              PiscesGenerateRequest  *request,
              PiscesGenerateRequest **asked)
{
  g_clear_pointer (asked, pisces_generate_request_free);
  *asked = pisces_generate_request_copy (request);
}

/* Its file is missing.  The picture that it began with is shown, kept somewhere else, or
 * nowhere.  */
static void
test_lost_variant (void)
{
  GtkWidget                        *window = editing_open (FALSE, NULL);
  PiscesGenerateWindow             *shown  = PISCES_GENERATE_WINDOW (window);
  GtkWidget                        *pane   = pisces_generate_window_get_results (shown);
  g_autoptr (PiscesImage)           image  = sample_image_scene (64, 0);
  g_autoptr (PiscesImage)           other  = sample_image_scene (32, 0);
  g_autoptr (PiscesPicture)         begun  = sample_picture ("a hill", "", 4, image);
  g_autoptr (PiscesResult)          known  = pisces_result_new (begun, NULL);
  g_autofree gchar                 *nobody = g_strnfill (64, 'a');
  g_autoptr (PiscesGenerateRequest) asked  = NULL;
  PiscesImage                      *kept   = NULL;
  const gchar                      *names[] = { pisces_result_get_digest (known), nobody,
                                                nobody };

  pisces_generate_window_add_picture (shown, begun);
  g_signal_connect (pane, "image-wanted", G_CALLBACK (find_image), &kept);
  g_signal_connect (window, "generate-requested", G_CALLBACK (keep_request), &asked);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (PiscesPicture) lost    = sample_picture ("stars", "p", 9 + i, other);
      g_autoptr (PiscesResult)  there   = pisces_result_new (lost, NULL);
      g_autoptr (PiscesResult)  result  = NULL;
      g_autoptr (GPtrArray)     earlier = g_ptr_array_new ();

      g_clear_pointer (&lost->image, pisces_image_unref);
      lost->n_references   = 1;
      lost->begun_with     = g_strdup (names[i]);
      lost->begun_strength = 0.3;
      result = pisces_result_new (lost, pisces_result_get_digest (there));
      g_ptr_array_add (earlier, result);
      pisces_result_pane_add_results (PISCES_RESULT_PANE (pane), earlier);
      pisces_picture_strip_select (PISCES_PICTURE_STRIP (hands_find (window, "strip")),
                                   result);

      kept = i == 1 ? other : NULL;
      g_clear_pointer (&asked, pisces_generate_request_free);
      g_assert_true (editing_is_possible (window, "again"));
      g_action_group_activate_action (gtk_widget_get_action_group (pane, "results"),
                                      "again", NULL);
      if (i == 2)
        {
          g_assert_null (asked);
          continue;
        }

      g_assert_cmpuint (asked->seed, ==, 9 + i);
      g_assert_cmpstr (asked->plan, ==, "p");
      g_assert_true (asked->edit->varies);
      g_assert_true (asked->edit->image == (i == 0 ? image : other));
      g_assert_cmpfloat (asked->edit->strength, ==, 0.3);
      g_assert_cmpstr (asked->edit->begun_with, ==, names[i]);
    }

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/changing/asks-for-what-was-entered", test_request);
  g_test_add_func ("/ui/changing/says-why-it-cannot-be-chosen", test_reasons);
  g_test_add_func ("/ui/changing/is-chosen-by-the-menu", test_opening);
  g_test_add_func ("/ui/changing/survives", test_settings);
  g_test_add_func ("/ui/changing/shows-before-and-after", test_before_and_after);
  g_test_add_func ("/ui/changing/vary-needs-a-model-that-sees", test_vary);
  g_test_add_func ("/ui/changing/a-lost-variant-begins-with-what-is-kept", test_lost_variant);

  return g_test_run ();
}
