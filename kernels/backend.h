/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend.h: the inside of the CUDA backend: its struct, its weights, and what
 * its files give one another.
 */

#pragma once

#include <cuda_runtime_api.h>

#include "engine/backend.h"
#include "kernels/kernels.h"

G_BEGIN_DECLS

typedef struct _PiscesCublas PiscesCublas;

/* Activations are float32; the operands of a product are rounded to the type
 * of its weight.  */
typedef struct
{
  PiscesBackend  base;
  cudaStream_t   stream;
  PiscesCublas  *cublas;         /* NULL: there is none, own kernels */
  void          *scratch;        /* of one op                        */
  gsize          scratch_bytes;
} PiscesCuda;

/* LINEAR and TABLE as in the file, CONV as [n_out, height, width, n_in];
 * 16 bits stay so, all else is float32.  VECTOR is float32.  */
typedef struct
{
  PiscesWeight    base;
  PiscesCudaType  type;
  void           *data;
} PiscesCudaWeight;

PiscesBackend * pisces_cuda_backend_new   (const gchar             *description,
                                           GError                 **error);

/*  weights.c  */

PiscesWeight  * pisces_cuda_upload_weight (PiscesBackend           *backend,
                                           PiscesWeightUse          use,
                                           const PiscesHostTensor  *parts,
                                           gint                     n_parts);
void            pisces_cuda_weight_free   (PiscesWeight            *weight);

/*  cublas.c  */

PiscesCublas  * pisces_cublas_open        (cudaStream_t             stream);
void            pisces_cublas_close       (PiscesCublas            *cublas);
gboolean        pisces_cublas_product     (PiscesCublas            *cublas,
                                           PiscesCudaType           type,
                                           float                   *y,
                                           gint64                   y_stride,
                                           gconstpointer            x,
                                           gint64                   x_stride,
                                           gconstpointer            weight,
                                           gint64                   n_rows,
                                           gint64                   n_in,
                                           gint64                   n_out,
                                           gboolean                 accumulate);

G_END_DECLS
