/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces fill: draws a part of a picture anew, so that it fits the rest.
 */

#include <stdio.h>

#include "engine/cli/cli.h"
#include "engine/metadata/picture-file.h"

static gboolean  save_unchanged    (PiscesImage            *image,
                                    const gchar            *output,
                                    GError                **error);
static GBytes  * mask_of_file      (const gchar            *path,
                                    const PiscesImage      *image,
                                    GError                **error);
static GBytes  * mask_of_rectangle (const gchar            *text,
                                    const PiscesImage      *image,
                                    GError                **error);


gboolean
command_fill (gint     argc,
              gchar  **argv,
              GError **error)
{
  g_autofree gchar *mask_path = NULL, *rectangle = NULL;
  gdouble           strength = 1.0, surroundings = PISCES_SURROUNDINGS_DEFAULT;
  const GOptionEntry entries[] =
  {
    { "mask",        0,   0, G_OPTION_ARG_FILENAME, &mask_path,
      "A picture of the same size: white where to draw", "FILE" },
    { "rectangle",   'r', 0, G_OPTION_ARG_STRING,   &rectangle,   "Where to draw, in pixels", "X,Y,WIDTH,HEIGHT" },
    { "strength",    0,   0, G_OPTION_ARG_DOUBLE,   &strength,    "How much is changed, 0 to 1 (1)", "X" },
    { "surroundings", 0,  0, G_OPTION_ARG_DOUBLE,   &surroundings,
      "How much is seen on each side, in sides of the place (0.5)", "X" },
    { NULL }
  };
  g_auto (DrawOptions) options =
  {
    .prompt_help = "What to draw there; none: as if nothing had been there",
    .seed_help   = "Seed of the picture, 0 to 4294967295 (0)",
    .guidance    = NOT_GIVEN,
    .temperature = NOT_GIVEN,
  };
  g_autoptr (PiscesImage)           image = NULL, part = NULL;
  g_autoptr (GBytes)                mask = NULL, part_mask = NULL;
  g_autoptr (PiscesModelInfo)       info    = NULL;
  g_autoptr (PiscesGenerateRequest) request = NULL;
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  PiscesPicture                    *picture;
  PiscesRectangle                   hole, frame, shown;
  PiscesImage                      *pasted;

  if (! draw_options_parse (&options, &argc, &argv, entries, "FILE",
                            "Draws a part of a picture anew, so that it fits the rest. Prints "
                            "the file and the plan that it was drawn from.", error))
    return FALSE;
  if (argc != 2)
    return usage_error (error, "Give one picture.");
  if ((mask_path == NULL) == (rectangle == NULL))
    return usage_error (error, "Say where to draw, with either --mask or --rectangle.");
  if (! draw_options_check (&options, error))
    return FALSE;
  if (! (strength >= 0.0 && strength <= 1.0))
    return usage_error (error, "--strength is %g, but has to be from 0 to 1.", strength);
  if (! (surroundings >= 0.0 && surroundings <= PISCES_SURROUNDINGS_MAX))
    return usage_error (error, "--surroundings is %g, but has to be from 0 to %g.",
                        surroundings, PISCES_SURROUNDINGS_MAX);

  image = pisces_picture_file_load (argv[1], error);
  if (image == NULL)
    return FALSE;
  mask = mask_path ? mask_of_file (mask_path, image, error)
                   : mask_of_rectangle (rectangle, image, error);
  if (mask == NULL)
    return FALSE;
  if (! pisces_fill_bounds (mask, image->width, image->height, &hole))
    return usage_error (error, "There is nothing to draw: the mask is black, or the rectangle "
                        "lies outside the picture of %d × %d pixels.", image->width,
                        image->height);
  if (strength == 0.0)
    return save_unchanged (image, options.output, error);

  info = draw_options_inspect (&options, error);
  if (info == NULL)
    return FALSE;
  frame = pisces_fill_frame (image->width, image->height, &hole,
                             MAX (info->picture_width, 1), MAX (info->picture_height, 1),
                             surroundings);
  part  = pisces_fill_cut (image, mask, &frame, &part_mask, error);
  if (part == NULL)
    return FALSE;

  request = draw_options_request (&options);
  pisces_generate_request_set_edit (request, part, part_mask, strength);
  if (pisces_fill_shown (&(PiscesRectangle) { 0, 0, image->width, image->height }, &frame,
                         part->width, part->height, &shown))
    pisces_generate_request_set_shown (request, &shown);
  result = draw_options_draw (&options, request, error);
  if (result == NULL)
    return FALSE;

  picture = result->pictures->pdata[0];
  pasted  = pisces_fill_paste (image, mask, &frame, picture->image, error);
  if (pasted == NULL)
    return FALSE;
  pisces_image_unref (picture->image);
  picture->image = pasted;
  if (! picture_save (picture, options.unmarked, options.output, error))
    return FALSE;
  print_picture (picture, options.output);

  return TRUE;
}


/*  private functions  */

/* No model has drawn anything, so the file does not say so.  */
static gboolean
save_unchanged (PiscesImage  *image,
                const gchar  *output,
                GError      **error)
{
  g_autoptr (PiscesPicture) picture = pisces_picture_new ();

  picture->image = pisces_image_ref (image);
  picture->plan  = g_strdup ("");
  if (! picture_save (picture, TRUE, output, error))
    return FALSE;

  print_sentence ("With --strength 0 nothing is drawn: the picture was saved as it is.");
  print_picture (picture, output);

  return TRUE;
}

/* A transparent picture of a mask is black.  */
static GBytes *
mask_of_file (const gchar        *path,
              const PiscesImage  *image,
              GError            **error)
{
  g_autoptr (PiscesImage) picture = pisces_picture_file_load (path, error);
  const gsize             size    = (gsize) image->width * image->height;
  guint8                 *bytes;

  if (picture == NULL)
    return NULL;
  if (picture->width != image->width || picture->height != image->height)
    {
      usage_error (error, "The mask has %d × %d pixels and the picture %d × %d. Make them "
                   "the same size.", picture->width, picture->height, image->width,
                   image->height);
      return NULL;
    }

  bytes = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    {
      const guint8 *pixel = picture->pixels + i * 4;

      bytes[i] = (pixel[0] + pixel[1] + pixel[2]) * pixel[3] / (3 * 255);
    }

  return g_bytes_new_take (bytes, size);
}

/* What lies outside the picture is ignored.  */
static GBytes *
mask_of_rectangle (const gchar        *text,
                   const PiscesImage  *image,
                   GError            **error)
{
  const gsize size  = (gsize) image->width * image->height;
  guint8     *bytes;
  gint        x, y, width, height, n_read = 0;

  if (sscanf (text, "%d,%d,%d,%d%n", &x, &y, &width, &height, &n_read) != 4 ||
      text[n_read] != '\0' || width < 1 || height < 1)
    {
      usage_error (error, "“%s” is not a rectangle: write --rectangle 40,30,200,100, say, "
                   "for x, y, width and height.", text);
      return NULL;
    }

  bytes = g_malloc0 (size);
  for (gint64 row = MAX (y, 0); row < MIN ((gint64) y + height, image->height); row++)
    for (gint64 column = MAX (x, 0); column < MIN ((gint64) x + width, image->width); column++)
      bytes[row * image->width + column] = 255;

  return g_bytes_new_take (bytes, size);
}
