# Checks what the public headers say of asynchronous operations and of options; run by
# scripts/docs.sh and as a test. The headers are those under include/ in the current folder, the
# project's root. Doxygen sees to it that everything public has a comment at all.
#
# The comment of an operation, which takes a completion token or gives an awaitable, has these
# headings, each at the beginning of a sentence or of a paragraph:
#
#   Signature: `void(error_code, T)`     what the token gets: compared with the code below it
#   Completes when …
#   Errors: …                            every code, or "none"
#   Cancellation: …                      or `Cancellation (any type): …`
#   Threads: …   Lifetime: …   Exceptions: …
#   (protocol: "Section")                anywhere; scripts/check_docs.pl looks the section up
#
# - All but signature and errors may stand in the comment of the class instead.
# - `Errors: those of every call, …` names the errors in the comment of the class.
# - `Errors: as `next()`, …`, `those of `notifier::next()`` and the like name the same heading of
#   another operation; `Completion, errors, threads: as `room_api`.` those of another class.
# - Each `errc::code` that a comment names exists.
#
# The comment of an option's setter says `Default: …` or `Required`.
use strict;
use warnings;
use File::Find;

my @own = qw(Signature Errors);
my @shared = qw(Completes Cancellation Threads Lifetime Exceptions Protocol);
my $label = qr/(?:Signature|Errors|Threads|Lifetime|Exceptions):
    |Cancellation(?:[ ]\([^)]*\))?: | Completes\b/x;
my $begin = qr/(?:^|\n|\. )/;
my $word = qr/completion|errors|cancellation|threads|lifetime|exceptions/i;

my (@failures, @operations, %said);
my $setters = 0;

sub fail { push @failures, join '', @_ }

# One line for each paragraph, and for each item of a list.
sub text_of {
    my $text = join "\n", @_;
    $text =~ s/\n(?!\n|- |@)/ /g;
    return $text =~ s/\n+ ?/\n/gr;
}

# What a comment says, by its headings.
sub headings {
    my ($text) = @_;
    my %found;
    while ($text =~ /$begin(${label})\s*(.*?)(?=$begin$label|$)/gs) {
        my ($name, $content) = ($1, $2);
        $name =~ s/ .*|:$//;
        $found{$name} //= $content if $content =~ /\w/;
    }
    while ($text =~ /$begin($word(?:(?:, | and |, and )$word)*): (as `\w+`)/g) {
        my $content = $2;
        $found{lc $_ eq 'completion' ? 'Completes' : ucfirst lc} //= $content for $1 =~ /$word/g;
    }
    $found{Protocol} = 1 if $text =~ /\(protocol: "[^"]/;
    return \%found;
}

