/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * names.c: arguments of procedures whose value is one of a few names.  GIMP
 * has a type for such choices, but it silently replaces an unknown name with
 * the default, already in the process of the caller.  So these arguments are
 * registered as texts: for a script they look the same, they arrive as they
 * were given, and an unknown name is refused here in a sentence.
 */

#include <glib/gi18n-lib.h>

#include "plugin/gimp/names.h"


/*  public functions  */

/**
 * pisces_names_add:
 * @blurb: the description, which lists the names.
 * @value: the default.
 *
 * Adds an argument that pisces_names_get() reads.
 */
void
pisces_names_add (GimpProcedure *procedure,
                  const gchar   *name,
                  const gchar   *nick,
                  const gchar   *blurb,
                  const gchar   *value)
{
  gimp_procedure_add_string_argument (procedure, name, nick, blurb, value,
                                      G_PARAM_READWRITE);
}

/**
 * pisces_names_get:
 * @names: the names that can be used.
 * @id: (out): the number that the name stands for.
 *
 * Returns: whether the argument is one of @names.
 */
gboolean
pisces_names_get (GimpProcedureConfig  *config,
                  const gchar          *name,
                  const PiscesName     *names,
                  gint                 *id,
                  GError              **error)
{
  g_autofree gchar    *value = NULL;
  g_autoptr (GString)  list  = g_string_new (NULL);

  g_object_get (config, name, &value, NULL);

  for (const PiscesName *each = names; each->name; each++)
    {
      if (g_strcmp0 (value, each->name) == 0)
        {
          *id = each->id;
          return TRUE;
        }
      g_string_append_printf (list, "%s\"%s\"", list->len ? ", " : "",
                              each->name);
    }

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               /* Translators: an argument's name, what it was given, and what
                * it can be, in quotation marks.  */
               _("The argument “%s” is “%s”, but it has to be one of these: "
                 "%s."), name, value ? value : "", list->str);

  return FALSE;
}

/**
 * pisces_names_find:
 * @names: names.
 * @name: (nullable): one of them.
 *
 * Returns: the number that it stands for; that of the first one if there is no
 *   such name.
 */
gint
pisces_names_find (const PiscesName *names,
                   const gchar      *name)
{
  for (const PiscesName *each = names; each->name; each++)
    if (g_strcmp0 (name, each->name) == 0)
      return each->id;

  return names[0].id;
}
