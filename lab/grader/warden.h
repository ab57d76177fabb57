/* SPDX-License-Identifier: MIT */
/* A run, from an empty cage to an empty cage. */
#ifndef LAB_WARDEN_H
#define LAB_WARDEN_H

#include "cage.h"
#include "run.h"

/* Runs the job; orders for the watching library stand in outcome->log beforehand. False if it could not be started. */
bool warden_run(struct cage *cage, const struct job *job, struct outcome *outcome);

/* Ends the run that is under way, if there is one, and makes warden_run return; for signal handlers. */
void warden_interrupt(void);

#endif
