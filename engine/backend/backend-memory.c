/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-memory.c: the arena, a stack of memory blocks in which tensors are
 * allocated.  The blocks are used again and again.
 */

#include "engine/backend/backend.h"
#include "engine/pisces.h"


/* The alignment of vector registers and cache lines.  */
#define ALIGNMENT      64

/* The smallest block of the arena, so that the many small tensors of a network
 * do not each ask the system for memory.  */
#define MIN_BLOCK_BYTES ((gsize) 4 << 20)

/* New blocks are as large as the whole arena, but at most this large; a larger
 * tensor gets a block of its exact size.  */
#define MAX_SPARE_BYTES ((gsize) 64 << 20)

typedef struct
{
  gpointer data;
  gsize    n_bytes;
  gsize    start;       /* offset of its first byte in the stack */
} ArenaBlock;


static PiscesTensor alloc          (PiscesBackend *backend,
                                    PiscesDType    dtype,
                                    gint           n_dims,
                                    const gint64  *dims);
static gpointer     planned_place  (PiscesBackend *backend,
                                    gsize          n_bytes);
static ArenaBlock * block_with_room (PiscesBackend *backend,
                                     gsize          n_bytes);
static ArenaBlock * add_block       (PiscesBackend *backend,
                                     gsize          n_bytes,
                                     gsize          size);
static void         free_blocks     (PiscesBackend *backend,
                                     guint          first);


/**
 * pisces_backend_alloc_dims:
 * @n_dims: 1 to 4.
 * @dims: the axes, each at least 1.
 *
 * Allocates a tensor on top of the arena, uninitialised and aligned to 64
 * bytes.  It is valid until a mark from before it is released.  If there is no
 * memory, the job has failed and the tensor's data are %NULL; ops do nothing
 * with such a tensor.
 *
 * Returns: the tensor, row_stride equal to its width.
 */
PiscesTensor
pisces_backend_alloc_dims (PiscesBackend *backend,
                           gint           n_dims,
                           const gint64  *dims)
{
  return alloc (backend, backend->activation_type, n_dims, dims);
}

/**
 * pisces_backend_alloc_typed_dims:
 * @dtype: the activations' type, or that of an operand, taken from another
 *   tensor.
 *
 * Like pisces_backend_alloc_dims(), with a given type.
 */
PiscesTensor
pisces_backend_alloc_typed_dims (PiscesBackend *backend,
                                 PiscesDType    dtype,
                                 gint           n_dims,
                                 const gint64  *dims)
{
  return alloc (backend, dtype, n_dims, dims);
}

/**
 * pisces_backend_alloc_operand_dims:
 * @reader: (nullable): a matrix of the network that reads it; %NULL after a
 *   failure.
 *
 * Like pisces_backend_alloc_dims(), for operands, which are only read by
 * products and attention: the results of norms, queries, keys, values and
 * gates.  A backend may round these to the type of its weights, because
 * products would do that anyway.  All matrices of a network have the same type
 * of operands (pisces_weight_source_take()); another network may have another
 * one.
 */
PiscesTensor
pisces_backend_alloc_operand_dims (PiscesBackend      *backend,
                                   const PiscesWeight *reader,
                                   gint                n_dims,
                                   const gint64       *dims)
{
  return alloc (backend, reader ? reader->operand_type : backend->activation_type,
                n_dims, dims);
}

/**
 * pisces_backend_alloc_cache_dims:
 * @maker: (nullable): the matrix that makes keys and values; %NULL after a
 *   failure.
 *
 * Like pisces_backend_alloc_operand_dims(), for keys and values that are kept.
 * Only pisces_rope_append() and pisces_copy() write them, and only attention
 * reads them, so the type may have fewer bits than that of operands.
 */
PiscesTensor
pisces_backend_alloc_cache_dims (PiscesBackend      *backend,
                                 const PiscesWeight *maker,
                                 gint                n_dims,
                                 const gint64       *dims)
{
  if (maker && maker->cache_type != PISCES_F32)
    return alloc (backend, maker->cache_type, n_dims, dims);
  return pisces_backend_alloc_operand_dims (backend, maker, n_dims, dims);
}

/**
 * pisces_backend_mark:
 *
 * Returns: the present height of the stack, for pisces_backend_release().
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
 * Frees all tensors that were allocated since.  Their memory is kept for new
 * tensors until pisces_backend_trim().
 */
void
pisces_backend_release (PiscesBackend *backend,
                        gsize          mark)
{
  g_return_if_fail (mark <= backend->arena_used);

  backend->arena_used = mark;
}

