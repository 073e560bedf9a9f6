/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Janus-Pro with random weights, in the published layout, fills prompts,
 * sees, writes and draws as transformers' JanusForConditionalGeneration does.
 * The values are made by golden/make-janus.py.
 *
 * Longer than 500 lines, as all of it is compared with the same small model.
 */

#include <math.h>
#include <string.h>

#include "engine/families/janus/model.h"
#include "tests/engine/golden-ids.h"

#define SIDE    64
#define N_SEEN  16
#define HIDDEN  48
#define N_PIXELS (SIDE * SIDE * 3)

/* What golden/janus.bin holds, in its order.  */
typedef struct
{
  gfloat pixels[N_PIXELS];
  gfloat tall_pixels[N_PIXELS];
  gfloat seen[N_SEEN * HIDDEN];
  gfloat drawing[N_PIXELS];
} Expected;

static gchar *
janus_folder (void)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "janus", NULL);
}

static Expected *
read_expected (void)
{
  g_autofree gchar *path   = g_test_build_filename (G_TEST_DIST, "golden", "janus.bin", NULL);
  gchar            *values = NULL;
  gsize             length;
  GError           *error  = NULL;

  g_file_get_contents (path, &values, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, sizeof (Expected));

  return (Expected *) values;
}

static PiscesConfig *
read_lists (void)
{
  g_autofree gchar *path   = g_test_build_filename (G_TEST_DIST, "golden", "janus.json", NULL);
  GError           *error  = NULL;
  PiscesConfig     *config = pisces_config_load (path, &error);

  g_assert_no_error (error);

  return config;
}

static void
ignore_progress (PiscesJob            *job,
                 const PiscesProgress *progress)
{
}

typedef struct
{
  PiscesBackend *backend;
  JanusModel    *model;
  PiscesJob      job;
} Fixture;

static void
fixture_init (Fixture *fixture)
{
  g_autofree gchar *folder = janus_folder ();
  GError           *error  = NULL;

  fixture->backend = pisces_backend_open ("cpu", &error);
  g_assert_no_error (error);
  pisces_backend_begin (fixture->backend, NULL);
  fixture->job = (PiscesJob) { .warnings = g_ptr_array_new_with_free_func (g_free),
                               .report   = ignore_progress };
  fixture->model = janus_model_load (folder, fixture->backend, &fixture->job, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fixture->model->parts, ==, 0);
  janus_parts_need (fixture->model, JANUS_ALL_PARTS, &error);
  g_assert_no_error (error);
}

static void
fixture_clear (Fixture *fixture)
{
  g_ptr_array_unref (fixture->job.warnings);
  janus_model_free (fixture->model);
  pisces_backend_close (fixture->backend);
}

/* The 31 columns of the sample that golden/make-janus.py makes a tall picture
 * of, with its rows and columns exchanged, over white.  */
static PiscesImage *
tall_picture (void)
{
  g_autoptr (PiscesImage)  sample = sample_picture ();
  PiscesImage             *tall   = pisces_image_new (31, SIDE, NULL);

  for (gint y = 0; y < SIDE; y++)
    for (gint x = 0; x < 31; x++)
      memcpy (tall->pixels + (y * 31 + x) * 4, sample->pixels + (x * 64 + y) * 4, 4);

  return tall;
}

/* The keywords are asked for with all that a user may say beside.  */
static gchar *
instruction (PiscesConfig        *lists,
             PiscesDescribeFlags  what)
{
  const gboolean is_rich = what == PISCES_DESCRIBE_KEYWORDS;

  return pisces_instruction_describe (what, pisces_config_string (lists, "question"),
                                      is_rich ? pisces_config_string (lists, "language") : NULL,
                                      is_rich ? pisces_config_string (lists, "context") : NULL);
}

static gchar *
text_for (PiscesConfig        *lists,
          PiscesDescribeFlags  what,
          JanusTemplate        template)
{
  const gchar *prompt = pisces_config_string (lists, "prompt");

  return what                            ? instruction (lists, what) :
         template == JANUS_TEMPLATE_TALK ? pisces_instruction_expand (prompt) :
         template == JANUS_TEMPLATE_DRAW ? g_strdup (prompt) :
                                           g_strdup (pisces_config_string (lists, "learnt"));
}

