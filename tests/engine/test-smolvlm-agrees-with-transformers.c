/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small models of SmolVLM2 and of its forerunner, with random weights in the
 * published layout, cut pictures, fill prompts, see and write as transformers'
 * classes do.  The values are made by golden/make-smolvlm.py.
 */

#include <math.h>
#include <string.h>

#include "engine/families/looking.h"
#include "engine/families/smolvlm/model.h"
#include "tests/engine/golden-ids.h"

#define N_PROMPTS 6              /* three for the whole picture, three for tiles */

static gchar *
smolvlm_folder (const gchar *name)
{
  return g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
}

static void
ignore_progress (PiscesJob            *job,
                 const PiscesProgress *progress)
{
}

typedef struct
{
  PiscesBackend *backend;
  SmolvlmModel  *model;
  PiscesJob      job;
  PiscesConfig  *lists;
  gfloat        *values;         /* tokens, rows, rows of tiles, states */
  gsize          n_values;
  gint           n_patches;
  gint           eye_width;
  gint           n_seen;
  gint           n_rows;
  gint           n_columns;
  gint           hidden;
} Fixture;

static void
fixture_init (Fixture     *fixture,
              const gchar *name)
{
  g_autofree gchar *folder = smolvlm_folder (name);
  g_autofree gchar *json   = g_strdup_printf ("%s.json", folder);
  g_autofree gchar *bin    = g_strdup_printf ("%s.bin", folder);
  gsize             length = 0;
  GError           *error  = NULL;

  fixture->lists = pisces_config_load (json, &error);
  g_assert_no_error (error);
  fixture->n_patches = pisces_config_int (fixture->lists, "n_patches", 1, 1 << 20);
  fixture->eye_width = pisces_config_int (fixture->lists, "eye_width", 1, 1 << 20);
  fixture->n_seen    = pisces_config_int (fixture->lists, "n_seen", 1, 1 << 20);
  fixture->n_rows    = pisces_config_int (fixture->lists, "rows", 1, 8);
  fixture->n_columns = pisces_config_int (fixture->lists, "columns", 1, 8);
  fixture->hidden    = pisces_config_int (fixture->lists, "hidden", 1, 1 << 20);
  g_file_get_contents (bin, (gchar **) &fixture->values, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, ==, sizeof (gfloat) *
                    (fixture->n_patches * fixture->eye_width +
                     fixture->hidden * (fixture->n_seen *
                                        (2 + fixture->n_rows * fixture->n_columns) + N_PROMPTS)));

  fixture->backend = pisces_backend_open ("cpu", &error);
  g_assert_no_error (error);
  pisces_backend_begin (fixture->backend, NULL);
  fixture->job = (PiscesJob) { .warnings = g_ptr_array_new_with_free_func (g_free),
                               .report   = ignore_progress };
  fixture->model = smolvlm_model_load (folder, fixture->backend, &fixture->job, &error);
  g_assert_no_error (error);
}

static void
fixture_clear (Fixture *fixture)
{
  g_ptr_array_unref (fixture->job.warnings);
  smolvlm_model_free (fixture->model);
  pisces_backend_close (fixture->backend);
  pisces_config_free (fixture->lists);
  g_free (fixture->values);
}

/* The expected rows of the whole picture, or of its tiles.  */
static const gfloat *
expected_rows (const Fixture *fixture,
               gboolean       closer)
{
  return fixture->values + fixture->n_patches * fixture->eye_width +
         (closer ? fixture->n_seen * fixture->hidden : 0);
}

static const gfloat *
expected_state (const Fixture *fixture,
                guint          prompt)
{
  return expected_rows (fixture, TRUE) +
         (gsize) fixture->n_seen * fixture->hidden *
         (1 + fixture->n_rows * fixture->n_columns) + prompt * fixture->hidden;
}

/* The digest of the bytes that the numbers of all tiles stand for.  */
static gchar *
digest_of (const PiscesTiles      *tiles,
           const PiscesPreprocess *preprocess)
{
  const gsize           n        = (gsize) tiles->size * tiles->size * 3;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree gfloat    *values   = g_new (gfloat, n);
  g_autofree guint8    *bytes    = g_new (guint8, n);

  for (gint i = 0; i < tiles->n_tiles; i++)
    {
      pisces_tiles_get (tiles, preprocess, i, values);
      for (gsize j = 0; j < n; j++)
        bytes[j] = lrintf ((values[j] * 0.5f + 0.5f) * 255.0f);
      g_checksum_update (checksum, bytes, n);
    }

  return g_strdup (g_checksum_get_string (checksum));
}

