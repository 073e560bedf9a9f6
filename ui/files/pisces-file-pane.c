/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-pane.c: shows and edits the text and keywords of one file of the list.  Every
 * change takes effect at once, because a change that has to be confirmed would
 * be lost when the user clicks elsewhere.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/files/pisces-file-pane.h"
#include "ui/files/pisces-file-words.h"
#include "ui/widgets/pisces-keywords-field.h"
#include "ui/widgets/pisces-text-field.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

/* See pisces-texts-pane.c.  */
#define SHORT_TARGET 125
#define SHORT_LIMIT  250

struct _PiscesFilePane
{
  GtkBox          parent_instance;

  GtkWidget      *note;
  GtkWidget      *field;
  GtkWidget      *keywords;

  PiscesFileItem *item;     /* nullable */
};

static void pisces_file_pane_dispose (GObject        *object);
static void show_text                (PiscesFilePane *pane);
static void show_keywords            (PiscesFilePane *pane);
static void show_note                (PiscesFilePane *pane);
static void on_item_changed          (PiscesFilePane *pane);
static void on_edited                (PiscesFilePane *pane);
static void on_keywords_edited       (PiscesFilePane *pane);

G_DEFINE_FINAL_TYPE (PiscesFilePane, pisces_file_pane, GTK_TYPE_BOX)

static void
pisces_file_pane_class_init (PiscesFilePaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pisces_file_pane_dispose;

  g_type_ensure (PISCES_TYPE_KEYWORDS_FIELD);
  g_type_ensure (PISCES_TYPE_TEXT_FIELD);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-file-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, PiscesFilePane, note);
  gtk_widget_class_bind_template_child (widget_class, PiscesFilePane, field);
  gtk_widget_class_bind_template_child (widget_class, PiscesFilePane, keywords);
  gtk_widget_class_bind_template_callback (widget_class, on_edited);
  gtk_widget_class_bind_template_callback (widget_class, on_keywords_edited);
}

static void
pisces_file_pane_init (PiscesFilePane *pane)
{
  PiscesTextField *field;

  gtk_widget_init_template (GTK_WIDGET (pane));

  field = PISCES_TEXT_FIELD (pane->field);
  pisces_text_field_set_words (field, _("Alt _text"),
                               _("_Copy"), _("Copy the alt text"),
                               _("_Bring Back My Text"));
  pisces_text_field_set_limits (field, SHORT_TARGET, SHORT_LIMIT);
  show_text (pane);
  gtk_widget_set_sensitive (pane->keywords, FALSE);
}

static void
pisces_file_pane_dispose (GObject *object)
{
  PiscesFilePane *pane = PISCES_FILE_PANE (object);

  if (pane->item)
    g_signal_handlers_disconnect_by_data (pane->item, pane);
  g_clear_object (&pane->item);

  G_OBJECT_CLASS (pisces_file_pane_parent_class)->dispose (object);
}


/*  public functions  */

/**
 * pisces_file_pane_set_item:
 * @item: (nullable): the file whose text and keywords are shown.
 */
void
pisces_file_pane_set_item (PiscesFilePane *pane,
                           PiscesFileItem *item)
{
  if (pane->item == item)
    return;

  if (pane->item)
    g_signal_handlers_disconnect_by_data (pane->item, pane);
  g_set_object (&pane->item, item);
  if (item)
    g_signal_connect_swapped (item, "changed",
                              G_CALLBACK (on_item_changed), pane);
  show_text (pane);
  pisces_keywords_field_set_saved (
    PISCES_KEYWORDS_FIELD (pane->keywords),
    item ? pisces_file_keywords_get_in_file (pisces_file_item_get_keywords (item)) :
           (const gchar *[]) { NULL });
  show_keywords (pane);
}

/**
 * pisces_file_pane_edit:
 *
 * Moves the keyboard focus to the text, if there is one.
 */
