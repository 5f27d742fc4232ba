"""Checks Doxygen's XML for sections that Doxygen cannot require: see scripts/docs.sh.

- Each function that takes a completion documents its @signature, as in the code, and @errors. Its
  comment or that of its class contains @cancellation, @threads, @lifetime and @exceptions.
- Each setter of an option documents "Default: …" or "Required".
- Each `errc::code` in a comment exists.

Argument: the folder of the XML.
"""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

OWN, SHARED = {'Signature', 'Errors'}, {'Cancellation', 'Thread safety', 'Lifetime', 'Exceptions'}
SETTER = re.compile(r'(?:\S+::)?(\w+) & \S+::\1::(?!operator)')
DEFAULT = re.compile(r'\bDefault: *\S|\bRequired\b')


def text_of(element):
    return ''.join(text for kind in ('briefdescription', 'detaileddescription')
                   for part in element.findall(kind) for text in part.itertext())


def sections(element):
    return {title.text for title in element.findall('detaileddescription//simplesect/title')}


def faults(owner, member):
    text = text_of(member)
    kinds = [''.join(kind.itertext()) for kind in member.findall('templateparamlist/param/type')]
    result = re.search(r'detail::completion<(.*)>\.\.\.', ''.join(kinds).replace(' ', ''))
    if result and 'overloaded member function' not in text:
        yield from (OWN | SHARED - sections(owner)) - sections(member)
        if f'void(error_code, {result[1]})'.replace(', )', ')') not in text:
            yield f'another signature, with the result <{result[1]}>'
    elif SETTER.match(member.findtext('definition', '')) and not DEFAULT.search(text):
        yield 'Default: …'
    yield from {f'errc::{name}' for name in re.findall(r'\berrc::(\w+)', text)} - codes


xml = Path(sys.argv[1])
owners = [ElementTree.parse(file).getroot()[0] for file in xml.glob('[cns]*jellyfish*.xml')]
codes = {f'errc::{name.text}' for owner in owners
         for name in owner.findall('.//memberdef[name="errc"]/enumvalue/name')}
members = [(owner, member) for owner in owners for member in (owner, *owner.iter('memberdef'))]
found = sorted(f'{member.find("location").get("file")}:{member.find("location").get("line")}: '
               f'{member.findtext("name")}: missing or wrong: {fault}'
               for owner, member in members for fault in faults(owner, member))
print(*found, f'check_reference: {len(members)} comments, {len(found)} faults', sep='\n')
sys.exit(bool(found))
