/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-view.c: the selected result, large: its picture, two pictures
 * side by side, an explanation if the picture is missing, or a hint if there
 * is no result yet.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-compare-view.h"
#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-result-view.h"
#include "ui/widgets/pisces-picture-view.h"
#include "ui/widgets/pisces-short-text.h"
#include "ui/widgets/pisces-ui.h"

enum
{
  LARGE_REQUESTED,
  N_SIGNALS
};

struct _PiscesResultView
{
  GtkStack   parent_instance;

  GtkWidget *view;
  GtkWidget *compare_view;
  GtkWidget *loss;
  GtkWidget *again;
};

static void     show_page       (PiscesResultView *view,
                                 const gchar      *page);
static gchar  * describe_loss   (PiscesPicture    *picture);
static gboolean on_view_pressed (PiscesResultView *view,
                                 GdkEventButton   *event);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesResultView, pisces_result_view, GTK_TYPE_STACK)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesResultView, child)

static void
pisces_result_view_class_init (PiscesResultViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  signals[LARGE_REQUESTED] =
    g_signal_new ("large-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PISCES_TYPE_COMPARE_VIEW);
  g_type_ensure (PISCES_TYPE_PICTURE_VIEW);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-result-view.ui");
  BIND (view);
  BIND (compare_view);
  BIND (loss);
  BIND (again);
  gtk_widget_class_bind_template_callback (widget_class, on_view_pressed);
}

static void
pisces_result_view_init (PiscesResultView *view)
{
  gtk_widget_init_template (GTK_WIDGET (view));
}

/* Returns: (transfer none): the widget that shows the large picture.  */
GtkWidget *
pisces_result_view_get_picture_view (PiscesResultView *view)
{
  return view->view;
}

/* Shows the hint, because there is no result yet.  */
void
pisces_result_view_show_nothing (PiscesResultView *view)
{
  show_page (view, "empty");
}

/**
 * pisces_result_view_show:
 * @result: (nullable): the selected result; %NULL: the picture that is being
 *   made.
 * @image: (nullable): its picture, or the preview.
 */
void
pisces_result_view_show (PiscesResultView *view,
                         PiscesResult     *result,
                         PiscesImage      *image)
{
  g_autofree gchar *loss = NULL;

  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (view->view), image);

  if (! result || ! pisces_result_is_lost (result))
    {
      show_page (view, "picture");
      return;
    }

  loss = describe_loss (pisces_result_get_picture (result));
  gtk_label_set_text (GTK_LABEL (view->loss), loss);
  gtk_widget_set_visible (view->again,
                          pisces_picture_is_repeatable (
                            pisces_result_get_picture (result)));
  show_page (view, "loss");
}

/**
 * pisces_result_view_compare:
 * @image: the image of the selected result.
 * @other: (nullable): the image of another result.
 */
void
pisces_result_view_compare (PiscesResultView *view,
                            PiscesImage      *image,
                            PiscesImage      *other)
{
  pisces_compare_view_set_images (PISCES_COMPARE_VIEW (view->compare_view),
                                  image, other, FALSE);
  show_page (view, "compare");
}

/**
 * pisces_result_view_show_change:
 * @before: what a part of an image was before.
 * @after: the image of the result that was drawn into it.
 */
void
pisces_result_view_show_change (PiscesResultView *view,
                                PiscesImage      *before,
                                PiscesImage      *after)
{
  pisces_compare_view_set_images (PISCES_COMPARE_VIEW (view->compare_view),
                                  before, after, TRUE);
  show_page (view, "compare");
}

/* The pages that are hidden let go of their pictures.  */
static void
show_page (PiscesResultView *view,
           const gchar      *page)
{
  if (! g_str_equal (page, "compare"))
    pisces_compare_view_set_images (PISCES_COMPARE_VIEW (view->compare_view),
                                    NULL, NULL, FALSE);
  if (! g_str_equal (page, "picture"))
    pisces_picture_view_set_image (PISCES_PICTURE_VIEW (view->view), NULL);

  gtk_stack_set_visible_child_name (GTK_STACK (view), page);
}

/* Sentences that say what is missing and what can be done.  */
static gchar *
describe_loss (PiscesPicture *picture)
{
  g_autofree gchar *model = pisces_short_text (picture->model_name,
                                               PISCES_SHORT_TEXT_NAME);

  if (! pisces_picture_is_repeatable (picture))
    return g_strdup (_("This picture is not on this computer. It was drawn "
                       "from other pictures besides the words, and those are "
                       "not kept, so it cannot be drawn again."));

  if (! *model)
    return g_strdup (_("This picture is not on this computer. “Draw Again” "
                       "makes it from the same words and seed."));

  /* Translators: the name of a model. */
  return g_strdup_printf (_("This picture is not on this computer. “Draw "
                            "Again” makes it from the same words and seed; "
                            "with the model %s, which made it, it becomes "
                            "the same picture."),
                          model);
}

static gboolean
on_view_pressed (PiscesResultView *view,
                 GdkEventButton   *event)
{
  if (event->type != GDK_2BUTTON_PRESS || event->button != GDK_BUTTON_PRIMARY)
    return FALSE;

  g_signal_emit (view, signals[LARGE_REQUESTED], 0);

  return TRUE;
}
