/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * language-tag.c: the language tags in files, after RFC 5646.  Upper and lower
 * case mean the same there, so tags are compared without regard to case, and
 * written in the usual spelling.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/metadata/language-tag.h"
#include "engine/pisces.h"

/**
 * pisces_language_tag_normalize:
 * @tag: a language tag as a person or a program may write it: `EN`, `pt-br`,
 *   `pt_BR`, `zh-hant-tw`.
 *
 * Returns: (transfer full) (nullable): the tag in the usual spelling: the
 *   language in lower case, the script with a capital letter, the region in
 *   upper case; %NULL if it is not a language tag.
 */
gchar *
pisces_language_tag_normalize (const gchar *tag)
{
  g_autofree gchar *plain   = g_strdelimit (g_strdup (tag), "_", '-');
  g_auto (GStrv)    subtags = g_strsplit (plain, "-", -1);
  gboolean          private = FALSE;

  for (guint i = 0; subtags[i]; i++)
    {
      gchar *subtag = subtags[i];
      gsize  length = strlen (subtag);

      if (length < 1 || length > 8 ||
          strspn (subtag, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) != length)
        return NULL;
      /* A language has two to eight letters; "x" and "i" begin special tags. */
      if (i == 0 && (strpbrk (subtag, G_CSET_DIGITS) ||
                     (length == 1 && (! subtags[1] ||
                                      ! strchr ("xXiI", *subtag)))))
        return NULL;

      for (gsize j = 0; j < length; j++)
        subtag[j] = g_ascii_tolower (subtag[j]);

      /* After a single letter, there is no usual spelling.  */
      private = private || length == 1;
      if (i == 0 || private || strpbrk (subtag, G_CSET_DIGITS))
        continue;
      if (length == 4)
        subtag[0] = g_ascii_toupper (subtag[0]);
      else if (length == 2)
        for (gsize j = 0; j < length; j++)
          subtag[j] = g_ascii_toupper (subtag[j]);
    }

  return subtags[0] ? g_strjoinv ("-", subtags) : NULL;
}

/**
 * pisces_language_tag_read:
 * @tag: (nullable): a language tag as a person or a program may write it;
 *   %NULL or empty: for everyone.
 * @error: %PISCES_ERROR_INVALID_REQUEST if it is no language tag, or one of a
 *   language that does not exist.
 *
 * Call this before starting any work for the language.
 *
 * Returns: (transfer full) (nullable): the tag in the usual spelling, or
 *   %PISCES_LANGUAGE_DEFAULT.
 */
gchar *
pisces_language_tag_read (const gchar  *tag,
                          GError      **error)
{
  gchar *normal;

  if (! tag || ! *tag)
    return g_strdup (PISCES_LANGUAGE_DEFAULT);

  normal = pisces_language_tag_normalize (tag);
  if (! normal)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("“%s” is not a language tag. Write one such as en, de or "
                   "pt-BR."), tag);
  else if (! pisces_language_tag_check (normal, error))
    g_clear_pointer (&normal, g_free);

  return normal;
}
