/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces extend: draws new borders around a picture, so that they fit it.
 */

#include <stdio.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "engine/metadata/picture-file.h"

/* Where the borders come from.  */
typedef struct
{
  gchar         *aspect;
  gchar         *size;
  PiscesBorders  sides;
} Wish;

static gboolean      find_borders   (const Wish                  *wish,
                                     const PiscesImage           *image,
                                     PiscesBorders               *borders,
                                     GError                     **error);
static gboolean      borders_to_size
                                    (const gchar                 *size,
                                     const PiscesImage           *image,
                                     PiscesBorders               *borders,
                                     GError                     **error);
static PiscesImage * put_in_middle  (const PiscesImage           *image,
                                     const PiscesBorders         *borders,
                                     GBytes                     **mask,
                                     GError                     **error);
static gboolean      draw_steps     (const DrawOptions           *options,
                                     const PiscesImage           *image,
                                     GBytes                      *mask,
                                     const GArray                *steps,
                                     GPtrArray                   *pictures,
                                     GError                     **error);
static PiscesImage * join           (const PiscesImage           *image,
                                     const GArray                *steps,
                                     GPtrArray                   *pictures,
                                     GError                     **error);
static GBytes      * mask_of_part   (const PiscesImage           *image,
                                     const PiscesRectangle       *part);


gboolean
command_extend (gint     argc,
                gchar  **argv,
                GError **error)
{
  Wish               wish      = { NULL };
  const GOptionEntry entries[] =
  {
    { "aspect", 'a', 0, G_OPTION_ARG_STRING, &wish.aspect,       "The new aspect", "16:9" },
    { "size",   0,   0, G_OPTION_ARG_STRING, &wish.size,         "The new size, in pixels", "WIDTHxHEIGHT" },
    { "left",   0,   0, G_OPTION_ARG_INT,    &wish.sides.left,   "By how much it grows there, in pixels", "N" },
    { "right",  0,   0, G_OPTION_ARG_INT,    &wish.sides.right,  "The same", "N" },
    { "top",    0,   0, G_OPTION_ARG_INT,    &wish.sides.top,    "The same", "N" },
    { "bottom", 0,   0, G_OPTION_ARG_INT,    &wish.sides.bottom, "The same", "N" },
    { NULL }
  };
  g_auto (DrawOptions) options =
  {
    .prompt_help = "What to draw there; none: what is there goes on",
    .seed_help   = "Seed of the first step, 0 to 4294967295 (0)",
    .guidance    = NOT_GIVEN,
    .temperature = NOT_GIVEN,
  };
  g_autofree gchar            *aspect = NULL, *size = NULL;
  g_autoptr (PiscesImage)      image = NULL, canvas = NULL;
  g_autoptr (GBytes)           mask    = NULL;
  g_autoptr (PiscesModelInfo)  info    = NULL;
  g_autoptr (GArray)           steps   = NULL;
  g_autoptr (GPtrArray)        pictures =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_picture_unref);
  PiscesPicture               *first;
  PiscesImage                 *joined;
  PiscesBorders                borders;

  if (! draw_options_parse (&options, &argc, &argv, entries, "FILE",
                            "Draws new borders around a picture, so that they fit it. Prints "
                            "the file and the plans that they were drawn from.", error))
    return FALSE;
  aspect = wish.aspect;
  size   = wish.size;
  if (argc != 2)
    return usage_error (error, "Give one picture.");
  if (! draw_options_check (&options, error))
    return FALSE;

  image = pisces_picture_file_load (argv[1], error);
  if (image == NULL || ! find_borders (&wish, image, &borders, error))
    return FALSE;

  info = draw_options_inspect (&options, error);
  if (info == NULL)
    return FALSE;
  steps = pisces_extend_plan (image->width, image->height, &borders,
                              MAX (info->picture_width, 1), MAX (info->picture_height, 1), error);
  if (steps)
    canvas = put_in_middle (image, &borders, &mask, error);
  if (canvas == NULL || ! draw_steps (&options, canvas, mask, steps, pictures, error))
    return FALSE;

  joined = join (canvas, steps, pictures, error);
  if (joined == NULL)
    return FALSE;
  first = pictures->pdata[0];
  pisces_image_unref (first->image);
  first->image = joined;
  if (! picture_save (first, options.unmarked, options.output, error))
    return FALSE;

  print_picture (first, options.output);
  for (guint i = 1; i < pictures->len; i++)
    print_plan (pictures->pdata[i]);

  return TRUE;
}


/*  private functions  */

static gboolean
find_borders (const Wish         *wish,
              const PiscesImage  *image,
              PiscesBorders      *borders,
              GError            **error)
{
  const PiscesBorders *sides = &wish->sides;
  const gint           least = MIN (MIN (sides->left, sides->right), MIN (sides->top, sides->bottom));
  const gint           most  = MAX (MAX (sides->left, sides->right), MAX (sides->top, sides->bottom));

  if ((wish->aspect != NULL) + (wish->size != NULL) + (least != 0 || most != 0) != 1)
    return usage_error (error, "Say how large the picture becomes, with --aspect, with --size, or "
                        "with --left, --right, --top and --bottom.");
  if (least < 0)
    return usage_error (error, "A side cannot grow by %d pixels. Give numbers from 0 on.", least);
  if (wish->aspect)
    return pisces_extend_to_aspect (image->width, image->height, wish->aspect, borders, error);
  if (wish->size)
    return borders_to_size (wish->size, image, borders, error);

  *borders = *sides;

  return TRUE;
}

