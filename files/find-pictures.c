/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * find-pictures.c: the picture files among files and folders.  In folders
 * files are known by the ending of their names: to look into each would take
 * long, and a file that is none says so when it is read.
 */

#include <string.h>

#include "files/find-pictures.h"
#include "files/picture-file.h"

static void look_into     (const gchar   *folder,
                           GPtrArray     *found,
                           GCancellable  *cancellable);
static gint compare_paths (gconstpointer  a,
                           gconstpointer  b);


/**
 * pisces_find_pictures:
 * @paths: %NULL-terminated, of files and folders.
 * @cancellable: (nullable): ends the search early.
 *
 * Files are taken as they are named.  Of folders their pictures are taken, in
 * the order of their names, with those of the folders in them; hidden files
 * are left out, and links to folders are not followed, as they may lead round
 * in a circle.
 *
 * May be called in any thread.
 *
 * Returns: (transfer full) (element-type filename): the paths.
 */
GPtrArray *
pisces_find_pictures (const gchar * const *paths,
                      GCancellable        *cancellable)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; paths[i]; i++)
    {
      g_autofree gchar *path = g_canonicalize_filename (paths[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        look_into (path, found, cancellable);
      else
        g_ptr_array_add (found, g_steal_pointer (&path));
    }

  return found;
}


/*  private functions  */

static void
look_into (const gchar  *folder,
           GPtrArray    *found,
           GCancellable *cancellable)
{
  g_autoptr (GPtrArray)  names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir)       dir   = g_dir_open (folder, 0, NULL);
  const gchar           *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (name[0] != '.')
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));

  g_ptr_array_sort (names, compare_paths);

  for (guint i = 0; i < names->len && ! g_cancellable_is_cancelled (cancellable); i++)
    {
      const gchar *path = names->pdata[i];

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        {
          if (pisces_picture_file_has_known_name (path))
            g_ptr_array_add (found, g_strdup (path));
        }
      else if (g_file_test (path, G_FILE_TEST_IS_DIR) &&
               ! g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        look_into (path, found, cancellable);
    }
}

/* "2.jpg" before "10.jpg".  */
static gint
compare_paths (gconstpointer a,
               gconstpointer b)
{
  const gchar      *path_a = *(gchar * const *) a;
  const gchar      *path_b = *(gchar * const *) b;
  g_autofree gchar *name_a = g_filename_display_name (path_a);
  g_autofree gchar *name_b = g_filename_display_name (path_b);
  g_autofree gchar *key_a  = g_utf8_collate_key_for_filename (name_a, -1);
  g_autofree gchar *key_b  = g_utf8_collate_key_for_filename (name_b, -1);

  return strcmp (key_a, key_b);
}
