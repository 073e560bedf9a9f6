/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data that go into the engine and come out of it: images, requests,
 * pictures, results.  This file makes, copies and frees them, and knows
 * nothing of how they are used.
 *
 * Longer than 500 lines, as each of them has a few functions of a few lines.
 */

#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

#include "engine/model/blank.h"
#include "engine/pisces.h"

/* The public structs, each with its reference count.  */
typedef struct
{
  PiscesImage image;
  gatomicrefcount ref_count;
} CountedImage;

typedef struct
{
  PiscesPicture   picture;
  gatomicrefcount ref_count;
} CountedPicture;


/*  images  */

/**
 * pisces_image_new:
 * @width: in pixels.
 * @height: in pixels.
 * @error: return location for an error.
 *
 * Makes a transparent black image.
 *
 * Returns: (transfer full) (nullable): the image; %NULL with
 *   %PISCES_ERROR_INVALID_REQUEST if a side is below 1, or with
 *   %PISCES_ERROR_OUT_OF_MEMORY.
 */
PiscesImage *
pisces_image_new (gint     width,
                  gint     height,
                  GError **error)
{
  CountedImage *counted;
  guint8       *pixels;

  if (width < 1 || height < 1)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   _("An image of %d × %d pixels has nothing in it. Choose one "
                     "with at least one pixel."), width, height);
      return NULL;
    }

  pixels = g_try_malloc0_n ((gsize) width * 4, height);
  if (pixels == NULL)
    {
      pisces_image_set_no_memory (error, width, height);
      return NULL;
    }

  counted = g_new0 (CountedImage, 1);
  g_atomic_ref_count_init (&counted->ref_count);
  counted->image.width  = width;
  counted->image.height = height;
  counted->image.pixels = pixels;

  return &counted->image;
}

/**
 * pisces_image_set_no_memory:
 * @error: return location for an error.
 * @width: in pixels.
 * @height: in pixels.
 *
 * Sets %PISCES_ERROR_OUT_OF_MEMORY, with a sentence that names the size of the image
 * for which there was too little.
 */
void
pisces_image_set_no_memory (GError **error,
                            gint     width,
                            gint     height)
{
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
               _("There is not enough memory for an image of %d × %d "
                 "pixels."), width, height);
}

PiscesImage *
pisces_image_ref (PiscesImage *image)
{
  g_atomic_ref_count_inc (&((CountedImage *) image)->ref_count);

  return image;
}

void
pisces_image_unref (PiscesImage *image)
{
  if (g_atomic_ref_count_dec (&((CountedImage *) image)->ref_count))
    {
      g_free (image->pixels);
      g_free (image);
    }
}


/*  generating  */

/**
 * pisces_generate_request_new:
 * @prompt: what to draw.
 *
 * Returns: (transfer full): a request for one picture with seed 0 and the
 *   model's defaults for everything else.
 */
PiscesGenerateRequest *
pisces_generate_request_new (const gchar *prompt)
{
  PiscesGenerateRequest *request = g_new0 (PiscesGenerateRequest, 1);

  request->prompt         = g_strdup (prompt);
  request->count          = 1;
  request->guidance_scale = -1.0;
  request->temperature    = -1.0;

  return request;
}

PiscesGenerateRequest *
pisces_generate_request_copy (const PiscesGenerateRequest *request)
{
  PiscesGenerateRequest *copy = g_memdup2 (request, sizeof *request);

  copy->prompt          = g_strdup (request->prompt);
  copy->negative_prompt = g_strdup (request->negative_prompt);
  copy->plan            = g_strdup (request->plan);
  copy->references      = NULL;
  copy->edit            = NULL;
  if (request->edit)
    {
      pisces_generate_request_set_edit (copy, request->edit->image, request->edit->mask,
                                        request->edit->strength);
      copy->edit->varies = request->edit->varies;
      copy->edit->shown  = request->edit->shown;
      copy->edit->begun_with = g_strdup (request->edit->begun_with);
    }
  for (guint i = 0; request->references && i < request->references->len; i++)
    {
      const PiscesReference *reference = request->references->pdata[i];

      pisces_generate_request_add_reference (copy, reference->image, reference->weight);
    }

  return copy;
}

