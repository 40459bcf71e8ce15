"""``manage.py load_posts``: the posts that the product ships."""

from typing import Any

from django.core.management.base import BaseCommand

from organisations.loading import load_posts


class Command(BaseCommand):
    help = "载入各层级的职务（已有的不动）。"

    def handle(self, *args: Any, **options: Any) -> None:
        created = load_posts()
        if options["verbosity"]:
            self.stdout.write(f"职务：新增 {len(created)} 个。" if created else "职务：没有变化。")
