/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If a prompt is longer than the model can read, the user knows while writing
 * where it is cut, without loading the model, and is told again before
 * anything is drawn.
 */

#include "tests/engine/fixture.h"

static gchar *
many_words (guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            i % 2 ? "star" : i % 4 ? "blue" : "red");

  return g_string_free (text, FALSE);
}

/* A thread reads the tokenizer, which takes a moment.  */
static PiscesPromptCheck *
check_soon (PiscesEngine *engine,
            const gchar  *text)
{
  for (guint i = 0; i < 1000; i++)
    {
      PiscesPromptCheck *check = pisces_engine_check_prompt (engine, text);

      if (check)
        return check;
      g_usleep (10000);
    }

  return NULL;
}

static void
test_while_writing (void)
{
  g_autoptr (PiscesEngine) engine   = pisces_engine_new (PISCES_NANO, "cpu");
  static const guint       counts[] = { 2, 80, 240, 241, 400, 600 };
  g_autoptr (PiscesStatus) status   = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autofree gchar              *text      = many_words (counts[i]);
      g_autoptr (PiscesPromptCheck)  check     = check_soon (engine, text);
      g_auto (GStrv)                 sentences = NULL;

      g_assert_nonnull (check);
      sentences = pisces_prompt_check_get_sentences (check);
      g_assert_cmpuint (check->max_tokens, ==, 240);
      g_assert_cmpuint (check->n_tokens, ==, MIN (counts[i], 240));

      if (counts[i] <= 240)
        {
          g_assert_cmpuint (check->n_bytes, ==, strlen (text));
          g_assert_null (check->left_out);
          g_assert_cmpuint (g_strv_length (sentences), ==, 0);
        }
      else
        {
          g_autofree gchar *wanted = many_words (240);

          g_assert_cmpuint (check->n_bytes, ==, strlen (wanted));
          g_assert_cmpstr (check->as_read, ==, wanted);
          g_assert_cmpstr (check->left_out, ==,
                           counts[i] == 241 ? "red" : "red star blue star red…");
          g_assert_cmpuint (g_strv_length (sentences), ==, 1);
          g_assert_nonnull (strstr (sentences[0], check->left_out));
        }
    }

  /* No weights were read for this.  */
  status = pisces_engine_get_status (engine);
  g_assert_false (status->loaded);
  g_assert_cmpuint (status->n_loads, ==, 0);
}

/* Whatever the text contains, it is cut between characters; what is read is
 * not longer than the limit, and with one more word it would be.
 */
static void
test_places (void)
{
  static const gchar *const units[] =
  {
    "red star ", "red-star,", "dragon star ", "红 star ", "⭐star", "红色的星星",
    "é", "red    star\n\n", "(star)", "👩‍👩‍👧 "
  };
  g_autofree gchar        *folder = tiny_model ();
  g_autoptr (PiscesEngine) nano   = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesEngine) tiny   = pisces_engine_new (folder, "cpu");
  PiscesEngine            *engines[] = { nano, tiny };

  for (guint e = 0; e < G_N_ELEMENTS (engines); e++)
    for (guint i = 0; i < G_N_ELEMENTS (units); i++)
      {
        g_autoptr (GString)           text  = g_string_new (NULL);
        g_autoptr (PiscesPromptCheck) check = NULL;

        while (text->len < 8000)
          g_string_append (text, units[i]);
        check = check_soon (engines[e], text->str);
        g_assert_nonnull (check);

        g_assert_cmpuint (check->n_tokens, <=, check->max_tokens);
        g_assert_true (g_utf8_validate (text->str, check->n_bytes, NULL));
        g_assert_true (check->n_bytes <= text->len);
        if (check->left_out)
          {
            g_assert_true (g_utf8_validate (check->left_out, -1, NULL));
            g_assert_cmpint (g_utf8_strlen (check->left_out, -1), <=, 61);
            g_assert_cmpuint (check->n_tokens + 12, >, check->max_tokens);
          }
        else
          {
            g_assert_cmpuint (check->n_bytes + 3, >, text->len);
          }
      }
}

typedef struct
{
  gboolean told;
  gboolean told_before_drawing;
} Told;

static void
on_progress (const PiscesProgress *progress,
             gpointer              data)
{
  Told *told = data;

  for (guint i = 0; progress->warnings && progress->warnings[i]; i++)
    if (strstr (progress->warnings[i], "Everything from “red star"))
      {
        told->told = TRUE;
        if (progress->stage < PISCES_STAGE_DRAWING)
          told->told_before_drawing = TRUE;
      }
}

static void
test_progress (void)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (PISCES_NANO, "cpu");
  g_autofree gchar                 *text    = many_words (400);
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (text);
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  g_autoptr (GError)                error   = NULL;
  Told                              told    = { 0 };

  request->steps = 1;
  drawn = pisces_engine_generate (engine, request, on_progress, &told, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (told.told);
  g_assert_true (told.told_before_drawing);
  g_assert_cmpuint (g_strv_length (drawn->warnings), ==, 1);
  g_assert_cmpstr (((PiscesPicture *) drawn->pictures->pdata[0])->prompt, ==, text);
}

/* 20 MB are pasted by mistake; the answer comes within a moment.  */
static void
test_huge (void)
{
  g_autoptr (PiscesEngine)      engine = pisces_engine_new (PISCES_NANO, "cpu");
  g_autofree gchar             *text   = many_words (4000000);
  g_autoptr (PiscesPromptCheck) first  = check_soon (engine, "red star");
  g_autoptr (PiscesPromptCheck) check  = NULL;
  gint64                        begun  = g_get_monotonic_time ();

  check = pisces_engine_check_prompt (engine, text);
  g_assert_nonnull (check);
  g_assert_nonnull (check->left_out);
  g_assert_cmpuint (check->n_tokens, ==, 240);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_TIME_SPAN_SECOND);
}

/* A folder without a model: nothing is known, and the folder is not read
 * twice.  */
static void
test_no_model (void)
{
  g_autoptr (PiscesEngine) engine = pisces_engine_new ("/nowhere", "cpu");

  for (guint i = 0; i < 20; i++)
    {
      g_assert_null (pisces_engine_check_prompt (engine, "red star"));
      g_usleep (1000);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cut/while-writing", test_while_writing);
  g_test_add_func ("/cut/places", test_places);
  g_test_add_func ("/cut/progress", test_progress);
  g_test_add_func ("/cut/huge", test_huge);
  g_test_add_func ("/cut/no-model", test_no_model);

  return g_test_run ();
}
