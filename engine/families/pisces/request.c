/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * request.c: what a request for pictures means to a model: its own values where none
 * are given, and whether it can be drawn.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/diffusion.h"
#include "engine/families/pisces/model.h"

/* Shares that come from a user may not add up to exactly 1.  */
#define WEIGHT_SLACK 1e-6


static gboolean check_references (PiscesModel                  *model,
                                  const PiscesGenerateRequest  *request,
                                  GError                      **error);


/*  public functions  */

/* Returns the guidance that is used.  */
gdouble
pisces_request_guidance (PiscesModel                 *model,
                         const PiscesGenerateRequest *request)
{
  return request->guidance_scale < 0.0 ? model->settings.default_guidance_scale
                                       : request->guidance_scale;
}

gdouble
pisces_request_temperature (PiscesModel                 *model,
                            const PiscesGenerateRequest *request)
{
  return request->temperature < 0.0 ? model->settings.default_temperature
                                    : request->temperature;
}

gboolean
pisces_request_check (PiscesModel                  *model,
                      const PiscesGenerateRequest  *request,
                      GError                      **error)
{
  return pisces_generate_request_check (request, error) &&
         pisces_diffusion_check_steps (model->scheduler, request->steps, error) &&
         check_references (model, request, error);
}


/*  private functions  */

static gboolean
check_references (PiscesModel                  *model,
                  const PiscesGenerateRequest  *request,
                  GError                      **error)
{
  gdouble sum = 0.0;

  for (guint i = 0; request->references && i < request->references->len; i++)
    {
      const PiscesReference *reference = request->references->pdata[i];

      if (reference->image == NULL || ! (reference->weight >= 0.0))
        {
          g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                               _("A picture to draw from is missing, or its weight "
                                 "is not a number from 0 to 1."));
          return FALSE;
        }
      sum += reference->weight;
    }

  if (! (sum <= 1.0 + WEIGHT_SLACK))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   _("The weights of the pictures to draw from add up to %g; 1 is the most."), sum);
      return FALSE;
    }

  return request->references == NULL || request->references->len == 0 ||
         pisces_model_check_gen_vision (model, error);
}
