/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-alt-texts.c: the texts of an image, a short and a long one for each
 * language; the languages that are offered; and the choice among several texts
 * with the same meaning.  Plain data; needs no display.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-alt-texts.h"

/* Each name is in its own language, so that people find theirs.  A table and
 * not iso-codes: its names are in the language of the program, and it need not
 * be there where GIMP is.  */
static const struct { const gchar *tag; const gchar *name; } languages[] =
{
  { "ar", "العربية" },   { "bg", "Български" }, { "bn", "বাংলা" },
  { "ca", "Català" },    { "cs", "Čeština" },   { "da", "Dansk" },
  { "de", "Deutsch" },   { "el", "Ελληνικά" },  { "en", "English" },
  { "es", "Español" },   { "et", "Eesti" },     { "eu", "Euskara" },
  { "fa", "فارسی" },     { "fi", "Suomi" },     { "fr", "Français" },
  { "ga", "Gaeilge" },   { "gl", "Galego" },    { "he", "עברית" },
  { "hi", "हिन्दी" },       { "hr", "Hrvatski" },  { "hu", "Magyar" },
  { "id", "Indonesia" }, { "is", "Íslenska" },  { "it", "Italiano" },
  { "ja", "日本語" },     { "ko", "한국어" },      { "lt", "Lietuvių" },
  { "lv", "Latviešu" },  { "nb", "Norsk bokmål" }, { "nl", "Nederlands" },
  { "pl", "Polski" },    { "pt", "Português" }, { "pt-BR", "Português (Brasil)" },
  { "ro", "Română" },    { "ru", "Русский" },   { "sk", "Slovenčina" },
  { "sl", "Slovenščina" }, { "sr", "Српски" },  { "sv", "Svenska" },
  { "sw", "Kiswahili" }, { "th", "ไทย" },        { "tr", "Türkçe" },
  { "uk", "Українська" }, { "vi", "Tiếng Việt" }, { "zh-CN", "简体中文" },
  { "zh-TW", "繁體中文" },
};

static gchar * tag_from_locale (const gchar *locale);
static void    add_once        (GPtrArray   *tags,
                                const gchar *tag);

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
 * Returns: (transfer full) (element-type PiscesAltText): an empty array.
 */
GPtrArray *
pisces_alt_texts_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) alt_text_free);
}

/**
 * pisces_alt_texts_add:
 * @texts: (element-type PiscesAltText): a list.
 * @language: a BCP 47 tag.  If the list already has it, its texts are
 *   replaced.
 * @short_text: (nullable): %NULL means an empty text.
 * @long_text: (nullable): the same.
 *
 * Returns: (transfer none): the texts in @language.
 */
PiscesAltText *
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

  return text;
}

/**
 * pisces_alt_texts_copy:
 * @texts: (element-type PiscesAltText): a list.
 *
 * Returns: (transfer full) (element-type PiscesAltText): a deep copy.
 */
GPtrArray *
pisces_alt_texts_copy (GPtrArray *texts)
{
  GPtrArray *copies = pisces_alt_texts_new ();

  for (guint i = 0; i < texts->len; i++)
    pisces_alt_texts_add_copy (copies, texts->pdata[i]);

  return copies;
}

/**
 * pisces_alt_texts_add_copy:
 * @texts: (element-type PiscesAltText): a list.
 * @text: the texts to copy, including who wrote them.
 *
 * Returns: (transfer none): the copy.
 */
PiscesAltText *
pisces_alt_texts_add_copy (GPtrArray           *texts,
                           const PiscesAltText *text)
{
  PiscesAltText *copy = pisces_alt_texts_add (texts, text->language,
                                              text->short_text,
                                              text->long_text);

  copy->short_machine_made = text->short_machine_made;
  copy->long_machine_made  = text->long_machine_made;
  copy->short_doubtful     = text->short_doubtful;
  copy->long_doubtful      = text->long_doubtful;

  return copy;
}

/**
 * pisces_alt_texts_differ:
 * @texts: (element-type PiscesAltText): a list.
 * @others: (element-type PiscesAltText): another list.
 *
 * Returns: (transfer full) (element-type PiscesAltText): copies of those
 *   entries of @texts that differ from @others.  A language that is missing
 *   counts as one with two empty texts.
 */
GPtrArray *
pisces_alt_texts_differ (GPtrArray *texts,
                         GPtrArray *others)
{
  GPtrArray *different = pisces_alt_texts_new ();

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesAltText *text  = texts->pdata[i];
      const PiscesAltText *other = pisces_alt_texts_get (others, text->language);

      if (strcmp (text->short_text, other ? other->short_text : "") != 0 ||
          strcmp (text->long_text, other ? other->long_text : "") != 0)
        pisces_alt_texts_add_copy (different, text);
    }

  return different;
}

