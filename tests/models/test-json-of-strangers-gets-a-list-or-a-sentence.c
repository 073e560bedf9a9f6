/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lists of models come from anywhere, and what is stored with images comes
 * with other people's files.  For any JSON, with anything instead of an
 * expected member, the readers give a list or a sentence: no warning (these
 * are fatal here), no abort, no long wait.
 */

#include <string.h>

#include "ui/models/pisces-catalog.h"
#include "ui/widgets/pisces-json.h"
#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-result-list.h"

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define CATALOG                                                              \
  "{\"format\": 1, \"models\": [{\"folder\": \"small\", \"name\": \"Small\"," \
  "\"summary\": \"It draws.\", \"licence\": \"CC0-1.0\","                     \
  "\"model_type\": \"pisces\", \"memory_bytes\": 5, \"files\": ["             \
  "{\"path\": \"unet/config.json\", \"bytes\": 7, \"sha256\": \"" DIGEST "\"," \
  "\"addresses\": [\"https://example.org/a\", \"b\"]}]}]}"

#define PICTURE                                                              \
  "{\"version\": \"0.1.0\", \"prompt\": \"a red star\","                      \
  "\"negative-prompt\": \"\", \"plan\": \"red star x7\", \"model\": \"nano\"," \
  "\"model-digest\": \"" DIGEST "\", \"backend\": \"cpu\", \"seed\": 3,"      \
  "\"steps\": 20, \"guidance\": 2.0, \"temperature\": 0.3, \"references\": 0," \
  "\"file\": \"" DIGEST "\", \"match\": 0.5, \"description\": \"a star\"}"

#define RESULTS "{\"format\": 1, \"results\": [" PICTURE "]}"

/* Values that replace a good one.  */
static const gchar *strange[] =
{
  "null", "true", "false", "0", "-1", "1.5", "1e300", "-1e300",
  "9223372036854775808", "18446744073709551615", "\"\"", "\"x\"",
  "\"\\u0000x\"", "\"\\ud83d\\ude00\"", "\"../../x\"", "[]", "{}", "[7]",
  "[[]]", "{\"prompt\": {}}"
};

/* Texts that are no list at all; the first two once caused an abort.  */
static const gchar *broken[] =
{
  "{\"format\":1,\"models\":[]}\n{\"format\":1,\"models\":[]}\n", "0[]",
  "{}{}", "[][]", "1 2", "null null", "{} x", "{},{}", "[", "{", "\"", "{]",
  "", " ", "\n", "x", "nul", "\xff\xfe", "{\"a\": NaN}", "// {}\n{}",
  "{'a': 1}", "{\"a\": 1,}", "\xef\xbb\xbf", "{\"format\": 1 \"models\": []}",
  "{\"a\": \"\xc3\"}", "{\"a\": \"\\ud800\"}", "7", "\"text\"", "true", "null"
};

static gboolean
reads_catalog (const gchar  *text,
               gsize         length,
               GError      **error)
{
  g_autoptr (GBytes)     bytes  = g_bytes_new (text, length);
  g_autoptr (GListModel) models = NULL;

  models = pisces_catalog_parse (bytes, "https://example.org/list.json", error);

  return models != NULL;
}

static gboolean
reads_picture (const gchar  *text,
               gsize         length,
               GError      **error)
{
  g_autofree gchar          *whole   = g_strndup (text, length);
  g_autoptr (PiscesPicture)  picture = pisces_picture_from_text (whole, error);
  g_autofree gchar          *again   = picture ? pisces_picture_to_text (picture) : NULL;

  g_assert_true (! picture || g_utf8_validate (again, -1, NULL));

  return picture != NULL;
}

static gboolean
reads_results (const gchar  *text,
               gsize         length,
               GError      **error)
{
  g_autofree gchar             *whole   = g_strndup (text, length);
  g_autoptr (PiscesResultList)  results = NULL;
  g_autofree gchar             *again   = NULL;

  results = pisces_result_list_from_text (whole, strlen (whole), error);
  again   = results ? pisces_result_list_to_text (results, NULL) : NULL;

  g_assert_true (! results || g_utf8_validate (again, -1, NULL));

  return results != NULL;
}

static const struct
{
  const gchar *name;
  const gchar *good;
  gboolean  (* reads) (const gchar  *text,
                       gsize         length,
                       GError      **error);
} readers[] =
{
  { "catalog", CATALOG, reads_catalog },
  { "picture", PICTURE, reads_picture },
  { "results", RESULTS, reads_results }
};

/* Either success, or a sentence.  */
static gboolean
reads (guint        reader,
       const gchar *text,
       gsize        length)
{
  g_autoptr (GError) error = NULL;
  gboolean           well  = readers[reader].reads (text, length, &error);

  if (well)
    {
      g_assert_no_error (error);
    }
  else
    {
      g_assert_nonnull (error);
      g_assert_true (g_str_has_suffix (error->message, "."));
    }

  return well;
}

