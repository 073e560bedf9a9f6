/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-live-row.c: the switch that lets the prompt be drawn while it is
 * written, the pause after the last key, and a place for a quiet sentence.  It
 * knows when to draw, not what.
 */

#include "ui/generate/pisces-live-row.h"
#include "ui/widgets/pisces-ui.h"

#define GROUP "generate"   /* of the key file */

struct _PiscesLiveRow
{
  GtkBox     parent_instance;

  GtkWidget *live;
  GtkWidget *live_word;

  gchar     *obstacles[PISCES_N_LIVE_OBSTACLES];   /* sentences, or NULL   */
  gchar     *word;          /* what was said last, or NULL                 */
  guint      pause;         /* the timeout after the last key, or 0        */
  gboolean   awake;         /* whether the window can be seen              */
  gboolean   missed;        /* something changed while it could not        */
};

enum
{
  SWITCHED,
  DUE,
  N_SIGNALS
};

static void          pisces_live_row_dispose  (GObject       *object);
static void          pisces_live_row_finalize (GObject       *object);
static const gchar * get_obstacle             (PiscesLiveRow *row);
static void          live_row_update          (PiscesLiveRow *row);
static void          live_row_on_toggled      (PiscesLiveRow *row);
static gboolean      on_pause_over            (gpointer       data);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesLiveRow, pisces_live_row, GTK_TYPE_BOX)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesLiveRow, child)

static void
pisces_live_row_class_init (PiscesLiveRowClass *class)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose  = pisces_live_row_dispose;
  object_class->finalize = pisces_live_row_finalize;

  signals[SWITCHED] = g_signal_new ("switched", G_TYPE_FROM_CLASS (class),
                                    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);
  signals[DUE]      = g_signal_new ("due", G_TYPE_FROM_CLASS (class),
                                    G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class, PISCES_UI_PATH
                                               "pisces-live-row.ui");
  BIND (live);
  BIND (live_word);
  gtk_widget_class_bind_template_callback (widget_class, live_row_on_toggled);
}

static void
pisces_live_row_init (PiscesLiveRow *row)
{
  gtk_widget_init_template (GTK_WIDGET (row));
  live_row_update (row);
}

/* Returns whether the user wants it, and nothing is in the way.  */
gboolean
pisces_live_row_is_on (PiscesLiveRow *row)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row->live)) &&
         ! get_obstacle (row);
}

/**
 * pisces_live_row_set_obstacle:
 * @obstacle: what is in the way, or no longer is.
 * @why: (nullable): why nothing can be drawn live, as a sentence; %NULL: it can,
 *   as far as this goes.
 *
 * What the user has chosen stays as it is, for when nothing is in the way.
 */
void
pisces_live_row_set_obstacle (PiscesLiveRow      *row,
                              PiscesLiveObstacle  obstacle,
                              const gchar        *why)
{
  if (g_strcmp0 (row->obstacles[obstacle], why) == 0)
    return;

  g_free (row->obstacles[obstacle]);
  row->obstacles[obstacle] = g_strdup (why);
  if (why)
    pisces_live_row_rest (row);
  live_row_update (row);
}

/* @awake: whether the window can be seen.  While it cannot, nothing is drawn;
 * what was missed is made up for afterwards.  */
void
pisces_live_row_set_awake (PiscesLiveRow *row,
                           gboolean       awake)
{
  if (awake == row->awake)
    return;

  row->awake   = awake;
  row->missed |= row->pause != 0;
  g_clear_handle_id (&row->pause, g_source_remove);
  if (awake && row->missed)
    pisces_live_row_wait (row);
}

/* Something was written: "due" is emitted a moment after the last time.  */
void
pisces_live_row_wait (PiscesLiveRow *row)
{
  pisces_live_row_rest (row);
  if (! pisces_live_row_is_on (row))
    return;

  if (row->awake)
    row->pause = g_timeout_add (PISCES_LIVE_PAUSE_MS, on_pause_over, row);
  else
    row->missed = TRUE;
}

/* What was written needs no picture any more.  */
void
pisces_live_row_rest (PiscesLiveRow *row)
{
  g_clear_handle_id (&row->pause, g_source_remove);
  row->missed = FALSE;
}

/* @sentence: (nullable): why there is no new picture; %NULL: there is one.  */
void
pisces_live_row_say (PiscesLiveRow *row,
                     const gchar   *sentence)
{
  g_free (row->word);
  row->word = g_strdup (sentence);
  live_row_update (row);
}

void
pisces_live_row_get_settings (PiscesLiveRow *row,
                              GKeyFile      *settings)
{
  g_key_file_set_boolean (settings, GROUP, "live",
                          gtk_toggle_button_get_active (
                            GTK_TOGGLE_BUTTON (row->live)));
}

/* A value that is missing, or is not true or false, changes nothing.  Nothing is
 * drawn before the user writes.  */
void
pisces_live_row_set_settings (PiscesLiveRow *row,
                              GKeyFile      *settings)
{
  pisces_ui_load_toggle (settings, GROUP, "live", row->live);
  pisces_live_row_rest (row);
}

static void
pisces_live_row_dispose (GObject *object)
{
  pisces_live_row_rest (PISCES_LIVE_ROW (object));

  G_OBJECT_CLASS (pisces_live_row_parent_class)->dispose (object);
}

static void
pisces_live_row_finalize (GObject *object)
{
  PiscesLiveRow *row = PISCES_LIVE_ROW (object);

  for (guint i = 0; i < PISCES_N_LIVE_OBSTACLES; i++)
    g_free (row->obstacles[i]);
  g_free (row->word);

  G_OBJECT_CLASS (pisces_live_row_parent_class)->finalize (object);
}

/* Returns: (nullable): a sentence.  */
static const gchar *
get_obstacle (PiscesLiveRow *row)
{
  for (guint i = 0; i < PISCES_N_LIVE_OBSTACLES; i++)
    if (row->obstacles[i])
      return row->obstacles[i];

  return NULL;
}

/* What changes while the user writes is one line, which is always there, so that
 * nothing moves; an obstacle, which stays, is shown as a whole.  */
static void
live_row_update (PiscesLiveRow *row)
{
  const gchar *obstacle = get_obstacle (row);
  const gchar *word     = obstacle ? obstacle : row->word ? row->word : "";
  GtkLabel    *label    = GTK_LABEL (row->live_word);

  gtk_label_set_ellipsize (label, obstacle ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (label, ! obstacle);
  gtk_label_set_line_wrap (label, obstacle != NULL);
  pisces_ui_set_usable (row->live, obstacle == NULL, obstacle);
  gtk_label_set_text (label, word);
  gtk_widget_set_tooltip_text (row->live_word, *word ? word : NULL);
}

static void
live_row_on_toggled (PiscesLiveRow *row)
{
  pisces_live_row_rest (row);
  pisces_live_row_say (row, NULL);
  g_signal_emit (row, signals[SWITCHED], 0);
}

static gboolean
on_pause_over (gpointer data)
{
  PiscesLiveRow *row = data;

  row->pause = 0;
  g_signal_emit (row, signals[DUE], 0);

  return G_SOURCE_REMOVE;
}
