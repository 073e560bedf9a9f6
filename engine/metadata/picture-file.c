/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-file.c: reads a picture file's pixels for the engine.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/metadata/exif.h"
#include "engine/metadata/file-texts.h"
#include "engine/metadata/image-pixbuf.h"
#include "engine/metadata/picture-container.h"
#include "engine/metadata/picture-damage.h"
#include "engine/metadata/picture-file.h"
#include "engine/metadata/picture-pixbuf.h"
#include "engine/metadata/raw-file.h"
#include "engine/metadata/unread-kind.h"

/* Up to four copies of the pixels, of 4 bytes each, are in memory at the same
 * time: the file's, the rotated one, one with alpha, and the engine's.  This
 * number of pixels needs 4 GiB.
 */
#define PIXELS_MAX (256 * 1024 * 1024)

static gboolean    is_file          (const gchar          *path,
                                     GError              **error);
static guint       read_orientation (const gchar          *path,
                                     PiscesContainerKind  *kind);
static GdkPixbuf * turn_upright     (GdkPixbuf            *pixbuf,
                                     const gchar          *path);
static void        set_error        (GError              **error,
                                     const gchar          *path,
                                     const GError         *reason);
static void        set_no_memory    (GError              **error,
                                     const gchar          *path);


/*  public functions  */

/**
 * pisces_picture_file_load:
 * @path: a file in any format that gdk-pixbuf reads.
 * @error: %PISCES_ERROR_INVALID_REQUEST if it cannot be read, is damaged, or
 *   is too large for pisces_picture_file_check_size().
 *
 * For a damaged picture this fails even if a part could be read, because a
 * text about that part would be wrong about the picture.
 *
 * Returns: (transfer full) (nullable): the picture, rotated upright.
 */
PiscesImage *
pisces_picture_file_load (const gchar  *path,
                          GError      **error)
{
  g_autoptr (GError)     reason = NULL;
  g_autoptr (GdkPixbuf)  file   = NULL;
  g_autoptr (GdkPixbuf)  turned = NULL;

  if (! is_file (path, error) ||
      ! pisces_picture_file_check_size (path, error) ||
      ! pisces_picture_damage_check (path, error))
    return NULL;

  /* For a cut file, the GIF loader returns the part that it has read, and an
   * error too.  */
  file = pisces_picture_pixbuf_new (path, 0, 0, &reason);
  if (file == NULL || reason != NULL)
    {
      set_error (error, path, reason);
      return NULL;
    }

  turned = turn_upright (file, path);
  if (turned == NULL)
    {
      set_no_memory (error, path);
      return NULL;
    }

  return pisces_image_from_pixbuf (turned, error);
}

/**
 * pisces_picture_file_load_thumbnail:
 * @path: a picture file.
 * @width: the largest width in pixels.
 * @height: the largest height in pixels.
 * @error: %PISCES_ERROR_INVALID_REQUEST if it cannot be read or is too large.
 *
 * For a damaged picture, this returns the part that could be read, so that its
 * owner sees what is wrong.
 *
 * Returns: (transfer full) (nullable): the picture, reduced and upright; a
 *   smaller one keeps its size.
 */
GdkPixbuf *
pisces_picture_file_load_thumbnail (const gchar  *path,
                                    gint          width,
                                    gint          height,
                                    GError      **error)
{
  g_autoptr (GError)    reason     = NULL;
  g_autoptr (GdkPixbuf) small      = NULL;
  g_autoptr (GdkPixbuf) upright    = NULL;
  g_autofree gchar     *format     = NULL;
  gint                  side       = MAX (width, height);
  gint                  own_width  = 0;
  gint                  own_height = 0;
  gdouble               scale;

  if (! is_file (path, error) ||
      ! pisces_picture_file_check_size (path, error))
    return NULL;

  format = pisces_picture_file_get_format (path, &own_width, &own_height);
  if (own_width > width || own_height > height)
    small = pisces_picture_pixbuf_new (path, side, side, &reason);
  else
    small = pisces_picture_pixbuf_new (path, 0, 0, &reason);

  if (small == NULL)
    {
      set_error (error, path, reason);
      return NULL;
    }

  /* Only now is it known which side is the longer one.  */
  upright = turn_upright (small, path);
  if (upright == NULL)
    {
      set_no_memory (error, path);
      return NULL;
    }

  scale   = MIN ((gdouble) width  / gdk_pixbuf_get_width (upright),
                 (gdouble) height / gdk_pixbuf_get_height (upright));
  if (scale >= 1.0)
    return g_steal_pointer (&upright);

  return gdk_pixbuf_scale_simple (upright,
                                  MAX (1, (gint) (gdk_pixbuf_get_width (upright) * scale + 0.5)),
                                  MAX (1, (gint) (gdk_pixbuf_get_height (upright) * scale + 0.5)),
                                  GDK_INTERP_BILINEAR);
}

