/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-give.c: how a picture gets to other programs, and to the
 * canvas.  A drag offers both the picture and a file with it, because some
 * programs accept only one of them.
 */

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "engine/metadata/image-pixbuf.h"
#include "ui/generate/pisces-picture-tile.h"
#include "ui/generate/pisces-result-actions.h"
#include "ui/generate/pisces-result-give.h"
#include "ui/generate/pisces-save-dialog.h"

#define GIVE_KEY  "pisces-result-give"
#define ICON_SIDE 96

enum
{
  TARGET_PICTURE,
  TARGET_FILE
};

/* For a widget from which a picture can be dragged.  */
typedef struct
{
  GSimpleActionGroup *actions;  /* they know what a file should say        */
  PiscesPictureStrip *strip;
  PiscesResultBar    *bar;
  GtkFlowBox         *flow_box; /* (nullable): if it shows several         */
  gdouble             x, y;     /* where the button was pressed            */
  PiscesPicture      *picture;  /* (nullable): the one being dragged       */
  gchar              *path;     /* (nullable): its file, once requested */
} Give;

static void        give_free       (gpointer          data);
static Give      * add_drag        (const Give       *model,
                                    GtkWidget        *widget);
static gchar     * make_file       (Give             *give,
                                    GError          **error);
static void        empty_folder    (const gchar      *folder);
static gboolean    on_pressed      (GtkWidget        *widget,
                                    GdkEventButton   *event,
                                    Give             *give);
static void        on_drag_begin   (GtkWidget        *widget,
                                    GdkDragContext   *context,
                                    Give             *give);
static void        on_drag_data    (GtkWidget        *widget,
                                    GdkDragContext   *context,
                                    GtkSelectionData *data,
                                    guint             target,
                                    guint             time,
                                    Give             *give);
static void        on_drag_end     (GtkWidget        *widget,
                                    GdkDragContext   *context,
                                    Give             *give);
static void        result_give_on_copy
                                   (GSimpleAction    *action,
                                    GVariant         *parameter,
                                    gpointer          data);
static void        on_save         (GSimpleAction    *action,
                                    GVariant         *parameter,
                                    gpointer          data);
static void        on_save_failed  (GtkWidget        *bar,
                                    const gchar      *sentence);


/**
 * pisces_result_give_add:
 * @actions: the actions of the results; "copy" and "save" are added to them.
 * @strip: pictures can be dragged out of it from now on.
 * @view: the same.
 * @bar: shows what went wrong.
 *
 * The three widgets must live as long as the group is used.
 */
void
pisces_result_give_add (GSimpleActionGroup *actions,
                        PiscesPictureStrip *strip,
                        PiscesResultView   *view,
                        PiscesResultBar    *bar)
{
  static const GActionEntry entries[] =
  {
    { .name = "copy", .activate = result_give_on_copy },
    { .name = "save", .activate = on_save }
  };
  GtkWidget *flow_box = pisces_picture_strip_get_box (strip);
  GtkWidget *large    = pisces_result_view_get_picture_view (view);
  Give       give     = { .actions = actions, .strip = strip, .bar = bar };

  add_drag (&give, large);
  give.flow_box = GTK_FLOW_BOX (flow_box);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries,
                                   G_N_ELEMENTS (entries),
                                   add_drag (&give, flow_box));
}

static void
give_free (gpointer data)
{
  Give *give = data;

  g_clear_pointer (&give->picture, pisces_picture_unref);
  g_free (give->path);
  g_free (give);
}

/* Returns: (transfer none): a copy of @model, which is freed with @widget.  */
static Give *
add_drag (const Give *model,
          GtkWidget  *widget)
{
  static const GtkTargetEntry targets[] =
  {
    { (gchar *) "image/png",     0, TARGET_PICTURE },
    { (gchar *) "text/uri-list", 0, TARGET_FILE    }
  };
  Give *give = g_memdup2 (model, sizeof (Give));

  g_object_set_data_full (G_OBJECT (widget), GIVE_KEY, give, give_free);

  gtk_drag_source_set (widget, GDK_BUTTON1_MASK, targets,
                       G_N_ELEMENTS (targets), GDK_ACTION_COPY);
  g_signal_connect (widget, "button-press-event", G_CALLBACK (on_pressed),
                    give);
  g_signal_connect (widget, "drag-begin", G_CALLBACK (on_drag_begin), give);
  g_signal_connect (widget, "drag-data-get", G_CALLBACK (on_drag_data), give);
  g_signal_connect (widget, "drag-end", G_CALLBACK (on_drag_end), give);

  return give;
}

/* The file goes into the user's cache folder and stays there until the next
 * drag, because the program that received it may read it after the drag has
 * ended.
 */
