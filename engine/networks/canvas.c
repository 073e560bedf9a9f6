/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Residual blocks and changes of size, all in one piece of memory; canvas.h
 * explains why.
 */

#include "engine/networks/canvas.h"

static PiscesTensor image_in      (PiscesTensor        memory,
                                   PiscesTensor        like,
                                   gint64              n_channels);
static PiscesTensor copy_of_image (PiscesCanvas       *canvas,
                                   const PiscesWeight *reader);

/**
 * pisces_resnet_load:
 * @resnet: (out): filled in with weights that @source owns.
 * @source: has been entered as far as the prefix of the block.
 * @time_dim: width of the time embedding; 0: the block uses none.
 * @n_groups: number of groups of its norms.
 * @epsilon: of its norms.
 */
void
pisces_resnet_load (PiscesResnet       *resnet,
                    PiscesWeightSource *source,
                    gint64              n_in,
                    gint64              n_out,
                    gint64              time_dim,
                    gint                n_groups,
                    gdouble             epsilon)
{
  resnet->n_in     = n_in;
  resnet->n_out    = n_out;
  resnet->n_groups = n_groups;
  resnet->epsilon  = epsilon;

  resnet->norm1 = pisces_weight_source_norm (source, "norm1", n_in, TRUE);
  resnet->conv1 = pisces_weight_source_conv (source, "conv1", n_out, n_in, 3,
                                             TRUE);
  resnet->norm2 = pisces_weight_source_norm (source, "norm2", n_out, TRUE);
  resnet->conv2 = pisces_weight_source_conv (source, "conv2", n_out, n_out, 3,
                                             TRUE);
  if (time_dim > 0)
    resnet->time_emb_proj = pisces_weight_source_linear (source,
                                                         "time_emb_proj",
                                                         n_out, time_dim,
                                                         TRUE);
  if (n_in != n_out)
    resnet->conv_shortcut =
      pisces_weight_source_linear (source,
                                   pisces_weight_source_has (source, "nin_shortcut.weight")
                                   ? "nin_shortcut" : "conv_shortcut", n_out, n_in, TRUE);
}

/**
 * pisces_resnet_forward:
 * @y: `[b, h, w, n_out]`: the result; may begin at the same address as @x.
 * @x: `[b, h, w, n_in]`.
 * @time: `[b or 1, time_dim]`: SiLU of the time embedding; ignored by a block
 *   that uses none.
 *
 * y = shortcut (x) + conv2 (silu (norm2 (conv1 (silu (norm1 (x))) + time)))
 */
void
pisces_resnet_forward (PiscesBackend      *backend,
                       const PiscesResnet *resnet,
                       PiscesTensor        y,
                       PiscesTensor        x,
                       PiscesTensor        time)
{
  gsize            mark       = pisces_backend_mark (backend);
  PiscesConvParams first      = { .stride = 1, .pad_top = 1, .pad_left = 1,
                                  .pad_bottom = 1, .pad_right = 1 };
  PiscesConvParams second     = first;
  PiscesTensor     h, both, normed;

  h    = pisces_backend_alloc_typed (backend, y.dtype, 4, x.dims[0], x.dims[1],
                                     x.dims[2], resnet->n_out);
  both = pisces_backend_alloc_operand (backend, resnet->conv1.weight, 2,
                                       pisces_tensor_n_rows (x),
                                       MAX (resnet->n_in, resnet->n_out));

  normed = image_in (both, x, resnet->n_in);
  pisces_group_norm (backend, normed, x, resnet->norm1.weight,
                     resnet->norm1.bias, resnet->n_groups, resnet->epsilon,
                     PISCES_ACT_SILU);
  if (resnet->time_emb_proj.weight)
    {
      first.shift = pisces_backend_alloc (backend, 2,
                                          pisces_tensor_n_rows (time),
                                          resnet->n_out);
      pisces_linear (backend, first.shift, time, resnet->time_emb_proj.weight,
                     resnet->time_emb_proj.bias, PISCES_ACT_NONE, FALSE);
    }
  pisces_conv2d (backend, h, normed, resnet->conv1.weight, resnet->conv1.bias,
                 &first);

  /* The shortcut is computed before the second norm, while its memory is free
   * for x.  A 16-bit product rounds x anyway, and y may then overwrite it.  */
  if (resnet->conv_shortcut.weight)
    {
      if (y.data == x.data || both.dtype != x.dtype)
        {
          normed = image_in (both, x, resnet->n_in);
          pisces_copy (backend, normed, x);
          x = normed;
        }
      pisces_linear (backend, y, x, resnet->conv_shortcut.weight,
                     resnet->conv_shortcut.bias, PISCES_ACT_NONE, FALSE);
    }
  else if (y.data != x.data)
    {
      pisces_copy (backend, y, x);
    }

  normed = image_in (both, x, resnet->n_out);
  pisces_group_norm (backend, normed, h, resnet->norm2.weight,
                     resnet->norm2.bias, resnet->n_groups, resnet->epsilon,
                     PISCES_ACT_SILU);
  second.accumulate = TRUE;
  pisces_conv2d (backend, y, normed, resnet->conv2.weight,
                 resnet->conv2.bias, &second);
  pisces_backend_release (backend, mark);
}

