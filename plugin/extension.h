/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extension.h: the plug-in object, which has what the procedures need.  A
 * derived class says which procedures there are.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_EXTENSION (pisces_extension_get_type ())
G_DECLARE_DERIVABLE_TYPE (PiscesExtension, pisces_extension, PISCES, EXTENSION, GimpPlugIn)

/**
 * PiscesProcedureMaker:
 * @name: the name of the procedure.
 * @maker: returns a new procedure (transfer full).
 */
typedef struct
{
  const gchar      *name;
  GimpProcedure * (* maker) (PiscesExtension *extension);
} PiscesProcedureMaker;

/**
 * PiscesExtensionClass:
 * @procedures: (array length=n_procedures): a constant array, set by the
 *   derived class.
 */
struct _PiscesExtensionClass
{
  GimpPlugInClass             parent_class;

  const PiscesProcedureMaker *procedures;
  guint                       n_procedures;
};

PiscesEngine  * pisces_extension_get_engine      (PiscesExtension *extension);
gboolean        pisces_extension_init_ui         (PiscesExtension *extension,
                                                  GError         **error);
gboolean        pisces_extension_is_resident     (PiscesExtension *extension);
void            pisces_extension_offer_procedures
                                                 (PiscesExtension *extension);

void            pisces_extension_describe_itself (GimpProcedure   *procedure);
void            pisces_extension_set_icon        (GimpProcedure   *procedure,
                                                  const gchar     *icon);

G_END_DECLS
