/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every planted bug is reported in its own words, or found by a wrong result,
 * and the same kernel without its bug passes.  Each runs in a process of its
 * own, because a report ends the process.
 */

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>

#include "tests/cuda-emulation/planted-bugs.h"

#ifdef CHECKED
#define WORDS(bug) ((bug)->checked_words)
#define BUILD      "checked"
#else
#define WORDS(bug) ((bug)->fast_words)
#define BUILD      "fast"
#endif


static gint n_caught, n_planted;

/* Returns how the process ended, and what it printed.  */
static gint
run_in_child (const PlantedBug *bug,
              gboolean          with_bug,
              gchar           **words)
{
  GString *said = g_string_new (NULL);
  gchar    buffer[4096];
  gint     ends[2], status;
  gssize   n;
  pid_t    child;

  g_assert_cmpint (pipe (ends), ==, 0);
  fflush (NULL);
  child = fork ();
  if (child == 0)
    {
      dup2 (ends[1], STDERR_FILENO);
      close (ends[0]);
      close (ends[1]);
      alarm (120);
      _exit (bug->run (with_bug) ? 0 : 1);
    }
  close (ends[1]);
  while ((n = read (ends[0], buffer, sizeof buffer)) > 0)
    g_string_append_len (said, buffer, n);
  close (ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  *words = g_string_free (said, FALSE);
  return status;
}

static void
test_bug (gconstpointer data)
{
  const PlantedBug *bug   = data;
  const gchar      *words = WORDS (bug);
  g_autofree gchar *good  = NULL;
  g_autofree gchar *bad   = NULL;
  gint              status;

  status = run_in_child (bug, FALSE, &good);
  if (! WIFEXITED (status) || WEXITSTATUS (status) != 0)
    {
      g_test_fail_printf ("the right kernel does not pass (status %d): %s", status, good);
      return;
    }

  if (words && ! *words)
    {
      g_test_skip ("only checked builds see it");
      return;
    }
  n_planted++;
  status = run_in_child (bug, TRUE, &bad);
  g_strchomp (bad);
  g_test_message ("%s", *bad ? bad : "wrong result");
  if (words ? WIFSIGNALED (status) && WTERMSIG (status) == SIGABRT && strstr (bad, words)
            : WIFEXITED (status) && WEXITSTATUS (status) == 1)
    n_caught++;
  else
    g_test_fail_printf ("it is not caught (status %d)", status);
}

int
main (int    argc,
      char **argv)
{
  gint status;

  g_test_init (&argc, &argv, NULL);
  for (gint i = 0; i < n_planted_bugs; i++)
    {
      g_autofree gchar *path = g_strconcat ("/planted/", planted_bugs[i].name, NULL);

      g_test_add_data_func (path, &planted_bugs[i], test_bug);
    }
  status = g_test_run ();
  printf ("# cuda: planted bugs caught: %d of %d, by %s kernels\n", n_caught, n_planted,
          BUILD);
  return status;
}
