# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 4: the language model with its eye, both ways at once.

Each step has three batches.  Pictures -> text: of each picture a description
or the plan, and answers to several questions, side by side after one look at
it; the attention mask keeps them from reading each other.
Prompts -> plan -> vectors: cross-entropy on the plan, mean squared error on
the 16 vectors of gen-CLIP.  Prompts -> plan, text only and about all
combinations of class, colour and number, also those that no picture shows:
otherwise the model learns that these never occur.

Why a plan: the mean of all pictures that fit "a star and a fish" is a
muddle, and a mean is what squared error asks for.  With a sampled layout
before them the vectors have little left to guess.

Tasks come in the three steps of Pisces: short captions, detailed captions,
instructions.
"""
import random

import torch
import torch.nn.functional as F
from torch import nn

import captions
import groups
import networks
import phrasing
import pool
import tokenizer as tok
import world
from dense import NUM_LABELS, circles, dense_loss
from training import Run, arguments, as_input, autocast

IGNORED = -100
VECTOR_NOISE = .3       # on vectors fed back, for its own are never exact
IMAGE_TOKENS = 16
RECOLORED = .2
COMPOSED = .25          # of the pictures that are described, and
PHRASED = .6            # of the prompts of pictures, and
PHRASED_ALONE = .85     # of those without, come from groups.py
DOUBLED = .15           # of these, with two groups of a kind
QUESTIONS = 8           # of each picture, and how often each kind
KINDS = (("is_there", "where", "how_many", "what_color", "what_is"),
         (.15, .4, .08, .32, .05))
NAME_WEIGHT = 4.        # in what is said of pictures, and
PLANNED_NAMES = 2.      # in plans; what goes wrong there is where things
PLANNED_NUMBERS = 3.    # are, and what stands between is always the same
PLANNED_SYNTAX = .3
PLANNED_ENDS = 2.       # whether one more thing follows: with .3 for the sign
                        # that goes on and 1 for the end, plans ended too soon
LOOSE = .1              # of the numbers where a prompt says nothing of places,
                        # and of colours that it does not say
PLACE_WEIGHT = 4.
NEW_HEADS = 100         # steps with pictures
VERDICT_WEIGHT = 5.     # of "yes" and "no": one token of the forty of a
                        # picture, it was never learnt, and "yes" always said


class Training(nn.Module):
    def __init__(self, tokenizer):
        super().__init__()
        vocab_size = tokenizer.get_vocab_size()
        self.pisces = networks.Pisces(vocab_size)
        self.labels = nn.Linear(networks.VISION["hidden_size"], NUM_LABELS)
        nn.init.normal_(self.pisces.language_model.model.embed_tokens.weight,
                        std=.3)
        # Classes and colours count more than what stands between them.
        names = [tok.encode(tokenizer, word) for word in (
            *world.CLASSES, *captions.PLURALS.values(), *world.BACKGROUNDS)]
        weight, planned = torch.ones(vocab_size), torch.ones(vocab_size)
        for ids in names:
            weight[ids], planned[ids] = NAME_WEIGHT, PLANNED_NAMES
        for number in range(captions.GRID):
            # "x" and the number may be one token.
            planned[tok.encode(tokenizer, f"x{number}")[-1]] = PLANNED_NUMBERS
        for word in ("background;", "x", "y", "s"):
            planned[tok.encode(tokenizer, word)] = PLANNED_SYNTAX
        for word in ("top", "bottom", "left", "right", "center"):
            weight[tok.encode(tokenizer, word)] = PLACE_WEIGHT
        for word in ("yes", "no", "none"):
            weight[tok.encode(tokenizer, word)] = VERDICT_WEIGHT
        planned[tok.encode(tokenizer, ";")] = PLANNED_ENDS
        planned[tok.IMAGE_START] = PLANNED_ENDS
        self.register_buffer("word_weight", weight, persistent=False)
        self.register_buffer("planned_weight", planned, persistent=False)


def look_like(model, encoder):
    """The understanding eye starts as gen-CLIP's and goes its own way: from
    nothing, under the captioning loss alone, it stayed blind."""
    model.pisces.vision_tower.load_state_dict(
        {k: v for k, v in encoder.state_dict().items()
         if not k.startswith("visual_projection")})


# ---------------------------------------------------------------------------
# Sequences.

class Texts:
    """Filled templates as tokens, with the targets where the loss is."""

    def __init__(self, tokenizer, rng):
        self.tokenizer, self.rng = tokenizer, rng
        # "x" and the number may be one token.
        self.number_ids = {self.encode(f"x{number}")[-1]
                           for number in range(captions.GRID)}
        self.size_id = self.encode("s1")[0]
        self.color_ids = {self.encode(word)[-1] for word in world.COLOR_NAMES}
        self.kind_ids = {self.encode(word)[-1] for word in world.CLASSES}

    def encode(self, text):
        return tok.encode(self.tokenizer, text)

    def filled(self, task, answer, asked=""):
        """(tokens, number of them that are given) of what follows a
        picture."""
        template = ("{image}<|plan|>" if task == "plan"
                    else tok.TEMPLATES[task])
        given = template.split("{image}")[1].replace("{text}", asked)
        return self.encode(given + answer) + [tok.END], len(self.encode(given))

    def described(self, scene, progress):
        """A description or the plan."""
        weights = ((.8, 0, .2) if progress < .12 else
                   (.6, .25, .15) if progress < .3 else (.5, .3, .2))
        task = self.rng.choices(("short", "long", "plan"), weights)[0]
        answer = dict(short=captions.short_description,
                      long=captions.long_description,
                      plan=captions.plan)[task](scene)
        return self.filled(task, answer)

    def answered(self, scene, recolored):
        """One question with its answer."""
        if recolored:
            asked, answer = captions.colorless_question(scene, self.rng)
        else:
            kind = self.rng.choices(*KINDS)[0]
            asked, answer = captions.question(scene, self.rng, kind)
        return self.filled("question", answer, asked)

    def loose(self, ids, given, placed, sized, colored):
        """Which tokens of a prompt and its plan count little: numbers, where
        the prompt says nothing of places or sizes, and colours that it does
        not say (colored: whether it says that of each thing)."""
        out, thing = [False] * len(ids), 0
        for i in range(given, len(ids)):
            if ids[i] in self.number_ids:
                told = placed or (sized and ids[i - 1] == self.size_id)
                out[i] = not told
            elif ids[i] in self.kind_ids and ids[i - 1] in self.color_ids:
                out[i - 1] = thing < len(colored) and not colored[thing]
                thing += 1
        return out

    def drawn(self, scene, prompt):
        """The same for a prompt and the plan that follows it."""
        given = tok.TEMPLATES["plan"].replace("{text}", prompt)
        filled = (tok.TEMPLATES["draw"].replace("{text}", prompt)
                  .replace("{plan}", captions.plan(scene)))
        return self.encode(filled), len(self.encode(given))


def padded(sequences):
    """Tokens, and targets of those that are not given: [n, longest]."""
    ids = [torch.tensor(ids) for ids, _ in sequences]
    targets = [i.clone() for i in ids]
    for target, (_, given) in zip(targets, sequences):
        target[:given] = IGNORED
    return (nn.utils.rnn.pad_sequence(ids, True, tok.PAD),
            nn.utils.rnn.pad_sequence(targets, True, IGNORED))


def text_loss(model, states, targets, weight=None):
    """Cross-entropy at the places that have a target."""
    wanted = targets != IGNORED
    if not wanted.any():        # in a small batch all plans may be given
        return states.sum() * 0
    logits = model.pisces.language_model.lm_head(states[wanted]).float()
    return F.cross_entropy(logits, targets[wanted],
                           model.word_weight if weight is None else weight)


# ---------------------------------------------------------------------------
# The two batches.

def side_by_side(pieces):
    """Several texts after one picture as one sequence.  pieces: a list of
    (tokens, given) for each picture.  Returns ids, targets of the next token
    and positions [n, length], and the additive mask [n, 1, image + length,
    image + length]: each text sees the picture and itself."""
    before = 1 + IMAGE_TOKENS
    ids, targets, places, groups = [], [], [], []
    for texts in pieces:
        ids.append(torch.tensor(sum((i[:-1] for i, _ in texts), [])))
        targets.append(torch.tensor(sum(
            ([IGNORED] * (given - 1) + i[given:] for i, given in texts), [])))
        places.append(torch.cat([torch.arange(len(i) - 1)
                                 for i, _ in texts]) + before)
        groups.append(torch.cat([torch.full((len(i) - 1,), n)
                                 for n, (i, _) in enumerate(texts, 1)]))

    def pad(rows, value):
        return nn.utils.rnn.pad_sequence(rows, True, value)
    n = len(pieces)
    places = torch.cat([torch.arange(before).expand(n, -1), pad(places, 0)],
                       1)
    group = F.pad(pad(groups, -1), (before, 0))
    order = torch.arange(group.shape[1])
    seen = (group[:, None] == group[:, :, None]) | (group[:, None] == 0)
    seen &= order <= order[:, None]
    mask = torch.zeros(seen.shape).masked_fill_(~seen, -1e9)[:, None]
    return pad(ids, tok.PAD), pad(targets, IGNORED), places, mask


def describe_step(model, texts, start, count, progress, new_heads=False):
    """Losses of pictures -> text.  While the heads of the dense loss are new
    (take_up.py) the eye does not follow them."""
    scenes, pictures, pieces, recolored = [], [], [], []
    for i in range(start, start + count):
        chance = texts.rng.random()
        strange = chance < RECOLORED
        if chance > 1 - COMPOSED:
            scene, pixels = groups.picture_of(i)
        elif strange:
            recolored.append(len(scenes))
            scene, pixels = world.recolored_picture("train", i, texts.rng)
        else:
            scene, pixels = world.picture_of("train", i)
        scenes.append(scene)
        pictures.append(world.for_encoder(pixels))
        questions = 0 if progress < .12 else QUESTIONS
        pieces.append([texts.answered(scene, strange)
                       for _ in range(questions + strange)])
        if not strange:
            pieces[-1].append(texts.described(scene, progress))
    x = as_input(pictures)
    ids, targets, places, mask = side_by_side(pieces)
    with autocast():
        tokens = model.pisces.vision_tower.tokens(x)
        begin = model.pisces.embed(torch.full((count, 1), tok.BEGIN))
        inputs = torch.cat([begin, model.pisces.see(tokens),
                            model.pisces.embed(ids)], 1)
        states = model.pisces.states(inputs, places=places, mask=mask)
        loss = text_loss(model, states[:, 1 + IMAGE_TOKENS:], targets)
        labels = model.labels(tokens.detach() if new_heads else tokens)
    dense, right = dense_loss(labels, circles(scenes, recolored))
    return loss, dense, right


def prompted(vectors, rng):
    """A scene that has vectors, with a prompt and the vectors.  vectors: two
    tensors, of world.scene_of("train") and of groups.composition_of()."""
    composed = int(rng.random() < PHRASED and len(vectors[1]) > 0)
    index = rng.randrange(len(vectors[composed]))
    if composed:
        composition = groups.composition_of(index)
        scene, prompt = phrasing.of_composition(composition, rng)
    else:
        scene, prompt = captions.asked(world.scene_of("train", index), rng)
    return scene, prompt, vectors[composed][index]


def draw_step(model, texts, vectors, count, rng):
    """Losses of prompts -> plan -> vectors."""
    rows, true = [], []
    for _ in range(count):
        scene, prompt, wanted = prompted(vectors, rng)
        true.append(wanted)
        chance = rng.random()
        if chance < .2:
            # Whoever edits the plan is right: the vectors must follow it,
            # whatever the prompt says, and there is no plan to learn here.
            other = world.scene_of("train", rng.randrange(1 << 20))
            things = list(scene.things)
            rng.shuffle(things)
            ids, _ = texts.drawn(
                world.Scene(scene.background, tuple(things)),
                captions.prompt(other, rng) if chance < .1 else "")
            rows.append((ids, len(ids)))
        else:
            rows.append(texts.drawn(scene, prompt))
    true = torch.stack(true).float()
    lengths = torch.tensor([len(ids) for ids, _ in rows])
    ids, targets = padded(rows)
    extra = max(0, int(lengths.max()) + IMAGE_TOKENS - 1 - ids.shape[1])
    ids = F.pad(ids, (0, extra), value=tok.PAD)
    targets = F.pad(targets, (0, extra), value=IGNORED)
    noisy = true + VECTOR_NOISE * torch.randn_like(true)
    # The first vector is the answer to the last token of the template.
    places = lengths[:, None] - 1 + torch.arange(IMAGE_TOKENS)
    here = torch.arange(count)[:, None]
    with autocast():
        inputs = model.pisces.embed(ids)
        fed = model.pisces.gen_projector(noisy[:, :-1]).to(inputs.dtype)
        inputs = inputs.index_put((here, places[:, 1:]), fed)
        states = model.pisces.states(inputs)
        plan = text_loss(model, states[:, :-1], targets[:, 1:],
                         model.planned_weight)
        guess = model.pisces.down_projector(states[here, places]).float()
    return plan, F.mse_loss(guess, true)


def text_batches(texts, count, rng):
    """Prompts with plans, text only, of scenes with any combination, and
    what counts little in them because the prompt does not say it; those of a
    batch are about equally long, so that little of it is padding."""
    while True:
        rows = []
        while len(rows) < 12 * count:
            if rng.random() < PHRASED_ALONE:
                composition = groups.sample(rng, calm=phrasing.CALM)
                if rng.random() < DOUBLED:
                    composition = groups.doubled(composition, rng)
                scene, prompt, colored = phrasing.sample(rng, composition)
                ids, given = texts.drawn(scene, prompt)
                rows.append((ids, given, texts.loose(
                    ids, given, bool(composition.facts),
                    any(g.size for g in composition.groups), colored)))
            else:
                scene = world.scene_of("any", rng.randrange(1 << 30))
                ids, given = texts.drawn(*captions.asked(scene, rng))
                rows.append((ids, given, texts.loose(ids, given, False, False,
                                                     ())))
        rows.sort(key=lambda row: len(row[0]))
        batches = [rows[i:i + count] for i in range(0, len(rows), count)]
        rng.shuffle(batches)
        yield from batches


def plan_step(model, rows):
    """Loss of prompts -> plan.  Places and colours that no prompt foretells
    hardly count."""
    ids, targets = padded([row[:2] for row in rows])
    targets = targets[:, 1:]
    wanted = targets != IGNORED
    loose = nn.utils.rnn.pad_sequence(
        [torch.tensor(row[2]) for row in rows], True)[:, 1:][wanted]
    with autocast():
        states = model.pisces.states(model.pisces.embed(ids))[:, :-1]
        logits = model.pisces.language_model.lm_head(states[wanted]).float()
    targets = targets[wanted]
    weight = model.planned_weight[targets]
    weight = torch.where(loose, LOOSE * weight, weight)
    loss = F.cross_entropy(logits, targets, reduction="none")
    return (loss * weight).sum() / weight.sum()


def main():
    args = arguments(minutes=90, pictures=0, texts=0, seldom=1, last=.25)
    torch.manual_seed(4)
    tokenizer = tok.load_tokenizer(args.out)
    model = Training(tokenizer)
    look_like(model, pool.load_encoder(args.out))
    # The layers of the language model alone: it was tried with plans.
    layers = model.pisces.language_model.model.layers
    run = Run("language", model, args, rate=8e-4, decay=.02, average=.998,
              muon=[p for p in layers.parameters() if p.ndim > 1])
    vectors = [pool.read(args.out, "vectors", split)
               for split in ("train", "groups")]
    rng = random.Random(run.steps)
    texts = Texts(tokenizer, rng)
    batch = args.batch or 8
    pictures = args.pictures or batch       # of a step
    start = run.samples
    plans = text_batches(texts, args.texts or 2 * batch, rng)
    numbers = {}
    while run.going():
        text_plan = plan_step(model, next(plans))
        loss, seen = text_plan, 0
        # But for the end, words may have most of the time.
        if run.left < args.last or run.steps % args.seldom == 0:
            plan, error = draw_step(model, texts, vectors, batch // 2, rng)
            words, dense, right = describe_step(
                model, texts, start, pictures, run.progress,
                run.steps < NEW_HEADS * args.seldom)
            loss = loss + .3 * plan + 2 * error + words + .4 * dense
            numbers = dict(plan=plan, vectors=error, words=words, dense=dense,
                           right=right)
            start += pictures
            seen = pictures
        run.update(loss, seen, text_plan=text_plan, **numbers)
    run.finish()


if __name__ == "__main__":
    main()
