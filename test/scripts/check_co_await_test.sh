#!/usr/bin/env bash
# Tests scripts/check_co_await.sh with one sample per form: each unsafe one must be reported at its
# line, each safe one accepted. Argument: the project's root.
set -euo pipefail

check=$1/scripts/check_co_await.sh
folder=$(mktemp -d "${TMPDIR:-/tmp}/check_co_await.XXXXXX")
trap 'rm -rf "$folder"' EXIT
passed=0
failed=0

count() {
    if [[ $1 == yes ]]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n%s\n' "$2" "$3"
    fi
}

# The first reported line of the sample must be the given one.
unsafe() {
    local line=$1 name=sample.${2} text=$3 output
    printf '%s\n' "$text" >"$folder/$name"
    if output=$("$check" "$folder/$name" 2>&1); then
        count no "not found" "$text"
    elif [[ $output == "$folder/$name:$line: "* ]]; then
        count yes
    else
        count no "found elsewhere than in line $line: $output" "$text"
    fi
}

safe() {
    local name=sample.$1 text=$2 output
    printf '%s\n' "$text" >"$folder/$name"
    if output=$("$check" "$folder/$name" 2>&1); then
        count yes
    else
        count no "found although it is safe: $output" "$text"
    fi
}

# Conditions.
unsafe 1 cpp 'if (co_await ready()) go();'
unsafe 1 hpp 'while (co_await ready()) go();'
unsafe 1 cpp 'switch (co_await kind()) {}'
unsafe 1 cpp 'do go(); while (co_await ready());'
unsafe 1 cpp 'for (; co_await ready();) go();'
unsafe 1 cpp 'for (int i = 0; i < co_await limit(); ++i) go();'
unsafe 1 cpp 'if constexpr (co_await ready()) go();'
unsafe 1 cpp 'if (co_await kind() == 3) go();'
unsafe 1 cpp 'if (3 == co_await kind()) go();'
unsafe 1 cpp 'if (is_good(co_await kind())) go();'
unsafe 1 cpp 'if (auto n = 3; co_await ready(n)) go();'
unsafe 1 cpp 'if ((n = co_await next())) go();'
unsafe 1 cpp 'while ((n = co_await next()) != 0) go();'
unsafe 1 cpp 'if (auto a = co_await f() && b) go();'
unsafe 2 cpp $'int x;\nif (\n    // why\n    co_await ready()\n) go();'
unsafe 2 cpp $'int x;\nwhile(text == "(" and\n co_await ready()) go();'
unsafe 1 cpp 'if(/* named? */co_await ready()) go();'
unsafe 1 cpp "if (c == ')' && co_await ready()) go();"
unsafe 1 cpp 'if (n == 1'\''000 && co_await ready()) go();'
unsafe 1 cpp 'if (s == R"x()")x" + co_await text()) go();'

# Operators.
unsafe 1 cpp 'bool b = !co_await ready();'
unsafe 1 cpp 'bool b = not co_await ready();'
unsafe 1 cpp 'bool b = !(co_await ready());'
unsafe 1 cpp 'bool b = a && co_await ready();'
unsafe 1 cpp 'bool b = a || co_await ready();'
unsafe 1 cpp 'bool b = co_await ready() && a;'
unsafe 1 cpp 'bool b = co_await ready(1, 2) or a;'
unsafe 1 cpp 'bool b = f(a, b) && 3 == co_await kind();'
unsafe 1 cpp 'bool b = (co_await ready()) && a;'
unsafe 1 cpp 'co_return co_await ready() ? 1 : 2;'
unsafe 1 cpp 'co_return (co_await kind() == 3) ? 1 : 2;'
unsafe 2 cpp $'bool b = a &&\n    co_await ready();'
unsafe 1 cpp 'co_await first() || second();'

# Structured bindings.
unsafe 1 cpp 'auto [a, b] = co_await both();'
unsafe 1 cpp 'const auto& [a, b] = co_await both();'
unsafe 1 cpp 'auto&& [a, b] = sorted(co_await both());'
unsafe 1 cpp 'auto [a, b]{co_await both()};'
unsafe 1 cpp $'auto [a,\n      b] =\n    co_await both();'
unsafe 1 cpp 'if (auto [a, b] = co_await both(); a) go();'

# Macros.
unsafe 1 cpp 'BOOST_TEST(co_await ready());'
unsafe 1 cpp 'BOOST_CHECK_EQUAL(co_await kind(), 3);'
unsafe 1 cpp $'BOOST_REQUIRE_EQUAL(\n    3,\n    co_await kind());'
unsafe 1 cpp 'BOOST_CHECK_THROW([&] { co_await ready(); }(), error);'
unsafe 1 cpp 'assert(co_await ready());'

# Markdown: the code is checked, with the page's line numbers.
unsafe 4 md $'# Page\n\n```cpp\nif (co_await ready()) go();\n```'
unsafe 4 md $'- item\n\n  ```c++\n  auto [a, b] = co_await both();\n  ```'
unsafe 5 md $'```sh\nls\n```\n~~~cpp\nwhile (co_await ready()) go();\n~~~'
unsafe 6 md $'```cpp\nint x;\n```\nText.\n``` cpp\nwhile (co_await ready()) go();\n```'

# Safe forms.
safe cpp 'while (auto n = co_await next()) go();'
safe cpp 'if (auto v = co_await next()) go();'
safe cpp 'if (const std::optional<int> v = co_await next(1, 2)) go();'
safe cpp 'if (auto v = co_await next(); v && !v->empty()) go();'
safe cpp 'auto result = co_await (a() || b());'
safe cpp 'co_await (a() && b());'
safe cpp $'const bool ready = co_await f();\nif (!ready && other) go();'
safe cpp 'if (!ready) co_await other();'
safe cpp 'if (a && b) co_return co_await other();'
safe cpp 'for (int i = 0; i < 3; ++i) co_await other(i);'
safe cpp 'for (auto room : co_await rooms()) go(room);'
safe cpp 'auto&& value = co_await next();'
safe cpp 'int n = ready ? 1 : 2; co_await next();'
safe cpp 'bool other = kind() != co_await_kind;'
safe cpp 'bool other = three != co_await kind();'
safe cpp 'co_spawn(executor, [&]() -> awaitable<void> { co_await next(); });'
safe cpp 'if (spawn([&]() -> awaitable<void> { co_await next(); })) go();'
safe cpp 'auto [a, b] = spawn([&]() -> awaitable<void> { co_await next(); });'
safe cpp $'// if (co_await ready()) go();\nint x;'
safe cpp $'/* auto [a, b] = co_await both();\n   while (co_await ready()) */ int x;'
safe cpp 'auto text = "if (co_await ready()) \" && co_await x";'
safe cpp $'auto text = R"(\nif (co_await ready())\n)";'
safe cpp 'BOOST_AUTO_TEST_CASE(works) { run([]() -> awaitable<void> { co_await next(); }); }'
safe md 'Never write `if (co_await ready())`: it crashes.'
safe md $'```sh\nif (co_await ready())\n```\n\nif (co_await ready()) in prose'
safe md $'```cpp\n// if (co_await ready()) is unsafe\nwhile (auto n = co_await next()) go();\n```'
safe md $'```cpp\nint x;\n```\n\nNever `if (co_await ready())`.\n\n```cpp\nint y;\n```'

# A missing file is a failure, not a pass.
if "$check" "$folder/missing.cpp" >/dev/null 2>&1; then
    count no "a missing file passed" ""
else
    count yes
fi

echo "$passed passed, $failed failed"
((failed == 0))
