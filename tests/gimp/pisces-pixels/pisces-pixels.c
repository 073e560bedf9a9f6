/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-pixels.c: a plug-in that tests which pixels the engine gets: it makes
 * images with known contents, and reads them with the code of Pisces.  Like
 * GIMP's own tests of this kind, it is a plug-in, which GIMP runs.
 */

#include <math.h>

#include "claims.h"

#define PIXELS_PROC "test-pisces-pixels"

typedef struct { GimpPlugIn      parent_instance; } Pixels;
typedef struct { GimpPlugInClass parent_class;    } PixelsClass;

static GType pixels_get_type (void);

G_DEFINE_TYPE (Pixels, pixels, GIMP_TYPE_PLUG_IN)

GIMP_MAIN (pixels_get_type ())

static GimpValueArray *
pixels_run (GimpProcedure       *procedure,
            GimpProcedureConfig *config,
            gpointer             run_data)
{
  g_autoptr (GPtrArray)  claims = g_ptr_array_new_with_free_func (g_free);
  GimpValueArray        *values;

  gegl_init (NULL, NULL);
  try_every_shape (claims);
  try_every_kind (claims);
  g_ptr_array_add (claims, NULL);

  values = gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
  GIMP_VALUES_SET_STRV (values, 1, claims->pdata);

  return values;
}

static GList *
pixels_query (GimpPlugIn *plug_in)
{
  return g_list_append (NULL, g_strdup (PIXELS_PROC));
}

static GimpProcedure *
pixels_create (GimpPlugIn  *plug_in,
               const gchar *name)
{
  GimpProcedure *procedure;

  procedure = gimp_procedure_new (plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN,
                                  pixels_run, NULL, NULL);
  gimp_procedure_add_string_array_return_value (procedure, "claims", "Claims",
                                                "Lines of TAP",
                                                G_PARAM_READWRITE);

  return procedure;
}

static void
pixels_class_init (PixelsClass *class)
{
  GIMP_PLUG_IN_CLASS (class)->query_procedures = pixels_query;
  GIMP_PLUG_IN_CLASS (class)->create_procedure = pixels_create;
  GIMP_PLUG_IN_CLASS (class)->set_i18n         = NULL;
}

static void
pixels_init (Pixels *pixels)
{
}

void
claim (Claims      *claims,
       gboolean     is_true,
       const gchar *format,
       ...)
{
  g_autofree gchar *text = NULL;
  va_list           arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_ptr_array_add (claims, g_strconcat (is_true ? "ok - " : "not ok - ",
                                        text, NULL));
}

void
note (Claims      *claims,
      const gchar *format,
      ...)
{
  g_autofree gchar *text = NULL;
  va_list           arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_ptr_array_add (claims, g_strconcat ("# ", text, NULL));
}

/* Checks whether one pixel has the expected sRGB and alpha, 0 to 255; a fully
 * transparent one may have any colour.
 */
gboolean
is_near (Claims            *claims,
         const PiscesImage *pixels,
         gint               x,
         gint               y,
         const gdouble      wanted[4],
         gdouble            tolerance,
         const gchar       *what)
{
  const guint8 *pixel = pixels->pixels + 4 * ((gsize) y * pixels->width + x);
  gboolean      near  = fabs (pixel[3] - wanted[3]) <= 1.0;

  for (gint c = 0; c < 3 && wanted[3] > 0; c++)
    near &= fabs (pixel[c] - CLAMP (wanted[c], 0.0, 255.0)) <= tolerance;

  if (! near)
    note (claims, "%s at %d, %d: wanted %.1f %.1f %.1f %.0f, got %d %d %d %d",
          what, x, y, wanted[0], wanted[1], wanted[2], wanted[3],
          pixel[0], pixel[1], pixel[2], pixel[3]);

  return near;
}
