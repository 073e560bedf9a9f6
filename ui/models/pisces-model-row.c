/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-model-row.c: one model of this machine: sentences that say what it can
 * do, what it needs, and, if it cannot be used, why.
 */

#include <glib/gi18n-lib.h>

#include "ui/models/pisces-model-row.h"
#include "ui/widgets/pisces-ui.h"

struct _PiscesModelRow
{
  GtkBox           parent_instance;

  GtkWidget       *name;
  GtkWidget       *parts;       /* details, shown on request */
  GtkWidget       *summary;
  GtkWidget       *details;
  GtkWidget       *abilities;
  GtkWidget       *warning;
  GtkWidget       *memory;
  GtkWidget       *folder;
  GtkWidget       *remove;
  GtkWidget       *remove_icon;

  PiscesModelItem *item;
};

static void    pisces_model_row_finalize (GObject         *object);
static void    show_item                 (PiscesModelRow  *row);
static void    show_remove               (PiscesModelRow  *row);
static gchar * details_to_words          (PiscesModelItem *item);
static gchar * abilities_to_words        (const PiscesModelInfo *info);
static void    model_row_on_remove       (PiscesModelRow  *row);

static guint remove_requested;

G_DEFINE_FINAL_TYPE (PiscesModelRow, pisces_model_row, GTK_TYPE_BOX)

#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, PiscesModelRow, name)

static void
pisces_model_row_class_init (PiscesModelRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = pisces_model_row_finalize;

  remove_requested =
    g_signal_new ("remove-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-model-row.ui");
  BIND (name);
  BIND (parts);
  BIND (summary);
  BIND (details);
  BIND (abilities);
  BIND (warning);
  BIND (memory);
  BIND (folder);
  BIND (remove);
  BIND (remove_icon);
  gtk_widget_class_bind_template_callback (widget_class, model_row_on_remove);
}

static void
pisces_model_row_init (PiscesModelRow *row)
{
  gtk_widget_init_template (GTK_WIDGET (row));
}

static void
pisces_model_row_finalize (GObject *object)
{
  g_clear_object (&PISCES_MODEL_ROW (object)->item);

  G_OBJECT_CLASS (pisces_model_row_parent_class)->finalize (object);
}

GtkWidget *
pisces_model_row_new (PiscesModelItem *item)
{
  PiscesModelRow *row = g_object_new (PISCES_TYPE_MODEL_ROW, NULL);

  row->item = g_object_ref (item);

  show_item (row);
  show_remove (row);
  pisces_model_row_set_available (row, 0);

  return GTK_WIDGET (row);
}

PiscesModelItem *
pisces_model_row_get_item (PiscesModelRow *row)
{
  return row->item;
}

/**
 * pisces_model_row_set_available:
 * @n_bytes: memory that is available for the model, in bytes; 0 if it is not
 *   known.
 */
void
pisces_model_row_set_available (PiscesModelRow *row,
                                guint64         n_bytes)
{
  const PiscesModelInfo *info  = pisces_model_item_get_info (row->item);
  gboolean               scant = FALSE;
  g_autofree gchar      *words = NULL;
  g_autofree gchar      *need  = NULL;
  g_autofree gchar      *free  = NULL;

  /* Nothing to say here: the problem is shown instead.  */
  if (! info)
    return;

  need  = g_format_size_full (info->memory_bytes, G_FORMAT_SIZE_IEC_UNITS);
  free  = g_format_size_full (n_bytes, G_FORMAT_SIZE_IEC_UNITS);
  scant = n_bytes > 0 && info->memory_bytes > n_bytes;

  if (n_bytes == 0)
    words = g_strdup_printf (_("Needs %s of memory"), need);
  else if (scant)
    words = g_strdup_printf (_("Needs %s of memory, but only %s are free: it "
                               "will be very slow, or not load"), need, free);
  else
    words = g_strdup_printf (_("Needs %s of memory; %s are free"), need, free);

  gtk_label_set_text (GTK_LABEL (row->memory), words);
  gtk_widget_set_visible (row->warning, scant);
}

