/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * codes.h: the loop in which the language model writes the codes of a picture, row by
 * row from the top.  Knows neither pictures nor requests.
 *
 *   codes = (JanusCodes) { .model = model, .n_codes = 576, … };
 *   janus_codes_begin (&codes);
 *   janus_codes_write (&codes, seed);
 *   janus_codes_end (&codes);
 */

#pragma once

#include "engine/families/janus/model.h"

G_BEGIN_DECLS

/* The row of the prompt, and the row that guidance leads away from.  */
#define JANUS_MAX_ROWS 2

typedef struct
{
  JanusModel        *model;
  gdouble            guidance_scale;
  gdouble            temperature;
  gint               n_rows;                  /* 1 without guidance           */
  GArray            *prompts[JANUS_MAX_ROWS]; /* gint32                       */

  gint               n_codes;
  gint32            *codes;           /* [n_codes]: the known ones, and those that
                                       * were written so far                  */
  gboolean          *is_free;         /* [n_codes]: written, not known        */
  gint               n_read;          /* up to the last free one              */

  /* Called with the number of codes that there are so far, after each and after known
   * ones, but not after the last.  */
  void            (* on_codes) (gint     n,
                                gpointer user_data);
  gpointer           user_data;

  /* Of the loop, in the arena.  */
  PiscesLlamaCache  *cache;
  PiscesTensor       states;          /* [n_rows, hidden], last output        */
  PiscesTensor       inputs;          /* [n_rows, hidden], next input         */
  PiscesTensor       logits;          /* [n_rows, n_codes of the codebook]    */
  PiscesTensor       guided;          /* [1, n_codes of the codebook]         */
} JanusCodes;

void janus_codes_begin (JanusCodes *codes);
void janus_codes_write (JanusCodes *codes,
                        guint32     seed);
void janus_codes_plan  (JanusCodes *codes,
                        gint        n_at_once);
void janus_codes_end   (JanusCodes *codes);

G_END_DECLS
