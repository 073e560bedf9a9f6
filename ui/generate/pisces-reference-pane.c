/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-reference-pane.c: a reference picture, which the model draws from in
 * addition to the words.  The pane does not know where it comes from: its
 * owner answers "choose" with pixels of the image, and "file-dropped" with
 * those of a file.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-reference-pane.h"
#include "ui/widgets/pisces-picture-view.h"
#include "ui/widgets/pisces-ui.h"

#define GROUP "generate"           /* of the key file */
#define KEY   "reference-weight"

enum
{
  CHOOSE,
  FILE_DROPPED,
  CHANGED,
  N_SIGNALS
};

struct _PiscesReferencePane
{
  GtkBox     parent_instance;

  GtkWidget *choose;
  GtkWidget *chosen;
  GtkWidget *view;
  GtkWidget *name;
  GtkWidget *weight;
};

static void on_choose                 (GSimpleAction       *action,
                                       GVariant            *parameter,
                                       gpointer             data);
static void reference_pane_on_remove  (PiscesReferencePane *pane);
static void on_dropped                (GtkWidget           *window,
                                       GdkDragContext      *context,
                                       gint                 x,
                                       gint                 y,
                                       GtkSelectionData    *data,
                                       guint                info,
                                       guint                time,
                                       PiscesReferencePane *pane);
static void reference_pane_on_changed (PiscesReferencePane *pane);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesReferencePane, pisces_reference_pane, GTK_TYPE_BOX)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesReferencePane, \
                                        child)

static void
pisces_reference_pane_class_init (PiscesReferencePaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  signals[CHOOSE] =
    g_signal_new ("choose", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FILE_DROPPED] =
    g_signal_new ("file-dropped", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PISCES_TYPE_PICTURE_VIEW);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-reference-pane.ui");
  BIND (choose);
  BIND (chosen);
  BIND (view);
  BIND (name);
  BIND (weight);
  gtk_widget_class_bind_template_callback (widget_class, reference_pane_on_remove);
  gtk_widget_class_bind_template_callback (widget_class, reference_pane_on_changed);
}

static void
pisces_reference_pane_init (PiscesReferencePane *pane)
{
  static const GActionEntry actions[] =
  {
    { .name = "layer",     .activate = on_choose },
    { .name = "selection", .activate = on_choose }
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), actions,
                                   G_N_ELEMENTS (actions), pane);
  gtk_widget_init_template (GTK_WIDGET (pane));
  gtk_widget_insert_action_group (GTK_WIDGET (pane), "reference",
                                  G_ACTION_GROUP (group));
}

/**
 * pisces_reference_pane_set_image:
 * @image: (nullable): the picture to draw from; %NULL: only the words.
 * @name: (nullable): the name to show.
 */
void
pisces_reference_pane_set_image (PiscesReferencePane *pane,
                                 PiscesImage         *image,
                                 const gchar         *name)
{
  /* Translators: the name of a layer that the new picture is to be like. */
  g_autofree gchar *text = g_strdup_printf (_("Like “%s”"), name ? name : "");

  g_return_if_fail (PISCES_IS_REFERENCE_PANE (pane));

  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (pane->view), image);
  gtk_label_set_text (GTK_LABEL (pane->name), text);
  gtk_widget_set_tooltip_text (pane->name, text);
  pisces_ui_set_name (pane->view, text);
  gtk_widget_set_visible (pane->choose, image == NULL);
  gtk_widget_set_visible (pane->chosen, image != NULL);
  reference_pane_on_changed (pane);
}

/* Returns: (nullable) (transfer none): the picture to draw from.  */
PiscesImage *
pisces_reference_pane_get_image (PiscesReferencePane *pane)
{
  return pisces_picture_view_get_image (PISCES_PICTURE_VIEW (pane->view));
}

/**
 * pisces_reference_pane_take_drops:
 * @window: the window; files can be dropped anywhere on it.
 *
 * From now on "file-dropped" is emitted with the path of the first of them, or
 * with %NULL if that is not a local file.
 */
void
pisces_reference_pane_take_drops (PiscesReferencePane *pane,
                                  GtkWidget           *window)
{
  g_return_if_fail (PISCES_IS_REFERENCE_PANE (pane));

  gtk_drag_dest_set (window, GTK_DEST_DEFAULT_ALL, NULL, 0, GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (window);
  g_signal_connect_object (window, "drag-data-received",
                           G_CALLBACK (on_dropped), pane, 0);
}

/* @request: receives the reference picture, if there is one, its weight is above 0,
 *   and the model can draw from it.  */
void
pisces_reference_pane_apply (PiscesReferencePane   *pane,
                             PiscesGenerateRequest *request)
{
  PiscesImage *image  = pisces_reference_pane_get_image (pane);
  gdouble      weight = gtk_range_get_value (GTK_RANGE (pane->weight));

  if (image && weight > 0 && gtk_widget_get_sensitive (pane->chosen))
    pisces_generate_request_add_reference (request, image, weight);
}

void
pisces_reference_pane_get_settings (PiscesReferencePane *pane,
                                    GKeyFile            *settings)
{
  g_key_file_set_double (settings, GROUP, KEY,
                         gtk_range_get_value (GTK_RANGE (pane->weight)));
}

/* A value that is missing, or is no number, changes nothing.  */
void
pisces_reference_pane_set_settings (PiscesReferencePane *pane,
                                    GKeyFile            *settings)
{
  g_autoptr (GError) error  = NULL;
  gdouble            weight = g_key_file_get_double (settings, GROUP, KEY,
                                                     &error);

  if (! error && isfinite (weight))
    gtk_range_set_value (GTK_RANGE (pane->weight), weight);
}

static void
on_choose (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       data)
{
  PiscesReferencePane *pane = data;

  g_signal_emit (pane, signals[CHOOSE], 0,
                 g_action_get_name (G_ACTION (action)));

  if (pisces_reference_pane_get_image (pane))
    gtk_widget_grab_focus (pane->weight);
}

static void
reference_pane_on_remove (PiscesReferencePane *pane)
{
  pisces_reference_pane_set_image (pane, NULL, NULL);
  gtk_widget_grab_focus (pane->choose);
}

static void
reference_pane_on_changed (PiscesReferencePane *pane)
{
  g_signal_emit (pane, signals[CHANGED], 0);
}

static void
on_dropped (GtkWidget           *window,
            GdkDragContext      *context,
            gint                 x,
            gint                 y,
            GtkSelectionData    *data,
            guint                info,
            guint                time,
            PiscesReferencePane *pane)
{
  g_auto (GStrv)    uris = gtk_selection_data_get_uris (data);
  g_autofree gchar *path = NULL;

  if (uris && uris[0])
    path = g_filename_from_uri (uris[0], NULL, NULL);
  g_signal_emit (pane, signals[FILE_DROPPED], 0, path);
}
