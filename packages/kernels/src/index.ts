export { cumulativeSums, hashName, Random, RANDOM_WGSL, threefry2x32 } from './random.ts'
