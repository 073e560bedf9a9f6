/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-tile.c: one thumbnail of the strip of results: a finished
 * picture, or the one that is being made.
 */

#include <glib/gi18n-lib.h>

#include "ui/pisces-picture-tile.h"
#include "ui/pisces-picture-view.h"
#include "ui/pisces-ui.h"

#define TILE_SIZE 72

struct _PiscesPictureTile
{
  GtkFlowBoxChild  parent_instance;

  GtkWidget       *view;
  PiscesPicture   *picture;
};

static void pisces_picture_tile_dispose (GObject           *object);
static void name_tile                   (PiscesPictureTile *tile);

G_DEFINE_FINAL_TYPE (PiscesPictureTile, pisces_picture_tile,
                     GTK_TYPE_FLOW_BOX_CHILD)

static void
pisces_picture_tile_class_init (PiscesPictureTileClass *class)
{
  G_OBJECT_CLASS (class)->dispose = pisces_picture_tile_dispose;
}

static void
pisces_picture_tile_init (PiscesPictureTile *tile)
{
  tile->view = pisces_picture_view_new ();
  g_object_set (tile->view, "icon-name", "pisces-generate-symbolic", NULL);
  gtk_widget_set_size_request (tile->view, TILE_SIZE, TILE_SIZE);
  gtk_container_add (GTK_CONTAINER (tile), tile->view);
  gtk_widget_set_valign (GTK_WIDGET (tile), GTK_ALIGN_CENTER);
}

/**
 * pisces_picture_tile_new:
 * @picture: (nullable): a finished picture; %NULL for the one that is being
 *   made.
 */
GtkWidget *
pisces_picture_tile_new (PiscesPicture *picture)
{
  PiscesPictureTile *tile = g_object_new (PISCES_TYPE_PICTURE_TILE, NULL);

  if (picture)
    {
      tile->picture = pisces_picture_ref (picture);
      pisces_picture_view_set_image (PISCES_PICTURE_VIEW (tile->view),
                                     picture->image);
    }

  name_tile (tile);
  gtk_widget_show_all (GTK_WIDGET (tile));

  return GTK_WIDGET (tile);
}

/**
 * pisces_picture_tile_get_picture:
 *
 * Returns: (nullable) (transfer none): %NULL where it is being made.
 */
PiscesPicture *
pisces_picture_tile_get_picture (PiscesPictureTile *tile)
{
  return tile->picture;
}

/**
 * pisces_picture_tile_get_image:
 *
 * Returns: (nullable) (transfer none): the picture or the preview.
 */
PiscesImage *
pisces_picture_tile_get_image (PiscesPictureTile *tile)
{
  return pisces_picture_view_get_image (PISCES_PICTURE_VIEW (tile->view));
}

void
pisces_picture_tile_set_preview (PiscesPictureTile *tile,
                                 PiscesImage       *preview)
{
  g_return_if_fail (tile->picture == NULL);

  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (tile->view), preview);
}

static void
pisces_picture_tile_dispose (GObject *object)
{
  PiscesPictureTile *tile = PISCES_PICTURE_TILE (object);

  g_clear_pointer (&tile->picture, pisces_picture_unref);

  G_OBJECT_CLASS (pisces_picture_tile_parent_class)->dispose (object);
}

static void
name_tile (PiscesPictureTile *tile)
{
  g_autofree gchar *name = NULL;

  if (tile->picture)
    /* Translators: a prompt and the number that its picture grew from. */
    name = g_strdup_printf (_("%s, seed %u"),
                            tile->picture->prompt, tile->picture->seed);
  else
    name = g_strdup (_("The picture that is being made"));

  pisces_ui_set_name (GTK_WIDGET (tile), name);
  pisces_ui_set_name (tile->view, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (tile), name);
}
