"""A part that dies comes back with a line; one that keeps dying ends the instance with a line."""

import signal

import pytest

from config.local.problem import Problem
from config.local.supervisor import Service, Supervisor

FOREVER = "import time; time.sleep(600)"
DYING = "raise SystemExit('the roof is on fire')"


@pytest.fixture
def supervisor():
    with_services = Supervisor()
    yield with_services
    with_services.stop()


def test_a_part_that_died_is_started_again(supervisor, python, capsys):
    service = Service(python(DYING), again=lambda: python(FOREVER))
    supervisor.add(service)
    service.child.popen.wait()

    supervisor.look()

    assert not service.child.gone
    assert (
        capsys.readouterr().out
        == f"child ended with code 1 and is started again (log: {service.child.log})\n"
    )


def test_the_third_death_within_a_minute_ends_the_instance(supervisor, python):
    service = Service(python(DYING), again=lambda: python(DYING))
    supervisor.add(service)
    for _ in range(2):
        service.child.popen.wait()
        supervisor.look()
    service.child.popen.wait()

    with pytest.raises(Problem) as raised:
        supervisor.look()

    assert str(raised.value) == (
        f"child ended with code 1, 3 times in a minute: the roof is on fire (all of it in {service.child.log})"
    )


def test_deaths_more_than_a_minute_apart_are_forgiven(supervisor, python, monkeypatch):
    service = Service(python(DYING), again=lambda: python(DYING))
    supervisor.add(service)
    clock = iter(range(0, 600, 61))
    monkeypatch.setattr("config.local.supervisor.time.monotonic", lambda: next(clock))

    for _ in range(5):
        service.child.popen.wait()
        supervisor.look()

    assert len(service.deaths) == 1


def test_the_death_of_an_engine_ends_the_instance(supervisor, python):
    service = Service(python(FOREVER))
    supervisor.add(service)
    service.child.popen.send_signal(signal.SIGKILL)
    service.child.popen.wait()

    with pytest.raises(Problem, match=r"^child was ended by SIGKILL: it wrote nothing"):
        supervisor.look()


def test_engines_are_asked_to_end_once_what_uses_them_is_gone(supervisor, python, monkeypatch):
    told = []
    monkeypatch.setattr(
        "config.local.supervisor.ask_to_end", lambda child, signum: told.append(("ask", child.popen.pid))
    )
    monkeypatch.setattr(
        "config.local.supervisor.see_it_end", lambda child, grace: told.append(("end", child.popen.pid))
    )
    database, worker, web = (python(FOREVER) for _ in range(3))
    supervisor.add(Service(database, engine=True))
    supervisor.add(Service(worker))
    supervisor.add(Service(web))

    supervisor.stop()

    assert told == [
        ("ask", worker.popen.pid),
        ("ask", web.popen.pid),
        ("end", worker.popen.pid),
        ("end", web.popen.pid),
        ("ask", database.popen.pid),
        ("end", database.popen.pid),
    ]
