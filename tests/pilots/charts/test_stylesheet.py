import gzip
import re


def test_all_of_it_weighs_at_most_twenty_kilobytes_compressed(styles):
    assert sum(len(gzip.compress(css.encode(), 9)) for css in styles.values()) <= 20 * 1024


def test_every_custom_property_in_use_is_defined(styles):
    everything = "".join(styles.values())

    used = set(re.findall(r"var\(--([\w-]+)", everything))
    defined = set(re.findall(r"--([\w-]+):", everything))

    assert used - defined == set()


def test_colours_are_chosen_in_the_tokens_alone(styles):
    chosen = {
        name: re.findall(r"#[0-9a-f]{3,8}\b(?![^{}]*\{)|\brgb\(|\bhsl\(|\boklch\(", css)
        for name, css in styles.items()
        if name != "tokens.css"
    }

    assert [colours for colours in chosen.values() if colours] == []


def test_nothing_is_fetched_from_elsewhere(styles):
    assert re.findall(r"url\(|@import|https?:", "".join(styles.values())) == []
