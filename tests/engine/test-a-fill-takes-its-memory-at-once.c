/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All the memory that is needed to draw a part of a picture anew is planned and taken
 * before the job begins, also what looking at the rest of the picture needs.
 */

#include "engine/families/pisces/model.h"
#include "tests/engine/model-copy.h"


static void
report_nothing (PiscesJob            *job,
                const PiscesProgress *progress)
{
}

/* Returns how many pieces of memory a job with the model takes.  */
static guint
pieces_of (const gchar                 *folder,
           const PiscesGenerateRequest *request)
{
  g_autoptr (GError)    error    = NULL;
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) pictures =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_picture_unref);
  PiscesBackend        *backend  = pisces_backend_open ("cpu", &error);
  PiscesJob             job      = { .warnings = warnings, .report = report_nothing };
  PiscesModel          *model;
  guint                 n_pieces;

  g_assert_no_error (error);
  pisces_backend_begin (backend, NULL);
  model = pisces_model_load (folder, backend, &job, &error);
  g_assert_no_error (error);
  pisces_backend_trim (backend);
  g_assert_cmpuint (backend->blocks->len, ==, 0);

  pisces_family_generate (model, request, &job, pictures, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pictures->len, ==, 1);
  n_pieces = backend->blocks->len;

  pisces_model_free (model);
  pisces_backend_close (backend);

  return n_pieces;
}

/* Makes a vision encoder look at pictures of twice the side: there is a new table of
 * positions.  */
static void
enlarge_tower (const gchar *folder,
               const gchar *tower)
{
  const gsize       n_more = 64 * 48 * sizeof (guint16);
  g_autofree gchar *zeros  = g_malloc0 (n_more);
  g_autofree gchar *name   =
    g_strdup_printf ("\"%s.vision_model.embeddings.position_embedding.weight\"", tower);

  replace_tensor (folder, "model.safetensors", name, "64,48", zeros, n_more);
  replace (folder, "config.json", "\"image_size\": 64", "\"image_size\": 128");
}

/* All that a job needs is taken in one piece before it begins.  The model looks at
 * larger pictures than it draws, so that looking takes more than drawing.  Without a
 * plan it also describes what is around the hole.  */
static void
test_memory (void)
{
  gchar                  *folder = copy_model ();
  g_autoptr (PiscesImage) image  = sample_picture ();
  guint8                 *bytes  = g_malloc0 (64 * 48);
  g_autoptr (GBytes)      mask   = g_bytes_new_take (bytes, 64 * 48);

  memset (bytes + 64 * 16, 255, 64 * 16);
  enlarge_tower (folder, "vision_tower");
  enlarge_tower (folder, "gen_vision_tower");
  replace_all (folder, "preprocessor_config.json", "64", "128");
  replace (folder, "config.json", "\"gen_pool_size\": 2", "\"gen_pool_size\": 4");
  replace (folder, "config.json", "\"paint_channels\"",
           "\"plan_places\": { \"grid\": 16, \"sizes\": 8, \"least_size\": 0.1, "
           "\"size_step\": 0.035 }, \"paint_channels\"");

  for (guint has_plan = 0; has_plan < 2; has_plan++)
    {
      g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");

      request->plan  = g_strdup (has_plan ? "red star x3 y4 s5" : NULL);
      request->steps = 2;
      pisces_generate_request_set_edit (request, image, mask, 1.0);
      g_assert_cmpuint (pieces_of (folder, request), ==, 1);
    }
  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fill-memory/is-taken-at-once", test_memory);

  return g_test_run ();
}
