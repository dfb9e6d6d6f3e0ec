import fc from "fast-check";

/**
 * Laws try the same cases in every run, so a failure is the fault of a change. `LAW_SEED=random` looks for new
 * ones and prints its seed, `LAW_RUNS` is their number; fast-check prints the seed and the path of a case that fails.
 */
const wanted = process.env["LAW_SEED"] ?? "20261";
const seed = wanted === "random" ? Math.trunc(Math.random() * 2 ** 31) : Number(wanted);
if (wanted === "random") console.log(`LAW_SEED=${seed}`);

fc.configureGlobal({ seed });
