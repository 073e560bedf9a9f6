/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a window asks an engine between jobs: which words it knows, what it
 * would plan, what a model folder contains, and to use another model.
 *
 * Longer than 500 lines, as its claims are many and share one engine.
 */

#include "tests/engine/model-copy.h"

static PiscesEngine *
nano_engine (void)
{
  return pisces_engine_new (PISCES_NANO, "cpu");
}

static void
test_plan (void)
{
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");

  request->steps = 1;
  for (request->seed = 0; request->seed < 4; request->seed++)
    {
      g_autoptr (GError)               error = NULL;
      g_autofree gchar                *plan  =
        pisces_engine_plan (engine, request, NULL, NULL, NULL, &error);
      g_autoptr (PiscesGenerateResult) drawn = NULL;

      g_assert_no_error (error);
      drawn = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (plan, ==, ((PiscesPicture *) drawn->pictures->pdata[0])->plan);
    }
}

static void
test_unknown_words (void)
{
  g_autoptr (PiscesEngine) engine = nano_engine ();
  g_autoptr (GError)       error  = NULL;
  g_autoptr (PiscesPromptCheck) some = NULL;
  g_autoptr (PiscesPromptCheck) none = NULL;

  pisces_engine_load (engine, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  some = pisces_engine_check_prompt (engine, "a Red giraffe, 電車 giraffe and a star");
  g_assert_nonnull (some);
  g_assert_cmpuint (g_strv_length (some->unknown_words), ==, 2);
  g_assert_cmpstr (some->unknown_words[0], ==, "giraffe");
  g_assert_cmpstr (some->unknown_words[1], ==, "電車");
  g_assert_cmpstr (some->as_read, ==, "a red something, something and a star");
  none = pisces_engine_check_prompt (engine, "two red stars");
  g_assert_nonnull (none);
  g_assert_cmpuint (g_strv_length (none->unknown_words), ==, 0);
}

static gpointer
ask_words (gpointer data)
{
  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (PiscesPromptCheck) check =
        pisces_engine_check_prompt (data, "a red giraffe and a star");

      g_assert_true (! check || check->n_bytes == 24);
    }

  return NULL;
}

/* Asks while models are loaded, draw and are freed.  The only check is that it
 * ends.  */
static void
test_unknown_words_while_working (void)
{
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  GThread                          *asker   = g_thread_new ("asker", ask_words, engine);

  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (PiscesGenerateResult) drawn =
        pisces_engine_generate (engine, request, NULL, NULL, NULL, NULL);

      g_assert_nonnull (drawn);
      pisces_engine_unload (engine);
    }
  g_thread_join (asker);
}

/* A prompt of 300 words, including unknown ones.  */
static void
test_long_prompt (void)
{
  g_autoptr (PiscesEngine)          engine  = nano_engine ();
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("");
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  g_autoptr (GString)               prompt  = g_string_new ("a giraffe ");
  g_autofree gchar                 *warned  = NULL;
  g_autoptr (GError)                error   = NULL;

  for (guint i = 0; i < 149; i++)
    g_string_append (prompt, "red star ");
  g_free (request->prompt);
  request->prompt = g_strdup (prompt->str);
  request->steps  = 1;

  drawn = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  warned = g_strjoinv ("\n", drawn->warnings);
  g_assert_nonnull (strstr (warned, "“giraffe”"));
  g_assert_null (strstr (warned, "“star”"));
  g_assert_nonnull (strstr (warned, "longer than this model can take in"));
  g_assert_cmpstr (((PiscesPicture *) drawn->pictures->pdata[0])->prompt, ==, prompt->str);
}

