/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A description says what is in the picture, not that it is a picture.  Words
 * that say something about the picture, and all other texts, stay.  A text that is
 * too long ends at a sentence or a word, and lists of keywords are understood
 * however a model writes them.
 */

#include <string.h>

#include "engine/description.h"

static void
test_openings (void)
{
  static const gchar *const cases[][2] =
  {
    { "An image of a red star.",             "A red star." },
    { "A picture of two fish.",              "Two fish." },
    { "This is a photo of the sea.",         "The sea." },
    { "the image shows a red heart.",        "A red heart." },
    { "Image of été.",                       "Été." },
    { "A photograph depicting 3 cats.",      "3 cats." },
    { "The picture shows a dog.",            "A dog." },
    { "This photo shows a dog.",             "A dog." },
    { "It's a photo of a dog.",              "A dog." },
    { "Here is an image of a dog.",          "A dog." },
    { "The image features a dog.",           "A dog." },
    { "An image that shows a dog.",          "A dog." },
    { "The image is of a dog.",              "A dog." },
    { "Snapshot of a dog.",                  "A dog." },
    { "In this image, a dog sleeps.",        "A dog sleeps." },
    { "In the picture there are two dogs.",  "Two dogs." },
    { "In this photo, we can see a dog.",    "A dog." },
    { "Alt text: A dog.",                    "A dog." },
    { "Alternative text: Image of a dog.",   "A dog." },
    { "Caption: a dog.",                     "A dog." },
    { "A picture of a cat on a table.",      "A cat on a table." },
    { "A photo of a man who lies in bed.",   "A man who lies in bed." },
    { "Das Bild zeigt eine Katze.",          "Eine Katze." },
    { "Une photo d'un chat.",                "Un chat." },
    { "L’image montre un chat.",             "Un chat." },
    { "Sur cette image, on voit un chat.",   "Un chat." },
    { "Una imagen de un gato.",              "Un gato." },
    { "La foto muestra dos gatos.",          "Dos gatos." },
    { "Un'immagine di un gatto.",            "Un gatto." },
    { "L'immagine mostra un gatto.",         "Un gatto." },
    { "Uma foto de um gato.",                "Um gato." },
    { "A imagem mostra um gato.",            "Um gato." },
    { "На фото изображена кошка.",           "Кошка." },
    { "На изображении видна кошка.",         "Кошка." },
    { "图片展示了一只猫。",                   "一只猫。" },
    { "这张照片显示了一只猫。",               "一只猫。" },
    /* unchanged */
    { "A drawing of a house.",               "A drawing of a house." },
    { "A wall with an image of a star.",     "A wall with an image of a star." },
    { "A picture frame on a wall.",          "A picture frame on a wall." },
    { "Picture frames on a wall.",           "Picture frames on a wall." },
    { "A picture book on a table.",          "A picture book on a table." },
    { "Photo albums on a shelf.",            "Photo albums on a shelf." },
    { "Photographs of the sea on a wall.",   "Photographs of the sea on a wall." },
    { "Images of stars on a screen.",        "Images of stars on a screen." },
    { "A photographer of birds.",            "A photographer of birds." },
    { "Imagesetter of a print shop.",        "Imagesetter of a print shop." },
    { "A black and white photo of a dog.",   "A black and white photo of a dog." },
    { "A collage of pictures of a dog.",     "A collage of pictures of a dog." },
    { "The image quality is low.",           "The image quality is low." },
    { "In the picture frame is a dog.",      "In the picture frame is a dog." },
    { "There is a photo of a dog on it.",    "There is a photo of a dog on it." },
    { "A photo of a dog hangs on a wall.",   "A photo of a dog hangs on a wall." },
    { "A picture of a boat in a gold frame.", "A picture of a boat in a gold frame." },
    { "This photo of a dog was taken in May.", "This photo of a dog was taken in May." },
    { "Foto de familia en la pared.",        "Foto de familia en la pared." },
    { "Une photo de classe.",                "Une photo de classe." },
    { "Bilder von Katzen an einer Wand.",    "Bilder von Katzen an einer Wand." },
    { "Imagery.",                            "Imagery." },
    { "An image of ",                        "An image of " },
    { "",                                    "" },
    { "One\ntwo\tthree\x06.",                "One\ntwo three ." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *tidy = pisces_description_tidy (g_strdup (cases[i][0]));

      g_assert_cmpstr (tidy, ==, cases[i][1]);
    }
  g_assert_null (pisces_description_tidy (NULL));
}

/* At most 30 characters here; what is left out is known.  */
static void
test_length (void)
{
  static const gchar *const cases[][3] =
  {
    { "A cat.",                              "A cat.",                          NULL },
    { "123456789 123456789 123456789.",      "123456789 123456789 123456789.",  NULL },
    { "A cat. It sleeps. It dreams of a mouse.", "A cat. It sleeps.",           "It dreams of a mouse." },
    { "Is it a cat? It may be a small dog.", "Is it a cat?",                    "It may be a small dog." },
    { "A red star above two blue cars and a house.", "A red star above two blue…", "cars and a house." },
    { "A red star with two blue and a big house.", "A red star with two blue…",  "and a big house." },
    { "A red star, two blue cars, a house and a tree.", "A red star, two blue cars…", ", a house and a tree." },
    { "A sign of St. Mary in the old town of it.", "A sign of St. Mary in the old…", "town of it." },
    { "Version 1.5 of a sign on the left side.", "Version 1.5 of a sign…", "on the left side." },
    { "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二。",
      "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九…", "十一二。" },
    { "猫がいる。犬もいる。鳥もいるかもしれないが、遠くてよく見えないので分からない。",
      "猫がいる。犬もいる。", "鳥もいるかもしれないが、遠くてよく見えないので分からない。" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *rest    = NULL;
      g_autofree gchar *shorter = pisces_description_shorten (g_strdup (cases[i][0]), 30, &rest);

      g_assert_cmpstr (shorter, ==, cases[i][1]);
      g_assert_cmpstr (rest, ==, cases[i][2]);
    }
}

/* For texts of any length: no more characters than allowed, at least one, valid,
 * and no letter is lost.  */
static void
test_any_length (void)
{
  static const gchar *const texts[] =
  {
    "A red star. And a blue one, to the left of a house! Nobody (at all) is there.",
    "猫、犬。鳥", "of of of of of of", "e\u0301e\u0301e\u0301", "     a", ",,,,,,,,,", "été à la mer",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (glong n = 2; n < 60; n++)
      {
        g_autofree gchar *whole   = g_strcompress (texts[i]);
        g_autofree gchar *rest    = NULL;
        g_autofree gchar *shorter = pisces_description_shorten (g_strdup (whole), n, &rest);
        g_autofree gchar *joined  = NULL;
        gsize             length  = strlen (shorter);

        g_assert_true (g_utf8_validate (shorter, -1, NULL));
        g_assert_cmpint (g_utf8_strlen (shorter, -1), <=, n);
        g_assert_cmpuint (length, >, 0);
        if (! rest)
          {
            g_assert_cmpstr (shorter, ==, whole);
            continue;
          }
        if (g_str_has_suffix (shorter, "…"))
          length -= strlen ("…");
        g_assert_true (strncmp (whole, shorter, length) == 0);
        joined = g_strstrip (g_strdup (whole + length));
        g_assert_cmpstr (joined, ==, rest);
      }
}

static void
test_keywords (void)
{
  static const gchar *const cases[][2] =
  {
    { "cat, red star, sea",                 "cat|red star|sea" },
    { "cat, Cat, CAT, sea.",                "cat|sea" },
    { "Keywords: cat, sea",                 "cat|sea" },
    { "1. cat\n2. red star\n3. sea\n",      "cat|red star|sea" },
    { "- cat\n- sea\n* boat\n• star",        "cat|sea|boat|star" },
    { "Here are the keywords:\ncat, sea",    "cat|sea" },
    { "\"cat\", 'sea', **boat**, #star",      "cat|sea|boat|star" },
    { "cat, sea, and boat",                 "cat|sea|boat" },
    { "Cat. Sea. Boat.",                    "Cat|Sea|Boat" },
    { "猫、海、船",                          "猫|海|船" },
    { "The image shows a cat that sleeps on a red sofa in the sun.", "" },
    { "",                                   "" },
    { ", , .",                              "" },
    { "1980s car, 3D print",                "1980s car|3D print" },
    { "first  aid\tkit",                    "first aid kit" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv)    keywords = pisces_description_split_keywords (cases[i][0]);
      g_autofree gchar *joined   = g_strjoinv ("|", keywords);

      g_assert_cmpstr (joined, ==, cases[i][1]);
    }
}

/* Streaming text is cleaned up after every letter; the text must never become
 * empty.  */
static void
test_every_beginning (void)
{
  const gchar *text = "This is an image of a red star, a picture of calm.";

  for (gsize n = 1; text[n]; n++)
    {
      g_autofree gchar *tidy = pisces_description_tidy (g_strndup (text, n));

      g_assert_cmpuint (strlen (tidy), >, 0);
    }
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/description/openings",        test_openings);
  g_test_add_func ("/description/every-beginning", test_every_beginning);

  g_test_add_func ("/description/length",          test_length);
  g_test_add_func ("/description/any-length",      test_any_length);
  g_test_add_func ("/description/keywords",        test_keywords);

  return g_test_run ();
}
