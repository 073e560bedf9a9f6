/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The texts of an image are found by their language; each language is offered
 * only once, the likely ones first; and among texts with the same meaning, the
 * one that was asked for is picked.  Needs no display.
 */

#include <locale.h>
#include <string.h>

#include "ui/widgets/pisces-alt-texts.h"

static guint
find (gchar       **tags,
      const gchar  *tag)
{
  guint n = 0;

  for (guint i = 0; tags[i]; i++)
    n += g_ascii_strcasecmp (tags[i], tag) == 0;

  return n;
}

static void
test_texts (void)
{
  g_autoptr (GPtrArray)  texts = pisces_alt_texts_new ();
  PiscesAltText         *text;

  pisces_alt_texts_add (texts, PISCES_ALT_TEXT_DEFAULT, "A star", NULL);
  text = pisces_alt_texts_add (texts, "pt-BR", NULL, "Uma estrela vermelha");
  g_assert_cmpstr (text->short_text, ==, "");
  g_assert_true (pisces_alt_texts_get (texts, "PT-br") == text);
  g_assert_null (pisces_alt_texts_get (texts, "pt"));

  /* Adding the same language again replaces the text.  */
  g_assert_true (pisces_alt_texts_add (texts, "pt-br", "Estrela", NULL) == text);
  g_assert_cmpuint (texts->len, ==, 2);
  g_assert_cmpstr (text->short_text, ==, "Estrela");
  g_assert_cmpstr (text->long_text, ==, "");
}

static void
test_languages (void)
{
  static const gchar * const  locales[] = { "de_CH.UTF-8", "de_CH", "de.UTF-8",
                                            "de", "sr@latin", "C", "POSIX",
                                            "x", NULL };
  g_autoptr (GPtrArray)       texts = pisces_alt_texts_new ();
  g_auto (GStrv)              tags  = NULL;

  pisces_alt_texts_add (texts, "tlh", "Hov", NULL);
  pisces_alt_texts_add (texts, "DE", "Ein Stern", NULL);
  tags = pisces_alt_text_list_languages (texts, locales);

  g_assert_cmpstr (tags[0], ==, PISCES_ALT_TEXT_DEFAULT);
  g_assert_cmpstr (tags[1], ==, "de-CH");
  g_assert_cmpstr (tags[2], ==, "de");
  g_assert_cmpstr (tags[3], ==, "sr");
  g_assert_cmpstr (tags[4], ==, "tlh");
  for (guint i = 0; tags[i]; i++)
    g_assert_cmpuint (find (tags, tags[i]), ==, 1);
  g_assert_cmpuint (find (tags, "C"), ==, 0);
  g_assert_cmpuint (find (tags, "POSIX"), ==, 0);
  g_assert_cmpuint (find (tags, "x"), ==, 0);

  /* All users can choose the languages of the translations.  */
  g_assert_cmpuint (find (tags, "ja"), ==, 1);
  g_assert_cmpuint (find (tags, "pt-BR"), ==, 1);
  g_assert_cmpuint (find (tags, "zh-CN"), ==, 1);
}

static void
test_names (void)
{
  g_assert_cmpstr (pisces_alt_text_language_name ("ja"), ==, "日本語");
  g_assert_cmpstr (pisces_alt_text_language_name ("PT-br"), ==, "Português (Brasil)");
  g_assert_cmpstr (pisces_alt_text_language_name ("tlh"), ==, "tlh");
  g_assert_cmpstr (pisces_alt_text_language_name (PISCES_ALT_TEXT_DEFAULT), !=,
                   PISCES_ALT_TEXT_DEFAULT);
}

static void
test_pick (void)
{
  static const gchar    *candidates[] = { "", "four", "seventh", "fünf5", "a longest one" };
  g_autoptr (GPtrArray)  list = g_ptr_array_new ();
  g_autoptr (GPtrArray)  none = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    g_ptr_array_add (list, (gpointer) candidates[i]);

  /* Counts characters, not bytes: "fünf5" has five.  */
  g_assert_cmpstr (pisces_alt_text_pick (list, "seventh", -1, 0), ==, "four");
  g_assert_cmpstr (pisces_alt_text_pick (list, "fünf5", -1, 0), ==, "four");
  g_assert_cmpstr (pisces_alt_text_pick (list, "five5", 1, 6), ==, NULL);
  g_assert_cmpstr (pisces_alt_text_pick (list, "four", -1, 0), ==, NULL);
  g_assert_cmpstr (pisces_alt_text_pick (list, "four", 1, 0), ==, "a longest one");
  g_assert_cmpstr (pisces_alt_text_pick (list, "four", 1, 7), ==, "seventh");
  g_assert_cmpstr (pisces_alt_text_pick (list, "four", 1, 5), ==, "fünf5");
  g_assert_cmpstr (pisces_alt_text_pick (list, "a longest one", 1, 0), ==, NULL);

  /* With 0, the first different text is picked; an empty one does not count. */
  g_assert_cmpstr (pisces_alt_text_pick (list, "x", 0, 0), ==, "four");
  g_assert_cmpstr (pisces_alt_text_pick (list, "four", 0, 0), ==, "seventh");
  g_assert_cmpstr (pisces_alt_text_pick (none, "four", 0, 0), ==, NULL);
  g_assert_cmpstr (pisces_alt_text_pick (none, "", -1, 0), ==, NULL);
}

/* The image changes while the window is open: by an undo, or another
 * program.  */
static void
test_follow (void)
{
  g_autoptr (GPtrArray) texts  = pisces_alt_texts_new ();
  g_autoptr (GPtrArray) before = pisces_alt_texts_new ();
  g_autoptr (GPtrArray) now    = pisces_alt_texts_new ();
  g_autoptr (GPtrArray) unsaved = NULL;

  pisces_alt_texts_add (before, "x-default", "saved", "");
  pisces_alt_texts_add (before, "de", "alt", "");
  pisces_alt_texts_add (texts, "x-default", "saved", "");
  pisces_alt_texts_add (texts, "de", "von Hand", "");
  g_assert_false (pisces_alt_texts_follow (texts, before, before));

  /* "saved" is undone; another program writes German and French.  */
  pisces_alt_texts_add (now, "de", "von anderen", "");
  pisces_alt_texts_add (now, "fr", "un texte", "");
  g_assert_true (pisces_alt_texts_follow (texts, before, now));
  g_assert_cmpstr (pisces_alt_texts_get (texts, "x-default")->short_text, ==, "saved");
  g_assert_cmpstr (pisces_alt_texts_get (texts, "de")->short_text, ==, "von Hand");
  g_assert_cmpstr (pisces_alt_texts_get (texts, "fr")->short_text, ==, "un texte");

  unsaved = pisces_alt_texts_differ (texts, now);
  g_assert_cmpuint (unsaved->len, ==, 2);
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/alt-texts/are-found-by-language", test_texts);
  g_test_add_func ("/ui/alt-texts/languages-are-listed-once", test_languages);
  g_test_add_func ("/ui/alt-texts/languages-have-names", test_names);
  g_test_add_func ("/ui/alt-texts/an-image-is-followed", test_follow);
  g_test_add_func ("/ui/alt-texts/the-one-asked-for-is-picked", test_pick);

  return g_test_run ();
}
