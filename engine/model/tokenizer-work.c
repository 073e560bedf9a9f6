/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-work.c: what the work on one text may take.  The steps come from a
 * stranger's file, and a few characters in it can ask for hours, or for more
 * memory than there is; so every step counts what it does here and stops when
 * it is told to.
 */

#include <time.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"

/* Of the processor's time, which a busy machine does not use up.  Honest
 * tokenizers take under a microsecond for a byte.  */
#define BASE_MS        250
#define US_PER_BYTE    10

/* Normalizers double a text at most, or change single characters for a few
 * dozen bytes (U+FDFA has 33 under NFKC).  */
#define MAX_GROWTH     32
#define BASE_BYTES     4096

/* Some microseconds, so that looking at the clock costs nothing beside it.  */
#define UNITS_PER_LOOK 4096


static gint64   thread_time_us (void);


/**
 * pisces_text_work_init:
 * @work: (out): new work; pisces_text_work_finish() ends it.
 * @path: of the tokenizer, for messages; not copied.
 * @n_bytes: of the text.
 * @cancellable: (nullable): not referenced.
 **/
void
pisces_text_work_init (PiscesTextWork *work,
                       const gchar    *path,
                       gsize           n_bytes,
                       GCancellable   *cancellable)
{
  *work = (PiscesTextWork) {
    .path        = path,
    .cancellable = cancellable,
    .end_us      = thread_time_us () + BASE_MS * 1000 + (gint64) n_bytes * US_PER_BYTE,
    .max_bytes   = n_bytes * MAX_GROWTH + BASE_BYTES,
  };
}

/**
 * pisces_text_work_finish:
 *
 * Frees what the steps have kept in @work.
 *
 * Returns: whether nothing has failed; if not, @error is set.
 **/
gboolean
pisces_text_work_finish (PiscesTextWork  *work,
                         GError         **error)
{
  if (work->matcher)
    work->free_matcher (work->matcher);
  work->matcher = NULL;
  if (! work->error)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&work->error));
  return FALSE;
}

/**
 * pisces_text_work_spend:
 * @n_units: of some nanoseconds each.
 *
 * Returns: whether the work may go on.
 **/
gboolean
pisces_text_work_spend (PiscesTextWork *work,
                        gsize           n_units)
{
  if (work->error)
    return FALSE;

  work->n_units += n_units;
  if (work->n_units < UNITS_PER_LOOK)
    return TRUE;

  work->n_units = 0;
  if (g_cancellable_set_error_if_cancelled (work->cancellable, &work->error))
    return FALSE;
  if (thread_time_us () < work->end_us)
    return TRUE;

  pisces_text_work_fail_slow (work);

  return FALSE;
}

/**
 * pisces_text_work_allows:
 * @n_bytes: that a step is about to have made of the text.
 *
 * Returns: whether the work may go on.
 **/
gboolean
pisces_text_work_allows (PiscesTextWork *work,
                         gsize           n_bytes)
{
  if (work->error)
    return FALSE;
  if (n_bytes <= work->max_bytes)
    return TRUE;

  pisces_text_work_fail (work,
                         _("The tokenizer “%s” makes a text longer without measure; "
                           "it is damaged, or was made to do harm. Use another model."),
                         work->path);
  return FALSE;
}

/**
 * pisces_text_work_fail_slow:
 *
 * Ends work that takes too long.
 **/
void
pisces_text_work_fail_slow (PiscesTextWork *work)
{
  pisces_text_work_fail (work,
                         _("The tokenizer “%s” takes too long to read a text; it is "
                           "damaged, or was made to do harm. Use another model."),
                         work->path);
}

/**
 * pisces_text_work_fail:
 * @format: a sentence.
 *
 * Keeps the first failure, %PISCES_ERROR_MODEL_INVALID; no step does anything
 * after it.
 **/
void
pisces_text_work_fail (PiscesTextWork *work,
                       const gchar    *format,
                       ...)
{
  va_list args;

  if (work->error)
    return;

  va_start (args, format);
  work->error = g_error_new_valist (PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                                    format, args);
  va_end (args);
}


/*  private functions  */

static gint64
thread_time_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);

  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}
