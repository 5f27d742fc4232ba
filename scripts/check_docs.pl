# Checks what the Markdown pages of the project say that can be checked; run by scripts/docs.sh and
# as a test. Arguments: files and folders are looked up in the current folder, the project's root.
#
# - Links to files, and to headings, lead somewhere.
# - Each C++ block stands, as it is but for its indentation, in a file that the build compiles:
#   under examples/ or docs/snippets/.
# - The scripts that shell blocks run exist.
# - Each section that a header names, as in (protocol: "REST"), is a heading of docs/protocol.md.
# - Each test that a table names as `suite/test` exists in a file of that suite.
use strict;
use warnings;
use File::Basename 'dirname';
use File::Find;

my @failures;

sub read_file {
    my ($path) = @_;
    open my $file, '<', $path or die "check_docs: $path: $!\n";
    local $/;
    return scalar <$file>;
}

sub files {
    my ($pattern, @folders) = @_;
    my @found;
    my $wanted = sub {
        $File::Find::prune = 1, return if /^\.[^.]/ || $File::Find::name =~ m{^\./build};
        push @found, $File::Find::name =~ s{^\./}{}r if -f $_ && /$pattern/;
    };
    find($wanted, grep { -d } @folders);
    return sort @found;
}

sub fail { push @failures, join '', @_ }

# The headings of a page, outside its blocks of code.
sub headings {
    my ($text) = @_;
    $text =~ s/^```.*?^```$//gms;
    return $text =~ /^#+ (.+?) *$/mg;
}

# As GitHub makes them.
sub anchor {
    my ($heading) = @_;
    $heading =~ s/\[([^]]*)\]\([^)]*\)/$1/g;
    $heading = lc $heading;
    $heading =~ s/[^\w\- ]//g;
    return $heading =~ tr/ /-/r;
}

sub check_links {
    my ($page, $text) = @_;
    $text =~ s/^```.*?^```$//gms;
    my $count = 0;
    while ($text =~ /\]\(([^)\s]+)\)/g) {
        my ($target, $part) = split /#/, $1, 2;
        next if $target =~ /^\w+:/;
        ++$count;
        my $path = $target eq '' ? $page : dirname($page) . "/$target";
        if (!-e $path) { fail("$page: the link to $target leads nowhere"); next }
        next unless defined $part;
        my %anchors = map { anchor($_) => 1 } headings(read_file($path));
        fail("$page: $target has no heading for #$part") unless $anchors{$part};
    }
    return $count;
}

# Without the indentation that all lines have.
sub outdented {
    my ($text) = @_;
    my ($common) = sort { length $a <=> length $b } map { /^( *)\S/ ? $1 : () } split /\n/, $text;
    $text =~ s/^$common//mg if defined $common;
    return $text;
}

sub stands_in {
    my ($block, $source) = @_;
    my $pattern = join '\n', map { $_ eq '' ? '' : '( *)' . quotemeta } split /\n/, outdented($block);
    # The indentation may differ by the same everywhere; so compare without it first.
    while ($source =~ /(?:^|\n)($pattern)(?=\n|$)/g) {
        return 1 if outdented($1) eq outdented($block =~ s/\n+$//r);
    }
    return 0;
}

sub check_blocks {
    my ($page, $text, $sources) = @_;
    my $count = 0;
    while ($text =~ /^```cpp\n(.*?)^```$/gms) {
        my $block = $1;
        ++$count;
        next if grep { stands_in($block, $_) } @$sources;
        fail("$page: this block is in no file under examples/ or docs/snippets/:\n$block");
    }
    return $count;
}

sub check_commands {
    my ($page, $text) = @_;
    my $count = 0;
    while ($text =~ /^```sh\n(.*?)^```$/gms) {
        my $block = $1;
        while ($block =~ m{(?:^|\s)((?:scripts|examples|test|docs)/[\w./-]+\w)}g) {
            ++$count;
            fail("$page: there is no $1") unless -e $1;
        }
        while ($block =~ m{build/\w+/(?:examples|docs/snippets)/(\w+)}g) {
            ++$count;
            fail("$page: nothing is built as $1")
                unless -e "examples/$1.cpp" || -e "docs/snippets/$1.cpp";
        }
    }
    return $count;
}

sub check_hints {
    my %sections = map { $_ => 1 } headings(read_file('docs/protocol.md'));
    my $count = 0;
    for my $header (files(qr/\.hpp$/, 'include', 'src')) {
        my $text = read_file($header) =~ s{\n *///? ?}{ }gr;
        while ($text =~ /\(protocol: ([^)]*)\)/g) {
            my $hint = $1;
            my @names = $hint =~ /"([^"]+)"/g;
            fail("$header: (protocol: $hint) names no section") unless @names;
            for my $name (@names) {
                ++$count;
                fail("$header: docs/protocol.md has no section \"$name\"") unless $sections{$name};
            }
        }
    }
    return $count;
}

sub check_tests {
    my ($page, $text) = @_;
    my $count = 0;
    while ($text =~ m{`((?:unit|integration|network)\.(\w+))/(\w+)`}g) {
        my ($suite, $name, $test) = ($1, $2, $3);
        ++$count;
        my $path = 'test/' . $suite =~ tr{.}{/}r . '_test.cpp';
        fail("$page: there is no test `$suite/$test`")
            unless -e $path && read_file($path) =~ /TEST_CASE\w*\(\s*(?:\w+,\s*)?$test\b/;
    }
    return $count;
}

my @pages = files(qr/\.md$/, '.');
my @sources = map { read_file($_) } files(qr/\.cpp$/, 'examples', 'docs/snippets');
my ($links, $blocks, $commands, $tests) = (0, 0, 0, 0);
for my $page (@pages) {
    my $text = read_file($page);
    $links += check_links($page, $text);
    $blocks += check_blocks($page, $text, \@sources);
    $commands += check_commands($page, $text);
    $tests += check_tests($page, $text);
}
my $hints = check_hints();
if (@failures) {
    print STDERR "check_docs: $_\n" for @failures;
    exit 1;
}
print 'check_docs: ', scalar @pages, " pages, $links links, $blocks C++ blocks, $commands commands, ",
    "$hints hints, $tests named tests\n";
