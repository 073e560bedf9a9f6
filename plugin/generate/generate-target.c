/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-target.c: tells the Generate Layer window which images are open, and
 * where in the chosen one the picture goes.
 */

#include <libgimp/gimp.h>

#include "plugin/generate/generate-limits.h"
#include "plugin/generate/generate-session-private.h"
#include "plugin/gimp/canvas.h"

static void        target_find_place  (GenerateSession  *session,
                                       GimpImage        *image,
                                       PiscesPlaceInfo  *info,
                                       GError          **error);
static GPtrArray * target_list_images (void);


/*  public functions  */

/* Shows the target as it is now.  */
void
pisces_generate_target_show (GenerateSession *session)
{
  g_autoptr (GPtrArray)   images = target_list_images ();
  GimpImage              *image  = pisces_canvas_find_image (session->base.image_id);
  g_autoptr (GObject)     held   = NULL;
  g_autofree GimpLayer  **layers = NULL;
  PiscesPlaceInfo         info   = { 0 };
  g_autoptr (GError)      error  = NULL;

  session->has_target = image != NULL;
  if (! image)
    {
      pisces_generate_window_set_target (session->window, images, 0, NULL);
      pisces_generate_limits_set_place (session->window, 0, 0);
      return;
    }

  /* While we ask GIMP something, another plug-in may call this one, and at the
   * end of that call libgimp frees every image without a reference.  So
   * nothing is asked between finding the image and taking the reference.
   */
  held   = g_object_ref (G_OBJECT (image));
  layers = gimp_image_get_selected_layers (image);

  info.canvas_width  = gimp_image_get_width (image);
  info.canvas_height = gimp_image_get_height (image);
  info.has_selection = ! gimp_selection_is_empty (image);
  info.has_layer     = layers && layers[0];
  target_find_place (session, image, &info, &error);
  info.change_obstacle = error ? error->message : NULL;

  pisces_generate_window_set_target (session->window, images,
                                     session->base.image_id, &info);
}

/* The window shows the results of the image that the user has chosen.  */
void
pisces_generate_target_choose (PiscesGenerateWindow *window,
                               gint                  image_id,
                               GenerateSession      *session)
{
  session->base.image_id = image_id;
  pisces_generate_target_show (session);
  pisces_generate_results_show_image (session->results);
}

PiscesPlace
pisces_generate_target_get_place (GenerateSession *session)
{
  return pisces_placement_from_name (
           pisces_generate_window_get_place (session->window));
}


/*  private functions  */

/* A picture that was drawn to fit a selection goes there.
 *
 * @error: set if the active layer cannot be changed.
 */
static void
target_find_place (GenerateSession  *session,
                   GimpImage        *image,
                   PiscesPlaceInfo  *info,
                   GError          **error)
{
  PiscesPicture    *picture = pisces_generate_window_get_picture (session->window);
  PiscesCanvasFill *fill    = NULL;
  GeglRectangle     target, layer;
  gboolean          changes = pisces_generate_window_is_changing (session->window);

  target = pisces_placement_get_target (image, pisces_generate_target_get_place (session), NULL);
  pisces_generate_limits_set_place (session->window, target.width, target.height);

  if (picture)
    fill = pisces_generate_fills_find (session->fills, picture,
                                       session->base.image_id);
  if (picture && picture->image)
    {
      info->picture_width  = picture->image->width;
      info->picture_height = picture->image->height;
    }

  if (pisces_canvas_fill_check_layer (image, &layer, error) && changes)
    target = layer;

  info->is_fixed = fill != NULL;
  if (fill)
    target = pisces_canvas_fill_get_bounds (fill);
  else if (info->picture_width > 0 && ! changes &&
           ! pisces_generate_window_is_filling (session->window))
    target = pisces_placement_fit (info->picture_width, info->picture_height,
                                   &target);

  info->place = (GdkRectangle) { target.x, target.y, target.width, target.height };
}

/* Images have references while GIMP is asked; canvas.h explains why.  */
static GPtrArray *
target_list_images (void)
{
  g_autofree GimpImage **open   = gimp_get_images ();
  g_autoptr (GPtrArray)  held   =
    g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray             *images = pisces_target_images_new ();

  for (guint i = 0; open && open[i]; i++)
    g_ptr_array_add (held, g_object_ref (open[i]));

  for (guint i = 0; i < held->len; i++)
    {
      g_autofree gchar *name = gimp_image_get_name (held->pdata[i]);

      if (name)
        pisces_target_images_add (images, gimp_image_get_id (held->pdata[i]),
                                  name);
    }

  return images;
}
