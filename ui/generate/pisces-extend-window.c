/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-extend-window.c: asks how an image is to be extended: to an aspect, or by
 * numbers of pixels, which the aspect sets; and what is drawn there.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-extend-window.h"
#include "ui/widgets/pisces-number-field.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

/* The choice of those who set the numbers themselves.  */
#define OWN_NUMBERS "own"

/* What is chosen at first, if the image has another aspect.  */
#define FIRST_CHOICE  "16:9"
#define SECOND_CHOICE "1:1"

enum
{
  EXTEND_REQUESTED,
  N_SIGNALS
};

struct _PiscesExtendWindow
{
  GtkWindow  parent_instance;

  GtkWidget *name;
  GtkWidget *prompt;
  GtkWidget *aspect;
  GtkWidget *left;
  GtkWidget *right;
  GtkWidget *top;
  GtkWidget *bottom;
  GtkWidget *size;
  GtkWidget *problem;
  GtkWidget *extend;

  gint       width;      /* of the image */
  gint       height;
  gboolean   filling;    /* the aspect sets the numbers */
};

static gboolean      pisces_extend_window_key_press
                                             (GtkWidget           *widget,
                                              GdkEventKey         *event);
static const gchar * extend_window_get_aspect
                                             (PiscesExtendWindow  *window);
static void          extend_window_set_number
                                             (GtkWidget           *field,
                                              gint                 number);
static void          extend_window_show_size (PiscesExtendWindow  *window);
static void          extend_window_on_aspect (PiscesExtendWindow  *window);
static void          extend_window_on_side   (PiscesExtendWindow  *window);
static void          extend_window_on_extend (PiscesExtendWindow  *window);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesExtendWindow, pisces_extend_window, GTK_TYPE_WINDOW)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesExtendWindow, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_extend_window_class_init (PiscesExtendWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->key_press_event = pisces_extend_window_key_press;

  signals[EXTEND_REQUESTED] =
    g_signal_new ("extend-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PISCES_TYPE_NUMBER_FIELD);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-extend-window.ui");
  BIND (name);
  BIND (prompt);
  BIND (aspect);
  BIND (left);
  BIND (right);
  BIND (top);
  BIND (bottom);
  BIND (size);
  BIND (problem);
  BIND (extend);
  CALLBACK (gtk_window_close);
  CALLBACK (pisces_extend_window_show_problem);
  CALLBACK (extend_window_on_aspect);
  CALLBACK (extend_window_on_side);
  CALLBACK (extend_window_on_extend);
}

static void
pisces_extend_window_init (PiscesExtendWindow *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  gtk_widget_grab_default (window->extend);
  g_signal_connect (window, "delete-event",
                    G_CALLBACK (gtk_widget_hide_on_delete), NULL);
  pisces_undo_add (window->prompt);
}

/**
 * pisces_extend_window_new:
 *
 * Returns: (transfer none): a window, not yet shown; tell it the image first.  It
 *   hides itself when it is closed.
 */
GtkWidget *
pisces_extend_window_new (void)
{
  return g_object_new (PISCES_TYPE_EXTEND_WINDOW, NULL);
}

/**
 * pisces_extend_window_set_image:
 * @name: its name, of any length.
 * @width: in pixels.
 * @height: in pixels.
 *
 * Sets what the window is about.  A prompt that was written stays.
 */
void
pisces_extend_window_set_image (PiscesExtendWindow *window,
                                const gchar        *name,
                                gint                width,
                                gint                height)
{
  PiscesBorders borders;

  g_return_if_fail (PISCES_IS_EXTEND_WINDOW (window));

  window->width  = width;
  window->height = height;
  gtk_label_set_text (GTK_LABEL (window->name), name);
  pisces_extend_window_show_problem (window, NULL);

  /* Unset first, so that the numbers are set in any case.  */
  gtk_combo_box_set_active (GTK_COMBO_BOX (window->aspect), -1);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (window->aspect),
                               pisces_extend_to_aspect (width, height, FIRST_CHOICE,
                                                        &borders, NULL) ?
                               FIRST_CHOICE : SECOND_CHOICE);
  /* Not the prompt: it then hides what an empty one means.  */
  gtk_widget_grab_focus (window->aspect);
}

const gchar *
pisces_extend_window_get_prompt (PiscesExtendWindow *window)
{
  g_return_val_if_fail (PISCES_IS_EXTEND_WINDOW (window), "");

  return gtk_entry_get_text (GTK_ENTRY (window->prompt));
}