/**
 * pisces_conv3:
 *
 * A 3 × 3 convolution that keeps the size.
 */
void
pisces_conv3 (PiscesBackend    *backend,
              PiscesTensor      y,
              PiscesTensor      x,
              PiscesParameters  conv)
{
  const PiscesConvParams params = { .stride = 1,
                                    .pad_top = 1, .pad_left = 1,
                                    .pad_bottom = 1, .pad_right = 1 };

  pisces_conv2d (backend, y, x, conv.weight, conv.bias, &params);
}

/**
 * pisces_double_size:
 * @reader: (nullable): the matrix that will read the result.
 * @image: `[b, h, w, c]`.
 * @height: twice the image's, or one less.
 * @width: the same.
 *
 * Returns: an image in the arena, with the type of operands and twice the
 *   size; without the last row or column if that size is odd.  The result is
 *   the same as nearest-neighbour interpolation to that size.
 */
PiscesTensor
pisces_double_size (PiscesBackend      *backend,
                    const PiscesWeight *reader,
                    PiscesTensor        image,
                    gint64              height,
                    gint64              width)
{
  gint64       n_batch    = image.dims[0];
  gint64       n_channels = image.dims[3];
  gint64       twice_h    = 2 * image.dims[1];
  gint64       twice_w    = 2 * image.dims[2];
  gint64       length     = width * n_channels;
  PiscesTensor twice, cut, lines, cut_lines;

  twice = pisces_backend_alloc_operand (backend, reader, 4, n_batch, twice_h,
                                        twice_w, n_channels);
  pisces_upsample (backend, twice, image);
  if (height == twice_h && width == twice_w)
    return twice;

  cut       = pisces_backend_alloc_operand (backend, reader, 4, n_batch,
                                            height, width, n_channels);
  lines     = pisces_tensor_reshape (twice, 2, n_batch * twice_h,
                                     twice_w * n_channels);
  cut_lines = pisces_tensor_reshape (cut, 2, n_batch * height, length);
  for (gint64 i = 0; i < n_batch; i++)
    {
      PiscesTensor from = pisces_tensor_rows (lines, i * twice_h, height);

      pisces_copy (backend, pisces_tensor_rows (cut_lines, i * height, height),
                   pisces_tensor_columns (from, 0, length));
    }

  return cut;
}

/**
 * pisces_canvas_new:
 * @n_elements: the size of the largest image that it will contain.
 *
 * Returns: a canvas with memory of the arena, and without an image yet.
 */
PiscesCanvas
pisces_canvas_new (PiscesBackend *backend,
                   gint64         n_elements)
{
  PiscesCanvas canvas = { .backend = backend };

  canvas.memory = pisces_backend_alloc (backend, 2, n_elements, 1);

  return canvas;
}

