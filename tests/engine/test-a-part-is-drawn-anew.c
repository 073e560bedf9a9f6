/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A part of a picture is drawn anew and the rest keeps its bytes; without words,
 * the part becomes what is around it; what is not possible ends in a sentence.
 *
 * Longer than 500 lines, as all its cases begin with the same picture and hole.
 */

#include <stdio.h>

#include "tests/engine/hole.h"
#include "tests/engine/model-copy.h"

/* nano's pictures.  */
#define SIDE 256

static const Box hole = { 70, 64, 110, 112 };


/* A blue picture with an orange square; or a transparent one.  */
static PiscesImage *
scene (gint     side,
       gboolean transparent)
{
  PiscesImage *image  = pisces_image_new (side, side, NULL);
  const Box    square = { side * 100 / SIDE, side * 90 / SIDE, side * 50 / SIDE, side * 50 / SIDE };

  for (gint y = 0; y < side; y++)
    for (gint x = 0; x < side; x++)
      {
        const guint8 ground[] = { 50, 90, 220, 255 };
        const guint8 orange[] = { 245, 140, 30, 255 };
        guint8      *pixel    = image->pixels + ((gsize) y * side + x) * 4;

        if (is_inside (&square, x, y))
          memcpy (pixel, orange, 4);
        else if (! transparent)
          memcpy (pixel, ground, 4);
      }

  return image;
}

static PiscesEngine *
nano_engine (void)
{
  return pisces_engine_new (PISCES_NANO, "cpu");
}

static PiscesPicture *
fill (PiscesEngine *engine,
      PiscesImage  *image,
      GBytes       *mask,
      const gchar  *prompt,
      guint32       seed,
      guint         steps,
      gdouble       strength)
{
  g_autoptr (GError)                error   = NULL;
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (prompt);
  g_autoptr (PiscesGenerateResult)  result  = NULL;

  request->seed  = seed;
  request->steps = steps;
  pisces_generate_request_set_edit (request, image, mask, strength);
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->pictures->len, ==, 1);

  return pisces_picture_ref (result->pictures->pdata[0]);
}

static gboolean
same (const PiscesImage *a,
      const PiscesImage *b)
{
  return a->width == b->width && a->height == b->height &&
         memcmp (a->pixels, b->pixels, (gsize) a->width * a->height * 4) == 0;
}

static void
test_bytes (void)
{
  g_autoptr (PiscesEngine)  engine = tiny_engine ();
  g_autoptr (PiscesImage)   probe  = NULL, image = NULL;
  g_autoptr (GBytes)        mask   = NULL;
  g_autoptr (PiscesPicture) one = NULL, again = NULL, other = NULL, soft = NULL, none = NULL;
  g_autofree gchar         *folder = tiny_model ();
  g_autoptr (PiscesModelInfo) info = pisces_model_inspect (folder, NULL);
  const gint                side   = info->picture_width;
  const Box                 box    = { side / 4, side / 4, side / 2, side / 3 };

  g_assert_true (info->abilities.fills);
  g_assert_null (info->abilities.fill_refusal);

  image = scene (side, FALSE);
  mask  = mask_of (&box, side, 0);
  one   = fill (engine, image, mask, "two red stars", 3, 4, 1.0);
  g_assert_cmpint (one->image->width, ==, side);
  g_assert_cmpuint (n_changed (image, one->image, &box, FALSE), ==, 0);
  g_assert_false (same (image, one->image));
  g_assert_cmpfloat (one->strength, ==, 1.0);

  again = fill (engine, image, mask, "two red stars", 3, 4, 1.0);
  g_assert_true (same (one->image, again->image));
  other = fill (engine, image, mask, "two red stars", 4, 4, 1.0);
  g_assert_false (same (one->image, other->image));

  none = fill (engine, image, mask, "two red stars", 3, 4, 0.0);
  g_assert_true (same (image, none->image));
  g_clear_pointer (&mask, g_bytes_unref);
  mask = mask_of (&box, side, side / 8);
  soft = fill (engine, image, mask, "two red stars", 3, 4, 1.0);
  g_assert_cmpuint (n_changed (image, soft->image, &box, FALSE), ==, 0);
  g_assert_false (same (one->image, soft->image));
}

