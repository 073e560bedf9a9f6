/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * prompt-check.c: tells the user, in sentences, how a model understands a
 * prompt, and whether there is one. engine-words.c asks the model.
 */

#include <glib/gi18n-lib.h>

#include "engine/model/blank.h"
#include "engine/pisces.h"

/* How many unknown words a sentence lists.  */
#define N_NAMED 5


/**
 * pisces_prompt_check_get_sentences:
 * @check: how the model understands the prompt.
 *
 * Returns: (transfer full) (array zero-terminated=1): what the user should
 *   know about it; empty if the whole prompt is understood.
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
                                            "take in. Everything from “%s” on is left out."),
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

/**
 * pisces_score_check_prompt:
 * @prompt: what a picture should show.
 * @error: set to a sentence if no model can compare a picture with it.
 *
 * Returns: whether there is something to compare with; the engine asks again.
 */
gboolean
pisces_score_check_prompt (const gchar  *prompt,
                           GError      **error)
{
  if (! pisces_text_is_blank (prompt))
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("There is nothing to compare the picture with: the prompt is "
                         "empty. Say in a few words what the picture should show."));
  return FALSE;
}
