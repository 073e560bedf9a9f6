/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-target-combo.c: the choice of the image that pictures go into: one of
 * the open images, or a new one.  It knows them by number and name, not GIMP.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-target-combo.h"
#include "ui/widgets/pisces-short-text.h"
#include "ui/widgets/pisces-ui.h"

#define NEW_IMAGE "0"

struct _PiscesTargetCombo
{
  GtkComboBoxText  parent_instance;

  GPtrArray       *images;       /* PiscesTargetImage, in the order of the
                                  * list */
  gboolean         is_filling;   /* whether the program makes the choice */
};

static void     pisces_target_combo_constructed
                                             (GObject                 *object);
static void     pisces_target_combo_finalize (GObject                 *object);
static void     target_combo_fill            (PiscesTargetCombo       *combo);
static void     target_combo_changed         (PiscesTargetCombo       *combo);
static gboolean target_images_equal          (GPtrArray               *images,
                                              GPtrArray               *others);
static gboolean target_images_have_twice     (GPtrArray               *images,
                                              const PiscesTargetImage *image);
static void     target_image_free            (PiscesTargetImage       *image);

static guint chosen_signal;

G_DEFINE_FINAL_TYPE (PiscesTargetCombo, pisces_target_combo,
                     GTK_TYPE_COMBO_BOX_TEXT)

static void
pisces_target_combo_class_init (PiscesTargetComboClass *class)
{
  G_OBJECT_CLASS (class)->constructed = pisces_target_combo_constructed;
  G_OBJECT_CLASS (class)->finalize    = pisces_target_combo_finalize;

  chosen_signal =
    g_signal_new ("chosen", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
pisces_target_combo_init (PiscesTargetCombo *combo)
{
  combo->images = pisces_target_images_new ();
}

/* Returns: (transfer full) (element-type PiscesTargetImage): an empty array. */
GPtrArray *
pisces_target_images_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) target_image_free);
}

void
pisces_target_images_add (GPtrArray   *images,
                          gint32       id,
                          const gchar *name)
{
  PiscesTargetImage *image = g_new0 (PiscesTargetImage, 1);

  image->id   = id;
  image->name = g_strdup (name);
  g_ptr_array_add (images, image);
}

/**
 * pisces_target_combo_set_images:
 * @images: (element-type PiscesTargetImage): the images that are open.
 * @chosen: the ID of the image that pictures go into. 0, or an ID that is not
 *   in @images, stands for a new image.
 *
 * Does not emit "chosen", because the user did not choose.
 */
void
pisces_target_combo_set_images (PiscesTargetCombo *combo,
                                GPtrArray         *images,
                                gint32             chosen)
{
  g_autofree gchar *id   = g_strdup_printf ("%d", chosen);
  g_autofree gchar *name = NULL;

  combo->is_filling = TRUE;

  /* If nothing has changed, leave the list alone: it may be open.  */
  if (! target_images_equal (combo->images, images))
    {
      g_ptr_array_set_size (combo->images, 0);
      for (guint i = 0; i < images->len; i++)
        {
          const PiscesTargetImage *image = images->pdata[i];

          pisces_target_images_add (combo->images, image->id, image->name);
        }
      target_combo_fill (combo);
    }
  if (! gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), id))
    gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), NEW_IMAGE);

  combo->is_filling = FALSE;

  name = gtk_combo_box_text_get_active_text (GTK_COMBO_BOX_TEXT (combo));
  gtk_widget_set_tooltip_text (GTK_WIDGET (combo), name);
}

/* The combo's cell exists only now.  A name may be longer than the window is
 * wide, so it is shortened.
 */
static void
pisces_target_combo_constructed (GObject *object)
{
  PiscesTargetCombo *combo = PISCES_TARGET_COMBO (object);
  GList             *cells;

  G_OBJECT_CLASS (pisces_target_combo_parent_class)->constructed (object);

  cells = gtk_cell_layout_get_cells (GTK_CELL_LAYOUT (combo));
  for (GList *each = cells; each; each = each->next)
    g_object_set (each->data,
                  "ellipsize",   PANGO_ELLIPSIZE_MIDDLE,
                  "width-chars", 14,
                  NULL);
  g_list_free (cells);

  target_combo_fill (combo);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), NEW_IMAGE);
  g_signal_connect (combo, "changed", G_CALLBACK (target_combo_changed), NULL);
}

static void
pisces_target_combo_finalize (GObject *object)
{
  g_ptr_array_unref (PISCES_TARGET_COMBO (object)->images);

  G_OBJECT_CLASS (pisces_target_combo_parent_class)->finalize (object);
}

static void
target_combo_fill (PiscesTargetCombo *combo)
{
  GtkComboBoxText *box = GTK_COMBO_BOX_TEXT (combo);

  gtk_combo_box_text_remove_all (box);
  gtk_combo_box_text_append (box, NEW_IMAGE, _("A new image"));

  for (guint i = 0; i < combo->images->len; i++)
    {
      const PiscesTargetImage *image = combo->images->pdata[i];
      g_autofree gchar        *id    = g_strdup_printf ("%d", image->id);
      g_autofree gchar        *name  =
        pisces_short_text (image->name, PISCES_SHORT_TEXT_LINE);

      /* The number tells images of the same name apart, as in GIMP's title
       * bars.  */
      if (target_images_have_twice (combo->images, image))
        {
          g_autofree gchar *numbered = g_strdup_printf ("%s-%d", name,
                                                        image->id);

          gtk_combo_box_text_append (box, id, numbered);
        }
      else
        {
          gtk_combo_box_text_append (box, id, name);
        }
    }
}

static void
target_combo_changed (PiscesTargetCombo *combo)
{
  const gchar *id = gtk_combo_box_get_active_id (GTK_COMBO_BOX (combo));

  if (id && ! combo->is_filling)
    g_signal_emit (combo, chosen_signal, 0,
                   (gint) g_ascii_strtoll (id, NULL, 10));
}

static gboolean
target_images_equal (GPtrArray *images,
                     GPtrArray *others)
{
  if (images->len != others->len)
    return FALSE;

  for (guint i = 0; i < images->len; i++)
    {
      const PiscesTargetImage *image = images->pdata[i];
      const PiscesTargetImage *other = others->pdata[i];

      if (image->id != other->id || ! g_str_equal (image->name, other->name))
        return FALSE;
    }

  return TRUE;
}

/* Returns whether another image has the same name.  */
static gboolean
target_images_have_twice (GPtrArray               *images,
                          const PiscesTargetImage *image)
{
  for (guint i = 0; i < images->len; i++)
    {
      const PiscesTargetImage *other = images->pdata[i];

      if (other != image && g_str_equal (other->name, image->name))
        return TRUE;
    }

  return FALSE;
}

static void
target_image_free (PiscesTargetImage *image)
{
  g_free (image->name);
  g_free (image);
}
