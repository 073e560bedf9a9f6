/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture that is not square is painted from windows: each thing of a plan is in
 * the plan of exactly one, which holds all of it and paints its cells; the background
 * is in all; every cell is painted; and there are no more windows than memory is
 * planned for.
 */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/families/pisces/model.h"

#define SIDE    16
#define N_PLANS 3000

/* What rounding to places and to cells may cost, in cells.  */
#define NEAR 1.6

static const PiscesSettings settings =
{
  .latent_size     = SIDE,
  .plan_grid       = 16,
  .plan_sizes      = 8,
  .plan_least_size = 0.1,
  .plan_size_step  = 0.035,
};

static const gint64 sizes[][2] = { { 16, 28 }, { 28, 16 }, { 16, 21 }, { 21, 16 }, { 16, 17 },
                                   { 16, 24 } };


static guint
count_of (const gchar *text,
          const gchar *word)
{
  guint n = 0;

  for (const gchar *at = text; (at = strstr (at, word)); at += strlen (word))
    n++;

  return n;
}

/* The cells of a thing are painted by its window, whole; if there are others near by,
 * those in the middle of it.  */
static void
check_owners (const PiscesWindows   *windows,
              const PiscesPlanPlace *place,
              gboolean               alone,
              guint                  owner)
{
  const gdouble radius = place->radius * SIDE * (alone ? 1.0 : 0.5);

  for (gint64 y = 0; y < windows->height; y++)
    for (gint64 x = 0; x < windows->width; x++)
      if (MAX (fabs (x + 0.5 - place->x * windows->width),
               fabs (y + 0.5 - place->y * windows->height)) < radius)
        g_assert_cmpuint (windows->owners[y * windows->width + x], ==, owner);
}

/* @word: the name of the thing, in its window's plan only.  */
static void
check_thing (const PiscesWindows *windows,
             const gchar         *word,
             const gchar         *part,
             gboolean             alone)
{
  PiscesPlanPlace place, own;
  guint           n_named = 0;

  g_assert_true (pisces_plan_read_place (&settings, part, &place));
  for (guint i = 0; i < windows->n; i++)
    {
      const PiscesWindow *window = &windows->windows[i];
      g_auto (GStrv)      parts  = g_strsplit (window->plan, ";", -1);
      gdouble             x, y;

      g_assert_cmpuint (count_of (window->plan, "blue background"), ==, 1);
      n_named += count_of (window->plan, word);
      for (guint p = 0; parts[p]; p++)
        {
          if (strstr (parts[p], word) == NULL)
            continue;

          /* It is at the same place, of the same size, and inside as far as it is
           * inside the picture.  */
          g_assert_true (pisces_plan_read_place (&settings, parts[p], &own));
          x = own.x * SIDE + window->left;
          y = own.y * SIDE + window->top;
          g_assert_cmpfloat_with_epsilon (own.radius, place.radius, 1e-9);
          g_assert_cmpfloat_with_epsilon (x, place.x * windows->width, NEAR);
          g_assert_cmpfloat_with_epsilon (y, place.y * windows->height, NEAR);
          g_assert_cmpfloat (MAX (x - place.radius * SIDE, 0.0), >=, window->left - NEAR);
          g_assert_cmpfloat (MIN (x + place.radius * SIDE, windows->width), <=,
                             window->left + SIDE + NEAR);
          g_assert_cmpfloat (MAX (y - place.radius * SIDE, 0.0), >=, window->top - NEAR);
          g_assert_cmpfloat (MIN (y + place.radius * SIDE, windows->height), <=,
                             window->top + SIDE + NEAR);
          check_owners (windows, &place, alone, i);
        }
    }
  g_assert_cmpuint (n_named, ==, 1);
}

static void
check_cells (const PiscesWindows *windows)
{
  const gint64 n_cells = windows->height * windows->width;

  for (gint64 i = 0; i < n_cells; i++)
    {
      const PiscesWindow *window = &windows->windows[windows->owners[i]];
      const gint64        y = i / windows->width - window->top, x = i % windows->width - window->left;

      g_assert_true (y >= 0 && y < SIDE && x >= 0 && x < SIDE);
      for (gint64 batch = 0; batch < 2; batch++)
        g_assert_cmpint (pisces_windows_find_cell (windows, batch * n_cells + i), ==,
                         ((batch * windows->n + windows->owners[i]) * SIDE + y) * SIDE + x);
    }
}

/* Things in rows that do not touch, as models plan them, so that no cell belongs to
 * two.  */
static void
test_plans (void)
{
  static const gchar *const names[] = { "star", "fish", "moon", "tree", "boat" };
  g_autoptr (GRand)         random  = g_rand_new_with_seed (1);

  for (guint n = 0; n < N_PLANS; n++)
    {
      const gint64              *size    = sizes[n % G_N_ELEMENTS (sizes)];
      const guint                n_things = g_rand_int_range (random, 0, 6);
      g_autoptr (GString)        plan    = g_string_new ("blue background");
      g_autoptr (PiscesWindows)  windows = NULL, most = NULL;
      g_auto (GStrv)             parts   = NULL;

      for (guint i = 0; i < n_things; i++)
        g_string_append_printf (plan, "; red %s x%d y%d s%d", names[i],
                                n_things > 1 ? (gint) (15 * i / (n_things - 1))
                                             : g_rand_int_range (random, 0, 16),
                                g_rand_int_range (random, 0, 16),
                                g_rand_int_range (random, 0, n_things > 1 ? 1 : 8));

      windows = pisces_windows_new (&settings, plan->str, size[0], size[1]);
      most    = pisces_windows_new_most (&settings, size[0], size[1]);
      g_assert_cmpuint (windows->n, <=, most->n);
      check_cells (windows);

      parts = g_strsplit (plan->str, ";", -1);
      for (guint i = 0; i < n_things && size[1] > size[0]; i++)
        check_thing (windows, names[i], parts[i + 1], n_things == 1);
    }
}

/* Also plans that nobody would write: large things, all over each other.  */
static void
test_crowds (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint n = 0; n < N_PLANS; n++)
    {
      const gint64              *size    = sizes[n % G_N_ELEMENTS (sizes)];
      g_autoptr (GString)        plan    = g_string_new ("blue background");
      g_autoptr (PiscesWindows)  windows = NULL, most = NULL;
      guint                      n_named = 0;

      for (guint i = 0; i < 12; i++)
        g_string_append_printf (plan, "; red star x%d y%d s%d", g_rand_int_range (random, 0, 16),
                                g_rand_int_range (random, 0, 16), g_rand_int_range (random, 0, 8));

      windows = pisces_windows_new (&settings, plan->str, size[0], size[1]);
      most    = pisces_windows_new_most (&settings, size[0], size[1]);
      g_assert_cmpuint (windows->n, <=, most->n);
      check_cells (windows);
      for (guint i = 0; i < windows->n; i++)
        n_named += count_of (windows->windows[i].plan, "star");
      g_assert_cmpuint (n_named, ==, 12);
    }
}

/* What is no plan of places does no harm.  */
static void
test_strange_plans (void)
{
  static const gchar *const plans[] = { "", ";;; ;", "a sea at dusk", "star x y s",
                                        "star x99 y99 s99", "star x3 y4" };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      g_autoptr (PiscesWindows) windows = pisces_windows_new (&settings, plans[i], 16, 28);

      g_assert_cmpuint (windows->n, <=, 5);
      check_cells (windows);
    }
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/windows/plans", test_plans);
  g_test_add_func ("/windows/crowds", test_crowds);
  g_test_add_func ("/windows/strange-plans", test_strange_plans);

  return g_test_run ();
}
