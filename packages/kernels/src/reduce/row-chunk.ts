/**
 * Rows that one invocation sums when N rows are added up per column. A function of N alone, so that the order of
 * additions, and with it every bit of the result, is the same on each run: at most 64 chunks (WebGPU's y dimension
 * and the second pass stay small), at least 32 rows each.
 */
export function rowChunk(N: number): number {
  return Math.max(32, Math.ceil(N / 64))
}
