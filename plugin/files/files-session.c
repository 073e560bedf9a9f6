/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-session.c: connects the Describe Files window with the engine and the
 * files.  There is one window with one list, which stays as it is while the
 * window is closed.  The files are worked on one at a time, the most urgent
 * work first; while the engine describes one, others are saved or read.
 *
 * Longer than 500 lines, as it connects the window with each kind of work on
 * files, in a few lines each.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/find-pictures.h"
#include "ui/files/pisces-files-table.h"
#include "ui/files/pisces-files-window.h"
#include "ui/widgets/pisces-alt-texts.h"

#include "plugin/chosen-models.h"
#include "plugin/files/files-kept.h"
#include "plugin/files/files-saves.h"
#include "plugin/files/files-session.h"
#include "plugin/files/files-work.h"
#include "plugin/session.h"

#define SESSION_KEY "pisces-files-session"

typedef struct
{
  PiscesSession      base;
  PiscesFilesWindow *window;
  PiscesFileList    *list;

  gboolean           busy;          /* whether a PiscesWork is running */
  GQueue             finds;         /* GStrv */
  GQueue             saves;         /* see files-saves.h */
  GQueue             thumbnails;    /* PiscesFileItem, the newest first */

  GCancellable      *cancellable;   /* NULL while no file is being described */
  gboolean           overwrite;
  PiscesFileItem    *item;          /* the file being described, or NULL */
  guint              n_done;
  guint              n_all;
} FilesSession;

static FilesSession *
                 files_session_get     (PiscesExtension      *extension);
static void      session_go_on         (FilesSession         *session);
static PiscesWork * session_next_save  (FilesSession         *session);
static void      session_worked        (GObject              *source,
                                        GAsyncResult         *result,
                                        gpointer              data);
static void      session_found         (FilesSession         *session,
                                        PiscesWork           *work);
static void      session_looked        (FilesSession         *session,
                                        PiscesWork           *work);
static void      session_take_in       (PiscesFileItem       *item,
                                        const PiscesFileTexts *texts);
static gboolean  session_is_shown      (PiscesWork           *work);
static void      session_loaded        (FilesSession         *session,
                                        PiscesWork           *work);
static void      session_saved         (FilesSession         *session,
                                        PiscesWork           *work);
static void      session_next          (FilesSession         *session);
static void      session_end           (FilesSession         *session);
static void      files_session_progress (const PiscesProgress *progress,
                                         gpointer              data);
static void      session_described     (GObject              *source,
                                        GAsyncResult         *result,
                                        gpointer              data);

/* handlers of the window's signals */

static void      on_files_chosen       (FilesSession         *session,
                                        GStrv                 paths);
static void      on_describe           (FilesSession         *session,
                                        gboolean              overwrite);
static void      files_session_on_stop (FilesSession         *session);
static void      files_session_on_save (FilesSession         *session,
                                        GPtrArray            *items);
static void      files_session_on_language (FilesSession         *session);
static void      on_thumbnail          (FilesSession         *session,
                                        PiscesFileItem       *item);
static void      files_session_show_models (GtkWindow             *window,
                                            const PiscesModelInfo *draws,
                                            const PiscesModelInfo *describes);


/*  public functions  */

/**
 * pisces_files_session_present:
 * @extension: the plug-in.
 * @paths: (nullable): files and folders to add to the list.
 * @error: set if there is no display.
 *
 * Shows the window, or brings it to the front.
 *
 * Returns: %TRUE if it is shown.
 */
gboolean
pisces_files_session_present (PiscesExtension      *extension,
                              const gchar * const  *paths,
                              GError              **error)
{
  FilesSession *session;

  if (! pisces_extension_init_ui (extension, error))
    return FALSE;

  session = files_session_get (extension);
  if (paths && *paths)
    on_files_chosen (session, (GStrv) paths);
  pisces_session_present (&session->base);
  pisces_session_show_status (&session->base);

  return TRUE;
}


/*  private functions  */

