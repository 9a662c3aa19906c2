"""People, places and subjects of mail: plain, made-up, and the same for the same seed."""

import hashlib
import random
import uuid
from typing import TypeVar

T = TypeVar("T")

FIRST = (
    "Ada", "Amir", "Anna", "Bela", "Carla", "Chen", "Dana", "David", "Elif", "Emma", "Farid", "Femi",
    "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jana", "João", "Jonas", "Kemal", "Kim", "Lara", "Leïla",
    "Lina", "Luis", "Mara", "Mei", "Milan", "Mina", "Nadia", "Nils", "Nora", "Olga", "Omar", "Pablo",
    "Priya", "Rosa", "Sami", "Sara", "Sofia", "Søren", "Tariq", "Tomás", "Uma", "Vera", "Yara", "Yuki",
    "Zoë", "Zuzana",
)  # fmt: skip
LAST = (
    "Abadi", "Almeida", "Baker", "Berg", "Costa", "Demir", "Diaz", "Dubois", "Evans", "Fischer", "Garcia",
    "Haas", "Ito", "Jansen", "Jensen", "Kaya", "Khan", "Kovač", "Larsen", "Lee", "Lopez", "Mbeki", "Meyer",
    "Müller", "Nguyen", "Novák", "Okafor", "O'Neill", "Patel", "Petrov", "Quinn", "Reyes", "Rossi", "Sato",
    "Silva", "Singh", "Smith", "Steiner", "Tanaka", "Weber",
)  # fmt: skip
CITIES = (("Leeds", "GB"), ("Lyon", "FR"), ("Graz", "AT"), ("Porto", "PT"), ("Austin", "US"), ("Izmir", "TR"))
SUBJECTS = (
    "Spring collection is here",
    "Your September digest",
    "Last chance: free delivery",
    "How we bake our bread",
    "New arrivals, hand-picked",
    "We would love your opinion",
    "Winter opening hours",
    "An invitation for members",
)
PAGES = ("", "shop", "offers", "about", "journal", "stores", "help", "gift-cards")


def plain(name: str) -> str:
    """A name as it stands in an address."""
    folded = name.lower().translate(str.maketrans("ëïãáöüčø", "eiaaouco"))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalpha())


def address(number: int, first: str, last: str) -> str:
    return f"{plain(first)}.{plain(last)}.{number}@example.com"


def person(number: int) -> tuple[str, str]:
    """The same person for the same number, wherever they turn up."""
    return FIRST[number * 7 % len(FIRST)], LAST[number * 13 % len(LAST)]


def md5(text: str) -> str:
    return hashlib.md5(text.lower().encode(), usedforsecurity=False).hexdigest()


class Dice:
    """A seeded source of everything random. Each purpose gets its own, so that more of one moves no other."""

    def __init__(self, *seed: object) -> None:
        self.random = random.Random("/".join(map(str, seed)))

    def below(self, number: int) -> int:
        return int(self.random.random() * number)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def hex(self, length: int) -> str:
        return f"{self.random.getrandbits(length * 4):0{length}x}"

    def uuid(self) -> str:
        """A version 1-like UUID, as services on Cassandra hand them out."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=1))

    def subject(self) -> str:
        return SUBJECTS[self.below(len(SUBJECTS))]

    def pick(self, rows: list[T], number: int) -> list[T]:
        return self.random.sample(rows, min(number, len(rows)))


class Draw:
    """A few numbers that follow from the words they are drawn for; far cheaper than `Dice`."""

    def __init__(self, *words: object) -> None:
        self._left = int.from_bytes(hashlib.blake2b("/".join(map(str, words)).encode()).digest(), "big")

    def below(self, number: int) -> int:
        self._left, drawn = divmod(self._left, number)
        return drawn

    def chance(self, share: float) -> bool:
        return self.below(10_000) < share * 10_000

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)
