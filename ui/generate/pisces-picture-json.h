/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-json.h: what a picture was made from, as a JSON object: kept
 * with the layer, in the list of an image's results and in the PNG files.
 */

#pragma once

#include "engine/pisces.h"
#include "ui/widgets/pisces-json.h"

G_BEGIN_DECLS

/* Of a prompt, a negative prompt or a plan, in bytes: some twenty pages, more
 * than any model reads, and a text field takes it without a pause.
 */
#define PISCES_PICTURE_TEXT_BYTES_MAX (64 * 1024)

/* Of the whole object: three such texts in which every character has to be
 * written as two, and the rest.
 */
#define PISCES_PICTURE_JSON_BYTES_MAX (512 * 1024)

yyjson_mut_val * pisces_picture_to_json      (yyjson_mut_doc       *document,
                                              const PiscesPicture  *picture);
gchar          * pisces_picture_to_text      (const PiscesPicture  *picture);
PiscesPicture  * pisces_picture_from_json    (yyjson_val           *object);
PiscesPicture  * pisces_picture_from_text    (const gchar          *text,
                                              GError              **error);

PiscesGenerateRequest *
                pisces_picture_make_request  (const PiscesPicture  *picture);

G_END_DECLS
