# What Doxygen reads instead of a header: says of each mechanical declaration, which would only be
# noise in the header, what it always means, and shows the headings that scripts/check_reference.pl
# wants. Keeps the lines' numbers.
use strict;
use warnings;

my %fields = (
    room_id => "The room's id.",
    peer_id => "The peer's id.",
    component_id => "The component's id.",
    id => 'Its id.',
    tracks => 'Its tracks.',
    properties => 'What the server says of it.',
);

my $heading = qr/(?:Signature|Errors|Threads|Lifetime|Exceptions|Cancellation(?: \(.*?\))?):/;

local $/;
my $text = <>;
$text =~ s/^template <>\nstruct boost::system::\w+<[\w:]+> : std::true_type \{\};$/\n/mg;

$text =~ s/^template <class Enum>\nstruct std::common_type<[^\n]*\n    using [^\n]*\n\};$/\n\n\n/mg;

my %setters = map { $_ => 1 } $text =~ /^ +\w+& (\w+)\(.*\) \{$/mg;

sub meaning {
    my ($line) = @_;
    return 'Compares all members.' if $line =~ /bool operator==\(const \w+&\) const = default;/;
    return 'Compares the values, and what the server sent.' if $line =~ /friend bool operator==/;
    return 'Prints one line, without secrets.' if $line =~ /std::ostream& operator<</;
    return 'Deduces the callables.' if $line =~ /^overloaded\(Callables\.\.\.\) ->/;
    return 'The type of its executor.' if $line =~ /^ +using executor_type =/;
    return 'The executor that it was made with.' if $line =~ /\bget_executor\(\) const/;
    return 'Copies.' if $line =~ /^ +(?:(\w+)& operator=|(\w+))\(const (\w+)&\);$/;
    return 'Moves: what was moved from may be assigned to or destroyed.'
        if $line =~ /^ +(?:\w+& operator=|\w+)\(\w+&&\) noexcept;$/;
    return "Reads what the setter of this name has set, or the default."
        if $line =~ /^ +\[\[nodiscard\]\] .*?(\w+)\(\)(?: const| *$)/ && $setters{$1};
    return $fields{$1} if $line =~ /^ +[\w:<>]+ (\w+);$/ && $fields{$1};
    return undef;
}

my $documented = 0;
for my $line (split /\n/, $text, -1) {
    my $said = $documented || $line =~ m{///} ? undef : meaning($line);
    $line =~ s{^( *)}{$1/** $said */ } if defined $said;
    $line =~ s{(///(?: -)? |\. )($heading)}{$1**$2**}g if $line =~ m{^ *///};
    $documented = $line =~ m{^ *///(?!<)} || ($documented && $line =~ /^ *template </);
    print "$line\n";
}