/* Without words, the model goes by what is around the mask.  */
static gboolean
edit_check (const PiscesEdit  *edit,
            gboolean           has_words,
            GError           **error)
{
  gsize         n_new = 0, n_whole = 0;
  const gsize   n_pixels = edit->image ? (gsize) edit->image->width * edit->image->height : 0;
  const guint8 *mask;
  gsize         size;

  if (edit->image == NULL || ! (edit->strength >= 0.0 && edit->strength <= 1.0))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("The picture to draw into is missing, or the strength is "
                             "not a number from 0 to 1."));
      return FALSE;
    }

  mask = edit->mask ? g_bytes_get_data (edit->mask, &size) : NULL;
  if (mask == NULL)
    size = n_whole = n_new = n_pixels;
  if (size != n_pixels)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("The mask and the picture differ in size. Make them the same "
                             "size."));
      return FALSE;
    }
  for (gsize i = 0; mask && i < size; i++)
    {
      n_new   += mask[i] != 0;
      n_whole += mask[i] == 255;
    }

  if (n_new == 0)
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                         _("There is nothing to draw: the mask is empty. Select what "
                           "should be drawn anew."));
  else if (n_whole == n_pixels && edit->strength >= 1.0 && ! has_words)
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                         _("Everything is to be drawn anew, and nothing says how. Say "
                           "in a few words what you want to see, or select less."));
  else
    return TRUE;

  return FALSE;
}

/**
 * pisces_generate_request_check:
 * @request: what to draw.
 * @error: set to a sentence if no model can draw it.
 *
 * Checks what can be checked without a model, so that none has to be loaded
 * for an invalid request: whether there is something to draw from, and the
 * numbers.  The engine checks this again, and the rest too.
 *
 * Returns: whether the request may be passed to a model.
 */
gboolean
pisces_generate_request_check (const PiscesGenerateRequest  *request,
                               GError                      **error)
{
  if (request->count < 1 || request->count > PISCES_MAX_COUNT)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 g_dngettext (GETTEXT_PACKAGE,
                              "%u picture was asked for; ask for 1 to %d.",
                              "%u pictures were asked for; ask for 1 to %d.",
                              request->count), request->count, PISCES_MAX_COUNT);
  else if (request->seed > G_MAXUINT32 - (request->count - 1))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 g_dngettext (GETTEXT_PACKAGE,
                              "Each picture has the next seed, and the last one is %u: "
                              "%u picture cannot begin with the seed %u. Take a smaller "
                              "seed.",
                              "Each picture has the next seed, and the last one is %u: "
                              "%u pictures cannot begin with the seed %u. Take a smaller "
                              "seed.", request->count),
                 G_MAXUINT32, request->count, request->seed);
  else if (! isfinite (request->guidance_scale) || request->guidance_scale > 100.0 ||
           ! isfinite (request->temperature) || request->temperature > 10.0)
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                         _("The guidance must be at most 100 and the temperature "
                           "at most 10."));
  else if (request->width < 0 || request->height < 0 ||
           (request->width == 0) != (request->height == 0))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("A picture of %d × %d pixels was asked for. Give its width and its height, or 0 "
                   "for both to get the size that the model draws by itself."), request->width, request->height);
  else if (request->edit &&
           ! edit_check (request->edit,
                         ! pisces_text_is_blank (request->prompt) ||
                         ! pisces_text_is_blank (request->plan) ||
                         (request->references && request->references->len > 0),
                         error))
    return FALSE;
  else if (pisces_text_is_blank (request->prompt) && pisces_text_is_blank (request->plan) &&
           ! request->edit && ! (request->references && request->references->len > 0))
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                         _("There is nothing to draw: the prompt is empty. "
                           "Say in a few words what you want to see."));
  else
    return TRUE;

  return FALSE;
}

static void
edit_clear (PiscesEdit **edit)
{
  if (*edit == NULL)
    return;

  g_clear_pointer (&(*edit)->image, pisces_image_unref);
  g_clear_pointer (&(*edit)->mask, g_bytes_unref);
  g_free ((*edit)->begun_with);
  g_clear_pointer (edit, g_free);
}

void
pisces_generate_request_free (PiscesGenerateRequest *request)
{
  if (request == NULL)
    return;

  g_free (request->prompt);
  g_free (request->negative_prompt);
  g_free (request->plan);
  g_clear_pointer (&request->references, g_ptr_array_unref);
  edit_clear (&request->edit);
  g_free (request);
}

