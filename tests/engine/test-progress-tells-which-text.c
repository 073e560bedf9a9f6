/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While descriptions are written, progress says which one, contains the whole
 * text so far, and ends with the text of the result.  So it is with unfinished
 * pictures, the last of which is nearly the final one.
 */

#include "engine/description.h"
#include "tests/engine/model-copy.h"

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
  g_autofree gchar                 *whole   = NULL;
  g_autofree gchar                 *rest    = NULL;
  Seen                              seen    = { { g_string_new (NULL), g_string_new (NULL) } };

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG);
  result  = pisces_engine_describe (engine, request, on_progress, &seen, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (seen.index, ==, 1);
  whole = pisces_description_shorten (g_strdup (seen.texts[0]->str),
                                      PISCES_SHORT_TEXT_CHARACTERS, &rest);
  g_assert_cmpstr (whole, ==, result->short_text);
  g_assert_cmpstr (seen.texts[1]->str, ==, result->long_text);

  g_string_free (seen.texts[0], TRUE);
  g_string_free (seen.texts[1], TRUE);
}

/* The same question twice gets the same answer, even if it ends inside the
 * cached picture: cached tokens are not counted again.  */
static void
test_picture_last (void)
{
  gchar                            *folder = copy_model ();
  g_autoptr (PiscesEngine)          engine = NULL;
  g_autoptr (PiscesImage)           image  = sample_picture ();
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  replace (folder, "config.json", "{image}<|short|>", "<|long|>{image}");
  replace (folder, "config.json", "{image}<|long|>", "<|long|>{image}");
  engine  = pisces_engine_new (folder, "cpu");
  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG);
  result  = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  /* The long text may have more tokens, and only the last word may be cut.  */
  g_assert_cmpuint (strlen (result->short_text), >, 10);
  result->short_text[strlen (result->short_text) - 8] = '\0';
  g_assert_true (g_str_has_prefix (result->long_text, result->short_text));

  g_clear_object (&engine);
  remove_model (folder);
}

/* A randomly sampled description is different with another seed.  */
static void
test_seeds (void)
{
  g_autoptr (PiscesEngine) engine = tiny_engine ();
  g_autoptr (PiscesImage)  image  = sample_picture ();
  Seen                     seen     = { { g_string_new (NULL), NULL } };
  gchar                   *texts[3] = { NULL };

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (PiscesDescribeRequest) request = NULL;
      g_autoptr (PiscesDescribeResult)  result  = NULL;
      g_autoptr (GError)                error   = NULL;

      request              = pisces_describe_request_new (image, PISCES_DESCRIBE_LONG);
      request->temperature = 1.0;
      request->seed        = 5 + i / 2;
      result = pisces_engine_describe (engine, request, on_progress, &seen, NULL, &error);
      g_assert_no_error (error);
      texts[i] = g_strdup (result->long_text);

      /* Such texts contain control characters, which are not shown.  */
      g_assert_cmpstr (seen.texts[0]->str, ==, result->long_text);
      for (const gchar *c = result->long_text; *c; c++)
        g_assert_true (*c == '\n' || ! g_ascii_iscntrl (*c));
      seen.fraction = 0.0;
    }
  g_string_free (seen.texts[0], TRUE);
  g_assert_cmpstr (texts[0], ==, texts[1]);
  g_assert_cmpstr (texts[0], !=, texts[2]);
  for (guint i = 0; i < 3; i++)
    g_free (texts[i]);
}

typedef struct
{
  GPtrArray *previews;
} Album;

static void
on_drawing (const PiscesProgress *progress,
            gpointer              user_data)
{
  Album *album = user_data;

  if (progress->preview)
    g_ptr_array_add (album->previews, pisces_image_ref (progress->preview));
}

/* The mean difference of two pictures' bytes.  */
static gdouble
difference (PiscesImage *a,
            PiscesImage *b)
{
  const gsize n   = (gsize) a->width * a->height * 4;
  gdouble     sum = 0.0;

  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->height, ==, b->height);
  for (gsize i = 0; i < n; i++)
    sum += ABS (a->pixels[i] - b->pixels[i]);

  return sum / n;
}

static void
test_previews (void)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red star");
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;
  Album                             album   = { 0 };
  PiscesImage                      *image;
  gdouble                           first, last;

  album.previews = g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_image_unref);
  request->plan          = g_strdup ("white background; red star x8 y8 s7");
  request->seed          = 4;
  request->steps         = 20;
  request->want_previews = TRUE;
  result = pisces_engine_generate (engine, request, on_drawing, &album, NULL, &error);
  g_assert_no_error (error);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  image = ((PiscesPicture *) result->pictures->pdata[0])->image;
  g_assert_cmpuint (album.previews->len, >=, 2);
  first = difference (album.previews->pdata[0], image);
  last  = difference (album.previews->pdata[album.previews->len - 1], image);
  g_test_message ("%u previews, the first is %.2f of 255 from the picture, the last %.2f",
                  album.previews->len, first, last);
  g_assert_cmpfloat (last, <, first);
  g_assert_cmpfloat (last, <, 3.0);
  g_ptr_array_unref (album.previews);
}

/* A preview shows what a single step to the end would give: the first preview
 * of two steps is the same as the picture of one step.  */
static void
test_preview_of_the_first_step (void)
{
  g_autoptr (PiscesEngine) engine = tiny_engine ();
  g_autoptr (PiscesImage)  one    = NULL;
  Album                    album  = { 0 };

  album.previews = g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_image_unref);
  for (guint steps = 1; steps <= 2; steps++)
    {
      g_autoptr (PiscesGenerateRequest) request = small_request ();
      g_autoptr (PiscesGenerateResult)  result  = NULL;
      g_autoptr (GError)                error   = NULL;

      request->steps         = steps;
      request->want_previews = TRUE;
      result = pisces_engine_generate (engine, request, on_drawing, &album, NULL, &error);
      g_assert_no_error (error);
      if (steps == 1)
        one = pisces_image_ref (((PiscesPicture *) result->pictures->pdata[0])->image);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;

  g_assert_cmpuint (album.previews->len, ==, 1);
  g_test_message ("%.4f of 255", difference (album.previews->pdata[0], one));
  g_assert_cmpfloat (difference (album.previews->pdata[0], one), <, 0.05);
  g_ptr_array_unref (album.previews);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/progress/which-text", test_both_texts);
  g_test_add_func ("/progress/picture-last", test_picture_last);
  g_test_add_func ("/progress/texts-by-chance-have-a-seed", test_seeds);
  g_test_add_func ("/progress/first-preview-is-the-picture-of-one-step",
                   test_preview_of_the_first_step);
  g_test_add_func ("/progress/previews-come-near-the-picture", test_previews);

  return g_test_run ();
}
