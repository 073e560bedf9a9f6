/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If one added token is the beginning of another, the longer one is taken, in
 * whichever order the file has them; but not where only the shorter one
 * matches.
 */

#include "engine/model/tokenizer.h"

#include "fixture.h"

#define MODEL "{\"type\":\"BPE\",\"vocab\":{\"<\":0,\"a\":1,\">\":2,\"b\":3},\"merges\":[]}"

static void
assert_ids (const gchar  *added,
            const gchar  *text,
            const gint32 *expected,
            guint         n_expected)
{
  g_autofree gchar           *folder    = make_folder ();
  g_autofree gchar           *json      = g_strdup_printf ("{\"model\":" MODEL ",\"added_tokens\":[%s]}", added);
  g_autofree gchar           *path      = write_file (folder, "tokenizer.json", json, -1);
  g_autoptr (GError)          error     = NULL;
  g_autoptr (PiscesTokenizer) tokenizer = pisces_tokenizer_load (path, &error);
  g_autoptr (GArray)          ids       = g_array_new (FALSE, FALSE, sizeof (gint32));

  g_assert_no_error (error);
  g_assert_true (pisces_tokenizer_encode (tokenizer, text, ids, NULL, &error));
  g_assert_cmpmem (ids->data, ids->len * sizeof (gint32), expected, n_expected * sizeof (gint32));
  remove_folder (folder);
}

static void
test_longest (void)
{
  static const gchar *const orders[] =
    {
      "{\"id\":7,\"content\":\"<a\"},{\"id\":8,\"content\":\"<a>\"},{\"id\":9,\"content\":\"<a>b\"}",
      "{\"id\":9,\"content\":\"<a>b\"},{\"id\":8,\"content\":\"<a>\"},{\"id\":7,\"content\":\"<a\"}",
      "{\"id\":8,\"content\":\"<a>\"},{\"id\":9,\"content\":\"<a>b\"},{\"id\":7,\"content\":\"<a\"}"
    };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      assert_ids (orders[i], "<a>b", (const gint32[]) { 9 }, 1);
      assert_ids (orders[i], "<a>a", (const gint32[]) { 8, 1 }, 2);
      assert_ids (orders[i], "<ab", (const gint32[]) { 7, 3 }, 2);
      assert_ids (orders[i], "<<a<a>b", (const gint32[]) { 0, 7, 9 }, 3);
      assert_ids (orders[i], "<b", (const gint32[]) { 0, 3 }, 2);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/added-tokens/longest", test_longest);

  return g_test_run ();
}
