/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gexiv2-names.h: lets the code use the function names of gexiv2 0.16 with
 * gexiv2 0.14 too.
 *
 * In 0.14, functions that report errors have `try_` in their names; the
 * functions without it are older, deprecated, and report no errors.  In 0.16,
 * the names without `try_` report errors, and those with it are deprecated.
 */

#pragma once

#include <gexiv2/gexiv2.h>

#if ! GEXIV2_CHECK_VERSION (0, 15, 0)

#define gexiv2_metadata_clear_tag           gexiv2_metadata_try_clear_tag
#define gexiv2_metadata_generate_xmp_packet gexiv2_metadata_try_generate_xmp_packet
#define gexiv2_metadata_get_tag_interpreted_string \
  gexiv2_metadata_try_get_tag_interpreted_string
#define gexiv2_metadata_get_tag_long        gexiv2_metadata_try_get_tag_long
#define gexiv2_metadata_get_tag_multiple    gexiv2_metadata_try_get_tag_multiple
#define gexiv2_metadata_get_tag_string      gexiv2_metadata_try_get_tag_string
#define gexiv2_metadata_set_tag_string      gexiv2_metadata_try_set_tag_string

#endif
