/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a picture file: the file is refused and stays unchanged, or it
 * gets a text, and then another, and these are read back as they were written.
 * The file is also checked for damage, and the first frame of an animation is
 * extracted.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/metadata/exif.h"
#include "engine/metadata/file-texts.h"
#include "engine/metadata/picture-container.h"
#include "engine/metadata/picture-damage.h"
#include "engine/metadata/webp-animation.h"

#include "fuzz.h"

#define TEXT "A star, lang=\"fr\" <é> & more"

static gchar *path = NULL;

static void
remove_path (void)
{
  unlink (path);
}

static void
put (const guint8 *data,
     gsize         n_bytes,
     const gchar  *text)
{
  const gchar * const         keywords[] = { "one", "two, three", NULL };
  const PiscesNewTexts        fresh = { "de", text, "", keywords };
  g_autoptr (GError)          error = NULL;
  g_autoptr (PiscesFileTexts) texts = NULL;
  g_autofree gchar           *bytes = NULL;
  gsize                       n_now;

  if (pisces_file_texts_write (path, NULL, PISCES_REPLACE_DEFAULT, &fresh, &error))
    {
      texts = pisces_file_texts_read (path, "de", NULL);
      g_assert_nonnull (texts);
      g_assert_cmpstr (texts->short_text, ==, text);
      return;
    }

  g_assert_nonnull (error);
  g_assert_true (g_file_get_contents (path, &bytes, &n_now, NULL));
  if (data)
    g_assert_cmpmem (bytes, n_now, data, n_bytes);
}

/* What is found in a frame is a separate file, and not an animation.  */
static void
look_at_frames (const guint8 *data,
                gsize         n_bytes)
{
  g_autoptr (GBytes) still = NULL;
  PiscesWebpFrame    frame;
  gsize              n_still;
  const guint8      *bytes;

  if (! pisces_webp_is_animation (data, n_bytes) ||
      ! pisces_webp_get_first_frame (data, n_bytes, &frame))
    return;

  still = frame.still;
  bytes = g_bytes_get_data (still, &n_still);
  g_assert_cmpint (pisces_container_get_kind (bytes, n_still), ==, PISCES_CONTAINER_WEBP);
  g_assert_false (pisces_webp_is_animation (bytes, n_still));
  g_assert_cmpuint (frame.x + frame.width, <=, frame.canvas_width);
  g_assert_cmpuint (frame.y + frame.height, <=, frame.canvas_height);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         n_bytes)
{
  pisces_exif_get_orientation (data, n_bytes);
  pisces_exif_has_description (data, n_bytes);
  pisces_iptc_has_caption (data, n_bytes);
  pisces_container_ends_early (data, n_bytes);
  look_at_frames (data, n_bytes);

  /* In memory, if there is a file system for that.  */
  if (! path)
    {
      path = g_strdup_printf ("%s/pisces-fuzz-%d", g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ?
                              "/dev/shm" : g_get_tmp_dir (), getpid ());
      atexit (remove_path);
    }

  g_assert_true (g_file_set_contents (path, (const gchar *) data, n_bytes, NULL));
  /* A JPEG would be decoded, which would only test libjpeg.  */
  if (n_bytes > 0 && data[0] != 0xff)
    pisces_picture_damage_check (path, NULL);
  put (data, n_bytes, TEXT);
  put (NULL, 0, "B");

  return 0;
}