static void
test_prompts (void)
{
  const struct
  {
    const gchar         *ids;
    PiscesDescribeFlags  what;       /* 0: draw, or write the prompt out */
    JanusTemplate        template;
  } prompts[] =
  {
    { "short_prompt_ids",    PISCES_DESCRIBE_SHORT,    JANUS_TEMPLATE_ASK  },
    { "answer_prompt_ids",   PISCES_DESCRIBE_ANSWER,   JANUS_TEMPLATE_ASK  },
    { "keywords_prompt_ids", PISCES_DESCRIBE_KEYWORDS, JANUS_TEMPLATE_ASK  },
    { "expand_prompt_ids",   0,                        JANUS_TEMPLATE_TALK },
    { "draw_prompt_ids",     0,                        JANUS_TEMPLATE_DRAW },
  };
  g_autoptr (PiscesConfig) lists   = read_lists ();
  Fixture                  fixture = { 0 };

  fixture_init (&fixture);
  for (guint p = 0; p < G_N_ELEMENTS (prompts); p++)
    {
      g_autofree gchar  *text = text_for (lists, prompts[p].what, prompts[p].template);
      g_autoptr (GArray) rows = janus_prompt_new (fixture.model, prompts[p].template, text);

      assert_prompt (lists, prompts[p].ids, rows,
                     pisces_tokenizer_find (fixture.model->tokenizer, "<image_placeholder>"));
    }
  fixture_clear (&fixture);
}

/* Nobody can write the conversation's marks into a prompt.  */
static void
test_marks_are_text (void)
{
  Fixture            fixture = { 0 };
  g_autoptr (GArray) rows    = NULL;
  gint               n       = 0;

  fixture_init (&fixture);
  rows = janus_prompt_new (fixture.model, JANUS_TEMPLATE_DRAW,
                           "a <begin_of_image> and a <｜end▁of▁sentence｜>");
  for (guint i = 0; i < rows->len; i++)
    {
      n += g_array_index (rows, gint32, i) == fixture.model->tokens.begin_image;
      g_assert_cmpint (g_array_index (rows, gint32, i), !=,
                       g_array_index (fixture.model->stop_ids, gint32, 0));
    }
  g_assert_cmpint (n, ==, 1);
  fixture_clear (&fixture);
}

static void
test_preprocess (void)
{
  g_autofree Expected    *expected = read_expected ();
  g_autofree gfloat      *found    = g_new0 (gfloat, N_PIXELS);
  g_autoptr (PiscesImage) sample   = sample_picture ();
  g_autoptr (PiscesImage) tall     = tall_picture ();
  Fixture                 fixture  = { 0 };
  GError                 *error    = NULL;

  fixture_init (&fixture);
  for (guint i = 0; i < 2; i++)
    {
      const gfloat *wanted = i == 0 ? expected->pixels : expected->tall_pixels;

      pisces_preprocess_run (&fixture.model->preprocess, i == 0 ? sample : tall, SIDE, 3, found,
                             &error);
      g_assert_no_error (error);
      for (guint j = 0; j < N_PIXELS; j++)
        if (lrintf (found[j] * 255.0f) != lrintf (wanted[j] * 255.0f))
          g_error ("picture %u, value %u: %g in place of %g", i, j, found[j], wanted[j]);
    }
  fixture_clear (&fixture);
}

static void
test_look (void)
{
  g_autofree Expected    *expected = read_expected ();
  g_autoptr (PiscesImage) sample   = sample_picture ();
  Fixture                 fixture  = { 0 };
  GError                 *error    = NULL;
  PiscesTensor            rows;

  fixture_init (&fixture);
  janus_look (fixture.model, sample, &rows, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pisces_tensor_n_rows (rows), ==, N_SEEN);
  assert_values (fixture.backend, rows, expected->seen, N_SEEN * HIDDEN, "what the eye sees");
  fixture_clear (&fixture);
}

