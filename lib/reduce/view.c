/* SPDX-License-Identifier: MIT */
/* Arrays whose elements do not lie one behind the other, and pairs that lie in different orders: a chunk is put together
 * piece by piece in the worker's own memory, and scanned there as if it had been read like that. */
#include "config.h"

#include "reduce/scan.h"

bool prong_scan_is_plain(const struct prong_array *x, const struct prong_array *other)
{
    return !x->strided && (!other || (!other->strided && x->fortran == other->fortran));
}

int prong_scan_view(struct prong_scan *scan, void *state, const struct prong_array *other, uint64_t first, uint64_t n)
{
    const struct prong_array *array = scan->array;
    bool order = !other && array->fortran; /* alone it is taken in its own order, in which its bytes are nearest */
    int outcome = 0;

    prong_array_prefault_in(array, order, first, n);
    if (other)
        prong_array_prefault_in(other, order, first, n);
    for (uint64_t done = 0; done < n && !outcome;) {
        size_t piece = n - done < PRONG_PIECE ? (size_t)(n - done) : PRONG_PIECE;
        prong_array_gather_in(array, order, first + done, piece, scan->pieces[0]);
        if (other) {
            prong_array_gather_in(other, order, first + done, piece, scan->pieces[1]);
            outcome = prong_scan_pairs(scan, state, other, scan->pieces[0], scan->pieces[1], piece, first + done);
        } else {
            outcome = prong_scan_elements(scan, state, scan->pieces[0], piece, first + done);
        }
        done += piece;
    }
    return outcome;
}