static void
reference_free (gpointer data)
{
  PiscesReference *reference = data;

  g_clear_pointer (&reference->image, pisces_image_unref);
  g_free (reference);
}

/**
 * pisces_generate_request_add_reference:
 * @request: the request.
 * @image: a picture that the new one should resemble; a reference to it is
 *   taken.
 * @weight: its share w, 0 to 1; the sum of a request's weights is at most 1.
 *
 * The new picture is drawn from a sum of visual vectors: (1 - Σ w) times those
 * that the language model makes from the prompt, plus, for each reference, w
 * times those of the generation encoder.  The sum is then scaled to the length
 * of the model's own vectors.  One picture with a weight of about 0.6 and a
 * new seed gives a variation of it; two with 0.5 each give a blend.  If the
 * weights add up to 1, the prompt has no share, and no plan is written.
 */
void
pisces_generate_request_add_reference (PiscesGenerateRequest *request,
                                       PiscesImage           *image,
                                       gdouble                weight)
{
  PiscesReference *reference = g_new0 (PiscesReference, 1);

  if (request->references == NULL)
    request->references = g_ptr_array_new_with_free_func (reference_free);

  reference->image  = image ? pisces_image_ref (image) : NULL;
  reference->weight = weight;
  g_ptr_array_add (request->references, reference);
}

/**
 * pisces_generate_request_set_edit:
 * @request: the request.
 * @image: the picture to draw into; a reference to it is taken.
 * @mask: (nullable): what of it is drawn anew, see #PiscesEdit; the same.
 * @strength: how much it is changed, 0 to 1.
 *
 * Then the result is a picture of the model's size in which only what is under the
 * mask is new: the rest is @image, scaled.  Where the mask is between 0 and 255,
 * the new colours are given in full; whoever shows them blends them by the mask.
 */
void
pisces_generate_request_set_edit (PiscesGenerateRequest *request,
                                  PiscesImage           *image,
                                  GBytes                *mask,
                                  gdouble                strength)
{
  edit_clear (&request->edit);

  request->edit           = g_new0 (PiscesEdit, 1);
  request->edit->image    = image ? pisces_image_ref (image) : NULL;
  request->edit->mask     = mask ? g_bytes_ref (mask) : NULL;
  request->edit->strength = strength;
}

/**
 * pisces_generate_request_set_shown:
 * @request: the request, with a picture to draw into.
 * @shown: the part of that in which there is a picture: what the model sees may reach
 *   over the edges of a panorama, say.
 *
 * Nothing is planned for what is outside.  Where the new picture begins with the old
 * one, the colours at the edges go on there; else an opaque picture that is wide would
 * look like one that was cut out.
 */
void
pisces_generate_request_set_shown (PiscesGenerateRequest *request,
                                   const PiscesRectangle *shown)
{
  PiscesEdit *edit = request->edit;

  g_return_if_fail (edit && edit->image && shown->x >= 0 && shown->y >= 0 &&
                    shown->width > 0 && shown->width <= edit->image->width - shown->x &&
                    shown->height > 0 && shown->height <= edit->image->height - shown->y);

  edit->shown = *shown;
}

/**
 * pisces_generate_request_vary:
 * @request: the request, with another seed.
 * @image: a picture of the model's; a reference to it is taken.
 * @strength: how far the new picture may go from it, above 0 and below 1.
 *
 * Then the new picture begins with @image.  If the model can also draw from pictures,
 * @image has that share in what is drawn which the strength leaves, because where only
 * the latents begin with it, the words alone say what is drawn, and a new plan leads as
 * far away as that of any other seed.
 */
void
pisces_generate_request_vary (PiscesGenerateRequest *request,
                              PiscesImage           *image,
                              gdouble                strength)
{
  pisces_generate_request_set_edit (request, image, NULL, strength);
  request->edit->varies = TRUE;
}

/**
 * pisces_generate_request_set_begun_with:
 * @request: the request, with a picture to draw into or to begin with.
 * @name: a name for the picture of the model's that this is, such as its digest.
 *
 * The engine does not read the name.  It is in the results, so that whoever keeps
 * pictures can find this one when they are to be drawn again.
 */
