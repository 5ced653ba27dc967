"""From where on migrations are checked, and what of them is excused, each with its reason."""

BASELINE = {
    "pilots": "0039_what_is_done_at_once",
    "evaluations": "0009_price_of_an_image",
    "accounts": "",
}
"""The newest migration that is not checked; "" checks all of an app. Moved forward when a version is released."""

SMALL = "The table has a row for each act of a person: it is read in less than the blink that anybody waits."
SET_AGAIN = "A later migration of the same version sets the default again."

EXCEPTIONS: dict[tuple[str, str], dict[str, str]] = {
    ("pilots", "0040_acts_of_weighings"): {"index": SMALL, "constraint": SMALL, "default_dropped": SET_AGAIN},
    ("pilots", "0041_persons_beside_what_is_hashed"): {"default_dropped": SET_AGAIN},
    ("pilots", "0043_review_queue"): {"constraint": SMALL, "default_dropped": SET_AGAIN},
    ("pilots", "0044_histograms"): {
        "taken_away": "Histograms are counted anew in another table. CHANGELOG.md says to end the version before first."
    },
    ("pilots", "0046_creep_is_told"): {"constraint": SMALL},
}
"""By migration and code of the finding, why it keeps nobody waiting all the same."""
