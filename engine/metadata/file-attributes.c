/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-attributes.c: copies owner, group, permissions, access control list and
 * extended attributes from one file to another, and checks the result.
 *
 * GIO's g_file_copy_attributes() copies all of these too (2.84), but sets the
 * permissions before the access control list.  The mask of the list is stored
 * as the group's permissions, so for a moment the file's group may do what
 * only the users in the list may.  And a list that the new file has inherited
 * from its folder stays.
 */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/xattr.h>
#endif

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/file-attributes.h"

#define ACCESS_LIST "system.posix_acl_access"

static gboolean     copy_owner        (gint          from,
                                       gint          to,
                                       const gchar  *path,
                                       GError      **error);
static gboolean     copy_permissions  (gint          from,
                                       gint          to,
                                       const gchar  *path,
                                       GError      **error);
#ifdef __linux__
static gboolean     copy_extended     (gint          from,
                                       gint          to,
                                       const gchar  *path,
                                       GError      **error);
static GHashTable * read_extended     (gint          file,
                                       gchar       **unreadable);
static GBytes     * read_value        (gint          file,
                                       const gchar  *name);
static void         drop_extra        (gint          to,
                                       GHashTable   *wanted);
static gchar      * find_difference   (gint          to,
                                       GHashTable   *wanted);
static void         set_extended_error
                                      (const gchar  *name,
                                       const gchar  *path,
                                       GError      **error);
#endif


/**
 * pisces_file_attributes_copy:
 * @from: the open file to copy from.
 * @to: another open file, which only its owner may read.
 * @path: the path of @from, for messages.
 * @error: set to a sentence if something cannot be copied.
 *
 * At no moment can anybody read @to who cannot read @from.  The caller handles
 * the times.
 *
 * Returns: whether @to has the same attributes now.
 */
gboolean
pisces_file_attributes_copy (gint          from,
                             gint          to,
                             const gchar  *path,
                             GError      **error)
{
  if (! copy_owner (from, to, path, error))
    return FALSE;

#ifdef __linux__
  if (! copy_extended (from, to, path, error))
    return FALSE;
#endif

  /* This comes last, because the kernel removes the set-user-ID bit from a
   * file when its owner changes.
   */
  return copy_permissions (from, to, path, error);
}


/*  private functions  */

static gboolean
copy_owner (gint          from,
            gint          to,
            const gchar  *path,
            GError      **error)
{
  struct stat old;
  struct stat new;

  if (fstat (from, &old) == 0 && fstat (to, &new) == 0 &&
      ((old.st_uid == new.st_uid && old.st_gid == new.st_gid) ||
       fchown (to, old.st_uid, old.st_gid) == 0))
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               _("The owner and the group of “%s” could not be kept, so nothing "
                 "was saved in it. Save as the user whose file it is, or in a "
                 "copy of your own."), path);

  return FALSE;
}

static gboolean
copy_permissions (gint          from,
                  gint          to,
                  const gchar  *path,
                  GError      **error)
{
  struct stat old;
  struct stat new;

  if (fstat (from, &old) == 0 &&
      fchmod (to, old.st_mode & 07777) == 0 &&
      fstat (to, &new) == 0 && new.st_mode == old.st_mode)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
               _("The permissions of “%s” could not be kept, so nothing was "
                 "saved in it. Save as the user whose file it is, or in a copy "
                 "of your own."), path);

  return FALSE;
}

#ifdef __linux__
static gboolean
copy_extended (gint          from,
               gint          to,
               const gchar  *path,
               GError      **error)
{
  g_autofree gchar       *problem = NULL;
  g_autoptr (GHashTable)  wanted  = read_extended (from, &problem);
  g_autoptr (GHashTable)  got     = NULL;
  GHashTableIter          iter;
  gpointer                name;
  gpointer                value;

  drop_extra (to, wanted);

  /* Attributes that the new file already has need not be set.  Some of them
   * cannot be set, such as a label of the system.
   */
  got = read_extended (to, NULL);
  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      GBytes        *there = g_hash_table_lookup (got, name);
      gsize          n_bytes;
      gconstpointer  bytes = g_bytes_get_data (value, &n_bytes);

      if (! there || ! g_bytes_equal (there, value))
        fsetxattr (to, name, n_bytes > 0 ? bytes : "", n_bytes, 0);
    }

  if (! problem)
    problem = find_difference (to, wanted);
  if (problem)
    set_extended_error (problem, path, error);

  return ! problem;
}