void
pisces_file_pane_edit (PiscesFilePane *pane)
{
  if (pane->item)
    gtk_widget_child_focus (pane->field, GTK_DIR_TAB_FORWARD);
}


/*  private functions  */

/* The field is emptied first, so that undo cannot bring back the text of
 * another file.  */
static void
show_text (PiscesFilePane *pane)
{
  PiscesTextField *field = PISCES_TEXT_FIELD (pane->field);

  pisces_text_field_set_text (field, NULL, FALSE);
  if (pane->item)
    pisces_text_field_set_text (field, pisces_file_item_get_text (pane->item),
                                pisces_file_item_get_machine_made (pane->item));
  pisces_text_field_set_doubtful (field, pane->item &&
                                  pisces_file_item_get_doubtful (pane->item));
  pisces_undo_forget (pane->field);
  gtk_widget_set_sensitive (pane->field, pane->item != NULL);
  show_note (pane);
}

/* Changes the line only where it differs, because a person may be writing in it.  */
static void
show_keywords (PiscesFilePane *pane)
{
  PiscesKeywordsField *field    = PISCES_KEYWORDS_FIELD (pane->keywords);
  PiscesFileKeywords  *keywords;
  g_auto (GStrv)       added    = NULL;
  g_auto (GStrv)       removed  = NULL;

  gtk_widget_set_sensitive (pane->keywords, pane->item != NULL);
  if (! pane->item)
    return;

  keywords = pisces_file_item_get_keywords (pane->item);
  pisces_keywords_field_see_image (field, pisces_file_keywords_get_in_file (keywords));
  pisces_keywords_field_get_changes (field, &added, &removed);
  if (! g_strv_equal ((const gchar * const *) added,
                      pisces_file_keywords_get_added (keywords)) ||
      ! g_strv_equal ((const gchar * const *) removed,
                      pisces_file_keywords_get_removed (keywords)))
    pisces_keywords_field_change (field, pisces_file_keywords_get_added (keywords),
                                  pisces_file_keywords_get_removed (keywords));
}

static void
show_note (PiscesFilePane *pane)
{
  g_autofree gchar *words = NULL;

  if (pane->item)
    words = pisces_file_item_get_problem (pane->item) ?
            pisces_file_item_get_words (pane->item) :
            g_filename_display_name (pisces_file_item_get_path (pane->item));

  gtk_label_set_text (GTK_LABEL (pane->note), words ? words :
                      _("Choose a file in the list to see and edit its text."));
  gtk_widget_set_tooltip_text (pane->note, words);
}

/* What a person writes is already in both the item and the field.  Setting it
 * again would move the cursor.  */
static void
on_item_changed (PiscesFilePane *pane)
{
  PiscesTextField  *field = PISCES_TEXT_FIELD (pane->field);
  g_autofree gchar *text  = pisces_text_field_get_text (field);

  if (strcmp (text, pisces_file_item_get_text (pane->item)) != 0 ||
      pisces_text_field_get_machine_made (field) !=
      pisces_file_item_get_machine_made (pane->item) ||
      pisces_text_field_get_doubtful (field) !=
      pisces_file_item_get_doubtful (pane->item))
    show_text (pane);
  else
    show_note (pane);
  show_keywords (pane);
}

static void
on_edited (PiscesFilePane *pane)
{
  g_autofree gchar *text =
    pisces_text_field_get_text (PISCES_TEXT_FIELD (pane->field));

  if (pane->item)
    pisces_file_item_edit (pane->item, text);
}

static void
on_keywords_edited (PiscesFilePane *pane)
{
  g_auto (GStrv) added   = NULL;
  g_auto (GStrv) removed = NULL;

  if (! pane->item)
    return;

  pisces_keywords_field_get_changes (PISCES_KEYWORDS_FIELD (pane->keywords), &added, &removed);
  pisces_file_keywords_edit (pisces_file_item_get_keywords (pane->item),
                             (const gchar * const *) added,
                             (const gchar * const *) removed);
}