/* The picture comes into the middle.  */
static gboolean
borders_to_size (const gchar        *size,
                 const PiscesImage  *image,
                 PiscesBorders      *borders,
                 GError            **error)
{
  gint width, height;

  if (! pisces_sizes_parse (size, &width, &height))
    return usage_error (error, "“%s” is not a size: write --size 1920x1080, for example.", size);
  if (width < image->width || height < image->height)
    return usage_error (error, "The picture has %d × %d pixels, so it cannot be extended to "
                        "%d × %d.", image->width, image->height, width, height);

  *borders = pisces_extend_to_size (image->width, image->height, width, height);

  return TRUE;
}

/* Returns the picture with empty borders, which @mask covers.  */
static PiscesImage *
put_in_middle (const PiscesImage    *image,
               const PiscesBorders  *borders,
               GBytes              **mask,
               GError              **error)
{
  const gint   width  = borders->left + image->width + borders->right;
  const gint   height = borders->top + image->height + borders->bottom;
  PiscesImage *canvas = pisces_image_new (width, height, error);
  guint8      *bytes  = canvas ? g_try_malloc ((gsize) width * height) : NULL;

  if (canvas == NULL)
    return NULL;
  if (bytes == NULL)
    {
      pisces_image_unref (canvas);
      pisces_image_set_no_memory (error, width, height);
      return NULL;
    }

  memset (bytes, 255, (gsize) width * height);
  for (gint y = 0; y < image->height; y++)
    {
      const gsize at = (gsize) (borders->top + y) * width + borders->left;

      memcpy (canvas->pixels + at * 4, image->pixels + (gsize) y * image->width * 4,
              (gsize) image->width * 4);
      memset (bytes + at, 0, image->width);
    }
  *mask = g_bytes_new_take (bytes, (gsize) width * height);

  return canvas;
}

/* @pictures gets one for each step.  */
static gboolean
draw_steps (const DrawOptions  *options,
            const PiscesImage  *image,
            GBytes             *mask,
            const GArray       *steps,
            GPtrArray          *pictures,
            GError            **error)
{
  g_autoptr (PiscesEngine) engine = pisces_engine_new (options->model, options->backend);
  g_autoptr (GPtrArray)    drawn  = g_ptr_array_new ();

  while (drawn->len < steps->len)
    {
      const PiscesExtendStep           *step = &g_array_index (steps, PiscesExtendStep, drawn->len);
      g_autoptr (PiscesGenerateRequest) request = draw_options_request (options);
      g_autoptr (PiscesGenerateResult)  result  = NULL;
      g_autoptr (PiscesImage)           part = NULL, seen = NULL;
      g_autoptr (GBytes)                part_mask = NULL, seen_mask = NULL;
      PiscesPicture                    *picture;

      part = pisces_fill_cut (image, mask, &step->frame, &part_mask, error);
      if (part)
        seen = pisces_extend_see (part, part_mask, steps, drawn, &seen_mask, error);
      if (seen == NULL)
        return FALSE;

      request->seed += drawn->len;
      pisces_generate_request_set_edit (request, seen, seen_mask, 1.0);
      if (! pisces_generate_request_check (request, error))
        return FALSE;
      result = draw_with_engine (engine, request, error);
      if (result == NULL)
        return FALSE;

      picture = pisces_picture_ref (result->pictures->pdata[0]);
      g_ptr_array_add (pictures, picture);
      g_ptr_array_add (drawn, picture->image);
    }

  return TRUE;
}

static PiscesImage *
join (const PiscesImage  *image,
      const GArray       *steps,
      GPtrArray          *pictures,
      GError            **error)
{
  g_autoptr (PiscesImage) joined = pisces_image_ref ((PiscesImage *) image);

  for (guint i = 0; i < steps->len; i++)
    {
      const PiscesExtendStep *step    = &g_array_index (steps, PiscesExtendStep, i);
      const PiscesPicture    *picture = pictures->pdata[i];
      g_autoptr (GBytes)      mask    = mask_of_part (image, &step->part);
      PiscesImage            *pasted;

      pasted = pisces_fill_paste (joined, mask, &step->frame, picture->image, error);
      if (pasted == NULL)
        return NULL;
      pisces_image_unref (joined);
      joined = pasted;
    }

  return g_steal_pointer (&joined);
}

static GBytes *
mask_of_part (const PiscesImage     *image,
              const PiscesRectangle *part)
{
  guint8 *bytes = g_malloc0 ((gsize) image->width * image->height);

  for (gint y = part->y; y < part->y + part->height; y++)
    memset (bytes + (gsize) y * image->width + part->x, 255, part->width);

  return g_bytes_new_take (bytes, (gsize) image->width * image->height);
}
