# SPDX-License-Identifier: MIT
# Perl's MCE: a file of doubles, unpacked chunk by chunk and summed: sum_mce.pl FILE OFFSET WORKERS
# Prints the sum, and the seconds from dispatch to the last gather.
use strict;
use warnings;
use MCE;
use List::Util qw(sum0);
use Time::HiRes qw(time);

my ($file, $offset, $workers) = @ARGV;
my ($chunk, $total) = (8 << 17, 0);
my $size = (-s $file) - $offset;
my $mce = MCE->new(
    max_workers => $workers,
    gather => sub { $total += $_[0] },
    user_func => sub {
        my ($self, $list) = @_;
        for my $k (@$list) {
            open my $in, '<:raw', $file or die "$file: $!";
            seek $in, $offset + $k * $chunk, 0;
            read($in, my $bytes, $chunk);
            MCE->gather(sum0(unpack 'd*', $bytes));
        }
    });
$mce->spawn;
my $begin = time;
$mce->process({ chunk_size => 1 }, [0 .. int(($size + $chunk - 1) / $chunk) - 1]);
my $took = time - $begin;
$mce->shutdown;
printf "%.17g\n%.9f\n", $total, $took;
