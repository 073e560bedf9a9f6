/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If the CUDA device has too little memory, cannot be opened, computes wrong
 * results or fails, the job is finished all the same: with smaller weights, or
 * on the CPU, and the status says so in a sentence.  A backend that was not
 * requested by name is used only after its ops have agreed with the CPU's.
 */

#include <glib/gstdio.h>
#include <string.h>

#include "cuda-emulation.h"
#include "tests/engine/fixture.h"

/* What the caller has received while a job runs.  */
typedef struct
{
  GPtrArray *pictures;
} Given;

static gchar *links;      /* a folder of folders in which the automatic choice
                           * finds a device                                 */


static PiscesEngine *
new_engine (const gchar *backend)
{
  g_autofree gchar *folder = tiny_model ();

  return pisces_engine_new (folder, backend);
}

static void
end_engine (PiscesEngine *engine)
{
  g_object_unref (engine);
  for (guint i = 0; i < 6000 && cuda_emulation_n_live () > 0; i++)
    {
      /* A signal about an unload may still have a reference.  */
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
  g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
}

static void
take_picture (const PiscesProgress *progress,
              gpointer              user_data)
{
  Given *given = user_data;

  if (progress->picture)
    g_ptr_array_add (given->pictures, pisces_picture_ref (progress->picture));
}

/* Draws this many pictures; those that arrive during the job must be the
 * same.  */
static PiscesGenerateResult *
draw (PiscesEngine *engine,
      guint         n)
{
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  g_autoptr (GPtrArray)             given   =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_picture_unref);
  Given                             all     = { given };
  PiscesGenerateResult             *result;
  GError                           *error   = NULL;

  request->steps = 1;
  request->count = n;
  result = pisces_engine_generate (engine, request, take_picture, &all, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->pictures->len, ==, n);
  g_assert_cmpuint (given->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_true (given->pdata[i] == result->pictures->pdata[i]);

  return result;
}

/* Checks the pictures, the backend that drew them, and its reason; a job that
 * was started again must also report it.  */
static void
expect (PiscesEngine         *engine,
        PiscesGenerateResult *result,
        const gchar          *backend,
        const gchar          *reason)
{
  g_autoptr (PiscesStatus)  status  = pisces_engine_get_status (engine);
  PiscesPicture            *picture = result->pictures->pdata[result->pictures->len - 1];

  g_test_message ("%s: %s", status->backend, status->backend_reason);
  g_assert_cmpstr (status->backend, ==, backend);
  g_assert_cmpstr (picture->backend, ==, backend);
  g_assert_true (g_regex_match_simple (reason, status->backend_reason, 0, 0));
  g_assert_true (g_str_has_suffix (status->backend_reason, "."));
}

static void
expect_said (PiscesEngine         *engine,
             PiscesGenerateResult *result)
{
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

  g_assert_cmpuint (g_strv_length (result->warnings), >=, 1);
  g_assert_cmpstr (result->warnings[0], ==, status->backend_reason);
}

/* A link is needed, because the linker treats the same path as the same
 * module.  */
static void
link_device (const gchar *module)
{
  g_autofree gchar *file   = g_strdup_printf ("libpisces-%s.so", module);
  g_autofree gchar *target = g_build_filename (g_getenv ("MODULES"), file, NULL);
  g_autofree gchar *folder = g_build_filename (links, module, NULL);
  g_autofree gchar *name   = g_build_filename (folder, "libpisces-cuda.so", NULL);

  g_mkdir (folder, 0700);
  if (! g_file_test (name, G_FILE_TEST_IS_SYMLINK))
    g_assert_cmpint (symlink (target, name), ==, 0);
  g_setenv ("PISCES_BACKEND_DIR", folder, TRUE);
}

static void
forget_device (const gchar *module)
{
  g_autofree gchar *folder = g_build_filename (links, module, NULL);
  g_autofree gchar *name   = g_build_filename (folder, "libpisces-cuda.so", NULL);

  g_unlink (name);
  g_rmdir (folder);
}

static void
unlink_device (void)
{
  g_setenv ("PISCES_BACKEND_DIR", g_getenv ("MODULES"), TRUE);
}


static void
test_one_refusal (void)
{
  PiscesEngine                     *engine = new_engine ("cuda-emulated");
  g_autoptr (PiscesGenerateResult)  result = NULL;

  g_setenv ("PISCES_CHECK_OPS", "no", TRUE);
  cuda_emulation_fail ("cudaMalloc", 9, cudaErrorMemoryAllocation);
  result = draw (engine, 1);
  cuda_emulation_fail (NULL, 0, cudaSuccess);
  expect (engine, result, "cuda-emulated",
          "^The model's matrices are rounded to 8 bits: [0-9]+ bytes of the "
          "device's memory for the weight '.*' were refused, where [0-9]+ are "
          "free: out of memory\\.$");
  expect_said (engine, result);
  g_unsetenv ("PISCES_CHECK_OPS");
  end_engine (engine);
}

static void
test_too_little_memory (void)
{
  PiscesEngine                     *engine = new_engine ("cuda-emulated");
  g_autoptr (PiscesGenerateResult)  first  = NULL;
  g_autoptr (PiscesGenerateResult)  second = NULL;

  g_setenv ("PISCES_CHECK_OPS", "no", TRUE);
  cuda_emulation_set_memory (200000);
  first = draw (engine, 1);
  expect (engine, first, "cpu", "^The CPU is used: [0-9]+ bytes of the device's "
                                "memory for .* were refused, where [0-9]+ are free");
  expect_said (engine, first);

  /* The choice stays as long as the model is loaded, and is reported once.  */
  second = draw (engine, 1);
  expect (engine, second, "cpu", "^The CPU is used: ");
  g_assert_cmpuint (g_strv_length (second->warnings), ==,
                    g_strv_length (first->warnings) - 1);
  g_clear_pointer (&second, pisces_generate_result_free);

  cuda_emulation_set_memory ((size_t) 4 << 30);
  pisces_engine_unload (engine);
  second = draw (engine, 1);
  expect (engine, second, "cuda-emulated", "^cuda-emulated was asked for\\.$");
  g_unsetenv ("PISCES_CHECK_OPS");
  end_engine (engine);
}

static void
test_no_device (void)
{
  PiscesEngine                     *engine = new_engine ("cuda-emulated");
  g_autoptr (PiscesGenerateResult)  result = NULL;

  cuda_emulation_set_devices (0);
  result = draw (engine, 1);
  cuda_emulation_set_devices (1);
  expect (engine, result, "cpu", "^The CPU is used: No CUDA device: ");
  expect_said (engine, result);
  end_engine (engine);
}

/* The budget applies to the device, and not to the CPU that replaces it.  */
static void
test_budget_of_no_device (void)
{
  PiscesEngine                     *engine = new_engine ("cuda-emulated");
  g_autoptr (PiscesGenerateResult)  result = NULL;
  g_autoptr (PiscesStatus)          status = NULL;

  cuda_emulation_set_devices (0);
  pisces_engine_set_memory_budget (engine, 100000);
  result = draw (engine, 1);
  cuda_emulation_set_devices (1);
  expect (engine, result, "cpu", "^The CPU is used: No CUDA device: ");
  status = pisces_engine_get_status (engine);
  g_assert_cmpuint (status->resident_bytes, >, 100000);
  end_engine (engine);
}

static void
test_no_way_back (void)
{
  PiscesEngine                     *engine = new_engine ("cuda-emulated");
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  g_autoptr (GError)                error   = NULL;

  g_setenv ("PISCES_FALLBACK", "no", TRUE);
  cuda_emulation_set_devices (0);
  g_assert_null (pisces_engine_generate (engine, request, NULL, NULL, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND);
  cuda_emulation_set_devices (1);
  g_unsetenv ("PISCES_FALLBACK");
  end_engine (engine);
}

static void
test_auto_takes_it (void)
{
  PiscesEngine                     *engine = new_engine (NULL);
  g_autoptr (PiscesGenerateResult)  result = NULL;

  link_device ("cuda-emulated");
  cuda_emulation_reset_counts ();
  result = draw (engine, 1);
  unlink_device ();
  expect (engine, result, "cuda-emulated", "^There is a CUDA device\\.$");
  g_assert_cmpuint (g_strv_length (result->warnings), ==, 0);
  end_engine (engine);
}

static void
test_auto_is_overruled (void)
{
  PiscesEngine                     *engine = new_engine (NULL);
  g_autoptr (PiscesGenerateResult)  result = NULL;

  link_device ("cuda-emulated");
  g_setenv ("PISCES_BACKEND", "cpu", TRUE);
  result = draw (engine, 1);
  g_unsetenv ("PISCES_BACKEND");
  unlink_device ();
  expect (engine, result, "cpu", "^The CPU was asked for\\.$");
  end_engine (engine);
}

static void
test_wrong_op (void)
{
  PiscesEngine                     *engine = new_engine (NULL);
  g_autoptr (PiscesGenerateResult)  result = NULL;

  link_device ("cuda-mistaken");
  g_setenv ("PISCES_TEST_MISTAKE", "rope-begins-late", TRUE);
  result = draw (engine, 1);
  g_unsetenv ("PISCES_TEST_MISTAKE");
  unlink_device ();
  expect (engine, result, "cpu", "^The CPU is used: The device '.*' does not "
          "compute what the CPU does, in [0-9]+ of [0-9]+ trials: 'rope' differs");
  expect_said (engine, result);
  end_engine (engine);
}

/* The failure is in the second of two pictures, after the first has been
 * delivered.  */
static void
test_failure_at_work (void)
{
  PiscesEngine                     *engine = new_engine (NULL);
  g_autoptr (PiscesGenerateResult)  one    = NULL;
  g_autoptr (PiscesGenerateResult)  two    = NULL;
  PiscesPicture                    *first;
  glong                             n;

  link_device ("cuda-emulated");
  one = draw (engine, 1);
  cuda_emulation_reset_counts ();
  g_clear_pointer (&one, pisces_generate_result_free);
  one = draw (engine, 1);
  n   = cuda_emulation_n_calls ("cudaLaunchKernel");
  g_assert_cmpint (n, >, 10);

  cuda_emulation_fail ("cudaLaunchKernel", n + n / 2, cudaErrorUnknown);
  two = draw (engine, 2);
  cuda_emulation_fail (NULL, 0, cudaSuccess);
  unlink_device ();
  expect (engine, two, "cpu", "^The CPU is used: The CUDA device failed at ");
  expect_said (engine, two);
  first = two->pictures->pdata[0];
  g_assert_cmpstr (first->backend, ==, "cuda-emulated");
  end_engine (engine);
}

/* Every error after which CUDA requires the process to end.  */
static const cudaError_t lost[] =
{
  cudaErrorECCUncorrectable, cudaErrorContained, cudaErrorIllegalAddress,
  cudaErrorLaunchTimeout, cudaErrorAssert, cudaErrorHardwareStackError,
  cudaErrorIllegalInstruction, cudaErrorMisalignedAddress,
  cudaErrorInvalidAddressSpace, cudaErrorInvalidPc, cudaErrorLaunchFailure,
  cudaErrorTensorMemoryLeak, cudaErrorMpsClientTerminated, cudaErrorExternalDevice
};

static gchar *
begins (const gchar *format,
        cudaError_t  failure)
{
  return g_strdup_printf (format, cudaGetErrorString (failure));
}

/* Although the device was requested by name, the job that loses it and all
 * later ones run on the CPU, until the process ends.  */
static void
test_lost_device (void)
{
  g_setenv ("PISCES_CHECK_OPS", "no", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (lost); i++)
    {
      PiscesEngine                     *engine = new_engine ("cuda-emulated");
      g_autoptr (PiscesGenerateResult)  result = NULL;
      g_autofree gchar                 *at_work = NULL;
      g_autofree gchar                 *later   = NULL;

      at_work = begins ("^The CPU is used: The CUDA device failed at .* of [0-9]+ by [0-9]+: "
                        "%s\\. This process cannot use the device again: restart GIMP, or the "
                        "program that uses Pisces, to use it again\\.$", lost[i]);
      later   = begins ("^The CPU is used: The CUDA device '.*' failed and cannot be used again "
                        "by this process: %s\\. Restart GIMP, or the program that uses Pisces, "
                        "to use it again\\.$", lost[i]);

      cuda_emulation_fail ("cudaLaunchKernel", 200, lost[i]);
      result = draw (engine, 1);
      cuda_emulation_fail (NULL, 0, cudaSuccess);
      expect (engine, result, "cpu", at_work);
      expect_said (engine, result);

      /* Also after the model was freed, and for another engine.  */
      pisces_engine_unload (engine);
      g_clear_pointer (&result, pisces_generate_result_free);
      result = draw (engine, 1);
      expect (engine, result, "cpu", later);
      expect_said (engine, result);
      end_engine (engine);

      engine = new_engine ("cuda-emulated");
      g_clear_pointer (&result, pisces_generate_result_free);
      result = draw (engine, 1);
      expect (engine, result, "cpu", later);
      end_engine (engine);
      cuda_emulation_relaunch ();
    }
  g_unsetenv ("PISCES_CHECK_OPS");
}

/* If the device is lost while memory is allocated, for weights or for results,
 * that is not treated as a lack of memory.  */
static void
test_lost_at_memory (void)
{
  g_setenv ("PISCES_CHECK_OPS", "no", TRUE);
  for (gint loaded = 0; loaded < 2; loaded++)
    {
      PiscesEngine                     *engine = new_engine ("cuda-emulated");
      g_autoptr (PiscesGenerateResult)  result = NULL;

      if (loaded)
        g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, NULL));
      cuda_emulation_fail ("cudaMalloc", loaded ? 1 : 9, cudaErrorIllegalAddress);
      result = draw (engine, 1);
      cuda_emulation_fail (NULL, 0, cudaSuccess);
      expect (engine, result, "cpu", "^The CPU is used: The CUDA device gives no memory.*: an "
              "illegal memory access was encountered\\. This process cannot use the device");
      end_engine (engine);
      cuda_emulation_relaunch ();
    }
  g_unsetenv ("PISCES_CHECK_OPS");
}