void
pisces_generate_request_set_begun_with (PiscesGenerateRequest *request,
                                        const gchar           *name)
{
  g_return_if_fail (request->edit != NULL);

  g_free (request->edit->begun_with);
  request->edit->begun_with = g_strdup (name);
}

/**
 * pisces_picture_new:
 *
 * Returns: (transfer full): an empty picture; fill it in before passing it to
 *   other code.
 */
PiscesPicture *
pisces_picture_new (void)
{
  CountedPicture *counted = g_new0 (CountedPicture, 1);

  g_atomic_ref_count_init (&counted->ref_count);

  return &counted->picture;
}

/**
 * pisces_picture_note_edit:
 * @picture: a picture that is being drawn.
 * @edit: (nullable): what it is drawn into, or begins with.
 */
void
pisces_picture_note_edit (PiscesPicture    *picture,
                          const PiscesEdit *edit)
{
  if (edit == NULL)
    return;

  if (edit->varies)
    picture->n_references = MAX (picture->n_references, 1);
  else
    picture->strength = edit->strength;

  if (edit->begun_with)
    {
      picture->begun_with     = g_strdup (edit->begun_with);
      picture->begun_strength = edit->strength;
    }
}

PiscesPicture *
pisces_picture_ref (PiscesPicture *picture)
{
  g_atomic_ref_count_inc (&((CountedPicture *) picture)->ref_count);

  return picture;
}

void
pisces_picture_unref (PiscesPicture *picture)
{
  if (! g_atomic_ref_count_dec (&((CountedPicture *) picture)->ref_count))
    return;

  g_clear_pointer (&picture->image, pisces_image_unref);
  g_free (picture->prompt);
  g_free (picture->negative_prompt);
  g_free (picture->plan);
  g_free (picture->begun_with);
  g_free (picture->model_name);
  g_free (picture->model_digest);
  g_free (picture->backend);
  g_free (picture);
}

void
pisces_generate_result_free (PiscesGenerateResult *result)
{
  if (result == NULL)
    return;

  g_clear_pointer (&result->pictures, g_ptr_array_unref);
  g_strfreev (result->warnings);
  g_free (result);
}


/*  describing  */

/**
 * pisces_describe_request_new:
 * @image: what to describe; a reference to it is taken.
 * @what: which texts are wanted.
 *
 * Returns: (transfer full): the request.
 */
PiscesDescribeRequest *
pisces_describe_request_new (PiscesImage         *image,
                             PiscesDescribeFlags  what)
{
  PiscesDescribeRequest *request = g_new0 (PiscesDescribeRequest, 1);

  request->image = image ? pisces_image_ref (image) : NULL;
  request->what  = what;

  return request;
}

PiscesDescribeRequest *
pisces_describe_request_copy (const PiscesDescribeRequest *request)
{
  PiscesDescribeRequest *copy = g_memdup2 (request, sizeof *request);

  copy->image    = request->image ? pisces_image_ref (request->image) : NULL;
  copy->question = g_strdup (request->question);
  copy->language = g_strdup (request->language);
  copy->context  = g_strdup (request->context);

  return copy;
}

void
pisces_describe_request_free (PiscesDescribeRequest *request)
{
  if (request == NULL)
    return;

  g_clear_pointer (&request->image, pisces_image_unref);
  g_free (request->question);
  g_free (request->language);
  g_free (request->context);
  g_free (request);
}

void
pisces_describe_result_free (PiscesDescribeResult *result)
{
  if (result == NULL)
    return;

  g_free (result->short_text);
  g_free (result->long_text);
  g_free (result->answer);
  g_strfreev (result->keywords);
  g_free (result->doubt);
  g_strfreev (result->warnings);
  g_free (result->model_name);
  g_free (result->model_digest);
  g_free (result->backend);
  g_free (result);
}


/*  checking  */

void
pisces_score_free (PiscesScore *score)
{
  if (score == NULL)
    return;

  g_free (score->description);
  g_free (score->model_name);
  g_free (score);
}


/*  models  */

void
pisces_model_info_free (PiscesModelInfo *info)
{
  if (info == NULL)
    return;

  g_free (info->family);
  g_free (info->name);
  g_free (info->summary);
  g_free (info->licence);
  g_strfreev (info->remarks);
  g_free (info);
}