static FilesSession *
files_session_get (PiscesExtension *extension)
{
  FilesSession *session = g_object_get_data (G_OBJECT (extension), SESSION_KEY);

  if (session)
    return session;

  session = g_new0 (FilesSession, 1);
  g_object_set_data (G_OBJECT (extension), SESSION_KEY, session);

  session->list   = pisces_file_list_new ();
  session->window = PISCES_FILES_WINDOW (pisces_files_window_new (session->list));
  g_queue_init (&session->finds);
  g_queue_init (&session->saves);
  g_queue_init (&session->thumbnails);
  pisces_session_init (&session->base, extension, GTK_WIDGET (session->window),
                       PISCES_SESSION_SET_STATUS (pisces_files_window_set_status),
                       PISCES_SESSION_SHOW_MESSAGE (pisces_files_window_show_message));
  pisces_session_remember (&session->base,
                           PISCES_SESSION_SETTINGS (pisces_files_window_set_settings),
                           PISCES_SESSION_SETTINGS (pisces_files_window_get_settings));

  g_signal_connect_swapped (session->window, "files-chosen",
                            G_CALLBACK (on_files_chosen), session);
  g_signal_connect_swapped (session->window, "describe-requested",
                            G_CALLBACK (on_describe), session);
  g_signal_connect_swapped (session->window, "stop-requested",
                            G_CALLBACK (files_session_on_stop), session);
  g_signal_connect_swapped (session->window, "save-requested",
                            G_CALLBACK (files_session_on_save), session);
  g_signal_connect_swapped (session->window, "language-changed",
                            G_CALLBACK (files_session_on_language), session);
  g_signal_connect_swapped (session->window, "thumbnail-wanted",
                            G_CALLBACK (on_thumbnail), session);
  g_signal_connect_swapped (session->window, "unload-requested",
                            G_CALLBACK (pisces_session_unload),
                            &session->base);

  pisces_chosen_models_watch (session->base.engine, session->base.window,
                              files_session_show_models);
  pisces_files_kept_attach (&session->base, session->list, session->window);
  session_go_on (session);

  return session;
}

/* Starts the next work on a file; what the user waits for comes first.  */
static void
session_go_on (FilesSession *session)
{
  const gchar    *language = pisces_files_window_get_language (session->window);
  PiscesFileItem *item;
  PiscesWork     *work     = NULL;

  if (session->busy)
    return;

  if (! g_queue_is_empty (&session->finds))
    {
      work = pisces_work_new (PISCES_WORK_FIND, NULL, NULL, NULL);
      work->chosen = g_queue_pop_head (&session->finds);
    }
  else if ((work = session_next_save (session)))
    {
      work->keep_time = pisces_files_window_get_keep_time (session->window);
    }
  else if (session->cancellable && ! session->item)
    {
      session_next (session);
      if (session->item)
        work = pisces_work_new (PISCES_WORK_LOAD, session->item,
                                pisces_file_item_get_path (session->item),
                                language);
    }

  if (! work && (item = g_queue_pop_head (&session->thumbnails)))
    {
      work = pisces_work_new (PISCES_WORK_THUMBNAIL, item,
                              pisces_file_item_get_path (item), NULL);
      work->width  = PISCES_FILES_THUMBNAIL_WIDTH *
                     gtk_widget_get_scale_factor (GTK_WIDGET (session->window));
      work->height = work->width * PISCES_FILES_THUMBNAIL_HEIGHT /
                     PISCES_FILES_THUMBNAIL_WIDTH;
      g_object_unref (item);
    }

  if (! work && (item = pisces_file_list_find_unknown (session->list)))
    work = pisces_work_new (PISCES_WORK_LOOK, item,
                            pisces_file_item_get_path (item), language);

  if (! work)
    return;

  session->busy = TRUE;
  pisces_work_start (work, session_worked, session);
}

static PiscesWork *
session_next_save (FilesSession *session)
{
  gboolean    asked = ! g_queue_is_empty (&session->saves);
  PiscesWork *work  = pisces_files_saves_next (&session->saves);

  if (asked && ! work)
    pisces_files_window_set_saving (session->window, 0);

  return work;
}

static void
session_worked (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  FilesSession           *session = data;
  g_autoptr (PiscesWork)  work    = pisces_work_finish (result);

  session->busy = FALSE;

  switch (work->kind)
    {
    case PISCES_WORK_FIND:
      session_found (session, work);
      break;

    case PISCES_WORK_LOOK:
      session_looked (session, work);
      break;

    case PISCES_WORK_LOAD:
      session_loaded (session, work);
      break;

    case PISCES_WORK_SAVE:
      session_saved (session, work);
      break;

    case PISCES_WORK_THUMBNAIL:
      /* A picture that cannot be read is reported when it is described, not
       * here.  */
      if (work->thumbnail)
        pisces_file_item_set_thumbnail (PISCES_FILE_ITEM (work->item),
                                        work->thumbnail);
      break;
    }

  session_go_on (session);
}

