/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-json.h: what a picture was made from, as a JSON object: kept
 * with the layer, in the list of an image's results and in the PNG files.
 */

#pragma once

#include <json-glib/json-glib.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

JsonNode      * pisces_picture_to_json       (const PiscesPicture  *picture);
gchar         * pisces_picture_to_text       (const PiscesPicture  *picture);
PiscesPicture * pisces_picture_from_json     (JsonNode             *node);
PiscesPicture * pisces_picture_from_text     (const gchar          *text,
                                              GError              **error);

PiscesGenerateRequest *
                pisces_picture_make_request  (const PiscesPicture  *picture);

G_END_DECLS
