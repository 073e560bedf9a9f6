/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine-words.c: says how the model that draws understands a prompt, while
 * somebody is writing it.  If the model is loaded, it is asked.  If not, its
 * tokenizer and its configuration are enough; a thread reads them when they
 * are first needed.
 */

#include "engine/engine-private.h"


static LoadedModel *       find_loaded (PiscesEngine *engine,
                                       const gchar  *folder);
static PiscesPromptCheck * ask_words  (PiscesEngine *engine,
                                       const gchar  *folder,
                                       const gchar  *text,
                                       gboolean     *must_load);
static gpointer            load_words (gpointer      data);


/*  public functions  */

/**
 * pisces_engine_check_prompt:
 * @engine: the engine.
 * @text: what a user is writing.
 *
 * Fast, and never waits for a job, so it can be called at every keystroke.
 *
 * Returns: (transfer full) (nullable): how the model that will draw
 *   understands @text. %NULL if that is not known: because its tokenizer is
 *   still being read (ask again at PiscesEngine::status-changed), or because
 *   it cannot be read (a job will say why).
 */
PiscesPromptCheck *
pisces_engine_check_prompt (PiscesEngine *engine,
                            const gchar  *text)
{
  PiscesPromptCheck *check     = NULL;
  gboolean           must_load = FALSE;
  g_autofree gchar  *folder    = NULL;
  LoadedModel       *loaded;

  g_return_val_if_fail (PISCES_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  g_mutex_lock (&engine->lock);
  folder = g_strdup (engine->choices[PISCES_ROLE_INDEX (PISCES_ROLE_DRAW)].folder);
  g_mutex_unlock (&engine->lock);

  g_mutex_lock (&engine->model_lock);
  loaded = find_loaded (engine, folder);
  if (loaded)
    check = loaded->family->check_prompt ?
            loaded->family->check_prompt (loaded->model, text) : NULL;
  else
    check = ask_words (engine, folder, text, &must_load);
  g_mutex_unlock (&engine->model_lock);

  if (must_load)
    g_thread_unref (g_thread_new ("pisces-words", load_words,
                                  g_object_ref (engine)));

  return check;
}


/* functions for the engine's other files */

/**
 * pisces_words_drop:
 * @engine: the engine; the caller holds its model lock.
 *
 * Frees the separate tokenizer, because the model is loaded now, or because
 * memory is to be freed.
 */
void
pisces_words_drop (PiscesEngine *engine)
{
  if (engine->words)
    engine->words_family->free (engine->words);
  engine->words = NULL;
  g_clear_pointer (&engine->words_folder, g_free);
}


/*  private functions  */

/* The caller holds the model lock.  A model reads prompts in the same way on
 * every backend.  */
static LoadedModel *
find_loaded (PiscesEngine *engine,
             const gchar  *folder)
{
  for (GList *link = engine->models.head; link; link = link->next)
    {
      LoadedModel *loaded = link->data;

      if (loaded->model && g_str_equal (loaded->source.folder, folder))
        return loaded;
    }

  return NULL;
}

/* The caller holds the model lock.  */
static PiscesPromptCheck *
ask_words (PiscesEngine *engine,
           const gchar  *folder,
           const gchar  *text,
           gboolean     *must_load)
{
  if (g_strcmp0 (engine->words_folder, folder) != 0)
    {
      pisces_words_drop (engine);
      engine->words_folder = g_strdup (folder);
      *must_load = TRUE;
    }

  /* If there are no words, this folder is being read, or could not be read.  */
  return engine->words ? engine->words_family->check_prompt (engine->words, text) : NULL;
}

static gpointer
load_words (gpointer data)
{
  g_autoptr (PiscesEngine)  engine = data;
  const PiscesFamily       *family;
  gpointer                  words  = NULL;
  g_autofree gchar         *folder = NULL;

  g_mutex_lock (&engine->model_lock);
  folder = g_strdup (engine->words_folder);
  g_mutex_unlock (&engine->model_lock);

  family = folder ? pisces_family_find (folder, NULL) : NULL;
  if (family && family->load_words && family->check_prompt)
    words = family->load_words (folder, NULL);

  g_mutex_lock (&engine->model_lock);
  if (words && ! engine->words && g_strcmp0 (engine->words_folder, folder) == 0)
    {
      engine->words_family = family;
      engine->words        = g_steal_pointer (&words);
    }
  g_mutex_unlock (&engine->model_lock);
  pisces_status_notice_send (engine->notice);

  /* In the meantime the model has been loaded, or another one has been
   * chosen.  */
  if (words)
    family->free (words);

  return NULL;
}
