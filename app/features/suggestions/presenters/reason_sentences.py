"""The engine's reasons as sentences in the reader's language, recomputed from codes and counts alone.

Every kind of reason has a sentence for a pair of organisations ("You both work in …"); some say it otherwise for the
seat of an initiative ("The seat asks for …").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from babel.lists import format_list
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
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


OFTEN_ODDS, SELDOM_ODDS = 1.25, 0.8
"""From so many times as often as by chance two groups are said to work together often; up to so many, seldom."""


def _country_pair(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one, other = (strong(country_name(code)) for code in reasons[0].concepts)
    odds = reasons[0].odds or 1.0
    if odds >= OFTEN_ODDS:
        return said(_("Organisations in %(one)s and %(other)s often work together", one=one, other=other))
    if odds <= SELDOM_ODDS:
        return said(_("Organisations in %(one)s and %(other)s seldom work together", one=one, other=other))
    return said(
        _("Organisations in %(one)s and %(other)s work together about as often as any", one=one, other=other)
    )


def _type_pair(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one, other = (strong(_type_name(code)) for code in reasons[0].concepts)
    odds = reasons[0].odds or 1.0
    if odds >= OFTEN_ODDS:
        return said(
            _("Your kinds of organisation often work together: %(one)s, %(other)s", one=one, other=other)
        )
    if odds <= SELDOM_ODDS:
        return said(
            _("Your kinds of organisation seldom work together: %(one)s, %(other)s", one=one, other=other)
        )
    return said(
        _(
            "Your kinds of organisation work together about as often as any: %(one)s, %(other)s",
            one=one,
            other=other,
        )
    )


def _titles(words: ReasonContext, numbers: Iterable[int]) -> Markup:
    """The titles of joint work that are known, each in quotation marks, as a list."""
    found = []
    for number in dict.fromkeys(numbers):
        work = words.works.get(number)
        if work is None or not work.title:
            continue
        title = escape(work.title)
        if work.lang and work.lang != current_language():
            title = Markup('<span lang="{}">{}</span>').format(work.lang, title)
        found.append(str(Markup(_("“%(work)s”", work=title))))
    return Markup(format_list(found, locale=get_locale()) if found else "")


def _near(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    """The path over partners with the joint work of its steps, or the topic over which it leads."""
    one = reasons[0]
    names = [strong(words.names[number]) for number in one.partners if number in words.names]
    works = _titles(words, one.projects)
    if one.concepts:
        topic = every_concept(reasons)
        if works:
            return said(_("You have both done joint work on %(topic)s: %(works)s", topic=topic, works=works))
        return said(_("You have both done joint work on %(topic)s", topic=topic))
    if not names or len(names) < len(one.partners):
        return said(_("A short chain of joint projects connects you"))
    between = Markup(" – ").join(names)
    if works:
        return said(
            _("A path leads to them: you – %(between)s – they, in %(works)s", between=between, works=works)
        )
    return said(_("A path leads to them: you – %(between)s – they", between=between))


def _near_seat(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    """As `_near`, from those who take part."""
    one = reasons[0]
    names = [strong(words.names[number]) for number in one.partners if number in words.names]
    works = _titles(words, one.projects)
    if not names or len(names) < len(one.partners):
        return said(_("A short chain of joint projects connects them with those who take part"))
    between = Markup(" – ").join(names)
    if works:
        return said(_("A path leads to them: %(between)s – they, in %(works)s", between=between, works=works))
    return said(_("A path leads to them: %(between)s – they", between=between))


def _newcomer(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one = reasons[0]
    if not one.count:
        return said(
            _(
                "They joined today: for %(days)d days newcomers who meet a need stand higher",
                days=one.total or 0,
            )
        )
    sentence = ngettext(
        "They joined %(num)d day ago: for %(days)d days newcomers who meet a need stand higher",
        "They joined %(num)d days ago: for %(days)d days newcomers who meet a need stand higher",
        one.count,
        days=one.total or 0,
    )
    return said(sentence)


def _partners(words: ReasonContext, reasons: Sequence[Reason]) -> Markup:
    one, names = reasons[0], words.organisations(reasons[0].partners)
    if not names:
        return said(_("You have worked with the same organisations"))
    count = one.count or len(one.partners)
    works = _titles(words, (one.project,) if one.project is not None else ())
    if works and count == 1:
        return said(_("Partner in common: you – %(name)s – they, in %(works)s", name=names, works=works))
    if works:
        first = strong(words.names.get(one.partners[0], ""))
        return said(
            ngettext(
                "%(num)d partner in common, %(name)s among them: you – %(first)s – they, in %(works)s",
                "%(num)d partners in common, %(name)s among them: you – %(first)s – they, in %(works)s",
                count,
                name=names,
                first=first,
                works=works,
            )
        )
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
    ReasonKind.MEETS_NEED: lambda words, reasons: said(
        _("They meet a need of yours: who does stands before who does not")
    ),
    ReasonKind.NEEDS_YOU: lambda words, reasons: said(
        _("You meet a need of theirs: who has one stands before who has none")
    ),
    ReasonKind.FIRST_TO_MEET: of_concepts(
        lambda x: _(
            "Nobody above them in the list offers %(skill)s: a list is to cover all your needs", skill=x
        )
    ),
    ReasonKind.NEWCOMER: _newcomer,
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
    ReasonKind.COOPERATION: of_concepts(
        lambda x: _("You both want to work together like this: %(kinds)s", kinds=x)
    ),
    ReasonKind.TECHNOLOGY_SOUGHT: lambda words, reasons: said(
        _("They look for a technology for a social need, and you provide technology")
    ),
    ReasonKind.LANGUAGE: of_concepts(lambda x: _("You both speak %(languages)s", languages=x)),
    ReasonKind.TRACK_RECORD: _track_record,
    ReasonKind.SIMILAR_PROFILE: of_concepts(lambda x: _("You do much the same work: %(topics)s", topics=x)),
    ReasonKind.ACTIVE_IN_TOPIC: of_concepts(lambda x: _("They are active in %(topics)s", topics=x)),
    ReasonKind.PARTNERS_IN_COMMON: _partners,
    ReasonKind.NEAR_IN_NETWORK: _near,
    ReasonKind.NEW_COUNTRY: of_country(lambda x: _("%(country)s would be a new country for you", country=x)),
    ReasonKind.COUNTRY_PAIR: _country_pair,
    ReasonKind.TYPE_PAIR: _type_pair,
    ReasonKind.COUNTRY_WANTED: of_country(
        lambda x: _("The seat asks for somebody in %(country)s", country=x)
    ),
    ReasonKind.TYPE_WANTED: lambda words, reasons: said(
        _("You look for a technology for a social need, and they provide technology")
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
    ReasonKind.MEETS_NEED: lambda words, reasons: said(
        _("They offer what the seat asks for: who does stands before who does not")
    ),
    ReasonKind.FIRST_TO_MEET: of_concepts(
        lambda x: _("Nobody above them in the list offers %(skill)s", skill=x)
    ),
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
    ReasonKind.TYPE_WANTED: lambda words, reasons: said(
        _(
            "The seat asks for this kind of organisation: %(type)s",
            type=strong(_type_name(reasons[0].concepts[0])),
        )
    ),
    ReasonKind.LANGUAGE: of_concepts(lambda x: _("They speak %(languages)s", languages=x)),
    ReasonKind.SIMILAR_PROFILE: of_concepts(lambda x: _("They do related work: %(topics)s", topics=x)),
    ReasonKind.PARTNERS_IN_COMMON: _partners_of_seat,
    ReasonKind.NEAR_IN_NETWORK: _near_seat,
    ReasonKind.NEW_COUNTRY: of_country(
        lambda x: _("%(country)s would be a new country for those who take part", country=x)
    ),
}
