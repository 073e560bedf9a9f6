/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tensor-cores.cpp: the matrix products of a warp.  The positions of the
 * elements are taken from the PTX ISA ("Matrix Fragments for mma.m16n8k16"),
 * not from the kernels, so a kernel that has them wrong gives wrong results
 * here too.  Products are added in float32, one after another; a GPU has its
 * own order and rounding.
 */

#include "internal.hpp"
#include "emulation/small-floats.hpp"

#if defined (__x86_64__) && ! defined (__SANITIZE_ADDRESS__)
#define FOR_VECTORS __attribute__ ((target_clones ("avx2", "default")))
#else
#define FOR_VECTORS
#endif

namespace cuda_emulation
{

/* The low half comes first. */
static void
put_two (uint16_t *to, unsigned two)
{
  memcpy (to, &two, sizeof two);
}

/* Decodes any finite float16 with one multiplication, which the compiler can
 * do for many at a time; the exponent of infinities and NaN is set
 * separately.  */
static inline __attribute__ ((always_inline)) float
decode (uint16_t bits, bool is_bfloat16)
{
  if (is_bfloat16)
    return bfloat16_to_float (bits);

  const uint32_t digits  = (uint32_t) (bits & 0x7fffu) << 13;
  const float    value   = float_of (digits) * 5.192296858534828e33f;   /* 2^112 */
  const uint32_t special = digits >= 0x0f800000u ? 0x70000000u : 0;

  return float_of ((special ? digits | special : bits_of (value)) | (uint32_t) (bits & 0x8000u) << 16);
}

/* sums += a b, with the processor's vectors if there are any; the bits are the
 * same.  */
FOR_VECTORS static void
multiply (float sums[16][8], const uint16_t a[16][16], const uint16_t b[16][8], bool is_bfloat16)
{
  float x[16][16], y[16][8];

  for (int i = 0; i < 16; i++)
    for (int k = 0; k < 16; k++)
      x[i][k] = decode (a[i][k], is_bfloat16);
  for (int k = 0; k < 16; k++)
    for (int j = 0; j < 8; j++)
      y[k][j] = decode (b[k][j], is_bfloat16);
  for (int i = 0; i < 16; i++)
    for (int k = 0; k < 16; k++)
      for (int j = 0; j < 8; j++)
        sums[i][j] += x[i][k] * y[k][j];
}

void
complete_multiply (void *const lanes[32], unsigned mask)
{
  uint16_t a[16][16] = {}, b[16][8] = {};     /* [m][k], [k][n] */
  float    sums[16][8];
  bool     is_bfloat16 = false;

  if (mask != 0xffffffffu)
    fault ("mma.sync needs all lanes of a warp, and only 0x%08x are there", mask);
  for (int lane = 0; lane < 32; lane++)
    {
      const Multiply *m     = static_cast<Multiply *> (lanes[lane]);
      const int       group = lane / 4;
      const int       two   = lane % 4 * 2;
      uint16_t        pair[2];

      is_bfloat16 = m->is_bfloat16;
      put_two (&a[group][two],         m->a[0]);
      put_two (&a[group + 8][two],     m->a[1]);
      put_two (&a[group][two + 8],     m->a[2]);
      put_two (&a[group + 8][two + 8], m->a[3]);
      for (int i = 0; i < 2; i++)
        {
          put_two (pair, m->b[i]);
          b[two + 8 * i][group]     = pair[0];
          b[two + 8 * i + 1][group] = pair[1];
        }
      memcpy (&sums[group][two],     m->sums,     2 * sizeof (float));
      memcpy (&sums[group + 8][two], m->sums + 2, 2 * sizeof (float));
    }

  multiply (sums, a, b, is_bfloat16);

  for (int lane = 0; lane < 32; lane++)
    {
      Multiply *m = static_cast<Multiply *> (lanes[lane]);

      memcpy (m->sums,     &sums[lane / 4][lane % 4 * 2],     2 * sizeof (float));
      memcpy (m->sums + 2, &sums[lane / 4 + 8][lane % 4 * 2], 2 * sizeof (float));
    }
}

}