sub is_operation {
    my ($declaration) = @_;
    return $declaration =~ /&& *token\b|^ *template <[^(]*\bclass \w*Token\b/
        || $declaration =~ /^ *(?:\[\[nodiscard\]\] )?(?:static |virtual )*asio::awaitable</;
}

# Between its braces, as far as it stands in the header.
sub body_of {
    my ($declaration, $lines, $at) = @_;
    return '' unless $declaration =~ /\{$/;
    my ($indentation) = $declaration =~ /^( *)/;
    my $body = '';
    $body .= $lines->[$at++] while $at < @$lines && $lines->[$at] !~ /^$indentation\}/;
    return $body;
}

sub note_declaration {
    my ($class, $declaration, $where, $comment, $body) = @_;
    my ($name) = $declaration =~ /\b(\w+)\(/ or return;
    $name = "${class}::$name" if $class ne '';
    if (is_operation($declaration)) {
        my ($results) = $body =~ /\boperation<(.*?)>::initiate/;
        $said{$name} = headings($comment);
        push @operations, {class => $class, name => $name, where => $where, results => $results};
    } elsif ($class ne '' && $declaration =~ /^ *${class}& \w+\(/ && $name !~ /operator/) {
        ++$setters;
        fail("$where: $name does not state its default: \"Default: …\" or \"Required\"")
            unless $comment =~ /\bDefault: *\S|\bRequired\b/;
    }
}

sub read_file {
    my ($path) = @_;
    open my $file, '<', $path or die "check_reference: $path: $!\n";
    local $/;
    return scalar <$file>;
}

sub read_header {
    my ($path, $text) = @_;
    my @lines = split /\n/, $text;
    my ($class, $public, @comment) = ('', 1);
    for (my $i = 0; $i < @lines; ++$i) {
        local $_ = $lines[$i];
        if (m{^ *///(?!<) ?(.*)}) { push @comment, $1; next }
        if (/^(class|struct) (?:[A-Z_]+ )?(\w+)[^;]*$/) {
            ($class, $public) = ($2, $1 eq 'struct');
            $said{$class} = headings(text_of(@comment));
        } elsif (/^\};/) {
            ($class, $public) = ('', 1);
        } elsif (/^(public|protected|private):/) {
            $public = $1 eq 'public';
        } elsif ($public && ($class eq '' ? /^\w/ : /^ {4}[\w\[]/)) {
            my ($declaration, $first) = ($_, $i);
            $declaration .= ' ' . $lines[++$i] =~ s/^ +//r
                while $declaration !~ m{[;\{\}](?: *//.*)?$} && $i < $#lines;
            note_declaration($class, $declaration, "$path:" . ($first + 1), text_of(@comment),
                body_of($declaration, \@lines, $i + 1));
        }
        @comment = ();
    }
}

# Why a heading of an operation or a class does not say what it is to say; nothing when it does.
sub problem {
    my ($name, $heading, %seen) = @_;
    my ($class) = $name =~ /^(\w+)::/;
    my $content = $said{$name}{$heading};
    if (!defined $content) {
        return "does not state \"$heading\"" if !defined $class || grep { $_ eq $heading } @own;
        return problem($class, $heading, %seen);
    }
    return "names itself for \"$heading\"" if $seen{$name}++;
    return "names the errors of every call, which $class does not state"
        if defined $class && $content =~ /\bof every call\b/ && problem($class, $heading);
    while ($content =~ /\b(as|those of|codes of|and of) `((?:\w+::)?\w+)(?:\(\))?`/g) {
        my ($how, $other) = ($1, $2);
        next if $other =~ /^errc::/;
        $other = "${class}::$other" if defined $class && $said{"${class}::$other"};
        return "names $other, which is no operation" unless $said{$other};
        # Who says the same as another says nothing if the other does not.
        my $why = $how eq 'as' ? problem($other, $heading, %seen)
            : defined $said{$other}{$heading} ? undef : "does not state \"$heading\"";
        return "names $other, which $why" if $why;
    }
    return undef;
}

sub check_operation {
    my ($operation) = @_;
    my ($where, $name) = @$operation{qw(where name)};
    for my $heading (@own, @shared) {
        my $why = problem($name, $heading);
        fail("$where: $name $why") if $why;
    }
    my ($written) = ($said{$name}{Signature} // '') =~ /^`([^`]*)`/ or return;
    return unless defined $operation->{results};
    my $real = 'void(' . join(', ', 'error_code', grep { $_ ne '' } $operation->{results}) . ')';
    fail("$where: $name has the signature $real") if $written =~ s/\s+//gr ne $real =~ s/\s+//gr;
}

sub check_codes {
    my (%texts) = @_;
    my %codes;
    for my $text (values %texts) {
        my ($list) = $text =~ /^enum class errc \{\n(.*?)^\};/ms or next;
        $codes{$_} = 1 for $list =~ /^ +(\w+)(?= = |,)/mg;
    }
    for my $path (sort keys %texts) {
        my $number = 0;
        for my $line (split /\n/, $texts{$path}) {
            ++$number;
            $codes{$_} or fail("$path:$number: there is no errc::$_") for $line =~ /\berrc::(\w+)/g;
        }
    }
}

my @headers;
find(sub {
    $File::Find::prune = 1, return if $_ eq 'detail';
    push @headers, $File::Find::name if /\.hpp$/;
}, 'include');
@headers = sort @headers;
my %texts = map { $_ => read_file($_) } @headers;
read_header($_, $texts{$_}) for @headers;
check_operation($_) for @operations;
check_codes(%texts);
if (@failures) {
    print STDERR "check_reference: $_\n" for @failures;
    exit 1;
}
print 'check_reference: ', scalar @headers, ' headers, ', scalar @operations,
    " operations, $setters setters\n";