/* Compares every id, and the place where the text ends.  */
static void
test_write (void)
{
  const struct { const gchar *ids; PiscesDescribeFlags what; JanusTemplate template; } texts[] =
  {
    { "short_ids",    PISCES_DESCRIBE_SHORT,    JANUS_TEMPLATE_ASK  },
    { "answer_ids",   PISCES_DESCRIBE_ANSWER,   JANUS_TEMPLATE_ASK  },
    { "keywords_ids", PISCES_DESCRIBE_KEYWORDS, JANUS_TEMPLATE_ASK  },
    { "ending_ids",   0,                        JANUS_TEMPLATE_ASK  },
    { "expand_ids",   0,                        JANUS_TEMPLATE_TALK },
  };
  g_autoptr (PiscesConfig) lists   = read_lists ();
  g_autoptr (PiscesImage)  sample  = sample_picture ();
  Fixture                  fixture = { 0 };
  GError                  *error   = NULL;
  PiscesTensor             rows;

  fixture_init (&fixture);
  janus_look (fixture.model, sample, &rows, &error);
  g_assert_no_error (error);
  for (guint t = 0; t < G_N_ELEMENTS (texts); t++)
    {
      g_autofree gchar  *text   = text_for (lists, texts[t].what, texts[t].template);
      g_autoptr (GArray) prompt = janus_prompt_new (fixture.model, texts[t].template, text);
      PiscesWriter       writer;

      pisces_writer_init (&writer, janus_model_language (fixture.model),
                          prompt->len + GOLDEN_TOKENS);
      writer.image_rows = rows;
      assert_written (lists, texts[t].ids, &writer, prompt);
      pisces_writer_clear (&writer);
    }
  fixture_clear (&fixture);
}

static PiscesGenerateRequest *
new_request (void)
{
  g_autoptr (PiscesConfig)  lists   = read_lists ();
  PiscesGenerateRequest    *request =
    pisces_generate_request_new (pisces_config_string (lists, "prompt"));

  request->temperature = 0.0;

  return request;
}

static void
test_draw (void)
{
  g_autofree gchar                 *folder   = janus_folder ();
  g_autoptr (PiscesEngine)          engine   = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request  = new_request ();
  g_autofree Expected              *expected = read_expected ();
  g_autoptr (PiscesGenerateResult)  result   = NULL;
  PiscesPicture                    *picture;
  GError                           *error    = NULL;
  gint                              worst    = 0;

  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  picture = result->pictures->pdata[0];
  g_assert_cmpint (picture->image->width, ==, SIDE);
  g_assert_cmpint (picture->image->height, ==, SIDE);
  g_assert_cmpfloat (picture->guidance_scale, ==, 5.0);

  for (gint i = 0; i < SIDE * SIDE; i++)
    {
      for (gint c = 0; c < 3; c++)
        {
          gdouble value = (expected->drawing[3 * i + c] + 1.0) * 127.5;

          worst = MAX (worst, abs (picture->image->pixels[4 * i + c] -
                                   (gint) CLAMP (value, 0.0, 255.0)));
        }
      g_assert_cmpint (picture->image->pixels[4 * i + 3], ==, 255);
    }
  g_test_message ("picture: largest difference %d of 255", worst);
  g_assert_cmpint (worst, <=, 1);
}

/* Previews come from above, and a picture can be drawn again from what it
 * says of itself; another seed gives another one.  */
static void
count_preview (const PiscesProgress *progress,
               gpointer              user_data)
{
  guint *n_previews = user_data;

  if (progress->preview)
    {
      const guint8 *last = progress->preview->pixels + (SIDE * SIDE - 1) * 4;

      g_assert_cmpint (progress->preview->pixels[3], ==, 255);
      g_assert_cmpint (last[3], ==, 0);
      (*n_previews)++;
    }
}

