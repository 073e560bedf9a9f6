/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fixture.h: what the tests of model files share: golden files, a folder that
 * is deleted with its files, and checks of an error.
 */

#pragma once

#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <yyjson.h>

#include "engine/pisces.h"

/* GOLDEN_DIR comes from meson.build.  */
static inline gchar *
golden_path (const gchar *name)
{
  return g_build_filename (GOLDEN_DIR, name, NULL);
}

static inline yyjson_doc *
golden_document (const gchar *name)
{
  g_autofree gchar *path = golden_path (name);
  yyjson_doc       *doc  = yyjson_read_file (path, 0, NULL, NULL);

  if (! doc)
    g_error ("%s cannot be read", path);

  return doc;
}

static inline gdouble
golden_number (yyjson_val  *object,
               const gchar *key)
{
  return yyjson_get_num (yyjson_obj_get (object, key));
}

/* Deleted at the end of the process; see remove_folder().  */
static inline gchar *
make_folder (void)
{
  g_autoptr (GError)  error  = NULL;
  gchar              *folder = g_dir_make_tmp ("pisces-test-XXXXXX", &error);

  g_assert_no_error (error);

  return folder;
}

static inline void
remove_folder (const gchar *folder)
{
  g_autoptr (GDir)  dir = g_dir_open (folder, 0, NULL);
  const gchar      *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree gchar *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* Does not use g_file_set_contents(), which waits for the disk: the tests
 * write thousands of files.  */
static inline gchar *
write_file (const gchar   *folder,
            const gchar   *name,
            gconstpointer  data,
            gssize         n_bytes)
{
  gchar *path = g_build_filename (folder, name, NULL);
  gsize  n    = n_bytes < 0 ? strlen (data) : (gsize) n_bytes;
  FILE  *file;

  g_unlink (path);
  file = g_fopen (path, "wb");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (data, 1, n, file), ==, n);
  g_assert_cmpint (fclose (file), ==, 0);

  return path;
}

/* Checks for a sentence: an error with this code, beginning with a capital
 * letter or a quotation mark, ending with a full stop, and containing all of
 * the given parts.  */
static inline void
assert_sentence (GError      *error,
                 gint         code,
                 const gchar *part,
                 const gchar *other_part)
{
  g_assert_error (error, PISCES_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_ascii_isupper (error->message[0]) ||
                 g_str_has_prefix (error->message, "“"));
  g_assert_true (g_str_has_suffix (error->message, "."));
  if (part && ! strstr (error->message, part))
    g_error ("“%s” is not in: %s", part, error->message);
  if (other_part && ! strstr (error->message, other_part))
    g_error ("“%s” is not in: %s", other_part, error->message);
}
