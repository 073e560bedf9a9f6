/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-model-choice.c: lists to choose from, one with the models that can
 * describe, one with those that can draw, and one with those that can only compare
 * pictures; below them a sentence that says how much memory the first two need
 * together.
 */

#include <glib/gi18n-lib.h>

#include "ui/models/pisces-model-choice.h"

/* In the list of models that compare: none.  */
#define NO_MODEL ""

struct _PiscesModelChoice
{
  GtkGrid          parent_instance;

  GtkWidget       *combos[PISCES_N_ROLES];
  GtkWidget       *warning;
  GtkWidget       *memory;

  PiscesModelList *list;
  gchar           *chosen[PISCES_N_ROLES];   /* (nullable): folders */
  guint64          available;
  gboolean         quiet;                    /* whether the program changes the
                                              * lists */
};

static void             pisces_model_choice_dispose  (GObject           *object);
static void             pisces_model_choice_finalize (GObject           *object);
static void             add_combo      (PiscesModelChoice *choice,
                                        guint              index,
                                        const gchar       *label);
static void             model_choice_fill
                                       (PiscesModelChoice *choice);
static gchar          * name_in_list   (PiscesModelChoice *choice,
                                        PiscesModelItem   *item);
static void             show_memory    (PiscesModelChoice *choice);
static void             on_combo       (GtkComboBox       *combo,
                                        PiscesModelChoice *choice);

static guint chosen;

G_DEFINE_FINAL_TYPE (PiscesModelChoice, pisces_model_choice, GTK_TYPE_GRID)

static void
pisces_model_choice_class_init (PiscesModelChoiceClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose  = pisces_model_choice_dispose;
  object_class->finalize = pisces_model_choice_finalize;

  chosen =
    g_signal_new ("chosen", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                  G_TYPE_UINT, PISCES_TYPE_MODEL_ITEM);
}

static void
pisces_model_choice_init (PiscesModelChoice *choice)
{
  GtkGrid   *grid = GTK_GRID (choice);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_grid_set_row_spacing (grid, 6);
  gtk_grid_set_column_spacing (grid, 12);
  /* The order is that of the roles' bits.  */
  add_combo (choice, 0, _("_Describe with"));
  add_combo (choice, 1, _("D_raw with"));
  add_combo (choice, 2, _("Com_pare with"));
  gtk_widget_set_tooltip_text (choice->combos[2],
                               _("“Check” draws a picture again from its description, and this "
                                 "model measures how alike the two are: CLIP, or DINOv2. It is "
                                 "loaded only for that."));

  choice->warning = gtk_image_new_from_icon_name ("dialog-warning-symbolic",
                                                  GTK_ICON_SIZE_BUTTON);
  gtk_widget_set_no_show_all (choice->warning, TRUE);
  choice->memory = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (choice->memory), 0.0);
  gtk_label_set_line_wrap (GTK_LABEL (choice->memory), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (choice->memory), 60);
  gtk_container_add (GTK_CONTAINER (line), choice->warning);
  gtk_container_add (GTK_CONTAINER (line), choice->memory);
  gtk_grid_attach (grid, line, 0, PISCES_N_ROLES, 2, 1);

  gtk_widget_show_all (GTK_WIDGET (choice));
}

static void
pisces_model_choice_dispose (GObject *object)
{
  PiscesModelChoice *choice = PISCES_MODEL_CHOICE (object);

  if (choice->list)
    g_signal_handlers_disconnect_by_data (choice->list, choice);
  g_clear_object (&choice->list);

  G_OBJECT_CLASS (pisces_model_choice_parent_class)->dispose (object);
}

static void
pisces_model_choice_finalize (GObject *object)
{
  PiscesModelChoice *choice = PISCES_MODEL_CHOICE (object);

  for (guint i = 0; i < PISCES_N_ROLES; i++)
    g_free (choice->chosen[i]);

  G_OBJECT_CLASS (pisces_model_choice_parent_class)->finalize (object);
}


