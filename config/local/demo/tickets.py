"""What the local model is told of tickets: labels, rules and examples."""

LABELS = ["billing", "login", "bug", "shipping", "feature"]
LABEL = {"type": "string", "enum": LABELS}
ZERO_SHOT_SYSTEM = (
    "You sort support tickets by topic. billing = money, charge, invoice, refund. login = password, sign in, account "
    "access. bug = crash, error, does not work. shipping = parcel, delivery, order, tracking. feature = wish, idea, "
    "please add."
)
FEW_SHOT_SYSTEM = "You sort support tickets. Answer with one label: billing, login, bug, shipping or feature."
# A small model labels better after it has said what the ticket is about.
SHOTS = [
    ("Why was I charged 12 euros in March?", "money, charge", "billing"),
    ("I want my money back for the second payment.", "refund, payment", "billing"),
    ("Please add a way to print the list.", "wish for a print function", "feature"),
    ("It would be nice to have a list view.", "wish for a list view", "feature"),
    ("My package has not arrived yet.", "package, delivery", "shipping"),
    ("The box was damaged and the wrong item was inside.", "damaged box, wrong item", "shipping"),
    ("The app closes when I tap on a photo.", "app crash", "bug"),
    ("After the update I see error 12 and an empty screen.", "error after update", "bug"),
    ("My password is not accepted any more.", "password, sign in", "login"),
    ("The sign-in code never arrives.", "code, sign in", "login"),
]
