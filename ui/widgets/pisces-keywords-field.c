/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-keywords-field.c: see pisces-keywords-field.h.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/metadata/keywords.h"
#include "ui/widgets/pisces-keywords-field.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

typedef const gchar * const *List;

struct _PiscesKeywordsField
{
  GtkBox      parent_instance;

  GtkWidget  *entry;
  gchar     **in_image;
  gchar     **written;     /* what the model wrote last, unless a person has edited
                            * the line since  */
  gboolean    filling;     /* whether the program changes the line           */
  gboolean    doubtful;    /* whether it has words of the model about a picture
                            * that it does not know  */
};

static void     pisces_keywords_field_finalize (GObject             *object);
static void     keywords_field_on_changed      (PiscesKeywordsField *field);
static void     keywords_field_own             (PiscesKeywordsField *field);
static void     keywords_field_show            (PiscesKeywordsField *field,
                                                List                 keywords);
static gchar ** keywords_field_read            (PiscesKeywordsField *field);
static gchar ** keywords_field_read_image      (PiscesKeywordsField *field);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesKeywordsField, pisces_keywords_field, GTK_TYPE_BOX)

static void
pisces_keywords_field_class_init (PiscesKeywordsFieldClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_keywords_field_finalize;

  changed = g_signal_new ("changed", G_TYPE_FROM_CLASS (class),
                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                          G_TYPE_NONE, 0);
}

static void
pisces_keywords_field_init (PiscesKeywordsField *field)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (_("Ke_ywords"));

  field->in_image = g_new0 (gchar *, 1);
  field->written  = g_new0 (gchar *, 1);
  field->entry    = gtk_entry_new ();

  gtk_box_set_spacing (GTK_BOX (field), 6);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), field->entry);
  gtk_container_add (GTK_CONTAINER (field), label);
  gtk_entry_set_placeholder_text (GTK_ENTRY (field->entry), _("boat, red, sea"));
  gtk_widget_set_tooltip_text (field->entry,
                               _("Words to find the image by, with commas between them. Those "
                                 "that the image has stay, unless you take them out."));
  gtk_widget_set_hexpand (field->entry, TRUE);
  gtk_container_add (GTK_CONTAINER (field), field->entry);
  pisces_undo_add (field->entry);
  g_signal_connect_swapped (field->entry, "changed",
                            G_CALLBACK (keywords_field_on_changed), field);
  gtk_widget_show_all (GTK_WIDGET (field));
}

static void
pisces_keywords_field_finalize (GObject *object)
{
  PiscesKeywordsField *field = PISCES_KEYWORDS_FIELD (object);

  g_strfreev (field->in_image);
  g_strfreev (field->written);

  G_OBJECT_CLASS (pisces_keywords_field_parent_class)->finalize (object);
}

/**
 * pisces_keywords_field_set_saved:
 * @keywords: those that the image has; what the field had before is forgotten.
 */
void
pisces_keywords_field_set_saved (PiscesKeywordsField *field,
                                 const gchar * const *keywords)
{
  gchar **copy = g_strdupv ((gchar **) keywords);

  g_strfreev (field->in_image);
  field->in_image = copy;
  pisces_keywords_field_discard (field);
}

/**
 * pisces_keywords_field_see_image:
 * @keywords: those that the image has now.  An undo, or another program, may have
 *   changed them; what a person changed in the field is still changed.
 */
void
pisces_keywords_field_see_image (PiscesKeywordsField *field,
                                 const gchar * const *keywords)
{
  g_auto (GStrv) added   = NULL;
  g_auto (GStrv) removed = NULL;
  gchar        **copy;

  if (g_strv_equal (keywords, (List) field->in_image))
    return;

  pisces_keywords_field_get_changes (field, &added, &removed);
  copy = g_strdupv ((gchar **) keywords);
  g_strfreev (field->in_image);
  field->in_image = copy;
  pisces_keywords_field_change (field, (List) added, (List) removed);
}

/**
 * pisces_keywords_field_change:
 * @added: keywords that the image should get.
 * @removed: keywords that it should lose.
 *
 * Shows the image's keywords with these changes.
 */
