/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * counting.h: a CUDA device that executes nothing and counts everything that
 * it is asked to do.  The host code above it, down to the launchers, is the
 * real one:
 *
 *   counting-device.cpp   replaces CUDA's runtime: launches, memory, copies,
 *                         waiting
 *   counted-launchers.c   wraps each launcher, and replaces cuBLAS: counts bytes
 *                         and operations, from the arguments
 *   least.c               wraps the backend's table: counts the bytes and
 *                         operations that every implementation needs
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The units that compute, each with its own peak rate.  */
typedef enum
{
  COUNT_NOTHING,            /* moves bytes only        */
  COUNT_TENSOR_CORES,       /* 16 bits, sums in f32    */
  COUNT_FLOAT_CORES         /* float32                 */
} CountUnit;

/* All calls of one launcher with one unit.  */
typedef struct
{
  const char *name;
  CountUnit   unit;
  long        n_calls;
  long        n_launches;
  double      n_bytes;
  double      n_operations;
} CountedOp;

/* One call, to add up the least that each call must take.  */
typedef struct
{
  int       op;             /* index among the ops */
  CountUnit unit;
  double    n_bytes;
  double    n_operations;
} CountedCall;

typedef struct
{
  long         n_launches;       /* by the host; a graph counts as one        */
  long         n_graph_kernels;  /* kernels inside these graphs               */
  long         n_syncs;          /* the host waits for the device             */
  long         n_allocations;    /* cudaMalloc, cudaFree and similar          */
  double       bytes_up;         /* from host to device                       */
  double       bytes_down;
  double       device_bytes;     /* allocated now                             */
  double       peak_bytes;       /* most allocated since the last reset       */
  GArray      *ops;              /* of CountedOp                              */
  GArray      *calls;            /* of CountedCall                            */

  double       least_bytes;      /* least.c                                   */
  double       least_operations;
} Counts;

extern Counts counts;

void counts_reset (void);

/* Notes that a launcher begins, and what it moves; the launches until the next
 * call belong to it.  */
void count_call   (const char *name,
                   CountUnit   unit,
                   double      n_bytes,
                   double      n_operations);

/* Counts a launch by a library, which the device does not see.  */
void count_launch (void);

G_END_DECLS
