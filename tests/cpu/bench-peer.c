/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-peer.c: see bench-peer.h.
 */

#include <dnnl.h>
#include <string.h>

#include "tests/cpu/bench-peer.h"


struct _Peer
{
  dnnl_engine_t    engine;
  dnnl_stream_t    stream;
  dnnl_primitive_t primitive;
  dnnl_memory_t    memory[3];
  dnnl_exec_arg_t  args[3];
};

static void          check      (dnnl_status_t                status);
static Peer        * peer_new   (void);
static void          peer_build (Peer                        *peer,
                                 dnnl_primitive_desc_t        description);


static dnnl_memory_desc_t
describe (gint              n_dims,
          const gint64     *dims,
          dnnl_data_type_t  type,
          dnnl_format_tag_t tag)
{
  dnnl_memory_desc_t desc;
  dnnl_dims_t        sizes;

  for (gint i = 0; i < n_dims; i++)
    sizes[i] = dims[i];
  check (dnnl_memory_desc_create_with_tag (&desc, n_dims, sizes, type, tag));
  return desc;
}

#define DESCRIBE(type, tag, ...) \
  describe (sizeof ((gint64[]) { __VA_ARGS__ }) / sizeof (gint64), \
            (gint64[]) { __VA_ARGS__ }, (type), (tag))

Peer *
peer_new_linear (gint64   n_rows,
                 gint64   n_in,
                 gint64   n_out,
                 gboolean bf16)
{
  Peer                  *peer = peer_new ();
  const dnnl_data_type_t type = bf16 ? dnnl_bf16 : dnnl_f32;
  dnnl_memory_desc_t     x    = DESCRIBE (type, dnnl_ab, n_rows, n_in);
  dnnl_memory_desc_t     w    = DESCRIBE (type, dnnl_format_tag_any, n_in, n_out);
  dnnl_memory_desc_t     y    = DESCRIBE (dnnl_f32, dnnl_ab, n_rows, n_out);
  dnnl_primitive_desc_t  description;
  dnnl_status_t          status;

  status = dnnl_matmul_primitive_desc_create (&description, peer->engine, x, w,
                                              NULL, y, NULL);
  if (status != dnnl_unimplemented)
    check (status);
  if (status == dnnl_success)
    peer_build (peer, description);
  dnnl_memory_desc_destroy (x);
  dnnl_memory_desc_destroy (w);
  dnnl_memory_desc_destroy (y);
  if (status == dnnl_success)
    return peer;

  peer_free (peer);
  return NULL;
}

Peer *
peer_new_conv (gint64 n_batch,
               gint64 size,
               gint64 n_in,
               gint64 n_out,
               gint64 kernel,
               gint64 stride)
{
  Peer                  *peer     = peer_new ();
  const gint64           pad      = kernel / 2;
  const gint64           size_out = (size + 2 * pad - kernel) / stride + 1;
  dnnl_memory_desc_t     x = DESCRIBE (dnnl_f32, dnnl_nhwc, n_batch, n_in,
                                       size, size);
  dnnl_memory_desc_t     w = DESCRIBE (dnnl_f32, dnnl_format_tag_any, n_out,
                                       n_in, kernel, kernel);
  dnnl_memory_desc_t     y = DESCRIBE (dnnl_f32, dnnl_nhwc, n_batch, n_out,
                                       size_out, size_out);
  const dnnl_dims_t      strides  = { stride, stride };
  const dnnl_dims_t      dilation = { 0, 0 };
  const dnnl_dims_t      pads     = { pad, pad };
  dnnl_primitive_desc_t  description;

  check (dnnl_convolution_forward_primitive_desc_create
         (&description, peer->engine, dnnl_forward_inference,
          dnnl_convolution_direct, x, w, NULL, y, strides, dilation, pads,
          pads, NULL));
  peer_build (peer, description);
  dnnl_memory_desc_destroy (x);
  dnnl_memory_desc_destroy (w);
  dnnl_memory_desc_destroy (y);
  return peer;
}

void
peer_run (Peer *peer)
{
  check (dnnl_primitive_execute (peer->primitive, peer->stream, 3, peer->args));
  check (dnnl_stream_wait (peer->stream));
}

void
peer_free (Peer *peer)
{
  if (! peer)
    return;

  for (gint i = 0; i < 3; i++)
    if (peer->memory[i])
      dnnl_memory_destroy (peer->memory[i]);
  if (peer->primitive)
    dnnl_primitive_destroy (peer->primitive);
  dnnl_stream_destroy (peer->stream);
  dnnl_engine_destroy (peer->engine);
  g_free (peer);
}


/*  private functions  */

static void
check (dnnl_status_t status)
{
  if (status != dnnl_success)
    g_error ("oneDNN: status %d", status);
}

static Peer *
peer_new (void)
{
  Peer *peer = g_new0 (Peer, 1);

  check (dnnl_engine_create (&peer->engine, dnnl_cpu, 0));
  check (dnnl_stream_create (&peer->stream, peer->engine,
                             dnnl_stream_default_flags));
  return peer;
}

static void
peer_build (Peer                  *peer,
            dnnl_primitive_desc_t  description)
{
  static const dnnl_query_t queries[3] =
    { dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md };
  static const gint         slots[3] =
    { DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST };

  for (gint i = 0; i < 3; i++)
    {
      const_dnnl_memory_desc_t desc =
        dnnl_primitive_desc_query_md (description, queries[i], 0);
      void *data;

      check (dnnl_memory_create (&peer->memory[i], desc, peer->engine,
                                 DNNL_MEMORY_ALLOCATE));
      /* Pages that were never written would all share one page of zeros, so
       * they are filled.  Bytes of 0x3c are small positive numbers in float32
       * and in bfloat16.  */
      check (dnnl_memory_get_data_handle (peer->memory[i], &data));
      memset (data, 0x3c, dnnl_memory_desc_get_size (desc));
      peer->args[i].arg    = slots[i];
      peer->args[i].memory = peer->memory[i];
    }
  check (dnnl_primitive_create (&peer->primitive, description));
  check (dnnl_primitive_desc_destroy (description));
}
