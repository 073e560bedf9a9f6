/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-checks.h: checks how well results match their prompts.
 */

#pragma once

#include "ui/generate/pisces-result-pane.h"

#include "plugin/session.h"

G_BEGIN_DECLS

typedef struct _PiscesGenerateChecks PiscesGenerateChecks;

/* @result: has its score now; it may no longer be shown.  */
typedef void (* PiscesCheckedFunc) (PiscesResult *result,
                                    gpointer      user_data);

PiscesGenerateChecks * pisces_generate_checks_new
                                    (PiscesSession         *session,
                                     PiscesResultPane      *pane,
                                     PiscesCheckedFunc      checked,
                                     gpointer               user_data);
void                   pisces_generate_checks_check
                                    (PiscesGenerateChecks  *checks,
                                     PiscesResult          *result);

G_END_DECLS
