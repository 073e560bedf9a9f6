/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * golden-ids.h: how the tests compare prompts, texts and tensors with what
 * transformers made of the same small model.
 */

#pragma once

#include "engine/families/writer.h"
#include "engine/model/config.h"
#include "tests/engine/fixture.h"

/* The most tokens of a text: TOKENS of the scripts in golden/.  */
#define GOLDEN_TOKENS 24

/* Compares all rows of a prompt with a list of ids, in which the token @image stands
 * for a row of the image.  */
static inline void
assert_prompt (PiscesConfig *lists,
               const gchar  *key,
               const GArray *rows,
               gint32        image)
{
  guint              n   = 0;
  g_autofree gint64 *ids = pisces_config_int_array (lists, key, 0, 1 << 20, &n);

  g_assert_cmpuint (rows->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const gint32 row = g_array_index (rows, gint32, i);

      g_assert_cmpint (row == PISCES_IMAGE_ROW ? image : row, ==, ids[i]);
    }
}

/* Continues a prompt, and compares every id and the place where the text ends with a
 * list.  The writer needs room for GOLDEN_TOKENS more.  */
static inline void
assert_written (PiscesConfig *lists,
                const gchar  *key,
                PiscesWriter *writer,
                GArray       *prompt)
{
  const gint32       end   = g_array_index (writer->language.stop_ids, gint32, 0);
  guint              n     = 0;
  g_autofree gint64 *ids   = pisces_config_int_array (lists, key, 0, 1 << 20, &n);
  g_autofree gchar  *text  = NULL;
  GError            *error = NULL;

  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <=, GOLDEN_TOKENS);
  text = pisces_writer_write (writer, prompt, n, 0.0, NULL, NULL, NULL);
  pisces_backend_finish (writer->language.backend, &error);
  g_assert_no_error (error);

  if (ids[n - 1] == end)
    n--;
  g_assert_cmpuint (writer->seen->len, ==, prompt->len + n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (g_array_index (writer->seen, gint32, prompt->len + i), ==, ids[i]);
}

/* Compares a tensor with the values that it should have.  */
static inline void
assert_values (PiscesBackend *backend,
               PiscesTensor   tensor,
               const gfloat  *expected,
               gsize          n,
               const gchar   *what)
{
  g_autofree gfloat *found = g_new (gfloat, n);
  gdouble            worst;

  g_assert_cmpint (pisces_tensor_count (tensor), ==, n);
  pisces_download (backend, found, tensor);
  worst = relative_error (found, expected, n);
  g_test_message ("%s: relative error %g", what, worst);
  g_assert_cmpfloat (worst, <, 1e-4);
}
