/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A UNet with `mask_channels` gets the mask and the rest of the picture.  The small
 * model gets such channels: with weights of 0 it draws what it drew before; and a
 * weight of the mask alone, where the mask is 1 everywhere, is as much more bias.
 */

#include "tests/engine/model-copy.h"

#define UNET    "unet/diffusion_pytorch_model.safetensors"
#define CONV_IN "\"conv_in.weight\""

enum
{
  MASK,                  /* the first new channel                             */
  REST                   /* the one after it                                  */
};


/* The small model, whose latents have 4 channels, and 5 painted ones.  */
#define LATENT  4
#define PAINTED 5
#define N_MORE  (1 + LATENT)

static guint16
half (_Float16 value)
{
  guint16 bits;

  memcpy (&bits, &value, sizeof bits);

  return bits;
}

/* @place: in the header, at the name of a tensor.  */
static void
read_offsets (const gchar *place,
              guint64     *from,
              guint64     *to)
{
  g_assert_cmpint (sscanf (strstr (place, "\"data_offsets\""), "\"data_offsets\":[%" G_GUINT64_FORMAT
                           ",%" G_GUINT64_FORMAT, from, to), ==, 2);
}

/* Makes room for the new channels between the latent's and the painted ones.  The new
 * weights are 0, but for the middle of @channel.  */
static gchar *
fill_model (gint  channel,
            float weight)
{
  gchar              *folder = copy_model ();
  gsize               length;
  g_autofree gchar   *bytes   = read_file (folder, UNET, &length);
  g_autofree gchar   *shape   = NULL;
  g_autoptr (GString) weights = g_string_new (NULL);
  guint64             n_header, from, to;
  gint                n_out, n_in;
  gchar              *place   = memmem (bytes, length, CONV_IN, strlen (CONV_IN));

  memcpy (&n_header, bytes, sizeof n_header);
  n_header = GUINT64_FROM_LE (n_header);
  g_assert_nonnull (place);
  g_assert_cmpint (sscanf (strstr (place, "\"shape\""), "\"shape\":[%d,%d", &n_out, &n_in), ==, 2);
  read_offsets (place, &from, &to);
  g_assert_cmpint (n_in, ==, LATENT + PAINTED);
  g_assert_cmpuint (to - from, ==, (guint64) n_out * n_in * 9 * sizeof (guint16));

  for (gint o = 0; o < n_out; o++)
    {
      const gchar *old   = bytes + sizeof n_header + n_header + from + (gsize) o * n_in * 9 * 2;
      guint16      new[N_MORE * 9] = { 0 };

      new[channel * 9 + 4] = half ((_Float16) weight);
      g_string_append_len (weights, old, LATENT * 9 * 2);
      g_string_append_len (weights, (const gchar *) new, sizeof new);
      g_string_append_len (weights, old + LATENT * 9 * 2, PAINTED * 9 * 2);
    }

  shape = g_strdup_printf ("%d,%d,3,3", n_out, n_in + N_MORE);
  replace_tensor (folder, UNET, CONV_IN, shape, weights->str, weights->len);
  replace (folder, "unet/config.json", "\"in_channels\": 9", "\"in_channels\": 14");
  replace (folder, "config.json", "\"paint_channels\"", "\"mask_channels\": 5, \"paint_channels\"");

  return folder;
}

/* Adds to the bias of the first convolution.  */
static gchar *
biased_model (float more)
{
  gchar            *folder = copy_model ();
  gsize             length;
  g_autofree gchar *bytes  = read_file (folder, UNET, &length);
  guint64           n_header, from, to;
  gchar            *place;

  memcpy (&n_header, bytes, sizeof n_header);
  n_header = GUINT64_FROM_LE (n_header);
  place    = memmem (bytes, length, "\"conv_in.bias\"", 14);
  g_assert_nonnull (place);
  read_offsets (place, &from, &to);
  for (guint64 at = from; at < to; at += 2)
    {
      gchar    *value = bytes + sizeof n_header + n_header + at;
      _Float16  bias;

      memcpy (&bias, value, 2);
      bias += (_Float16) more;
      memcpy (value, &bias, 2);
    }
  write_file (folder, UNET, bytes, length);

  return folder;
}

