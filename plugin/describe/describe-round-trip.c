/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-round-trip.c: chains of engine jobs.  One is the round trip (UAE,
 * arXiv 2509.09666): write a description, draw a picture from it alone, and
 * measure how alike this and the original are.  The other writes one text
 * several times with some randomness, so that a shorter or longer one can be
 * chosen, because the model cannot be told how long a text should be.
 *
 * Knows neither GIMP nor the window.
 */

#include "plugin/describe/describe-round-trip.h"

/* The temperature for texts that should differ: enough randomness for other
 * words, but less than in the texts that the model learnt from.
 */
#define TEMPERATURE  0.8

#define N_CANDIDATES 4

typedef struct
{
  PiscesEngine           *engine;
  PiscesImage            *original;
  GCancellable           *cancellable;
  guint32                 seed;
  guint                   n_texts;
  guint                   i_text;
  gboolean                doubtful;    /* the model says it does not know the
                                        * picture */

  /* for the round trip */
  PiscesRoundTripFuncs    funcs;
  gchar                  *short_text;
  gchar                  *long_text;
  PiscesImage            *rebuilt;

  /* for rewriting */
  PiscesDescribeRequest  *request;
  GPtrArray              *candidates;
  void                 (* rewritten) (GPtrArray    *candidates,
                                      gboolean      doubtful,
                                      const GError *error,
                                      gpointer      user_data);

  PiscesProgressFunc      progress;
  gpointer                user_data;
} Chain;

static Chain * chain_new       (PiscesEngine         *engine,
                                PiscesImage          *image,
                                guint32               seed,
                                GCancellable         *cancellable,
                                gpointer              user_data);
static void    chain_end       (Chain                *chain,
                                const GError         *error);
static void    chain_progress  (const PiscesProgress *progress,
                                gpointer              data);
static void    chain_describe  (Chain                *chain,
                                PiscesDescribeFlags   what,
                                gdouble               temperature,
                                GAsyncReadyCallback   callback);
static void    trip_described  (GObject              *source,
                                GAsyncResult         *result,
                                gpointer              data);
static void    trip_draw       (Chain                *chain);
static void    trip_drawn      (GObject              *source,
                                GAsyncResult         *result,
                                gpointer              data);
static void    trip_compared   (GObject              *source,
                                GAsyncResult         *result,
                                gpointer              data);
static void    rewrite_next    (Chain                *chain);
static void    rewrite_written (GObject              *source,
                                GAsyncResult         *result,
                                gpointer              data);


/*  public functions  */

/**
 * pisces_round_trip_start:
 * @engine: the engine.
 * @original: the picture.
 * @text: (nullable): the text to draw from; %NULL: write descriptions first.
 * @n_texts: how many descriptions are written if @text is %NULL.
 * @seed: the seed of all pictures, so that only the texts make a difference.
 *   Also that of all descriptions except the first, which is the most likely
 *   one.
 * @cancellable: stops it.
 * @funcs: called in this thread; done() exactly once.
 * @user_data: for @funcs.
 */
void
pisces_round_trip_start (PiscesEngine               *engine,
                         PiscesImage                *original,
                         const gchar                *text,
                         guint                       n_texts,
                         guint32                     seed,
                         GCancellable               *cancellable,
                         const PiscesRoundTripFuncs *funcs,
                         gpointer                    user_data)
{
  Chain *chain = chain_new (engine, original, seed, cancellable, user_data);

  chain->funcs     = *funcs;
  chain->progress  = funcs->progress;
  chain->n_texts   = text ? 1 : n_texts;
  chain->long_text = g_strdup (text);

  if (text)
    trip_draw (chain);
  else
    chain_describe (chain, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG, 0.0,
                    trip_described);
}

/**
 * pisces_rewrite_start:
 * @engine: the engine.
 * @request: what to rewrite: %PISCES_DESCRIBE_SHORT or %PISCES_DESCRIBE_LONG.
 * @seed: the seed of the first text.
 * @progress: called with the progress.
 * @cancellable: stops it.
 * @done: called once, with (element-type utf8) candidates to choose from, or
 *   with an error.  A few texts of the requested kind come first, then one of the
 *   other kind.  They are doubtful if the model does not know such pictures.
 * @user_data: for @progress and @done.
 */
void
pisces_rewrite_start (PiscesEngine                *engine,
                      const PiscesDescribeRequest *request,
                      guint32                      seed,
                      PiscesProgressFunc           progress,
                      GCancellable                *cancellable,
                      void               (* done) (GPtrArray    *candidates,
                                                   gboolean      doubtful,
                                                   const GError *error,
                                                   gpointer      user_data),
                      gpointer              user_data)
{
  Chain *chain = chain_new (engine, request->image, seed, cancellable, user_data);

  chain->request    = pisces_describe_request_copy (request);
  chain->n_texts    = N_CANDIDATES + 1;
  chain->candidates = g_ptr_array_new_with_free_func (g_free);
  chain->rewritten  = done;
  chain->progress   = progress;

  rewrite_next (chain);
}


/*  private functions  */

