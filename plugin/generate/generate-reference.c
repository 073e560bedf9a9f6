/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-reference.c: gives the Generate Layer window a reference picture to
 * draw from: the pixels of the active layer, of the selection, or of a file,
 * as they are at the moment when the user asks for it.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/picture-file.h"

#include "plugin/generate/generate-reference.h"
#include "plugin/gimp/canvas.h"

static void    reference_choose   (PiscesReferencePane *pane,
                                   const gchar         *what,
                                   PiscesSession       *session);
static void    reference_load     (PiscesReferencePane *pane,
                                   const gchar         *path,
                                   PiscesSession       *session);
static gchar * reference_get_name (GimpImage           *image,
                                   gboolean             is_layer);


/*  public functions  */

/**
 * pisces_generate_reference_connect:
 * @session: the session of the window; it must live longer than @pane.
 * @pane: the reference pane of the session's window.
 */
void
pisces_generate_reference_connect (PiscesSession       *session,
                                   PiscesReferencePane *pane)
{
  g_signal_connect (pane, "choose", G_CALLBACK (reference_choose), session);
  g_signal_connect (pane, "file-dropped", G_CALLBACK (reference_load), session);
}


/*  private functions  */

static void
reference_choose (PiscesReferencePane *pane,
                  const gchar         *what,
                  PiscesSession       *session)
{
  GimpImage               *image    = pisces_canvas_find_image (session->image_id);
  g_autoptr (GimpImage)    held     = NULL;
  g_autoptr (PiscesImage)  pixels   = NULL;
  g_autofree gchar        *name     = NULL;
  g_autoptr (GError)       error    = NULL;
  gboolean                 is_layer = g_str_equal (what, "layer");

  if (! image)
    {
      pisces_session_show_message (session, GTK_MESSAGE_WARNING,
                                   _("The image was closed. Choose "
                                     "Layer ▸ New from Prompt in another "
                                     "image and try again."));
      return;
    }

  held   = g_object_ref (image);
  pixels = is_layer ? pisces_canvas_read_layer (image, &error) :
                      pisces_canvas_read_selection (image, &error);
  if (! pixels)
    {
      pisces_session_show_error (session, error);
      return;
    }

  name = reference_get_name (image, is_layer);
  pisces_reference_pane_set_image (pane, pixels, name);
}

/* @path: (nullable): %NULL if the dropped file is not a local one.  */
static void
reference_load (PiscesReferencePane *pane,
                const gchar         *path,
                PiscesSession       *session)
{
  g_autoptr (GError)      error  = NULL;
  g_autoptr (PiscesImage) pixels = NULL;
  g_autofree gchar       *name   = NULL;

  if (! path)
    {
      pisces_session_show_message (session, GTK_MESSAGE_WARNING,
                                   _("Only files of this computer can be drawn "
                                     "from. Download the picture and drop its "
                                     "file here."));
      return;
    }

  name   = g_filename_display_basename (path);
  pixels = pisces_picture_file_load (path, &error);
  if (pixels)
    pisces_reference_pane_set_image (pane, pixels, name);
  else
    pisces_session_show_error (session, error);
}

static gchar *
reference_get_name (GimpImage *image,
                    gboolean   is_layer)
{
  g_autofree GimpLayer **layers = NULL;

  if (! is_layer)
    return g_strdup (_("Selection"));

  layers = gimp_image_get_selected_layers (image);

  return layers && layers[0] ? gimp_item_get_name (GIMP_ITEM (layers[0])) :
                               g_strdup ("");
}
