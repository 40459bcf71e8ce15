import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import surveys.models.research


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0005_initial_passwords"),
        ("responsibilities", "0001_initial"),
        ("surveys", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ResearchPiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=80, verbose_name="题目")),
                ("title_key", models.CharField(editable=False, max_length=400)),
                (
                    "kind",
                    models.CharField(
                        choices=[("report", "调查报告"), ("case", "案例分析"), ("practice", "实践研究")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("summary", models.CharField(max_length=600, verbose_name="摘要")),
                ("keywords", models.CharField(blank=True, max_length=100, verbose_name="关键词")),
                ("authors", models.CharField(max_length=120, verbose_name="作者")),
                ("names_authors", models.BooleanField(default=False, verbose_name="入库后署名")),
                ("text", models.TextField(blank=True, verbose_name="正文")),
                ("words", models.TextField(blank=True, editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("submitted", "待评审"),
                            ("reviewing", "评审中"),
                            ("published", "已入库"),
                            ("returned", "已退回"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("round", models.PositiveSmallIntegerField(default=0, verbose_name="第几次提交")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="答复日期")),
                ("returned_because", models.CharField(blank=True, max_length=600, verbose_name="退回原因")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁答复的",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="research_pieces",
                        to="organisations.organisation",
                        verbose_name="单位",
                    ),
                ),
                (
                    "problems",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="responsibilities.problem", verbose_name="引出的问题"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="research_pieces",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
            ],
            options={
                "verbose_name": "调研成果",
                "verbose_name_plural": "调研成果",
                "ordering": ["-year", "title_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ResearchFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=240, verbose_name="文件名")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("jpg", "JPG 图片"),
                            ("png", "PNG 图片"),
                            ("webp", "WebP 图片"),
                            ("pdf", "PDF 文件"),
                            ("docx", "Word 文档"),
                            ("xlsx", "Excel 表格"),
                        ],
                        max_length=4,
                        verbose_name="类型",
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        max_length=120, upload_to=surveys.models.research.stored_as, verbose_name="原文件"
                    ),
                ),
                (
                    "copy",
                    models.FileField(
                        max_length=120, upload_to=surveys.models.research.stored_as, verbose_name="去掉信息的副本"
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="大小")),
                ("text", models.TextField(blank=True, verbose_name="文字")),
                (
                    "piece",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paper",
                        to="surveys.researchpiece",
                        verbose_name="成果",
                    ),
                ),
            ],
            options={
                "verbose_name": "成果文件",
                "verbose_name_plural": "成果文件",
            },
        ),
        migrations.CreateModel(
            name="ResearchReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(verbose_name="第几次提交")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("publish", "建议发布"), ("revise", "修改后发布"), ("not", "不建议")],
                        max_length=8,
                        verbose_name="意见",
                    ),
                ),
                ("reasons", models.CharField(blank=True, max_length=600, verbose_name="理由")),
                ("given_on", models.DateField(blank=True, null=True, verbose_name="写意见日期")),
                (
                    "appointed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁请的",
                    ),
                ),
                (
                    "piece",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="surveys.researchpiece",
                        verbose_name="成果",
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="评审人",
                    ),
                ),
            ],
            options={
                "verbose_name": "评审意见",
                "verbose_name_plural": "评审意见",
                "ordering": ["round", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="researchpiece",
            index=models.Index(fields=["state", "-year", "title_key"], name="research_library"),
        ),
        migrations.AddConstraint(
            model_name="researchpiece",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state", "draft"), models.Q(("round__gt", 0), ("submitted_at__isnull", False)), _connector="OR"
                ),
                name="piece_handed_in_before_it_is_judged",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchpiece",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(("returned_because", ""), _negated=True),
                    _connector="OR",
                ),
                name="piece_returned_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchreview",
            constraint=models.UniqueConstraint(
                fields=("piece", "reviewer", "round"),
                name="one_review_a_reviewer_and_round",
                violation_error_message="已经请过他了。",
            ),
        ),
        migrations.AddConstraint(
            model_name="researchreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", ""),
                    models.Q(models.Q(("reasons", ""), _negated=True), ("given_on__isnull", False)),
                    _connector="OR",
                ),
                name="verdict_with_reasons",
            ),
        ),
    ]