static Chain *
chain_new (PiscesEngine *engine,
           PiscesImage  *image,
           guint32       seed,
           GCancellable *cancellable,
           gpointer      user_data)
{
  Chain *chain = g_new0 (Chain, 1);

  chain->engine      = g_object_ref (engine);
  chain->original    = pisces_image_ref (image);
  chain->cancellable = g_object_ref (cancellable);
  chain->seed        = seed;
  chain->user_data   = user_data;

  return chain;
}

static void
chain_end (Chain        *chain,
           const GError *error)
{
  if (chain->rewritten)
    chain->rewritten (chain->candidates, chain->doubtful, error,
                      chain->user_data);
  else
    chain->funcs.done (error, chain->user_data);

  g_clear_pointer (&chain->candidates, g_ptr_array_unref);
  g_clear_pointer (&chain->request, pisces_describe_request_free);
  g_clear_pointer (&chain->rebuilt, pisces_image_unref);
  pisces_image_unref (chain->original);
  g_object_unref (chain->cancellable);
  g_object_unref (chain->engine);
  g_free (chain->short_text);
  g_free (chain->long_text);
  g_free (chain);
}

/* The texts are not shown while they are written, because most of them are not
 * kept.  */
static void
chain_progress (const PiscesProgress *progress,
                gpointer              data)
{
  Chain          *chain = data;
  PiscesProgress  whole = *progress;

  whole.index    = 0;
  whole.text     = NULL;
  whole.fraction = (chain->i_text + progress->fraction) / chain->n_texts;

  chain->progress (&whole, chain->user_data);
}

static void
chain_describe (Chain               *chain,
                PiscesDescribeFlags  what,
                gdouble              temperature,
                GAsyncReadyCallback  callback)
{
  g_autoptr (PiscesDescribeRequest) request = NULL;

  request = chain->request ? pisces_describe_request_copy (chain->request) :
                             pisces_describe_request_new (chain->original, what);
  request->what        = what;
  request->temperature = temperature;
  request->seed        = chain->seed + chain->i_text;

  pisces_engine_describe_async (chain->engine, request, chain_progress, chain,
                                chain->cancellable, callback, chain);
}

static void
trip_described (GObject      *source,
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

  g_free (chain->short_text);
  g_free (chain->long_text);
  chain->short_text = g_steal_pointer (&texts->short_text);
  chain->long_text  = g_steal_pointer (&texts->long_text);
  /* The model may write only one of them.  */
  if (! chain->long_text)
    chain->long_text = g_strdup (chain->short_text);
  chain->doubtful   = texts->doubt != NULL;

  trip_draw (chain);
}

/* The model first makes a plan from the text, as it does from a prompt. nano's
 * plans are layouts, and using a description as a plan gave an empty picture.
 * The plan is written with temperature 0, so that randomness makes no
 * difference between texts.
 */
static void
trip_draw (Chain *chain)
{
  g_autoptr (PiscesGenerateRequest) request = NULL;

  request                = pisces_generate_request_new (chain->long_text);
  request->temperature   = 0.0;
  request->seed          = chain->seed;
  request->want_previews = TRUE;

  pisces_engine_generate_async (chain->engine, request, chain_progress, chain,
                                chain->cancellable, trip_drawn, chain);
}

static void
trip_drawn (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Chain                            *chain = data;
  g_autoptr (PiscesGenerateResult)  drawn = NULL;
  g_autoptr (GError)                error = NULL;
  const PiscesPicture              *picture;

  drawn = pisces_engine_generate_finish (chain->engine, result, &error);
  if (! drawn)
    {
      chain_end (chain, error);
      return;
    }

  picture = drawn->pictures->pdata[0];
  g_clear_pointer (&chain->rebuilt, pisces_image_unref);
  chain->rebuilt = pisces_image_ref (picture->image);

  pisces_engine_compare_async (chain->engine, chain->original, chain->rebuilt,
                               chain->cancellable, trip_compared, chain);
}

static void
trip_compared (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  Chain              *chain    = data;
  gdouble             likeness = 0.0;
  g_autoptr (GError)  error    = NULL;

  if (pisces_engine_compare_finish (chain->engine, result, &likeness, &error))
    {
      chain->funcs.tried (chain->short_text, chain->long_text,
                          chain->doubtful, chain->rebuilt, likeness,
                          chain->user_data);

      if (++chain->i_text < chain->n_texts)
        {
          chain_describe (chain, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG,
                          TEMPERATURE, trip_described);
          return;
        }
    }

  chain_end (chain, error);
}

static void
rewrite_next (Chain *chain)
{
  PiscesDescribeFlags what = chain->request->what;

  /* A short text can serve as a very short long text, and the other way
   * round.  */
  if (chain->i_text == N_CANDIDATES)
    what ^= PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG;

  chain_describe (chain, what, TEMPERATURE, rewrite_written);
}

static void
rewrite_written (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  Chain                            *chain = data;
  g_autoptr (PiscesDescribeResult)  texts = NULL;
  g_autoptr (GError)                error = NULL;

  texts = pisces_engine_describe_finish (chain->engine, result, &error);
  if (texts)
    {
      g_ptr_array_add (chain->candidates,
                       g_strdup (texts->short_text ? texts->short_text :
                                                     texts->long_text));
      chain->doubtful = texts->doubt != NULL;

      if (++chain->i_text < chain->n_texts)
        {
          rewrite_next (chain);
          return;
        }
    }

  chain_end (chain, error);
}
