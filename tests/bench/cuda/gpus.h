/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gpus.h: the rates of some cards according to their data sheets.
 */

#pragma once

#include <glib.h>

#define GIGA 1e9
#define TERA 1e12

/* Memory; dense 16-bit products with float32 sums on tensor cores; float32 on
 * ordinary cores.  */
static const struct
{
  const gchar *name;
  const gchar *said;        /* a part of the device's name */
  gdouble      bytes_s;
  gdouble      tensor_s;
  gdouble      float_s;
} gpus[] =
{
  { "RTX 3060", "RTX 3060",        360 * GIGA,  25.5 * TERA,  12.7 * TERA },
  { "RTX 3090", "RTX 3090",        936 * GIGA,  71.2 * TERA,  35.6 * TERA },
  { "RTX 4090", "RTX 4090",       1008 * GIGA, 165.2 * TERA,  82.6 * TERA },
  { "RTX 5090", "RTX 5090",       1792 * GIGA, 209.5 * TERA, 104.8 * TERA },
  { "H100 SXM", "H100 80GB HBM3", 3350 * GIGA, 989.4 * TERA,  66.9 * TERA }
};
