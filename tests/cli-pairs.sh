#!/bin/sh
# SPDX-License-Identifier: MIT
# Operations on two arrays, and weights, as commands: what is answered, and what is refused with what would do.
# shellcheck source-path=SCRIPTDIR source=cli-common.sh disable=SC2154,SC2034
. "${top_srcdir:-.}/tests/cli-common.sh"
printf '\001\002\003\004' | npy x '|u1' '(4,)'
printf '\002\004\006\011' | npy y '|i1' '(4,)'
printf '\000\001\001\002' | npy w '|u1' '(4,)'
printf '\001\002\003\004\005' | npy five '|u1' '(5,)'
printf '\001\002\003\004' | npy square '|u1' '(2, 2)'
printf '\001\377\001\376' | npy negative '|i1' '(4,)'
printf '\000\000\000\000' | npy zero '|u1' '(4,)'
printf '1 2 3 4\n' >text

it 'the covariance has a divisor, and the correlation is within 1'
answers 'cov\t2.875\npcov\t2.875\nscov\t3.8333333333333335\ncount\t4' cov,pcov,scov,count x y
answers 'cov\t3.8333333333333335\npcov\t2.875' --ddof 1 cov,pcov x y
answers '1' corr x x
answers 'corr\t0.9943767126843689\ndot\t64' corr,dot x y
answers 'nan' corr x zero
answers 'spearson\t0.9943767126843689\nppearson\t0.9943767126843689' spearson,ppearson x y
it 'slices and masks go with pairs'
answers '0.25' cov 'x[:2]' 'x[2:]'
answers '1.6666666666666667' cov --where w x y
it 'weights are shares, or how often an element was seen'
answers 'sum\t13\nmean\t3.25\nvar\t0.6875\nsvar\t0.9166666666666666\ncount\t4' --weights w sum,mean,var,svar,count x
answers 3.1666666666666665 mean --weights 'five[1:]' --where w x
answers 'sum\t0\nvar\tnan' --weights zero sum,var x
printf '\002\003\004\004' | npy seen '|u1' '(4,)'
run "$prong" --ddof 1 sum,mean,var,std seen; exits 0; cp out wanted
answers "$(cat wanted)" --ddof 1 --weights w sum,mean,var,std x
answers 'file\tsum\tmean\nx\t13\t3.25\ny\t28\t7' --weights w sum,mean x y
answers 'sum\t41\nmean\t5.125' --total --weights w sum,mean x y

it 'a mean without weight is an error'
refuses 1 'x: mean has no value where the weights sum to 0' --weights zero mean x
it 'a negative weight is refused with its place'
refuses 1 'negative: the weight of element 1 is negative: weights are from 0 up' --weights negative mean x
it 'arrays that do not go together are refused with the reason'
refuses 1 'x and five differ in shape: 4 and 5 elements' cov x five
refuses 1 'x and square differ in shape' corr x square
refuses 1 'x and five differ in shape: 4 and 5 elements' --weights five mean x
refuses 1 'text: elements of two arrays go together in .npy and raw files' cov x text
refuses 1 'text: elements of two arrays go together in .npy and raw files' --weights w mean text
refuses 1 'no: open: No such file or directory' --weights no mean x
it 'a second file that is missing, or a third, is a matter of usage'
refuses 2 'cov takes two FILEs' cov x
refuses 2 'corr,dot takes two FILEs' corr,dot x y w
refuses 2 'scov takes two FILEs' state scov -o s x
it 'operations that cannot be had together, with weights or along axes are refused with what would do'
refuses 2 'cov takes two arrays and sum one: ask for each in a run of its own' cov,sum x y
refuses 2 'median has no form with weights; those that have: count, sum, mean, var, std' --weights w sum,median x
refuses 2 'dot has no form with weights' --weights w dot x y
refuses 2 'axis: --weights is for whole arrays' --axis 0 --weights w mean x
refuses 2 'axis: --where is for whole arrays' --axis 0 --where w mean x
refuses 2 'cov takes two arrays, and cannot be taken along axes' --axis 0 cov x
it 'states know whether there were weights'
run "$prong" state mean --weights w -o with.st x; exits 0
run "$prong" state mean -o without.st x; exits 0
refuses 1 'without.st: states with weights and without' merge with.st without.st
answers 3.25 merge with.st with.st
run "$prong" state cov,corr -o pairs.st x y; exits 0
answers "$("$prong" cov,corr x y)" merge pairs.st
finish
