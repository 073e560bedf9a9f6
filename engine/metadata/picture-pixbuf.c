/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-pixbuf.c: decodes a picture file with gdk-pixbuf, with workarounds
 * for formats that it supports only in part.  Knows nothing of damage and of
 * how a picture is rotated.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "engine/metadata/picture-pixbuf.h"
#include "engine/metadata/webp-animation.h"

/* A PNG's signature and its first chunk, up to the width and the height.  */
#define PNG_HEAD_BYTES  24
/* A WebP's header, and that of its extended layout.  */
#define WEBP_HEAD_BYTES 32

static gssize      read_head  (const gchar   *path,
                               guchar        *head,
                               gsize          n_head);
static GdkPixbuf * read_png   (const gchar   *path,
                               gint           width,
                               gint           height,
                               GError       **error);
static gboolean    is_moving  (const gchar   *path);
static GdkPixbuf * read_frame (const gchar   *path,
                               gint           width,
                               gint           height,
                               GError       **error);
static GdkPixbuf * place      (GdkPixbuf             *picture,
                               const PiscesWebpFrame *frame);
static GdkPixbuf * decode     (const gchar   *type,
                               GBytes        *bytes,
                               gint           width,
                               gint           height,
                               GError       **error);
static void        fit        (gint           own_width,
                               gint           own_height,
                               gint          *width,
                               gint          *height);


/*  public functions  */

/**
 * pisces_picture_pixbuf_new:
 * @path: a file.
 * @width: the largest width in pixels; 0: keep the picture's size.
 * @height: the largest height in pixels; 0: keep the picture's size.
 * @error: gdk-pixbuf's error.
 *
 * Returns: (transfer full) (nullable): the picture; for an animation, the
 *   first one.
 */
GdkPixbuf *
pisces_picture_pixbuf_new (const gchar  *path,
                           gint          width,
                           gint          height,
                           GError      **error)
{
  if (is_moving (path))
    return read_frame (path, width, height, error);

  /* gdk-pixbuf uses the system's list of file types to choose a loader.  That
   * list has a separate type for animated PNG, for which there is no loader,
   * although the PNG loader can read such a file, because its first picture is
   * an ordinary PNG.
   */
  if (! gdk_pixbuf_get_file_info (path, NULL, NULL) &&
      pisces_picture_pixbuf_read_png (path, NULL, NULL))
    return read_png (path, width, height, error);

  return width > 0 ? gdk_pixbuf_new_from_file_at_size (path, width, height, error)
                   : gdk_pixbuf_new_from_file (path, error);
}

/**
 * pisces_picture_pixbuf_read_png:
 * @path: a file.
 * @width: (out) (optional): in pixels.
 * @height: in pixels.
 *
 * Only reads the file's header.
 *
 * Returns: whether it is a PNG.
 */
