"""The engine's reasons as sentences in the reader's language, recomputed from codes and counts alone.

Every kind of reason has a sentence for a pair of organisations ("You both work in …"); some say it otherwise for the
seat of an initiative ("The seat asks for …").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from app.core.i18n import country_name, current_language
from app.features.organisations.labels import TYPE_NAMES
from app.features.organisations.models import OrganisationType
from app.features.suggestions.presenters.reason_formatting import (
    ReasonContext,
    ReasonFormatter,
    every_concept,
    of_concepts,
    of_count,
    of_country,
    of_firsts,
    of_kin,
    said,
    strong,
    with_count,
)
from app.matching.records import Reason, ReasonKind


def _type_name(code: str) -> str:
    return str(TYPE_NAMES[OrganisationType(code)])


def _country_pair(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one, other = (strong(country_name(code)) for code in reasons[0].concepts)
    if reasons[0].part > 0:
        return said(_("Organisations in %(one)s and %(other)s often work together", one=one, other=other))
    return said(_("Organisations in %(one)s and %(other)s seldom work together", one=one, other=other))


def _type_pair(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one, other = (strong(_type_name(code)) for code in reasons[0].concepts)
    if reasons[0].part > 0:
        return said(
            _("Your kinds of organisation often work together: %(one)s, %(other)s", one=one, other=other)
        )
    return said(
        _("Your kinds of organisation seldom work together: %(one)s, %(other)s", one=one, other=other)
    )


def _partners(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one, names = reasons[0], words.organisations(reasons[0].partners)
    if not names:
        return said(_("You have worked with the same organisations"))
    count = one.count or len(one.partners)
    work = words.works.get(one.project or 0)
    if count == 1 and work is not None and work.title:
        title = escape(work.title)
        if work.lang and work.lang != current_language():
            title = Markup('<span lang="{}">{}</span>').format(work.lang, title)
        return said(_("Partner in common: %(name)s, in “%(work)s”", name=names, work=title))
    if count <= len(one.partners):
        return said(
            ngettext("Partner in common: %(name)s", "Partners in common: %(name)s", count, name=names)
        )
    return said(
        ngettext(
            "%(num)d partner in common, %(name)s among them",
            "%(num)d partners in common, %(name)s among them",
            count,
            name=names,
        )
    )


def _partners_of_seat(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    names = words.organisations(reasons[0].partners)
    if not names:
        return said(_("They have worked with partners of those who take part"))
    return said(_("They have worked with %(name)s, as some of those who take part have", name=names))


def _track_record(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one, topics = reasons[0], every_concept(reasons)
    if len(reasons) == 1 and one.count:
        sentence = ngettext(
            "They have completed %(num)d joint project on %(topic)s",
            "They have completed %(num)d joint projects on %(topic)s",
            one.count,
            topic=topics,
        )
        return said(sentence)
    return said(_("They have done joint work on %(topics)s", topics=topics))


def _same_partners(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one = reasons[0]
    if one.part > 0:
        return said(_("They keep meeting new partners: %(count)d so far", count=one.count or 0))
    return said(
        _(
            "They often work with the same partners again: %(count)d different ones in %(total)d meetings",
            count=one.count or 0,
            total=one.total or 0,
        )
    )


def _knows_country(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one = reasons[0]
    sentence = ngettext(
        "They have %(num)d partner in %(country)s already",
        "They have %(num)d partners in %(country)s already",
        one.count or 0,
        country=strong(country_name(one.concepts[0])),
    )
    return said(sentence)


def _like_one_set_aside(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    names = words.organisations(partner for reason in reasons for partner in reason.partners)
    return said(
        _(
            "They do %(concepts)s, like %(name)s, which you set aside",
            concepts=every_concept(reasons),
            name=names,
        )
    )


def _country_set_aside(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    names = words.organisations(partner for reason in reasons for partner in reason.partners)
    country = strong(country_name(reasons[0].concepts[0]))
    return said(_("They are in %(country)s, like %(name)s, which you set aside", country=country, name=names))


PAIR: Mapping[ReasonKind, ReasonFormatter] = {
    ReasonKind.SHARED_SECTOR: with_count(
        lambda x: _("You both work in %(sector)s", sector=x),
        lambda x, count, total: _(
            "You both work in %(sector)s: only %(count)d of %(total)d do", sector=x, count=count, total=total
        ),
    ),
    ReasonKind.RELATED_SECTOR: of_kin(
        lambda ours, theirs: _(
            "You work in %(ours)s; they work in %(theirs)s, which is close to it", ours=ours, theirs=theirs
        )
    ),
    ReasonKind.THEY_OFFER: of_firsts(lambda x: _("You seek %(skill)s, which they offer", skill=x)),
    ReasonKind.THEY_OFFER_RELATED: of_kin(
        lambda ours, theirs: _(
            "You seek %(ours)s; they offer %(theirs)s, which is close to it", ours=ours, theirs=theirs
        )
    ),
    ReasonKind.THEY_SEEK: of_firsts(lambda x: _("They seek %(skill)s, which you offer", skill=x)),
    ReasonKind.THEY_SEEK_RELATED: of_kin(
        lambda ours, theirs: _(
            "They seek %(theirs)s; you offer %(ours)s, which is close to it", ours=ours, theirs=theirs
        )
    ),
    ReasonKind.SHARED_GOAL: of_concepts(lambda x: _("You work for the same goals: %(goals)s", goals=x)),
    ReasonKind.LANGUAGE: of_concepts(lambda x: _("You both speak %(languages)s", languages=x)),
    ReasonKind.TRACK_RECORD: _track_record,
    ReasonKind.SIMILAR_PROFILE: of_concepts(lambda x: _("You do much the same work: %(topics)s", topics=x)),
    ReasonKind.ACTIVE_IN_TOPIC: of_concepts(lambda x: _("They are active in %(topics)s", topics=x)),
    ReasonKind.PARTNERS_IN_COMMON: _partners,
    ReasonKind.NEAR_IN_NETWORK: lambda words, reasons: said(
        _("A short chain of joint projects connects you")
    ),
    ReasonKind.NEW_COUNTRY: of_country(lambda x: _("%(country)s would be a new country for you", country=x)),
    ReasonKind.COUNTRY_PAIR: _country_pair,
    ReasonKind.TYPE_PAIR: _type_pair,
    ReasonKind.COUNTRY_WANTED: of_country(
        lambda x: _("The seat asks for somebody in %(country)s", country=x)
    ),
    ReasonKind.TYPE_WANTED: lambda words, reasons: said(
        _(
            "The seat asks for this kind of organisation: %(type)s",
            type=strong(_type_name(reasons[0].concepts[0])),
        )
    ),
    ReasonKind.WELL_CONNECTED: of_count(
        lambda count: ngettext(
            "They have worked with %(num)d organisation", "They have worked with %(num)d organisations", count
        )
    ),
    ReasonKind.KNOWS_COUNTRY: _knows_country,
    ReasonKind.SAME_PARTNERS: _same_partners,
    ReasonKind.LIKE_ONE_SET_ASIDE: _like_one_set_aside,
    ReasonKind.COUNTRY_SET_ASIDE: _country_set_aside,
    ReasonKind.HANDS_NEARLY_FULL: of_count(
        lambda count: ngettext(
            "They have %(num)d introduction to answer already",
            "They have %(num)d introductions to answer already",
            count,
        )
    ),
    ReasonKind.WELL_KNOWN: of_count(
        lambda count: ngettext(
            "They are well known already: %(num)d partner so far",
            "They are well known already: %(num)d partners so far",
            count,
        )
    ),
    ReasonKind.COUNTRY_REPEATED: of_country(
        lambda x: _("Others from %(country)s stand before them in the list", country=x)
    ),
}

SEAT: Mapping[ReasonKind, ReasonFormatter] = {
    **PAIR,
    ReasonKind.SHARED_SECTOR: with_count(
        lambda x: _("The seat asks for work in %(sector)s, which they do", sector=x),
        lambda x, count, total: _(
            "The seat asks for work in %(sector)s: only %(count)d of %(total)d do that",
            sector=x,
            count=count,
            total=total,
        ),
    ),
    ReasonKind.RELATED_SECTOR: of_kin(
        lambda ours, theirs: _(
            "The seat asks for work in %(ours)s; they work in %(theirs)s, which is close to it",
            ours=ours,
            theirs=theirs,
        )
    ),
    ReasonKind.THEY_OFFER: of_firsts(lambda x: _("The seat asks for %(skill)s, which they offer", skill=x)),
    ReasonKind.THEY_OFFER_RELATED: of_kin(
        lambda ours, theirs: _(
            "The seat asks for %(ours)s; they offer %(theirs)s, which is close to it",
            ours=ours,
            theirs=theirs,
        )
    ),
    ReasonKind.LANGUAGE: of_concepts(lambda x: _("They speak %(languages)s", languages=x)),
    ReasonKind.SIMILAR_PROFILE: of_concepts(lambda x: _("They do related work: %(topics)s", topics=x)),
    ReasonKind.PARTNERS_IN_COMMON: _partners_of_seat,
    ReasonKind.NEAR_IN_NETWORK: lambda words, reasons: said(
        _("A short chain of joint projects connects them with those who take part")
    ),
    ReasonKind.NEW_COUNTRY: of_country(
        lambda x: _("%(country)s would be a new country for those who take part", country=x)
    ),
}
