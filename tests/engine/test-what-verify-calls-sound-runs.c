/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What verify accepts can be used, and what cannot be used it refuses: each
 * setting of each configuration is changed in turn to other values, each
 * tensor to another shape, another type and a value that is not a number, and
 * every model that passes must describe and draw.
 */

#include <sys/wait.h>
#include <unistd.h>
#include <yyjson.h>

#include "tests/engine/model-copy.h"

/* The result of a child process for one model.  */
enum { SOUND, REFUSED, BAD_SENTENCE, USE_FAILED };

#define PATIENCE_S 60

static const gchar *const config_files[] =
{
  "config.json", "preprocessor_config.json", "unet/config.json",
  "vae/config.json", "scheduler/scheduler_config.json",
};

static const gchar *const weight_files[] =
{
  "model.safetensors", "unet/diffusion_pytorch_model.safetensors",
  "vae/diffusion_pytorch_model.safetensors",
};

/* The values that replace each setting, as JSON: the first ones always; of the
 * others, a different one for each setting, or all of them with `-m thorough`,
 * which takes minutes.  */
#define N_QUICK_VALUES 3
#define N_TURN_VALUES  4

static const gchar *const values[] =
{
  "null", "0", "1e30",
  "1", "3", "64", "\"\"",
  "true", "false", "2", "5", "7", "-1", "0.5", "1e-30", "1000000", "\"gelu\"", "\"{image}\"",
  "[]", "[1]", "[8, 8]", "{}",
};

static guint n_tried, n_sound;

/* Every job that a person can request.  */
static gboolean
use (const gchar *folder)
{
  g_autoptr (PiscesEngine)          engine   = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) draw     = pisces_generate_request_new ("two red stars");
  g_autoptr (PiscesDescribeRequest) describe = NULL;
  g_autoptr (PiscesGenerateResult)  drawn    = NULL;
  g_autoptr (PiscesDescribeResult)  told     = NULL;
  g_autoptr (PiscesImage)           image    = sample_picture ();
  g_autoptr (GError)                error    = NULL;
  gdouble                           likeness;

  describe = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG);
  told     = pisces_engine_describe (engine, describe, NULL, NULL, NULL, &error);
  if (told == NULL)
    {
      g_printerr ("# describe: %s\n", error->message);
      return FALSE;
    }

  /* With the model's default number of steps, and with previews.  */
  draw->negative_prompt = g_strdup ("blue");
  draw->want_previews   = TRUE;
  drawn = pisces_engine_generate (engine, draw, NULL, NULL, NULL, &error);
  if (drawn == NULL)
    {
      g_printerr ("# draw: %s\n", error->message);
      return FALSE;
    }

  /* Some models cannot do this, and say so.  */
  if (! pisces_engine_compare (engine, image, image, &likeness, NULL, &error) &&
      ! g_error_matches (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED))
    {
      g_printerr ("# compare: %s\n", error->message);
      return FALSE;
    }

  return TRUE;
}

static gint
look_at (const gchar *folder)
{
  g_autoptr (GError)          error = NULL;
  g_autoptr (PiscesModelInfo) info  = pisces_model_verify (folder, &error);

  if (info)
    return use (folder) ? SOUND : USE_FAILED;

  if (error->domain != PISCES_ERROR || ! g_utf8_validate (error->message, -1, NULL) ||
      ! g_str_has_suffix (error->message, "."))
    {
      g_printerr ("# %s\n", error->message);
      return BAD_SENTENCE;
    }

  return REFUSED;
}

/* Runs in a separate process, so that a crash can be reported.  Returns:
 * whether the model is valid.  */
static gboolean
assert_consistent (const gchar *folder,
                   const gchar *what)
{
  const pid_t child  = fork ();
  gint        status = 0;

  if (child == 0)
    {
      alarm (PATIENCE_S);
      _exit (look_at (folder));
    }

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  n_tried++;
  if (! WIFEXITED (status))
    g_printerr ("# crashed by signal %d: %s\n", WTERMSIG (status), what);
  else if (WEXITSTATUS (status) != SOUND && WEXITSTATUS (status) != REFUSED)
    g_printerr ("# %s: %s\n", WEXITSTATUS (status) == BAD_SENTENCE ? "no sentence" : "called sound", what);
  else
    {
      n_sound += WEXITSTATUS (status) == SOUND;
      return WEXITSTATUS (status) == SOUND;
    }
  g_test_fail ();

  return FALSE;
}

/*  configurations  */

