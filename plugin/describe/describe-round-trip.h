/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-round-trip.h: draws a picture again from its description and
 * compares the two; and rewrites one text.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

typedef struct
{
  /* Progress and previews; the fraction is that of the whole chain.  */
  PiscesProgressFunc  progress;

  /* @rebuilt was drawn from @short_text and @long_text, one of which may be
   *   %NULL.  They are @doubtful if the model does not know such pictures.  */
  void             (* tried) (const gchar *short_text,
                              const gchar *long_text,
                              gboolean     doubtful,
                              PiscesImage *rebuilt,
                              gdouble      likeness,
                              gpointer     user_data);

  /* Called at the end; @error is %NULL if everything went well.  */
  void             (* done)  (const GError *error,
                              gpointer      user_data);
} PiscesRoundTripFuncs;

void pisces_round_trip_start (PiscesEngine                *engine,
                              PiscesImage                 *original,
                              const gchar                 *text,
                              guint                        n_texts,
                              guint32                      seed,
                              GCancellable                *cancellable,
                              const PiscesRoundTripFuncs  *funcs,
                              gpointer                     user_data);

void pisces_rewrite_start    (PiscesEngine                *engine,
                              const PiscesDescribeRequest *request,
                              guint32                      seed,
                              PiscesProgressFunc           progress,
                              GCancellable                *cancellable,
                              void                      (* done) (GPtrArray    *candidates,
                                                                  gboolean      doubtful,
                                                                  const GError *error,
                                                                  gpointer      user_data),
                              gpointer                     user_data);

G_END_DECLS
