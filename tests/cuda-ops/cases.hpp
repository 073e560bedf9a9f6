/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cases.hpp: the cases of the ops by groups, each in a file of its own.  Types are
 * those of the output, of the input and of the weight, as far as there are such.
 */

#pragma once

#include "kernels/kernels.h"

void cases_of_rows           (PiscesCudaType t);
void cases_of_images         (PiscesCudaType t);
void cases_of_attention      (PiscesCudaType t);
void cases_of_fused_products (PiscesCudaType t);
void cases_of_products       (PiscesCudaType o,
                              PiscesCudaType t,
                              PiscesCudaType u);
void cases_of_convolutions   (PiscesCudaType o,
                              PiscesCudaType t,
                              PiscesCudaType u);
void cases_of_tokens         (void);
