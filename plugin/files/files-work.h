/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-work.h: the work on picture files, done in a thread.
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "engine/metadata/file-texts.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

typedef enum
{
  PISCES_WORK_FIND,        /* found: the pictures in files and folders */
  PISCES_WORK_LOOK,        /* texts: what the file has in the language */
  PISCES_WORK_LOAD,        /* texts, and the pixels */
  PISCES_WORK_THUMBNAIL,   /* thumbnail */
  PISCES_WORK_SAVE         /* text, keywords: are saved in the file; texts: what it
                            * has afterwards */
} PiscesWorkKind;

/**
 * PiscesWork:
 *
 * Work on one file: what to do and, when it is done, the results.
 */
typedef struct
{
  PiscesWorkKind    kind;
  GObject          *item;        /* nullable: of the caller, with a
                                  * reference */
  gchar            *path;
  gchar            *language;
  gchar            *text;        /* nullable: it keeps the one that it has */
  gchar           **keywords;    /* nullable: are added to those of the file */
  gchar           **removed;     /* nullable: keywords that it is to lose */
  gchar            *version;     /* nullable: the version of the file to save
                                  * in */
  gboolean          keep_time;   /* whether the file keeps its time of
                                  * change */
  gchar           **chosen;
  gint              width;
  gint              height;

  PiscesFileTexts  *texts;
  PiscesImage      *pixels;
  GdkPixbuf        *thumbnail;
  GPtrArray        *found;       /* PiscesFoundPicture */
  GError           *error;       /* what went wrong, as a sentence, or NULL */
} PiscesWork;

PiscesWork  * pisces_work_new          (PiscesWorkKind        kind,
                                        gpointer              item,
                                        const gchar          *path,
                                        const gchar          *language);
void          pisces_work_free         (PiscesWork           *work);

void          pisces_work_do           (PiscesWork           *work);
void          pisces_work_start        (PiscesWork           *work,
                                        GAsyncReadyCallback   done,
                                        gpointer              user_data);
PiscesWork  * pisces_work_finish       (GAsyncResult         *result);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesWork, pisces_work_free)

G_END_DECLS
