/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lang-texts.c: a text in several languages, as a list of pairs of language
 * and text.  Knows nothing of where it is stored.
 */

#include "engine/metadata/lang-texts.h"

static void             lang_text_free (PiscesLangText *text);
static PiscesLangText * lang_text_find (GPtrArray      *texts,
                                        const gchar    *language);


/*  public functions  */

/**
 * pisces_lang_texts_new:
 *
 * Returns: (transfer full) (element-type PiscesLangText): an empty list.
 */
GPtrArray *
pisces_lang_texts_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) lang_text_free);
}

/**
 * pisces_lang_texts_add:
 * @texts: a list.
 * @language: a language tag.
 * @text: a text.
 *
 * Adds the text at the end.  If the list already has that language, the first
 * text counts.
 */
void
pisces_lang_texts_add (GPtrArray   *texts,
                       const gchar *language,
                       const gchar *text)
{
  PiscesLangText *added = g_new0 (PiscesLangText, 1);

  added->language = g_strdup (language);
  added->text     = g_strdup (text);
  g_ptr_array_add (texts, added);
}

/**
 * pisces_lang_texts_get:
 * @texts: a list.
 * @language: a language tag, in upper or lower case.
 *
 * Returns: (transfer none) (nullable): the text in @language.
 */
const gchar *
pisces_lang_texts_get (GPtrArray   *texts,
                       const gchar *language)
{
  PiscesLangText *found = lang_text_find (texts, language);

  return found ? found->text : NULL;
}

/**
 * pisces_lang_texts_set:
 * @texts: a list.
 * @language: a language tag, in upper or lower case.
 * @text: the new text; an empty one removes @language.
 *
 * A language that is already in the list keeps its spelling and its position.
 */
void
pisces_lang_texts_set (GPtrArray   *texts,
                       const gchar *language,
                       const gchar *text)
{
  PiscesLangText *found;

  if (! *text)
    {
      while ((found = lang_text_find (texts, language)))
        g_ptr_array_remove (texts, found);
      return;
    }

  found = lang_text_find (texts, language);
  if (! found)
    {
      pisces_lang_texts_add (texts, language, text);
      return;
    }

  g_free (found->text);
  found->text = g_strdup (text);
}

/**
 * pisces_lang_texts_copy:
 *
 * Returns: (transfer full) (element-type PiscesLangText): a deep copy.
 */
GPtrArray *
pisces_lang_texts_copy (GPtrArray *texts)
{
  GPtrArray *copy = pisces_lang_texts_new ();

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesLangText *text = texts->pdata[i];

      pisces_lang_texts_add (copy, text->language, text->text);
    }

  return copy;
}

/**
 * pisces_lang_texts_equal:
 *
 * Returns: whether both lists have the same texts in the same languages, in
 *   any order.
 */
gboolean
pisces_lang_texts_equal (GPtrArray *texts,
                         GPtrArray *others)
{
  if (texts->len != others->len)
    return FALSE;

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesLangText *text = texts->pdata[i];

      if (g_strcmp0 (pisces_lang_texts_get (texts, text->language),
                     pisces_lang_texts_get (others, text->language)) != 0)
        return FALSE;
    }

  return TRUE;
}


/*  private functions  */

static void
lang_text_free (PiscesLangText *text)
{
  g_free (text->language);
  g_free (text->text);
  g_free (text);
}

static PiscesLangText *
lang_text_find (GPtrArray   *texts,
                const gchar *language)
{
  for (guint i = 0; i < texts->len; i++)
    {
      PiscesLangText *text = texts->pdata[i];

      if (! g_ascii_strcasecmp (text->language, language))
        return text;
    }

  return NULL;
}
