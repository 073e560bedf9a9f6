/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine-pipe MODEL: the engine behind a pipe, for evaluations in another
 * language.  Each line of standard input is a request, with fields separated
 * by tabs:
 *
 *   draw  SEED  STEPS  GUIDANCE  SIZE  PROMPT  0 and -1: the model's own; SIZE: 448x256,
 *                                             16:9, or nothing
 *   fill  SEED  STEPS  STRENGTH  WIDTH  HEIGHT  PROMPT
 *         then WIDTH × HEIGHT × 4 bytes: sRGB and straight alpha, and
 *         WIDTH × HEIGHT bytes: the mask.  The model is shown the part of it
 *         that `pisces fill` shows, and the whole picture is given back
 *   plan  SEED  PROMPT
 *   read  short|long|answer  WIDTH  HEIGHT  QUESTION
 *         then WIDTH × HEIGHT × 4 bytes: sRGB and straight alpha
 *
 * and each gets a line on standard output:
 *
 *   picture  SECONDS  WIDTH  HEIGHT  STEP  PLAN
 *                                             then the bytes; STEP: the seconds
 *                                             that one step of the loop takes
 *   text     SECONDS  TEXT                    also for a plan
 *   error    SENTENCE
 *
 * Requests are handled as the windows do it; one loaded model serves them all.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/pisces.h"

/* A field must not contain line breaks.  */
static gchar *
one_line (const gchar *text)
{
  return g_strdelimit (g_strdup (text), "\t\n\r", ' ');
}

/* When the first and the last step so far had ended, in microseconds.  */
typedef struct
{
  gint64 first, last;
  gint   n_between;
} Steps;

static void
on_progress (const PiscesProgress *progress,
             gpointer              user_data)
{
  Steps *steps = user_data;

  if (progress->stage != PISCES_STAGE_DRAWING)
    return;

  steps->last = g_get_monotonic_time ();
  if (steps->first == 0)
    steps->first = steps->last;
  else
    steps->n_between++;
}

/* @frame: (nullable): the part of @whole that is drawn, where @mask is.  */
static gboolean
give_picture (PiscesEngine           *engine,
              PiscesGenerateRequest  *request,
              const PiscesImage      *whole,
              GBytes                 *mask,
              const PiscesRectangle  *frame,
              GError                **error)
{
  g_autoptr (PiscesGenerateResult)  result = NULL;
  g_autoptr (PiscesImage)           image  = NULL;
  g_autofree gchar                 *plan   = NULL;
  Steps                             steps  = { 0 };
  PiscesPicture                    *picture;

  result = pisces_engine_generate (engine, request, on_progress, &steps, NULL, error);
  if (result == NULL)
    return FALSE;

  picture = result->pictures->pdata[0];
  image   = frame ? pisces_fill_paste (whole, mask, frame, picture->image, error)
                  : pisces_image_ref (picture->image);
  if (image == NULL)
    return FALSE;

  plan = one_line (picture->plan);
  printf ("picture\t%.6f\t%d\t%d\t%.6f\t%s\n", result->seconds, image->width, image->height,
          (steps.last - steps.first) / (gdouble) G_USEC_PER_SEC / MAX (steps.n_between, 1), plan);
  fwrite (image->pixels, 4, (gsize) image->width * image->height, stdout);

  return TRUE;
}

static gboolean
draw (PiscesEngine  *engine,
      gchar        **fields,
      GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (fields[5]);

  request->seed           = strtoul (fields[1], NULL, 10);
  request->steps          = strtoul (fields[2], NULL, 10);
  request->guidance_scale = g_ascii_strtod (fields[3], NULL);
  if (*fields[4])
    {
      g_autoptr (PiscesStatus)    status = pisces_engine_get_status (engine);
      g_autoptr (PiscesModelInfo) info   = NULL;

      info = pisces_model_inspect (pisces_status_get_model (status, PISCES_ROLE_DRAW)->folder, error);
      if (info == NULL || ! pisces_sizes_read (&info->abilities.sizes, fields[4],
                                               &request->width, &request->height, error))
        return FALSE;
    }

  return give_picture (engine, request, NULL, NULL, NULL, error);
}

