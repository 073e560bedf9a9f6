/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend.c: what all backends share: opening one by name, the first failure
 * of a job and its cancellation, the arena of tensors, and the counting of
 * memory.  The checks before ops are in backend-ops.c.  Knows no device.
 *
 * Environment: PISCES_MEMORY_LIMIT, in bytes, refuses memory beyond it, as a
 * machine without more would (for tests).  PISCES_BACKEND_DIR: where modules
 * libpisces-<name>.so are looked for before the program's own folder.
 */

#include <string.h>

#include <gmodule.h>

#include "engine/backend.h"
#include "engine/cpu/cpu.h"
#include "engine/pisces.h"


/* Where vector registers and cache lines begin.  */
#define ALIGNMENT      64

/* Blocks of the arena are no smaller, so that a network's many little tensors
 * do not each ask for memory.  */
#define MIN_BLOCK_BYTES ((gsize) 4 << 20)

typedef struct
{
  gpointer data;
  gsize    n_bytes;
  gsize    start;       /* place of its first byte in the whole stack */
} ArenaBlock;

typedef PiscesBackend * (* ModuleOpenFunc) (GError **error);


static PiscesBackend * open_module    (const gchar   *name,
                                       GError       **error);
static gchar         * find_module    (const gchar   *name);
static gchar         * program_folder (void);
static ArenaBlock    * block_with_room (PiscesBackend *backend,
                                        gsize          n_bytes);
static ArenaBlock    * add_block      (PiscesBackend *backend,
                                       gsize          n_bytes);
static void            free_blocks    (PiscesBackend *backend,
                                       guint          first);
static gboolean        memory_allows  (PiscesBackend *backend,
                                       gsize          n_bytes);


/*  life  */

/**
 * pisces_backend_open:
 * @name: (nullable): `"cpu"`, `"cuda"`, ...; %NULL or `"auto"`: the best that
 *   this machine can run.
 *
 * `auto` tries the modules first and takes the CPU where none opens; the
 * backend's reason then says why.  A backend that was asked for by name is
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

  backend = open_module ("cuda", &module_error);
  if (backend)
    {
      if (! backend->reason)
        backend->reason = g_strdup ("It is the fastest that this machine can "
                                    "run.");
      return backend;
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
  free_blocks (backend, 0);
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


/*  memory  */

/**
 * pisces_backend_alloc_dims:
 * @n_dims: 1 to 4.
 * @dims: the axes, each at least 1.
 *
 * Takes a tensor from the top of the arena, uninitialised and aligned to 64
 * bytes.  It lives until a mark that was taken before it is released.  If
 * memory is refused the job has failed and the tensor's data is %NULL, which
 * every op takes for a reason to do nothing.
 *
 * Returns: the tensor, row_stride equal to its width.
 */
PiscesTensor
pisces_backend_alloc_dims (PiscesBackend *backend,
                           gint           n_dims,
                           const gint64  *dims)
{
  PiscesTensor  tensor   = { .dtype = backend->activation_type };
  gsize         n_bytes  = pisces_dtype_size (backend->activation_type);
  gboolean      in_range = TRUE;
  ArenaBlock   *block;

  g_return_val_if_fail (n_dims >= 1 && n_dims <= PISCES_MAX_DIMS, tensor);

  tensor.n_dims = n_dims;
  for (gint i = 0; i < n_dims; i++)
    {
      g_return_val_if_fail (dims[i] >= 1, tensor);
      tensor.dims[i] = dims[i];
      in_range = in_range &&
                 g_size_checked_mul (&n_bytes, n_bytes, (gsize) dims[i]);
    }
  tensor.row_stride = dims[n_dims - 1];

  if (pisces_backend_is_failed (backend))
    return tensor;

  if (! in_range || n_bytes > G_MAXSIZE / 4)
    {
      pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                           "An array of a size beyond all memory was asked "
                           "for.");
      return tensor;
    }

  n_bytes = (n_bytes + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);
  block   = block_with_room (backend, n_bytes);
  if (! block)
    return tensor;

  tensor.data = (guint8 *) block->data + (backend->arena_used - block->start);
  backend->arena_used += n_bytes;
  return tensor;
}

/**
 * pisces_backend_mark:
 *
 * Returns: the height of the arena, for pisces_backend_release().
 */
gsize
pisces_backend_mark (PiscesBackend *backend)
{
  return backend->arena_used;
}

/**
 * pisces_backend_release:
 * @mark: what pisces_backend_mark() returned.
 *
 * Gives back all tensors that were taken since.  Their memory is kept for the
 * next ones until pisces_backend_trim().
 */
void
pisces_backend_release (PiscesBackend *backend,
                        gsize          mark)
{
  g_return_if_fail (mark <= backend->arena_used);

  backend->arena_used = mark;
}

/**
 * pisces_backend_resident_bytes:
 *
 * Returns: the bytes of weights and arena that are held.
 */
guint64
pisces_backend_resident_bytes (PiscesBackend *backend)
{
  return (guint64) backend->weight_bytes + backend->arena_bytes;
}

/**
 * pisces_backend_trim:
 *
 * Frees the blocks of the arena that hold no tensor.
 */
void
pisces_backend_trim (PiscesBackend *backend)
{
  guint first = 0;

  if (backend->table->synchronize)
    backend->table->synchronize (backend);

  while (first < backend->blocks->len)
    {
      ArenaBlock *block = g_ptr_array_index (backend->blocks, first);

      if (block->start >= backend->arena_used)
        break;
      first++;
    }
  free_blocks (backend, first);
}

