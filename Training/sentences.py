"""Varied English sentences without end: own words in own templates. Training's and the unseen ones never coincide."""
import random
import zlib

NOUNS = """apple baker balloon bamboo basket beach bell bicycle bird blanket boat book bottle bridge brother butter camera
candle captain carpet castle champion cherry chimney church circle city cloud coffee corner cousin cup daughter doctor
dolphin door dragon dream drum eagle earth engine evening family farmer father feather fever film finger fire fish flower
forest fountain fox friend garden ghost giant glove grape guitar hammer harbour hat honey horse house hummingbird island
jacket jewel journey juice jungle kettle key kitchen kitten lady lamp leaf lemon letter library lion lobster lumber magic
mailbox map market measure melody milk mirror moment monkey moon morning mother mountain mouse museum music napkin needle
night number ocean office onion orange oyster paper parade peach pebble pepper piano picture pillow pilot pocket poem
pumpkin puppy queen question rabbit rain river road robot roof rope rose sailor sandwich school shadow sheep ship shoe
shop shoulder silver singer sister snow soap song spoon squirrel star stone storm story street sugar summer sun table
teacher temple thumb thunder ticket tiger tower toy train treasure tree trumpet tube turtle uncle valley vase village
violin voice wagon watch water weather web whale wheel whistle window winter wolf wonder yacht yard year zebra zoo""".split()
ADJECTIVES = """amber angry big blue brave bright busy calm cheap cheerful clever cold curious damp deep eager empty even
fair famous fancy fierce fine foggy fresh friendly funny gentle giant golden good grumpy happy heavy hollow huge humble
jolly juicy kind large late lazy little long lovely loud low lucky merry mighty modern narrow new noisy odd old open pale
perfect pleasant polite poor proud purple quick quiet rare ripe rough round royal shallow sharp shiny shy silent simple
sleepy slow small smooth soft sour strange strong sweet tall thick thin tiny unusual usual vast velvet warm weak wet whole
wide wild wise wooden yellow young""".split()
VERBS = """admires avoids believes bothers bought brings brought builds buys carries catches chases chooses covers enjoys
draws drops feels feeds fetches finds fixes follows forgets forgives found gave has hears helps hides holds imagines
keeps kisses knows leaves likes loses loved made measures meets misses moves needs notices offers owns paints pleases
prefers protects pulls pushes put reads remembers repairs saves saw sees sells sent shares shows steals teaches thanks
throws took touches visits wants washes watched wears welcomes wishes""".split()
ADVERBS = """again already always badly barely bravely calmly carefully early easily finally gladly hardly maybe nearly
never often perhaps probably quickly quietly rarely really simply slowly softly sometimes soon still suddenly
surprisingly today tomorrow together usually very warmly yesterday""".split()
NAMES = """Abby Adam Amy Bob Beth Charlie Chloe David Emma Fiona Frank George Grace Hugo Ivy Jack Joyce Kate Leo Lucy Mia
Molly Noah Oliver Pam Peter Quinn Rose Ruth Sam Sophie Thomas Uma Victor Wendy Yusuf Zoe""".split()
PLACES = """above the {n}|behind the {n}|beyond the {a} {n}|by the {n}|near {N}'s {n}|over the {n}|under a {a} {n}|with
{N}|without the {n}|before the {n}|between the {n} and the {n}|from the {n}|in the {n}|through the {a} {n}|at home|after
five|for the {n}|inside my {n}|outside our {n}""".replace("\n", " ").split("|")
TEMPLATES = """The {a} {n} {v} the {n} {p}.|{N} {v} my {a} {n}.|{N} {v} a {n} {p}, but {N} {v} the {n}.|My {n} and your {n}
are {a} and {a}.|Why is the {n} so {a} {p}?|Would you {d} put the {n} {p}?|{D}, the {a} {n} {v} {N}.|Hello, I am {N}.|Good
morning, {N}. How is your {n}?|Please bring me the {a} {n} {p}, {N}.|There are {q} {a} {n}s {p}.|I think that {N} {d} {v}
the {n}.|If the {n} is {a}, we {d} go {p}.|{q} {n}s, {q} {n}s, and a {a} {n}.|Maybe {N} may buy a {n} {p}.|You should not
leave the {n} {p}.|What a {a} {n}!|It was {q} past {q}, and the {n} was {a}.|Thank you, {N}, that was {a}.|{n}, {n}, {a},
{d}, {n}.|We have {q} {n}s and {q} {a} {n}s.|Can the {n} {p} be {a}?|No, {N} {v} the {n} {p}.|Nobody {v} the {a} {n}, and
{N} {d} {v} the {n}.""".replace("\n", " ").split("|")
NUMBERS = "one two three four five six seven eight nine ten eleven twelve thirteen fifteen twenty thirty ninety".split()


def sentences(seed, unseen=False):
    """An endless, repeatable row of sentences; a sentence is ever only among the unseen ones or the others."""
    rng = random.Random(seed)
    while True:
        text = _fill(rng, rng.choice(TEMPLATES))
        if (zlib.crc32(text.encode()) % 8 == 0) == unseen:
            yield text


def _fill(rng, template):
    words = {"n": NOUNS, "a": ADJECTIVES, "v": VERBS, "d": ADVERBS, "D": ADVERBS, "N": NAMES, "p": PLACES, "q": NUMBERS}
    out, place = [], 0
    while place < len(template):
        if template[place] == "{":
            out.append(_fill(rng, rng.choice(words[template[place + 1]])))
            place += 3
        else:
            out.append(template[place])
            place += 1
    text = "".join(out)
    return text[0].upper() + text[1:] if template in TEMPLATES else text


if __name__ == "__main__":
    import itertools
    print("\n".join(itertools.islice(sentences(0), 20)))
