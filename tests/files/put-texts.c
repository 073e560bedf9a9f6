/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * put-texts: writes texts into a picture file, or prints those in it, for
 * tests that need no model.
 *
 *   put-texts FILE LANGUAGE SHORT LONG
 *   put-texts FILE
 */

#include "engine/metadata/file-texts.h"

static gint
print_texts (const gchar *path)
{
  g_autoptr (GError)           error     = NULL;
  g_autoptr (PiscesTextFields) fields    = NULL;

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
  g_autoptr (GError) error = NULL;

  if (argc == 2)
    return print_texts (argv[1]);
  if (argc != 5)
    return 2;

  if (! pisces_file_texts_write (argv[1], NULL, PISCES_REPLACE_DEFAULT,
                                 argv[2], argv[3], argv[4], &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  return 0;
}
