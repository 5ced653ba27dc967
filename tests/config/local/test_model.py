"""The local model: real answers by an OpenAI-compatible API, the same ones each time, in the shape asked for."""

import json

import pytest

from config.local import model
from config.local.state import ROOT
from tests.config.local.watching import eventually

LABEL = {
    "type": "json_schema",
    "json_schema": {
        "name": "label",
        "schema": {
            "type": "object",
            "properties": {"label": {"enum": ["billing", "login"]}},
            "required": ["label"],
            "additionalProperties": False,
        },
    },
}


@pytest.fixture
def client(local_model_url):
    import openai  # a second of processor time, which each test process would pay at collection

    with openai.OpenAI(base_url=local_model_url, api_key="none", max_retries=0) as open_client:
        yield open_client


def ask(client, **how):
    messages = [{"role": "user", "content": "Ticket: I was charged twice this month."}]
    return client.chat.completions.create(
        model="smollm2-135m-instruct", messages=messages, temperature=0, max_tokens=24, **how
    )


def test_the_model_names_itself(client):
    assert ask(client).model == "smollm2-135m-instruct"


def test_a_schema_constrains_the_answer(client):
    answer = json.loads(ask(client, response_format=LABEL).choices[0].message.content)

    assert list(answer) == ["label"]
    assert answer["label"] in {"billing", "login"}


def test_tokens_are_counted(client):
    usage = ask(client).usage

    assert usage.completion_tokens == 24
    assert usage.total_tokens == usage.prompt_tokens + 24


def test_the_same_question_gets_the_same_answer(client):
    assert ask(client).choices[0].message.content == ask(client).choices[0].message.content


def test_it_ends_with_the_process_it_was_started_for(python, tmp_path):
    owner = python("import time; time.sleep(600)")
    served = model.start(root=ROOT, log=tmp_path / "model.log", until=owner.popen.pid)
    model.wait_until_ready(served)

    owner.popen.kill()
    owner.popen.wait()

    assert eventually(lambda: served.child.gone)
