/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small models of Qwen2.5-VL, with random weights in both published layouts, prepare
 * pictures, split texts, place rows, see and write as transformers' classes do.  The
 * values are made by golden/make-qwen.py.
 *
 * Longer than 500 lines, as all claims read the same lists.
 */

#include <math.h>
#include <string.h>

#include "engine/families/qwen/model.h"
#include "engine/networks/mrope.h"
#include "tests/engine/golden-ids.h"
#include "tests/engine/model-copy.h"

#define N_QUESTIONS 3                /* about each picture */
#define MOST_VIEWS  3

typedef struct
{
  PiscesBackend *backend;
  QwenModel     *model;
  PiscesConfig  *lists;
  guint          n_views;
  gint           pictures[2 * MOST_VIEWS];   /* width and height; the first is
                                              * the sample                   */
  gint           grids[2 * MOST_VIEWS];      /* rows and columns of patches  */
  gint           hidden;
  gint           depth;              /* of the eye                          */
  gint           n_layers;           /* of the decoder                      */
  gfloat        *values;
  gsize          n_values;
} Fixture;

static gchar *
qwen_folder (const gchar *name)
{
  return g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
}

static void
load (Fixture     *fixture,
      const gchar *folder)
{
  GError *error = NULL;

  fixture->backend = pisces_backend_open ("cpu", &error);
  g_assert_no_error (error);
  pisces_backend_begin (fixture->backend, NULL);
  fixture->model = qwen_model_load (folder, fixture->backend, NULL, &error);
  g_assert_no_error (error);
}

static void
unload (Fixture *fixture)
{
  g_clear_pointer (&fixture->model, qwen_model_free);
  g_clear_pointer (&fixture->backend, pisces_backend_close);
}

/* The counts of a model are those of its golden file.  */
static void
fixture_init (Fixture     *fixture,
              const gchar *name)
{
  g_autofree gchar  *folder   = qwen_folder (name);
  g_autofree gchar  *json     = g_strdup_printf ("%s.json", folder);
  g_autofree gchar  *bin      = g_strdup_printf ("%s.bin", folder);
  g_autofree gint64 *grids    = NULL;
  g_autofree gint64 *pictures = NULL;
  gsize              length   = 0;
  guint              n        = 0;
  GError            *error    = NULL;

  fixture->lists = pisces_config_load (json, &error);
  g_assert_no_error (error);
  pictures = pisces_config_int_array (fixture->lists, "pictures", 1, 1 << 16, &n);
  for (guint i = 0; i < n; i++)
    fixture->pictures[2 + i] = pictures[i];
  grids = pisces_config_int_array (fixture->lists, "grids", 1, 1 << 16, &n);
  for (guint i = 0; i < n; i++)
    fixture->grids[i] = grids[i];
  fixture->n_views = n / 2;
  g_assert_cmpuint (fixture->n_views, <=, MOST_VIEWS);
  g_file_get_contents (bin, (gchar **) &fixture->values, &length, &error);
  g_assert_no_error (error);
  fixture->n_values = length / sizeof (gfloat);

  load (fixture, folder);
  fixture->hidden   = pisces_llama_get_config (fixture->model->llama)->hidden_size;
  fixture->n_layers = pisces_llama_get_config (fixture->model->llama)->n_layers;
  fixture->depth    = pisces_qwen_vit_get_config (fixture->model->visual)->n_layers;
}

static void
fixture_clear (Fixture *fixture)
{
  unload (fixture);
  pisces_config_free (fixture->lists);
  g_free (fixture->values);
}

static gint64 *
list (Fixture     *fixture,
      const gchar *name,
      guint        index,
      guint       *n)
{
  g_autofree gchar *key = g_strdup_printf ("%s_%u", name, index);

  return pisces_config_int_array (fixture->lists, key, -(1 << 20), 1 << 20, n);
}