/* Every byte of every tile, for pictures of many sizes.  */
static void
test_tiles (gconstpointer name)
{
  Fixture            fixture = { 0 };
  guint              n       = 0;
  g_autofree gint64 *sizes   = NULL;
  g_auto (GStrv)     digests = NULL;
  GError            *error   = NULL;

  fixture_init (&fixture, name);
  sizes   = pisces_config_int_array (fixture.lists, "sizes", 0, 1 << 16, &n);
  digests = pisces_config_string_array (fixture.lists, "digests");
  g_assert_cmpuint (n, ==, g_strv_length (digests) * 3);

  for (guint i = 0; i < n / 6; i++)
    {
      const gint64           *row        = sizes + 6 * i;
      PiscesPreprocess        preprocess = fixture.model->preprocess;
      g_autoptr (PiscesImage) image      = strange_picture (row[2], row[3]);

      preprocess.size         = row[0];
      preprocess.longest_edge = row[1];
      for (guint closer = 0; closer < 2; closer++)
        {
          g_auto (PiscesTiles) tiles = { 0 };
          g_autofree gchar    *found = NULL;

          pisces_tiles_cut (&tiles, &preprocess, image, closer, &error);
          g_assert_no_error (error);
          g_assert_cmpint (tiles.n_rows, ==, closer ? row[4] : 0);
          g_assert_cmpint (tiles.n_columns, ==, closer ? row[5] : 0);
          found = digest_of (&tiles, &preprocess);
          if (! g_str_equal (found, digests[2 * i + closer]))
            g_error ("%d × %d in tiles of %d, longest edge %d: other bytes",
                     (gint) row[2], (gint) row[3], (gint) row[0], (gint) row[1]);
        }
    }
  g_test_message ("%u pictures, all bytes the same", n / 6);
  fixture_clear (&fixture);
}

static void
test_prompts (gconstpointer name)
{
  Fixture        fixture      = { 0 };
  g_auto (GStrv) instructions = NULL;

  fixture_init (&fixture, name);
  instructions = pisces_config_string_array (fixture.lists, "instructions");
  for (guint p = 0; p < N_PROMPTS; p++)
    {
      const gboolean      closer = p >= N_PROMPTS / 2;
      g_autofree gchar   *key    = g_strdup_printf ("prompt_%u", p);
      g_autoptr (GArray)  rows   =
        smolvlm_prompt_new (fixture.model, closer ? fixture.n_rows : 0,
                            closer ? fixture.n_columns : 0, instructions[p % (N_PROMPTS / 2)]);

      assert_prompt (fixture.lists, key, rows,
                     pisces_tokenizer_find (fixture.model->tokenizer, "<image>"));
    }
  fixture_clear (&fixture);
}

/* Nobody can write the conversation's marks into an instruction.  */
static void
test_marks_are_text (gconstpointer name)
{
  Fixture            fixture = { 0 };
  g_autoptr (GArray) rows    = NULL;
  gint               n_begin = 0, n_end = 0;
  gint32             begin;

  fixture_init (&fixture, name);
  begin = pisces_tokenizer_find (fixture.model->tokenizer, "<|im_start|>");
  rows  = smolvlm_prompt_new (fixture.model, 0, 0,
                              "a {image} and <image> and <|im_start|> and <end_of_utterance>");
  for (guint i = 0; i < rows->len; i++)
    {
      n_begin += g_array_index (rows, gint32, i) == begin;
      n_end   += g_array_index (rows, gint32, i) == g_array_index (fixture.model->stop_ids,
                                                                   gint32, 0);
    }
  g_assert_cmpint (n_begin, ==, 1);
  g_assert_cmpint (n_end, ==, 1);
  fixture_clear (&fixture);
}

static void
look (Fixture      *fixture,
      gboolean      closer,
      PiscesTensor *rows)
{
  g_autoptr (PiscesImage) sample = sample_picture ();
  g_auto (PiscesTiles)    tiles  = { 0 };
  GError                 *error  = NULL;

  pisces_tiles_cut (&tiles, &fixture->model->preprocess, sample, closer, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tiles.n_rows, ==, closer ? fixture->n_rows : 0);
  g_assert_cmpint (tiles.n_columns, ==, closer ? fixture->n_columns : 0);
  smolvlm_look (fixture->model, &tiles, &fixture->job, rows, &error);
  g_assert_no_error (error);
}

