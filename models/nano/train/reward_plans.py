# SPDX-License-Identifier: GPL-3.0-or-later
"""Stage 4, further: plans that are right are rewarded.

The loss of train_language.py asks for the very plan that was drawn, place by
place, and most of it is spent on places that no prompt foretells; whether "a
sun over a house" comes out so hangs on few of them.  Here the model writes
several plans for each prompt, each is held against what the prompt says (its
groups, its facts, its background), and what was better than the others of the
same prompt becomes likelier: GRPO (arXiv 2402.03300, without the division by
the deviation, arXiv 2503.20783), as Unified-GRPO (arXiv 2509.09666) has it,
with a checker in the judge's place.  The old losses go on beside it, so that
nothing else is forgotten.
"""
import random
import time

import torch
import torch.nn.functional as F
from transformers import DynamicCache

import captions
import groups as composing
import phrasing
import pool
import tokenizer as tok
import train_language as language
from training import Run, arguments, autocast

PROMPTS = 16                # of a step, and
PLANS = 8                   # of each prompt
TEMPERATURE = .7            # of their writing
LONGEST = 72                # tokens of a plan
GROUPS_RIGHT = .25          # of the reward, before any fact is looked at
TOUCHING = .85              # of two radii: things that lie on each other
OLD_LOSS = .3
PICTURES = 8                # that are described beside it, now and then


# ---------------------------------------------------------------------------
# What a plan is worth.

def sizes_hold(groups, circles):
    """"Small" is smaller than what is not small, "large" larger."""
    means = [sum(r for _, _, r in c) / len(c) for c in circles]
    rank = {"small": 0, "": 1, "large": 2}
    pairs = [(a, b) for a in range(len(groups)) for b in range(len(groups))
             if rank[groups[a].size] < rank[groups[b].size]
             and "" not in (groups[a].size, groups[b].size)]
    held = [means[a] < means[b] for a, b in pairs]
    for group, mean in zip(groups, means):
        if group.size and len(groups) == group.number == 1:
            held.append(mean < .19 if group.size == "small" else mean > .22)
    return held


def apart(things):
    return all((a.x - b.x) ** 2 + (a.y - b.y) ** 2
               > (TOUCHING * (a.radius + b.radius)) ** 2
               for i, a in enumerate(things) for b in things[:i])


def worth(plan, composition, phrase):
    """0…1 of a plan for a prompt that says `composition`."""
    scene = captions.read_plan(plan)
    if scene is None:
        return 0.
    wanted = (composition.scene.background if phrase.said_background
              else "transparent")
    circles = []
    left = list(scene.things)
    for number, group in enumerate(composition.groups):
        mine = [o for o in left if o.kind == group.kind and (
            not phrase.has_color(number) or o.color == group.color)]
        few = 2 if number in phrase.vague else group.number
        many = 6 if number in phrase.vague else group.number
        if not few <= len(mine) <= many:
            return 0.
        left = [o for o in left if o not in mine]
        circles.append([(o.x, o.y, o.radius) for o in mine])
    if left or scene.background != wanted:
        return 0.
    held = [composing.holds(f, circles) for f in composition.facts]
    held += sizes_hold(composition.groups, circles)
    share = sum(held) / len(held) if held else 1.
    value = GROUPS_RIGHT + (1 - GROUPS_RIGHT) * share ** 2
    return value if apart(scene.things) else .6 * value


def ask(rng):
    """(composition, phrase, prompt) in which each thing of a plan belongs to
    one group."""
    while True:
        composition = composing.sample(rng)
        phrase = phrasing.Phrase(composition, rng)
        prompt = phrase.text()
        kinds = [g.kind for g in composition.groups]
        if phrase.colored or len(set(kinds)) == len(kinds):
            return composition, phrase, prompt


# ---------------------------------------------------------------------------
# Writing.

