/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-number-field.c: a spin button that explains in a sentence why it
 * refuses a number.  GTK's own silently changes a number to the nearest
 * allowed one: a seed of twelve digits, pasted from another program, became
 * the largest possible seed.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-number-field.h"

struct _PiscesNumberField
{
  GtkSpinButton parent_instance;
};

static gint number_field_input (GtkSpinButton *spin,
                                gdouble       *value);

static guint refused;

G_DEFINE_FINAL_TYPE (PiscesNumberField, pisces_number_field,
                     GTK_TYPE_SPIN_BUTTON)

static void
pisces_number_field_class_init (PiscesNumberFieldClass *class)
{
  GTK_SPIN_BUTTON_CLASS (class)->input = number_field_input;

  refused =
    g_signal_new ("refused", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pisces_number_field_init (PiscesNumberField *field)
{
  /* When a number is refused, the previous one comes back.  */
  gtk_spin_button_set_update_policy (GTK_SPIN_BUTTON (field),
                                     GTK_UPDATE_IF_VALID);
}

/* Returns FALSE for a number in range, which GTK then reads by itself.  */
static gint
number_field_input (GtkSpinButton *spin,
                    gdouble       *value)
{
  const gchar      *text   = gtk_entry_get_text (GTK_ENTRY (spin));
  gint              digits = gtk_spin_button_get_digits (spin);
  gchar            *end    = NULL;
  gdouble           number = g_strtod (text, &end);
  g_autofree gchar *sentence = NULL;
  gdouble           least, most;

  gtk_spin_button_get_range (spin, &least, &most);
  if (end != text && *end == '\0' && number >= least && number <= most)
    return FALSE;

  /* Translators: what was typed, and between which numbers it has to lie.  */
  sentence = g_strdup_printf (_("“%s” cannot be used here: it has to be a "
                                "number from %.*f to %.*f."),
                              text, digits, least, digits, most);
  g_signal_emit (spin, refused, 0, sentence);

  return GTK_INPUT_ERROR;
}
