/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * thresholds.c: the numbers that choose between kernels, a row for each architecture of
 * NVIDIA's cards.  The numbers for the compiler are in thresholds.h.
 *
 * None of them was measured on a card.  They are estimates: the rows are where two ways
 * take as long, by counts of bytes and operations, by the rates in the data sheet of
 * one card of the architecture, and by a guess of how much slower our own product is
 * than that of cuBLAS.  Whoever measures one should say so in its row.
 */

#include "kernels/thresholds.h"


/*  has_bfloat16       Whether the tensor cores know bfloat16.  This is a fact, no
 *                     estimate.
 *
 *  quants_rows        Products of up to so many rows with a quantised matrix multiply
 *                     its quants in our own kernel.  For more rows the matrix is turned
 *                     into elements first, and cuBLAS multiplies them.
 *
 *                     Of each weight of 8 bits that costs 1.06 bytes to read and 2 to
 *                     write, 3.06 / bytes_s seconds, once.  Our kernel, which takes
 *                     @slower times as long as cuBLAS, costs
 *                     2 * (slower - 1) * rows / tensor_s more.  The two are even at
 *                     1.53 / (slower - 1) * tensor_s / bytes_s rows.
 *
 *  quants_gated_rows  The same of a product with a gate.  cuBLAS leaves the gate to a
 *                     launch of its own, and so writes and reads 10 bytes more for each
 *                     pair of sums.  That moves the even point up; it is taken for the
 *                     4096 inputs of an 8B LLaMA.
 *
 *  gated_inputs       A product with a gate and a matrix that is not quantised is made
 *                     by our own kernel if it has up to so many inputs, although there
 *                     is cuBLAS: it then saves the same 10 bytes, and its being slower
 *                     costs 4 * (slower - 1) * n_in / tensor_s for each pair.  The two
 *                     are even at 2.5 / (slower - 1) * tensor_s / bytes_s inputs.
 *
 *  elements_bytes     So much of a quantised matrix is turned into elements at a time:
 *                     enough for cuBLAS to work with, and little beside the memory of
 *                     any card.
 *
 *  The even points that follow from this, with @slower guessed as 1.25, but 2 for 9.0,
 *  where cuBLAS has instructions that our kernel does not use:
 *
 *              tensor_s     bytes_s     rows   with a gate   inputs
 *  RTX 2080 Ti   53.8e12     616e9       535        680         873
 *  A100 80 GB   312  e12    2039e9       937       1496        1530
 *  RTX 3060      25.5e12     360e9       434        525         708
 *  RTX 3090      71.2e12     936e9       466        572         761
 *  RTX 4090     165.2e12    1008e9      1004       1673        1639
 *  H100 SXM     989.4e12    3350e9       452        552         738
 *  RTX 5090     209.5e12    1792e9       716       1002        1169
 *
 *  (tensor_s: products of 16 bits with sums in float32, as in tests/bench/cuda/gpus.h.)
 *  The table has them rounded down to multiples of 64.  Only the rows of 8.6 lie between
 *  those of its two cards.
 */
static const PiscesCudaThresholds rows[] =
{
  /* from  bfloat16  quants  gated  inputs  elements */
  {  PISCES_CUDA_OLDEST_CAPABILITY,
           0,           512,   640,    832, (size_t) 64 << 20 },
  {  80,   1,           896,  1472,   1472, (size_t) 64 << 20 },
  {  86,   1,           448,   512,    704, (size_t) 64 << 20 },
  {  89,   1,           960,  1664,   1600, (size_t) 64 << 20 },
  {  90,   1,           448,   512,    704, (size_t) 64 << 20 },
  /* 10.0 to 11.0 run the code of 9.0, and have no estimate of their own.  */
  {  100,  1,           448,   512,    704, (size_t) 64 << 20 },
  {  120,  1,           704,   960,   1152, (size_t) 64 << 20 }
};

/**
 * pisces_cuda_thresholds_of:
 * @capability: of a card, 75 for 7.5; at least %PISCES_CUDA_OLDEST_CAPABILITY.
 *
 * Returns: the row of the newest architecture that is not newer than the card.
 */
const PiscesCudaThresholds *
pisces_cuda_thresholds_of (int capability)
{
  const int n_rows = sizeof (rows) / sizeof (rows[0]);
  int       i      = 0;

  while (i + 1 < n_rows && rows[i + 1].capability <= capability)
    i++;

  return &rows[i];
}
