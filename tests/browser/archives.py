"""Archives made for tests; the sample archive in `corpus/` serves for everything else."""

from datetime import date, timedelta

SECTIONS = ("论文", "产品", "学习", "资讯")


def report(day, items):
    """A daily report with items of `(title, body)`, laid out as the sample archive is."""
    parts = [f"# 测试日报（{day.month}月 {day.day}日）"]
    for at, (title, body) in enumerate(items):
        parts.append(f"# {SECTIONS[at % len(SECTIONS)]}")
        parts.append(f"### {title}\n\n贡献人：@测试组\n\nhttps://example.com/{day}/{at}\n\n{body}")
    return "\n\n".join(parts) + "\n"


def write_report(folder, day, items):
    """Writes a report as editors do, beside it and then moved over it, and returns its path."""
    path = folder / f"{day}.md"
    half_written = folder / f".{day}.md.tmp"
    half_written.write_text(report(day, items), encoding="utf-8")
    half_written.replace(path)
    return path


def write_reports(folder, number, items=8, first=date(2015, 1, 1)):
    """Writes many reports, one a day, each item with words that tell it apart."""
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(number):
        day = first + timedelta(days=at)
        write_report(
            folder,
            day,
            [
                (f"第 {at} 天第 {place} 条：向量数据库与大模型", f"说明 word{at}x{place}，讲检索增强生成的做法。" * 6)
                for place in range(items)
            ],
        )