static GBytes *
mask_of (gint side,
         gint first,
         gint end)
{
  guint8 *bytes = g_new0 (guint8, side * side);

  for (gint y = first; y < end; y++)
    memset (bytes + y * side + first, 255, end - first);

  return g_bytes_new_take (bytes, side * side);
}

/* Takes the folder.  @grey: of the picture that is drawn into; -1: none.  */
static PiscesImage *
draw (gchar *folder,
      gint   grey,
      gint   first)
{
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autoptr (PiscesModelInfo)       info    = pisces_model_inspect (folder, NULL);
  g_autoptr (GError)                error   = NULL;
  PiscesPicture                    *picture;
  PiscesImage                      *image;

  request->steps = 3;
  request->seed  = 5;
  if (grey >= 0)
    {
      g_autoptr (PiscesImage) ground = pisces_image_new (info->picture_width, info->picture_width, NULL);
      g_autoptr (GBytes)      mask   = mask_of (ground->width, first, ground->width - first);

      memset (ground->pixels, grey, (gsize) ground->width * ground->height * 4);
      for (gint i = 0; i < ground->width * ground->height; i++)
        ground->pixels[4 * i + 3] = 255;
      pisces_generate_request_set_edit (request, ground, mask, 1.0);
    }
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  picture = result->pictures->pdata[0];
  image   = pisces_image_ref (picture->image);
  g_clear_object (&engine);
  remove_model (folder);

  return image;
}

static guint
n_different (PiscesImage *a,
             PiscesImage *b,
             gint         level)
{
  guint n = 0;

  g_assert_cmpint (a->width, ==, b->width);
  for (gint i = 0; i < a->width * a->height * 4; i++)
    n += abs (a->pixels[i] - b->pixels[i]) > level;

  return n;
}

static void
test_zeros (void)
{
  for (gint grey = -1; grey < 200; grey += 150)
    {
      g_autoptr (PiscesImage) without = draw (copy_model (), grey, 16);
      g_autoptr (PiscesImage) with    = draw (fill_model (MASK, 0.0f), grey, 16);

      g_assert_cmpuint (n_different (without, with, 1), ==, 0);
    }
}

/* Without a picture everything is drawn anew, so the mask is 1 everywhere.  */
static void
test_mask (void)
{
  g_autoptr (PiscesImage) plain  = draw (copy_model (), -1, 0);
  g_autoptr (PiscesImage) biased = draw (biased_model (4.0f), -1, 0);
  g_autoptr (PiscesImage) masked = draw (fill_model (MASK, 4.0f), -1, 0);
  g_autoptr (PiscesImage) filled = draw (copy_model (), 90, 16);
  g_autoptr (PiscesImage) wide   = draw (fill_model (MASK, 4.0f), 90, 16);

  g_assert_cmpuint (n_different (plain, biased, 4), >, 1000);
  g_assert_cmpuint (n_different (biased, masked, 2), ==, 0);
  g_assert_cmpuint (n_different (filled, wide, 2), >, 100);
}

/* What is around the hole is seen, and makes a difference; the colour in the hole is
 * not.  */
static void
test_rest (void)
{
  g_autoptr (PiscesImage) without = draw (fill_model (REST, 0.0f), 90, 16);
  g_autoptr (PiscesImage) with    = draw (fill_model (REST, 1.0f), 90, 16);

  g_assert_cmpuint (n_different (without, with, 2), >, 100);
}

static void
test_misfits (void)
{
  gchar                       *folder = fill_model (MASK, 0.0f);
  g_autoptr (PiscesModelInfo)  info   = NULL;
  g_autoptr (GError)           error  = NULL;

  replace (folder, "config.json", "\"mask_channels\": 5", "\"mask_channels\": 4");
  info = pisces_model_verify (folder, &error);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_test_message ("%s", error->message);
  g_clear_error (&error);
  remove_model (folder);

  folder = fill_model (MASK, 0.0f);
  replace (folder, "vae/diffusion_pytorch_model.safetensors", "encoder.conv_in.weight",
           "removed.conv_in.weight");
  info = pisces_model_verify (folder, &error);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_assert_true (strstr (error->message, "encoder.conv_in.weight"));
  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/trained-to-fill/zeros", test_zeros);
  g_test_add_func ("/trained-to-fill/mask", test_mask);
  g_test_add_func ("/trained-to-fill/rest", test_rest);
  g_test_add_func ("/trained-to-fill/misfits", test_misfits);

  return g_test_run ();
}
