/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * put-texts: writes texts into a picture file, or prints those in it, for
 * tests that need no model.
 *
 *   put-texts FILE LANGUAGE SHORT LONG [KEYWORDS [REMOVED_KEYWORDS]]
 *   put-texts FILE
 *
 * With KEYWORDS, a text “-” is left as it is.
 */

#include <locale.h>
#include <string.h>

#include "engine/metadata/file-texts.h"
#include "engine/metadata/keywords.h"

static gint
print_texts (const gchar *path)
{
  g_autoptr (GError)           error     = NULL;
  g_autoptr (PiscesTextFields) fields    = NULL;
  g_autofree gchar            *keywords  = NULL;

  fields = pisces_file_texts_read_fields (path, &error);
  if (! fields)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    for (guint j = 0; j < fields->texts[i]->len; j++)
      {
        const PiscesLangText *text = fields->texts[i]->pdata[j];

        g_print ("%u %s %s\n", i, text->language, text->text);
      }
  keywords = pisces_keywords_to_line (pisces_text_fields_get_keywords (fields));
  if (*keywords)
    g_print ("keywords %s\n", keywords);
  if (fields->decorative)
    g_print ("decorative\n");
  if (fields->has_caption)
    g_print ("captioned\n");

  return 0;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GError) error    = NULL;
  g_auto (GStrv)     keywords = NULL;
  g_auto (GStrv)     removed  = NULL;
  PiscesNewTexts     texts;

  setlocale (LC_ALL, "");
  if (argc == 2)
    return print_texts (argv[1]);
  if (argc < 5 || argc > 7)
    return 2;

  if (argc > 5)
    keywords = pisces_keywords_read (argv[5]);
  if (argc > 6)
    removed = pisces_keywords_read (argv[6]);
  texts = (PiscesNewTexts) {
    .language         = argv[2],
    .short_text       = keywords && strcmp (argv[3], "-") == 0 ? NULL : argv[3],
    .long_text        = keywords && strcmp (argv[4], "-") == 0 ? NULL : argv[4],
    .keywords         = (const gchar * const *) keywords,
    .removed_keywords = (const gchar * const *) removed,
  };
  if (! pisces_file_texts_write (argv[1], NULL, PISCES_REPLACE_DEFAULT, &texts, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  return 0;
}
