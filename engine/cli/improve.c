/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces improve: draws, looks, and draws again.  The model that describes looks at each
 * picture and scores it; what the picture lacks is said, and the next one is drawn with
 * the same seed from a mended plan, or from mended words where the model that draws has
 * no plans (IRG, arXiv 2509.06945).
 */

#include <string.h>

#include "engine/cli/cli.h"

#define MOST_ROUNDS 32

/* Plans that are written to find one that was not drawn yet.  */
#define PLANS_A_ROUND 8

/* A mended plan may be worse by chance.  So one round without a better score is not the
 * end, but two in a row are.  */
#define ROUNDS_IN_VAIN 2

typedef struct
{
  PiscesEngine          *engine;
  PiscesGenerateRequest *request;     /* of the next round                  */
  const gchar           *prompt;
  PiscesModelInfo       *draws;
  PiscesModelInfo       *describes;
  GPtrArray             *tried;       /* plans or words that were drawn     */
} Improving;


static gboolean take_rounds  (Improving           *improving,
                              const DrawOptions   *options,
                              gint                 n_rounds,
                              GError             **error);
static gboolean mend         (Improving           *improving,
                              const PiscesPicture *picture,
                              const PiscesScore   *score,
                              gboolean            *done,
                              GError             **error);
static gboolean mend_plan    (Improving           *improving,
                              gboolean            *done,
                              GError             **error);
static gboolean mend_words   (Improving           *improving,
                              PiscesImage         *image,
                              gboolean            *done,
                              GError             **error);
static gboolean ask_lacks    (Improving           *improving,
                              PiscesImage         *image,
                              GError             **error);
static void     compare_plans
                             (Improving           *improving,
                              const gchar         *plan,
                              const gchar         *description);
static gchar *  ask          (Improving           *improving,
                              PiscesImage         *image,
                              const gchar         *format,
                              GError             **error) G_GNUC_FORMAT (3);
static gboolean was_tried    (const Improving     *improving,
                              const gchar         *text);
static gchar *  things_beyond
                             (const gchar         *plan,
                              const gchar         *other);
static void     improving_clear
                             (Improving           *improving);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Improving, improving_clear)


gboolean
command_improve (gint     argc,
                 gchar  **argv,
                 GError **error)
{
  gchar              *given    = NULL;
  gint                n_rounds = 5;
  const GOptionEntry  entries[] =
  {
    { "describe-model", 0, 0, G_OPTION_ARG_FILENAME, &given,
      "Folder of the model that looks at the pictures (that of --model)", "DIR" },
    { "rounds", 0, 0, G_OPTION_ARG_INT, &n_rounds,
      "The most pictures to draw (5); it ends sooner if they get no better", "N" },
    { NULL }
  };
  g_auto (DrawOptions) options =
  {
    .prompt_help = "What to draw",
    .seed_help   = "Seed of all pictures, 0 to 4294967295",
    .guidance    = NOT_GIVEN,
    .temperature = NOT_GIVEN,
  };
  g_auto (Improving)   improving = { 0 };
  g_autofree gchar    *describer = NULL;
  g_autofree gchar    *looks     = NULL;
  gboolean             parsed;

  parsed = draw_options_parse (&options, &argc, &argv, entries, NULL,
                               "Draws a picture from words, looks at what it lacks, and "
                               "draws it again with the same seed, until it gets no better. "
                               "Every picture is kept: the second has “-2” in its name.", error);
  describer = given;
  if (! parsed)
    return FALSE;
  if (options.prompt == NULL)
    return usage_error (error, "Say what to draw with --prompt.");
  if (! draw_options_check (&options, error))
    return FALSE;
  if (argc > 1)
    return usage_error (error, "“%s” is not expected here; put the prompt in quotes.", argv[1]);
  if (n_rounds < 1 || n_rounds > MOST_ROUNDS)
    return usage_error (error, "--rounds is %d, but has to be from 1 to %d.", n_rounds, MOST_ROUNDS);
  if (! pisces_score_check_prompt (options.prompt, error))
    return FALSE;

  improving.draws = draw_options_inspect (&options, error);
  if (improving.draws == NULL)
    return FALSE;
  looks = describer ? g_strdup (describer) :
          options.model ? g_strdup (options.model) : pisces_default_model_folder ();
  improving.describes = pisces_model_inspect (looks, error);
  if (improving.describes == NULL)
    return FALSE;

  improving.prompt  = options.prompt;
  improving.request = draw_options_request (&options);
  improving.engine  = open_engine (options.model, describer, options.backend);
  improving.tried   = g_ptr_array_new_with_free_func (g_free);

  return take_rounds (&improving, &options, n_rounds, error);
}


