"""The charter's sections: each an abstract set of fields of the pilot, in the order an owner thinks in."""