static void
try_value (const gchar *folder,
           const gchar *name,
           yyjson_doc  *doc,
           const gchar *pointer,
           const gchar *json)
{
  yyjson_mut_doc   *changed = yyjson_doc_mut_copy (doc, NULL);
  yyjson_doc       *other   = yyjson_read (json, strlen (json), 0);
  yyjson_mut_val   *value   = yyjson_val_mut_copy (changed, yyjson_doc_get_root (other));
  g_autofree gchar *what    = g_strdup_printf ("%s%s = %s", name, pointer, json);
  gchar            *text;

  g_assert_true (yyjson_mut_doc_ptr_set (changed, pointer, value));
  text = yyjson_mut_write (changed, 0, NULL);
  write_file (folder, name, text, -1);
  assert_consistent (folder, what);

  free (text);
  yyjson_doc_free (other);
  yyjson_mut_doc_free (changed);
}

static void
try_values (const gchar *folder,
            const gchar *name,
            yyjson_doc  *doc,
            const gchar *pointer)
{
  static guint turn = 0;

  turn = (turn + 1) % N_TURN_VALUES;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (i < N_QUICK_VALUES || i == N_QUICK_VALUES + turn || g_test_thorough ())
      try_value (folder, name, doc, pointer, values[i]);
}

static void
walk (const gchar *folder,
      const gchar *name,
      yyjson_doc  *doc,
      yyjson_val  *object,
      const gchar *prefix)
{
  yyjson_obj_iter  iter;
  yyjson_val      *key;

  yyjson_obj_iter_init (object, &iter);
  while ((key = yyjson_obj_iter_next (&iter)))
    {
      yyjson_val       *value   = yyjson_obj_iter_get_val (key);
      g_autofree gchar *pointer = g_strdup_printf ("%s/%s", prefix, yyjson_get_str (key));

      try_values (folder, name, doc, pointer);
      if (yyjson_is_obj (value))
        walk (folder, name, doc, value, pointer);
    }
}

static void
test_settings (gconstpointer data)
{
  const gchar      *name   = data;
  gchar            *folder = copy_model ();
  gsize             length;
  g_autofree gchar *text   = read_file (folder, name, &length);
  yyjson_doc       *doc    = yyjson_read (text, length, 0);

  n_tried = n_sound = 0;
  walk (folder, name, doc, yyjson_doc_get_root (doc), "");
  g_test_message ("%u models, %u of them sound", n_tried, n_sound);
  g_assert_cmpuint (n_sound, >, 0);
  g_assert_cmpuint (n_sound, <, n_tried);

  yyjson_doc_free (doc);
  remove_model (folder);
}

/*  tensors  */

/* Writes the file again with another header.  */
static void
write_weights (const gchar    *folder,
               const gchar    *name,
               yyjson_mut_doc *header,
               const gchar    *data,
               gsize           n_data)
{
  g_autoptr (GString)  bytes = g_string_new (NULL);
  gsize                n;
  gchar               *json   = yyjson_mut_write (header, 0, &n);
  guint64              length = GUINT64_TO_LE (n);

  g_string_append_len (bytes, (const gchar *) &length, sizeof (length));
  g_string_append_len (bytes, json, n);
  g_string_append_len (bytes, data, n_data);
  write_file (folder, name, bytes->str, bytes->len);
  free (json);
}

static void
try_header (const gchar *folder,
            const gchar *name,
            yyjson_doc  *header,
            const gchar *tensor,
            const gchar *key,
            const gchar *value,
            const gchar *data,
            gsize        n_data)
{
  yyjson_mut_doc   *changed = yyjson_doc_mut_copy (header, NULL);
  yyjson_mut_val   *entry   = yyjson_mut_obj_get (yyjson_mut_doc_get_root (changed), tensor);
  yyjson_doc       *other   = yyjson_read (value, strlen (value), 0);
  g_autofree gchar *what    = g_strdup_printf ("%s: %s: %s = %s", name, tensor, key, value);

  yyjson_mut_obj_remove_key (entry, key);
  yyjson_mut_obj_add_val (changed, entry, key,
                          yyjson_val_mut_copy (changed, yyjson_doc_get_root (other)));
  write_weights (folder, name, changed, data, n_data);
  assert_consistent (folder, what);

  yyjson_doc_free (other);
  yyjson_mut_doc_free (changed);
}

/* The encoder of the autoencoder is not needed.  */
static gboolean
is_read (const gchar *name,
         const gchar *tensor)
{
  return ! g_str_has_prefix (name, "vae/") ||
         (! g_str_has_prefix (tensor, "encoder.") && ! g_str_has_prefix (tensor, "quant_conv."));
}