/* In the middle of the strengths the picture is neither the old nor a new one.  */
static void
test_strength (void)
{
  g_autoptr (PiscesEngine) engine = nano_engine ();
  g_autoptr (PiscesImage)  image  = scene (SIDE, FALSE);
  const gdouble            strengths[] = { 0.1, 0.5, 0.9 };
  gdouble                  likeness[G_N_ELEMENTS (strengths)];

  for (guint i = 0; i < G_N_ELEMENTS (strengths); i++)
    {
      g_autoptr (PiscesPicture) picture = fill (engine, image, NULL, "a red star", 5, 10, strengths[i]);

      likeness[i] = visible_psnr (image, picture->image);
      g_test_message ("strength %.1f: %.1f dB", strengths[i], likeness[i]);
    }
  g_assert_cmpfloat (likeness[0], >, 24.0);
  g_assert_cmpfloat (likeness[0], >, likeness[1]);
  g_assert_cmpfloat (likeness[1], >, likeness[2]);
}

static PiscesPicture *
vary (PiscesEngine *engine,
      PiscesImage  *image,
      gdouble       strength)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a house and a tree");
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (GError)                error   = NULL;

  request->seed  = 12;
  request->steps = 10;
  if (image)
    {
      pisces_generate_request_vary (request, image, strength);
      pisces_generate_request_set_begun_with (request, "that one");
    }
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return pisces_picture_ref (result->pictures->pdata[0]);
}

/* The further a variation may go, the less it is like the picture, and the more like
 * any other of the same words.  It has no place in the picture.  */
static void
test_variation (void)
{
  g_autoptr (PiscesEngine)          engine    = nano_engine ();
  g_autoptr (PiscesGenerateRequest) request   = pisces_generate_request_new ("a house and a tree");
  g_autoptr (PiscesGenerateResult)  first     = NULL;
  g_autoptr (PiscesPicture)         other     = vary (engine, NULL, 0.0);
  const gdouble                     strengths[] = { 0.2, 0.5, 0.8 };
  gdouble                           likeness[G_N_ELEMENTS (strengths)];
  PiscesImage                      *image;
  gdouble                           unlike;

  request->seed  = 3;
  request->steps = 10;
  first  = pisces_engine_generate (engine, request, NULL, NULL, NULL, NULL);
  image  = ((PiscesPicture *) first->pictures->pdata[0])->image;
  unlike = visible_psnr (image, other->image);
  g_test_message ("another seed: %.1f dB", unlike);

  for (guint i = 0; i < G_N_ELEMENTS (strengths); i++)
    {
      g_autoptr (PiscesPicture) picture = vary (engine, image, strengths[i]);
      g_autoptr (PiscesPicture) again   = vary (engine, image, strengths[i]);

      likeness[i] = visible_psnr (image, picture->image);
      g_test_message ("strength %.1f: %.1f dB", strengths[i], likeness[i]);
      g_assert_true (same (picture->image, again->image));
      g_assert_cmpfloat (picture->strength, ==, 0.0);
      g_assert_cmpuint (picture->n_references, ==, 1);
      g_assert_cmpstr (picture->begun_with, ==, "that one");
      g_assert_cmpfloat (picture->begun_strength, ==, strengths[i]);
    }
  g_assert_cmpfloat (likeness[0], >, likeness[1] + 1.0);
  g_assert_cmpfloat (likeness[1], >, likeness[2] + 1.0);
  g_assert_cmpfloat (likeness[1], >, unlike + 2.0);
}

/* Nothing is asked for, so the square must be gone.  */
static void
test_nothing (void)
{
  g_autoptr (PiscesEngine) engine = nano_engine ();
  g_autoptr (GBytes)       mask   = mask_of (&hole, SIDE, 0);

  for (gint transparent = 0; transparent < 2; transparent++)
    {
      g_autoptr (PiscesImage)   image   = scene (SIDE, transparent);
      g_autoptr (PiscesPicture) picture = fill (engine, image, mask, "", 1, 0, 1.0);
      guint                     n_right = 0;

      g_assert_cmpuint (n_changed (image, picture->image, &hole, FALSE), ==, 0);
      g_assert_cmpstr (picture->plan, ==, "");
      for (gint y = hole.y; y < hole.y + hole.height; y++)
        for (gint x = hole.x; x < hole.x + hole.width; x++)
          {
            const guint8 *pixel = picture->image->pixels + ((gsize) y * SIDE + x) * 4;

            n_right += transparent ? pixel[3] < 16
                                   : abs (pixel[0] - 50) < 16 && abs (pixel[1] - 90) < 16 &&
                                     abs (pixel[2] - 220) < 16 && pixel[3] > 240;
          }
      g_assert_cmpuint (n_right, >, hole.width * hole.height * 9 / 10);
    }
}

