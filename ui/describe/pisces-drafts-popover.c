/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-drafts-popover.c: a list of the kept texts of images that are not
 * open in a window.  Each row names its image and shows how the text begins.
 */

#include <glib/gi18n-lib.h>

#include "ui/describe/pisces-drafts-popover.h"
#include "ui/widgets/pisces-ui.h"

#define DRAFT_KEY   "pisces-draft"
#define LIST_HEIGHT 320   /* in logical pixels */

enum
{
  USE,
  DELETE,
  N_SIGNALS
};

struct _PiscesDraftsPopover
{
  GtkPopover        parent_instance;

  GtkWidget        *list;
  PiscesTextDrafts *drafts;   /* nullable */
};

static void        pisces_drafts_popover_dispose (GObject               *object);
static void        drafts_popover_fill           (PiscesDraftsPopover   *popover);
static GtkWidget * drafts_popover_make_row       (PiscesDraftsPopover   *popover,
                                                  PiscesTextDraft       *draft);
static GtkWidget * drafts_popover_make_label     (const gchar           *text,
                                                  gboolean               is_title);
static GtkWidget * drafts_popover_make_button    (PiscesDraftsPopover   *popover,
                                                  PiscesTextDraft       *draft,
                                                  const gchar           *label,
                                                  const gchar           *name,
                                                  GCallback              clicked);
static gchar     * drafts_popover_get_start      (const PiscesTextDraft *draft);
static gchar     * drafts_popover_get_title      (const PiscesTextDraft *draft);
static void        drafts_popover_on_use         (GtkButton             *button,
                                                  PiscesDraftsPopover   *popover);
static void        drafts_popover_on_delete      (GtkButton             *button,
                                                  PiscesDraftsPopover   *popover);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesDraftsPopover, pisces_drafts_popover,
                     GTK_TYPE_POPOVER)

