/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * chart.h: colours whose sRGB values are known, in the numbers of any profile.
 */

#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

typedef enum
{
  CHART_ANY,           /* RGB or grey, without a profile           */
  CHART_RGB_MATRIX,    /* three primaries and a curve              */
  CHART_RGB_LUT,       /* a table, from which babl cannot make a space */
  CHART_GRAY
} ChartKind;

/**
 * ChartProfile:
 * @name: its name in the report.
 * @kind: which images can have it.
 * @far: whether its numbers are very different from those of sRGB; such a
 *   profile is tested with every precision.
 * @profile: (nullable): %NULL: the image has none.
 * @to_srgb: converts linear values of its primaries to those of sRGB; for a
 *   table, stored values to stored sRGB.
 * @from_srgb: the reverse.
 */
typedef struct
{
  const gchar      *name;
  ChartKind         kind;
  gboolean          far;
  GimpColorProfile *profile;
  gdouble           to_srgb[3][3];
  gdouble           from_srgb[3][3];
} ChartProfile;

GPtrArray * chart_make_profiles (void);
gdouble     chart_to_linear     (gdouble             stored);
gdouble     chart_from_linear   (gdouble             linear);
void        chart_apply         (const gdouble       matrix[3][3],
                                 const gdouble      *from,
                                 gdouble            *to);

G_END_DECLS
