/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-store.h: the folder in which the pictures of results are kept
 * across windows and sessions.
 */

#pragma once

#include "ui/generate/pisces-result.h"

G_BEGIN_DECLS

#define PISCES_RESULT_STORE_LIMIT_BYTES (256u * 1024 * 1024)

#define PISCES_TYPE_RESULT_STORE (pisces_result_store_get_type ())
G_DECLARE_FINAL_TYPE (PiscesResultStore, pisces_result_store,
                      PISCES, RESULT_STORE, GObject)

PiscesResultStore * pisces_result_store_new         (const gchar        *folder,
                                                     guint64             limit_bytes);

gboolean            pisces_result_store_save        (PiscesResultStore  *store,
                                                     PiscesResult       *result,
                                                     GError            **error);
gboolean            pisces_result_store_load        (PiscesResultStore  *store,
                                                     PiscesResult       *result,
                                                     GError            **error);
PiscesImage       * pisces_result_store_find        (PiscesResultStore  *store,
                                                     const gchar        *digest);
guint64             pisces_result_store_get_size    (PiscesResultStore  *store,
                                                     PiscesResult       *result);
GBytes            * pisces_result_store_read        (PiscesResultStore  *store,
                                                     PiscesResult       *result,
                                                     GError            **error);
gboolean            pisces_result_store_unpack      (PiscesResult       *result,
                                                     GBytes             *png,
                                                     const gchar        *name,
                                                     GError            **error);
gboolean            pisces_result_store_is_full     (PiscesResultStore  *store);
GPtrArray         * pisces_result_store_list        (PiscesResultStore  *store,
                                                     guint               n_max);
guint               pisces_result_store_trim        (PiscesResultStore  *store,
                                                     GHashTable         *listed);

G_END_DECLS