/* Reads the attributes that can be set on a file.  Those that the kernel
 * computes from the contents are left out.
 */
static GHashTable *
read_extended (gint    file,
               gchar **unreadable)
{
  GHashTable       *found = g_hash_table_new_full (g_str_hash, g_str_equal,
                                                   g_free,
                                                   (GDestroyNotify) g_bytes_unref);
  g_autofree gchar *names = NULL;
  gssize            n_bytes;

  /* The list may grow between the two calls.  */
  do
    {
      gssize room = flistxattr (file, NULL, 0);

      g_free (names);
      names   = g_malloc (MAX (room, 0) + 1);
      n_bytes = room > 0 ? flistxattr (file, names, room) : 0;
    }
  while (n_bytes < 0 && errno == ERANGE);

  for (gssize at = 0; at < n_bytes; at += strlen (names + at) + 1)
    {
      const gchar *name = names + at;
      GBytes      *value;

      if (strcmp (name, "security.ima") == 0 || strcmp (name, "security.evm") == 0)
        continue;

      value = read_value (file, name);
      if (value)
        g_hash_table_insert (found, g_strdup (name), value);
      else if (unreadable && ! *unreadable && errno != ENODATA)
        *unreadable = g_strdup (name);
    }

  return found;
}

/* Returns NULL on failure, with errno set.  */
static GBytes *
read_value (gint         file,
            const gchar *name)
{
  while (TRUE)
    {
      gssize  room = fgetxattr (file, name, NULL, 0);
      gchar  *value;
      gssize  n_bytes;
      gint    reason;

      if (room < 0)
        return NULL;

      value   = g_malloc (room + 1);
      n_bytes = fgetxattr (file, name, value, room);
      if (n_bytes >= 0)
        return g_bytes_new_take (value, n_bytes);

      reason = errno;
      g_free (value);
      errno = reason;
      if (reason != ERANGE)
        return NULL;
    }
}

/* Removes what a folder gives to every new file in it, and the old file does
 * not have.  */
static void
drop_extra (gint        to,
            GHashTable *wanted)
{
  g_autoptr (GHashTable) got = read_extended (to, NULL);
  GHashTableIter         iter;
  gpointer               name;

  g_hash_table_iter_init (&iter, got);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (! g_hash_table_contains (wanted, name))
      fremovexattr (to, name);
}

/* Returns the name of an attribute that is missing; or that of the access
 * control list, if the old file has none.  Other attributes that cannot be
 * removed belong to the system, such as a label that each file has.
 */
static gchar *
find_difference (gint        to,
                 GHashTable *wanted)
{
  g_autoptr (GHashTable) got = read_extended (to, NULL);
  GHashTableIter         iter;
  gpointer               name;
  gpointer               value;

  g_hash_table_iter_init (&iter, wanted);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      GBytes *there = g_hash_table_lookup (got, name);

      if (! there || ! g_bytes_equal (there, value))
        return g_strdup (name);
    }

  if (g_hash_table_contains (got, ACCESS_LIST) &&
      ! g_hash_table_contains (wanted, ACCESS_LIST))
    return g_strdup (ACCESS_LIST);

  return NULL;
}

static void
set_extended_error (const gchar  *name,
                    const gchar  *path,
                    GError      **error)
{
  if (strcmp (name, ACCESS_LIST) == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _("The access control list of “%s” could not be kept, so "
                   "nothing was saved in it. Save as the user whose file it "
                   "is, or in a copy of your own."), path);
  else
    /* Translators: the first is the technical name of an attribute, such as
     * user.xdg.tags. */
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _("The attribute %s of the file “%s” could not be kept, so "
                   "nothing was saved in it. Remove the attribute, or save in "
                   "a copy of the file."), name, path);
}
#endif