/**
 * pisces_backend_upload:
 * @use: what ops will read it, which decides its form.
 * @parts: (array length=n_parts): arrays that differ in their first axis at
 *   most; they are put one below the other (q, k and v in one product, say).
 *
 * Makes a weight.  The host arrays are not needed afterwards.
 *
 * Returns: (transfer full) (nullable): the weight, to be freed with
 *   pisces_weight_free() before the backend is closed; %NULL after a failure.
 */
PiscesWeight *
pisces_backend_upload (PiscesBackend          *backend,
                       PiscesWeightUse         use,
                       const PiscesHostTensor *parts,
                       gint                    n_parts)
{
  PiscesWeight *weight;
  gsize         n_bytes = 0;

  g_return_val_if_fail (n_parts >= 1, NULL);
  for (gint i = 0; i < n_parts; i++)
    {
      g_return_val_if_fail (parts[i].n_dims == parts[0].n_dims, NULL);
      for (gint d = 1; d < parts[i].n_dims; d++)
        g_return_val_if_fail (parts[i].dims[d] == parts[0].dims[d], NULL);
      n_bytes += pisces_host_tensor_count (&parts[i]) * sizeof (gfloat);
    }
  g_return_val_if_fail (use != PISCES_WEIGHT_LINEAR || parts->n_dims == 2, NULL);
  g_return_val_if_fail (use != PISCES_WEIGHT_TABLE || parts->n_dims == 2, NULL);
  g_return_val_if_fail (use != PISCES_WEIGHT_CONV || parts->n_dims == 4, NULL);

  if (pisces_backend_is_failed (backend) ||
      ! memory_allows (backend, n_bytes))
    return NULL;

  weight = backend->table->upload_weight (backend, use, parts, n_parts);
  if (weight)
    backend->weight_bytes += weight->n_bytes;
  return weight;
}

/**
 * pisces_weight_free:
 * @weight: (nullable) (transfer full):
 */
void
pisces_weight_free (PiscesWeight *weight)
{
  if (! weight)
    return;

  weight->backend->weight_bytes -= weight->n_bytes;
  weight->backend->table->weight_free (weight);
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

/* The block that the next n_bytes lie in.  Where the block at the top has too
 * little room left, what is left of it is skipped; arena_used is then moved
 * to the start of the next.  */
static ArenaBlock *
block_with_room (PiscesBackend *backend,
                 gsize          n_bytes)
{
  for (guint i = 0; i < backend->blocks->len; i++)
    {
      ArenaBlock  *block = g_ptr_array_index (backend->blocks, i);
      const gsize  end   = block->start + block->n_bytes;

      if (backend->arena_used >= end)
        continue;
      if (backend->arena_used + n_bytes <= end)
        return block;
      if (backend->arena_used == block->start)
        {
          /* It is empty, all above it too, and it is too small.  */
          if (backend->table->synchronize)
            backend->table->synchronize (backend);
          free_blocks (backend, i);
          break;
        }
      backend->arena_used = end;
    }
  return add_block (backend, n_bytes);
}

static ArenaBlock *
add_block (PiscesBackend *backend,
           gsize          n_bytes)
{
  ArenaBlock *block = NULL;
  gsize       start = 0;
  gsize       size  = MAX (n_bytes, MAX (MIN_BLOCK_BYTES,
                                         backend->arena_bytes / 2));
  gpointer    data  = NULL;

  if (backend->blocks->len)
    {
      block = g_ptr_array_index (backend->blocks, backend->blocks->len - 1);
      start = block->start + block->n_bytes;
    }

  if (backend->memory_limit == 0 ||
      pisces_backend_resident_bytes (backend) + size <= backend->memory_limit)
    data = backend->table->block_new (backend, size);
  if (! data)
    {
      /* What is needed, and no more.  */
      size = n_bytes;
      if (! memory_allows (backend, size))
        return NULL;
      data = backend->table->block_new (backend, size);
    }
  if (! data)
    {
      pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                           "%" G_GSIZE_FORMAT " bytes of memory for "
                           "intermediate results were refused.", n_bytes);
      return NULL;
    }

  block          = g_new0 (ArenaBlock, 1);
  block->data    = data;
  block->n_bytes = size;
  block->start   = start;
  g_ptr_array_add (backend->blocks, block);
  backend->arena_bytes += size;
  backend->arena_used   = start;
  return block;
}

static void
free_blocks (PiscesBackend *backend,
             guint          first)
{
  while (backend->blocks->len > first)
    {
      guint       last  = backend->blocks->len - 1;
      ArenaBlock *block = g_ptr_array_index (backend->blocks, last);

      backend->table->block_free (backend, block->data, block->n_bytes);
      backend->arena_bytes -= block->n_bytes;
      g_ptr_array_remove_index (backend->blocks, last);
    }
}

static gboolean
memory_allows (PiscesBackend *backend,
               gsize          n_bytes)
{
  if (backend->memory_limit == 0 ||
      pisces_backend_resident_bytes (backend) + n_bytes <=
      backend->memory_limit)
    return TRUE;

  pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                       "%" G_GSIZE_FORMAT " bytes of memory were refused: "
                       "%" G_GUINT64_FORMAT " are in use, and "
                       "PISCES_MEMORY_LIMIT is %" G_GSIZE_FORMAT ".",
                       n_bytes, pisces_backend_resident_bytes (backend),
                       backend->memory_limit);
  return FALSE;
}
