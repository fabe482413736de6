"""After a question in the middle of a form, the form asks again."""

import pytest
from rasa.core.training import load_data
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from zhitou.conversation.resume_policy import ResumingRulePolicy

DOMAIN = """
version: "3.1"
intents: [ask, plan, inform]
slots:
  amount: {type: any, influence_conversation: false, mappings: [{type: custom}]}
forms:
  plan_form: {required_slots: [amount]}
responses:
  utter_answer: [{text: a}]
  utter_more: [{text: m}]
  utter_plan: [{text: p}]
"""
RULES = """
version: "3.1"
rules:
- rule: answer
  steps: [{intent: ask}, {action: utter_answer}, {action: utter_more}]
- rule: start
  steps: [{intent: plan}, {action: plan_form}, {active_loop: plan_form}]
- rule: end
  condition: [{active_loop: plan_form}]
  steps: [{action: plan_form}, {active_loop: null}, {action: utter_plan}]
"""


@pytest.fixture(scope="module")
def predict(tmp_path_factory):
    """Returns the name of the action that the trained policy predicts after some events."""
    folder = tmp_path_factory.mktemp("policy")
    (folder / "rules.yml").write_text(RULES, encoding="utf-8")
    domain = Domain.from_yaml(DOMAIN)
    trackers = load_data(str(folder / "rules.yml"), domain)
    policy = ResumingRulePolicy.create(
        {**ResumingRulePolicy.get_default_config()},
        LocalModelStorage.create(folder),
        Resource("policy"),
        ExecutionContext(GraphSchema({})),
    )
    policy.train(trackers, domain)

    def predicted(events):
        tracker = DialogueStateTracker.from_events("s", events, domain.slots, domain=domain)
        prediction = policy.predict_action_probabilities(tracker, domain)
        return domain.action_names_or_texts[prediction.max_confidence_index]

    return predicted


def said(intent):
    return [ActionExecuted("action_listen"), UserUttered(intent, {"name": intent})]


IN_FORM = [*said("plan"), ActionExecuted("plan_form"), ActiveLoop("plan_form")]
INTERRUPTED = [*IN_FORM, *said("ask"), ActionExecutionRejected("plan_form")]


def test_the_interrupting_intents_rule_answers_first(predict):
    assert predict(INTERRUPTED) == "utter_answer"


def test_all_steps_of_the_interrupting_rule_are_taken(predict):
    assert predict([*INTERRUPTED, ActionExecuted("utter_answer")]) == "utter_more"


def test_then_the_form_asks_again(predict):
    answered = [*INTERRUPTED, ActionExecuted("utter_answer"), ActionExecuted("utter_more")]
    assert predict(answered) == "plan_form"
    assert predict([*answered, ActionExecuted("plan_form")]) == "action_listen"


def test_a_form_that_was_not_interrupted_listens_after_it_asked(predict):
    assert predict(IN_FORM) == "action_listen"


def test_without_a_form_the_rule_ends_in_listening(predict):
    events = [*said("ask"), ActionExecuted("utter_answer"), ActionExecuted("utter_more")]
    assert predict(events) == "action_listen"


def test_a_form_that_ends_goes_on_with_its_rule(predict):
    events = [
        *IN_FORM,
        *said("inform"),
        ActionExecuted("plan_form"),
        SlotSet("amount", 5),
        ActiveLoop(None),
    ]
    assert predict(events) == "utter_plan"
