/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-open.c: opens a backend by its name: the CPU's, which is built in, or
 * a module's.  The one file of the engine that knows which backends there are.
 *
 * Environment: PISCES_BACKEND_DIR: where modules libpisces-<name>.so are looked
 * for before the program's own folder.  PISCES_BACKEND: the backend where none
 * is asked for by name: "cpu" leaves a GPU alone.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include <gmodule.h>

#include "engine/backend/backend.h"
#include "engine/cpu/cpu.h"
#include "engine/pisces.h"


typedef PiscesBackend * (* ModuleOpenFunc) (GError **error);


static PiscesBackend * open_module    (const gchar   *name,
                                       GError       **error);
static gchar         * find_module    (const gchar   *name);
static gchar         * program_folder (void);


/*  public functions  */

/**
 * pisces_backend_open:
 * @name: (nullable): `"cpu"`, `"cuda"`, ...; %NULL or `"auto"`: the best
 *   that there is.
 *
 * `auto` is what $PISCES_BACKEND says, or else a CUDA device where there is
 * one, or else the CPU; the backend's reason then says why.  A backend that
 * was asked for by name is opened or there is an error, never another one.
 * Whether it computes rightly, pisces_backend_check() tells.
 *
 * Returns: (transfer full) (nullable): the backend, to be closed with
 *   pisces_backend_close().  Errors: %PISCES_ERROR_BACKEND.
 */
PiscesBackend *
pisces_backend_open (const gchar  *name,
                     GError      **error)
{
  g_autoptr (GError)  module_error = NULL;
  PiscesBackend      *backend;

  name = pisces_backend_wished_name (name);
  if (name && strcmp (name, "cpu") == 0)
    {
      backend = pisces_cpu_backend_open (error);
      if (backend && ! backend->reason)
        backend->reason = g_strdup (_("The CPU was asked for."));
      return backend;
    }

  backend = open_module (name ? name : "cuda", &module_error);
  if (backend)
    {
      if (! backend->reason)
        backend->reason = name ? g_strdup_printf (_("%s was asked for."), name)
                               : g_strdup (_("There is a CUDA device."));
      return backend;
    }
  if (name)
    {
      g_propagate_error (error, g_steal_pointer (&module_error));
      return NULL;
    }

  backend = pisces_cpu_backend_open (error);
  if (backend)
    {
      g_free (backend->reason);
      backend->reason = g_strdup_printf (_("The CPU is used: %s"),
                                         module_error->message);
    }
  return backend;
}

/**
 * pisces_backend_wished_name:
 * @name: (nullable): as pisces_backend_open() takes it.
 *
 * Returns: (nullable): the backend that is meant by name, here or in the
 *   environment; %NULL: any will do.
 */
const gchar *
pisces_backend_wished_name (const gchar *name)
{
  if (! name || strcmp (name, "auto") == 0)
    name = g_getenv ("PISCES_BACKEND");

  return name && strcmp (name, "auto") != 0 ? name : NULL;
}

/**
 * pisces_backend_is_known:
 *
 * Returns: whether it is the name of a backend, if perhaps of one that this
 *   machine lacks.
 */
gboolean
pisces_backend_is_known (const gchar *name)
{
  g_autofree gchar *path = find_module (name);

  return path || strcmp (name, "cpu") == 0 || strcmp (name, "cuda") == 0;
}


/*  private functions  */

static PiscesBackend *
open_module (const gchar  *name,
             GError      **error)
{
  g_autofree gchar *path = find_module (name);
  GModule          *module;
  ModuleOpenFunc    open_func;
  PiscesBackend    *backend;

  if (! path)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND,
                   _("There is no backend '%s' on this machine (no file "
                     "libpisces-%s.so beside the program)."), name, name);
      return NULL;
    }

  module = g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  if (! module)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND,
                   _("The backend '%s' could not be loaded: %s."),
                   name, g_module_error ());
      return NULL;
    }

  if (! g_module_symbol (module, "pisces_backend_module_open",
                         (gpointer *) &open_func))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND,
                   _("The file '%s' is not a backend of this program."), path);
      g_module_close (module);
      return NULL;
    }

  backend = open_func (error);
  /* A module knows nothing of the engine's errors.  */
  if (! backend && error && *error)
    {
      (*error)->domain = PISCES_ERROR;
      (*error)->code   = PISCES_ERROR_BACKEND;
    }
  /* The device's library may have started threads of its own, so a module
   * that has been called is never unloaded.  */
  g_module_make_resident (module);
  return backend;
}

static gchar *
find_module (const gchar *name)
{
  g_autofree gchar *file    = g_strdup_printf ("libpisces-%s.so", name);
  g_autofree gchar *program = program_folder ();
  const gchar      *folders[] = { g_getenv ("PISCES_BACKEND_DIR"), program };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree gchar *path = NULL;

      if (! folders[i])
        continue;
      path = g_build_filename (folders[i], file, NULL);
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static gchar *
program_folder (void)
{
  g_autofree gchar *program = g_file_read_link ("/proc/self/exe", NULL);

  return program ? g_path_get_dirname (program) : NULL;
}
