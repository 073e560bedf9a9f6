/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces verify and pisces devices: checks a model, and lists the devices to
 * run it on.
 */

#include "engine/cli/cli.h"

/* Prints what the model can do, and about how much memory it needs for that.  */
static void
print_roles (const PiscesModelInfo *info)
{
  const PiscesRole  roles    = info->abilities.roles;
  g_autofree gchar *describe = g_format_size (info->describe_bytes);
  g_autofree gchar *draw     = g_format_size (info->draw_bytes);
  g_autofree gchar *both     = g_format_size (info->memory_bytes);

  if (roles == PISCES_ALL_ROLES)
    g_print ("It can describe (needs about %s of memory) and draw (about %s); both together "
             "need about %s.\n", describe, draw, both);
  else if (roles & PISCES_ROLE_DESCRIBE)
    g_print ("It can describe (needs about %s of memory), but not draw.\n", describe);
  else if (roles & PISCES_ROLE_COMPARE)
    g_print ("It can compare pictures (needs about %s of memory), but neither describe nor "
             "draw.\n", both);
  else
    g_print ("It can draw (needs about %s of memory), but not describe.\n", draw);
}

gboolean
command_verify (gint     argc,
                gchar  **argv,
                GError **error)
{
  const GOptionEntry           entries[] = { { NULL } };
  g_autoptr (PiscesModelInfo)  info      = NULL;
  g_autofree gchar            *size      = NULL;
  g_autofree gchar            *name      = NULL;
  g_autofree gchar            *summary   = NULL;

  if (! options_parse (&argc, &argv, entries, "DIR",
                       "Checks every file of a model folder, and says what it is.", error))
    return FALSE;
  if (argc != 2)
    return usage_error (error, "Give one model folder.");

  info = pisces_model_verify (argv[1], error);
  if (info == NULL)
    return FALSE;

  size    = g_format_size (info->n_bytes);
  name    = show_line (info->name);
  summary = show_line (info->summary);
  g_print ("%s: %s (%s of weights). All files are sound.\n", name, summary, size);
  print_roles (info);
  for (guint i = 0; info->remarks && info->remarks[i]; i++)
    {
      g_autofree gchar *remark = show_line (info->remarks[i]);

      g_print ("Remark: %s\n", remark);
    }

  return TRUE;
}

gboolean
command_devices (gint     argc,
                 gchar  **argv,
                 GError **error)
{
  const GOptionEntry    entries[] = { { NULL } };
  g_autoptr (GPtrArray) devices   = NULL;

  if (! options_parse (&argc, &argv, entries, NULL,
                       "Lists what the engine can run on, best first, and why "
                       "it cannot run on the others.", error))
    return FALSE;

  devices = pisces_list_devices ();
  for (guint i = 0; i < devices->len; i++)
    {
      const PiscesDevice *device      = devices->pdata[i];
      g_autofree gchar   *description = show_line (device->description);

      g_print ("%-14s %s  %s\n", device->backend,
               device->available ? "yes" : "no ", description);
    }

  return TRUE;
}
