/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mistakes.c: plausible mistakes, made on purpose: this wraps some launchers
 * (with the linker's --wrap) and changes their arguments.  For each of them,
 * the check of operations must name the right op, because a check that cannot
 * fail proves nothing.
 *
 * Environment variable: PISCES_TEST_MISTAKE lists the mistakes to make;
 * without it none is made.
 */

#include <stdlib.h>
#include <string.h>

#include "kernels/kernels.h"

/* A launcher, its parameters and arguments in brackets, and the code that runs
 * before it is called.  */
#define MISTAKEN(name, parameters, arguments, ...) \
  cudaError_t __real_pisces_cuda_##name parameters; \
  cudaError_t __wrap_pisces_cuda_##name parameters; \
  cudaError_t \
  __wrap_pisces_cuda_##name parameters \
  { \
    __VA_ARGS__ \
    return __real_pisces_cuda_##name arguments; \
  }

static int
is_made (const char *mistake)
{
  const char *made = getenv ("PISCES_TEST_MISTAKE");

  return made && strstr (made, mistake);
}

MISTAKEN (rope, (cudaStream_t stream, PiscesCudaRows x, const PiscesCudaRope *rope),
          (stream, x, &wrong),
          PiscesCudaRope wrong = *rope;

          /* Every sequence begins one position too late.  */
          if (is_made ("rope-begins-late"))
            wrong.first_position++;
          /* One pair is rotated by its neighbours' axis.  */
          if (is_made ("rope-takes-another-axis") && rope->axis_ends[0] < rope->head_dim / 2)
            wrong.axis_ends[0]++;
          /* The positions are read as if there were no gaps between them.  */
          if (is_made ("rope-forgets-the-stride") && rope->positions)
            wrong.position_stride--;)

MISTAKEN (rope_append, (cudaStream_t stream, const PiscesCudaAppend *how),
          (stream, &wrong),
          PiscesCudaAppend wrong = *how;

          /* A key is rotated by its row in the cache instead of its
           * position.  */
          if (is_made ("rope-turns-by-the-cache-row"))
            wrong.rope.positions = NULL;
          /* All sequences are treated as having the length of the first.  */
          if (is_made ("rope-append-takes-one-length-for-all") &&
              how->rows_per_sequence < how->qkv.n_rows)
            wrong.first_rows = NULL;)

MISTAKEN (attention, (cudaStream_t stream, const PiscesCudaAttention *how, float *scratch),
          (stream, &wrong, scratch),
          PiscesCudaAttention wrong = *how;

          /* Uses the position at the launch, which in a graph is that of the
           * capture.  */
          if (is_made ("attention-keeps-its-position"))
            wrong.positions = NULL;
          /* All sequences are treated as having the length of the first.  */
          if (is_made ("attention-takes-one-length-for-all") && how->n_batch > 1)
            wrong.positions = NULL;
          /* The first window is left out.  */
          if (is_made ("attention-leaves-out-a-window") && how->starts)
            wrong.n_batch--, wrong.starts++;
          /* All heads use the bias of the first.  */
          if (is_made ("attention-has-one-bias-for-all-heads"))
            wrong.bias_head_stride = 0;)

/* The whole batch uses the first row.  */
MISTAKEN (modulate, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, PiscesCudaRows scale,
                     PiscesCudaRows shift),
          (stream, y, x, scale, shift),
          if (is_made ("modulate-swaps-scale-and-shift"))
            {
              const PiscesCudaRows first = scale;

              scale = shift;
              shift = first;
            }
          if (is_made ("modulate-takes-one-row-for-all"))
            scale.n_rows = 1;)

MISTAKEN (add_gated, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, PiscesCudaRows gate,
                      PiscesCudaRows z),
          (stream, y, x, gate, z),
          if (is_made ("add-gated-forgets-the-stride"))
            gate.row_stride = gate.width;)

/* Two heads are treated as one.  */
MISTAKEN (rms_norm_heads, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x,
                           const float *weight, int head_dim, float epsilon),
          (stream, y, x, weight, head_dim, epsilon),
          if (is_made ("rms-norm-heads-takes-two-for-one") && y.width % (2 * head_dim) == 0)
            {
              weight   = NULL;
              head_dim = 2 * head_dim;
            })

/* Rows are read as if there were no gaps between them.  */
MISTAKEN (gather, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, const int *ids),
          (stream, y, x, ids),
          if (is_made ("gather-forgets-the-stride"))
            x.row_stride = x.width;)