/*  public functions  */

/**
 * pisces_model_choice_set_list:
 * @list: the models; later changes of it are shown too.
 */
void
pisces_model_choice_set_list (PiscesModelChoice *choice,
                              PiscesModelList   *list)
{
  choice->list = g_object_ref (list);
  g_signal_connect_swapped (list, "items-changed", G_CALLBACK (model_choice_fill),
                            choice);
  model_choice_fill (choice);
}

/**
 * pisces_model_choice_set_chosen:
 * @role: one role.
 * @folder: (nullable): the folder of the model that is used for it; %NULL: none, to
 *   compare pictures.
 *
 * Emits no signal.
 */
void
pisces_model_choice_set_chosen (PiscesModelChoice *choice,
                                PiscesRole         role,
                                const gchar       *folder)
{
  const guint index = g_bit_nth_lsf (role, -1);

  g_free (choice->chosen[index]);
  choice->chosen[index] = g_strdup (folder);
  model_choice_fill (choice);
}

/**
 * pisces_model_choice_get_chosen:
 *
 * Returns: (nullable): the folder of the model that is shown for @role; %NULL, or
 *   empty to compare pictures, if none is.
 */
const gchar *
pisces_model_choice_get_chosen (PiscesModelChoice *choice,
                                PiscesRole         role)
{
  return gtk_combo_box_get_active_id (
    GTK_COMBO_BOX (choice->combos[g_bit_nth_lsf (role, -1)]));
}

/**
 * pisces_model_choice_set_available:
 * @n_bytes: memory that is available for models, in bytes; 0 if it is not known.
 */
void
pisces_model_choice_set_available (PiscesModelChoice *choice,
                                   guint64            n_bytes)
{
  choice->available = n_bytes;
  show_memory (choice);
}


/*  private functions  */

static void
add_combo (PiscesModelChoice *choice,
           guint              index,
           const gchar       *label)
{
  GtkWidget *words = gtk_label_new_with_mnemonic (label);
  GtkWidget *combo = gtk_combo_box_text_new ();

  gtk_label_set_xalign (GTK_LABEL (words), 0.0);
  gtk_label_set_mnemonic_widget (GTK_LABEL (words), combo);
  gtk_widget_set_hexpand (combo, TRUE);
  gtk_grid_attach (GTK_GRID (choice), words, 0, index, 1, 1);
  gtk_grid_attach (GTK_GRID (choice), combo, 1, index, 1, 1);
  g_signal_connect (combo, "changed", G_CALLBACK (on_combo), choice);
  choice->combos[index] = combo;
}

/* Lists the models that can fill each role.  The chosen one is always there, also
 * if it cannot be used, so that the user sees which it is.  */
static void
model_choice_fill (PiscesModelChoice *choice)
{
  GListModel  *models  = G_LIST_MODEL (choice->list);
  const guint  n_items = choice->list ? g_list_model_get_n_items (models) : 0;

  choice->quiet = TRUE;
  for (guint r = 0; r < PISCES_N_ROLES; r++)
    {
      GtkComboBoxText *combo = GTK_COMBO_BOX_TEXT (choice->combos[r]);

      gtk_combo_box_text_remove_all (combo);
      if (! (PISCES_ALL_ROLES & (1u << r)))
        gtk_combo_box_text_append (combo, NO_MODEL, _("None: the models above do it"));
      for (guint i = 0; i < n_items; i++)
        {
          g_autoptr (PiscesModelItem)  item   = g_list_model_get_item (models, i);
          const PiscesModelInfo       *info   = pisces_model_item_get_info (item);
          const gchar                 *folder = pisces_model_item_get_folder (item);
          g_autofree gchar            *name   = NULL;

          if (! (info && (info->abilities.roles & (1u << r))) &&
              g_strcmp0 (folder, choice->chosen[r]) != 0)
            continue;

          name = name_in_list (choice, item);
          gtk_combo_box_text_append (combo, folder, name);
        }
      gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo),
                                   choice->chosen[r] ? choice->chosen[r] : NO_MODEL);
    }
  choice->quiet = FALSE;
  show_memory (choice);
}