/**
 * pisces_picture_file_explain:
 * @path: a picture file whose texts could not be read.
 * @error: (inout): the reason, which may be replaced.
 *
 * If a file is cut, or is not a picture, reading its texts may be the first
 * thing that fails.  If the picture cannot be read either, its owner should
 * know that instead, so the error is replaced.  Files in a format that cannot
 * contain texts are not checked further.
 */
void
pisces_picture_file_explain (const gchar  *path,
                             GError      **error)
{
  g_autoptr (GError)      reason = NULL;
  g_autoptr (PiscesImage) image  = NULL;
  g_autofree gchar       *format = NULL;

  if (! error || ! g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return;
  format = pisces_picture_file_get_format (path, NULL, NULL);
  if (format && ! pisces_file_texts_check (path, NULL))
    return;

  image = pisces_picture_file_load (path, &reason);
  if (image)
    return;

  g_clear_error (error);
  g_propagate_error (error, g_steal_pointer (&reason));
}

/**
 * pisces_picture_file_check_size:
 * @path: a picture file.
 * @error: %PISCES_ERROR_INVALID_REQUEST if it is too large.
 *
 * Only reads the file's header.
 *
 * Returns: whether it is not too large for this program; also %TRUE if the
 *   file does not say how large it is.
 */
gboolean
pisces_picture_file_check_size (const gchar  *path,
                                GError      **error)
{
  g_autofree gchar *format = NULL;
  gint              width  = 0;
  gint              height = 0;

  format = pisces_picture_file_get_format (path, &width, &height);
  if (! format ||
      (gint64) width * height <= PIXELS_MAX)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               g_dngettext (GETTEXT_PACKAGE,
                            "The picture “%s” has %d × %d pixels, which is more than can "
                            "be worked with here. Make it smaller, to at most %d "
                            "megapixel.",
                            "The picture “%s” has %d × %d pixels, which is more than can "
                            "be worked with here. Make it smaller, to at most %d "
                            "megapixels.", PIXELS_MAX / 1000000),
               path, width, height, PIXELS_MAX / 1000000);

  return FALSE;
}

/**
 * pisces_picture_file_get_format:
 * @path: a file.
 * @width: (out) (optional): in pixels.
 * @height: (out) (optional): in pixels.
 *
 * Only reads the file's header.
 *
 * Returns: (transfer full) (nullable): gdk-pixbuf's name of the format, such
 *   as "png"; %NULL if it cannot be read.
 */
gchar *
pisces_picture_file_get_format (const gchar *path,
                                gint        *width,
                                gint        *height)
{
  GdkPixbufFormat *format = gdk_pixbuf_get_file_info (path, width, height);

  if (format)
    return gdk_pixbuf_format_get_name (format);

  return pisces_picture_pixbuf_read_png (path, width, height) ? g_strdup ("png") : NULL;
}

/**
 * pisces_picture_file_get_orientation:
 * @path: a file.
 *
 * Returns: the orientation in its EXIF block, 1 to 8; 1 if there is none; 0 if
 *   it is not known, because the file does not exist or its format is not one
 *   that can contain texts.
 */
guint
pisces_picture_file_get_orientation (const gchar *path)
{
  PiscesContainerKind kind;

  return read_orientation (path, &kind);
}

/**
 * pisces_picture_file_has_known_name:
 * @name: the name of a file.
 *
 * Returns: whether its suffix is that of a format that can be read.
 */
gboolean
pisces_picture_file_has_known_name (const gchar *name)
{
  g_autofree gchar   *lower   = g_ascii_strdown (name, -1);
  g_autoptr (GSList)  formats = gdk_pixbuf_get_formats ();

  for (GSList *list = formats; list; list = list->next)
    {
      g_auto (GStrv) endings = gdk_pixbuf_format_get_extensions (list->data);

      for (guint i = 0; endings[i]; i++)
        {
          g_autofree gchar *ending = g_strconcat (".", endings[i], NULL);

          if (g_str_has_suffix (lower, ending))
            return TRUE;
        }
    }

  return FALSE;
}


