/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rebuild-score.c: scores the round trip from pictures to words and back, as
 * Unified-Bench does (UAE, arXiv 2509.09666): each picture is described, drawn again
 * from the description, and compared with the result; a score is the mean likeness
 * times 100.
 */

#include <string.h>

#include "engine/cli/rebuild-table.h"
#include "engine/metadata/find-pictures.h"
#include "engine/metadata/picture-file.h"

typedef struct
{
  const RebuildScoring *wish;
  PiscesEngine         *engine;
  RebuildTable          table;
  gboolean              several;
  gboolean              stop;         /* the next picture would fail for the
                                       * same reason                        */
  const gchar          *file;         /* that is worked on                  */
  gboolean              named;        /* before its first warning           */
  guint                 n_told;       /* of the present job's warnings      */
} Scoring;


static gboolean score_files   (Scoring                  *scoring,
                               GPtrArray                *files,
                               GError                  **error);
static gboolean find_judges   (Scoring                  *scoring,
                               GError                  **error);
static gboolean score_file    (Scoring                  *scoring,
                               const PiscesFoundPicture *file,
                               GError                  **error);
static gboolean fail_with     (const PiscesFoundPicture *file,
                               const GError             *reason,
                               GError                  **error);
static gboolean compare       (Scoring                  *scoring,
                               PiscesImage              *original,
                               PiscesImage              *rebuilt,
                               gdouble                  *scores,
                               GError                  **error);
static void     on_progress   (const PiscesProgress     *progress,
                               gpointer                  data);
static void     tell_failure  (const PiscesFoundPicture *file,
                               const GError             *reason);


/**
 * rebuild_score:
 * @wish: what is to be done.
 * @engine: an engine with the models that describe and draw.
 * @paths: (array zero-terminated=1): pictures, and folders of pictures.
 * @error: return location for an error.
 *
 * Prints a table or JSON.  A picture that cannot be scored does not stop the others.
 *
 * Returns: whether all were scored.
 */
gboolean
rebuild_score (const RebuildScoring  *wish,
               PiscesEngine          *engine,
               gchar                **paths,
               GError               **error)
{
  Scoring               scoring = { .wish = wish, .engine = engine };
  g_autoptr (GPtrArray) files   = pisces_find_pictures ((const gchar * const *) paths, NULL);
  gboolean              done;

  scoring.several = paths[1] != NULL || g_file_test (paths[0], G_FILE_TEST_IS_DIR);
  rebuild_table_init (&scoring.table);
  done = score_files (&scoring, files, error);
  rebuild_table_clear (&scoring.table);

  return done;
}


/*  private functions  */

static gboolean
score_files (Scoring    *scoring,
             GPtrArray  *files,
             GError    **error)
{
  if (files->len == 0)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           "There are no pictures there.");
      return FALSE;
    }
  if (! find_judges (scoring, error))
    return FALSE;

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree gchar *shown = show_name (((PiscesFoundPicture *) files->pdata[i])->name);

      scoring->table.name_width = MAX (scoring->table.name_width, g_utf8_strlen (shown, -1));
    }
  scoring->table.name_width = MAX (scoring->table.name_width, (gint) strlen ("mean"));

  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr (GError) reason = NULL;

      if (score_file (scoring, files->pdata[i], &reason))
        continue;
      if (! scoring->several || scoring->stop)
        return fail_with (files->pdata[i], reason, error);
      tell_failure (files->pdata[i], reason);
    }

  if (scoring->wish->json && ! rebuild_table_print_json (&scoring->table, scoring->wish->seed, error))
    return FALSE;
  if (! scoring->wish->json && scoring->table.rows->len > 1)
    {
      g_autofree gdouble *means = rebuild_table_means (&scoring->table);

      rebuild_table_print_row (&scoring->table, "mean", means);
    }
  if (scoring->wish->compare_models == NULL && scoring->table.rows->len > 0)
    print_sentence ("The numbers say how alike the pictures are to one of the chosen models. For "
                    "the score of Unified-Bench, which others measure too, get CLIP ViT-L/14 and "
                    "give its folder to --compare-model.");

  if (scoring->table.rows->len == files->len)
    return TRUE;
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
               "%u of %u pictures could not be drawn again and compared.",
               files->len - scoring->table.rows->len, files->len);

  return FALSE;
}

/* Looks at the models that compare before anything is drawn.  */
static gboolean
find_judges (Scoring  *scoring,
             GError  **error)
{
  gchar **folders = scoring->wish->compare_models;
  RebuildJudge   judge   = { .name = g_strdup ("likeness") };

  if (folders == NULL)
    {
      g_array_append_val (scoring->table.judges, judge);
      return TRUE;
    }

  g_free (judge.name);
  for (guint i = 0; folders[i]; i++)
    {
      g_autoptr (PiscesModelInfo) info = pisces_model_inspect (folders[i], error);

      if (info == NULL)
        return FALSE;
      if (! info->abilities.has_embedding)
        return usage_error (error, "The model “%s” cannot compare pictures. Give the folder of "
                            "CLIP or DINOv2 to --compare-model.", info->name);
      judge = (RebuildJudge) { .folder = g_strdup (folders[i]), .name = show_line (info->name) };
      g_array_append_val (scoring->table.judges, judge);
    }

  return TRUE;
}

