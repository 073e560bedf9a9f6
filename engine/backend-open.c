/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-open.c: opens a backend by its name: the CPU's, which is built in,
 * or that of a module.  This is the only file of the engine that knows which
 * backends there are.
 *
 * Environment variables: PISCES_BACKEND_DIR is a folder in which modules
 * libpisces-<name>.so are searched for before the program's own folder.
 * PISCES_BACKEND is the backend to use if none is requested by name; "cpu"
 * leaves a GPU unused.
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
 * @name: (nullable): `"cpu"`, `"cuda"`, ...; %NULL or `"auto"`: the best that
 *   is available.
 *
 * `auto` means the backend in $PISCES_BACKEND; if that is not set, a CUDA
 * device; if there is none, the CPU.  The backend's reason says why it was
 * chosen.  If a backend is requested by name, this opens it or fails; it never
 * opens another one.  Use pisces_backend_check() to find out whether it
 * computes correctly.
 *
 * Returns: (transfer full) (nullable): the backend; close it with
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
 * @name: (nullable): as for pisces_backend_open().
 *
 * Returns: (nullable): the backend that is requested by name, here or in the
 *   environment; %NULL if any may be used.
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
 * Returns: whether it is the name of a backend, even if this machine does not
 *   have it.
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
  /* A module does not know the engine's error domain, so its error gets a new
   * one here.  */
  if (! backend && error && *error)
    {
      (*error)->domain = PISCES_ERROR;
      (*error)->code   = PISCES_ERROR_BACKEND;
    }
  /* The device's library may have started threads, so a module is never
   * unloaded after it has been called.  */
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
