/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Matrices that the CPU can multiply as they lie in a file stay there: loading
 * takes no memory for them, and pictures and words are the same bytes as when
 * all is read.  A file that another program cuts short or writes into ends the
 * job that runs with a sentence; the next one reads the model again.
 */

#include <fcntl.h>
#include <unistd.h>

#include "engine/model/weight-files.h"
#include "tests/engine/model-copy.h"

#define UNET "unet/diffusion_pytorch_model.safetensors"

static gchar *model;                     /* nano with its matrices in 8 bits */

static PiscesGenerateRequest *
star (void)
{
  PiscesGenerateRequest *request = pisces_generate_request_new ("a red star");

  request->temperature = 0;
  request->seed        = 4;
  request->steps       = 4;

  return request;
}

static PiscesGenerateResult *
draw (PiscesEngine  *engine,
      GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request = star ();

  return pisces_engine_generate (engine, request, NULL, NULL, NULL, error);
}

static PiscesPicture *
picture_of (PiscesGenerateResult *result)
{
  return result->pictures->pdata[0];
}

static void
assert_same_picture (PiscesGenerateResult *a,
                     PiscesGenerateResult *b)
{
  PiscesImage *one   = picture_of (a)->image;
  PiscesImage *other = picture_of (b)->image;

  g_assert_cmpmem (one->pixels, one->width * one->height * 4,
                   other->pixels, other->width * other->height * 4);
}

static gchar *
describe (PiscesEngine *engine,
          PiscesImage  *image)
{
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
  result  = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return g_strdup (result->short_text);
}

static gint
n_loads (PiscesEngine *engine)
{
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

  return status->n_loads;
}

/* Of this process, in memory that lies in no file.  */
static guint64
anonymous_bytes (void)
{
  g_autofree gchar *text = NULL;
  const gchar      *at;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  at = strstr (text, "RssAnon:");
  g_assert_nonnull (at);

  return g_ascii_strtoull (at + strlen ("RssAnon:"), NULL, 10) * 1024;
}

/* Of a model's matrices that can stay where they are.  */
static guint64
quantised_bytes (void)
{
  static const gchar *const places[] = { ".", "unet", "vae" };
  static const gchar *const stems[]  = { "model", "diffusion_pytorch_model",
                                         "diffusion_pytorch_model" };
  guint64                   n_bytes  = 0;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree gchar             *folder = g_build_filename (model, places[i], NULL);
      g_autoptr (PiscesWeightFiles) files  = pisces_weight_files_open (folder, stems[i], NULL);
      const gchar *const           *names  = pisces_weight_files_get_names (files, NULL);

      for (; *names; names++)
        if (g_str_has_suffix (*names, ".q8_0"))
          {
            g_autofree gchar *name = g_strndup (*names, strlen (*names) - strlen (".q8_0"));
            PiscesHostTensor  tensor;

            g_assert_true (pisces_weight_files_find (files, name, &tensor));
            n_bytes += pisces_host_tensor_n_bytes (&tensor);
          }
    }

  return n_bytes;
}