static gboolean
fill (PiscesEngine  *engine,
      const gchar   *model,
      gchar        **fields,
      GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request  = pisces_generate_request_new (fields[6]);
  gint                              width    = atoi (fields[4]), height = atoi (fields[5]);
  g_autoptr (PiscesImage)           image    = pisces_image_new (width, height, error);
  gsize                             n_pixels = (gsize) width * height;
  g_autoptr (GBytes)                mask     = NULL, part_mask = NULL;
  g_autoptr (PiscesImage)           part     = NULL;
  g_autoptr (PiscesModelInfo)       info     = NULL;
  PiscesRectangle                   hole, frame, shown;
  guint8                           *bytes;

  if (image == NULL)
    return FALSE;

  bytes = g_malloc (n_pixels);
  mask  = g_bytes_new_take (bytes, n_pixels);
  if (fread (image->pixels, 4, n_pixels, stdin) != n_pixels ||
      fread (bytes, 1, n_pixels, stdin) != n_pixels)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   "The picture or the mask is shorter than %d × %d pixels.", width, height);
      return FALSE;
    }

  if (! pisces_fill_bounds (mask, width, height, &hole))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST, "The mask is black.");
      return FALSE;
    }

  info = pisces_model_inspect (model, error);
  if (info == NULL)
    return FALSE;
  frame = pisces_fill_frame (width, height, &hole, info->picture_width, info->picture_height,
                             PISCES_SURROUNDINGS_DEFAULT);
  part  = pisces_fill_cut (image, mask, &frame, &part_mask, error);
  if (part == NULL)
    return FALSE;

  request->seed  = strtoul (fields[1], NULL, 10);
  request->steps = strtoul (fields[2], NULL, 10);
  pisces_generate_request_set_edit (request, part, part_mask, g_ascii_strtod (fields[3], NULL));
  if (pisces_fill_shown (&(PiscesRectangle) { 0, 0, width, height }, &frame, part->width,
                         part->height, &shown))
    pisces_generate_request_set_shown (request, &shown);

  return give_picture (engine, request, image, mask, &frame, error);
}

static gboolean
plan (PiscesEngine  *engine,
      gchar        **fields,
      GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (fields[2]);
  gint64                            begun   = g_get_monotonic_time ();
  g_autofree gchar                 *text    = NULL;

  request->seed = strtoul (fields[1], NULL, 10);
  text = pisces_engine_plan (engine, request, NULL, NULL, NULL, error);
  if (text == NULL)
    return FALSE;

  printf ("text\t%.6f\t%s\n",
          (g_get_monotonic_time () - begun) / (gdouble) G_USEC_PER_SEC,
          g_strdelimit (text, "\t\n\r", ' '));

  return TRUE;
}

static gboolean
read_picture (PiscesEngine  *engine,
              gchar        **fields,
              GError       **error)
{
  PiscesDescribeFlags               what = PISCES_DESCRIBE_SHORT;
  gint                              width = atoi (fields[2]), height = atoi (fields[3]);
  g_autoptr (PiscesImage)           image = pisces_image_new (width, height, error);
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  g_autofree gchar                 *text    = NULL;

  if (image == NULL)
    return FALSE;
  if (fread (image->pixels, 4, (gsize) width * height, stdin) != (gsize) width * height)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   "The picture is shorter than %d × %d pixels.", width, height);
      return FALSE;
    }
  if (strcmp (fields[1], "long") == 0)
    what = PISCES_DESCRIBE_LONG;
  else if (strcmp (fields[1], "answer") == 0)
    what = PISCES_DESCRIBE_ANSWER;

  request = pisces_describe_request_new (image, what);
  if (what == PISCES_DESCRIBE_ANSWER)
    request->question = g_strdup (fields[4]);

  result = pisces_engine_describe (engine, request, NULL, NULL, NULL, error);
  if (result == NULL)
    return FALSE;

  text = one_line (what == PISCES_DESCRIBE_SHORT ? result->short_text
                   : what == PISCES_DESCRIBE_LONG ? result->long_text : result->answer);
  printf ("text\t%.6f\t%s\n", result->seconds, text);

  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  g_autofree gchar        *model  = argc > 1 ? g_strdup (argv[1]) : pisces_default_model_folder ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (model, NULL);
  char                    *line   = NULL;
  size_t                   size   = 0;

  while (getline (&line, &size, stdin) > 0)
    {
      g_auto (GStrv)     fields = NULL;
      g_autoptr (GError) error  = NULL;
      gboolean           done   = FALSE;

      line[strcspn (line, "\n")] = '\0';
      fields = g_strsplit (line, "\t", g_str_has_prefix (line, "fill\t") ? 7 :
                                       g_str_has_prefix (line, "draw\t") ? 6 : 5);

      if (g_strv_length (fields) == 6 && strcmp (fields[0], "draw") == 0)
        done = draw (engine, fields, &error);
      else if (g_strv_length (fields) == 7)
        done = fill (engine, model, fields, &error);
      else if (g_strv_length (fields) == 3 && strcmp (fields[0], "plan") == 0)
        done = plan (engine, fields, &error);
      else if (g_strv_length (fields) == 5 && strcmp (fields[0], "read") == 0)
        done = read_picture (engine, fields, &error);
      else
        g_set_error (&error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                     "This is neither “draw” with five fields, nor “read” with four, nor “fill” "
                     "with six, nor “plan” with two.");
      if (! done)
        {
          g_autofree gchar *sentence = one_line (error->message);

          printf ("error\t%s\n", sentence);
        }
      fflush (stdout);
    }
  free (line);

  return 0;
}