static void
session_found (FilesSession *session,
               PiscesWork   *work)
{
  g_autoptr (GPtrArray)  paths    = g_ptr_array_new ();
  g_autoptr (GPtrArray)  problems = g_ptr_array_new ();
  g_autofree gchar      *words    = NULL;

  for (guint i = 0; i < work->found->len; i++)
    {
      PiscesFoundPicture *picture = work->found->pdata[i];
      PiscesFileItem     *item    = pisces_file_list_find (session->list,
                                                           picture->path);

      if (! item)
        g_ptr_array_add (paths, picture->path);
      else if (! picture->problem)
        pisces_file_item_pass_over (item, NULL);
      if (! item && picture->problem)
        g_ptr_array_add (problems, picture);
    }

  pisces_file_list_add (session->list, paths);
  for (guint i = 0; i < problems->len; i++)
    {
      PiscesFoundPicture *picture = problems->pdata[i];

      pisces_file_item_pass_over (pisces_file_list_find (session->list,
                                                         picture->path),
                                  picture->problem);
    }

  if (work->found->len == 0)
    words = g_strdup (_("There are no pictures in this folder."));
  else if (problems->len > 0)
    words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                          "%u file was skipped; its row "
                                          "says why.",
                                          "%u files were skipped; their "
                                          "rows say why.", problems->len),
                             problems->len);
  if (words)
    pisces_session_show_message (&session->base, GTK_MESSAGE_INFO, words);
}

static void
session_looked (FilesSession *session,
                PiscesWork   *work)
{
  PiscesFileItem *item = PISCES_FILE_ITEM (work->item);

  /* The file cannot be read, so its texts are unknown.  Marking it as failed
   * prevents another attempt.
   */
  if (! work->texts)
    pisces_file_item_fail (item, work->error->message);
  else if (session_is_shown (work))
    session_take_in (item, work->texts);
}

/* Returns whether the work was for the language that is shown now.  */
static gboolean
session_is_shown (PiscesWork *work)
{
  const gchar *language = work->language ? work->language :
                                           PISCES_ALT_TEXT_DEFAULT;

  return g_str_equal (pisces_file_item_get_language (PISCES_FILE_ITEM (work->item)),
                      language);
}

static void
session_take_in (PiscesFileItem        *item,
                 const PiscesFileTexts *texts)
{
  pisces_file_item_see_version (item, texts->version);
  pisces_file_item_set_found (item, texts->short_text,
                              *texts->short_text || *texts->long_text,
                              texts->decorative);
  pisces_file_keywords_set_in_file (pisces_file_item_get_keywords (item),
                                    (const gchar * const *) texts->keywords);
}

/* The file may have got a text since it was added to the list.  */
static void
session_loaded (FilesSession *session,
                PiscesWork   *work)
{
  PiscesFileItem                    *item    = session->item;
  g_autoptr (PiscesDescribeRequest)  request = NULL;

  if (g_cancellable_is_cancelled (session->cancellable))
    {
      pisces_file_item_stop (item);
      session_end (session);
      return;
    }

  if (work->texts && pisces_file_texts_has_any (work->texts) &&
      ! session->overwrite)
    {
      pisces_file_item_stop (item);
      session_looked (session, work);
      g_clear_object (&session->item);
      return;
    }

  if (work->texts)
    session_looked (session, work);
  if (! work->pixels)
    {
      pisces_file_item_fail (item, work->error->message);
      g_clear_object (&session->item);
      session->n_done++;
      return;
    }

  request = pisces_files_window_make_request (session->window, work->pixels, work->language);
  pisces_engine_describe_async (session->base.engine, request,
                                files_session_progress, session,
                                session->cancellable,
                                session_described, session);
}

static void
session_saved (FilesSession *session,
               PiscesWork   *work)
{
  PiscesFileItem *item = PISCES_FILE_ITEM (work->item);

  if (work->texts)
    pisces_file_item_move_version (item, work->version, work->texts->version);

  if (! work->error)
    {
      pisces_files_saves_done (work);
    }
  else
    {
      /* The file changed, so show its present texts before the user decides to
       * save there anyway.
       */
      if (work->texts &&
          g_error_matches (work->error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG))
        {
          if (session_is_shown (work))
            session_take_in (item, work->texts);
          on_thumbnail (session, item);
        }
      pisces_file_item_fail (item, work->error->message);
      pisces_session_show_error (&session->base, work->error);
    }

  pisces_files_window_set_saving (session->window,
                                  g_queue_get_length (&session->saves));
}

