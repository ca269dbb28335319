/** Rows of one thread of the kernel bench, and how often it runs over them. */
export const THREAD_ROWS = 1_000_000;
export const THREAD_PASSES = 20;
