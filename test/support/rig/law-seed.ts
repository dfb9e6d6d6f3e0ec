import fc from "fast-check";

/**
 * Laws try the same cases in every run, so that a failure is the fault of what was changed. `LAW_SEED=random` looks for
 * new ones, `LAW_RUNS` says how many; fast-check prints the seed of a case that fails.
 */
const seed = process.env["LAW_SEED"] ?? "20261";

fc.configureGlobal(seed === "random" ? {} : { seed: Number(seed) });
