/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-catalog-row.c: shows one model that can be downloaded: what it is,
 * how large it is, and the progress of its download, with bytes and the
 * remaining time.
 */

#include <glib/gi18n-lib.h>

#include "ui/models/pisces-catalog-row.h"
#include "ui/widgets/pisces-ui.h"

enum
{
  DOWNLOAD_REQUESTED,
  STOP_REQUESTED,
  DISCARD_REQUESTED,
  N_SIGNALS
};

struct _PiscesCatalogRow
{
  GtkBox              parent_instance;

  GtkWidget          *name;
  GtkWidget          *summary;
  GtkWidget          *details;
  GtkWidget          *discard;
  GtkWidget          *download;
  GtkWidget          *stop;
  GtkWidget          *progress_bar;
  GtkWidget          *progress;
  GtkWidget          *message;

  PiscesCatalogModel *model;
};

static void    pisces_catalog_row_dispose (GObject            *object);
static void    show_model                 (PiscesCatalogRow   *row);
static gchar * details_to_words           (PiscesCatalogModel *model);
static gchar * host_to_words              (PiscesCatalogModel *model,
                                           const gchar        *size);
static void    catalog_row_update         (PiscesCatalogRow   *row);
static void    set_label                  (GtkWidget          *widget,
                                           const gchar        *text);
static void    on_download                (PiscesCatalogRow   *row);
static void    catalog_row_on_stop        (PiscesCatalogRow   *row);
static void    on_discard                 (PiscesCatalogRow   *row);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesCatalogRow, pisces_catalog_row, GTK_TYPE_BOX)

#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, PiscesCatalogRow, name)
#define SIGNAL(name) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, \
                NULL, NULL, G_TYPE_NONE, 0)

static void
pisces_catalog_row_class_init (PiscesCatalogRowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pisces_catalog_row_dispose;

  signals[DOWNLOAD_REQUESTED] = SIGNAL ("download-requested");
  signals[STOP_REQUESTED]     = SIGNAL ("stop-requested");
  signals[DISCARD_REQUESTED]  = SIGNAL ("discard-requested");

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-catalog-row.ui");
  BIND (name);
  BIND (summary);
  BIND (details);
  BIND (discard);
  BIND (download);
  BIND (stop);
  BIND (progress_bar);
  BIND (progress);
  BIND (message);
  gtk_widget_class_bind_template_callback (widget_class, on_download);
  gtk_widget_class_bind_template_callback (widget_class, catalog_row_on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_discard);
}

static void
pisces_catalog_row_init (PiscesCatalogRow *row)
{
  gtk_widget_init_template (GTK_WIDGET (row));
}

static void
pisces_catalog_row_dispose (GObject *object)
{
  PiscesCatalogRow *row = PISCES_CATALOG_ROW (object);

  if (row->model)
    g_signal_handlers_disconnect_by_data (row->model, row);
  g_clear_object (&row->model);

  G_OBJECT_CLASS (pisces_catalog_row_parent_class)->dispose (object);
}


/*  public functions  */

GtkWidget *
pisces_catalog_row_new (PiscesCatalogModel *model)
{
  PiscesCatalogRow *row = g_object_new (PISCES_TYPE_CATALOG_ROW, NULL);

  row->model = g_object_ref (model);
  g_signal_connect_swapped (model, "changed",
                            G_CALLBACK (catalog_row_update), row);
  show_model (row);
  catalog_row_update (row);

  return GTK_WIDGET (row);
}

PiscesCatalogModel *
pisces_catalog_row_get_model (PiscesCatalogRow *row)
{
  return row->model;
}

/**
 * pisces_catalog_row_to_words:
 * @seconds_left: negative if it is not known.
 *
 * Returns: (transfer full): the progress of a download in words.
 */
gchar *
pisces_catalog_row_to_words (guint64 done_bytes,
                             guint64 n_bytes,
                             gdouble seconds_left)
{
  g_autofree gchar *done    = g_format_size (done_bytes);
  g_autofree gchar *all     = g_format_size (n_bytes);
  guint             seconds = (guint) CLAMP (seconds_left + 0.5, 0.0, 1e9);
  guint             minutes = (seconds + 30) / 60;
  guint             hours   = (minutes + 30) / 60;

  if (seconds_left < 0.0)
    /* Translators: two sizes such as 1.2 GB. */
    return g_strdup_printf (_("%s of %s"), done, all);

  if (seconds < 60)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%s of %s, %u second left",
                                         "%s of %s, %u seconds left", seconds),
                            done, all, seconds);

  if (minutes < 90)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%s of %s, about %u minute left",
                                         "%s of %s, about %u minutes left",
                                         minutes),
                            done, all, minutes);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%s of %s, about %u hour left",
                                       "%s of %s, about %u hours left", hours),
                          done, all, hours);
}


/*  private functions  */

