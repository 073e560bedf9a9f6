/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The arena's tensors are aligned and do not overlap; released memory is used
 * again; a trim frees only what is not in use; and a job that was planned
 * takes no more memory than the plan said, including what ops take for
 * themselves.
 */

#include "engine/backend/quantise.h"
#include "tests/cpu/op-case.h"

#define ALIGNMENT 64

static void
fill (PiscesBackend *backend,
      PiscesTensor   tensor,
      gfloat         value)
{
  const gint64       n      = pisces_tensor_count (tensor);
  g_autofree gfloat *values = g_new (gfloat, n);

  for (gint64 i = 0; i < n; i++)
    values[i] = value;
  pisces_upload (backend, tensor, values);
}

static void
assert_is (PiscesBackend *backend,
           PiscesTensor   tensor,
           gfloat         value)
{
  const gint64       n      = pisces_tensor_count (tensor);
  g_autofree gfloat *values = g_new (gfloat, n);

  g_assert_true (pisces_download (backend, values, tensor));
  for (gint64 i = 0; i < n; i++)
    g_assert_cmpfloat (values[i], ==, value);
}

static void
test_aligned_and_apart (void)
{
  PiscesBackend *backend = case_begin ();
  PiscesTensor   tensors[40];

  /* From a few bytes to more than a block.  */
  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    {
      tensors[i] = pisces_backend_alloc (backend, 2, i % 7 + 1, i == 20 ? 2000003 : 3 * i + 1);
      g_assert_cmpuint ((gsize) tensors[i].data % ALIGNMENT, ==, 0);
      fill (backend, tensors[i], i);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tensors); i++)
    assert_is (backend, tensors[i], i);
  case_end ();
}

static void
test_released (void)
{
  PiscesBackend *backend = case_begin ();
  PiscesTensor   kept    = pisces_backend_alloc (backend, 1, 1000);
  const gsize    mark    = pisces_backend_mark (backend);
  PiscesTensor   first   = pisces_backend_alloc (backend, 1, 5000);
  const gsize    bytes   = backend->arena_bytes;

  fill (backend, kept, 7);
  for (gint i = 0; i < 100; i++)
    {
      pisces_backend_release (backend, mark);
      g_assert_true (pisces_backend_alloc (backend, 1, 5000).data == first.data);
    }
  g_assert_cmpuint (backend->arena_bytes, ==, bytes);
  assert_is (backend, kept, 7);
  case_end ();
}

static void
test_trimmed (void)
{
  PiscesBackend *backend = case_begin ();
  const gsize    empty   = pisces_backend_mark (backend);
  PiscesTensor   kept;
  gsize          mark, bytes;

  pisces_backend_trim (backend);
  g_assert_cmpuint (backend->arena_bytes, ==, 0);
  kept = pisces_backend_alloc (backend, 1, 1000);
  mark = pisces_backend_mark (backend);
  fill (backend, kept, 3);
  bytes = backend->arena_bytes;
  pisces_backend_alloc (backend, 2, 8, 1 << 20);
  g_assert_cmpuint (backend->arena_bytes, >, bytes);

  pisces_backend_release (backend, mark);
  pisces_backend_trim (backend);
  g_assert_cmpuint (backend->arena_bytes, ==, bytes);
  assert_is (backend, kept, 3);

  pisces_backend_release (backend, empty);
  pisces_backend_trim (backend);
  g_assert_cmpuint (backend->arena_bytes, ==, 0);
  case_end ();
}

/* A product of many rows with quants, which needs memory of its own, between
 * two tensors.  */
static void
product (PiscesBackend *backend,
         PiscesWeight  *weight)
{
  const gsize  mark = pisces_backend_mark (backend);
  PiscesTensor x    = pisces_backend_alloc (backend, 2, 40, 256);
  PiscesTensor y    = pisces_backend_alloc (backend, 2, 40, 5000);
  PiscesTensor z;

  if (! backend->is_planning)
    fill (backend, x, 1);
  pisces_linear (backend, y, x, weight, NULL, PISCES_ACT_NONE, FALSE);
  z = pisces_backend_alloc (backend, 2, 40, 5000);
  pisces_combine (backend, z, 1, y, 1, y);
  pisces_backend_release (backend, mark);
}

static void
test_planned (void)
{
  PiscesBackend      *backend = case_begin ();
  g_autofree guint8  *quants  = g_malloc0 (5000 * 256);
  g_autofree guint16 *scales  = g_new0 (guint16, 5000 * 256 / PISCES_QUANTISED_BLOCK);
  PiscesHostTensor    host    = { .name = "quants", .dtype = PISCES_Q8_0, .n_dims = 2,
                                  .dims = { 5000, 256 }, .data = quants, .scales = scales };
  PiscesWeight       *weight  = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, &host, 1);
  gsize               n_bytes;
  guint64             n_moves;

  g_assert_nonnull (weight);
  pisces_backend_trim (backend);
  g_assert_cmpuint (backend->arena_bytes, ==, 0);

  pisces_backend_plan_begin (backend);
  product (backend, weight);
  n_bytes = pisces_backend_plan_end (backend);
  g_assert_cmpuint (n_bytes, >=, (40 * 256 + 2 * 40 * 5000) * sizeof (gfloat));
  g_assert_cmpuint (n_bytes, <, 64 << 20);
  g_assert_cmpuint (backend->arena_bytes, ==, 0);

  g_assert_true (pisces_backend_reserve (backend, n_bytes));
  n_moves = backend->n_moves;
  product (backend, weight);
  g_assert_true (pisces_backend_finish (backend, NULL));
  g_assert_cmpuint (backend->arena_bytes, <, n_bytes + ALIGNMENT);
  if (g_str_equal (backend->table->name, "cpu"))
    g_assert_cmpuint (backend->n_moves, ==, n_moves);

  pisces_weight_free (weight);
  case_end ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/arena/tensors-are-aligned-and-apart", test_aligned_and_apart);
  g_test_add_func ("/arena/what-is-released-is-given-out-again", test_released);
  g_test_add_func ("/arena/a-trim-frees-what-is-not-in-use", test_trimmed);
  g_test_add_func ("/arena/a-plan-is-enough", test_planned);

  return g_test_run ();
}
