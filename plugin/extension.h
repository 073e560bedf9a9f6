/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extension.h: the plug-in object, and the makers of its procedures.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_EXTENSION (pisces_extension_get_type ())
G_DECLARE_FINAL_TYPE (PiscesExtension, pisces_extension, PISCES, EXTENSION, GimpPlugIn)

PiscesEngine  * pisces_extension_get_engine      (PiscesExtension *extension);
gboolean        pisces_extension_init_ui         (PiscesExtension *extension,
                                                  GError         **error);
gboolean        pisces_extension_is_resident     (PiscesExtension *extension);
void            pisces_extension_offer_procedures
                                                 (PiscesExtension *extension);

/*  one maker a procedure; the file that has it is named after it  */

GimpProcedure * pisces_create_procedure_new      (PiscesExtension *extension);
GimpProcedure * pisces_generate_procedure_new    (PiscesExtension *extension);
GimpProcedure * pisces_describe_procedure_new    (PiscesExtension *extension);
GimpProcedure * pisces_describe_files_procedure_new
                                                 (PiscesExtension *extension);
GimpProcedure * pisces_rebuild_procedure_new     (PiscesExtension *extension);
GimpProcedure * pisces_regenerate_procedure_new  (PiscesExtension *extension);
GimpProcedure * pisces_status_procedure_new      (PiscesExtension *extension);
GimpProcedure * pisces_unload_procedure_new      (PiscesExtension *extension);

void            pisces_extension_describe_itself (GimpProcedure   *procedure);
void            pisces_extension_set_icon        (GimpProcedure   *procedure,
                                                  const gchar     *icon);

G_END_DECLS
