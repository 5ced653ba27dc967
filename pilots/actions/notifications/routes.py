"""Where messages go: routes of a pilot, and what each person wants by mail."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from evaluations.providers.destinations import AllowedHosts, DestinationRefused
from pilots import permissions
from pilots.actions import audit
from pilots.actions.notifications import delivering
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Delivery, MailChoice, Notice, Pilot, Route
from pilots.models.notification import Channel, Kind
from pilots.notices.quiet import Quiet

OFFERED = tuple(kind for kind in Kind if kind is not Kind.TEST)


@transaction.atomic
def add(
    *, pilot: Pilot, channel: str, address: str, kinds: Sequence[str] = (), by: User, now: datetime
) -> Route:
    """Raises NotAllowed, or Refused for an address that nothing can be sent to."""
    _check_may(by, pilot)
    address = address.strip()
    _check(channel, address)
    if Route.objects.filter(pilot=pilot, channel=channel, address=address).exists():
        raise Refused("This route is there already.", code="route_exists")
    route = Route.objects.create(
        pilot=pilot,
        channel=channel,
        address=address,
        kinds=[kind for kind in kinds if kind in OFFERED],
        made_by=by,
        made_at=now,
    )
    audit.record(verb="route.added", pilot=pilot, by=by, now=now, after={"channel": channel})
    return route


@transaction.atomic
def remove(*, route: Route, by: User, now: datetime) -> None:
    """Its deliveries stay in the log. Raises NotAllowed."""
    pilot = route.pilot
    _check_may(by, pilot)
    audit.record(verb="route.removed", pilot=pilot, by=by, now=now, before={"channel": route.channel})
    route.delete()


def send_test(*, route: Route, by: User, now: datetime) -> Delivery:
    """Sends one message at once; the delivery says what came back. Raises NotAllowed."""
    _check_may(by, route.pilot)
    notice = Notice.objects.create(
        kind=Kind.TEST,
        key=f"test:{route.pk}:{now.isoformat()}",
        pilot=route.pilot,
        title=f"{route.pilot.name if route.pilot else 'Pilotage'}: a test",
        text="If you read this, messages arrive here.",
        made_at=now,
    )
    delivery = Delivery.objects.create(
        notice=notice, route=route, channel=route.channel, address=route.address, next_at=now
    )
    delivering.deliver(delivery_id=delivery.pk, now=now)
    delivery.refresh_from_db()
    return delivery


def choose(*, person: User, wanted: Sequence[str], quiet: Quiet | None = None) -> MailChoice:
    """Kinds of which she wants a mail, the others are muted; and hours in which none is sent. Raises Refused."""
    if quiet and quiet.starts == quiet.ends:
        raise Refused(
            "Quiet hours begin and end at different hours; leave both empty for none.", code="quiet_hours"
        )
    hours = {"quiet_from": quiet.starts if quiet else None, "quiet_until": quiet.ends if quiet else None}
    zone = {"zone": quiet.zone.key} if quiet else {}
    muted = [kind for kind in OFFERED if kind not in wanted]
    choice, _ = MailChoice.objects.update_or_create(person=person, defaults={"muted": muted, **hours, **zone})
    return choice


def _check_may(by: User, pilot: Pilot | None) -> None:
    may = permissions.may_run(by, pilot) if pilot else by.is_superuser
    if not may:
        raise NotAllowed("Only who runs the pilot says where its messages go.")


def _check(channel: str, address: str) -> None:
    if channel not in Channel.values:
        raise Refused("Choose mail, a Slack-compatible webhook or a webhook.", code="channel_missing")
    if channel == Channel.MAIL:
        try:
            validate_email(address)
        except ValidationError:
            raise Refused("This is no mail address.", code="address_invalid") from None
        return
    try:
        AllowedHosts.parse(settings.NOTIFICATIONS_ALLOWED_HOSTS, anywhere=True).check_url(address)
    except DestinationRefused as refusal:
        raise Refused(str(refusal), code="address_refused") from None
