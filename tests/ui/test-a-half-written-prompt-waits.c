/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A user who goes back through older prompts finds the unfinished one at the
 * end again, and changes to older ones where they were made.
 */

#include "ui/generate/pisces-prompt-walk.h"

static const gchar *const older[] = { "third", "second", "first" };

static PiscesPromptWalk *
begin (void)
{
  PiscesPromptWalk *walk = pisces_prompt_walk_new ();

  pisces_prompt_walk_set_older (walk, older, G_N_ELEMENTS (older));

  return walk;
}

static void
test_draft (void)
{
  g_autoptr (PiscesPromptWalk) walk = begin ();

  g_assert_null (pisces_prompt_walk_newer (walk, "half wri"));
  g_assert_cmpstr (pisces_prompt_walk_older (walk, "half wri"), ==, "third");
  g_assert_cmpstr (pisces_prompt_walk_get_draft (walk), ==, "half wri");
  g_assert_cmpstr (pisces_prompt_walk_older (walk, "third"), ==, "second");
  g_assert_cmpstr (pisces_prompt_walk_older (walk, "second"), ==, "first");
  g_assert_null (pisces_prompt_walk_older (walk, "first"));
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "first"), ==, "second");
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "second"), ==, "third");
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "third"), ==, "half wri");
  g_assert_null (pisces_prompt_walk_newer (walk, "half wri"));
  g_assert_null (pisces_prompt_walk_get_draft (walk));
}

static void
test_edits (void)
{
  g_autoptr (PiscesPromptWalk) walk = begin ();

  pisces_prompt_walk_older (walk, "draft");
  g_assert_cmpstr (pisces_prompt_walk_older (walk, "third, in blue"), ==,
                   "second");
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "second"), ==,
                   "third, in blue");

  /* It is still there after another one has been used.  */
  pisces_prompt_walk_older (walk, "third, in blue");
  pisces_prompt_walk_used (walk, "second");
  pisces_prompt_walk_set_older (walk, (const gchar *[]) { "second", "third",
                                                          "first" }, 3);
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "second"), ==,
                   "third, in blue");
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "third, in blue"), ==,
                   "draft");
}

static void
test_used_draft (void)
{
  g_autoptr (PiscesPromptWalk) walk = begin ();

  pisces_prompt_walk_used (walk, "fourth");
  pisces_prompt_walk_set_older (walk, (const gchar *[]) { "fourth", "third" },
                                2);
  g_assert_cmpstr (pisces_prompt_walk_older (walk, "fourth"), ==, "third");
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "third"), ==, "fourth");
}

static void
test_used_older (void)
{
  g_autoptr (PiscesPromptWalk) walk = begin ();

  pisces_prompt_walk_older (walk, "draft");
  pisces_prompt_walk_used (walk, "third, but blue");
  pisces_prompt_walk_set_older (walk, (const gchar *[]) { "third, but blue",
                                                          "third" }, 2);
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "third, but blue"), ==,
                   "draft");
}

static void
test_replaced (void)
{
  g_autoptr (PiscesPromptWalk) walk = begin ();

  pisces_prompt_walk_replace (walk, "draft");
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "from a picture"), ==,
                   "draft");
  g_assert_cmpstr (pisces_prompt_walk_older (walk, "draft"), ==,
                   "from a picture");
  g_assert_cmpstr (pisces_prompt_walk_older (walk, "from a picture"), ==,
                   "third");
}

static void
test_blank (void)
{
  g_autoptr (PiscesPromptWalk) walk = begin ();

  g_assert_cmpstr (pisces_prompt_walk_older (walk, ""), ==, "third");
  g_assert_null (pisces_prompt_walk_get_draft (walk));
  g_assert_cmpstr (pisces_prompt_walk_newer (walk, "third"), ==, "");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/walk/ends-at-the-draft", test_draft);
  g_test_add_func ("/walk/keeps-what-is-changed-on-the-way", test_edits);
  g_test_add_func ("/walk/begins-anew-after-the-draft-was-used",
                   test_used_draft);
  g_test_add_func ("/walk/keeps-the-draft-when-another-is-used",
                   test_used_older);
  g_test_add_func ("/walk/keeps-what-is-replaced", test_replaced);
  g_test_add_func ("/walk/begins-without-a-draft-too", test_blank);

  return g_test_run ();
}
