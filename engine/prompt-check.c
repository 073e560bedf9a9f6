/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the engine's model would make of a prompt, asked while somebody writes:
 * by the model where it is resident, and else by its tokenizer and its
 * configuration alone, which are read in a thread when they are first needed.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/engine-private.h"

/* So many unknown words are named.  */
#define N_NAMED 5


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

/**
 * pisces_prompt_check_get_sentences:
 * @check: what was found.
 *
 * Returns: (transfer full) (array zero-terminated=1): what the user should
 *   know of it; empty where all of the prompt is read.
 */
gchar **
pisces_prompt_check_get_sentences (const PiscesPromptCheck *check)
{
  g_autoptr (GStrvBuilder) sentences = g_strv_builder_new ();
  g_autoptr (GString)      names     = g_string_new (NULL);
  guint                    n         = g_strv_length (check->unknown_words);

  for (guint i = 0; i < MIN (n, N_NAMED); i++)
    {
      if (i > 0)
        /* Translators: between words.  */
        g_string_append (names, C_("list of words", ", "));
      g_string_append_printf (names, "“%s”", check->unknown_words[i]);
    }

  if (check->refusal)
    g_strv_builder_add (sentences, check->refusal);
  else if (n > N_NAMED)
    g_strv_builder_take (sentences,
                         g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                       "This model does not know %u of the "
                                                       "words and left it out: %s and others.",
                                                       "This model does not know %u of the "
                                                       "words and left them out: %s and others.",
                                                       n), n, names->str));
  else if (n > 0)
    /* Translators: words, each in quotation marks, with commas.  */
    g_strv_builder_take (sentences,
                         g_strdup_printf (_("This model does not know these words "
                                            "and left them out: %s."), names->str));

  for (guint i = 0; check->mended_words && check->mended_words[i]; i += 2)
    /* Translators: a word with a typing error, and the word that was meant.  */
    g_strv_builder_take (sentences,
                         g_strdup_printf (_("“%s” is read as “%s”."),
                                          check->mended_words[i],
                                          check->mended_words[i + 1]));

  if (check->left_out)
    /* Translators: the words with which the rest of a text begins.  */
    g_strv_builder_take (sentences,
                         g_strdup_printf (_("The text is longer than this model can "
                                            "take in. All from “%s” on is left out."),
                                          check->left_out));

  return g_strv_builder_end (sentences);
}

void
pisces_prompt_check_free (PiscesPromptCheck *check)
{
  g_strfreev (check->unknown_words);
  g_strfreev (check->mended_words);
  g_free (check->left_out);
  g_free (check->as_read);
  g_free (check->refusal);
  g_free (check);
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
