/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-models.c: measures one model that describes and one that draws, in one
 * process: checking their files, loading, a description, a whole picture, and
 * the memory that they need together beside what was planned.  A benchmark, not
 * a test; it prints one line of JSON.
 *
 *   bench-models DESCRIBER DRAWER TURNS      DRAWER may be "none"
 *
 * The memory of a machine that others use too gives now more and now less.  So all is
 * done by a child process, which is stopped for a moment every other second, while this
 * one measures what the memory gives.
 */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/pisces.h"
#include "tests/cpu/bench-peaks.h"

#define MAX_TURNS 20

/* How long the child works between two measurements, in microseconds.  */
#define WORK_TIME 2000000

/* When a job came to each stage.  */
typedef struct
{
  gint64 at[PISCES_STAGE_DEVELOPING + 1];
  guint  n_tokens;                /* of text: each one is reported */
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
    stages->at[progress->stage] = g_get_monotonic_time ();
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

/* When the parts of one turn began and ended, in microseconds of the clock that never
 * stops, also while this process is stopped.  */
typedef struct
{
  gint64 begin, end;
  gint64 tokens_begin, tokens_end;
  guint  n_tokens;      /* of a description                                 */
  gint   width;         /* of a picture                                     */
} Turn;

static void
describe (PiscesEngine *engine,
          Turn         *turn)
{
  g_autoptr (PiscesImage)           image   = test_picture ();
  g_autoptr (PiscesDescribeRequest) request = pisces_describe_request_new (image, PISCES_DESCRIBE_LONG);
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;
  Stages                            stages  = { 0 };

  result = pisces_engine_describe (engine, request, note_stage, &stages, NULL, &error);
  if (result == NULL)
    die_of (error);
  turn->tokens_begin = stages.at[PISCES_STAGE_WRITING];
  turn->tokens_end   = g_get_monotonic_time ();
  turn->n_tokens     = stages.n_tokens;
}

static void
draw (PiscesEngine *engine,
      Turn         *turn)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red star above a blue fish");
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;
  Stages                            stages  = { 0 };

  result = pisces_engine_generate (engine, request, note_stage, &stages, NULL, &error);
  if (result == NULL)
    die_of (error);
  turn->tokens_begin = stages.at[PISCES_STAGE_DRAWING];
  turn->tokens_end   = stages.at[PISCES_STAGE_DEVELOPING];
  turn->width        = ((PiscesPicture *) result->pictures->pdata[0])->image->width;
}

static void
take_turns (PiscesEngine *engine,
            const gchar  *name,
            void       (* func) (PiscesEngine *, Turn *),
            gint          n)
{
  g_print ("\"%s\": [", name);
  for (gint i = 0; i < n; i++)
    {
      Turn turn = { .begin = g_get_monotonic_time () };

      func (engine, &turn);
      turn.end = g_get_monotonic_time ();
      g_print ("%s{\"all\": [%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT "], \"tokens\": [%" G_GINT64_FORMAT
               ", %" G_GINT64_FORMAT "], \"written\": %u, \"width\": %d}",
               i ? ", " : "", turn.begin, turn.end, turn.tokens_begin, turn.tokens_end,
               turn.n_tokens, turn.width);
    }
  g_print ("],\n");
}

static void
measure (const gchar *describer,
         const gchar *drawer,
         gint         n_turns)
{
  g_autoptr (PiscesEngine) engine = NULL;
  g_autoptr (PiscesStatus) status = NULL;
  const gboolean           draws  = strcmp (drawer, "none") != 0;
  gdouble                  loading;

  g_print ("{");
  show_model ("describer", describer);
  if (draws)
    show_model ("drawer", drawer);

  engine = pisces_engine_new (draws ? drawer : describer, "cpu");
  pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, describer, "cpu");
  load (engine, &loading);
  take_turns (engine, "descriptions", describe, n_turns);
  take_turns (engine, "pictures", draw, draws ? n_turns : 0);
  status = pisces_engine_get_status (engine);

  g_print ("\"load_s\": %.3f,\n"
           "\"loads\": %u, \"resident_bytes\": %" G_GUINT64_FORMAT ", \"peak_bytes\": %" G_GUINT64_FORMAT
           ", \"private_bytes\": %" G_GUINT64_FORMAT ",\n",
           loading, status->n_loads, status->resident_bytes, memory_of ("VmHWM"), memory_of ("RssAnon"));
}

/* Stops the child now and then and prints how long, and what the memory gave
 * meanwhile: the begin, the end, bytes per second.  Returns its status.  */
static gint
watch (pid_t child)
{
  g_autoptr (GString) stops = g_string_new ("\"stops\": [");
  const gchar        *comma = "";
  gint                status;

  memory_now ();
  while (waitpid (child, &status, WNOHANG) == 0)
    {
      gint64 begin;

      g_usleep (WORK_TIME);
      if (kill (child, SIGSTOP) != 0 || waitpid (child, &status, WUNTRACED) != child ||
          ! WIFSTOPPED (status))
        break;
      begin = g_get_monotonic_time ();
      g_string_append_printf (stops, "%s[%" G_GINT64_FORMAT, comma, begin);
      g_string_append_printf (stops, ", %.0f", memory_now ());
      kill (child, SIGCONT);
      g_string_append_printf (stops, ", %" G_GINT64_FORMAT "]", g_get_monotonic_time ());
      comma = ", ";
    }
  g_print ("%s]}\n", stops->str);

  return WIFEXITED (status) ? WEXITSTATUS (status) : 1;
}

gint
main (gint    argc,
      gchar **argv)
{
  pid_t child;

  if (argc != 4)
    {
      g_printerr ("Usage: bench-models DESCRIBER DRAWER TURNS\n");
      return 2;
    }

  child = fork ();
  if (child < 0)
    {
      g_printerr ("bench-models: %s\n", g_strerror (errno));
      return 1;
    }
  if (child > 0)
    return watch (child);

  measure (argv[1], argv[2], CLAMP (atoi (argv[3]), 1, MAX_TURNS));
  return 0;
}