static gint
n_units (const Fixture *fixture,
         guint          view)
{
  const gint merge = fixture->model->preprocess.merge_size;

  return fixture->grids[2 * view] * fixture->grids[2 * view + 1] / (merge * merge);
}

static guint
n_rows_after (Fixture *fixture,
              guint    prompt)
{
  guint              n_prompt, n_new;
  g_autofree gint64 *ids = list (fixture, "prompt", prompt, &n_prompt);
  g_autofree gint64 *new = list (fixture, "new", prompt, &n_new);

  return n_prompt + n_new;
}

/* Where the rows of a picture begin in the golden values, if the eye had so many
 * layers.  */
static const gfloat *
expected_rows (const Fixture *fixture,
               guint          view,
               gint           depth)
{
  gsize n = 0;

  for (guint v = 0; v < view; v++)
    n += (gsize) n_units (fixture, v) * fixture->depth;

  return fixture->values + (n + (gsize) (depth - 1) * n_units (fixture, view)) * fixture->hidden;
}

/* Where the states of the last question about a picture and of its answer begin, if the
 * decoder had so many layers.  */
static const gfloat *
expected_states (Fixture *fixture,
                 guint    view,
                 gint     n_layers)
{
  gsize n = 0;

  for (guint v = 0; v < view; v++)
    n += (gsize) n_rows_after (fixture, N_QUESTIONS * v + 2) * fixture->n_layers;
  n += (gsize) (n_layers - 1) * n_rows_after (fixture, N_QUESTIONS * view + 2);

  return expected_rows (fixture, fixture->n_views, 1) + n * fixture->hidden;
}

/* Where the states begin that the prompt ends with and that its answer has.  */
static const gfloat *
expected_answer (Fixture *fixture,
                 guint    prompt)
{
  gsize n = 0;

  for (guint p = 0; p < prompt; p++)
    {
      guint              n_new;
      g_autofree gint64 *new = list (fixture, "new", p, &n_new);

      n += n_new + 1;
    }

  return expected_states (fixture, fixture->n_views, 1) + n * fixture->hidden;
}

static PiscesTensor
look (Fixture       *fixture,
      guint          view,
      PiscesPatches *patches)
{
  g_autoptr (PiscesImage) image = view == 0 ? sample_picture ()
                                            : strange_picture (fixture->pictures[2 * view],
                                                               fixture->pictures[2 * view + 1]);
  PiscesTensor            rows  = { 0 };
  GError                 *error = NULL;

  pisces_patches_cut (patches, &fixture->model->preprocess, image, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (patches->n_rows, ==, fixture->grids[2 * view]);
  g_assert_cmpint (patches->n_columns, ==, fixture->grids[2 * view + 1]);
  qwen_look (fixture->model, patches, &rows, &error);
  g_assert_no_error (error);

  return rows;
}

static GArray *
prompt_of (Fixture *fixture,
           guint    prompt)
{
  g_auto (GStrv) instructions = pisces_config_string_array (fixture->lists, "instructions");

  return qwen_prompt_new (fixture->model, n_units (fixture, prompt / N_QUESTIONS),
                          instructions[prompt % N_QUESTIONS]);
}

/* The size of every picture, and every byte.  */
static void
test_sizes (gconstpointer name)
{
  Fixture            fixture = { 0 };
  guint              n       = 0;
  g_autofree gint64 *sizes   = NULL;
  g_auto (GStrv)     digests = NULL;
  GError            *error   = NULL;

  fixture_init (&fixture, name);
  sizes   = pisces_config_int_array (fixture.lists, "sizes", 0, 1 << 24, &n);
  digests = pisces_config_string_array (fixture.lists, "digests");
  g_assert_cmpuint (n, ==, g_strv_length (digests) * 7);

  for (guint i = 0; i < n / 7; i++)
    {
      const gint64            *row        = sizes + 7 * i;
      PiscesPreprocess         preprocess = fixture.model->preprocess;
      g_autoptr (PiscesImage)  image      = strange_picture (row[3], row[4]);
      g_auto (PiscesPatches)   patches    = { 0 };
      g_autofree gchar        *found      = NULL;

      preprocess.merge_size = 2;
      preprocess.patch_size = row[0] / 2;
      preprocess.min_pixels = row[1];
      preprocess.max_pixels = row[2];
      pisces_patches_cut (&patches, &preprocess, image, 0, &error);
      g_assert_no_error (error);
      g_assert_cmpint (patches.width, ==, row[5]);
      g_assert_cmpint (patches.height, ==, row[6]);
      found = g_compute_checksum_for_data (G_CHECKSUM_SHA256, patches.bytes,
                                           (gsize) patches.width * patches.height * 3);
      if (! g_str_equal (found, digests[i]))
        g_error ("%d × %d to %d × %d: other bytes", image->width, image->height, patches.width,
                 patches.height);
    }
  g_test_message ("%u pictures, all bytes the same", n / 7);
  fixture_clear (&fixture);
}

/* Every id of texts that tokenizers differ in.  */
static void
test_texts (gconstpointer name)
{
  Fixture        fixture = { 0 };
  g_auto (GStrv) texts   = NULL;
  GError        *error   = NULL;

  fixture_init (&fixture, name);
  texts = pisces_config_string_array (fixture.lists, "texts");
  for (guint i = 0; texts[i]; i++)
    {
      guint              n;
      g_autofree gint64 *ids   = list (&fixture, "text", i, &n);
      g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint32));

      pisces_tokenizer_encode_plain (fixture.model->tokenizer, texts[i], found, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (found->len, ==, n);
      for (guint j = 0; j < n; j++)
        g_assert_cmpint (g_array_index (found, gint32, j), ==, ids[j]);
    }
  fixture_clear (&fixture);
}

