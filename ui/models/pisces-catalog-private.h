/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-catalog-private.h: the fields of a model in a list, which the parser
 * fills in.
 */

#pragma once

#include "ui/models/pisces-catalog.h"

G_BEGIN_DECLS

struct _PiscesCatalogModel
{
  GObject             parent_instance;

  gchar              *folder;
  gchar              *name;
  gchar              *summary;
  gchar              *licence;
  gchar              *conditions;      /* (nullable) */
  gchar              *model_type;
  guint64             memory_bytes;
  guint64             n_bytes;
  GPtrArray          *files;           /* PiscesCatalogFile */

  PiscesCatalogState  state;
  gchar              *message;         /* (nullable) */
  guint64             done_bytes;
  gdouble             seconds_left;
};

void pisces_catalog_file_free (PiscesCatalogFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesCatalogFile, pisces_catalog_file_free)

G_END_DECLS
