/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend.c: what all backends share: opening one by name, the first failure
 * of a job and its cancellation.  The arena is in backend-memory.c, the
 * checks before ops are in backend-ops.c.  Knows no device.
 *
 * Environment: PISCES_BACKEND_DIR: where modules libpisces-<name>.so are looked
 * for before the program's own folder.  PISCES_MEMORY_LIMIT: see
 * backend-memory.c.
 */

#include <string.h>

#include <gmodule.h>

#include "engine/backend.h"
#include "engine/cpu/cpu.h"
#include "engine/pisces.h"


typedef PiscesBackend * (* ModuleOpenFunc) (GError **error);


static PiscesBackend * open_module    (const gchar   *name,
                                       GError       **error);
static gchar         * find_module    (const gchar   *name);
static gchar         * program_folder (void);


/*  life  */

/**
 * pisces_backend_open:
 * @name: (nullable): `"cpu"`, `"cuda"`, ...; %NULL or `"auto"`: what is
 *   known to work.
 *
 * `auto` is what $PISCES_BACKEND says, or else the CPU; the backend's reason
 * then says why.  A backend that was asked for by name is
 * opened or there is an error, never another one.
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

  if (! name || strcmp (name, "auto") == 0)
    name = g_getenv ("PISCES_BACKEND");

  if (name && strcmp (name, "cpu") == 0)
    {
      backend = pisces_cpu_backend_open (error);
      if (backend && ! backend->reason)
        backend->reason = g_strdup ("The CPU was asked for.");
      return backend;
    }

  if (name && strcmp (name, "auto") != 0)
    {
      backend = open_module (name, error);
      if (backend && ! backend->reason)
        backend->reason = g_strdup_printf ("%s was asked for.", name);
      return backend;
    }

  /* A GPU is not taken by itself before the module's code has been run on one:
   * a wrong picture is worse than a slow one.  */
  backend = open_module ("cuda", &module_error);
  if (backend)
    {
      pisces_backend_close (backend);
      g_set_error_literal (&module_error, PISCES_ERROR, PISCES_ERROR_BACKEND,
                           "There is a CUDA device, but this backend has not "
                           "been proved on one yet. Set PISCES_BACKEND=cuda to "
                           "try it.");
    }

  backend = pisces_cpu_backend_open (error);
  if (backend)
    {
      g_free (backend->reason);
      backend->reason = g_strdup_printf ("The CPU is used: %s",
                                         module_error->message);
    }
  return backend;
}

/**
 * pisces_backend_close:
 * @backend: (nullable) (transfer full): whose weights have all been freed.
 *
 * Frees the arena and the device.
 */
void
pisces_backend_close (PiscesBackend *backend)
{
  if (! backend)
    return;

  if (backend->table->synchronize)
    backend->table->synchronize (backend);
  backend->arena_used = 0;
  pisces_backend_trim (backend);
  g_ptr_array_unref (backend->blocks);
  g_clear_error (&backend->error);
  g_clear_object (&backend->cancellable);
  g_clear_pointer (&backend->reason, g_free);
  g_clear_pointer (&backend->description, g_free);
  backend->table->close (backend);
}

/**
 * pisces_backend_init:
 * @backend: zeroed memory of a backend that is being opened.
 * @table: its functions.
 *
 * For backends: fills in the shared part.
 */
void
pisces_backend_init (PiscesBackend            *backend,
                     const PiscesBackendTable *table)
{
  const gchar *limit = g_getenv ("PISCES_MEMORY_LIMIT");

  backend->table           = table;
  backend->activation_type = PISCES_F32;
  backend->operand_type    = PISCES_F32;
  backend->blocks          = g_ptr_array_new_with_free_func (g_free);
  if (limit)
    backend->memory_limit = g_ascii_strtoull (limit, NULL, 10);
}


/*  a job  */

/**
 * pisces_backend_begin:
 * @cancellable: (nullable): ends the job when it is cancelled.
 *
 * Begins a job: an earlier failure is forgotten.  The arena stays as it is;
 * who takes a mark before a job and releases it afterwards keeps it from
 * growing.
 */
void
pisces_backend_begin (PiscesBackend *backend,
                      GCancellable  *cancellable)
{
  g_clear_error (&backend->error);
  g_set_object (&backend->cancellable, cancellable);
}

/**
 * pisces_backend_is_failed:
 *
 * Returns: whether an op has failed since the job began, or the job has been
 *   cancelled.  Loops of many ops look at it to end early.
 */
gboolean
pisces_backend_is_failed (PiscesBackend *backend)
{
  if (backend->error)
    return TRUE;

  return backend->cancellable &&
         g_cancellable_set_error_if_cancelled (backend->cancellable,
                                               &backend->error);
}

/**
 * pisces_backend_fail:
 * @code: a #PiscesError.
 * @format: a sentence.
 *
 * For backends and networks: keeps the first failure of a job; later ones
 * are its consequences and are dropped.
 */
void
pisces_backend_fail (PiscesBackend *backend,
                     gint           code,
                     const gchar   *format,
                     ...)
{
  va_list args;

  if (backend->error)
    return;

  va_start (args, format);
  backend->error = g_error_new_valist (PISCES_ERROR, code, format, args);
  va_end (args);
}

/**
 * pisces_backend_finish:
 *
 * Waits until all ops are done.  A failure stays until the next
 * pisces_backend_begin(), so that this may be asked more than once.
 *
 * Returns: whether all went well.  Errors: %G_IO_ERROR_CANCELLED,
 *   %PISCES_ERROR_OUT_OF_MEMORY, %PISCES_ERROR_BACKEND, and what networks
 *   gave to pisces_backend_fail().
 */
gboolean
pisces_backend_finish (PiscesBackend  *backend,
                       GError        **error)
{
  if (backend->table->synchronize)
    backend->table->synchronize (backend);

  if (! pisces_backend_is_failed (backend))
    return TRUE;

  if (error)
    *error = g_error_copy (backend->error);
  return FALSE;
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
                   "There is no backend '%s' on this machine (no file "
                   "libpisces-%s.so beside the program).", name, name);
      return NULL;
    }

  module = g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
  if (! module)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND,
                   "The backend '%s' could not be loaded: %s.",
                   name, g_module_error ());
      return NULL;
    }

  if (! g_module_symbol (module, "pisces_backend_module_open",
                         (gpointer *) &open_func))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND,
                   "The file '%s' is not a backend of this program.", path);
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
