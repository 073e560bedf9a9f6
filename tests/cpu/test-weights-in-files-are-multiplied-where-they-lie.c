/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Matrices and tables of a mapped file stay there: no memory is taken for them,
 * products and rows are the same bits as of a copy, of few rows and of many, with
 * parts side by side or apart.  A value that is none is found when it is first
 * read, wherever it lies, and a file that was changed ends the job.
 */

#include <math.h>
#include <string.h>

#include "engine/backend/quantise.h"
#include "engine/cpu/cpu.h"
#include "engine/cpu/vectors.h"
#include "engine/pisces.h"
#include "tests/cpu/op-case.h"

#define N_PARTS 3
#define N_IN    96
#define MAX_OUT 80

/* Stands for a file: its parts lie as @gap says.  */
typedef struct
{
  PiscesDType       dtype;
  gint64            n_out[N_PARTS];
  gsize             gap;                 /* bytes between parts            */
  guint8            bytes[N_PARTS * (MAX_OUT * N_IN * 4 + 64)];
  _Float16          scales[N_PARTS * MAX_OUT * (N_IN / PISCES_QUANTISED_BLOCK)];
  PiscesHostTensor  parts[N_PARTS];
  gboolean          may_be_mapped;
  gboolean          is_changed;
} File;

static gsize
part_offset (const File *file,
             gint        part)
{
  gsize at = 2;                          /* aligned for 16 bits, no more   */

  for (gint i = 0; i < part; i++)
    at += pisces_host_tensor_n_bytes (&file->parts[i]) + file->gap;

  return at;
}

static gint
part_number (const PiscesHostTensor *tensor)
{
  return tensor->name[0] - '0';
}

static _Float16 *
part_scales (File *file,
             gint  part)
{
  return file->scales + part * MAX_OUT * (N_IN / PISCES_QUANTISED_BLOCK);
}

static gboolean
map_part (const PiscesHostTensor *tensor,
          gconstpointer          *data,
          gconstpointer          *scales)
{
  File *file = (File *) tensor->source;

  if (! file->may_be_mapped)
    return FALSE;
  *data   = file->bytes + part_offset (file, part_number (tensor));
  *scales = part_scales (file, part_number (tensor));

  return TRUE;
}

static gboolean
read_part (const PiscesHostTensor  *tensor,
           gpointer                 data,
           gpointer                 scales,
           GError                 **error)
{
  File *file = (File *) tensor->source;

  memcpy (data, file->bytes + part_offset (file, part_number (tensor)),
          pisces_host_tensor_n_bytes (tensor));
  if (pisces_dtype_bits (tensor->dtype))
    memcpy (scales, part_scales (file, part_number (tensor)),
            pisces_host_tensor_count (tensor) / PISCES_QUANTISED_BLOCK * 2);

  return TRUE;
}

static void
blame_part (const PiscesHostTensor  *tensor,
            GError                 **error)
{
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID, "part %s", tensor->name);
}

static gboolean
is_same (gconstpointer   source,
         GError        **error)
{
  if (! ((const File *) source)->is_changed)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID, "changed");
  return FALSE;
}

static const PiscesTensorAccess file_access = { read_part, map_part, blame_part, is_same };

static void
fill (File        *file,
      PiscesDType  dtype,
      gsize        gap)
{
  static const gchar *const names[]       = { "0", "1", "2" };
  static const gint64       rows[N_PARTS] = { 80, 16, 33 };

  memset (file, 0, sizeof (*file));
  file->dtype         = dtype;
  file->gap           = gap;
  file->may_be_mapped = TRUE;
  for (gint i = 0; i < N_PARTS; i++)
    {
      guint8 *bytes;

      file->n_out[i] = rows[i];
      file->parts[i] = (PiscesHostTensor) { names[i], dtype, 2, { rows[i], N_IN },
                                            .access = &file_access, .source = file };
      bytes = file->bytes + part_offset (file, i);
      for (gint64 o = 0; o < rows[i]; o++)
        {
          gfloat values[N_IN];

          for (gint k = 0; k < N_IN; k++)
            values[k] = random_value ();
          if (pisces_dtype_bits (dtype))
            {
              const gint n_bits = pisces_dtype_bits (dtype);

              pisces_quantise_row (n_bits, bytes + o * N_IN * n_bits / 8,
                                   part_scales (file, i) + o * (N_IN / PISCES_QUANTISED_BLOCK),
                                   values, N_IN);
            }
          for (gint k = 0; k < N_IN && ! pisces_dtype_bits (dtype); k++)
            {
              const _Float16 half  = values[k];
              const guint16  bf16  = pisces_cpu_to_bf16 (values[k]);

              memcpy (bytes + (o * N_IN + k) * 2, dtype == PISCES_BF16 ? (gpointer) &bf16
                                                                       : (gpointer) &half, 2);
            }
        }
    }
}

