/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * staging.c: the folder for a download that is not complete yet.  It is a
 * hidden folder beside the models and is renamed at the end, so that a model
 * is visible only when it is complete, and the last step moves no bytes.  Its
 * name contains the digest of what is downloaded; if a later list has other
 * files under the same name, it uses another folder.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "plugin/models/http.h"
#include "plugin/models/staging.h"

#define DIGEST_LETTERS 16

static gchar * get_lock_path (PiscesCatalogModel *model,
                              const gchar        *store);


/*  public functions  */

/**
 * pisces_staging_get_folder:
 * @store: the folder of the models.
 *
 * Returns: (transfer full): a path; the folder may not exist yet.
 */
gchar *
pisces_staging_get_folder (PiscesCatalogModel *model,
                           const gchar        *store)
{
  g_autofree gchar *digest = pisces_catalog_model_get_digest (model);
  g_autofree gchar *name   = NULL;

  digest[DIGEST_LETTERS] = '\0';
  name = g_strdup_printf (".%s-%s.part",
                          pisces_catalog_model_get_folder (model), digest);

  return g_build_filename (store, name, NULL);
}

/**
 * pisces_staging_lock:
 *
 * GIMP may run twice, and two processes must not write to the same folder.
 * The kernel releases the lock when the process ends, even if it is killed.
 *
 * Returns: a descriptor for pisces_staging_unlock(), or -1 with @error set.
 */
int
pisces_staging_lock (PiscesCatalogModel  *model,
                     const gchar         *store,
                     GError             **error)
{
  g_autofree gchar *path = get_lock_path (model, store);
  int               lock = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  int               number;

  if (lock >= 0 && flock (lock, LOCK_EX | LOCK_NB) == 0)
    return lock;

  number = errno;
  if (lock >= 0 && number == EWOULDBLOCK)
    g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_BUSY,
                 _("The model “%s” is being downloaded by another GIMP now."),
                 pisces_catalog_model_get_name (model));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number),
                 _("“%s” could not be written: %s."), path,
                 g_strerror (number));

  if (lock >= 0)
    close (lock);

  return -1;
}

void
pisces_staging_unlock (PiscesCatalogModel *model,
                       const gchar        *store,
                       int                 lock)
{
  g_autofree gchar *path = get_lock_path (model, store);

  g_unlink (path);
  close (lock);
}

/**
 * pisces_staging_drop_others:
 *
 * Deletes the rest of downloads with the same name but other files.
 */
void
pisces_staging_drop_others (PiscesCatalogModel *model,
                            const gchar        *store)
{
  g_autofree gchar *own    = pisces_staging_get_folder (model, store);
  g_autofree gchar *keep   = g_path_get_basename (own);
  g_autofree gchar *prefix = g_strdup_printf (".%s-",
                                              pisces_catalog_model_get_folder (model));
  g_autoptr (GDir)  dir    = g_dir_open (store, 0, NULL);
  const gchar      *name;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_prefix (name, prefix) && g_str_has_suffix (name, ".part") &&
        strlen (name) == strlen (keep) && ! g_str_equal (name, keep))
      {
        g_autofree gchar *old = g_build_filename (store, name, NULL);

        pisces_staging_delete (old, NULL);
      }
}

/**
 * pisces_staging_check_space:
 * @n_bytes: how many bytes are still to be downloaded.
 *
 * Returns: %TRUE if they will fit, as far as the system can tell.
 */
gboolean
pisces_staging_check_space (const gchar  *store,
                            guint64       n_bytes,
                            GError      **error)
{
  g_autoptr (GFile)     file = g_file_new_for_path (store);
  g_autoptr (GFileInfo) info = NULL;
  g_autofree gchar     *needed = NULL;
  g_autofree gchar     *free   = NULL;
  guint64               n_free;

  info = g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE,
                                       NULL, NULL);
  if (! info ||
      ! g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
    return TRUE;

  n_free = g_file_info_get_attribute_uint64 (info,
                                             G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  if (n_free >= n_bytes)
    return TRUE;

  needed = g_format_size (n_bytes);
  free   = g_format_size (n_free);
  /* Translators: two sizes such as 1.2 GB, and a folder. */
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
               _("%s are still to be downloaded, but only %s are free on the "
                 "disk of “%s”. Make room and try again."),
               needed, free, store);

  return FALSE;
}

/**
 * pisces_staging_delete:
 * @folder: a folder, which need not exist.
 *
 * Deletes it with everything in it.  Links are deleted, never followed.
 *
 * Returns: %TRUE if nothing is left.
 */
gboolean
pisces_staging_delete (const gchar  *folder,
                       GError      **error)
{
  GStatBuf info;
  int      result;

  if (g_lstat (folder, &info) != 0)
    return TRUE;

  if (S_ISDIR (info.st_mode))
    {
      g_autoptr (GDir)  dir = g_dir_open (folder, 0, error);
      const gchar      *name;

      if (! dir)
        return FALSE;

      while ((name = g_dir_read_name (dir)))
        {
          g_autofree gchar *path = g_build_filename (folder, name, NULL);

          if (! pisces_staging_delete (path, error))
            return FALSE;
        }
      result = g_rmdir (folder);
    }
  else
    {
      result = g_unlink (folder);
    }

  if (result != 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number),
                   _("“%s” could not be deleted: %s."), folder,
                   g_strerror (number));
    }

  return result == 0;
}


/*  private functions  */

static gchar *
get_lock_path (PiscesCatalogModel *model,
               const gchar        *store)
{
  g_autofree gchar *name = g_strdup_printf (".%s.lock",
                                            pisces_catalog_model_get_folder (model));

  return g_build_filename (store, name, NULL);
}
