"""Checks the Markdown pages of the current folder, the project's root: see scripts/docs.sh.

- The targets of links to files and headings exist.
- Each C++ block occurs, up to indentation, in a file under examples/ or docs/snippets/, which the
  build compiles. The scripts that shell blocks run exist.
- Each test that a page names as `suite/test` exists.
- Each section that a header names, as in (protocol: "REST"), is a heading of docs/protocol.md.
"""

import re
import sys
from pathlib import Path
from textwrap import dedent


def without_blocks(text):
    return re.sub(r'(?ms)^```.*?^```$', '', text)


def headings(path):
    return re.findall(r'^#+ (.+?) *$', without_blocks(path.read_text()), re.M)


def anchors(path):
    """Returns the anchors that GitHub generates."""
    names = (re.sub(r'\[([^]]*)\]\([^)]*\)', r'\1', name).lower() for name in headings(path))
    return {re.sub(r'[^\w\- ]', '', name).replace(' ', '-') for name in names}


def stands_in(block, source):
    return any(line.strip() == block[0].strip() and
               dedent('\n'.join(source[at:at + len(block)])) == dedent('\n'.join(block))
               for at, line in enumerate(source))


def faults_of_page(page, sources):
    text = page.read_text()
    for target, part in re.findall(r'\]\((?!\w+:)([^)\s#]*)#?([^)\s]*)\)', without_blocks(text)):
        path = page.parent / target if target else page
        if not path.exists() or part and part not in anchors(path):
            yield f'the link to {target}#{part} leads nowhere'
    for block in re.findall(r'(?ms)^```cpp\n(.*?)\n```$', text):
        if not any(stands_in(block.split('\n'), source) for source in sources):
            yield f'this block is in no file under examples/ or docs/snippets/:\n{block}'
    for block in re.findall(r'(?ms)^```sh\n(.*?)^```$', text):
        for name in re.findall(r'(?:^|\s)((?:scripts|examples|test|docs)/[\w./-]+\w)', block):
            if not Path(name).exists():
                yield f'there is no {name}'
    for kind, suite, test in re.findall(r'`(unit|integration|network)\.(\w+)/(\w+)`', text):
        files = (path.read_text() for path in Path('test', kind).rglob(f'{suite}_test.cpp'))
        if not any(re.search(rf'TEST_CASE\w*\(\s*(\w+,\s*)?{test}\b', file) for file in files):
            yield f'there is no test {kind}.{suite}/{test}'


def faults_of_header(header, sections):
    text = re.sub(r'\n *///? ?', ' ', header.read_text())
    for hint in re.findall(r'\(protocol: ([^)]*)\)', text):
        for name in re.findall(r'"([^"]+)"', hint) or [hint]:
            if name not in sections:
                yield f'docs/protocol.md has no section {name}'


pages = [path for path in sorted(Path().rglob('*.md'))
         if not any(part.startswith(('.', 'build')) for part in path.parts)]
sources = [path.read_text().split('\n') for folder in ('examples', 'docs/snippets')
           for path in Path(folder).rglob('*.cpp')]
sections = headings(Path('docs/protocol.md'))
faults = [f'{page}: {fault}' for page in pages for fault in faults_of_page(page, sources)]
faults += [f'{header}: {fault}' for folder in ('include', 'src')
           for header in Path(folder).rglob('*.hpp')
           for fault in faults_of_header(header, sections)]
print(*faults, f'check_docs: {len(pages)} pages, {len(faults)} faults', sep='\n')
sys.exit(bool(faults))
