/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any bytes as a list of models: they are refused with a sentence, or
 * everything in the result can be used without further checks: names that stay
 * in their folder, addresses of the web, sizes, digests.
 */

#include <string.h>

#include "ui/models/pisces-catalog.h"

#include "fuzz.h"

static void
check_name (const gchar *name)
{
  g_assert_cmpuint (strlen (name), >, 0);
  g_assert_null (strpbrk (name, "/\\ :\n"));
  g_assert_true (name[0] != '.' && name[0] != '-');
}

static void
check_file (const PiscesCatalogFile *file)
{
  g_auto (GStrv) parts = g_strsplit (file->path, "/", -1);

  for (guint i = 0; parts[i]; i++)
    check_name (parts[i]);
  g_assert_cmpuint (g_strv_length (parts), >, 0);
  g_assert_false (g_str_has_suffix (file->path, ".part"));
  g_assert_cmpuint (file->n_bytes, >, 0);
  g_assert_cmpuint (strlen (file->sha256), ==, 64);
  g_assert_cmpuint (strspn (file->sha256, "0123456789abcdef"), ==, 64);

  g_assert_cmpuint (g_strv_length (file->addresses), >, 0);
  for (guint i = 0; file->addresses[i]; i++)
    {
      g_autoptr (GUri) uri = g_uri_parse (file->addresses[i], G_URI_FLAGS_NONE, NULL);

      g_assert_nonnull (uri);
      g_assert_true (g_str_equal (g_uri_get_scheme (uri), "https") ||
                     g_str_equal (g_uri_get_scheme (uri), "http"));
    }
}

static void
check_model (PiscesCatalogModel *model)
{
  g_autofree gchar *digest  = pisces_catalog_model_get_digest (model);
  guint64           n_bytes = 0;
  guint             n       = pisces_catalog_model_get_n_files (model);

  check_name (pisces_catalog_model_get_folder (model));
  g_assert_true (g_utf8_validate (pisces_catalog_model_get_name (model), -1, NULL));
  g_assert_true (g_utf8_validate (pisces_catalog_model_get_summary (model), -1, NULL));
  g_assert_cmpuint (strlen (digest), ==, 64);

  g_assert_cmpuint (n, >, 0);
  for (guint i = 0; i < n; i++)
    {
      const PiscesCatalogFile *file = pisces_catalog_model_get_file (model, i);

      check_file (file);
      for (guint j = 0; j < i; j++)
        {
          const PiscesCatalogFile *other = pisces_catalog_model_get_file (model, j);
          gsize                    least = MIN (strlen (file->path), strlen (other->path));

          /* None is the folder of another.  */
          g_assert_false (strncmp (file->path, other->path, least) == 0 &&
                          strchr ("/", file->path[least]) && strchr ("/", other->path[least]));
        }
      n_bytes += file->n_bytes;
    }
  g_assert_cmpuint (n_bytes, ==, pisces_catalog_model_get_n_bytes (model));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         n_bytes)
{
  static const gchar *const addresses[] = { "https://example.org/l/list.json", "/l/list.json" };
  g_autoptr (GBytes)        text        = g_bytes_new (data, n_bytes);

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError)     error  = NULL;
      g_autoptr (GListModel) models = pisces_catalog_parse (text, addresses[i], &error);
      guint                  n      = models ? g_list_model_get_n_items (models) : 0;

      if (models)
        {
          g_assert_no_error (error);
        }
      else
        {
          g_assert_nonnull (error);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          g_assert_true (g_str_has_suffix (error->message, "."));
        }

      for (guint m = 0; m < n; m++)
        {
          g_autoptr (PiscesCatalogModel) model = g_list_model_get_item (models, m);

          check_model (model);
        }
    }

  return 0;
}
