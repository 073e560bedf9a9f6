/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-list.h: the list of an image's results as a text that is
 * stored in the image.
 */

#pragma once

#include "ui/generate/pisces-result.h"

G_BEGIN_DECLS

/* How many pictures the window shows for one image: 256 are loaded in a tenth
 * of a second, and nobody looks through more.  The rest of the list stays in
 * the image.
 */
#define PISCES_RESULT_LIST_SHOWN_MAX 256

/* The limit for the text, in bytes: about 8,000 pictures with prompts and
 * plans.  The text is read and written again whenever a picture is finished,
 * which must not be noticeable (measured: 10 ms).
 */
#define PISCES_RESULT_LIST_BYTES_MAX (8 * 1024 * 1024)

/* The limits for the pixels that are stored in the image, as PNG: for one
 * picture, and for all together.  A picture of nano takes 22 to 38 KB
 * (measured), so all pictures that are shown fit; of a large model's pictures,
 * which take megabytes, only the newest fit.  The total is about as much as
 * one or two layers need.
 */
#define PISCES_RESULT_CARRIED_BYTES_MAX     (2 * 1024 * 1024)
#define PISCES_RESULT_CARRIED_BYTES_MAX_ALL (8 * 1024 * 1024)

/**
 * PiscesResultList:
 * @results: (element-type PiscesResult): the results to show, newest first.
 * @n_more: how many more the text has.  They are not shown, because they are
 *   beyond the limit, have texts that are too long, or were made by a newer
 *   version.
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
