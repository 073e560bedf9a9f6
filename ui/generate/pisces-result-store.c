/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-store.c: the folder in which the pictures of results are kept.
 * Each file is named after the digest of its pixels, so that a picture is
 * stored only once however often it is drawn, and damage can be detected.
 * Each file also says what it was made from, so no index is needed that could
 * disagree with the folder.  Needs no display.
 */

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "ui/generate/pisces-picture-file.h"
#include "ui/generate/pisces-result-store.h"

#define SUFFIX         ".png"
/* The length of a SHA-256 in hexadecimal.  */
#define DIGEST_LETTERS 64

struct _PiscesResultStore
{
  GObject  parent_instance;

  gchar   *folder;
  guint64  limit_bytes;
};

typedef struct
{
  gchar    *digest;
  gint64    used;        /* last use, in microseconds of Unix time */
  guint64   n_bytes;
  gboolean  is_listed;
} StoredFile;

static void        pisces_result_store_finalize (GObject           *object);
static gchar     * build_path                   (PiscesResultStore *store,
                                                 const gchar       *digest);
static GPtrArray * list_files                   (PiscesResultStore *store,
                                                 GHashTable        *listed);
static gint        compare_files                (gconstpointer      a,
                                                 gconstpointer      b);
static void        stored_file_free             (gpointer           data);

G_DEFINE_FINAL_TYPE (PiscesResultStore, pisces_result_store, G_TYPE_OBJECT)

static void
pisces_result_store_class_init (PiscesResultStoreClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_result_store_finalize;
}

static void
pisces_result_store_init (PiscesResultStore *store)
{
}

/**
 * pisces_result_store_new:
 * @folder: (nullable): the folder, which is made when it is first needed;
 *   %NULL: the user's own.
 * @limit_bytes: the size to which pisces_result_store_trim() reduces the
 *   folder.
 */
PiscesResultStore *
pisces_result_store_new (const gchar *folder,
                         guint64      limit_bytes)
{
  PiscesResultStore *store = g_object_new (PISCES_TYPE_RESULT_STORE, NULL);

  store->folder = folder ? g_strdup (folder) :
                           g_build_filename (g_get_user_data_dir (), "pisces",
                                             "results", NULL);
  store->limit_bytes = limit_bytes;

  return store;
}

/**
 * pisces_result_store_save:
 * @result: a result with its image.
 * @error: set if it could not be written.
 *
 * The file is complete or does not exist, even if the process is killed.
 *
 * Returns: %TRUE if the picture is in the folder.
 */
gboolean
pisces_result_store_save (PiscesResultStore  *store,
                          PiscesResult       *result,
                          GError            **error)
{
  g_autoptr (GError)  reason = NULL;
  g_autofree gchar   *path   = build_path (store,
                                           pisces_result_get_digest (result));

  g_return_val_if_fail (pisces_result_get_picture (result)->image, FALSE);

  if (g_mkdir_with_parents (store->folder, 0700) != 0)
    {
      gint number = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number),
                   _("The folder %s for finished pictures could not be made: "
                     "%s. They are lost when GIMP is closed, unless you add "
                     "them as layers or save them."),
                   store->folder, g_strerror (number));
      return FALSE;
    }

  if (! pisces_picture_save (pisces_result_get_picture (result),
                             PISCES_PICTURE_FILE_WORDS, path, &reason))
    {
      /* Translators: what the system says, such as "No space left". */
      g_set_error (error, reason->domain, reason->code,
                   _("A finished picture could not be kept for later (%s). "
                     "Add it as a layer or save it."), reason->message);
      return FALSE;
    }

  return TRUE;
}

/**
 * pisces_result_store_load:
 * @result: receives its image.
 * @error: set if the file is gone or damaged.
 *
 * Returns: %TRUE if @result has its image now.
 */
