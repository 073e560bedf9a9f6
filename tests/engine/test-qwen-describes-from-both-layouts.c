/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small Qwen2.5-VL describes, answers and scores, and the same weights in the other
 * of the two published layouts give the same bytes.  The models and what transformers
 * makes of them come from golden/make-qwen.py.
 */

#include <math.h>
#include <string.h>

#include "engine/families/qwen/model.h"
#include "tests/engine/model-copy.h"

static gchar *
qwen_folder (const gchar *name)
{
  return g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
}

static gchar *
told_by (const gchar *folder,
         gboolean     closer,
         GArray      *vector)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)           sample  = sample_picture ();
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  GError                           *error   = NULL;

  request = pisces_describe_request_new (sample, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_ANSWER);
  request->question    = g_strdup ("What's in the 2nd row?");
  request->language    = g_strdup ("de");
  request->context     = g_strdup ("a photo for a shop");
  request->look_closer = closer;
  result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (result->warnings), ==, 0);

  if (vector)
    {
      PiscesBackend *backend = pisces_backend_open ("cpu", &error);
      QwenModel     *model;

      g_assert_no_error (error);
      pisces_backend_begin (backend, NULL);
      model = qwen_model_load (folder, backend, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (qwen_embed (model, sample, NULL, vector, &error));
      qwen_model_free (model);
      pisces_backend_close (backend);
    }

  return g_strjoin ("\n", result->short_text, result->answer, NULL);
}

/* Writes the names of all tensors anew.  */
static void
rename_tensors (const gchar *folder,
                const gchar *const (*names)[2])
{
  gsize               length;
  g_autofree gchar   *content = read_file (folder, "model.safetensors", &length);
  guint64             n_old   = GUINT64_FROM_LE (*(guint64 *) content);
  g_autofree gchar   *old     = g_strndup (content + 8, n_old);
  g_autoptr (GString) header  = g_string_new (g_strchomp (old));
  g_autoptr (GString) whole   = g_string_new (NULL);
  guint64             n_new;

  for (guint i = 0; names[i][0]; i++)
    g_string_replace (header, names[i][0], names[i][1], 0);
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');
  n_new = GUINT64_TO_LE (header->len);
  g_string_append_len (whole, (const gchar *) &n_new, 8);
  g_string_append_len (whole, header->str, header->len);
  g_string_append_len (whole, content + 8 + n_old, length - 8 - n_old);
  write_file (folder, "model.safetensors", whole->str, whole->len);
}

/* The same weights in the other layout give the same bytes.  */
static void
test_layouts (gconstpointer name)
{
  static const gchar *const newer[][2] =
  {
    { "\"visual.",            "\"model.visual."                      },
    { "\"model.layers",       "\"model.language_model.layers"       },
    { "\"model.embed_tokens", "\"model.language_model.embed_tokens" },
    { "\"model.norm",         "\"model.language_model.norm"         },
    { NULL,                   NULL                                  },
  };
  static const gchar *const older[][2] =
  {
    { "\"model.visual.",         "\"visual." },
    { "\"model.language_model.", "\"model."  },
    { NULL,                      NULL        },
  };
  gchar              *folder = copy_golden (name);
  g_autoptr (GArray)  a      = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autoptr (GArray)  b      = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autofree gchar   *usual  = told_by (folder, FALSE, a);
  g_autofree gchar   *other  = NULL;

  rename_tensors (folder, g_str_equal (name, "qwen") ? newer : older);
  other = told_by (folder, FALSE, b);
  g_assert_cmpstr (other, ==, usual);
  g_assert_cmpmem (a->data, a->len * sizeof (gfloat), b->data, b->len * sizeof (gfloat));
  remove_model (folder);
}

/* The whole way, through the engine.  */
static void
test_describe_and_score (gconstpointer name)
{
  g_autofree gchar            *folder = qwen_folder (name);
  g_autofree gchar            *json   = g_strdup_printf ("%s.json", folder);
  g_autoptr (PiscesConfig)     lists  = pisces_config_load (json, NULL);
  g_autoptr (PiscesEngine)     engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)      sample = sample_picture ();
  g_autofree gchar            *text   = told_by (folder, FALSE, NULL);
  g_autofree gchar            *closer = told_by (folder, TRUE, NULL);
  g_autoptr (PiscesScore)      score  = NULL;
  g_autoptr (PiscesModelInfo)  info   = NULL;
  gdouble                      likeness;
  GError                      *error  = NULL;

  /* A small picture has no more to see.  */
  g_assert_cmpstr (text, ==, closer);
  score = pisces_engine_score (engine, sample, "a red star", NULL, &error);
  g_assert_no_error (error);
  g_test_message ("share of yes: %g", score->match);
  g_assert_cmpfloat (fabs (score->match - pisces_config_double (lists, "yes_share", 0.0, 1.0)), <,
                     1e-4);

  g_assert_true (pisces_engine_compare (engine, sample, sample, &likeness, NULL, &error));
  g_assert_cmpfloat (likeness, >, 0.999);

  info = pisces_model_verify (folder, &error);
  g_assert_no_error (error);
  for (guint i = 0; info->remarks[i]; i++)
    g_test_message ("%s", info->remarks[i]);
  g_assert_cmpuint (g_strv_length (info->remarks), ==, 0);
  g_test_message ("%s", info->summary);
}

/* The view is the picture in the size that the model takes.  */
static void
test_view (gconstpointer name)
{
  g_autofree gchar         *folder     = qwen_folder (name);
  PiscesConfig             *settings   = NULL;
  g_autoptr (PiscesConfig)  file       = NULL;
  g_autoptr (PiscesImage)   sample     = sample_picture ();
  g_autoptr (PiscesImage)   view       = NULL;
  g_auto (PiscesPatches)    patches    = { 0 };
  PiscesPreprocess          preprocess = { 0 };
  GError                   *error      = NULL;

  view = pisces_model_view (folder, sample, &error);
  g_assert_no_error (error);
  file = pisces_preprocess_open (folder, &settings, &error);
  g_assert_no_error (error);
  pisces_preprocess_read (&preprocess, settings);
  pisces_patches_cut (&patches, &preprocess, sample, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (view->width, ==, patches.width);
  g_assert_cmpint (view->height, ==, patches.height);
  for (gint i = 0; i < patches.width * patches.height; i++)
    for (gint c = 0; c < 3; c++)
      g_assert_cmpint (view->pixels[4 * i + c], ==, patches.bytes[3 * i + c]);
}

gint
main (gint    argc,
      gchar **argv)
{
  static const gchar *const names[] = { "qwen", "qwen-newer" };
  static const struct { const gchar *claim; GTestDataFunc func; } claims[] =
  {
    { "both-layouts-give-the-same-bytes", test_layouts            },
    { "it-describes-and-scores",          test_describe_and_score },
    { "the-view-is-what-it-sees",         test_view               },
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