/**
 * pisces_extend_window_get_borders:
 * @width: of the image as it is now.
 * @height: the same.
 * @borders: (out): by how much it grows.
 * @error: set to a sentence if it has that aspect already.
 *
 * Returns: whether there is something to add.
 */
gboolean
pisces_extend_window_get_borders (PiscesExtendWindow  *window,
                                  gint                 width,
                                  gint                 height,
                                  PiscesBorders       *borders,
                                  GError             **error)
{
  const gchar *aspect;

  g_return_val_if_fail (PISCES_IS_EXTEND_WINDOW (window), FALSE);

  aspect = extend_window_get_aspect (window);
  if (aspect)
    return pisces_extend_to_aspect (width, height, aspect, borders, error);

  borders->left   = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (window->left));
  borders->right  = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (window->right));
  borders->top    = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (window->top));
  borders->bottom = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (window->bottom));

  return TRUE;
}

/**
 * pisces_extend_window_show_problem:
 * @sentence: (nullable): why it could not be done; %NULL: nothing.
 */
void
pisces_extend_window_show_problem (PiscesExtendWindow *window,
                                   const gchar        *sentence)
{
  g_return_if_fail (PISCES_IS_EXTEND_WINDOW (window));

  gtk_label_set_text (GTK_LABEL (window->problem), sentence ? sentence : "");
  gtk_widget_set_visible (window->problem, sentence != NULL);
}

static gboolean
pisces_extend_window_key_press (GtkWidget   *widget,
                                GdkEventKey *event)
{
  if (pisces_ui_is_key (event, GDK_KEY_Escape, 0) ||
      pisces_ui_is_key (event, GDK_KEY_w, GDK_CONTROL_MASK))
    {
      gtk_window_close (GTK_WINDOW (widget));
      return TRUE;
    }

  return GTK_WIDGET_CLASS (pisces_extend_window_parent_class)->
    key_press_event (widget, event);
}

/* Returns: (nullable): the chosen aspect; NULL: the numbers are what counts.  */
static const gchar *
extend_window_get_aspect (PiscesExtendWindow *window)
{
  const gchar *id = gtk_combo_box_get_active_id (GTK_COMBO_BOX (window->aspect));

  return id && ! g_str_equal (id, OWN_NUMBERS) ? id : NULL;
}

static void
extend_window_set_number (GtkWidget *field,
                          gint       number)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (field), number);
}

static void
extend_window_show_size (PiscesExtendWindow *window)
{
  g_autofree gchar *text = NULL;
  PiscesBorders     borders;
  gboolean          grows;

  grows = pisces_extend_window_get_borders (window, window->width, window->height,
                                            &borders, NULL) &&
          (borders.left || borders.right || borders.top || borders.bottom);

  text = grows ?
         /* Translators: widths and heights.  */
         g_strdup_printf (_("From %d × %d to %d × %d pixels"),
                          window->width, window->height,
                          window->width + borders.left + borders.right,
                          window->height + borders.top + borders.bottom) :
         g_strdup_printf (_("%d × %d pixels, as it is"), window->width,
                          window->height);
  gtk_label_set_text (GTK_LABEL (window->size), text);
  pisces_ui_set_usable (window->extend, grows,
                        _("Say by how much the canvas is to grow"));
}

static void
extend_window_on_aspect (PiscesExtendWindow *window)
{
  PiscesBorders borders;

  pisces_extend_window_show_problem (window, NULL);

  if (extend_window_get_aspect (window))
    {
      pisces_extend_window_get_borders (window, window->width, window->height,
                                        &borders, NULL);
      window->filling = TRUE;
      extend_window_set_number (window->left, borders.left);
      extend_window_set_number (window->right, borders.right);
      extend_window_set_number (window->top, borders.top);
      extend_window_set_number (window->bottom, borders.bottom);
      window->filling = FALSE;
    }

  extend_window_show_size (window);
}

static void
extend_window_on_side (PiscesExtendWindow *window)
{
  if (window->filling)
    return;

  pisces_extend_window_show_problem (window, NULL);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (window->aspect), OWN_NUMBERS);
  extend_window_show_size (window);
}

static void
extend_window_on_extend (PiscesExtendWindow *window)
{
  pisces_extend_window_show_problem (window, NULL);
  g_signal_emit (window, signals[EXTEND_REQUESTED], 0);
}
