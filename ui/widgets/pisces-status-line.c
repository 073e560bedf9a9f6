/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-status-line.c: the bottom line of a window: which model is loaded,
 * where it runs, how much memory it takes, and buttons to free it, to choose
 * another model, and for help.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-status-line.h"
#include "ui/widgets/pisces-ui.h"

struct _PiscesStatusLine
{
  GtkBox     parent_instance;

  GtkWidget *label;
  GtkWidget *models;
  GtkWidget *unload;
  GtkWidget *help;
};

static gchar * status_to_words       (const PiscesStatus *status);
static void    status_line_on_unload (PiscesStatusLine   *line);

static guint unload_requested;

G_DEFINE_FINAL_TYPE (PiscesStatusLine, pisces_status_line, GTK_TYPE_BOX)

static void
pisces_status_line_class_init (PiscesStatusLineClass *class)
{
  unload_requested =
    g_signal_new ("unload-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_status_line_init (PiscesStatusLine *line)
{
  gtk_box_set_spacing (GTK_BOX (line), 12);

  line->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (line->label), 0.0);
  gtk_label_set_ellipsize (GTK_LABEL (line->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (line->label, TRUE);
  gtk_container_add (GTK_CONTAINER (line), line->label);

  /* The plug-in provides this action; without it, the button is insensitive. */
  line->models = gtk_button_new_from_icon_name ("pisces-models-symbolic",
                                                GTK_ICON_SIZE_BUTTON);
  pisces_ui_set_name (line->models, _("Models and Memory…"));
  gtk_button_set_relief (GTK_BUTTON (line->models), GTK_RELIEF_NONE);
  gtk_widget_set_tooltip_text (line->models,
                               _("Chooses the model, and how long it stays in "
                                 "memory"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (line->models),
                                  "models.choose");
  gtk_container_add (GTK_CONTAINER (line), line->models);
  gtk_widget_show (line->models);

  /* pisces_help_add() provides this action for the window.  */
  line->help = gtk_button_new_from_icon_name ("help-browser-symbolic",
                                              GTK_ICON_SIZE_BUTTON);
  pisces_ui_set_name (line->help, _("Help"));
  gtk_button_set_relief (GTK_BUTTON (line->help), GTK_RELIEF_NONE);
  gtk_widget_set_tooltip_text (line->help,
                               _("Says what this window is for, and its keys "
                                 "(F1)"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (line->help), "help.open");
  gtk_widget_show (line->help);

  line->unload = gtk_button_new_with_mnemonic (_("_Free Memory"));
  gtk_button_set_relief (GTK_BUTTON (line->unload), GTK_RELIEF_NONE);
  gtk_widget_set_tooltip_text (line->unload,
                               _("Forgets the model until it is needed again"));
  g_signal_connect_swapped (line->unload, "clicked",
                            G_CALLBACK (status_line_on_unload), line);
  gtk_container_add (GTK_CONTAINER (line), line->unload);

  gtk_container_add (GTK_CONTAINER (line), line->help);

  gtk_widget_show_all (line->label);
  gtk_widget_show (line->unload);
  pisces_status_line_set_status (line, NULL);
}

GtkWidget *
pisces_status_line_new (void)
{
  return g_object_new (PISCES_TYPE_STATUS_LINE, NULL);
}

/**
 * pisces_status_line_set_status:
 * @status: (nullable): %NULL if it is not known yet.
 */
void
pisces_status_line_set_status (PiscesStatusLine   *line,
                               const PiscesStatus *status)
{
  g_autofree gchar *words = status_to_words (status);

  gtk_label_set_text (GTK_LABEL (line->label), words);
  gtk_widget_set_tooltip_text (line->label,
                               status ? status->backend_reason : NULL);
  gtk_widget_set_sensitive (line->unload,
                            status && status->loaded && ! status->busy);
}

const gchar *
pisces_status_line_get_text (PiscesStatusLine *line)
{
  return gtk_label_get_text (GTK_LABEL (line->label));
}

static guint
n_loaded (const PiscesStatus *status)
{
  guint n = 0;

  for (guint i = 0; status->models && i < status->models->len; i++)
    n += ((PiscesModelStatus *) status->models->pdata[i])->loaded;

  return MAX (n, 1);
}

static gchar *
loaded_names (const PiscesStatus *status)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; status->models && i < status->models->len; i++)
    {
      const PiscesModelStatus *model = status->models->pdata[i];

      if (! model->loaded)
        continue;
      if (names->len > 0)
        /* Translators: between words.  */
        g_string_append (names, C_("list of words", ", "));
      g_string_append (names, model->name ? model->name : "");
    }

  return g_strdup (names->str);
}

static gchar *
status_to_words (const PiscesStatus *status)
{
  g_autofree gchar *names   = NULL;
  g_autofree gchar *backend = NULL;
  g_autofree gchar *memory  = NULL;

  if (status && ! status->loaded && status->busy)
    return g_strdup (_("The model is being loaded."));

  if (! status || ! status->loaded)
    return g_strdup (_("The model is not in memory. It is loaded when it is "
                       "needed."));

  names   = loaded_names (status);
  backend = g_ascii_strup (status->backend ? status->backend : "", -1);
  memory  = g_format_size_full (status->resident_bytes,
                                G_FORMAT_SIZE_IEC_UNITS);

  /* Translators: the names of the models, with commas; the device (CPU, CUDA); a
   * size (92 MiB). */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "Model %s on %s, %s in memory",
                                       "Models %s on %s, %s in memory",
                                       n_loaded (status)),
                          names, backend, memory);
}

static void
status_line_on_unload (PiscesStatusLine *line)
{
  g_signal_emit (line, unload_requested, 0);
}