/* A thing is drawn in the hole, on the ground that is around it.  */
static void
test_thing (void)
{
  g_autoptr (PiscesEngine)  engine  = nano_engine ();
  g_autoptr (PiscesImage)   image   = scene (SIDE, FALSE);
  g_autoptr (GBytes)        mask    = mask_of (&hole, SIDE, 0);
  g_autoptr (PiscesPicture) picture = fill (engine, image, mask, "a yellow circle", 2, 0, 1.0);
  const guint8             *middle;

  g_test_message ("%s", picture->plan);
  g_assert_true (strstr (picture->plan, "blue background"));
  middle = picture->image->pixels + ((gsize) (hole.y + hole.height / 2) * SIDE +
                                     hole.x + hole.width / 2) * 4;
  g_assert_cmpint (middle[0], >, 200);
  g_assert_cmpint (middle[1], >, 160);
  g_assert_cmpint (middle[2], <, 120);
}

/* The steps of a plan are coarse: what is planned must lie in the hole all the same.  */
static void
test_room (void)
{
  g_autoptr (PiscesEngine) engine = nano_engine ();
  g_autoptr (PiscesImage)  image  = scene (SIDE, FALSE);

  for (gint side = 88; side <= 120; side += 4)
    {
      const Box                 box     = { 70, 64, side, side };
      g_autoptr (GBytes)        mask    = mask_of (&box, SIDE, 0);
      g_autoptr (PiscesPicture) picture = fill (engine, image, mask, "a yellow circle", 2, 1, 1.0);
      const gchar              *place   = strstr (picture->plan, "yellow circle x");
      guint                     x = 0, y = 0, size = 0;
      gdouble                   reach;

      g_test_message ("%d: %s", side, picture->plan);
      g_assert_nonnull (place);
      g_assert_cmpint (sscanf (place, "yellow circle x%u y%u s%u", &x, &y, &size), ==, 3);
      /* As nano's `plan_places` say.  */
      reach = SIDE * (0.1 + (size + 0.5) * 0.035);
      g_assert_cmpfloat (SIDE * (x + 0.5) / 16 - reach, >=, box.x);
      g_assert_cmpfloat (SIDE * (x + 0.5) / 16 + reach, <=, box.x + side);
      g_assert_cmpfloat (SIDE * (y + 0.5) / 16 - reach, >=, box.y);
      g_assert_cmpfloat (SIDE * (y + 0.5) / 16 + reach, <=, box.y + side);
    }
}

static void
on_progress (const PiscesProgress *progress,
             gpointer              user_data)
{
  PiscesImage *image = user_data;

  if (progress->preview)
    g_assert_cmpuint (n_changed (image, progress->preview, &hole, FALSE), ==, 0);
}

static void
test_previews (void)
{
  g_autoptr (GError)                error   = NULL;
  g_autoptr (PiscesEngine)          engine  = nano_engine ();
  g_autoptr (PiscesImage)           image   = scene (SIDE, FALSE);
  g_autoptr (GBytes)                mask    = mask_of (&hole, SIDE, 0);
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a red star");
  g_autoptr (PiscesGenerateResult)  result  = NULL;

  request->steps         = 6;
  request->want_previews = TRUE;
  pisces_generate_request_set_edit (request, image, mask, 1.0);
  result = pisces_engine_generate (engine, request, on_progress, image, NULL, &error);
  g_assert_no_error (error);
}

