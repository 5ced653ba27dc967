"""What a browser would post if nothing were typed into the form of a page."""

from html.parser import HTMLParser

from django.http import HttpResponse


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.select = ""
        self.textarea = ""
        self.data: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        name = given.get("name") or ""
        if not self.inside or "__prefix__" in name:
            return
        if tag == "input" and name:
            self._input(name, given)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in given:
            self.data[self.select] = given.get("value") or ""
        elif tag == "textarea":
            self.textarea = name
            self.data[name] = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.data[self.textarea] += data.removeprefix("\n").removeprefix("\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.textarea = ""

    def _input(self, name: str, given: dict[str, str | None]) -> None:
        if given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                self.data[name] = given.get("value") or "on"
        else:
            self.data[name] = given.get("value") or ""


def untouched(page: HttpResponse, form_id: str = "pilot_form") -> dict[str, str]:
    """The form as it is on the page; a test changes what a person would type."""
    parser = _Form(form_id)
    parser.feed(page.content.decode())
    assert parser.data, f"no form {form_id} on the page"
    return parser.data
