/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All 65,536 float16 and bfloat16 patterns are read as the numbers that IEEE
 * 754 defines, and a number is stored in bfloat16 as the nearest one; of two
 * equally near ones, the even one.
 */

#include <math.h>
#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/backend/tensor.h"

/* From the definition: sign, five bits of exponent, ten bits of fraction.  */
static gdouble
value_of_f16 (guint bits)
{
  const gint    exponent = bits >> 10 & 31;
  const gint    fraction = bits & 1023;
  const gdouble sign     = bits >> 15 ? -1.0 : 1.0;

  if (exponent == 31)
    return fraction ? NAN : sign * INFINITY;
  if (exponent == 0)
    return sign * ldexp (fraction, -24);
  return sign * ldexp (1024 + fraction, exponent - 25);
}

static gboolean
is_same (gdouble a,
         gdouble b)
{
  return (isnan (a) && isnan (b)) || (a == b && signbit (a) == signbit (b));
}

static void
test_read (void)
{
  g_autofree guint16 *patterns = g_new (guint16, 65536);
  g_autofree gfloat  *values   = g_new (gfloat, 65536);
  PiscesHostTensor    tensor   = { "patterns", PISCES_F16, 1, { 65536 }, patterns };

  for (guint i = 0; i < 65536; i++)
    patterns[i] = i;
  pisces_host_tensor_to_f32 (&tensor, values);
  for (guint i = 0; i < 65536; i++)
    {
      const PiscesHostTensor one = { "one", PISCES_F16, 1, { 1 }, patterns + i };

      if (! is_same (values[i], value_of_f16 (i)) ||
          ! is_same (pisces_f16_to_f32 (i), value_of_f16 (i)))
        g_error ("float16 %04x is %g instead of %g", i, values[i], value_of_f16 (i));
      g_assert_cmpint (pisces_host_tensor_is_finite (&one), ==, isfinite (value_of_f16 (i)) != 0);
    }

  tensor.dtype = PISCES_BF16;
  pisces_host_tensor_to_f32 (&tensor, values);
  for (guint i = 0; i < 65536; i++)
    {
      const guint32          wide = i << 16;
      const PiscesHostTensor one  = { "one", PISCES_BF16, 1, { 1 }, patterns + i };
      gfloat                 value;

      memcpy (&value, &wide, sizeof (value));
      g_assert_true (is_same (values[i], value));
      g_assert_cmpint (pisces_host_tensor_is_finite (&one), ==, isfinite (value) != 0);
    }
}

static void
test_stored (void)
{
  for (guint high = 0; high < 65536; high++)
    for (guint i = 0; i < 8; i++)
      {
        static const guint low[8] = { 0, 1, 0x7fff, 0x8000, 0x8001, 0xffff, 0x4000, 0xc000 };
        const guint32      bits   = high << 16 | low[i];
        guint              expected;
        gfloat             value;

        memcpy (&value, &bits, sizeof (value));
        if (! isfinite (value))
          continue;

        /* Rounds up if more than half is cut off, and at exactly half to the
         * even number.  */
        expected = high + (low[i] > 0x8000 || (low[i] == 0x8000 && high % 2 == 1));
        g_assert_cmphex (pisces_cpu_to_bf16 (value), ==, expected & 0xffff);
      }
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sixteen-bits/read", test_read);
  g_test_add_func ("/sixteen-bits/stored", test_stored);

  return g_test_run ();
}
