/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Settings are read with types and limits.  Of several mistakes the first is
 * reported with file, key, the value and what is allowed, and reading more
 * after it does no harm.
 */

#include "engine/model/config.h"

#include "fixture.h"

static gchar *folder;


static PiscesConfig *
load (const gchar  *json,
      GError      **error)
{
  g_autofree gchar *path = write_file (folder, "config.json", json, -1);

  return pisces_config_load (path, error);
}

static void
test_values (void)
{
  g_autoptr (PiscesConfig)  config  = NULL;
  g_autoptr (GError)        error   = NULL;
  g_autofree gint64        *ints    = NULL;
  g_autofree gdouble       *doubles = NULL;
  g_auto (GStrv)            strings = NULL;
  PiscesConfig             *child;
  guint                     n;

  config = load ("{\"i\": 7, \"n\": -3, \"d\": 1.5, \"w\": 500000, \"t\": true, \"s\": \"text\","
                 " \"nothing\": null, \"is\": [1, 2, 3], \"ds\": [0.5, 2], \"ss\": [\"a\", \"b\"],"
                 " \"child\": {\"i\": 9, \"inner\": {\"x\": 1}}}", &error);
  g_assert_no_error (error);

  g_assert_cmpint (pisces_config_int (config, "i", 0, 10), ==, 7);
  g_assert_cmpint (pisces_config_int (config, "n", -3, 10), ==, -3);
  g_assert_cmpint (pisces_config_int_or (config, "absent", 0, 10, 99), ==, 99);
  g_assert_cmpint (pisces_config_int_or (config, "nothing", 0, 10, 98), ==, 98);
  g_assert_cmpfloat (pisces_config_double (config, "d", 0, 2), ==, 1.5);
  g_assert_cmpfloat (pisces_config_double (config, "w", 0, 1e9), ==, 5e5);
  g_assert_cmpfloat (pisces_config_double_or (config, "absent", 0, 2, 7.5), ==, 7.5);
  g_assert_true (pisces_config_boolean (config, "t"));
  g_assert_true (pisces_config_boolean_or (config, "absent", TRUE));
  g_assert_cmpstr (pisces_config_string (config, "s"), ==, "text");
  g_assert_cmpstr (pisces_config_string_or (config, "absent", NULL), ==, NULL);

  g_assert_true (pisces_config_has (config, "i"));
  g_assert_false (pisces_config_has (config, "nothing"));
  g_assert_true (pisces_config_has_child (config, "child"));
  g_assert_false (pisces_config_has_child (config, "i"));
  g_assert_true (pisces_config_has_list (config, "is"));
  g_assert_false (pisces_config_has_list (config, "child"));

  child = pisces_config_child (config, "child");
  g_assert_cmpint (pisces_config_int (child, "i", 0, 10), ==, 9);
  g_assert_cmpint (pisces_config_int (pisces_config_child (child, "inner"), "x", 0, 1), ==, 1);

  ints = pisces_config_int_array (config, "is", 0, 3, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpint (ints[2], ==, 3);
  doubles = pisces_config_double_array (config, "ds", 0, 3, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpfloat (doubles[1], ==, 2.0);
  strings = pisces_config_string_array (config, "ss");
  g_assert_cmpuint (g_strv_length (strings), ==, 2);
  g_assert_cmpstr (strings[1], ==, "b");

  g_assert_true (pisces_config_check (config, &error));
  g_assert_no_error (error);
}

typedef void (* ReadFunc) (PiscesConfig *config);

static void read_int     (PiscesConfig *c) { pisces_config_int (c, "x", 1, 65536); }
static void read_double  (PiscesConfig *c) { pisces_config_double (c, "x", 0, 1); }
static void read_boolean (PiscesConfig *c) { pisces_config_boolean (c, "x"); }
static void read_string  (PiscesConfig *c) { pisces_config_string (c, "x"); }
static void read_child   (PiscesConfig *c) { pisces_config_int (pisces_config_child (c, "x"), "y", 0, 9); }
static void read_strings (PiscesConfig *c) { g_strfreev (pisces_config_string_array (c, "x")); }
static void
read_ints (PiscesConfig *c)
{
  guint n;

  g_free (pisces_config_int_array (c, "x", 0, 9, &n));
  g_assert_cmpuint (n, ==, 0);
}

static void
test_mistakes (void)
{
  static const struct { ReadFunc read; const gchar *json; const gchar *part; } cases[] =
    {
      { read_int,     "{}",                           "“x” is missing" },
      { read_int,     "{\"x\": null}",                "“x” is missing" },
      { read_int,     "{\"x\": 0}",                   "0, but must lie between 1 and 65536" },
      { read_int,     "{\"x\": 65537}",               "65537" },
      { read_int,     "{\"x\": 10995116277760}",      "10995116277760" },
      { read_int,     "{\"x\": 18446744073709551615}", "9223372036854775807" },
      { read_int,     "{\"x\": 99999999999999999999999}", "whole number" },
      { read_int,     "{\"x\": 1.5}",                 "should be a whole number, but is 1.5" },
      { read_int,     "{\"x\": \"7\"}",               "\"7\"" },
      { read_int,     "{\"x\": true}",                "true" },
      { read_double,  "{\"x\": 1e300}",               "1e+300" },
      { read_double,  "{\"x\": []}",                  "should be a number" },
      { read_boolean, "{\"x\": 1}",                   "true or false" },
      { read_string,  "{\"x\": 1}",                   "should be a string" },
      { read_child,   "{\"x\": 1}",                   "should be an object" },
      { read_child,   "{}",                           "“x” is missing" },
      { read_child,   "{\"x\": {}}",                  "“x.y” is missing" },
      { read_child,   "{\"x\": {\"y\": 10}}",         "“x.y” is 10" },
      { read_ints,    "{\"x\": 1}",                   "should be a list" },
      { read_ints,    "{\"x\": [1, 2, 10]}",          "10" },
      { read_ints,    "{\"x\": [1, \"2\"]}",          "whole number" },
      { read_strings, "{\"x\": [\"a\", 2]}",          "list of strings" },
      { read_string,  "{\"x\": [\"äääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää\"]}",
                                                      "ä …" }
    };
  guint  i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)       load_error = NULL;
      g_autoptr (GError)       error      = NULL;
      g_autoptr (GError)       again      = NULL;
      g_autoptr (PiscesConfig) config     = load (cases[i].json, &load_error);

      g_assert_no_error (load_error);
      cases[i].read (config);
      g_assert_false (pisces_config_check (config, &error));
      assert_sentence (error, PISCES_ERROR_MODEL_INVALID, cases[i].part, "config.json");

      /* Later mistakes do not hide the first.  */
      pisces_config_string (config, "another");
      pisces_config_fail (config, PISCES_ERROR_FAILED, "this comes too late.");
      g_assert_false (pisces_config_check (config, &again));
      g_assert_cmpstr (again->message, ==, error->message);
    }
}

