/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * connector.h: the way from a vision encoder into a language model that makes
 * fewer rows of many tokens: each square of s × s neighbours is put side by side
 * (pixel shuffle, arXiv 1609.05158 the other way round), and one linear layer
 * without bias makes a row of it.  As in Idefics3 and SmolVLM.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

typedef struct _PiscesConnector PiscesConnector;

PiscesConnector * pisces_connector_load    (PiscesBackend      *backend,
                                            PiscesWeightFiles  *files,
                                            const gchar        *name,
                                            gint                grid_size,
                                            gint                factor,
                                            gint64              n_in,
                                            gint64              n_out,
                                            GError            **error);
void              pisces_connector_free    (PiscesConnector    *connector);
gint              pisces_connector_n_rows  (PiscesConnector    *connector);

void              pisces_connector_forward (PiscesConnector    *connector,
                                            PiscesTensor        y,
                                            PiscesTensor        x);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesConnector, pisces_connector_free)

G_END_DECLS
