/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-check-pane.c: the original and the picture that was drawn again from
 * its text.  Each text that was tried has a row that says how alike the two
 * pictures are; selecting one shows its picture.
 */

#include <glib/gi18n-lib.h>

#include "ui/describe/pisces-check-pane.h"
#include "ui/widgets/pisces-picture-view.h"
#include "ui/widgets/pisces-ui.h"

struct _PiscesCheckPane
{
  GtkBox     parent_instance;

  GtkWidget *original;
  GtkWidget *rebuilt;
  GtkWidget *likeness;
  GtkWidget *tried;
  GtkWidget *rebuild;
  GtkWidget *best;

  gint       n_tried;
  gint       i_best;
  gdouble    best_likeness;
};

static void check_pane_on_selected (PiscesCheckPane *pane);
static gchar *
            likeness_to_words
                        (const gchar     *measured_by);
static void on_rebuild  (PiscesCheckPane *pane);
static void on_best     (PiscesCheckPane *pane);

static guint rebuild_requested;
static guint best_requested;

G_DEFINE_FINAL_TYPE (PiscesCheckPane, pisces_check_pane, GTK_TYPE_BOX)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesCheckPane, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_check_pane_class_init (PiscesCheckPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  rebuild_requested =
    g_signal_new ("rebuild-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  best_requested =
    g_signal_new ("best-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PISCES_TYPE_PICTURE_VIEW);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-check-pane.ui");
  BIND (original);
  BIND (rebuilt);
  BIND (likeness);
  BIND (tried);
  BIND (rebuild);
  BIND (best);
  CALLBACK (check_pane_on_selected);
  CALLBACK (on_rebuild);
  CALLBACK (on_best);
}

static void
pisces_check_pane_init (PiscesCheckPane *pane)
{
  gtk_widget_init_template (GTK_WIDGET (pane));
  pisces_ui_set_name (pane->tried, _("Texts that were tried"));
  pisces_check_pane_set_original (pane, NULL);
  pisces_check_pane_clear (pane);
}

/**
 * pisces_check_pane_set_original:
 * @image: (nullable): the original, which the texts describe.
 */
void
pisces_check_pane_set_original (PiscesCheckPane *pane,
                                PiscesImage     *image)
{
  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (pane->original), image);
  pisces_ui_set_name (pane->original, _("Original"));
}

/* Shows the unfinished picture while it is being drawn.  */
void
pisces_check_pane_set_preview (PiscesCheckPane *pane,
                               PiscesImage     *image)
{
  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (pane->rebuilt), image);
  pisces_ui_set_name (pane->rebuilt, _("Drawn again from the text"));
}

/* Forgets the texts that were tried before.  */
void
pisces_check_pane_clear (PiscesCheckPane *pane)
{
  g_autoptr (GList) rows =
    gtk_container_get_children (GTK_CONTAINER (pane->tried));
  g_autofree gchar *tip = NULL;

  pane->n_tried       = 0;
  pane->i_best        = -1;
  pane->best_likeness = -2.0;
  for (GList *row = rows; row; row = row->next)
    gtk_widget_destroy (row->data);

  pisces_check_pane_set_preview (pane, NULL);
  gtk_label_set_text (GTK_LABEL (pane->likeness), "");
  tip = likeness_to_words (NULL);
  gtk_widget_set_tooltip_text (pane->likeness, tip);
}

/**
 * pisces_check_pane_add:
 * @rebuilt: what was drawn from @text.
 * @text: a text that was tried.
 * @likeness: how alike the original and @rebuilt are, as
 *   pisces_engine_compare() gives it.
 * @measured_by: (nullable): the name of the model that was chosen to compare; %NULL
 *   if none is.
 *
 * Selects the row whose picture is most like the original.
 */