static PiscesBackend *
begin (gboolean may_map)
{
  PiscesBackend *backend = case_begin ();

  backend->may_map     = may_map;
  backend->model_bytes = (gsize) 4 << 30;       /* so 16 bits stay 16 bits */

  return backend;
}

/* y = x A^T + bias, by a matrix of all parts.  */
static void
multiply (PiscesBackend      *backend,
          const PiscesWeight *weight,
          gint64              n_rows,
          const gfloat       *inputs,
          gfloat             *outputs)
{
  const gint64      n_out = weight->dims[0];
  gfloat            bias_values[N_PARTS * MAX_OUT];
  PiscesHostTensor  host  = { "bias", PISCES_F32, 1, { n_out }, bias_values };
  PiscesTensor      x     = pisces_backend_alloc (backend, 2, n_rows, N_IN);
  PiscesTensor      y     = pisces_backend_alloc (backend, 2, n_rows, n_out);
  PiscesWeight     *bias;

  for (gint64 o = 0; o < n_out; o++)
    bias_values[o] = o * 0.125f;
  bias = pisces_backend_upload (backend, PISCES_WEIGHT_VECTOR, &host, 1);
  pisces_upload (backend, x, inputs);
  pisces_linear (backend, y, x, weight, bias, PISCES_ACT_SILU, FALSE);
  pisces_linear (backend, y, x, weight, NULL, PISCES_ACT_NONE, TRUE);
  if (! pisces_backend_is_failed (backend))
    pisces_download (backend, outputs, y);
  pisces_weight_free (bias);
}

typedef struct
{
  PiscesDType dtype;
  gsize       gap;
  gint64      n_rows;
} Case;

static void
test_same_bits (gconstpointer data)
{
  const Case         *c       = data;
  g_autofree File    *file    = g_new (File, 1);
  const gint64        n_out   = 80 + 16 + 33;
  g_autofree gfloat  *inputs  = g_new (gfloat, c->n_rows * N_IN);
  gfloat             *outputs[2];

  begin (FALSE);                        /* whose random numbers these are */
  fill (file, c->dtype, c->gap);
  for (gint64 i = 0; i < c->n_rows * N_IN; i++)
    inputs[i] = random_value ();
  case_end ();

  for (gint may_map = 0; may_map < 2; may_map++)
    {
      PiscesBackend *backend = begin (may_map);
      PiscesWeight  *weight  = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, file->parts,
                                                      N_PARTS);
      gint           n_mapped;

      g_assert_nonnull (weight);
      n_mapped = ((PiscesCpuWeight *) weight)->n_mapped;
      g_assert_cmpint (n_mapped, ==, may_map ? N_PARTS : 0);
      g_assert_true (pisces_backend_has_sources (backend) == may_map);
      if (may_map)
        g_assert_cmpint (((PiscesCpuWeight *) weight)->n_pieces, ==,
                         c->gap || pisces_dtype_bits (c->dtype) ? N_PARTS : 0);

      outputs[may_map] = g_new (gfloat, c->n_rows * n_out);
      multiply (backend, weight, c->n_rows, inputs, outputs[may_map]);
      g_assert_true (pisces_backend_finish (backend, NULL));
      g_assert_false (((PiscesCpuWeight *) weight)->is_unchecked);

      pisces_weight_free (weight);
      g_assert_false (pisces_backend_has_sources (backend));
      g_assert_cmpuint (backend->weight_bytes, ==, 0);
      case_end ();
    }

  g_assert_cmpmem (outputs[0], c->n_rows * n_out * sizeof (gfloat),
                   outputs[1], c->n_rows * n_out * sizeof (gfloat));
  g_free (outputs[0]);
  g_free (outputs[1]);
}

