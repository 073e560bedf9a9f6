/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-text.c: the text of a picture file in one language, and whether
 * it is saved in the file.
 */

#include <string.h>

#include "ui/files/pisces-file-text.h"

/**
 * pisces_file_text_new:
 * @language: a BCP 47 tag.
 *
 * Returns: (transfer full): an empty text, which counts as saved.
 */
PiscesFileText *
pisces_file_text_new (const gchar *language)
{
  PiscesFileText *text = g_new0 (PiscesFileText, 1);

  text->language = g_strdup (language);
  text->text     = g_strdup ("");
  text->in_file  = g_strdup ("");

  return text;
}

PiscesFileText *
pisces_file_text_copy (const PiscesFileText *text)
{
  PiscesFileText *copy = pisces_file_text_new (text->language);

  pisces_file_text_set (copy, text->text, text->machine_made);
  copy->doubtful = text->doubtful;
  pisces_file_text_set_in_file (copy, text->in_file);
  pisces_file_text_set_version (copy, text->version);

  return copy;
}

void
pisces_file_text_free (PiscesFileText *text)
{
  g_free (text->language);
  g_free (text->text);
  g_free (text->in_file);
  g_free (text->version);
  g_free (text);
}

void
pisces_file_text_set (PiscesFileText *text,
                      const gchar    *words,
                      gboolean        machine_made)
{
  gchar *copy = g_strstrip (g_strdup (words));

  g_free (text->text);
  text->text         = copy;
  text->machine_made = machine_made && *copy;
  text->doubtful     = FALSE;
}

void
pisces_file_text_set_in_file (PiscesFileText *text,
                              const gchar    *words)
{
  gchar *copy = g_strstrip (g_strdup (words));

  g_free (text->in_file);
  text->in_file = copy;
}

void
pisces_file_text_set_version (PiscesFileText *text,
                              const gchar    *version)
{
  gchar *copy = g_strdup (version);

  g_free (text->version);
  text->version = copy;
}

/* Returns whether the text would be lost if this struct were freed.  */
gboolean
pisces_file_text_is_unsaved (const PiscesFileText *text)
{
  return strcmp (text->text, text->in_file) != 0;
}

/**
 * pisces_file_text_find:
 * @texts: (element-type PiscesFileText): texts of one file.
 * @position: (out): where the text in @language is, if there is one.
 *
 * Returns: whether there is one.
 */
gboolean
pisces_file_text_find (GPtrArray   *texts,
                       const gchar *language,
                       guint       *position)
{
  for (*position = 0; *position < texts->len; (*position)++)
    {
      const PiscesFileText *text = texts->pdata[*position];

      if (g_ascii_strcasecmp (text->language, language) == 0)
        return TRUE;
    }

  return FALSE;
}