static void
pisces_drafts_popover_class_init (PiscesDraftsPopoverClass *class)
{
  G_OBJECT_CLASS (class)->dispose = pisces_drafts_popover_dispose;

  signals[USE]    = g_signal_new ("use", G_TYPE_FROM_CLASS (class),
                                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[DELETE] = g_signal_new ("delete", G_TYPE_FROM_CLASS (class),
                                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
pisces_drafts_popover_init (PiscesDraftsPopover *popover)
{
  GtkWidget *scroller = gtk_scrolled_window_new (NULL, NULL);

  popover->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (popover->list),
                                   GTK_SELECTION_NONE);
  pisces_ui_set_name (popover->list, _("Kept texts"));

  g_object_set (scroller,
                "hscrollbar-policy",        GTK_POLICY_NEVER,
                "max-content-height",       LIST_HEIGHT,
                "propagate-natural-height", TRUE,
                "margin",                   6,
                NULL);
  gtk_container_add (GTK_CONTAINER (scroller), popover->list);
  gtk_container_add (GTK_CONTAINER (popover), scroller);
  gtk_widget_show_all (scroller);
}

GtkWidget *
pisces_drafts_popover_new (void)
{
  return g_object_new (PISCES_TYPE_DRAFTS_POPOVER, NULL);
}

/**
 * pisces_drafts_popover_set_drafts:
 * @drafts: the popover offers the drafts that no window shows, and its button is
 *   only visible if there are some.
 */
void
pisces_drafts_popover_set_drafts (PiscesDraftsPopover *popover,
                                  PiscesTextDrafts    *drafts)
{
  if (! g_set_object (&popover->drafts, drafts))
    return;

  g_signal_connect_object (drafts, "changed", G_CALLBACK (drafts_popover_fill),
                           popover, G_CONNECT_SWAPPED);
  drafts_popover_fill (popover);
}

static void
pisces_drafts_popover_dispose (GObject *object)
{
  g_clear_object (&PISCES_DRAFTS_POPOVER (object)->drafts);

  G_OBJECT_CLASS (pisces_drafts_popover_parent_class)->dispose (object);
}

static void
drafts_popover_fill (PiscesDraftsPopover *popover)
{
  g_autoptr (GPtrArray)  drafts = pisces_text_drafts_list_free (popover->drafts);
  GtkWidget             *button = gtk_popover_get_relative_to (GTK_POPOVER (popover));

  pisces_ui_empty (GTK_CONTAINER (popover->list));
  for (guint i = 0; i < drafts->len; i++)
    gtk_container_add (GTK_CONTAINER (popover->list),
                       drafts_popover_make_row (popover, drafts->pdata[i]));
  if (button)
    gtk_widget_set_visible (button, drafts->len > 0);
}

static GtkWidget *
drafts_popover_make_row (PiscesDraftsPopover *popover,
                         PiscesTextDraft     *draft)
{
  g_autofree gchar    *start   = drafts_popover_get_start (draft);
  g_autofree gchar    *title   = drafts_popover_get_title (draft);
  g_autofree gchar    *use     = NULL;
  g_autofree gchar    *remove  = NULL;
  GtkWidget           *row     = gtk_list_box_row_new ();
  GtkWidget           *box     = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget           *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  /* Translators: %s is the name of an image, and a date. */
  use    = g_strdup_printf (_("Use the texts of %s here"), title);
  remove = g_strdup_printf (_("Delete the texts of %s"), title);

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_can_focus (row, FALSE);
  pisces_ui_set_name (row, title);
  g_object_set (box, "margin", 6, NULL);
  gtk_container_add (GTK_CONTAINER (row), box);
  gtk_container_add (GTK_CONTAINER (box),
                     drafts_popover_make_label (title, TRUE));
  gtk_container_add (GTK_CONTAINER (box),
                     drafts_popover_make_label (start, FALSE));
  gtk_container_add (GTK_CONTAINER (box), buttons);
  gtk_container_add (GTK_CONTAINER (buttons),
                     drafts_popover_make_button (popover, draft, _("_Use Here"),
                                                 use,
                                                 G_CALLBACK (drafts_popover_on_use)));
  gtk_container_add (GTK_CONTAINER (buttons),
                     drafts_popover_make_button (popover, draft, _("_Delete…"),
                                                 remove,
                                                 G_CALLBACK (drafts_popover_on_delete)));
  gtk_widget_show_all (row);

  return row;
}

static GtkWidget *
drafts_popover_make_label (const gchar *text,
                           gboolean     is_title)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_width_chars (GTK_LABEL (label), 36);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_label_set_ellipsize (GTK_LABEL (label), is_title ? PANGO_ELLIPSIZE_MIDDLE :
                                                         PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  if (is_title)
    {
      PangoAttrList *bold = pango_attr_list_new ();

      pango_attr_list_insert (bold, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      gtk_label_set_attributes (GTK_LABEL (label), bold);
      pango_attr_list_unref (bold);
    }
  else
    {
      gtk_label_set_lines (GTK_LABEL (label), 2);
      gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
    }

  return label;
}

static GtkWidget *
drafts_popover_make_button (PiscesDraftsPopover *popover,
                            PiscesTextDraft     *draft,
                            const gchar         *label,
                            const gchar         *name,
                            GCallback            clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  pisces_ui_set_name (button, name);
  g_object_set_data (G_OBJECT (button), DRAFT_KEY, draft);
  g_signal_connect (button, "clicked", clicked, popover);

  return button;
}

/* A draft may have keywords alone.  */
static gchar *
drafts_popover_get_start (const PiscesTextDraft *draft)
{
  const PiscesAltText *text = draft->texts->len > 0 ? draft->texts->pdata[0] : NULL;

  return text ? g_strdup (*text->short_text ? text->short_text : text->long_text) :
                g_strjoinv (", ", *draft->added ? draft->added : draft->removed);
}

/* The name of the image, with the date of the texts, as many drafts may have
 * the same name.
 */
static gchar *
drafts_popover_get_title (const PiscesTextDraft *draft)
{
  g_autoptr (GDateTime)  time = g_date_time_new_from_unix_local (draft->time);
  g_autofree gchar      *date = time ? g_date_time_format (time, "%x %H:%M") : NULL;

  /* Translators: the name of an image, and the date of its texts. */
  return date ? g_strdup_printf (C_("image and date", "%s, %s"), draft->name, date) :
                g_strdup (draft->name);
}

/* Answering the signal removes the row and the button in it, so nothing of
 * them is used afterwards.  */
static void
drafts_popover_on_use (GtkButton           *button,
                       PiscesDraftsPopover *popover)
{
  PiscesTextDraft *draft = g_object_get_data (G_OBJECT (button), DRAFT_KEY);

  gtk_popover_popdown (GTK_POPOVER (popover));
  g_signal_emit (popover, signals[USE], 0, draft);
}

static void
drafts_popover_on_delete (GtkButton           *button,
                          PiscesDraftsPopover *popover)
{
  PiscesTextDraft *draft = g_object_get_data (G_OBJECT (button), DRAFT_KEY);

  gtk_popover_popdown (GTK_POPOVER (popover));
  g_signal_emit (popover, signals[DELETE], 0, draft);
}
