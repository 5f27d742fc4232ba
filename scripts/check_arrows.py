#!/usr/bin/env python3
"""Fails, with a list, when a folder under src/ includes one that it may not use.

    scripts/check_arrows.py [ROOT]    ROOT: the project's root, by default this script's

ALLOWED below is the list of permitted arrows; CONTRIBUTING.md shows it as a picture. To add a
folder, add a row. A row is never extended to make an include compile: move the code instead.
"""

import re
import sys
from pathlib import Path

BASE = {'text', 'model'}
CODECS = {'json', 'http', 'websocket', 'wire'}
SHARED = BASE | CODECS | {'net', 'async'}

# What each folder may include besides itself.
ALLOWED = {
    'text': set(),
    'model': {'text'},
    'json': BASE,
    'http': BASE,
    'websocket': BASE | {'http'},  # The opening handshake is an HTTP exchange.
    'wire': BASE,
    'async': BASE,
    'net': BASE | CODECS | {'async'},
    'delivery': SHARED,
    'session': SHARED | {'delivery'},
    'notifier': SHARED | {'delivery', 'session'},
    'agent': SHARED | {'delivery', 'session'},
    'rest': SHARED,
    'webhook': SHARED | {'delivery'},
    'tracker': SHARED | {'delivery'},
    'sandbox': BASE | {'json', 'http', 'wire', 'async'},  # Independent of the client it tests.
}

# A public header belongs to the folder that implements it. All others belong to model.
PUBLIC_HEADERS = {
    'fishjam/agent': 'agent',
    'client': 'rest',
    'client_view': 'rest',
    'fishjam/fishjam': 'rest',
    'fishjam/livestream_api': 'rest',
    'fishjam/moq_api': 'rest',
    'fishjam/recording_api': 'rest',
    'fishjam/room_api': 'rest',
    'notification_merger': 'notifier',
    'notification_view': 'delivery',
    'notifier': 'notifier',
    'health_api': 'rest',
    'recording_api': 'rest',
    'room_api': 'rest',
    'room_tracker': 'tracker',
    'webhook': 'webhook',
    'webhook_receiver': 'webhook',
}

# Folders of which another may use the public headers, and nothing else.
USED_BY_PUBLIC_API = {'tracker': {'notifier', 'rest'}}

INCLUDE = re.compile(
    r'\s*#\s*include\s+(?:"(?P<folder>\w+)/|<jellyfish/(?P<header>(?:\w+/)?\w+)\.hpp>)')


def owner_of(header):
    """The folder of <jellyfish/HEADER.hpp>."""
    if header.startswith('testing/'):
        return 'sandbox'
    return PUBLIC_HEADERS.get(header.removeprefix('detail/'), 'model')


def violations_of(path, lines):
    """Yields a message for each forbidden include of a file. The path is relative to the root."""
    folder = 'sandbox' if path.parts[0] == 'sandbox' else path.parts[1]
    if folder not in ALLOWED:
        yield f'{path}: not in a folder that ALLOWED lists'
        return
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        allowed = ALLOWED[folder] | {folder}
        if include['folder']:
            target = include['folder']
        else:
            target = owner_of(include['header'])
            allowed |= USED_BY_PUBLIC_API.get(folder, set())
        if target not in allowed:
            yield f'{path}:{number}: {folder} must not include {target}: {line.strip()}'


root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
files = sorted(path for folder in ('src', 'sandbox') for path in (root / folder).rglob('*.[ch]pp'))
if not files:
    sys.exit(f'check_arrows: no sources under {root}/src')
violations = [violation for path in files
              for violation in violations_of(path.relative_to(root), path.read_text().split('\n'))]
print(*violations, f'check_arrows: {len(files)} files, {len(violations)} violations', sep='\n')
sys.exit(bool(violations))