static gchar *
make_file (Give    *give,
           GError **error)
{
  PiscesPictureFileFlags  flags  =
    pisces_result_actions_get_file_flags (give->actions);
  g_autofree gchar       *name   = NULL;
  g_autofree gchar       *folder = NULL;
  g_autofree gchar       *path   = NULL;

  folder = g_build_filename (g_get_user_cache_dir (), "pisces", "drag", NULL);
  name   = flags & PISCES_PICTURE_FILE_WORDS ?
             pisces_save_dialog_make_name (give->picture) :
             g_strdup_printf (_("Picture %u.png"), give->picture->seed);
  path   = g_build_filename (folder, name, NULL);

  empty_folder (folder);
  g_mkdir_with_parents (folder, 0700);
  if (! pisces_picture_save (give->picture, flags, path, error))
    return NULL;

  return g_steal_pointer (&path);
}

static void
empty_folder (const gchar *folder)
{
  g_autoptr (GDir)  dir = g_dir_open (folder, 0, NULL);
  const gchar      *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree gchar *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
}

static gboolean
on_pressed (GtkWidget      *widget,
            GdkEventButton *event,
            Give           *give)
{
  give->x = event->x;
  give->y = event->y;

  return FALSE;
}

static void
on_drag_begin (GtkWidget      *widget,
               GdkDragContext *context,
               Give           *give)
{
  PiscesPicture         *picture = pisces_picture_strip_get_picture (give->strip);
  g_autoptr (GdkPixbuf)  pixbuf  = NULL;
  g_autoptr (GdkPixbuf)  icon    = NULL;
  gdouble                scale;

  if (give->flow_box)
    {
      GtkFlowBoxChild *child  =
        gtk_flow_box_get_child_at_pos (give->flow_box, give->x, give->y);
      PiscesResult    *result = ! child ? NULL :
        pisces_picture_tile_get_result (PISCES_PICTURE_TILE (child));

      picture = result ? pisces_result_get_picture (result) : NULL;
    }

  if (! picture || ! picture->image)
    {
      gtk_drag_cancel (context);
      return;
    }

  give->picture = pisces_picture_ref (picture);
  pixbuf        = pisces_image_to_pixbuf (picture->image);
  scale         = (gdouble) ICON_SIDE / MAX (picture->image->width,
                                             picture->image->height);
  icon          = gdk_pixbuf_scale_simple (pixbuf,
                                           MAX (1, picture->image->width * scale),
                                           MAX (1, picture->image->height * scale),
                                           GDK_INTERP_BILINEAR);
  gtk_drag_set_icon_pixbuf (context, icon, 0, 0);
}

static void
on_drag_data (GtkWidget        *widget,
              GdkDragContext   *context,
              GtkSelectionData *data,
              guint             target,
              guint             time,
              Give             *give)
{
  g_autoptr (GError) error = NULL;

  if (! give->picture)
    return;

  if (target == TARGET_PICTURE)
    {
      g_autoptr (GBytes) png =
        pisces_picture_to_png (give->picture,
                               pisces_result_actions_get_file_flags (give->actions),
                               &error);

      if (png)
        gtk_selection_data_set (data, gtk_selection_data_get_target (data), 8,
                                g_bytes_get_data (png, NULL),
                                g_bytes_get_size (png));
    }
  else
    {
      if (! give->path)
        give->path = make_file (give, &error);
      if (give->path)
        {
          g_autofree gchar *uri    = g_filename_to_uri (give->path, NULL, NULL);
          gchar            *uris[] = { uri, NULL };

          gtk_selection_data_set_uris (data, uris);
        }
    }

  if (error)
    pisces_result_bar_show_error (give->bar, error->message);
}

static void
on_drag_end (GtkWidget      *widget,
             GdkDragContext *context,
             Give           *give)
{
  g_clear_pointer (&give->picture, pisces_picture_unref);
  g_clear_pointer (&give->path, g_free);
}

static void
result_give_on_copy (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       data)
{
  Give                  *give      = data;
  PiscesPicture         *picture   = pisces_picture_strip_get_picture (give->strip);
  GtkClipboard          *clipboard =
    gtk_widget_get_clipboard (GTK_WIDGET (give->strip), GDK_SELECTION_CLIPBOARD);
  g_autoptr (GdkPixbuf)  pixbuf    = pisces_image_to_pixbuf (picture->image);

  gtk_clipboard_set_image (clipboard, pixbuf);
}

static void
on_save (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       data)
{
  Give *give = data;

  pisces_save_dialog_open (GTK_WIDGET (give->bar),
                           pisces_picture_strip_get_picture (give->strip),
                           pisces_result_actions_get_file_flags (give->actions),
                           on_save_failed);
}

static void
on_save_failed (GtkWidget   *bar,
                const gchar *sentence)
{
  pisces_result_bar_show_error (PISCES_RESULT_BAR (bar), sentence);
}
