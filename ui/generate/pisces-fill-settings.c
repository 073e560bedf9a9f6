/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-fill-settings.c: how a selection is filled.  The numbers mean the same
 * as those of the procedure that scripts call.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-fill-settings.h"
#include "ui/widgets/pisces-number-field.h"
#include "ui/widgets/pisces-ui.h"

#define GROUP "generate"   /* of the key file */

struct _PiscesFillSettings
{
  GtkBox     parent_instance;

  GtkWidget *strength;
  GtkWidget *surroundings;
  GtkWidget *grow;
  GtkWidget *source;
};

static void fill_settings_on_changed (PiscesFillSettings *settings);
static void fill_settings_on_message (PiscesFillSettings *settings,
                                      const gchar        *sentence);

enum
{
  CHANGED,
  MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesFillSettings, pisces_fill_settings, GTK_TYPE_BOX)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesFillSettings, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_fill_settings_class_init (PiscesFillSettingsClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  signals[CHANGED] = SIGNAL ("changed", 0);
  signals[MESSAGE] = SIGNAL ("message", 1, G_TYPE_STRING);

  g_type_ensure (PISCES_TYPE_NUMBER_FIELD);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-fill-settings.ui");
  BIND (strength);
  BIND (surroundings);
  BIND (grow);
  BIND (source);
  CALLBACK (fill_settings_on_changed);
  CALLBACK (fill_settings_on_message);
}

static void
pisces_fill_settings_init (PiscesFillSettings *settings)
{
  gtk_widget_init_template (GTK_WIDGET (settings));

  pisces_ui_name_combo (settings->source, _("Model sees"));
}

/**
 * pisces_fill_settings_get_choices:
 * @choices: (out): what the user has chosen; its text is valid until the next
 *   change.
 */
void
pisces_fill_settings_get_choices (PiscesFillSettings *settings,
                                  PiscesFillChoices  *choices)
{
  /* Takes over numbers that were typed and not confirmed with Enter or Tab.  */
  gtk_spin_button_update (GTK_SPIN_BUTTON (settings->strength));
  gtk_spin_button_update (GTK_SPIN_BUTTON (settings->surroundings));
  gtk_spin_button_update (GTK_SPIN_BUTTON (settings->grow));

  choices->strength =
    gtk_spin_button_get_value (GTK_SPIN_BUTTON (settings->strength));
  choices->surroundings =
    gtk_spin_button_get_value (GTK_SPIN_BUTTON (settings->surroundings));
  choices->grow =
    gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (settings->grow));
  choices->source =
    gtk_combo_box_get_active_id (GTK_COMBO_BOX (settings->source));
}

void
pisces_fill_settings_get_settings (PiscesFillSettings *settings,
                                   GKeyFile           *file)
{
  PiscesFillChoices choices;

  pisces_fill_settings_get_choices (settings, &choices);
  g_key_file_set_double (file, GROUP, "fill-strength", choices.strength);
  g_key_file_set_double (file, GROUP, "fill-surroundings", choices.surroundings);
  g_key_file_set_integer (file, GROUP, "fill-grow", choices.grow);
  g_key_file_set_string (file, GROUP, "fill-source", choices.source);
}

/**
 * pisces_fill_settings_set_settings:
 * @file: the settings to use; a missing or unknown value changes nothing.
 */
void
pisces_fill_settings_set_settings (PiscesFillSettings *settings,
                                   GKeyFile           *file)
{
  g_autofree gchar *source = g_key_file_get_string (file, GROUP, "fill-source",
                                                    NULL);

  pisces_ui_load_number (file, GROUP, "fill-strength", settings->strength);
  pisces_ui_load_number (file, GROUP, "fill-surroundings", settings->surroundings);
  pisces_ui_load_number (file, GROUP, "fill-grow", settings->grow);

  /* An unknown ID would leave nothing chosen.  */
  if (source)
    {
      GtkComboBox      *combo  = GTK_COMBO_BOX (settings->source);
      g_autofree gchar *before = g_strdup (gtk_combo_box_get_active_id (combo));

      if (! gtk_combo_box_set_active_id (combo, source))
        gtk_combo_box_set_active_id (combo, before);
    }
}

static void
fill_settings_on_changed (PiscesFillSettings *settings)
{
  g_signal_emit (settings, signals[CHANGED], 0);
}

static void
fill_settings_on_message (PiscesFillSettings *settings,
                          const gchar        *sentence)
{
  g_signal_emit (settings, signals[MESSAGE], 0, sentence);
}
