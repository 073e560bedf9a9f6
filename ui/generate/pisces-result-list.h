/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-list.h: the list of an image's results as the text that is
 * kept with the image.
 */

#pragma once

#include "ui/generate/pisces-result.h"

G_BEGIN_DECLS

/* Tiles that the window shows of one image: 256 are there in a tenth of a
 * second, and nobody looks through more.  What is listed beyond them stays in
 * the file.
 */
#define PISCES_RESULT_LIST_SHOWN_MAX 256

/* Of the text: some 8,000 pictures with prompts and plans.  It is read, and
 * written anew, whenever a picture is finished, so it must not take longer than
 * an eye notices (measured: 10 ms).
 */
#define PISCES_RESULT_LIST_BYTES_MAX (8 * 1024 * 1024)

/* Of the pixels that travel with the image, as PNG: of one picture, and of all.
 * A picture of nano has 22 to 38 KB (measured), so that all that are shown fit; of
 * a large model's megabytes the newest do.  It is what a layer or two take.
 */
#define PISCES_RESULT_CARRIED_BYTES_MAX     (2 * 1024 * 1024)
#define PISCES_RESULT_CARRIED_BYTES_MAX_ALL (8 * 1024 * 1024)

/**
 * PiscesResultList:
 * @results: (element-type PiscesResult): what is shown, newest first.
 * @n_more: how many the text has besides, that are not shown: beyond the limit,
 *   or with texts that are too long, or made by a newer version.
 */
typedef struct
{
  GPtrArray *results;
  guint      n_more;

  /*< private >*/
  GString   *more;
} PiscesResultList;

PiscesResultList * pisces_result_list_new       (void);
void               pisces_result_list_free      (PiscesResultList  *list);

gchar            * pisces_result_list_to_text   (PiscesResultList  *list,
                                                 GError           **error);
PiscesResultList * pisces_result_list_from_text (const gchar       *text,
                                                 gsize              length,
                                                 GError           **error);

void               pisces_result_list_drop_more (PiscesResultList  *list);

PiscesResult     * pisces_result_list_find      (GPtrArray         *results,
                                                 PiscesResult      *result);
guint              pisces_result_list_find_batch
                                                (GPtrArray         *results,
                                                 PiscesPicture     *picture);
PiscesResult     * pisces_result_list_find_lost (GPtrArray         *results,
                                                 PiscesResult      *drawn);
gboolean           pisces_result_list_is_scored (GPtrArray         *results,
                                                 guint              batch);
GPtrArray        * pisces_result_list_sort_batch
                                                (GPtrArray         *results,
                                                 guint              batch,
                                                 guint             *first);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesResultList, pisces_result_list_free)

G_END_DECLS