/* What cannot be mapped is read, and nobody holds its file.  */
static void
test_not_mapped (void)
{
  g_autofree File *file    = g_new (File, 1);
  PiscesBackend   *backend = begin (TRUE);
  PiscesWeight    *weight;

  fill (file, PISCES_BF16, 64);
  file->may_be_mapped = FALSE;
  weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, file->parts, N_PARTS);
  g_assert_nonnull (weight);
  g_assert_false (pisces_backend_has_sources (backend));
  pisces_weight_free (weight);
  case_end ();
}

/* In each part a value or a scale that is none, the rest of them sound.  */
static void
test_not_finite (gconstpointer data)
{
  const Case         *c      = data;
  g_autofree gfloat  *inputs = g_new0 (gfloat, c->n_rows * N_IN);
  g_autofree gfloat  *nobody = g_new (gfloat, c->n_rows * N_PARTS * MAX_OUT);
  g_autofree File    *file   = g_new (File, 1);

  /* Whatever is zero does not hide it.  */
  inputs[1] = 1;
  for (gint part = 0; part < N_PARTS; part++)
    for (gint kind = 0; kind < 2; kind++)
      {
        PiscesBackend      *backend = begin (TRUE);
        PiscesWeight       *weight;
        g_autoptr (GError)  error   = NULL;
        guint16             bits;

        fill (file, c->dtype, c->gap);
        if (c->dtype == PISCES_BF16)
          bits = kind ? 0xff80 : 0x7fc1;
        else
          bits = kind ? 0xfc00 : 0x7e01;
        if (pisces_dtype_bits (c->dtype))
          memcpy (part_scales (file, part) + 16 * (N_IN / PISCES_QUANTISED_BLOCK) - 1, &bits, 2);
        else
          memcpy (file->bytes + part_offset (file, part) + (15 * N_IN + 5) * 2, &bits, 2);

        weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, file->parts, N_PARTS);
        g_assert_nonnull (weight);
        multiply (backend, weight, c->n_rows, inputs, nobody);
        g_assert_false (pisces_backend_finish (backend, &error));
        g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
        g_assert_cmpint (error->message[strlen ("part ")], ==, '0' + part);
        pisces_weight_free (weight);
        pisces_backend_begin (backend, NULL);
        case_end ();
      }
}

/* Many rows are oneDNN's where it is faster.  Nothing but the time would tell if they
 * were not.  */
static void
test_many_rows (void)
{
  g_autofree File   *file    = g_new (File, 1);
  g_autofree gfloat *inputs  = g_new0 (gfloat, 256 * N_IN);
  g_autofree gfloat *outputs = g_new (gfloat, 256 * N_PARTS * MAX_OUT);
  PiscesBackend     *backend = begin (TRUE);
  PiscesWeight      *weight;

  if (pisces_cpu_vector_bits () < 512 || ! pisces_cpu_dnnl_is_fast (backend))
    {
      g_test_skip ("This processor multiplies float32 as fast as bfloat16.");
      case_end ();
      return;
    }

  fill (file, PISCES_BF16, 64);
  weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, file->parts, N_PARTS);
  multiply (backend, weight, 2, inputs, outputs);
  g_assert_cmpuint (pisces_cpu_dnnl_n_shapes (backend), ==, 0);
  multiply (backend, weight, 256, inputs, outputs);
  g_assert_cmpuint (pisces_cpu_dnnl_n_shapes (backend), >, 0);
  pisces_weight_free (weight);
  case_end ();
}

/* An input that is no number is no fault of the weights.  */
static void
test_odd_input (void)
{
  g_autofree File    *file    = g_new (File, 1);
  PiscesBackend      *backend = begin (TRUE);
  gfloat              inputs[N_IN] = { 0 };
  g_autofree gfloat  *outputs = g_new (gfloat, N_PARTS * MAX_OUT);
  PiscesWeight       *weight;

  fill (file, PISCES_BF16, 64);
  inputs[7] = (gfloat) INFINITY;
  weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, file->parts, N_PARTS);
  multiply (backend, weight, 1, inputs, outputs);
  g_assert_true (pisces_backend_finish (backend, NULL));
  g_assert_false (((PiscesCpuWeight *) weight)->is_unchecked);
  pisces_weight_free (weight);
  case_end ();
}

