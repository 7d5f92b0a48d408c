"""What all parts of a manifest have in common."""

from msgspec import Struct


class Section(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping of a manifest: a frozen value whose keys are closed, and whose defaults need not be written.

    Each field's `Meta.description` is what the JSON Schema, the reference page and the hints say of its key.
    """
