/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * To fill the selection is one of the places in the Generate Layer window.  It
 * can be chosen only if there is a selection and the model can fill it, and says
 * why if not; the prompt may be empty; what was drawn so stays in its place.
 */

#include <string.h>

#include "tests/ui/editing.h"

#define REFUSAL "This model only describes, and draws nothing."

/* Whether the item of the list can be chosen.  */
static gboolean
can_choose (GtkWidget   *window,
            const gchar *place)
{
  GtkComboBox     *combo = GTK_COMBO_BOX (hands_find (window, "place"));
  GtkTreeModel    *model = gtk_combo_box_get_model (combo);
  g_autoptr (GList) cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (combo));
  GtkCellArea     *area  = gtk_cell_layout_get_area (GTK_CELL_LAYOUT (combo));
  GtkTreeIter      iter;
  gboolean         sensitive = FALSE;

  for (gboolean more = gtk_tree_model_get_iter_first (model, &iter); more;
       more = gtk_tree_model_iter_next (model, &iter))
    {
      g_autofree gchar *id = NULL;

      gtk_tree_model_get (model, &iter, gtk_combo_box_get_id_column (combo), &id, -1);
      if (g_strcmp0 (id, place) != 0)
        continue;

      gtk_cell_area_apply_attributes (area, model, &iter, FALSE, FALSE);
      g_object_get (cells->data, "sensitive", &sensitive, NULL);
    }

  return sensitive;
}

static gchar *
get_reason (GtkWidget *window)
{
  return gtk_widget_get_tooltip_text (hands_find (window, "place"));
}

static void
test_reasons (void)
{
  GtkWidget             *window  = editing_open (FALSE, NULL);
  const PiscesAbilities  none    = { .fill_refusal = REFUSAL };
  const PiscesAbilities  fills   = { .fills = TRUE };
  g_autofree gchar      *nothing = get_reason (window);
  g_autofree gchar      *own     = NULL;
  g_autofree gchar      *model   = NULL;

  g_assert_false (can_choose (window, "fill"));
  g_assert_true (can_choose (window, "canvas"));
  g_assert_true (g_str_has_prefix (nothing, "Nothing is selected"));

  editing_set_target (window, TRUE, NULL);
  g_assert_true (can_choose (window, "fill"));
  own = get_reason (window);
  g_assert_true (g_str_has_prefix (own, "Where"));

  editing_show_limits (window, &none);
  g_assert_false (can_choose (window, "fill"));
  g_assert_true (can_choose (window, "selection"));
  model = get_reason (window);
  g_assert_cmpstr (model, ==, REFUSAL);

  /* It may have been chosen before: then the words below say it too, and what is
   * chosen does not look as if the list could not be opened.  */
  editing_choose (window, "fill");
  g_assert_cmpstr (hands_get_label (window, "size"), ==, REFUSAL);
  g_assert_true (can_choose (window, "fill"));
  g_assert_false (can_choose (window, "change"));
  editing_show_limits (window, &fills);
  g_assert_true (can_choose (window, "fill"));
  g_assert_cmpstr (hands_get_label (window, "size"), ==, "100 × 50 pixels");

  gtk_widget_destroy (window);
}

static void
test_request (void)
{
  GtkWidget            *window = editing_open (TRUE, NULL);
  PiscesFillSettings   *fill;
  PiscesFillChoices     choices;
  g_autofree gchar     *words  = NULL;

  fill = pisces_prompt_pane_get_fill_settings (
    pisces_generate_window_get_prompt_pane (PISCES_GENERATE_WINDOW (window)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (fill)));
  hands_click (window, "start");
  g_assert_cmpuint (editing_n_fills + editing_n_others, ==, 0);

  editing_choose (window, "fill");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fill)));
  g_assert_true (hands_can_use (window, "start"));
  words = gtk_widget_get_tooltip_text (hands_find (window, "start"));
  g_assert_nonnull (strstr (words, "as if nothing had been there"));
  hands_click (window, "start");
  g_assert_cmpuint (editing_n_fills, ==, 1);
  g_assert_cmpuint (editing_n_others, ==, 0);
  g_assert_cmpstr (editing_asked->prompt, ==, "");
  g_assert_null (editing_asked->plan);

  hands_set_text (hands_find (window, "prompt_view"), "a red star");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "strength")), 0.25);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "surroundings")), 2);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "grow")), -7);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (hands_find (window, "source")), "layer");
  hands_click (window, "start");
  g_assert_cmpuint (editing_n_fills, ==, 2);
  g_assert_cmpstr (editing_asked->prompt, ==, "a red star");
  pisces_fill_settings_get_choices (fill, &choices);
  g_assert_cmpfloat (choices.strength, ==, 0.25);
  g_assert_cmpfloat (choices.surroundings, ==, 2);
  g_assert_cmpint (choices.grow, ==, -7);
  g_assert_cmpstr (choices.source, ==, "layer");

  /* A new image has nothing to fill.  */
  sample_set_target (window, NULL);
  hands_click (window, "start");
  g_assert_cmpuint (editing_n_fills, ==, 2);
  g_assert_cmpuint (editing_n_others, ==, 1);

  gtk_widget_destroy (window);
}