static void
test_another_model (void)
{
  g_autofree gchar                 *tiny    = tiny_model ();
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  g_autoptr (PiscesGenerateResult)  first = NULL, second = NULL;
  g_autoptr (PiscesStatus)          before = NULL, between = NULL, after = NULL;
  g_autoptr (GError)                error = NULL;

  request->steps = 1;
  first = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  before = pisces_engine_get_status (engine);
  g_assert_cmpstr (before->model_folder, ==, tiny);

  /* Setting the same model again changes nothing.  */
  pisces_engine_set_model (engine, PISCES_ALL_ROLES, tiny, "cpu");
  pisces_engine_load (engine, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  between = pisces_engine_get_status (engine);
  g_assert_cmpuint (between->n_loads, ==, 1);

  pisces_engine_set_model (engine, PISCES_ALL_ROLES, PISCES_NANO, "cpu");
  second = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  after = pisces_engine_get_status (engine);
  g_assert_cmpstr (after->model_folder, ==, PISCES_NANO);
  g_assert_cmpstr (after->model_digest, !=, before->model_digest);
  g_assert_cmpuint (after->n_loads, ==, 2);
  g_assert_cmpstr (((PiscesPicture *) second->pictures->pdata[0])->model_digest, ==,
                   after->model_digest);

  /* A model that does not exist: the next job says so, and the old one can be
   * set again.  */
  pisces_engine_set_model (engine, PISCES_ALL_ROLES, "/nowhere", NULL);
  g_assert_null (pisces_engine_generate (engine, request, NULL, NULL, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND);
  g_clear_error (&error);
  pisces_engine_set_model (engine, PISCES_ALL_ROLES, tiny, "cpu");
  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
}

static gchar *
digest_of (const gchar *folder)
{
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesStatus) status = NULL;
  g_autoptr (GError)       error  = NULL;

  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  status = pisces_engine_get_status (engine);

  return g_strdup (status->model_digest);
}

/* A model that differs in any file has another digest.  */
static void
test_digest (void)
{
  static const gchar *const weights[] =
  {
    "model.safetensors", "unet/diffusion_pytorch_model.safetensors",
    "vae/diffusion_pytorch_model.safetensors",
  };
  gchar            *folder = copy_model ();
  g_autofree gchar *tiny   = tiny_model ();
  g_autofree gchar *own    = digest_of (tiny);
  g_autofree gchar *copy   = digest_of (folder);

  g_assert_cmpstr (own, ==, copy);
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    {
      gsize             length;
      g_autofree gchar *bytes = read_file (folder, weights[i], &length);
      g_autofree gchar *other = NULL;

      /* Changes the last tenth, because not every byte is part of the
       * digest.  */
      for (gsize j = length - length / 10; j < length; j++)
        bytes[j] ^= 1;
      write_file (folder, weights[i], bytes, length);
      other = digest_of (folder);
      g_assert_cmpstr (other, !=, copy);
      for (gsize j = length - length / 10; j < length; j++)
        bytes[j] ^= 1;
      write_file (folder, weights[i], bytes, length);
    }
  replace (folder, "scheduler/scheduler_config.json", "\n", "\n\n");
  {
    g_autofree gchar *other = digest_of (folder);

    g_assert_cmpstr (other, !=, copy);
  }
  remove_model (folder);
}

/* The same model on another backend is also loaded again.  */
static void
test_another_backend (void)
{
  g_autofree gchar         *tiny   = tiny_model ();
  g_autoptr (PiscesEngine)  engine = pisces_engine_new (tiny, NULL);
  g_autoptr (PiscesStatus)  status = NULL;
  g_autoptr (GError)        error  = NULL;

  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  pisces_engine_set_model (engine, PISCES_ALL_ROLES, tiny, "cpu");
  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  status = pisces_engine_get_status (engine);
  g_assert_cmpuint (status->n_loads, ==, 2);

  pisces_engine_set_model (engine, PISCES_ALL_ROLES, tiny, "abacus");
  g_assert_false (pisces_engine_load (engine, NULL, NULL, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND);
}

/* While no model is loaded, the words of its folder answer, once they have
 * been read.  */
static PiscesPromptCheck *
ask_until_answered (PiscesEngine *engine,
                    const gchar  *text)
{
  const gint64       deadline = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  PiscesPromptCheck *check    = NULL;

  while (! (check = pisces_engine_check_prompt (engine, text)) &&
         g_get_monotonic_time () < deadline)
    g_usleep (1000);
  g_assert_nonnull (check);

  return check;
}

static void
test_words_of_another_model (void)
{
  g_autoptr (PiscesEngine)      engine = tiny_engine ();
  g_autoptr (PiscesPromptCheck) open   = ask_until_answered (engine, "a giraffe");
  g_autoptr (PiscesPromptCheck) closed = NULL;
  g_autoptr (PiscesStatus)      status = NULL;

  /* The small random model accepts any word.  */
  g_assert_cmpuint (g_strv_length (open->unknown_words), ==, 0);
  pisces_engine_set_model (engine, PISCES_ALL_ROLES, PISCES_NANO, "cpu");
  closed = ask_until_answered (engine, "a giraffe");
  g_assert_cmpuint (g_strv_length (closed->unknown_words), ==, 1);

  status = pisces_engine_get_status (engine);
  g_assert_cmpuint (status->n_loads, ==, 0);
}

/* Five unknown words are listed, or the first five if there are more.  */
static void
test_sentences (void)
{
  static const gchar *const words[] = { "a", "b", "c", "d", "e", "f" };

  for (guint n = 0; n <= G_N_ELEMENTS (words); n++)
    {
      gchar            *unknown[G_N_ELEMENTS (words) + 1] = { NULL };
      PiscesPromptCheck check     = { .unknown_words = unknown };
      g_auto (GStrv)    sentences = NULL;

      for (guint i = 0; i < n; i++)
        unknown[i] = (gchar *) words[i];
      sentences = pisces_prompt_check_get_sentences (&check);
      g_assert_cmpuint (g_strv_length (sentences), ==, n > 0 ? 1 : 0);
      if (n == 0)
        continue;
      g_assert_cmpint (strstr (sentences[0], "and others") != NULL, ==, n > 5);
      g_assert_cmpint (strstr (sentences[0], "“e”") != NULL, ==, n >= 5);
      g_assert_null (strstr (sentences[0], "“f”"));
    }
}

/* Jobs that were stopped while they waited no longer wait.  */
static void
test_stopped_jobs_do_not_wait (void)
{
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  GCancellable                     *stops[3];
  g_autoptr (PiscesStatus)          before = NULL, after = NULL;

  request->steps = 900;
  for (guint i = 0; i < 3; i++)
    {
      stops[i] = g_cancellable_new ();
      pisces_engine_generate_async (engine, request, NULL, NULL, stops[i], NULL, NULL);
    }
  do
    {
      g_clear_pointer (&before, pisces_status_free);
      before = pisces_engine_get_status (engine);
    }
  while (! before->busy);
  g_assert_cmpuint (before->n_waiting, ==, 2);

  g_cancellable_cancel (stops[1]);
  after = pisces_engine_get_status (engine);
  g_assert_true (after->busy);
  g_assert_cmpuint (after->n_waiting, ==, 1);
  g_cancellable_cancel (stops[2]);
  g_cancellable_cancel (stops[0]);
  for (guint i = 0; i < 3; i++)
    g_object_unref (stops[i]);
}

static void
on_planned (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Jobs that were requested before the change use the old model.  */
static void
test_queued_jobs_keep_their_model (void)
{
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  GAsyncResult                     *old = NULL, *new = NULL;
  g_autoptr (PiscesGenerateResult)  first = NULL, second = NULL;
  PiscesPicture                    *a, *b;

  request->steps = 1;
  pisces_engine_generate_async (engine, request, NULL, NULL, NULL, on_planned, &old);
  pisces_engine_set_model (engine, PISCES_ALL_ROLES, PISCES_NANO, "cpu");
  pisces_engine_generate_async (engine, request, NULL, NULL, NULL, on_planned, &new);
  while (old == NULL || new == NULL)
    g_main_context_iteration (NULL, TRUE);

  first  = pisces_engine_generate_finish (engine, old, NULL);
  second = pisces_engine_generate_finish (engine, new, NULL);
  a = first->pictures->pdata[0];
  b = second->pictures->pdata[0];
  g_assert_cmpstr (a->model_name, ==, "tiny");
  g_assert_cmpstr (b->model_name, ==, "nano");
  g_object_unref (old);
  g_object_unref (new);
}

/* Each of several waiting jobs can be stopped separately, in any order.  */
static void
test_stop_one_of_many (void)
{
  enum { N = 5 };
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  GCancellable                     *stops[N];
  GAsyncResult                     *results[N] = { NULL };
  g_autoptr (PiscesStatus)          status = NULL;
  g_autoptr (GCancellable)          before = g_cancellable_new ();
  GAsyncResult                     *early  = NULL;
  guint                             n_done = 0;

  request->steps = 200;
  for (guint i = 0; i < N; i++)
    {
      stops[i] = g_cancellable_new ();
      pisces_engine_generate_async (engine, request, NULL, NULL, stops[i],
                                    on_planned, &results[i]);
      request->steps = 2;
    }
  g_cancellable_cancel (stops[3]);
  g_cancellable_cancel (stops[1]);

  /* A job that was cancelled before it was requested.  */
  g_cancellable_cancel (before);
  pisces_engine_generate_async (engine, request, NULL, NULL, before, on_planned, &early);

  status = pisces_engine_get_status (engine);
  g_assert_cmpuint (status->n_waiting + status->busy, <=, 3);

  while (! (early && results[0] && results[1] && results[2] && results[3] && results[4]))
    g_main_context_iteration (NULL, TRUE);

  for (guint i = 0; i < N; i++)
    {
      g_autoptr (GError)               error = NULL;
      g_autoptr (PiscesGenerateResult) drawn =
        pisces_engine_generate_finish (engine, results[i], &error);

      g_assert_true ((drawn == NULL) == (i == 1 || i == 3));
      if (drawn == NULL)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      n_done += drawn != NULL;
      g_object_unref (results[i]);
      g_object_unref (stops[i]);
    }
  g_assert_cmpuint (n_done, ==, 3);
  g_object_unref (early);
}

/* A stopped job that still waits does not keep the engine alive.  */
static void
test_stopped_jobs_let_go (void)
{
  PiscesEngine                     *engine  = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  g_autoptr (GCancellable)          stop    = g_cancellable_new ();
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  GWeakRef                          weak;
  gint64                            deadline = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  gboolean                          gone     = FALSE;

  g_weak_ref_init (&weak, engine);
  g_cancellable_cancel (stop);
  drawn = pisces_engine_generate (engine, request, NULL, NULL, stop, NULL);
  g_assert_null (drawn);
  g_object_unref (engine);

  while (! gone && g_get_monotonic_time () < deadline)
    {
      GObject *left = g_weak_ref_get (&weak);

      gone = left == NULL;
      g_clear_object (&left);
      g_thread_yield ();
    }
  g_assert_true (gone);
  g_weak_ref_clear (&weak);
}

static void
test_inspect (void)
{
  g_autoptr (GError)                error   = NULL;
  g_autoptr (PiscesModelInfo)       quick   = pisces_model_inspect (PISCES_NANO, &error);
  g_autoptr (PiscesModelInfo)       whole   = NULL;
  g_autoptr (PiscesModelInfo)       missing = NULL;
  g_autoptr (PiscesEngine)          engine  = nano_engine ();
  g_autoptr (PiscesImage)           image   = sample_picture ();
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  g_autoptr (PiscesScore)           score   = NULL;
  g_autoptr (PiscesStatus)          status  = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (quick->name, ==, "nano");
  g_assert_cmpstr (quick->licence, ==, "GPL-3.0-or-later");
  g_assert_cmpint (quick->picture_width, ==, 256);
  g_assert_cmpint (quick->picture_height, ==, 256);

  whole = pisces_model_verify (PISCES_NANO, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (quick->summary, ==, whole->summary);
  g_assert_cmpuint (quick->n_parameters, ==, whole->n_parameters);
  g_assert_cmpuint (quick->n_bytes, ==, whole->n_bytes);
  g_assert_cmpuint (quick->memory_bytes, ==, whole->memory_bytes);

  /* The predicted memory is what the largest picture takes, or up to a tenth more.  */
  request->steps  = 1;
  request->width  = 448;
  request->height = 256;
  drawn = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  score = pisces_engine_score (engine, image, "two red stars", NULL, &error);
  g_assert_no_error (error);
  status = pisces_engine_get_status (engine);
  g_test_message ("foretold %" G_GUINT64_FORMAT ", held %" G_GUINT64_FORMAT,
                  quick->memory_bytes, status->resident_bytes);
  g_assert_cmpuint (quick->memory_bytes, >=, status->resident_bytes);
  g_assert_cmpuint (quick->memory_bytes, <=, status->resident_bytes * 11 / 10);

  missing = pisces_model_inspect ("/nowhere", &error);
  g_assert_null (missing);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/plan", test_plan);
  g_test_add_func ("/engine/unknown-words", test_unknown_words);
  g_test_add_func ("/engine/unknown-words-while-working", test_unknown_words_while_working);
  g_test_add_func ("/engine/long-prompt", test_long_prompt);
  g_test_add_func ("/engine/another-model", test_another_model);
  g_test_add_func ("/engine/digest-is-of-every-file", test_digest);
  g_test_add_func ("/engine/another-backend", test_another_backend);
  g_test_add_func ("/engine/words-of-another-model", test_words_of_another_model);
  g_test_add_func ("/engine/sentences-of-unknown-words", test_sentences);
  g_test_add_func ("/engine/stopped-jobs-do-not-wait", test_stopped_jobs_do_not_wait);
  g_test_add_func ("/engine/queued-jobs-keep-their-model", test_queued_jobs_keep_their_model);
  g_test_add_func ("/engine/stop-one-of-many", test_stop_one_of_many);
  g_test_add_func ("/engine/stopped-jobs-let-go", test_stopped_jobs_let_go);
  g_test_add_func ("/engine/inspect", test_inspect);

  return g_test_run ();
}
