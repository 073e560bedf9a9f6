/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-json.h: what a picture was made from, as a JSON object.  It
 * is kept with the layer, in the list of an image's results, and in PNG files.
 */

#pragma once

#include "engine/pisces.h"
#include "ui/widgets/pisces-json.h"

G_BEGIN_DECLS

/* The limit for a prompt, a negative prompt or a plan, in bytes.  That is
 * about twenty pages: more than any model reads, and little enough for a text
 * field to show without a pause.
 */
#define PISCES_PICTURE_TEXT_BYTES_MAX (64 * 1024)

/* The limit for the whole object, in bytes: three such texts with every
 * character escaped as two, and the rest.
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
void            pisces_picture_begin_request (const PiscesPicture  *picture,
                                              PiscesImage          *begun_with,
                                              PiscesGenerateRequest
                                                                   *request);
gboolean        pisces_picture_is_repeatable (const PiscesPicture  *picture);
gboolean        pisces_picture_is_digest     (const gchar          *text);

G_END_DECLS
