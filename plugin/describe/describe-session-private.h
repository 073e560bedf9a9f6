/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-session-private.h: what the files of the Describe Image window
 * share. describe-session.c creates and frees the session, describe-image.c
 * handles its image, and describe-jobs.c what the engine does for it.
 */

#pragma once

#include "ui/describe/pisces-describe-window.h"

#include "plugin/describe/describe-kept.h"
#include "plugin/describe/describe-session.h"
#include "plugin/session.h"

G_BEGIN_DECLS

typedef struct _PiscesDescribeSession PiscesDescribeSession;

struct _PiscesDescribeSession
{
  PiscesSession         base;
  PiscesDescribeWindow *window;
  PiscesDescribeKept   *kept;
  guint                 forget_idle;
  gboolean              is_closed;     /* the image; the user has been told */
  gboolean              is_turned;     /* shown differently from the canvas;
                                        * the same */

  GCancellable         *cancellable;   /* NULL while no job runs */

  /* of the model that wrote the last text; NULL: none was written */
  gchar                *describer;
  gchar                *describer_digest;
  gchar                *describer_backend;

  /* for the running job */
  PiscesImage          *pixels;
  gchar                *question;
  PiscesDescribeFlags   rewritten;
  gint                  change;
  gboolean              want_best;
  gchar                *best_short;
  gchar                *best_long;
  PiscesTextsKind       best_kind;
};

/*  describe-image.c  */

GimpImage * pisces_describe_image_get         (PiscesDescribeSession *session);
void        pisces_describe_image_show_closed (PiscesDescribeSession *session);
gboolean    pisces_describe_image_show        (PiscesDescribeSession *session,
                                               GimpImage             *image);

/*  describe-jobs.c  */

void        pisces_describe_jobs_connect      (PiscesDescribeSession *session);

G_END_DECLS
