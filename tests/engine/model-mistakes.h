/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model-mistakes.h: small models in whose files one thing is wrong, and the check
 * that each is refused with a sentence that names it.
 */

#pragma once

#include "tests/engine/model-copy.h"

/* One text in a file of a model, and what takes its place.  */
typedef struct
{
  const gchar *file, *old, *new;
  const gchar *named;                 /* is in the sentence                 */
  const gchar *model;                 /* in golden/; NULL: the usual one    */
} Mistake;

/* What a clone contains in place of a file that was not fetched.  */
#define LFS_POINTER \
  "version https://git-lfs.github.com/spec/v1\n" \
  "oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n" \
  "size 4153270000\n"

static inline void
assert_refused (const gchar *folder,
                const gchar *named)
{
  g_autoptr (GError)          error = NULL;
  g_autoptr (PiscesModelInfo) info  = pisces_model_verify (folder, &error);

  if (info)
    g_error ("was accepted, where “%s” is wrong", named);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_cmpint (error->domain, ==, PISCES_ERROR);
  if (! strstr (error->message, named))
    g_error ("“%s” does not name “%s”", error->message, named);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

/* Makes each of the mistakes in a copy of its own.  */
static inline void
assert_mistakes_are_named (const gchar   *model,
                           const Mistake *mistakes,
                           guint          n_mistakes)
{
  for (guint i = 0; i < n_mistakes; i++)
    {
      const Mistake *m      = &mistakes[i];
      gchar         *folder = copy_golden (m->model ? m->model : model);

      g_test_message ("%s: “%s” in place of “%s”", m->file, m->new, m->old);
      if (g_str_equal (m->file, "tokenizer.json"))
        replace_all (folder, m->file, m->old, m->new);
      else
        replace (folder, m->file, m->old, m->new);
      assert_refused (folder, m->named);
      remove_model (folder);
    }
}
