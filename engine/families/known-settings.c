/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * known-settings.c: the settings that files of each kind have and that change
 * nothing here: settings for training, settings that tell programs which class to
 * use, and settings that only matter together with another setting, which is
 * refused.  If a setting is neither read by a part nor listed here, it is named
 * when a model is verified, because it may have been meant to change something.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/known-settings.h"

#define KIND(...) ((const gchar *const []) { __VA_ARGS__, NULL })

static const struct
{
  const gchar         *kind;
  const gchar *const  *keys;
} known[] =
{
  /* In any file of transformers or diffusers.  */
  { "", KIND ("_name_or_path", "_class_name", "_diffusers_version", "_commit_hash",
              "_valid_processor_keys", "_use_default_values",
              "architectures", "auto_map", "model_type", "transformers_version",
              "torch_dtype", "dtype", "torchscript", "return_dict", "output_attentions",
              "output_hidden_states", "initializer_range", "initializer_factor",
              "gradient_checkpointing", "use_cache", "use_return_dict",
              /* Special tokens, which the templates contain themselves.  */
              "bos_token_id", "eos_token_id", "pad_token_id", "_pad_token_id", "sep_token_id",
              "decoder_start_token_id") },
  { "pisces", KIND ("license", "name", "tie_word_embeddings", "is_encoder_decoder",
                    "problem_type", "id2label", "label2id") },
  { "janus", KIND ("license", "name", "tie_word_embeddings", "is_encoder_decoder",
                   "problem_type", "id2label", "label2id", "image_token_id",
                   "chunk_size_feed_forward", "pruned_heads") },
  { "smolvlm", KIND ("license", "name", "tie_word_embeddings", "is_encoder_decoder",
                     "problem_type", "id2label", "label2id", "image_token_id",
                     "chunk_size_feed_forward", "vocab_size", "use_reentrant_checkpointing",
                     "transformers.js_config") },
  { "sd3", KIND ("license", "name", "transformer", "vae", "scheduler", "text_encoder",
                 "text_encoder_2", "text_encoder_3", "tokenizer", "tokenizer_2", "tokenizer_3",
                 "image_encoder", "feature_extractor") },
  { "mmdit", KIND ("sample_size") },
  { "clip", KIND ("attention_dropout", "dropout") },
  { "embedder", KIND ("license", "name", "attention_dropout", "dropout",
                      "hidden_dropout_prob", "attention_probs_dropout_prob",
                      "drop_path_rate", "layerscale_value", "use_mask_token",
                      "projection_dim", "is_decoder", "is_encoder_decoder",
                      "chunk_size_feed_forward", "tie_word_embeddings",
                      "id2label", "label2id", "problem_type",
                      /* Of the half that reads texts, and for training.  */
                      "text_config", "text_config_dict", "vision_config_dict",
                      "logit_scale_init_value",
                      /* Of the class that gives the rows of the patches.  */
                      "stage_names", "out_features", "out_indices", "apply_layernorm",
                      "reshape_hidden_states",
                      /* In files that were written by older versions.  */
                      "top_k", "top_p", "typical_p", "temperature", "repetition_penalty",
                      "length_penalty", "no_repeat_ngram_size",
                      "encoder_no_repeat_ngram_size", "bad_words_ids", "num_beams",
                      "num_beam_groups", "diversity_penalty", "num_return_sequences",
                      "max_length", "min_length", "do_sample", "early_stopping",
                      "exponential_decay_length_penalty", "forced_bos_token_id",
                      "forced_eos_token_id", "prefix", "pruned_heads",
                      "remove_invalid_values", "return_dict_in_generate", "output_scores",
                      "task_specific_params", "add_cross_attention",
                      "cross_attention_hidden_size", "finetuning_task",
                      "suppress_tokens", "begin_suppress_tokens", "tokenizer_class",
                      "tf_legacy_loss", "use_bfloat16") },
  { "qwen", KIND ("license", "name", "tie_word_embeddings", "is_encoder_decoder",
                  "problem_type", "id2label", "label2id", "chunk_size_feed_forward",
                  "image_token_id", "video_token_id", "vision_start_token_id",
                  "vision_end_token_id", "vision_token_id",
                  /* Of the language model, which older files have here too.  */
                  "attention_dropout", "max_window_layers", "use_sliding_window",
                  "sliding_window") },
  { "qwen-eye", KIND ("spatial_patch_size", "tokens_per_second", "initializer_range",
                      "tie_word_embeddings") },
  { "templates", KIND ("comment") },
  { "llama", KIND ("attention_dropout", "hidden_dropout", "resid_pdrop", "embd_pdrop",
                   "pretraining_tp", "max_window_layers", "use_sliding_window",
                   "sliding_window", "is_decoder", "is_encoder_decoder",
                   "original_max_position_embeddings", "is_llama_config",
                   /* Only in Qwen2.5-VL.  */
                   "image_token_id", "video_token_id", "vision_start_token_id",
                   "vision_end_token_id", "vision_token_id",
                   /* Only in SmolVLM.  */
                   "neftune_noise_alpha", "pixel_shuffle_factor", "perceiver_config",
                   "_flash_attn_2_enabled", "_attn_implementation_autoset",
                   "transformers.js_config",
                   "add_cross_attention", "cross_attention_hidden_size") },
  { "siglip", KIND ("attention_dropout", "hidden_dropout", "dropout", "vision_use_head",
                    "num_image_tokens", "is_decoder", "is_encoder_decoder",
                    /* Only in SmolVLM: the sizes are those of the preprocessor.  */
                    "size", "max_image_size", "use_base_siglip", "tie_word_embeddings",
                    /* Only in Janus.  */
                    "projection_dim", "projection_dropout", "hidden_dropout_rate") },
  { "vq", KIND ("dropout", "in_channels", "num_patches", "projection_dim",
                "image_token_embed_dim") },
  { "unet", KIND ("dropout", "upcast_attention", "sample_size",
                  "addition_embed_type_num_heads", "addition_time_embed_dim",
                  "projection_class_embeddings_input_dim",
                  /* For averaged weights.  */
                  "decay", "inv_gamma", "min_decay", "optimization_step", "power",
                  "update_after_step", "use_ema_warmup") },
  { "autoencoder", KIND ("sample_size", "force_upcast") },
  { "scheduler", KIND ("sigma_min", "sigma_max", "clip_sample", "clip_sample_range",
                       "set_alpha_to_one", "skip_prk_steps", "sample_max_value",
                       "thresholding", "dynamic_thresholding_ratio", "variance_type",
                       "algorithm_type", "solver_order", "solver_type", "solver_p",
                       "lower_order_final", "euler_at_final", "lambda_min_clipped",
                       "flow_shift", "predict_x0", "predict_epsilon",
                       "disable_corrector", "original_inference_steps",
                       "timestep_scaling",
                       /* For shifts that depend on the size of the picture.  */
                       "base_shift", "max_shift", "base_image_seq_len",
                       "max_image_seq_len", "time_shift_type") },
  { "preprocessor", KIND ("image_processor_type", "feature_extractor_type",
                          "processor_class", "do_convert_rgb", "crop_size",
                          "default_to_square", "data_format", "input_data_format",
                          "device", "disable_grouping", "return_tensors",
                          "image_seq_length", "num_channels", "min_size",
                          "do_image_splitting", "video_sampling", "return_row_col_info") },
};


