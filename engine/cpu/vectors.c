/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vectors.c: which vector registers are used.  Tests choose narrower ones than the
 * machine has with the environment variable PISCES_CPU_VECTORS (128, 256, 512), and
 * do without products of bfloat16 with PISCES_CPU_BF16=no.
 */

#include <stdlib.h>

#include "engine/cpu/vectors.h"


/**
 * pisces_cpu_allowed_bits:
 *
 * Returns: the width of the registers that PISCES_CPU_VECTORS allows, in bits; 512
 *   if it is not set.  The machine may not have them.
 */
gint
pisces_cpu_allowed_bits (void)
{
  const gchar *wanted = g_getenv ("PISCES_CPU_VECTORS");

  return wanted ? atoi (wanted) : 512;
}

/**
 * pisces_cpu_vector_bits:
 *
 * Returns: the width of the widest registers that this machine has and that are
 *   allowed: 128, 256 or 512 bits.
 */
gint
pisces_cpu_vector_bits (void)
{
#ifdef __x86_64__
  const gint allowed = pisces_cpu_allowed_bits ();

  if (allowed >= 512 && __builtin_cpu_supports ("x86-64-v4"))
    return 512;
  if (allowed >= 256 && __builtin_cpu_supports ("x86-64-v3"))
    return 256;
#endif
  return 128;
}

/**
 * pisces_cpu_has_bf16:
 *
 * Returns: whether this machine multiplies pairs of bfloat16 in its widest registers,
 *   and that is allowed.
 */
gboolean
pisces_cpu_has_bf16 (void)
{
#ifdef __x86_64__
  return pisces_cpu_vector_bits () == 512 && __builtin_cpu_supports ("avx512bf16") &&
         g_strcmp0 (g_getenv ("PISCES_CPU_BF16"), "no") != 0;
#else
  return FALSE;
#endif
}
