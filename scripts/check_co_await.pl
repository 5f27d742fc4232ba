# Finds co_await where g++ 12 miscompiles it, see check_co_await.sh. Arguments: files. Prints
# "FILE:LINE: what is wrong" and exits with 1 when there is any.
use strict;
use warnings;

# A pair of brackets and what is between them.
my $group = qr/(?<group>[(\[](?:[^()\[\]]++|(?&group))*[)\]])/;

my $found = 0;
for my $path (@ARGV) {
    open my $file, '<', $path or die "check_co_await: $path: $!\n";
    local $/;
    my $text = <$file> // '';
    my $code = blank_comments_and_literals($path =~ /\.md$/ ? code_blocks($text) : $text);
    my %lines;
    check($code, sub {
        my ($offset, $what) = @_;
        my $line = 1 + (substr($code, 0, $offset) =~ tr/\n//);
        $lines{$line}{$what} = 1;
    });
    for my $line (sort { $a <=> $b } keys %lines) {
        print "$path:$line: $_\n" for sort keys %{$lines{$line}};
        $found = 1;
    }
}
exit $found;

# Everything but line ends becomes spaces, so that offsets and lines stay.
sub blank {
    my ($text) = @_;
    $text =~ tr/\n/ /c;
    return $text;
}

# Of a Markdown page, only what stands in its C++ code blocks.
sub code_blocks {
    my ($text) = @_;
    my ($out, $fence) = ('', undef);
    for my $line (split /^/, $text) {
        if (!defined $fence && $line =~ /^\s*(`{3,}|~{3,})\s*\{?\.?(\w[\w+]*)?/) {
            my ($mark, $language) = ($1, lc($2 // ''));
            $fence = [$mark, scalar $language =~ /^(?:cpp|c\+\+|cxx|cc|hpp|h|c)$/];
            $out .= blank($line);
        } elsif (defined $fence && $line =~ /^\s*\Q$fence->[0]\E\S*\s*$/) {
            undef $fence;
            $out .= blank($line);
        } else {
            $out .= defined $fence && $fence->[1] ? $line : blank($line);
        }
    }
    return $out;
}

sub blank_comments_and_literals {
    my ($text) = @_;
    $text =~ s{
          (?<comment> //(?:\\\n|[^\n])* | /\*.*?(?:\*/|\z) )
        | (?<raw> \b(?:u8|[uUL])?R"(?<mark>[^()\\\s]{0,16})\(.*?(?:\)\g{mark}"|\z) )
        | (?<string> "(?:\\.|[^"\\\n])*" )
        | (?<number> \b[0-9](?:'?[0-9a-zA-Z_.])* )
        | (?<character> '(?:\\.|[^'\\\n])+' )
    }{
        defined $+{number} ? $& : blank($&)
    }gsex;
    return $text;
}

# The offset just after the bracket that closes the one at $open, or the end of the code.
sub after_bracket {
    my ($code, $open) = @_;
    my $depth = 0;
    pos($code) = $open;
    while ($code =~ /[()\[\]{}]/g) {
        $depth += $& =~ /[(\[{]/ ? 1 : -1;
        return pos($code) if $depth == 0;
    }
    return length $code;
}

# As $code, but without the insides of braces: an awaiting lambda does not await where it stands.
sub without_bodies {
    my ($code) = @_;
    pos($code) = 0;
    while ($code =~ /\{/g) {
        my $open = $-[0];
        my $length = after_bracket($code, $open) - $open;
        my $body = substr($code, $open, $length);
        substr($code, $open, $length) = blank($body) if $body =~ /;/;
        pos($code) = $open + 1;
    }
    return $code;
}

# Splits at the semicolons that are in no bracket: a list of [offset, text].
sub clauses {
    my ($code, $offset) = @_;
    my @clauses = ([$offset, '']);
    while ($code =~ /\G([^;()\[\]{}]+|[;()\[\]{}])/g) {
        my ($token, $start) = ($1, $-[0]);
        if ($token =~ /^[(\[{]$/) {
            my $end = after_bracket($code, $start);
            $clauses[-1][1] .= substr($code, $start, $end - $start);
            pos($code) = $end;
        } elsif ($token eq ';') {
            push @clauses, [$offset + $start + 1, ''];
        } else {
            $clauses[-1][1] .= $token;
        }
    }
    return @clauses;
}

sub check {
    my ($code, $report) = @_;
    check_conditions($code, $report);
    check_macros($code, $report);
    check_bindings($code, $report);
    check_operators($code, $report);
}

# if (auto v = co_await f()) is safe: the condition is the name, not the awaited value.
sub is_named {
    my ($condition) = @_;
    return $condition =~ /^\s*(?:const\s+)?[A-Za-z_][\w:]*(?:<[^;=]*>)?(?:\s*[&*]+\s*|\s+)(?:const\s+)?
                           \w+\s*=\s*co_await\b(?!.*\bco_await\b)/xs;
}

sub check_conditions {
    my ($code, $report) = @_;
    while ($code =~ /\b(if|while|switch|for)\b(?:\s+constexpr\b)?\s*\(/g) {
        my ($keyword, $start, $open) = ($1, $-[0], $+[0] - 1);
        my $inside = substr($code, $open + 1, after_bracket($code, $open) - $open - 2);
        my @clauses = clauses(without_bodies($inside), $open + 1);
        if ($keyword eq 'for') {
            next if @clauses < 3;  # for (auto x : range)
            @clauses = $clauses[1];
        }
        my ($offset, $condition) = @{$clauses[-1]};
        next if $condition !~ /\bco_await\b/ || is_named($condition);
        $report->($start, "co_await in the condition of '$keyword': name the result first");
    }
}

sub check_macros {
    my ($code, $report) = @_;
    while ($code =~ /\b([A-Z][A-Z0-9_]{2,}|assert)\s*\(/g) {
        my ($name, $start, $open) = ($1, $-[0], $+[0] - 1);
        my $inside = substr($code, $open, after_bracket($code, $open) - $open);
        $report->($start, "co_await in the macro $name: name the result first")
            if $inside =~ /\bco_await\b/;
    }
}

sub check_bindings {
    my ($code, $report) = @_;
    while ($code =~ /\bauto\b\s*&{0,2}\s*\[[^\]\[]*\]\s*[={(]/g) {
        my ($start, $from) = ($-[0], $+[0] - 1);
        my ($initializer) = clauses(without_bodies(substr($code, $from)), $from);
        $report->($start, "co_await initializes a structured binding: name the result first")
            if $initializer->[1] =~ /\bco_await\b/;
    }
}

# `!`, `&&`, `||` and `?:` around an awaited value, wherever it stands. co_await (a || b) is safe.
sub check_operators {
    my ($code, $report) = @_;
    while ($code =~ /\bco_await\b/g) {
        my ($at, $start, $end) = ($-[0], $-[0], $+[0]);
        while (1) {
            my ($before, $after) = (left_of($code, $start), right_of($code, $end));
            my ($left, $right) = map { s/$group//gr } $before, $after;
            my ($operator) = $left =~ /(&&|\|\||!(?!=)|\b(?:not|and|or)\b)/;
            ($operator) = $right =~ /(&&|\|\||\?|\b(?:and|or)\b)/ unless defined $operator;
            if (defined $operator) {
                $report->($at, "co_await beside '$operator': name the result first");
                last;
            }
            # What stands in parentheses that are no call's is part of a longer expression.
            $start -= length($before) + 1;
            $end += length($after) + 1;
            last if $start < 0 || substr($code, $start, 1) ne '(' || substr($code, $end - 1, 1) ne ')';
            my ($word) = substr($code, 0, $start) =~ /([\w>\])]+)\s*\z/;
            last if defined $word && $word !~ /^(?:return|co_return|co_yield|co_await|not|and|or)$/;
        }
    }
}

# The rest of the expression on either side, as far as no bracket is left and no comma, assignment
# or semicolon is met.
sub left_of {
    my ($code, $start) = @_;
    my $from = $start > 400 ? $start - 400 : 0;
    return substr($code, $from, $start - $from) =~ /((?:$group|[=!<>]=|[^;{}()\[\],=])*)\z/ ? $1 : '';
}

sub right_of {
    my ($code, $end) = @_;
    return substr($code, $end) =~ /\A((?:$group|[=!<>]=|[^;{}()\[\],=])*)/ ? $1 : '';
}
