/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Styles put the user's words into their place and can be removed again; the
 * user adds, changes and removes them, and a damaged file of styles is renamed
 * without losing anything.
 */

#include <string.h>

#include <glib/gstdio.h>

#include "ui/generate/pisces-styles.h"

static void
test_shipped (void)
{
  g_autoptr (PiscesStyles) styles = pisces_styles_new (NULL);
  guint                    n      = pisces_styles_get_n (styles);
  guint                    i;

  g_assert_cmpuint (n, >, 2);
  for (i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;

      pisces_styles_check (pisces_styles_get_name (styles, i),
                           pisces_styles_get_template (styles, i), &error);
      g_assert_no_error (error);
      g_assert_cmpint (pisces_styles_find (
                         styles, pisces_styles_get_name (styles, i)), ==, i);
    }
}

static void
test_apply (void)
{
  const gchar *patterns[] = { "{prompt}", "a {prompt}, flat", "{prompt}!",
                              "{prompt} and again {prompt}" };
  const gchar *prompts[]  = { "star", "{prompt}", "100 % of 🐟", "a, flat" };
  guint        i, j;

  for (i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      for (j = 0; j < G_N_ELEMENTS (prompts); j++)
        {
          g_autofree gchar *text = pisces_style_apply (patterns[i], prompts[j]);
          g_autofree gchar *back = pisces_style_take_off (patterns[i], text);

          g_assert_cmpstr (back, ==, prompts[j]);
        }
    }

  {
    g_autofree gchar *text = pisces_style_apply ("{prompt} and {prompt}", "x");

    g_assert_cmpstr (text, ==, "x and x");
    g_assert_null (pisces_style_take_off ("{prompt} and {prompt}", "x and y"));
    g_assert_null (pisces_style_take_off ("a {prompt}, flat", "a star"));
    g_assert_null (pisces_style_take_off ("a {prompt}", "a "));
    g_assert_null (pisces_style_take_off ("{prompt}é", "a\xa9"));
  }
}

static void
test_change (void)
{
  g_autofree gchar        *folder = g_dir_make_tmp ("pisces-styles-XXXXXX", NULL);
  g_autofree gchar        *path   = g_build_filename (folder, "s.ini", NULL);
  g_autofree gchar        *aside  = g_strconcat (path, ".damaged-1", NULL);
  g_autofree gchar        *kept   = NULL;
  g_autoptr (GError)       error  = NULL;
  g_autoptr (PiscesStyles) first  = pisces_styles_new (path);
  g_autoptr (PiscesStyles) second = pisces_styles_new (path);
  g_autoptr (PiscesStyles) third  = pisces_styles_new (path);
  const gchar *broken = "[Style 1]\nName=Night\nTemplate={prompt} by night\n"
                        "[Style 2]\nName=Nothing\n";
  guint                    n;

  g_assert_true (pisces_styles_load (first, NULL));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  n = pisces_styles_get_n (first);
  g_assert_true (pisces_styles_put (first, NULL, " Stained glass ",
                                    "{prompt};\nin [glass] = \\n", NULL));
  g_assert_true (pisces_styles_load (second, NULL));
  g_assert_cmpuint (pisces_styles_get_n (second), ==, n + 1);
  g_assert_cmpstr (pisces_styles_get_name (second, n), ==, "Stained glass");
  g_assert_cmpstr (pisces_styles_get_template (second, n), ==,
                   "{prompt};\nin [glass] = \\n");

  /* Two programs use the file at the same time.  */
  g_assert_true (pisces_styles_put (second, NULL, "Étoile", "{prompt} 2", NULL));
  g_assert_true (pisces_styles_put (first, "Stained glass", "Glass",
                                    "{prompt} of glass", NULL));
  g_assert_cmpint (pisces_styles_find (first, "étoile"), ==, n + 1);
  g_assert_cmpint (pisces_styles_find (first, "Stained glass"), ==, -1);

  /* The template alone. */
  g_assert_true (pisces_styles_put (first, "Glass", "Glass",
                                    "{prompt}, of glass", NULL));
  g_assert_cmpstr (pisces_styles_get_template (first, n), ==,
                   "{prompt}, of glass");

  /* A refused style changes nothing.  */
  g_assert_false (pisces_styles_put (first, NULL, "GLASS", "{prompt}", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (pisces_styles_put (first, NULL, "Other", "no place", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (pisces_styles_put (first, NULL, " ", "{prompt}", NULL));
  g_assert_cmpuint (pisces_styles_get_n (first), ==, n + 2);

  /* All may be removed, and the user can bring the built-in ones back.  */
  for (n = pisces_styles_get_n (first); n > 0; n--)
    {
      g_assert_true (pisces_styles_remove (first,
                                           pisces_styles_get_name (first, 0),
                                           NULL));
      g_assert_cmpuint (pisces_styles_get_n (first), ==, n - 1);
    }
  g_assert_true (pisces_styles_load (second, NULL));
  g_assert_cmpuint (pisces_styles_get_n (second), ==, 0);
  g_assert_true (pisces_styles_put (first, NULL, "Mine", "my {prompt}", NULL));
  g_assert_true (pisces_styles_reset (first, NULL));
  n = pisces_styles_get_n (first) - 1;
  g_assert_cmpuint (n, >, 2);
  g_assert_cmpint (pisces_styles_find (first, "mine"), ==, n);

  /* A damaged file is kept, and its valid part is used.  */
  g_assert_true (g_file_set_contents (path, broken, -1, NULL));
  g_assert_false (pisces_styles_load (third, &error));
  g_assert_nonnull (strstr (error->message, aside));
  g_assert_cmpint (pisces_styles_find (third, "night"), ==, 0);
  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, broken);
  g_assert_true (pisces_styles_load (second, NULL));
  g_assert_cmpint (pisces_styles_find (second, "night"), ==, 0);

  g_unlink (path);
  g_unlink (aside);
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/styles/some-are-shipped", test_shipped);
  g_test_add_func ("/styles/go-on-and-off", test_apply);
  g_test_add_func ("/styles/can-be-changed", test_change);

  return g_test_run ();
}
