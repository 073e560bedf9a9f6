/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planted-steps.h: the networks of a Pisces with planted weights
 * (planted-weights.c), and the steps that its jobs repeat.
 */

#pragma once

#include "engine/networks/llama.h"
#include "engine/networks/unet.h"
#include "engine/networks/vae.h"
#include "engine/networks/vit.h"
#include "engine/samplers/random.h"

G_BEGIN_DECLS

/* Read by the decode step, itself too.  */
#define PLANTED_POSITIONS 1024
#define PLANTED_PROMPT    768    /* an image's 729 tokens and some words */
#define PLANTED_WORDS     128    /* a prompt without an image            */

typedef struct
{
  PiscesBackend     *backend;
  PiscesVit         *vit;
  PiscesLlama       *llama;
  PiscesUnet        *unet;
  PiscesVae         *vae;

  gint64             latent_side;
  PiscesLlamaCache  *cache;
  PiscesUnetContext *context;
  PiscesRandom       random;
  PiscesTensor       x, state, logits;
  PiscesTensor       prompt, prompt_states;
  PiscesTensor       latent, input, output, guided;
  PiscesTensor       image, tokens;
  PiscesTensor       picture;
} Planted;

typedef void (* PlantedStep) (Planted *planted);

gboolean planted_load    (Planted        *planted,
                          PiscesBackend  *backend,
                          const gchar    *folder,
                          GError        **error);
void     planted_free    (Planted        *planted);
gint     planted_reserve (Planted        *planted);
void     planted_begin   (Planted        *planted);
void     planted_end     (Planted        *planted);

/*  the steps  */

void     planted_decode  (Planted        *planted);
void     planted_prompt  (Planted        *planted);
void     planted_words   (Planted        *planted);
void     planted_see     (Planted        *planted);
void     planted_denoise (Planted        *planted);
void     planted_develop (Planted        *planted);

/*  planted-weights.c  */

void     planted_weights_fill (void);

G_END_DECLS
