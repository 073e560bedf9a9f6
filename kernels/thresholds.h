/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * thresholds.h: the numbers that are chosen for each architecture of NVIDIA's cards,
 * all in one place.
 *
 * There are two tables, because the numbers are needed at two different times.  Those
 * for the compiler stand here, a block of lines for each architecture that
 * kernels/meson.build compiles code for.  Those that choose between kernels while the
 * program runs stand in thresholds.c, a row for each architecture; the backend looks
 * its row up once, when it opens a device.
 *
 * Numbers that come from the shape of one kernel and are the same on every card, as
 * PISCES_CUDA_GEMV_ROWS and ATTENTION_TILES_WIDTH, stay beside that kernel.  This is
 * plain C without GLib, as kernels.h is.
 */

#pragma once

#include <stddef.h>


/*  For the compiler
 *
 *  TILE_BLOCKS        How many blocks of a kernel with product.h's tiles shall share a
 *                     multiprocessor.  With two, one multiplies while the other waits;
 *                     a thread then has 128 registers.  The 64 KiB of shared memory of
 *                     7.5 hold only one block, so there a thread may have them all.
 *  ATTEND_BLOCKS      The same of attention.cu, for heads of 65 to 128 columns; 0: as
 *                     many as the compiler likes.  On 9.0 that of CUDA 12.4 likes
 *                     three, and then spills registers.
 *  UNEVEN_BLOCKS      The same of attention_uneven.cu.  Left alone, the compiler likes
 *                     more on 8.6, and then spills registers.
 *  SPLIT_BLOCKS       The same of attention_split.cu.  Left alone, the compiler wants
 *                     72 registers on 9.0, and then spills two of them.
 *  SLICE_BY_OFFSET    How attention_wide.cu keeps the place where a thread reads
 *                     queries: as an offset, which takes one register, or as an
 *                     address, which takes two.  Its sums leave so few registers that
 *                     the compiler spills with the wrong one, and from 10.0 on that is
 *                     the offset.
 *
 *  Each number is one with which no kernel spills (tests/cuda-build holds that); how
 *  fast others would be was not measured.  8.6 and 8.9 have no lines of their own: their
 *  code is made from that of 8.0.
 */

/* The architecture, 750 for 7.5.  Where kernels are compiled for no GPU, as the tests
 * do, it may be chosen.  */
#if defined (__CUDA_ARCH__)
#undef PISCES_CUDA_ARCHITECTURE
#define PISCES_CUDA_ARCHITECTURE __CUDA_ARCH__
#elif ! defined (PISCES_CUDA_ARCHITECTURE)
#define PISCES_CUDA_ARCHITECTURE 1200
#endif

#if PISCES_CUDA_ARCHITECTURE < 800              /* 7.5 */
#define TILE_BLOCKS      1
#define ATTEND_BLOCKS    0
#define UNEVEN_BLOCKS    2
#define SPLIT_BLOCKS     6
#define SLICE_BY_OFFSET  1

#elif PISCES_CUDA_ARCHITECTURE < 900            /* 8.0, 8.6, 8.9 */
#define TILE_BLOCKS      2
#define ATTEND_BLOCKS    0
#define UNEVEN_BLOCKS    2
#define SPLIT_BLOCKS     6
#define SLICE_BY_OFFSET  1

#elif PISCES_CUDA_ARCHITECTURE < 1000           /* 9.0 */
#define TILE_BLOCKS      2
#define ATTEND_BLOCKS    2
#define UNEVEN_BLOCKS    2
#define SPLIT_BLOCKS     6
#define SLICE_BY_OFFSET  1

#else                                           /* 12.0 */
#define TILE_BLOCKS      2
#define ATTEND_BLOCKS    0
#define UNEVEN_BLOCKS    2
#define SPLIT_BLOCKS     6
#define SLICE_BY_OFFSET  0
#endif


/*  For the backend; thresholds.c says what the columns mean  */

#ifdef __cplusplus
extern "C" {
#endif

/* The oldest that kernels/meson.build compiles for, 7.5: the first with the tensor
 * cores that our kernels use.  */
#define PISCES_CUDA_OLDEST_CAPABILITY 75

typedef struct
{
  int        capability;         /* of the oldest cards that the row is for */
  int        has_bfloat16;
  long long  quants_rows;
  long long  quants_gated_rows;
  int        gated_inputs;
  size_t     elements_bytes;
} PiscesCudaThresholds;

const PiscesCudaThresholds *
             pisces_cuda_thresholds_of (int capability);

#ifdef __cplusplus
}
#endif