/* In a process of its own, whose memory nothing else has been in.  */
static void
test_load (void)
{
  g_autoptr (PiscesEngine) engine = NULL;
  g_autoptr (GError)       error  = NULL;
  g_autofree gchar        *taken  = NULL;
  guint64                  before;

  if (! g_test_subprocess ())
    return;

  engine = pisces_engine_new (model, "cpu");
  before = anonymous_bytes ();
  pisces_engine_load (engine, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  taken = g_strdup_printf ("%" G_GUINT64_FORMAT, anonymous_bytes () - before);
  g_assert_true (g_file_set_contents (g_getenv ("PISCES_TEST_TAKEN"), taken, -1, NULL));
}

static void
test_no_second_copy (void)
{
  g_autofree gchar *path = g_build_filename (model, "taken", NULL);
  guint64           taken[2];

  g_setenv ("PISCES_TEST_TAKEN", path, TRUE);
  g_setenv ("PISCES_TEST_MODEL", model, TRUE);
  for (gint may_map = 0; may_map < 2; may_map++)
    {
      g_autofree gchar *text = NULL;

      if (! may_map)
        g_setenv ("PISCES_MAP", "no", TRUE);
      g_test_trap_subprocess ("/mapped/no-second-copy/subprocess/load", 0, 0);
      g_unsetenv ("PISCES_MAP");
      g_test_trap_assert_passed ();
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      taken[may_map] = g_ascii_strtoull (text, NULL, 10);
    }
  g_remove (path);

  g_test_message ("%.1f MB of memory with files that are read, %.1f MB with mapped ones, whose "
                  "matrices have %.1f MB", taken[0] / 1e6, taken[1] / 1e6, quantised_bytes () / 1e6);
  g_assert_cmpuint (quantised_bytes (), >, 8000000);
  g_assert_cmpuint (taken[0], >, taken[1] + quantised_bytes () * 9 / 10);
}

static void
test_same_bytes (void)
{
  g_autoptr (PiscesEngine)         read   = pisces_engine_new (model, "cpu");
  g_autoptr (PiscesEngine)         mapped = pisces_engine_new (model, "cpu");
  g_autoptr (GError)               error  = NULL;
  g_autoptr (PiscesGenerateResult) a      = NULL;
  g_autoptr (PiscesGenerateResult) b      = NULL;
  g_autofree gchar                *says_a = NULL;
  g_autofree gchar                *says_b = NULL;

  g_setenv ("PISCES_MAP", "no", TRUE);
  a = draw (read, &error);
  g_assert_no_error (error);
  g_unsetenv ("PISCES_MAP");
  b = draw (mapped, &error);
  g_assert_no_error (error);

  assert_same_picture (a, b);
  says_a = describe (read, picture_of (a)->image);
  says_b = describe (mapped, picture_of (a)->image);
  g_assert_cmpstr (says_a, ==, says_b);
}

/*  what another program does with the file  */

static void
cut_short (const gchar *path)
{
  g_assert_cmpint (truncate (path, 4096), ==, 0);
}

/* Of the same length as before.  */
static void
write_into (const gchar *path)
{
  const guint8 nothing[64] = { 0 };
  gint         fd          = g_open (path, O_WRONLY, 0);

  g_assert_cmpint (pwrite (fd, nothing, sizeof (nothing), 100000), ==, sizeof (nothing));
  close (fd);
}

typedef struct
{
  void        (* damage) (const gchar *path);
  const gchar *path;
  gboolean     is_done;
} Damage;

/* Before anything is drawn.  Progress may come late, so the job that is damaged
 * has many steps, and the file is needed in each.  */
static void
do_damage (const PiscesProgress *progress,
           gpointer              data)
{
  Damage *damage = data;

  if (damage->is_done || progress->stage < PISCES_STAGE_PLANNING)
    return;
  damage->damage (damage->path);
  damage->is_done = TRUE;
}

static gchar *
copy_of_model (void)
{
  gchar *folder = g_dir_make_tmp ("pisces-model-XXXXXX", NULL);

  copy_model_files (model, folder);

  return folder;
}

static void
test_changed_in_a_job (gconstpointer damage_func)
{
  gchar                           *folder = copy_of_model ();
  g_autofree gchar                *path   = g_build_filename (folder, UNET, NULL);
  g_autoptr (PiscesEngine)         engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateResult) before = NULL;
  g_autoptr (PiscesGenerateResult) after  = NULL;
  g_autoptr (GError)               error  = NULL;
  g_autoptr (PiscesGenerateRequest) long_one = star ();
  Damage                           damage = { damage_func, path };
  g_autofree gchar                *bytes  = NULL;
  gsize                            n_bytes;

  before = draw (engine, &error);
  g_assert_no_error (error);

  bytes = read_file (folder, UNET, &n_bytes);
  long_one->steps = 100;
  g_assert_null (pisces_engine_generate (engine, long_one, do_damage, &damage, NULL, &error));
  g_assert_true (damage.is_done);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_assert_nonnull (strstr (error->message, path));
  g_test_message ("%s", error->message);
  g_clear_error (&error);

  write_file (folder, UNET, bytes, n_bytes);
  after = draw (engine, &error);
  g_assert_no_error (error);
  assert_same_picture (before, after);

  remove_model (folder);
}

