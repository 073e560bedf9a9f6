/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plug-in.c: the list of the plug-in's procedures, and the entry point of its
 * process.
 */

#include <libgimp/gimp.h>

#include "plugin/procedures.h"

#define PISCES_TYPE_PLUG_IN (pisces_plug_in_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPlugIn, pisces_plug_in, PISCES, PLUG_IN, PiscesExtension)

struct _PiscesPlugIn
{
  PiscesExtension parent_instance;
};

static const PiscesProcedureMaker procedures[] =
{
  { "plug-in-pisces-generate",       pisces_generate_procedure_new       },
  { "plug-in-pisces-create",         pisces_create_procedure_new         },
  { "plug-in-pisces-fill",           pisces_fill_procedure_new           },
  { "plug-in-pisces-change",         pisces_change_procedure_new         },
  { "plug-in-pisces-extend",         pisces_extend_procedure_new         },
  { "plug-in-pisces-describe",       pisces_describe_procedure_new       },
  { "plug-in-pisces-describe-files", pisces_describe_files_procedure_new },
  { "plug-in-pisces-rebuild",        pisces_rebuild_procedure_new        },
  { "plug-in-pisces-regenerate",     pisces_regenerate_procedure_new     },
  { "plug-in-pisces-status",         pisces_status_procedure_new         },
  { "plug-in-pisces-unload",         pisces_unload_procedure_new         }
};

G_DEFINE_FINAL_TYPE (PiscesPlugIn, pisces_plug_in, PISCES_TYPE_EXTENSION)

GIMP_MAIN (PISCES_TYPE_PLUG_IN)


static void
pisces_plug_in_class_init (PiscesPlugInClass *klass)
{
  PiscesExtensionClass *extension_class = PISCES_EXTENSION_CLASS (klass);

  extension_class->procedures   = procedures;
  extension_class->n_procedures = G_N_ELEMENTS (procedures);
}

static void
pisces_plug_in_init (PiscesPlugIn *plug_in)
{
}
