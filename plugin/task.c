/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * task.c: a job of a menu item that has no window of its own: a small window
 * shows its progress and can stop it.  The call of the menu item returns as
 * soon as this window is open, because a call that waited for its job would
 * block all other calls from GIMP.  GIMP's own progress bar is not used,
 * because its Cancel button kills the plug-in.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>

#include "ui/widgets/pisces-task-window.h"

#include "plugin/task.h"

struct _PiscesTask
{
  PiscesTaskWindow *window;
  GCancellable     *cancellable;
};


/*  public functions  */

/**
 * pisces_task_new:
 * @extension: the plug-in.
 * @title: the title of the window.
 * @what: what the job works on; of any length.
 * @error: set if there is no display.
 *
 * Returns: (transfer full) (nullable): a task whose window is shown; end it
 *   with pisces_task_end().
 */
PiscesTask *
pisces_task_new (PiscesExtension  *extension,
                 const gchar      *title,
                 const gchar      *what,
                 GError          **error)
{
  PiscesTask *task;

  if (! pisces_extension_init_ui (extension, error))
    return NULL;

  task = g_new0 (PiscesTask, 1);

  /* Takes a reference, because the user may close the window at any time.  */
  task->window      = PISCES_TASK_WINDOW (
    g_object_ref (pisces_task_window_new (title, what)));
  task->cancellable = g_cancellable_new ();

  g_signal_connect_object (task->window, "stop-requested",
                           G_CALLBACK (g_cancellable_cancel),
                           task->cancellable, G_CONNECT_SWAPPED);
  pisces_task_present (task);

  return task;
}

/* Returns: (transfer none): a cancellable, which is cancelled when the user
 *   stops the task.  */
GCancellable *
pisces_task_get_cancellable (PiscesTask *task)
{
  return task->cancellable;
}

/* Brings its window in front of the window that the user called from.  Call
 * this during the call from GIMP.  */
void
pisces_task_present (PiscesTask *task)
{
  g_autoptr (GBytes) handle = gimp_progress_get_window_handle ();

  if (handle && g_bytes_get_size (handle) > 0)
    gimp_window_set_transient_for (GTK_WINDOW (task->window), handle);

  gtk_window_present (GTK_WINDOW (task->window));
}

/* A #PiscesProgressFunc.  */
void
pisces_task_progress (const PiscesProgress *progress,
                      gpointer              data)
{
  PiscesTask *task = data;

  pisces_task_window_show_progress (task->window, progress);
}

/**
 * pisces_task_end:
 * @task: (transfer full): a task whose job has ended.
 * @sentence: (nullable): what the user should know about the result.
 * @error: (nullable): why it failed.  Nothing is shown if the user stopped it.
 *
 * The window stays open only if there is something to read in it.
 */
void
pisces_task_end (PiscesTask   *task,
                 const gchar  *sentence,
                 const GError *error)
{
  if (error && ! g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    pisces_task_window_end (task->window, GTK_MESSAGE_ERROR, error->message);
  else
    pisces_task_window_end (task->window, GTK_MESSAGE_INFO,
                            error ? NULL : sentence);

  g_object_unref (task->window);
  g_object_unref (task->cancellable);
  g_free (task);
}
