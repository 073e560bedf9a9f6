/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-pane.c: what came out: one picture large, with what it was
 * made from, and all of them small; and the way of one into the image.
 */

#include <glib/gi18n-lib.h>

#include "ui/pisces-picture-strip.h"
#include "ui/pisces-picture-view.h"
#include "ui/pisces-result-pane.h"
#include "ui/pisces-ui.h"

enum
{
  SELECTED,
  ADD_REQUESTED,
  SEED_CHOSEN,
  N_SIGNALS
};

struct _PiscesResultPane
{
  GtkBox     parent_instance;

  GtkWidget *stack;
  GtkWidget *view;
  GtkWidget *about;
  GtkWidget *prompt;
  GtkWidget *details;
  GtkWidget *use_seed;
  GtkWidget *strip;
  GtkWidget *target;
  GtkWidget *add;

  gboolean   has_target;
  gchar     *running_prompt;   /* (nullable): of the job that runs */
};

static void     pisces_result_pane_finalize (GObject          *object);
static void     update                      (PiscesResultPane *pane);
static gchar  * picture_to_details          (PiscesPicture    *picture);
static void     on_selected                 (PiscesResultPane *pane);
static void     on_add                      (PiscesResultPane *pane);
static void     on_use_seed                 (PiscesResultPane *pane);
static gboolean on_view_pressed             (PiscesResultPane *pane,
                                             GdkEventButton   *event);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesResultPane, pisces_result_pane, GTK_TYPE_BOX)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesResultPane, child)

