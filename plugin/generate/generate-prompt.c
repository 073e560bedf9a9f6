/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-prompt.c: connects the prompt pane of the Generate Layer window
 * with the engine, which writes plans and knows which words the model
 * understands, and with the user's files of prompts and styles.
 */

#include <gio/gio.h>

#include "plugin/generate/generate-prompt.h"

typedef struct
{
  PiscesSession    *session;
  PiscesPromptPane *pane;
  gchar            *model_digest;   /* model the words were checked for, or
                                     * NULL                               */
  gchar            *model_folder;   /* the same model, loaded or not      */
  gboolean          must_ask_again; /* the engine could not check words yet */
} Prompt;

static void     prompt_plan     (PiscesPromptPane      *pane,
                                 PiscesGenerateRequest *request,
                                 GCancellable          *cancellable,
                                 Prompt                *prompt);
static void     prompt_progress (const PiscesProgress  *progress,
                                 gpointer               data);
static void     prompt_planned  (GObject               *source,
                                 GAsyncResult          *result,
                                 gpointer               data);
static void     prompt_message  (PiscesPromptPane      *pane,
                                 const gchar           *sentence,
                                 Prompt                *prompt);
static PiscesPromptCheck *
                prompt_check    (const gchar           *text,
                                 gpointer               data);
static void     prompt_status   (PiscesEngine          *engine,
                                 PiscesPromptPane      *pane);
static void     prompt_free     (gpointer               data);


/*  public functions  */

/**
 * pisces_generate_prompt_connect:
 * @session: the session of the window; it must live longer than @pane.
 * @pane: the prompt pane of the session's window.
 */
void
pisces_generate_prompt_connect (PiscesSession    *session,
                                PiscesPromptPane *pane)
{
  g_autofree gchar               *history_path = pisces_prompt_history_get_path ();
  g_autofree gchar               *styles_path  = pisces_styles_get_path ();
  g_autoptr (PiscesPromptHistory) history      = NULL;
  g_autoptr (PiscesStyles)        styles       = NULL;
  Prompt                         *prompt       = g_new0 (Prompt, 1);
  GError                         *error        = NULL;

  prompt->session = session;
  prompt->pane    = pane;

  history = pisces_prompt_history_new (history_path);
  if (! pisces_prompt_history_load (history, &error))
    {
      pisces_session_show_error (session, error);
      g_clear_error (&error);
    }

  styles = pisces_styles_new (styles_path);
  if (! pisces_styles_load (styles, &error))
    {
      pisces_session_show_error (session, error);
      g_clear_error (&error);
    }

  pisces_prompt_pane_set_history (pane, history);
  pisces_prompt_pane_set_styles (pane, styles);
  pisces_prompt_pane_set_word_check (pane, prompt_check, prompt);
  g_signal_connect (pane, "plan-requested", G_CALLBACK (prompt_plan), prompt);
  g_signal_connect (pane, "message", G_CALLBACK (prompt_message), prompt);

  g_object_set_data_full (G_OBJECT (pane), "pisces-generate-prompt", prompt,
                          prompt_free);
  g_signal_connect_object (session->engine, "status-changed",
                           G_CALLBACK (prompt_status), pane, 0);
  prompt_status (session->engine, pane);
}


/*  private functions  */

static void
prompt_plan (PiscesPromptPane      *pane,
             PiscesGenerateRequest *request,
             GCancellable          *cancellable,
             Prompt                *prompt)
{
  pisces_engine_plan_async (prompt->session->engine, request,
                            prompt_progress, prompt, cancellable,
                            prompt_planned, g_object_ref (pane));
}

static void
prompt_progress (const PiscesProgress *progress,
                 gpointer              data)
{
  Prompt *prompt = data;

  if (progress->text && progress->stage == PISCES_STAGE_PLANNING &&
      pisces_prompt_pane_is_planning (prompt->pane))
    pisces_prompt_pane_write_plan (prompt->pane, progress->text);
}

static void
prompt_planned (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (PiscesPromptPane)  pane   = data;
  g_autoptr (GError)            error  = NULL;
  g_autofree gchar             *plan   = NULL;
  Prompt                       *prompt = NULL;

  prompt = g_object_get_data (G_OBJECT (pane), "pisces-generate-prompt");
  plan   = pisces_engine_plan_finish (PISCES_ENGINE (source), result, &error);

  pisces_prompt_pane_finish_plan (pane, plan);
  if (error)
    pisces_session_show_error (prompt->session, error);
}

static void
prompt_message (PiscesPromptPane *pane,
                const gchar      *sentence,
                Prompt           *prompt)
{
  pisces_session_show_message (prompt->session, GTK_MESSAGE_WARNING, sentence);
}

static PiscesPromptCheck *
prompt_check (const gchar *text,
              gpointer     data)
{
  Prompt            *prompt = data;
  PiscesPromptCheck *check;

  if (*text == '\0')
    return NULL;

  check = pisces_engine_check_prompt (prompt->session->engine, text);
  prompt->must_ask_again = check == NULL;

  return check;
}

/* Asks again for everything that depends on the model when the model has
 * changed, or when the engine has read its tokenizer.
 */
static void
prompt_status (PiscesEngine     *engine,
               PiscesPromptPane *pane)
{
  Prompt                  *prompt = NULL;
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);
  const PiscesModelStatus *model  = pisces_status_get_model (status, PISCES_ROLE_DRAW);
  const gchar             *digest = model->loaded ? model->digest : NULL;

  prompt = g_object_get_data (G_OBJECT (pane), "pisces-generate-prompt");

  if (g_strcmp0 (prompt->model_folder, model->folder) != 0)
    {
      g_free (prompt->model_folder);
      prompt->model_folder   = g_strdup (model->folder);
      prompt->must_ask_again = TRUE;
    }

  if (g_strcmp0 (prompt->model_digest, digest) != 0)
    {
      g_free (prompt->model_digest);
      prompt->model_digest   = g_strdup (digest);
      prompt->must_ask_again = TRUE;
    }

  if (prompt->must_ask_again)
    {
      prompt->must_ask_again = FALSE;
      pisces_prompt_pane_check_words (pane);
    }
}

static void
prompt_free (gpointer data)
{
  Prompt *prompt = data;

  g_free (prompt->model_digest);
  g_free (prompt->model_folder);
  g_free (prompt);
}
