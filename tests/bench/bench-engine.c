/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measures how long the built-in model takes for a picture and for a caption,
 * how much memory it takes, and checks that a second call loads nothing.  A
 * benchmark, not a test: it prints a table and writes JSON to the given file.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/pisces.h"

#define N_RUNS 7

typedef struct
{
  gdouble least, median, most;
} Times;

static gint
compare_doubles (gconstpointer a,
                 gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static Times
summary (gdouble *seconds,
         guint    n)
{
  qsort (seconds, n, sizeof *seconds, compare_doubles);

  return (Times) { seconds[0], seconds[n / 2], seconds[n - 1] };
}

/* The memory of this process, as the kernel counts it: what is really in
 * RAM.  */
static guint64
resident_set_bytes (void)
{
  g_autofree gchar *text = NULL;
  guint64           pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    pages = g_ascii_strtoull (strchr (text, ' ') ? strchr (text, ' ') : "0", NULL, 10);

  return pages * sysconf (_SC_PAGESIZE);
}

static PiscesImage *
draw (PiscesEngine *engine,
      guint32       seed,
      gdouble      *seconds)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red star above a blue fish");
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  request->seed = seed;
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  if (result == NULL)
    g_error ("%s", error->message);
  *seconds = result->seconds;

  return pisces_image_ref (((PiscesPicture *) result->pictures->pdata[0])->image);
}

static void
describe (PiscesEngine *engine,
          PiscesImage  *image,
          gdouble      *seconds)
{
  g_autoptr (PiscesDescribeRequest) request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  if (result == NULL)
    g_error ("%s", error->message);
  *seconds = result->seconds;
}

gint
main (gint    argc,
      gchar **argv)
{
  g_autofree gchar            *folder = pisces_default_model_folder ();
  g_autoptr (GError)           error  = NULL;
  g_autoptr (PiscesModelInfo)  info   = pisces_model_verify (folder, &error);
  g_autoptr (PiscesEngine)     engine = pisces_engine_new (folder, NULL);
  g_autoptr (PiscesStatus)     full   = NULL;
  g_autoptr (PiscesStatus)     empty  = NULL;
  g_autoptr (PiscesImage)      image  = NULL;
  guint64                      rss_before, rss_full, rss_after;
  gdouble                      pictures[N_RUNS], captions[N_RUNS], first;
  Times                        picture, caption;

  if (info == NULL)
    g_error ("%s", error->message);

  rss_before = resident_set_bytes ();
  image = draw (engine, 0, &first);
  for (guint i = 0; i < N_RUNS; i++)
    pisces_image_unref (draw (engine, i + 1, &pictures[i]));
  for (guint i = 0; i < N_RUNS; i++)
    describe (engine, image, &captions[i]);

  full     = pisces_engine_get_status (engine);
  rss_full = resident_set_bytes ();
  pisces_engine_unload (engine);
  empty     = pisces_engine_get_status (engine);
  rss_after = resident_set_bytes ();
  picture   = summary (pictures, N_RUNS);
  caption   = summary (captions, N_RUNS);

  g_print ("model %s on %s, %u processors\n"
           "  load            %6.2f s, %u time for %u jobs\n"
           "  picture         %6.2f s median (%.2f to %.2f), target 3\n"
           "  caption         %6.3f s median (%.3f to %.3f), target 0.5\n"
           "  weight files    %6.1f MiB\n"
           "  engine holds    %6.1f MiB (%.2f × the files), after unload %.1f\n"
           "  process         %6.1f MiB more than before, after unload %.1f more\n",
           full->model_name, full->backend, g_get_num_processors (),
           full->load_seconds, full->n_loads, full->n_jobs,
           picture.median, picture.least, picture.most,
           caption.median, caption.least, caption.most,
           info->n_bytes / 1048576.0,
           full->resident_bytes / 1048576.0,
           (gdouble) full->resident_bytes / info->n_bytes,
           empty->resident_bytes / 1048576.0,
           (rss_full - (gdouble) rss_before) / 1048576.0,
           (rss_after - (gdouble) rss_before) / 1048576.0);

  if (argc > 1)
    {
      g_autofree gchar *json = g_strdup_printf (
        "{\"load_s\": %.3f, \"n_loads\": %u, \"picture_s\": %.3f, \"caption_s\": %.4f, "
        "\"weight_bytes\": %" G_GUINT64_FORMAT ", \"resident_bytes\": %" G_GUINT64_FORMAT
        ", \"processors\": %u}\n",
        full->load_seconds, full->n_loads, picture.median, caption.median,
        info->n_bytes, full->resident_bytes, g_get_num_processors ());

      g_file_set_contents (argv[1], json, -1, NULL);
    }

  return full->n_loads == 1 ? 0 : 1;
}