static void   remark_one (const PiscesKnownSettings *object,
                          GPtrArray                 *remarks);


/**
 * pisces_known_settings_remark:
 * @objects: the objects of settings of a model, after all parts have read from
 *   them.
 * @n_objects: their number.
 * @remarks: (element-type utf8): gets a sentence for each setting that was neither
 *   read nor is in the table.
 */
void
pisces_known_settings_remark (const PiscesKnownSettings *objects,
                              guint                      n_objects,
                              GPtrArray                 *remarks)
{
  for (guint i = 0; i < n_objects; i++)
    if (objects[i].config)
      remark_one (&objects[i], remarks);
}


/*  private functions  */

static void
remark_one (const PiscesKnownSettings *object,
            GPtrArray                 *remarks)
{
  g_autoptr (GPtrArray)    names    = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GStrvBuilder) builder  = g_strv_builder_new ();
  g_auto (GStrv)           harmless = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (*known[i].kind == '\0' || strcmp (known[i].kind, object->kind) == 0)
      for (guint j = 0; known[i].keys[j]; j++)
        g_strv_builder_add (builder, known[i].keys[j]);
  harmless = g_strv_builder_end (builder);

  pisces_config_list_unread (object->config, (const gchar *const *) harmless, names);
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (remarks,
                     g_strdup_printf (_("In “%s” the setting “%s” is not known to this "
                                        "version and was not followed."),
                                      pisces_config_get_path (object->config),
                                      (const gchar *) names->pdata[i]));
}
