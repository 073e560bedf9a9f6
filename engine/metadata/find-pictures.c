/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * find-pictures.c: finds the picture files among files and folders.  In
 * folders, files are recognised by the suffix of their names, because reading
 * each one would take long.  Files that look like pictures but cannot be used
 * are reported too, with the reason, so that nobody believes that they were
 * described.
 */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "engine/metadata/find-pictures.h"
#include "engine/metadata/picture-file.h"

/* Suffixes of pictures from GIMP, cameras and phones, in addition to those for
 * which gdk-pixbuf has a loader here.
 */
static const gchar *const endings[] =
{
  "3fr", "apng", "arw", "avif", "avifs", "bmp", "cr2", "cr3", "crw", "cur", "dcr",
  "dcx", "dds", "dib", "dng", "eps", "erf", "exr", "fff", "fit", "fits",
  "gif", "hdr", "heic", "heics", "heif", "heifs", "hif", "icns", "ico", "iiq",
  "insp", "j2c", "j2k", "jfi", "jfif", "jif", "jls", "jng", "jp2", "jpe",
  "jpeg", "jpf", "jpg", "jpm", "jps", "jpx", "jxl", "jxr", "k25", "kdc", "kra", "mef", "mng",
  "mos", "mpo", "mrw", "nef", "nrw", "ora", "orf", "pam", "pbm", "pcx", "pef", "pfm",
  "pgm", "png", "pnm", "ppm", "psb", "psd", "qoi", "raf", "raw", "rw2", "rwl",
  "sgi", "sr2", "srf", "srw", "svg", "svgz", "tga", "tif", "tiff", "wbmp",
  "wdp", "webp", "wmf", "x3f", "xbm", "xcf", "xpm"
};

/* How much of a file without a suffix is read.  */
#define HEAD_BYTES 4096

typedef struct
{
  GPtrArray    *found;
  GPtrArray    *roots;           /* real paths of the given folders */
  GHashTable   *seen;            /* files and folders, see is_new() */
  GPtrArray    *links;           /* in pairs: path, name */
  GCancellable *cancellable;     /* nullable */
} Search;

static void       look_into        (Search              *search,
                                    const gchar         *folder,
                                    const gchar         *name);
static void       look_at          (Search              *search,
                                    const gchar         *path,
                                    const gchar         *name);
static void       look_behind      (Search              *search,
                                    const gchar         *path,
                                    const gchar         *name);
static void       look_at_file     (Search              *search,
                                    const gchar         *path,
                                    const gchar         *name,
                                    const GStatBuf      *facts);
static gboolean   has_ending       (const gchar         *path);
static gboolean   has_picture_head (const gchar         *path);
static gboolean   can_be_read      (const gchar         *path);
static gboolean   leads_out        (Search              *search,
                                    const gchar         *path);
static void       add              (Search              *search,
                                    const gchar         *path,
                                    const gchar         *name,
                                    gchar               *problem);
static gboolean   is_new           (Search              *search,
                                    const GStatBuf      *facts);
static void       found_free       (gpointer             data);
static gint       compare_names    (gconstpointer        a,
                                    gconstpointer        b);


/*  public functions  */

/**
 * pisces_find_pictures:
 * @paths: files and folders, %NULL-terminated.
 * @cancellable: (nullable): stops the search.
 *
 * Files in @paths are returned in any case.  In folders, the pictures are
 * returned in the order of their names, including those in subfolders.  Hidden
 * files and folders are left out.  A link is followed if it leads to a file
 * inside the given folders.  A file that has two names there, or that is also
 * in @paths, is returned once.
 *
 * May be called in any thread.
 *
 * Returns: (transfer full) (element-type PiscesFoundPicture): the pictures,
 *   and files that look like pictures but cannot be used.
 */
