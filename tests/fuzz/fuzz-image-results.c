/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as what a stranger's image contains for the Generate Layer window:
 * a list of results, what a layer was drawn from, the pixels of a result.
 * What is read of it is valid and within the limits, and what is written again
 * is the same.
 */

#include <string.h>

#include "ui/generate/pisces-picture-file.h"
#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-result-list.h"
#include "ui/widgets/pisces-short-text.h"

#include "fuzz.h"

static void
check_text (const gchar *text,
            gsize        n_bytes_max)
{
  g_autofree gchar *line = pisces_short_text (text, PISCES_SHORT_TEXT_LINE);

  g_assert_true (! text || g_utf8_validate (text, -1, NULL));
  g_assert_true (! text || strlen (text) <= n_bytes_max);
  g_assert_true (g_utf8_validate (line, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (line, -1), <=, PISCES_SHORT_TEXT_LINE);
  g_assert_null (strpbrk (line, "\n\r\t\033"));
}

static void
check_picture (const PiscesPicture *picture)
{
  check_text (picture->prompt, PISCES_PICTURE_TEXT_BYTES_MAX);
  check_text (picture->negative_prompt, PISCES_PICTURE_TEXT_BYTES_MAX);
  check_text (picture->plan, PISCES_PICTURE_TEXT_BYTES_MAX);
  check_text (picture->model_name, 256);
  check_text (picture->model_digest, 256);
  check_text (picture->backend, 256);

  g_assert_cmpuint (picture->steps, <=, 1000);
  g_assert_cmpuint (picture->n_references, <=, 64);
  g_assert_true (picture->guidance_scale >= -1 && picture->guidance_scale <= 50);
  g_assert_true (picture->temperature >= -1 && picture->temperature <= 5);
}

static void
read_list (const gchar *data,
           gsize        n_bytes)
{
  g_autoptr (PiscesResultList)  list   = pisces_result_list_from_text (data, n_bytes, NULL);
  g_autoptr (PiscesResultList)  again  = NULL;
  g_autofree gchar             *text   = NULL;
  g_autofree gchar             *second = NULL;

  if (! list)
    return;

  g_assert_cmpuint (list->results->len, <=, PISCES_RESULT_LIST_SHOWN_MAX);
  for (guint i = 0; i < list->results->len; i++)
    {
      PiscesResult *result = list->results->pdata[i];

      check_picture (pisces_result_get_picture (result));
      check_text (pisces_result_get_description (result), 16 * 1024);
      g_assert_cmpuint (strlen (pisces_result_get_digest (result)), ==, 64);
      g_assert_true (pisces_result_get_match (result) <= 1.0);
      g_assert_cmpuint (pisces_result_get_n_carried (result), <=,
                        PISCES_RESULT_CARRIED_BYTES_MAX);
    }

  text = pisces_result_list_to_text (list, NULL);
  if (! text)
    return;

  again = pisces_result_list_from_text (text, strlen (text), NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (again->results->len, ==, list->results->len);
  g_assert_cmpuint (again->n_more, ==, list->n_more);
  second = pisces_result_list_to_text (again, NULL);
  g_assert_cmpstr (second, ==, text);
}

static void
read_picture (const gchar *data,
              gsize        n_bytes)
{
  g_autofree gchar          *whole   = g_strndup (data, n_bytes);
  g_autoptr (PiscesPicture)  picture = pisces_picture_from_text (whole, NULL);
  g_autoptr (PiscesPicture)  again   = NULL;
  g_autofree gchar          *text    = NULL;

  if (! picture)
    return;

  check_picture (picture);
  text  = pisces_picture_to_text (picture);
  again = pisces_picture_from_text (text, NULL);
  g_assert_true (! again || g_str_equal (again->prompt, picture->prompt));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         n_bytes)
{
  g_autoptr (GBytes)      png   = g_bytes_new (data, n_bytes);
  g_autoptr (PiscesImage) image = pisces_image_from_png (png, "a file", NULL);

  if (image)
    g_assert_cmpint ((gint64) image->width * image->height, <=,
                     PISCES_PICTURE_PIXELS_MAX);

  read_list ((const gchar *) data, n_bytes);
  read_picture ((const gchar *) data, n_bytes);

  return 0;
}
