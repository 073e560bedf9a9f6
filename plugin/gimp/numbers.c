/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * numbers.c: arguments of procedures that are numbers.  GIMP and Script-Fu
 * silently change a number to fit an integer argument: 112358132141 is cut to
 * its lower 32 bits, -1 becomes the largest seed, 2.7 becomes 2, and a number
 * that is put into a procedure's config is moved into the argument's range.
 * So all of them are registered as floating-point numbers without limits,
 * which arrive as they were given, and numbers that cannot be used are refused
 * here in a sentence.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "plugin/gimp/numbers.h"

static gboolean numbers_get_integer (GimpProcedureConfig  *config,
                                     const gchar          *name,
                                     gdouble               least,
                                     gdouble               most,
                                     gdouble              *value,
                                     GError              **error);


/*  public functions  */

/**
 * pisces_numbers_add:
 * @value: the default.
 *
 * Adds an argument that pisces_numbers_get_whole() or pisces_numbers_get()
 * reads.
 */
void
pisces_numbers_add (GimpProcedure *procedure,
                    const gchar   *name,
                    const gchar   *nick,
                    const gchar   *blurb,
                    gdouble        value)
{
  gimp_procedure_add_double_argument (procedure, name, nick, blurb,
                                      - G_MAXDOUBLE, G_MAXDOUBLE, value,
                                      G_PARAM_READWRITE);
}

/**
 * pisces_numbers_get_whole:
 * @least: the smallest number that can be used: 0 or more, or
 *   %PISCES_NUMBER_OF_MODEL, which is returned as 0.
 * @most: the largest number that can be used.
 * @value: (out): the number.
 *
 * Returns: whether the argument can be used.
 */
gboolean
pisces_numbers_get_whole (GimpProcedureConfig  *config,
                          const gchar          *name,
                          gdouble               least,
                          gdouble               most,
                          guint32              *value,
                          GError              **error)
{
  gdouble number = 0.0;

  if (! numbers_get_integer (config, name, least, most, &number, error))
    return FALSE;

  *value = MAX (number, 0.0);

  return TRUE;
}

/**
 * pisces_numbers_get_signed:
 * @most: the largest number that can be used; the smallest is as far below 0.
 * @value: (out): the number.
 *
 * Returns: whether the argument can be used.
 */
gboolean
pisces_numbers_get_signed (GimpProcedureConfig  *config,
                           const gchar          *name,
                           gint                  most,
                           gint                 *value,
                           GError              **error)
{
  gdouble number = 0.0;

  if (! numbers_get_integer (config, name, - most, most, &number, error))
    return FALSE;

  *value = number;

  return TRUE;
}

/**
 * pisces_numbers_get:
 * @most: the largest number that can be used.
 * @value: (out): the number, from 0 to @most, or %PISCES_NUMBER_OF_MODEL.
 *
 * Returns: whether the argument can be used.
 */
gboolean
pisces_numbers_get (GimpProcedureConfig  *config,
                    const gchar          *name,
                    gdouble               most,
                    gdouble              *value,
                    GError              **error)
{
  gdouble number = PISCES_NUMBER_OF_MODEL;

  g_object_get (config, name, &number, NULL);

  if (number == PISCES_NUMBER_OF_MODEL || (number >= 0.0 && number <= most))
    {
      *value = number;
      return TRUE;
    }

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("The argument “%s” is %.15g, but it has to be a number from 0 "
                 "to %.0f, or -1 for the model's own choice."),
               name, number, most);

  return FALSE;
}

/**
 * pisces_numbers_get_within:
 * @most: the largest number that can be used.
 * @value: (out): the number, from 0 to @most.
 *
 * Returns: whether the argument can be used.
 */
gboolean
pisces_numbers_get_within (GimpProcedureConfig  *config,
                           const gchar          *name,
                           gdouble               most,
                           gdouble              *value,
                           GError              **error)
{
  gdouble number = 0.0;

  g_object_get (config, name, &number, NULL);

  if (number >= 0.0 && number <= most)
    {
      *value = number;
      return TRUE;
    }

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("The argument “%s” is %.15g, but it has to be a number from 0 "
                 "to %.0f."), name, number, most);

  return FALSE;
}

/**
 * pisces_numbers_get_above_0:
 * @most: the largest number that can be used.
 * @value: (out): the number, above 0 and up to @most.
 *
 * Returns: whether the argument can be used.
 */
gboolean
pisces_numbers_get_above_0 (GimpProcedureConfig  *config,
                            const gchar          *name,
                            gdouble               most,
                            gdouble              *value,
                            GError              **error)
{
  gdouble number = 0.0;

  g_object_get (config, name, &number, NULL);

  if (number > 0.0 && number <= most)
    {
      *value = number;
      return TRUE;
    }

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("The argument “%s” is %.15g, but it has to be a number above 0, up "
                 "to %.0f."), name, number, most);

  return FALSE;
}


/*  private functions  */

static gboolean
numbers_get_integer (GimpProcedureConfig  *config,
                     const gchar          *name,
                     gdouble               least,
                     gdouble               most,
                     gdouble              *value,
                     GError              **error)
{
  g_object_get (config, name, value, NULL);

  if (isfinite (*value) && *value == floor (*value) && *value >= least &&
      *value <= most)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               /* Translators: an argument's name, what it was given, and
                * between which numbers it has to lie.  */
               _("The argument “%s” is %.15g, but it has to be a whole number "
                 "from %.0f to %.0f."), name, *value, least, most);

  return FALSE;
}
