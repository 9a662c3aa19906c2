"""Names that invented campaigns are made of."""

PLACES = ("Top of Search on-Amazon", "Detail Page on-Amazon", "Other on-Amazon")
GOODS = ("Lamps", "Tents", "Kettles", "Pillows", "Skates", "Notebooks")
MATCHES = ("BROAD", "PHRASE", "EXACT")
NUMBERS = {"portfolio": 1, "campaign": 2, "group": 3, "ad": 4, "word": 5, "target": 6, "negative": 7, "creative": 8}
PRODUCT = {"": 1, "sp": 2, "sb": 3, "sd": 4}  # first digits of ids