/*  private functions  */

static gboolean
take_rounds (Improving          *improving,
             const DrawOptions  *options,
             gint                n_rounds,
             GError            **error)
{
  g_autofree gchar *best_name = NULL;
  g_autofree gchar *shown     = NULL;
  gdouble           first     = 0.0, best = -1.0;
  gint              in_vain   = 0;
  gboolean          done      = FALSE;

  for (gint i = 0; i < n_rounds && ! done; i++)
    {
      g_autoptr (PiscesGenerateResult)  result = NULL;
      g_autoptr (PiscesScore)           score  = NULL;
      g_autofree gchar                 *path   = output_name (options->output, i);
      g_autofree gchar                 *sees   = NULL;
      PiscesPicture                    *picture;

      result = draw_with_engine (improving->engine, improving->request, error);
      if (result == NULL)
        return FALSE;
      picture = result->pictures->pdata[0];
      if (! picture_save (picture, options->unmarked, path, error))
        return FALSE;
      score = pisces_engine_score (improving->engine, picture->image, improving->prompt, NULL,
                                   error);
      if (score == NULL)
        return FALSE;

      end_progress ();
      print_picture (picture, path);
      sees = show_text (score->description);
      g_print ("sees: %s\nmatch: %.3f\n", sees, score->match);
      if (i == 0)
        first = score->match;
      in_vain = score->match > best ? 0 : in_vain + 1;
      if (score->match > best)
        {
          best = score->match;
          g_free (best_name);
          best_name = g_steal_pointer (&path);
        }
      if (in_vain >= ROUNDS_IN_VAIN || i + 1 == n_rounds)
        break;
      if (! mend (improving, picture, score, &done, error))
        return FALSE;
    }

  shown = show_name (best_name);
  g_print ("best: %s, match %.3f (at first %.3f)\n", shown, best, first);

  return TRUE;
}

/* Prepares the next request.  done: nothing else can be tried.  */
static gboolean
mend (Improving            *improving,
      const PiscesPicture  *picture,
      const PiscesScore    *score,
      gboolean             *done,
      GError              **error)
{
  const PiscesAbilities *draws     = &improving->draws->abilities;
  const PiscesAbilities *describes = &improving->describes->abilities;
  const gboolean         answers   = describes->answers_questions && describes->knows_any_word;
  const gboolean         has_plan  = draws->writes_plan && picture->plan && *picture->plan;

  if (answers && ! ask_lacks (improving, picture->image, error))
    return FALSE;
  if (! answers && has_plan)
    compare_plans (improving, picture->plan, score->description);

  g_ptr_array_add (improving->tried, g_strdup (has_plan ? picture->plan
                                                        : improving->request->prompt));
  if (has_plan)
    return mend_plan (improving, done, error);
  if (answers)
    return mend_words (improving, picture->image, done, error);

  print_sentence ("The picture is not drawn again: the model that draws writes no plans, and the "
                  "one that describes answers no such questions.");
  *done = TRUE;

  return TRUE;
}

/* The plan of the same prompt with another seed; that of the picture stays.  */
static gboolean
mend_plan (Improving  *improving,
           gboolean   *done,
           GError    **error)
{
  g_autoptr (PiscesGenerateRequest) asked = pisces_generate_request_copy (improving->request);

  g_clear_pointer (&asked->plan, g_free);
  for (guint i = 0; i < PLANS_A_ROUND; i++)
    {
      g_autofree gchar *plan = NULL;

      asked->seed = improving->request->seed + improving->tried->len * PLANS_A_ROUND + i;
      plan = pisces_engine_plan (improving->engine, asked, NULL, NULL, NULL, error);
      if (plan == NULL)
        return FALSE;
      if (was_tried (improving, plan))
        continue;
      g_set_str (&improving->request->plan, plan);
      return TRUE;
    }

  g_print ("The model writes no other plan for these words.\n");
  *done = TRUE;

  return TRUE;
}

static gboolean
mend_words (Improving    *improving,
            PiscesImage  *image,
            gboolean     *done,
            GError      **error)
{
  g_autofree gchar *words  = NULL;
  g_autofree gchar *shown  = NULL;

  words = ask (improving, image, "Describe in one sentence a picture that shows all of “%s”. Say "
               "plainly what this picture lacks.", error);
  if (words == NULL)
    return FALSE;

  shown = show_text (words);
  *done = was_tried (improving, words);
  if (*done)
    g_print ("The model has no other words for it.\n");
  else
    g_print ("words: %s\n", shown);
  g_set_str (&improving->request->prompt, words);

  return TRUE;
}

