/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-models.c: measures one model that describes and one that draws, in one
 * process: checking their files, loading, a description, a whole picture, and
 * the memory that they need together beside what was planned.  A benchmark, not
 * a test; it prints one line of JSON.
 *
 *   bench-models DESCRIBER DRAWER
 */

#include <stdlib.h>
#include <string.h>

#include "engine/pisces.h"


/* When a job came to each stage, in seconds since its start.  */
typedef struct
{
  gint64  start;
  gdouble at[PISCES_STAGE_DEVELOPING + 1];
  guint   n_tokens;               /* of text: each one is reported */
} Stages;

static void
die_of (GError *error)
{
  g_printerr ("bench-models: %s\n", error->message);
  exit (1);
}

static gdouble
since (gint64 start)
{
  return (g_get_monotonic_time () - start) * 1e-6;
}

static void
note_stage (const PiscesProgress *progress,
            gpointer              data)
{
  Stages *stages = data;

  if (stages->at[progress->stage] == 0)
    stages->at[progress->stage] = since (stages->start);
  else if (progress->stage == PISCES_STAGE_WRITING)
    stages->n_tokens++;
}

/* One line of /proc/self/status, in bytes: "RssAnon" is what cannot be read from
 * files again.  */
static guint64
memory_of (const gchar *name)
{
  g_autofree gchar *text = NULL;
  const gchar      *line;

  if (! g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;
  line = strstr (text, name);

  return line ? 1024 * g_ascii_strtoull (line + strlen (name) + 1, NULL, 10) : 0;
}

/* A picture with edges in all directions, as photographs have them.  */
static PiscesImage *
test_picture (void)
{
  g_autoptr (GError) error = NULL;
  PiscesImage       *image = pisces_image_new (640, 480, &error);

  if (image == NULL)
    die_of (error);
  for (gint y = 0; y < image->height; y++)
    for (gint x = 0; x < image->width; x++)
      {
        guint8 *pixel = image->pixels + 4 * (y * image->width + x);

        pixel[0] = (x * 255) / image->width;
        pixel[1] = (y * 255) / image->height;
        pixel[2] = ((x / 16) ^ (y / 16)) * 8;
        pixel[3] = 255;
      }

  return image;
}

static void
show_model (const gchar *what,
            const gchar *folder)
{
  const gint64                start = g_get_monotonic_time ();
  g_autoptr (GError)          error = NULL;
  g_autoptr (PiscesModelInfo) info  = pisces_model_verify (folder, &error);

  if (info == NULL)
    die_of (error);
  g_print ("\"%s\": {\"name\": \"%s\", \"parameters\": %" G_GUINT64_FORMAT ", \"bytes\": %" G_GUINT64_FORMAT
           ", \"describe_bytes\": %" G_GUINT64_FORMAT ", \"draw_bytes\": %" G_GUINT64_FORMAT
           ", \"verify_s\": %.3f},\n",
           what, info->name, info->n_parameters, info->n_bytes, info->describe_bytes, info->draw_bytes, since (start));
}

static void
load (PiscesEngine *engine,
      gdouble      *seconds)
{
  const gint64       start = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  if (! pisces_engine_load (engine, NULL, NULL, NULL, &error))
    die_of (error);
  *seconds = since (start);
}

static void
describe (PiscesEngine *engine,
          Stages       *stages,
          gdouble      *seconds)
{
  g_autoptr (PiscesImage)           image   = test_picture ();
  g_autoptr (PiscesDescribeRequest) request = pisces_describe_request_new (image, PISCES_DESCRIBE_LONG);
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  stages->start = g_get_monotonic_time ();
  result = pisces_engine_describe (engine, request, note_stage, stages, NULL, &error);
  if (result == NULL)
    die_of (error);
  *seconds = since (stages->start);
}

static void
draw (PiscesEngine *engine,
      Stages       *stages,
      gdouble      *seconds,
      gint         *width)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red star above a blue fish");
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  stages->start = g_get_monotonic_time ();
  result = pisces_engine_generate (engine, request, note_stage, stages, NULL, &error);
  if (result == NULL)
    die_of (error);
  *seconds = since (stages->start);
  *width   = ((PiscesPicture *) result->pictures->pdata[0])->image->width;
}

gint
main (gint    argc,
      gchar **argv)
{
  g_autoptr (PiscesEngine) engine     = NULL;
  g_autoptr (PiscesStatus) status     = NULL;
  Stages                   described  = { 0 };
  Stages                   drawn      = { 0 };
  gdouble                  loading, describing, drawing;
  gint                     width;

  if (argc != 3)
    {
      g_printerr ("Usage: bench-models DESCRIBER DRAWER\n");
      return 2;
    }

  g_print ("{");
  show_model ("describer", argv[1]);
  show_model ("drawer", argv[2]);

  engine = pisces_engine_new (argv[2], "cpu");
  pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, argv[1], "cpu");
  load (engine, &loading);
  describe (engine, &described, &describing);
  draw (engine, &drawn, &drawing, &width);
  status = pisces_engine_get_status (engine);

  g_print ("\"load_s\": %.3f,\n"
           "\"looking_s\": %.3f, \"describe_s\": %.3f, \"written\": %u,\n"
           "\"tokens_s\": %.3f, \"developing_s\": %.3f, \"picture_s\": %.3f, \"width\": %d,\n"
           "\"loads\": %u, \"resident_bytes\": %" G_GUINT64_FORMAT ", \"peak_bytes\": %" G_GUINT64_FORMAT
           ", \"private_bytes\": %" G_GUINT64_FORMAT "}\n",
           loading,
           described.at[PISCES_STAGE_WRITING] - described.at[PISCES_STAGE_LOOKING], describing, described.n_tokens,
           drawn.at[PISCES_STAGE_DEVELOPING] - drawn.at[PISCES_STAGE_DRAWING],
           drawing - drawn.at[PISCES_STAGE_DEVELOPING], drawing, width,
           status->n_loads, status->resident_bytes, memory_of ("VmHWM"), memory_of ("RssAnon"));

  return 0;
}
