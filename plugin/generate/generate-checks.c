/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-checks.c: has the engine check results of the Generate Layer window
 * against their prompts.
 */

#include <glib/gi18n-lib.h>

#include "plugin/generate/generate-checks.h"

struct _PiscesGenerateChecks
{
  PiscesSession     *session;
  PiscesCheckedFunc  checked;
  gpointer           user_data;
  gboolean           failed;   /* and the user has been told */
};

/* What the engine's callback of one check needs.  */
typedef struct
{
  PiscesGenerateChecks *checks;
  PiscesResult         *result;
} Check;

static void checks_done (GObject      *source,
                         GAsyncResult *answer,
                         gpointer      data);


/*  public functions  */

/**
 * pisces_generate_checks_new:
 * @session:   of the window.
 * @pane:      asks for checks.
 * @checked:   called for each result that has a score now.
 * @user_data: for @checked.
 *
 * Returns: (transfer full): lives as long as the window, which is that of the
 *   process.
 */
PiscesGenerateChecks *
pisces_generate_checks_new (PiscesSession     *session,
                            PiscesResultPane  *pane,
                            PiscesCheckedFunc  checked,
                            gpointer           user_data)
{
  PiscesGenerateChecks *checks = g_new0 (PiscesGenerateChecks, 1);

  checks->session   = session;
  checks->checked   = checked;
  checks->user_data = user_data;

  g_signal_connect_swapped (pane, "check-requested",
                            G_CALLBACK (pisces_generate_checks_check), checks);

  return checks;
}

/**
 * pisces_generate_checks_check:
 * @result: with its image.
 */
void
pisces_generate_checks_check (PiscesGenerateChecks *checks,
                              PiscesResult         *result)
{
  PiscesPicture *picture = pisces_result_get_picture (result);
  Check         *check   = g_new0 (Check, 1);

  check->checks = checks;
  check->result = g_object_ref (result);

  pisces_engine_score_async (checks->session->engine, picture->image,
                             picture->prompt, NULL, checks_done, check);
}


/*  private functions  */

static void
checks_done (GObject      *source,
             GAsyncResult *answer,
             gpointer      data)
{
  g_autofree Check         *check  = data;
  PiscesGenerateChecks     *checks = check->checks;
  g_autoptr (PiscesResult)  result = check->result;
  g_autoptr (GError)        error  = NULL;
  g_autoptr (PiscesScore)   score  = NULL;

  score = pisces_engine_score_finish (PISCES_ENGINE (source), answer, &error);

  if (score)
    {
      checks->failed = FALSE;
      pisces_result_set_score (result, score->match, score->description);
      checks->checked (result, checks->user_data);
    }
  /* What fails for one fails for all: one message, not one for each.  */
  else if (! checks->failed &&
           ! g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree gchar *text = NULL;

      checks->failed = TRUE;
      text = g_strdup_printf (_("The pictures could not be checked against "
                                "their prompts: %s"), error->message);
      pisces_session_show_message (checks->session, GTK_MESSAGE_WARNING, text);
    }
}