@torch.no_grad()
def write(model, prompts):
    """Plans of prompts [n, L] that are padded at their left: ids [n, T] with
    PAD behind the end."""
    llama = model.pisces.language_model
    mask = (prompts != tok.PAD).long()
    places = (mask.cumsum(1) - 1).clamp(min=0)
    cache, ids, out = DynamicCache(), prompts, []
    ended = torch.zeros(len(prompts), dtype=torch.bool)
    for _ in range(LONGEST):
        with autocast():
            states = llama.model(
                inputs_embeds=model.pisces.embed(ids), attention_mask=mask,
                position_ids=places, past_key_values=cache,
                use_cache=True).last_hidden_state[:, -1]
            logits = llama.lm_head(states).float()
        new = torch.multinomial(F.softmax(logits / TEMPERATURE, -1), 1)[:, 0]
        new = torch.where(ended, tok.PAD, new)
        out.append(new)
        ended |= (new == tok.END) | (new == tok.IMAGE_START)
        if ended.all():
            break
        ids = new[:, None]
        mask = torch.cat([mask, torch.ones_like(ids)], 1)
        places = places[:, -1:] + 1
    return torch.stack(out, 1)


def likelihoods(model, prompts, plans):
    """log p of every token of the plans, at the temperature: [n, T]."""
    ids = torch.cat([prompts, plans], 1)
    mask = torch.cat([prompts != tok.PAD,
                      torch.ones_like(plans, dtype=torch.bool)], 1).long()
    places = (mask.cumsum(1) - 1).clamp(min=0)
    with autocast():
        states = model.pisces.language_model.model(
            inputs_embeds=model.pisces.embed(ids), attention_mask=mask,
            position_ids=places).last_hidden_state
        logits = model.pisces.language_model.lm_head(
            states[:, prompts.shape[1] - 1:-1]).float()
    return -F.cross_entropy((logits / TEMPERATURE).transpose(1, 2), plans,
                            reduction="none")


def reward_step(model, tokenizer, rng):
    """(loss, mean worth, share of plans that are wholly right)."""
    asked = [ask(rng) for _ in range(PROMPTS)]
    given = [tok.encode(tokenizer,
                        tok.TEMPLATES["plan"].replace("{text}", prompt))
             for _, _, prompt in asked]
    length = max(map(len, given))
    prompts = torch.tensor([[tok.PAD] * (length - len(ids)) + ids
                            for ids in given]).repeat_interleave(PLANS, 0)
    plans = write(model, prompts)
    values = torch.zeros(len(plans))
    for i, ids in enumerate(plans.tolist()):
        ids = [t for t in ids if t not in (tok.PAD, tok.END,
                                           tok.IMAGE_START)]
        composition, phrase, _ = asked[i // PLANS]
        values[i] = worth(tokenizer.decode(ids).strip(), composition, phrase)
    by_prompt = values.view(PROMPTS, PLANS)
    advantage = (by_prompt - by_prompt.mean(1, keepdim=True)).flatten()
    useful = advantage.abs() > 1e-4
    numbers = float(values.mean()), float((values > .999).float().mean())
    if not useful.any():
        return torch.zeros(()), *numbers
    prompts, plans = prompts[useful], plans[useful]
    written = (plans != tok.PAD).float()
    log_p = likelihoods(model, prompts, plans)
    loss = -(advantage[useful, None] * log_p * written).sum() / (
        len(values) * 16)
    return loss, *numbers


def main():
    args = arguments(minutes=30, describe_every=4)
    torch.manual_seed(5)
    tokenizer = tok.load_tokenizer(args.out)
    model = language.Training(tokenizer)
    run = Run("language", model, args, rate=2e-4, decay=.0, average=.99,
              warm_up=10)
    vectors = [pool.read(args.out, "vectors", split)
               for split in ("train", "groups")]
    rng = random.Random(run.steps + 11)
    texts = language.Texts(tokenizer, rng)
    plans = language.text_batches(texts, 16, rng)
    start, numbers = run.samples, {}
    while run.going():
        begun = time.time()
        reward, value, right = reward_step(model, tokenizer, rng)
        rewarded = time.time() - begun
        plan, error = language.draw_step(model, texts, vectors, 8, rng)
        text_plan = language.plan_step(model, next(plans))
        loss = 2 * reward + OLD_LOSS * (.3 * plan + .7 * text_plan) + error
        if run.steps % args.describe_every == 0:
            words, dense, seen = language.describe_step(model, texts, start,
                                                        PICTURES, 1.)
            start += PICTURES
            loss = loss + 2 * words + .8 * dense
            numbers = dict(words=words, dense=dense)
        run.update(loss, 16, worth=value, right=right, seconds=rewarded,
                   plan=text_plan,
                   vectors=error, **numbers)
    run.finish()


if __name__ == "__main__":
    main()
