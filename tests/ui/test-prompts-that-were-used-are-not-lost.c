/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The history of prompts keeps every prompt that was used: if the process is
 * killed at any moment, if two processes write, if the disk cannot be written
 * to, and if the file is damaged.
 */

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ui/generate/pisces-prompt-history.h"

static gchar *folder = NULL;

static gchar *
make_path (const gchar *name)
{
  return g_build_filename (folder, name, "prompts.txt", NULL);
}

static PiscesPromptHistory *
open_history (const gchar *path)
{
  PiscesPromptHistory *history = pisces_prompt_history_new (path);
  g_autoptr (GError)   error   = NULL;

  g_assert_true (pisces_prompt_history_load (history, &error));
  g_assert_no_error (error);

  return history;
}

static void
add (PiscesPromptHistory *history,
     const gchar         *prompt)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pisces_prompt_history_add (history, prompt, &error));
  g_assert_no_error (error);
}

static gboolean
has (PiscesPromptHistory *history,
     const gchar         *prompt)
{
  guint i;

  for (i = 0; i < pisces_prompt_history_get_n (history); i++)
    {
      if (g_str_equal (pisces_prompt_history_get_prompt (history, i), prompt))
        return TRUE;
    }

  return FALSE;
}

static void
test_come_back (void)
{
  const gchar *texts[] = { "two red stars", "line one\nline two\r\n\\n",
                           "# a heading", "日本語の星", "🐟" };
  g_autofree gchar               *path    = make_path ("come-back");
  g_autoptr (PiscesPromptHistory) first   = open_history (path);
  g_autoptr (PiscesPromptHistory) second  = NULL;
  guint                           i;

  for (i = 0; i < G_N_ELEMENTS (texts); i++)
    add (first, texts[i]);

  second = open_history (path);
  g_assert_cmpuint (pisces_prompt_history_get_n (second), ==,
                    G_N_ELEMENTS (texts));
  for (i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpstr (pisces_prompt_history_get_prompt (
                       second, G_N_ELEMENTS (texts) - 1 - i), ==, texts[i]);
}

static void
test_move_up (void)
{
  g_autofree gchar               *path    = make_path ("move-up");
  g_autoptr (PiscesPromptHistory) history = open_history (path);

  add (history, "a");
  add (history, "b");
  add (history, " a\n");
  add (history, "   ");

  g_assert_cmpuint (pisces_prompt_history_get_n (history), ==, 2);
  g_assert_cmpstr (pisces_prompt_history_get_prompt (history, 0), ==, "a");
  g_assert_cmpstr (pisces_prompt_history_get_prompt (history, 1), ==, "b");

  g_assert_true (pisces_prompt_history_remove (history, "b", NULL));
  g_assert_cmpuint (pisces_prompt_history_get_n (history), ==, 1);
}

static void
test_limit (void)
{
  g_autoptr (PiscesPromptHistory) history = pisces_prompt_history_new (NULL);
  guint                           i;

  for (i = 0; i < PISCES_PROMPT_HISTORY_MAX + 10; i++)
    {
      g_autofree gchar *prompt = g_strdup_printf ("%u stars", i);

      add (history, prompt);
      g_assert_cmpuint (pisces_prompt_history_get_n (history), ==,
                        MIN (i + 1, PISCES_PROMPT_HISTORY_MAX));
    }

  g_assert_cmpstr (pisces_prompt_history_get_prompt (history, 0), ==,
                   "509 stars");
  g_assert_false (has (history, "9 stars"));
  g_assert_true (has (history, "10 stars"));
}

static void
test_two_programs (void)
{
  g_autofree gchar               *path   = make_path ("two");
  g_autoptr (PiscesPromptHistory) first  = open_history (path);
  g_autoptr (PiscesPromptHistory) second = open_history (path);
  g_autoptr (PiscesPromptHistory) third  = NULL;

  add (first, "of the first");
  add (second, "of the second");
  add (first, "of the first again");

  third = open_history (path);
  g_assert_cmpuint (pisces_prompt_history_get_n (third), ==, 3);
  g_assert_cmpstr (pisces_prompt_history_get_prompt (third, 1), ==,
                   "of the second");
}

/* A child process adds prompts, and reports each on a pipe after it has been
 * added, until it is killed at some moment.
 */
static void
test_killed (void)
{
  g_autofree gchar *path = make_path ("killed");
  guint             round;
  guint             n    = 0;

  for (round = 0; round < 20; round++)
    {
      g_autoptr (PiscesPromptHistory) history = NULL;
      gint                            pipe_ends[2];
      guint                           said = n;
      guint                           i;
      pid_t                           child;

      g_assert_cmpint (pipe (pipe_ends), ==, 0);
      child = fork ();
      g_assert_cmpint (child, >=, 0);
      if (child == 0)
        {
          history = open_history (path);
          for (i = n; ; i++)
            {
              g_autofree gchar *prompt = g_strdup_printf ("prompt %u", i);

              add (history, prompt);
              if (write (pipe_ends[1], &i, sizeof i) != sizeof i)
                _exit (1);
            }
        }

      close (pipe_ends[1]);
      for (i = 0; i < 3; i++)
        {
          g_assert_cmpint (read (pipe_ends[0], &said, sizeof said), ==,
                           sizeof said);
        }
      g_usleep (g_random_int_range (0, 2000));
      kill (child, SIGKILL);
      waitpid (child, NULL, 0);
      while (read (pipe_ends[0], &said, sizeof said) == sizeof said);
      close (pipe_ends[0]);

      history = open_history (path);
      for (i = n; i <= said; i++)
        {
          g_autofree gchar *prompt = g_strdup_printf ("prompt %u", i);

          if (i + 400 > said)
            g_assert_true (has (history, prompt));
        }
      n = said + 1;
    }
}

static void
test_damaged (gconstpointer data)
{
  const gchar *texts[] =
  {
    "# Pisces prompts 1\nsound\ncut of",
    "# Pisces prompts 1\nsound\nno \\x escape\nalso sound\n",
    "# Pisces prompts 1\nsound\n\xff\xfe\n",
    "# Pisces prompts 2\nof a later version\n",
    "GIF89a",
  };
  guint              which   = GPOINTER_TO_UINT (data);
  g_autofree gchar  *name    = g_strdup_printf ("damaged-%u", which);
  g_autofree gchar  *path    = make_path (name);
  g_autofree gchar  *parent  = g_path_get_dirname (path);
  g_autofree gchar  *aside   = g_strconcat (path, ".damaged-1", NULL);
  g_autofree gchar  *kept    = NULL;
  g_autoptr (GError) error   = NULL;
  g_autoptr (PiscesPromptHistory) history = pisces_prompt_history_new (path);
  g_autoptr (PiscesPromptHistory) again   = NULL;

  g_mkdir_with_parents (parent, 0700);
  g_assert_true (g_file_set_contents (path, texts[which], -1, NULL));

  g_assert_false (pisces_prompt_history_load (history, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, aside));

  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, texts[which]);
  g_assert_cmpint (has (history, "sound"), ==, which < 3);

  add (history, "new");
  again = open_history (path);
  g_assert_true (has (again, "new"));
  g_assert_cmpint (has (again, "sound"), ==, which < 3);
}

