"""Who may do what: one literal table, role → act → how far from the post's organisation the right reaches.

Authority comes from appointments only (``Post.role``). ``scoping.py`` turns these rows into SQL; nothing else does.
"""

from django.db import models


class Role(models.TextChoices):
    """What a post lets its holder do."""

    MEMBER = "member", "党员、职工"
    RECORDER = "recorder", "记录员"
    GROUP_LEADER = "group_leader", "党小组组长"
    BRANCH_SECRETARY = "branch_secretary", "支部书记"
    ORGAN_OFFICE = "organ_office", "机关党委"
    COMMITTEE_OFFICE = "committee_office", "机关工委"
    ADMINISTRATOR = "administrator", "系统管理员"


class Act(models.TextChoices):
    """The acts that are asked about."""

    SEE = "see", "看记录和应办事项"
    LOG = "log", "记录活动"
    VIEW_PEOPLE = "view_people", "看组织和人员"
    DELEGATE = "delegate", "指定记录员"
    ASK_EXEMPTION = "ask_exemption", "申请不适用"
    DECIDE_EXEMPTION = "decide_exemption", "答复不适用"
    VIEW_BOARD = "view_board", "看看板"
    EDIT_RULES = "edit_rules", "改要求"
    EDIT_PROGRAMMES = "edit_programmes", "改项目"
    EDIT_DUTIES = "edit_duties", "编责任清单"
    HANDLE_PROBLEMS = "handle_problems", "登记和办理问题"
    INSPECT = "inspect", "督查"
    EDIT_SURVEYS = "edit_surveys", "编调研、看全部结果"
    RUN_APPRAISAL = "run_appraisal", "组织民主评议"
    MANAGE_PEOPLE = "manage_people", "管组织和人员"
    ADMINISTER = "administer", "管系统"


class Reach(models.TextChoices):
    """How far a right goes from the organisation of the appointment."""

    SUBTREE = "subtree", "本级及所属"
    NODE = "node", "仅本级"


_SUBTREE, _NODE = Reach.SUBTREE, Reach.NODE

ROLE_MAY: dict[str, dict[str, Reach]] = {
    Role.MEMBER: {},
    Role.RECORDER: {Act.SEE: _SUBTREE, Act.LOG: _SUBTREE},
    Role.GROUP_LEADER: {
        Act.SEE: _SUBTREE,
        Act.LOG: _SUBTREE,
        Act.VIEW_PEOPLE: _SUBTREE,
        Act.HANDLE_PROBLEMS: _SUBTREE,
    },
    Role.BRANCH_SECRETARY: {
        Act.SEE: _SUBTREE,
        Act.LOG: _SUBTREE,
        Act.VIEW_PEOPLE: _SUBTREE,
        Act.DELEGATE: _SUBTREE,
        Act.ASK_EXEMPTION: _SUBTREE,
        Act.HANDLE_PROBLEMS: _SUBTREE,
        Act.RUN_APPRAISAL: _NODE,
    },
    Role.ORGAN_OFFICE: {
        Act.SEE: _SUBTREE,
        Act.LOG: _SUBTREE,
        Act.VIEW_PEOPLE: _SUBTREE,
        Act.DELEGATE: _SUBTREE,
        Act.ASK_EXEMPTION: _SUBTREE,
        Act.DECIDE_EXEMPTION: _SUBTREE,
        Act.VIEW_BOARD: _SUBTREE,
        Act.EDIT_RULES: _SUBTREE,
        Act.EDIT_DUTIES: _SUBTREE,
        Act.HANDLE_PROBLEMS: _SUBTREE,
        Act.INSPECT: _SUBTREE,
        Act.EDIT_SURVEYS: _SUBTREE,
        Act.MANAGE_PEOPLE: _SUBTREE,
    },
    # The work committee sees everything below it but logs only what it holds itself.
    Role.COMMITTEE_OFFICE: {
        Act.SEE: _SUBTREE,
        Act.LOG: _NODE,
        Act.VIEW_PEOPLE: _SUBTREE,
        Act.DELEGATE: _NODE,
        Act.ASK_EXEMPTION: _NODE,
        Act.DECIDE_EXEMPTION: _SUBTREE,
        Act.VIEW_BOARD: _SUBTREE,
        Act.EDIT_RULES: _SUBTREE,
        Act.EDIT_PROGRAMMES: _SUBTREE,
        Act.EDIT_DUTIES: _SUBTREE,
        Act.HANDLE_PROBLEMS: _SUBTREE,
        Act.INSPECT: _SUBTREE,
        Act.EDIT_SURVEYS: _SUBTREE,
        Act.MANAGE_PEOPLE: _SUBTREE,
    },
    # Separation of duties: the administrator runs the system and the roster, and reads no record of what was said.
    Role.ADMINISTRATOR: {Act.VIEW_PEOPLE: _SUBTREE, Act.MANAGE_PEOPLE: _SUBTREE, Act.ADMINISTER: _SUBTREE},
}
