"""The rules that a request, file or message can break, as codes with facts and no text."""

from enum import StrEnum
from typing import TypeVar

V = TypeVar("V")


class Rule(StrEnum):
    """Name of a rule; the web room words it in Chinese and English and gives it a status."""

    # draw
    STRATUM_WITHOUT_RULE = "stratum-without-rule"
    FROZEN_FIELD_INVALID = "frozen-field-invalid"
    REVEAL_DOES_NOT_MATCH = "reveal-does-not-match"
    SOURCES_DO_NOT_MATCH = "sources-do-not-match"
    ATTEMPT_NOT_DONE = "attempt-not-done"
    ROSTER_MISSING = "roster-missing"
    FRAMES_DO_NOT_MATCH_LINES = "frames-do-not-match-lines"
    TEAM_QUOTA_UNMET = "team-quota-unmet"
    TOO_MANY_TAGS = "too-many-tags"
    CHECK_INVALID = "check-invalid"
    MERGE_POLICY_INVALID = "merge-policy-invalid"
    TEAM_FEASIBILITY_UNPROVEN = "team-feasibility-unproven"
    NO_REPLACEMENT_LEFT = "no-replacement-left"

    # registers
    OBJECT_SCHEME_UNKNOWN = "object-scheme-unknown"
    OBJECT_ID_INVALID = "object-id-invalid"
    USCC_LENGTH = "uscc-length"
    USCC_ALPHABET = "uscc-alphabet"
    USCC_CHECK_DIGIT = "uscc-check-digit"
    REGNO_INVALID = "regno-invalid"
    LEGAL_BASIS_MISSING = "legal-basis-missing"
    DEPARTMENT_UNKNOWN = "department-unknown"
    ALIAS_AMBIGUOUS = "alias-ambiguous"
    ITEM_ALIAS_UNRESOLVED = "item-alias-unresolved"
    METHOD_UNKNOWN = "method-unknown"

    # imports
    IMPORT_FILE_UNREADABLE = "import-file-unreadable"
    IMPORT_FILE_TOO_LARGE = "import-file-too-large"
    IMPORT_FORMAT_UNKNOWN = "import-format-unknown"
    IMPORT_ENCODING_UNKNOWN = "import-encoding-unknown"
    IMPORT_TABLE_INVALID = "import-table-invalid"
    IMPORT_COLUMNS_MISSING = "import-columns-missing"
    IMPORT_ROW_NOT_UNDERSTOOD = "import-row-not-understood"
    IMPORT_CELL_MISSING = "import-cell-missing"
    IMPORT_CELL_INVALID = "import-cell-invalid"
    IMPORT_WORD_UNKNOWN = "import-word-unknown"
    IMPORT_DUPLICATE = "import-duplicate"

    # access and lifecycle
    NOT_FOUND = "not-found"
    MOVE_NOT_ALLOWED = "move-not-allowed"
    LOGIN_FAILED = "login-failed"
    LOGIN_NEEDED = "login-needed"
    LOGIN_THROTTLED = "login-throttled"
    ROLE_NOT_ALLOWED = "role-not-allowed"
    CROSS_SITE_REQUEST = "cross-site-request"
    NOT_YOUR_DEPARTMENT = "not-your-department"
    FIRST_PERSON_MISSING = "first-person-missing"
    TWO_PERSONS_NEEDED = "two-persons-needed"
    REASON_MISSING = "reason-missing"
    CODE_UNKNOWN = "code-unknown"
    REQUEST_INVALID = "request-invalid"
    VALUE_MISSING = "value-missing"
    ALREADY_EXISTS = "already-exists"
    POLICY_INVALID = "policy-invalid"

    # annual plan
    PLAN_BREACHES = "plan-breaches"
    TOO_FEW_JOINT_LINES = "too-few-joint-lines"
    JOINT_LINE_ALONE = "joint-line-alone"
    WINDOW_INVERTED = "window-inverted"
    ITEM_NOT_PUBLISHED = "item-not-published"
    ITEM_NOT_VALID = "item-not-valid"
    ITEM_OF_OTHER_DEPARTMENT = "item-of-other-department"
    DEPARTMENT_WITHOUT_ITEM = "department-without-item"
    RATIO_TOO_HIGH = "ratio-too-high"
    LINE_CODE_REPEATED = "line-code-repeated"

    # round and lottery
    LINE_ALREADY_DRAWN = "line-already-drawn"
    MODES_MIXED = "modes-mixed"
    TOO_FEW_CONTRIBUTORS = "too-few-contributors"
    COMMITMENTS_MISSING = "commitments-missing"
    NOT_A_CONTRIBUTOR = "not-a-contributor"
    ALREADY_COMMITTED = "already-committed"
    OTHER_COMMIT = "other-commit"
    SIGNATURE_REFUSED = "signature-refused"
    DEADLINE_NOT_PASSED = "deadline-not-passed"
    NOBODY_SILENT = "nobody-silent"
    FRAME_EMPTY = "frame-empty"
    RECORD_CLOSED = "record-closed"
    VISITS_OPEN = "visits-open"
    COVERT_ROUND_OPEN = "covert-round-open"
    ATTEMPTS_USED_UP = "attempts-used-up"

    # dispatch, fieldwork, results
    NOTICE_TOO_LATE = "notice-too-late"
    VISIT_NOT_COVERT = "visit-not-covert"
    FINDING_NOT_ASKED = "finding-not-asked"
    FINDING_MISSING = "finding-missing"
    FINDING_REPEATED = "finding-repeated"
    REPORT_VERSION_WRONG = "report-version-wrong"
    RESULT_CODE_MISSING = "result-code-missing"
    RESULTS_CONTRADICT = "results-contradict"
    PROBLEM_WITHOUT_WORDS = "problem-without-words"
    PROBLEM_WITHOUT_FOLLOW_UP = "problem-without-follow-up"
    ENTERED_BY_OUTSIDER = "entered-by-outsider"
    TOO_FEW_OFFICERS = "too-few-officers"
    OUTSIDE_WINDOW = "outside-window"
    VISIT_CODE_WRONG = "visit-code-wrong"

    # follow-up, blacklist, joint punishment
    NO_PROBLEM_FOUND = "no-problem-found"
    RESULT_NOT_APPROVED = "result-not-approved"
    NO_PENALTY_DECISION = "no-penalty-decision"
    ORGAN_NOT_COMPETENT = "organ-not-competent"
    PENALTY_TOO_LIGHT = "penalty-too-light"
    OBJECTION_PERIOD_RUNS = "objection-period-runs"
    OBJECTION_UNANSWERED = "objection-unanswered"
    NOT_LISTED = "not-listed"
    ALREADY_LISTED = "already-listed"
    TOO_EARLY_TO_DELIST = "too-early-to-delist"
    ANSWER_DOES_NOT_FIT = "answer-does-not-fit"

    # documents
    DOCUMENT_FIELD_MISSING = "document-field-missing"
    FONTS_MISSING = "fonts-missing"


class RuleBrokenError(Exception):
    """A rule was broken; `facts` say by what, in values that a page or a machine can word."""

    def __init__(self, rule: Rule, **facts: object) -> None:
        super().__init__(rule.value, facts)
        self.rule = rule
        self.facts = facts


def given(value: V | None, what: str, of: str) -> V:
    """Give a value that must be there by now; VALUE_MISSING rather than an invented one."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise RuleBrokenError(Rule.VALUE_MISSING, what=what, of=of)
    return value
