# SPDX-License-Identifier: MIT
# Perl's MCE: seconds of dispatch and join of an empty job: mce.pl WORKERS SAMPLES
use strict;
use warnings;
use MCE;
use Time::HiRes qw(time);

my ($workers, $samples) = @ARGV;
my $mce = MCE->new(max_workers => $workers, chunk_size => 1, user_func => sub { });
$mce->spawn;
my @took;
for (1 .. $samples + 20) {
    my $begin = time;
    $mce->process([1 .. $workers]);
    push @took, time - $begin;
}
$mce->shutdown;
@took = sort { $a <=> $b } @took[20 .. $#took];
printf "%.9f\n", $took[@took / 2];
