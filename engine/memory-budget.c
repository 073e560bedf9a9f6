/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory-budget.c: how much of its device's memory an engine may use, as set
 * by its owner or the environment. backend-budget.c applies it.
 *
 * Environment variable: PISCES_MEMORY_BUDGET is a number followed by MB, MiB,
 * GB or GiB, or a number of bytes.  It is used if the engine's owner has set
 * no budget.
 */

#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

#include "engine/engine-private.h"


/**
 * pisces_engine_set_memory_budget:
 * @engine: the engine.
 * @bytes: the limit for weights, caches and intermediate results together, in
 *   the memory of the device. 0: the value of $PISCES_MEMORY_BUDGET; if that
 *   is not set, no limit.
 *
 * Takes effect when the next model is loaded.  Work that does not fit is done
 * in parts.  If that is not possible, the job fails with
 * %PISCES_ERROR_OUT_OF_MEMORY and a sentence that says how many bytes would be
 * needed.
 */
void
pisces_engine_set_memory_budget (PiscesEngine *engine,
                                 guint64       bytes)
{
  g_return_if_fail (PISCES_IS_ENGINE (engine));

  g_mutex_lock (&engine->lock);
  engine->memory_budget = bytes;
  g_mutex_unlock (&engine->lock);
}

/**
 * pisces_memory_budget_get:
 * @bytes: (out): the budget, 0: none.
 *
 * Returns: %FALSE with %PISCES_ERROR_INVALID_REQUEST if the value in the
 *   environment is not a size.
 */
gboolean
pisces_memory_budget_get (PiscesEngine  *engine,
                          gsize         *bytes,
                          GError       **error)
{
  const gchar *text = g_getenv ("PISCES_MEMORY_BUDGET");

  g_mutex_lock (&engine->lock);
  *bytes = engine->memory_budget;
  g_mutex_unlock (&engine->lock);

  if (*bytes > 0 || text == NULL || *text == '\0' ||
      pisces_memory_budget_parse (text, bytes))
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("The environment variable PISCES_MEMORY_BUDGET is “%s”, which is "
                 "not a size: write “8 GB”, “7.5 GiB” or “500 MB”, for example."),
               text);
  return FALSE;
}

/**
 * pisces_memory_budget_parse:
 * @text: a size.
 * @bytes: (out): the size in bytes.
 *
 * Returns: whether it is a size above 0.
 */
gboolean
pisces_memory_budget_parse (const gchar *text,
                            gsize       *bytes)
{
  static const struct
  {
    const gchar *name;
    gdouble      factor;
  } units[] =
  {
    { "",    1 },
    { "B",   1 },
    { "M",   1e6 },
    { "MB",  1e6 },
    { "MiB", 1048576.0 },
    { "G",   1e9 },
    { "GB",  1e9 },
    { "GiB", 1073741824.0 },
  };
  gchar            *end   = NULL;
  gdouble           value = g_ascii_strtod (text, &end);
  g_autofree gchar *unit  = g_strstrip (g_strdup (end));

  if (end == text || ! isfinite (value) || value <= 0)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (unit, units[i].name) == 0 &&
        value * units[i].factor >= 1 &&
        value * units[i].factor < (gdouble) (G_MAXSIZE / 4))
      {
        *bytes = (gsize) (value * units[i].factor);
        return TRUE;
      }

  return FALSE;
}
