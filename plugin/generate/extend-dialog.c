/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extend-dialog.c: connects the window that asks how an image is to be extended
 * with the image and the engine.  The window is there for one image; while the
 * borders are drawn, a small window shows the progress.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-extend-window.h"

#include "plugin/generate/extend-dialog.h"
#include "plugin/generate/generate-fill.h"
#include "plugin/generate/generate-steps.h"
#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/canvas.h"
#include "plugin/task.h"

/* The only window of its kind.  */
#define WINDOW_KEY "pisces-extend-window"
#define IMAGE_KEY  "pisces-extend-image"

/* An image whose borders are being drawn.  */
typedef struct
{
  PiscesCanvasFill *fill;
  PiscesTask       *task;
} Extending;

static GtkWindow * dialog_get_window (PiscesExtension     *extension);
static void        dialog_on_extend  (PiscesExtendWindow  *window,
                                      PiscesExtension     *extension);
static gboolean    dialog_start      (PiscesExtension     *extension,
                                      PiscesExtendWindow  *window,
                                      GError             **error);
static void        dialog_done       (GObject             *source,
                                      GAsyncResult        *answer,
                                      gpointer             data);


/*  public functions  */

/**
 * pisces_extend_dialog_present:
 * @extension: the plug-in.
 * @image: the image to extend.
 * @error: set if there is no display.
 *
 * Call this during a call from GIMP, because only then can GIMP name the window that
 * the user called it from.
 *
 * Returns: %TRUE if the window is shown.
 */
gboolean
pisces_extend_dialog_present (PiscesExtension  *extension,
                              GimpImage        *image,
                              GError          **error)
{
  g_autoptr (GimpImage)  held   = g_object_ref (image);
  g_autoptr (GBytes)     handle = NULL;
  g_autofree gchar      *name   = NULL;
  GtkWindow             *window;

  if (! pisces_extension_init_ui (extension, error))
    return FALSE;

  handle = gimp_progress_get_window_handle ();
  name   = gimp_image_get_name (image);
  window = dialog_get_window (extension);
  g_object_set_data (G_OBJECT (window), IMAGE_KEY,
                     GINT_TO_POINTER (gimp_image_get_id (image)));
  pisces_extend_window_set_image (PISCES_EXTEND_WINDOW (window), name,
                                  gimp_image_get_width (image),
                                  gimp_image_get_height (image));

  if (handle && g_bytes_get_size (handle) > 0)
    gimp_window_set_transient_for (window, handle);
  gtk_window_present (window);

  return TRUE;
}


/*  private functions  */

static GtkWindow *
dialog_get_window (PiscesExtension *extension)
{
  GtkWindow *window = g_object_get_data (G_OBJECT (extension), WINDOW_KEY);

  if (window)
    return window;

  window = GTK_WINDOW (pisces_extend_window_new ());
  g_signal_connect (window, "extend-requested", G_CALLBACK (dialog_on_extend),
                    extension);
  g_object_set_data (G_OBJECT (extension), WINDOW_KEY, window);

  return window;
}

/* If it cannot be done, the window stays open and says why.  */
static void
dialog_on_extend (PiscesExtendWindow *window,
                  PiscesExtension    *extension)
{
  g_autoptr (GError) error = NULL;

  if (dialog_start (extension, window, &error))
    gtk_widget_hide (GTK_WIDGET (window));
  else
    pisces_extend_window_show_problem (window, error->message);
}

static gboolean
dialog_start (PiscesExtension     *extension,
              PiscesExtendWindow  *window,
              GError             **error)
{
  PiscesEngine                      *engine  = pisces_extension_get_engine (extension);
  const gchar                       *prompt  = pisces_extend_window_get_prompt (window);
  gint32                             id      =
    GPOINTER_TO_INT (g_object_get_data (G_OBJECT (window), IMAGE_KEY));
  g_autoptr (GimpImage)              image   = pisces_canvas_find_target (id, error);
  g_autoptr (PiscesGenerateRequest)  request = NULL;
  g_autoptr (PiscesCanvasFill)       fill    = NULL;
  PiscesBorders                      borders;
  Extending                         *work;
  PiscesTask                        *task;

  if (! image || ! pisces_extend_window_get_borders (window,
                                                     gimp_image_get_width (image),
                                                     gimp_image_get_height (image),
                                                     &borders, error))
    return FALSE;

  request                = pisces_generate_request_new (prompt);
  request->seed          = MIN (g_random_int (), G_MAXUINT32 - PISCES_EXTEND_STEPS_MAX);
  request->want_previews = FALSE;

  fill = pisces_generate_fill_begin_extending (engine, image, -1, PISCES_FILL_VISIBLE,
                                               &borders, error);
  task = fill ? pisces_task_new (extension, _("Draw the New Borders"),
                                 *prompt ? prompt : _("New borders"), error) : NULL;
  if (! task)
    return FALSE;

  work       = g_new0 (Extending, 1);
  work->fill = g_steal_pointer (&fill);
  work->task = task;
  pisces_generate_steps_async (engine, work->fill, request, pisces_task_progress, task,
                               pisces_task_get_cancellable (task), dialog_done, work);

  return TRUE;
}

static void
dialog_done (GObject      *source,
             GAsyncResult *answer,
             gpointer      data)
{
  Extending                        *work     = data;
  g_autoptr (PiscesGenerateResult)  result   = NULL;
  g_auto (GStrv)                    warnings = NULL;
  g_autoptr (GimpLayer)             layer    = NULL;
  g_autofree gchar                 *sentence = NULL;
  g_autoptr (GError)                error    = NULL;

  result = pisces_generate_steps_finish (PISCES_ENGINE (source), answer, &error);
  if (result)
    layer = pisces_generate_fill_put (work->fill, result, pisces_ai_mark_get_flag (NULL),
                                      &warnings, &error);
  if (layer && warnings[0])
    sentence = g_strjoinv ("\n", warnings);

  pisces_task_end (work->task, sentence, error);
  pisces_canvas_fill_unref (work->fill);
  g_free (work);
}