static void
test_broken (void)
{
  for (guint r = 0; r < G_N_ELEMENTS (readers); r++)
    {
      g_assert_true (reads (r, readers[r].good, strlen (readers[r].good)));

      for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
        {
          g_autofree gchar *shown = g_strescape (broken[i], NULL);

          g_test_message ("%s: %s", readers[r].name, shown);
          g_assert_false (reads (r, broken[i], strlen (broken[i])));
        }
    }
}

/* Each value of the good text in turn is replaced by each strange one.  */
static guint
put_strange (guint           reader,
             yyjson_mut_doc *document,
             yyjson_mut_val *value)
{
  const yyjson_mut_val kept = *value;
  yyjson_mut_val      *child;
  guint                n    = 0;

  for (guint i = 0; i < G_N_ELEMENTS (strange); i++)
    {
      g_autoptr (yyjson_doc)  other = yyjson_read (strange[i], strlen (strange[i]), 0);
      g_autofree gchar       *text  = NULL;
      yyjson_mut_val         *put;

      /* The value is replaced; its place stays.  */
      put        = yyjson_val_mut_copy (document, yyjson_doc_get_root (other));
      value->tag = put->tag;
      value->uni = put->uni;

      text = pisces_json_write (document, FALSE);
      reads (reader, text, strlen (text));
      n++;

      value->tag = kept.tag;
      value->uni = kept.uni;
    }

  if (yyjson_mut_is_obj (value))
    {
      yyjson_mut_obj_iter iter = yyjson_mut_obj_iter_with (value);

      while ((child = yyjson_mut_obj_iter_next (&iter)))
        n += put_strange (reader, document, yyjson_mut_obj_iter_get_val (child));
    }
  else if (yyjson_mut_is_arr (value))
    {
      yyjson_mut_arr_iter iter = yyjson_mut_arr_iter_with (value);

      while ((child = yyjson_mut_arr_iter_next (&iter)))
        n += put_strange (reader, document, child);
    }

  return n;
}

static void
test_wrong_types (void)
{
  for (guint r = 0; r < G_N_ELEMENTS (readers); r++)
    {
      g_autoptr (yyjson_doc)      read     = NULL;
      g_autoptr (yyjson_mut_doc)  document = NULL;
      g_autofree gchar           *same     = NULL;
      guint                       n;

      read     = yyjson_read (readers[r].good, strlen (readers[r].good), 0);
      document = yyjson_doc_mut_copy (read, NULL);
      n        = put_strange (r, document, yyjson_mut_doc_get_root (document));

      g_test_message ("%s: %u texts", readers[r].name, n);
      g_assert_cmpuint (n, >, 10 * G_N_ELEMENTS (strange));

      /* Checks that the values were restored.  */
      same = pisces_json_write (document, FALSE);
      g_assert_true (reads (r, same, strlen (same)));
    }
}

/* A text that is cut or changed at each byte.  */
static void
test_damaged (void)
{
  for (guint r = 0; r < G_N_ELEMENTS (readers); r++)
    {
      gsize length = strlen (readers[r].good);

      for (gsize i = 0; i < length; i++)
        {
          g_autofree gchar *changed = g_strdup (readers[r].good);

          g_assert_false (reads (r, readers[r].good, i));
          for (guint bit = 0; bit < 8; bit++)
            {
              changed[i] = readers[r].good[i] ^ (1 << bit);
              reads (r, changed, strlen (changed));
            }
        }
    }
}

/* As much as may be read, in the forms that take most time.  */
static void
test_large (void)
{
  g_autoptr (GString) text  = g_string_new (NULL);
  gint64              begun = g_get_monotonic_time ();

  for (guint r = 0; r < G_N_ELEMENTS (readers); r++)
    {
      g_string_set_size (text, PISCES_CATALOG_MAX_BYTES);
      memset (text->str, '[', text->len);
      g_assert_false (reads (r, text->str, text->len));

      g_string_set_size (text, PISCES_CATALOG_MAX_BYTES + 1);
      memset (text->str, ' ', text->len);
      g_assert_false (reads (r, text->str, text->len));
    }

  g_string_assign (text, "{\"format\": 1, \"models\": [");
  for (guint m = 0; m < 26; m++)
    {
      g_string_append_printf (text, "%s{\"folder\": \"m%u\", \"name\": \"n\","
                              "\"summary\": \"s\", \"licence\": \"l\","
                              "\"model_type\": \"t\", \"files\": [",
                              m > 0 ? "," : "", m);
      for (guint i = 0; i < 1000; i++)
        g_string_append_printf (text, "%s{\"path\": \"a/b/c/%u\", \"bytes\": 1,"
                                "\"sha256\": \"" DIGEST "\","
                                "\"addresses\": [\"x\"]}", i > 0 ? "," : "", i);
      g_string_append (text, "]}");
    }
  g_string_append (text, "]}");
  g_assert_cmpuint (text->len, <, PISCES_CATALOG_MAX_BYTES);
  g_assert_true (reads (0, text->str, text->len));

  /* It takes a fifth of a second; nobody should have to wait for minutes.  */
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 20 * G_TIME_SPAN_SECOND);
}

