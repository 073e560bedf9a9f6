/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * report.c: prints the counts of a step as a table and writes them as JSON,
 * with the targets, and with the times that they would mean on some GPUs.
 */

#include <stdio.h>
#include <string.h>

#include "tests/bench/cuda/counting.h"
#include "tests/bench/cuda/gpus.h"
#include "tests/bench/cuda/report.h"

static FILE     *json;
static gboolean  is_first = TRUE;
static guint     n_met;
static guint     n_targets;


static void    print_target (const gchar *what,
                             gdouble      value,
                             gdouble      target,
                             const gchar *unit);
static gdouble rate_of      (guint        gpu,
                             CountUnit    unit);
static gdouble least_time   (guint        gpu);
static gdouble bound        (guint        gpu,
                             gint         op);
static gint    compare_ops  (gconstpointer a,
                             gconstpointer b);


/**
 * report_begin:
 * @json_path: (nullable): the file to write.
 */
void
report_begin (const gchar *json_path)
{
  if (json_path)
    json = fopen (json_path, "w");
  if (json_path && ! json)
    g_error ("%s could not be written.", json_path);
  if (json)
    fprintf (json, "{\n");

  printf ("What the CUDA backend asks of a device, counted by running the "
          "networks and the\nbackend's host code on a device that executes "
          "nothing. Times are bounds from data-sheet\nrates: \"least\" of the "
          "least bytes and operations, \"asked\" of what is asked for,\n"
          "launch by launch. Nothing here was measured on a GPU.\n");
}

/**
 * report_step:
 * @format: the format of the matrices.
 * @name: the name of the step.
 * @what: what the step is, for people.
 * @n_layers: the number by which the launches are divided; 0: do not divide.
 *
 * Prints the counts since counts_reset().
 */
void
report_step (const gchar *format,
             const gchar *name,
             const gchar *what,
             gint         n_layers)
{
  g_autoptr (GArray) order      = g_array_new (FALSE, FALSE, sizeof (gint));
  gdouble            bytes      = 0;
  gdouble            operations = 0;

  for (guint i = 0; i < counts.ops->len; i++)
    {
      const CountedOp *op = &g_array_index (counts.ops, CountedOp, i);

      bytes      += op->n_bytes;
      operations += op->n_operations;
      g_array_append_val (order, i);
    }

  printf ("\n%s, %s: %s\n", name, format, what);
  printf ("  launches %ld; %.3f GB moved, least %.3f; %.3f TFLOP, least %.3f; "
          "%.0f bytes up, %.0f down\n",
          counts.n_launches, bytes / GIGA, counts.least_bytes / GIGA,
          operations / TERA, counts.least_operations / TERA, counts.bytes_up,
          counts.bytes_down);
  if (strcmp (name, "decode") == 0)
    {
      print_target ("bytes / least", bytes / counts.least_bytes, 1.10, "");
      print_target ("launches a layer", (gdouble) counts.n_launches / n_layers, 9, "");
    }
  else if (strcmp (name, "denoise") == 0)
    print_target ("bytes / least", bytes / counts.least_bytes, 1.25, "");
  print_target ("host waits", counts.n_syncs, strcmp (name, "decode") == 0, "");
  print_target ("allocations", counts.n_allocations, 0, "");

  g_array_sort (order, compare_ops);
  printf ("  %-14s %6s %8s %10s %8s %10s %8s\n", "op", "calls", "launches",
          "GB", "TFLOP", "on", "ms, 4090");
  for (guint i = 0; i < order->len; i++)
    {
      const gint       index = g_array_index (order, gint, i);
      const CountedOp *op    = &g_array_index (counts.ops, CountedOp, index);

      printf ("  %-14s %6ld %8ld %10.4f %8.3f %10s %8.3f\n", op->name,
              op->n_calls, op->n_launches, op->n_bytes / GIGA,
              op->n_operations / TERA,
              op->unit == COUNT_TENSOR_CORES ? "tensor" :
              op->unit == COUNT_FLOAT_CORES ? "float32" : "",
              bound (2, index) * 1000);
    }

  printf ("  %-14s", "ms");
  for (guint i = 0; i < G_N_ELEMENTS (gpus); i++)
    printf (" %10s", gpus[i].name);
  printf ("\n  %-14s", "least");
  for (guint i = 0; i < G_N_ELEMENTS (gpus); i++)
    printf (" %10.2f", least_time (i) * 1000);
  printf ("\n  %-14s", "asked");
  for (guint i = 0; i < G_N_ELEMENTS (gpus); i++)
    printf (" %10.2f", bound (i, -1) * 1000);
  printf ("\n");

  if (! json)
    return;
  fprintf (json, "%s  \"%s-%s\": {\"launches\": %ld, \"bytes\": %.0f, "
           "\"least_bytes\": %.0f, \"operations\": %.0f, "
           "\"least_operations\": %.0f, \"host_waits\": %ld, "
           "\"allocations\": %ld, \"bytes_up\": %.0f, \"bytes_down\": %.0f,\n"
           "    \"bounds\": {", is_first ? "" : ",\n", name, format, counts.n_launches,
           bytes, counts.least_bytes, operations, counts.least_operations,
           counts.n_syncs, counts.n_allocations, counts.bytes_up,
           counts.bytes_down);
  for (guint i = 0; i < G_N_ELEMENTS (gpus); i++)
    fprintf (json, "%s\"%s\": {\"least_s\": %.6f, \"asked_s\": %.6f}",
             i ? ", " : "", gpus[i].name, least_time (i), bound (i, -1));
  fprintf (json, "}}");
  is_first = FALSE;
}

