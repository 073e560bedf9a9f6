/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * instructions.c: see instructions.h.
 */

#include "engine/description.h"
#include "engine/families/instructions.h"


/**
 * pisces_instruction_describe:
 * @what: one of the flags.
 * @question: (nullable): for %PISCES_DESCRIBE_ANSWER: what the user asks.
 * @language: (nullable): a BCP 47 tag; %NULL: the model's own language.
 * @context: (nullable): what the user says about the picture, in one line.
 *
 * Returns: (transfer full): what to ask the model.
 */
gchar *
pisces_instruction_describe (PiscesDescribeFlags  what,
                             const gchar         *question,
                             const gchar         *language,
                             const gchar         *context)
{
  GString *text = g_string_new (NULL);

  switch (what)
    {
    case PISCES_DESCRIBE_SHORT:
      g_string_printf (text,
                       "Write alternative text for this image: one short sentence of at most "
                       "20 words and %d characters that says what can be seen.",
                       PISCES_SHORT_TEXT_CHARACTERS);
      break;
    case PISCES_DESCRIBE_LONG:
      g_string_append (text, "Describe this image in detail.");
      break;
    case PISCES_DESCRIBE_KEYWORDS:
      g_string_append (text,
                       "List 5 to 10 keywords for this image, the most important first, "
                       "separated by commas. Write nothing else.");
      break;
    case PISCES_DESCRIBE_ANSWER:
      g_string_append (text, question ? question : "");
      break;
    }

  if (language && pisces_language_tag_get_name (language))
    language = pisces_language_tag_get_name (language);
  if (language)
    g_string_append_printf (text, what == PISCES_DESCRIBE_ANSWER ? " Answer in %s."
                                                                 : " Write in %s.",
                            language);
  if (context && *context)
    g_string_append_printf (text, " The user says about the image: \"%s\". Use this where it fits.",
                            context);

  return g_string_free (text, FALSE);
}

/**
 * pisces_instruction_score:
 * @text: what a picture should show.
 *
 * Returns: (transfer full): what to ask the model, which should answer with one word.
 */
gchar *
pisces_instruction_score (const gchar *text)
{
  return g_strdup_printf ("Does this image show \"%s\"? Answer with yes or no.", text);
}

/**
 * pisces_instruction_expand:
 * @prompt: what the user wants to see.
 *
 * Returns: (transfer full): what to ask the model for a detailed prompt.
 */
gchar *
pisces_instruction_expand (const gchar *prompt)
{
  return g_strdup_printf ("Describe in detail, in at most 60 words, the picture that this prompt "
                          "asks for: \"%s\". Keep everything that it names, and say how it looks: "
                          "colours, light, background and style. Write only the description.",
                          prompt);
}
