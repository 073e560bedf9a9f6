/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small models of CLIP and DINOv2 with random weights cut the same square from the
 * middle of a picture as transformers' processors, byte for byte, make the same vector
 * of it as its classes, and say the same of how alike two pictures are.  With matrices
 * in 8 and 4 bits they say nearly the same.  The values are made by
 * golden/make-embedders.py.
 */

#include <math.h>
#include <string.h>

#include "engine/families/embedder.h"
#include "tests/engine/model-copy.h"

/* What memory for work is taken in at the least.  */
#define LEAST_BLOCK_BYTES (5 << 20)

static const gchar *const names[] = { "clip", "clip-vision", "dinov2" };

static gchar *
folder_of (const gchar *name)
{
  return g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
}

static PiscesConfig *
lists_of (const gchar *name)
{
  g_autofree gchar *file   = g_strconcat (name, ".json", NULL);
  g_autofree gchar *path   = folder_of (file);
  GError           *error  = NULL;
  PiscesConfig     *config = pisces_config_load (path, &error);

  g_assert_no_error (error);

  return config;
}

static PiscesImage *
picture (const gint64 *sizes,
         guint         i)
{
  return i == 0 ? sample_picture () : strange_picture (sizes[2 * i], sizes[2 * i + 1]);
}

static void
check_bytes (const PiscesPreprocess *settings,
             PiscesImage            *image,
             const gchar            *digest)
{
  PiscesPreprocess   plain  = *settings;
  const gsize        n      = (gsize) plain.size * plain.size * 3;
  g_autofree gfloat *values = g_new (gfloat, n);
  g_autofree guint8 *bytes  = g_new (guint8, n);
  g_autofree gchar  *found  = NULL;
  GError            *error  = NULL;

  plain.scale = 1.0f;
  for (gint c = 0; c < 3; c++)
    {
      plain.mean[c] = 0.0f;
      plain.std[c]  = 1.0f;
    }
  pisces_preprocess_run (&plain, image, plain.size, 3, values, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < n; i++)
    bytes[i] = values[i];
  found = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, n);
  if (! g_str_equal (found, digest))
    g_error ("%d × %d pixels became other bytes", image->width, image->height);
}

static void
test_cuts (void)
{
  g_autoptr (PiscesConfig) lists   = lists_of ("clip");
  guint                    n;
  g_autofree gint64       *cuts    = pisces_config_int_array (lists, "cuts", 0, 1 << 16, &n);
  g_auto (GStrv)           digests = pisces_config_string_array (lists, "cut_digests");
  const guint              n_digests = g_strv_length (digests);

  g_assert_cmpuint (n, ==, 5 * n_digests);
  for (guint i = 0; i < n_digests; i++)
    {
      const gint64            *cut      = cuts + 5 * i;
      const PiscesPreprocess   settings =
      {
        .middle_edge = cut[0], .size = cut[1], .middle_stretches = cut[2],
        .resample = PISCES_RESAMPLE_BICUBIC
      };
      g_autoptr (PiscesImage)  image    = strange_picture (cut[3], cut[4]);

      check_bytes (&settings, image, digests[i]);
    }
}

