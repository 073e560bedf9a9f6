/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-arguments.h: the arguments of the procedures that draw from words.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

void                    pisces_generate_arguments_add
                                          (GimpProcedure        *procedure,
                                           gboolean              with_count);
void                    pisces_generate_arguments_add_sampling
                                          (GimpProcedure        *procedure);
void                    pisces_generate_arguments_add_size
                                          (GimpProcedure        *procedure,
                                           const gchar          *otherwise);
void                    pisces_generate_arguments_add_returns
                                          (GimpProcedure        *procedure);
void                    pisces_generate_arguments_set_returns
                                          (GimpValueArray       *values,
                                           const PiscesGenerateResult
                                                                *result,
                                           gchar               **warnings);
PiscesGenerateRequest * pisces_generate_arguments_read
                                          (GimpProcedureConfig  *config,
                                           GError              **error);
PiscesGenerateRequest * pisces_generate_arguments_read_unchecked
                                          (GimpProcedureConfig  *config,
                                           GError              **error);
gboolean                pisces_generate_arguments_read_numbers
                                          (GimpProcedureConfig  *config,
                                           PiscesGenerateRequest
                                                                *request,
                                           GError              **error);

G_END_DECLS
