"""Clients of AWS for tests: one session of boto3 for all, since each session reads all models anew."""

from __future__ import annotations

import functools
import threading
from typing import Any, Final

import boto3
from botocore.config import Config

_ONCE: Final = Config(retries={"total_max_attempts": 1})
_making: Final = threading.Lock()


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session()


def client(service: str, url: str, region: str, *keys: str | None, config: Config = _ONCE) -> Any:
    """A client of whoever has the keys, which are an id, a secret, and a token where there is one.

    It tries each call once, unless `config` says otherwise.
    """
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    with _making:  # a session makes one client at a time
        return _session().client(
            service,
            region_name=region,
            endpoint_url=url,
            config=config,
            **dict(zip(names, keys, strict=False)),
        )
