/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cpu-backend.c: opens the CPU backend: its table of ops, its threads and its
 * memory.  The ops themselves are in the other files of this folder.
 *
 * Environment: PISCES_THREADS is the number of threads.  Without it there are as
 * many as the machine gives to this process.
 */

#include <stdlib.h>
#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/pisces.h"


static gchar  * describe_processor
                              (gint           n_threads);
static void     close_backend (PiscesBackend *backend);
static gpointer block_new     (PiscesBackend *backend,
                               gsize          n_bytes);
static void     block_free    (PiscesBackend *backend,
                               gpointer       block,
                               gsize          n_bytes);
static void     upload        (PiscesBackend *backend,
                               PiscesTensor   y,
                               const gfloat  *values);
static void     download      (PiscesBackend *backend,
                               gfloat        *values,
                               PiscesTensor   x);
static void     synchronize   (PiscesBackend *backend);


static const PiscesBackendTable cpu_table =
{
  .name          = "cpu",
  .rounds_inputs = TRUE,
  .close         = close_backend,
  .block_new     = block_new,
  .block_free    = block_free,
  .weight_size   = sizeof (PiscesCpuWeight),
  .weight_form   = pisces_cpu_weight_form,
  .upload_weight = pisces_cpu_upload_weight,
  .reads_parts   = TRUE,
  .weight_free   = pisces_cpu_weight_free,
  .upload        = upload,
  .download      = download,
  .synchronize   = synchronize,
  .copy          = pisces_cpu_copy,
  .linear        = pisces_cpu_linear,
  .conv2d        = pisces_cpu_conv2d,
  .rms_norm      = pisces_cpu_rms_norm,
  .rms_norm_heads = pisces_cpu_rms_norm_heads,
  .layer_norm    = pisces_cpu_layer_norm,
  .group_norm    = pisces_cpu_group_norm,
  .rope          = pisces_cpu_rope,
  .attention     = pisces_cpu_attention,
  .gather        = pisces_cpu_gather,
  .gather_rows   = pisces_cpu_gather_rows,
  .activate      = pisces_cpu_activate,
  .glu           = pisces_cpu_glu,
  .add_broadcast = pisces_cpu_add_broadcast,
  .add_weight    = pisces_cpu_add_weight,
  .combine       = pisces_cpu_combine,
  .modulate      = pisces_cpu_modulate,
  .add_gated     = pisces_cpu_add_gated,
  .upsample      = pisces_cpu_upsample,
  .average_pool  = pisces_cpu_average_pool,
  .fold          = pisces_cpu_fold
};


/**
 * pisces_cpu_backend_open:
 *
 * Returns: (transfer full) (nullable): the CPU backend; %NULL with @error set if an
 *   environment variable is wrong.
 */
PiscesBackend *
pisces_cpu_backend_open (GError **error)
{
  PiscesCpu   *cpu     = g_new0 (PiscesCpu, 1);
  const gchar *threads = g_getenv ("PISCES_THREADS");
  gint         weight_bits;

  if (! pisces_backend_read_weight_bits (&weight_bits, error))
    {
      g_free (cpu);
      return NULL;
    }

  pisces_backend_init (&cpu->base, &cpu_table);
  cpu->base.can_round   = TRUE;
  cpu->base.weight_bits = weight_bits;
  cpu->tile_func      = pisces_tile_func (FALSE);
  cpu->tile_func_bf16 = pisces_tile_func (TRUE);
  cpu->int8           = pisces_int8_choose ();
  cpu->rows16         = pisces_rows16_choose ();
  cpu->few            = pisces_few_choose ();
  cpu->n_threads      = g_get_num_processors ();
  if (threads)
    cpu->n_threads = CLAMP (g_ascii_strtoll (threads, NULL, 10), 1, 1024);
  cpu->threads          = pisces_cpu_threads_new (cpu->n_threads);
  cpu->base.description = describe_processor (cpu->n_threads);
  return &cpu->base;
}


/*  private functions  */

/* Returns a name like "AMD EPYC, 2 threads", with the processor's name where the
 * system provides it.  */
static gchar *
describe_processor (gint n_threads)
{
  g_autofree gchar    *text  = NULL;
  g_autoptr (GRegex)   regex = g_regex_new ("^model name\\s*:\\s*(.+)$",
                                            G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree gchar    *model = NULL;

  if (g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL) &&
      g_regex_match (regex, text, 0, &match))
    model = g_match_info_fetch (match, 1);
  return g_strdup_printf (n_threads == 1 ? "%s, %d thread" : "%s, %d threads",
                          model ? model : "Processor", n_threads);
}

static void
close_backend (PiscesBackend *backend)
{
  PiscesCpu *cpu = (PiscesCpu *) backend;

  pisces_cpu_threads_free (cpu->threads);
  pisces_cpu_dnnl_free (cpu->dnnl);
  pisces_cpu_turns_free (cpu->turns);
  free (cpu->zeros);
  g_free (cpu);
}

static gpointer
block_new (PiscesBackend *backend,
           gsize          n_bytes)
{
  return aligned_alloc (64, n_bytes);
}

static void
block_free (PiscesBackend *backend,
            gpointer       block,
            gsize          n_bytes)
{
  free (block);
}

static void
upload (PiscesBackend *backend,
        PiscesTensor   y,
        const gfloat  *values)
{
  const gint64 width = pisces_tensor_width (y);

  for (gint64 i = 0; i < pisces_tensor_n_rows (y); i++)
    memcpy (pisces_cpu_row (y, i), values + i * width,
            width * sizeof (gfloat));
}

static void
download (PiscesBackend *backend,
          gfloat        *values,
          PiscesTensor   x)
{
  const gint64 width = pisces_tensor_width (x);

  for (gint64 i = 0; i < pisces_tensor_n_rows (x); i++)
    memcpy (values + i * width, pisces_cpu_row (x, i),
            width * sizeof (gfloat));
}

static void
synchronize (PiscesBackend *backend)
{
  /* Nothing to wait for: every op is finished when its function returns.  */
}
