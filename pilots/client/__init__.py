"""Post measurements to Pilotage and ask its gate. Standard library only: the folder may be copied anywhere and works.

from pilots.client import Client

pilotage = Client(pilot="clause-check")          # address and token: `pilotage login`, or PILOTAGE_URL, PILOTAGE_TOKEN
pilotage.post("review_minutes", 3.2, unit_id="contract-17")
with pilotage.timed("latency"):
    ask_the_model()
"""

from .client import Client, Receipt
from .errors import ClientError
from .gate import GateAnswer
from .login import Login

__all__ = ["Client", "ClientError", "GateAnswer", "Login", "Receipt"]
