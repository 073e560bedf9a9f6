/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-comparing.c: measures a model that only compares pictures: checking its files,
 * loading, and comparing two pictures.  A benchmark, not a test; it prints a sentence.
 *
 *   bench-comparing FOLDER TURNS
 */

#include <stdlib.h>

#include "engine/pisces.h"

#define MAX_TURNS 50


static void
die_of (GError *error)
{
  g_printerr ("bench-comparing: %s\n", error->message);
  exit (1);
}

static gint
by_value (gconstpointer a,
          gconstpointer b)
{
  const gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

/* The first turn loads the model.  */
gint
main (gint    argc,
      gchar **argv)
{
  g_autoptr (PiscesModelInfo) info   = NULL;
  g_autoptr (PiscesEngine)    engine = pisces_engine_new (NULL, "cpu");
  g_autoptr (PiscesImage)     a      = pisces_image_new (640, 480, NULL);
  g_autoptr (PiscesImage)     b      = pisces_image_new (480, 640, NULL);
  g_autoptr (PiscesStatus)    status = NULL;
  gdouble                     seconds[MAX_TURNS + 1];
  GError                     *error  = NULL;
  gint                        n;

  if (argc != 3)
    {
      g_printerr ("Usage: bench-comparing FOLDER TURNS\n");
      return 2;
    }

  n    = CLAMP (atoi (argv[2]), 1, MAX_TURNS);
  info = pisces_model_inspect (argv[1], &error);
  if (info == NULL)
    die_of (error);
  for (gsize i = 0; i < (gsize) a->width * a->height * 4; i++)
    {
      a->pixels[i] = i % 251;
      b->pixels[i] = i % 241;
    }

  pisces_engine_set_model (engine, PISCES_ROLE_COMPARE, argv[1], "cpu");
  for (gint i = 0; i <= n; i++)
    {
      const gint64 begin = g_get_monotonic_time ();
      gdouble      alike;

      if (! pisces_engine_compare (engine, a, b, &alike, NULL, &error))
        die_of (error);
      seconds[i] = (g_get_monotonic_time () - begin) * 1e-6;
    }
  status = pisces_engine_get_status (engine);
  qsort (seconds + 1, n, sizeof (gdouble), by_value);

  g_print ("%s, %.0f M parameters, %.2f GB: loaded in %.2f s; two pictures compared in %.2f s "
           "(median of %d, %.2f to %.2f); the engine says %.2f GB, foretold %.2f GB\n",
           info->name, info->n_parameters * 1e-6, info->n_bytes * 1e-9, status->load_seconds,
           seconds[1 + n / 2], n, seconds[1], seconds[n], status->resident_bytes * 1e-9,
           info->memory_bytes * 1e-9);

  return 0;
}
