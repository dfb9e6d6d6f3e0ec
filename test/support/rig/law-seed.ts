import fc from "fast-check";

/**
 * Laws try the same cases in every run, so a failure is the fault of a change. `LAW_SEED=random` looks for new
 * ones, `LAW_RUNS` is their number; fast-check prints the seed of a case that fails.
 */
const seed = process.env["LAW_SEED"] ?? "20261";

fc.configureGlobal(seed === "random" ? {} : { seed: Number(seed) });
