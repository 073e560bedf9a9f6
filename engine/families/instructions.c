/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * instructions.c: see instructions.h.
 */

#include <string.h>

#include "engine/description.h"
#include "engine/families/instructions.h"

/* Models know languages by their English names better than by their tags.  */
static const struct { const gchar *tag; const gchar *name; } languages[] =
{
  { "ar", "Arabic" },     { "bg", "Bulgarian" },  { "bn", "Bengali" },    { "ca", "Catalan" },
  { "cs", "Czech" },      { "da", "Danish" },     { "de", "German" },     { "el", "Greek" },
  { "en", "English" },    { "es", "Spanish" },    { "et", "Estonian" },   { "eu", "Basque" },
  { "fa", "Persian" },    { "fi", "Finnish" },    { "fr", "French" },     { "ga", "Irish" },
  { "gl", "Galician" },   { "he", "Hebrew" },     { "hi", "Hindi" },      { "hr", "Croatian" },
  { "hu", "Hungarian" },  { "id", "Indonesian" }, { "is", "Icelandic" },  { "it", "Italian" },
  { "ja", "Japanese" },   { "ko", "Korean" },     { "lt", "Lithuanian" }, { "lv", "Latvian" },
  { "nb", "Norwegian" },  { "nl", "Dutch" },      { "nn", "Norwegian Nynorsk" },
  { "no", "Norwegian" },  { "pl", "Polish" },     { "pt-BR", "Brazilian Portuguese" },
  { "pt", "Portuguese" }, { "ro", "Romanian" },   { "ru", "Russian" },    { "sk", "Slovak" },
  { "sl", "Slovenian" },  { "sr", "Serbian" },    { "sv", "Swedish" },    { "sw", "Swahili" },
  { "th", "Thai" },       { "tr", "Turkish" },    { "uk", "Ukrainian" },  { "vi", "Vietnamese" },
  { "zh-TW", "Traditional Chinese" },   { "zh-Hant", "Traditional Chinese" },
  { "zh-HK", "Traditional Chinese" },   { "zh", "Simplified Chinese" },
};

static const gchar * language_name (const gchar *tag);


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

  if (language)
    g_string_append_printf (text, what == PISCES_DESCRIBE_ANSWER ? " Answer in %s."
                                                                 : " Write in %s.",
                            language_name (language));
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


/*  private functions  */

/* The tags that are listed with a script or a region come before the bare
 * language.  */
static const gchar *
language_name (const gchar *tag)
{
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      const gsize length = strlen (languages[i].tag);

      if (g_ascii_strncasecmp (tag, languages[i].tag, length) == 0 &&
          (tag[length] == '\0' || tag[length] == '-'))
        return languages[i].name;
    }

  return tag;
}
