"""Lists each co_await that g++ 12 miscompiles, and fails if there is one: in a condition (unless it
is exactly `auto name = co_await …`), as an operand of `!`, `&&`, `||` or `?:`, in the initializer
of a structured binding, or in a macro's argument. Does not find aggregate temporaries.

    python3 check_co_await.py FILE…    C++ files, and Markdown pages with C++ blocks
"""

import re
import sys

LITERAL = re.compile(
    r'//(?:\\\n|[^\n])*|/\*.*?\*/|R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?P<number>\b\d(?:'?[\w.])*)|'(?:\\.|[^'\\\n])+'", re.S)
BLOCK = re.compile(r'^ *(?P<mark>```+|~~~+) *(?P<language>[\w+]*)[^\n]*\n(?P<code>.*?)'
                   r'^ *(?P=mark) *$', re.S | re.M)
CONDITION = re.compile(r'\b(if|while|switch|for)\b(?:\s+constexpr)?\s*(\()')
MACRO = re.compile(r'\b([A-Z][A-Z0-9_]{2,}|assert)\s*(\()')
NAMED = re.compile(r'\s*(?:const\s+)?[A-Za-z_][\w:]*(?:<[^;=]*>)?[\s&*]+(?:const\s+)?\w+\s*='
                   r'\s*co_await\b(?!.*\bco_await\b)', re.S)
BINDING = re.compile(r'\bauto\b[&\s]*\[[^\]]*\]\s*[=(].*$', re.S)
PARENTHESIS = re.compile(r'[()]')
GROUP = re.compile(r'[(\[](?:(?!\bco_await\b)[^()\[\]])*[)\]]')
OPERATOR = re.compile(r'(?<!\bauto)&&|\|\||\?|!(?!=)|\b(?:and|or|not)\b')
AWAIT = re.compile(r'\bco_await\b')


def blank(text):
    """Replaces text with spaces, to keep offsets and lines."""
    return re.sub(r'[^\n]', ' ', text)


def code_of(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    if path.endswith('.md'):
        code, end = '', 0
        for block in BLOCK.finditer(text):
            if block['language'] in ('cpp', 'c++', 'cxx', 'cc', 'hpp', 'h'):
                code += blank(text[end:block.start('code')]) + block['code']
                end = block.end('code')
        text = code + blank(text[end:])
    return LITERAL.sub(lambda found: found[0] if found['number'] else blank(found[0]), text)


def inside(code, opening):
    """Returns the text between the parenthesis at an offset and its partner."""
    depth = 0
    for found in PARENTHESIS.finditer(code, opening):
        depth += 1 if found[0] == '(' else -1
        if depth == 0:
            return code[opening + 1:found.start()]
    return code[opening + 1:]


def faults(code):
    if not AWAIT.search(code):
        return
    # Braces without a statement are initializers; others are bodies of lambdas.
    code = re.sub(r'\{([^;{}]*)\}', r'(\1)', code)
    for found in CONDITION.finditer(code):
        text = inside(code, found.start(2))
        while (without := re.sub(r'\{[^{}]*\}', '', text)) != text:
            text = without
        clauses = text.split(';')
        if found[1] == 'for':
            clauses = clauses[1:2]
        if clauses and AWAIT.search(clauses[-1]) and not NAMED.match(clauses[-1]):
            yield found.start(), f"in the condition of '{found[1]}'"
    for found in MACRO.finditer(code):
        if AWAIT.search(inside(code, found.start(2))):
            yield found.start(), f'in the macro {found[1]}'
    for found in re.finditer(r'[^;{}]*\bco_await\b[^;{}]*', code):
        at, statement = found.start() + AWAIT.search(found[0]).start(), found[0]
        if (binding := BINDING.search(statement)) and AWAIT.search(binding[0]):
            yield found.start() + binding.start(), 'in the initializer of a structured binding'
        while (without := GROUP.sub('', statement)) != statement:
            statement = without
        if operator := OPERATOR.search(statement):
            yield at, f"beside '{operator[0]}'"


if len(sys.argv) == 1:
    sys.exit(__doc__)
failed = False
for name in sys.argv[1:]:
    text = code_of(name)
    for line, what in sorted({(text.count('\n', 0, at) + 1, what) for at, what in faults(text)}):
        print(f'{name}:{line}: co_await {what}: name the result first')
        failed = True
sys.exit(failed)
