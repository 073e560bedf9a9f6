# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 2: gen-CLIP, the generation encoder.

Its 16 vectors must be two things at once: predictable from words, and enough
to draw the picture again.  So three losses: contrastive against a small text
tower (as CLIP), reconstruction of the picture from the vectors, and the dense
loss on tokens and on vectors.  The towers beside the encoder are thrown away.
"""
import random

import torch
import torch.nn.functional as F
from torch import nn
from transformers import SiglipVisionConfig
from transformers.models.siglip.modeling_siglip import SiglipEncoder

import captions
import networks
import tokenizer as tok
import world
from dense import NUM_LABELS, circles, dense_loss
from training import Run, arguments, as_input, as_pictures, autocast

TEXT_WIDTH = 128
SHARED_WIDTH = 128
RECOLORED = .5


def layers(width, heads, count):
    """Plain transformer layers (those of SigLIP, for their explicit
    attention)."""
    return SiglipEncoder(SiglipVisionConfig(
        hidden_size=width, intermediate_size=4 * width,
        num_hidden_layers=count, num_attention_heads=heads,
        attn_implementation="eager"))


class Training(nn.Module):
    """The encoder and what is only needed to train it."""

    def __init__(self, vocab_size):
        super().__init__()
        self.encoder = networks.GenerationEncoder()
        width = networks.VISION["hidden_size"]
        self.token_labels = nn.Linear(width, NUM_LABELS)
        self.vector_labels = nn.Linear(networks.VECTOR_SIZE, 4 * NUM_LABELS)
        # text tower
        self.words = nn.Embedding(vocab_size, TEXT_WIDTH)
        self.places = nn.Parameter(torch.randn(1, 96, TEXT_WIDTH) * .02)
        self.text_layers = layers(TEXT_WIDTH, 2, 2)
        self.text_norm = nn.LayerNorm(TEXT_WIDTH)
        self.text_out = nn.Linear(TEXT_WIDTH, SHARED_WIDTH)
        self.image_out = nn.Linear(
            networks.NUM_VECTORS * networks.VECTOR_SIZE, SHARED_WIDTH)
        self.scale = nn.Parameter(torch.tensor(2.5))
        # vectors -> picture
        self.spread = nn.Linear(networks.VECTOR_SIZE, 4 * width)
        self.cells = nn.Parameter(torch.randn(1, 64, width) * .02)
        self.picture_layers = layers(width, 3, 2)
        self.picture_norm = nn.LayerNorm(width)
        self.pixels = nn.Linear(width, 16 * 16 * 4)

    @staticmethod
    def _quarter(x):
        """[n, 16, 4 w] -> [n, 64, w]: every vector becomes 2 × 2 cells."""
        n, width = len(x), x.shape[-1] // 4
        x = x.view(n, 4, 4, 2, 2, width).permute(0, 1, 3, 2, 4, 5)
        return x.reshape(n, 64, width)

    def labels_of_vectors(self, vectors):
        return self._quarter(self.vector_labels(vectors))

    def picture(self, vectors):
        x = self._quarter(self.spread(vectors)) + self.cells
        x = self.picture_layers(inputs_embeds=x).last_hidden_state
        x = self.pixels(self.picture_norm(x))
        x = x.view(-1, 8, 8, 16, 16, 4).permute(0, 5, 1, 3, 2, 4)
        return x.reshape(-1, 4, 128, 128)

    def image_embedding(self, vectors):
        return F.normalize(self.image_out(vectors.flatten(1)).float(), dim=-1)

    def text_embedding(self, ids):
        known = ids != tok.PAD
        x = self.words(ids) + self.places[:, :ids.shape[1]]
        mask = torch.where(known, 0., -1e4)[:, None, None]
        x = self.text_layers(inputs_embeds=x,
                             attention_mask=mask).last_hidden_state
        x = (self.text_norm(x) * known[..., None]).sum(1)
        x = x / known.sum(1, keepdim=True).clamp(min=1)
        return F.normalize(self.text_out(x).float(), dim=-1)


def contrastive_loss(images, texts, scale):
    logits = images @ texts.T * scale.exp().clamp(max=50)
    same = torch.arange(len(logits))
    loss = (F.cross_entropy(logits, same) + F.cross_entropy(logits.T, same))
    return loss / 2, (logits.argmax(1) == same).float().mean()


def batch_of(start, count, tokenizer, rng):
    """Things, pictures and captions; some pictures in strange colours, with
    captions that have none."""
    scenes, pictures, ids, recolored = [], [], [], []
    for i in range(start, start + count):
        if rng.random() < RECOLORED:
            recolored.append(len(scenes))
            scene, pixels = world.recolored_picture("train", i, rng)
            caption = captions.kinds(scene, rng)
        else:
            scene, pixels = world.picture_of("train", i)
            caption = captions.caption(scene, rng)
        scenes.append(scene)
        pictures.append(world.for_encoder(pixels))
        ids.append(tok.encode(tokenizer, caption))
    ids = nn.utils.rnn.pad_sequence([torch.tensor(i[:96]) for i in ids],
                                    batch_first=True)
    return circles(scenes, recolored), as_input(pictures), ids


def main():
    args = arguments(minutes=27)
    torch.manual_seed(2)
    tokenizer = tok.load_tokenizer(args.out)
    model = Training(tokenizer.get_vocab_size())
    run = Run("encoder", model, args, rate=1e-3, decay=.02, average=.998)
    rng = random.Random(run.steps)
    batch = args.batch or 32
    while run.going():
        things, x, ids = batch_of(run.samples, batch, tokenizer, rng)
        with autocast():
            tokens = model.encoder.tokens(x)
            vectors = model.encoder.pool(tokens)
            noisy = vectors + .1 * torch.randn_like(vectors)
            by_token = model.token_labels(tokens)
            by_vector = model.labels_of_vectors(noisy)
            y = model.picture(noisy).float()
            contrast, found = contrastive_loss(
                model.image_embedding(vectors), model.text_embedding(ids),
                model.scale)
        pixel = F.l1_loss(y, x) + F.mse_loss(y, x)
        token_loss, token_right = dense_loss(by_token, things)
        vector_loss, vector_right = dense_loss(by_vector, things)
        run.update(.1 * contrast + 2 * pixel + .4 * token_loss
                   + .4 * vector_loss, batch, contrast=contrast, found=found,
                   pixel=pixel, tokens=token_loss, vectors=vector_loss,
                   token_right=token_right, vector_right=vector_right)
    run.save()
    run.finish(**measure(model, run, args.out, tokenizer))


@torch.no_grad()
def measure(model, run, out, tokenizer, count=256):
    """Share of object patches of held-out scenes whose class is right."""
    model.load_state_dict(run.average.state())
    model.eval()
    numbers = {}
    for split in "seen", "unseen":
        pairs = [world.picture_of(split, i) for i in range(count)]
        x = as_input([world.for_encoder(pixels) for _, pixels in pairs])
        things = circles([scene for scene, _ in pairs])
        vectors = torch.cat([model.encoder.vectors(part)
                             for part in x.split(32)])
        loss, right = dense_loss(model.labels_of_vectors(vectors), things)
        numbers[f"class_{split}"] = round(right.item(), 4)
    y = model.picture(vectors[:8])
    world.contact_sheet([*as_pictures(x[:8]), *as_pictures(y)], 8,
                        out / "encoder.png")
    return numbers


if __name__ == "__main__":
    main()
