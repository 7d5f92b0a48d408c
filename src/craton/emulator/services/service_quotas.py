"""Service Quotas: those of Bedrock that are known here, as AWS sets them for every account.

AWS tells many more of them; asking for one that is not known here is refused.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.service import Service
from craton.registry.service_quotas import service_quotas

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.registry.service_quotas import ServiceQuota

SERVICE = Service("service-quotas", signing="servicequotas")
_NAMES: Final = {"bedrock": "Amazon Bedrock"}


@SERVICE.operation("ListServiceQuotas", "ListAWSDefaultServiceQuotas")
def list_service_quotas(call: Call) -> Result:
    """Lists the quotas of a service; none was raised for any account."""
    check_parameters(call)
    if call.parameters.get("QuotaAppliedAtLevel") == "RESOURCE":
        return {"Quotas": []}
    wanted = call.parameters.get("QuotaCode")
    rows = [_told(call, one) for one in _of_service(call) if wanted in (None, one.code)]
    return _page(call, rows)


@SERVICE.operation("GetServiceQuota", "GetAWSDefaultServiceQuota")
def get_service_quota(call: Call) -> Result:
    """Tells one quota."""
    check_parameters(call)
    wanted = str(call.parameters["QuotaCode"])
    found = next((one for one in _of_service(call) if one.code == wanted), None)
    if found is None:
        raise NotEmulatedError(f"the quota {wanted}")
    return {"Quota": _told(call, found)}


def _of_service(call: Call) -> list[ServiceQuota]:
    """The quotas of the service that a call names. Raises: NotEmulatedError for all other services."""
    service = str(call.parameters["ServiceCode"])
    if service not in _NAMES:
        raise NotEmulatedError(f"the quotas of {service}")
    return [one for one in service_quotas() if one.service == service]


def _told(call: Call, quota: ServiceQuota) -> dict[str, Any]:
    owner = "" if "Default" in call.operation.name else call.account
    return {
        "ServiceCode": quota.service,
        "ServiceName": _NAMES[quota.service],
        "QuotaArn": f"arn:aws:servicequotas:{call.region}:{owner}:{quota.service}/{quota.code}",
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": quota.value_in(call.region),
        "Unit": "None",
        "Adjustable": quota.adjustable,
        "GlobalQuota": False,
        "QuotaAppliedAtLevel": "ACCOUNT",
    }


def _page(call: Call, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of rows; the token of the next is base64, as the service's model wants it."""
    try:
        start = int(base64.b64decode(call.parameters.get("NextToken") or "MA=="))
    except (ValueError, binascii.Error) as error:
        raise ServiceError("InvalidPaginationTokenException", "Invalid token was used.") from error
    end = start + int(call.parameters.get("MaxResults") or 100)
    more = {"NextToken": base64.b64encode(str(end).encode()).decode()} if end < len(rows) else {}
    return {"Quotas": rows[start:end], **more}
