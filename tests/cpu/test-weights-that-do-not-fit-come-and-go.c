/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If weights do not all fit into the memory budget, products are right all the
 * same and the budget is never exceeded.  A network that is read again and
 * again loses as few weights as possible; before that, those of another
 * network are freed, beginning with those unused for longest.
 */

#include <string.h>

#include "tests/cpu/op-case.h"

#define N      8                    /* of a network                            */
#define N_OUT  96
#define N_IN   64

typedef struct
{
  gfloat        values[N][N_OUT * N_IN];
  PiscesWeight *weights[N];
} Network;

static void
load (PiscesBackend *backend,
      Network       *network,
      gconstpointer  group)
{
  for (gint i = 0; i < N; i++)
    {
      PiscesHostTensor part = { "weight", PISCES_F32, 2, { N_OUT, N_IN }, network->values[i] };

      for (gint k = 0; k < N_OUT * N_IN; k++)
        network->values[i][k] = random_value ();
      network->weights[i] = pisces_backend_upload_streamed (backend, PISCES_WEIGHT_LINEAR, &part, 1,
                                                            group);
      g_assert_nonnull (network->weights[i]);
    }
}

static void
unload (Network *network)
{
  for (gint i = 0; i < N; i++)
    pisces_weight_free (network->weights[i]);
}

/* Reads all of them, one after another, like a forward function.  */
static void
read_all (PiscesBackend *backend,
          Network       *network,
          PiscesTensor   y,
          PiscesTensor   x,
          const gfloat  *inputs)
{
  gfloat found[N_OUT];

  for (gint i = 0; i < N; i++)
    {
      pisces_linear (backend, y, x, network->weights[i], NULL, PISCES_ACT_NONE, FALSE);
      g_assert_true (pisces_download (backend, found, y));
      for (gint o = 0; o < N_OUT; o++)
        {
          gdouble sum = 0;

          for (gint k = 0; k < N_IN; k++)
            sum += (gdouble) inputs[k] * network->values[i][o * N_IN + k];
          g_assert_cmpfloat (ABS (found[o] - sum), <, 1e-4);
        }
      g_assert_cmpuint (pisces_backend_resident_bytes (backend), <=, backend->memory_budget);
    }
}

static void
test_budget (void)
{
  PiscesBackend      *backend = case_begin ();
  g_autofree Network *one     = g_new0 (Network, 1);
  g_autofree Network *other   = g_new0 (Network, 1);
  PiscesTensor        x       = pisces_backend_alloc (backend, 2, 1, N_IN);
  PiscesTensor        y       = pisces_backend_alloc (backend, 2, 1, N_OUT);
  gfloat              inputs[N_IN];
  gsize               weight_bytes;
  guint64             n_evicted;

  for (gint k = 0; k < N_IN; k++)
    inputs[k] = random_value ();
  pisces_upload (backend, x, inputs);

  /* Room for one weight less than a network has.  */
  weight_bytes           = N_OUT * N_IN * sizeof (gfloat);
  backend->may_stream    = TRUE;
  backend->memory_budget = pisces_backend_resident_bytes (backend) + (N - 1) * weight_bytes +
                           weight_bytes / 2;
  load (backend, one, one);
  g_assert_cmpuint (one->weights[0]->n_bytes, ==, weight_bytes);

  /* At first all except the last are in memory.  In each round, one weight is
   * freed for the one that is missing: of those in memory, the one that was
   * read last.  */
  read_all (backend, one, y, x, inputs);
  for (gint round = 0; round < 4; round++)
    {
      n_evicted = backend->n_evicted;
      read_all (backend, one, y, x, inputs);
      g_assert_cmpuint (backend->n_evicted - n_evicted, <=, 2);
    }

  /* Another network is read: all weights of the first are freed, and of its
   * own only as many as necessary.  */
  load (backend, other, other);
  n_evicted = backend->n_evicted;
  read_all (backend, other, y, x, inputs);
  g_assert_cmpuint (backend->n_evicted - n_evicted, <=, N);

  /* Half of it is read again; then a few weights of the first, for which those
   * unused for longest are freed: the half that was read stays.  */
  for (gint i = 0; i < N / 2; i++)
    pisces_linear (backend, y, x, other->weights[i], NULL, PISCES_ACT_NONE, FALSE);
  for (gint i = 0; i < N / 2 - 1; i++)
    pisces_linear (backend, y, x, one->weights[i], NULL, PISCES_ACT_NONE, FALSE);
  for (gint i = 0; i < N / 2; i++)
    g_assert_true (other->weights[i]->is_resident);

  g_assert_true (pisces_backend_finish (backend, NULL));
  unload (one);
  unload (other);
  g_assert_cmpuint (backend->weight_bytes, ==, 0);
  case_end ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/weights/a-budget-is-kept-with-the-fewest-changes", test_budget);

  return g_test_run ();
}
