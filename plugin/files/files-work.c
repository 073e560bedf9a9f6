/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-work.c: the work on picture files: finding them, reading their texts,
 * reading their pixels, and saving texts in them.  It is done in a thread,
 * because a disk may be slow and a picture large.  The caller starts the next
 * work when one is done, so that only one picture is in memory at a time.
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
 * @kind: what to do.
 * @item: (nullable): a GObject of the caller, to which the work keeps a
 *   reference.
 * @path: (nullable): the file.
 * @language: (nullable): the language of the text; %NULL or the default: the
 *   text for everyone.
 *
 * Returns: (transfer full): a work for pisces_work_do() or
 *   pisces_work_start().
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
  g_strfreev (work->keywords);
  g_strfreev (work->removed);
  g_free (work->version);
  g_free (work);
}

/**
 * pisces_work_do:
 *
 * Does the work now, in the calling thread.
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
 * @work: (transfer full): the work.
 * @done: called in the main thread at the end.
 *
 * Does the work in a thread.
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
 * Returns: (transfer full): the work with its results.
 */
PiscesWork *
pisces_work_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}


/*  private functions  */

/* If a text for everyone is wanted, a text in any language counts.  */
static void
look (PiscesWork *work)
{
  if (pisces_file_texts_check (work->path, &work->error))
    work->texts = pisces_file_texts_read (work->path, work->language,
                                          &work->error);
  if (! work->texts)
    pisces_picture_file_explain (work->path, &work->error);
}

/* The file's texts and version are read afterwards in any case: there is a new
 * version of the file now, by us or by another program before us.
 */
static void
work_save (PiscesWork *work)
{
  const PiscesNewTexts texts =
  {
    .language         = work->language,
    .short_text       = work->text,
    .keywords         = (const gchar * const *) work->keywords,
    .removed_keywords = (const gchar * const *) work->removed,
  };

  pisces_file_texts_write (work->path, work->version,
                           work->keep_time ? PISCES_REPLACE_KEEP_TIME :
                                             PISCES_REPLACE_DEFAULT,
                           &texts, &work->error);
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
