/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * chart.c: colours whose sRGB values are known, in the numbers of any profile.
 * The matrices are computed here from the chromaticities in the standards (IEC
 * 61966-2-1, Adobe RGB (1998), ITU-R BT.2020, ROMM RGB) with Bradford's
 * adaptation, independently of the code under test.
 */

#include <math.h>
#include <string.h>

#include <lcms2.h>

#include "chart.h"

typedef gdouble Matrix[3][3];

/* x and y of red, green, blue and white.  */
static const gdouble srgb[8]     = { 0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290 };
static const gdouble adobe[8]    = { 0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.3290 };
static const gdouble rec2020[8]  = { 0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290 };
static const gdouble prophoto[8] = { 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001, 0.3457, 0.3585 };

static const Matrix identity = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } };
static const Matrix bradford = { {  0.8951,  0.2664, -0.1614 },
                                 { -0.7502,  1.7135,  0.0367 },
                                 {  0.0389, -0.0685,  1.0296 } };

/* Red is stored as green, green as blue, and blue as red.  */
static const Matrix turned_to_srgb = { { 0, 1, 0 }, { 0, 0, 1 }, { 1, 0, 0 } };

static void
multiply (const Matrix a,
          const Matrix b,
          Matrix       product)
{
  for (gint i = 0; i < 3; i++)
    for (gint j = 0; j < 3; j++)
      product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
}

static void
invert (const Matrix m,
        Matrix       inverse)
{
  gdouble determinant = 0;

  for (gint i = 0; i < 3; i++)
    for (gint j = 0; j < 3; j++)
      inverse[j][i] = m[(i + 1) % 3][(j + 1) % 3] * m[(i + 2) % 3][(j + 2) % 3] -
                      m[(i + 1) % 3][(j + 2) % 3] * m[(i + 2) % 3][(j + 1) % 3];

  for (gint j = 0; j < 3; j++)
    determinant += m[0][j] * inverse[j][0];
  for (gint i = 0; i < 3; i++)
    for (gint j = 0; j < 3; j++)
      inverse[i][j] /= determinant;
}

static void
xy_to_xyz (const gdouble *xy,
           gdouble       *xyz)
{
  xyz[0] = xy[0] / xy[1];
  xyz[1] = 1.0;
  xyz[2] = (1.0 - xy[0] - xy[1]) / xy[1];
}

/* From linear values to XYZ relative to the primaries' own white.  */
static void
primaries_to_xyz (const gdouble *chromaticities,
                  Matrix         to_xyz)
{
  Matrix  columns, inverse;
  gdouble xyz[3], white[3], amounts[3];

  for (gint j = 0; j < 3; j++)
    {
      xy_to_xyz (chromaticities + 2 * j, xyz);
      for (gint i = 0; i < 3; i++)
        columns[i][j] = xyz[i];
    }

  xy_to_xyz (chromaticities + 6, white);
  invert (columns, inverse);
  chart_apply (inverse, white, amounts);
  for (gint i = 0; i < 3; i++)
    for (gint j = 0; j < 3; j++)
      to_xyz[i][j] = columns[i][j] * amounts[j];
}

/* From XYZ relative to one white to XYZ relative to another.  */
static void
adapt (const gdouble *from_xy,
       const gdouble *to_xy,
       Matrix         adaptation)
{
  Matrix  scale = { { 0 } };
  Matrix  inverse, scaled;
  gdouble from_white[3], to_white[3], from_cones[3], to_cones[3];

  xy_to_xyz (from_xy, from_white);
  xy_to_xyz (to_xy, to_white);
  chart_apply (bradford, from_white, from_cones);
  chart_apply (bradford, to_white, to_cones);
  for (gint i = 0; i < 3; i++)
    scale[i][i] = to_cones[i] / from_cones[i];

  invert (bradford, inverse);
  multiply (scale, bradford, scaled);
  multiply (inverse, scaled, adaptation);
}

static void
add_profile (GPtrArray        *profiles,
             const gchar      *name,
             ChartKind         kind,
             GimpColorProfile *profile,
             const Matrix      to_srgb)
{
  ChartProfile *chart = g_new0 (ChartProfile, 1);

  chart->name    = name;
  chart->kind    = kind;
  chart->profile = profile;
  memcpy (chart->to_srgb, to_srgb, sizeof chart->to_srgb);
  invert (to_srgb, chart->from_srgb);
  g_ptr_array_add (profiles, chart);
}

static void
add_space (GPtrArray     *profiles,
           const gchar   *name,
           const gdouble *chromaticities)
{
  GimpColorProfile *profile;
  const gchar      *icc;
  gint              length = 0;
  Matrix            to_xyz, from_xyz, adaptation, adapted, to_srgb;

  icc     = babl_space_get_icc (babl_space (name), &length);
  profile = gimp_color_profile_new_from_icc_profile ((const guint8 *) icc,
                                                     length, NULL);

  primaries_to_xyz (chromaticities, to_xyz);
  adapt (chromaticities + 6, srgb + 6, adaptation);
  multiply (adaptation, to_xyz, adapted);
  primaries_to_xyz (srgb, to_xyz);
  invert (to_xyz, from_xyz);
  multiply (from_xyz, adapted, to_srgb);

  add_profile (profiles, name, CHART_RGB_MATRIX, profile, to_srgb);
}

