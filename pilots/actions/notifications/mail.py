"""A notice as a mail: text, HTML, and the chart as a picture. It reads as well without pictures."""

import json
import smtplib
from datetime import datetime
from email.mime.image import MIMEImage

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from pilots.actions.notifications.undelivered import Undelivered
from pilots.judging.verdict import MetricResult, Role, Status
from pilots.judging.verdict import Verdict as Judged
from pilots.memos.pdf import picture
from pilots.models import Delivery, Notice
from pilots.reading.readings import drawn

CHART = "chart"
NO_SERVER = "No mail server is set. An administrator sets EMAIL_URL, such as smtp://user:password@mail.example.org:587."
ORDER = (Status.BREACHED, Status.REFUTED, Status.UNDECIDED, Status.INSUFFICIENT)


def send(delivery: Delivery, *, now: datetime) -> str:
    """Raises Undelivered."""
    if not settings.EMAIL_IS_SET:
        raise Undelivered(NO_SERVER)
    message = message_of(delivery)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        raise Undelivered("The mail server refused the address.", worth_another_try=False) from refusal
    except (OSError, smtplib.SMTPException) as error:
        raise Undelivered(f"The mail server did not take it: {type(error).__name__}.") from error
    return "taken by the mail server"


def message_of(delivery: Delivery) -> EmailMultiAlternatives:
    notice = delivery.notice
    chart = _chart(notice)
    context = {
        "notice": notice,
        "pilot": notice.pilot,
        "address": address_of(notice),
        "lines": [line for line in notice.text.splitlines() if line.strip()],
        "chart": chart is not None,
        "settings_address": f"{settings.BASE_URL}/notifications/",
    }
    message = EmailMultiAlternatives(
        subject=" ".join(notice.title.split()),
        body=render_to_string("pilots/notices/mail.txt", context),
        to=[delivery.address],
        headers={"Message-ID": f"<{delivery.event_id}@pilotage>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("pilots/notices/mail.html", context), "text/html")
    if chart is not None:
        image = MIMEImage(chart, "png")
        image.add_header("Content-ID", f"<{CHART}>")
        image.add_header("Content-Disposition", "inline", filename="chart.png")
        message.attach(image)
    return message


def address_of(notice: Notice) -> str:
    return f"{settings.BASE_URL}{notice.pilot.get_absolute_url() if notice.pilot else '/'}"


def _chart(notice: Notice) -> bytes | None:
    """The number line of what the notice is about: the worst stop trigger or goal of its record."""
    if notice.verdict is None:
        return None
    judged = Judged.from_json(json.loads(notice.verdict.evidence)["verdict"])
    gates = [each for each in judged.results if _is_gate(each)]
    worst = min(
        gates, key=lambda each: ORDER.index(each.status) if each.status in ORDER else len(ORDER), default=None
    )
    line = drawn(worst) if worst else None
    return picture(line) if line else None


def _is_gate(result: MetricResult) -> bool:
    return result.decides and not result.segment and result.role is not Role.MONITOR
