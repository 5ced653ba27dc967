from datetime import UTC, date, datetime, timedelta

from pilots.notices import backoff, signing
from pilots.notices.icalendar import feed

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_a_webhook_is_signed_over_id_time_and_body() -> None:
    """The worked example of the Standard Webhooks specification's reference libraries, with its key as bytes."""
    secret = b"1\xf2\x90\xb5" * 6

    found = signing.headers(secret=secret, event_id="msg_1", at=AT, body=b'{"a": 1}')

    import base64
    import hmac

    signed = b'msg_1.1795176000.{"a": 1}'
    assert found["webhook-timestamp"] == "1795176000"
    assert (
        found["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
    )


def test_failed_messages_wait_longer_each_time_and_are_given_up_after_seven() -> None:
    waits = [backoff.wait(attempts, chance=0.5) for attempts in range(1, 9)]

    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=120), timedelta(seconds=600)]
    assert waits[7] is None
    assert sum((each for each in waits if each), timedelta()) > timedelta(hours=20)


def test_a_calendar_holds_whole_days_and_no_text_starts_a_new_line() -> None:
    title = "Decision due: Invoices; Q4, all\nEND:VEVENT " + "ä" * 60

    found = feed([("decision-1", date(2026, 12, 4), title, "http://x/p/a/")], host="x", made_at=AT)

    unfolded = found.replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20261204\r\nDTEND;VALUE=DATE:20261205\r\n" in unfolded
    assert f"SUMMARY:Decision due: Invoices\\; Q4\\, all END:VEVENT {'ä' * 60}\r\n" in unfolded
    assert found.count("END:VEVENT\r\n") == 1
    assert max(len(line.encode()) for line in found.split("\r\n")) <= 75
