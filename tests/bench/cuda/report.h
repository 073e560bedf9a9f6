/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report.h: prints what was counted, and writes it as JSON.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void report_begin  (const gchar *json_path);
void report_step   (const gchar *format,
                    const gchar *name,
                    const gchar *what,
                    gint         n_layers);
void report_replay (const gchar *format,
                    gint         n_layers);
void report_memory (const gchar *format,
                    gdouble      weight_bytes,
                    gdouble      arena_bytes,
                    gdouble      peak_bytes,
                    gdouble      target_gb,
                    gint         tile);
void report_left   (gdouble      n_bytes);
void report_end    (void);

G_END_DECLS
