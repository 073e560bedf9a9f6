/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * numbers.h: arguments of procedures that are numbers.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

/* The largest values that the windows offer.  */
#define PISCES_STEPS_MAX       1000
#define PISCES_GUIDANCE_MAX    50
#define PISCES_TEMPERATURE_MAX 5

/* The longest side of a picture that is asked for, which is more than any model
 * draws.  */
#define PISCES_SIDE_MAX        65536

/* This value lets the model choose.  */
#define PISCES_NUMBER_OF_MODEL -1.0

void     pisces_numbers_add        (GimpProcedure        *procedure,
                                    const gchar          *name,
                                    const gchar          *nick,
                                    const gchar          *blurb,
                                    gdouble               value);
gboolean pisces_numbers_get_whole  (GimpProcedureConfig  *config,
                                    const gchar          *name,
                                    gdouble               least,
                                    gdouble               most,
                                    guint32              *value,
                                    GError              **error);
gboolean pisces_numbers_get_signed (GimpProcedureConfig  *config,
                                    const gchar          *name,
                                    gint                  most,
                                    gint                 *value,
                                    GError              **error);
gboolean pisces_numbers_get        (GimpProcedureConfig  *config,
                                    const gchar          *name,
                                    gdouble               most,
                                    gdouble              *value,
                                    GError              **error);
gboolean pisces_numbers_get_above_0
                                   (GimpProcedureConfig  *config,
                                    const gchar          *name,
                                    gdouble               most,
                                    gdouble              *value,
                                    GError              **error);
gboolean pisces_numbers_get_within (GimpProcedureConfig  *config,
                                    const gchar          *name,
                                    gdouble               most,
                                    gdouble              *value,
                                    GError              **error);

G_END_DECLS
