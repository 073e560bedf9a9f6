/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-requests.h: new pictures from those that are there.
 */

#pragma once

#include "ui/generate/pisces-result-pane.h"

G_BEGIN_DECLS

void pisces_result_request_again     (PiscesResultPane *pane);
void pisces_result_request_variation (PiscesResultPane *pane);
void pisces_result_request_blend     (PiscesResultPane *pane);

G_END_DECLS