static void
test_opening (void)
{
  GtkWidget            *window = editing_open (FALSE, NULL);
  PiscesGenerateWindow *shown  = PISCES_GENERATE_WINDOW (window);

  pisces_generate_window_open_for (shown, "fill");
  g_assert_true (pisces_generate_window_is_filling (shown));

  /* Who wants a new layer can begin at once.  */
  pisces_generate_window_open_for (shown, NULL);
  g_assert_cmpstr (pisces_generate_window_get_place (shown), ==, "selection");

  /* What was chosen is still chosen, if it is possible.  */
  editing_set_target (window, TRUE, NULL);
  editing_choose (window, "fill");
  pisces_generate_window_open_for (shown, NULL);
  g_assert_true (pisces_generate_window_is_filling (shown));

  gtk_widget_destroy (window);
}

static void
test_results (void)
{
  GtkWidget                *window = editing_open (TRUE, NULL);
  PiscesGenerateWindow     *shown  = PISCES_GENERATE_WINDOW (window);
  const PiscesAbilities     fills  = { .fills = TRUE, .takes_references = TRUE };
  g_autoptr (PiscesImage)   image  = sample_image_scene (64, 0);
  g_autoptr (PiscesImage)   other  = sample_image_scene (64, 1);
  g_autoptr (PiscesPicture) filled = sample_picture ("", "", 3, image);
  g_autoptr (PiscesPicture) kept   = sample_picture ("", "", 5, other);
  g_autoptr (PiscesPicture) plain  = sample_picture ("a hill", "", 4, other);
  g_autofree gchar         *words  = NULL;
  g_autofree gchar         *other_words = NULL;

  filled->strength = 1.0;
  editing_show_limits (window, &fills);
  pisces_result_pane_set_replaceable (
    PISCES_RESULT_PANE (pisces_generate_window_get_results (shown)), TRUE);
  pisces_generate_window_add_picture (shown, filled);
  g_assert_cmpstr (hands_get_label (window, "prompt"), ==, "Without a prompt");
  g_assert_cmpstr (hands_get_label (window, "details"), ==,
                   "Drawn to fit its place; seed 3");
  g_assert_true (editing_is_possible (window, "add"));
  g_assert_false (editing_is_possible (window, "replace"));
  g_assert_false (editing_is_possible (window, "vary"));
  words = gtk_widget_get_tooltip_text (hands_find (window, "vary"));
  g_assert_nonnull (strstr (words, "drawn to fit its place"));

  /* Where its place is known, a variant goes there too.  */
  kept->strength = 1.0;
  pisces_result_pane_add_picture (
    PISCES_RESULT_PANE (pisces_generate_window_get_results (shown)), kept, other, 0);
  g_assert_true (editing_is_possible (window, "vary"));

  pisces_generate_window_add_picture (shown, plain);
  other_words = gtk_widget_get_tooltip_text (hands_find (window, "vary"));
  g_assert_null (strstr (other_words, "drawn to fit its place"));
  g_assert_true (editing_is_possible (window, "replace"));
  g_assert_true (editing_is_possible (window, "vary"));
  g_assert_true (editing_is_possible (window, "compare"));
  g_assert_false (editing_is_possible (window, "blend"));

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/filling/says-why-it-cannot-be-chosen", test_reasons);
  g_test_add_func ("/ui/filling/asks-for-what-was-entered", test_request);
  g_test_add_func ("/ui/filling/is-chosen-by-the-menu", test_opening);
  g_test_add_func ("/ui/filling/stays-in-its-place", test_results);

  return g_test_run ();
}
