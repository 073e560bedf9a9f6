/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rebuild-table.h: the scores of round trips, for rebuild-score.c.
 */

#pragma once

#include "engine/cli/cli.h"

G_BEGIN_DECLS

/* A picture that was drawn again.  */
typedef struct
{
  gchar   *name;
  gchar   *text;
  gdouble *scores;                    /* one for each model that compares   */
} RebuildRow;

/* A model that compares.  */
typedef struct
{
  gchar   *folder;                    /* NULL: the engine's choice          */
  gchar   *name;
  gchar   *digest;
} RebuildJudge;

typedef struct
{
  GArray  *judges;                    /* RebuildJudge                       */
  GArray  *rows;                      /* RebuildRow                         */
  gchar   *describes[2];              /* name and digest of the model       */
  gchar   *draws[2];
  gint     name_width;                /* of the longest name of a picture   */
} RebuildTable;

void      rebuild_table_init       (RebuildTable        *table);
void      rebuild_table_clear      (RebuildTable        *table);
void      rebuild_table_print_head (const RebuildTable  *table);
void      rebuild_table_print_row  (const RebuildTable  *table,
                                    const gchar         *name,
                                    const gdouble       *scores);
gdouble * rebuild_table_means      (const RebuildTable  *table);
gboolean  rebuild_table_print_json (const RebuildTable  *table,
                                    gint64               seed,
                                    GError             **error);

G_END_DECLS
