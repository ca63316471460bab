#!/usr/bin/env python3
"""Makes an archive of any size from a real one by recombining its sentences: benches/recombine ARCHIVE ITEMS OUT [SEED]

The same arguments give the same files. Vocabulary and lengths stay those of the archive; three titles in ten get a
name joined from two others, so that dictionaries grow as those of a real archive do. Items stand seventy to a report, in
the order of days from 2015 to 2026, in four series.
"""
import datetime
import random
import re
import sys
from pathlib import Path

ITEMS_OF_A_REPORT = 70
SERIES = ['daily', 'papers', 'tools', 'weekly']
FIRST, LAST = datetime.date(2015, 1, 1), datetime.date(2026, 12, 31)
NEW_NAMES = 0.3
EDITORS = 60

HEADING = re.compile(r'(#{1,6})\s+(.+)')
NUMBERED = re.compile(r'\d{1,3}\s*[、.．]\s*(\S.*)')
NAME = re.compile(r'[A-Za-z][A-Za-z0-9]{2,14}')
SENTENCE_END = re.compile(r'(?<=[。！？!?])')
# Upper ends of the classes of sentences that stand for each other, in characters.
LENGTHS = [15, 30, 60, 120]


def plain(line):
    """Leaves of a line of Markdown what is read."""
    line = re.sub(r'!\[[^\]]*\]\([^)]*\)|<[^>]*>', '', line)
    line = re.sub(r'\[([^\]]*)\]\([^)]*\)', r'\1', line)
    line = re.sub(r'https?://\S+', '', line)
    return re.sub(r'[*`>|\\]+', '', line).strip(' \t\r-+#')


def templates(archive):
    """Reads an archive: sections, titles, and of every text the lengths of its sentences; and all sentences."""
    shapes, titles, sections, sentences = [], [], [], []
    for path in sorted(archive.rglob('*')):
        if path.suffix not in ('.md', '.markdown', '.txt') or not path.is_file():
            continue
        section, lengths, open_item = '', [], False
        for line in path.read_text(encoding='utf-8', errors='replace').split('\n'):
            heading, numbered = HEADING.match(line), NUMBERED.match(line)
            text = plain((heading or numbered).groups()[-1] if heading or numbered else line)
            if not text:
                continue
            if heading or numbered and len(text) <= 80:
                if open_item and lengths:
                    shapes.append(lengths)
                lengths, open_item = [], True
                if heading and len(heading[1]) <= 2:
                    section = text[:40]
                    sections.append(section)
                else:
                    titles.append(text[:80])
                continue
            for sentence in SENTENCE_END.split(text):
                if sentence.strip():
                    sentences.append(sentence)
                    lengths.append(len(sentence))
        if open_item and lengths:
            shapes.append(lengths)
    if not (shapes and titles and sentences):
        sys.exit(f'recombine: {archive} holds no items with titles and texts')
    return shapes, titles, sorted(set(sections)) or ['News'], sentences


def class_of(length):
    return next((index for index, end in enumerate(LENGTHS) if length < end), len(LENGTHS))


def recombine(archive, number, out, seed=1):
    """Writes `number` items below `out`."""
    shapes, titles, sections, sentences = templates(Path(archive))
    rng = random.Random(seed)
    pick = lambda choice: choice[int(rng.random() * len(choice))]
    classes = [[] for _ in range(len(LENGTHS) + 1)]
    for sentence in sentences:
        classes[class_of(len(sentence))].append(sentence)
    classes = [sentences if not some else some for some in classes]
    names = sorted({name for title in titles for name in NAME.findall(title)}) or ['baoku', 'report']
    editors = [pick(names).lower() + str(index) for index in range(EDITORS)]
    reports = -(-number // ITEMS_OF_A_REPORT)
    days = (LAST - FIRST).days
    made = 0
    for report in range(reports):
        day = FIRST + datetime.timedelta(days=report * days // reports)
        # Where there are more reports than days, those of a day are of different series.
        series = SERIES[report % len(SERIES)]
        path = Path(out) / series / f'{day:%Y-%m}' / f'{day}-{report}.md'
        path.parent.mkdir(parents=True, exist_ok=True)
        parts, section = [], ''
        for index in range(min(ITEMS_OF_A_REPORT, number - made)):
            if index % 10 == 0:
                section = pick(sections)
                parts.append(f'# {section}\n')
            title, name = pick(titles), pick(names)
            if rng.random() < NEW_NAMES:
                name += pick(['-', '', '.', '_']) + pick(names)
                title = NAME.sub(lambda _: name, title, count=1) if NAME.search(title) else f'{name} {title}'
            text = ''.join(pick(classes[class_of(length)]) for length in pick(shapes))
            slug = name.lower()
            link = f'https://github.com/{slug}/{slug}-{made + index}'
            parts.append(f'### {title}\n\n贡献人：@{pick(editors)}\n\n{link}\n\n{text}\n')
        made += min(ITEMS_OF_A_REPORT, number - made)
        path.write_text('\n'.join(parts), encoding='utf-8')


if __name__ == '__main__':
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__.split('\n')[0])
    recombine(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]) if len(sys.argv) == 5 else 1)
