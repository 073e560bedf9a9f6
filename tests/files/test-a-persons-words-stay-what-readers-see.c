/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which fields a text goes into: a description by a person, in any language or
 * field, is never replaced by ours; texts in other languages stay; languages
 * are compared as in RFC 5646.
 */

#include "engine/metadata/text-fields.h"

static void
assert_field (PiscesTextFields *fields,
              PiscesTextField   field,
              const gchar      *language,
              const gchar      *text)
{
  g_assert_cmpstr (pisces_lang_texts_get (fields->texts[field], language), ==, text);
}

static void
test_empty (void)
{
  g_autoptr (PiscesTextFields) fields = pisces_text_fields_new ();

  /* If there is only a short text, it becomes the description; then the long
   * one does.  */
  pisces_text_fields_write (fields, NULL, "A star.", "");
  assert_field (fields, PISCES_FIELD_SHORT, "x-default", "A star.");
  assert_field (fields, PISCES_FIELD_LONG, "x-default", NULL);
  assert_field (fields, PISCES_FIELD_DESCRIPTION, "x-default", "A star.");

  pisces_text_fields_write (fields, NULL, "A star.", "A red star.");
  assert_field (fields, PISCES_FIELD_DESCRIPTION, "x-default", "A red star.");

  /* After removing the texts, nothing is left.  */
  pisces_text_fields_write (fields, NULL, "", "");
  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    g_assert_cmpuint (fields->texts[i]->len, ==, 0);
}

static void
test_languages (void)
{
  g_autoptr (PiscesTextFields) fields = pisces_text_fields_new ();

  /* The first text, in any language, also becomes the default, which changes
   * with it.  */
  pisces_text_fields_write (fields, "pt-BR", "Uma estrela", "");
  assert_field (fields, PISCES_FIELD_SHORT, "x-default", "Uma estrela");
  pisces_text_fields_write (fields, "de", "Ein Stern", "");
  assert_field (fields, PISCES_FIELD_SHORT, "x-default", "Uma estrela");
  pisces_text_fields_write (fields, "pt-BR", "A estrela", "");
  assert_field (fields, PISCES_FIELD_SHORT, "x-default", "A estrela");
  assert_field (fields, PISCES_FIELD_SHORT, "de", "Ein Stern");

  /* Written in another case, it is the same language and keeps the old
   * spelling.  */
  pisces_text_fields_write (fields, "PT-br", "Outra", "");
  g_assert_cmpuint (fields->texts[PISCES_FIELD_SHORT]->len, ==, 3);
  assert_field (fields, PISCES_FIELD_SHORT, "pt-BR", "Outra");
}

/* A file with German and no default: adding English does not make a default. */
static void
test_no_default_appears (void)
{
  g_autoptr (PiscesTextFields) fields = pisces_text_fields_new ();

  pisces_lang_texts_add (fields->texts[PISCES_FIELD_SHORT], "de-DE", "Ein Stern");
  pisces_text_fields_write (fields, "en", "A star", "");
  assert_field (fields, PISCES_FIELD_SHORT, "x-default", NULL);
  assert_field (fields, PISCES_FIELD_SHORT, "de-DE", "Ein Stern");
  assert_field (fields, PISCES_FIELD_SHORT, "en", "A star");
}

