/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-alt-texts.c: the texts of an image, one pair for each language.
 * Plain data; needs no display.
 */

#include <string.h>

#include "ui/pisces-alt-texts.h"

static void
alt_text_free (PiscesAltText *text)
{
  g_free (text->language);
  g_free (text->short_text);
  g_free (text->long_text);
  g_free (text);
}

/**
 * pisces_alt_texts_new:
 *
 * Returns: (transfer full) (element-type PiscesAltText): none so far.
 */
GPtrArray *
pisces_alt_texts_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) alt_text_free);
}

/**
 * pisces_alt_texts_add:
 * @texts: (element-type PiscesAltText): a list.
 * @language: a BCP 47 tag, not in the list yet, or its texts are replaced.
 * @short_text: (nullable): %NULL is the empty text; so too @long_text.
 */
void
pisces_alt_texts_add (GPtrArray   *texts,
                      const gchar *language,
                      const gchar *short_text,
                      const gchar *long_text)
{
  PiscesAltText *text = pisces_alt_texts_get (texts, language);

  if (! text)
    {
      text = g_new0 (PiscesAltText, 1);
      text->language = g_strdup (language);
      g_ptr_array_add (texts, text);
    }

  g_free (text->short_text);
  g_free (text->long_text);
  text->short_text = g_strdup (short_text ? short_text : "");
  text->long_text  = g_strdup (long_text  ? long_text  : "");
}

/**
 * pisces_alt_texts_get:
 * @texts: (element-type PiscesAltText): a list.
 * @language: a BCP 47 tag.
 *
 * Returns: (transfer none) (nullable): the texts in @language.
 */
PiscesAltText *
pisces_alt_texts_get (GPtrArray   *texts,
                      const gchar *language)
{
  for (guint i = 0; i < texts->len; i++)
    {
      PiscesAltText *text = texts->pdata[i];

      if (g_ascii_strcasecmp (text->language, language) == 0)
        return text;
    }

  return NULL;
}