GPtrArray *
pisces_find_pictures (const gchar * const *paths,
                      GCancellable        *cancellable)
{
  g_autoptr (GPtrArray)   roots = g_ptr_array_new_with_free_func (free);
  g_autoptr (GPtrArray)   links = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable)  seen  = g_hash_table_new_full (g_str_hash, g_str_equal,
                                                         g_free, NULL);
  Search                  search = { .roots = roots, .links = links, .seen = seen,
                                     .cancellable = cancellable };

  search.found = g_ptr_array_new_with_free_func (found_free);

  for (guint i = 0; paths[i]; i++)
    {
      GStatBuf facts;

      if (g_stat (paths[i], &facts) != 0)
        continue;
      if (! S_ISDIR (facts.st_mode))
        is_new (&search, &facts);
      else
        g_ptr_array_add (roots, realpath (paths[i], NULL));
    }

  for (guint i = 0; paths[i]; i++)
    {
      g_autofree gchar *path = g_canonicalize_filename (paths[i], NULL);
      GStatBuf          facts;

      /* If the file does not exist, this is reported when it is read.  */
      if (g_stat (path, &facts) != 0 || S_ISREG (facts.st_mode))
        add (&search, path, paths[i], NULL);
      else if (S_ISDIR (facts.st_mode))
        look_into (&search, path, paths[i]);
      else
        add (&search, path, paths[i],
             g_strdup_printf (_("“%s” was skipped, because it is not an ordinary "
                                "file, but a pipe or a device."), path));
    }

  /* Links come last, so that a file that also has a name of its own here is
   * returned under that name.  */
  for (guint i = 0; i + 1 < links->len; i += 2)
    look_behind (&search, links->pdata[i], links->pdata[i + 1]);

  return search.found;
}


/*  private functions  */

static void
look_into (Search      *search,
           const gchar *folder,
           const gchar *name)
{
  g_autoptr (GPtrArray)  entries = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError)     reason  = NULL;
  const gchar           *entry;
  GStatBuf               facts;
  GDir                  *dir;

  if (g_stat (folder, &facts) == 0 && ! is_new (search, &facts))
    return;

  dir = g_dir_open (folder, 0, &reason);
  if (! dir)
    {
      add (search, folder, name,
           g_strdup_printf (_("The folder “%s” was skipped, because it could not "
                              "be read: %s."), folder, reason->message));
      return;
    }

  while ((entry = g_dir_read_name (dir)))
    if (entry[0] != '.')
      g_ptr_array_add (entries, g_strdup (entry));
  /* Closes the folder before entering its subfolders, because the number of
   * open files is limited.  */
  g_dir_close (dir);

  g_ptr_array_sort (entries, compare_names);

  for (guint i = 0; i < entries->len &&
                    ! g_cancellable_is_cancelled (search->cancellable); i++)
    {
      g_autofree gchar *path       = g_build_filename (folder, entries->pdata[i], NULL);
      g_autofree gchar *entry_name = g_build_filename (name, entries->pdata[i], NULL);

      look_at (search, path, entry_name);
    }
}

/* Handles one entry of a folder.  */
static void
look_at (Search      *search,
         const gchar *path,
         const gchar *name)
{
  GStatBuf facts;

  if (g_lstat (path, &facts) != 0)
    return;

  if (S_ISLNK (facts.st_mode))
    {
      g_ptr_array_add (search->links, g_strdup (path));
      g_ptr_array_add (search->links, g_strdup (name));
    }
  else if (S_ISDIR (facts.st_mode))
    look_into (search, path, name);
  else
    look_at_file (search, path, name, &facts);
}

/* Handles a link in a folder.  A link to a folder is not followed: if that is
 * inside the given folders, it is found by its own path.
 */
static void
look_behind (Search      *search,
             const gchar *path,
             const gchar *name)
{
  GStatBuf facts;

  if (g_stat (path, &facts) != 0)
    {
      if (has_ending (path))
        add (search, path, name,
             g_strdup_printf (_("“%s” was skipped, because it is a link to a file "
                                "that is not there."), path));
    }
  else if (! leads_out (search, path))
    {
      if (! S_ISDIR (facts.st_mode))
        look_at_file (search, path, name, &facts);
    }
  else if (S_ISDIR (facts.st_mode))
    add (search, path, name,
         g_strdup_printf (_("“%s” was skipped, because it is a link to another "
                            "folder. Choose that folder itself if its pictures "
                            "are meant."), path));
  else if (has_ending (path))
    add (search, path, name,
         g_strdup_printf (_("“%s” was skipped, because it is a link to a file in "
                            "another folder. Choose that file itself if it is "
                            "meant."), path));
}

static void
look_at_file (Search         *search,
              const gchar    *path,
              const gchar    *name,
              const GStatBuf *facts)
{
  gboolean is_file = S_ISREG (facts->st_mode);

  if (! has_ending (path) && ! (is_file && has_picture_head (path)))
    return;

  if (! is_file)
    add (search, path, name,
         g_strdup_printf (_("“%s” was skipped, because it is not an ordinary "
                            "file, but a pipe or a device."), path));
  else if (! is_new (search, facts))
    ;
  else if (! can_be_read (path))
    add (search, path, name,
         g_strdup_printf (_("“%s” was skipped, because pictures of its kind cannot "
                            "be read here. Open it in GIMP and export it as JPEG "
                            "or PNG."), path));
  else
    add (search, path, name, NULL);
}

