/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-vary.c: pictures that begin with other pictures.  A result says which one it
 * began with, by its digest; that is looked for in the user's folder of results and in
 * the image's file, when the result is to be drawn again.  What begins with a picture
 * that was drawn to fit a place in an image goes to the same place.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-result-pane.h"
#include "ui/generate/pisces-result-store.h"

#include "plugin/generate/generate-vary.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/provenance.h"

static PiscesImage * vary_find_wanted   (PiscesResultPane  *pane,
                                         const gchar       *digest,
                                         PiscesSession     *session);
static PiscesImage * vary_find_in_image (gint32             image_id,
                                         const gchar       *digest);


/*  public functions  */

/**
 * pisces_generate_vary_connect:
 * @session: the session of the window; it must live longer than @pane.
 * @pane: the pane of the window's results.
 */
void
pisces_generate_vary_connect (PiscesSession *session,
                              GtkWidget     *pane)
{
  g_signal_connect (pane, "image-wanted", G_CALLBACK (vary_find_wanted), session);
}

/**
 * pisces_generate_vary:
 * @session: the session.
 * @asked: what the window asks for; it may begin with a result.
 * @fill: (out) (transfer full) (nullable): the place that the result was drawn for.
 * @before: (out) (transfer full) (nullable): what was there before that.
 * @error: set to a sentence if that place is not known any more.
 *
 * Returns: (transfer full) (nullable): what the engine is to draw.
 */
PiscesGenerateRequest *
pisces_generate_vary (GenerateSession        *session,
                      PiscesGenerateRequest  *asked,
                      PiscesCanvasFill      **fill,
                      PiscesImage           **before,
                      GError                **error)
{
  g_autoptr (PiscesGenerateRequest)  request = pisces_generate_request_copy (asked);
  g_autofree gchar                  *digest  = NULL;
  g_autoptr (PiscesResult)           begun   = NULL;
  PiscesCanvasFill                  *found;
  PiscesImage                       *shown;

  if (request->edit && request->edit->begun_with)
    {
      digest = g_strdup (request->edit->begun_with);
      begun  = pisces_generate_results_find (session->results, digest);
    }
  if (! begun || pisces_result_get_picture (begun)->strength == 0.0)
    return g_steal_pointer (&request);

  found = pisces_generate_fills_find_digest (session->fills, digest,
                                             session->base.image_id);
  if (! found)
    {
      pisces_generate_fills_set_unknown (error);
      return NULL;
    }

  *fill   = pisces_canvas_fill_ref (found);
  shown   = pisces_result_get_before (begun);
  *before = shown ? pisces_image_ref (shown) : NULL;
  pisces_canvas_fill_begin_with (found, pisces_result_get_picture (begun)->image,
                                 asked->edit->strength, request);
  pisces_generate_request_set_begun_with (request, digest);

  return g_steal_pointer (&request);
}

/**
 * pisces_generate_vary_find:
 * @image_id: an image.
 * @digest: the digest of a picture that another one began with.
 * @error: set to a sentence if it is not there.
 *
 * Returns: (transfer full) (nullable): the picture, from the user's folder of results or
 *   from the image's file.
 */
PiscesImage *
pisces_generate_vary_find (gint32        image_id,
                           const gchar  *digest,
                           GError      **error)
{
  g_autoptr (PiscesResultStore) store =
    pisces_result_store_new (NULL, PISCES_RESULT_STORE_LIMIT_BYTES);
  PiscesImage *found = pisces_result_store_find (store, digest);

  if (! found)
    found = vary_find_in_image (image_id, digest);
  if (! found)
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                         _("It began with another picture, which is neither in the "
                           "image's file nor among those that are kept on this "
                           "computer, so it cannot be drawn again."));

  return found;
}


/*  private functions  */

static PiscesImage *
vary_find_wanted (PiscesResultPane *pane,
                  const gchar      *digest,
                  PiscesSession    *session)
{
  g_autoptr (GError)  error = NULL;
  PiscesImage        *found = pisces_generate_vary_find (session->image_id, digest, &error);

  if (! found)
    pisces_session_show_error (session, error);

  return found;
}

/* Reads no more than this program would have stored there.  */
static PiscesImage *
vary_find_in_image (gint32       image_id,
                    const gchar *digest)
{
  GimpImage                 *image   = pisces_canvas_find_image (image_id);
  g_autoptr (PiscesPicture)  picture = pisces_picture_new ();
  g_autoptr (PiscesResult)   result  = pisces_result_new (picture, digest);
  g_autoptr (GBytes)         png     = NULL;

  if (image)
    png = pisces_provenance_read_pixels (image, digest);

  return png && g_bytes_get_size (png) <= PISCES_RESULT_CARRIED_BYTES_MAX &&
         pisces_result_store_unpack (result, png, digest, NULL) ?
         pisces_image_ref (picture->image) : NULL;
}
