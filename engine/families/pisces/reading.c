/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * reading.c: what the tokenizer makes of a user's text and of its parts.  The
 * tokenizer limits the time for one text.  Here it is asked about the same text
 * many times, so the time of all these calls together is limited too.
 */

#include <time.h>

#include <glib/gi18n-lib.h>

#include "engine/families/pisces/model.h"

/* The limit, in the processor's time.  For comparison, 64 kB of words that are
 * all different take 0.3 s.  */
#define MAX_SECONDS 2


static gboolean may_go_on      (PiscesReading *reading);
static gint64   thread_time_us (void);


/*  functions of the family's own  */

/**
 * pisces_reading_init:
 * @reading: (out): the reading; clear it with pisces_reading_clear().
 * @text: the text, which must outlive @reading.
 * @kind: what the text is for.
 * @cancellable: (nullable): ends the work when it is cancelled.
 *
 * After the first failure the error stays in `error`, and all functions return
 * empty results.
 */
void
pisces_reading_init (PiscesReading *reading,
                     PiscesModel   *model,
                     const gchar   *text,
                     TextKind       kind,
                     GCancellable  *cancellable)
{
  *reading = (PiscesReading) {
    .model       = model,
    .text        = text,
    .kind        = kind,
    .cancellable = cancellable,
    .found       = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
    .mended      = g_ptr_array_new_null_terminated (4, g_free, TRUE),
    .end_us      = thread_time_us () + MAX_SECONDS * G_USEC_PER_SEC,
  };
}

void
pisces_reading_clear (PiscesReading *reading)
{
  g_clear_pointer (&reading->found, g_hash_table_unref);
  g_clear_pointer (&reading->mended, g_ptr_array_unref);
  g_clear_error (&reading->error);
}

/**
 * pisces_reading_normalize:
 * @text: of the reading, or a part of it.
 *
 * Returns: (transfer full): the normalized text that is split into tokens; never
 *   %NULL.
 */
gchar *
pisces_reading_normalize (PiscesReading *reading,
                          const gchar   *text)
{
  gchar *normal = NULL;

  if (may_go_on (reading))
    normal = pisces_tokenizer_normalize (reading->model->tokenizer, text,
                                         reading->cancellable, &reading->error);

  return normal ? normal : g_strdup ("");
}

/**
 * pisces_reading_count:
 * @text: of the reading, or a part of it.
 *
 * Returns: the number of tokens; 0 after a failure.
 */
guint
pisces_reading_count (PiscesReading *reading,
                      const gchar   *text)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint32));

  if (may_go_on (reading))
    pisces_tokenizer_encode_plain (reading->model->tokenizer, text, ids,
                                   reading->cancellable, &reading->error);

  return ids->len;
}


/*  private functions  */

static gboolean
may_go_on (PiscesReading *reading)
{
  if (! reading->error && thread_time_us () > reading->end_us)
    g_set_error_literal (&reading->error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                         _("The model's tokenizer takes too long to read this text; "
                           "it is damaged, or was made to do harm. Use another "
                           "model."));

  return reading->error == NULL;
}

static gint64
thread_time_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}