static gboolean
has_ending (const gchar *path)
{
  const gchar *dot   = strrchr (path, '.');
  const gchar *slash = strrchr (path, G_DIR_SEPARATOR);

  if (! dot || (slash && dot < slash))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_ascii_strcasecmp (dot + 1, endings[i]) == 0)
      return TRUE;

  return pisces_picture_file_has_known_name (path);
}

/* A file without a suffix may be a picture, because some programs and cameras
 * use such names.
 */
static gboolean
has_picture_head (const gchar *path)
{
  g_autofree gchar *name = g_path_get_basename (path);
  g_autofree gchar *type = NULL;
  g_autofree gchar *mime = NULL;
  guchar            head[HEAD_BYTES];
  gssize            n_bytes;
  gint              file;

  if (strchr (name, '.'))
    return FALSE;

  file = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (file < 0)
    return FALSE;
  n_bytes = read (file, head, sizeof (head));
  close (file);

  type = n_bytes > 0 ? g_content_type_guess (NULL, head, n_bytes, NULL) : NULL;
  mime = type ? g_content_type_get_mime_type (type) : NULL;

  return mime && g_str_has_prefix (mime, "image/");
}

/* Accepts known suffixes, and JPEG or PNG contents with one of the special
 * suffixes or without any.  The contents alone are not enough, because
 * cameras' raw files look like TIFF files and contain a small preview.
 */
static gboolean
can_be_read (const gchar *path)
{
  /* Stereo and panorama cameras use these suffixes for JPEG files.  */
  static const gchar *const  own_endings[] =
  {
    ".apng", ".insp", ".jfi", ".jfif", ".jif", ".jpe", ".jps", ".mpo"
  };
  const gchar               *dot    = strrchr (path, '.');
  g_autofree gchar          *kind   = NULL;
  gboolean                   is_own = FALSE;

  if (pisces_picture_file_has_known_name (path))
    return TRUE;

  for (guint i = 0; dot && i < G_N_ELEMENTS (own_endings); i++)
    is_own = is_own || g_ascii_strcasecmp (dot, own_endings[i]) == 0;
  if (! is_own && has_ending (path))
    return FALSE;

  kind = pisces_picture_file_get_format (path, NULL, NULL);

  return kind && (is_own || strcmp (kind, "tiff") != 0);
}

static gboolean
leads_out (Search      *search,
           const gchar *path)
{
  g_autofree char *real = realpath (path, NULL);

  for (guint i = 0; real && i < search->roots->len; i++)
    {
      const gchar *root   = search->roots->pdata[i];
      gsize        length = strlen (root);

      if (strncmp (real, root, length) == 0 &&
          (real[length] == G_DIR_SEPARATOR || real[length] == '\0' ||
           root[length - 1] == G_DIR_SEPARATOR))
        return FALSE;
    }

  return TRUE;
}

static void
add (Search      *search,
     const gchar *path,
     const gchar *name,
     gchar       *problem)
{
  PiscesFoundPicture *picture = g_new0 (PiscesFoundPicture, 1);

  picture->path    = g_strdup (path);
  picture->name    = g_strdup (name);
  picture->problem = problem;
  g_ptr_array_add (search->found, picture);
}

/* Returns whether the file or folder has not been found before, under any
 * name.  */
static gboolean
is_new (Search         *search,
        const GStatBuf *facts)
{
  return g_hash_table_add (search->seen,
                           g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                                            (guint64) facts->st_dev,
                                            (guint64) facts->st_ino));
}

static void
found_free (gpointer data)
{
  PiscesFoundPicture *picture = data;

  g_free (picture->path);
  g_free (picture->name);
  g_free (picture->problem);
  g_free (picture);
}

/* Sorts "2.jpg" before "10.jpg".  */
static gint
compare_names (gconstpointer a,
               gconstpointer b)
{
  const gchar      *entry_a = *(gchar * const *) a;
  const gchar      *entry_b = *(gchar * const *) b;
  g_autofree gchar *name_a  = g_filename_display_name (entry_a);
  g_autofree gchar *name_b  = g_filename_display_name (entry_b);
  g_autofree gchar *key_a   = g_utf8_collate_key_for_filename (name_a, -1);
  g_autofree gchar *key_b   = g_utf8_collate_key_for_filename (name_b, -1);

  return strcmp (key_a, key_b);
}
