/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A line of keywords becomes a list and the list a line again, and a picture's
 * list is changed without losing or moving what it has.
 */

#include "engine/metadata/keywords.h"

typedef const gchar * const *List;

static void
test_lines (void)
{
  static const struct { const gchar *line; const gchar *keywords; } cases[] =
  {
    { "",                             "" },
    { " , ;\n",                       "" },
    { "cat",                          "cat" },
    { "cat, dog",                     "cat|dog" },
    { " cat ,, dog;bird\nfish ",      "cat|dog|bird|fish" },
    { "Cat, cat, CAT, dog",           "Cat|dog" },
    { "Été, été",                     "Été" },
    { "猫、犬，鳥；魚",                  "猫|犬|鳥|魚" },
    { "red  star\there",              "red star here" },
    { "\"Paris, France\", sea",       "Paris, France|sea" },
    { "\"Paris, France",              "Paris|France" },
    { "5\" disk",                     "5\" disk" },
    { "\"\", a",                      "a" },
    { "red  star, red star",          "red star" },
    { "caf\303\251, cafe\314\201",     "caf\303\251" },
    { "\343\200\200\347\214\253\343\200\200, \347\214\253", "\347\214\253" },
    { "\001, a\001, b",               "a|b" },
    { "\"12\"\" disk, red\", a",      "12\" disk, red|a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv)    read   = pisces_keywords_read (cases[i].line);
      g_autofree gchar *joined = g_strjoinv ("|", read);
      g_autofree gchar *line   = pisces_keywords_to_line ((List) read);
      g_auto (GStrv)    again  = pisces_keywords_read (line);

      g_assert_cmpstr (joined, ==, cases[i].keywords);
      g_assert_cmpstrv (read, again);
    }
}

static void
test_changes (void)
{
  static const struct { const gchar *list, *added, *removed, *result; } cases[] =
  {
    { "b,a",     "",       "",    "b|a"     },
    { "b,a",     "c",      "",    "b|a|c"   },
    { "Zoo,a",   "zoo,A",  "",    "Zoo|a"   },
    { "b,a,c",   "",       "A",   "b|c"     },
    { "b,a",     "c",      "b",   "a|c"     },
    { "",        "x,y",    "",    "x|y"     },
    { "a",       "a",      "a",   "a"       },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv)    list    = pisces_keywords_read (cases[i].list);
      g_auto (GStrv)    added   = pisces_keywords_read (cases[i].added);
      g_auto (GStrv)    removed = pisces_keywords_read (cases[i].removed);
      g_auto (GStrv)    changed = pisces_keywords_change ((List) list, (List) added, (List) removed);
      g_autofree gchar *joined  = g_strjoinv ("|", changed);

      g_assert_cmpstr (joined, ==, cases[i].result);
    }
}

/* Keywords of other programs: the line gives each of them as it is, and one that a
 * person takes away is removed, whatever is in it.  */
static void
test_of_others (void)
{
  const gchar * const list[] = { "a \"b\", c", "\"star\"", "d;e", "\"", "5\" disk", "x, \"", NULL };
  const gchar * const wide[] = { " red  star ", "cafe\314\201", "kept", NULL };
  const gchar * const none[] = { NULL };
  const gchar * const gone[] = { "red star", "Caf\303\251", NULL };
  g_autofree gchar   *line   = pisces_keywords_to_line (list);
  g_auto (GStrv)      read   = pisces_keywords_read (line);
  g_auto (GStrv)      left   = pisces_keywords_change (wide, none, gone);
  g_autofree gchar   *joined = g_strjoinv ("|", left);

  g_assert_cmpstrv (read, (gchar **) list);
  g_assert_cmpstr (joined, ==, "kept");
}

/* What a file has twice is not ours to mend.  */
static void
test_twice (void)
{
  const gchar * const list[]  = { "a", "A", NULL };
  const gchar * const added[] = { "b", NULL };
  const gchar * const none[]  = { NULL };
  g_auto (GStrv)      changed = pisces_keywords_change (list, added, none);
  g_autofree gchar   *joined  = g_strjoinv ("|", changed);

  g_assert_cmpstr (joined, ==, "a|A|b");
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/keywords/lines",   test_lines);
  g_test_add_func ("/keywords/changes", test_changes);
  g_test_add_func ("/keywords/others",  test_of_others);
  g_test_add_func ("/keywords/twice",   test_twice);

  return g_test_run ();
}
