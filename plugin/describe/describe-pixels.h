/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-pixels.h: reads the part of an image that is described.
 */

#pragma once

#include <libgimp/gimp.h>

#include "ui/describe/pisces-describe-window.h"

G_BEGIN_DECLS

PiscesImage * pisces_describe_pixels_read (GimpImage             *image,
                                           PiscesDescribeSource   source,
                                           gboolean              *turned,
                                           GError               **error);

G_END_DECLS
