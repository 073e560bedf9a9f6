/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-text-drafts.h: texts that were written for images and are not saved
 * in them yet, kept in a file.  Needs no display.
 *
 * Signals: "changed" (drafts, user_data): pisces_text_drafts_list_free() may
 * return other drafts than before.
 */

#pragma once

#include <gio/gio.h>

#include "ui/widgets/pisces-alt-texts.h"

G_BEGIN_DECLS

/**
 * PiscesTextDraft:
 * @id: unique, also among the drafts of other processes.
 * @name: the image's name as the user knows it.
 * @uris: the files that the image was loaded from or saved to; may be empty.
 * @time: when a text was changed last, in seconds since 1970.
 * @texts: (element-type PiscesAltText): the texts that the image does not have
 *   yet.
 * @added: keywords that the image does not have yet; not %NULL.
 * @removed: keywords that the image is to lose; not %NULL.
 * @is_shown: whether a window shows them.
 *
 * Texts that are waiting to be saved in one image.  Only the functions below
 * change them.
 */
typedef struct
{
  gchar      *id;
  gchar      *name;
  gchar     **uris;
  gint64      time;
  GPtrArray  *texts;
  gchar     **added;
  gchar     **removed;
  gboolean    is_shown;
} PiscesTextDraft;

#define PISCES_TYPE_TEXT_DRAFTS (pisces_text_drafts_get_type ())
G_DECLARE_FINAL_TYPE (PiscesTextDrafts, pisces_text_drafts,
                      PISCES, TEXT_DRAFTS, GObject)

PiscesTextDrafts * pisces_text_drafts_new       (const gchar          *path,
                                                 GError              **error);

PiscesTextDraft  * pisces_text_drafts_add       (PiscesTextDrafts     *drafts);
PiscesTextDraft  * pisces_text_drafts_find      (PiscesTextDrafts     *drafts,
                                                 const gchar * const  *uris);
GPtrArray        * pisces_text_drafts_list_free (PiscesTextDrafts     *drafts);
void               pisces_text_drafts_set_image (PiscesTextDrafts     *drafts,
                                                 PiscesTextDraft      *draft,
                                                 const gchar          *name,
                                                 const gchar * const  *uris);
void               pisces_text_drafts_set_texts (PiscesTextDrafts     *drafts,
                                                 PiscesTextDraft      *draft,
                                                 GPtrArray            *texts,
                                                 const gchar * const  *added,
                                                 const gchar * const  *removed);
void               pisces_text_drafts_set_shown (PiscesTextDrafts     *drafts,
                                                 PiscesTextDraft      *draft,
                                                 gboolean              is_shown);
void               pisces_text_drafts_remove    (PiscesTextDrafts     *drafts,
                                                 PiscesTextDraft      *draft);

gboolean           pisces_text_drafts_store     (PiscesTextDrafts     *drafts,
                                                 GError              **error);

G_END_DECLS