static void
test_files (void)
{
  static const struct { const gchar *json; const gchar *part; } cases[] =
    {
      { "", "empty" }, { "{", "JSON" }, { "[]", "object" }, { "7", "object" },
      { "{\"a\": 1,}", "JSON" }, { "{\"a\": \"\377\"}", "JSON" }, { "{} {}", "JSON" }
    };
  g_autofree gchar    *absent = g_build_filename (folder, "absent.json", NULL);
  g_autofree gchar    *deep   = g_strnfill (2000000, '[');
  g_autofree gchar    *large  = g_strnfill (5000000, ' ');
  g_autofree gchar    *list   = NULL;
  g_autoptr (GString)  many   = g_string_new ("{\"x\": [0");
  g_autoptr (GError)   error  = NULL;
  g_autoptr (GError)   nested = NULL;
  g_autoptr (GError)   big    = NULL;
  g_autoptr (GError)   long_list = NULL;
  g_autoptr (PiscesConfig) config = NULL;
  guint                i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) bad = NULL;

      g_assert_null (load (cases[i].json, &bad));
      assert_sentence (bad, PISCES_ERROR_MODEL_INVALID, "config.json", cases[i].part);
    }

  g_assert_null (pisces_config_load (absent, &error));
  assert_sentence (error, PISCES_ERROR_MODEL_NOT_FOUND, absent, NULL);
  g_assert_null (load (deep, &nested));
  assert_sentence (nested, PISCES_ERROR_MODEL_INVALID, "config.json", NULL);
  g_assert_null (load (large, &big));
  assert_sentence (big, PISCES_ERROR_MODEL_INVALID, "config.json", "4194304");

  for (i = 0; i < 5000; i++)
    g_string_append (many, ",1");
  g_string_append (many, "]}");
  config = load (many->str, NULL);
  read_ints (config);
  g_assert_false (pisces_config_check (config, &long_list));
  assert_sentence (long_list, PISCES_ERROR_MODEL_INVALID, "5001", "config.json");
}

int
main (int   argc,
      char *argv[])
{
  gint  result;

  g_test_init (&argc, &argv, NULL);

  folder = make_folder ();
  g_test_add_func ("/config/values", test_values);
  g_test_add_func ("/config/mistakes", test_mistakes);
  g_test_add_func ("/config/files", test_files);
  result = g_test_run ();
  remove_folder (folder);
  g_free (folder);

  return result;
}
