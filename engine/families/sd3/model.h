/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.h: a loaded model of the family `sd3`: Stable Diffusion 3 and 3.5 (arXiv
 * 2403.03206) as published for diffusers (`StableDiffusion3Pipeline`), each part in a
 * folder of its own.  Two of CLIP's text encoders read the prompt.  The third one, T5,
 * is not used: in its place the network gets zeros, as diffusers gives it without T5.
 */

#pragma once

#include "engine/families/diffusion.h"
#include "engine/families/family.h"
#include "engine/families/latents.h"
#include "engine/model/tokenizer.h"
#include "engine/networks/clip-text.h"
#include "engine/networks/mmdit.h"
#include "engine/networks/vae.h"

G_BEGIN_DECLS

#define SD3_N_READERS 2

/* A tensor that the autoencoder has if it can encode.  */
#define SD3_ENCODER_WEIGHT "encoder.conv_in.weight"

/* The first and the last token of a text.  */
#define SD3_N_MARKS 2

typedef enum
{
  SD3_TRANSFORMER,
  SD3_VAE,
  SD3_READER,
  SD3_READER_2,
  SD3_N_NETWORKS
} Sd3Network;

/* All that a folder has besides its tokenizers.  */
typedef struct
{
  const gchar       *folder;
  PiscesConfig      *index;
  PiscesConfig      *scheduler;
  PiscesConfig      *configs[SD3_N_NETWORKS];
  PiscesWeightFiles *weights[SD3_N_NETWORKS];
} Sd3Files;

/* How it draws if nobody says otherwise.  */
typedef struct
{
  gint     steps;
  gdouble  guidance;                  /* 1: none                            */

  /* Skip-layer guidance: in some steps, the result is led away from what the network
   * says without these layers.  */
  gboolean skipped[PISCES_MMDIT_MAX_LAYERS];
  gdouble  skip_scale;                /* 0: no such guidance                */
  gdouble  skip_start;                /* as parts of the steps              */
  gdouble  skip_stop;
} Sd3Settings;

/* One of CLIP's text encoders with its tokenizer.  */
typedef struct
{
  PiscesTokenizer *tokenizer;
  gint32           begin;
  gint32           end;
  gint32           pad;
  PiscesClipText  *clip;
} Sd3Reader;

typedef struct
{
  PiscesBackend      *backend;
  Sd3Settings         settings;
  Sd3Reader           readers[SD3_N_READERS];
  gint                n_positions;    /* of a text                          */
  PiscesScheduler    *scheduler;
  PiscesMmdit        *mmdit;
  PiscesVae          *vae;
  gint                cell;           /* pixels along a side of a patch     */
  const PiscesWeight *shift;          /* of the latents; NULL: 0            */
  GPtrArray          *weights;        /* owns the shift                     */

  Sd3Files            files;          /* open as long as weights are in them */
} Sd3Model;

/*  parts: the files  */

gboolean            sd3_files_open           (Sd3Files                     *files,
                                              const gchar                  *folder,
                                              GError                      **error);
void                sd3_files_close          (Sd3Files                     *files);

/*  the model  */

gpointer            sd3_model_load           (const gchar                  *folder,
                                              PiscesBackend                *backend,
                                              PiscesJob                    *job,
                                              GError                      **error);
gpointer            sd3_model_load_remarking (const gchar                  *folder,
                                              PiscesBackend                *backend,
                                              GPtrArray                    *remarks,
                                              GError                      **error);
void                sd3_model_free           (gpointer                      model);
gpointer            sd3_model_load_words     (const gchar                  *folder,
                                              GError                      **error);
PiscesLatents       sd3_model_latents        (Sd3Model                     *model);
gboolean            sd3_model_inspect        (const gchar                  *folder,
                                              PiscesModelInfo              *info,
                                              GError                      **error);
gboolean            sd3_find_sizes           (PiscesSizes                  *sizes,
                                              const PiscesMmditConfig      *mmdit,
                                              gint                          downscale);
void                sd3_settings_read        (Sd3Settings                  *settings,
                                              PiscesConfig                 *index,
                                              const gchar                  *folder,
                                              const PiscesMmditConfig      *mmdit);

/*  prompts  */

gboolean            sd3_readers_open         (Sd3Model                     *model,
                                              const gchar                  *folder,
                                              GError                      **error);
gint                sd3_prompt_budget        (const Sd3Model               *model);
gchar             * sd3_prompt_clean_text    (Sd3Model                     *model,
                                              const gchar                  *text,
                                              PiscesJob                    *job,
                                              GError                      **error);
PiscesPromptCheck * sd3_prompt_check         (gpointer                      model,
                                              const gchar                  *text);
gint64              sd3_prompt_n_rows        (const Sd3Model               *model);
gboolean            sd3_prompt_ids           (Sd3Model                     *model,
                                              gint                          reader,
                                              const gchar                  *text,
                                              gint32                       *ids,
                                              GCancellable                 *cancellable,
                                              GError                      **error);
gboolean            sd3_prompt_read          (Sd3Model                     *model,
                                              const gchar                  *text,
                                              PiscesTensor                  states,
                                              PiscesTensor                  pooled,
                                              GCancellable                 *cancellable,
                                              GError                      **error);

/*  drawing  */

gboolean            sd3_generate             (gpointer                      model,
                                              const PiscesGenerateRequest  *request,
                                              PiscesJob                    *job,
                                              GPtrArray                    *pictures,
                                              GError                      **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sd3Files, sd3_files_close)

G_END_DECLS