/*  private functions  */

/* Reading from a device or a pipe might never end.  */
static gboolean
is_file (const gchar  *path,
         GError      **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return TRUE;

  if (! g_file_test (path, G_FILE_TEST_EXISTS))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("There is no file “%s”. It may have been renamed or moved."), path);
  else
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("“%s” is not an ordinary file, but a folder, a pipe or a device, "
                   "so no picture can be read from it."), path);

  return FALSE;
}

/* Like pisces_picture_file_get_orientation().  */
static guint
read_orientation (const gchar         *path,
                  PiscesContainerKind *kind)
{
  g_autoptr (GBytes)                file   = NULL;
  g_autoptr (PiscesContainerBlocks) blocks = NULL;
  g_autofree gchar                 *data   = NULL;
  gsize                             n_bytes;
  const guint8                     *exif;

  *kind = PISCES_CONTAINER_OTHER;
  if (! g_file_test (path, G_FILE_TEST_IS_REGULAR) ||
      ! g_file_get_contents (path, &data, &n_bytes, NULL))
    return 0;

  file   = g_bytes_new_take (g_steal_pointer (&data), n_bytes);
  blocks = pisces_container_read (file);
  if (! blocks)
    return 0;
  *kind = blocks->kind;
  if (! blocks->exif)
    return 1;

  exif = g_bytes_get_data (blocks->exif, &n_bytes);

  return pisces_exif_get_orientation (exif, n_bytes);
}

/* Rotates the picture as its file says.  The loaders of JPEG and TIFF pass on
 * the file's value in the option "orientation"; those of JPEG XL, AVIF and
 * HEIF rotate the picture themselves; those of PNG and WebP do neither
 * (gdk-pixbuf 2.42, webp-pixbuf-loader 0.2.7).  Returns NULL if there is not
 * enough memory.
 */
static GdkPixbuf *
turn_upright (GdkPixbuf   *pixbuf,
              const gchar *path)
{
  if (gdk_pixbuf_get_option (pixbuf, "orientation") == NULL)
    {
      PiscesContainerKind  kind;
      guint                number      = read_orientation (path, &kind);
      g_autofree gchar    *orientation = g_strdup_printf ("%u", number);

      if (kind == PISCES_CONTAINER_PNG || kind == PISCES_CONTAINER_WEBP)
        gdk_pixbuf_set_option (pixbuf, "orientation", orientation);
    }

  return gdk_pixbuf_apply_embedded_orientation (pixbuf);
}

/* For a cut file, the loaders of most formats use the same error codes as for
 * an unknown format; that of JPEG XL (0.11) may set no error at all.
 */
static void
set_error (GError       **error,
           const gchar   *path,
           const GError  *reason)
{
  if (pisces_raw_file_has_name (path))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("“%s” is a camera's raw picture, which cannot be read here. Save "
                   "the developed picture as JPEG, PNG, WebP or TIFF and "
                   "describe that."), path);
  else if (reason == NULL)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("The picture “%s” is damaged: some of its data are wrong. "
                   "Copy it again from where it came from."), path);
  else if (g_error_matches (reason, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_UNKNOWN_TYPE))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("“%s” is not a picture, or is one of a kind that cannot be read here. If "
                   "GIMP can open it, use “Describe Image” there, or save it as PNG, JPEG "
                   "or WebP."), path);
  else if (reason->domain == GDK_PIXBUF_ERROR &&
           reason->code != GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY &&
           pisces_picture_is_of_unread_kind (path))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("The picture “%s” is of a kind that cannot be read here. Open it in GIMP "
                   "and use “Describe Image”, or save it as PNG, JPEG or WebP."), path);
  else if (g_error_matches (reason, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_CORRUPT_IMAGE) ||
      g_error_matches (reason, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_FAILED))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("The picture “%s” is damaged, or of a kind that cannot be "
                   "read here: %s"), path, reason->message);
  else
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("The picture “%s” could not be read: %s"), path,
                 reason->message);
}

static void
set_no_memory (GError      **error,
               const gchar  *path)
{
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
               _("There is not enough memory for the picture “%s”."), path);
}
