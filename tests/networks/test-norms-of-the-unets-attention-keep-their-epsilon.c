/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The norms of the UNet's attention use the fixed epsilons of diffusers, 1e-6
 * for the groups before it and 1e-5 for the rows inside, whatever the
 * configuration says for other norms.  This is visible with values so small
 * that epsilon is most of the divisor.
 */

#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "engine/networks/unet-transformer.h"
#include "engine/pisces.h"

#define WIDTH  4
#define GATE   10.0                        /* whose GELU is itself */

typedef struct { const gchar *name; gint n_dims; gint64 dims[2]; } Tensor;

static const Tensor tensors[] =
{
  { "norm.weight", 1, { WIDTH } }, { "norm.bias", 1, { WIDTH } },
  { "proj_in.weight", 2, { WIDTH, WIDTH } }, { "proj_in.bias", 1, { WIDTH } },
  { "proj_out.weight", 2, { WIDTH, WIDTH } }, { "proj_out.bias", 1, { WIDTH } },
  { "transformer_blocks.0.norm1.weight", 1, { WIDTH } }, { "transformer_blocks.0.norm1.bias", 1, { WIDTH } },
  { "transformer_blocks.0.norm2.weight", 1, { WIDTH } }, { "transformer_blocks.0.norm2.bias", 1, { WIDTH } },
  { "transformer_blocks.0.norm3.weight", 1, { WIDTH } }, { "transformer_blocks.0.norm3.bias", 1, { WIDTH } },
  { "transformer_blocks.0.attn1.to_q.weight", 2, { WIDTH, WIDTH } },
  { "transformer_blocks.0.attn1.to_k.weight", 2, { WIDTH, WIDTH } },
  { "transformer_blocks.0.attn1.to_v.weight", 2, { WIDTH, WIDTH } },
  { "transformer_blocks.0.attn1.to_out.0.weight", 2, { WIDTH, WIDTH } },
  { "transformer_blocks.0.attn1.to_out.0.bias", 1, { WIDTH } },
  { "transformer_blocks.0.attn2.to_q.weight", 2, { WIDTH, WIDTH } },
  { "transformer_blocks.0.attn2.to_k.weight", 2, { WIDTH, WIDTH } },
  { "transformer_blocks.0.attn2.to_v.weight", 2, { WIDTH, WIDTH } },
  { "transformer_blocks.0.attn2.to_out.0.weight", 2, { WIDTH, WIDTH } },
  { "transformer_blocks.0.attn2.to_out.0.bias", 1, { WIDTH } },
  { "transformer_blocks.0.ff.net.0.proj.weight", 2, { 8 * WIDTH, WIDTH } },
  { "transformer_blocks.0.ff.net.0.proj.bias", 1, { 8 * WIDTH } },
  { "transformer_blocks.0.ff.net.2.weight", 2, { WIDTH, 4 * WIDTH } },
  { "transformer_blocks.0.ff.net.2.bias", 1, { WIDTH } },
};

/* The attentions give zeros; the feed-forward part gives its norm times
 * GATE.  */
static gfloat
value_of (const gchar *name,
          gint64       row,
          gint64       column)
{
  if (strstr (name, "norm") && g_str_has_suffix (name, "weight"))
    return 1;
  if (g_str_has_suffix (name, "net.0.proj.bias"))
    return row >= 4 * WIDTH ? GATE : 0;
  if (g_str_has_suffix (name, "proj_in.weight"))
    return row == column ? 1e-3 : 0;       /* small again behind the norm */
  if (g_str_has_suffix (name, "proj_out.weight") || g_str_has_suffix (name, "net.2.weight") ||
      g_str_has_suffix (name, "net.0.proj.weight"))
    return row == column;
  return 0;
}