gboolean
pisces_result_store_load (PiscesResultStore  *store,
                          PiscesResult       *result,
                          GError            **error)
{
  g_autofree gchar  *path = build_path (store,
                                        pisces_result_get_digest (result));
  g_autoptr (GBytes) png  = pisces_result_store_read (store, result, error);

  if (! png || ! pisces_result_store_unpack (result, png, path, error))
    return FALSE;

  /* Marks the file as just used, so that it is not deleted soon.  */
  g_utime (path, NULL);

  return TRUE;
}

/**
 * pisces_result_store_find:
 * @digest: a digest, see pisces_picture_is_digest().
 *
 * Returns: (transfer full) (nullable): the image of that digest, if it is in the
 *   folder.
 */
PiscesImage *
pisces_result_store_find (PiscesResultStore *store,
                          const gchar       *digest)
{
  g_autoptr (PiscesPicture) picture = pisces_picture_new ();
  g_autoptr (PiscesResult)  result  = pisces_result_new (picture, digest);

  return pisces_result_store_load (store, result, NULL) ?
         pisces_image_ref (picture->image) : NULL;
}

/**
 * pisces_result_store_get_size:
 *
 * Returns: the size of the file of @result, in bytes; 0 if there is none.
 */
guint64
pisces_result_store_get_size (PiscesResultStore *store,
                              PiscesResult      *result)
{
  g_autofree gchar *path = build_path (store,
                                       pisces_result_get_digest (result));
  GStatBuf          status;

  return g_stat (path, &status) == 0 && S_ISREG (status.st_mode) ?
         status.st_size : 0;
}

/**
 * pisces_result_store_read:
 * @result: a result whose picture may be in the folder.
 * @error: set if it is not there.
 *
 * Returns: (transfer full) (nullable): the bytes of the PNG file.
 */
GBytes *
pisces_result_store_read (PiscesResultStore  *store,
                          PiscesResult       *result,
                          GError            **error)
{
  g_autofree gchar *path   = build_path (store,
                                         pisces_result_get_digest (result));
  gchar            *bytes  = NULL;
  gsize             length = 0;

  if (! g_file_get_contents (path, &bytes, &length, error))
    return NULL;

  return g_bytes_new_take (bytes, length);
}

/**
 * pisces_result_store_unpack:
 * @result: receives its image.
 * @png: from pisces_result_store_read(), or from an image's file.
 * @name: the name of the source of @png, for @error.
 * @error: set if it is damaged, or is another picture.
 *
 * Returns: %TRUE if @result has its image now.
 */
gboolean
pisces_result_store_unpack (PiscesResult  *result,
                            GBytes        *png,
                            const gchar   *name,
                            GError       **error)
{
  g_autoptr (PiscesImage)  image  = pisces_image_from_png (png, name, error);
  g_autofree gchar        *digest = NULL;

  if (! image)
    return FALSE;

  digest = pisces_image_compute_digest (image);
  if (! g_str_equal (digest, pisces_result_get_digest (result)))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("The file %s is damaged: it holds another picture than "
                     "its name says."), name);
      return FALSE;
    }

  pisces_result_set_image (result, image);

  return TRUE;
}

/**
 * pisces_result_store_is_full:
 *
 * Returns: whether pisces_result_store_trim() would delete anything.
 */
gboolean
pisces_result_store_is_full (PiscesResultStore *store)
{
  g_autoptr (GPtrArray) files   = list_files (store, NULL);
  guint64               n_bytes = 0;

  for (guint i = 0; i < files->len; i++)
    n_bytes += ((StoredFile *) files->pdata[i])->n_bytes;

  return files->len > 1 && n_bytes > store->limit_bytes;
}

/**
 * pisces_result_store_list:
 * @n_max: how many at most.
 *
 * Returns: (transfer full) (element-type PiscesResult): the results in the
 *   folder, with images, the last used first; damaged files are left out.
 */
