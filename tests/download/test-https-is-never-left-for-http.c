/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a server may send a download on to.
 */

#include "plugin/http.h"

static const struct { const gchar *from, *location, *to; } cases[] =
{
  { "https://a.example/x/y", "https://b.example/z", "https://b.example/z"   },
  { "https://a.example/x/y", "z?q=1",               "https://a.example/x/z?q=1" },
  { "https://a.example/x/y", "//b.example/z",       "https://b.example/z"   },
  { "http://a.example/x",    "https://b.example/z", "https://b.example/z"   },
  { "http://a.example/x",    "http://b.example/z",  "http://b.example/z"    },
  { "https://a.example/x",   "http://a.example/x",  NULL                    },
  { "https://a.example/x",   "HTTP://a.example/x",  NULL                    },
  { "https://a.example/x",   "file:///etc/passwd",  NULL                    },
  { "http://a.example/x",    "ftp://a.example/x",   NULL                    },
  { "http://a.example/x",    NULL,                  NULL                    },
};

static void
test_follow (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)  error = NULL;
      g_autofree gchar   *next  = NULL;

      next = pisces_http_follow (cases[i].from, cases[i].location, &error);
      g_assert_cmpstr (next, ==, cases[i].to);
      if (cases[i].to)
        g_assert_no_error (error);
      else
        g_assert_error (error, PISCES_DOWNLOAD_ERROR,
                        PISCES_DOWNLOAD_ERROR_REDIRECT);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/download/https-is-never-left-for-http", test_follow);

  return g_test_run ();
}
