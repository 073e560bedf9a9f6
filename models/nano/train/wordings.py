# SPDX-License-Identifier: GPL-3.0-or-later
"""Other words for what nano knows, as people have them: of things, colours,
numbers and backgrounds.  phrasing.py puts them into prompts.

A word that is missing here is not only strange to the language model: the
engine writes UNKNOWN in its place before the model sees the prompt.
"""
import captions
import world

UNKNOWN = "something"
KINDS = {kind: (kind, *captions.SYNONYMS.get(kind, ()))
         for kind in world.CLASSES}
KINDS["circle"] += ("ball", "sphere", "disk", "orb", "bubble")
KINDS["square"] += ("box", "cube")
KINDS["triangle"] += ("pyramid",)
KINDS["heart"] += ("love heart",)
KINDS["ring"] += ("doughnut", "hoop", "wedding ring")
KINDS["moon"] += ("half moon", "crescent moon", "new moon",
                  "sickle moon")
KINDS["tree"] += ("pine", "fir tree", "pine tree", "spruce", "conifer",
                  "oak", "apple tree", "christmas tree", "palm tree", "birch",
                  "willow", "maple", "poplar", "fruit tree", "oak tree")
KINDS["house"] += ("hut", "cottage", "cabin", "building", "villa", "shed",
                   "bungalow", "mansion", "barn", "farmhouse", "shack",
                   "lodge", "family house")
KINDS["flower"] += ("daisy", "tulip", "rose", "sunflower", "bloom", "lily",
                    "poppy", "orchid", "petunia", "dandelion")
KINDS["fish"] += ("goldfish", "trout", "salmon", "carp", "tuna", "fishy")
KINDS["boat"] += ("sailing boat", "yacht", "sailing ship", "vessel",
                  "fishing boat", "dinghy", "canoe", "ferry", "rowing boat",
                  "rowboat", "steamboat", "sail boat")
KINDS["car"] += ("auto", "vehicle", "taxi", "sedan", "cab", "van", "racing car",
                 "sports car", "motor car")
KINDS["cup"] += ("teacup", "coffee cup", "coffee mug", "tea cup", "beaker",
                 "drinking cup", "tea mug")
KINDS["mushroom"] += ("fungus", "shroom", "champignon")
KINDS["umbrella"] += ("brolly", "rain umbrella", "sunshade")
KINDS["key"] += ("house key", "door key", "car key", "latchkey")
KINDS["leaf"] += ("tree leaf", "oak leaf", "maple leaf", "autumn leaf",
                  "fall leaf")
KINDS["drop"] += ("droplet", "water drop", "rain drop", "teardrop", "tear",
                  "dewdrop")
KINDS["arrow"] += ("pointer", "cursor")
KINDS["cloud"] += ("rain cloud", "storm cloud", "thundercloud")
KINDS["ghost"] += ("phantom", "spirit", "specter", "spectre", "ghoul",
                   "wraith", "apparition")
MORE_PLURALS = captions.PLURALS | {
    "daisy": "daisies", "lily": "lilies", "leaf": "leaves", "box": "boxes",
    "dinghy": "dinghies", "brolly": "brollies", "goldfish": "goldfish",
    "trout": "trout", "fungus": "fungi", "salmon": "salmon",
    "carp": "carp", "tuna": "tuna", "fishy": "fishies", "poppy": "poppies",
    "ferry": "ferries", "birch": "birches"}

# Shades that are called by the colour's name here.
SHADES = dict(
    captions.COLOR_SYNONYMS,
    red=("crimson", "scarlet", "ruby", "cherry", "ruby red", "maroon",
         "burgundy", "blood red", "reddish", "cherry red", "fire red"),
    orange=("tangerine", "amber", "apricot", "pumpkin", "orangish"),
    yellow=("golden", "gold", "lemon", "lemon yellow", "mustard",
            "sunny yellow", "yellowish", "canary", "mustard yellow"),
    green=("lime", "emerald", "olive", "mint", "lime green",
           "jade", "forest green", "grass green", "greenish", "olive green"),
    blue=("navy", "azure", "cobalt", "navy blue", "sky blue",
          "royal blue", "baby blue", "sapphire", "bluish", "ocean blue"),
    purple=("violet", "lilac", "lavender", "violet", "indigo",
            "plum", "mauve", "purplish", "grape"),
    pink=("magenta", "fuchsia", "rosy", "hot pink", "rose pink", "pinkish",
          "baby pink"),
    brown=("chocolate", "tan", "beige", "hazel", "chestnut",
           "brownish", "coffee", "bronze", "caramel", "chocolate brown"),
    black=("ebony", "jet black", "pitch black", "coal", "coal black",
           "blackish"),
    white=("ivory", "snowy", "snow white", "cream", "whitish", "pearl",
           "milky"))

