/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine-words.c: what the engine's model would make of a prompt, asked while somebody writes:
 * by the model where it is resident, and else by its tokenizer and its
 * configuration alone, which are read in a thread when they are first needed.
 */

#include <string.h>

#include "engine/engine-private.h"


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
 * Quick, and never waits for a job: it may be asked at every keystroke.
 *
 * Returns: (transfer full) (nullable): what the model that the next job is for
 *   takes in of @text; %NULL as long as that is not known, because its
 *   tokenizer is still being read (ask again at PiscesEngine::status-changed)
 *   or cannot be (a job says why).
 */
PiscesPromptCheck *
pisces_engine_check_prompt (PiscesEngine *engine,
                            const gchar  *text)
{
  PiscesPromptCheck *check     = NULL;
  gboolean           must_load = FALSE;
  g_autofree gchar  *folder    = NULL;
  gboolean           is_loaded;

  g_return_val_if_fail (PISCES_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  g_mutex_lock (&engine->lock);
  folder    = g_strdup (engine->model_folder);
  is_loaded = g_strcmp0 (engine->loaded_folder, folder) == 0;
  g_mutex_unlock (&engine->lock);

  g_mutex_lock (&engine->model_lock);
  if (is_loaded && engine->model)
    check = engine->family->check_prompt ?
            engine->family->check_prompt (engine->model, text) : NULL;
  else
    check = ask_words (engine, folder, text, &must_load);
  g_mutex_unlock (&engine->model_lock);

  if (must_load)
    g_thread_unref (g_thread_new ("pisces-words", load_words,
                                  g_object_ref (engine)));

  return check;
}


/*  functions of the engine's own  */

/**
 * pisces_words_drop:
 * @engine: the engine, with its model lock held.
 *
 * Frees what reads prompts: the model does it now, or nothing is to be kept.
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

/* With the model lock held.  */
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

  /* A folder without words is being read, or has none.  */
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

  /* The model came meanwhile, or another one is meant now.  */
  if (words)
    family->free (words);

  return NULL;
}