void
pisces_keywords_field_change (PiscesKeywordsField *field,
                              const gchar * const *added,
                              const gchar * const *removed)
{
  g_auto (GStrv) result = pisces_keywords_change ((List) field->in_image, added, removed);

  keywords_field_show (field, (List) result);
}

/**
 * pisces_keywords_field_write:
 * @keywords: what the model wrote.  It comes to what the image and a person have,
 *   in place of what the model wrote before.
 * @doubtful: whether the model says that it does not know such pictures.
 */
void
pisces_keywords_field_write (PiscesKeywordsField *field,
                             const gchar * const *keywords,
                             gboolean             doubtful)
{
  g_auto (GStrv) present = keywords_field_read (field);
  g_auto (GStrv) earlier = pisces_keywords_without ((List) field->written, (List) field->in_image);
  g_auto (GStrv) kept    = pisces_keywords_without ((List) present, (List) earlier);
  g_auto (GStrv) all     = pisces_keywords_change ((List) present, keywords, (List) earlier);
  gchar        **fresh   = pisces_keywords_without (keywords, (List) kept);

  g_strfreev (field->written);
  field->written  = fresh;
  field->doubtful = doubtful && *fresh;
  keywords_field_show (field, (List) all);
  g_signal_emit (field, changed, 0);
}

/**
 * pisces_keywords_field_get_changes:
 * @added: (out) (transfer full) (optional): keywords that the image does not have.
 * @removed: (out) (transfer full) (optional): those of the image's that are not in
 *   the field.
 *
 * Returns: whether there are any.
 */
gboolean
pisces_keywords_field_get_changes (PiscesKeywordsField   *field,
                                   gchar               ***added,
                                   gchar               ***removed)
{
  g_auto (GStrv) present = keywords_field_read (field);
  g_auto (GStrv) before  = keywords_field_read_image (field);
  g_auto (GStrv) fresh   = pisces_keywords_without ((List) present, (List) before);
  g_auto (GStrv) gone    = pisces_keywords_without ((List) before, (List) present);
  gboolean       any     = *fresh || *gone;

  if (added)
    *added = g_steal_pointer (&fresh);
  if (removed)
    *removed = g_steal_pointer (&gone);

  return any;
}

/* Returns whether a question should come before saving.  */
gboolean
pisces_keywords_field_get_doubtful (PiscesKeywordsField *field)
{
  return field->doubtful && pisces_keywords_field_get_changes (field, NULL, NULL);
}

/* Goes back to the keywords that the image has.  */
void
pisces_keywords_field_discard (PiscesKeywordsField *field)
{
  keywords_field_show (field, (List) field->in_image);
  pisces_undo_forget (field->entry);
  keywords_field_own (field);
}

/* Somebody who edits the keywords has read them.  */
static void
keywords_field_on_changed (PiscesKeywordsField *field)
{
  if (field->filling)
    return;

  keywords_field_own (field);
  g_signal_emit (field, changed, 0);
}

static void
keywords_field_own (PiscesKeywordsField *field)
{
  g_strfreev (field->written);
  field->written  = g_new0 (gchar *, 1);
  field->doubtful = FALSE;
}

static void
keywords_field_show (PiscesKeywordsField *field,
                     List                 keywords)
{
  g_autofree gchar *line = pisces_keywords_to_line (keywords);

  field->filling = TRUE;
  if (strcmp (line, gtk_entry_get_text (GTK_ENTRY (field->entry))) != 0)
    gtk_entry_set_text (GTK_ENTRY (field->entry), line);
  field->filling = FALSE;
}

static gchar **
keywords_field_read (PiscesKeywordsField *field)
{
  return pisces_keywords_read (gtk_entry_get_text (GTK_ENTRY (field->entry)));
}

/* As the line would give them: a stranger's file may have a keyword twice, or spaces
 * in one that a line does not show.  */
static gchar **
keywords_field_read_image (PiscesKeywordsField *field)
{
  g_autofree gchar *line = pisces_keywords_to_line ((List) field->in_image);

  return pisces_keywords_read (line);
}
