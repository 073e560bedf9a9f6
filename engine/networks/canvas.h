/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas.h: one piece of memory for an image that changes its size and
 * channels while a convolutional network works on it.  The arena is a stack,
 * so without this, the memory of every step of upsampling would stay in use to
 * the end.
 *
 * Contains residual blocks, which the UNet and the autoencoder share.
 */

#pragma once

#include "engine/networks/weight-source.h"

G_BEGIN_DECLS

/* diffusers' ResnetBlock2D.  */
typedef struct
{
  gint64           n_in;
  gint64           n_out;
  gint             n_groups;
  gdouble          epsilon;
  PiscesParameters norm1;
  PiscesParameters conv1;
  PiscesParameters time_emb_proj;          /* without weight: no time
                                            * embedding                      */
  PiscesParameters norm2;
  PiscesParameters conv2;
  PiscesParameters conv_shortcut;          /* if n_in is not n_out           */
} PiscesResnet;

typedef struct
{
  PiscesBackend *backend;
  PiscesTensor   memory;                   /* [n_elements, 1]                */
  PiscesTensor   image;                    /* [b, h, w, c], inside memory    */
} PiscesCanvas;

void         pisces_resnet_load       (PiscesResnet            *resnet,
                                       PiscesWeightSource      *source,
                                       gint64                   n_in,
                                       gint64                   n_out,
                                       gint64                   time_dim,
                                       gint                     n_groups,
                                       gdouble                  epsilon);
void         pisces_resnet_forward    (PiscesBackend           *backend,
                                       const PiscesResnet      *resnet,
                                       PiscesTensor             y,
                                       PiscesTensor             x,
                                       PiscesTensor             time);
void         pisces_conv3             (PiscesBackend           *backend,
                                       PiscesTensor             y,
                                       PiscesTensor             x,
                                       PiscesParameters         conv);

PiscesTensor pisces_double_size       (PiscesBackend           *backend,
                                       const PiscesWeight      *reader,
                                       PiscesTensor             image,
                                       gint64                   height,
                                       gint64                   width);

PiscesCanvas pisces_canvas_new        (PiscesBackend           *backend,
                                       gint64                   n_elements);
PiscesTensor pisces_canvas_reshape    (PiscesCanvas            *canvas,
                                       gint64                   n_batch,
                                       gint64                   height,
                                       gint64                   width,
                                       gint64                   n_channels);
void         pisces_canvas_resnet     (PiscesCanvas            *canvas,
                                       const PiscesResnet      *resnet,
                                       PiscesTensor             time);
void         pisces_canvas_upsample   (PiscesCanvas            *canvas,
                                       PiscesParameters         conv,
                                       gint64                   height,
                                       gint64                   width);
void         pisces_canvas_downsample (PiscesCanvas            *canvas,
                                       PiscesParameters         conv,
                                       const PiscesConvParams  *params);

G_END_DECLS