/* Takes the next waiting file, or ends the job.  */
static void
session_next (FilesSession *session)
{
  PiscesFileItem *item = NULL;

  if (! g_cancellable_is_cancelled (session->cancellable))
    item = pisces_file_list_find_state (session->list, PISCES_FILE_WAITING);

  if (! item || ! pisces_file_item_begin (item))
    {
      session_end (session);
      return;
    }

  session->item  = g_object_ref (item);
  session->n_all = session->n_done + 1 +
                   pisces_file_list_count (session->list, PISCES_FILE_WAITING);
  pisces_files_window_show_progress (session->window, session->n_done,
                                     session->n_all, 0.0);
}

static void
session_end (FilesSession *session)
{
  g_autofree gchar *sentence = NULL;

  if (! g_cancellable_is_cancelled (session->cancellable))
    sentence = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                             "The model has looked at %u file.",
                                             "The model has looked at %u "
                                             "files.", session->n_done),
                                session->n_done);
  pisces_session_end_work (&session->base, sentence);

  g_clear_object (&session->item);
  g_clear_object (&session->cancellable);
  pisces_files_window_set_running (session->window, FALSE);
  pisces_session_show_status (&session->base);
}

static void
files_session_progress (const PiscesProgress *progress,
                        gpointer              data)
{
  FilesSession *session = data;

  if (session->item)
    pisces_files_window_show_progress (session->window, session->n_done,
                                       session->n_all, progress->fraction);
}

/* A problem with the picture is shown in its row, and the job continues with
 * the next file.  A problem with the model would be the same for every
 * picture, so it ends the job.
 */
static void
session_described (GObject      *source,
                   GAsyncResult *result,
                   gpointer      data)
{
  FilesSession                     *session = data;
  g_autoptr (PiscesDescribeResult)  texts   = NULL;
  g_autoptr (GError)                error   = NULL;

  texts = pisces_engine_describe_finish (session->base.engine, result, &error);

  if (texts)
    {
      pisces_file_item_write (session->item, texts->short_text,
                              texts->doubt != NULL);
      if (texts->keywords)
        pisces_file_keywords_write (pisces_file_item_get_keywords (session->item),
                                    (const gchar * const *) texts->keywords,
                                    texts->doubt != NULL);
    }
  else if (g_error_matches (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST))
    {
      pisces_file_item_fail (session->item, error->message);
    }
  else
    {
      pisces_file_item_stop (session->item);
      pisces_session_show_error (&session->base, error);
      session_end (session);
      return;
    }

  g_clear_object (&session->item);
  session->n_done++;
  session_go_on (session);
}

static void
on_files_chosen (FilesSession *session,
                 GStrv         paths)
{
  pisces_files_window_show_message (session->window, GTK_MESSAGE_INFO, NULL);
  g_queue_push_tail (&session->finds, g_strdupv (paths));
  session_go_on (session);
}

static void
on_describe (FilesSession *session,
             gboolean      overwrite)
{
  if (session->cancellable)
    return;

  session->overwrite   = overwrite;
  session->n_done      = 0;
  session->cancellable = g_cancellable_new ();

  if (pisces_file_list_queue (session->list, overwrite) == 0)
    {
      g_clear_object (&session->cancellable);
      pisces_session_show_message (&session->base, GTK_MESSAGE_INFO,
                                   _("No file waits to be described. Files "
                                     "that have a text already are left alone "
                                     "unless you say otherwise."));
      return;
    }

  pisces_session_begin_work (&session->base);
  pisces_files_window_set_running (session->window, TRUE);
  session_go_on (session);
}

static void
files_session_on_stop (FilesSession *session)
{
  if (session->cancellable)
    g_cancellable_cancel (session->cancellable);
}

static void
files_session_on_save (FilesSession *session,
                       GPtrArray    *items)
{
  pisces_files_saves_add (&session->saves, items);
  pisces_files_window_set_saving (session->window,
                                  g_queue_get_length (&session->saves));
  session_go_on (session);
}

static void
files_session_on_language (FilesSession *session)
{
  pisces_file_list_set_language (session->list,
                                 pisces_files_window_get_language (session->window));
  session_go_on (session);
}

/* The newest request comes first, because the older rows may have been
 * scrolled out of sight.  */
static void
on_thumbnail (FilesSession   *session,
              PiscesFileItem *item)
{
  g_queue_push_head (&session->thumbnails, g_object_ref (item));
  session_go_on (session);
}

/* Enables what the model that describes can do.  */
static void
files_session_show_models (GtkWindow             *window,
                           const PiscesModelInfo *draws,
                           const PiscesModelInfo *describes)
{
  pisces_files_window_set_abilities (PISCES_FILES_WINDOW (window),
                                     describes ? &describes->abilities : NULL);
}
