/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-styles-dialog.c: where the user adds, changes and removes styles.
 * What is written in the two fields is stored with Enter or Save, and also
 * when the user selects another style, so that it is never lost.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-styles-dialog.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

struct _PiscesStylesDialog
{
  GtkWindow     parent_instance;

  GtkWidget    *list;
  GtkWidget    *name;
  GtkWidget    *pattern;
  GtkWidget    *problem;
  GtkWidget    *remove_style;

  PiscesStyles *styles;
  gchar        *old_name;   /* name of the style that is shown; NULL: a new
                             * one */
  gboolean      filling;
};

static void     pisces_styles_dialog_dispose   (GObject            *object);
static void     pisces_styles_dialog_finalize  (GObject            *object);
static gboolean pisces_styles_dialog_key_press (GtkWidget          *widget,
                                                GdkEventKey        *event);
static void     fill                           (PiscesStylesDialog *dialog);
static void     show_style                     (PiscesStylesDialog *dialog,
                                                gint                index);
static gboolean is_changed                     (PiscesStylesDialog *dialog);
static gboolean store                          (PiscesStylesDialog *dialog);
static void     tell                           (PiscesStylesDialog *dialog,
                                                const GError       *error);
static void     on_row_selected                (PiscesStylesDialog *dialog,
                                                GtkListBoxRow      *row);
static void     styles_dialog_on_add           (PiscesStylesDialog *dialog);
static void     styles_dialog_on_save          (PiscesStylesDialog *dialog);
static void     styles_dialog_on_remove        (PiscesStylesDialog *dialog);
static void     on_reset                       (PiscesStylesDialog *dialog);

G_DEFINE_FINAL_TYPE (PiscesStylesDialog, pisces_styles_dialog, GTK_TYPE_WINDOW)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesStylesDialog, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_styles_dialog_class_init (PiscesStylesDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose  = pisces_styles_dialog_dispose;
  G_OBJECT_CLASS (class)->finalize = pisces_styles_dialog_finalize;
  widget_class->key_press_event    = pisces_styles_dialog_key_press;

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class, PISCES_UI_PATH
                                               "pisces-styles-dialog.ui");
  BIND (list);
  BIND (name);
  BIND (pattern);
  BIND (problem);
  BIND (remove_style);
  CALLBACK (on_row_selected);
  CALLBACK (styles_dialog_on_add);
  CALLBACK (styles_dialog_on_save);
  CALLBACK (styles_dialog_on_remove);
  CALLBACK (on_reset);
}

static void
pisces_styles_dialog_init (PiscesStylesDialog *dialog)
{
  gtk_widget_init_template (GTK_WIDGET (dialog));
  pisces_undo_add (dialog->name);
  pisces_undo_add (dialog->pattern);
}

/**
 * pisces_styles_dialog_new:
 * @parent: (nullable): the window that the dialog belongs to.
 *
 * Returns: (transfer none): a window, not yet shown.
 */
GtkWidget *
pisces_styles_dialog_new (GtkWindow    *parent,
                          PiscesStyles *styles)
{
  PiscesStylesDialog *dialog = g_object_new (PISCES_TYPE_STYLES_DIALOG, NULL);
  g_autoptr (GError)  error  = NULL;

  gtk_window_set_transient_for (GTK_WINDOW (dialog), parent);
  dialog->styles = g_object_ref (styles);

  if (! pisces_styles_load (styles, &error))
    tell (dialog, error);
  fill (dialog);
  show_style (dialog, pisces_styles_get_n (styles) ? 0 : -1);

  return GTK_WIDGET (dialog);
}

static void
pisces_styles_dialog_dispose (GObject *object)
{
  g_clear_object (&PISCES_STYLES_DIALOG (object)->styles);

  G_OBJECT_CLASS (pisces_styles_dialog_parent_class)->dispose (object);
}

static void
pisces_styles_dialog_finalize (GObject *object)
{
  g_free (PISCES_STYLES_DIALOG (object)->old_name);

  G_OBJECT_CLASS (pisces_styles_dialog_parent_class)->finalize (object);
}

static gboolean
pisces_styles_dialog_key_press (GtkWidget   *widget,
                                GdkEventKey *event)
{
  if (pisces_ui_is_key (event, GDK_KEY_Escape, 0) ||
      pisces_ui_is_key (event, GDK_KEY_w, GDK_CONTROL_MASK))
    {
      gtk_window_close (GTK_WINDOW (widget));
      return TRUE;
    }

  return GTK_WIDGET_CLASS (pisces_styles_dialog_parent_class)->
    key_press_event (widget, event);
}

static void
fill (PiscesStylesDialog *dialog)
{
  guint i;

  dialog->filling = TRUE;
  pisces_ui_empty (GTK_CONTAINER (dialog->list));
  for (i = 0; i < pisces_styles_get_n (dialog->styles); i++)
    {
      const gchar *name  = pisces_styles_get_name (dialog->styles, i);
      GtkWidget   *row   = gtk_list_box_row_new ();
      GtkWidget   *label = gtk_label_new (name);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      g_object_set (label, "margin", 4, NULL);
      gtk_container_add (GTK_CONTAINER (row), label);
      pisces_ui_set_name (row, name);
      gtk_widget_show_all (row);
      gtk_container_add (GTK_CONTAINER (dialog->list), row);
    }
  dialog->filling = FALSE;
}

