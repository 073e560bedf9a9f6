/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While descriptions are written, progress says which one, carries all of it
 * so far, and ends with what the result has.
 */

#include "tests/engine/fixture.h"

typedef struct
{
  GString *texts[2];
  gdouble  fraction;
  guint    index;
} Seen;

static void
on_progress (const PiscesProgress *progress,
             gpointer              user_data)
{
  Seen *seen = user_data;

  g_assert_cmpfloat (progress->fraction, >=, seen->fraction);
  seen->fraction = progress->fraction;
  if (progress->stage != PISCES_STAGE_WRITING)
    return;

  g_assert_cmpuint (progress->index, <, 2);
  g_assert_cmpuint (progress->index, >=, seen->index);
  seen->index = progress->index;
  g_string_assign (seen->texts[progress->index], progress->text);
}

static void
test_both_texts (void)
{
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesImage)           image   = sample_picture ();
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  GError                           *error   = NULL;
  Seen                              seen    = { { g_string_new (NULL), g_string_new (NULL) } };

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG);
  result  = pisces_engine_describe (engine, request, on_progress, &seen, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen.index, ==, 1);
  g_assert_cmpstr (seen.texts[0]->str, ==, result->short_text);
  g_assert_cmpstr (seen.texts[1]->str, ==, result->long_text);

  g_string_free (seen.texts[0], TRUE);
  g_string_free (seen.texts[1], TRUE);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/progress/which-text", test_both_texts);

  return g_test_run ();
}
