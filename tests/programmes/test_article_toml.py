"""The shipped article: every mechanism that the source names has its place, and nothing points nowhere."""

import pytest

from organisations.models import Level
from programmes import article as reader
from programmes.article import shipped_article
from programmes.models import Expected, Measure, Pillar
from programmes.models.programme import HoursRule, Indicator

ARTICLE = shipped_article()
KINDS = {kind.code: kind for kind in ARTICLE.kinds}
PROGRAMMES = {programme.code: programme for programme in ARTICLE.programmes}

# What the article names → where it is recorded: an activity has a kind, anything else a programme that
# holds it together with records of its own (talks, care, honours, surveys, duty lists, inspections).
ACTIVITIES = {
    "理想信念宗旨教育": "ideals-education",
    "“以学铸魂”": "study-forging",
    "文献片、电教片": "documentary-viewing",
    "正反典型案例": "case-education",
    "吉林省云党校集中培训": "centralised-training",
    "领导干部讲党课": "leader-lecture",
    "党员过政治生日": "political-birthday",
    "重温入党誓词": "oath-renewal",
    "参观红色教育基地": "red-site-visit",
    "理论学习中心组学习": "study-centre-session",
    "专家授课": "expert-lecture",
    "青年理论学习": "youth-study-session",
    "青春分享会": "youth-sharing",
    "主题演讲比赛": "speech-contest",
    "知识竞答": "quiz-contest",
    "青年大讲堂": "youth-forum",
    "机关青年说": "youth-column",
    "宣传集体和个人": "exemplar-talk",
    "音乐思政课": "music-lesson",
    "落实主体责任": "party-group-review",
    "党建工作责任制": "organ-committee-meeting",
    "思想动态调研": "research-forum",
    "分析研判思想动态": "thought-analysis-meeting",
    "调查研究成果": "research-exchange",
    "组织生活会": "organisational-life-meeting",
    "批评和自我批评": "organisational-life-meeting",
    "民主评议党员": "democratic-appraisal",
    "思想汇报": "thought-report",
    "工作汇报": "work-report",
    "交通安全宣讲": "traffic-safety-talk",
    "普惠性服务": "staff-benefit",
    "办公室文化、走廊文化": "workplace-culture",
    "文体活动": "culture-sports",
    "职工运动会": "sports-meet",
    "三球联赛": "ball-league",
    "书画、摄影征集评选": "art-works",
    "女职工趣味运动会": "women-sports",
    "走访调研服务对象": "field-visit",
    "关键小事": "small-matters",
    "惠民惠企政策宣传": "policy-briefing",
    "双报到": "double-check-in",
    "常态化包保": "pairing-service",
    "文化惠民": "culture-service",
    "科技为民": "science-service",
    "健康义诊": "free-clinic",
    "法律咨询": "legal-advice",
    "便民服务": "convenience-service",
    "志愿队伍": "volunteer-service",
    "敬老院、残疾人服务机构": "welfare-visit",
}
PROJECTS = {
    "“凝心铸魂”工程": "soul-forging",
    "理想信念宗旨教育": "ideals-education",
    "云党校": "cloud-party-school",
    "领导干部讲党课": "leader-lectures",
    "政治生日": "political-birthdays",
    "红色教育基地": "red-sites",
    "党建督查、“两个维护”": "party-inspection",
    "第一议题": "first-topic",
    "理论学习中心组": "study-centre",
    "专家为党务干部授课": "expert-lectures",
    "“青年理论学习”提升工程": "youth-theory",
    "青年大讲堂": "youth-forum",
    "“机关青年说”专栏": "youth-column",
    "挖掘、培树、宣传": "role-models",
    "公众号专栏": "public-account",
    "音乐思政课": "music-lesson",
    "工会先进、道德模范、青年文明号、最美家庭": "honour-selection",
    "主体责任": "main-responsibility",
    "党建工作责任制、意识形态工作责任制": "responsibility-systems",
    "“三级四岗”责任清单，政治、领导、岗位责任，落实措施和推进步骤": "duty-list",
    "思想动态调研": "thought-research",
    "网络调研": "online-survey",
    "调查报告、案例分析、实践研究": "research-outputs",
    "组织生活会、民主评议": "organisational-life",
    "谈心谈话": "heart-to-heart",
    "思想汇报、工作汇报": "reports",
    "解决思想问题同解决实际问题结合": "two-problems",
    "党内关怀帮扶": "party-care",
    "慰问金": "condolence",
    "交通安全宣讲进机关": "law-and-safety",
    "普惠性服务": "staff-benefits",
    "互助保障": "mutual-aid",
    "和美机关": "harmonious-organ",
    "“机关文化建设”提升工程": "culture-uplift",
    "职工运动会": "sports-meet",
    "三球联赛": "ball-league",
    "书画、摄影": "art-works",
    "女职工趣味运动会": "women-sports",
    "走访调研": "field-visits",
    "关键小事": "small-matters",
    "惠民惠企政策": "policy-publicity",
    "万名党员双报到": "double-check-in",
    "常态化包保": "pairing",
    "志愿队伍": "volunteers",
}
# Three meetings and one lesson, and what else the rest of the product asks for by code.
REQUIRED_KINDS = {
    "theme-party-day", "branch-meeting", "committee-meeting", "group-meeting", "party-lecture",
    "organisational-life-meeting", "democratic-appraisal", "study-centre-session", "youth-study-session",
    "political-birthday", "oath-renewal", "red-site-visit", "organ-committee-meeting", "party-group-review",
    "thought-analysis-meeting",
}  # fmt: skip
CHIPS = {
    "主题党日", "党课", "中心组学习", "青年理论学习", "政治生日", "重温入党誓词", "红色教育基地", "支部党员大会", "支委会",
    "党小组会", "组织生活会", "民主评议党员", "走访调研", "文体活动", "志愿服务", "双报到服务", "普法宣讲",
}  # fmt: skip