static void
show_model (PiscesCatalogRow *row)
{
  const gchar      *name    = pisces_catalog_model_get_name (row->model);
  g_autofree gchar *details = details_to_words (row->model);
  g_autofree gchar *stop    = g_strdup_printf (_("Stop downloading %s"), name);
  g_autofree gchar *discard = NULL;
  g_autofree gchar *bar     = g_strdup_printf (_("Download of %s"), name);

  discard = g_strdup_printf (_("Throw away what has arrived of %s"), name);

  gtk_label_set_text (GTK_LABEL (row->name), name);
  gtk_label_set_text (GTK_LABEL (row->summary),
                      pisces_catalog_model_get_summary (row->model));
  gtk_label_set_text (GTK_LABEL (row->details), details);
  pisces_ui_set_name (row->stop, stop);
  pisces_ui_set_name (row->discard, discard);
  pisces_ui_set_name (row->progress_bar, bar);
  gtk_widget_set_tooltip_text (row->discard, discard);
}

static gchar *
details_to_words (PiscesCatalogModel *model)
{
  guint64           memory_bytes = pisces_catalog_model_get_memory_bytes (model);
  const gchar      *licence      = pisces_catalog_model_get_licence (model);
  g_autofree gchar *size         = NULL;
  g_autofree gchar *memory       = NULL;

  size   = g_format_size (pisces_catalog_model_get_n_bytes (model));
  if (pisces_catalog_model_asks_host (model))
    return host_to_words (model, size);
  memory = g_format_size_full (memory_bytes, G_FORMAT_SIZE_IEC_UNITS);

  if (memory_bytes == 0)
    /* Translators: a size such as 1.2 GB, the licence's name. */
    return g_strdup_printf (_("%s to download · licence %s"), size, licence);

  return g_strdup_printf (_("%s to download · needs %s of memory · licence %s"),
                          size, memory, licence);
}

/* The list states sizes and digests of its own only if it knows them.  */
static gchar *
host_to_words (PiscesCatalogModel *model,
               const gchar        *size)
{
  const gchar *licence    = pisces_catalog_model_get_licence (model);
  const gchar *conditions = pisces_catalog_model_get_conditions (model);

  if (conditions)
    /* Translators: a size such as 1.2 GB, the licence's name, a sentence about it. */
    return g_strdup_printf (_("about %s to download, checked against what its host says · "
                              "licence %s: %s"), size, licence, conditions);

  return g_strdup_printf (_("about %s to download, checked against what its host says · "
                            "licence %s"), size, licence);
}

static void
catalog_row_update (PiscesCatalogRow *row)
{
  PiscesCatalogState  state   = pisces_catalog_model_get_state (row->model);
  const gchar        *name    = pisces_catalog_model_get_name (row->model);
  guint64             done    = pisces_catalog_model_get_done_bytes (row->model);
  guint64             n_bytes = pisces_catalog_model_get_n_bytes (row->model);
  gboolean            running = state == PISCES_CATALOG_RUNNING;
  gboolean            stopped = state == PISCES_CATALOG_STOPPED;
  g_autofree gchar   *words   = NULL;
  g_autofree gchar   *action  = NULL;

  words  = pisces_catalog_row_to_words (done, n_bytes, running ?
                                        pisces_catalog_model_get_seconds_left (row->model) :
                                        -1.0);
  action = g_strdup_printf (stopped ? _("Go on downloading %s") :
                                      _("Download %s"), name);

  gtk_button_set_label (GTK_BUTTON (row->download),
                        stopped ? _("Go On") : _("Download"));
  pisces_ui_set_name (row->download, action);
  gtk_widget_set_visible (row->download,
                          stopped || state == PISCES_CATALOG_IDLE);
  gtk_widget_set_visible (row->stop, running);
  gtk_widget_set_visible (row->discard, stopped && done > 0);

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (row->progress_bar),
                                 CLAMP ((gdouble) done / n_bytes, 0.0, 1.0));
  gtk_widget_set_visible (row->progress_bar, running || stopped);
  set_label (row->progress, running || stopped ? words : NULL);
  set_label (row->message, pisces_catalog_model_get_message (row->model));
}

static void
set_label (GtkWidget   *widget,
           const gchar *text)
{
  g_autofree gchar *shown = text ? g_utf8_make_valid (text, -1) : NULL;

  gtk_label_set_text (GTK_LABEL (widget), shown ? shown : "");
  gtk_widget_set_visible (widget, text != NULL);
}

static void
on_download (PiscesCatalogRow *row)
{
  g_signal_emit (row, signals[DOWNLOAD_REQUESTED], 0);
}

static void
catalog_row_on_stop (PiscesCatalogRow *row)
{
  g_signal_emit (row, signals[STOP_REQUESTED], 0);
}

static void
on_discard (PiscesCatalogRow *row)
{
  g_signal_emit (row, signals[DISCARD_REQUESTED], 0);
}