/**
 * pisces_canvas_reshape:
 *
 * The previous image is lost.
 *
 * Returns: the new, empty image.
 */
PiscesTensor
pisces_canvas_reshape (PiscesCanvas *canvas,
                       gint64        n_batch,
                       gint64        height,
                       gint64        width,
                       gint64        n_channels)
{
  gint64 n = n_batch * height * width * n_channels;

  canvas->image = pisces_tensor_rows (canvas->memory, 0, n);
  canvas->image = pisces_tensor_reshape (canvas->image, 4, n_batch, height,
                                         width, n_channels);

  return canvas->image;
}

/**
 * pisces_canvas_resnet:
 * @time: as for pisces_resnet_forward().
 *
 * Applies a residual block to the image.
 */
void
pisces_canvas_resnet (PiscesCanvas       *canvas,
                      const PiscesResnet *resnet,
                      PiscesTensor        time)
{
  const PiscesTensor x = canvas->image;

  pisces_canvas_reshape (canvas, x.dims[0], x.dims[1], x.dims[2],
                         resnet->n_out);
  pisces_resnet_forward (canvas->backend, resnet, canvas->image, x, time);
}

/**
 * pisces_canvas_upsample:
 * @conv: the convolution that follows; it keeps the number of channels.
 * @height: twice the image's, or one less.
 * @width: the same.
 *
 * Doubles the size by nearest neighbours, and applies the convolution
 * (diffusers' Upsample2D).
 */
void
pisces_canvas_upsample (PiscesCanvas     *canvas,
                        PiscesParameters  conv,
                        gint64            height,
                        gint64            width)
{
  PiscesBackend *backend = canvas->backend;
  gsize          mark    = pisces_backend_mark (backend);
  PiscesTensor   x       = canvas->image;

  x = pisces_double_size (backend, conv.weight, x, height, width);
  pisces_canvas_reshape (canvas, x.dims[0], height, width, x.dims[3]);
  pisces_conv3 (backend, canvas->image, x, conv);
  pisces_backend_release (backend, mark);
}

/**
 * pisces_canvas_downsample:
 * @conv: a 3 × 3 convolution that keeps the number of channels.
 * @params: its stride, 2, and padding.
 */
void
pisces_canvas_downsample (PiscesCanvas           *canvas,
                          PiscesParameters        conv,
                          const PiscesConvParams *params)
{
  PiscesBackend *backend = canvas->backend;
  gsize          mark    = pisces_backend_mark (backend);
  PiscesTensor   x       = copy_of_image (canvas, conv.weight);
  gint64         height  = x.dims[1] + params->pad_top + params->pad_bottom;
  gint64         width   = x.dims[2] + params->pad_left + params->pad_right;

  pisces_canvas_reshape (canvas, x.dims[0],
                         (height - 3) / params->stride + 1,
                         (width - 3) / params->stride + 1, x.dims[3]);
  pisces_conv2d (backend, canvas->image, x, conv.weight, conv.bias, params);
  pisces_backend_release (backend, mark);
}

/*  private functions  */

/* Returns an image of the same size as another one, in memory with as many
 * rows.  */
static PiscesTensor
image_in (PiscesTensor memory,
          PiscesTensor like,
          gint64       n_channels)
{
  memory.row_stride = memory.dims[1] = n_channels;
  return pisces_tensor_reshape (memory, 4, like.dims[0], like.dims[1],
                                like.dims[2], n_channels);
}

/* A product reads this copy while the canvas is being written.  */
static PiscesTensor
copy_of_image (PiscesCanvas       *canvas,
               const PiscesWeight *reader)
{
  PiscesTensor x = canvas->image;
  PiscesTensor copy;

  copy = pisces_backend_alloc_operand (canvas->backend, reader, 4, x.dims[0],
                                       x.dims[1], x.dims[2], x.dims[3]);
  pisces_copy (canvas->backend, copy, x);

  return copy;
}
