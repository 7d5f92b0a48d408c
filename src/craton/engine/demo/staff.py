"""Who works at the invented organization and signs in by name."""

from __future__ import annotations

from typing import Final

DEVELOPERS: Final = (
    *("ana.silva@acme.example", "ben.okafor@acme.example", "chloe.martin@acme.example"),
    *("dmitri.volkov@acme.example", "emi.tanaka@acme.example", "farah.haddad@acme.example"),
    *("george.wu@acme.example", "hannah.berg@acme.example", "ivan.petrov@acme.example"),
)
SEARCH_DEVELOPERS: Final = (
    *("jules.moreau@acme.example", "kavya.rao@acme.example", "liam.byrne@acme.example"),
    "maria.lopez@acme.example",
)
RESEARCHERS: Final = (
    *("noor.aziz@acme.example", "olga.novak@acme.example", "pedro.costa@acme.example"),
    "quinn.walker@acme.example",
)