/* Every row of every prompt, and where it is on each axis.  */
static void
test_prompts (gconstpointer name)
{
  Fixture fixture = { 0 };

  fixture_init (&fixture, name);
  for (guint p = 0; p < N_QUESTIONS * fixture.n_views; p++)
    {
      g_autofree gchar   *key       = g_strdup_printf ("prompt_%u", p);
      g_autofree gchar   *delta     = g_strdup_printf ("delta_%u", p);
      g_autoptr (GArray)  rows      = prompt_of (&fixture, p);
      guint               n;
      g_autofree gint64  *expected  = list (&fixture, "positions", p, &n);
      g_autofree gfloat  *positions = g_new0 (gfloat, n);
      gint64              shift;

      assert_prompt (fixture.lists, key, rows, fixture.model->image_id);
      g_assert_cmpuint (n, ==, rows->len * PISCES_ROPE_AXES);
      shift = pisces_mrope_positions ((const gint32 *) rows->data, rows->len, PISCES_IMAGE_ROW,
                                      fixture.grids[p / N_QUESTIONS * 2 + 1] /
                                      fixture.model->preprocess.merge_size, positions);
      for (guint i = 0; i < n; i++)
        g_assert_cmpfloat (positions[i], ==, expected[i]);
      g_assert_cmpint (shift, ==, pisces_config_int (fixture.lists, delta, -(1 << 20), 1 << 20));
    }
  fixture_clear (&fixture);
}

/* Nobody can write the conversation's marks into an instruction.  */
static void
test_marks_are_text (gconstpointer name)
{
  Fixture            fixture = { 0 };
  g_autoptr (GArray) rows    = NULL;
  gint               n_begin = 0, n_image = 0;
  gint32             begin;

  fixture_init (&fixture, name);
  begin = pisces_tokenizer_find (fixture.model->tokenizer, "<|im_start|>");
  rows  = qwen_prompt_new (fixture.model, 4, "a {image} and <|image_pad|> and <|im_start|>");
  for (guint i = 0; i < rows->len; i++)
    {
      n_begin += g_array_index (rows, gint32, i) == begin;
      n_image += g_array_index (rows, gint32, i) == PISCES_IMAGE_ROW;
      g_assert_cmpint (g_array_index (rows, gint32, i), !=, fixture.model->image_id);
    }
  g_assert_cmpint (n_begin, ==, 3);
  g_assert_cmpint (n_image, ==, 4);
  fixture_clear (&fixture);
}

