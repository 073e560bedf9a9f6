/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model-copy.h: a copy of the small random model, whose files a test may
 * damage.
 */

#pragma once

#include <glib/gstdio.h>

#include "tests/engine/fixture.h"

static const gchar *const model_files[] =
{
  "config.json", "tokenizer.json", "preprocessor_config.json",
  "model.safetensors", "unet/config.json",
  "unet/diffusion_pytorch_model.safetensors", "vae/config.json",
  "vae/diffusion_pytorch_model.safetensors",
  "scheduler/scheduler_config.json",
};

/* What only models of other families have.  */
#define NEWER_SETTINGS "processor_config.json"
#define WRITING_SETTINGS "generation_config.json"

static const gchar *const pipeline_files[] =
{
  "model_index.json",
  "transformer/config.json", "transformer/diffusion_pytorch_model.safetensors",
  "text_encoder/config.json", "text_encoder/model.safetensors",
  "text_encoder_2/config.json", "text_encoder_2/model.safetensors",
  "tokenizer/vocab.json", "tokenizer/merges.txt", "tokenizer/tokenizer_config.json",
  "tokenizer_2/vocab.json", "tokenizer_2/merges.txt", "tokenizer_2/tokenizer_config.json",
};

/* A family may have fewer parts.  */
static inline void
copy_model_file (const gchar *source,
                 const gchar *folder,
                 const gchar *name)
{
  g_autofree gchar *from    = g_build_filename (source, name, NULL);
  g_autofree gchar *to      = g_build_filename (folder, name, NULL);
  g_autofree gchar *parent  = g_path_get_dirname (to);
  g_autofree gchar *content = NULL;
  gsize             length;

  if (! g_file_test (from, G_FILE_TEST_EXISTS))
    return;
  g_mkdir_with_parents (parent, 0700);
  g_assert_true (g_file_get_contents (from, &content, &length, NULL));
  g_assert_true (g_file_set_contents (to, content, length, NULL));
}

static inline void
copy_model_files (const gchar *source,
                  const gchar *folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (model_files); i++)
    copy_model_file (source, folder, model_files[i]);
  for (guint i = 0; i < G_N_ELEMENTS (pipeline_files); i++)
    copy_model_file (source, folder, pipeline_files[i]);
  copy_model_file (source, folder, NEWER_SETTINGS);
  copy_model_file (source, folder, WRITING_SETTINGS);
}

/* Makes a copy of the small model that may be damaged.  */
static inline gchar *
copy_model (void)
{
  g_autofree gchar *source = tiny_model ();
  gchar            *folder = g_dir_make_tmp ("pisces-model-XXXXXX", NULL);

  copy_model_files (source, folder);

  return folder;
}

/* The same of another small model of golden/.  */
static inline gchar *
copy_golden (const gchar *name)
{
  g_autofree gchar *source = g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
  gchar            *folder = g_dir_make_tmp ("pisces-model-XXXXXX", NULL);

  copy_model_files (source, folder);

  return folder;
}

static inline gchar *
copy_janus (void)
{
  return copy_golden ("janus");
}

static inline void
remove_model (gchar *folder)
{
  static const gchar *const folders[] = { "unet", "vae", "scheduler", "transformer",
                                          "text_encoder", "text_encoder_2", "text_encoder_3",
                                          "tokenizer", "tokenizer_2", "." };
  g_autofree gchar         *newer     = g_build_filename (folder, NEWER_SETTINGS, NULL);
  g_autofree gchar         *writing   = g_build_filename (folder, WRITING_SETTINGS, NULL);

  g_remove (newer);
  g_remove (writing);

  for (guint i = 0; i < G_N_ELEMENTS (model_files); i++)
    {
      g_autofree gchar *path = g_build_filename (folder, model_files[i], NULL);

      g_remove (path);
    }
  for (guint i = 0; i < G_N_ELEMENTS (pipeline_files); i++)
    {
      g_autofree gchar *path = g_build_filename (folder, pipeline_files[i], NULL);

      g_remove (path);
    }
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree gchar *path = g_build_filename (folder, folders[i], NULL);

      g_rmdir (path);
    }
  g_rmdir (folder);
  g_free (folder);
}

static inline gchar *
read_file (const gchar *folder,
           const gchar *name,
           gsize       *length)
{
  g_autofree gchar *path    = g_build_filename (folder, name, NULL);
  gchar            *content = NULL;

  g_assert_true (g_file_get_contents (path, &content, length, NULL));

  return content;
}

static inline void
write_file (const gchar *folder,
            const gchar *name,
            const gchar *content,
            gssize       length)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, content, length, NULL));
}

/* Replaces the first occurrence of a text.  Both must have the same length, or
 * the file must be one whose length does not matter.  */
static inline void
replace (const gchar *folder,
         const gchar *name,
         const gchar *old,
         const gchar *new)
{
  gsize               length;
  g_autofree gchar   *content = read_file (folder, name, &length);
  g_autoptr (GString) text    = g_string_new_len (content, length);
  gchar              *place   = memmem (text->str, text->len, old, strlen (old));

  g_assert_nonnull (place);
  g_string_erase (text, place - text->str, strlen (old));
  g_string_insert (text, place - text->str, new);
  write_file (folder, name, text->str, text->len);
}

/* Replaces all of them.  A tokenizer has its special tokens in several places.  */
static inline void
replace_all (const gchar *folder,
             const gchar *name,
             const gchar *old,
             const gchar *new)
{
  gsize             length;
  g_autofree gchar *text  = read_file (folder, name, &length);
  g_auto (GStrv)    parts = g_strsplit (text, old, -1);
  g_autofree gchar *whole = g_strjoinv (new, parts);

  g_assert_nonnull (parts[1]);
  write_file (folder, name, whole, -1);
}

/* Puts a tensor in float16 in the place of one of the same name, which keeps its bytes
 * under a name that nobody reads.
 *
 * @name: in quotes.
 * @shape: "64,48".  */
static inline void
replace_tensor (const gchar *folder,
                const gchar *file,
                const gchar *name,
                const gchar *shape,
                gconstpointer data,
                gsize         n_more)
{
  gsize               length, n_data;
  g_autofree gchar   *bytes  = read_file (folder, file, &length);
  g_autoptr (GString) header = NULL, whole = g_string_new (NULL);
  guint64             n_header;
  gchar              *place;

  memcpy (&n_header, bytes, sizeof n_header);
  n_header = GUINT64_FROM_LE (n_header);
  n_data   = length - sizeof n_header - n_header;
  header   = g_string_new_len (bytes + sizeof n_header, n_header);
  place    = strstr (header->str, name);
  g_assert_nonnull (place);
  place[1] = g_ascii_toupper (place[1]);

  g_string_truncate (header, strrchr (header->str, '}') - header->str);
  g_string_append_printf (header, ",%s:{\"dtype\":\"F16\",\"shape\":[%s],"
                          "\"data_offsets\":[%" G_GSIZE_FORMAT ",%" G_GSIZE_FORMAT "]}}",
                          name, shape, n_data, n_data + n_more);
  while (header->len % 8)
    g_string_append_c (header, ' ');

  n_header = GUINT64_TO_LE ((guint64) header->len);
  g_string_append_len (whole, (const gchar *) &n_header, sizeof n_header);
  g_string_append_len (whole, header->str, header->len);
  g_string_append_len (whole, bytes + length - n_data, n_data);
  g_string_append_len (whole, data, n_more);
  write_file (folder, file, whole->str, whole->len);
}
