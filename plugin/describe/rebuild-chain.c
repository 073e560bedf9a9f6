/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rebuild-chain.c: describes an image, draws it again from that text alone,
 * and compares the two.  A text is good if the image can be rebuilt from it
 * (UAE, arXiv 2509.09666).  These are three engine jobs, one after the other,
 * which do not block the process.
 *
 * Knows neither GIMP nor windows.
 */

#include "plugin/describe/rebuild-chain.h"

/* The approximate share of the whole time: nano describes in 0.01 s and draws
 * in 0.3 s; large models take some seconds for each.
 */
#define SHARE_OF_DESCRIBING 0.2

typedef struct
{
  PiscesEngine          *engine;
  PiscesImage           *pixels;
  PiscesGenerateRequest *request;
  PiscesRebuilt         *rebuilt;
  gboolean               is_described;
  PiscesProgressFunc     progress;
  gpointer               progress_data;
} Chain;

static void chain_progress  (const PiscesProgress *progress,
                             gpointer              data);
static void chain_described (GObject              *source,
                             GAsyncResult         *result,
                             gpointer              data);
static void chain_drawn     (GObject              *source,
                             GAsyncResult         *result,
                             gpointer              data);
static void chain_compared  (GObject              *source,
                             GAsyncResult         *result,
                             gpointer              data);
static void chain_free      (gpointer              data);


/*  public functions  */

/**
 * pisces_rebuild_async:
 * @engine: the engine.
 * @pixels: the image.
 * @numbers: seed, steps and guidance for the picture; they are copied.
 * @progress: (nullable): called with the progress of the whole chain.
 * @progress_data: for @progress.
 * @cancellable: (nullable): to stop it.
 * @callback: called once, at the end.
 * @user_data: for @callback.
 */
void
pisces_rebuild_async (PiscesEngine                *engine,
                      PiscesImage                 *pixels,
                      const PiscesGenerateRequest *numbers,
                      PiscesProgressFunc           progress,
                      gpointer                     progress_data,
                      GCancellable                *cancellable,
                      GAsyncReadyCallback          callback,
                      gpointer                     user_data)
{
  g_autoptr (PiscesDescribeRequest)  request = NULL;
  GTask                             *task;
  Chain                             *chain   = g_new0 (Chain, 1);

  task = g_task_new (engine, cancellable, callback, user_data);
  g_task_set_source_tag (task, pisces_rebuild_async);
  g_task_set_task_data (task, chain, chain_free);

  chain->engine        = g_object_ref (engine);
  chain->pixels        = pisces_image_ref (pixels);
  chain->request       = pisces_generate_request_copy (numbers);
  chain->rebuilt       = g_new0 (PiscesRebuilt, 1);
  chain->progress      = progress;
  chain->progress_data = progress_data;

  request = pisces_describe_request_new (pixels, PISCES_DESCRIBE_LONG);
  pisces_engine_describe_async (engine, request, chain_progress, chain,
                                cancellable, chain_described, task);
}

/**
 * pisces_rebuild_finish:
 * @result: the result of pisces_rebuild_async().
 * @error: set on failure.
 *
 * Returns: (transfer full) (nullable): the text, the picture and how alike
 *   they are.
 */
PiscesRebuilt *
pisces_rebuild_finish (GAsyncResult  *result,
                       GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
pisces_rebuilt_free (PiscesRebuilt *rebuilt)
{
  g_free (rebuilt->text);
  g_free (rebuilt->describer);
  g_clear_pointer (&rebuilt->drawn, pisces_generate_result_free);
  g_free (rebuilt);
}


/*  private functions  */

static void
chain_progress (const PiscesProgress *progress,
                gpointer              data)
{
  Chain          *chain = data;
  PiscesProgress  whole = *progress;

  if (! chain->progress)
    return;

  if (chain->is_described)
    whole.fraction = SHARE_OF_DESCRIBING +
                     (1.0 - SHARE_OF_DESCRIBING) * progress->fraction;
  else
    whole.fraction = SHARE_OF_DESCRIBING * progress->fraction;

  chain->progress (&whole, chain->progress_data);
}

/* The model first makes a plan from the description, as it does from a prompt.
 * nano's plans are layouts, and using a description as a plan gave an empty
 * picture.  The plan is written with temperature 0, so that randomness adds
 * nothing that the words do not say.
 */
static void
chain_described (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr (GTask)                 task  = data;
  Chain                            *chain = g_task_get_task_data (task);
  g_autoptr (PiscesDescribeResult)  texts = NULL;
  GError                           *error = NULL;

  texts = pisces_engine_describe_finish (chain->engine, result, &error);
  if (! texts)
    {
      g_task_return_error (task, error);
      return;
    }

  chain->is_described         = TRUE;
  chain->rebuilt->text        = g_steal_pointer (&texts->long_text);
  chain->rebuilt->describer   = g_steal_pointer (&texts->model_name);
  g_free (chain->request->prompt);
  chain->request->prompt      = g_strdup (chain->rebuilt->text);
  chain->request->temperature = 0.0;

  pisces_engine_generate_async (chain->engine, chain->request, chain_progress,
                                chain, g_task_get_cancellable (task),
                                chain_drawn, g_object_ref (task));
}

static void
chain_drawn (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask)  task  = data;
  Chain             *chain = g_task_get_task_data (task);
  PiscesPicture     *picture;
  GError            *error = NULL;

  chain->rebuilt->drawn = pisces_engine_generate_finish (chain->engine, result,
                                                         &error);
  if (! chain->rebuilt->drawn)
    {
      g_task_return_error (task, error);
      return;
    }

  picture = chain->rebuilt->drawn->pictures->pdata[0];
  pisces_engine_compare_async (chain->engine, chain->pixels, picture->image,
                               g_task_get_cancellable (task),
                               chain_compared, g_object_ref (task));
}

static void
chain_compared (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (GTask)  task  = data;
  Chain             *chain = g_task_get_task_data (task);
  GError            *error = NULL;

  if (pisces_engine_compare_finish (chain->engine, result,
                                    &chain->rebuilt->likeness, &error))
    g_task_return_pointer (task, g_steal_pointer (&chain->rebuilt),
                           (GDestroyNotify) pisces_rebuilt_free);
  else
    g_task_return_error (task, error);
}

static void
chain_free (gpointer data)
{
  Chain *chain = data;

  g_object_unref (chain->engine);
  pisces_image_unref (chain->pixels);
  pisces_generate_request_free (chain->request);
  g_clear_pointer (&chain->rebuilt, pisces_rebuilt_free);
  g_free (chain);
}