@pytest.mark.parametrize(("mechanism", "code"), ACTIVITIES.items())
def test_every_activity_that_the_article_names_has_a_kind(mechanism, code):
    assert code in KINDS, mechanism


@pytest.mark.parametrize(("mechanism", "code"), PROJECTS.items())
def test_every_project_that_the_article_names_is_a_programme(mechanism, code):
    assert code in PROGRAMMES, mechanism


def test_no_programme_was_invented():
    assert set(PROGRAMMES) == set(PROJECTS.values())


def test_kinds_asked_for_by_code_are_there():
    assert set(KINDS) >= REQUIRED_KINDS


def test_the_chips_of_the_log_page_are_common_kinds():
    common = {kind.name for kind in ARTICLE.kinds if kind.common}
    assert common >= CHIPS


def test_nine_lines_in_three_pillars_as_the_models_know_them():
    assert [(pillar.order, pillar.name, pillar.force) for pillar in ARTICLE.pillars] == [
        (pillar.value, pillar.label, pillar.force) for pillar in Pillar
    ]
    assert [line.name for line in ARTICLE.lines] == [
        "坚定理想信念", "加强理论武装", "强化典型引领",
        "构建职责体系", "开展调查研究", "坚持问题导向",
        "人文关怀增感情", "文体活动激活力", "服务群众暖民心",
    ]  # fmt: skip
    assert [line.pillar for line in ARTICLE.lines] == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_every_line_has_a_programme_and_a_kind():
    codes = {line.code for line in ARTICLE.lines}
    assert {programme.line for programme in ARTICLE.programmes} == codes
    assert {kind.line for kind in ARTICLE.kinds} == codes


def test_the_codes_are_those_of_the_models():
    assert list(reader.LEVELS) == Level.values
    assert set(reader.EXPECTED) == set(Expected.values)
    assert set(reader.HOURS_RULES) == set(HoursRule.values)
    assert set(reader.MEASURES) == set(Measure.values)
    assert set(reader.TARGETS_PER) == {value for value, _ in Indicator._meta.get_field("per").choices}


@pytest.mark.parametrize("words", ["谈心", "谈话", "慰问", "第一议题"])
def test_there_is_no_kind_for_what_has_records_of_its_own(words):
    assert not [kind.name for kind in ARTICLE.kinds if words in kind.name]


def test_names_are_unique_where_a_person_would_confuse_them():
    for entries in (ARTICLE.kinds, ARTICLE.programmes, ARTICLE.lines):
        names = [entry.name for entry in entries]
        assert sorted(names) == sorted(set(names))


def test_the_first_topic_opens_the_meetings_that_decide():
    opened = {kind.code for kind in ARTICLE.kinds if kind.agenda and kind.agenda[0].first_topic}
    assert opened >= {
        "branch-meeting",
        "committee-meeting",
        "group-meeting",
        "organ-committee-meeting",
        "party-group-review",
    }
    assert "study-centre-session" not in opened


def test_only_a_members_meeting_has_a_vote():
    assert {kind.code for kind in ARTICLE.kinds if kind.has_vote} == {"branch-meeting", "general-branch-meeting"}


@pytest.mark.parametrize("programme", ARTICLE.programmes, ids=lambda programme: programme.code)
def test_a_goal_is_a_whole_sentence_and_nobody_is_measured_by_it(programme):
    assert programme.goal.endswith("。")
    assert not [word for word in ("评分", "积分", "排名", "考核", "打卡") if word in programme.goal]
