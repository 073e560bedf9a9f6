/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-tile.c: one thumbnail in the row of results: a finished
 * picture, one whose file is gone, or the one that is being made.  Small
 * badges say how well it matches its prompt, and whether it is the second of
 * two pictures that are compared.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-picture-tile.h"
#include "ui/widgets/pisces-picture-view.h"
#include "ui/widgets/pisces-short-text.h"
#include "ui/widgets/pisces-ui.h"

#define TILE_SIZE       72

struct _PiscesPictureTile
{
  GtkFlowBoxChild  parent_instance;

  GtkWidget       *view;
  GtkWidget       *match;
  GtkWidget       *second;
  GtkWidget       *draft;
  PiscesResult    *result;
};

static void        pisces_picture_tile_dispose (GObject           *object);
static GtkWidget * make_badge                  (GtkAlign           halign);
static void        picture_tile_update         (PiscesPictureTile *tile);
static gchar     * make_tooltip                (PiscesPictureTile *tile,
                                                const gchar       *name);

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
  GtkWidget *overlay = gtk_overlay_new ();

  tile->view = pisces_picture_view_new ();
  gtk_widget_set_size_request (tile->view, TILE_SIZE, TILE_SIZE);
  gtk_container_add (GTK_CONTAINER (overlay), tile->view);

  tile->match  = make_badge (GTK_ALIGN_END);
  tile->second = make_badge (GTK_ALIGN_START);
  /* Translators: on the second of two pictures that are compared. */
  gtk_label_set_text (GTK_LABEL (tile->second), C_("second picture", "B"));
  tile->draft  = make_badge (GTK_ALIGN_START);
  gtk_widget_set_valign (tile->draft, GTK_ALIGN_START);
  /* Translators: on a picture that was drawn quickly while its prompt was
   * written. */
  gtk_label_set_text (GTK_LABEL (tile->draft), _("Draft"));
  gtk_label_set_ellipsize (GTK_LABEL (tile->draft), PANGO_ELLIPSIZE_END);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), tile->match);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), tile->draft);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), tile->second);

  gtk_container_add (GTK_CONTAINER (tile), overlay);
  gtk_widget_set_valign (GTK_WIDGET (tile), GTK_ALIGN_CENTER);
}

/**
 * pisces_picture_tile_new:
 * @result: (nullable): the result to show; %NULL for the picture that is being
 *   made.
 */
GtkWidget *
pisces_picture_tile_new (PiscesResult *result)
{
  PiscesPictureTile *tile = g_object_new (PISCES_TYPE_PICTURE_TILE, NULL);

  gtk_widget_show_all (GTK_WIDGET (tile));
  gtk_widget_hide (tile->match);
  gtk_widget_hide (tile->second);
  gtk_widget_hide (tile->draft);

  if (result)
    {
      tile->result = g_object_ref (result);
      g_signal_connect_object (result, "changed",
                               G_CALLBACK (picture_tile_update), tile,
                               G_CONNECT_SWAPPED);
    }

  picture_tile_update (tile);

  return GTK_WIDGET (tile);
}

/**
 * pisces_picture_tile_get_result:
 *
 * Returns: (nullable) (transfer none): the result; %NULL while it is being
 *   made.
 */
PiscesResult *
pisces_picture_tile_get_result (PiscesPictureTile *tile)
{
  return tile->result;
}

/**
 * pisces_picture_tile_get_picture:
 *
 * Returns: (nullable) (transfer none): the picture; %NULL while it is being
 *   made.
 */
PiscesPicture *
pisces_picture_tile_get_picture (PiscesPictureTile *tile)
{
  return tile->result ? pisces_result_get_picture (tile->result) : NULL;
}

/**
 * pisces_picture_tile_get_image:
 *
 * Returns: (nullable) (transfer none): the finished image or the preview.
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
  g_return_if_fail (tile->result == NULL);

  pisces_picture_view_set_image (PISCES_PICTURE_VIEW (tile->view), preview);
}

/**
 * pisces_picture_tile_set_draft:
 * @draft: the draft that this tile shows from now on, in place of an earlier one.
 */
void
pisces_picture_tile_set_draft (PiscesPictureTile *tile,
                               PiscesResult      *draft)
{
  if (tile->result)
    g_signal_handlers_disconnect_by_func (tile->result, picture_tile_update, tile);
  g_set_object (&tile->result, draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (picture_tile_update),
                           tile, G_CONNECT_SWAPPED);

  gtk_widget_show (tile->draft);
  picture_tile_update (tile);
}

/* Sets whether the selected picture is compared with this one.  */
void
pisces_picture_tile_set_second (PiscesPictureTile *tile,
                                gboolean           is_second)
{
  gtk_widget_set_visible (tile->second, is_second);
}

static void
pisces_picture_tile_dispose (GObject *object)
{
  PiscesPictureTile *tile = PISCES_PICTURE_TILE (object);

  g_clear_object (&tile->result);

  G_OBJECT_CLASS (pisces_picture_tile_parent_class)->dispose (object);
}