static void
show_item (PiscesModelRow *row)
{
  const PiscesModelInfo *info    = pisces_model_item_get_info (row->item);
  const gchar           *name    = pisces_model_item_get_name (row->item);
  const gchar           *problem = pisces_model_item_get_problem (row->item);
  const gchar           *folder  = pisces_model_item_get_folder (row->item);
  g_autofree gchar      *details = details_to_words (row->item);
  g_autofree gchar      *can     = abilities_to_words (info);

  gtk_label_set_text (GTK_LABEL (row->name), name);
  gtk_label_set_text (GTK_LABEL (row->abilities), can);
  gtk_widget_set_visible (row->abilities, *can != '\0');
  gtk_label_set_text (GTK_LABEL (row->details), details);
  gtk_widget_set_visible (row->details, *details != '\0');
  gtk_widget_set_visible (row->parts, info && info->summary);
  if (info)
    gtk_label_set_text (GTK_LABEL (row->summary), info->summary);

  gtk_widget_set_visible (row->warning, problem != NULL);
  gtk_label_set_text (GTK_LABEL (row->memory), problem ? problem : "");

  gtk_widget_set_visible (row->folder,
                          pisces_model_item_get_source (row->item) !=
                          PISCES_MODEL_BUILT_IN);
  gtk_label_set_text (GTK_LABEL (row->folder), folder);
  gtk_widget_set_tooltip_text (row->folder, folder);
}

static void
show_remove (PiscesModelRow *row)
{
  PiscesModelSource  source = pisces_model_item_get_source (row->item);
  const gchar       *name   = pisces_model_item_get_name (row->item);
  g_autofree gchar  *words  = NULL;

  if (source == PISCES_MODEL_ADDED)
    words = g_strdup_printf (_("Remove %s from the list; its files stay"), name);
  else if (source == PISCES_MODEL_DOWNLOADED)
    words = g_strdup_printf (_("Delete %s from the disk"), name);

  gtk_widget_set_visible (row->remove, words != NULL);
  if (! words)
    return;

  gtk_image_set_from_icon_name (GTK_IMAGE (row->remove_icon),
                                source == PISCES_MODEL_ADDED ?
                                "list-remove-symbolic" : "edit-delete-symbolic",
                                GTK_ICON_SIZE_BUTTON);
  gtk_widget_set_tooltip_text (row->remove, words);
  pisces_ui_set_name (row->remove, words);
}

static gchar *
details_to_words (PiscesModelItem *item)
{
  const PiscesModelInfo *info    = pisces_model_item_get_info (item);
  const gchar           *licence = pisces_model_item_get_licence (item);
  g_autofree gchar      *size    = NULL;

  if (! info)
    return g_strdup ("");

  size = g_format_size_full (info->n_bytes, G_FORMAT_SIZE_IEC_UNITS);

  if (! licence)
    /* Translators: a size such as 38 MiB. */
    return g_strdup_printf (_("%s on the disk · its licence is not stated"), size);

  /* Translators: as before, then the licence's name. */
  return g_strdup_printf (_("%s on the disk · licence %s"), size, licence);
}

/* What it can do, for each role.  */
static gchar *
abilities_to_words (const PiscesModelInfo *info)
{
  g_autoptr (GString)    text = g_string_new (NULL);
  const PiscesAbilities *can  = info ? &info->abilities : NULL;

  if (can && (can->roles & PISCES_ROLE_DESCRIBE))
    g_string_append (text, can->answers_questions
                           ? _("Describes pictures and answers questions about them.")
                           : _("Describes pictures."));
  if (can && (can->roles & PISCES_ROLE_COMPARE))
    g_string_append (text, _("Says how alike two pictures are."));
  if (can && (can->roles & PISCES_ROLE_DRAW))
    {
      if (text->len > 0)
        g_string_append_c (text, '\n');
      g_string_append_printf (text, can->writes_plan
                              ? _("Draws %d × %d pixels, from a plan that you can change.")
                              : _("Draws %d × %d pixels."),
                              info->picture_width, info->picture_height);
      if (can->takes_references)
        g_string_append_printf (text, " %s", _("It can draw from pictures."));
      if (! can->knows_any_word)
        g_string_append_printf (text, " %s", _("It knows a fixed list of words."));
    }

  return g_strdup (text->str);
}

static void
model_row_on_remove (PiscesModelRow *row)
{
  g_signal_emit (row, remove_requested, 0);
}
