/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that is cut short while it is mapped does not end the process: zeros
 * are read where its bytes were, the file says that it was changed, and other
 * maps keep theirs.  A SIGBUS that has nothing to do with our maps goes to the
 * handler that was there before, or ends the process as ever.
 */

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/model/file-map.h"
#include "engine/model/plain-file.h"
#include "tests/model/fixture.h"

#define N_BYTES (10 * 4096 + 100)

static gchar *folder;

static gchar *
write_bytes (const gchar *name,
             guint8       value)
{
  gchar              *path  = g_build_filename (folder, name, NULL);
  g_autofree guint8  *bytes = g_malloc (N_BYTES);

  memset (bytes, value, N_BYTES);
  g_assert_true (g_file_set_contents (path, (const gchar *) bytes, N_BYTES, NULL));

  return path;
}

static void
test_cut (void)
{
  g_autofree gchar            *path       = write_bytes ("cut", 7);
  g_autofree gchar            *other_path = write_bytes ("whole", 9);
  g_autoptr (GError)           error      = NULL;
  g_autoptr (PiscesPlainFile)  file       = pisces_plain_file_open (path, &error);
  g_autoptr (PiscesPlainFile)  other      = pisces_plain_file_open (other_path, &error);
  const guint8                *bytes, *other_bytes;

  g_assert_no_error (error);
  bytes       = pisces_plain_file_map (file);
  other_bytes = pisces_plain_file_map (other);
  g_assert_nonnull (bytes);
  g_assert_true (pisces_plain_file_map (file) == bytes);
  g_assert_cmpint (bytes[N_BYTES - 1], ==, 7);
  g_assert_true (pisces_plain_file_check (file, &error));

  g_assert_cmpint (truncate (path, 2 * 4096 + 1), ==, 0);
  for (gint i = 0; i < 2 * 4096 + 1; i++)
    g_assert_cmpint (bytes[i], ==, 7);
  for (gint i = 2 * 4096 + 1; i < N_BYTES; i++)
    g_assert_cmpint (bytes[i], ==, 0);
  for (gint i = 0; i < N_BYTES; i++)
    g_assert_cmpint (other_bytes[i], ==, 9);

  g_assert_false (pisces_plain_file_check (file, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);
  g_assert_true (pisces_plain_file_check (other, &error));
}

/* As when a disk fails: the file has its length all the same.  */
static void
test_torn_for_good (void)
{
  g_autofree gchar *path = write_bytes ("torn", 7);
  gint              fd   = g_open (path, O_RDWR, 0);
  PiscesFileMap    *map  = pisces_file_map_new (fd, N_BYTES);

  g_assert_nonnull (map);
  g_assert_false (pisces_file_map_is_torn (map));
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (pisces_file_map_bytes (map)[5000], ==, 0);
  g_assert_cmpint (ftruncate (fd, N_BYTES), ==, 0);
  g_assert_true (pisces_file_map_is_torn (map));
  pisces_file_map_free (map);

  /* Its place is given to another, which is whole.  */
  map = pisces_file_map_new (fd, N_BYTES);
  g_assert_false (pisces_file_map_is_torn (map));
  pisces_file_map_free (map);
  close (fd);
}

static void
test_many (void)
{
  g_autofree gchar *path = write_bytes ("many", 3);
  gint              fd   = g_open (path, O_RDONLY, 0);
  PiscesFileMap    *maps[300];
  gint              n = 0;

  for (gint i = 0; i < 300; i++)
    {
      maps[i] = pisces_file_map_new (fd, N_BYTES);
      n      += maps[i] != NULL;
      g_assert_true (! maps[i] || pisces_file_map_bytes (maps[i])[i] == 3);
    }
  /* The others are read.  */
  g_assert_cmpint (n, >=, 200);
  g_assert_cmpint (n, <, 300);
  for (gint i = 0; i < 300; i++)
    pisces_file_map_free (maps[i]);
  close (fd);
}

static void
test_wish (void)
{
  g_autofree gchar *path = write_bytes ("wish", 3);
  gint              fd   = g_open (path, O_RDONLY, 0);

  g_setenv ("PISCES_MAP", "no", TRUE);
  g_assert_null (pisces_file_map_new (fd, N_BYTES));
  g_unsetenv ("PISCES_MAP");
  g_assert_null (pisces_file_map_new (fd, 0));
  close (fd);
}

/* A page of a file that is gone, of which our code knows nothing.  */
static volatile const guint8 *
foreign_page (const gchar *name)
{
  g_autofree gchar *path = write_bytes (name, 1);
  gint              fd   = g_open (path, O_RDWR, 0);
  gpointer          page = mmap (NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

  g_assert_true (page != MAP_FAILED);
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  close (fd);

  return page;
}

static void
test_default (void)
{
  if (g_test_subprocess ())
    {
      g_autofree gchar *path = write_bytes ("one", 1);
      gint              fd   = g_open (path, O_RDONLY, 0);

      g_assert_nonnull (pisces_file_map_new (fd, N_BYTES));
      g_assert_cmpint (foreign_page ("foreign")[0], ==, 1);
      exit (0);
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
}

static sigjmp_buf  back;

static void
go_back (int number)
{
  siglongjmp (back, number);
}

static void
go_back_with_info (int        number,
                   siginfo_t *info,
                   gpointer   context)
{
  siglongjmp (back, info->si_addr ? number : -1);
}

/* Of either kind.  Each in a process of its own: the handler is set once.  */
static void
test_chain (gconstpointer with_info)
{
  if (g_test_subprocess ())
    {
      g_autofree gchar *path   = write_bytes ("one", 1);
      gint              fd     = g_open (path, O_RDONLY, 0);
      struct sigaction  action = { 0 };

      if (with_info)
        {
          action.sa_flags     = SA_SIGINFO;
          action.sa_sigaction = go_back_with_info;
        }
      else
        {
          action.sa_handler = go_back;
        }
      sigaction (SIGBUS, &action, NULL);
      g_assert_nonnull (pisces_file_map_new (fd, N_BYTES));

      switch (sigsetjmp (back, 1))
        {
        case 0:
          g_assert_cmpint (foreign_page ("foreign")[0], ==, 1);
          exit (1);
        case SIGBUS:
          g_print ("came to the earlier handler");
          exit (0);
        default:
          exit (2);
        }
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout ("*came to the earlier handler*");
}

int
main (int    argc,
      char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);

  /* Those that are run in a process of their own may end anyhow, so their files
   * lie where this process removes them.  */
  folder = g_strdup (g_getenv ("PISCES_TEST_FOLDER"));
  if (! folder)
    folder = make_folder ();
  g_setenv ("PISCES_TEST_FOLDER", folder, TRUE);
  g_test_add_func ("/map/cut-short", test_cut);
  g_test_add_func ("/map/torn-stays-torn", test_torn_for_good);
  g_test_add_func ("/map/more-than-there-is-room-for", test_many);
  g_test_add_func ("/map/not-wished", test_wish);
  g_test_add_func ("/map/foreign-fault-without-handler", test_default);
  g_test_add_data_func ("/map/foreign-fault-to-handler", NULL, test_chain);
  g_test_add_data_func ("/map/foreign-fault-to-handler-with-info", "info", test_chain);

  result = g_test_run ();
  remove_folder (folder);

  return result;
}
