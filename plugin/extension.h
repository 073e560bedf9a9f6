/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extension.h: the plug-in object, which knows what its procedures need; the
 * procedures themselves are given by a class that is derived from it.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_EXTENSION (pisces_extension_get_type ())
G_DECLARE_DERIVABLE_TYPE (PiscesExtension, pisces_extension, PISCES, EXTENSION, GimpPlugIn)

/**
 * PiscesProcedureMaker:
 * @name:  of the procedure.
 * @maker: makes it: (transfer full).
 */
typedef struct
{
  const gchar      *name;
  GimpProcedure * (* maker) (PiscesExtension *extension);
} PiscesProcedureMaker;

/**
 * PiscesExtensionClass:
 * @procedures: (array length=n_procedures): constants, set by the class that
 *   is derived.
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
