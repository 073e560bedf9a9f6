/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * jpeg-damage.c: checks whether a JPEG's picture is complete. libjpeg shows
 * what it has and fills the rest with grey.  It only reports a cut or damaged
 * picture by warnings, which gdk-pixbuf ignores.  So the picture is decoded
 * once more, as small as possible, to get the warnings.  Knows nothing of
 * other formats.
 *
 * For a photograph with 24 megapixels (6 MB), this takes about 100 ms on one
 * core; loading it takes 300 ms.
 */

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>

#include "engine/metadata/jpeg-damage.h"

/* Encoders write about ten scans.  A hostile file of a few bytes may have
 * thousands, each of which takes as long as a whole picture.
 */
#define SCANS_MAX 100

typedef struct
{
  struct jpeg_error_mgr  errors;      /* libjpeg's; first, for casting */
  jmp_buf                leave;
  PiscesDamage           damage;
} Watch;

static PiscesDamage  judge_message  (gint          message_code);
static PiscesDamage  judge_error    (gint          message_code);
static void          on_message     (j_common_ptr  info,
                                     int           level);
static void          on_error       (j_common_ptr  info);
static void          on_progress    (j_common_ptr  info);
static void          say_nothing    (j_common_ptr  info);


/*  public functions  */

/**
 * pisces_jpeg_find_damage:
 * @file: a JPEG file, opened at its first byte.
 *
 * Data after the picture, and irregularities in other parts of the file, do
 * not count as damage.
 *
 * Returns: the first damage that was found; also %PISCES_DAMAGE_NONE for a
 *   kind of JPEG that libjpeg does not support.
 */
PiscesDamage
pisces_jpeg_find_damage (FILE *file)
{
  struct jpeg_decompress_struct info     = { 0 };
  struct jpeg_progress_mgr      progress = { .progress_monitor = on_progress };
  Watch                         watch    = { .damage = PISCES_DAMAGE_NONE };
  JSAMPARRAY                    row;

  info.err = jpeg_std_error (&watch.errors);
  watch.errors.emit_message   = on_message;
  watch.errors.error_exit     = on_error;
  watch.errors.output_message = say_nothing;

  /* libjpeg also jumps here when damage was found; then nothing is left to
   * do.  */
  if (setjmp (watch.leave))
    {
      jpeg_destroy_decompress (&info);
      return watch.damage;
    }

  jpeg_create_decompress (&info);
  info.progress = &progress;
  jpeg_stdio_src (&info, file);
  jpeg_read_header (&info, TRUE);

  /* Decodes one value for each block of 8 × 8 pixels, which is stored directly
   * in the file.  */
  info.scale_num           = 1;
  info.scale_denom         = 8;
  info.out_color_space     = info.jpeg_color_space;
  info.do_fancy_upsampling = FALSE;
  jpeg_start_decompress (&info);

  row = info.mem->alloc_sarray ((j_common_ptr) &info, JPOOL_IMAGE,
                                info.output_width * info.output_components, 1);
  while (info.output_scanline < info.output_height)
    jpeg_read_scanlines (&info, row, 1);

  jpeg_finish_decompress (&info);
  jpeg_destroy_decompress (&info);

  return PISCES_DAMAGE_NONE;
}


/*  private functions  */

/* Extra bytes before a marker are ignored: cameras pad their data, and the
 * picture before them is complete.  Odd values in segments that describe the
 * picture are ignored too.
 */
static PiscesDamage
judge_message (gint message_code)
{
  switch (message_code)
    {
    case JWRN_JPEG_EOF:
      return PISCES_DAMAGE_CUT;

    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      return PISCES_DAMAGE_DATA;

    default:
      return PISCES_DAMAGE_NONE;
    }
}

static PiscesDamage
judge_error (gint message_code)
{
  switch (message_code)
    {
    /* Kinds of JPEG that libjpeg does not support, and lack of memory.  */
    case JERR_ARITH_NOTIMPL:
    case JERR_BAD_PRECISION:
    case JERR_CCIR601_NOTIMPL:
    case JERR_COMPONENT_COUNT:
    case JERR_CONVERSION_NOTIMPL:
    case JERR_FRACT_SAMPLE_NOTIMPL:
    case JERR_IMAGE_TOO_BIG:
    case JERR_NOTIMPL:
    case JERR_NOT_COMPILED:
    case JERR_OUT_OF_MEMORY:
    case JERR_SOF_UNSUPPORTED:
      return PISCES_DAMAGE_NONE;

    /* The file ended before there was any picture.  */
    case JERR_INPUT_EMPTY:
    case JERR_INPUT_EOF:
    case JERR_NO_IMAGE:
      return PISCES_DAMAGE_CUT;

    default:
      return PISCES_DAMAGE_DATA;
    }
}

static void
on_message (j_common_ptr info,
            int          level)
{
  Watch *watch = (Watch *) info->err;

  /* Messages of level 0 and above only trace what is read.  */
  if (level >= 0)
    return;

  watch->damage = judge_message (info->err->msg_code);
  if (watch->damage != PISCES_DAMAGE_NONE)
    longjmp (watch->leave, 1);
}

static void
on_error (j_common_ptr info)
{
  Watch *watch = (Watch *) info->err;

  watch->damage = judge_error (info->err->msg_code);
  longjmp (watch->leave, 1);
}

static void
on_progress (j_common_ptr info)
{
  Watch *watch = (Watch *) info->err;

  if (info->is_decompressor &&
      ((j_decompress_ptr) info)->input_scan_number > SCANS_MAX)
    {
      watch->damage = PISCES_DAMAGE_DATA;
      longjmp (watch->leave, 1);
    }
}

static void
say_nothing (j_common_ptr info)
{
}
