/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-pace.c: whether the chosen model is quick enough to draw live.  It goes
 * by the time that this model's pictures took on this computer, and asks for no
 * model by name.  The model that was too slow is remembered, so that the next
 * session need not try it; each picture that it draws measures it again.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "plugin/generate/generate-pace.h"
#include "plugin/gimp/settings.h"

#define GROUP       "generate"            /* of the settings */
#define KEY_MODEL   "live-slow-model"
#define KEY_SECONDS "live-slow-seconds"

/* A draft that takes longer than this, in seconds, does not follow what is written;
 * and the environment variable for users who think otherwise.  */
#define LIMIT          5.0
#define LIMIT_VARIABLE "PISCES_LIVE_SECONDS"

struct _PiscesGeneratePace
{
  PiscesSession        *session;
  PiscesGenerateWindow *window;
  gchar                *folder;    /* (nullable): of the model that is too slow */
  gdouble               seconds;   /* how long one of its drafts takes          */
};

static void    pace_load     (PiscesGeneratePace *pace);
static void    pace_save     (PiscesGeneratePace *pace);
static void    pace_show     (PiscesGeneratePace *pace);
static gdouble get_share     (PiscesGeneratePace *pace,
                              guint               n_steps);


/*  public functions  */

/**
 * pisces_generate_pace_new:
 * @session: the session of the window.
 * @window: the window.
 *
 * From now on the window says so if the chosen model is too slow.
 *
 * Returns: (transfer full): an object that lives as long as the window, which
 *   lives as long as the process.
 */
PiscesGeneratePace *
pisces_generate_pace_new (PiscesSession        *session,
                          PiscesGenerateWindow *window)
{
  PiscesGeneratePace *pace = g_new0 (PiscesGeneratePace, 1);

  pace->session = session;
  pace->window  = window;
  pace_load (pace);

  g_signal_connect_swapped (session->engine, "status-changed",
                            G_CALLBACK (pace_show), pace);
  pace_show (pace);

  return pace;
}

/* Returns: how long a draft may take, in seconds.  */
gdouble
pisces_generate_pace_get_limit (void)
{
  const gchar *text  = g_getenv (LIMIT_VARIABLE);
  gdouble      limit = text ? g_ascii_strtod (text, NULL) : LIMIT;

  return isfinite (limit) && limit > 0.0 ? MIN (limit, G_MAXINT / 1000) : LIMIT;
}

/**
 * pisces_generate_pace_note:
 * @folder: the folder of a model.
 * @seconds: how long a draft takes with it.
 */
void
pisces_generate_pace_note (PiscesGeneratePace *pace,
                           const gchar        *folder,
                           gdouble             seconds)
{
  gboolean is_slow  = seconds > pisces_generate_pace_get_limit ();
  gboolean was_slow = g_strcmp0 (pace->folder, folder) == 0;

  if (! is_slow && ! was_slow)
    return;

  g_clear_pointer (&pace->folder, g_free);
  pace->folder  = is_slow ? g_strdup (folder) : NULL;
  pace->seconds = seconds;
  pace_save (pace);
  pace_show (pace);
}

/**
 * pisces_generate_pace_take:
 * @drawn: pictures that the user asked for; they tell how long a draft takes.
 */
void
pisces_generate_pace_take (PiscesGeneratePace         *pace,
                           const PiscesGenerateResult *drawn)
{
  g_autoptr (PiscesStatus)  status = pisces_engine_get_status (pace->session->engine);
  const PiscesModelStatus  *model  = pisces_status_get_model (status, PISCES_ROLE_DRAW);
  const PiscesPicture      *picture;

  if (drawn->pictures->len == 0)
    return;

  /* Meanwhile another model may have been chosen.  */
  picture = drawn->pictures->pdata[0];
  if (model && g_strcmp0 (model->digest, picture->model_digest) == 0)
    pisces_generate_pace_note (pace, model->folder,
                               drawn->seconds / drawn->pictures->len *
                               get_share (pace, picture->steps));
}


/*  private functions  */

static void
pace_load (PiscesGeneratePace *pace)
{
  g_autoptr (GKeyFile) settings = pisces_settings_load ();

  pace->folder  = g_key_file_get_string (settings, GROUP, KEY_MODEL, NULL);
  pace->seconds = g_key_file_get_double (settings, GROUP, KEY_SECONDS, NULL);

  if (! (isfinite (pace->seconds) && pace->seconds > pisces_generate_pace_get_limit ()))
    g_clear_pointer (&pace->folder, g_free);
}

/* If it cannot be saved, the model is tried again in the next session.  */
static void
pace_save (PiscesGeneratePace *pace)
{
  g_autoptr (GKeyFile) settings = pisces_settings_load ();
  g_autoptr (GError)   error    = NULL;

  if (pace->folder)
    {
      g_key_file_set_string (settings, GROUP, KEY_MODEL, pace->folder);
      g_key_file_set_double (settings, GROUP, KEY_SECONDS, pace->seconds);
    }
  else
    {
      g_key_file_remove_key (settings, GROUP, KEY_MODEL, NULL);
      g_key_file_remove_key (settings, GROUP, KEY_SECONDS, NULL);
    }

  if (! pisces_settings_save (settings, &error))
    g_debug ("%s", error->message);
}

static void
pace_show (PiscesGeneratePace *pace)
{
  g_autoptr (PiscesStatus)  status = NULL;
  const PiscesModelStatus  *model;
  guint                     seconds;
  g_autofree gchar         *why    = NULL;

  if (pace->folder)
    {
      status = pisces_engine_get_status (pace->session->engine);
      model  = pisces_status_get_model (status, PISCES_ROLE_DRAW);
    }

  if (pace->folder && model && g_strcmp0 (pace->folder, model->folder) == 0)
    {
      seconds = (guint) CLAMP (ceil (pace->seconds), 1.0, 1e6);
      why = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                          "Even a draft takes this model about %u "
                                          "second, too long to draw while you write.",
                                          "Even a draft takes this model about %u "
                                          "seconds, too long to draw while you write.",
                                          seconds), seconds);
    }

  pisces_live_drafts_set_obstacle (
    pisces_generate_window_get_live_drafts (pace->window), why);
}

/* How much of the time of a picture a draft takes.  */
static gdouble
get_share (PiscesGeneratePace *pace,
           guint               n_steps)
{
  PiscesPromptPane *pane    = pisces_generate_window_get_prompt_pane (pace->window);
  guint             n_draft = pisces_prompt_pane_get_draft_steps (pane);

  return n_draft > 0 && n_steps > 0 ? MIN (1.0, (gdouble) n_draft / n_steps) : 1.0;
}
