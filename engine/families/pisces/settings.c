/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * settings.c: the settings that the family `pisces` has in config.json besides
 * the configurations of its parts.  Every number is checked against its limits
 * here, so that the rest of the family can rely on it.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "engine/families/pisces/model.h"

/* Settings that other models have outside their text_config, or for other ways to
 * join parts.  Only these values change nothing.  */
static const PiscesConfigNeutral neutral[] =
{
  { "rope_theta",                     NULL },
  { "rope_parameters",                NULL },
  { "rope_scaling",                   NULL },
  { "vision_feature_layer",           "-1" },
  { "vision_feature_select_strategy", "\"full\"" },
  { "quantization_config",            NULL },
};

static const gchar *const template_keys[N_TEMPLATES] =
{
  [TEMPLATE_SHORT]    = "short",
  [TEMPLATE_LONG]     = "long",
  [TEMPLATE_QUESTION] = "question",
  [TEMPLATE_PLAN]     = "plan",
  [TEMPLATE_DRAW]     = "draw",
};


static void read_numbers   (PiscesSettings  *settings,
                            PiscesConfig    *config);
static void read_places    (PiscesSettings  *settings,
                            PiscesConfig    *config);
static void read_words     (PiscesSettings  *settings,
                            PiscesConfig    *config,
                            PiscesTokenizer *tokenizer);
static GHashTable *
            read_set       (PiscesConfig    *config,
                            const gchar     *key);
static void read_templates (PiscesSettings  *settings,
                            PiscesConfig    *config,
                            PiscesTokenizer *tokenizer);


/*  public functions  */

/**
 * pisces_settings_read:
 * @settings: (out): the settings.  The caller must clear them, after an error too.
 * @config: the model's config.json.
 * @tokenizer: used to look up the tokens that end a text.
 * @error: return location for an error.
 *
 * Returns: whether everything was there and within its limits; if not, @error is
 *   set.
 */
gboolean
pisces_settings_read (PiscesSettings   *settings,
                      PiscesConfig     *config,
                      PiscesTokenizer  *tokenizer,
                      GError          **error)
{
  gint side;

  read_numbers (settings, config);
  read_places (settings, config);
  read_words (settings, config, tokenizer);
  read_templates (settings, config, tokenizer);

  side = settings->vector_grid_size = lround (sqrt (settings->num_gen_vectors));
  if (side * side != settings->num_gen_vectors)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“num_gen_vectors” is %d; it must be a square number, "
                        "because the vectors keep their places.",
                        settings->num_gen_vectors);

  return pisces_config_check (config, error);
}

void
pisces_settings_clear (PiscesSettings *settings)
{
  for (gint i = 0; i < N_TEMPLATES; i++)
    g_clear_pointer (&settings->templates[i], g_free);
  g_clear_pointer (&settings->stop_ids, g_array_unref);
  g_clear_pointer (&settings->words, g_hash_table_unref);
  g_clear_pointer (&settings->similar_words, g_hash_table_unref);
  g_clear_pointer (&settings->unknown_word, g_free);
  g_clear_pointer (&settings->things, g_strfreev);
  g_clear_pointer (&settings->thing_words, g_hash_table_unref);
  g_clear_pointer (&settings->negations, g_hash_table_unref);
  g_clear_pointer (&settings->negation_ends, g_hash_table_unref);
}


/*  private functions  */

static void
read_places (PiscesSettings *settings,
             PiscesConfig   *config)
{
  PiscesConfig *places;

  if (! pisces_config_has (config, "plan_places"))
    return;

  places = pisces_config_child (config, "plan_places");
  settings->plan_grid       = pisces_config_int (places, "grid", 2, 100);
  settings->plan_sizes      = pisces_config_int (places, "sizes", 1, 100);
  settings->plan_least_size = pisces_config_double_or (places, "least_size", 0.0, 1.0, 0.0);
  settings->plan_size_step  = pisces_config_double_or (places, "size_step", 1e-3, 1.0, 0.1);
}

