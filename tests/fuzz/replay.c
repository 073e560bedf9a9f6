/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replay.c: passes each file of a folder to a fuzz target once.  So every
 * input that once caused a bug remains a test, without a fuzzer.
 *
 *   fuzz-NAME FOLDER
 */

#include <glib.h>

#include "fuzz.h"

int
main (int    argc,
      char **argv)
{
  g_autoptr (GDir)  folder = NULL;
  const gchar      *name;
  guint             n      = 0;

  g_assert_cmpint (argc, ==, 2);
  folder = g_dir_open (argv[1], 0, NULL);
  g_assert_nonnull (folder);

  while ((name = g_dir_read_name (folder)))
    {
      g_autofree gchar *path  = g_build_filename (argv[1], name, NULL);
      g_autofree gchar *bytes = NULL;
      gsize             n_bytes;

      g_assert_true (g_file_get_contents (path, &bytes, &n_bytes, NULL));
      LLVMFuzzerTestOneInput ((const guint8 *) bytes, n_bytes);
      g_print ("ok %u - %s\n", ++n, name);
    }

  g_assert_cmpuint (n, >, 0);
  g_print ("1..%u\n", n);

  return 0;
}
