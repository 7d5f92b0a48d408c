"""The logical ids and names by which resources find those of the hub."""

from __future__ import annotations

from typing import Final

from craton.core.resource import attribute

KEY: Final = "HubKey"
KEY_ARN: Final = attribute(KEY, "Arn")
ARCHIVE: Final = "ArchiveBucket"
ACCESS_LOGS: Final = "AccessLogBucket"
"""The bucket that takes the access logs of the others."""
DELIVERY_ROLE: Final = "DeliveryRole"
DELIVERY_LOG_GROUP: Final = "DeliveryLogGroup"
ARCHIVE_STREAM: Final = "ArchiveStream"
ALERTS: Final = "AlertTopic"
ALERTS_NAME: Final = "craton-bedrock-alerts"
EVENT_BUS: Final = "EventBus"
EVENT_BUS_NAME: Final = "craton-bedrock"
