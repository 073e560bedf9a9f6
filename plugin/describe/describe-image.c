/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-image.c: the image of a Describe Image window: whether it is still
 * open, and its pixels, which the window shows as the model will see them.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/describe/describe-pixels.h"
#include "plugin/describe/describe-session-private.h"
#include "plugin/gimp/canvas.h"


/**
 * pisces_describe_image_get:
 *
 * The result has a reference of its own, because libgimp frees its proxy
 * objects when one of our procedures is called while we wait for GIMP's
 * answer.
 *
 * Returns: (transfer full) (nullable): the image of the window; %NULL, with a
 *   message, if it was closed.
 */
GimpImage *
pisces_describe_image_get (PiscesDescribeSession *session)
{
  GimpImage *image = pisces_canvas_find_image (session->base.image_id);

  if (! image)
    pisces_describe_image_show_closed (session);

  return image ? g_object_ref (image) : NULL;
}

/**
 * pisces_describe_image_show_closed:
 *
 * Tells the user that the image was closed, and what happens to its texts.
 */
void
pisces_describe_image_show_closed (PiscesDescribeSession *session)
{
  const gchar *words;

  session->is_closed = TRUE;
  pisces_describe_window_set_image (session->window, NULL, NULL);
  pisces_describe_kept_store (session->kept);

  if (! pisces_describe_window_has_unsaved_texts (session->window))
    words = _("The image was closed. Choose Image ▸ Describe Image… in another "
              "image.");
  else if (pisces_describe_kept_has_file (session->kept))
    words = _("The image was closed. Its texts are kept: open the file again "
              "and choose Image ▸ Describe Image… there.");
  else
    words = _("The image was closed, and it had no file. Its texts are kept: "
              "choose Image ▸ Describe Image… in another image and find them "
              "under “Kept Texts”.");

  pisces_session_show_message (&session->base, GTK_MESSAGE_WARNING, words);
}

/**
 * pisces_describe_image_show:
 * @image: the window's image.
 *
 * Shows what the model will see, and keeps the pixels that this is made from.
 *
 * Returns: whether there are pixels; if not, a message says why.
 */
gboolean
pisces_describe_image_show (PiscesDescribeSession *session,
                            GimpImage             *image)
{
  g_autofree gchar         *name   = gimp_image_get_name (image);
  g_autoptr (PiscesStatus)  status = NULL;
  g_autoptr (PiscesImage)   view   = NULL;
  g_autoptr (GError)        error  = NULL;
  gboolean                  turned = FALSE;

  g_clear_pointer (&session->pixels, pisces_image_unref);

  session->pixels =
    pisces_describe_pixels_read (image,
                                 pisces_describe_window_get_source (session->window),
                                 &turned, &error);

  /* If the model cannot be read, the user is told when it is asked to
   * describe; until then, the pixels themselves are shown.  */
  if (session->pixels)
    {
      status = pisces_engine_get_status (session->base.engine);
      view   = pisces_model_view (pisces_status_get_model (status, PISCES_ROLE_DESCRIBE)->folder,
                                  session->pixels, NULL);
    }
  pisces_describe_window_set_image (session->window,
                                    view ? view : session->pixels, name);

  if (! session->pixels)
    pisces_session_show_message (&session->base, GTK_MESSAGE_WARNING,
                                 error->message);
  else if (turned && ! session->is_turned)
    pisces_session_show_message (&session->base, GTK_MESSAGE_INFO,
                                 _("The image's metadata says that it must be shown rotated, so "
                                   "it is described as viewers show what is exported of it."));
  session->is_turned = turned;

  return session->pixels != NULL;
}