gboolean
pisces_picture_pixbuf_read_png (const gchar *path,
                                gint        *width,
                                gint        *height)
{
  static const guchar  signature[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
  guchar               head[PNG_HEAD_BYTES];
  guint32              size[2];

  if (read_head (path, head, sizeof head) != sizeof head ||
      memcmp (head, signature, sizeof signature - 1) != 0)
    return FALSE;

  memcpy (size, head + sizeof signature - 1, sizeof size);
  for (guint i = 0; i < 2; i++)
    {
      size[i] = GUINT32_FROM_BE (size[i]);
      if (size[i] == 0 || size[i] > G_MAXINT32)
        return FALSE;
    }

  if (width)
    *width = (gint) size[0];
  if (height)
    *height = (gint) size[1];

  return TRUE;
}


/*  private functions  */

static gssize
read_head (const gchar *path,
           guchar      *head,
           gsize        n_head)
{
  gint   file = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  gssize n_bytes;

  if (file < 0)
    return -1;
  n_bytes = read (file, head, n_head);
  close (file);

  return n_bytes;
}

static GdkPixbuf *
read_png (const gchar  *path,
          gint          width,
          gint          height,
          GError      **error)
{
  g_autoptr (GBytes)  bytes    = NULL;
  g_autofree gchar   *contents = NULL;
  gint                own_width;
  gint                own_height;
  gsize               n_bytes;

  if (! g_file_get_contents (path, &contents, &n_bytes, error))
    return NULL;

  bytes = g_bytes_new_take (g_steal_pointer (&contents), n_bytes);
  if (width > 0 && pisces_picture_pixbuf_read_png (path, &own_width, &own_height))
    fit (own_width, own_height, &width, &height);

  return decode ("png", bytes, width, height, error);
}

static gboolean
is_moving (const gchar *path)
{
  guchar head[WEBP_HEAD_BYTES];
  gssize n_bytes = read_head (path, head, sizeof head);

  return n_bytes > 0 && pisces_webp_is_animation (head, n_bytes);
}

/* Returns the first picture of an animated WebP.  */
static GdkPixbuf *
read_frame (const gchar  *path,
            gint          width,
            gint          height,
            GError      **error)
{
  g_autofree gchar      *contents = NULL;
  g_autoptr (GBytes)     still    = NULL;
  g_autoptr (GdkPixbuf)  picture  = NULL;
  g_autoptr (GdkPixbuf)  canvas   = NULL;
  PiscesWebpFrame        frame;
  gsize                  n_bytes;

  if (! g_file_get_contents (path, &contents, &n_bytes, error))
    return NULL;

  /* Checks again, because there may be another file now.  */
  if (! pisces_webp_is_animation ((const guint8 *) contents, n_bytes) ||
      ! pisces_webp_get_first_frame ((const guint8 *) contents, n_bytes, &frame))
    {
      g_set_error_literal (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_CORRUPT_IMAGE,
                           g_strerror (EIO));
      return NULL;
    }

  still   = frame.still;
  picture = decode ("webp", still, 0, 0, error);
  if (! picture)
    return NULL;

  canvas = place (picture, &frame);
  if (! canvas)
    {
      g_set_error_literal (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_INSUFFICIENT_MEMORY,
                           g_strerror (ENOMEM));
      return NULL;
    }
  if (width <= 0)
    return g_steal_pointer (&canvas);

  fit (frame.canvas_width, frame.canvas_height, &width, &height);

  return gdk_pixbuf_scale_simple (canvas, width, height, GDK_INTERP_BILINEAR);
}

/* Places the frame on a transparent canvas.  */
static GdkPixbuf *
place (GdkPixbuf             *picture,
       const PiscesWebpFrame *frame)
{
  gint       width  = gdk_pixbuf_get_width (picture);
  gint       height = gdk_pixbuf_get_height (picture);
  GdkPixbuf *canvas;

  if (width == (gint) frame->canvas_width && height == (gint) frame->canvas_height)
    return g_object_ref (picture);

  canvas = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, frame->canvas_width,
                           frame->canvas_height);
  if (! canvas)
    return NULL;

  gdk_pixbuf_fill (canvas, 0);
  gdk_pixbuf_copy_area (picture, 0, 0, MIN (width, (gint) frame->width),
                        MIN (height, (gint) frame->height), canvas, frame->x, frame->y);

  return canvas;
}

/* Decodes to @width × @height pixels, or to the picture's own size if these
 * are 0.  */
static GdkPixbuf *
decode (const gchar  *type,
        GBytes       *bytes,
        gint          width,
        gint          height,
        GError      **error)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type (type, error);
  gboolean                    read;

  if (loader == NULL)
    return NULL;
  if (width > 0)
    gdk_pixbuf_loader_set_size (loader, width, height);

  read = gdk_pixbuf_loader_write_bytes (loader, bytes, error);
  /* A loader must always be closed; the first error is the one to report.  */
  if (! gdk_pixbuf_loader_close (loader, read ? error : NULL) || ! read ||
      ! gdk_pixbuf_loader_get_pixbuf (loader))
    {
      if (error && ! *error)
        g_set_error_literal (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_CORRUPT_IMAGE,
                             g_strerror (EIO));
      return NULL;
    }

  return g_object_ref (gdk_pixbuf_loader_get_pixbuf (loader));
}

/* Makes @width × @height the largest size within these limits that has the
 * picture's proportions.
 */
static void
fit (gint  own_width,
     gint  own_height,
     gint *width,
     gint *height)
{
  gdouble scale = MIN ((gdouble) *width / own_width, (gdouble) *height / own_height);

  *width  = MAX (1, (gint) (own_width * scale + 0.5));
  *height = MAX (1, (gint) (own_height * scale + 0.5));
}