/**
 * report_replay:
 * @n_layers: the number by which the launches are divided.
 *
 * Prints the calls by the host since counts_reset(), for a captured step that
 * was replayed.
 */
void
report_replay (const gchar *format,
               gint         n_layers)
{
  printf ("\ndecode, %s, replayed: the step is one graph of %ld kernels\n", format,
          counts.n_graph_kernels);
  printf ("  launches %ld; %.0f bytes up, %.0f down\n", counts.n_launches, counts.bytes_up,
          counts.bytes_down);
  print_target ("launches a layer", (gdouble) counts.n_launches / n_layers, 1, "");
  print_target ("host waits", counts.n_syncs, 1, "");
  print_target ("allocations", counts.n_allocations, 0, "");
  if (json)
    fprintf (json, ",\n  \"replay-%s\": {\"launches\": %ld, \"graph_kernels\": %ld, "
             "\"host_waits\": %ld, \"allocations\": %ld, \"bytes_up\": %.0f, "
             "\"bytes_down\": %.0f}", format, counts.n_launches, counts.n_graph_kernels,
             counts.n_syncs, counts.n_allocations, counts.bytes_up, counts.bytes_down);
}

/**
 * report_memory:
 *
 * Prints the memory in use on the device after all steps.
 */
void
report_memory (const gchar *format,
               gdouble      weight_bytes,
               gdouble      arena_bytes,
               gdouble      peak_bytes,
               gdouble      target_gb,
               gint         tile)
{
  printf ("\nmemory, %s: weights, cache and activations of all steps\n", format);
  printf ("  weights %.2f GB, arena %.2f GB, scratch %.2f GB\n",
          weight_bytes / GIGA, arena_bytes / GIGA,
          (peak_bytes - weight_bytes - arena_bytes) / GIGA);
  if (tile)
    printf ("  the picture is decoded in tiles of %d cells, to stay below the target\n", tile);
  if (target_gb > 0)
    print_target ("GB at the peak", peak_bytes / GIGA, target_gb, "GB");
  else
    printf ("  %-18s %8.2f GB\n", "GB at the peak", peak_bytes / GIGA);
  if (json)
    fprintf (json, ",\n  \"memory-%s\": {\"weights\": %.0f, \"arena\": %.0f, "
             "\"peak\": %.0f, \"tile\": %d}", format, weight_bytes, arena_bytes, peak_bytes, tile);
}

/**
 * report_left:
 * @n_bytes: memory that is still in use after everything has been freed.
 */
void
report_left (gdouble n_bytes)
{
  print_target ("bytes not freed", n_bytes, 0, "");
}

void
report_end (void)
{
  printf ("\n%u of %u targets met.\n", n_met, n_targets);
  if (! json)
    return;
  fprintf (json, ",\n  \"targets\": %u, \"met\": %u\n}\n", n_targets, n_met);
  fclose (json);
}


/*  private functions  */

static void
print_target (const gchar *what,
              gdouble      value,
              gdouble      target,
              const gchar *unit)
{
  const gboolean is_met = value <= target;

  n_targets++;
  n_met += is_met;
  printf ("  %-18s %8.2f %s, target %g: %s\n", what, value, unit, target,
          is_met ? "met" : "MISSED");
}

static gdouble
rate_of (guint     gpu,
         CountUnit unit)
{
  return unit == COUNT_TENSOR_CORES ? gpus[gpu].tensor_s : gpus[gpu].float_s;
}

static gdouble
least_time (guint gpu)
{
  return MAX (counts.least_bytes / gpus[gpu].bytes_s,
              counts.least_operations / gpus[gpu].tensor_s);
}

/* The least time for the calls of an op; -1: for all calls.  */
static gdouble
bound (guint gpu,
       gint  op)
{
  gdouble seconds = 0;

  for (guint i = 0; i < counts.calls->len; i++)
    {
      const CountedCall *call = &g_array_index (counts.calls, CountedCall, i);

      if (op == -1 || call->op == op)
        seconds += MAX (call->n_bytes / gpus[gpu].bytes_s,
                        call->n_operations / rate_of (gpu, call->unit));
    }
  return seconds;
}

static gint
compare_ops (gconstpointer a,
             gconstpointer b)
{
  const gdouble x = bound (2, *(const gint *) a);
  const gdouble y = bound (2, *(const gint *) b);

  return (x < y) - (x > y);
}