static void
test_vectors (gconstpointer name)
{
  g_autofree gchar         *folder   = folder_of (name);
  g_autoptr (PiscesConfig)  lists    = lists_of (name);
  const PiscesFamily       *family   = pisces_family_find (folder, NULL);
  PiscesBackend            *backend  = pisces_backend_open ("cpu", NULL);
  g_autoptr (PiscesEngine)  engine   = pisces_engine_new (NULL, "cpu");
  guint                     n_sizes, n_values, n_alike;
  g_autofree gint64        *sizes    = pisces_config_int_array (lists, "pictures", 1, 1 << 16,
                                                                &n_sizes);
  g_auto (GStrv)            digests  = pisces_config_string_array (lists, "digests");
  g_autofree gdouble       *vectors  = pisces_config_double_array (lists, "vectors", -1e3, 1e3,
                                                                   &n_values);
  g_autofree gdouble       *alike    = pisces_config_double_array (lists, "alike", -1.1, 1.1,
                                                                   &n_alike);
  const guint               n_digests = g_strv_length (digests);
  const guint               width    = n_values / n_digests;
  g_autofree gfloat        *expected = g_new (gfloat, n_values);
  g_autoptr (PiscesImage)   first    = sample_picture ();
  GError                   *error    = NULL;
  EmbedderModel            *model;
  gdouble                   worst    = 0.0;

  for (guint i = 0; i < n_values; i++)
    expected[i] = vectors[i];
  pisces_backend_begin (backend, NULL);
  model = family->load (folder, backend, NULL, &error);
  g_assert_no_error (error);
  pisces_engine_set_model (engine, PISCES_ROLE_COMPARE, folder, "cpu");

  for (guint i = 0; i < n_digests; i++)
    {
      g_autoptr (PiscesImage) image  = picture (sizes, i);
      g_autoptr (GArray)      vector = g_array_new (FALSE, FALSE, sizeof (gfloat));
      gdouble                 found;

      check_bytes (&model->preprocess, image, digests[i]);
      family->embed (model, image, NULL, vector, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (vector->len, ==, width);
      worst = MAX (worst, relative_error ((gfloat *) vector->data, expected + i * width, width));

      pisces_engine_compare (engine, first, image, &found, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat (fabs (found - alike[i]), <, 1e-5);
    }
  g_test_message ("largest difference: %.2g", worst);
  g_assert_cmpfloat (worst, <, 1e-4);

  family->free (model);
  pisces_backend_close (backend);
}

/* Only the chosen model is loaded to compare.  */
static void
test_role (void)
{
  g_autofree gchar           *folder = folder_of ("clip");
  g_autoptr (PiscesEngine)    engine = tiny_engine ();
  g_autoptr (PiscesImage)     a      = sample_picture ();
  g_autoptr (PiscesImage)     b      = strange_picture (64, 48);
  g_autoptr (PiscesStatus)    before = pisces_engine_get_status (engine);
  g_autoptr (PiscesStatus)    chosen = NULL, after = NULL, last = NULL;
  g_autoptr (PiscesModelInfo) info   = NULL;
  g_autoptr (GError)          error  = NULL;
  gdouble                     by_the_drawer, by_clip, again;

  g_assert_null (pisces_status_get_model (before, PISCES_ROLE_COMPARE));
  g_assert_true (pisces_engine_compare (engine, a, b, &by_the_drawer, NULL, NULL));
  pisces_engine_unload (engine);

  pisces_engine_set_model (engine, PISCES_ROLE_COMPARE, folder, "cpu");
  chosen = pisces_engine_get_status (engine);
  g_assert_cmpstr (pisces_status_get_model (chosen, PISCES_ROLE_COMPARE)->folder, ==, folder);
  g_assert_true (pisces_engine_compare (engine, a, b, &by_clip, NULL, NULL));
  g_assert_cmpfloat (fabs (by_clip - by_the_drawer), >, 1e-3);
  after = pisces_engine_get_status (engine);
  g_assert_true (pisces_status_get_model (after, PISCES_ROLE_COMPARE)->loaded);
  g_assert_false (pisces_status_get_model (after, PISCES_ROLE_DRAW)->loaded);

  /* About the memory that was foretold: the small model's weights in float32.  */
  info = pisces_model_inspect (folder, NULL);
  g_assert_cmpint (info->abilities.roles, ==, PISCES_ROLE_COMPARE);
  g_test_message ("foretold %" G_GUINT64_FORMAT ", held %" G_GUINT64_FORMAT,
                  info->memory_bytes, after->resident_bytes);
  g_assert_cmpuint (after->resident_bytes, >, info->memory_bytes / 2);
  g_assert_cmpuint (after->resident_bytes, <, info->memory_bytes + LEAST_BLOCK_BYTES);

  pisces_engine_set_model (engine, PISCES_ROLE_COMPARE, NULL, "cpu");
  last = pisces_engine_get_status (engine);
  g_assert_null (pisces_status_get_model (last, PISCES_ROLE_COMPARE));
  g_assert_true (pisces_engine_compare (engine, a, b, &again, NULL, NULL));
  g_assert_cmpfloat (again, ==, by_the_drawer);

  /* It does nothing else.  */
  pisces_engine_set_model (engine, PISCES_ALL_ROLES, folder, "cpu");
  g_assert_false (pisces_engine_load (engine, NULL, NULL, NULL, &error) &&
                  pisces_engine_score (engine, a, "a red star", NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "only compares"));
}

static void
test_quantised (gconstpointer name)
{
  static const struct { const gchar *type; gdouble most; } types[] =
  {
    { "q8_0", 0.01 }, { "q4_0", 0.2 }
  };
  g_autofree gchar        *folder = folder_of (name);
  g_autoptr (PiscesImage)  a      = sample_picture ();
  g_autoptr (PiscesImage)  b      = strange_picture (97, 41);
  gdouble                  whole;

  for (guint i = 0; i <= G_N_ELEMENTS (types); i++)
    {
      gchar                       *copy    = i ? copy_golden (name) : NULL;
      g_autofree gchar            *rounded = g_strconcat (copy ? copy : "", ".rounded", NULL);
      g_autoptr (PiscesEngine)     engine  = pisces_engine_new (NULL, "cpu");
      g_autoptr (PiscesModelInfo)  sound   = NULL;
      GError                      *error   = NULL;
      guint                        n       = 0;
      gdouble                      found;

      if (i)
        {
          g_assert_true (pisces_quantise_model (copy, rounded, types[i - 1].type, &n, &error));
          /* Per layer: queries, keys, values, the end of attention, and two more; and
           * CLIP's projection.  */
          g_assert_cmpuint (n, >=, 18);
          sound = pisces_model_verify (rounded, &error);
          g_assert_no_error (error);
          g_assert_cmpuint (g_strv_length (sound->remarks), ==, 0);
        }
      pisces_engine_set_model (engine, PISCES_ROLE_COMPARE, i ? rounded : folder, "cpu");
      pisces_engine_compare (engine, a, b, &found, NULL, &error);
      g_assert_no_error (error);
      if (i == 0)
        {
          whole = found;
          continue;
        }
      g_test_message ("%s: %.4f in place of %.4f", types[i - 1].type, found, whole);
      g_assert_cmpfloat (fabs (found - whole), >, 0.0);
      g_assert_cmpfloat (fabs (found - whole), <, types[i - 1].most);
      remove_model (g_steal_pointer (&rounded));
      remove_model (copy);
    }
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/embedders/the-middle-is-cut-out", test_cuts);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/embedders/%s/vectors", names[i]);

      g_test_add_data_func (path, names[i], test_vectors);
    }
  g_test_add_func ("/embedders/a-model-to-compare-with", test_role);
  g_test_add_data_func ("/embedders/clip/quantised", "clip", test_quantised);
  g_test_add_data_func ("/embedders/dinov2/quantised", "dinov2", test_quantised);

  return g_test_run ();
}