static void
test_table (void)
{
  static const gint32  ids[]   = { 3, 79, 3, 0 };
  g_autofree File     *file    = g_new (File, 1);
  PiscesBackend       *backend = begin (TRUE);
  PiscesTensor         y       = pisces_backend_alloc (backend, 2, 4, N_IN);
  gfloat               found[4 * N_IN];
  g_autoptr (GError)   error   = NULL;
  const guint16        nan     = 0x7fc0;
  PiscesWeight        *table;

  fill (file, PISCES_BF16, 64);
  table = pisces_backend_upload (backend, PISCES_WEIGHT_TABLE, file->parts, 1);
  g_assert_cmpint (((PiscesCpuWeight *) table)->n_mapped, ==, 1);
  pisces_gather (backend, y, table, ids);
  g_assert_true (pisces_download (backend, found, y));
  for (gint i = 0; i < 4; i++)
    for (gint k = 0; k < N_IN; k++)
      {
        guint16 bits;

        memcpy (&bits, file->bytes + part_offset (file, 0) + (ids[i] * N_IN + k) * 2, 2);
        g_assert_cmpfloat (found[i * N_IN + k], ==, pisces_bf16_to_f32 (bits));
      }

  memcpy (file->bytes + part_offset (file, 0) + 79 * N_IN * 2, &nan, 2);
  pisces_gather (backend, y, table, ids);
  g_assert_false (pisces_backend_finish (backend, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  pisces_weight_free (table);
  pisces_backend_begin (backend, NULL);
  case_end ();
}

/* Whatever else has failed by then.  */
static void
test_changed (void)
{
  g_autofree File    *file    = g_new (File, 1);
  PiscesBackend      *backend = begin (TRUE);
  gfloat              inputs[N_IN] = { 1 };
  g_autofree gfloat  *outputs = g_new (gfloat, N_PARTS * MAX_OUT);
  PiscesWeight       *weight;

  fill (file, PISCES_Q8_0, 0);
  weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, file->parts, N_PARTS);
  multiply (backend, weight, 1, inputs, outputs);
  g_assert_true (pisces_backend_finish (backend, NULL));

  for (gint other = 0; other < 2; other++)
    {
      g_autoptr (GError) error = NULL;

      pisces_backend_begin (backend, NULL);
      file->is_changed = TRUE;
      if (other)
        pisces_backend_fail (backend, PISCES_ERROR_BACKEND, "another");
      g_assert_false (pisces_backend_finish (backend, &error));
      g_assert_cmpstr (error->message, ==, "changed");
      g_assert_false (pisces_backend_check_sources (backend, NULL));
    }

  /* The other program has put it back.  */
  file->is_changed = FALSE;
  pisces_backend_begin (backend, NULL);
  g_assert_true (pisces_backend_finish (backend, NULL));
  pisces_weight_free (weight);
  case_end ();
}

int
main (int    argc,
      char **argv)
{
  static const PiscesDType types[] = { PISCES_BF16, PISCES_F16, PISCES_Q8_0, PISCES_Q4_0 };
  static const gint64      rows[]  = { 1, 3, 8, 9, 40 };
  static const gsize       gaps[]  = { 0, 64 };

  g_test_init (&argc, &argv, NULL);

  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    for (guint g = 0; g < G_N_ELEMENTS (gaps); g++)
      for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
        {
          Case             *c    = g_new (Case, 1);
          g_autofree gchar *same = NULL;
          g_autofree gchar *none = NULL;

          *c   = (Case) { types[t], gaps[g], rows[r] };
          same = g_strdup_printf ("/mapped/same-bits/%s/gap-%d/%d-rows", pisces_dtype_name (c->dtype),
                                  (gint) c->gap, (gint) c->n_rows);
          none = g_strdup_printf ("/mapped/not-finite/%s/gap-%d/%d-rows",
                                  pisces_dtype_name (c->dtype), (gint) c->gap, (gint) c->n_rows);
          g_test_add_data_func (same, c, test_same_bits);
          g_test_add_data_func_full (none, c, test_not_finite, g_free);
        }
  g_test_add_func ("/mapped/not-mapped", test_not_mapped);
  g_test_add_func ("/mapped/odd-input", test_odd_input);
  g_test_add_func ("/mapped/many-rows", test_many_rows);
  g_test_add_func ("/mapped/table", test_table);
  g_test_add_func ("/mapped/changed", test_changed);

  return g_test_run ();
}