static void
read_numbers (PiscesSettings *settings,
              PiscesConfig   *config)
{
  PiscesConfig *vision = pisces_config_child (config, "vision_config");
  const gchar  *null_kind;

  pisces_config_keep_neutral (config, neutral, G_N_ELEMENTS (neutral));
  if (pisces_config_has (config, "tie_word_embeddings") &&
      pisces_config_boolean (config, "tie_word_embeddings") !=
      pisces_config_boolean_or (pisces_config_child (config, "text_config"),
                                "tie_word_embeddings", FALSE))
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        _("“tie_word_embeddings” differs between the model and its "
                          "“text_config”; nobody can tell which is meant."));

  /* Only RGB and RGBA, because the preprocessing makes nothing else.  */
  pisces_config_int_or (vision, "num_channels", 3, 4, 3);
  settings->spatial_merge_size = pisces_config_int_or (config, "spatial_merge_size", 1, 16, 1);
  settings->gen_vector_size    = pisces_config_int (config, "gen_vector_size", 1, 65536);
  settings->num_gen_vectors    = pisces_config_int (config, "num_gen_vectors", 1, 4096);
  settings->gen_vector_norm    = pisces_config_boolean_or (config, "gen_vector_norm", FALSE);
  settings->mask_channels      = pisces_config_int_or (config, "mask_channels", 0, 4096, 0);
  settings->paint_channels     = pisces_config_int_or (config, "paint_channels", 0, 4096, 0);
  settings->vector_positions   = pisces_config_boolean_or (config, "vector_positions", FALSE);
  settings->pixel_shuffle      = pisces_config_int_or (config, "pixel_shuffle", 1, 16, 1);
  settings->alpha              = pisces_config_boolean_or (config, "alpha", FALSE);
  settings->sample_size        = pisces_config_int (config, "sample_size", 8, 4096);

  /* A model that draws only from words does not need this encoder.  */
  settings->gen_vision = pisces_config_has (config, "gen_vision_config");
  if (settings->gen_vision)
    {
      PiscesConfig *gen_vision = pisces_config_child (config, "gen_vision_config");

      pisces_config_int_or (gen_vision, "num_channels", 3, 4, 3);
      settings->gen_pool_size  = pisces_config_int (config, "gen_pool_size", 1, 64);
      settings->projection_dim = pisces_config_int_or (gen_vision, "projection_dim", 0, 65536, 0);
    }

  settings->flat_pictures_only     = pisces_config_boolean_or (config, "flat_pictures_only", FALSE);
  settings->known_pictures         = settings->flat_pictures_only &&
                                     pisces_config_has (config, "known_pictures");
  if (settings->known_pictures)
    {
      PiscesConfig *known = pisces_config_child (config, "known_pictures");

      settings->known_flatness = pisces_config_double (known, "flatness", -1000.0, 1000.0);
      settings->known_limit    = pisces_config_double (known, "limit", -1000.0, 1000.0);
    }
  settings->default_steps          = pisces_config_int_or (config, "default_steps", 1, 1000, 30);
  settings->default_guidance_scale = pisces_config_double_or (config, "default_guidance_scale", 0.0, 100.0, 3.0);
  settings->default_temperature    = pisces_config_double_or (config, "default_temperature", 0.0, 10.0, 0.7);

  null_kind = pisces_config_string_or (config, "null_vectors", "empty_prompt");
  settings->null_from_empty_prompt = g_str_equal (null_kind, "empty_prompt");
  if (! settings->null_from_empty_prompt && ! g_str_equal (null_kind, "zeros"))
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“null_vectors” is “%s”; it must be “zeros” or "
                        "“empty_prompt”.", null_kind);
}

/* Returns (transfer full) a list of words as a set, or NULL if the setting is
 * missing.  */
static GHashTable *
read_set (PiscesConfig *config,
          const gchar  *key)
{
  g_auto (GStrv)  list = NULL;
  GHashTable     *set;

  if (pisces_config_is (config, key, "null"))
    return NULL;

  /* This fails if the setting is not a list of texts.  */
  list = pisces_config_string_array (config, key);
  if (list && ! list[0])
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "the list “%s” is empty; leave it out, or name something.", key);

  set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; list && list[i]; i++)
    g_hash_table_add (set, g_strdup (list[i]));

  return set;
}

/* Each word of the list must be one token; otherwise the model cannot have been
 * trained to know it.
 */
static void
read_words (PiscesSettings  *settings,
            PiscesConfig    *config,
            PiscesTokenizer *tokenizer)
{
  g_autoptr (GArray)   ids  = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GString)  text = g_string_new (NULL);
  GHashTableIter       iter;
  gpointer             word;
  guint                n;

  if (! pisces_config_has_list (config, "closed_vocabulary"))
    {
      settings->closed_vocabulary = pisces_config_boolean_or (config, "closed_vocabulary", FALSE);
      return;
    }

  settings->closed_vocabulary = TRUE;
  settings->words             = read_set (config, "closed_vocabulary");
  settings->similar_words     = read_set (config, "similar_words");
  settings->thing_words       = read_set (config, "thing_words");
  if (settings->thing_words)
    settings->things = pisces_config_string_array (config, "things");
  settings->negations     = read_set (config, "negations");
  settings->negation_ends = read_set (config, "negation_ends");
  settings->unknown_word = g_strdup (pisces_config_string_or (config, "unknown_word", NULL));

  n = g_hash_table_size (settings->words);
  g_hash_table_iter_init (&iter, settings->words);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    g_string_append_printf (text, " %s", (const gchar *) word);
  if (settings->unknown_word)
    {
      g_string_append_printf (text, " %s", settings->unknown_word);
      n++;
    }

  if (! pisces_tokenizer_encode_plain (tokenizer, text->str, ids, NULL, NULL) ||
      ids->len != n)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "the %u words of “closed_vocabulary” and “unknown_word” are %u "
                        "tokens of the model's tokenizer.json, but each has to be one.",
                        n, ids->len);
}

static void
read_templates (PiscesSettings  *settings,
                PiscesConfig    *config,
                PiscesTokenizer *tokenizer)
{
  PiscesConfig  *templates = pisces_config_child (config, "templates");
  g_auto (GStrv) stops     = pisces_config_string_array (templates, "stop");

  settings->stop_ids = g_array_new (FALSE, FALSE, sizeof (gint32));
  for (gint i = 0; i < N_TEMPLATES; i++)
    {
      /* A model that has no plan, or answers no questions, does not have these
       * templates.  */
      gboolean optional = i == TEMPLATE_PLAN || i == TEMPLATE_QUESTION;

      settings->templates[i] =
        g_strdup (optional
                  ? pisces_config_string_or (templates, template_keys[i], NULL)
                  : pisces_config_string (templates, template_keys[i]));
    }

  for (guint i = 0; stops && stops[i]; i++)
    {
      gint32 id = pisces_tokenizer_find (tokenizer, stops[i]);

      if (id < 0)
        pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                            "the stop token “%s” is not in the model's "
                            "tokenizer.json.", stops[i]);
      g_array_append_val (settings->stop_ids, id);
    }
}