/* A picture of another size is scaled to the model's.  */
static void
test_sizes (void)
{
  const gint               sides[] = { 1, 7, 100, 700 };
  g_autoptr (PiscesEngine) engine  = nano_engine ();

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      const gint                side = sides[i];
      const Box                 box  = { side / 4, side / 4, (side + 1) / 2, (side + 1) / 2 };
      g_autoptr (PiscesImage)   image   = scene (side, FALSE);
      g_autoptr (GBytes)        mask    = mask_of (&box, side, 0);
      g_autoptr (PiscesPicture) picture = fill (engine, image, mask, "a red star", 1, 2, 1.0);

      g_assert_cmpint (picture->image->width, ==, SIDE);
      g_assert_cmpint (picture->image->height, ==, SIDE);
    }
}

static void
refuse (PiscesEngine *engine,
        PiscesImage  *image,
        GBytes       *mask,
        const gchar  *prompt,
        gdouble       strength,
        gint          code,
        const gchar  *part)
{
  g_autoptr (GError)                error   = NULL;
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (prompt);
  g_autoptr (PiscesGenerateResult)  result  = NULL;

  pisces_generate_request_set_edit (request, image, mask, strength);
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_error (error, PISCES_ERROR, code);
  g_assert_null (result);
  g_test_message ("%s", error->message);
  g_assert_true (strstr (error->message, part));
}

static void
test_refusals (void)
{
  g_autoptr (PiscesEngine) engine = tiny_engine ();
  g_autoptr (PiscesImage)  image  = scene (32, FALSE);
  g_autoptr (GBytes)       small  = mask_of (&(Box) { 2, 2, 4, 4 }, 16, 0);
  g_autoptr (GBytes)       empty  = mask_of (&(Box) { 0, 0, 0, 0 }, 32, 0);
  g_autoptr (GBytes)       whole  = mask_of (&(Box) { 0, 0, 32, 32 }, 32, 0);
  const gint               code   = PISCES_ERROR_INVALID_REQUEST;

  refuse (engine, NULL, NULL, "a star", 1.0, code, "is missing");
  refuse (engine, image, NULL, "a star", -0.1, code, "from 0 to 1");
  refuse (engine, image, NULL, "a star", 1.1, code, "from 0 to 1");
  refuse (engine, image, NULL, "a star", NAN, code, "from 0 to 1");
  refuse (engine, image, small, "a star", 1.0, code, "same size");
  refuse (engine, image, empty, "a star", 1.0, code, "mask is empty");
  refuse (engine, image, whole, "", 1.0, code, "nothing says how");
  refuse (engine, image, NULL, "", 1.0, code, "nothing says how");
}

/* A family that draws nothing says so.  */
static void
test_families (void)
{
  g_autofree gchar           *folder = g_test_build_filename (G_TEST_DIST, "golden", "smolvlm", NULL);
  g_autoptr (PiscesModelInfo) info   = pisces_model_inspect (folder, NULL);

  g_assert_false (info->abilities.fills);
  g_assert_nonnull (info->abilities.fill_refusal);
}

/* A decoder alone is a sound model, but it cannot see.  */
static void
test_no_encoder (void)
{
  gchar                       *folder = copy_model ();
  g_autoptr (PiscesModelInfo)  info   = NULL;
  g_autoptr (GError)           error  = NULL;

  replace (folder, "vae/diffusion_pytorch_model.safetensors", "encoder.conv_in.weight",
           "removed.conv_in.weight");
  info = pisces_model_inspect (folder, &error);
  g_assert_no_error (error);
  g_assert_false (info->abilities.fills);
  g_assert_true (strstr (info->abilities.fill_refusal, "encoder"));
  {
    g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
    g_autoptr (PiscesImage)  image  = scene (32, FALSE);
    g_autoptr (GBytes)       mask   = mask_of (&(Box) { 2, 2, 4, 4 }, 32, 0);

    refuse (engine, image, mask, "a star", 1.0, PISCES_ERROR_MODEL_UNSUPPORTED, "encoder");
  }
  remove_model (folder);
}

