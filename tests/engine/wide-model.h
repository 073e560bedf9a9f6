/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wide-model.h: models in the layout of the small ones of golden/, with other random
 * weights, and wide enough to be quantised: every matrix in the language model and in
 * the eye has rows of whole groups of 32.  What is written is not compared with
 * another program, so no other program is needed to make them.
 */

#pragma once

#include "engine/model/weight-files.h"
#include "tests/engine/model-copy.h"

typedef struct
{
  gint64 from, to;
} WideWidth;

typedef struct
{
  const gchar *file, *from, *to;      /* in the configurations; all are replaced */
} WideSetting;

typedef struct
{
  const gchar *name;
  WideWidth    widths[8];
  WideSetting  settings[8];
} WideModel;

static const WideModel wide_janus =
{
  .name     = "janus",
  .widths   = { { 40, 64 }, { 48, 64 }, { 72, 96 }, { 100, 160 } },
  .settings =
  {
    { "config.json", "\"hidden_size\": 48",           "\"hidden_size\": 64" },
    { "config.json", "\"hidden_size\": 40",           "\"hidden_size\": 64" },
    { "config.json", "\"head_dim\": 12",              "\"head_dim\": 16" },
    { "config.json", "\"intermediate_size\": 72",     "\"intermediate_size\": 96" },
    { "config.json", "\"projection_dim\": 48",        "\"projection_dim\": 64" },
    { "config.json", "\"image_token_embed_dim\": 48", "\"image_token_embed_dim\": 64" },
  },
};

static const WideModel wide_smolvlm =
{
  .name     = "smolvlm",
  .widths   = { { 8, 16 }, { 36, 64 }, { 40, 64 }, { 52, 96 }, { 72, 96 }, { 144, 256 } },
  .settings =
  {
    { "config.json", "\"hidden_size\": 40",        "\"hidden_size\": 64" },
    { "config.json", "\"hidden_size\": 36",        "\"hidden_size\": 64" },
    { "config.json", "\"head_dim\": 8",            "\"head_dim\": 16" },
    { "config.json", "\"intermediate_size\": 72",  "\"intermediate_size\": 96" },
    { "config.json", "\"intermediate_size\": 52",  "\"intermediate_size\": 96" },
    { "config.json", "\"num_attention_heads\": 5", "\"num_attention_heads\": 4" },
    { "config.json", "\"num_attention_heads\": 3", "\"num_attention_heads\": 2" },
  },
};

static const WideModel wide_qwen =
{
  .name     = "qwen",
  .widths   = { { 44, 96 }, { 48, 64 }, { 60, 64 }, { 72, 96 }, { 180, 192 }, { 240, 256 } },
  .settings =
  {
    { "config.json", "\"hidden_size\": 48",         "\"hidden_size\": 64" },
    { "config.json", "\"hidden_size\": 60",         "\"hidden_size\": 64" },
    { "config.json", "\"out_hidden_size\": 48",     "\"out_hidden_size\": 64" },
    { "config.json", "\"intermediate_size\": 72",   "\"intermediate_size\": 96" },
    { "config.json", "\"intermediate_size\": 44",   "\"intermediate_size\": 96" },
    { "config.json", "\"num_attention_heads\": 3",  "\"num_attention_heads\": 4" },
    { "config.json", "\"num_heads\": 3",            "\"num_heads\": 2" },
  },
};

/* Sizes of kernels and numbers of places stay.  */
static inline gint64
wide_dim (const WideModel        *model,
          const PiscesHostTensor *tensor,
          const gchar            *name,
          gint                    d)
{
  const gboolean is_place = d == 0 && strstr (name, "position_embedding");

  for (guint i = 0; i < G_N_ELEMENTS (model->widths) && d < 2 && ! is_place; i++)
    if (tensor->dims[d] == model->widths[i].from)
      return model->widths[i].to;

  return tensor->dims[d];
}

/* Values of about the size at which numbers neither grow nor vanish on their way, in
 * bfloat16.  */
static inline void
wide_append_values (GByteArray  *bytes,
                    GRand       *random,
                    const gchar *name,
                    gint         n_dims,
                    gint64       n,
                    gint64       n_in)
{
  const gboolean is_table = strstr (name, "embed_tokens") != NULL;
  const gdouble  spread   = n_dims == 1 ? 0.1 : is_table ? 1.0 : 1.0 / sqrt (n_in);
  const gdouble  middle   = n_dims == 1 && g_str_has_suffix (name, "weight") ? 1.0 : 0.0;

  for (gint64 i = 0; i < n; i++)
    {
      gfloat  value = middle + spread * g_rand_double_range (random, -1.7, 1.7);
      guint32 bits;
      guint16 half;

      memcpy (&bits, &value, sizeof (bits));
      half = GUINT16_TO_LE (bits >> 16);
      g_byte_array_append (bytes, (guint8 *) &half, sizeof (half));
    }
}

static inline void
wide_write_weights (const WideModel *model,
                    const gchar     *source,
                    const gchar     *folder)
{
  g_autoptr (PiscesWeightFiles) files  = pisces_weight_files_open (source, "model", NULL);
  g_autoptr (GByteArray)        bytes  = g_byte_array_new ();
  g_autoptr (GByteArray)        whole  = g_byte_array_new ();
  g_autoptr (GString)           header = g_string_new ("{");
  g_autoptr (GRand)             random = g_rand_new_with_seed (16);
  guint                         n_names;
  const gchar * const          *names  = pisces_weight_files_get_names (files, &n_names);
  guint64                       length;

  for (guint i = 0; i < n_names; i++)
    {
      const gsize      begin = bytes->len;
      gint64           n     = 1, n_in = 1;
      PiscesHostTensor tensor;

      g_assert_true (pisces_weight_files_find (files, names[i], &tensor));
      g_string_append_printf (header, "%s\"%s\":{\"dtype\":\"BF16\",\"shape\":[",
                              i ? "," : "", names[i]);
      for (gint d = 0; d < tensor.n_dims; d++)
        {
          const gint64 dim = wide_dim (model, &tensor, names[i], d);

          n    *= dim;
          n_in *= d > 0 ? dim : 1;
          g_string_append_printf (header, "%s%" G_GINT64_FORMAT, d ? "," : "", dim);
        }
      wide_append_values (bytes, random, names[i], tensor.n_dims, n, n_in);
      g_string_append_printf (header, "],\"data_offsets\":[%" G_GSIZE_FORMAT ",%u]}", begin,
                              bytes->len);
    }
  g_string_append_c (header, '}');
  while (header->len % 8 != 0)
    g_string_append_c (header, ' ');

  length = GUINT64_TO_LE (header->len);
  g_byte_array_append (whole, (guint8 *) &length, sizeof (length));
  g_byte_array_append (whole, (guint8 *) header->str, header->len);
  g_byte_array_append (whole, bytes->data, bytes->len);
  write_file (folder, "model.safetensors", (gchar *) whole->data, whole->len);
}

/* Returns (transfer full) the folder; remove_model() removes it.  */
static inline gchar *
make_wide_model (const WideModel *model)
{
  g_autofree gchar *source = g_test_build_filename (G_TEST_DIST, "golden", model->name, NULL);
  gchar            *folder = copy_golden (model->name);

  for (guint i = 0; i < G_N_ELEMENTS (model->settings) && model->settings[i].file; i++)
    replace_all (folder, model->settings[i].file, model->settings[i].from, model->settings[i].to);
  wide_write_weights (model, source, folder);

  return folder;
}