/**
 * pisces_backend_trim:
 *
 * Frees the blocks of the arena that contain no tensor.
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
 * pisces_backend_reserve:
 * @n_bytes: the result of pisces_backend_plan_end().
 *
 * Makes the arena one block of this many bytes, if it contains no tensor and
 * has no such block yet.  All that was planned then fits, without asking the
 * device again.
 *
 * Returns: %FALSE if there is not enough memory; the job has then failed.
 */
gboolean
pisces_backend_reserve (PiscesBackend *backend,
                        gsize          n_bytes)
{
  ArenaBlock *block;

  if (backend->arena_used > 0 || n_bytes == 0)
    return TRUE;
  if (pisces_backend_is_failed (backend))
    return FALSE;

  if (backend->blocks->len > 0)
    {
      block = g_ptr_array_index (backend->blocks, 0);
      if (block->n_bytes >= n_bytes)
        return TRUE;
      pisces_backend_trim (backend);
    }

  n_bytes = (n_bytes + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);
  pisces_backend_make_room (backend, n_bytes, NULL);

  return add_block (backend, n_bytes, n_bytes) != NULL;
}


/*  private functions  */

static PiscesTensor
alloc (PiscesBackend *backend,
       PiscesDType    dtype,
       gint           n_dims,
       const gint64  *dims)
{
  PiscesTensor  tensor   = { .dtype = dtype };
  gsize         n_bytes  = pisces_dtype_size (dtype);
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

  if (! backend->is_planning && pisces_backend_is_failed (backend))
    return tensor;

  if (! in_range || n_bytes > G_MAXSIZE / 4)
    {
      pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                           "An array of a size beyond all memory was asked "
                           "for.");
      return tensor;
    }

  n_bytes = (n_bytes + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);
  if (backend->is_planning)
    {
      tensor.data = planned_place (backend, n_bytes);
      return tensor;
    }

  block = block_with_room (backend, n_bytes);
  if (! block)
    return tensor;

  tensor.data = (guint8 *) block->data + (backend->arena_used - block->start);
  backend->arena_used += n_bytes;
  return tensor;
}

/* Returns the address that the tensor would have, which must not be read or
 * written.  */
static gpointer
planned_place (PiscesBackend *backend,
               gsize          n_bytes)
{
  const gsize place = backend->arena_used + ALIGNMENT;

  backend->arena_used   += n_bytes;
  backend->planned_bytes = MAX (backend->planned_bytes, backend->arena_used);

  return (gpointer) place;
}

/* Returns the block for the next n_bytes.  If the top block has too little
 * room, the rest of it is skipped, and arena_used moves to the start of the
 * next block.  */
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
          /* This block and all above it are empty, and it is too small, so it
           * is replaced.  */
          if (backend->table->synchronize)
            backend->table->synchronize (backend);
          free_blocks (backend, i);
          break;
        }
      backend->arena_used = end;
    }
  return add_block (backend, n_bytes,
                    MAX (n_bytes, CLAMP (backend->arena_bytes / 2,
                                         MIN_BLOCK_BYTES, MAX_SPARE_BYTES)));
}

/* Adds a block of the preferred size, or, if that fails, of n_bytes.  */
static ArenaBlock *
add_block (PiscesBackend *backend,
           gsize          n_bytes,
           gsize          size)
{
  ArenaBlock *block = NULL;
  gsize       start = 0;
  gpointer    data  = NULL;

  if (backend->blocks->len)
    {
      block = g_ptr_array_index (backend->blocks, backend->blocks->len - 1);
      start = block->start + block->n_bytes;
    }

  if ((backend->memory_limit == 0 ||
       pisces_backend_resident_bytes (backend) + size <= backend->memory_limit) &&
      (backend->memory_budget == 0 ||
       pisces_backend_resident_bytes (backend) + size <= backend->memory_budget))
    data = backend->table->block_new (backend, size);
  if (! data)
    {
      /* Exactly what is needed.  */
      size = n_bytes;
      pisces_backend_make_room (backend, size, NULL);
      if (! pisces_backend_memory_allows (backend, size) ||
          pisces_backend_over_budget (backend, size))
        return NULL;
      data = backend->table->block_new (backend, size);
    }
  if (! data)
    {
      pisces_backend_refuse_memory (backend, n_bytes);
      return NULL;
    }

  block          = g_new0 (ArenaBlock, 1);
  block->data    = data;
  block->n_bytes = size;
  block->start   = start;
  g_ptr_array_add (backend->blocks, block);
  backend->arena_bytes += size;
  backend->arena_used   = start;
  backend->n_moves++;
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
      backend->n_moves++;
      g_ptr_array_remove_index (backend->blocks, last);
    }
}
