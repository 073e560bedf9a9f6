/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-drawing.c: measures a model that draws by diffusion, whose steps are long:
 * loading, one step of a picture, and its pixels.  A benchmark, not a test; it prints
 * a few sentences.
 *
 *   bench-drawing FOLDER SIDE
 */

#include <stdlib.h>
#include <string.h>

#include "engine/pisces.h"

/* When the job came to each stage, and when each picture was finished.  */
typedef struct
{
  gint64 at[PISCES_STAGE_DEVELOPING + 1];
} Stages;


static void
die_of (GError *error)
{
  g_printerr ("bench-drawing: %s\n", error->message);
  exit (1);
}

static void
note_stage (const PiscesProgress *progress,
            gpointer              data)
{
  Stages *stages = data;

  if (stages->at[progress->stage] == 0)
    stages->at[progress->stage] = g_get_monotonic_time ();
}

static gdouble
seconds (gint64 from,
         gint64 to)
{
  return (to - from) * 1e-6;
}

gint
main (gint    argc,
      gchar **argv)
{
  g_autoptr (PiscesModelInfo)       info    = NULL;
  g_autoptr (PiscesEngine)          engine  = NULL;
  g_autoptr (PiscesGenerateRequest) request = NULL;
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (PiscesStatus)          status  = NULL;
  GError                           *error   = NULL;
  Stages                            stages  = { 0 };
  gint64                            start, loaded, end;

  if (argc != 3)
    {
      g_printerr ("Usage: bench-drawing FOLDER SIDE\n");
      return 2;
    }

  info = pisces_model_inspect (argv[1], &error);
  if (info == NULL)
    die_of (error);

  start  = g_get_monotonic_time ();
  engine = pisces_engine_new (argv[1], "cpu");
  if (! pisces_engine_load (engine, NULL, NULL, NULL, &error))
    die_of (error);
  loaded = g_get_monotonic_time ();

  request = pisces_generate_request_new ("a red star above a blue fish");
  request->width = request->height = atoi (argv[2]);
  request->steps = 1;
  result = pisces_engine_generate (engine, request, note_stage, &stages, NULL, &error);
  if (result == NULL)
    die_of (error);
  end    = g_get_monotonic_time ();
  status = pisces_engine_get_status (engine);

  g_print ("%s, %.0f M parameters, %.2f GB: loaded in %.2f s; prompt %.1f s, one step of %d² with "
           "guidance %.1f s, pixels %.1f s; the engine says %.2f GB, foretold for its own size "
           "%.2f GB\n", info->name, info->n_parameters * 1e-6, info->n_bytes * 1e-9,
           seconds (start, loaded),
           seconds (stages.at[PISCES_STAGE_IMAGINING], stages.at[PISCES_STAGE_DRAWING]),
           request->width,
           seconds (stages.at[PISCES_STAGE_DRAWING], stages.at[PISCES_STAGE_DEVELOPING]),
           seconds (stages.at[PISCES_STAGE_DEVELOPING], end),
           status->resident_bytes * 1e-9, info->draw_bytes ? info->draw_bytes * 1e-9
                                                           : info->memory_bytes * 1e-9);

  return 0;
}
