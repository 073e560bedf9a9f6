/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ops on images: patches, sizes, convolution.
 */

#include "tests/cuda-ops/cases.hpp"
#include "tests/cuda-ops/compare.hpp"

static void
images (PiscesCudaType t, PiscesCudaType u, int n, int h, int w, int c, int r)
{
  Array x (t, n * h * r * w * r, c, 2), deep (t, n * h * w, r * r * c, 1, true),
        up (u, 4 * n * h * r * w * r, c, 1, true), pool (t, n * h * w, c, 1, true);
  const PiscesCudaImage ix = x.image (n, h * r, w * r);
  const PiscesCudaImage id = deep.image (n, h, w);
  auto pixel = [&] (Size b, Size yy, Size xx, Size k) { return x.at ((b * h * r + yy) * w * r + xx, k); };

  expect ("upsample", pisces_cuda_upsample (0, up.image (n, 2 * h * r, 2 * w * r), ix), up, [&] (Size row, Size k) {
    const Size xx = row % (2 * w * r), line = row / (2 * w * r);
    return pixel (line / (2 * h * r), line % (2 * h * r) / 2, xx / 2, k); });
  expect ("average_pool", pisces_cuda_average_pool (0, pool.image (n, h, w), ix, r), pool, [&] (Size row, Size k) {
    double sum = 0;
    for (int i = 0; i < r * r; i++)
      sum += pixel (row / w / h, row / w % h * r + i / r, row % w * r + i % r, k);
    return sum / (r * r); });
  auto folded = [&] (Size row, Size k) {
    const Size i = k / c;
    return pixel (row / w / h, row / w % h * r + i / r, row % w * r + i % r, k % c); };
  expect ("fold", pisces_cuda_fold (0, ix, id, r, 0), deep, folded);
  Array back (t, x.n_rows, c, 1, true);
  expect ("unfold", pisces_cuda_fold (0, back.image (n, h * r, w * r), id, r, 1), back,
          [&] (Size row, Size k) { return x.at (row, k); });
}

/* Rows and columns that are left over at the lower and right edges are
 * ignored, in each picture.  */
static void
pool_with_rest (PiscesCudaType t, int n, int h, int w, int c, int r)
{
  const Size height = h * r + r - 1, width = w * r + 1;
  Array x (t, n * height * width, c, 2), pool (t, n * h * w, c, 1, true);

  expect ("average_pool", pisces_cuda_average_pool (0, pool.image (n, h, w),
                                                   x.image (n, (int) height, (int) width), r), pool,
          [&] (Size row, Size k) {
    const Size first = (row / w / h * height + row / w % h * r) * width + row % w * r;
    double sum = 0;
    for (int i = 0; i < r * r; i++)
      sum += x.at (first + i / r * width + i % r, k);
    return sum / (r * r); });
}

static void
convolution (PiscesCudaType o, PiscesCudaType t, PiscesCudaType u, int n, int h, int w, int n_in, int n_out,
             int kh, int kw,
             int stride, int top, int left, int bottom, int right, bool accumulate)
{
  const int oh = (h + top + bottom - kh) / stride + 1, ow = (w + left + right - kw) / stride + 1;
  Array x (t, n * h * w, n_in, n_in % 8 ? 1 : 8), k (u, n_out, kh * kw * n_in), b (PISCES_CUDA_F32, 1, n_out),
        y (o, n * oh * ow, n_out, 2);
  const PiscesCudaActivation f = accumulate ? PISCES_CUDA_NO_ACTIVATION : PISCES_CUDA_SILU;
  const Floats before = y.values;

  const PiscesCudaConv2d how = {
    .y = y.image (n, oh, ow), .x = x.image (n, h, w), .weight = k.matrix (), .kernel_height = kh, .kernel_width = kw,
    .stride = stride, .pad_top = top, .pad_left = left,
    .epilogue = { .bias = (float *) b.data, .activation = f, .accumulate = accumulate } };
  expect ("conv2d", pisces_cuda_conv2d (0, &how), y, [&] (Size r, Size c) {
    double sum = b.at (0, c);
    for (int dy = 0; dy < kh; dy++)
      for (int dx = 0; dx < kw; dx++)
        {
          const int yy = r / ow % oh * stride - top + dy, xx = r % ow * stride - left + dx;
          if (yy < 0 || yy >= h || xx < 0 || xx >= w)
            continue;
          for (int i = 0; i < n_in; i++)
            sum += (double) x.at ((r / ow / oh * h + yy) * w + xx, i) * k.at (c, (dy * kw + dx) * n_in + i);
        }
    return accumulate ? before[r * n_out + c] + sum : act (sum, f); }, fmax (limits[t], limits[u]));
}

void
cases_of_images (PiscesCudaType t)
{
  images (t, t, 2, 3, 2, 5, 2);
  pool_with_rest (t, 2, 3, 2, 5, 2);
  images (PISCES_CUDA_F32, t, 1, 1, 2, 33, 3);
}

void
cases_of_convolutions (PiscesCudaType o, PiscesCudaType t, PiscesCudaType u)
{
  convolution (o, t, u, 2, 5, 7, 3, 5, 3, 3, 1, 1, 1, 1, 1, false);
  convolution (o, t, u, 1, 9, 8, 33, 65, 3, 3, 2, 0, 0, 1, 1, true);
  convolution (o, t, u, 1, 8, 12, 3, 10, 4, 4, 4, 0, 0, 0, 0, false);
  convolution (o, t, u, 3, 3, 3, 8, 4, 1, 1, 1, 0, 0, 0, 0, false);
  convolution (o, t, u, 1, 4, 5, 2, 3, 2, 3, 1, 1, 2, 0, 1, false);
  convolution (o, t, u, 1, 12, 12, 16, 20, 3, 3, 1, 1, 1, 1, 1, true);
  convolution (o, t, u, 1, 6, 5, 40, 12, 3, 3, 1, 1, 1, 1, 1, false);
}
