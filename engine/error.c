/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine's error domain.
 */

#include "engine/pisces.h"

G_DEFINE_QUARK (pisces-error-quark, pisces_error)
