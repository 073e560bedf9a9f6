/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a server may redirect a download to.
 */

#include "plugin/models/http.h"

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
  { "http://127.0.0.1/x",    "http://a.example/x",  NULL                    },
  { "http://localhost/x",    "http://a.example/x",  NULL                    },
  { "http://127.0.0.1/x",    "y",                   "http://127.0.0.1/y"    },
  { "https://a.example/x",   "http://[::1]/y",      "http://[::1]/y"        },
  { "https://a.example/x",   "data:,x",             NULL                    },
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

static void
test_safe (void)
{
  static const struct { const gchar *address; gboolean safe; } addresses[] =
  {
    { "https://a.example/x",        TRUE  }, { "HTTPS://a.example/x",  TRUE  },
    { "http://127.0.0.1:80/x",      TRUE  }, { "http://127.1.2.3/x",   TRUE  },
    { "http://[::1]:8080/x",        TRUE  }, { "http://localhost/x",   TRUE  },
    { "http://LOCALHOST:9/x",       TRUE  }, { "http://a.example/x",   FALSE },
    { "http://localhost.example/x", FALSE }, { "http://192.168.1.1/x", FALSE },
    { "http://127.0.0.1@a.example/", FALSE }, { "ftp://127.0.0.1/x",   FALSE },
    { "file:///x",                  FALSE }, { "/x",                   FALSE },
    { "",                           FALSE }, { "https:",               FALSE }
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_test_message ("%s", addresses[i].address);
      g_assert_cmpint (pisces_http_is_safe (addresses[i].address), ==, addresses[i].safe);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/download/https-is-never-left-for-http", test_follow);
  g_test_add_func ("/download/safe-addresses", test_safe);

  return g_test_run ();
}
