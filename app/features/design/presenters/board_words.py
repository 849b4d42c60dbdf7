"""What the script of a board says: every sentence of it is translated here and handed over with the page."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.core.reading import easy
from app.features.design.models.outcomes import ProposalStage
from app.features.design.presenters.board_announcements import board_announcements
from app.features.design.proposal_stages import HAS_OBJECTION, REFUSALS

STANCE_WAITS = (ProposalStage.CLARIFY, ProposalStage.REACT, ProposalStage.INTEGRATE)
"""The stages at which a stance cannot be taken yet, or not every one."""


def board_words() -> dict[str, Any]:
    """The sentences of a board in the reader's language; names in braces are filled in by the script."""
    return {
        # phases
        "kinds": kind_names(),
        "notBegun": _("Not begun yet"),
        "status": {
            "done": _("(done)"),
            "skipped": _("(skipped)"),
            "running": _("(now)"),
            "pending": _("(to come)"),
        },
        "pointsEach": _("%(count)s points each", count="{count}"),
        "asks": {
            "waiting": _("We begin in a moment. You can look around."),
            "over": _("The report comes in a moment."),
            "frozen": _("Everything stands still for a moment. What you wrote is kept."),
            "welcome": _("Say hello. There is nothing to write yet."),
            "silent_writing": _("Write as many cards as you like, one thought on each."),
            "pairs_fours": _("Talk with your group and write down what you find."),
            "breakout": _("Work with your group on your own board."),
            "reveal": _("Read what everybody wrote."),
            "cluster": _("Pick cards that belong together and make a group of them."),
            "how_might_we": _("Write the question as you would ask it."),
            "points": _("You have %(left)s points left. Give them to what matters most.", left="{left}"),
            "impact_effort": _("Move each card to where it belongs."),
            "rounds": _("Listen, and speak when it is your turn."),
            "consent": _("Read the wording and say what speaks against it."),
            "commitments": _("Say what your organisation will do, and by when."),
            "check_out": _("One last word from everybody."),
        },
        "ready": _("ready: %(count)s, here: %(of)s", count="{count}", of="{of}"),
        "over": _("It is over"),
        "ahead": _("ahead with %(count)s points: %(names)s", count="{count}", names="{names}"),
        "tied": _("tied with %(count)s points each: %(names)s", count="{count}", names="{names}"),
        "totalsHidden": _("totals are hidden until the end"),
        "hiddenUntilReveal": _("hidden until it is revealed"),
        "anonymous": _("Without names. Your language and what you tell may still show who you are."),
        "lastMinute": _("One minute is left."),
        "timeIsUp": _("Time is up."),
        # cards
        "card": _("Card"),
        "anonymousCard": _("Card without a name"),
        "veiled": _("This card was put out of sight."),
        "yours": _("yours"),
        "edited": _("changed"),
        "pinned": _("pinned"),
        "fromGroup": _("from %(name)s", name="{name}"),
        "sending": _("Sending…"),
        "waits": _("Waits for the network"),
        "oneCard": _("one card"),
        "manyCards": _("%(count)s cards", count="{count}"),
        "oneWritten": _("one card is written"),
        "manyWritten": _("%(count)s cards are written", count="{count}"),
        "columnLocked": _("Closed for now"),
        "noName": _("Without a name yet"),
        "picked": _("Cards picked: %(count)s", count="{count}"),
        "yourPoints": _("You gave %(count)s.", count="{count}"),
        "totalPoints": _("All together: %(count)s.", count="{count}"),
        "edit": _("Change the text"),
        "remove": _("Remove it"),
        "earlier": _("Further up"),
        "later": _("Further down"),
        "moveTo": _("Move to “%(title)s”", title="{title}"),
        "intoCluster": _("Put it to “%(name)s”", name="{name}"),
        "outOfCluster": _("Take it out of its group"),
        "pin": _("Pin it to the top"),
        "unpin": _("Unpin it"),
        "park": _("Put it aside for later"),
        "unpark": _("Bring it back"),
        "veil": _("Put it out of sight"),
        "unveil": _("Show it again"),
        "split": _("Take the group apart"),
        "mergeInto": _("Join it with “%(name)s”", name="{name}"),
        "tooLong": _("Too long: shorten it. Characters over: %(over)s", over="{over}"),
        "keptText": _("No cards are taken at this moment. What you wrote is kept here."),
        "writes": _("%(name)s is writing…", name="{name}"),
        # people
        "you": _("you"),
        "present": _("is here"),
        "absent": _("is not here"),
        "somebody": _("Somebody"),
        "roles": {"facilitator": _("facilitates"), "co_facilitator": _("facilitates too")},
        "hasDesk": _("at the desk"),
        "handNumber": _("hand up, number %(place)s", place="{place}"),
        "muted": _("may not write"),
        "hasSpoken": _("has spoken"),
        "mute": _("Let them only read"),
        "unmute": _("Let them write again"),
        "handDone": _("Has had their say"),
        "spoke": _("Has spoken"),
        "shareDesk": _("Share the desk with them"),
        "unshareDesk": _("Take them off the desk"),
        "handOver": _("Hand the desk over"),
        "sendAway": _("Send them away"),
        "sendAwaySure": {
            "title": _("Send %(name)s away?", name="{name}"),
            "text": _("What they wrote stays, and they cannot come back in. This cannot be undone."),
            "yes": _("Send them away"),
        },
        "notHeard": _("not heard yet: %(names)s", names="{names}"),
        "chooseColumn": _("Choose a column…"),
        "noGroup": _("In no group"),
        "unseated": _("in no group: %(names)s", names="{names}"),
        # breakouts
        "everybody": _("Everybody"),
        "calls": _("calls you"),
        "groupCalls": _("calling you: %(names)s", names="{names}"),
        "inGroup": _("You are in %(group)s with %(names)s.", group="{group}", names="{names}"),
        "groupHost": _("%(name)s keeps an eye on the time.", name="{name}"),
        "groupOf": _("Group of %(name)s", name="{name}"),
        "groupNumber": _("Group %(number)s", number="{number}"),
        "proposedEffect": _(
            "New ties across borders: %(ties)s. Who would meet again: %(again)s.",
            ties="{ties}",
            again="{again}",
        ),
        "effect": _("New ties: %(ties)s, across borders: %(abroad)s.", ties="{ties}", abroad="{abroad}"),
        # what something comes from
        "proposeIt": _("Propose it"),
        "commitToIt": _("Commit to it"),
        "comesFrom": _("Comes from"),
        "originsChoose": _("Choose a card or a group…"),
        "originsCluster": _("All of “%(name)s”", name="{name}"),
        "originsOff": _("Leave out: %(text)s", text="{text}"),
        # consent
        "stages": {
            "clarify": _("Clarify"),
            "react": _("React"),
            "object": _("Object"),
            "integrate": _("Integrate"),
            "agreed": _("Agreed"),
        },
        "stageAsks": {
            "clarify": _("Ask what you do not understand. No opinions yet."),
            "react": easy("Say what comes to your mind, one after the other."),
            "object": easy("Would it do harm? Then object: an objection is a gift."),
            "integrate": easy("Change the wording until the objections are met."),
            "agreed": easy("Good enough for now, safe enough to try."),
            "withdrawn": _("This was withdrawn."),
        },
        "stanceWaits": {stage.value: str(REFUSALS[stage]) for stage in STANCE_WAITS},
        "toObject": {
            "react": _("On to the objections"),
            "integrate": _("Test it again"),
            "agreed": _("Back to the objections"),
        },
        "answerFirst": str(HAS_OBJECTION),
        "silent": _("Said nothing yet: %(names)s.", names="{names}"),
        "stanceCounts": {
            "consent": _("consent: %(count)s", count="{count}"),
            "concern": _("concerns: %(count)s", count="{count}"),
            "object": _("objections: %(count)s", count="{count}"),
        },
        "objectionStates": {
            "open": _("not met yet"),
            "integrated": _("met"),
            "withdrawn": _("withdrawn"),
            "stands": _("not met by the new wording either"),
        },
        "objectionMet": _("It is met now"),
        "objectionWithdraw": _("I withdraw it"),
        # commitments
        "byWhen": _("by %(day)s", day="{day}"),
        "commitmentStates": {
            "open": "",
            "done": _("done"),
            "carried": _("from last time"),
            "dropped": _("dropped"),
        },
        "lacksText": _("Write something first."),
        "lacksObjection": _("Write what harm it would do."),
        "lacksWording": _("Write the wording."),
        "lacksOrganisation": _("Choose the organisation that does it."),
        "lacksOwner": _("Choose who sees to it."),
        "lacksWhat": _("Write what will be done."),
        "lacksDay": _("Choose the day by which it is done."),
        # the connection
        "signedOut": _(
            "You were signed out. What you wrote is kept in this browser for 30 days: sign in again to send it. "
            "If somebody else signs in here, it is deleted."
        ),
        "signedOutHere": _(
            "You signed out in this browser, or somebody else signed in. What you wrote is only on this page: "
            "copy what you need."
        ),
        "notYours": _("This design session is not open to you any more."),
        "noAnswer": _("There is no connection at this moment. Try again."),
        "desk": {
            "next": _("Next phase"),
            "last": _("Last phase"),
            "pause": _("Pause"),
            "resume": _("Go on"),
            "freeze": _("Freeze"),
            "thaw": _("Unfreeze"),
            "lock": _("Lock writing"),
            "unlock": _("Unlock writing"),
            "round": _("Everyone once"),
            "endRound": _("End the round"),
            "hands": _("Hands %(count)s", count="{count}"),
            "undoOf": _("Undo: %(what)s", what="{what}"),
            "closeSure": {
                "title": _("Close the design session?"),
                "text": _("The report is written, and nothing changes after that."),
                "yes": _("Close it"),
            },
        },
        "announcements": board_announcements(),
    }


def kind_names() -> dict[str, str]:
    """What each kind of phase is called."""
    return {
        "welcome": _("Welcome"),
        "silent_writing": _("Silent writing"),
        "pairs_fours": _("In pairs and fours"),
        "breakout": _("In small groups"),
        "reveal": _("Reading"),
        "cluster": _("Putting together"),
        "how_might_we": _("How might we"),
        "dot_vote": _("Vote"),
        "impact_effort": _("Impact and effort"),
        "rounds": _("In rounds"),
        "consent": _("Consent"),
        "commitments": _("Commitments"),
        "check_out": _("Check-out"),
    }
