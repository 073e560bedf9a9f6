/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command line tool `pisces`: the engine without GIMP.
 */

#include <locale.h>
#include <string.h>

#include "engine/cli/cli.h"

static const struct
{
  const gchar  *name;
  gboolean   (* run) (gint argc, gchar **argv, GError **error);
  const gchar  *summary;
} commands[] =
{
  { "generate", command_generate, "draw a picture from words, into a PNG file"    },
  { "improve",  command_improve,  "draw, look at what is missing, and draw again" },
  { "fill",     command_fill,     "draw a part of a picture anew, to fit the rest"    },
  { "extend",   command_extend,   "draw new borders around a picture, to fit it"     },
  { "plan",     command_plan,     "write what would be drawn, in words"           },
  { "describe", command_describe, "write what a picture shows"                    },
  { "rebuild",  command_rebuild,  "describe a picture, draw it again, and compare" },
  { "score",    command_score,    "say how well a picture shows what a prompt asks for" },
  { "verify",   command_verify,   "check a model folder and say what it is"       },
  { "quantize", command_quantize, "write a model with its matrices in fewer bits" },
  { "devices",  command_devices,  "list what the engine can run on"               },
  { "check-ops", command_check_ops, "compare a device's arithmetic with the CPU's" },
};


/* Adds the full stop that GLib's own messages lack; ours have it.  */
static const gchar *
full_stop (const gchar *message)
{
  return *message && strchr (".!?", message[strlen (message) - 1]) ? "" : ".";
}

static void
print_help (void)
{
  g_print ("Usage: pisces COMMAND [OPTION…]\n\n"
           "Words into pictures and pictures into words, on this machine alone.\n\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, commands[i].summary);
  g_print ("\n“pisces COMMAND --help” lists a command's options.\n"
           "“pisces --version” prints the version.\n\n"
           "Environment:\n"
           "  PISCES_MEMORY_BUDGET  the memory that a device may be asked for, “8 GB”\n"
           "                        for example; what does not fit is done in pieces\n"
           "  PISCES_BACKEND        the device, where none is named: “cpu”, “cuda”\n"
           "  PISCES_MODEL_DIR      the model's folder\n"
           "  " PISCES_COMPARE_VARIABLE "\n"
           "                        the folder of the model that “rebuild” compares with\n");
}

gint
main (gint    argc,
      gchar **argv)
{
  const gchar       *name  = argc > 1 ? argv[1] : "--help";
  g_autofree gchar  *shown = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");

  if (strcmp (name, "--help") == 0 || strcmp (name, "help") == 0)
    {
      print_help ();
      return 0;
    }
  if (strcmp (name, "--version") == 0)
    {
      g_print ("pisces %s\n", PISCES_VERSION);
      return 0;
    }

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      {
        if (commands[i].run (argc - 1, argv + 1, &error))
          return 0;

        end_progress ();
        shown = show_line (error->message);
        g_printerr ("pisces %s: %s%s\n", name, shown, full_stop (shown));
        return error->domain == G_OPTION_ERROR ? 2 : 1;
      }

  shown = show_line (name);
  g_printerr ("pisces: “%s” is not a command; “pisces --help” lists them.\n", shown);

  return 2;
}
