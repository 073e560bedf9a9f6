/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * procedures.h: the functions that make the plug-in's procedures; each is in
 * the file that is named after the procedure.
 */

#pragma once

#include "plugin/extension.h"

G_BEGIN_DECLS

GimpProcedure * pisces_create_procedure_new         (PiscesExtension *extension);
GimpProcedure * pisces_generate_procedure_new       (PiscesExtension *extension);
GimpProcedure * pisces_change_procedure_new         (PiscesExtension *extension);
GimpProcedure * pisces_extend_procedure_new         (PiscesExtension *extension);
GimpProcedure * pisces_fill_procedure_new           (PiscesExtension *extension);
GimpProcedure * pisces_describe_procedure_new       (PiscesExtension *extension);
GimpProcedure * pisces_describe_files_procedure_new (PiscesExtension *extension);
GimpProcedure * pisces_rebuild_procedure_new        (PiscesExtension *extension);
GimpProcedure * pisces_regenerate_procedure_new     (PiscesExtension *extension);
GimpProcedure * pisces_status_procedure_new         (PiscesExtension *extension);
GimpProcedure * pisces_unload_procedure_new         (PiscesExtension *extension);

G_END_DECLS
