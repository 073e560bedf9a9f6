/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-item-private.h: what the files of a picture file's item share.
 */

#pragma once

#include "ui/files/pisces-file-item.h"

G_BEGIN_DECLS

struct _PiscesFileItem
{
  GObject          parent_instance;

  gchar           *path;
  gchar           *name;         /* for display */
  PiscesFileState  state;
  PiscesFileText  *shown;        /* the text in the language that is shown */
  GPtrArray       *others;       /* PiscesFileText, unsaved, of other languages */
  PiscesFileKeywords
                  *keywords;     /* the same for all languages */
  gchar           *problem;      /* NULL unless the state is FAILED */
  gboolean         looked_at;    /* whether the file has been read for texts */
  gboolean         has_text;     /* whether it has a text, or is decoration */
  gboolean         decorative;   /* whether it is marked as decoration */
  gboolean         passed_over;  /* whether it is never to be described */
  GdkPixbuf       *thumbnail;    /* nullable */
};

/*  pisces-file-item.c  */

void     pisces_file_item_rest       (PiscesFileItem *item);

G_END_DECLS
