/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-kept.h: keeps the unsaved texts of a Describe Image window in a
 * file of the profile.
 */

#pragma once

#include <libgimp/gimp.h>

#include "ui/describe/pisces-describe-window.h"

#include "plugin/session.h"

G_BEGIN_DECLS

typedef struct _PiscesDescribeKept PiscesDescribeKept;

PiscesDescribeKept * pisces_describe_kept_new       (PiscesSession        *session,
                                                     PiscesDescribeWindow *window,
                                                     GimpImage            *image);
void                 pisces_describe_kept_free      (PiscesDescribeKept   *kept);

gchar             ** pisces_describe_kept_list_uris (GimpImage            *image);
gboolean             pisces_describe_kept_is_of     (PiscesDescribeKept   *kept,
                                                     const gchar * const  *uris);
gboolean             pisces_describe_kept_has_file  (PiscesDescribeKept   *kept);
void                 pisces_describe_kept_call_back (PiscesDescribeKept   *kept);
void                 pisces_describe_kept_store     (PiscesDescribeKept   *kept);

G_END_DECLS