static void
test_seeds (void)
{
  g_autofree gchar                 *folder  = janus_folder ();
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request = new_request ();
  g_autoptr (PiscesGenerateResult)  first   = NULL;
  g_autoptr (PiscesGenerateResult)  again   = NULL;
  PiscesPicture                    *a, *b;
  guint                             n_previews = 0;
  GError                           *error   = NULL;

  request->temperature    = -1.0;
  request->count          = 2;
  request->want_previews  = TRUE;
  request->seed           = 11;
  first = pisces_engine_generate (engine, request, count_preview, &n_previews, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (first->pictures->len, ==, 2);
  g_assert_cmpuint (n_previews, ==, 2 * 3);
  a = first->pictures->pdata[0];
  b = first->pictures->pdata[1];
  g_assert_cmpint (memcmp (a->image->pixels, b->image->pixels, SIDE * SIDE * 4), !=, 0);
  g_assert_cmpfloat (b->temperature, ==, 1.0);

  request->count          = 1;
  request->want_previews  = FALSE;
  request->seed           = b->seed;
  request->steps          = b->steps;
  request->guidance_scale = b->guidance_scale;
  request->temperature    = b->temperature;
  again = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  a = again->pictures->pdata[0];
  g_assert_cmpint (memcmp (a->image->pixels, b->image->pixels, SIDE * SIDE * 4), ==, 0);
}

/* Words to avoid take the place of the row without words.  */
static void
test_negative (void)
{
  g_autofree gchar                 *folder  = janus_folder ();
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request = new_request ();
  const gchar                      *words[] = { NULL, "ugly, blurred", "stars" };
  const gdouble                     scales[] = { -1.0, -1.0, 1.0 };
  PiscesGenerateResult             *results[3];
  GError                           *error   = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_free (request->negative_prompt);
      request->negative_prompt = g_strdup (words[i]);
      request->guidance_scale  = scales[i];
      results[i] = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (g_strv_length (results[1]->warnings), ==, 0);
  g_assert_cmpuint (g_strv_length (results[2]->warnings), ==, 1);
  for (guint i = 1; i < 3; i++)
    {
      PiscesPicture *a = results[0]->pictures->pdata[0];
      PiscesPicture *b = results[i]->pictures->pdata[0];

      g_assert_cmpint (memcmp (a->image->pixels, b->image->pixels, SIDE * SIDE * 4), !=, 0);
    }
  for (guint i = 0; i < 3; i++)
    pisces_generate_result_free (results[i]);
}

static void
test_describe_and_score (void)
{
  g_autofree gchar                  *folder  = janus_folder ();
  g_autoptr (PiscesEngine)           engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)            sample  = sample_picture ();
  g_autoptr (PiscesDescribeRequest)  request = NULL;
  g_autoptr (PiscesDescribeResult)   result  = NULL;
  g_autoptr (PiscesModelInfo)        info    = NULL;
  PiscesScore                       *score;
  gdouble                            likeness;
  GError                            *error   = NULL;

  request = pisces_describe_request_new (sample, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG |
                                                 PISCES_DESCRIBE_ANSWER |
                                                 PISCES_DESCRIBE_KEYWORDS);
  request->question = g_strdup ("What's in the 2nd row?");
  result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (result->short_text);
  g_assert_nonnull (result->long_text);
  g_assert_nonnull (result->answer);
  g_assert_nonnull (result->keywords);
  g_assert_null (result->doubt);
  g_assert_cmpint (g_utf8_strlen (result->short_text, -1), <=, 125);

  score = pisces_engine_score (engine, sample, "a row of stars", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (score->match, >, 0.0);
  g_assert_cmpfloat (score->match, <, 1.0);
  g_assert_cmpstr (score->description, ==, result->short_text);
  pisces_score_free (score);

  g_assert_true (pisces_engine_compare (engine, sample, sample, &likeness, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (likeness, 1.0, 1e-5);

  info = pisces_model_verify (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->family, ==, "janus");
  g_assert_cmpint (info->picture_width, ==, SIDE);
}

/* What the user says changes the texts; a language that is none is refused; and of
 * what is too long, the rest is told.  */
static void
test_what_a_user_says (void)
{
  g_autofree gchar     *folder = janus_folder ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)  sample = sample_picture ();
  g_autofree gchar     *plain  = NULL;
  g_autoptr (GString)   novel  = g_string_new (NULL);

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (novel, "word%u ", i);

  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (PiscesDescribeRequest) request = NULL;
      g_autoptr (PiscesDescribeResult)  result  = NULL;
      g_autoptr (GError)                error   = NULL;

      request = pisces_describe_request_new (sample, PISCES_DESCRIBE_LONG);
      request->language = g_strdup (i == 1 ? "de" : i == 4 ? "German, and sing" :
                                     i == 5 ? "xx" : NULL);
      request->context  = g_strdup (i == 2 ? "a shop" : i == 3 ? novel->str : NULL);
      result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
      if (i >= 4)
        {
          g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
          continue;
        }
      g_assert_no_error (error);
      if (i == 0)
        plain = g_strdup (result->long_text);
      else
        g_assert_cmpstr (result->long_text, !=, plain);
      g_assert_cmpuint (g_strv_length (result->warnings), ==, i == 3 ? 1 : 0);
      if (i == 3)
        g_assert_nonnull (strstr (result->warnings[0], "too long"));
    }
}

/* The prompt is written out only if that is asked for; what is drawn from is told,
 * and drawn again to the same bytes.  */
static void
test_expand (void)
{
  g_autofree gchar                 *folder  = janus_folder ();
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
  g_autoptr (PiscesGenerateRequest) same    = NULL;
  g_autofree gchar                 *plan    = NULL;
  g_autofree gchar                 *again   = NULL;
  g_autofree gchar                 *other   = NULL;
  PiscesGenerateResult             *results[3];
  GError                           *error   = NULL;

  plan = pisces_engine_plan (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (plan), >, 0);
  g_assert_null (strchr (plan, '\n'));
  again = pisces_engine_plan (engine, request, NULL, NULL, NULL, NULL);
  g_assert_cmpstr (again, ==, plan);
  request->temperature = 1.0;
  other = pisces_engine_plan (engine, request, NULL, NULL, NULL, NULL);
  g_assert_cmpstr (other, !=, plan);

  results[0] = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  request->plan = g_strdup (plan);
  results[1] = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  same = pisces_generate_request_new (plan);
  same->temperature = 1.0;
  results[2] = pisces_engine_generate (engine, same, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < 3; i++)
    {
      const PiscesPicture *picture = results[i]->pictures->pdata[0];
      const PiscesPicture *planned = results[1]->pictures->pdata[0];

      g_assert_cmpstr (picture->plan, ==, i == 1 ? plan : "");
      g_assert_cmpstr (picture->prompt, ==, i == 2 ? plan : "two red stars");
      g_assert_cmpint (memcmp (picture->image->pixels, planned->image->pixels, SIDE * SIDE * 4) == 0,
                       ==, i > 0);
    }
  for (guint i = 0; i < 3; i++)
    pisces_generate_result_free (results[i]);
}

static void
test_no_references (void)
{
  g_autofree gchar                 *folder  = janus_folder ();
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request = new_request ();
  g_autoptr (PiscesImage)           sample  = sample_picture ();
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  pisces_generate_request_add_reference (request, sample, 0.5);
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
  g_assert_null (result);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/janus/prompts-are-the-processors", test_prompts);
  g_test_add_func ("/janus/marks-in-a-prompt-are-text", test_marks_are_text);
  g_test_add_func ("/janus/pictures-are-prepared-to-the-byte", test_preprocess);
  g_test_add_func ("/janus/sees-as-transformers", test_look);
  g_test_add_func ("/janus/writes-the-same-ids", test_write);
  g_test_add_func ("/janus/draws-the-same-picture", test_draw);
  g_test_add_func ("/janus/a-seed-draws-the-same-bytes", test_seeds);
  g_test_add_func ("/janus/words-to-avoid-count", test_negative);
  g_test_add_func ("/janus/describes-scores-and-is-verified", test_describe_and_score);
  g_test_add_func ("/janus/what-a-user-says-counts", test_what_a_user_says);
  g_test_add_func ("/janus/a-prompt-is-written-out-if-wished", test_expand);
  g_test_add_func ("/janus/pictures-to-draw-from-are-refused", test_no_references);

  return g_test_run ();
}
