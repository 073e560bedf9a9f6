/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * counting.h: a CUDA device that executes nothing and counts all that it is
 * asked to do.  The host code above it, down to the launchers, is the real
 * one:
 *
 *   counting-device.cpp   stands in for CUDA's runtime: launches, memory,
 *                         copies, waiting
 *   counted-launchers.c   stands before each launcher, and in the place of
 *                         cuBLAS: bytes and operations, from the arguments
 *   least.c               stands before the backend's table: the bytes and
 *                         operations that no implementation can do without
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What computes: they have peaks of their own.  */
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

/* One call, for the sum of what each of them must at least take.  */
typedef struct
{
  int       op;             /* among the ops     */
  CountUnit unit;
  double    n_bytes;
  double    n_operations;
} CountedCall;

typedef struct
{
  long         n_launches;       /* by the host: a graph is one               */
  long         n_graph_kernels;  /* of the graphs among them                  */
  long         n_syncs;          /* the host waits for the device             */
  long         n_allocations;    /* cudaMalloc, cudaFree and their kind       */
  double       bytes_up;         /* from host to device                       */
  double       bytes_down;
  double       device_bytes;     /* held now                                  */
  double       peak_bytes;       /* held at once since the last reset         */
  GArray      *ops;              /* of CountedOp                              */
  GArray      *calls;            /* of CountedCall                            */

  double       least_bytes;      /* least.c                                   */
  double       least_operations;
} Counts;

extern Counts counts;

void counts_reset (void);

/* A launcher begins, and what it moves; launches until the next are its.  */
void count_call   (const char *name,
                   CountUnit   unit,
                   double      n_bytes,
                   double      n_operations);

/* A launch by a library, which the device does not see.  */
void count_launch (void);

G_END_DECLS
