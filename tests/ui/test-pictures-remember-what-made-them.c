/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each picture of the Generate Layer window has its own prompt, plan and seed,
 * is never lost, and is added to the image on request.
 */

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-picture-tile.h"
#include "ui/widgets/pisces-picture-view.h"

static PiscesPicture *added   = NULL;
static guint          n_added = 0;

static void
keep_added (PiscesGenerateWindow *window,
            PiscesPicture        *picture)
{
  added = picture;
  n_added++;
}

static GtkWidget *
open_window (void)
{
  GtkWidget *window = pisces_generate_window_new ();

  n_added = 0;
  g_signal_connect (window, "add-requested", G_CALLBACK (keep_added), NULL);
  sample_set_target (window, "sea.xcf");

  return hands_show (window);
}

static PiscesPicture *
make_picture (guint seed)
{
  g_autoptr (PiscesImage) image  = sample_image_scene (32, seed);
  g_autofree gchar       *prompt = g_strdup_printf ("prompt %u", seed);
  g_autofree gchar       *plan   = g_strdup_printf ("plan %u", seed);

  return sample_picture (prompt, plan, seed, image);
}

static GtkFlowBox *
get_flow_box (GtkWidget *window)
{
  GtkWidget *strip = hands_find (window, "strip");
  GtkWidget *child = gtk_bin_get_child (GTK_BIN (strip));

  return GTK_FLOW_BOX (GTK_IS_VIEWPORT (child) ?
                       gtk_bin_get_child (GTK_BIN (child)) : child);
}

static PiscesPicture *
get_picture (GtkWidget *window,
             guint      index)
{
  GtkFlowBoxChild *tile;

  tile = gtk_flow_box_get_child_at_index (get_flow_box (window), index);

  return tile ? pisces_picture_tile_get_picture (PISCES_PICTURE_TILE (tile)) :
                NULL;
}

static void
select_tile (GtkWidget *window,
             guint      index)
{
  GtkFlowBox *flow_box = get_flow_box (window);

  gtk_flow_box_select_child (flow_box,
                             gtk_flow_box_get_child_at_index (flow_box, index));
}

static void
assert_plan (GtkWidget   *window,
             const gchar *expected)
{
  g_autofree gchar *plan = hands_get_text (hands_find (window, "plan_view"));

  g_assert_cmpstr (plan, ==, expected);
}

/* That of the results: the reference pane has a view too.  */
static PiscesPictureView *
get_view (GtkWidget *window)
{
  return PISCES_PICTURE_VIEW (hands_find (hands_find (window, "result_pane"),
                                          "view"));
}

static void
test_selection (void)
{
  GtkWidget                *widget = open_window ();
  PiscesGenerateWindow     *window = PISCES_GENERATE_WINDOW (widget);
  g_autoptr (PiscesPicture) one    = make_picture (1);
  g_autoptr (PiscesPicture) two    = make_picture (2);

  pisces_generate_window_add_picture (window, one);
  pisces_generate_window_add_picture (window, two);
  pisces_generate_window_add_picture (window, one);

  /* Newest first, none twice, and the newest is shown.  */
  g_assert_true (get_picture (widget, 0) == two);
  g_assert_true (get_picture (widget, 1) == one);
  g_assert_null (get_picture (widget, 2));
  g_assert_cmpstr (hands_get_label (widget, "prompt"), ==, "prompt 2");
  assert_plan (widget, "plan 2");

  select_tile (widget, 1);
  g_assert_cmpstr (hands_get_label (widget, "prompt"), ==, "prompt 1");
  g_assert_nonnull (g_strrstr (hands_get_label (widget, "details"), "Seed 1"));
  assert_plan (widget, "plan 1");
  g_assert_true (pisces_picture_view_get_image (get_view (widget)) ==
                 one->image);

  gtk_widget_destroy (widget);
}

static void
test_add (void)
{
  GtkWidget                *widget = open_window ();
  PiscesGenerateWindow     *window = PISCES_GENERATE_WINDOW (widget);
  g_autoptr (PiscesPicture) one    = make_picture (1);
  g_autoptr (PiscesPicture) two    = make_picture (2);

  g_assert_false (hands_can_use (widget, "add"));
  pisces_generate_window_add_picture (window, one);
  pisces_generate_window_add_picture (window, two);

  hands_click (widget, "add");
  g_assert_cmpuint (n_added, ==, 1);
  g_assert_true (added == two);

  /* Enter or a double click on a thumbnail. */
  select_tile (widget, 1);
  gtk_widget_activate (GTK_WIDGET (
    gtk_flow_box_get_child_at_index (get_flow_box (widget), 1)));
  g_assert_cmpuint (n_added, ==, 2);
  g_assert_true (added == one);

  /* The image was closed: the picture can become a new image.  */
  sample_set_target (widget, NULL);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (hands_find (widget, "add"))),
                   ==, "Open _as Image");
  gtk_widget_activate (GTK_WIDGET (
    gtk_flow_box_get_child_at_index (get_flow_box (widget), 1)));
  g_assert_cmpuint (n_added, ==, 3);
  g_assert_true (hands_can_use (widget, "start"));

  gtk_widget_destroy (widget);
}

static void
test_seed (void)
{
  GtkWidget                *widget = open_window ();
  g_autoptr (PiscesPicture) one    = make_picture (4294967291u);

  pisces_generate_window_add_picture (PISCES_GENERATE_WINDOW (widget), one);
  hands_click (widget, "use_seed");
  g_assert_cmpfloat (gtk_spin_button_get_value (
                       GTK_SPIN_BUTTON (hands_find (widget, "seed"))),
                     ==, 4294967291u);
  g_assert_false (gtk_toggle_button_get_active (
                    GTK_TOGGLE_BUTTON (hands_find (widget, "new_seed"))));
  {
    g_autofree gchar *prompt = hands_get_text (hands_find (widget,
                                                           "prompt_view"));

    g_assert_cmpstr (prompt, ==, "prompt 4294967291");
  }

  gtk_widget_destroy (widget);
}

