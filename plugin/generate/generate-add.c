/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-add.c: puts a picture of the Generate Layer window where the user wants
 * it: into an image as a layer, into the selection that it was drawn for, or into
 * a new image.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-result-pane.h"

#include "plugin/generate/generate-session-private.h"
#include "plugin/gimp/canvas.h"

static PiscesCanvasFlags
            add_get_mark    (GenerateSession *session);
static void add_filled      (GenerateSession *session,
                             PiscesPicture   *picture);
static void add_tell_closed (GenerateSession *session);
static void add_open        (GenerateSession *session,
                             PiscesPicture   *picture);


/*  public functions  */

/**
 * pisces_generate_add:
 * @window: the window.
 * @picture: the picture that is to be added.
 * @session: its session.
 *
 * Adds the picture to the target, or opens it as a new image if there is none.
 */
void
pisces_generate_add (PiscesGenerateWindow *window,
                     PiscesPicture        *picture,
                     GenerateSession      *session)
{
  gint32                     image_id = session->base.image_id;
  GimpImage                 *image    = pisces_canvas_find_image (image_id);
  g_autoptr (PiscesPicture)  held     = pisces_picture_ref (picture);
  PiscesCanvasFlags          flags    = add_get_mark (session);
  g_autoptr (GPtrArray)      pictures = g_ptr_array_new ();
  g_autoptr (GPtrArray)      layers   = NULL;
  g_autoptr (GError)         error    = NULL;

  /* What was said when this failed before is no longer true if it works now.  */
  pisces_session_show_message (&session->base, GTK_MESSAGE_INFO, NULL);

  if (! image)
    {
      if (session->has_target)
        add_tell_closed (session);
      else
        add_open (session, picture);
      return;
    }

  if (picture->strength > 0.0)
    {
      add_filled (session, picture);
      return;
    }

  if (pisces_generate_window_get_mask (window))
    flags |= PISCES_CANVAS_MASK;

  g_ptr_array_add (pictures, picture);
  layers = pisces_canvas_add_pictures (image, pictures,
                                       pisces_generate_target_get_place (session), flags,
                                       &error);

  /* Meanwhile another call may have switched the window to another image.  */
  if (layers && image_id == session->base.image_id)
    pisces_generate_results_note_layer (session->results, layers->pdata[0]);
  else if (! layers)
    pisces_session_show_error (&session->base, error);
}


/*  private functions  */

/* Uses the state of the window, because the settings are stored later.  */
static PiscesCanvasFlags
add_get_mark (GenerateSession *session)
{
  GtkWidget *results = pisces_generate_window_get_results (session->window);

  return pisces_result_pane_get_file_flags (PISCES_RESULT_PANE (results)) &
         PISCES_PICTURE_FILE_MARK ? PISCES_CANVAS_MARK : PISCES_CANVAS_PLAIN;
}

/* A picture that was drawn to fit a selection goes into its place.  */
static void
add_filled (GenerateSession *session,
            PiscesPicture   *picture)
{
  gint32                 image_id = session->base.image_id;
  g_auto (GStrv)         warnings = NULL;
  g_autoptr (GimpLayer)  layer    = NULL;
  g_autoptr (GError)     error    = NULL;

  layer = pisces_generate_fills_add (session->fills, picture, image_id,
                                     add_get_mark (session), &warnings, &error);
  if (! layer)
    pisces_session_show_error (&session->base, error);
  else
    pisces_session_show_warnings (&session->base, warnings);

  /* Another picture would not fit into its place.  */
  if (layer && image_id == session->base.image_id)
    pisces_generate_results_note_layer (session->results, NULL);
}

static void
add_tell_closed (GenerateSession *session)
{
  pisces_generate_target_show (session);
  pisces_session_show_message (&session->base, GTK_MESSAGE_WARNING,
                               _("The image was closed. The picture is kept "
                                 "here: open it as a new image, or choose "
                                 "below which other image it goes into."));
}

/* Opens the picture as a new image, in a new window of GIMP.  */
static void
add_open (GenerateSession *session,
          PiscesPicture   *picture)
{
  g_autoptr (GError)  error = NULL;
  GimpImage          *image = NULL;

  image = pisces_canvas_new_image (picture, add_get_mark (session), &error);

  if (image)
    gimp_display_new (image);
  else
    pisces_session_show_error (&session->base, error);
}
