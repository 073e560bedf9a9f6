/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With a memory budget, weights are read from their files again and again.  If
 * another program shortens such a file or writes into it in the meantime, the
 * job ends with a sentence, but the process does not; and when the file is
 * complete again, the next job works as before.
 */

#include <fcntl.h>
#include <unistd.h>

#include "tests/engine/model-copy.h"

static const gchar *const weights[] =
{
  "model.safetensors", "unet/diffusion_pytorch_model.safetensors",
  "vae/diffusion_pytorch_model.safetensors",
};

/* How a file is changed, and how many of them.  */
typedef struct
{
  const gchar  *name;
  void       (* damage) (const gchar *path);
  guint         n_files;
} Claim;

static void
cut_short (const gchar *path)
{
  g_assert_cmpint (truncate (path, 4096), ==, 0);
}

static void
empty (const gchar *path)
{
  g_assert_cmpint (truncate (path, 0), ==, 0);
}

/* The length stays the same.  */
static void
write_into (const gchar *path)
{
  const guint8 nothing[4096] = { 0 };
  gint         fd            = g_open (path, O_WRONLY, 0);

  g_assert_cmpint (pwrite (fd, nothing, sizeof (nothing), 8192), ==, sizeof (nothing));
  close (fd);
}

/* Half of the memory of all weights, so that they are freed and loaded
 * again.  */
static PiscesEngine *
engine_with_budget (const gchar *folder)
{
  g_autoptr (PiscesEngine) whole  = pisces_engine_new (folder, "cpu");
  PiscesEngine            *engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesStatus) status = NULL;
  g_autoptr (GError)       error  = NULL;

  pisces_engine_load (whole, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  status = pisces_engine_get_status (whole);
  pisces_engine_set_memory_budget (engine, status->resident_bytes / 2);

  return engine;
}

static PiscesGenerateResult *
draw (PiscesEngine  *engine,
      GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red star");

  request->plan  = g_strdup ("white background; red star x8 y8 s7");
  request->seed  = 4;
  request->steps = 2;

  return pisces_engine_generate (engine, request, NULL, NULL, NULL, error);
}

/* nano is used, because the small random model needs more memory for its work
 * than for its weights.  */
static gchar *
copy_nano (void)
{
  gchar *folder = g_dir_make_tmp ("pisces-model-XXXXXX", NULL);

  copy_model_files (PISCES_NANO, folder);

  return folder;
}

static void
test_damage (gconstpointer data)
{
  const Claim                     *claim  = data;
  gchar                           *folder = copy_nano ();
  g_autoptr (PiscesEngine)         engine = engine_with_budget (folder);
  g_autoptr (PiscesGenerateResult) before = NULL;
  g_autoptr (PiscesImage)          image  = sample_picture ();
  g_autoptr (GError)               error  = NULL;

  before = draw (engine, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < claim->n_files; i++)
    {
      g_autofree gchar                *path   = g_build_filename (folder, weights[i], NULL);
      g_autoptr (PiscesGenerateResult) result = NULL;
      g_autoptr (GError)               told   = NULL;
      g_autofree gchar                *bytes  = NULL;
      PiscesImage                     *was, *is;
      gsize                            n_bytes;

      bytes = read_file (folder, weights[i], &n_bytes);
      claim->damage (path);

      g_assert_null (draw (engine, &told));
      g_assert_error (told, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
      g_test_message ("%s", told->message);
      g_assert_nonnull (strstr (told->message, path));
      g_assert_true (g_str_has_suffix (told->message, "."));

      write_file (folder, weights[i], bytes, n_bytes);
      result = draw (engine, &error);
      g_assert_no_error (error);
      was = ((PiscesPicture *) before->pictures->pdata[0])->image;
      is  = ((PiscesPicture *) result->pictures->pdata[0])->image;
      g_assert_cmpmem (is->pixels, is->width * is->height * 4,
                       was->pixels, was->width * was->height * 4);
    }

  remove_model (folder);
}

/* Without a budget the files are no longer needed.  */
static void
test_loaded_whole (void)
{
  gchar                           *folder = copy_model ();
  g_autoptr (PiscesEngine)         engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateResult) result = NULL;
  g_autoptr (GError)               error  = NULL;

  pisces_engine_load (engine, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    {
      g_autofree gchar *path = g_build_filename (folder, weights[i], NULL);

      cut_short (path);
    }
  result = draw (engine, &error);
  g_assert_no_error (error);
  g_assert_nonnull (result);

  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  static const Claim claims[] =
  {
    { "in-the-middle", cut_short, 3 },
    { "to-nothing", empty, 1 },
    { "written-into", write_into, 1 },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    {
      g_autofree gchar *path = g_strconcat ("/cut-short/", claims[i].name, NULL);

      g_test_add_data_func (path, &claims[i], test_damage);
    }
  g_test_add_func ("/cut-short/not-needed-any-more", test_loaded_whole);

  return g_test_run ();
}
