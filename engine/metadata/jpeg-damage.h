/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * jpeg-damage.h: checks whether a JPEG's picture is complete.
 */

#pragma once

#include <stdio.h>

#include <glib.h>

G_BEGIN_DECLS

/**
 * PiscesDamage:
 * @PISCES_DAMAGE_NONE: the picture is complete.
 * @PISCES_DAMAGE_CUT: the file ends before its picture does.
 * @PISCES_DAMAGE_DATA: some data inside the picture are wrong.
 */
typedef enum
{
  PISCES_DAMAGE_NONE,
  PISCES_DAMAGE_CUT,
  PISCES_DAMAGE_DATA
} PiscesDamage;

PiscesDamage pisces_jpeg_find_damage (FILE *file);

G_END_DECLS