static gboolean
ask_lacks (Improving    *improving,
           PiscesImage  *image,
           GError      **error)
{
  g_autofree gchar *lacks = ask (improving, image, "This picture was made for the words “%s”. What "
                                 "of them is missing or wrong in it? Answer in one sentence.", error);
  g_autofree gchar *shown = show_text (lacks);

  if (lacks == NULL)
    return FALSE;
  g_print ("lacks: %s\n", shown);

  return TRUE;
}

/* nano answers no such question, but its plans name things, so what the plan of the
 * description has not is what the picture lacks.  The plan of a description that the
 * model cannot read says nothing.  */
static void
compare_plans (Improving   *improving,
               const gchar *plan,
               const gchar *description)
{
  g_autoptr (PiscesGenerateRequest)  request = pisces_generate_request_new (description);
  g_autofree gchar                  *seen    = NULL, *lacks = NULL, *extra = NULL;

  request->temperature = 0.0;
  seen = pisces_engine_plan (improving->engine, request, NULL, NULL, NULL, NULL);
  if (seen == NULL || plan == NULL)
    return;

  lacks = things_beyond (plan, seen);
  extra = things_beyond (seen, plan);
  if (*lacks)
    g_print ("lacks: %s\n", lacks);
  if (*extra)
    g_print ("has in addition: %s\n", extra);
}

static gchar *
ask (Improving    *improving,
     PiscesImage  *image,
     const gchar  *format,
     GError      **error)
{
  g_autoptr (PiscesDescribeRequest)  request = pisces_describe_request_new (image,
                                                                            PISCES_DESCRIBE_ANSWER);
  g_autoptr (PiscesDescribeResult)   result  = NULL;

  request->question = g_strdup_printf (format, improving->prompt);
  result = pisces_engine_describe (improving->engine, request, show_progress, NULL, NULL, error);
  end_progress ();

  return result ? g_strdup (result->answer) : NULL;
}

static gboolean
was_tried (const Improving *improving,
           const gchar     *text)
{
  for (guint i = 0; i < improving->tried->len; i++)
    if (g_strcmp0 (improving->tried->pdata[i], text) == 0)
      return TRUE;

  return FALSE;
}

/* Returns whether a word of a plan says where a thing is or how large: x4, y11, s2.  */
static gboolean
is_number (const gchar *word)
{
  return strchr ("xys", word[0]) && word[0] && g_ascii_isdigit (word[1]) &&
         strspn (word + 1, "0123456789") == strlen (word + 1);
}

/* Returns (transfer full) (element-type utf8) the parts of a plan, such as “red star”.  */
static GPtrArray *
things_of (const gchar *plan)
{
  GPtrArray      *things = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv)  parts  = g_strsplit (plan, ";", -1);

  for (guint i = 0; parts[i]; i++)
    {
      g_auto (GStrv)      words = g_strsplit (g_strstrip (parts[i]), " ", -1);
      g_autoptr (GString) thing = g_string_new (NULL);

      for (guint j = 0; words[j]; j++)
        if (*words[j] && ! is_number (words[j]))
          g_string_append_printf (thing, "%s%s", thing->len ? " " : "", words[j]);
      if (thing->len)
        g_ptr_array_add (things, g_strdup (thing->str));
    }

  return things;
}

/* Returns (transfer full) what one plan has and another one has not, or not as often.  */
static gchar *
things_beyond (const gchar *plan,
               const gchar *other)
{
  g_autoptr (GPtrArray) things = things_of (plan);
  g_autoptr (GPtrArray) others = things_of (other);
  g_autoptr (GString)   beyond = g_string_new (NULL);

  for (guint i = 0; i < things->len; i++)
    {
      guint at;

      if (g_ptr_array_find_with_equal_func (others, things->pdata[i], g_str_equal, &at))
        g_ptr_array_remove_index_fast (others, at);
      else
        g_string_append_printf (beyond, "%s%s", beyond->len ? ", " : "",
                                (gchar *) things->pdata[i]);
    }

  return g_strdup (beyond->str);
}

static void
improving_clear (Improving *improving)
{
  g_clear_object (&improving->engine);
  g_clear_pointer (&improving->request, pisces_generate_request_free);
  g_clear_pointer (&improving->draws, pisces_model_info_free);
  g_clear_pointer (&improving->describes, pisces_model_info_free);
  g_clear_pointer (&improving->tried, g_ptr_array_unref);
}
