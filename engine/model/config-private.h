/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * config-private.h: the structs that config.c and config-values.c share.
 */

#pragma once

#include "engine/model/config.h"
#include "engine/model/json-document.h"

G_BEGIN_DECLS

/* What all objects of one file share.  */
typedef struct
{
  gchar              *path;
  PiscesJsonDocument *document;
  GPtrArray          *objects;       /* all of them, owned */
  GHashTable         *seen;          /* yyjson_val that were read */
  GError             *error;         /* the first mistake */
} PiscesConfigFile;

struct _PiscesConfig
{
  PiscesConfigFile *file;
  yyjson_val       *object;          /* NULL: the object is missing */
  gchar            *prefix;          /* "text_config.", for messages */
  gboolean          is_root;
};

yyjson_val * pisces_config_get_value  (PiscesConfig  *config,
                                       const gchar   *key);
yyjson_val * pisces_config_get_needed (PiscesConfig  *config,
                                       const gchar   *key);
void         pisces_config_wrong_type (PiscesConfig  *config,
                                       const gchar   *key,
                                       yyjson_val    *value,
                                       const gchar   *wanted);

G_END_DECLS
