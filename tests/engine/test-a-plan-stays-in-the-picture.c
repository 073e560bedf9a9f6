/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A place outside the picture, in a plan that a person wrote, becomes the nearest one in
 * it, and that is told.
 */

#include <string.h>

#include "engine/pisces.h"


static PiscesGenerateResult *
draw (PiscesEngine *engine,
      const gchar  *plan)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red circle");
  g_autoptr (GError)                error   = NULL;
  PiscesGenerateResult             *result;

  request->plan  = g_strdup (plan);
  request->steps = 2;
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return result;
}

static guint
n_warnings (const PiscesGenerateResult *result)
{
  return result->warnings ? g_strv_length (result->warnings) : 0;
}

static void
test_outside (void)
{
  static const struct { const gchar *plan, *read; } cases[] =
  {
    { "red circle x99 y8 s3", "red circle x15 y8 s3" },
    { "red circle x8 y16 s3", "red circle x8 y15 s3" },
    { "red circle x8 y8 s8",  "red circle x8 y8 s7"  },
    { "blue background; red circle x20 y20 s20; green star x3 y3 s1",
      "blue background; red circle x15 y15 s7; green star x3 y3 s1" },
  };
  g_autoptr (PiscesEngine) engine = pisces_engine_new (PISCES_NANO, "cpu");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PiscesGenerateResult) outside = draw (engine, cases[i].plan);
      g_autoptr (PiscesGenerateResult) inside  = draw (engine, cases[i].read);
      const PiscesPicture             *a = outside->pictures->pdata[0];
      const PiscesPicture             *b = inside->pictures->pdata[0];

      g_assert_cmpstr (a->plan, ==, cases[i].read);
      g_assert_cmpmem (a->image->pixels, a->image->width * a->image->height * 4,
                       b->image->pixels, b->image->width * b->image->height * 4);
      g_assert_cmpuint (n_warnings (outside), ==, 1);
      g_test_message ("%s", outside->warnings[0]);
      g_assert_true (strstr (outside->warnings[0], "outside the picture"));
      g_assert_cmpstr (b->plan, ==, cases[i].read);
      g_assert_cmpuint (n_warnings (inside), ==, 0);
    }
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/plan/outside", test_outside);

  return g_test_run ();
}
