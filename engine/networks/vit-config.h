/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vit-config.h: reads a `SiglipVisionConfig`.  Only for vit.c.
 */

#pragma once

#include "engine/networks/vit.h"

G_BEGIN_DECLS

#define PISCES_VIT_MAX_STEM    8
#define PISCES_VIT_STEM_GROUPS 8

/* The stem: stages that each halve the size of the picture.  */
typedef struct
{
  gint n_stages;
  gint channels[PISCES_VIT_MAX_STEM];
} PiscesVitStem;

gboolean pisces_vit_config_read (PiscesVitConfig  *vit_config,
                                 PiscesVitStem    *stem,
                                 PiscesConfig     *config,
                                 gint              input_size,
                                 GError          **error);

G_END_DECLS
