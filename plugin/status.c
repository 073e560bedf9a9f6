/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * status.c: the procedure `plug-in-pisces-status`: which model is loaded, how
 * much memory it takes and since when.  Loads nothing.
 */

#include <unistd.h>

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/procedures.h"
#include "plugin/stand-in.h"

#define STATUS_PROC "plug-in-pisces-status"

/* The values before those of the roles, with the call's own status.  */
#define N_COMMON_VALUES 16

static GimpValueArray * status_run                (GimpProcedure       *procedure,
                                                   GimpProcedureConfig *config,
                                                   gpointer             run_data);
static void             status_add_text_values    (GimpProcedure       *procedure);
static void             status_add_number_values  (GimpProcedure       *procedure);
static void             status_add_role_values    (GimpProcedure       *procedure);
static void             status_set_role_values    (GimpValueArray      *values,
                                                   const PiscesStatus  *status);


/*  public functions  */

/**
 * pisces_status_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-status`.
 */
GimpProcedure *
pisces_status_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_procedure_new (extension, STATUS_PROC,
                                             status_run);
  gimp_procedure_set_documentation (procedure,
                                    _("Tells what Pisces holds in memory"),
                                    _("Returns the model that was used last, "
                                      "the device that computes, the memory "
                                      "in use, how many jobs were done, and "
                                      "the models that are chosen to describe "
                                      "and to draw. Loads nothing. Texts are "
                                      "empty, and times 0, while no model is "
                                      "loaded."),
                                    STATUS_PROC);
  pisces_extension_describe_itself (procedure);

  status_add_text_values (procedure);
  status_add_number_values (procedure);
  status_add_role_values (procedure);

  return procedure;
}


/*  private functions  */

static void
status_add_text_values (GimpProcedure *procedure)
{
  gimp_procedure_add_boolean_return_value (procedure, "loaded",
                                           _("Loaded"),
                                           _("Whether a model is in memory"),
                                           FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "model",
                                          _("Model"),
                                          _("Name of the model"),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "model-folder",
                                          _("Model folder"),
                                          _("Folder that is, or will be, "
                                            "loaded"),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "model-digest",
                                          _("Model digest"),
                                          _("SHA-256 over the model's files"),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "backend",
                                          _("Backend"),
                                          _("What computes: cpu, cuda, ..."),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "backend-reason",
                                          _("Backend reason"),
                                          _("Why this backend was taken"),
                                          "", G_PARAM_READWRITE);
}

/* Bytes and times are doubles, because GIMP's procedures have no 64-bit
 * integers, and a double is exact for whole numbers up to 2^53.
 */
static void
status_add_number_values (GimpProcedure *procedure)
{
  gimp_procedure_add_double_return_value (procedure, "resident-bytes",
                                          _("Resident bytes"),
                                          _("Memory held for the model and "
                                            "its work"),
                                          0, G_MAXDOUBLE, 0,
                                          G_PARAM_READWRITE);
  gimp_procedure_add_double_return_value (procedure, "loaded-since",
                                          _("Loaded since"),
                                          _("Unix time in seconds"),
                                          0, G_MAXDOUBLE, 0,
                                          G_PARAM_READWRITE);
  gimp_procedure_add_double_return_value (procedure, "load-seconds",
                                          _("Load seconds"),
                                          _("How long the last load took"),
                                          0, G_MAXDOUBLE, 0,
                                          G_PARAM_READWRITE);
  gimp_procedure_add_int_return_value (procedure, "n-loads",
                                       _("Loads"),
                                       _("How often a model was loaded"),
                                       0, G_MAXINT, 0, G_PARAM_READWRITE);
  gimp_procedure_add_int_return_value (procedure, "n-jobs",
                                       _("Jobs"),
                                       _("Jobs done, failed or stopped"),
                                       0, G_MAXINT, 0, G_PARAM_READWRITE);
  gimp_procedure_add_int_return_value (procedure, "n-waiting",
                                       _("Waiting jobs"),
                                       _("Jobs that wait for their turn"),
                                       0, G_MAXINT, 0, G_PARAM_READWRITE);
  gimp_procedure_add_boolean_return_value (procedure, "busy",
                                           _("Busy"),
                                           _("Whether a job is being done"),
                                           FALSE, G_PARAM_READWRITE);
  gimp_procedure_add_int_return_value (procedure, "pid",
                                       _("Process"),
                                       _("Process ID of the plug-in"),
                                       0, G_MAXINT, 0, G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "version",
                                          _("Version"),
                                          _("Version of Pisces"),
                                          "", G_PARAM_READWRITE);
}