GPtrArray *
pisces_result_store_list (PiscesResultStore *store,
                          guint              n_max)
{
  g_autoptr (GPtrArray)  files   = list_files (store, NULL);
  GPtrArray             *results =
    g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = files->len; i > 0 && results->len < n_max; i--)
    {
      StoredFile                *file    = files->pdata[i - 1];
      g_autofree gchar          *path    = build_path (store, file->digest);
      g_autoptr (PiscesPicture)  picture = pisces_picture_load (path, NULL);
      PiscesResult              *result;

      if (! picture)
        continue;

      result = pisces_result_new (picture, NULL);
      if (g_str_equal (pisces_result_get_digest (result), file->digest))
        g_ptr_array_add (results, result);
      else
        g_object_unref (result);
    }

  return results;
}

/**
 * pisces_result_store_trim:
 * @listed: (nullable) (element-type utf8): a set of the digests that are
 *   listed in open images.
 *
 * Deletes files until the folder is within its limit: first those that no open
 * image lists, and among them the ones that have not been used for the longest
 * time.
 *
 * Returns: how many were deleted.
 */
guint
pisces_result_store_trim (PiscesResultStore *store,
                          GHashTable        *listed)
{
  g_autoptr (GPtrArray) files     = list_files (store, listed);
  guint64               n_bytes   = 0;
  guint                 n_deleted = 0;

  for (guint i = 0; i < files->len; i++)
    n_bytes += ((StoredFile *) files->pdata[i])->n_bytes;

  /* The last file stays even if it is too large, because it was made just
   * now.  */
  for (guint i = 0; n_bytes > store->limit_bytes && i + 1 < files->len; i++)
    {
      StoredFile       *file = files->pdata[i];
      g_autofree gchar *path = build_path (store, file->digest);

      if (g_unlink (path) == 0)
        {
          n_bytes -= file->n_bytes;
          n_deleted++;
        }
    }

  return n_deleted;
}

static void
pisces_result_store_finalize (GObject *object)
{
  g_free (PISCES_RESULT_STORE (object)->folder);

  G_OBJECT_CLASS (pisces_result_store_parent_class)->finalize (object);
}

static gchar *
build_path (PiscesResultStore *store,
            const gchar       *digest)
{
  g_autofree gchar *name = g_strconcat (digest, SUFFIX, NULL);

  return g_build_filename (store->folder, name, NULL);
}

/* In the order in which files are deleted.  */
static GPtrArray *
list_files (PiscesResultStore *store,
            GHashTable        *listed)
{
  GPtrArray         *files  = g_ptr_array_new_with_free_func (stored_file_free);
  g_autoptr (GDir)   folder = g_dir_open (store->folder, 0, NULL);
  const gchar       *name;

  while (folder && (name = g_dir_read_name (folder)))
    {
      g_autofree gchar *path = NULL;
      StoredFile       *file;
      GStatBuf          status;

      /* Leaves alone files that this program did not put here.  */
      if (strspn (name, "0123456789abcdef") != DIGEST_LETTERS ||
          strcmp (name + DIGEST_LETTERS, SUFFIX) != 0)
        continue;

      path = g_build_filename (store->folder, name, NULL);
      if (g_lstat (path, &status) != 0 || ! S_ISREG (status.st_mode))
        continue;

      file            = g_new0 (StoredFile, 1);
      file->digest    = g_strndup (name, strlen (name) - strlen (SUFFIX));
      file->n_bytes   = status.st_size;
      file->used      = (gint64) status.st_mtim.tv_sec * G_USEC_PER_SEC +
                        status.st_mtim.tv_nsec / 1000;
      file->is_listed = listed && g_hash_table_contains (listed, file->digest);
      g_ptr_array_add (files, file);
    }

  g_ptr_array_sort (files, compare_files);

  return files;
}

static gint
compare_files (gconstpointer a,
               gconstpointer b)
{
  const StoredFile *first  = *(StoredFile * const *) a;
  const StoredFile *second = *(StoredFile * const *) b;

  if (first->is_listed != second->is_listed)
    return first->is_listed ? 1 : -1;

  return (first->used > second->used) - (first->used < second->used);
}

static void
stored_file_free (gpointer data)
{
  StoredFile *file = data;

  g_free (file->digest);
  g_free (file);
}