/* A node of the table: the rotated colour as 16-bit Lab.  */
static cmsInt32Number
sample_table (const cmsUInt16Number  in[],
              cmsUInt16Number        out[],
              void                  *to_lab)
{
  const cmsUInt16Number turned[3] = { in[1], in[2], in[0] };

  cmsDoTransform (to_lab, turned, out, 1);

  return TRUE;
}

/* A profile as scanners and printers have it: no primaries, but a table from
 * stored values to Lab; this one rotates the channels.
 */
static GimpColorProfile *
make_table_profile (void)
{
  const gsize       n_nodes  = 17;
  cmsHPROFILE       screen   = cmsCreate_sRGBProfile ();
  cmsHPROFILE       lab      = cmsCreateLab4Profile (NULL);
  cmsHTRANSFORM     to_lab   = cmsCreateTransform (screen, TYPE_RGB_16,
                                                   lab, TYPE_LabV2_16,
                                                   INTENT_RELATIVE_COLORIMETRIC, 0);
  cmsPipeline      *pipeline = cmsPipelineAlloc (NULL, 3, 3);
  cmsStage         *table    = cmsStageAllocCLut16bit (NULL, n_nodes, 3, 3, NULL);
  cmsMLU           *name     = cmsMLUalloc (NULL, 1);
  cmsHPROFILE       profile  = cmsCreateProfilePlaceholder (NULL);
  cmsUInt32Number   length   = 0;
  g_autofree guint8 *icc     = NULL;
  GimpColorProfile *made;

  cmsStageSampleCLut16bit (table, sample_table, to_lab, 0);
  cmsPipelineInsertStage (pipeline, cmsAT_END, table);
  cmsMLUsetASCII (name, "en", "US", "turned channels");

  cmsSetProfileVersion (profile, 2.1);
  cmsSetDeviceClass (profile, cmsSigInputClass);
  cmsSetColorSpace (profile, cmsSigRgbData);
  cmsSetPCS (profile, cmsSigLabData);
  cmsWriteTag (profile, cmsSigProfileDescriptionTag, name);
  cmsWriteTag (profile, cmsSigMediaWhitePointTag, cmsD50_XYZ ());
  cmsWriteTag (profile, cmsSigAToB0Tag, pipeline);
  cmsSaveProfileToMem (profile, NULL, &length);
  icc = g_malloc (length);
  cmsSaveProfileToMem (profile, icc, &length);
  made = gimp_color_profile_new_from_icc_profile (icc, length, NULL);

  cmsCloseProfile (profile);
  cmsMLUfree (name);
  cmsPipelineFree (pipeline);
  cmsDeleteTransform (to_lab);
  cmsCloseProfile (lab);
  cmsCloseProfile (screen);

  return made;
}

static GimpColorProfile *
make_gray_profile (void)
{
  cmsToneCurve      *curve   = cmsBuildGamma (NULL, 1.8);
  cmsHPROFILE        profile = cmsCreateGrayProfile (cmsD50_xyY (), curve);
  cmsUInt32Number    length  = 0;
  g_autofree guint8 *icc     = NULL;
  GimpColorProfile  *made;

  cmsSaveProfileToMem (profile, NULL, &length);
  icc = g_malloc (length);
  cmsSaveProfileToMem (profile, icc, &length);
  made = gimp_color_profile_new_from_icc_profile (icc, length, NULL);

  cmsCloseProfile (profile);
  cmsFreeToneCurve (curve);

  return made;
}

/* Returns: (element-type ChartProfile): all profiles that are tested.  */
GPtrArray *
chart_make_profiles (void)
{
  GPtrArray *profiles = g_ptr_array_new ();

  add_profile (profiles, "no profile", CHART_ANY, NULL, identity);
  add_profile (profiles, "sRGB", CHART_RGB_MATRIX,
               gimp_color_profile_new_rgb_srgb (), identity);
  add_space (profiles, "Adobish", adobe);
  add_space (profiles, "Rec2020", rec2020);
  ((ChartProfile *) profiles->pdata[profiles->len - 1])->far = TRUE;
  add_space (profiles, "ProPhoto", prophoto);
  add_profile (profiles, "a table", CHART_RGB_LUT, make_table_profile (),
               turned_to_srgb);
  add_profile (profiles, "grey, as in Lab", CHART_GRAY,
               gimp_color_profile_new_d50_gray_lab_trc (), identity);
  add_profile (profiles, "grey, gamma 1.8", CHART_GRAY,
               make_gray_profile (), identity);
  ((ChartProfile *) profiles->pdata[profiles->len - 1])->far = TRUE;

  return profiles;
}

/* sRGB's curve (IEC 61966-2-1).  */
gdouble
chart_to_linear (gdouble stored)
{
  return stored <= 0.04045 ? stored / 12.92
                           : pow ((stored + 0.055) / 1.055, 2.4);
}

gdouble
chart_from_linear (gdouble linear)
{
  return linear <= 0.0031308 ? linear * 12.92
                             : 1.055 * pow (linear, 1.0 / 2.4) - 0.055;
}

void
chart_apply (const gdouble  matrix[3][3],
             const gdouble *from,
             gdouble       *to)
{
  for (gint i = 0; i < 3; i++)
    to[i] = matrix[i][0] * from[0] + matrix[i][1] * from[1] +
            matrix[i][2] * from[2];
}
