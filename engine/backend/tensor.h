/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tensor.h: describes arrays in host memory and in a backend's memory.  Knows
 * nothing of files, networks or devices.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Element types, with the names that safetensors uses.  */
typedef enum
{
  PISCES_F32,
  PISCES_F16,
  PISCES_BF16,
  PISCES_I32,
  PISCES_I64,
  PISCES_U8,
  PISCES_I8,
  PISCES_Q8_0,          /* blocks of 32 with a scale, see quantise.h;          */
  PISCES_Q4_0           /* for matrices in host memory only                    */
} PiscesDType;

/* A convolution over pictures that follow each other has five.  */
#define PISCES_MAX_DIMS 5

/* The weights of a model up to this size become float32 on the CPU.  Those of a
 * larger one, which no cache holds, stay in 16 bits and in their files, because
 * decoding is limited by reading them.  The memory that a model will need is
 * estimated with the same limit.  */
#define PISCES_SMALL_MODEL_BYTES ((guint64) 128 << 20)

typedef struct _PiscesHostTensor PiscesHostTensor;

/* Access to a tensor that is still in a file.  Functions that may fail set an
 * error to a sentence.  */
typedef struct
{
  /* Reads the values, and the scales if there are any, into memory, and checks
   * that they are finite.  */
  gboolean (* read)      (const PiscesHostTensor  *tensor,
                          gpointer                 data,
                          gpointer                 scales,
                          GError                 **error);

  /* Maps the file, and returns where the values are in it.  Nothing is read or
   * checked yet.  FALSE: it cannot be mapped and has to be read.  */
  gboolean (* map)       (const PiscesHostTensor  *tensor,
                          gconstpointer           *data,
                          gconstpointer           *scales);

  /* Sets the error that some of the values are not finite.  */
  void     (* blame)     (const PiscesHostTensor  *tensor,
                          GError                 **error);

  /* Returns whether the source's files are still the ones that were opened.
   * Only then is what was read from a mapping before valid.  */
  gboolean (* is_same)   (gconstpointer            source,
                          GError                 **error);
} PiscesTensorAccess;

/* An array in host memory, row-major and contiguous; or one that is still in a
 * file: then it has no data, and pisces_host_tensor_load() reads it.  Does not
 * own its data.  */
struct _PiscesHostTensor
{
  const gchar          *name;        /* for messages; may be NULL */
  PiscesDType           dtype;
  gint                  n_dims;
  gint64                dims[PISCES_MAX_DIMS];
  gconstpointer         data;
  gconstpointer         scales;      /* float16, for Q8_0 and Q4_0 */
  const PiscesTensorAccess
                       *access;      /* NULL: it is only in memory */
  gconstpointer         source;      /* passed to access */
  gboolean              is_wide;     /* if it is float16: its network has
                                      * values beyond that type's range, so it
                                      * must be computed in float32        */
};

/* An array in a backend's memory.  Row-major.  The distance between rows may
 * be larger than their length (row_stride > dims[n_dims - 1]), so that a slice
 * of columns is a tensor too.  Does not own its data, which are in the
 * backend's arena.  Passed by value.
 *
 * Images are [batch, height, width, channels]; sequences are [rows, width],
 * with the sequences of a batch one after another.  */
typedef struct
{
  PiscesDType  dtype;
  gint         n_dims;
  gint64       dims[PISCES_MAX_DIMS];
  gint64       row_stride;           /* in elements */
  gpointer     data;                 /* NULL after a failed allocation */
} PiscesTensor;

gsize          pisces_dtype_size        (PiscesDType          dtype);
const gchar  * pisces_dtype_name        (PiscesDType          dtype);
gint64         pisces_host_tensor_count (const PiscesHostTensor *tensor);
gint           pisces_dtype_bits        (PiscesDType          dtype);
gsize          pisces_host_tensor_n_bytes
                                        (const PiscesHostTensor *tensor);
gboolean       pisces_host_tensor_load  (const PiscesHostTensor *tensor,
                                         PiscesHostTensor    *loaded,
                                         gpointer            *memory,
                                         GError             **error);
gboolean       pisces_host_tensor_map   (const PiscesHostTensor *tensor,
                                         PiscesHostTensor    *mapped);
gboolean       pisces_host_tensor_check (const PiscesHostTensor *mapped,
                                         GError             **error);
gboolean       pisces_host_tensor_is_finite
                                        (const PiscesHostTensor *tensor);
PiscesHostTensor
               pisces_host_tensor_rows  (const PiscesHostTensor *tensor,
                                         gint64               first,
                                         gint64               n_rows);
void           pisces_host_tensor_to_f32
                                        (const PiscesHostTensor *tensor,
                                         gfloat              *out);

gint64         pisces_tensor_count      (PiscesTensor         tensor);
gint64         pisces_tensor_n_rows     (PiscesTensor         tensor);
gint64         pisces_tensor_width      (PiscesTensor         tensor);
PiscesTensor   pisces_tensor_rows       (PiscesTensor         tensor,
                                         gint64               first,
                                         gint64               n_rows);
PiscesTensor   pisces_tensor_columns    (PiscesTensor         tensor,
                                         gint64               first,
                                         gint64               n_columns);
PiscesTensor   pisces_tensor_reshape_dims
                                        (PiscesTensor         tensor,
                                         gint                 n_dims,
                                         const gint64        *dims);

/* The axes are arguments, of any integer type.  */
#define pisces_tensor_reshape(tensor, n_dims, ...) \
  pisces_tensor_reshape_dims ((tensor), (n_dims), \
                              (const gint64[n_dims]) { __VA_ARGS__ })

static inline gfloat
pisces_bf16_to_f32 (guint16 bits)
{
  union { guint32 u; gfloat f; } v = { .u = (guint32) bits << 16 };
  return v.f;
}

static inline gfloat
pisces_f16_to_f32 (guint16 bits)
{
  union { guint16 u; _Float16 f; } v = { .u = bits };
  return (gfloat) v.f;
}

G_END_DECLS