/* A model with so many layers of one part, and all else as it was.  */
static void
load_with (Fixture     *fixture,
           const gchar *name,
           const gchar *key,
           gint         usual,
           gint         n_layers)
{
  gchar            *folder = copy_golden (name);
  g_autofree gchar *old    = g_strdup_printf ("\"%s\": %d", key, usual);
  g_autofree gchar *new    = g_strdup_printf ("\"%s\": %d", key, n_layers);

  unload (fixture);
  replace (folder, "config.json", old, new);
  load (fixture, folder);
  remove_model (folder);
}

/* What every layer of the eye makes of pictures whose sides windows divide, and of
 * others.  */
static void
test_look (gconstpointer name)
{
  Fixture fixture = { 0 };

  fixture_init (&fixture, name);
  for (gint depth = fixture.depth; depth > 0; depth--)
    {
      load_with (&fixture, name, "depth", fixture.depth, depth);
      for (guint view = 0; view < fixture.n_views; view++)
        {
          g_autofree gchar       *what    = g_strdup_printf ("picture %u, layer %d", view, depth);
          g_auto (PiscesPatches)  patches = { 0 };

          assert_values (fixture.backend, look (&fixture, view, &patches),
                         expected_rows (&fixture, view, depth),
                         (gsize) n_units (&fixture, view) * fixture.hidden, what);
        }
    }
  fixture_clear (&fixture);
}

/* The rows of a prompt and of its answer.  */
static GArray *
whole_text (Fixture *fixture,
            guint    prompt)
{
  guint              n;
  g_autofree gint64 *new  = list (fixture, "new", prompt, &n);
  GArray            *rows = prompt_of (fixture, prompt);

  for (guint i = 0; i < n; i++)
    {
      const gint32 id = new[i];

      g_array_append_val (rows, id);
    }

  return rows;
}

/* What every layer of the decoder makes of text, picture and text, for all rows at
 * once.  The picture's rows were seen by the whole eye.  */
static void
test_layers (gconstpointer name)
{
  Fixture fixture = { 0 };

  fixture_init (&fixture, name);
  for (gint n_layers = fixture.n_layers; n_layers > 0; n_layers--)
    {
      load_with (&fixture, name, "num_hidden_layers", fixture.n_layers, n_layers);
      for (guint view = 0; view < fixture.n_views; view++)
        {
          g_auto (PiscesPatches)  patches   = { 0 };
          g_autofree gchar       *what      = g_strdup_printf ("picture %u, layer %d", view,
                                                               n_layers);
          g_autoptr (GArray)      rows      = whole_text (&fixture, N_QUESTIONS * view + 2);
          g_autofree gfloat      *positions = g_new (gfloat, rows->len * PISCES_ROPE_AXES);
          PiscesLlama            *llama     = fixture.model->llama;
          PiscesTensor            seen      = look (&fixture, view, &patches);
          PiscesTensor            x         = pisces_backend_alloc (fixture.backend, 2, rows->len,
                                                                    fixture.hidden);
          PiscesTensor            y         = pisces_backend_alloc (fixture.backend, 2, rows->len,
                                                                    fixture.hidden);
          g_autoptr (PiscesLlamaCache) cache = pisces_llama_cache_new (llama, rows->len);
          gint                    n_seen    = 0;

          for (guint i = 0; i < rows->len; i++)
            if (g_array_index (rows, gint32, i) == PISCES_IMAGE_ROW)
              pisces_copy (fixture.backend, pisces_tensor_rows (x, i, 1),
                           pisces_tensor_rows (seen, n_seen++, 1));
            else
              pisces_llama_embed (llama, pisces_tensor_rows (x, i, 1),
                                  &g_array_index (rows, gint32, i));
          pisces_mrope_positions ((const gint32 *) rows->data, rows->len, PISCES_IMAGE_ROW,
                                  patches.n_columns / fixture.model->preprocess.merge_size,
                                  positions);
          pisces_llama_forward_at (llama, cache, y, x, positions, 0);
          assert_values (fixture.backend, y, expected_states (&fixture, view, n_layers),
                         (gsize) rows->len * fixture.hidden, what);
        }
    }
  fixture_clear (&fixture);
}

