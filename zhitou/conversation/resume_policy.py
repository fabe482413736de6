"""Rules that come back: after a question in the middle of a form, the form asks again.

In ``config.yml``::

    policies:
      - name: zhitou.conversation.resume_policy.ResumingRulePolicy
        core_fallback_threshold: 0.3
        core_fallback_action_name: action_default_fallback

Stock ``RulePolicy`` listens when the rule of the interrupting intent has ended, and the customer no
longer sees what was asked (RasaHQ/rasa#7751). Writing a rule for each form and each intent that may
interrupt it is the usual way out; this policy makes them unnecessary.
"""

from __future__ import annotations

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class ResumingRulePolicy(RulePolicy):
    """A ``RulePolicy`` that runs an interrupted loop again before it listens."""

    def _predict(
        self, tracker: DialogueStateTracker, domain: Domain
    ) -> tuple[PolicyPrediction, str | None]:
        prediction, source = super()._predict(tracker, domain)
        loop = tracker.active_loop_name
        if loop is None or not _has_been_interrupted(tracker):
            return prediction, source
        predicted = domain.action_names_or_texts[prediction.max_confidence_index]
        if predicted != ACTION_LISTEN_NAME or prediction.max_confidence == 0:
            return prediction, source
        resumed = self._rule_prediction(
            self._prediction_result(loop, tracker, domain), source, is_no_user_prediction=True
        )
        return resumed, source


def _has_been_interrupted(tracker: DialogueStateTracker) -> bool:
    """Tell whether the loop gave way to another action that has run since."""
    return tracker.is_active_loop_rejected and tracker.latest_action_name not in {
        ACTION_LISTEN_NAME,
        tracker.active_loop_name,
    }