static void
test_frames (void)
{
  static const struct
  {
    gint            width, height;
    PiscesRectangle hole;
    gdouble         surroundings;
    PiscesRectangle frame;
  } cases[] =
  {
    /* The hole and half of it on each side.  */
    { 2000, 1000, { 900, 400, 200, 200 }, 0.5, { 800, 300, 400, 400 } },
    /* No smaller than the model's pictures, unless the hole is small.  */
    { 2000, 1000, { 900, 400, 200, 200 }, 0.1, { 872, 372, 256, 256 } },
    { 2000, 1000, { 900, 400, 100, 100 }, 0.5, { 850, 350, 200, 200 } },
    { 2000, 1000, { 900, 400, 40, 40 },   0.5, { 880, 380, 80, 80 }   },
    { 2000, 1000, { 900, 400, 1, 1 },     0.5, { 884, 384, 33, 33 }   },
    /* At the edges.  */
    { 2000, 1000, { 0, 0, 200, 200 },     0.5, { 0, 0, 400, 400 }     },
    { 2000, 1000, { 1800, 800, 200, 200 }, 0.5, { 1600, 600, 400, 400 } },
    /* As much as there is, but the whole hole.  */
    { 300, 100,   { 100, 20, 50, 50 },    2.0, { 75, 0, 100, 100 }    },
    /* What is beyond the ends of a hole that is longer than the picture is high.  */
    { 300, 100,   { 50, 20, 200, 50 },    0.5, { 0, -100, 300, 300 }  },
    { 1280, 200,  { 400, 0, 400, 200 },   0.5, { 300, -200, 600, 600 } },
    { 400, 300,   { 0, 0, 300, 300 },     0.5, { 0, -50, 400, 400 }   },
    { 256, 256,   { 0, 0, 256, 256 },     0.5, { 0, 0, 256, 256 }     },
    { 1, 20000,   { 0, 5000, 1, 10 },     0.5, { -7, 4998, 15, 15 }   },
    { 1, 1,       { 0, 0, 1, 1 },         0.5, { 0, 0, 1, 1 }         },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const PiscesRectangle frame = pisces_fill_frame (cases[i].width, cases[i].height,
                                                       &cases[i].hole, 256, 256,
                                                       cases[i].surroundings);

      g_test_message ("case %u: %d %d %d %d", i, frame.x, frame.y, frame.width, frame.height);
      g_assert_cmpint (frame.x, ==, cases[i].frame.x);
      g_assert_cmpint (frame.y, ==, cases[i].frame.y);
      g_assert_cmpint (frame.width, ==, cases[i].frame.width);
      g_assert_cmpint (frame.height, ==, cases[i].frame.height);
    }
}

/* What is cut out and pasted without a change is what was there; what is outside
 * the mask keeps its bytes also if it is not.  */
static void
test_paste (void)
{
  g_autoptr (GError)      error = NULL;
  g_autoptr (PiscesImage) image = scene (200, TRUE);
  const Box               box   = { 60, 150, 80, 40 };
  g_autoptr (GBytes)      mask  = mask_of (&box, 200, 6);
  const PiscesRectangle   frame = { 40, 110, 120, 120 };
  g_autoptr (GBytes)      frame_mask = NULL;
  g_autoptr (PiscesImage) part = NULL, back = NULL, other = NULL, changed = NULL;
  const guint8           *values;

  part = pisces_fill_cut (image, mask, &frame, &frame_mask, &error);
  g_assert_no_error (error);
  values = g_bytes_get_data (frame_mask, NULL);
  g_assert_cmpint (values[0], ==, 0);
  /* Below the picture's edge.  */
  g_assert_cmpint (values[100 * 120 + 5], ==, 255);

  back = pisces_fill_paste (image, mask, &frame, part, &error);
  g_assert_no_error (error);
  g_assert_true (same (image, back));

  other   = scene (31, FALSE);
  changed = pisces_fill_paste (image, mask, &frame, other, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_changed (image, changed, &box, FALSE), ==, 0);
  g_assert_false (same (image, changed));
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fill/bytes-outside-stay", test_bytes);
  g_test_add_func ("/fill/strength", test_strength);
  g_test_add_func ("/fill/variation", test_variation);
  g_test_add_func ("/fill/nothing", test_nothing);
  g_test_add_func ("/fill/thing", test_thing);
  g_test_add_func ("/fill/room", test_room);
  g_test_add_func ("/fill/previews", test_previews);
  g_test_add_func ("/fill/sizes", test_sizes);
  g_test_add_func ("/fill/refusals", test_refusals);
  g_test_add_func ("/fill/families", test_families);
  g_test_add_func ("/fill/no-encoder", test_no_encoder);
  g_test_add_func ("/fill/frames", test_frames);
  g_test_add_func ("/fill/paste", test_paste);

  return g_test_run ();
}
