#!/usr/bin/env bash
# Tests that every C++ block of README.md stands, as it is, in a program under examples/, which the
# build compiles. Argument: the project's root.
set -euo pipefail

cd "$1"
perl -0777 -we '
    my ($readme, @examples) = map { open my $file, "<", $_ or die "$_: $!\n"; [$_, <$file>] } @ARGV;
    my @blocks = $readme->[1] =~ /^```cpp\n(.*?)^```$/gms;
    die "README.md has no C++ block\n" unless @blocks;
    for my $block (@blocks) {
        next if grep { index($_->[1], $block) >= 0 } @examples;
        die "README.md: this block is in no file under examples/:\n$block";
    }
    print scalar(@blocks), " of README.md\x27s C++ blocks are in examples/\n";
' README.md examples/*.cpp
