/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * source-type.h: how a picture was made, in the terms of the IPTC (property
 * DigitalSourceType, https://cv.iptc.org/newscodes/digitalsourcetype/).
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A model has drawn all of it.  */
#define PISCES_SOURCE_DRAWN \
  "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

/* A model has drawn a part of it.  */
#define PISCES_SOURCE_COMPOSITE \
  "http://cv.iptc.org/newscodes/digitalsourcetype/" \
  "compositeWithTrainedAlgorithmicMedia"

GBytes * pisces_source_type_put_in_png (GBytes       *png,
                                        GError      **error);

G_END_DECLS
