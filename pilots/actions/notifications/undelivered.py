class Undelivered(Exception):
    """A message that did not arrive. `str()` says why, without a secret; it is shown in the log of deliveries."""

    def __init__(self, sentence: str, *, worth_another_try: bool = True) -> None:
        super().__init__(sentence)
        self.worth_another_try = worth_another_try
