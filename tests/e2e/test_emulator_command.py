from __future__ import annotations

import json
import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from tests.e2e.emulator.running import CRATON, started

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.emulator.running import Running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Running]:
    """The organization of the example's manifest, which says nothing on the side while it is called."""
    manifest = repository / "examples" / "acme-org" / "craton.yaml"
    with started("--accounts", str(manifest), folder=tmp_path_factory.mktemp("temporary")) as found:
        yield found
        found.process.terminate()
        assert found.process.communicate(timeout=60)[1] == "press Ctrl+C to stop\nstopped\n"


def test_a_manifest_is_an_organization_into_whose_accounts_the_administrator_gets(running: Running) -> None:
    accounts = running.client("organizations").list_accounts()["Accounts"]
    own = running.client("sts").get_caller_identity()["Account"]
    member = next(one["Id"] for one in accounts if one["Id"] != own)
    session = running.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole", RoleSessionName="rehearsal"
    )["Credentials"]
    session.pop("Expiration")
    assert running.client("sts", **session).get_caller_identity()["Account"] == member


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_and_nothing_is_left_behind(tmp_path: Path, number: signal.Signals) -> None:
    with started(folder=tmp_path) as running:
        running.process.send_signal(number)
        _, errors = running.process.communicate(timeout=60)
        assert running.process.returncode == 0
        assert errors == "press Ctrl+C to stop\nstopped\n"
    assert list(tmp_path.iterdir()) == []


def test_it_stops_with_who_holds_its_input_where_that_is_asked_for() -> None:
    with subprocess.Popen(
        [*CRATON, "--port", "0", "--until-input-ends"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"export AWS_ENDPOINT_URL=")
        process.stdin.write(b"what is written here is not read\n")
        process.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_a_reset_forgets_what_was_done_but_not_the_key_that_was_handed_out(running: Running) -> None:
    before = running.client("sts").get_caller_identity()["Arn"]
    running.client("sns").create_topic(Name="one")
    running.reset()
    assert running.client("sts").get_caller_identity()["Arn"] == before
    assert running.client("sns").list_topics()["Topics"] == []


def test_what_it_does_not_have_is_refused_by_name(running: Running) -> None:
    with pytest.raises(ClientError) as caught:
        running.client("iam").create_saml_provider(SAMLMetadataDocument="x" * 1000, Name="one")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert caught.value.response["Error"] == {
        "Type": "Receiver",
        "Code": "NotEmulated",
        "Message": "iam:CreateSAMLProvider is not emulated",
    }


def test_a_port_that_is_taken_is_told(running: Running) -> None:
    port = running.told["AWS_ENDPOINT_URL"].rpartition(":")[2]
    second = subprocess.run(
        [*CRATON, "--port", port], capture_output=True, text=True, check=False, timeout=60
    )
    assert second.returncode == 1
    assert second.stderr.startswith(f"error: port {port} cannot be used")
    assert second.stdout == ""


def test_its_coverage_lists_operations_and_resource_types() -> None:
    told = subprocess.run(
        [*CRATON, "--coverage", "--format", "json"], capture_output=True, text=True, check=True, timeout=60
    )
    found = json.loads(told.stdout)
    assert {"service": "sts", "operation": "AssumeRole", "by": "own"} in found["operations"]
    assert {"service": "iam", "operation": "CreateRole", "by": "moto"} in found["operations"]
    assert "AWS::SNS::Topic" in found["resource_types"]


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "moto.py").write_text("raise ModuleNotFoundError(\"No module named 'moto'\", name='moto')\n")
    told = subprocess.run(
        [*CRATON],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert told.returncode == 1
    assert "the emulator needs `moto`, which is not installed" in told.stderr
    assert "craton[demo]" in told.stderr