static void
pisces_result_pane_class_init (PiscesResultPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = pisces_result_pane_finalize;

  signals[SELECTED] =
    g_signal_new ("selected", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ADD_REQUESTED] =
    g_signal_new ("add-requested", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SEED_CHOSEN] =
    g_signal_new ("seed-chosen", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  g_type_ensure (PISCES_TYPE_PICTURE_STRIP);
  g_type_ensure (PISCES_TYPE_PICTURE_VIEW);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-result-pane.ui");
  BIND (stack);
  BIND (view);
  BIND (about);
  BIND (prompt);
  BIND (details);
  BIND (use_seed);
  BIND (strip);
  BIND (target);
  BIND (add);
  gtk_widget_class_bind_template_callback (widget_class, on_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_add);
  gtk_widget_class_bind_template_callback (widget_class, on_use_seed);
  gtk_widget_class_bind_template_callback (widget_class, on_view_pressed);
}

static void
pisces_result_pane_init (PiscesResultPane *pane)
{
  gtk_widget_init_template (GTK_WIDGET (pane));

  pisces_result_pane_set_target (pane, NULL, NULL);
}

/**
 * pisces_result_pane_set_target:
 * @image_name: (nullable): the image that layers are added to; %NULL where it
 *   has been closed.
 * @place: (nullable): where in it, in words.
 */
void
pisces_result_pane_set_target (PiscesResultPane *pane,
                               const gchar      *image_name,
                               const gchar      *place)
{
  g_autofree gchar *text = NULL;

  pane->has_target = image_name != NULL;

  if (image_name == NULL)
    text = g_strdup (_("No image is open for a new layer. Open one and choose "
                       "Layer ▸ New from Prompt there."));
  else if (place == NULL)
    /* Translators: the name of an image. */
    text = g_strdup_printf (_("Goes into %s"), image_name);
  else
    /* Translators: the name of an image, and the place and size in it. */
    text = g_strdup_printf (_("Goes into %s: %s"), image_name, place);

  gtk_label_set_text (GTK_LABEL (pane->target), text);
  gtk_widget_set_tooltip_text (pane->target, text);
  update (pane);
}

/**
 * pisces_result_pane_set_running:
 * @prompt: (nullable): that of the job that runs; %NULL: none runs.
 */
void
pisces_result_pane_set_running (PiscesResultPane *pane,
                                const gchar      *prompt)
{
  g_free (pane->running_prompt);
  pane->running_prompt = g_strdup (prompt);

  pisces_picture_strip_set_making (PISCES_PICTURE_STRIP (pane->strip),
                                   prompt != NULL);
  update (pane);
}

void
pisces_result_pane_set_preview (PiscesResultPane *pane,
                                PiscesImage      *preview)
{
  pisces_picture_strip_set_preview (PISCES_PICTURE_STRIP (pane->strip),
                                    preview);
}

void
pisces_result_pane_add_picture (PiscesResultPane *pane,
                                PiscesPicture    *picture)
{
  pisces_picture_strip_add (PISCES_PICTURE_STRIP (pane->strip), picture);
}

/**
 * pisces_result_pane_is_following:
 *
 * Returns: whether what is shown is the picture that is being made.
 */
gboolean
pisces_result_pane_is_following (PiscesResultPane *pane)
{
  return pisces_picture_strip_get_making_selected (
           PISCES_PICTURE_STRIP (pane->strip));
}

/**
 * pisces_result_pane_get_picture:
 *
 * Returns: (nullable) (transfer none): the selected finished picture.
 */
PiscesPicture *
pisces_result_pane_get_picture (PiscesResultPane *pane)
{
  return pisces_picture_strip_get_picture (PISCES_PICTURE_STRIP (pane->strip));
}

static void
pisces_result_pane_finalize (GObject *object)
{
  PiscesResultPane *pane = PISCES_RESULT_PANE (object);

  g_free (pane->running_prompt);

  G_OBJECT_CLASS (pisces_result_pane_parent_class)->finalize (object);
}

static void
update (PiscesResultPane *pane)
{
  PiscesPictureStrip *strip   = PISCES_PICTURE_STRIP (pane->strip);
  PiscesPicture      *picture = pisces_picture_strip_get_picture (strip);
  PiscesImage        *image   = pisces_picture_strip_get_image (strip);
  g_autofree gchar   *details = NULL;
  const gchar        *prompt  = NULL;
  gboolean            empty   = pisces_picture_strip_is_empty (strip);

  if (picture)
    {
      prompt  = picture->prompt;
      details = picture_to_details (picture);
    }
  else if (pisces_picture_strip_get_making_selected (strip))
    {
      prompt  = pane->running_prompt;
      details = g_strdup (_("Being made"));
    }

  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (pane->view), image);
  gtk_stack_set_visible_child_name (GTK_STACK (pane->stack),
                                    empty ? "empty" : "picture");
  gtk_widget_set_visible (pane->about, ! empty);
  gtk_widget_set_visible (pane->strip, ! empty);

  gtk_label_set_text (GTK_LABEL (pane->prompt), prompt ? prompt : "");
  gtk_widget_set_tooltip_text (pane->prompt, prompt);
  gtk_label_set_text (GTK_LABEL (pane->details), details ? details : "");

  gtk_widget_set_sensitive (pane->use_seed, picture != NULL);
  gtk_widget_set_sensitive (pane->add, picture != NULL && pane->has_target);
}

static gchar *
picture_to_details (PiscesPicture *picture)
{
  /* Translators: a seed, a number of steps, a strength. */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "Seed %u, %u step, guidance %.1f",
                                       "Seed %u, %u steps, guidance %.1f",
                                       picture->steps),
                          picture->seed, picture->steps,
                          picture->guidance_scale);
}

static void
on_selected (PiscesResultPane *pane)
{
  update (pane);
  g_signal_emit (pane, signals[SELECTED], 0);
}

static void
on_add (PiscesResultPane *pane)
{
  PiscesPicture *picture = pisces_result_pane_get_picture (pane);

  if (picture && pane->has_target)
    g_signal_emit (pane, signals[ADD_REQUESTED], 0, picture);
}

static void
on_use_seed (PiscesResultPane *pane)
{
  PiscesPicture *picture = pisces_result_pane_get_picture (pane);

  if (picture)
    g_signal_emit (pane, signals[SEED_CHOSEN], 0, picture->seed);
}

static gboolean
on_view_pressed (PiscesResultPane *pane,
                 GdkEventButton   *event)
{
  if (event->type != GDK_2BUTTON_PRESS || event->button != GDK_BUTTON_PRIMARY)
    return FALSE;

  on_add (pane);

  return TRUE;
}
