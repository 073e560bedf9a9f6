/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * jpeg-damage.h: whether all of a JPEG's picture is there.
 */

#pragma once

#include <stdio.h>

#include <glib.h>

G_BEGIN_DECLS

/**
 * PiscesDamage:
 * @PISCES_DAMAGE_NONE: all of the picture is there.
 * @PISCES_DAMAGE_CUT: the file ends before its picture does.
 * @PISCES_DAMAGE_DATA: something in the middle is wrong.
 */
typedef enum
{
  PISCES_DAMAGE_NONE,
  PISCES_DAMAGE_CUT,
  PISCES_DAMAGE_DATA
} PiscesDamage;

PiscesDamage pisces_jpeg_find_damage (FILE *file);

G_END_DECLS