static void
test_lost_without_way_back (void)
{
  PiscesEngine                     *engine  = new_engine ("cuda-emulated");
  g_autoptr (PiscesGenerateRequest) request = small_request ();

  g_setenv ("PISCES_FALLBACK", "no", TRUE);
  g_setenv ("PISCES_CHECK_OPS", "no", TRUE);
  for (gint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i == 0)
        cuda_emulation_fail ("cudaLaunchKernel", 200, cudaErrorLaunchTimeout);
      g_assert_null (pisces_engine_generate (engine, request, NULL, NULL, NULL, &error));
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND);
      g_assert_true (g_str_has_suffix (error->message, "to use it again."));
    }
  cuda_emulation_fail (NULL, 0, cudaSuccess);
  cuda_emulation_relaunch ();
  g_unsetenv ("PISCES_CHECK_OPS");
  g_unsetenv ("PISCES_FALLBACK");
  end_engine (engine);
}

gint
main (gint    argc,
      gchar **argv)
{
  gint code;

  g_test_init (&argc, &argv, NULL);
  links = g_dir_make_tmp ("pisces-test-XXXXXX", NULL);

  g_test_add_func ("/cuda/one-refusal-rounds-the-weights", test_one_refusal);
  g_test_add_func ("/cuda/too-little-memory-gives-way-to-the-cpu", test_too_little_memory);
  g_test_add_func ("/cuda/no-device-gives-way-to-the-cpu", test_no_device);
  g_test_add_func ("/cuda/the-budget-is-not-for-the-cpu-instead", test_budget_of_no_device);
  g_test_add_func ("/cuda/nothing-gives-way-where-that-is-forbidden", test_no_way_back);
  g_test_add_func ("/cuda/the-automatic-choice-takes-a-device", test_auto_takes_it);
  g_test_add_func ("/cuda/the-environment-overrules-it", test_auto_is_overruled);
  g_test_add_func ("/cuda/a-wrong-op-gives-way-to-the-cpu", test_wrong_op);
  g_test_add_func ("/cuda/a-failure-at-work-gives-way-to-the-cpu", test_failure_at_work);
  g_test_add_func ("/cuda/a-lost-device-stays-lost", test_lost_device);
  g_test_add_func ("/cuda/a-device-lost-at-memory-is-no-want-of-it", test_lost_at_memory);
  g_test_add_func ("/cuda/a-lost-device-is-told-where-nothing-gives-way",
                   test_lost_without_way_back);
  code = g_test_run ();

  forget_device ("cuda-emulated");
  forget_device ("cuda-mistaken");
  g_rmdir (links);
  g_free (links);
  return code;
}
