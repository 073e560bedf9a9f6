/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rebuild-chain.c: an image is described, drawn again from nothing but that
 * text, and the two are compared.  A text is good when the image can be rebuilt
 * from it (UAE, arXiv 2509.09666).  Three jobs of the engine, one after the
 * other, and the process goes on meanwhile.
 *
 * Knows neither GIMP nor windows.
 */

#include "plugin/describe/rebuild-chain.h"

/* Of the whole time, about: nano describes in 0.01 s and draws in 0.3 s, large
 * models take some seconds for each.
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
  GCancellable          *cancellable;
  PiscesRebuiltFunc      done;
  gpointer               user_data;
} Chain;

/* What a caller who waits gets.  */
typedef struct
{
  GMainLoop     *loop;
  PiscesRebuilt *rebuilt;
  GError        *error;
} Waiting;

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
static void chain_end       (Chain                *chain,
                             const GError         *error);
static void wait_done       (PiscesRebuilt        *rebuilt,
                             const GError         *error,
                             gpointer              data);


/*  public functions  */

/**
 * pisces_rebuild_start:
 * @engine:        the engine.
 * @pixels:        the image.
 * @numbers:       seed, steps and guidance for the picture; copied.
 * @progress:      (nullable): told how far it is, of the whole.
 * @progress_data: for @progress.
 * @cancellable:   (nullable): to stop it.
 * @done:          called once, at the end.
 * @user_data:     for @done.
 */
void
pisces_rebuild_start (PiscesEngine                *engine,
                      PiscesImage                 *pixels,
                      const PiscesGenerateRequest *numbers,
                      PiscesProgressFunc           progress,
                      gpointer                     progress_data,
                      GCancellable                *cancellable,
                      PiscesRebuiltFunc            done,
                      gpointer                     user_data)
{
  g_autoptr (PiscesDescribeRequest)  request = NULL;
  Chain                             *chain   = g_new0 (Chain, 1);

  chain->engine        = g_object_ref (engine);
  chain->pixels        = pisces_image_ref (pixels);
  chain->request       = pisces_generate_request_copy (numbers);
  chain->rebuilt       = g_new0 (PiscesRebuilt, 1);
  chain->progress      = progress;
  chain->progress_data = progress_data;
  chain->cancellable   = cancellable ? g_object_ref (cancellable) : NULL;
  chain->done          = done;
  chain->user_data     = user_data;

  request = pisces_describe_request_new (pixels, PISCES_DESCRIBE_LONG);
  pisces_engine_describe_async (engine, request, chain_progress, chain,
                                cancellable, chain_described, chain);
}

/**
 * pisces_rebuild_wait:
 *
 * As pisces_rebuild_start(), but returns at the end; see wait.c for what goes
 * on meanwhile.
 *
 * Returns: (transfer full) (nullable): what came of it.
 */
PiscesRebuilt *
pisces_rebuild_wait (PiscesEngine                 *engine,
                     PiscesImage                  *pixels,
                     const PiscesGenerateRequest  *numbers,
                     GError                      **error)
{
  g_autoptr (GMainLoop) loop    = g_main_loop_new (NULL, FALSE);
  Waiting               waiting = { loop, NULL, NULL };

  pisces_rebuild_start (engine, pixels, numbers, NULL, NULL, NULL, wait_done,
                        &waiting);
  if (! waiting.rebuilt && ! waiting.error)
    g_main_loop_run (loop);

  if (waiting.error)
    g_propagate_error (error, waiting.error);

  return waiting.rebuilt;
}

void
pisces_rebuilt_free (PiscesRebuilt *rebuilt)
{
  g_free (rebuilt->text);
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

/* The model plans from the description as it would from a prompt: nano's plans
 * are layouts, and a description in the place of one gave a picture of nothing.
 * Greedily, so that chance adds nothing that the words left out.
 */
static void
chain_described (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  Chain                            *chain = data;
  g_autoptr (PiscesDescribeResult)  texts = NULL;
  g_autoptr (GError)                error = NULL;

  texts = pisces_engine_describe_finish (chain->engine, result, &error);
  if (! texts)
    {
      chain_end (chain, error);
      return;
    }

  chain->is_described         = TRUE;
  chain->rebuilt->text        = g_steal_pointer (&texts->long_text);
  g_free (chain->request->prompt);
  chain->request->prompt      = g_strdup (chain->rebuilt->text);
  chain->request->temperature = 0.0;

  pisces_engine_generate_async (chain->engine, chain->request, chain_progress,
                                chain, chain->cancellable, chain_drawn, chain);
}

static void
chain_drawn (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Chain              *chain = data;
  PiscesPicture      *picture;
  g_autoptr (GError)  error = NULL;

  chain->rebuilt->drawn = pisces_engine_generate_finish (chain->engine, result,
                                                         &error);
  if (! chain->rebuilt->drawn)
    {
      chain_end (chain, error);
      return;
    }

  picture = chain->rebuilt->drawn->pictures->pdata[0];
  pisces_engine_compare_async (chain->engine, chain->pixels, picture->image,
                               chain->cancellable, chain_compared, chain);
}

static void
chain_compared (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  Chain              *chain = data;
  g_autoptr (GError)  error = NULL;

  pisces_engine_compare_finish (chain->engine, result,
                                &chain->rebuilt->likeness, &error);
  chain_end (chain, error);
}

static void
chain_end (Chain        *chain,
           const GError *error)
{
  if (error)
    g_clear_pointer (&chain->rebuilt, pisces_rebuilt_free);

  chain->done (g_steal_pointer (&chain->rebuilt), error, chain->user_data);

  g_object_unref (chain->engine);
  pisces_image_unref (chain->pixels);
  pisces_generate_request_free (chain->request);
  g_clear_object (&chain->cancellable);
  g_free (chain);
}

static void
wait_done (PiscesRebuilt *rebuilt,
           const GError  *error,
           gpointer       data)
{
  Waiting *waiting = data;

  waiting->rebuilt = rebuilt;
  waiting->error   = error ? g_error_copy (error) : NULL;
  g_main_loop_quit (waiting->loop);
}
