import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0005_initial_passwords"),
        ("surveys", "0004_finding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Quiz",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("introduction", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("topics", models.JSONField(blank=True, default=list, verbose_name="专题")),
                (
                    "drawn",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="每次抽几题",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=15,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(120),
                        ],
                        verbose_name="每次几分钟",
                    ),
                ),
                (
                    "attempts_allowed",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ],
                        verbose_name="可答几次",
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="开始")),
                ("closes_at", models.DateTimeField(verbose_name="截止")),
                ("released_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="发布时间")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quizzes",
                        to="organisations.organisation",
                        verbose_name="举办单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "知识竞答",
                "verbose_name_plural": "知识竞答",
                "ordering": ["-closes_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="第几次")),
                ("seed", models.PositiveBigIntegerField()),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("deadline", models.DateTimeField(verbose_name="到几点")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="交卷时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="surveys.quiz",
                        verbose_name="竞答",
                    ),
                ),
            ],
            options={
                "verbose_name": "答题",
                "verbose_name_plural": "答题",
                "ordering": ["quiz", "person", "number"],
            },
        ),
        migrations.CreateModel(
            name="QuizQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        blank=True, editable=False, max_length=40, null=True, unique=True, verbose_name="编码"
                    ),
                ),
                ("topic", models.CharField(max_length=30, verbose_name="专题")),
                (
                    "type",
                    models.CharField(
                        choices=[("single", "单选"), ("multiple", "多选"), ("judge", "判断")],
                        max_length=8,
                        verbose_name="题型",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="题目")),
                ("choices", models.JSONField(verbose_name="选项")),
                ("answer", models.JSONField(verbose_name="答案")),
                ("explanation", models.CharField(blank=True, max_length=400, verbose_name="解析")),
                ("is_retired", models.BooleanField(default=False, verbose_name="不再抽")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quiz_questions",
                        to="organisations.organisation",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "竞答题目",
                "verbose_name_plural": "竞答题目",
                "ordering": ["topic", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AttemptAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="第几题")),
                ("chosen", models.JSONField(default=list, verbose_name="选了")),
                ("is_right", models.BooleanField(default=False, verbose_name="对不对")),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="surveys.attempt"
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="surveys.quizquestion"
                    ),
                ),
            ],
            options={
                "verbose_name": "所选",
                "verbose_name_plural": "所选",
                "ordering": ["attempt", "order"],
            },
        ),
        migrations.AddConstraint(
            model_name="quiz",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                name="quiz_closes_after_opening",
                violation_error_message="截止时间要晚于开始时间。",
            ),
        ),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(fields=("quiz", "person", "number"), name="one_attempt_a_number"),
        ),
        migrations.AddIndex(
            model_name="quizquestion",
            index=models.Index(fields=["topic"], name="quiz_question_by_topic"),
        ),
        migrations.AddConstraint(
            model_name="attemptanswer",
            constraint=models.UniqueConstraint(fields=("attempt", "order"), name="one_question_a_place"),
        ),
        migrations.AddConstraint(
            model_name="attemptanswer",
            constraint=models.UniqueConstraint(fields=("attempt", "question"), name="one_question_once_an_attempt"),
        ),
    ]