void
pisces_check_pane_add (PiscesCheckPane *pane,
                       PiscesImage     *rebuilt,
                       const gchar     *text,
                       gdouble          likeness,
                       const gchar     *measured_by)
{
  GtkWidget        *row   = gtk_list_box_row_new ();
  GtkWidget        *label = gtk_label_new (NULL);
  g_autofree gchar *score = g_strdup_printf ("%.3f", likeness);
  g_autofree gchar *line  = NULL;

  /* Translators: how alike two pictures are, such as 0.873, and the text that
   * the second was drawn from.
   */
  line = g_strdup_printf (C_("likeness and text", "%s   %s"), score, text);

  gtk_label_set_text (GTK_LABEL (label), line);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (row, text);
  g_object_set (label, "margin", 4, NULL);
  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_widget_show_all (row);
  pisces_ui_set_name (row, line);
  g_object_set_data_full (G_OBJECT (row), "rebuilt",
                          pisces_image_ref (rebuilt),
                          (GDestroyNotify) pisces_image_unref);
  g_object_set_data_full (G_OBJECT (row), "score",
                          g_steal_pointer (&score), g_free);
  g_object_set_data_full (G_OBJECT (row), "measured-by",
                          g_strdup (measured_by), g_free);
  gtk_list_box_insert (GTK_LIST_BOX (pane->tried), row, -1);

  if (likeness > pane->best_likeness)
    {
      pane->best_likeness = likeness;
      pane->i_best        = pane->n_tried;
    }
  pane->n_tried++;

  gtk_list_box_select_row (GTK_LIST_BOX (pane->tried),
                           gtk_list_box_get_row_at_index (
                             GTK_LIST_BOX (pane->tried), pane->i_best));
}

/* Returns the index, from 0, of the picture that is most like the original; -1
 *   where there is none.  */
gint
pisces_check_pane_get_best (PiscesCheckPane *pane)
{
  return pane->i_best;
}

/**
 * pisces_check_pane_set_usable:
 * @can_rebuild: whether there is a picture, a text, and no job is running.
 * @can_describe: the same, but no text is needed.
 */
void
pisces_check_pane_set_usable (PiscesCheckPane *pane,
                              gboolean         can_rebuild,
                              gboolean         can_describe)
{
  gtk_widget_set_sensitive (pane->rebuild, can_rebuild);
  gtk_widget_set_sensitive (pane->best, can_describe);
}

static void
check_pane_on_selected (PiscesCheckPane *pane)
{
  GtkListBoxRow    *row  =
    gtk_list_box_get_selected_row (GTK_LIST_BOX (pane->tried));
  g_autofree gchar *text = NULL;
  g_autofree gchar *tip  = NULL;
  const gchar      *score, *measured_by;

  if (! row)
    return;

  pisces_check_pane_set_preview (pane,
                                 g_object_get_data (G_OBJECT (row), "rebuilt"));
  score       = g_object_get_data (G_OBJECT (row), "score");
  measured_by = g_object_get_data (G_OBJECT (row), "measured-by");
  if (measured_by)
    /* Translators: a number such as 0.873, and the name of a model.  */
    text = g_strdup_printf (_("Likeness %s, measured by %s"), score, measured_by);
  else
    text = g_strdup_printf (_("Likeness %s"), score);
  gtk_label_set_text (GTK_LABEL (pane->likeness), text);

  tip = likeness_to_words (measured_by);
  gtk_widget_set_tooltip_text (pane->likeness, tip);
}

/* What the number means.  */
static gchar *
likeness_to_words (const gchar *measured_by)
{
  if (measured_by)
    return g_strdup_printf (_("How alike the two pictures are to %s: 1 is the same, around 0 has "
                              "nothing in common. It says nothing of whether people would agree. "
                              "With CLIP or DINOv2, the mean of this number over many pictures, "
                              "times 100, is the score of Unified-Bench; numbers of different "
                              "models cannot be compared."), measured_by);

  return g_strdup (_("How alike the two pictures are to the chosen model: 1 is the same, around "
                     "0 has nothing in common. It says nothing of whether people would agree. For "
                     "a number that others measure too, choose CLIP to compare with in “Models "
                     "and Memory”."));
}

static void
on_rebuild (PiscesCheckPane *pane)
{
  g_signal_emit (pane, rebuild_requested, 0);
}

static void
on_best (PiscesCheckPane *pane)
{
  g_signal_emit (pane, best_requested, 0);
}
