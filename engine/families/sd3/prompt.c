/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * prompt.c: what the network is shown of a prompt, as diffusers'
 * StableDiffusion3Pipeline without T5 does it: the rows of both text encoders side by
 * side, filled up with zeros, and as many rows of zeros in place of T5's; and what both
 * encoders say of the text as a whole, one after the other.
 */

#include <string.h>

#include "engine/families/sd3/model.h"
#include "engine/families/templates.h"
#include "engine/families/text-room.h"

#define BEGIN "<|startoftext|>"
#define END   "<|endoftext|>"


static const gchar * find_pad (PiscesConfig *config);


/*  public functions  */

/**
 * sd3_readers_open:
 * @model: the model.
 * @folder: its folder.
 * @error: return location for an error.
 *
 * Loads the tokenizers, and how long a text may be: all that is needed for reading a
 * prompt.
 *
 * Returns: whether that succeeded.
 */
gboolean
sd3_readers_open (Sd3Model     *model,
                  const gchar  *folder,
                  GError      **error)
{
  static const gchar *const tokenizers[SD3_N_READERS] = { "tokenizer", "tokenizer_2" };
  static const gchar *const encoders[SD3_N_READERS]   = { "text_encoder", "text_encoder_2" };

  for (guint i = 0; i < SD3_N_READERS; i++)
    {
      Sd3Reader                *reader  = &model->readers[i];
      g_autofree gchar         *place   = g_build_filename (folder, tokenizers[i], NULL);
      g_autofree gchar         *path    = g_build_filename (place, "tokenizer_config.json", NULL);
      g_autofree gchar         *encoder = g_build_filename (folder, encoders[i], "config.json", NULL);
      g_autoptr (PiscesConfig)  config  = NULL;
      g_autoptr (PiscesConfig)  clip    = NULL;
      gint                      n;

      if (! (config = pisces_config_load (path, error)) ||
          ! (clip = pisces_config_load (encoder, error)) ||
          ! (reader->tokenizer = pisces_tokenizer_load_clip (place, error)) ||
          (reader->begin = pisces_template_token (reader->tokenizer, BEGIN, folder, error)) < 0 ||
          (reader->end   = pisces_template_token (reader->tokenizer, END, folder, error)) < 0 ||
          (reader->pad   = pisces_template_token (reader->tokenizer, find_pad (config), folder,
                                                  error)) < 0)
        return FALSE;

      n = pisces_config_int_or (clip, "max_position_embeddings", SD3_N_MARKS + 1, 1 << 16, 77);
      if (! pisces_config_check (config, error) || ! pisces_config_check (clip, error))
        return FALSE;
      model->n_positions = i == 0 ? n : MIN (model->n_positions, n);
    }

  return TRUE;
}

/**
 * sd3_prompt_budget:
 *
 * Returns: how many tokens a user's text may have.
 */
gint
sd3_prompt_budget (const Sd3Model *model)
{
  return model->n_positions - SD3_N_MARKS;
}

/**
 * sd3_prompt_clean_text:
 * @text: what the user wrote.
 * @job: gets a warning if the text was cut.
 *
 * Returns: (transfer full) (nullable): the text as the model takes it in; %NULL with
 *   @error set.
 */
gchar *
sd3_prompt_clean_text (Sd3Model     *model,
                       const gchar  *text,
                       PiscesJob    *job,
                       GError      **error)
{
  return pisces_open_text_clean (model->readers[0].tokenizer, text, sd3_prompt_budget (model),
                                 job->cancellable, job->warnings, error);
}

/**
 * sd3_prompt_check:
 *
 * The family's `check_prompt`.
 */
PiscesPromptCheck *
sd3_prompt_check (gpointer     data,
                  const gchar *text)
{
  Sd3Model *model = data;

  return pisces_open_text_judge (model->readers[0].tokenizer, text, sd3_prompt_budget (model));
}

/**
 * sd3_prompt_n_rows:
 *
 * Returns: how many rows the network is shown of a text.
 */
gint64
sd3_prompt_n_rows (const Sd3Model *model)
{
  return 2 * model->n_positions;
}

/**
 * sd3_prompt_ids:
 * @reader: which of the text encoders reads it.
 * @text: the text, as sd3_prompt_clean_text() returns it.
 * @ids: (out): `[n_positions]`: its tokens with those that pad.
 *
 * Returns: whether it could be read; if not, @error is set.
 */
gboolean
sd3_prompt_ids (Sd3Model      *model,
                gint           reader,
                const gchar   *text,
                gint32        *ids,
                GCancellable  *cancellable,
                GError       **error)
{
  const Sd3Reader   *own   = &model->readers[reader];
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (gint32));
  gint               n;

  if (! pisces_tokenizer_encode_plain (own->tokenizer, text, words, cancellable, error))
    return FALSE;

  n = MIN ((gint) words->len, sd3_prompt_budget (model));
  ids[0] = own->begin;
  memcpy (ids + 1, words->data, n * sizeof (gint32));
  ids[n + 1] = own->end;
  for (gint i = n + SD3_N_MARKS; i < model->n_positions; i++)
    ids[i] = own->pad;

  return TRUE;
}

/**
 * sd3_prompt_read:
 * @text: the text, as sd3_prompt_clean_text() returns it.
 * @states: (out): `[sd3_prompt_n_rows(), context_size]`.
 * @pooled: (out): `[1, pooled_size]`.
 *
 * Returns: whether it could be read; if not, @error is set.
 */
gboolean
sd3_prompt_read (Sd3Model      *model,
                 const gchar   *text,
                 PiscesTensor   states,
                 PiscesTensor   pooled,
                 GCancellable  *cancellable,
                 GError       **error)
{
  PiscesBackend     *backend = model->backend;
  const gint64       n       = model->n_positions;
  g_autofree gint32 *ids     = g_new (gint32, n);
  g_autofree gfloat *zeros   = g_new0 (gfloat, pisces_tensor_count (states));
  gint64             first   = 0, first_pooled = 0;

  pisces_upload (backend, states, zeros);
  for (guint i = 0; i < SD3_N_READERS; i++)
    {
      PiscesClipText *clip   = model->readers[i].clip;
      const gsize     mark   = pisces_backend_mark (backend);
      const gint64    width  = pisces_clip_text_get_config (clip)->hidden_size;
      const gint64    length = pisces_clip_text_get_config (clip)->projection_size;
      PiscesTensor    rows   = pisces_backend_alloc (backend, 2, n, width);
      PiscesTensor    whole  = pisces_backend_alloc (backend, 2, (gint64) 1, length);

      if (! sd3_prompt_ids (model, i, text, ids, cancellable, error))
        return FALSE;
      pisces_clip_text_forward (clip, rows, whole, ids);
      pisces_copy (backend, pisces_tensor_columns (pisces_tensor_rows (states, 0, n), first, width),
                   rows);
      pisces_copy (backend, pisces_tensor_columns (pooled, first_pooled, length), whole);
      first        += width;
      first_pooled += length;
      pisces_backend_release (backend, mark);
    }

  return TRUE;
}


/*  private functions  */

/* A text is filled up with its end in CLIP-L, and with another token in CLIP-G.  */
static const gchar *
find_pad (PiscesConfig *config)
{
  if (pisces_config_has_child (config, "pad_token"))
    return pisces_config_string (pisces_config_child (config, "pad_token"), "content");

  return pisces_config_string_or (config, "pad_token", END);
}
