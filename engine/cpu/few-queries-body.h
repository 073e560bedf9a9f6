/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * few-queries-body.h: the code for one width of vector registers.
 * few-queries.c includes it once for each width, and defines before that:
 *
 *   FEW(name)       the name with a suffix of its own
 *   FEW_TARGET      the attribute that lets the compiler use the registers
 *   FEW_LANES       floats of one register
 *   FEW_HALVES(at)  so many float16 as floats
 */

typedef gfloat FEW (Vector)
  __attribute__ ((vector_size (FEW_LANES * 4), aligned (4), may_alias));

FEW_TARGET static inline __attribute__ ((always_inline)) FEW (Vector)
FEW (load) (const guint8   *row,
            gint            i,
            const gboolean  f16)
{
  if (f16)
    return FEW_HALVES ((const guint16 *) row + i);
  return *(const FEW (Vector) *) (row + i * sizeof (gfloat));
}

FEW_TARGET static inline __attribute__ ((always_inline)) gfloat
FEW (total) (const FEW (Vector) vector)
{
  PiscesCpuFour four[FEW_LANES / 4];

  memcpy (four, &vector, sizeof (four));
  #pragma GCC unroll 4
  for (gint n = FEW_LANES / 8; n > 0; n /= 2)
    #pragma GCC unroll 4
    for (gint i = 0; i < n; i++)
      four[i] += four[i + n];
  return (four[0][0] + four[0][2]) + (four[0][1] + four[0][3]);
}

/* Multiplies one key with @n queries.  */
FEW_TARGET static inline __attribute__ ((always_inline)) void
FEW (multiply_key) (gfloat         *scores,
                    const gfloat   *queries,
                    const guint8   *key,
                    const gint      n,
                    gint            head_dim,
                    const gboolean  f16)
{
  FEW (Vector) sums[4];

  #pragma GCC unroll 4
  for (gint q = 0; q < n; q++)
    sums[q] = (FEW (Vector)) { 0 };
  for (gint i = 0; i < head_dim; i += FEW_LANES)
    {
      const FEW (Vector) values = FEW (load) (key, i, f16);

      #pragma GCC unroll 4
      for (gint q = 0; q < n; q++)
        sums[q] += values * *(const FEW (Vector) *) (queries + q * head_dim + i);
    }
  #pragma GCC unroll 4
  for (gint q = 0; q < n; q++)
    scores[q * PISCES_FEW_KEYS] = FEW (total) (sums[q]);
}

/* While one row is multiplied, the next is fetched.  */
FEW_TARGET static inline __attribute__ ((always_inline)) void
FEW (multiply) (const PiscesFewStep *step,
                const gboolean       f16)
{
  const gint size = step->head_dim * (f16 ? 2 : 4);

  for (gint row = 0; row < step->n_rows; row++)
    for (gint group = 0; group < step->n_groups; group++)
      {
        const guint8 *key     = step->rows + row * step->row_bytes + group * size;
        const gfloat *queries = step->queries + group * step->per_group * step->head_dim;
        gfloat       *scores  = step->scores + group * step->per_group * PISCES_FEW_KEYS + row;
        gint          q       = 0;

        for (gint i = 0; i < size; i += 64)
          __builtin_prefetch (key + step->row_bytes + i);
        for (; q + 4 <= step->per_group; q += 4)
          FEW (multiply_key) (scores + q * PISCES_FEW_KEYS, queries + q * step->head_dim, key, 4,
                              step->head_dim, f16);
        for (; q < step->per_group; q++)
          FEW (multiply_key) (scores + q * PISCES_FEW_KEYS, queries + q * step->head_dim, key, 1,
                              step->head_dim, f16);
      }
}

/* Adds @n rows of values of one group to the sums of its queries.  */
FEW_TARGET static inline __attribute__ ((always_inline)) void
FEW (add_values) (const PiscesFewStep *step,
                  gint                 group,
                  const guint8        *values,
                  gint                 row,
                  const gint           n,
                  const gboolean       f16)
{
  const gint head_dim = step->head_dim;

  for (gint i = 0; i < head_dim; i += FEW_LANES)
    {
      FEW (Vector) loaded[4];

      #pragma GCC unroll 4
      for (gint j = 0; j < n; j++)
        loaded[j] = FEW (load) (values + j * step->row_bytes, i, f16);
      for (gint q = group * step->per_group; q < (group + 1) * step->per_group; q++)
        {
          const gfloat *scores = step->scores + q * PISCES_FEW_KEYS + row;
          FEW (Vector) *at     = (FEW (Vector) *) (step->sums + q * head_dim + i);
          FEW (Vector)  sum    = *at;

          #pragma GCC unroll 4
          for (gint j = 0; j < n; j++)
            sum += scores[j] * loaded[j];
          *at = sum;
        }
    }
}

FEW_TARGET static inline __attribute__ ((always_inline)) void
FEW (add) (const PiscesFewStep *step,
           const gboolean       f16)
{
  const gint size = step->head_dim * (f16 ? 2 : 4);
  gint       row  = 0;

  for (; row + 4 <= step->n_rows; row += 4)
    for (gint group = 0; group < step->n_groups; group++)
      {
        const guint8 *values = step->rows + row * step->row_bytes + group * size;

        #pragma GCC unroll 4
        for (gint j = 4; j < 8; j++)
          for (gint i = 0; i < size; i += 64)
            __builtin_prefetch (values + j * step->row_bytes + i);
        FEW (add_values) (step, group, values, row, 4, f16);
      }
  for (; row < step->n_rows; row++)
    for (gint group = 0; group < step->n_groups; group++)
      FEW (add_values) (step, group, step->rows + row * step->row_bytes + group * size, row, 1,
                        f16);
}

FEW_TARGET static void
FEW (multiply_f32) (const PiscesFewStep *step)
{
  FEW (multiply) (step, FALSE);
}

FEW_TARGET static void
FEW (multiply_f16) (const PiscesFewStep *step)
{
  FEW (multiply) (step, TRUE);
}

FEW_TARGET static void
FEW (add_f32) (const PiscesFewStep *step)
{
  FEW (add) (step, FALSE);
}

FEW_TARGET static void
FEW (add_f16) (const PiscesFewStep *step)
{
  FEW (add) (step, TRUE);
}

static const PiscesFew FEW (few) =
{
  FEW (multiply_f32), FEW (multiply_f16), FEW (add_f32), FEW (add_f16)
};
