/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A description says what is in the picture, not that it is a picture.  Words
 * that say something about the picture, and all other texts, stay.
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
    /* unchanged */
    { "A drawing of a house.",               "A drawing of a house." },
    { "A wall with an image of a star.",     "A wall with an image of a star." },
    { "A picture frame on a wall.",          "A picture frame on a wall." },
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

  return g_test_run ();
}