static void
test_description (void)
{
  g_autoptr (PiscesTextFields) german    = pisces_text_fields_new ();
  g_autoptr (PiscesTextFields) captioned = pisces_text_fields_new ();
  g_autoptr (PiscesTextFields) mixed     = pisces_text_fields_new ();

  /* A person's text is in one language only: nobody else's words are put
   * before it.  */
  pisces_lang_texts_add (german->texts[PISCES_FIELD_DESCRIPTION], "de-DE", "Anna öffnet die Brücke");
  pisces_text_fields_write (german, NULL, "A bridge.", "A long bridge.");
  g_assert_cmpuint (german->texts[PISCES_FIELD_DESCRIPTION]->len, ==, 1);
  assert_field (german, PISCES_FIELD_DESCRIPTION, "de-DE", "Anna öffnet die Brücke");
  assert_field (german, PISCES_FIELD_LONG, "x-default", "A long bridge.");

  /* The person's text is an IPTC or EXIF caption.  */
  captioned->has_caption = TRUE;
  pisces_text_fields_write (captioned, NULL, "A bridge.", "");
  g_assert_cmpuint (captioned->texts[PISCES_FIELD_DESCRIPTION]->len, ==, 0);

  /* One language is ours and one is a person's.  */
  pisces_text_fields_write (mixed, "en", "A bridge.", "");
  pisces_lang_texts_set (mixed->texts[PISCES_FIELD_DESCRIPTION], "fr", "Anne ouvre le pont");
  pisces_text_fields_write (mixed, "en", "Two bridges.", "");
  assert_field (mixed, PISCES_FIELD_DESCRIPTION, "en", "A bridge.");
  assert_field (mixed, PISCES_FIELD_DESCRIPTION, "fr", "Anne ouvre le pont");

  /* Marking as decoration removes our texts, but not a person's.  */
  pisces_text_fields_set_decorative (mixed, TRUE);
  g_assert_cmpuint (mixed->texts[PISCES_FIELD_SHORT]->len, ==, 0);
  assert_field (mixed, PISCES_FIELD_DESCRIPTION, "fr", "Anne ouvre le pont");
  g_assert_true (mixed->decorative);
  pisces_text_fields_write (mixed, NULL, "A bridge.", "");
  g_assert_false (mixed->decorative);
}

static void
test_list (void)
{
  g_autoptr (PiscesTextFields) fields = pisces_text_fields_new ();
  g_auto (GStrv)               listed = NULL;

  for (guint i = 0; i < 2000; i++)
    {
      g_autofree gchar *language = g_strdup_printf ("de-x-%u", i);

      pisces_lang_texts_add (fields->texts[PISCES_FIELD_SHORT], language, "Text");
    }

  listed = pisces_text_fields_list_languages (fields);
  g_assert_cmpuint (g_strv_length (listed), ==, 64);
  g_assert_cmpuint (fields->texts[PISCES_FIELD_SHORT]->len, ==, 2000);
}

static void
test_tags (void)
{
  static const gchar * const tags[][2] =
  {
    { "en", "en" }, { "EN", "en" }, { "pt-br", "pt-BR" }, { "pt_BR", "pt-BR" },
    { "de-ch", "de-CH" }, { "de-1996", "de-1996" }, { "DE-ch-1901", "de-CH-1901" },
    { "zh-hant-tw", "zh-Hant-TW" }, { "sr-LATN", "sr-Latn" }, { "es-419", "es-419" },
    { "x-default", "x-default" }, { "X-Default", "x-default" }, { "i-klingon", "i-klingon" },
    { "en-x-us", "en-x-us" }, { "sl-rozaj", "sl-rozaj" }, { "de-DE", "de-DE" },
    { "", NULL }, { "x", NULL }, { "e", NULL }, { "en-", NULL }, { "-en", NULL },
    { "en--us", NULL }, { "no tag", NULL }, { "en\"", NULL }, { "']", NULL },
    { "deutschland", NULL }, { "12", NULL }, { "größe", NULL }, { "en/us", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      g_autofree gchar *normal = pisces_language_tag_normalize (tags[i][0]);

      g_assert_cmpstr (normal, ==, tags[i][1]);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/text-fields/empty", test_empty);
  g_test_add_func ("/text-fields/languages", test_languages);
  g_test_add_func ("/text-fields/no-default-appears", test_no_default_appears);
  g_test_add_func ("/text-fields/description", test_description);
  g_test_add_func ("/text-fields/list", test_list);
  g_test_add_func ("/text-fields/tags", test_tags);

  return g_test_run ();
}