# Before a plural: "lots of stars".  The first are of any number, the others
# of more than three.
SOME = ("several", "some", "a few", "a group of", "a bunch of", "a handful of",
        "a number of", "multiple", "various", "a set of", "a cluster of",
        "quite a few", "a collection of",
        "a few of", "assorted", "different")
MANY = ("many", "lots of", "a lot of", "plenty of", "loads of", "numerous",
        "tons of", "a crowd of", "a swarm of", "a heap of",
        "masses of", "so many", "countless", "a load of")
PAIRS = ("a pair of", "a couple of", "two", "twin", "a duo of", "double",
         "a couple", "both", "a pair", "a set of two")
SETS = {3: ("a trio of", "triple", "a threesome of", "a set of three",
            "three pieces of"), 4: ("a quartet of", "a set of four", "four pieces of"),
        5: ("a quintet of", "a set of five"), 6: ("half a dozen", "a half dozen", "a set of six")}
EXACTLY = ("exactly", "only", "just", "precisely", "in total", "altogether")

CLEAR = ("on a transparent background", "with a transparent background",
         "with no background", "without background",
         "transparent background", "no background", "without a background",
         "background transparent", "on a clear background", "transparent",
         "cut out", "on transparent", "the background should be transparent",
         "with nothing behind", "transparent bg", "bg transparent",
         "clear background", "on nothing", "transparent back",
         "the background is transparent", "on a see through background",
         "see through background", "the background stays empty",
         "empty background", "with an empty background", "png")
GROUNDS = ("on {a} background", "on {a} background", "with {a} background",
           "on {color}", "{color} background", "background {color}",
           "the background is {color}", "against {a} background",
           "with {a} backdrop", "before {a} background", "on {a} ground",
           "the background should be {color}", "make the background {color}",
           "on {a} backdrop", "in front of {a} background",
           "{color} as background", "background color {color}",
           "on {color} paper", "against {color}", "isolated on {color}",
           "the background in {color}", "use {a} background",
           "with {color} behind",
           "{color} bg", "bg {color}", "on {a} bg", "on {a} page",
           "on {a} canvas", "on {a} wall", "on {a} surface", "on {a} sheet",
           "on a plain {color} background", "on solid {color}",
           "on a solid {color} background", "on a simple {color} background",
           "plain {color} background", "on pure {color}", "on plain {color}",
           "on an all {color} background", "in front of {a} wall",
           "the whole background is {color}", "all of the background {color}",
           "{color} everywhere else", "the rest is {color}",
           "everything else {color}", "fill the background with {color}",
           "background of {color} color", "background in {color}",
           "behind it {color}", "over {a} background",
           "color of the background {color}", "background must be {color}",
           "its background is {color}", "against a plain {color} background",
           "with {color} in the background", "with {a} bg", "on {a} field",
           "set on {a} background", "placed on {a} background",
           "that is on {a} background", "paint the background {color}",
           "background color is {color}", "in {a} background")


def known():
    """Every word of these."""
    words = set()
    for table in (KINDS, SHADES, SETS):
        for group in table.values():
            words.update(" ".join(group).split())
    words.update(MORE_PLURALS.get(word, word + "s") for group in KINDS.values()
                 for word in group if " " not in word)
    for group in (SOME, MANY, PAIRS, EXACTLY, CLEAR, GROUNDS):
        words.update(" ".join(group).split())
    return {word for word in words if word.isalpha()}
