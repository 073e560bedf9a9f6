/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-work.c: what is done with picture files: to find them, to see what
 * texts they have, to read their pixels, to save texts in them.  A disk may be
 * slow and a picture large, so it is done in a thread, and whoever starts a
 * thing starts the next when it is done: one picture is in memory at a time.
 * Knows neither GIMP nor the window.
 */

#include <string.h>

#include "engine/metadata/find-pictures.h"
#include "engine/metadata/picture-file.h"
#include "ui/widgets/pisces-alt-texts.h"

#include "plugin/files/files-work.h"

static void look         (PiscesWork    *work);
static void work_save    (PiscesWork    *work);
static void do_in_thread (GTask         *task,
                          gpointer       source,
                          gpointer       data,
                          GCancellable  *cancellable);


/*  public functions  */

/**
 * pisces_work_new:
 * @kind: what is to be done.
 * @item: (nullable): a GObject, to be kept with it.
 * @path: (nullable): of the file.
 * @language: (nullable): of the text; %NULL or the default: for everyone.
 *
 * Returns: (transfer full): to be given to one of the two below.
 */
PiscesWork *
pisces_work_new (PiscesWorkKind  kind,
                 gpointer        item,
                 const gchar    *path,
                 const gchar    *language)
{
  PiscesWork *work = g_new0 (PiscesWork, 1);

  work->kind = kind;
  work->item = item ? g_object_ref (item) : NULL;
  work->path = g_strdup (path);
  if (language && *language && strcmp (language, PISCES_ALT_TEXT_DEFAULT) != 0)
    work->language = g_strdup (language);

  return work;
}

void
pisces_work_free (PiscesWork *work)
{
  g_clear_object (&work->item);
  g_clear_object (&work->thumbnail);
  g_clear_pointer (&work->texts, pisces_file_texts_free);
  g_clear_pointer (&work->pixels, pisces_image_unref);
  g_clear_pointer (&work->found, g_ptr_array_unref);
  g_clear_error (&work->error);
  g_strfreev (work->chosen);
  g_free (work->path);
  g_free (work->language);
  g_free (work->text);
  g_free (work->version);
  g_free (work);
}

/**
 * pisces_work_do:
 *
 * Does it now, in whatever thread.
 */
void
pisces_work_do (PiscesWork *work)
{
  switch (work->kind)
    {
    case PISCES_WORK_FIND:
      work->found = pisces_find_pictures ((const gchar * const *) work->chosen,
                                          NULL);
      break;

    case PISCES_WORK_LOOK:
      look (work);
      break;

    case PISCES_WORK_LOAD:
      look (work);
      if (work->texts)
        work->pixels = pisces_picture_file_load (work->path, &work->error);
      break;

    case PISCES_WORK_THUMBNAIL:
      work->thumbnail = pisces_picture_file_load_thumbnail (work->path,
                                                            work->width,
                                                            work->height,
                                                            &work->error);
      break;

    case PISCES_WORK_SAVE:
      work_save (work);
      break;
    }
}

/**
 * pisces_work_start:
 * @work: (transfer full): what is to be done.
 * @done: called in the main thread.
 *
 * Does it in a thread.
 */
void
pisces_work_start (PiscesWork          *work,
                   GAsyncReadyCallback  done,
                   gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, done, user_data);

  g_task_set_source_tag (task, pisces_work_start);
  g_task_set_task_data (task, work, NULL);
  g_task_run_in_thread (task, do_in_thread);
}

/**
 * pisces_work_finish:
 *
 * Returns: (transfer full): what came of it.
 */
PiscesWork *
pisces_work_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}


/*  private functions  */

/* For everyone, a text in any language is one.  */
static void
look (PiscesWork *work)
{
  if (pisces_file_texts_check (work->path, &work->error))
    work->texts = pisces_file_texts_read (work->path, work->language,
                                          &work->error);
  if (! work->texts)
    pisces_picture_file_explain (work->path, &work->error);
}

/* What the file is then is looked at in any case: it is another version of the
 * file, made by us, or by the program that came before us.
 */
static void
work_save (PiscesWork *work)
{
  pisces_file_texts_write_short (work->path, work->version,
                                 work->keep_time ? PISCES_REPLACE_KEEP_TIME :
                                                   PISCES_REPLACE_DEFAULT,
                                 work->language, work->text, &work->error);
  work->texts = pisces_file_texts_read (work->path, work->language, NULL);
}

static void
do_in_thread (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  pisces_work_do (data);
  g_task_return_pointer (task, data, NULL);
}
