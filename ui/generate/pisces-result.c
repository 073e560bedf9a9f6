/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result.c: one picture in the list of those that were made for an
 * image.  Needs no display.
 */

#include "ui/generate/pisces-picture-file.h"
#include "ui/generate/pisces-result.h"

enum
{
  CHANGED,
  SCORED,
  N_SIGNALS
};

struct _PiscesResult
{
  GObject        parent_instance;

  PiscesPicture *picture;       /* without an image if the file is gone */
  PiscesImage   *before;        /* (nullable): what it was drawn into   */
  gchar         *digest;
  gdouble        match;
  PiscesScoreWay score_way;
  gchar         *description;
  guint          batch;
  gint32         owner;
  gboolean       pending;
  gboolean       is_private;
  gboolean       stored;
  guint          n_carried;     /* in bytes */
};

static void pisces_result_finalize (GObject *object);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesResult, pisces_result, G_TYPE_OBJECT)

static void
pisces_result_class_init (PiscesResultClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_result_finalize;

  signals[CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SCORED] =
    g_signal_new ("scored", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_result_init (PiscesResult *result)
{
  result->match = PISCES_RESULT_NO_MATCH;
}

/**
 * pisces_result_new:
 * @picture: (transfer none): the picture, with its image, or without it if it
 *   has to be loaded.
 * @digest: (nullable): the digest of the image, see
 *   pisces_image_compute_digest(); %NULL: compute it.
 */
PiscesResult *
pisces_result_new (PiscesPicture *picture,
                   const gchar   *digest)
{
  PiscesResult *result = g_object_new (PISCES_TYPE_RESULT, NULL);

  g_return_val_if_fail (digest || picture->image, result);

  result->picture = pisces_picture_ref (picture);
  result->digest  = digest ? g_strdup (digest) :
                             pisces_image_compute_digest (picture->image);

  return result;
}

/**
 * pisces_result_get_picture:
 *
 * Returns: (transfer none): the picture; its image is %NULL while there are no
 *   pixels.
 */
PiscesPicture *
pisces_result_get_picture (PiscesResult *result)
{
  return result->picture;
}

/**
 * pisces_result_set_image:
 * @image: (transfer none): the pixels, after they were found or drawn again.
 *   Ignored if the result already has pixels.
 *
 * Until then no one else uses the picture struct, as it could not be shown, so
 * it is safe to change it.
 */
void
pisces_result_set_image (PiscesResult *result,
                         PiscesImage  *image)
{
  if (result->picture->image)
    return;

  result->picture->image = pisces_image_ref (image);
  g_signal_emit (result, signals[CHANGED], 0);
}

/* Returns: (transfer none) (nullable): what it was drawn into, as that was before.  */
PiscesImage *
pisces_result_get_before (PiscesResult *result)
{
  return result->before;
}

/**
 * pisces_result_set_before:
 * @before: (transfer none) (nullable): the part of an image that it was drawn into, as
 *   that was before.  It is kept for as long as the result is, and in no file.
 */
void
pisces_result_set_before (PiscesResult *result,
                          PiscesImage  *before)
{
  g_clear_pointer (&result->before, pisces_image_unref);
  result->before = before ? pisces_image_ref (before) : NULL;
}

/* Sets whether its pixels are being looked for.  */
void
pisces_result_set_pending (PiscesResult *result,
                           gboolean      pending)
{
  if (pending == result->pending)
    return;

  result->pending = pending;
  if (! result->picture->image)
    g_signal_emit (result, signals[CHANGED], 0);
}

/* Returns whether its pixels could not be found anywhere.  */
gboolean
pisces_result_is_lost (PiscesResult *result)
{
  return ! result->picture->image && ! result->pending;
}

const gchar *
pisces_result_get_digest (PiscesResult *result)
{
  return result->digest;
}

/**
 * pisces_result_get_match:
 *
 * Returns: how well the picture matches its prompt, 0 to 1, or
 *   %PISCES_RESULT_NO_MATCH.
 */
gdouble
pisces_result_get_match (PiscesResult *result)
{
  return result->match;
}

/**
 * pisces_result_get_description:
 *
 * Returns: (nullable): what the model wrote about it.
 */
const gchar *
pisces_result_get_description (PiscesResult *result)
{
  return result->description;
}

/* Returns how the match was measured.  */
PiscesScoreWay
pisces_result_get_score_way (PiscesResult *result)
{
  return result->score_way;
}

void
pisces_result_set_score (PiscesResult   *result,
                         gdouble         match,
                         const gchar    *description,
                         PiscesScoreWay  way)
{
  result->match     = match < 0 ? PISCES_RESULT_NO_MATCH : MIN (match, 1.0);
  result->score_way = way;
  g_free (result->description);
  result->description = g_strdup (description);
  g_signal_emit (result, signals[CHANGED], 0);
  g_signal_emit (result, signals[SCORED], 0);
}

/* Pictures of one request have the same batch number; later requests have
 * higher numbers.  */
guint
pisces_result_get_batch (PiscesResult *result)
{
  return result->batch;
}

void
pisces_result_set_batch (PiscesResult *result,
                         guint         batch)
{
  result->batch = batch;
}

/**
 * pisces_result_set_owner:
 * @owner: a number, chosen by the caller, for the image that the result was
 *   made for. 0, the initial value, means none.
 *
 * A result is listed only in its own image, even if another image is shown
 * when it is finished, because its prompt may be private.
 */
void
pisces_result_set_owner (PiscesResult *result,
                         gint32        owner)
{
  result->owner = owner;
}

gint32
pisces_result_get_owner (PiscesResult *result)
{
  return result->owner;
}

/* Returns whether it must never go into its image's file, because it was made
 * while the user kept prompts out of files, or was removed from the file.
 */
gboolean
pisces_result_is_private (PiscesResult *result)
{
  return result->is_private;
}

void
pisces_result_set_private (PiscesResult *result,
                           gboolean      is_private)
{
  result->is_private = is_private;
}

/* Returns whether its pixels are in the user's folder of results.  */
gboolean
pisces_result_is_stored (PiscesResult *result)
{
  return result->stored;
}

void
pisces_result_set_stored (PiscesResult *result,
                          gboolean      stored)
{
  result->stored = stored;
}

/**
 * pisces_result_get_n_carried:
 *
 * Returns: how many bytes of its pixels, as PNG, are stored in its image's
 *   file; 0: none.
 */
guint
pisces_result_get_n_carried (PiscesResult *result)
{
  return result->n_carried;
}

void
pisces_result_set_n_carried (PiscesResult *result,
                             guint         n_bytes)
{
  result->n_carried = n_bytes;
}

static void
pisces_result_finalize (GObject *object)
{
  PiscesResult *result = PISCES_RESULT (object);

  g_clear_pointer (&result->picture, pisces_picture_unref);
  g_clear_pointer (&result->before, pisces_image_unref);
  g_free (result->digest);
  g_free (result->description);

  G_OBJECT_CLASS (pisces_result_parent_class)->finalize (object);
}
