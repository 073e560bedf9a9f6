/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wait.h: waits for asynchronous jobs, for callers that need the result at
 * once.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/* Only wait.c uses the members.  */
typedef struct
{
  GMainLoop    *loop;
  GAsyncResult *result;
  guint         n_warnings;   /* how many were shown */
} PiscesWait;

void                   pisces_wait_init         (PiscesWait                   *wait);
void                   pisces_wait_notify       (GObject                      *source,
                                                 GAsyncResult                 *result,
                                                 gpointer                      data);
void                   pisces_wait_tell         (const PiscesProgress         *progress,
                                                 gpointer                      wait);
GAsyncResult         * pisces_wait_run          (PiscesWait                   *wait);

PiscesGenerateResult * pisces_wait_for_generate (PiscesEngine                 *engine,
                                                 const PiscesGenerateRequest  *request,
                                                 GError                      **error);
PiscesDescribeResult * pisces_wait_for_describe (PiscesEngine                 *engine,
                                                 const PiscesDescribeRequest  *request,
                                                 GError                      **error);

G_END_DECLS