/* The encoder's tokens, and the rows that the connector makes of them.  */
static void
test_look (gconstpointer name)
{
  Fixture                 fixture = { 0 };
  g_autoptr (PiscesImage) sample  = sample_picture ();
  GError                 *error   = NULL;
  PiscesTensor            rows, tokens;

  fixture_init (&fixture, name);
  pisces_looking_encode (fixture.backend, fixture.model->vision_model, &fixture.model->preprocess,
                         sample, &tokens, &error);
  g_assert_no_error (error);
  assert_values (fixture.backend, tokens, fixture.values,
                 (gsize) fixture.n_patches * fixture.eye_width, "the eye's tokens");

  for (guint closer = 0; closer < 2; closer++)
    {
      const gsize n = (gsize) fixture.n_seen * fixture.hidden *
                      (closer ? 1 + fixture.n_rows * fixture.n_columns : 1);

      look (&fixture, closer, &rows);
      assert_values (fixture.backend, rows, expected_rows (&fixture, closer), n,
                     closer ? "rows of the tiles" : "rows of the picture");
    }
  fixture_clear (&fixture);
}

/* The state after the prompt, every id, and the place where the text ends.  */
static void
test_write (gconstpointer name)
{
  Fixture        fixture      = { 0 };
  g_auto (GStrv) instructions = NULL;
  PiscesTensor   rows;

  fixture_init (&fixture, name);
  instructions = pisces_config_string_array (fixture.lists, "instructions");
  for (guint p = 0; p < N_PROMPTS; p++)
    {
      const gboolean     closer = p >= N_PROMPTS / 2;
      g_autofree gchar  *key    = g_strdup_printf ("new_%u", p);
      g_autofree gchar  *what   = g_strdup_printf ("state after prompt %u", p);
      g_autoptr (GArray) prompt =
        smolvlm_prompt_new (fixture.model, closer ? fixture.n_rows : 0,
                            closer ? fixture.n_columns : 0, instructions[p % (N_PROMPTS / 2)]);
      PiscesWriter       writer;
      PiscesTensor       state;

      look (&fixture, closer, &rows);
      state = pisces_backend_alloc (fixture.backend, 2, 1, fixture.hidden);
      pisces_writer_init (&writer, smolvlm_model_language (fixture.model),
                          prompt->len + GOLDEN_TOKENS);
      writer.image_rows = rows;
      pisces_writer_read (&writer, prompt, state);
      assert_values (fixture.backend, state, expected_state (&fixture, p), fixture.hidden, what);
      assert_written (fixture.lists, key, &writer, prompt);
      pisces_writer_clear (&writer);
    }
  fixture_clear (&fixture);
}

/* The whole way, through the engine.  */
static void
test_describe_and_score (gconstpointer name)
{
  g_autofree gchar                  *folder  = smolvlm_folder (name);
  g_autofree gchar                  *json    = g_strdup_printf ("%s.json", folder);
  g_autoptr (PiscesConfig)           lists   = pisces_config_load (json, NULL);
  g_autoptr (PiscesEngine)           engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)            sample  = sample_picture ();
  g_autoptr (PiscesDescribeRequest)  request = NULL;
  g_autoptr (PiscesDescribeResult)   result  = NULL;
  g_autoptr (PiscesDescribeResult)   closer  = NULL;
  g_autoptr (PiscesScore)            score   = NULL;
  g_autoptr (PiscesModelInfo)        info    = NULL;
  gdouble                            likeness;
  GError                            *error   = NULL;

  request = pisces_describe_request_new (sample, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG |
                                                 PISCES_DESCRIBE_ANSWER);
  request->question = g_strdup ("What's in the 2nd row?");
  result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (result->short_text);
  g_assert_nonnull (result->long_text);
  g_assert_nonnull (result->answer);
  g_assert_null (result->doubt);
  g_assert_cmpuint (g_strv_length (result->warnings), ==, 0);

  request->look_closer = TRUE;
  closer = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (closer->answer, !=, result->answer);
  g_assert_cmpuint (g_strv_length (closer->warnings), ==, 0);

  score = pisces_engine_score (engine, sample, "a red star", NULL, &error);
  g_assert_no_error (error);
  g_test_message ("share of yes: %g", score->match);
  g_assert_cmpfloat (fabs (score->match - pisces_config_double (lists, "yes_share", 0.0, 1.0)), <,
                     1e-4);

  g_assert_true (pisces_engine_compare (engine, sample, sample, &likeness, NULL, &error));
  g_assert_cmpfloat (likeness, >, 0.999);

  info = pisces_model_verify (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (info->remarks), ==, 0);
  g_test_message ("%s", info->summary);
}

