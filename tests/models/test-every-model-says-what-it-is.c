/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of models, without a display: the built-in one, added and
 * downloaded ones.  Those that cannot be used say why, incomplete downloads
 * are not in the list, and what the user added is there again later.
 */

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ui/models/pisces-model-list.h"

typedef struct
{
  gchar           *folder;
  gchar           *store;
  PiscesModelList *list;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_unsetenv ("PISCES_MODEL_DIR");
  fixture->folder = g_dir_make_tmp ("pisces-models.XXXXXX", NULL);
  fixture->store  = g_build_filename (fixture->folder, "store", NULL);
  fixture->list   = pisces_model_list_new (fixture->store);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree gchar *command = g_strdup_printf ("rm -rf '%s'", fixture->folder);

  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_object_unref (fixture->list);
  g_free (fixture->folder);
  g_free (fixture->store);
}

static void
refreshed (GObject      *source,
           GAsyncResult *result,
           gpointer      loop)
{
  pisces_model_list_refresh_finish (PISCES_MODEL_LIST (source), result);
  g_main_loop_quit (loop);
}

static void
refresh (Fixture *fixture)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  pisces_model_list_refresh_async (fixture->list, refreshed, loop);
  g_main_loop_run (loop);
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->list));
}

/* A link to the source tree's model stands for a copy. */
static gchar *
put_model (Fixture     *fixture,
           const gchar *parent,
           const gchar *name)
{
  g_autofree gchar *nano = pisces_default_model_folder ();
  gchar            *path = g_build_filename (parent, name, NULL);

  g_mkdir_with_parents (parent, 0755);
  g_assert_no_errno (symlink (nano, path));

  return path;
}

static void
test_built_in (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (PiscesModelItem)  item = NULL;
  const PiscesModelInfo       *info;

  refresh (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);

  item = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  info = pisces_model_item_get_info (item);
  g_assert_cmpint (pisces_model_item_get_source (item), ==, PISCES_MODEL_BUILT_IN);
  g_assert_null (pisces_model_item_get_problem (item));
  g_assert_nonnull (info);
  g_assert_cmpstr (pisces_model_item_get_name (item), ==, "nano");
  g_assert_cmpstr (pisces_model_item_get_licence (item), ==, "GPL-3.0-or-later");
  g_assert_cmpuint (info->n_bytes, >, 30 * 1000 * 1000);
  g_assert_cmpuint (info->memory_bytes, >=, info->n_bytes);
  g_assert_cmpint (info->picture_width, ==, 256);
  g_assert_cmpint (info->picture_height, ==, 256);
}

static void
test_downloaded (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree gchar *whole   = put_model (fixture, fixture->store, "b-whole");
  g_autofree gchar *first   = put_model (fixture, fixture->store, "a-first");
  g_autofree gchar *growing = put_model (fixture, fixture->store,
                                         ".c-0123456789abcdef.part");
  g_autoptr (PiscesModelItem) item = NULL;

  refresh (fixture);
  g_assert_cmpuint (count (fixture), ==, 3);
  g_assert_nonnull (pisces_model_list_find (fixture->list, whole));
  g_assert_null (pisces_model_list_find (fixture->list, growing));

  item = g_list_model_get_item (G_LIST_MODEL (fixture->list), 1);
  g_assert_cmpstr (pisces_model_item_get_folder (item), ==, first);
  g_assert_cmpint (pisces_model_item_get_source (item), ==,
                   PISCES_MODEL_DOWNLOADED);
}

static void
test_added (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree gchar *path  = put_model (fixture, fixture->folder, "mine");
  g_autofree gchar *again = g_build_filename (fixture->folder, ".", "mine", NULL);
  g_auto (GStrv)    added = NULL;

  g_assert_true (pisces_model_list_add (fixture->list, path));
  g_assert_false (pisces_model_list_add (fixture->list, again));
  refresh (fixture);
  g_assert_cmpuint (count (fixture), ==, 2);

  added = pisces_model_list_get_added (fixture->list);
  g_assert_cmpuint (g_strv_length (added), ==, 1);

  pisces_model_list_remove (fixture->list, path);
  refresh (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  pisces_model_list_set_added (fixture->list, (const gchar * const *) added);
  refresh (fixture);
  g_assert_nonnull (pisces_model_list_find (fixture->list, path));
}

static void
assert_problem (Fixture     *fixture,
                const gchar *folder,
                const gchar *part)
{
  PiscesModelItem *item;

  pisces_model_list_add (fixture->list, folder);
  refresh (fixture);
  item = pisces_model_list_find (fixture->list, folder);
  g_assert_nonnull (item);
  g_assert_null (pisces_model_item_get_info (item));
  g_assert_nonnull (strstr (pisces_model_item_get_problem (item), part));
}

static void
test_problems (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree gchar *gone   = g_build_filename (fixture->folder, "gone", NULL);
  g_autofree gchar *config = g_build_filename (fixture->folder, "config.json", NULL);

  assert_problem (fixture, gone, "There is no model folder");
  assert_problem (fixture, fixture->folder, "has no config.json");

  g_file_set_contents (config, "{\"model_type\": \"llama\"}", -1, NULL);
  assert_problem (fixture, fixture->folder, "which this version cannot run");

  g_file_set_contents (config, "{\"model_type\":", -1, NULL);
  assert_problem (fixture, fixture->folder, "config.json");
}

static void
test_environment (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree gchar            *path = put_model (fixture, fixture->folder, "wish");
  g_autoptr (PiscesModelItem)  item = NULL;

  g_setenv ("PISCES_MODEL_DIR", path, TRUE);
  refresh (fixture);
  g_unsetenv ("PISCES_MODEL_DIR");

  item = g_list_model_get_item (G_LIST_MODEL (fixture->list), 0);
  g_assert_cmpstr (pisces_model_item_get_folder (item), ==, path);
  g_assert_cmpint (pisces_model_item_get_source (item), ==,
                   PISCES_MODEL_FROM_ENVIRONMENT);
}

static void
test_memory (void)
{
  g_assert_cmpuint (pisces_memory_parse_available (
                      "MemTotal:       16000000 kB\n"
                      "MemFree:          100000 kB\n"
                      "MemAvailable:    4096 kB\n"), ==, 4096 * 1024);
  g_assert_cmpuint (pisces_memory_parse_available (""), ==, 0);
  g_assert_cmpuint (pisces_memory_parse_available ("XMemAvailable: 5 kB\n"), ==, 0);
  g_assert_cmpuint (pisces_memory_get_available (), >, 0);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const gchar  *name;
    void       (* test) (Fixture *, gconstpointer);
  } tests[] =
  {
    { "/models/the-built-in-one-is-there",             test_built_in    },
    { "/models/downloads-are-seen-when-whole",         test_downloaded  },
    { "/models/added-folders-are-kept-and-forgotten",  test_added       },
    { "/models/those-that-cannot-be-used-say-why",     test_problems    },
    { "/models/the-environment-replaces-the-built-in", test_environment },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].test, tear_down);
  g_test_add_func ("/models/memory-is-what-the-kernel-says", test_memory);

  return g_test_run ();
}