/* A file has the folder's name, so that nothing can be written, as if a disk
 * were missing.  */
static void
test_not_writable (void)
{
  g_autofree gchar   *path    = make_path ("not-writable");
  g_autofree gchar   *parent  = g_path_get_dirname (path);
  g_autoptr (GError)  error   = NULL;
  g_autoptr (PiscesPromptHistory) history = pisces_prompt_history_new (path);
  g_autoptr (PiscesPromptHistory) again   = NULL;

  g_assert_true (g_file_set_contents (parent, "in the way", -1, NULL));
  g_assert_false (pisces_prompt_history_add (history, "first", &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, parent));
  g_assert_true (has (history, "first"));
  g_assert_false (pisces_prompt_history_add (history, "second", NULL));

  g_assert_cmpint (g_unlink (parent), ==, 0);
  add (history, "third");
  again = open_history (path);
  g_assert_cmpuint (pisces_prompt_history_get_n (again), ==, 3);
  g_assert_cmpstr (pisces_prompt_history_get_prompt (again, 0), ==, "third");
  g_assert_cmpstr (pisces_prompt_history_get_prompt (again, 1), ==, "second");
  g_assert_cmpstr (pisces_prompt_history_get_prompt (again, 2), ==, "first");

  /* A prompt that may still be in the file is not reported as removed.  */
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_false (pisces_prompt_history_remove (again, "second", NULL));
  g_assert_true (has (again, "second"));
}

static void
test_search (void)
{
  g_assert_true (pisces_prompt_matches ("A Red STAR", "red star"));
  g_assert_true (pisces_prompt_matches ("a red star", "STA a"));
  g_assert_false (pisces_prompt_matches ("a red star", "blue"));
  g_assert_false (pisces_prompt_matches ("a red star", "red moon"));
  g_assert_true (pisces_prompt_matches ("a red star", " "));

  g_assert_true (pisces_prompt_matches ("Ein GRÜNER Fluß", "grüner fluss"));
  g_assert_true (pisces_prompt_matches ("ЗВЕЗДА", "звезда"));
  g_assert_true (pisces_prompt_matches ("ΑΣΤΈΡΑΣ", "αστέρας"));
  /* é as one character, and as e with an accent. */
  g_assert_true (pisces_prompt_matches ("caf\xc3\xa9", "CAFE\xcc\x81"));
  g_assert_true (pisces_prompt_matches ("ＦＩＳＨ", "fish"));
  g_assert_false (pisces_prompt_matches ("ЗВЕЗДА", "ночь"));
}

static void
remove_all (const gchar *path)
{
  g_autoptr (GDir)  dir = g_dir_open (path, 0, NULL);
  const gchar      *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree gchar *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_remove (path);
}

int
main (int    argc,
      char **argv)
{
  gint  status;
  guint i;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("pisces-history-XXXXXX", NULL);
  g_assert_nonnull (folder);

  g_test_add_func ("/history/comes-back", test_come_back);
  g_test_add_func ("/history/moves-a-repeated-prompt-up", test_move_up);
  g_test_add_func ("/history/forgets-the-oldest", test_limit);
  g_test_add_func ("/history/is-shared-by-two-programs", test_two_programs);
  g_test_add_func ("/history/outlives-being-killed", test_killed);
  for (i = 0; i < 5; i++)
    {
      g_autofree gchar *name = g_strdup_printf ("/history/damaged-is-set-aside/%u",
                                                i);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_damaged);
    }
  g_test_add_func ("/history/waits-for-a-disk", test_not_writable);
  g_test_add_func ("/history/search-knows-no-case", test_search);

  status = g_test_run ();
  remove_all (folder);
  g_free (folder);

  return status;
}
