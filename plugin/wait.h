/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wait.h: asynchronous jobs for callers that want the result now.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/* For wait.c alone.  */
typedef struct
{
  GMainLoop    *loop;
  GAsyncResult *result;
} PiscesWait;

void                   pisces_wait_init         (PiscesWait                   *wait);
void                   pisces_wait_notify       (GObject                      *source,
                                                 GAsyncResult                 *result,
                                                 gpointer                      data);
GAsyncResult         * pisces_wait_run          (PiscesWait                   *wait);

PiscesGenerateResult * pisces_wait_for_generate (PiscesEngine                 *engine,
                                                 const PiscesGenerateRequest  *request,
                                                 GError                      **error);
PiscesDescribeResult * pisces_wait_for_describe (PiscesEngine                 *engine,
                                                 const PiscesDescribeRequest  *request,
                                                 GError                      **error);

G_END_DECLS