static void
try_tensor (const gchar *folder,
            const gchar *name,
            yyjson_doc  *header,
            const gchar *tensor,
            yyjson_val  *entry,
            gchar       *data,
            gsize        n_data)
{
  yyjson_val          *shape   = yyjson_obj_get (entry, "shape");
  gsize                end     = yyjson_get_uint (yyjson_arr_get (yyjson_obj_get (entry, "data_offsets"), 1));
  yyjson_mut_doc      *same    = yyjson_doc_mut_copy (header, NULL);
  g_autoptr (GString)  flat    = g_string_new ("[");
  g_autoptr (GString)  deep    = g_string_new ("[1");
  g_autoptr (GString)  turned  = g_string_new ("[");
  g_autofree gchar    *nan     = g_strdup_printf ("%s: NaN in %s", name, tensor);
  guint64              n       = 1;
  gchar                kept;

  for (gsize i = 0; i < yyjson_arr_size (shape); i++)
    {
      n *= yyjson_get_uint (yyjson_arr_get (shape, i));
      g_string_append_printf (deep, ",%" G_GUINT64_FORMAT, yyjson_get_uint (yyjson_arr_get (shape, i)));
      g_string_append_printf (turned, "%s%" G_GUINT64_FORMAT, i ? "," : "",
                              yyjson_get_uint (yyjson_arr_get (shape, yyjson_arr_size (shape) - 1 - i)));
    }
  g_string_append_printf (flat, "%" G_GUINT64_FORMAT "]", n);
  g_string_append_c (deep, ']');
  g_string_append_c (turned, ']');

  try_header (folder, name, header, tensor, "shape", flat->str, data, n_data);
  try_header (folder, name, header, tensor, "shape", deep->str, data, n_data);
  try_header (folder, name, header, tensor, "shape", turned->str, data, n_data);
  try_header (folder, name, header, tensor, "dtype", "\"I16\"", data, n_data);

  /* Of both 16-bit types.  */
  kept          = data[end - 1];
  data[end - 1] = 0x7f;
  data[end - 2] = 0xff;
  write_weights (folder, name, same, data, n_data);
  if (assert_consistent (folder, nan) && is_read (name, tensor))
    g_error ("%s was not refused", nan);
  data[end - 1] = kept;

  yyjson_mut_doc_free (same);
}

/* Tensors that no network reads, and one in twenty of the others.  */
static gboolean
is_chosen (const gchar *tensor,
           guint        i)
{
  return i % 20 == 0 || g_str_has_prefix (tensor, "decoder_adapter") ||
         strstr (tensor, "projector") || strstr (tensor, "visual_projection");
}

static void
test_tensors (gconstpointer data)
{
  const gchar      *name   = data;
  gchar            *folder = copy_model ();
  gsize             length;
  g_autofree gchar *bytes  = read_file (folder, name, &length);
  guint64           n_header;
  yyjson_doc       *header;
  yyjson_obj_iter   iter;
  yyjson_val       *key;
  guint             n_tensors = 0;

  memcpy (&n_header, bytes, sizeof (n_header));
  n_header = GUINT64_FROM_LE (n_header);
  header   = yyjson_read (bytes + 8, n_header, 0);

  n_tried = n_sound = 0;
  yyjson_obj_iter_init (yyjson_doc_get_root (header), &iter);
  while ((key = yyjson_obj_iter_next (&iter)))
    if (! yyjson_equals_str (key, "__metadata__") &&
        (g_test_thorough () || is_chosen (yyjson_get_str (key), n_tensors++)))
      {
        g_autofree gchar *sound = g_memdup2 (bytes + 8 + n_header, length - 8 - n_header);

        try_tensor (folder, name, header, yyjson_get_str (key), yyjson_obj_iter_get_val (key),
                    sound, length - 8 - n_header);
      }
  g_test_message ("%u models, %u of them sound", n_tried, n_sound);
  g_assert_cmpuint (n_sound, <, n_tried);

  yyjson_doc_free (header);
  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* Threads do not survive a fork.  */
  g_setenv ("OMP_NUM_THREADS", "1", TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (config_files); i++)
    {
      g_autofree gchar *path = g_strconcat ("/verify/settings/", config_files[i], NULL);

      g_test_add_data_func (path, config_files[i], test_settings);
    }
  for (guint i = 0; i < G_N_ELEMENTS (weight_files); i++)
    {
      g_autofree gchar *path = g_strconcat ("/verify/tensors/", weight_files[i], NULL);

      g_test_add_data_func (path, weight_files[i], test_tensors);
    }

  return g_test_run ();
}