/* Two files with the same name, and a file whose name another one needs as a
 * folder.  */
static void
test_paths (void)
{
  static const struct { const gchar *first, *second; gboolean sound; } cases[] =
  {
    { "a",     "b",     TRUE  }, { "a/b",   "a/c",   TRUE  },
    { "a",     "aa",    TRUE  }, { "a/b",   "ab",    TRUE  },
    { "a",     "a",     FALSE }, { "a",     "a/b",   FALSE },
    { "a/b",   "a",     FALSE }, { "a/b/c", "a/b",   FALSE },
    { "a/b",   "a/b/c", FALSE }, { "a/b",   "a/b",   FALSE },
    { "a/b/c/d", "b",   TRUE  }, { "a/b/c/d/e", "b", FALSE }
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *text = g_strdup_printf (
        "{\"format\": 1, \"models\": [{\"folder\": \"m\", \"name\": \"n\","
        "\"summary\": \"s\", \"licence\": \"l\", \"model_type\": \"t\","
        "\"files\": [{\"path\": \"%s\", \"bytes\": 1, \"sha256\": \"" DIGEST "\","
        "\"addresses\": [\"x\"]}, {\"path\": \"%s\", \"bytes\": 1,"
        "\"sha256\": \"" DIGEST "\", \"addresses\": [\"x\"]}]}]}",
        cases[i].first, cases[i].second);

      g_test_message ("%s and %s", cases[i].first, cases[i].second);
      g_assert_cmpint (reads (0, text, strlen (text)), ==, cases[i].sound);
    }
}

/* A list may be a local file, which then has absolute addresses.  */
static void
test_addresses (void)
{
  static const struct { const gchar *list, *given, *wanted; } cases[] =
  {
    { "https://a.example/l/list.json", "x/y",                 "https://a.example/l/x/y" },
    { "https://a.example/l/list.json", "https://b.example/x", "https://b.example/x"     },
    { "https://a.example/l/list.json", "/x",                  "https://a.example/x"     },
    { "/home/ann/list.json",           "https://b.example/x", "https://b.example/x"     },
    { NULL,                            "https://b.example/x", "https://b.example/x"     },
    { "/home/ann/list.json",           "x",                   NULL                      },
    { "file:///home/ann/list.json",    "x",                   NULL                      },
    { NULL,                            "x",                   NULL                      },
    { "https://a.example/list.json",   "file:///etc/passwd",  NULL                      },
    { "https://a.example/list.json",   "data:,x",             NULL                      }
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar      *text   = g_strdup_printf (
        "{\"format\": 1, \"models\": [{\"folder\": \"m\", \"name\": \"n\","
        "\"summary\": \"s\", \"licence\": \"l\", \"model_type\": \"t\","
        "\"files\": [{\"path\": \"x\", \"bytes\": 1, \"sha256\": \"" DIGEST "\","
        "\"addresses\": [\"%s\"]}]}]}", cases[i].given);
      g_autoptr (GBytes)     bytes  = g_bytes_new (text, strlen (text));
      g_autoptr (GError)     error  = NULL;
      g_autoptr (GListModel) models = pisces_catalog_parse (bytes, cases[i].list, &error);

      g_test_message ("%s in %s", cases[i].given, cases[i].list);
      if (cases[i].wanted)
        {
          g_autoptr (PiscesCatalogModel) model = NULL;

          g_assert_no_error (error);
          model = g_list_model_get_item (models, 0);
          g_assert_cmpstr (pisces_catalog_model_get_file (model, 0)->addresses[0], ==,
                           cases[i].wanted);
        }
      else
        {
          g_assert_null (models);
          g_assert_nonnull (strstr (error->message, cases[i].given));
        }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/broken-texts", test_broken);
  g_test_add_func ("/json/wrong-types", test_wrong_types);
  g_test_add_func ("/json/damaged-texts", test_damaged);
  g_test_add_func ("/json/large-texts", test_large);
  g_test_add_func ("/json/paths-of-files", test_paths);
  g_test_add_func ("/json/addresses-of-files", test_addresses);

  return g_test_run ();
}