static gboolean
score_file (Scoring                   *scoring,
            const PiscesFoundPicture  *file,
            GError                   **error)
{
  g_autoptr (PiscesImage)           image    = NULL;
  g_autoptr (PiscesDescribeRequest) describe = NULL;
  g_autoptr (PiscesDescribeResult)  told     = NULL;
  g_autoptr (PiscesGenerateRequest) generate = NULL;
  g_autoptr (PiscesGenerateResult)  drawn    = NULL;
  g_autofree gdouble               *scores   = g_new0 (gdouble, scoring->table.judges->len);
  g_autoptr (GError)                reason   = NULL;
  const PiscesPicture              *picture;
  RebuildRow                        row;

  if (file->problem)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST, file->problem);
      return FALSE;
    }
  image = pisces_picture_file_load (file->path, error);
  if (image == NULL)
    return FALSE;

  scoring->file   = file->name;
  scoring->named  = FALSE;
  scoring->n_told = 0;
  describe = pisces_describe_request_new (image, PISCES_DESCRIBE_LONG);
  told     = pisces_engine_describe (scoring->engine, describe, on_progress, scoring, NULL,
                                     &reason);
  if (told)
    {
      generate       = pisces_generate_request_new (told->long_text);
      generate->seed = scoring->wish->seed;
      scoring->n_told = 0;
      drawn = pisces_engine_generate (scoring->engine, generate, on_progress, scoring, NULL,
                                      &reason);
    }
  picture = drawn ? drawn->pictures->pdata[0] : NULL;
  if (picture == NULL || ! compare (scoring, image, picture->image, scores, &reason))
    {
      /* A problem with a model would be the same for every picture.  */
      scoring->stop = ! g_error_matches (reason, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }

  g_set_str (&scoring->table.describes[0], told->model_name);
  g_set_str (&scoring->table.describes[1], told->model_digest);
  g_set_str (&scoring->table.draws[0], picture->model_name);
  g_set_str (&scoring->table.draws[1], picture->model_digest);
  row = (RebuildRow) { g_strdup (file->name), g_strdup (told->long_text), g_steal_pointer (&scores) };
  g_array_append_val (scoring->table.rows, row);

  end_progress ();
  if (! scoring->wish->json)
    {
      if (scoring->table.rows->len == 1)
        rebuild_table_print_head (&scoring->table);
      rebuild_table_print_row (&scoring->table, row.name, row.scores);
    }

  return TRUE;
}

static gboolean
fail_with (const PiscesFoundPicture  *file,
           const GError              *reason,
           GError                   **error)
{
  g_autofree gchar *shown = show_problem (reason->message, file->path, file->name);

  g_set_error_literal (error, reason->domain, reason->code, shown);

  return FALSE;
}

/* Several models take turns, so that the memory budget holds for all of them.  */
static gboolean
compare (Scoring      *scoring,
         PiscesImage  *original,
         PiscesImage  *rebuilt,
         gdouble      *scores,
         GError      **error)
{
  for (guint i = 0; i < scoring->table.judges->len; i++)
    {
      RebuildJudge             *judge  = &g_array_index (scoring->table.judges, RebuildJudge, i);
      g_autoptr (PiscesStatus)  status = NULL;

      if (judge->folder)
        pisces_engine_set_model (scoring->engine, PISCES_ROLE_COMPARE, judge->folder,
                                 scoring->wish->backend);
      if (! pisces_engine_compare (scoring->engine, original, rebuilt, &scores[i], NULL, error))
        return FALSE;
      scores[i] *= 100.0;

      if (judge->folder && judge->digest == NULL)
        {
          status = pisces_engine_get_status (scoring->engine);
          judge->digest = g_strdup (pisces_status_get_model (status, PISCES_ROLE_COMPARE)->digest);
        }
    }

  return TRUE;
}

/* If there are several pictures, prints which one the warnings are about.  */
static void
on_progress (const PiscesProgress *progress,
             gpointer              data)
{
  Scoring *scoring = data;

  if (scoring->several && ! scoring->named && progress->warnings)
    {
      g_autofree gchar *name = show_name (scoring->file);

      scoring->named = TRUE;
      end_progress ();
      g_printerr ("pisces: About “%s”:\n", name);
    }
  show_progress (progress, &scoring->n_told);
}

static void
tell_failure (const PiscesFoundPicture *file,
              const GError             *reason)
{
  g_autofree gchar *shown = show_problem (reason->message, file->path, file->name);
  g_autofree gchar *name  = show_name (file->name);

  end_progress ();
  if (strstr (reason->message, file->path) == NULL)
    g_printerr ("pisces: About “%s”:\n", name);
  g_printerr ("pisces: %s\n", shown);
}