/* For each role, so that a script sees which model does what.  These come last,
 * because older scripts read the others by their places.  */
static void
status_add_role_values (GimpProcedure *procedure)
{
  static const struct
  {
    const gchar *prefix;
    const gchar *nick;
    const gchar *blurb;
  } roles[PISCES_N_ROLES] =
  {
    { "describe", N_("Model that describes"), N_("The model that is chosen to describe")  },
    { "draw",     N_("Model that draws"),     N_("The model that is chosen to draw")      },
    { "compare",  N_("Model that compares"),  N_("The model that is chosen to compare pictures; "
                                                 "empty: the one that draws")             },
  };

  for (guint i = 0; i < PISCES_N_ROLES; i++)
    {
      const gchar      *nick   = _(roles[i].nick);
      const gchar      *blurb  = _(roles[i].blurb);
      g_autofree gchar *model  = g_strconcat (roles[i].prefix, "-model", NULL);
      g_autofree gchar *folder = g_strconcat (roles[i].prefix, "-model-folder", NULL);
      g_autofree gchar *digest = g_strconcat (roles[i].prefix, "-model-digest", NULL);
      g_autofree gchar *device = g_strconcat (roles[i].prefix, "-backend", NULL);
      g_autofree gchar *bytes  = g_strconcat (roles[i].prefix, "-resident-bytes", NULL);

      gimp_procedure_add_string_return_value (procedure, model, nick, blurb,
                                              "", G_PARAM_READWRITE);
      gimp_procedure_add_string_return_value (procedure, folder, nick, blurb,
                                              "", G_PARAM_READWRITE);
      gimp_procedure_add_string_return_value (procedure, digest, nick, blurb,
                                              "", G_PARAM_READWRITE);
      gimp_procedure_add_string_return_value (procedure, device, nick, blurb,
                                              "", G_PARAM_READWRITE);
      gimp_procedure_add_double_return_value (procedure, bytes, nick, blurb,
                                              0, G_MAXDOUBLE, 0, G_PARAM_READWRITE);
    }
}

static void
status_set_role_values (GimpValueArray     *values,
                        const PiscesStatus *status)
{
  for (guint i = 0; i < PISCES_N_ROLES; i++)
    {
      const PiscesModelStatus *model   = pisces_status_get_model (status, 1 << i);
      const PiscesModelStatus  none    = { 0 };
      const gchar             *texts[4];
      const guint              first   = N_COMMON_VALUES + i * (G_N_ELEMENTS (texts) + 1);

      if (model == NULL)
        model = &none;
      texts[0] = model->name;
      texts[1] = model->folder;
      texts[2] = model->digest;
      texts[3] = model->backend;
      for (guint j = 0; j < G_N_ELEMENTS (texts); j++)
        GIMP_VALUES_SET_STRING (values, first + j, texts[j] ? texts[j] : "");
      GIMP_VALUES_SET_DOUBLE (values, first + G_N_ELEMENTS (texts),
                              (gdouble) model->resident_bytes);
    }
}

static GimpValueArray *
status_run (GimpProcedure       *procedure,
            GimpProcedureConfig *config,
            gpointer             run_data)
{
  PiscesEngine             *engine = pisces_extension_get_engine (run_data);
  g_autoptr (PiscesStatus)  status = pisces_engine_get_status (engine);
  GimpValueArray           *values;
  const gchar              *texts[5];

  values = gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_SUCCESS, NULL);

  texts[0] = status->model_name;
  texts[1] = status->model_folder;
  texts[2] = status->model_digest;
  texts[3] = status->backend;
  texts[4] = status->backend_reason;

  GIMP_VALUES_SET_BOOLEAN (values, 1, status->loaded);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    GIMP_VALUES_SET_STRING (values, 2 + i, texts[i] ? texts[i] : "");

  GIMP_VALUES_SET_DOUBLE  (values,  7, (gdouble) status->resident_bytes);
  GIMP_VALUES_SET_DOUBLE  (values,  8, (gdouble) status->loaded_since);
  GIMP_VALUES_SET_DOUBLE  (values,  9, status->load_seconds);
  GIMP_VALUES_SET_INT     (values, 10, (gint) status->n_loads);
  GIMP_VALUES_SET_INT     (values, 11, (gint) status->n_jobs);
  GIMP_VALUES_SET_INT     (values, 12, (gint) status->n_waiting);
  GIMP_VALUES_SET_BOOLEAN (values, 13, status->busy);
  GIMP_VALUES_SET_INT     (values, 14, (gint) getpid ());
  GIMP_VALUES_SET_STRING  (values, 15, PISCES_VERSION);
  status_set_role_values (values, status);

  return values;
}