static gchar *
write_weights (void)
{
  gchar               *folder = g_dir_make_tmp ("pisces-norms-XXXXXX", NULL);
  g_autofree gchar    *path   = g_build_filename (folder, "model.safetensors", NULL);
  g_autoptr (GString)  header = g_string_new ("{");
  g_autoptr (GString)  bytes  = g_string_new (NULL);
  g_autoptr (GString)  data   = g_string_new (NULL);
  guint64              length;

  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    {
      const Tensor *t     = &tensors[i];
      const gint64  width = t->n_dims > 1 ? t->dims[1] : 1;
      const gsize   begin = data->len;

      for (gint64 r = 0; r < t->dims[0]; r++)
        for (gint64 c = 0; c < width; c++)
          {
            const gfloat value = value_of (t->name, r, c);

            g_string_append_len (data, (const gchar *) &value, sizeof (value));
          }
      g_string_append_printf (header, "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%d%s],\"data_offsets\":[%zu,%zu]}",
                              i ? "," : "", t->name, (gint) t->dims[0],
                              t->n_dims == 1 ? "" : width == WIDTH ? ",4" : ",16", begin, data->len);
    }
  g_string_append_c (header, '}');
  length = GUINT64_TO_LE (header->len);
  g_string_append_len (bytes, (const gchar *) &length, sizeof (length));
  g_string_append_len (bytes, header->str, header->len);
  g_string_append_len (bytes, data->str, data->len);
  g_assert_true (g_file_set_contents (path, bytes->str, bytes->len, NULL));

  return folder;
}

static void
normalize (const gdouble *x,
           gdouble       *y,
           gdouble        epsilon)
{
  gdouble mean = 0, variance = 0;

  for (gint i = 0; i < WIDTH; i++)
    mean += x[i] / WIDTH;
  for (gint i = 0; i < WIDTH; i++)
    variance += (x[i] - mean) * (x[i] - mean) / WIDTH;
  for (gint i = 0; i < WIDTH; i++)
    y[i] = (x[i] - mean) / sqrt (variance + epsilon);
}

static void
test_epsilons (void)
{
  const gfloat                   input[WIDTH] = { 1e-4f, -2e-4f, 3e-4f, -1e-4f };
  g_autofree gchar              *folder = write_weights ();
  g_autofree gchar              *path   = g_build_filename (folder, "model.safetensors", NULL);
  PiscesBackend                 *backend = pisces_backend_open ("cpu", NULL);
  g_autoptr (GError)             error  = NULL;
  g_autoptr (PiscesWeightFiles)  files  = pisces_weight_files_open (folder, "model", &error);
  PiscesWeightSource            *source;
  PiscesTransformer              transformer = { .width = WIDTH, .n_heads = 1, .n_groups = 1, .n_blocks = 1 };
  PiscesTensor                   x, states, keys_values[1];
  gfloat                         found[WIDTH];
  gdouble                        in[WIDTH], h[WIDTH], inner[WIDTH];

  g_assert_no_error (error);
  pisces_backend_begin (backend, NULL);
  source = pisces_weight_source_new (backend, files, "");
  pisces_transformer_load (&transformer, source, WIDTH);
  pisces_weight_source_check (source, &error);
  g_assert_no_error (error);

  x      = pisces_backend_alloc (backend, 4, 1, 1, 1, WIDTH);
  states = pisces_backend_alloc (backend, 2, 1, WIDTH);
  pisces_upload (backend, x, input);
  pisces_upload (backend, states, input);
  pisces_transformer_context (backend, &transformer, keys_values, states);
  pisces_transformer_forward (backend, &transformer, keys_values, x);
  g_assert_true (pisces_download (backend, found, x));

  for (gint i = 0; i < WIDTH; i++)
    in[i] = input[i];
  normalize (in, h, 1e-6);
  for (gint i = 0; i < WIDTH; i++)
    h[i] *= 1e-3;
  normalize (h, inner, 1e-5);
  for (gint i = 0; i < WIDTH; i++)
    {
      const gdouble expected = in[i] + h[i] + GATE * inner[i];

      g_test_message ("%g, expected %g", found[i], expected);
      g_assert_cmpfloat_with_epsilon (found[i], expected, 1e-4 * fabs (expected) + 1e-7);
    }

  pisces_transformer_clear (&transformer);
  pisces_weight_source_free (source);
  pisces_backend_close (backend);
  g_remove (path);
  g_rmdir (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unet/attention/epsilons", test_epsilons);

  return g_test_run ();
}