/* If several models have the same name, their folders tell them apart.  */
static gchar *
name_in_list (PiscesModelChoice *choice,
              PiscesModelItem   *item)
{
  GListModel       *models = G_LIST_MODEL (choice->list);
  const gchar      *name   = pisces_model_item_get_name (item);
  guint             n_same = 0;
  g_autofree gchar *folder = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (PiscesModelItem) other = g_list_model_get_item (models, i);

      n_same += g_str_equal (pisces_model_item_get_name (other), name);
    }

  if (n_same < 2 || pisces_model_item_get_source (item) == PISCES_MODEL_BUILT_IN)
    return g_strdup (name);

  folder = g_filename_display_basename (pisces_model_item_get_folder (item));
  /* Translators: the name of a model, and that of its folder.  */
  return g_strdup_printf (_("%s (in %s)"), name, folder);
}

/* What the models need that describe and draw; 0 if that is not known.  */
static guint64
count_bytes (PiscesModelChoice *choice)
{
  const gboolean is_one = g_strcmp0 (choice->chosen[0], choice->chosen[1]) == 0;
  guint64        sum    = 0;

  for (guint r = 0; r < PISCES_N_ROLES; r++)
    {
      PiscesModelItem       *item = choice->list && choice->chosen[r]
                                    ? pisces_model_list_find (choice->list, choice->chosen[r])
                                    : NULL;
      const PiscesModelInfo *info = item ? pisces_model_item_get_info (item) : NULL;

      if (! (PISCES_ALL_ROLES & (1u << r)))
        continue;
      if (info == NULL)
        return 0;
      if (is_one)
        return info->memory_bytes;
      sum += (1u << r) == PISCES_ROLE_DRAW ? info->draw_bytes : info->describe_bytes;
    }

  return sum;
}

static void
show_memory (PiscesModelChoice *choice)
{
  const gboolean    is_one = g_strcmp0 (choice->chosen[0], choice->chosen[1]) == 0;
  const guint64     needed = count_bytes (choice);
  const gboolean    scant  = choice->available > 0 && needed > choice->available;
  g_autofree gchar *need   = g_format_size_full (needed, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree gchar *free   = g_format_size_full (choice->available, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree gchar *words  = NULL;

  gtk_widget_set_visible (choice->warning, scant);
  gtk_widget_set_visible (choice->memory, needed > 0);

  if (is_one && choice->available == 0)
    words = g_strdup_printf (_("One model does both. It needs %s of memory."), need);
  else if (is_one && scant)
    words = g_strdup_printf (_("One model does both. It needs %s of memory, but only %s are "
                               "free: it will be very slow, or not load."), need, free);
  else if (is_one)
    words = g_strdup_printf (_("One model does both. It needs %s of memory; %s are free."),
                             need, free);
  else if (choice->available == 0)
    words = g_strdup_printf (_("Both together need %s of memory."), need);
  else if (scant)
    words = g_strdup_printf (_("Both together need %s of memory, but only %s are free: they "
                               "will be very slow, or take turns in memory."), need, free);
  else
    words = g_strdup_printf (_("Both together need %s of memory; %s are free."), need, free);

  gtk_label_set_text (GTK_LABEL (choice->memory), words);
}

static void
on_combo (GtkComboBox       *combo,
          PiscesModelChoice *choice)
{
  const gchar     *folder = gtk_combo_box_get_active_id (combo);
  guint            index  = 0;
  PiscesModelItem *item;

  if (choice->quiet || folder == NULL)
    return;

  while (GTK_WIDGET (combo) != choice->combos[index])
    index++;
  item = pisces_model_list_find (choice->list, folder);
  if (item || g_str_equal (folder, NO_MODEL))
    g_signal_emit (choice, chosen, 0, 1u << index, item);
}
