/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-work.c: limits the work on one text.  The steps come from a
 * stranger's file, and a few characters in it can cause hours of work, or need
 * more memory than there is.  So every step reports here what it does, and
 * stops when it is told to.
 */

#include <time.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"

/* Limits in processor time, which does not depend on how busy the machine is.
 * Ordinary tokenizers need less than a microsecond for a byte.  */
#define BASE_MS        250
#define US_PER_BYTE    10

/* Most normalizers at most double a text; a single character can become a few
 * dozen bytes (U+FDFA becomes 33 with NFKC).  */
#define MAX_GROWTH     32
#define BASE_BYTES     4096

/* Some microseconds, so that checking the time costs almost nothing in
 * comparison.  */
#define UNITS_PER_LOOK 4096


static gint64   thread_time_us (void);


/**
 * pisces_text_work_init:
 * @work: (out): the work, to be ended with pisces_text_work_finish().
 * @path: the tokenizer's file, for messages; it is not copied.
 * @n_bytes: the length of the text.
 * @cancellable: (nullable): stops the work; no reference is taken.
 */
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
 * Frees what the steps have stored in @work.
 *
 * Returns: whether everything succeeded; if not, @error is set.
 */
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
 * @n_units: an amount of work, in units of some nanoseconds.
 *
 * Returns: whether the work may go on.
 */
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
 * @n_bytes: how long the text will be after a step.
 *
 * Returns: whether the work may go on.
 */
gboolean
pisces_text_work_allows (PiscesTextWork *work,
                         gsize           n_bytes)
{
  if (work->error)
    return FALSE;
  if (n_bytes <= work->max_bytes)
    return TRUE;

  pisces_text_work_fail (work,
                         _("The tokenizer “%s” makes texts extremely long; "
                           "it is damaged, or was made to do harm. Use another model."),
                         work->path);
  return FALSE;
}

/**
 * pisces_text_work_fail_slow:
 *
 * Makes the work fail because it takes too long.
 */
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
 * Keeps the first failure, %PISCES_ERROR_MODEL_INVALID; after it, the steps do
 * nothing.
 */
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
