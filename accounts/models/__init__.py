from accounts.models.identity import Identity
from accounts.models.second_factor import RecoveryCode, SecondFactor

__all__ = ["Identity", "RecoveryCode", "SecondFactor"]
