/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * raw-file.c: recognises cameras' raw files by their names.  The contents are
 * not enough, because most raw files look like a TIFF whose first picture is a
 * small preview.
 */

#include <string.h>

#include "engine/metadata/raw-file.h"

/**
 * pisces_raw_file_has_name:
 * @path: a file.
 *
 * Returns: whether its suffix is that of a camera's raw files.
 */
gboolean
pisces_raw_file_has_name (const gchar *path)
{
  static const gchar * const endings[] =
  {
    "3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "gpr", "iiq",
    "k25", "kdc", "mef", "mos", "mrw", "nef", "nrw", "orf", "pef", "raf", "raw",
    "rw2", "rwl", "sr2", "srf", "srw", "x3f", NULL
  };
  const gchar      *dot    = strrchr (path, '.');
  g_autofree gchar *ending = g_ascii_strdown (dot ? dot + 1 : "", -1);

  return g_strv_contains (endings, ending);
}