static void
queue (PiscesGenerateWindow  *window,
       PiscesGenerateRequest *request,
       GPtrArray             *jobs)
{
  PiscesJobItem *job = pisces_job_item_new (request);

  g_ptr_array_add (jobs, job);
  pisces_generate_window_add_job (window, job);
}

/* The large view follows the job, unless the user selects another picture.  */
static void
test_following (void)
{
  GtkWidget                *widget   = open_window ();
  PiscesGenerateWindow     *window   = PISCES_GENERATE_WINDOW (widget);
  PiscesPictureView        *view     = get_view (widget);
  g_autoptr (PiscesImage)   preview  = sample_image_stars (16, 0.5);
  g_autoptr (PiscesImage)   preview2 = sample_image_stars (16, 0.2);
  g_autoptr (PiscesPicture) old      = make_picture (1);
  g_autoptr (PiscesPicture) one      = make_picture (2);
  g_autoptr (PiscesPicture) two      = make_picture (3);
  PiscesProgress            progress = { PISCES_STAGE_PLANNING, 0.1, 0, "a st" };
  g_autoptr (GPtrArray)     jobs     = g_ptr_array_new_with_free_func (g_object_unref);
  PiscesJobItem            *job;

  g_signal_connect (window, "generate-requested", G_CALLBACK (queue), jobs);

  pisces_generate_window_add_picture (window, old);
  hands_set_text (hands_find (widget, "prompt_view"), "stars");
  hands_click (widget, "start");
  job = jobs->pdata[0];
  g_assert_cmpstr (hands_get_label (widget, "prompt"), ==, "stars");
  g_assert_null (pisces_picture_view_get_image (view));
  assert_plan (widget, "");
  pisces_job_item_show_progress (job, &progress);
  assert_plan (widget, "a st");
  progress.text = "a star. big";
  pisces_job_item_show_progress (job, &progress);
  assert_plan (widget, "a star. big");

  progress.stage   = PISCES_STAGE_DRAWING;
  progress.text    = NULL;
  progress.preview = preview;
  pisces_job_item_show_progress (job, &progress);
  g_assert_true (pisces_picture_view_get_image (view) == preview);
  g_assert_false (hands_can_use (widget, "add"));

  progress.preview = NULL;
  progress.picture = one;
  pisces_job_item_show_progress (job, &progress);
  g_assert_true (get_picture (widget, 1) == one);

  /* The user selects another picture, and the next preview does not change
   * that.  */
  select_tile (widget, 2);
  progress.picture = NULL;
  progress.preview = preview2;
  pisces_job_item_show_progress (job, &progress);
  g_assert_true (pisces_picture_view_get_image (view) == old->image);
  assert_plan (widget, "plan 1");

  progress.preview = NULL;
  progress.picture = two;
  pisces_job_item_show_progress (job, &progress);
  pisces_job_item_end (job);
  g_assert_true (get_picture (widget, 0) == two);
  g_assert_true (get_picture (widget, 1) == one);
  g_assert_true (pisces_picture_view_get_image (view) == old->image);

  /* The next job is followed again; it ends without a picture.  */
  hands_click (widget, "start");
  job = jobs->pdata[1];
  progress.picture = NULL;
  progress.preview = preview;
  pisces_job_item_show_progress (job, &progress);
  g_assert_true (pisces_picture_view_get_image (view) == preview);
  pisces_job_item_end (job);
  g_assert_true (pisces_picture_view_get_image (view) == two->image);
  assert_plan (widget, "plan 3");

  gtk_widget_destroy (widget);
}

/* The job is stopped before there is a picture.  */
static void
test_nothing_made (void)
{
  GtkWidget              *widget   = open_window ();
  PiscesGenerateWindow   *window   = PISCES_GENERATE_WINDOW (widget);
  g_autoptr (PiscesImage) preview  = sample_image_stars (16, 0.5);
  PiscesProgress          progress = { PISCES_STAGE_DRAWING, 0.1, 0, NULL,
                                       preview };
  g_autoptr (GPtrArray)   jobs     = g_ptr_array_new_with_free_func (g_object_unref);
  PiscesJobItem          *job;

  g_signal_connect (window, "generate-requested", G_CALLBACK (queue), jobs);
  hands_set_text (hands_find (widget, "prompt_view"), "stars");
  hands_click (widget, "start");
  job = jobs->pdata[0];
  pisces_job_item_show_progress (job, &progress);
  g_assert_true (pisces_job_item_get_preview (job) == preview);

  /* The next picture begins without the preview of the previous one.  */
  progress.index   = 1;
  progress.preview = NULL;
  pisces_job_item_show_progress (job, &progress);
  g_assert_null (pisces_job_item_get_preview (job));

  pisces_job_item_end (job);
  g_assert_null (get_picture (widget, 0));
  g_assert_false (hands_can_use (widget, "add"));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (
                     GTK_STACK (hands_find (hands_find (widget, "result_pane"),
                                            "stack"))),
                   ==, "empty");

  gtk_widget_destroy (widget);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/pictures/show-their-own-prompt-and-plan",
                   test_selection);
  g_test_add_func ("/ui/pictures/are-added-when-asked", test_add);
  g_test_add_func ("/ui/pictures/hand-back-their-seed", test_seed);
  g_test_add_func ("/ui/pictures/are-followed-while-being-made",
                   test_following);
  g_test_add_func ("/ui/pictures/a-stopped-job-leaves-no-trace",
                   test_nothing_made);

  return g_test_run ();
}
