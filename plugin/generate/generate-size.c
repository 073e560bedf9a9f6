/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-size.c: the size in which a script's picture, or a layer again, is drawn:
 * one that the chosen model draws.
 */

#include "plugin/generate/generate-size.h"

static PiscesModelInfo * size_inspect (PiscesEngine *engine);


/*  public functions  */

/**
 * pisces_generate_size_fit:
 * @engine: the engine.
 * @width: of the place that the picture goes to, in pixels.
 * @height: the same.
 * @request: receives the size with the proportions that are nearest to the place's;
 *   none if the model draws one size only.
 */
void
pisces_generate_size_fit (PiscesEngine          *engine,
                          gint                   width,
                          gint                   height,
                          PiscesGenerateRequest *request)
{
  g_autoptr (PiscesModelInfo) info = size_inspect (engine);

  request->width = request->height = 0;
  if (info && ! pisces_sizes_is_one (&info->abilities.sizes))
    pisces_sizes_choose (&info->abilities.sizes, width, height,
                         &request->width, &request->height);
}

/**
 * pisces_generate_size_mend:
 * @engine: the engine.
 * @picture: a picture that is drawn again, perhaps with another model.
 * @request: what draws it.
 *
 * Another model need not draw such sizes; then the nearest is taken.
 */
void
pisces_generate_size_mend (PiscesEngine          *engine,
                           const PiscesPicture   *picture,
                           PiscesGenerateRequest *request)
{
  g_autoptr (PiscesModelInfo) info = size_inspect (engine);

  if (request->width > 0 && info && g_strcmp0 (info->name, picture->model_name) != 0)
    pisces_generate_size_fit (engine, request->width, request->height, request);
}


/*  private functions  */

/* Returns: (transfer full) (nullable): the chosen model that draws; %NULL if it cannot
 *   be read, which the engine says when it draws.
 */
static PiscesModelInfo *
size_inspect (PiscesEngine *engine)
{
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

  return pisces_model_inspect (pisces_status_get_model (status, PISCES_ROLE_DRAW)->folder, NULL);
}
