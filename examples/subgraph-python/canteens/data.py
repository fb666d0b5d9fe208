"""The canteens, which are made up. A bureau would read them from its own system."""

from dataclasses import dataclass


@dataclass
class Canteen:
    # Not frozen: Ariadne notes the type of an entity at the object.
    id: str
    name: str
    division_code: str
    seats: int
    lunch_price_fen: int
    delivers: bool
    manager_phone: str


CANTEENS = [
    Canteen("canteen-1", "示例体育社区食堂", "410105001003", 60, 1200, True, "0371-00010001"),
    Canteen("canteen-2", "示例科技社区食堂", "410105001006", 48, 1500, False, "0371-00010002"),
    Canteen("canteen-3", "示例教育社区食堂", "410105001007", 32, 1300, True, "0371-00010003"),
    Canteen("canteen-4", "示例饮马池食堂", "410103004004", 80, 1000, True, "0371-00010004"),
]
BY_ID = {canteen.id: canteen for canteen in CANTEENS}


def significant(code: str) -> str:
    """The digits of a division code that all codes inside the division begin with: 410105 of 410105, 4101 of 410100."""
    return code[:4] if len(code) == 6 and code.endswith("00") else code


def canteens_within(code: str) -> list[Canteen]:
    prefix = significant(code)
    return sorted((each for each in CANTEENS if each.division_code.startswith(prefix)), key=lambda each: each.name)
