"""Why drawn checks are not made, in words: replaced objects, lapsed items, missing organs."""

from coordinator.domain.annual_plan import NO_ORGAN
from coordinator.domain.dispatch import WhyLeftOut
from coordinator.services.ports import Work
from coordinator.web.language import _, choose
from coordinator.web.words import state


def reason_words(work: Work) -> dict[str, str]:
    """Give the reasons for which objects are replaced, and checks deferred, by code."""
    typed = {each.code: choose(each.name, each.name_en) for each in work.policies.object_reasons()}
    left_out = {why.value: state("left-out", why.value).word for why in WhyLeftOut}
    return typed | left_out | {NO_ORGAN: _("当地没有可检查该事项的机关")}