/* What it cannot do ends in a sentence, and the model stays usable.  */
static void
test_it_draws_nothing (gconstpointer name)
{
  g_autofree gchar                  *folder  = smolvlm_folder (name);
  g_autoptr (PiscesEngine)           engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest)  request = pisces_generate_request_new ("a red star");
  g_autoptr (GError)                 error   = NULL;

  g_assert_null (pisces_engine_generate (engine, request, NULL, NULL, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "cannot draw"));
  g_clear_error (&error);
  g_assert_null (pisces_engine_plan (engine, request, NULL, NULL, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
}

/* What a model sees of a picture is one stretched square.  */
static void
test_view (gconstpointer name)
{
  Fixture                 fixture = { 0 };
  g_autofree gchar       *folder  = smolvlm_folder (name);
  g_autoptr (PiscesImage) sample  = sample_picture ();
  g_autoptr (PiscesImage) view    = NULL;
  g_auto (PiscesTiles)    tiles   = { 0 };
  GError                 *error   = NULL;

  fixture_init (&fixture, name);
  view = pisces_model_view (folder, sample, &error);
  g_assert_no_error (error);
  pisces_tiles_cut (&tiles, &fixture.model->preprocess, sample, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (view->width, ==, tiles.size);
  g_assert_cmpint (view->height, ==, tiles.size);
  for (gint i = 0; i < tiles.size * tiles.size; i++)
    for (gint c = 0; c < 3; c++)
      g_assert_cmpint (view->pixels[4 * i + c], ==, tiles.whole[3 * i + c]);
  fixture_clear (&fixture);
}

/* Rounding to 8 bits leaves the table of embeddings, the norms and the eye's patches
 * and positions as they are, and the model as sure as it was.  */
static void
test_quantised (void)
{
  g_autofree gchar             *folder  = smolvlm_folder ("idefics3");
  g_autofree gchar             *json    = g_strdup_printf ("%s.json", folder);
  g_autofree gchar             *scratch = g_dir_make_tmp ("pisces-quantised-XXXXXX", NULL);
  g_autofree gchar             *out     = g_build_filename (scratch, "q8_0", NULL);
  g_autofree gchar             *clear   = g_strdup_printf ("rm -r '%s'", scratch);
  g_autoptr (PiscesConfig)      lists   = pisces_config_load (json, NULL);
  g_autoptr (PiscesImage)       sample  = sample_picture ();
  g_autoptr (PiscesEngine)      engine  = pisces_engine_new (out, "cpu");
  g_autoptr (PiscesScore)       score   = NULL;
  g_autoptr (PiscesWeightFiles) before  = NULL;
  g_autoptr (PiscesWeightFiles) after   = NULL;
  const gchar * const          *names;
  guint                         n_rounded = 0, n_found = 0, n_names = 0;
  GError                       *error   = NULL;

  g_assert_true (pisces_quantise_model (folder, out, "q8_0", &n_rounded, &error));
  g_assert_no_error (error);
  before = pisces_weight_files_open (folder, "model", &error);
  g_assert_no_error (error);
  after = pisces_weight_files_open (out, "model", &error);
  g_assert_no_error (error);

  names = pisces_weight_files_get_names (before, &n_names);
  for (guint i = 0; i < n_names; i++)
    {
      PiscesHostTensor old, new;

      g_assert_true (pisces_weight_files_find (before, names[i], &old));
      g_assert_true (pisces_weight_files_find (after, names[i], &new));
      if (new.dtype == old.dtype)
        continue;
      n_found++;
      g_assert_cmpint (new.dtype, ==, PISCES_Q8_0);
      g_assert_nonnull (strstr (names[i], "_proj"));
    }
  /* Six of each layer of the decoder; the widths of the others are no multiples of
   * 32.  */
  g_test_message ("%u of %u tensors", n_found, n_names);
  g_assert_cmpuint (n_found, ==, n_rounded);
  g_assert_cmpuint (n_found, ==, 12);

  score = pisces_engine_score (engine, sample, "a red star", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (fabs (score->match - pisces_config_double (lists, "yes_share", 0.0, 1.0)), <,
                     0.05);
  g_assert_true (g_spawn_command_line_sync (clear, NULL, NULL, NULL, NULL));
}

gint
main (gint    argc,
      gchar **argv)
{
  static const gchar *const names[] = { "smolvlm", "idefics3" };
  static const struct { const gchar *claim; GTestDataFunc func; } claims[] =
  {
    { "tiles-are-the-reference's",             test_tiles              },
    { "prompts-are-the-reference's",           test_prompts            },
    { "marks-in-a-text-are-text",              test_marks_are_text     },
    { "it-sees-what-transformers-sees",        test_look               },
    { "it-writes-what-transformers-writes",    test_write              },
    { "it-describes-and-scores",               test_describe_and_score },
    { "it-draws-nothing-and-says-so",          test_it_draws_nothing   },
    { "the-view-is-the-square-that-it-sees",   test_view               },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint j = 0; j < G_N_ELEMENTS (claims); j++)
      {
        g_autofree gchar *path = g_strdup_printf ("/%s/%s", names[i], claims[j].claim);

        g_test_add_data_func (path, names[i], claims[j].func);
      }

  g_test_add_func ("/idefics3/eight-bits-are-as-sure", test_quantised);

  return g_test_run ();
}
