/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-context-field.c: see pisces-context-field.h.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-context-field.h"
#include "ui/widgets/pisces-undo.h"

/* Longer notes are cut by the engine; this is far more than it takes.  */
#define MAX_CHARACTERS 1000

struct _PiscesContextField
{
  GtkBox     parent_instance;

  GtkWidget *entry;
};

G_DEFINE_FINAL_TYPE (PiscesContextField, pisces_context_field, GTK_TYPE_BOX)

static void
pisces_context_field_class_init (PiscesContextFieldClass *class)
{
}

static void
pisces_context_field_init (PiscesContextField *field)
{
  GtkWidget *label = gtk_label_new_with_mnemonic (_("About the i_mage"));

  field->entry = gtk_entry_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (field), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (field), 3);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), field->entry);
  gtk_container_add (GTK_CONTAINER (field), label);
  gtk_entry_set_max_length (GTK_ENTRY (field->entry), MAX_CHARACTERS);
  gtk_entry_set_placeholder_text (GTK_ENTRY (field->entry), _("photo for a shop, a name"));
  gtk_box_pack_start (GTK_BOX (field), field->entry, TRUE, TRUE, 0);
  pisces_undo_add (field->entry);
  gtk_widget_show_all (GTK_WIDGET (field));
  pisces_context_field_set_possible (field, TRUE);
}

/**
 * pisces_context_field_set_possible:
 * @possible: whether the model takes in what is said about an image.  If not, the
 *   field says why it cannot be used; what is in it stays.
 */
void
pisces_context_field_set_possible (PiscesContextField *field,
                                   gboolean            possible)
{
  gtk_widget_set_sensitive (field->entry, possible);
  gtk_widget_set_tooltip_text (GTK_WIDGET (field),
                               possible ?
                               _("What the model should know and cannot see: what the image is "
                                 "for, or who is in it") :
                               _("This model knows nothing but the picture. Choose another one "
                                 "in Models and Memory to use this."));
}

/**
 * pisces_context_field_get:
 *
 * Returns: (transfer none) (nullable): what the person wrote; %NULL if there is
 *   nothing, or if the model would not take it in.
 */
const gchar *
pisces_context_field_get (PiscesContextField *field)
{
  const gchar *text = gtk_entry_get_text (GTK_ENTRY (field->entry));

  return *text && gtk_widget_get_sensitive (field->entry) ? text : NULL;
}
