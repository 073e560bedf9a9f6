/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-strength-field.c: how far a new picture may go from one that it begins with.
 * Its owner says what the numbers mean.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-strength-field.h"

#define GROUP "generate"   /* of the key file */
#define STEP  0.05

struct _PiscesStrengthField
{
  GtkBox     parent_instance;

  GtkWidget *scale;
  GtkWidget *hint;
};

static void strength_field_on_changed (PiscesStrengthField *field);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesStrengthField, pisces_strength_field, GTK_TYPE_BOX)

static void
pisces_strength_field_class_init (PiscesStrengthFieldClass *class)
{
  changed =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_strength_field_init (PiscesStrengthField *field)
{
  GtkWidget *row   = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (_("Strength"));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (field), GTK_ORIENTATION_VERTICAL);

  field->scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0.0, 1.0, STEP);
  gtk_scale_set_digits (GTK_SCALE (field->scale), 2);
  gtk_scale_set_value_pos (GTK_SCALE (field->scale), GTK_POS_RIGHT);
  gtk_widget_set_hexpand (field->scale, TRUE);
  gtk_label_set_mnemonic_widget (GTK_LABEL (label), field->scale);
  gtk_buildable_set_name (GTK_BUILDABLE (field->scale), "strength_scale");
  g_signal_connect_swapped (field->scale, "value-changed",
                            G_CALLBACK (strength_field_on_changed), field);

  field->hint = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (field->hint), 0.0);
  gtk_label_set_line_wrap (GTK_LABEL (field->hint), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (field->hint), 20);
  gtk_label_set_max_width_chars (GTK_LABEL (field->hint), 40);
  gtk_style_context_add_class (gtk_widget_get_style_context (field->hint), "dim-label");
  gtk_buildable_set_name (GTK_BUILDABLE (field->hint), "strength_hint");

  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_container_add (GTK_CONTAINER (row), field->scale);
  gtk_container_add (GTK_CONTAINER (field), row);
  gtk_container_add (GTK_CONTAINER (field), field->hint);
  gtk_widget_show_all (row);
  gtk_widget_show (field->hint);
}

void
pisces_strength_field_set_range (PiscesStrengthField *field,
                                 gdouble              lower,
                                 gdouble              upper,
                                 gdouble              value)
{
  gtk_range_set_range (GTK_RANGE (field->scale), lower, upper);
  gtk_range_set_value (GTK_RANGE (field->scale), value);
}

/* @hint: what the number that is chosen means.  */
void
pisces_strength_field_set_words (PiscesStrengthField *field,
                                 const gchar         *tooltip,
                                 const gchar         *hint)
{
  gtk_widget_set_tooltip_text (field->scale, tooltip);
  atk_object_set_description (gtk_widget_get_accessible (field->scale), tooltip);
  gtk_label_set_text (GTK_LABEL (field->hint), hint);
}

/* Returns: the strength with two digits, as it is shown.  */
gdouble
pisces_strength_field_get_value (PiscesStrengthField *field)
{
  return round (gtk_range_get_value (GTK_RANGE (field->scale)) * 100.0) / 100.0;
}

void
pisces_strength_field_get_settings (PiscesStrengthField *field,
                                    GKeyFile            *settings,
                                    const gchar         *key)
{
  g_key_file_set_double (settings, GROUP, key, pisces_strength_field_get_value (field));
}

/* A value that is missing, or is no number, changes nothing.  */
void
pisces_strength_field_set_settings (PiscesStrengthField *field,
                                    GKeyFile            *settings,
                                    const gchar         *key)
{
  g_autoptr (GError) error = NULL;
  gdouble            value = g_key_file_get_double (settings, GROUP, key, &error);

  if (! error && isfinite (value))
    gtk_range_set_value (GTK_RANGE (field->scale), value);
}

static void
strength_field_on_changed (PiscesStrengthField *field)
{
  g_signal_emit (field, changed, 0);
}