/* @index: -1 for a new one. */
static void
show_style (PiscesStylesDialog *dialog,
            gint                index)
{
  GtkListBox  *list    = GTK_LIST_BOX (dialog->list);
  const gchar *name    = "";
  const gchar *pattern = PISCES_STYLE_PLACE;

  if (index >= 0)
    {
      name    = pisces_styles_get_name (dialog->styles, index);
      pattern = pisces_styles_get_template (dialog->styles, index);
    }

  dialog->filling = TRUE;
  gtk_list_box_unselect_all (list);
  if (index >= 0)
    gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, index));
  gtk_entry_set_text (GTK_ENTRY (dialog->name), name);
  gtk_entry_set_text (GTK_ENTRY (dialog->pattern), pattern);
  pisces_undo_forget (GTK_WIDGET (dialog));
  dialog->filling = FALSE;

  g_free (dialog->old_name);
  dialog->old_name = index >= 0 ? g_strdup (name) : NULL;
  gtk_widget_set_sensitive (dialog->remove_style, index >= 0);
}

static gboolean
is_changed (PiscesStylesDialog *dialog)
{
  const gchar *name    = gtk_entry_get_text (GTK_ENTRY (dialog->name));
  const gchar *pattern = gtk_entry_get_text (GTK_ENTRY (dialog->pattern));
  gint         index   = pisces_styles_find (dialog->styles, dialog->old_name);

  if (index < 0)
    return *name || g_strcmp0 (pattern, PISCES_STYLE_PLACE) != 0;

  return g_strcmp0 (name, pisces_styles_get_name (dialog->styles, index)) != 0 ||
         g_strcmp0 (pattern,
                    pisces_styles_get_template (dialog->styles, index)) != 0;
}

/* Returns %FALSE if what is written cannot be a style, and shows the reason. */
static gboolean
store (PiscesStylesDialog *dialog)
{
  g_autofree gchar   *name  = NULL;
  g_autoptr (GError)  error = NULL;

  if (! is_changed (dialog))
    return TRUE;

  name = g_strdup (gtk_entry_get_text (GTK_ENTRY (dialog->name)));
  if (! pisces_styles_put (dialog->styles, dialog->old_name, name,
                           gtk_entry_get_text (GTK_ENTRY (dialog->pattern)),
                           &error))
    {
      tell (dialog, error);
      return FALSE;
    }

  tell (dialog, NULL);
  g_strstrip (name);
  fill (dialog);
  show_style (dialog, pisces_styles_find (dialog->styles, name));

  return TRUE;
}

static void
tell (PiscesStylesDialog *dialog,
      const GError       *error)
{
  gtk_label_set_text (GTK_LABEL (dialog->problem), error ? error->message : "");
}

static void
on_row_selected (PiscesStylesDialog *dialog,
                 GtkListBoxRow      *row)
{
  g_autofree gchar *wanted = NULL;

  if (dialog->filling || ! row)
    return;

  wanted = g_strdup (pisces_styles_get_name (dialog->styles,
                                             gtk_list_box_row_get_index (row)));
  if (store (dialog))
    {
      show_style (dialog, pisces_styles_find (dialog->styles, wanted));
      return;
    }

  /* Goes back to the style that still has to be corrected.  */
  dialog->filling = TRUE;
  gtk_list_box_select_row (GTK_LIST_BOX (dialog->list),
                           gtk_list_box_get_row_at_index (
                             GTK_LIST_BOX (dialog->list),
                             pisces_styles_find (dialog->styles,
                                                 dialog->old_name)));
  dialog->filling = FALSE;
}

static void
styles_dialog_on_add (PiscesStylesDialog *dialog)
{
  if (! store (dialog))
    return;

  show_style (dialog, -1);
  gtk_widget_grab_focus (dialog->name);
}

static void
styles_dialog_on_save (PiscesStylesDialog *dialog)
{
  store (dialog);
}

static void
styles_dialog_on_remove (PiscesStylesDialog *dialog)
{
  g_autoptr (GError) error = NULL;
  gint               index = pisces_styles_find (dialog->styles,
                                                 dialog->old_name);

  if (! pisces_styles_remove (dialog->styles, dialog->old_name, &error))
    tell (dialog, error);
  else
    tell (dialog, NULL);

  fill (dialog);
  show_style (dialog, MIN (index,
                           (gint) pisces_styles_get_n (dialog->styles) - 1));
}

static void
on_reset (PiscesStylesDialog *dialog)
{
  g_autoptr (GError) error = NULL;

  if (! store (dialog))
    return;

  if (! pisces_styles_reset (dialog->styles, &error))
    tell (dialog, error);

  fill (dialog);
  show_style (dialog, 0);
}