/* The state after the prompt, the state after each token of the answer when it comes
 * alone, all ids, and the place where the text ends.  */
static void
test_write (gconstpointer name)
{
  Fixture fixture = { 0 };

  fixture_init (&fixture, name);
  for (guint p = 0; p < N_QUESTIONS * fixture.n_views; p++)
    {
      g_auto (PiscesPatches)  patches  = { 0 };
      guint                   n_new;
      g_autofree gint64      *new      = list (&fixture, "new", p, &n_new);
      g_autofree gchar       *key      = g_strdup_printf ("new_%u", p);
      g_autoptr (GArray)      prompt   = prompt_of (&fixture, p);
      const gfloat           *expected = expected_answer (&fixture, p);
      PiscesTensor            rows     = look (&fixture, p / N_QUESTIONS, &patches);
      PiscesTensor            state    = pisces_backend_alloc (fixture.backend, 2, 1,
                                                               fixture.hidden);
      PiscesTensor            x        = pisces_backend_alloc (fixture.backend, 2, 1,
                                                               fixture.hidden);
      PiscesWriter            writer;

      pisces_writer_init (&writer, qwen_model_language (fixture.model),
                          prompt->len + GOLDEN_TOKENS);
      writer.image_rows    = rows;
      writer.image_columns = patches.n_columns / fixture.model->preprocess.merge_size;
      pisces_writer_read (&writer, prompt, state);
      for (guint i = 0; i <= n_new; i++)
        {
          g_autofree gchar *what = g_strdup_printf ("prompt %u, %u tokens later", p, i);
          const gint32      id   = i < n_new ? new[i] : 0;

          assert_values (fixture.backend, state, expected + (gsize) i * fixture.hidden,
                         fixture.hidden, what);
          if (i == n_new)
            break;
          pisces_llama_embed (fixture.model->llama, x, &id);
          pisces_llama_forward (fixture.model->llama, writer.cache, state, x);
        }
      assert_written (fixture.lists, key, &writer, prompt);
      pisces_writer_clear (&writer);
    }
  g_assert_cmpfloat (expected_answer (&fixture, N_QUESTIONS * fixture.n_views) - fixture.values,
                     ==, fixture.n_values);
  fixture_clear (&fixture);
}

gint
main (gint    argc,
      gchar **argv)
{
  static const gchar *const names[] = { "qwen", "qwen-newer" };
  static const struct { const gchar *claim; GTestDataFunc func; } claims[] =
  {
    { "pictures-have-the-reference's-sizes",    test_sizes          },
    { "texts-have-the-reference's-ids",         test_texts          },
    { "prompts-and-places-are-the-reference's", test_prompts        },
    { "marks-in-a-text-are-text",               test_marks_are_text },
    { "every-layer-sees-what-it-should",        test_look           },
    { "every-layer-reads-what-it-should",       test_layers         },
    { "it-writes-what-transformers-writes",     test_write          },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint j = 0; j < G_N_ELEMENTS (claims); j++)
      {
        g_autofree gchar *path = g_strdup_printf ("/%s/%s", names[i], claims[j].claim);

        g_test_add_data_func (path, names[i], claims[j].func);
      }

  return g_test_run ();
}