static GtkWidget *
make_badge (GtkAlign halign)
{
  GtkWidget *badge = gtk_label_new (NULL);

  gtk_widget_set_halign (badge, halign);
  gtk_widget_set_valign (badge, GTK_ALIGN_END);
  /* The colours of tooltips and on-screen displays can be read on any
   * picture.  */
  gtk_style_context_add_class (gtk_widget_get_style_context (badge), "osd");
  gtk_style_context_add_class (gtk_widget_get_style_context (badge),
                               "pisces-badge");

  return badge;
}

static void
picture_tile_update (PiscesPictureTile *tile)
{
  g_autofree gchar *prompt  = NULL;
  g_autofree gchar *name    = NULL;
  g_autofree gchar *tooltip = NULL;

  if (tile->result)
    {
      PiscesPicture *picture = pisces_result_get_picture (tile->result);
      gdouble        match   = pisces_result_get_match (tile->result);

      g_object_set (tile->view, "icon-name",
                    pisces_result_is_lost (tile->result) ?
                    "image-missing-symbolic" : NULL, NULL);
      pisces_picture_view_set_image (PISCES_PICTURE_VIEW (tile->view),
                                     picture->image);
      gtk_widget_set_visible (tile->match, match >= 0);
      if (match >= 0)
        {
          /* Translators: how well a picture shows its prompt, in percent. */
          g_autofree gchar *text = g_strdup_printf (_("%d %%"),
                                                    (gint) lround (100 * match));

          gtk_label_set_text (GTK_LABEL (tile->match), text);
        }

      prompt = pisces_short_prompt (picture->prompt, PISCES_SHORT_TEXT_LINE);
      name = gtk_widget_get_visible (tile->draft) ?
        /* Translators: the prompt of a quick draft, and the number that it grew
         * from. */
        g_strdup_printf (_("Draft: %s, seed %u"), prompt, picture->seed) :
        /* Translators: a prompt and the number that its picture grew from. */
        g_strdup_printf (_("%s, seed %u"), prompt, picture->seed);
    }
  else
    {
      g_object_set (tile->view, "icon-name", "pisces-generate-symbolic", NULL);
      name = g_strdup (_("The picture that is being made"));
    }

  tooltip = make_tooltip (tile, name);
  pisces_ui_set_name (GTK_WIDGET (tile), name);
  pisces_ui_set_name (tile->view, name);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (tile)),
                              tooltip);
  gtk_widget_set_tooltip_text (GTK_WIDGET (tile), tooltip);
}

/* What the number means depends on the model that checked the picture.  */
static const gchar *
match_sentence (PiscesScoreWay way)
{
  if (way == PISCES_SCORE_BY_YES)
    return _("The picture matches its prompt to %d %%: the model was asked whether "
             "the picture shows what the prompt says, and this is the share of “yes” "
             "in its answer. It is a hint, not a verdict.");
  if (way == PISCES_SCORE_BY_VECTORS)
    return _("The picture matches its prompt to %d %%: what the model sees in the "
             "picture and what it makes of the prompt were compared as numbers. It is "
             "a hint, not a verdict.");

  return _("The picture matches its prompt to %d %%: the "
           "model described the picture without knowing "
           "the prompt, and the two texts were compared. "
           "It is a hint, not a verdict.");
}

/* The tooltip's paragraphs: the prompt and the seed, whether the file is
 * missing, and what the number on the badge means.
 */
static gchar *
make_tooltip (PiscesPictureTile *tile,
              const gchar       *name)
{
  g_autoptr (GString) text = g_string_new (name);

  if (! tile->result)
    return g_strdup (name);

  if (! pisces_picture_is_repeatable (pisces_result_get_picture (tile->result)))
    g_string_append_printf (text, "\n\n%s",
                            _("It was drawn from other pictures besides the "
                              "words, and those are not kept with it: the "
                              "words and the seed alone do not draw it "
                              "again."));
  else if (pisces_result_is_lost (tile->result))
    g_string_append_printf (text, "\n\n%s",
                            _("This picture is not on this computer. “Draw "
                              "Again” makes it from the same words and "
                              "seed."));

  if (pisces_result_get_match (tile->result) >= 0)
    {
      const gchar *seen = pisces_result_get_description (tile->result);

      g_string_append (text, "\n\n");
      g_string_append_printf (text, match_sentence (pisces_result_get_score_way (tile->result)),
                              (gint) lround (100 * pisces_result_get_match (tile->result)));
      if (seen && *seen)
        {
          g_autofree gchar *start =
            pisces_short_text (seen, PISCES_SHORT_TEXT_LINE);

          g_string_append (text, "\n\n");
          /* Translators: what the model wrote about the picture. */
          g_string_append_printf (text, _("The model saw: %s"), start);
        }
    }

  return g_strdup (text->str);
}