/* Between two jobs it may have become another model, or none.  */
static void
test_changed_between_jobs (void)
{
  gchar                           *folder = copy_of_model ();
  g_autofree gchar                *path   = g_build_filename (folder, UNET, NULL);
  g_autoptr (PiscesEngine)         engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateResult) before = NULL;
  g_autoptr (PiscesGenerateResult) after  = NULL;
  g_autoptr (PiscesGenerateResult) again  = NULL;
  g_autoptr (GError)               error  = NULL;
  g_autofree gchar                *bytes  = NULL;
  gsize                            n_bytes;

  before = draw (engine, &error);
  g_assert_no_error (error);
  again = draw (engine, &error);
  g_assert_no_error (error);
  g_assert_cmpint (n_loads (engine), ==, 1);

  /* Written anew in place, as some programs save files.  */
  bytes = read_file (folder, UNET, &n_bytes);
  cut_short (path);
  g_assert_true (g_file_set_contents_full (path, bytes, n_bytes, G_FILE_SET_CONTENTS_NONE, 0600,
                                           &error));
  after = draw (engine, &error);
  g_assert_no_error (error);
  assert_same_picture (before, after);
  g_assert_cmpint (n_loads (engine), ==, 2);

  cut_short (path);
  g_assert_null (draw (engine, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_assert_nonnull (strstr (error->message, path));

  remove_model (folder);
}

/* What is found late is found all the same, and a check of the whole model
 * finds it at once.  */
static void
test_not_finite (void)
{
  gchar                       *folder   = copy_of_model ();
  g_autofree gchar            *unet     = g_build_filename (folder, "unet", NULL);
  g_autofree gchar            *path     = g_build_filename (folder, UNET, NULL);
  g_autoptr (PiscesEngine)     engine   = pisces_engine_new (folder, "cpu");
  PiscesWeightFiles           *files    = pisces_weight_files_open (unet,
                                                                    "diffusion_pytorch_model", NULL);
  const gchar *const          *names    = pisces_weight_files_get_names (files, NULL);
  g_autofree gchar            *bytes    = NULL;
  g_autofree gchar            *name     = NULL;
  g_autoptr (PiscesModelInfo)  info     = NULL;
  g_autoptr (GError)           error    = NULL;
  const _Float16               infinity = (_Float16) __builtin_inff ();
  PiscesHostTensor             tensor, mapped;
  guint8                      *at;
  gsize                        n_scales;
  gsize                        n_bytes;

  while (! g_str_has_suffix (*names, ".q8_0"))
    names++;
  name = g_strndup (*names, strlen (*names) - strlen (".q8_0"));
  g_assert_true (pisces_weight_files_find (files, name, &tensor));
  g_assert_true (pisces_host_tensor_map (&tensor, &mapped));

  /* The place of its scales, found by their bytes.  */
  bytes = read_file (folder, UNET, &n_bytes);
  n_scales = pisces_host_tensor_count (&mapped) / 32 * 2;
  at       = memmem (bytes, n_bytes, mapped.scales, n_scales);
  g_assert_nonnull (at);
  memcpy (at + n_scales - 2, &infinity, 2);
  pisces_weight_files_free (files);
  write_file (folder, UNET, bytes, n_bytes);

  pisces_engine_load (engine, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (draw (engine, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_assert_nonnull (strstr (error->message, name));
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  info = pisces_model_verify (folder, &error);
  g_assert_null (info);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);

  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_autofree gchar *scratch = g_dir_make_tmp ("pisces-mapped-XXXXXX", NULL);
  guint             n       = 0;
  gint              result;

  g_test_init (&argc, &argv, NULL);

  /* That of the process which has started this one.  */
  model = g_strdup (g_getenv ("PISCES_TEST_MODEL"));
  if (! model)
    {
      model = g_build_filename (scratch, "q8_0", NULL);
      g_assert_true (pisces_quantise_model (PISCES_NANO, model, "q8_0", &n, NULL));
    }

  g_test_add_func ("/mapped/no-second-copy", test_no_second_copy);
  g_test_add_func ("/mapped/no-second-copy/subprocess/load", test_load);
  g_test_add_func ("/mapped/same-bytes", test_same_bytes);
  g_test_add_data_func ("/mapped/cut-short-in-a-job", cut_short, test_changed_in_a_job);
  g_test_add_data_func ("/mapped/written-into-in-a-job", write_into, test_changed_in_a_job);
  g_test_add_func ("/mapped/changed-between-jobs", test_changed_between_jobs);
  g_test_add_func ("/mapped/not-finite", test_not_finite);

  result = g_test_run ();
  if (! g_test_subprocess ())
    remove_model (model);
  g_rmdir (scratch);

  return result;
}