/**
 * pisces_alt_texts_follow:
 * @texts: (element-type PiscesAltText): the texts being edited.
 * @before: (element-type PiscesAltText): what the image had before.
 * @now: (element-type PiscesAltText): what the image has now.
 *
 * Texts that were the same as the image's become what the image has now.  A
 * text that the image no longer has stays in @texts, because there may be no
 * other copy of it.
 *
 * Returns: whether the image has changed.
 */
gboolean
pisces_alt_texts_follow (GPtrArray *texts,
                         GPtrArray *before,
                         GPtrArray *now)
{
  g_autoptr (GPtrArray) gone = pisces_alt_texts_differ (before, now);
  g_autoptr (GPtrArray) come = pisces_alt_texts_differ (now, before);
  g_autoptr (GPtrArray) own  = pisces_alt_texts_differ (texts, before);

  for (guint i = 0; i < come->len; i++)
    {
      const PiscesAltText *text = come->pdata[i];

      if (! pisces_alt_texts_get (own, text->language) &&
          (*text->short_text || *text->long_text))
        pisces_alt_texts_add_copy (texts, text);
    }

  return gone->len > 0 || come->len > 0;
}

/**
 * pisces_alt_texts_count_doubtful:
 * @texts: (element-type PiscesAltText): a list.
 *
 * Returns: how many short and long texts are about a picture of a kind that
 *   the model does not know.
 */
guint
pisces_alt_texts_count_doubtful (GPtrArray *texts)
{
  guint n = 0;

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesAltText *text = texts->pdata[i];

      n += text->short_doubtful + text->long_doubtful;
    }

  return n;
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

/**
 * pisces_alt_text_list_languages:
 * @texts: (element-type PiscesAltText): the texts that the image has.
 * @user_locales: locale names as from g_get_language_names(),
 *   %NULL-terminated.
 *
 * Returns: (transfer full): BCP 47 tags, without duplicates: the default, the
 *   user's, the image's, then all others sorted by name.
 */
gchar **
pisces_alt_text_list_languages (GPtrArray           *texts,
                                const gchar * const *user_locales)
{
  GPtrArray *tags = g_ptr_array_new ();

  add_once (tags, PISCES_ALT_TEXT_DEFAULT);
  for (guint i = 0; user_locales[i]; i++)
    {
      g_autofree gchar *tag = tag_from_locale (user_locales[i]);

      if (tag)
        add_once (tags, tag);
    }
  for (guint i = 0; i < texts->len; i++)
    add_once (tags, ((PiscesAltText *) texts->pdata[i])->language);
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    add_once (tags, languages[i].tag);

  g_ptr_array_add (tags, NULL);

  return (gchar **) g_ptr_array_free (tags, FALSE);
}

/**
 * pisces_alt_text_language_name:
 * @language: a BCP 47 tag.
 *
 * Returns: (transfer none): the name of the language; the tag itself if it is
 *   not known.
 */
const gchar *
pisces_alt_text_language_name (const gchar *language)
{
  if (strcmp (language, PISCES_ALT_TEXT_DEFAULT) == 0)
    return _("Any (default)");

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_ascii_strcasecmp (languages[i].tag, language) == 0)
      return languages[i].name;

  return language;
}

/**
 * pisces_alt_text_pick:
 * @candidates: (element-type utf8): texts with the same meaning.
 * @present: the current text.
 * @change: -1: pick a shorter one; 1: a longer one; 0: any other one.
 * @limit: how many characters a longer one may have; 0: any number.
 *
 * Returns: (transfer none) (nullable): the shortest of the shorter ones, the
 *   longest of the longer ones, or the first that differs; %NULL if there is
 *   none.
 */
const gchar *
pisces_alt_text_pick (GPtrArray   *candidates,
                      const gchar *present,
                      gint         change,
                      gsize        limit)
{
  const gchar *best        = NULL;
  glong        best_length = g_utf8_strlen (present, -1);

  for (guint i = 0; i < candidates->len; i++)
    {
      const gchar *text   = candidates->pdata[i];
      glong        length = g_utf8_strlen (text, -1);

      if (length == 0 || (change > 0 && limit && length > (glong) limit))
        continue;

      if (change == 0 && strcmp (text, present) != 0)
        return text;

      if (change * (length - best_length) > 0)
        {
          best        = text;
          best_length = length;
        }
    }

  return best;
}

/* For example, "pt_BR.UTF-8@euro" becomes "pt-BR".  "C" is not a language.  */
static gchar *
tag_from_locale (const gchar *locale)
{
  gsize  length = strcspn (locale, ".@");
  gchar *tag    = g_strndup (locale, length);

  if (strcmp (tag, "C") == 0 || strcmp (tag, "POSIX") == 0 || length < 2)
    {
      g_free (tag);
      return NULL;
    }

  return g_strdelimit (tag, "_", '-');
}

static void
add_once (GPtrArray   *tags,
          const gchar *tag)
{
  for (guint i = 0; i < tags->len; i++)
    if (g_ascii_strcasecmp (tags->pdata[i], tag) == 0)
      return;

  g_ptr_array_add (tags, g_strdup (tag));
}
