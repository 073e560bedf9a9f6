/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-work.h: what is done with picture files, each in a thread.
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "engine/metadata/file-texts.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

typedef enum
{
  PISCES_WORK_FIND,        /* found: the pictures among files and folders */
  PISCES_WORK_LOOK,        /* texts: what the file has in the language */
  PISCES_WORK_LOAD,        /* texts, and pixels */
  PISCES_WORK_THUMBNAIL,   /* thumbnail */
  PISCES_WORK_SAVE         /* text: into the file, in the language; texts: what
                            * it has after that, or instead of it */
} PiscesWorkKind;

/**
 * PiscesWork:
 *
 * What is to be done, and, when it is done, what came of it.
 */
typedef struct
{
  PiscesWorkKind    kind;
  GObject          *item;        /* nullable: for whom, kept */
  gchar            *path;
  gchar            *language;
  gchar            *text;
  gchar            *version;     /* nullable: the file that is to be saved in */
  gboolean          keep_time;   /* and whether it keeps its time of change */
  gchar           **chosen;
  gint              width;
  gint              height;

  PiscesFileTexts  *texts;
  PiscesImage      *pixels;
  GdkPixbuf        *thumbnail;
  GPtrArray        *found;       /* of PiscesFoundPicture */
  GError           *error;       /* a sentence, or NULL */
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
