"""What the values of organisations' columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from stdnum.be import vat as be_vat
from stdnum.cy import vat as cy_vat
from stdnum.de import vat as de_vat
from stdnum.es import cif as es_cif
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret
from stdnum.gr import vat as gr_vat
from stdnum.hr import oib as hr_oib
from stdnum.it import codicefiscale as it_codicefiscale
from stdnum.it import iva as it_iva
from stdnum.nl import btw as nl_btw
from stdnum.pl import nip as pl_nip
from stdnum.pl import regon as pl_regon
from stdnum.si import ddv as si_ddv

from app.features.organisations.models import (
    MembershipRole,
    OrganisationState,
    OrganisationType,
    ReviewReason,
)

TYPE_NAMES: Mapping[OrganisationType, LazyString] = {
    OrganisationType.WISE: _l("Work-integration social enterprise"),
    OrganisationType.COOPERATIVE: _l("Cooperative"),
    OrganisationType.ASSOCIATION: _l("Association"),
    OrganisationType.FOUNDATION: _l("Foundation"),
    OrganisationType.STARTUP: _l("Social start-up"),
    OrganisationType.PUBLIC_AUTHORITY: _l("Public authority"),
    OrganisationType.UNIVERSITY: _l("University"),
    OrganisationType.TECHNOLOGY_PROVIDER: _l("Technology provider"),
    OrganisationType.FUNDER: _l("Funder"),
    OrganisationType.NETWORK: _l("Cluster or network"),
    OrganisationType.COMPANY: _l("Company"),
    OrganisationType.RESEARCH: _l("Research organisation"),
    OrganisationType.OTHER: _l("Another kind of organisation"),
}


STATE_NAMES: Mapping[OrganisationState, LazyString] = {
    OrganisationState.DRAFT: _l("waits for its address to be verified"),
    OrganisationState.PENDING: _l("waits to be admitted"),
    OrganisationState.ADMITTED: _l("in the cluster"),
    OrganisationState.SUSPENDED: _l("suspended"),
}


REVIEW_REASONS: Mapping[ReviewReason, LazyString] = {
    ReviewReason.SECOND: _l("It is the second one that its creator makes within 30 days."),
    ReviewReason.NAMESAKE: _l("It has the name of another organisation in the same country."),
}


ROLE_NAMES: Mapping[MembershipRole, LazyString] = {
    MembershipRole.EDITOR: _l("Editor"),
    MembershipRole.REPRESENTATIVE: _l("Representative"),
}


class Register(NamedTuple):
    """A register of organisations or taxpayers: its country, its own name, and the checks of its numbers."""

    country: str
    name: str
    module: ModuleType


REGISTERS: Mapping[str, Register] = {
    "be.vat": Register("BE", "BCE / KBO", be_vat),
    "cy.vat": Register("CY", "ΑΦΜ / ΦΠΑ", cy_vat),
    "de.vat": Register("DE", "USt-IdNr.", de_vat),
    "es.cif": Register("ES", "NIF", es_cif),
    "fr.siren": Register("FR", "SIREN", fr_siren),
    "fr.siret": Register("FR", "SIRET", fr_siret),
    "gr.vat": Register("GR", "ΑΦΜ", gr_vat),
    "hr.oib": Register("HR", "OIB", hr_oib),
    "it.codicefiscale": Register("IT", "Codice fiscale", it_codicefiscale),
    "it.iva": Register("IT", "Partita IVA", it_iva),
    "nl.btw": Register("NL", "Btw-nummer / RSIN", nl_btw),
    "pl.nip": Register("PL", "NIP", pl_nip),
    "pl.regon": Register("PL", "REGON", pl_regon),
    "si.ddv": Register("SI", "Davčna številka", si_ddv),
}
"""The registers whose numbers are checked, by the module of python-stdnum."""


class PartWords(NamedTuple):
    """What a part of the profile is called where it is edited, and why it is asked for."""

    title: LazyString
    why: LazyString


PARTS: Mapping[str, PartWords] = {
    "who": PartWords(_l("Who you are"), _l("So that others find you and know whom they talk to.")),
    "where": PartWords(_l("Where you are"), _l("Partners look for who is near, and funders for regions.")),
    "what": PartWords(_l("What you do"), _l("Suggestions of partners are based on what you say here.")),
    "together": PartWords(
        _l("How you work with others"),
        _l("Buy, bid, learn or exchange: say what you are looking for, and until when."),
    ),
    "numbers": PartWords(
        _l("You in numbers"), _l("Partners and funders ask how many you are. Leave out what you like.")
    ),
    "contact": PartWords(_l("How to reach you"), _l("You choose what is shown to everybody.")),
}
"""The parts of the profile that have a page of their own to edit them; the story has its own pages."""


class FigureWords(NamedTuple):
    """What a figure of a profile is called, in the form and beside the story, and what helps to fill it in."""

    label: LazyString
    help_text: LazyString | str = ""


FIGURES: Mapping[str, FigureWords] = {
    "founded": FigureWords(_l("Founded in")),
    "employed": FigureWords(_l("People employed")),
    "disadvantaged": FigureWords(
        _l("Of these, people who found it hard to get work"),
        _l("Such as people with disabilities or after long unemployment."),
    ),
    "volunteers": FigureWords(_l("Volunteers")),
}
"""The numbers of a profile by their column, in the order in which they are asked for and shown."""


FIELD_LABELS: Mapping[str, LazyString] = {
    "source_id": _l("Id"),
    "name": _l("Name"),
    "legal_name": _l("Legal name"),
    "type": _l("Type"),
    "country": _l("Country"),
    "region": _l("Region"),
    "city": _l("Town"),
    "sectors": _l("Sectors"),
    "offers": _l("Offers"),
    "seeks": _l("Looks for"),
    "languages": _l("Languages"),
    "goals": _l("Goals"),
    "cooperation": _l("Ways to work together"),
    "website": _l("Website"),
    "contact": _l("Email"),
    "founded": _l("Founded"),
    "employed": _l("Employed"),
    "disadvantaged": _l("Disadvantaged"),
    "volunteers": _l("Volunteers"),
    "registry_scheme": _l("Register"),
    "registry_number": _l("Registry number"),
    "lat": _l("Latitude"),
    "lon": _l("Longitude"),
    "story": _l("Story"),
}
"""What a table says of organisations, by the name that the services know it by, in the order of the columns."""
